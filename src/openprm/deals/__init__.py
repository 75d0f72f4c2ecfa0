"""Deal registration: a partner claims a sale before others, learns at once whether it is theirs, and is protected.

Words: a *deal registration* (here: deal) claims one customer for some product lines. The *verdict* says while typing
whether the claim is clear, possibly in conflict or blocked, and why. *Protection* begins with approval: nobody else can
be granted the same customer and product line until it ends.

States (``lifecycle.py`` is the truth)::

    draft ─▶ submitted ─▶ in_review ◀─▶ action_required
                 │            │
                 ├────────────┴─▶ approved ─▶ won | lost | expired
                 └─▶ rejected | duplicate          (withdrawn: by the partner, at any time before the end)

A dispute that is upheld takes a rejected, duplicate or expired deal back to in_review (*reopen*).

A clean deal under a limit goes from submitted to approved by a rule (*approval rule*) without anybody deciding.
"""
