"""What each kind of edit makes of a segment.

``CHANGES`` are of one segment: the segment before goes in, the segment after comes out, and
``core.edits`` journals the difference. ``WHOLE`` add one or change two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from core import attributes, classes, errors, kinds, segments, track_changes, tracks
from core.batches import Batch, add_label, current, settle
from core.labels import checked_frame
from core.segments import Segment
from core.sqlite import Database

LONGEST_TEXT = 10_000
_LANGUAGE = re.compile(r"(?:[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)?")

Change = Callable[[Database, int, Segment, Mapping[str, Any]], Segment]
"""Of a database to look things up in, the video's number of frames, a segment and an edit."""


def _checked_span(frames: int, first: Any, last: Any) -> tuple[int, int]:
    first, last = checked_frame(first), checked_frame(last)
    if last >= frames:
        raise errors.BadInput(
            "Frame {frame} is beyond the video's last frame, {last}.", frame=last, last=frames - 1
        )
    if first > last:
        raise errors.BadInput(
            "A segment begins at or before the frame where it ends, not {first} to {last}.",
            first=first,
            last=last,
        )
    return first, last


def _checked_text(given: Any) -> str:
    if not isinstance(given, str) or len(given) > LONGEST_TEXT:
        raise errors.BadInput("A text holds at most {limit} characters.", limit=LONGEST_TEXT)
    return given


def _checked_language(given: Any) -> str:
    if not isinstance(given, str) or not _LANGUAGE.fullmatch(given):
        raise errors.BadInput(
            "Write the language as a code such as ko or en, not {value}.", value=given
        )
    return given


def _event_class(db: Database, identity: Any) -> int:
    found = classes.require(db, identity)
    if classes.kind(db, found) != "event":
        raise errors.BadInput("Class {name} is not a class of events.", name=identity)
    return found


def _checked_track(db: Database, video: int, identity: Any) -> int | None:
    if identity is None:
        return None
    if type(identity) is not int:
        raise errors.UnknownItem(kinds.TRACK.unknown, name=identity)
    found = tracks.several(db, [identity], keyframes=False)
    if not found or found[0].deleted or found[0].video != video:
        raise errors.UnknownItem(kinds.TRACK.elsewhere, name=identity)
    return identity


def _bind(db: Database, frames: int, segment: Segment, edit: Mapping[str, Any]) -> Segment:
    return replace(segment, track=_checked_track(db, segment.video, edit.get("track")))


def _class(db: Database, frames: int, segment: Segment, edit: Mapping[str, Any]) -> Segment:
    if segment.kind != "event":
        raise errors.BadInput("Only an event has a class.")
    return replace(segment, class_id=_event_class(db, edit.get("class")))


def _span(db: Database, frames: int, segment: Segment, edit: Mapping[str, Any]) -> Segment:
    ends = edit.get("first", segment.first), edit.get("last", segment.last)
    first, last = _checked_span(frames, *ends)
    moved = first - segment.first if last - first == segment.last - segment.first else 0
    table = attributes.shifted(segment.attributes, moved) if moved else segment.attributes
    return replace(segment, first=first, last=last, attributes=table)


def _text(db: Database, frames: int, segment: Segment, edit: Mapping[str, Any]) -> Segment:
    language = edit.get("language", segment.language)
    return replace(
        segment, text=_checked_text(edit.get("text")), language=_checked_language(language)
    )


def _note(db: Database, frames: int, segment: Segment, edit: Mapping[str, Any]) -> Segment:
    kept = {name: value for name, value in segment.attributes.items() if name != segments.NOTE}
    text = _checked_text(edit.get("text")).strip()
    return replace(segment, attributes={**kept, segments.NOTE: text} if text else kept)


def _attributes(db: Database, frames: int, segment: Segment, edit: Mapping[str, Any]) -> Segment:
    given = track_changes.checked_attributes(edit.get("attributes"))
    defined = {} if segment.class_id is None else classes.attributes(db, segment.class_id)
    return replace(segment, attributes=attributes.checked_table(defined, segment.attributes, given))


def _attribute(db: Database, frames: int, segment: Segment, edit: Mapping[str, Any]) -> Segment:
    """One value: for the whole segment, or from a frame on where it changes along it."""
    defined = {} if segment.class_id is None else classes.attributes(db, segment.class_id)
    changing = defined.get(str(edit.get("name", "")), {}).get("changing")
    frame = checked_frame(edit.get("frame", 0))
    if changing and not segment.first <= frame <= segment.last:
        raise errors.BadInput(
            "The event is on frames {first} to {last}, not on frame {frame}.",
            "Go to a frame of the event, then set the value.",
            first=segment.first,
            last=segment.last,
            frame=frame,
        )
    return replace(
        segment,
        attributes=track_changes.with_attribute(defined, frames, segment.attributes, edit),
    )


