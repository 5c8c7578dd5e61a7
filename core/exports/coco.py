"""COCO: boxes in ``annotations/instances.json``, poses in ``annotations/person_keypoints.json``.

Frames are images, tracks become one annotation per frame (``track_id`` keeps them together). Ids
never depend on what is chosen: an image is ``video * 10^8 + frame + 1``, an annotation is
``track * 10^8 + frame + 1``, a category is the class's own id. Coordinates are rounded to 1/1000
pixel. ``area`` is the box's, since there are no masks. Boxes that reach beyond the picture stay as
they are; those wholly beyond it are left out and accounted for. ``attributes`` are the frame's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core import attributes
from core.exports import frame_images, positions
from core.exports.positions import Marked
from core.exports.work import JsonArray, Work, encoded, of_segment
from core.labels import ABSENT, Joints, Keyframe
from core.skeletons import COCO_17, to_coco17
from core.tracks import Track
from core.videos import Video

PER_OBJECT = 10**8
INSTANCES = "annotations/instances.json"
KEYPOINTS = "annotations/person_keypoints.json"


@dataclass(slots=True)
class _Seen:
    """What the annotations so far refer to."""

    instances: Marked = field(default_factory=dict)
    poses: Marked = field(default_factory=dict)
    pose_classes: set[int] = field(default_factory=set)


def write(work: Work, folder: Path) -> None:
    """Write both files, and the frame images when asked for."""
    (folder / "annotations").mkdir()
    seen = _Seen()
    # The arrays stand in the order in which they become known; JSON objects have no order.
    with (
        JsonArray(folder / INSTANCES, '{"annotations":[', "]}\n") as instances,
        JsonArray(folder / KEYPOINTS, '{"annotations":[', "]}\n") as poses,
    ):
        for track, states in work.tracks():
            _annotate(work, track, states, seen, instances, poses)
        for row in work.segments():
            work.skip("segment", "format_holds_no_segments", **of_segment(row))
        if work.options.frames == "all":
            seen.instances = seen.poses = positions.every_frame(work)
        _close(work, instances, seen.instances, _categories(work))
        _close(work, poses, seen.poses, _pose_categories(work, seen.pose_classes))
    work.counts["images"] = sum(int(frames.sum()) for frames in seen.instances.values())
    if work.options.images:
        frame_images.write(work, folder, seen.instances, partial(file_name, work))


def file_name(work: Work, video: Video, frame: int) -> str:
    """Where the picture of a frame lies in the folder."""
    return f"images/{work.known.folders[video.id]}/{frame:08d}.jpg"


def _annotate(
    work: Work,
    track: Track,
    states: list[tuple[int, int, str]],
    seen: _Seen,
    instances: JsonArray,
    poses: JsonArray,
) -> None:
    video = work.known.videos[track.video]
    left_out: Counter[str] = Counter()
    written = 0
    for found, state in positions.chosen(work, track, states, left_out):
        annotation = _annotation(work, track, found, state)
        pose = to_coco17(found.joints, track.skeleton or "") if found.joints else None
        if found.joints and pose is None:
            left_out["pose_is_not_coco17"] += 1
        if pose is not None:
            annotation |= _keypoints(pose)
            poses.add(annotation)
            positions.mark(seen.poses, video, found.frame)
            seen.pose_classes.add(track.class_id)
            work.counts["poses"] += 1
        instances.add(annotation)
        positions.mark(seen.instances, video, found.frame)
        written += 1
    work.counts["annotations"] += written
    work.counts["tracks"] += bool(written)
    positions.account(work, track, left_out, written)


def _annotation(work: Work, track: Track, found: Keyframe, state: str) -> dict[str, Any]:
    box = [round(value, 3) for value in found.box.values()]
    annotation = {
        "id": track.id * PER_OBJECT + found.frame + 1,
        "image_id": track.video * PER_OBJECT + found.frame + 1,
        "category_id": track.class_id,
        "bbox": box,
        "area": round(found.box.area, 3),
        "segmentation": [],
        "iscrowd": 0,
        "track_id": track.id,
        "state": state,
        "source": found.source,
        "occluded": int(found.occluded),
    }
    defined = work.known.attributes[track.class_id]
    values = attributes.at(defined, track.attributes, found.frame)
    return {**annotation, "attributes": values} if values else annotation


def _keypoints(pose: Joints) -> dict[str, Any]:
    """COCO's triplets: joints that are not labelled are 0, 0, 0."""
    flat: list[float | int] = []
    for joint in pose:
        known = joint.visibility != ABSENT
        flat += [round(joint.x, 3), round(joint.y, 3), joint.visibility] if known else [0, 0, 0]
    return {"keypoints": flat, "num_keypoints": sum(j.visibility != ABSENT for j in pose)}


def _close(
    work: Work,
    array: JsonArray,
    frames: Marked,
    categories: list[dict[str, Any]],
) -> None:
    """The rest of a document: info, categories, videos and images."""
    used = [work.known.videos[identity] for identity in sorted(frames)]
    info = {
        "description": "DataGuard export",
        "version": "1",
        "images": "included" if work.options.images else "not included",
    }
    rows = [
        {"id": video.id, "name": video.name, "sha256": video.sha256, "frames": video.frames}
        for video in used
    ]
    array.turn(
        f'\n],"info":{encoded(info)},"licenses":[],"categories":{encoded(categories)},'
        f'"videos":{encoded(rows)},"images":['
    )
    for video in used:
        times = work.clock.of(video.id)
        for frame in np.flatnonzero(frames[video.id]).tolist():
            seconds = times.seconds(frame)
            array.add(
                {
                    "id": video.id * PER_OBJECT + frame + 1,
                    "width": video.width,
                    "height": video.height,
                    "file_name": file_name(work, video, frame),
                    "video_id": video.id,
                    "frame": frame,
                    "time": float(seconds),
                    "time_exact": str(seconds),
                }
            )


def _categories(work: Work) -> list[dict[str, Any]]:
    wanted = work.chosen.classes
    return [
        {"id": row["id"], "name": row["name"], "supercategory": row["kind"]}
        for row in work.known.classes
        if wanted is None or row["id"] in wanted
    ]


def _pose_categories(work: Work, classes: set[int]) -> list[dict[str, Any]]:
    bones = [[a + 1, b + 1] for a, b in COCO_17.bones]
    return [
        {**category, "keypoints": list(COCO_17.joints), "skeleton": bones}
        for category in _categories(work)
        if category["id"] in classes or category["name"] == "person"
    ]
