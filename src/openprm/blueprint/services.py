"""The verbs: export the programme, plan what a folder would change, apply it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from openprm.blueprint import events, folder, plain, policies, rules, words
from openprm.blueprint.folder import Folder, Wanted
from openprm.blueprint.mistakes import Mistake, NotApplicable
from openprm.blueprint.models import Application
from openprm.blueprint.rules import Plan
from openprm.kernel import settings_store
from openprm.kernel.access import SYSTEM, Actor, as_system, enter
from openprm.kernel.blueprints import Section, sections
from openprm.kernel.errors import Invalid, Problem, Refusal
from openprm.kernel.events import announce

MOST_SENTENCES = 200
NO_DIGEST = "none"  # of no plan: whoever must say which plan they saw, and does not
_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('openprm programme as code'))"

Files = Mapping[str, str]
State = dict[str, dict[str, dict[str, Any]]]


class AnotherPlan(Refusal):
    """The programme or the folder is not as it was when the plan was made."""

    code = "blueprint_plan_changed"


class _TakenBack(Exception):
    """Ends a rehearsal."""


def export(*, by: Actor, only: Collection[str] = ()) -> dict[str, str]:
    """Return the files that say how the programme is set up, all of it or ``only`` some sections."""
    by.require(policies.READ)
    unknown = sorted(set(only) - {section.key for section in sections()})
    if unknown:
        known = ", ".join(section.key for section in sections())
        message = _("There is no section “%(key)s”. There are: %(known)s.") % {"key": unknown[0], "known": known}
        raise Invalid(message, fields={"section": message})
    with as_system():
        return folder.write({one.key: one.read() for one in sections() if not only or one.key in only})


def plan(*, files: Files, keep: bool, by: Actor, at: datetime, ahead: bool = False) -> Plan:
    """Return what applying the files would change: it is done, looked at, and taken back.

    ``keep`` leaves what the files do not have. NotApplicable where it could not be applied.
    """
    by.require(policies.READ)
    wanted = folder.read(files, ahead=ahead)
    found: list[Plan] = []
    try:
        with transaction.atomic(), enter(by if by.may(policies.APPLY) else SYSTEM) as acting:
            found.append(_made(wanted, keep, acting, at))
            raise _TakenBack
    except _TakenBack:
        return found[0]
    finally:
        settings_store.forget()


def apply(
    *, files: Files, keep: bool, source: str, by: Actor, at: datetime, digest: str = "", ahead: bool = False
) -> Plan:
    """Make the programme what the files say, all of it or nothing, and return what that changed.

    With a ``digest`` it must be the plan of that digest: AnotherPlan where something changed in the meantime.
    """
    by.require(policies.APPLY)
    wanted = folder.read(files, ahead=ahead)
    with transaction.atomic(), enter(by):
        done = _made(wanted, keep, by, at)
        if digest and digest != done.digest:
            raise AnotherPlan(
                _("This is not the plan that was seen: the programme or the folder changed since. Plan again.")
            )
        if done.size:
            _record(done, source, by, at)
    return done


def _made(wanted: Folder, keep: bool, by: Actor, at: datetime) -> Plan:
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    before = _state(wanted.sections)
    mistakes: list[Mistake] = []
    leaving = [] if keep else _leaving(wanted, before)
    later = [one for one in leaving if _remove(*one, by, at)]  # what is in use until others are written
    for section in wanted.sections:
        for code, document in wanted.documents[section.key].items():
            if before[section.key].get(code) != plain.full(document.document):
                mistakes += _written(section, document, by, at)
    mistakes += _still_there(later, by, at) if not mistakes else []
    if mistakes:
        raise NotApplicable(mistakes)
    after = _state(wanted.sections)
    _require_all(wanted, after)
    return rules.compare(before, after, wanted.documents)


def _state(chosen: Iterable[Section]) -> State:
    with as_system():
        return {one.key: {row.code: plain.full(row) for row in sorted(one.read(), key=_code)} for one in chosen}


def _code(document: Any) -> str:
    return str(document.code)


def _leaving(wanted: Folder, before: State) -> list[tuple[Section, str]]:
    """Return what the folder does not have any more, in the order in which it can go."""
    return [
        (section, code)
        for section in reversed(wanted.sections)
        if section.remove is not None
        for code in before[section.key]
        if code not in wanted.documents[section.key]
    ]


def _remove(section: Section, code: str, by: Actor, at: datetime) -> str:
    """Remove a document; returns what stands against it."""
    assert section.remove is not None
    try:
        with transaction.atomic():
            section.remove(code, by, at)
    except Problem as problem:
        return str(problem)
    except (IntegrityError, DataError):
        return _("Something still refers to it.")
    return ""


def _still_there(later: list[tuple[Section, str]], by: Actor, at: datetime) -> list[Mistake]:
    told = [(section, code, _remove(section, code, by, at)) for section, code in later]
    advice = _("It is not in the folder, and cannot be removed: %(why)s Add it to the folder, or keep what is there.")
    return [
        Mistake(f"{section.key}.yaml" if section.together else f"{section.key}/{code}.yaml", 0,
                code if section.together else "", advice % {"why": why})
        for section, code, why in told if why
    ]  # fmt: skip


def _written(section: Section, wanted: Wanted, by: Actor, at: datetime) -> list[Mistake]:
    try:
        with transaction.atomic():
            section.write(wanted.document, by, at)
    except Problem as problem:
        if not problem.fields:
            return [wanted.mistake(str(problem))]
        return [wanted.mistake(text, "" if name == plain.CODE else name) for name, text in problem.fields.items()]
    except (IntegrityError, DataError):
        return [wanted.mistake(_("This contradicts something that is there already, or is too long to be kept."))]
    return []


def _require_all(wanted: Folder, after: State) -> None:
    lost = [
        document.mistake(_("This was written, but is not there afterwards. It contradicts another document."))
        for section in wanted.sections
        for code, document in wanted.documents[section.key].items()
        if code not in after[section.key] and section.key != "roles"
    ]
    if lost:
        raise NotApplicable(lost)


def _record(done: Plan, source: str, by: Actor, at: datetime) -> None:
    told = list(words.sentences(done))
    shown = told[:MOST_SENTENCES]
    if len(told) > len(shown):
        shown.append(_("… and %(number)s more") % {"number": len(told) - len(shown)})
    counts = {what: done.count(what) for what in ("added", "changed", "removed")}
    with as_system():
        row = Application.objects.create(
            source=source[:300],
            who=by.name,
            digest=done.digest,
            sentences=shown,
            created_at=at,
            updated_at=at,
            **counts,
        )
        fact = events.Applied(source=row.source, sentences=shown, digest=done.digest, **counts)
        announce(fact, about=row, by=by, at=at)
