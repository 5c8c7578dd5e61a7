"""YOLO: one text file per frame, for detection (boxes) or poses (boxes with the joints of COCO).

``labels/PART/FOLDER/FRAME.txt``, pictures at the same place under ``images/``, ``data.yaml`` over
them. PART is train or val, FOLDER one per video. A class's index is its place in the list of all
classes, which only grows: what is chosen, renamed or archived shifts nothing. Beside the labels lie
``frames.ndjson``, ``videos.json``, ``clipped.json`` and ``README.txt``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from core import db as store
from core.exports import backgrounds, positions, yolo_files, yolo_lines
from core.exports.spool import Spool
from core.exports.work import JsonArray, Work, of_segment
from core.exports.yolo_lines import Size
from core.labels import Keyframe
from core.skeletons import SKELETONS, to_coco17
from core.tracks import Track


@dataclass(frozen=True, slots=True)
class _Labels:
    """Where lines go; ``posed`` are the classes that have poses, None in a set of boxes."""

    lines: Spool
    clipped: JsonArray
    index: dict[int, int]
    posed: frozenset[int] | None


def write_boxes(work: Work, folder: Path) -> None:
    """Write a data set for detection."""
    _write(work, folder, None)


def write_poses(work: Work, folder: Path) -> None:
    """Write a data set for poses; classes that have none anywhere are left out."""
    _write(work, folder, _classes_with_poses(work))


def _write(work: Work, folder: Path, posed: frozenset[int] | None) -> None:
    index = {row["id"]: place for place, row in enumerate(work.known.classes)}
    with (
        Spool(folder / ".spool") as lines,
        JsonArray(folder / "clipped.json", '{"clipped":[', "]}\n") as clipped,
    ):
        labels = _Labels(lines, clipped, index, posed)
        for track, states in work.tracks():
            _add(work, labels, track, states)
        for row in work.segments():
            work.skip("segment", "format_holds_no_segments", **of_segment(row))
        frames = yolo_files.Frames(lines)
        if "rejected" not in work.chosen.states:
            frames.empty = backgrounds.known_empty(work)
        if work.options.frames == "all":
            frames.listed = positions.every_frame(work)
        yolo_files.write(work, folder, frames, poses=posed is not None)


def _classes_with_poses(work: Work) -> frozenset[int]:
    with store.reader(work.workspace) as db:
        rows = db.execute(
            "SELECT DISTINCT class FROM tracks WHERE deleted = 0 AND skeleton IN (?, ?)",
            list(SKELETONS),
        ).fetchall()
    return frozenset(row[0] for row in rows)


def _add(work: Work, labels: _Labels, track: Track, states: list[tuple[int, int, str]]) -> None:
    """Keep the lines of a track, and account for what has none."""
    left_out: Counter[str] = Counter()
    written = clipped = 0
    video = work.known.videos[track.video]
    size = Size(video.width, video.height)
    for found, _state in positions.chosen(work, track, states, left_out):
        if labels.posed is not None and track.class_id not in labels.posed:
            left_out["class_without_poses"] += 1
            continue
        box = found.box.clipped(video.width, video.height)
        line = yolo_lines.box_line(labels.index[track.class_id], box, size)
        line += _pose(work, labels, track, found, size, left_out)
        labels.lines.add(video.id, found.frame, line)
        clipped += yolo_lines.is_clipped(found.box, size)
        written += 1
    if clipped:
        name = work.known.names[track.class_id]
        row = {"track": track.id, "video": track.video, "class": name, "count": clipped}
        labels.clipped.add(row)
    work.counts["annotations"] += written
    work.counts["clipped"] += clipped
    work.counts["tracks"] += bool(written)
    positions.account(work, track, left_out, written)


def _pose(
    work: Work, labels: _Labels, track: Track, found: Keyframe, size: Size, left_out: Counter[str]
) -> str:
    """The joints behind a box, in a set of poses."""
    if labels.posed is None:
        left_out["format_holds_no_poses"] += bool(found.joints)
        return ""
    pose = to_coco17(found.joints, track.skeleton or "") if found.joints else None
    if pose is None:
        left_out["pose_is_not_coco17"] += bool(found.joints)
        return yolo_lines.NO_POSE
    text, beyond = yolo_lines.joints_text(pose, size)
    work.counts["poses"] += 1
    work.counts["joints_outside"] += beyond
    return text
