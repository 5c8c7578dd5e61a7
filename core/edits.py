"""Changes people make to labels: checked, applied, journalled, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core import (
    bindings,
    change_numbers,
    errors,
    journal,
    kinds,
    mirror,
    people,
    refit,
    reversal,
    segment_changes,
    segments,
    track_changes,
    track_edits,
    track_spans,
    tracks,
)
from core.batches import Batch, current, settle
from core.segments import Segment
from core.sqlite import Database
from core.tracks import Track

LONGEST_BATCH = 1000
MOST_ANSWERED = 2 * LONGEST_BATCH


MAKING = {"track": track_edits.MAKING, "segment": segment_changes.MAKING}
"""Verbs that make a label, by kind; each makes one."""

CHANGES: dict[str, dict[str, Callable[..., Any]]] = {
    "track": {
        **track_changes.CHANGES,
        **track_spans.CHANGES,
        "refit": refit.changed,
        "mirror": mirror.changed,
    },
    "segment": segment_changes.CHANGES,
}
"""Verbs that make one label another, by kind."""

WHOLE: dict[str, dict[str, Callable[[Batch, Mapping[str, Any]], None]]] = {
    "track": track_edits.WHOLE,
    "segment": segment_changes.WHOLE,
}
"""Verbs that add a label or change several, by kind."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a batch led to: the labels as they are now, and those that are gone.

    ``revisions`` are those that the batch itself led to, by kind and id: when it is sent again, the
    labels may have been changed by others since. ``archived`` are the labels' classes that are
    offered no more: the labels are saved all the same.
    """

    batch: str
    tracks: list[Track]
    gone: list[int]
    segments: list[Segment]
    gone_segments: list[int]
    created: dict[str, int]
    revisions: dict[str, dict[int, int]]
    undo: int
    redo: int
    change: int
    archived: list[int]
    refused: errors.Stale | None = None

    def unless_refused(self) -> Outcome:
        """The outcome itself; to be called after the commit.

        :raises Stale: when somebody else's change stood in the way.
        """
        if self.refused is not None:
            raise self.refused
        return self

    def to_json(self) -> dict[str, Any]:
        """The answer of the API."""
        return {
            "batch": self.batch,
            "seq": self.change,
            "tracks": [track.to_json() for track in self.tracks],
            "gone": self.gone,
            "segments": [segment.to_json() for segment in self.segments],
            "gone_segments": self.gone_segments,
            "created": self.created,
            "revisions": self.revisions,
            "archived": self.archived,
            "undo": self.undo,
            "redo": self.redo,
        }


def apply(
    db: Database, *, batch: str, person: str, video: int, edits: Sequence[Mapping[str, Any]]
) -> Outcome:
    """Apply a batch of edits to one video: all or none, and once however often it is sent.

    Needs a write transaction (``core.db.write``). An edit names its ``kind`` (track, when it names
    none) and one of the kind's verbs, which are in ``CHANGES`` and ``WHOLE``. Each but add names
    the ``revision`` it saw; one about two labels also ``other`` and ``other_revision``.

    :raises Stale: when somebody changed a label first; carries its current state.
    :raises BadInput: for a malformed edit.
    """
    if not isinstance(batch, str) or not 1 <= len(batch) <= 80:
        raise errors.BadInput("A batch of edits needs an id of 1 to 80 characters.")
    who = people.identify(db, person)
    if journal.find(db, batch) is None:
        _apply_new(db, batch, who, video, edits)
    return outcome(db, batch, who, video)


def _apply_new(
    db: Database, batch: str, who: int, video: int, edits: Sequence[Mapping[str, Any]]
) -> None:
    if not edits or len(edits) > LONGEST_BATCH:
        raise errors.BadInput("A batch holds 1 to {limit} edits.", limit=LONGEST_BATCH)
    row = db.execute(
        "SELECT frames FROM videos WHERE id = ? AND state = 'ready'", [video]
    ).fetchone()
    if row is None:
        raise errors.UnknownItem("There is no video {name}.", name=video)
    created = _created(db, edits)
    seq = journal.open_batch(db, batch, person=who, video=video, kind="do", created=created)
    work = Batch(db, seq, who, change_numbers.take(db), int(row[0]), video, created)
    for edit in edits:
        _one(work, edit)
    bindings.release(db, work.touched, batch=seq, person=who, change=work.change)


def _created(db: Database, edits: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The ids that a batch will give, by the client's own names.

    They are known before it is written: the journal is append-only.
    """
    given = dict(db.execute("SELECT name, seq FROM sqlite_sequence"))
    created: dict[str, int] = {}
    for edit in edits:
        kind = edit.get("kind", "track")
        if edit.get("verb") in MAKING.get(kind, ()):
            number = given[f"{kind}s"] = given.get(f"{kind}s", 0) + 1
            created[str(edit.get("client", f"new-{number}"))[:80]] = number
    return created


