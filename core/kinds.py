"""What the journal knows of each kind of label: its parts, and how to give them other values.

``parts`` are what a change can touch, as sections of named values. Of a track
``{"track": {column: value}, "keyframes": {frame: keyframe or None}}``, of a segment
``{"segment": {column: value}}``. Everything else about edits, undo and history is one for all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from core import errors, segments, stored, track_rows, tracks
from core.labels import Keyframe
from core.language import N_
from core.segments import Segment
from core.sqlite import Database
from core.tracks import Track

Parts = dict[str, dict[str, Any]]

Label = Track | Segment

_COLUMNS: dict[str, dict[str, str]] = {
    "track": {
        "class": "class_id",
        "name": "name",
        "first_frame": "first",
        "last_frame": "last",
        "deleted": "deleted",
        "attributes": "attributes",
    },
    "segment": {
        "class": "class_id",
        "track": "track",
        "text": "text",
        "language": "language",
        "first_frame": "first",
        "last_frame": "last",
        "deleted": "deleted",
        "attributes": "attributes",
    },
}
# The span's ends move together, so that first <= last holds at every step.
_SPAN = ("first_frame", "last_frame")
_SET = {
    kind: {
        column: f"UPDATE {kind}s SET {column} = ? WHERE id = ?"
        for column in columns
        if column not in _SPAN
    }
    for kind, columns in _COLUMNS.items()
}
_SET_SPAN = {
    kind: f"UPDATE {kind}s SET first_frame = coalesce(?, first_frame), "
    "last_frame = coalesce(?, last_frame) WHERE id = ?"
    for kind in _COLUMNS
}
# What a newer run has hidden meanwhile comes back: a person's work is never unseen.
_TOUCH = {
    kind: f"UPDATE {kind}s SET revision = revision + 1, changed = ?, hidden = 0 WHERE id = ?"
    for kind in _COLUMNS
}


class _Get(Protocol):
    def __call__(self, db: Database, identity: int) -> Any: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of label; the texts are message keys about the label ``{name}``."""

    name: str
    sections: tuple[str, ...]
    get: _Get
    unknown: str
    elsewhere: str
    changed: str
    beside: str

    @property
    def absent(self) -> Parts:
        """What taking back an addition leaves."""
        return {section: {} for section in self.sections} | {self.name: {"deleted": True}}

    def parts(self, label: Label) -> Parts:
        """What the journal keeps of a label."""
        columns = _COLUMNS[self.name].items()
        found: Parts = {self.name: {column: getattr(label, field) for column, field in columns}}
        if isinstance(label, Track):
            found["keyframes"] = {str(one.frame): one.as_stored() for one in label.keyframes}
        return found

    def is_whole(self, found: Parts) -> bool:
        """Whether a journalled side can be written back."""
        if not all(isinstance(section, dict) for section in found.values()):
            return False
        return found[self.name].keys() <= _COLUMNS[self.name].keys() and all(
            _is_keyframe(frame, one) for frame, one in found.get("keyframes", {}).items()
        )

    def carry_out(self, db: Database, identity: int, found: Parts, change: int) -> None:
        """Give parts of a label the values they are to have."""
        columns = found[self.name]
        for column in columns.keys() - set(_SPAN):
            value = columns[column]
            kept = json.dumps(value, ensure_ascii=False) if column == "attributes" else value
            db.execute(_SET[self.name][column], [kept, identity])
        if columns.keys() & set(_SPAN):
            db.execute(_SET_SPAN[self.name], [*map(columns.get, _SPAN), identity])
        keyframes = found.get("keyframes", {})
        gone = [int(frame) for frame, one in keyframes.items() if one is None]
        if gone:
            track_rows.remove_keyframes(db, identity, gone)
        kept_frames = [Keyframe.from_json(one) for one in keyframes.values() if one is not None]
        if kept_frames:
            track_rows.put_keyframes(db, identity, kept_frames)
        db.execute(_TOUCH[self.name], [change, identity])

    def stale(self, label: Label, by: str | None) -> errors.Stale:
        """The refusal of a change that did not see the label as it is now.

        :param by: who changed it last, None when nobody did.
        """
        return errors.Stale(
            self.changed,
            "Look at the current state, then decide which one to keep.",
            current=[{**label.to_json(), "deleted": label.deleted, "changed_by": by}],
            name=label.id,
        )


TRACK = Kind(
    "track",
    ("track", "keyframes"),
    tracks.get,
    unknown=N_("There is no track {name}."),
    elsewhere=N_("There is no track {name} in this video."),
    changed=N_("Track {name} was changed by someone else meanwhile."),
    beside=N_("Frames {first} to {last} do not lie in the track ({start} to {end})."),
)
SEGMENT = Kind(
    "segment",
    ("segment",),
    segments.get,
    unknown=N_("There is no segment {name}."),
    elsewhere=N_("There is no segment {name} in this video."),
    changed=N_("Segment {name} was changed by someone else meanwhile."),
    beside=N_("Frames {first} to {last} do not lie in the segment ({start} to {end})."),
)
KINDS = {kind.name: kind for kind in (TRACK, SEGMENT)}


def of(label: Label) -> Kind:
    """The kind of a label."""
    return TRACK if isinstance(label, Track) else SEGMENT


def named(name: Any) -> Kind:
    """The kind that an edit names.

    :raises BadInput: when there is none of that name.
    """
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise errors.BadInput("Edits of {kind} are not known.", kind=name)
    return kind


def plain(found: Mapping[str, Mapping[str, Any]]) -> Parts:
    """Parts as JSON holds them."""
    return {
        section: {
            name: value.to_json() if isinstance(value, Keyframe) else value
            for name, value in values.items()
        }
        for section, values in found.items()
    }


def difference(before: Parts, after: Parts) -> tuple[Parts, Parts]:
    """The parts that differ, as they were and as they become; None for a keyframe not there."""
    old: Parts = {}
    new: Parts = {}
    for section, values in before.items():
        others = after[section]
        every = dict.fromkeys((*values, *others))
        names = [name for name in every if values.get(name) != others.get(name)]
        if section == "keyframes":
            names.sort(key=int)
        old[section] = {name: values.get(name) for name in names}
        new[section] = {name: others.get(name) for name in names}
    return plain(old), plain(new)


def _is_keyframe(frame: str, found: Any) -> bool:
    """Whether a journalled keyframe (None for one that is gone) can be written back."""
    if found is None:
        return frame.isascii() and frame.isdecimal()
    try:
        made = Keyframe.from_json(found)
        numbers = [*made.box.values(), *(v for joint in made.joints or () for v in joint.values())]
    except (LookupError, TypeError):
        return False
    sure = made.score is None or stored.number(made.score)
    return frame == str(made.frame) and sure and all(map(stored.number, numbers))
