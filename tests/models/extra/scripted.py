"""A stand-in model for tests: plays back a script, or walks one person across the picture.

Point ``DATAGUARD_EXTRA_MODELS`` at this folder and the worker process can load it too.

A script is JSON: ``{"<frame>": [{"class": "person", "box": [x, y, w, h], "score": 0.9,
"skeleton": "coco17", "joints": [[x, y, score, visibility], ...]}, ...]}``; ``skeleton`` and
``joints`` may be left out, and so may frames on which nothing is seen.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from core import errors, skeletons
from core.labels import Box, Detection, FrameResult, Joint, Picture
from models.base import Backend, Model, Parameter, Value, Weights

STEP = 2.0


class Scripted(Backend):
    device = "cpu"
    weights: tuple[Weights, ...] = ()

    def __init__(self, parameters: Mapping[str, Value]) -> None:
        script = str(parameters["script"])
        self._frames: dict[str, Any] | None = (
            json.loads(Path(script).read_text()) if script else None
        )
        self._seconds = float(parameters["seconds"])
        self._fail_at = int(parameters["fail_at"])
        self._closed = False

    def suggest(self, pictures: Iterable[Picture]) -> Iterator[FrameResult]:
        if self._closed:
            raise errors.ModelUnavailable("{model} is closed.", model=MODEL.name)
        for picture in pictures:
            if picture.index == self._fail_at:
                raise RuntimeError(f"scripted failure at frame {picture.index}")
            time.sleep(self._seconds)
            yield FrameResult(picture.index, self._seen(picture), self._seconds)

    def _seen(self, picture: Picture) -> tuple[Detection, ...]:
        if self._frames is None:
            return (_walker(picture),)
        return tuple(_detection(item) for item in self._frames.get(str(picture.index), []))

    def close(self) -> None:
        self._closed = True


def _detection(item: Mapping[str, Any]) -> Detection:
    joints = item.get("joints")
    return Detection(
        class_name=item.get("class", "person"),
        box=Box(*map(float, item["box"])),
        score=float(item.get("score", 1.0)),
        joints=None if joints is None else tuple(Joint(*row) for row in joints),
        skeleton=item.get("skeleton"),
    )


def _walker(picture: Picture) -> Detection:
    """One person, a third of the picture high, who walks from left to right and starts again."""
    height, width = picture.image.shape[:2]
    w, h = width / 8, height / 3
    x = (picture.index * STEP) % max(1.0, width - w)
    box = Box(x, height / 2 - h / 2, w, h)
    count = len(skeletons.COCO_17.joints)
    joints = tuple(
        Joint(box.x + w * (0.2 + 0.6 * (i % 2)), box.y + h * (i + 0.5) / count, 0.9)
        for i in range(count)
    )
    return Detection("person", box, 0.9, joints, skeletons.COCO_17.name)


def _load(folders: Sequence[Path], parameters: Mapping[str, Value], device: str) -> Backend:
    return Scripted(parameters)


MODEL = Model(
    name="scripted",
    task="pose",
    version="1",
    licence="MIT",
    load=_load,
    classes=("person",),
    skeleton=skeletons.COCO_17.name,
    parameters=(
        Parameter("script", "choice", "", "Script"),
        Parameter("seconds", "number", 0.0, "Seconds per frame", minimum=0.0, maximum=60.0),
        Parameter("fail_at", "integer", -1, "Frame at which it fails", minimum=-1, maximum=2**31),
    ),
    hidden=True,
)
