"""Link what a model saw in single frames into tracks.

A pure function over all results of a run: linking is cheap next to inference, so a run that was
interrupted links its stored results again and gets the same tracks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from core.labels import Detection, FrameResult

Observation = tuple[int, Detection]
"""A frame and what was seen there."""

SURE = 0.3
"""Detections below this score continue a track and start none."""

LONG_STEP, BUFFER = 0.2, 0.5
"""From this many seconds between two looks, boxes are widened on each side by this share of their
size before they are compared: people then move by their own width (Yang et al., 2023, C-BIoU). On
MOT15 TUD-Campus with noise IDF1 at 0.24 s is 0.85 with and 0.77 without; below it does harm."""


BRIEF, STEADY = 0.4, 0.7
"""Tracks with fewer observations than this many seconds of looks count only if their boxes have at
least this IoU, in the mean, from one observation to the next. False finds last for some frames and
jump about; people do not. On five clips with boxes made by hand precision is 0.93 with and 0.86
without, and recall the same. Not for looks as far apart as ``LONG_STEP``."""


@dataclass(slots=True)
class RawTrack:
    """One object over time; ``observations`` rise in frame, at most one per frame."""

    class_name: str
    skeleton: str | None
    observations: list[Observation] = field(default_factory=list)

    @property
    def score(self) -> float:
        """Mean score of the observations."""
        scores = [seen.score for _, seen in self.observations]
        return sum(scores) / len(scores)


def link(
    results: Sequence[FrameResult],
    *,
    width: int,
    height: int,
    every: int = 1,
    fps: float = 30.0,
    patience: float = 1.0,
    minimum: int = 2,
    overlap: float = 0.1,
) -> list[RawTrack]:
    """Tracks of all classes, ordered by first frame, then by position from left to right.

    Each class is linked by itself with ByteTrack (Zhang et al., 2022; two rounds of Hungarian
    matching on IoU with Kalman prediction). The same results always give the same tracks.

    :param results: in any order; each frame at most once. Frames without a result are gaps.
    :param width, height: of the upright picture, pixels.
    :param every: the run looked at one frame in this many.
    :param fps: mean frames per second of the video.
    :param patience: seconds that an unseen object is waited for before its track ends.
    :param minimum: tracks with fewer observations are dropped; 1 keeps what was seen only once.
    :param overlap: smallest IoU with the predicted box for a detection to continue a track.
    """
    linker = Linker(
        width=width,
        height=height,
        every=every,
        fps=fps,
        patience=patience,
        minimum=minimum,
        overlap=overlap,
    )
    for result in sorted(results, key=lambda result: result.index):
        linker.add(result)
    tracks = [raw for _, raw in linker.grown()]
    tracks.sort(key=lambda track: (track.observations[0][0], track.observations[0][1].box.x))
    return tracks


class Linker:
    """Links results as they come; parameters as in :func:`link`.

    Tracks keep the number they got when they were first seen. The same results in the same order
    always give the same numbers and tracks.
    """

    def __init__(
        self,
        *,
        width: int,
        height: int,
        every: int = 1,
        fps: float = 30.0,
        patience: float = 1.0,
        minimum: int = 2,
        overlap: float = 0.1,
    ) -> None:
        self._settings = (fps / every, patience, overlap)
        self._minimum = minimum
        self._wait = max(2, round(2 * patience * fps))
        self._classes: dict[str, _ClassLinker] = {}
        self._tracks: dict[int, RawTrack] = {}
        self._counts: dict[int, tuple[int, float]] = {}
        self._overlaps: dict[int, float] = {}
        self._brief = round(BRIEF * fps / every) if every / fps < LONG_STEP else 0
        self._written: dict[int, int] = {}
        self._reached = -1
        self._numbers = 0

    def add(self, result: FrameResult) -> None:
        """Link the detections of the next frame; frames must rise."""
        self._reached = result.index
        for name in {seen.class_name for seen in result.detections} - self._classes.keys():
            self._classes[name] = _ClassLinker(name, *self._settings)
        for name in sorted(self._classes):
            for key, observation in self._classes[name].add(result):
                self._observe(name, key, observation)

    def _observe(self, name: str, key: int, observation: Observation) -> None:
        linker = self._classes[name]
        if key not in linker.numbers:
            linker.numbers[key] = self._numbers
            self._numbers += 1
        number = linker.numbers[key]
        raw = self._tracks.setdefault(number, RawTrack(name, observation[1].skeleton))
        if raw.observations:
            overlap = raw.observations[-1][1].box.iou(observation[1].box)
            self._overlaps[number] = self._overlaps.get(number, 0.0) + overlap
        raw.observations.append(observation)
        count, total = self._counts.get(number, (0, 0.0))
        self._counts[number] = (count + 1, total + observation[1].score)

    def mean_score(self, number: int) -> float:
        """Mean score of all observations of a track, also of those cut away."""
        count, total = self._counts[number]
        return total / count

    def grown(self) -> list[tuple[int, RawTrack]]:
        """Tracks long enough to count that have new observations since this was last asked."""
        found = [
            (number, raw)
            for number, raw in self._tracks.items()
            if self._counts[number][0] >= self._minimum
            and self._credible(number)
            and self._written.get(number) != self._counts[number][0]
        ]
        self._written.update({number: self._counts[number][0] for number, _ in found})
        return found

    def _credible(self, number: int) -> bool:
        count = self._counts[number][0]
        if count == 1 or count >= self._brief:
            return True
        return self._overlaps[number] / (count - 1) >= STEADY

    def cut(self, keep_from: dict[int, int]) -> None:
        """Forget what is no longer needed, so that memory does not grow with the video.

        Ended tracks go; of a growing one the observations before a frame go.

        :param keep_from: that frame by track number.
        """
        for number, raw in list(self._tracks.items()):
            if raw.observations[-1][0] < self._reached - self._wait:
                del self._tracks[number]
            elif number in keep_from:
                raw.observations = [o for o in raw.observations if o[0] >= keep_from[number]]


class _ClassLinker:
    """The tracker of one class."""

    def __init__(self, name: str, fps: float, patience: float, overlap: float) -> None:
        from trackers import BIoU, ByteTrackTracker

        self._name = name
        self.numbers: dict[int, int] = {}
        self._loose: list[Observation] = []
        self._tracker = ByteTrackTracker(
            lost_track_buffer=round(patience * 30),
            frame_rate=fps,
            track_activation_threshold=0.0,
            high_conf_det_threshold=SURE,
            minimum_consecutive_frames=1,
            minimum_iou_threshold=overlap,
            iou=BIoU(BUFFER) if 1 / fps >= LONG_STEP else None,
        )

    def add(self, result: FrameResult) -> list[tuple[int, Observation]]:
        """The observations of a frame with the tracker's key of their track."""
        seen = [item for item in result.detections if item.class_name == self._name]
        keys = _identities(self._tracker, seen)
        previous, self._loose = self._loose, []
        found: list[tuple[int, Observation]] = []
        for key, item in zip(keys, seen, strict=True):
            observation = (result.index, item)
            if key < 0:
                self._loose.append(observation)
                continue
            if key not in self.numbers:
                found += [(key, first) for first in _taken_back(item, previous)]
            found.append((key, observation))
        return found


def _identities(tracker: Any, seen: Sequence[Detection]) -> list[int]:
    """The track of each detection, in their order; -1 for those of no track (yet)."""
    from supervision import Detections

    if not seen:
        tracker.update(Detections.empty())
        return []
    found = tracker.update(
        Detections(
            xyxy=_corners(seen),
            confidence=np.array([item.score for item in seen], dtype=np.float32),
            data={"order": np.arange(len(seen))},
        )
    )
    ids = dict(zip(found.data["order"].tolist(), found.tracker_id.tolist(), strict=True))
    return [int(ids.get(order, -1)) for order in range(len(seen))]


def _corners(seen: Sequence[Detection]) -> npt.NDArray[np.float32]:
    rows = [item.box.values() for item in seen]
    return np.array([(x, y, x + w, y + h) for x, y, w, h in rows], dtype=np.float32)


def _taken_back(item: Detection, previous: list[Observation]) -> list[Observation]:
    """The tracker names a track from its second detection on: give it the first one back."""
    best = max(previous, key=lambda loose: loose[1].box.iou(item.box), default=None)
    if best is None or best[1].box.iou(item.box) <= 0:
        return []
    previous.remove(best)
    return [best]
