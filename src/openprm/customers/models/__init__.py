"""The tables of accounts, opportunities, imports, and of the company index."""

from openprm.customers.models.accounts import Account, Opportunity, ProductLine
from openprm.customers.models.blind import BlindName
from openprm.customers.models.imports import Import, ImportRow
from openprm.customers.models.index import CompanyName, CompanyWord, NameKey, Posting, WordKey

__all__ = [
    "Account",
    "BlindName",
    "CompanyName",
    "CompanyWord",
    "Import",
    "ImportRow",
    "NameKey",
    "Opportunity",
    "Posting",
    "ProductLine",
    "WordKey",
]
