"""Walking all chains and anchors, and naming what does not fit.

Of each chain the first place that does not fit is named; what follows it follows from it. Chains are read a batch at a
time with one statement, so what is announced meanwhile does not disturb.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import ngettext

from openprm.kernel import notifications, people
from openprm.kernel.access import as_system
from openprm.kernel.ledger import chaining
from openprm.kernel.ledger.chaining import event_of
from openprm.kernel.ledger.hashing import EVENT_COLUMNS, GENESIS, anchor_hash, link_hash
from openprm.kernel.ledger.models import Anchor, Chain, Verification
from openprm.kernel.ledger.words import sentence

BATCH = 500
ALTERED = "kernel.ledger_altered"  # the kind of message when something does not fit
OPERATE = "kernel.operate"
MOST_KEPT = 20
_NIL = UUID(int=0)
_COLUMNS = ", ".join(f"e.{name}" for name in EVENT_COLUMNS)
# Laterals with an offset: whatever the statistics say, links and events are looked up by index, batch after batch.
_CHAINS = f"""
with chains as materialized (
    select * from kernel_chain where subject_id > %s order by subject_id limit {BATCH}
)
select c.subject_id, c.subject_type, c.length, c.head, l.event_id, l.position, l.previous, l.hash, {_COLUMNS}
from chains c
left join lateral (select * from kernel_link where subject_id = c.subject_id offset 0) l on true
left join lateral (select * from kernel_event where id = l.event_id offset 0) e on true
order by c.subject_id, l.position
"""  # noqa: S608 - names of columns
_LOST_HEADS = """
select l.event_id, l.subject_id, l.position from kernel_link l left join kernel_chain c on c.subject_id = l.subject_id
where c.subject_id is null order by l.subject_id, l.position limit 20
"""
_OUTSIDE = """
select e.id, e.subject_id from kernel_event e left join kernel_link l on l.event_id = e.id
where e.subject_type = any(%s) and l.event_id is null order by e.at, e.id limit 20
"""
_LOOSE = f"""
select {_COLUMNS} from kernel_event e left join kernel_link l on l.event_id = e.id
where e.subject_id = %s and l.event_id is null
"""  # noqa: S608 - names of columns
_HELD = """
select h.subject, h.position, l.event_id
from unnest(%s::uuid[], %s::int[], %s::text[]) as h(subject, position, hash)
left join kernel_link l on l.subject_id = h.subject and l.position = h.position
where l.hash is distinct from h.hash order by h.subject
"""
_HOLDERS = "select subject_id, anchored from kernel_chain where anchor = %s"
_NAMES = "select id, name, subject_label from kernel_event where id = any(%s::uuid[])"
_WITHOUT_ANCHOR = """
select c.subject_id, c.anchor from kernel_chain c left join kernel_anchor a on a.sequence = c.anchor
where a.sequence is null and (c.anchor is not null or c.anchored > 0) or c.anchored > c.length
order by c.subject_id limit 20
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit: its kind (``words.py`` says it in a sentence), and where.

    ``called`` is what the event's row says: its name, and what it is about. It may have been altered, too.
    """

    kind: str
    event: str = ""
    subject: str = ""
    position: int = 0
    anchor: int = 0
    called: str = field(default="", compare=False)


@dataclass(slots=True)
class Walk:
    """How far a verification has come."""

    progress: Callable[[str, int, int], None] = lambda what, done, total: None
    links: int = 0
    chains: int = 0
    anchors: int = 0
    problems: int = 0
    findings: list[Finding] = field(default_factory=list)

    def note(self, findings: Iterator[Finding]) -> None:
        """Keep the first findings, and count all."""
        for finding in findings:
            self.problems += 1
            if len(self.findings) < MOST_KEPT:
                self.findings.append(finding)


@dataclass(frozen=True, slots=True)
class _Link:
    """A link with its event, if that is there."""

    event_id: UUID
    position: int
    previous: str
    hash: str
    event: dict[str, Any] | None

    def fits(self, *, position: int, previous: str, hash: str) -> bool:
        return self.event is not None and link_hash(self.event, position=position, previous=previous) == hash


def verify(
    *, by: str, at: datetime, now: Callable[[], datetime], progress: Callable[[str, int, int], None] | None = None
) -> Verification:
    """Walk everything, keep what came of it, and return that."""
    with as_system():
        walk = walked(progress)
        done = Verification.objects.create(
            started_at=at,
            finished_at=now(),
            by=by,
            links=walk.links,
            chains=walk.chains,
            anchors=walk.anchors,
            problems=walk.problems,
            findings=[asdict(finding) for finding in walk.findings],
        )
        if not done.sound:
            _tell(done)
        return done


def _tell(done: Verification) -> None:
    """Tell those who can look into it that something was altered."""
    notifications.notify(
        kind=ALTERED,
        to=people.holders(OPERATE, partner_id=None),
        title=ngettext(
            "Ledger: %(number)s place does not fit", "Ledger: %(number)s places do not fit", done.problems
        ) % {"number": done.problems},
        body=sentence(done.first),
        url="/console/ledger/",
        at=done.finished_at,
    )  # fmt: skip


def walked(progress: Callable[[str, int, int], None] | None = None) -> Walk:
    """Walk everything in the scope of the system, and return what was found."""
    walk = Walk() if progress is None else Walk(progress)
    with as_system():
        walk.note(_chains(walk))
        walk.note(_strays())
        walk.note(_anchors(walk))
        walk.findings = _called(walk.findings)
    return walk


def _called(findings: list[Finding]) -> list[Finding]:
    rows = _rows(_NAMES, [[finding.event for finding in findings if finding.event]])
    names = {str(event): " · ".join(filter(None, (name, label))) for event, name, label in rows}
    return [replace(finding, called=names.get(finding.event, "")) for finding in findings]


def _chains(walk: Walk) -> Iterator[Finding]:
    total, last = Chain.objects.count(), _NIL
    while rows := _rows(_CHAINS, [last]):
        for subject, group in groupby(rows, key=lambda row: row[0]):
            chain = list(group)
            links = [_link(row) for row in chain if row[4] is not None]
            walk.chains, walk.links, last = walk.chains + 1, walk.links + len(links), subject
            _subject, kind, length, head, *_rest = chain[0]
            finding = _first_break(subject, kind, links, head) or _wrong_head(subject, links, length, head)
            if finding is not None:
                yield finding
        walk.progress("chains", walk.chains, total)


def _link(row: Any) -> _Link:
    event_id, position, previous, mark, *event = row[4:]
    return _Link(event_id, position, previous, mark, event_of(event) if event[0] is not None else None)


def _first_break(subject: UUID, kind: str, links: list[_Link], head: str) -> Finding | None:
    previous = GENESIS
    for expected, link in enumerate(links, 1):
        at = partial(Finding, event=str(link.event_id), subject=str(subject), position=expected)
        if link.event is None:
            return at("event_missing")
        if link.event["subject_id"] != subject or link.event["subject_type"] != kind:
            return at("event_altered")
        if link.position != expected:
            return _gap(subject, expected, previous, link)
        if link.previous != previous or not link.fits(position=expected, previous=previous, hash=link.hash):
            return at(_what_differs(links, expected, previous, head))
        previous = link.hash
    return None


def _what_differs(links: list[_Link], expected: int, previous: str, head: str) -> str:
    """Say whether a link that does not fit was moved, forged, or belongs to an event that was altered."""
    link = links[expected - 1]
    if link.event is None:
        return "event_missing"
    computed = link_hash(link.event, position=expected, previous=previous)
    following = links[expected].previous if expected < len(links) else head
    if computed in (link.hash, following):  # the event is as it was: its link is not
        return "link_altered"
    for other in links:
        moved = link.fits(position=other.position, previous=link.previous, hash=link.hash)
        exchanged = link.fits(position=other.position, previous=other.previous, hash=other.hash)
        if other is not link and (moved or exchanged):
            return "reordered"
    return "event_altered"


def _gap(subject: UUID, expected: int, previous: str, following: _Link) -> Finding:
    """Name the event whose link is missing, if it is still there."""
    lost = ""
    for row in _rows(_LOOSE, [subject]):
        event = event_of(row)
        if link_hash(event, position=expected, previous=previous) == following.previous:
            lost = str(event["id"])
    return Finding("link_missing", event=lost, subject=str(subject), position=expected)


def _wrong_head(subject: UUID, links: list[_Link], length: int, head: str) -> Finding | None:
    there = (len(links), links[-1].hash if links else GENESIS)
    if there == (length, head):
        return None
    event = str(links[-1].event_id) if links else ""
    kind = "links_missing_at_end" if length > len(links) else "head_altered"
    return Finding(kind, event=event, subject=str(subject), position=len(links) + (length > len(links)))


def _strays() -> Iterator[Finding]:
    """Find links whose chain is gone, and events of chained subjects that are in no chain."""
    for event, subject, position in _rows(_LOST_HEADS, []):
        yield Finding("head_missing", event=str(event), subject=str(subject), position=position)
    for event, subject in _rows(_OUTSIDE, [sorted(chaining.chained)]):
        yield Finding("event_not_chained", event=str(event), subject=str(subject))


def _anchors(walk: Walk) -> Iterator[Finding]:
    total, previous = Anchor.objects.count(), GENESIS
    for expected, anchor in enumerate(Anchor.objects.order_by("sequence").iterator(chunk_size=50), 1):
        walk.anchors = expected
        if anchor.sequence != expected:
            yield Finding("anchor_missing", anchor=expected)
            return
        content = {"sequence": anchor.sequence, "at": anchor.at, "heads": anchor.heads}
        if anchor.previous != previous or anchor_hash(previous=previous, **content) != anchor.hash:
            yield Finding("anchor_altered", anchor=anchor.sequence)
            return
        previous = anchor.hash
        yield from _held(anchor)
        walk.progress("anchors", walk.anchors, total)
    for subject, sequence in _rows(_WITHOUT_ANCHOR, []):
        yield Finding("anchor_missing", subject=str(subject), anchor=sequence or 0)


def _held(anchor: Anchor) -> Iterator[Finding]:
    """Find what an anchor holds and the chains do not have (any more)."""
    heads = [(UUID(subject), position, mark) for subject, (position, mark) in anchor.heads.items()]
    rows = _rows(_HELD, [list(column) for column in zip(*heads, strict=True)])
    for subject, position, event in rows:
        yield Finding("rewritten", str(event or ""), str(subject), position, anchor.sequence)
    held = {subject: position for subject, position, _mark in heads}
    for subject, anchored in _rows(_HOLDERS, [anchor.sequence]):
        if held.get(subject) != anchored:
            yield Finding("head_altered", subject=str(subject), position=anchored, anchor=anchor.sequence)


def _rows(sql: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[Any] = cursor.fetchall()
        return found
