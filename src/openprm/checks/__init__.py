"""Checks: how often a partner asks whether a company is free, and what looks like scanning.

A partner may ask about so many companies a day, in whatever way it asks: while typing, on the page, by the API, blind,
by registering. What counts is the distinct company; typing one name letter by letter is one check. Nothing of what was
asked is kept but digests under a key of the partner and the day, and the first letter.

How typing is told from scanning is in `rules.py`, without Django. Deals ask here before they say a verdict; this
feature knows nothing of deals.
"""
