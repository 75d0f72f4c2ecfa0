"""Journeys: what a partner and the vendor do, step by step, until the partner is on board.

A *template* is a journey as it is drawn: *stages* of *tasks*. Starting it copies what is in force, so that later
changes leave running journeys alone. A *task* belongs to the partner or to somebody of its account team, is due some
days after the start (or after what it depends on), and opens when what it depends on is done. Its kind says what is
to be done: fill in a form, hand in a document, read and confirm, meet, follow a link, be approved by the vendor, or
what another feature declares. A task can also be given by itself, outside of any journey.

A task stands somewhere (``lifecycle.py`` is the truth)::

    pending ──> waiting_approval ──> completed
       │  └────────────│────────────────^
       │               └──> action_required ──> waiting_approval, completed
       └──> skipped (and back)

A journey is ``running → completed | cancelled``.
"""
