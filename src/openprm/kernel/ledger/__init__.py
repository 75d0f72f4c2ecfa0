"""The ledger: the facts about a subject form a hash chain, and the chains' heads are anchored in a chain of their own.

Words: a *chain* is everything that was announced about one subject (a deal), in one order. A *link* is an event's place
in it: its position, the hash of the link before, and the hash over both and every column of the event. An *anchor*
holds the heads that chains had at a moment, and the hash of the anchor before: what is anchored cannot be rewritten
without rewriting every later anchor. Which subjects are chained is declared (``Feature.chained``); the kernel knows no
subject by name.

A link is written in the transaction of its event, by whoever announces it. The subject's row in ``kernel_chain`` is
locked meanwhile, so the facts about one subject have one order, and those about others do not wait. Anchors are made
by a job every minute. docs/fairness.md defines every hashed byte.
"""
