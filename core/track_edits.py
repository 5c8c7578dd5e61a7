"""Edits that add a track or change two; those of one track are in ``CHANGES`` of ``core.edits``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from core import (
    bindings,
    classes,
    errors,
    kinds,
    track_changes,
    track_pairs,
    track_rows,
    tracks,
    verdicts,
)
from core.batches import Batch, add_label, current, settle
from core.labels import Keyframe, checked_box, checked_frame, checked_joints
from core.tracks import LAST_FRAME, Track


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
    identity = track_rows.add_row(
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
    track_rows.put_keyframes(work.db, identity, [keyframe])
    add_label(work, tracks.get(work.db, identity))


def _split(work: Batch, edit: Mapping[str, Any]) -> None:
    before: Track = current(work, kinds.TRACK, edit)
    kept, rest = track_pairs.split(work.frames, before, edit)
    _settle(work, "split", before, kept, edit)
    identity = track_rows.add_like(
        work.db, before, first=rest.first, last=rest.last, change=work.change
    )
    track_rows.put_keyframes(work.db, identity, rest.keyframes)
    add_label(work, tracks.get(work.db, identity), "split", like=before, parts=rest.partial)
    bindings.split(work, before.id, identity, edit["frame"])


def _pair(verb: str, work: Batch, edit: Mapping[str, Any]) -> None:
    before: Track = current(work, kinds.TRACK, edit)
    other: Track = current(work, kinds.TRACK, edit, "other", "other_revision")
    after = track_pairs.CHANGES[verb](work.frames, before, other, edit)
    for was, becomes in zip((before, other), after, strict=True):
        _settle(work, verb, was, becomes, edit)
    _rebind(work, verb, *after, edit)


def _settle(work: Batch, verb: str, before: Track, after: Track, edit: Mapping[str, Any]) -> None:
    """A change to which frames a track has: verdicts on parts go where the frames go."""
    settle(work, verb, before, after, edit)
    # A model's track is fixed as a whole by any change; a deleted one keeps what it had.
    if after.run is None and not after.deleted and after.partial != before.partial:
        verdicts.put_parts(
            work.db, kinds.TRACK.name, after.id, after.partial, person=work.person, batch=work.seq
        )


def _rebind(work: Batch, verb: str, track: Track, other: Track, edit: Mapping[str, Any]) -> None:
    """What is about either of two tracks that were changed goes where its object went."""
    if other.deleted:
        bindings.merge(work, track.id, other.id)
    elif track.deleted:
        bindings.merge(work, other.id, track.id)
    else:
        last = edit.get("last") if verb == "swap" else None
        until = LAST_FRAME if last is None else last
        bindings.exchange(work, track.id, other.id, edit["frame"], until)


WHOLE: dict[str, Callable[[Batch, Mapping[str, Any]], None]] = {
    "add": _add,
    "split": _split,
    **{verb: partial(_pair, verb) for verb in track_pairs.CHANGES},
}

MAKING = ("add", "split")
