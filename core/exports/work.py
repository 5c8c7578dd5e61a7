"""One export while it is written: what is chosen, what was left out and why, what came out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from core.exports import source
from core.exports.source import Catalogue, Selection
from core.tracks import Track
from core.videos import Video
from core.workspace import Workspace

Progress = Callable[[int, int], None]
"""Called often, with how far it is and of how much; may raise to stop the export."""


@dataclass(frozen=True, slots=True)
class Options:
    """How labels are written.

    :ivar images: with the pictures of the frames (not NDJSON). :ivar dense: positions of every
        frame beside the keyframes (NDJSON). :ivar every: only frames whose number is a multiple.
    :ivar frames: frames that are listed (not NDJSON): those with labels, or all.
    :ivar val: share of the videos kept for validation, 0 to 0.9 (YOLO); None means a fifth.
    """

    images: bool = False
    dense: bool = False
    every: int = 1
    frames: Literal["annotated", "all"] = "annotated"
    val: float | None = None


class JsonArray:
    """A JSON array streamed into a file, one value per line."""

    def __init__(self, path: Path, before: str = "[", after: str = "]\n") -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._file.write(before)
        self._after, self._first = after, True

    def add(self, value: Any) -> None:
        """Append a value.

        :raises ValueError: for a number that JSON cannot hold (NaN).
        """
        self._file.write("\n" if self._first else ",\n")
        self._file.write(encoded(value))
        self._first = False

    def __enter__(self) -> JsonArray:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._file.write("\n" + self._after)
        self._file.close()

    def turn(self, between: str) -> None:
        """Close this array and open the next one of the same document."""
        self._file.write(between)
        self._first = True


def encoded(value: Any) -> str:
    """A value as compact JSON text; broken Unicode is escaped, NaN is refused."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text


@dataclass(slots=True)
class Work:
    """What a writer is given; ``counts`` and ``skips`` grow while it writes."""

    workspace: Workspace
    chosen: Selection
    options: Options
    known: Catalogue
    clock: source.Clock
    skipped: JsonArray
    progress: Progress
    counts: Counter[str] = field(default_factory=Counter)
    skips: Counter[tuple[str, str]] = field(default_factory=Counter)

    def skip(self, kind: str, reason: str, *, count: int = 1, **what: Any) -> None:
        """Account for labels left out: ``count`` of a kind, all for one reason."""
        self.skips[kind, reason] += count
        self.skipped.add({"kind": kind, "reason": reason, "count": count, **what})

    def tracks(self) -> Iterator[tuple[Track, list[tuple[int, int, str]]]]:
        """Chosen tracks with the state of each stretch; the others are accounted for."""
        last = self.known.last_track
        for track in source.stream(self.workspace, up_to=last, wanted=self._takes):
            # Asked again: it may have been changed before its keyframes were read.
            if self._takes(track):
                yield track, source.states_over(track)

    def _takes(self, track: Track) -> bool:
        self.progress(track.id, self.known.last_track)
        states = {state for *_, state in source.states_over(track)}
        reason = self._reason(track.video, track.class_id, states, track.deleted, track.hidden)
        if reason:
            self.skip("track", reason, **self._of_track(track))
        return reason is None

    def chosen_videos(self) -> list[Video]:
        """The videos that can be exported and are wanted."""
        wanted = self.chosen.videos
        return [
            video
            for video in self.known.videos.values()
            if video.state == "ready" and (wanted is None or video.id in wanted)
        ]

    def _of_track(self, track: Track) -> dict[str, Any]:
        return {
            "track": track.id,
            "video": track.video,
            "class": self.known.names[track.class_id],
            "state": track.state,
        }

    def segments(self) -> Iterator[dict[str, Any]]:
        """Chosen segments; the others are accounted for."""
        for row in source.stream_segments(self.workspace, up_to=self.known.last_segment):
            reason = self._reason(
                row["video"], row["class"], {row["state"]}, row["deleted"], row["hidden"]
            )
            if reason:
                self.skip("segment", reason, **of_segment(row))
            else:
                yield row

    def _reason(
        self, video: int, class_id: int | None, states: set[str], deleted: bool, hidden: bool
    ) -> str | None:
        if deleted:
            return "deleted"
        if hidden:
            return "superseded"
        if video not in self.known.videos:
            return "video_removed"
        if self.known.videos[video].state != "ready":
            return "video_not_ready"
        if self.chosen.videos is not None and video not in self.chosen.videos:
            return "video_not_selected"
        if self.chosen.classes is not None and class_id not in self.chosen.classes:
            return "class_not_selected"
        if states.isdisjoint(self.chosen.states):
            return "state_not_selected"
        return None


def of_segment(row: dict[str, Any]) -> dict[str, Any]:
    """What names a segment in the account of labels left out."""
    return {
        "segment": row["id"],
        "video": row["video"],
        "class": row["class_name"],
        "state": row["state"],
    }
