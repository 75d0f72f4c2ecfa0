"""The demo's home pages: each number opens a list, and the list holds that many."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from openprm.accounts.models import Person
from openprm.demo import services as demo
from openprm.demo.personas import PERSONAS
from openprm.kernel.access import as_system

pytestmark = pytest.mark.django_db

LONGEST = 25  # rows of a page
NUMBER = re.compile(
    r'<a[^>]*href="(?P<url>[^"]+\?[^"]*)"[^>]*>(?:(?!</a>).)*?<strong>(?P<n>\d+)</strong>|'  # a number within its link
    r'<a[^>]*href="(?P<url2>[^"]+\?[^"]*)"[^>]*>[a-z ]+ (?P<n2>\d+)</a>|'  # “raised 4”
    r'<a[^>]*href="(?P<url3>[^"]+\?[^"]*)"[^>]*>[^<]*</a></dt><dd><strong>(?P<n3>\d+)</strong>',  # a sum below its link
    re.DOTALL,
)


def numbers(page: str) -> list[tuple[str, int]]:
    """Return the numbers of a home page with what they open."""
    found = []
    for match in NUMBER.finditer(page):
        part = match.groupdict()
        url, number = next((part[f"url{i}"], part[f"n{i}"]) for i in ("", "2", "3") if part[f"url{i}"])
        found.append((url.replace("&amp;", "&"), int(number)))
    return found


def rows(page: str) -> int:
    """Return how many rows the list of a page says it has."""
    body = re.search(r"<tbody.*?</tbody>", page, re.DOTALL)
    return len(re.findall(r"<tr\b", body[0])) if body else 0


def test_each_number_on_a_home_page_opens_a_list_of_that_many() -> None:
    demo.load(at=timezone.now(), accounts=300, deals=80)
    seen = []
    for one in PERSONAS:
        browser = Client()
        with as_system():
            browser.force_login(Person.objects.get(email=one.email))
        for url, number in numbers(browser.get("/home/", follow=True).content.decode()):
            seen.append((one.key, url, number, rows(browser.get(url).content.decode())))
    assert len(seen) > 30
    assert [one for one in seen if one[3] != min(one[2], LONGEST)] == []
