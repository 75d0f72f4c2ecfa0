"""What a partner says about a deal: the fields of the form, whether they are complete, and how they are stored."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from openprm.checks.services import Question
from openprm.customers.models import ProductLine
from openprm.deals import rules
from openprm.deals.models import DealLine, DealRegistration
from openprm.kernel.entity import changes
from openprm.kernel.errors import Invalid
from openprm.kernel.ui import times
from openprm.matching import Query, tells


@dataclass(frozen=True, slots=True)
class Content:
    """What a partner says about a deal; the nine fields of the form. Currency goes with the value."""

    customer_name: str = ""
    website: str = ""
    country: str = ""
    product_lines: frozenset[UUID] = frozenset()
    value: Decimal | None = None
    currency: str = ""
    close_date: date | None = None
    contact: str = ""
    description: str = ""

    def plain(self) -> dict[str, Any]:
        """Return the fields that are columns of the deal."""
        return {name: value for name, value in asdict(self).items() if name != "product_lines"}

    def tidied(self) -> "Content":
        """Return it as the table keeps it."""
        tidy: dict[str, Any] = {n: value.strip() for n, value in self.plain().items() if isinstance(value, str)}
        return replace(self, **tidy)

    @property
    def names_customer(self) -> bool:
        """Whether the name is long enough to say who is meant, and more than a legal form."""
        return len(self.customer_name.strip()) >= 2 and tells(self.customer_name)

    @property
    def query(self) -> Query:
        """The customer, as matching is asked about companies."""
        return Query(self.customer_name.strip(), self.website.strip() or None, self.country or None)

    @property
    def question(self) -> Question:
        """The customer, as checks count who was asked about."""
        return Question(name=self.customer_name.strip(), website=self.website.strip())


def require_complete(content: Content, *, at: datetime, only: Collection[str] | None = None) -> None:
    """Raise Invalid naming every field (of ``only``, where given) that is missing or wrong for a submission."""
    wrong: dict[str, str] = {}
    if len(content.customer_name.strip()) < 2:
        wrong["customer_name"] = _("Give the customer's name.")
    elif not content.names_customer:
        wrong["customer_name"] = _("This names no company. Give the customer's whole name.")
    if not content.country:
        wrong["country"] = _("Choose the customer's country.")
    if not content.product_lines:
        wrong["product_lines"] = _("Choose at least one product line.")
    if content.value is None or content.value <= 0 or not content.currency:
        wrong["value"] = _("Give the expected value and its currency.")
    elif too_much := beyond(content.value, content.currency):
        wrong["value"] = too_much
    if content.close_date is None:
        wrong["close_date"] = _("Give the date when you expect the order.")
    elif content.close_date < timezone.localdate(at):
        wrong["close_date"] = _("Give a date that is not in the past.")
    elif content.close_date > (latest := rules.latest_close(timezone.localdate(at))):
        wrong["close_date"] = _("Give a date until %(day)s: an order is expected within %(years)s years.") % {
            "day": times.day(latest),
            "years": rules.CLOSES_WITHIN,
        }
    if len(content.description.strip()) < 10:
        wrong["description"] = _("Say in a sentence what the customer needs.")
    wrong = {name: text for name, text in wrong.items() if only is None or name in only}
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)


def beyond(value: Decimal, currency: str) -> str:
    """Return what to say of an amount that no deal comes to, or nothing."""
    most = rules.most_value(currency)
    if value <= most:
        return ""
    return _("Give at most %(most)s %(currency)s. Is there a digit too many?") % {
        "most": number_format(most, force_grouping=True),
        "currency": currency,
    }


def content_of(deal: DealRegistration) -> Content:
    """Return what the partner says in a deal."""
    plain = {name: getattr(deal, name) for name in Content().plain()}
    return Content(**plain, product_lines=frozenset(line.product_line_id for line in deal.lines.all()))


def set_content(deal: DealRegistration, content: Content) -> dict[str, list[Any]]:
    """Put changed content into a deal and return what changed; its columns are the caller's to store."""
    before = content_of(deal)
    fill(deal, content)
    set_lines(deal, content.product_lines)
    return changes(asdict(before), asdict(content))


def fill(deal: DealRegistration, content: Content) -> None:
    """Put content into the columns of a deal, without storing it."""
    for name, value in content.tidied().plain().items():
        setattr(deal, name, value)


def set_lines(deal: DealRegistration, wanted: Iterable[UUID], *, new: bool = False) -> None:
    """Store which product lines a deal is for; a deal that is ``new`` has none yet."""
    present = {} if new else {line.product_line_id: line for line in deal.lines.all()}
    known = set(ProductLine.objects.filter(pk__in=wanted, active=True).values_list("pk", flat=True))
    if unknown := set(wanted) - known - set(present):
        raise Invalid(
            _("A product line is not offered any more."),
            fields={
                "product_lines": _("Choose from the list: %(n)s of your choice are not offered.") % {"n": len(unknown)}
            },
        )
    gone = [line.pk for key, line in present.items() if key not in set(wanted)]
    if gone:
        deal.lines.filter(pk__in=gone).delete()
    DealLine.objects.bulk_create(
        DealLine(deal=deal, partner_id=deal.partner_id, product_line_id=key) for key in known - set(present)
    )
    deal._prefetched_objects_cache = {}  # type: ignore[attr-defined]
