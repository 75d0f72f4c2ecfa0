"""Rules of engagement: what stands against a partner's claim on a customer, and what follows from it.

A **rule** names what stands there (a protected deal, a direct opportunity, a territory, …), how sure it must be that
the customer is the same, and the partners it is for; it gives a **verdict** (clear, possible, blocked), the words each
side reads, and what the partner can do. The gravest verdict of all rules that fit wins; all their reasons are told.

Rules live in numbered **versions** that never change. One **draft** is edited beside the version in force, previewed,
and published as the next version. A **hold** keeps an account out of every partner's reach.

``rules.py`` decides on plain values; the facts are gathered by deals, a floor above.
"""
