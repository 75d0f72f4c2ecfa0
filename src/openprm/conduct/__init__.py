"""Vendor conduct: how the vendor treats registrations, in figures that partners see, too.

Words: a *figure* says one thing for a *period*: how long decisions take, how many are in time, how many are turned down
and with which reason, how many protected deals the vendor closed itself, how many extensions are granted. Every figure
is counted from the log of events and from nothing else, and opens into the events behind it: a partner's own; of others
only counts, and those only where nobody can be recognised in them. docs/fairness.md defines each figure exactly.
A *case* is what the log says of one registration, kept by the database as the log grows: figures are counted from it at
once, and from the log with the same result.

The one fact of this feature is ``deal.closed_directly``: the vendor won an opportunity of its own with the customer of
a deal that is or was protected. A job notices it, whatever way the opportunity came in.
"""
