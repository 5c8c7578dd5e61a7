"""The exact truth of each frame, read from the scene itself; the format is in the README."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sample_videos.studio import camera, cast, choreography, figure, films, motion, picture, words
from sample_videos.studio.film import Film
from sample_videos.studio.trunks import SIDES

WIDTH, HEIGHT = camera.WIDTH, camera.HEIGHT
# How deep inside the body a joint lies (metres of a 1.80 m body, with a margin): the surface
# in front of a visible joint is at most this much nearer than the joint.
DEPTH_OF_JOINT = {
    "nose": 0.035, "eye": 0.035, "ear": 0.045, "shoulder": 0.10, "elbow": 0.075,
    "wrist": 0.085, "hip": 0.165, "knee": 0.10, "ankle": 0.085,
}  # fmt: skip
Mask = npt.NDArray[np.bool_]
Shot = tuple[npt.NDArray[np.uint8], dict[str, Any]]


def shoot(name: str, frame: int) -> Shot:
    """A finished frame of a film, uint8 RGB (H, W, 3), and the truth about it."""
    film = films.FILMS[name]
    image, seen = picture.render(film, frame)
    return image, of_frame(film, frame, seen)


def of_frame(film: Film, frame: int, seen: picture.Seen) -> dict[str, Any]:
    """The truth of one frame from its middle sample."""
    found: dict[str, Any] = {
        "frame": frame,
        "people": [_person(film, boxer, frame, seen) for boxer in film.script.cast],
    }
    if film.labelled:
        found["objects"] = [
            {"id": number, "class": kind, **_cover(seen, (0, kind), kind)}
            for number, kind in enumerate(film.labelled, start=1)
        ]
    return found


def _person(film: Film, boxer: cast.Boxer, frame: int, seen: picture.Seen) -> dict[str, Any]:
    own = np.array([person == boxer.id for person, _ in seen.groups] + [False])
    return {
        "id": boxer.id,
        **_cover(seen, (boxer.id, None), boxer.id),
        "keypoints": _keypoints(film, boxer, frame, seen, own),
        "gloves": {side: _held(boxer, "glove", side, seen) for side in SIDES},
        **(
            {"pads": {side: _held(boxer, "pad", side, seen) for side in SIDES}}
            if boxer.holds == "pads"
            else {}
        ),
    }


def _cover(seen: picture.Seen, group: tuple[int, str | None], alone: int | str) -> dict[str, Any]:
    """The boxes and visible pixels of a person (a group without a kind) or a thing."""
    own = np.array([(p, k if group[1] else None) == group for p, k in seen.groups] + [False])
    visible, whole = own[seen.owner], seen.alone[alone]
    return {
        "box": _box(visible),
        "full_box": _box(whole),
        "pixels": int(visible.sum()),
        "visible": round(float(visible.sum() / max(int(whole.sum()), 1)), 4),
    }


def _box(mask: Mask) -> list[int] | None:
    """The pixels' bounding box as left, top, width, height, or None where there are none."""
    grid = mask.reshape(HEIGHT, WIDTH)
    columns, rows = np.flatnonzero(grid.any(axis=0)), np.flatnonzero(grid.any(axis=1))
    if columns.size == 0:
        return None
    left, top = int(columns[0]), int(rows[0])
    return [left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top]


def _held(boxer: cast.Boxer, kind: str, side: str, seen: picture.Seen) -> list[int] | None:
    """The box of a glove or pad, or None where there is none to be seen."""
    group = (boxer.id, f"{kind}_{side}")
    return _box(seen.owner == seen.groups.index(group)) if group in seen.groups else None


def _keypoints(
    film: Film, boxer: cast.Boxer, frame: int, seen: picture.Seen, own: Mask
) -> list[list[float | int]]:
    view = film.view(float(frame))
    found: list[list[float | int]] = []
    for name, point in figure.joints(motion.pose(film.script, boxer.id, float(frame))).items():
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


def events(script: choreography.Script) -> list[dict[str, Any]]:
    """What the script lists as events, by first frame."""
    actions = sorted(
        (a for a in script.actions if a.kind in script.event_kinds),
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
            **_target(action),
        }
        for number, action in enumerate(actions, start=1)
    ]


def _target(action: choreography.Action) -> dict[str, Any]:
    """What a punch at a thing or a pad hits; what it hits of a person is its outcome."""
    if action.height:
        return {"target": {"object": 1, "height_m": action.height}}
    if action.outcome == "landed" and action.catch:
        return {"target": {"pad": action.catch}}
    return {}


def crossing(film: Film, frames: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The longest run of frames in which one of two is at least 60 % hidden, if there is one."""
    best: dict[str, Any] | None = None
    for boxer in film.script.cast if len(film.script.cast) == 2 else ():
        start = None
        for number in range(len(frames) + 1):
            hidden = number < len(frames) and any(
                p["id"] == boxer.id and p["visible"] <= 0.4 for p in frames[number]["people"]
            )
            if hidden and start is None:
                start = number
            if not hidden and start is not None:
                if best is None or number - start > best["last"] - best["first"] + 1:
                    rival = film.script.other(boxer.id).id
                    best = {"rear": boxer.id, "front": rival, "first": start, "last": number - 1}
                start = None
    return best


def document(film: Film, frames: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything that is true about the clip."""
    script = film.script
    return {
        "format": "dataguard-sample-truth",
        "version": 1,
        "video": {
            "file": f"{script.name}.mp4", "width": WIDTH, "height": HEIGHT,
            "fps": [choreography.FPS, 1], "frames": len(frames),
        },
        "keypoint_names": list(figure.joints(motion.pose(script, 1, 0.0))),
        "people": [
            {"id": b.id, "name": b.name, "names": b.names, "lead": b.lead,
             "height_m": round(1.8 * b.scale, 3)}
            for b in script.cast
        ],
        **({"cuts": list(film.cuts)} if film.cuts else {}),
        "events": events(script),
        "captions": words.captions(script.captions),
        "questions": words.questions(script.questions),
        "crossing": crossing(film, frames),
        "frames": frames,
    }  # fmt: skip


def write(path: Path, found: dict[str, Any]) -> None:
    """Writes the truth as JSON with one line per frame, so that a change can be read in a diff."""
    head = {key: value for key, value in found.items() if key != "frames"}
    text = json.dumps(head, ensure_ascii=False, indent=1)
    lines = ",\n  ".join(
        json.dumps(frame, separators=(",", ":"), allow_nan=False) for frame in found["frames"]
    )
    path.write_text(f'{text[:-2]},\n "frames": [\n  {lines}\n ]\n}}\n', encoding="utf-8")
