"""OKS-AP: truth and found poses as COCO documents, and their average precision by hotcoco."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.labels import Box, Joints
from core.skeletons import COCO_17, to_coco17

PERSON = 1


@dataclass(frozen=True, slots=True)
class Truth:
    """A true person: 17 joints as (x, y, COCO visibility); ``counts`` False is ignored."""

    box: Box
    joints: Sequence[tuple[float, ...]]
    area: float
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """A found person: 17 joints as (x, y), or None where the pose has no such joints."""

    box: Box
    joints: Sequence[tuple[float, float]] | None
    score: float


def found(box: Box, joints: Joints | None, skeleton: str | None, score: float) -> Found:
    """A found pose in COCO's joints."""
    mapped = to_coco17(joints, skeleton or "") if joints else None
    return Found(box, None if mapped is None else [(j.x, j.y) for j in mapped], score)


def documents(
    truth: Mapping[int, Sequence[Truth]],
    results: Mapping[int, Sequence[Found]],
    size: tuple[int, int],
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A COCO ground truth and result list; frames are images. Those that do not count are
    "crowd", which COCO matches without counting."""
    annotations = []
    for frame, people in truth.items():
        for one in people:
            flat = [value for joint in one.joints for value in joint]
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": frame + 1,
                    "category_id": PERSON,
                    "bbox": list(one.box.values()),
                    "area": one.area,
                    "iscrowd": int(not one.counts),
                    "keypoints": flat,
                    "num_keypoints": sum(joint[2] > 0 for joint in one.joints),
                }
            )
    detections = [
        {
            "image_id": frame + 1,
            "category_id": PERSON,
            "keypoints": [value for x, y in one.joints for value in (x, y, 1)],
            "bbox": list(one.box.values()),
            "score": one.score,
        }
        for frame in truth
        for one in results.get(frame, ())
        if one.joints is not None
    ]
    images = [
        {"id": frame + 1, "width": size[0], "height": size[1], "file_name": f"{frame}.jpg"}
        for frame in truth
    ]
    person = {"id": PERSON, "name": "person", "keypoints": list(COCO_17.joints), "skeleton": []}
    return {"images": images, "annotations": annotations, "categories": [person]}, detections


def average_precision(
    ground: Mapping[str, Any], detections: Sequence[Mapping[str, Any]]
) -> dict[str, float]:
    """AP over ten thresholds, at 0.50 and 0.75, and average recall; 0 where nothing was found."""
    if not detections:
        return {"AP": 0.0, "AP50": 0.0, "AP75": 0.0, "AR": 0.0}
    import hotcoco

    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        path = Path(folder) / "truth.json"
        path.write_text(json.dumps(ground))
        truth = hotcoco.COCO(str(path))
        scoring = hotcoco.COCOeval(truth, truth.load_res(list(detections)), "keypoints")
        scoring.evaluate()
        scoring.accumulate()
        scoring.summarize()
    stats = scoring.stats
    return dict(zip(("AP", "AP50", "AP75"), map(float, stats[:3]), strict=True)) | {
        "AR": float(stats[5])
    }
