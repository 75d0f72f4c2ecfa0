"""What is known of an applicant without asking anybody outside: from its web domain and our own tables."""

from typing import Any

from django.db.models import Q

from openprm.accounts.models import Person
from openprm.customers.models import Account
from openprm.kernel.ui import countries
from openprm.matching.domains import FREE_MAIL, registrable_domain
from openprm.partners.models import Partner
from openprm.recruiting.models import Application

FACTS = ("own_domain", "free_mail", "known_account", "known_partner", "country_matches")
SHOWN = 5
_SUFFIXES = {"UK": "GB", "EU": "", "IO": "", "AI": "", "CO": "", "TV": "", "ME": ""}  # no country's, as they are used


def findings(application: Application) -> dict[str, Any]:
    """Return what is known, as plain values."""
    website = str(application.answers.get("website") or "")
    web = registrable_domain(website) or ""
    mail_host = application.email.rpartition("@")[2]
    mail = registrable_domain(application.email) or ""
    domains = [domain for domain in dict.fromkeys([web, mail]) if domain]
    suffix = _country_of(web or mail)
    accounts = list(Account.objects.filter(_with(domains)).values_list("pk", "name")[:SHOWN]) if domains else []
    partners = list(Partner.objects.filter(domain__in=domains).values_list("pk", "name")[:SHOWN]) if domains else []
    person = Person.objects.filter(email=application.email).select_related("partner").first()
    return {
        "domain": web,
        "mail_domain": mail_host,
        "free_mail": mail_host in FREE_MAIL,
        "own_domain": bool(web) and web == mail,
        "suffix_country": suffix,
        "country_matches": bool(suffix) and suffix == application.country,
        "accounts": [{"id": str(pk), "name": name} for pk, name in accounts],
        "known_account": bool(accounts),
        "partners": [{"id": str(pk), "name": name} for pk, name in partners],
        "known_partner": bool(partners),
        "has_sign_in": str(person.partner or "") or str(person.name) if person else "",
    }


def _with(domains: list[str]) -> Q:
    return Q(domain__in=domains) | Q(further_domains__overlap=domains)


def _country_of(domain: str) -> str:
    suffix = domain.rpartition(".")[2].upper()
    code = _SUFFIXES.get(suffix, suffix)
    return code if code in countries.NAMES else ""
