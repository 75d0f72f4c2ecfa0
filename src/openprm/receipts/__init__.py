"""Receipts: what was registered, decided or extended, when and in which words, signed: nobody can deny it later.

Words: a *receipt* tells one fact about a deal (an event) with its place in the deal's hash chain. It is canonical JSON
with an Ed25519 signature; the PDF says the same in plain words and carries the JSON inside. A *signing key* is made at
first use and can be rotated: the old one signs nothing any more, and its public half stays published, so old receipts
stay valid. Who has a receipt and the published keys needs neither this server nor its database to verify it.

``kinds.py`` lists which facts a receipt is given for; one line adds a kind.
"""
