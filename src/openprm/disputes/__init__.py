"""Disputes: a partner contests a verdict or a decision about its deal, and gets an answer from somebody with a clock.

Words: the *subject* is what is contested (the verdict, a rejection, a duplicate, the end of a
protection). A *statement* is what partner and vendor say to each other, with evidence files. A *note* stays with the
vendor. The *decision* has an outcome (upheld, partly, rejected), a coded reason and words, and may demand a *remedy*:
the deal is reopened or approved, once somebody who may decide deals carries it out. There is one *appeal*, decided by
another person. Where another partner's registration stands on the other side, the vendor may open a *review* of that
registration: its holder is asked for evidence and told nothing else; the *hearing* that ties review and dispute is
the vendor's alone.

States (``lifecycle.py`` is the truth)::

    opened ─▶ under_review ◀─▶ evidence_requested
       │           │
       │           └─▶ decided ─▶ appealed ─▶ decided_on_appeal ─▶ closed
       └─▶ withdrawn     └──────────────────────────────────────────▲
"""
