"""The exact truth of each frame, read from the scene itself; the format is in the README."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sample_videos.studio import camera, cast, choreography, figure, motion, picture, words

WIDTH, HEIGHT = camera.WIDTH, camera.HEIGHT
# How deep inside the body a joint lies (metres of a 1.80 m body, with a margin): the surface
# in front of a visible joint is at most this much nearer than the joint.
DEPTH_OF_JOINT = {
    "nose": 0.035, "eye": 0.035, "ear": 0.045, "shoulder": 0.10, "elbow": 0.075,
    "wrist": 0.085, "hip": 0.165, "knee": 0.10, "ankle": 0.085,
}  # fmt: skip
Mask = npt.NDArray[np.bool_]
Shot = tuple[npt.NDArray[np.uint8], list[dict[str, Any]]]


def shoot(frame: int) -> Shot:
    """A finished frame, uint8 RGB (H, W, 3), and the truth about its people."""
    image, seen = picture.render(frame)
    return image, people(frame, seen)


def people(frame: int, seen: picture.Seen) -> list[dict[str, Any]]:
    """The truth of one frame from its middle sample."""
    return [_person(boxer, frame, seen) for boxer in cast.CAST]


def _person(boxer: cast.Boxer, frame: int, seen: picture.Seen) -> dict[str, Any]:
    own = np.array([person == boxer.id for person, _ in seen.groups] + [False])
    visible = own[seen.owner]
    alone = seen.alone[boxer.id]
    return {
        "id": boxer.id,
        "box": _box(visible),
        "full_box": _box(alone),
        "pixels": int(visible.sum()),
        "visible": round(float(visible.sum() / max(int(alone.sum()), 1)), 4),
        "keypoints": _keypoints(boxer, frame, seen, own),
        "gloves": {side: _glove(boxer, side, seen) for side in motion.SIDES},
    }


def _box(mask: Mask) -> list[int] | None:
    """The pixels' bounding box as left, top, width, height, or None where there are none."""
    grid = mask.reshape(HEIGHT, WIDTH)
    columns, rows = np.flatnonzero(grid.any(axis=0)), np.flatnonzero(grid.any(axis=1))
    if columns.size == 0:
        return None
    left, top = int(columns[0]), int(rows[0])
    return [left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top]


def _glove(boxer: cast.Boxer, side: str, seen: picture.Seen) -> list[int] | None:
    return _box(seen.owner == seen.groups.index((boxer.id, f"glove_{side}")))


def _keypoints(
    boxer: cast.Boxer, frame: int, seen: picture.Seen, own: Mask
) -> list[list[float | int]]:
    view = camera.view(float(frame))
    found: list[list[float | int]] = []
    for name, point in figure.joints(motion.pose(boxer.id, float(frame))).items():
        x, y, _ = view.project(point)
        column, row = int(np.floor(x)), int(np.floor(y))
        visibility = 0
        if 0 <= column < WIDTH and 0 <= row < HEIGHT:
            pixel = row * WIDTH + column
            distance = float(np.sqrt(((point - view.place) ** 2).sum()))
            ahead = distance - float(seen.depth[pixel])
            margin = DEPTH_OF_JOINT[name.split("_")[-1]] * boxer.scale * boxer.bulk
            mine = bool(own[seen.owner[pixel]])
            visibility = 2 if ahead < (margin if mine else 0.0) else 1
        found.append([round(x, 2), round(y, 2), visibility])
    return found


def events() -> list[dict[str, Any]]:
    """The punches and blocks of the choreography, by first frame."""
    actions = sorted(
        (a for a in choreography.ACTIONS if a.kind in choreography.EVENT_KINDS),
        key=lambda action: (action.first, action.person),
    )
    return [
        {
            "id": number,
            "kind": action.kind,
            "person": action.person,
            "hand": action.hand,
            "first": action.first,
            "last": action.last,
            "contact": None if action.outcome == "missed" else action.contact,
            "outcome": action.outcome,
        }
        for number, action in enumerate(actions, start=1)
    ]


def crossing(frames: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """The longest run of frames in which somebody is at least 60 % hidden."""
    best: dict[str, Any] = {"rear": None, "front": None, "first": 0, "last": -1}
    for boxer in cast.CAST:
        start = None
        for number in range(len(frames) + 1):
            hidden = number < len(frames) and any(
                p["id"] == boxer.id and p["visible"] <= 0.4 for p in frames[number]
            )
            if hidden and start is None:
                start = number
            if not hidden and start is not None:
                if number - start > best["last"] - best["first"] + 1:
                    rival = motion.other(boxer.id).id
                    best = {"rear": boxer.id, "front": rival, "first": start, "last": number - 1}
                start = None
    return best


def document(frames: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """Everything that is true about the clip."""
    return {
        "format": "dataguard-sample-truth",
        "version": 1,
        "video": {
            "file": "sparring.mp4", "width": WIDTH, "height": HEIGHT,
            "fps": [choreography.FPS, 1], "frames": len(frames),
        },
        "keypoint_names": list(figure.joints(motion.pose(1, 0.0))),
        "people": [
            {"id": b.id, "name": b.name, "names": b.names, "lead": b.lead,
             "height_m": round(1.8 * b.scale, 3)}
            for b in cast.CAST
        ],
        "events": events(),
        "captions": words.captions(),
        "questions": words.questions(),
        "crossing": crossing(frames),
        "frames": [{"frame": n, "people": people} for n, people in enumerate(frames)],
    }  # fmt: skip


def write(path: Path, found: dict[str, Any]) -> None:
    """Writes the truth as JSON with one line per frame, so that a change can be read in a diff."""
    head = {key: value for key, value in found.items() if key != "frames"}
    text = json.dumps(head, ensure_ascii=False, indent=1)
    lines = ",\n  ".join(
        json.dumps(frame, separators=(",", ":"), allow_nan=False) for frame in found["frames"]
    )
    path.write_text(f'{text[:-2]},\n "frames": [\n  {lines}\n ]\n}}\n', encoding="utf-8")
