"""Automations: when something happens, if a condition holds, then actions follow, without code.

An **automation** has a definition, which is pure data: a **trigger** (an event, a schedule, or days before or after a
date), a **condition** (an audience over the partner, and comparisons with what the event tells), and **steps** (actions
that features declare, waits, and branches). It is edited as a draft and goes live as a **version**, which never
changes. A **run** is one partner going through the steps for one event; a run keeps the version it began with::

    automation   draft ──> live <──> paused ──> archived

    run          not met · stopped (its own chain)
                 going <──> waiting ──> done
                   └─> failed ──(again)──> going
                 cancelled

A definition is checked by ``rules.py``; ``starting.py`` makes runs, ``running.py`` takes their steps; ``rehearsing.py``
tells beforehand what would happen.
"""
