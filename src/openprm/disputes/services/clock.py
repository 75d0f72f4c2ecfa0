"""What the clock does with disputes."""

from datetime import datetime

from django.db.models import Q

from openprm.disputes import events
from openprm.disputes.lifecycle import WITH_VENDOR, State
from openprm.disputes.models import Dispute
from openprm.disputes.rules import Remedy
from openprm.disputes.services import deciding
from openprm.kernel.access import SYSTEM
from openprm.kernel.events import announce

BATCH = 500


def escalate_due(*, at: datetime) -> int:
    """Bring every overdue dispute before the next level, once for each level, and return how many."""
    overdue = Dispute.objects.filter(state__in=WITH_VENDOR, due_at__lte=at, escalated_at__isnull=True)
    rows = list(overdue.order_by("due_at").select_for_update(skip_locked=True, of=("self",))[:BATCH])
    for dispute in rows:
        dispute.escalated_at = at
        dispute.write("escalated_at", at=at)
        fact = events.Escalated(dispute.reference, dispute.level, dispute.due_at)
        announce(fact, about=dispute, by=SYSTEM, at=at)
    return len(rows)


def close_due(*, at: datetime) -> int:
    """Close every decided dispute whose time to appeal is over and which demands nothing more; return how many."""
    done = Q(remedy=Remedy.NONE) | Q(remedy_done_at__isnull=False)  # the others close when theirs is carried out
    ended = Dispute.objects.filter(done, state=State.DECIDED, appeal_until__lt=at)
    rows = ended.order_by("appeal_until").select_for_update(skip_locked=True, of=("self",))[:BATCH]
    return sum(deciding.close_if_settled(dispute, at=at).is_ended for dispute in rows)
