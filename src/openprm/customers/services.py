"""Placeholder until the verbs of accounts land."""

from typing import Any


def find(query: Any, limit: int = 5) -> list[Any]:
    return []


def identify(*, query: Any, by: Any, at: Any) -> Any:
    from openprm.customers.models import Account

    return Account.objects.create(name=query.name, country=query.country or "", origin="registration")