def _one(work: Batch, edit: Mapping[str, Any]) -> None:
    kind, verb = kinds.named(edit.get("kind", "track")), str(edit.get("verb"))
    whole = WHOLE[kind.name].get(verb)
    if whole is not None:
        whole(work, edit)
        return
    change = CHANGES[kind.name].get(verb)
    if change is None:
        raise errors.BadInput("There is no edit named {verb}.", verb=verb)
    before = current(work, kind, edit)
    settle(work, verb, before, change(work.db, work.frames, before, edit), edit)


def undo(db: Database, *, batch: str, person: str, video: int | None = None) -> Outcome:
    """Take back this person's last batch that is not undone yet (in one video, or anywhere).

    When somebody else changed the same part since, nothing changes: the answer is ``refused``, and
    the step is passed over from now on.

    :raises NothingToUndo: when there is none.
    """
    return _reverse(db, "undo", batch, person, video)


def redo(db: Database, *, batch: str, person: str, video: int | None = None) -> Outcome:
    """Do again what :func:`undo` took back last; refused and raising as it does."""
    return _reverse(db, "redo", batch, person, video)


def _reverse(db: Database, kind: str, batch: str, person: str, video: int | None) -> Outcome:
    who = people.identify(db, person)
    known = journal.find(db, batch)
    if known is None:
        target = journal.next_to_undo(db, who, video) if kind == "undo" else None
        target = journal.next_to_redo(db, who, video) if kind == "redo" else target
        if target is None:
            raise errors.NothingToUndo(
                "There is nothing to undo." if kind == "undo" else "There is nothing to redo."
            )
        known = video
        try:
            with db.atomic():
                known = reversal.reverse(db, kind, of=target, batch=batch, person=who)
        except errors.Stale as stale:
            # Passed over, so that the next undo reaches the step before it.
            journal.open_batch(db, batch, person=who, video=video, kind=kind, of=target)
            return replace(outcome(db, batch, who, known), refused=stale)
    elif not journal.revisions(db, batch):
        return replace(outcome(db, batch, who, known), refused=_refused_before())
    return outcome(db, batch, who, known)


def _refused_before() -> errors.Stale:
    """What a reversal is told that is asked for again after it was passed over."""
    return errors.Stale(
        "Somebody else's change stood in the way.",
        "Look at the current state, then decide which one to keep.",
    )


def outcome(db: Database, batch: str, person: int, video: int | None) -> Outcome:
    """The labels a batch touched, as they are now.

    Of a batch that touched very many, the first; open pages hear of the others as of all changes.
    """
    touched = tracks.several(db, journal.touched(db, batch)[:MOST_ANSWERED])
    shown = [track for track in touched if not track.deleted and not track.hidden]
    numbers = journal.touched(db, batch, kind="segment")[:MOST_ANSWERED]
    ranges = segments.several(db, numbers)
    seen = [segment for segment in ranges if not segment.deleted and not segment.hidden]
    undo_depth, redo_depth = journal.depths(db, person, video)
    used = {track.class_id for track in shown} | {segment.class_id for segment in seen}
    return Outcome(
        batch=batch,
        tracks=shown,
        gone=[track.id for track in touched if track.deleted or track.hidden],
        segments=seen,
        gone_segments=[segment.id for segment in ranges if segment.deleted or segment.hidden],
        created=journal.created(db, batch),
        revisions=_revisions(db, batch, shown, seen),
        undo=undo_depth,
        redo=redo_depth,
        change=change_numbers.newest(db),
        archived=_archived(db, used),
    )


def _revisions(
    db: Database, batch: str, shown: Sequence[Track], seen: Sequence[Segment]
) -> dict[str, dict[int, int]]:
    made = journal.revisions(db, batch)
    return {
        "track": {track.id: made["track"][track.id] for track in shown},
        "segment": {segment.id: made["segment"][segment.id] for segment in seen},
    }


def _archived(db: Database, used: set[int | None]) -> list[int]:
    rows = db.execute("SELECT id FROM classes WHERE archived = 1 ORDER BY id")
    return [row[0] for row in rows if row[0] in used]
