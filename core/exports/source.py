"""What there is to export, read in short transactions.

A track or segment is never removed from its table and ids are never used twice, so the rows up to
the highest id at the start are a fixed set. They are read a few at a time: no reader stays open
while files are written, and what changes meanwhile is exported as it is when its turn comes, each
label whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from core import change_numbers, classes, errors, ingest, stored, tracks, verdicts, videos
from core import db as store
from core.exports import naming
from core.frame_times import FrameTimes
from core.labels import STATES
from core.tracks import Track
from core.videos import Video
from core.workspace import Workspace

KEYFRAMES_AT_ONCE = 4_000
TRACKS_AT_ONCE = 500
DEFAULT_STATES = tuple(state for state in STATES if state != "rejected")

_NEXT_TRACKS = (
    "SELECT id, keyframes FROM tracks WHERE id > ? AND id <= ? AND (? IS NULL OR video = ?) "
    "ORDER BY id LIMIT ?"
)
_NEXT_SEGMENTS = (
    "SELECT s.*, c.name AS class_name, r.model AS model, p.name AS person_name FROM segments s "
    "LEFT JOIN classes c ON c.id = s.class LEFT JOIN runs r ON r.id = s.run "
    "LEFT JOIN people p ON p.id = s.person "
    "WHERE s.id > ? AND s.id <= ? AND (? IS NULL OR s.video = ?) ORDER BY s.id LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which labels to export: by state, class and video; None means all."""

    states: tuple[str, ...] = DEFAULT_STATES
    classes: frozenset[int] | None = None
    videos: frozenset[int] | None = None


@dataclass(slots=True)
class Catalogue:
    """What the labels refer to, as it was when the export began."""

    videos: dict[int, Video]
    classes: list[dict[str, Any]]
    skeletons: dict[str, dict[str, Any]]
    last_track: int
    last_segment: int
    change: int
    names: dict[int, str] = field(default_factory=dict)
    folders: dict[int, str] = field(default_factory=dict)
    attributes: dict[int, dict[str, dict[str, Any]]] = field(default_factory=dict)


def catalogue(workspace: Workspace) -> Catalogue:
    """Read what the labels refer to."""
    with store.reader(workspace) as db:
        found = Catalogue(
            videos={video.id: video for video in videos.listed(db)},
            classes=classes.every(db),
            skeletons=classes.skeletons(db),
            last_track=int(db.execute("SELECT coalesce(max(id), 0) FROM tracks").fetchone()[0]),
            last_segment=int(db.execute("SELECT coalesce(max(id), 0) FROM segments").fetchone()[0]),
            change=change_numbers.newest(db),
        )
    found.names = {row["id"]: row["name"] for row in found.classes}
    found.attributes = {row["id"]: row["attributes"] for row in found.classes}
    found.folders = naming.folders(found.videos.values())
    return found


def selection(
    workspace: Workspace,
    *,
    states: tuple[str, ...] = (),
    class_names: tuple[str, ...] = (),
    video_ids: tuple[int, ...] = (),
) -> Selection:
    """A selection from what a person typed; nothing typed means all, but no rejected labels.

    :raises UnknownItem: for a class or video that does not exist; BadInput for an unknown state.
    """
    with store.reader(workspace) as db:
        chosen = frozenset(classes.by_name(db, name) for name in class_names) or None
        wanted = frozenset(videos.get(db, identity).id for identity in video_ids) or None
    return Selection(checked_states(states), chosen, wanted)


def checked_states(states: Sequence[str]) -> tuple[str, ...]:
    """States as a person typed them; none means all but rejected.

    :raises BadInput: for an unknown one.
    """
    for state in states:
        if state not in STATES:
            raise errors.BadInput(
                "There is no state {name}.",
                "Choose from: {choices}.",
                name=state,
                choices=", ".join(STATES),
            )
    return tuple(dict.fromkeys(states)) or DEFAULT_STATES


def stream(
    workspace: Workspace,
    *,
    video: int | None = None,
    up_to: int = tracks.LAST_FRAME,
    wanted: Callable[[Track], bool] = lambda track: True,
) -> Iterator[Track]:
    """Every track in order of id with all keyframes, deleted and hidden ones too; memory is flat.

    :param video: of one video only. :param up_to: the highest id.
    :param wanted: asked with a track without its keyframes, before these are read.
    """
    last = 0
    while True:
        with store.reader(workspace) as db:
            rows = db.execute(_NEXT_TRACKS, [last, up_to, video, video, TRACKS_AT_ONCE]).fetchall()
            heads = tracks.several(db, [row[0] for row in rows], keyframes=False)
        if not rows:
            return
        chosen = {head.id for head in heads if wanted(head)}
        for part in _portions([row for row in rows if row[0] in chosen]):
            with store.reader(workspace) as db:
                found = tracks.several(db, part)
            yield from found
        last = rows[-1][0]


def _portions(rows: list[tuple[int, int]]) -> Iterator[list[int]]:
    part: list[int] = []
    size = 0
    for identity, keyframes in rows:
        part.append(identity)
        size += keyframes
        if size >= KEYFRAMES_AT_ONCE:
            yield part
            part, size = [], 0
    if part:
        yield part


def stream_segments(
    workspace: Workspace, *, video: int | None = None, up_to: int = tracks.LAST_FRAME
) -> Iterator[dict[str, Any]]:
    """Every segment in order of id, deleted and hidden ones too."""
    last = 0
    while True:
        with store.reader(workspace) as db:
            rows = list(db.query(_NEXT_SEGMENTS, [last, up_to, video, video, TRACKS_AT_ONCE]))
        if not rows:
            return
        yield from rows
        last = rows[-1]["id"]


def segment_line(row: dict[str, Any], times: FrameTimes) -> dict[str, Any]:
    """A segment as JSON, with the times of its first frame and of the end of its last one."""
    first, last = times.seconds(row["first_frame"]), times.seconds(row["last_frame"])
    return {
        "segment": row["id"],
        "kind": row["kind"],
        "class": row["class_name"],
        "state": row["state"],
        "score": row["score"],
        "first": row["first_frame"],
        "last": row["last_frame"],
        "first_time": float(first),
        "last_time": float(last),
        "text": row["text"],
        "language": row["language"],
        "question": row["question"],
        "evidence": stored.items(row["evidence"], f"segment {row['id']}, evidence"),
        "track": row["track"],
        "run": row["run"],
        "model": row["model"],
        "person": row["person_name"],
        "attributes": stored.table(row["attributes"], f"segment {row['id']}, attributes"),
    }


class Clock:
    """Frame times by video; those of the last few videos are kept in memory."""

    def __init__(self, workspace: Workspace) -> None:
        def load(video: int) -> FrameTimes:
            with store.reader(workspace) as db:
                return ingest.frame_times(db, videos.get(db, video))

        self._load = lru_cache(maxsize=8)(load)

    def of(self, video: int) -> FrameTimes:
        """The frame times of a video."""
        return self._load(video)


def states_over(track: Track) -> list[verdicts.Stretch]:
    """The state of each stretch of a track, in order and without gaps."""
    stretches = [(track.first, track.last, str(track.state))]
    for first, last, decision in track.partial:
        first, last = max(first, track.first), min(last, track.last)
        stretches = verdicts.overlaid(stretches, first, last, verdicts.STATE_AFTER[decision])
    return stretches
