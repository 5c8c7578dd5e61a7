"""BlazePose's two networks on any square of a picture, upright or turned.

MediaPipe's tasks look at the whole picture alone and keep their own counsel about what they drop.
Here the same two files run by themselves: hints of people anywhere, and a pose, with the
outline of its body, wherever one asks for it.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.labels import Box
from models import native
from models._poses import Points

DETECTOR, LANDMARKS = "pose_detector.tflite", "pose_landmarks_detector.tflite"
DETECTOR_SIDE, LANDMARKS_SIDE = 224, 256
STRIDES = (8, 16, 32, 32, 32)
"""Of the detector's five layers of anchors (MediaPipe, pose_detection_cpu.pbtxt), two a cell."""

JOINTS = 33
CENTRE, RIM = 33, 34
"""Two more landmarks: the middle of the body and a point on the circle around it."""

ROOM = 1.25
"""The landmark network expects the circle around the body to fill this part less of its square."""

OUTLINE = 0.5
TRIM = 1.0
"""Percent of the outline's pixels left out on each side: stray ones lie far off."""

COARSE = 4
"""One pixel of the outline in this many, each way, says where it ends."""

FEWEST_PIXELS = 12
SMALLEST_SIDE = 8.0
"""Pixels; a smaller square holds no person that could be told from a stain."""

Image = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Region:
    """A square of a picture: middle and side in pixels, turned clockwise by ``angle`` radians."""

    x: float
    y: float
    side: float
    angle: float

    def moved(self, right: float, down: float, scale: float) -> Region:
        """Moved by shares of the side, then scaled about its middle."""
        x, y = self.x + right * self.side, self.y + down * self.side
        return Region(x, y, self.side * scale, self.angle)


@dataclass(frozen=True, slots=True)
class Look:
    """What the landmark network sees in a region.

    :ivar points: shape (33, 2), pixels of the picture.
    :ivar visibility: shape (33,), 0..1.
    :ivar presence: how sure it is that a person is there, 0..1.
    :ivar outline: the box around what it takes for the body, None where that is next to nothing.
    :ivar region: where to look next, for a better look or in the next frame.
    """

    points: Points
    visibility: Points
    presence: float
    outline: Box | None
    region: Region


class Networks:
    """The two networks of a bundle; one thread, one core."""

    def __init__(self, bundle: Path) -> None:
        with zipfile.ZipFile(bundle) as parts:
            self._detector = _Network(parts.read(DETECTOR))
            self._landmarks = _Network(parts.read(LANDMARKS))
        self._anchors = _anchors()

    def hints(self, image: Image, window: Region, threshold: float) -> Iterator[Region]:
        """Regions in which a person may be, seen from an upright window, the likeliest first.

        The window may reach out of the picture; it is black there.
        """
        scale = window.side / DETECTOR_SIDE
        shift = np.array([window.x, window.y], np.float32) - window.side / 2
        boxes, scores = self._detector(
            _cut(image, window, DETECTOR_SIDE).astype(np.float32) / 127.5 - 1.0
        )
        logits = scores[0, :, 0]
        (likely,) = np.nonzero(logits > math.log(threshold / (1 - threshold)))
        kept: list[Box] = []
        for anchor in likely[np.argsort(-logits[likely])]:
            place = self._anchors[anchor] * DETECTOR_SIDE
            numbers = boxes[0, anchor]
            middle, size = place + numbers[:2] - numbers[2:4] / 2, numbers[2:4]
            face = Box(*map(float, (*middle, *size)))
            if any(face.iou(other) >= OUTLINE for other in kept):
                continue
            kept.append(face)
            centre, rim = (place + numbers[4:8].reshape(2, 2)) * scale + shift
            region = _around(centre, rim)
            if region.side >= SMALLEST_SIDE:
                yield region

    def look(self, image: Image, region: Region) -> Look:
        """The pose in a region, or what comes nearest to one."""
        cut = _cut(image, region, LANDMARKS_SIDE).astype(np.float32) / 255.0
        marks, presence, mask = self._landmarks(cut)[:3]
        marks = marks.reshape(-1, 5)
        place = _placing(region, LANDMARKS_SIDE)
        points = marks[:, :2] @ place[:, :2].T + place[:, 2]
        height, width = image.shape[:2]
        return Look(
            points=points[:JOINTS].astype(np.float32),
            visibility=_share(marks[:JOINTS, 3]),
            presence=float(presence[0, 0]),
            outline=_outline(mask[0, :, :, 0], place, width, height),
            region=_around(points[CENTRE], points[RIM]),
        )


class _Network:
    def __init__(self, content: bytes) -> None:
        with native.quiet():
            from ai_edge_litert.interpreter import Interpreter

            self._run = Interpreter(model_content=content, num_threads=1)
            self._run.allocate_tensors()
        self._input = self._run.get_input_details()[0]["index"]
        self._outputs = [item["index"] for item in self._run.get_output_details()]

    def __call__(self, values: npt.NDArray[np.float32]) -> list[Any]:
        self._run.set_tensor(self._input, values[None])
        self._run.invoke()
        return [self._run.get_tensor(index) for index in self._outputs]


def _anchors() -> Points:
    """Middles of the detector's anchors as shares of its square, shape (2254, 2)."""
    rows: list[tuple[float, float]] = []
    for stride in sorted(set(STRIDES)):
        cells = math.ceil(DETECTOR_SIDE / stride)
        each = 2 * STRIDES.count(stride)
        for row in range(cells):
            for column in range(cells):
                rows += [((column + 0.5) / cells, (row + 0.5) / cells)] * each
    return np.array(rows, np.float32)


def _around(centre: Points, rim: Points) -> Region:
    """The region of a body with this middle and a point on its circle, up along its axis."""
    right, down = (float(value) for value in rim - centre)
    side = 2 * math.hypot(right, down) * ROOM
    return Region(float(centre[0]), float(centre[1]), side, math.atan2(right, -down))


def _placing(region: Region, side: int) -> npt.NDArray[np.float64]:
    """Shape (2, 3): from pixels of the region's own picture to those of the picture."""
    scale = region.side / side
    along, across = math.cos(region.angle) * scale, math.sin(region.angle) * scale
    half = side / 2
    return np.array(
        [
            [along, -across, region.x - half * (along - across)],
            [across, along, region.y - half * (across + along)],
        ]
    )


def _cut(image: Image, region: Region, side: int) -> Image:
    """The region as a picture of its own, black where it reaches out, as MediaPipe cuts it."""
    import cv2

    placing = _placing(region, side)
    cut = cv2.warpAffine(
        image, placing, (side, side), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    return np.asarray(cut, np.uint8)


def _share(logits: Any) -> Points:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -50, 50))), np.float32)


def _outline(mask: Any, place: npt.NDArray[np.float64], width: int, height: int) -> Box | None:
    """The box around the body in the picture; ``mask`` are logits over the region."""
    down, right = np.nonzero(mask[::COARSE, ::COARSE] > 0)
    points = np.stack([right, down], axis=1) * COARSE @ place[:, :2].T + place[:, 2]
    points = points[np.all((points >= 0) & (points <= (width, height)), axis=1)]
    if len(points) < FEWEST_PIXELS:
        return None
    low, high = np.percentile(points, [TRIM, 100 - TRIM], axis=0)
    return Box(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
