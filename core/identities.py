"""Edits of several tracks at once, carried out: ``core.track_pairs`` says what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from core import kinds, track_pairs, tracks
from core.batches import Batch, add_label, current, settle
from core.tracks import Track


def _split(work: Batch, edit: Mapping[str, Any]) -> None:
    """The track ends before ``frame``; a new one like it goes on from there."""
    before: Track = current(work, kinds.TRACK, edit)
    kept, rest = track_pairs.split(work.frames, before, edit)
    settle(work, "split", before, kept, edit)
    identity = tracks.add_like(
        work.db, before, first=rest.first, last=rest.last, change=work.change
    )
    tracks.put_keyframes(work.db, identity, rest.keyframes)
    add_label(work, tracks.get(work.db, identity), "split", like=before)


def _pair(verb: str, work: Batch, edit: Mapping[str, Any]) -> None:
    track: Track = current(work, kinds.TRACK, edit)
    other: Track = current(work, kinds.TRACK, edit, "other", "other_revision")
    after = track_pairs.CHANGES[verb](work.frames, track, other, edit)
    for before, changed in zip((track, other), after, strict=True):
        settle(work, verb, before, changed, edit)


WHOLE: dict[str, Callable[[Batch, Mapping[str, Any]], None]] = {
    "split": _split,
    **{verb: partial(_pair, verb) for verb in track_pairs.CHANGES},
}

MAKING = ("add", "split")
