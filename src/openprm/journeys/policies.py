"""Who may see, do, give and decide what of journeys."""

from django.db.models import Q, QuerySet

from openprm.accounts import queries as people
from openprm.accounts.models import Person
from openprm.journeys.content import PARTNER
from openprm.journeys.models import Journey, JourneyTemplate, Task
from openprm.kernel.access import Actor, Scope
from openprm.partners import policies as partners
from openprm.partners.models import Partner

VIEW, DO, ASSIGN, DECIDE, TEMPLATES = (
    "journeys.view",
    "journeys.do_tasks",
    "journeys.assign",
    "journeys.decide",
    "journeys.manage_templates",
)


def visible_to(actor: Actor) -> QuerySet[Journey]:
    """Return the journeys an actor may see."""
    reached = partners.within(actor, actor.scope(VIEW))
    return Journey.objects.filter(partner__in=reached).select_related("partner")


def tasks_visible_to(actor: Actor) -> QuerySet[Task]:
    """Return the tasks an actor may see; a partner's people see what the vendor has to do for them, too."""
    reached = partners.within(actor, actor.scope(VIEW))
    return Task.objects.filter(partner__in=reached).select_related("partner", "journey")


def templates_visible_to(actor: Actor) -> QuerySet[JourneyTemplate]:
    """Return the templates an actor may read."""
    if actor.is_vendor and (actor.may(ASSIGN) or actor.may(TEMPLATES)):
        return JourneyTemplate.objects.all()
    return JourneyTemplate.objects.none()


def may_draw(actor: Actor) -> bool:
    """Say whether the actor may change templates."""
    return actor.is_vendor and actor.may(TEMPLATES) and not actor.read_only


def can_be_given_by(actor: Actor) -> QuerySet[Partner]:
    """Return the partners to whom the actor may give journeys and tasks."""
    return partners.reached_by(actor, ASSIGN)


def decided_by(actor: Actor) -> QuerySet[Task]:
    """Return the tasks that the actor may approve, send back and do for the vendor."""
    reached = partners.reached_by(actor, DECIDE)
    return Task.objects.filter(partner__in=reached).select_related("partner", "journey")


def may_assign_to(actor: Actor, partner: Partner) -> bool:
    """Say whether the actor may give journeys and tasks to this partner."""
    return actor.kind == "system" or can_be_given_by(actor).filter(pk=partner.pk).exists()


def may_decide(actor: Actor, task: Task) -> bool:
    """Say whether the actor decides about this task for the vendor."""
    if actor.kind == "system":
        return True
    return partners.reached_by(actor, DECIDE).filter(pk=task.partner_id).exists()


def may_do(actor: Actor, task: Task) -> bool:
    """Say whether the actor may do this task now."""
    if not task.to_do:
        return False
    if actor.is_partner:
        own = actor.partner_id == task.partner_id
        return own and actor.may(DO) and not actor.read_only and task.turn == PARTNER
    return task.turn != PARTNER and may_decide(actor, task)


def who_does(partner: Partner) -> QuerySet[Person]:
    """Return the partner's people who may do tasks."""
    return people.holders(DO, partner_id=partner.pk)


def who_decides(partner: Partner, role: str = "") -> QuerySet[Person]:
    """Return the vendor's people to tell: who holds ``role`` for the partner, else its team, else who decides all."""
    team = people.holders(DECIDE).filter(team_memberships__partner_id=partner.pk).distinct()
    for narrower in (team.filter(team_memberships__role=role, team_memberships__partner_id=partner.pk), team):
        if narrower.exists():
            return narrower.distinct()
    return people.holders(DECIDE).filter(Q(roles__grants__contains={DECIDE: Scope.ALL})).distinct()
