"""Link what a model saw in single frames into tracks.

A pure function over all results of a run: linking is cheap next to inference, so a run that was
interrupted links its stored results again and gets the same tracks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from core.labels import Detection, FrameResult

Observation = tuple[int, Detection]
"""A frame and what was seen there."""


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
    ordered = sorted(results, key=lambda result: result.index)
    classes = sorted({seen.class_name for result in ordered for seen in result.detections})
    tracks = [
        track
        for name in classes
        for track in _link_class(ordered, name, fps=fps / every, patience=patience, overlap=overlap)
        if len(track.observations) >= minimum
    ]
    tracks.sort(key=lambda track: (track.observations[0][0], track.observations[0][1].box.x))
    return tracks


def _link_class(
    results: Iterable[FrameResult], name: str, *, fps: float, patience: float, overlap: float
) -> list[RawTrack]:
    from trackers import ByteTrackTracker

    tracker = ByteTrackTracker(
        lost_track_buffer=round(patience * 30),
        frame_rate=fps,
        track_activation_threshold=0.0,
        high_conf_det_threshold=0.5,
        minimum_consecutive_frames=1,
        minimum_iou_threshold=overlap,
    )
    tracks: dict[int, RawTrack] = {}
    loose: list[Observation] = []
    for result in results:
        seen = [item for item in result.detections if item.class_name == name]
        ids = _identities(tracker, seen)
        previous, loose = loose, []
        for identity, item in zip(ids, seen, strict=True):
            if identity < 0:
                loose.append((result.index, item))
                continue
            if identity not in tracks:
                tracks[identity] = RawTrack(name, item.skeleton)
                _take_first(tracks[identity], item, previous)
            tracks[identity].observations.append((result.index, item))
    return list(tracks.values())


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


def _take_first(track: RawTrack, item: Detection, previous: list[Observation]) -> None:
    """The tracker names a track from its second detection on: give it the first one back."""
    best = max(previous, key=lambda loose: loose[1].box.iou(item.box), default=None)
    if best is not None and best[1].box.iou(item.box) > 0:
        track.observations.append(best)
        previous.remove(best)
