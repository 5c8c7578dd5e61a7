"""Putting labels back to what they were: one label, or all of a video, as one undoable batch.

A moment lies just before a batch of the journal. Each part of a label that was touched since
becomes what the first edit since found there; verdicts likewise. Nothing leaves the journal. What a
model suggested meanwhile is no change by a person: it stays, unless somebody changed it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core import bindings, change_numbers, errors, journal, kinds, people, stored, verdicts
from core.kinds import Kind, Label, Parts
from core.sqlite import Database

VERB = "restore"

_SINCE = (
    "WHERE e.video = :video AND e.kind IN ('track', 'segment') AND e.batch >= :before "
    "AND e.seq >= (SELECT f.seq FROM edits f WHERE f.batch >= :before "
    "ORDER BY f.batch, f.seq LIMIT 1) "
    "AND (:kind IS NULL OR (e.kind = :kind AND e.target = :target)) "
)
_EDITS = f"SELECT e.seq, e.kind, e.target, e.before FROM edits e {_SINCE} ORDER BY e.seq"
_PEOPLE = (
    "SELECT p.name, count(DISTINCT e.batch) FROM edits e JOIN people p ON p.id = e.person "
    f"{_SINCE} GROUP BY p.id ORDER BY 2 DESC, 1"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """Just before batch ``before`` in one video, for all of its labels or for one of them."""

    video: int
    before: int
    kind: str | None = None
    target: int | None = None

    def values(self) -> dict[str, Any]:
        """What the queries about it need."""
        return {
            "video": self.video,
            "before": self.before,
            "kind": self.kind,
            "target": self.target,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """A label that is not what it was: its parts now and then; its verdicts then, if others."""

    kind: Kind
    label: Label
    now: Parts
    then: Parts
    verdicts: list[verdicts.Verdict] | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What restoring would do, before it is done.

    ``seen`` is the newest batch of the video; ``people`` counts the batches of each person since.
    """

    before: int
    seen: int
    tracks: int
    segments: int
    people: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The answer of the API."""
        return {
            "before": self.before,
            "seen": self.seen,
            "tracks": self.tracks,
            "segments": self.segments,
            "people": [{"person": name, "changes": count} for name, count in self.people.items()],
        }


def at_time(db: Database, video: int, time: datetime) -> int:
    """The first batch of a video after a time (UTC where it names no zone)."""
    zoned = time if time.tzinfo else time.replace(tzinfo=UTC)
    text = zoned.astimezone(UTC).isoformat(timespec="milliseconds")
    row = db.execute(
        "SELECT min(b.seq) FROM batches b WHERE b.video = ? AND b.at > ?", [video, text]
    ).fetchone()
    return _newest(db, video) + 1 if row[0] is None else int(row[0])


def preview(db: Database, moment: Moment) -> Preview:
    """What would change, and whose work that is."""
    found = changes(db, moment)
    counts = db.execute(_PEOPLE, moment.values())
    return Preview(
        before=moment.before,
        seen=_newest(db, moment.video),
        tracks=sum(one.kind is kinds.TRACK for one in found),
        segments=sum(one.kind is kinds.SEGMENT for one in found),
        people={name: int(count) for name, count in counts},
    )


def restore(db: Database, moment: Moment, *, batch: str, person: str, seen: int) -> int:
    """Put back what was; returns how many labels changed. Needs a write transaction.

    Sent twice under one batch id it counts once.

    :param seen: the newest batch that the person knew of, from :func:`preview`.
    :raises Stale: when somebody changed something since. :raises NothingToUndo: for no change.
    """
    if journal.find(db, batch) is not None:
        return len(journal.touched(db, batch)) + len(journal.touched(db, batch, kind="segment"))
    if _newest(db, moment.video) != seen:
        raise errors.Stale(
            "The video was changed since you looked.", "Look again at what would be put back."
        )
    found = changes(db, moment)
    if not found:
        raise errors.NothingToUndo("Nothing is different from what it was then.")
    who = people.identify(db, person)
    seq = journal.open_batch(db, batch, person=who, video=moment.video, kind="do")
    change = change_numbers.take(db)
    for one in found:
        journal.record(db, seq, who, one.label, VERB, one.now, one.then)
        one.kind.carry_out(db, one.label.id, one.then, change)
        if one.verdicts is not None:
            name, target = one.kind.name, one.label.id
            verdicts.become(db, name, target, one.verdicts, person=who, batch=seq)
    touched = {(one.kind.name, one.label.id) for one in found}
    bindings.release(db, touched, batch=seq, person=who, change=change)
    return len(found)


def changes(db: Database, moment: Moment) -> list[Change]:
    """The labels that are not what they were at a moment."""
    found = []
    for (name, target), wanted in _then(db, moment).items():
        kind = kinds.KINDS[name]
        label: Label = kind.get(db, target)
        now, then = _differing(kinds.plain(kind.parts(label)), wanted)
        decided = verdicts.as_of(db, name, target, moment.before)
        same = decided == verdicts.now(db, name, target)
        if not same or any(then.values()):
            found.append(Change(kind, label, now, then, None if same else decided))
    return found


def _then(db: Database, moment: Moment) -> dict[tuple[str, int], Parts]:
    """For every label touched since, the touched parts as they were."""
    wanted: dict[tuple[str, int], Parts] = {}
    added: set[tuple[str, int]] = set()
    for row in db.query(_EDITS, moment.values()):
        place = row["kind"], row["target"]
        if place in added:
            continue
        kind, before = kinds.KINDS[row["kind"]], journal.side(row["before"], row["seq"])
        if before.keys() != set(kind.sections):
            raise stored.damaged(f"edit {row['seq']}")
        if place not in wanted and before == kind.absent:
            added.add(place)
        parts = wanted.setdefault(place, {section: {} for section in kind.sections})
        for section, values in before.items():
            parts[section] = {**values, **parts[section]}
    return wanted


def _differing(now: Parts, wanted: Parts) -> tuple[Parts, Parts]:
    names = {
        section: [name for name, value in values.items() if now[section].get(name) != value]
        for section, values in wanted.items()
    }
    return (
        {section: {name: now[section].get(name) for name in names[section]} for section in wanted},
        {section: {name: wanted[section][name] for name in names[section]} for section in wanted},
    )


def _newest(db: Database, video: int) -> int:
    row = db.execute(
        "SELECT batch FROM edits WHERE video = ? ORDER BY seq DESC LIMIT 1", [video]
    ).fetchone()
    return 0 if row is None else int(row[0])