def _unchanged(db: Database, frames: int, segment: Segment, edit: Mapping[str, Any]) -> Segment:
    return segment


def _delete(db: Database, frames: int, segment: Segment, edit: Mapping[str, Any]) -> Segment:
    return replace(segment, deleted=True)


def _add(work: Batch, edit: Mapping[str, Any]) -> None:
    kind = edit.get("type", "event")
    if kind not in ("event", "caption"):
        raise errors.BadInput("A person adds an event or a caption, not {kind}.", kind=kind)
    first, last = _checked_span(work.frames, edit.get("first"), edit.get("last"))
    identity = segments.add_row(
        work.db,
        video=work.video,
        kind=kind,
        first=first,
        last=last,
        change=work.change,
        class_id=_event_class(work.db, edit.get("class")) if kind == "event" else None,
        text=_checked_text(edit.get("text", "")),
        language=_checked_language(edit.get("language", "")),
        track=_checked_track(work.db, work.video, edit.get("track")),
        person=work.person,
    )
    add_label(work, segments.get(work.db, identity))


def _split(work: Batch, edit: Mapping[str, Any]) -> None:
    """The segment ends before ``frame``; a new one like it goes on from there."""
    before: Segment = current(work, kinds.SEGMENT, edit)
    frame = checked_frame(edit.get("frame"))
    if not before.first < frame <= before.last:
        raise errors.BadInput(
            "A segment of frames {first} to {last} cannot be split at frame {frame}.",
            first=before.first,
            last=before.last,
            frame=frame,
        )
    settle(work, "split", before, replace(before, last=frame - 1), edit)
    identity = segments.add_row(
        work.db,
        video=work.video,
        kind=before.kind,
        first=frame,
        last=before.last,
        change=work.change,
        class_id=before.class_id,
        track=before.track,
        text=before.text,
        language=before.language,
        score=before.score,
        run=before.run,
        person=work.person if before.run is None else None,
        attributes=before.attributes,
    )
    add_label(work, segments.get(work.db, identity), "split", like=before)


def _merge(work: Batch, edit: Mapping[str, Any]) -> None:
    """One segment over both and what lies between; the ``other`` is deleted."""
    kept: Segment = current(work, kinds.SEGMENT, edit)
    other: Segment = current(work, kinds.SEGMENT, edit, "other", "other_revision")
    if kept.id == other.id or (kept.kind, kept.class_id) != (other.kind, other.class_id):
        raise errors.BadInput("Only two segments of one kind and class can be merged.")
    settle(work, "merge", kept, merged(kept, other), edit)
    settle(work, "merge", other, replace(other, deleted=True), edit)


def merged(kept: Segment, other: Segment) -> Segment:
    """A segment over both and what lies between, with the words of both in order of time.

    On frames that both are on, the values of ``kept`` count.
    """
    earlier, later = sorted((kept, other), key=lambda one: (one.first, one.last))
    parts = [
        (other.attributes, other.first, min(other.last, kept.first - 1)),
        (kept.attributes, kept.first, kept.last),
        (other.attributes, max(other.first, kept.last + 1), other.last),
    ]
    table = attributes.spliced(
        {**other.attributes, **kept.attributes}, [part for part in parts if part[1] <= part[2]]
    )
    notes = [one.attributes.get(segments.NOTE) for one in (earlier, later)]
    note = _joined(note for note in notes if isinstance(note, str))
    return replace(
        kept,
        first=earlier.first,
        last=max(kept.last, other.last),
        text=_joined((earlier.text, later.text)),
        language=kept.language or other.language,
        track=other.track if kept.track is None else kept.track,
        attributes={**table, segments.NOTE: note} if note else table,
    )


def _joined(texts: Iterable[str]) -> str:
    return _checked_text("\n".join(dict.fromkeys(text for text in texts if text)))


CHANGES: dict[str, Change] = {
    "span": _span,
    "class": _class,
    "text": _text,
    "note": _note,
    "attributes": _attributes,
    "attribute": _attribute,
    "bind": _bind,
    "accept": _unchanged,
    "reject": _unchanged,
    "skip": _unchanged,
    "delete": _delete,
}

WHOLE: dict[str, Callable[[Batch, Mapping[str, Any]], None]] = {
    "add": _add,
    "split": _split,
    "merge": _merge,
}

MAKING = ("add", "split")
