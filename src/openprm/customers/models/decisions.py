"""What people decided about two names: the same company, not the same, or one a subsidiary of the other."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from openprm.customers.models.accounts import Account
from openprm.kernel.models import Entity


class CompanyDecision(Entity):
    """The decision in force about a pair of accounts, or about an account and a name that somebody registers.

    Each pair has one; what was decided before is in the log of events. ``account`` is the subsidiary and ``other`` its
    parent where the verdict is ``subsidiary_of``; a pair with a name has ``key``, the name without legal form and
    spelling, and the name's web domain (or none: then it holds for the name whatever its domain).
    """

    class Verdict(models.TextChoices):
        """What was decided."""

        SAME = "same", _("Same company")
        DIFFERENT = "different", _("Not the same")
        SUBSIDIARY_OF = "subsidiary_of", _("Subsidiary of")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="decisions")
    other = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="decisions_about")
    name = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=300, blank=True)
    domain = models.CharField(max_length=253, blank=True)
    verdict = models.CharField(max_length=16, choices=Verdict)
    why = models.TextField(max_length=2000, blank=True)
    decided_at = models.DateTimeField()
    person_id = models.UUIDField(null=True)
    person_name = models.CharField(max_length=200)
    deal_id = models.UUIDField(null=True)
    deal_reference = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Least("account", "other"),
                Greatest("account", "other"),
                name="company_decision_once_a_pair",
                condition=Q(other__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["key", "domain", "account"],
                name="company_decision_once_a_name",
                condition=Q(other__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(other__isnull=True) & ~Q(key="") | Q(other__isnull=False, key="") & ~Q(other=F("account")),
                name="company_decision_about_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} / {self.other or self.name}: {self.get_verdict_display()}"
