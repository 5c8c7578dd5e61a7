"""Positions of a track in the chosen frames, for formats that hold one label per frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from core.exports.work import Work
from core.labels import Keyframe
from core.tracks import Track
from core.videos import Video

Marked = dict[int, npt.NDArray[np.bool_]]
"""Frames by video: one bool per frame."""
POSES_LEFT_OUT = frozenset({"pose_is_not_coco17", "format_holds_no_poses"})
"""Reasons that cost a position its joints alone."""


def chosen(
    work: Work, track: Track, states: list[tuple[int, int, str]], left_out: Counter[str]
) -> Iterator[tuple[Keyframe, str]]:
    """Where the track is in the chosen frames, each with its state; others are counted by reason.

    :param states: the state of each stretch, as ``Work.tracks`` gives it.
    """
    video = work.known.videos[track.video]
    unreadable = work.clock.of(video.id).unreadable
    for first, last, state in states:
        for frame in range(first, last + 1):
            found = track.at(frame)
            if found is None:
                continue
            reason = _reason(work, found, state, video, unreadable)
            if reason:
                left_out[reason] += 1
            else:
                yield found, state


def _reason(
    work: Work, found: Keyframe, state: str, video: Video, unreadable: npt.NDArray[np.bool_]
) -> str | None:
    if state not in work.chosen.states:
        return "state_not_selected"
    if found.frame % work.options.every:
        return "frame_not_selected"
    if unreadable[found.frame]:
        return "frame_unreadable"
    inside = found.box.clipped(video.width, video.height)
    return "outside_picture" if inside.w <= 0 or inside.h <= 0 else None


def account(work: Work, track: Track, left_out: Counter[str], written: int) -> None:
    """Say what was left out of a track: positions or poses by reason, or the whole of it."""
    what: dict[str, Any] = {
        "track": track.id,
        "video": track.video,
        "class": work.known.names[track.class_id],
    }
    for reason, count in sorted((+left_out).items()):
        kind = "pose" if reason in POSES_LEFT_OUT else "position"
        work.skip(kind, reason, count=count, **what)
    if not written:
        work.skip("track", "no_frame_selected", **what)


def mark(frames: Marked, video: Video, frame: int | slice) -> None:
    """Mark a frame of a video, or a range of them."""
    if video.id not in frames:
        frames[video.id] = np.zeros(video.frames, dtype=np.bool_)
    frames[video.id][frame] = True


def every_frame(work: Work) -> Marked:
    """All readable frames of the chosen videos, those without labels too."""
    return {video.id: every_frame_of(work, video) for video in work.chosen_videos()}


def every_frame_of(work: Work, video: Video) -> npt.NDArray[np.bool_]:
    """The readable frames of a video that may be exported."""
    frames = ~work.clock.of(video.id).unreadable
    frames[np.arange(video.frames) % work.options.every != 0] = False
    return frames
