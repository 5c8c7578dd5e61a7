"""Changes people make to tracks: checked, applied, journalled, all in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlite_utils import Database

from core import (
    classes,
    errors,
    journal,
    mirror,
    people,
    refit,
    reversal,
    track_changes,
    track_pairs,
    track_spans,
    tracks,
    verdicts,
)
from core.labels import Keyframe, checked_box, checked_frame, checked_joints
from core.tracks import Track

LONGEST_BATCH = 1000
CHANGES: dict[str, track_changes.Change] = {
    **track_changes.CHANGES,
    **track_spans.CHANGES,
    "refit": refit.changed,
    "mirror": mirror.changed,
}


@dataclass(slots=True)
class Batch:
    """One client-made batch while it is applied."""

    db: Database
    seq: int
    person: int
    change: int
    frames: int
    video: int
    created: dict[str, int] = field(default_factory=dict)
    touched: dict[int, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a batch led to: the tracks as they are now, and those that are gone.

    ``archived`` are their classes that are offered no more: the labels are saved all the same.
    """

    batch: str
    tracks: list[Track]
    gone: list[int]
    created: dict[str, int]
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
            "created": self.created,
            "archived": self.archived,
            "undo": self.undo,
            "redo": self.redo,
        }


def apply(
    db: Database, *, batch: str, person: str, video: int, edits: Sequence[Mapping[str, Any]]
) -> Outcome:
    """Apply a batch of edits to one video: all or none, and once however often it is sent.

    Needs a write transaction (``core.db.write``). Verbs: add, accept, reject, skip, split and those
    of ``track_changes``, ``track_spans`` and ``track_pairs``, refit and mirror. Each names the
    ``revision`` it saw, except add; one about two tracks names ``other`` and ``other_revision``.

    :raises Stale: when somebody changed a track first; carries its current state.
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
    # Ids that the batch will create are known before it is written: the journal is append-only.
    upcoming = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'tracks'").fetchone()
    created: dict[str, int] = {}
    for edit in edits:
        if edit.get("verb") in ("add", "split"):
            number = (upcoming[0] if upcoming else 0) + len(created) + 1
            created[str(edit.get("client", f"new-{number}"))[:80]] = number
    seq = journal.open_batch(db, batch, person=who, video=video, kind="do", created=created)
    work = Batch(db, seq, who, tracks.next_change(db), int(row[0]), video, created)
    for edit in edits:
        _one(work, edit)


def _one(work: Batch, edit: Mapping[str, Any]) -> None:
    verb = edit.get("verb")
    if edit.get("kind", "track") != "track":
        raise errors.BadInput("Edits of {kind} are not known.", kind=edit.get("kind"))
    if verb == "add":
        _add(work, edit)
        return
    if verb == "split":
        _split(work, edit)
    elif verb in track_pairs.CHANGES:
        pair = _current(work, edit), _current(work, edit, "other", "other_revision")
        for before, after in zip(
            pair, track_pairs.CHANGES[verb](work.frames, *pair, edit), strict=True
        ):
            _write(work, verb, before, after)
    elif verb in CHANGES:
        before = _current(work, edit)
        after = CHANGES[verb](work.db, work.frames, before, edit)
        span = _span(before, edit) if verb in ("accept", "reject", "skip") else None
        _write(work, verb, before, after, span)
    else:
        raise errors.BadInput("There is no edit named {verb}.", verb=verb)


def _write(
    work: Batch, verb: str, before: Track, after: Track, span: tuple[int, int] | None = None
) -> None:
    journal.write_track(
        work.db,
        batch=work.seq,
        person=work.person,
        verb=verb,
        before=before,
        after=after,
        change=work.change,
    )
    _decide(work, before.id, _decision(after, verb), span)
    work.touched[before.id] = None


def _decide(
    work: Batch, track: int, decision: str | None, span: tuple[int, int] | None = None
) -> None:
    if decision:
        verdicts.add(
            work.db,
            kind="track",
            target=track,
            decision=decision,
            person=work.person,
            batch=work.seq,
            span=span,
        )


def _split(work: Batch, edit: Mapping[str, Any]) -> None:
    before = _current(work, edit)
    kept, rest = track_pairs.split(work.frames, before, edit)
    _write(work, "split", before, kept)
    identity = tracks.add_like(
        work.db, before, first=rest.first, last=rest.last, change=work.change
    )
    tracks.put_keyframes(work.db, identity, rest.keyframes)
    journal.write_addition(
        work.db,
        batch=work.seq,
        person=work.person,
        track=tracks.get(work.db, identity),
        verb="split",
    )
    kept_decision = {"accepted": "accept", "rejected": "reject"}.get(before.state)
    _decide(work, identity, _decision(rest, "split") or kept_decision)
    work.touched[identity] = None


def _decision(track: Track, verb: str) -> str | None:
    if verb in ("accept", "reject", "skip"):
        return verb
    # Deleting the whole is its own record; any other change to a model's track is a fix.
    return "fix" if track.run is not None and not track.deleted else None


def _current(
    work: Batch, edit: Mapping[str, Any], name: str = "id", revision: str = "revision"
) -> Track:
    identity = edit.get(name)
    if isinstance(identity, str) and identity in work.created:
        identity = work.created[identity]
    if not isinstance(identity, int) or isinstance(identity, bool):
        raise errors.UnknownItem("There is no track {name}.", name=identity)
    track = tracks.get(work.db, identity)
    if track.video != work.video:
        raise errors.UnknownItem("There is no track {name} in this video.", name=identity)
    seen = edit.get(revision)
    first_touch = identity not in work.touched
    if track.deleted or (first_touch and seen is not None and seen != track.revision):
        raise errors.Stale(
            "Track {name} was changed by someone else meanwhile.",
            "Look at the current state, then decide which one to keep.",
            current=[{**track.to_json(), "deleted": track.deleted}],
            name=identity,
        )
    return track


def _span(track: Track, edit: Mapping[str, Any]) -> tuple[int, int] | None:
    given = edit.get("range")
    if given is None:
        return None
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise errors.BadInput("A range needs a first and a last frame.")
    first, last = checked_frame(given[0]), checked_frame(given[1])
    if first > last or first > track.last or last < track.first:
        raise errors.BadInput(
            "Frames {first} to {last} do not lie in the track ({start} to {end}).",
            first=first,
            last=last,
            start=track.first,
            end=track.last,
        )
    return None if first <= track.first and last >= track.last else (first, last)


def _add(work: Batch, edit: Mapping[str, Any]) -> None:
    frame = track_changes.checked_place(work.frames, edit)
    last = checked_frame(edit.get("last", frame))
    if not frame <= last < work.frames:
        raise errors.BadInput(
            "Frame {frame} is beyond the video's last frame, {last}.",
            frame=last,
            last=work.frames - 1,
        )
    joints = None if edit.get("joints") is None else checked_joints(edit["joints"])
    track_changes.check_skeleton(work.db, edit.get("skeleton"), joints)
    identity = tracks.add_row(
        work.db,
        video=work.video,
        class_id=classes.require(work.db, edit.get("class")),
        first=frame,
        last=last,
        person=work.person,
        skeleton=edit.get("skeleton"),
        change=work.change,
    )
    keyframe = Keyframe(frame, checked_box(edit.get("box", [])), joints)
    tracks.put_keyframes(work.db, identity, [keyframe])
    journal.write_addition(
        work.db, batch=work.seq, person=work.person, track=tracks.get(work.db, identity)
    )
    work.touched[identity] = None


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
    return outcome(db, batch, who, known)


def outcome(db: Database, batch: str, person: int, video: int | None) -> Outcome:
    """The tracks a batch touched, as they are now."""
    touched = [tracks.get(db, identity) for identity in journal.touched(db, batch)]
    shown = [track for track in touched if not track.deleted and not track.hidden]
    undo_depth, redo_depth = journal.depths(db, person, video)
    return Outcome(
        batch=batch,
        tracks=shown,
        gone=[track.id for track in touched if track.deleted or track.hidden],
        created=journal.created(db, batch),
        undo=undo_depth,
        redo=redo_depth,
        change=tracks.change_number(db),
        archived=_archived(db, {track.class_id for track in shown}),
    )


def _archived(db: Database, used: set[int]) -> list[int]:
    rows = db.execute("SELECT id FROM classes WHERE archived = 1 ORDER BY id")
    return [row[0] for row in rows if row[0] in used]
