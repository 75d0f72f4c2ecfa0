"""News: what the vendor has to tell its partners, each post to those in its audience.

A post is a **draft**, **scheduled** for a time, **live**, or **ended**; its two moments say which::

    draft ──publish──▶ scheduled ──its time──▶ live ──its last day, or withdraw──▶ ended
      ▲───withdraw────────┘                                                          │
      └───────────────────────────────reopen─────────────────────────────────────────┘

A **reading** is what became of a post with one person of a partner: told of it, read it, confirmed it.
"""
