"""What a verification found, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "event_altered": _("The event was altered: it does not give the hash that its link holds."),
    "event_missing": _("The event is missing: its link is there, the event is not."),
    "event_not_chained": _("The event is in no chain: it was added past the product, or its link is gone."),
    "link_altered": _("The event's link was altered; the event itself is as it was."),
    "link_missing": _("A link is missing in the middle of the chain."),
    "links_missing_at_end": _("Links are missing at the end of the chain."),
    "reordered": _("The event stands at another place than where it was recorded."),
    "head_altered": _("The chain's head row was altered: it does not fit the links."),
    "head_missing": _("The chain's head row is missing."),
    "rewritten": _("The chain is not what the anchor holds: it was rewritten or cut after it was anchored."),
    "anchor_altered": _("The anchor was altered, or the one before it."),
    "anchor_missing": _("An anchor is missing."),
}
_PLACES = {
    "event": _("event %s"),
    "subject": _("subject %s"),
    "position": _("position %s"),
    "anchor": _("anchor %s"),
    "called": _("“%s”"),
}


def sentence(finding: Mapping[str, Any]) -> str:
    """Return a finding as a sentence that says where and what."""
    where = ", ".join(str(_PLACES[name]) % finding[name] for name in _PLACES if finding.get(name))
    return f"{where}: {SENTENCES[finding['kind']]}"
