"""Programmes: tiers with their requirements and benefits, and the standing of each partner, moved by facts.

A **programme** is a ladder of **tiers**, lowest first. A tier asks for **requirements** (groups of criteria over KPIs,
or points of a scorecard) and gives **benefits**. What a programme says is a **definition**: versions never change, one
draft is edited beside the version in force, tried out on all members, and published.

A **member** is a partner in a programme, at a tier. Facts move it: up at once; below the requirements grace begins,
and at its end the tier falls; an **override** holds a tier by hand until it ends. Under review, moves are proposed::

    tier ──earned more──▶ higher tier          tier ──earned less──▶ grace ──its end──▶ lower tier
                                               grace ──earned again──▶ tier

Every move is a fact with the values that decided it, so the history can be recomputed (``replay.py``).
``rules.py`` decides on plain values; figures come from the KPIs that features declare.
"""
