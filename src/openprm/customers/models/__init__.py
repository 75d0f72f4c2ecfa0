"""The tables of accounts, opportunities, imports, and of the company index."""

from openprm.customers.models.accounts import Account, NameSource, Opportunity, ProductLine
from openprm.customers.models.blind import BlindName
from openprm.customers.models.decisions import CompanyDecision
from openprm.customers.models.imports import Import, ImportRow
from openprm.customers.models.index import CompanyName, CompanyWord, NameKey, Posting, WordKey
from openprm.customers.models.learnt import LearntWeights
from openprm.customers.models.merges import Merge

__all__ = [
    "Account",
    "BlindName",
    "CompanyDecision",
    "CompanyName",
    "CompanyWord",
    "Import",
    "ImportRow",
    "LearntWeights",
    "Merge",
    "NameKey",
    "NameSource",
    "Opportunity",
    "Posting",
    "ProductLine",
    "WordKey",
]
