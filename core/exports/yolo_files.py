"""The files of a YOLO export: labels by frame, the list of frames and videos, ``data.yaml``."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from core.exports import frame_images, positions, yolo_note, yolo_split
from core.exports.positions import Marked
from core.exports.spool import Spool
from core.exports.work import JsonArray, Work, encoded
from core.videos import Video

LABEL_SUMS = "labels.sha256"
TELL_EVERY = 256
Pairs = Iterator[tuple[int, list[str] | None]]
"""Frames in order, each with its lines."""


@dataclass(slots=True)
class Frames:
    """What is written.

    :ivar lines: of labels, by video and frame. :ivar empty: frames known to hold nothing.
    :ivar listed: frames that are listed whether they have labels or not.
    """

    lines: Spool
    empty: Marked = field(default_factory=dict)
    listed: Marked = field(default_factory=dict)

    def videos(self) -> set[int]:
        """The videos with a frame among them."""
        marked = (self.empty, self.listed)
        return self.lines.videos() | {v for found in marked for v in found if found[v].any()}


def write(work: Work, folder: Path, frames: Frames, *, poses: bool) -> None:
    """Write everything but the account of what was left out."""
    videos = [work.known.videos[identity] for identity in sorted(frames.videos())]
    validation = yolo_split.for_validation(videos, work.options.val)
    with (
        (folder / LABEL_SUMS).open("w", encoding="utf-8", newline="\n") as sums,
        (folder / "frames.ndjson").open("w", encoding="utf-8", newline="\n") as listing,
    ):
        for video in videos:
            for frame, lines in _in_order(frames, video):
                if frame % TELL_EVERY == 0:
                    work.progress(frame, video.frames)
                name = image_name(work, validation, video, frame)
                if lines is not None:
                    _write_labels(folder, _label_name(name), lines, sums)
                    work.counts["backgrounds"] += not lines
                listing.write(encoded(_frame(work, video, frame, name, lines)) + "\n")
                positions.mark(frames.listed, video, frame)
                work.counts["images"] += 1
    _write_notes(work, folder, videos, validation, poses)
    if work.options.images:
        frame_images.write(work, folder, frames.listed, partial(image_name, work, validation))


def image_name(work: Work, validation: set[int], video: Video, frame: int) -> str:
    """Where the picture of a frame lies in the folder."""
    part = "val" if video.id in validation else "train"
    return f"images/{part}/{work.known.folders[video.id]}/{frame:08d}.jpg"


def _label_name(image: str) -> str:
    return f"labels/{image.removeprefix('images/').removesuffix('.jpg')}.txt"


def _in_order(frames: Frames, video: Video) -> Pairs:
    """Every frame: no lines where it is known to be empty, None where nothing is known."""
    nothing = np.zeros(video.frames, dtype=np.bool_)
    empty = frames.empty.get(video.id, nothing)
    others = np.flatnonzero(empty | frames.listed.get(video.id, nothing)).tolist()
    without: Pairs = ((frame, [] if empty[frame] else None) for frame in others)
    labelled: Pairs = frames.lines.frames(video.id)
    last = -1
    for frame, lines in heapq.merge(labelled, without, key=lambda pair: pair[0]):
        if frame != last:  # labels come first
            yield frame, lines
        last = frame


def _write_labels(folder: Path, name: str, lines: Sequence[str], sums: TextIO) -> None:
    target = folder / name
    if not target.parent.exists():
        target.parent.mkdir(parents=True)
    data = "".join(f"{line}\n" for line in lines).encode()
    target.write_bytes(data)
    sums.write(f"{hashlib.sha256(data).hexdigest()}  {name}\n")


def _frame(
    work: Work, video: Video, frame: int, name: str, lines: Sequence[str] | None
) -> dict[str, Any]:
    seconds = work.clock.of(video.id).seconds(frame)
    return {
        "image": name,
        "video": video.id,
        "frame": frame,
        "time": float(seconds),
        "time_exact": str(seconds),
        "labels": None if lines is None else len(lines),
    }


def _write_notes(
    work: Work, folder: Path, videos: Iterable[Video], validation: set[int], poses: bool
) -> None:
    images = work.options.images
    with JsonArray(folder / "videos.json", '{"videos":[', "]}\n") as rows:
        for video in videos:
            rows.add(
                {
                    "id": video.id,
                    "name": video.name,
                    "sha256": video.sha256,
                    "width": video.width,
                    "height": video.height,
                    "frames": video.frames,
                    "folder": work.known.folders[video.id],
                    "part": "val" if video.id in validation else "train",
                }
            )
    text = yolo_split.data_yaml(work.known.classes, validation, poses=poses, images=images)
    (folder / "data.yaml").write_text(text, encoding="utf-8", newline="\n")
    note = yolo_note.text(poses=poses, images=images)
    (folder / "README.txt").write_text(note, encoding="utf-8", newline="\n")
