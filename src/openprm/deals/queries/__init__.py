"""The questions that the pages of deals ask."""

from openprm.deals.queries.boards import board
from openprm.deals.queries.figures import Figures, figures
from openprm.deals.queries.histories import talk, timeline
from openprm.deals.queries.sides import Side, conflict_sides, partner_summary

__all__ = ["Figures", "Side", "board", "conflict_sides", "figures", "partner_summary", "talk", "timeline"]
