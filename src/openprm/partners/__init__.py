"""Partner companies: who they are, where they stand, who looks after them, and audiences made of them.

A *partner* is a company that sells, implements or refers what the vendor makes. A *distributor* is a partner with
*resellers* below it (``parent``). Its *account team* are the vendor's people who look after it: a channel manager, a
technical account manager, a marketing manager. An *audience* is a saved predicate over partners or people.

A partner stands somewhere (``lifecycle.py`` is the truth)::

    prospect ──> applicant ──> active <──> suspended
        │  └──────────────────────^  │         │
        └──────> terminated <────────┴─────────┘      (a terminated partner can come back as prospect or active)

Only people of an active partner (or of an applicant, who is being on-boarded) can sign in.
"""
