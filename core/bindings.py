"""Segments that are about one object stay with it: what a change of tracks does to those bound to
them. Journalled in the same batch, so that it is undone and done again with the change itself; no
decision about a segment is made by it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from core import journal, segments
from core.batches import Batch
from core.segments import Segment
from core.sqlite import Database
from core.tracks import LAST_FRAME

VERB = "bind"


def split(work: Batch, track: int, rest: int, frame: int) -> None:
    """From ``frame`` on a track is another one, ``rest``."""
    for segment in segments.bound(work.db, track):
        if _lies_in(segment, frame, LAST_FRAME):
            _bind(work, segment, rest)


def exchange(work: Batch, track: int, other: int, first: int, last: int = LAST_FRAME) -> None:
    """From ``first`` to ``last`` two tracks are each other."""
    for segment in segments.bound(work.db, track, other):
        if _lies_in(segment, first, last):
            _bind(work, segment, other if segment.track == track else track)


def merge(work: Batch, track: int, other: int) -> None:
    """All that was said of ``other`` is said of ``track``."""
    for segment in segments.bound(work.db, other):
        _bind(work, segment, track)


def release(
    db: Database, touched: Collection[tuple[str, int]], *, batch: int, person: int, change: int
) -> None:
    """Segments whose track is gone stay, bound to none.

    :param touched: kind and id of each label that was changed.
    """
    tracks, found = ([i for kind, i in touched if kind == name] for name in ("track", "segment"))
    for segment in segments.astray(db, tracks, found):
        _write(db, segment, None, batch=batch, person=person, change=change)


def _lies_in(segment: Segment, first: int, last: int) -> bool:
    """Whether most of a segment's frames are in a range; of two halves the first counts."""
    inside = min(segment.last, last) - max(segment.first, first) + 1
    beside = segment.last - segment.first + 1 - inside
    return inside > beside or (inside == beside and first <= segment.first)


def _bind(work: Batch, segment: Segment, track: int) -> None:
    _write(work.db, segment, track, batch=work.seq, person=work.person, change=work.change)
    work.touched.add(("segment", segment.id))


def _write(
    db: Database, segment: Segment, track: int | None, *, batch: int, person: int, change: int
) -> None:
    after = replace(segment, track=track)
    journal.write(
        db, batch=batch, person=person, verb=VERB, before=segment, after=after, change=change
    )
