"""Recruiting: from a stranger's first look at an application form to the first person of a new partner signing in.

A *form* belongs to a programme and says what is asked, which consents are needed, how answers score, and when no person
has to decide. An *application* is one company's answers to it. It counts as submitted once its e-mail address is
confirmed; then it is *assessed* (what is known of the web domain, whom it resembles, its score) and reviewed.

An application stands somewhere (``lifecycle.py`` is the truth)::

    started ──> unverified ──> submitted ──> in_review <──> asked
       └──────────────────────────^  └──────────┴─────────────┴──> approved | rejected
    (an open one can be withdrawn; what is never sent is forgotten after a while)

Approval makes the partner, invites its first administrator and notes by which way it came (*origin*), in one
transaction. Beside it: the funnel over all of this, the public *directory* of partners who wish to be listed, and
*imports* of partners and people who were there before.
"""
