"""What an object looks like: its colours against those around it, and a small grey picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from core.labels import Box

Numbers = npt.NDArray[np.float64]

SIDE = 32
"""Pixels of the small picture, each way."""

AROUND = 0.3
"""Of a box's sides, looked at all around it."""

_BITS = 3
_COLOURS = 1 << 3 * _BITS


@dataclass(frozen=True, slots=True)
class Colours:
    """Which colours are the object's, learnt from one picture.

    :ivar belongs: for each colour how likely it is the object's and not of what is around it, 0..1.
    :ivar share: mean of this over the object as it was drawn.
    """

    belongs: npt.NDArray[np.float32]
    share: float

    @classmethod
    def learnt(cls, image: Any, box: Box) -> Colours:
        """From the box of an object in a picture, uint8 RGB (H, W, 3)."""
        across, down = AROUND * box.w, AROUND * box.h
        around = Box(box.x - across, box.y - down, box.w + 2 * across, box.h + 2 * down)
        own, every = _counts(image, box), _counts(image, around)
        other = np.maximum(every - own, 0)
        own, other = own / max(own.sum(), 1), other / max(other.sum(), 1)
        belongs = (own + 1e-6) / (own + other + 2e-6)
        return cls(belongs.astype(np.float32), max(float((own * belongs).sum()), 1e-6))

    def likeness(self, image: Any, box: Box) -> float:
        """How much the colours in a box are the object's; 1 as it was drawn, 0 none of them."""
        found = _counts(image, box)
        share = float((found * self.belongs).sum()) / max(float(found.sum()), 1.0)
        return min(share / self.share, 1.0)


def bins(image: Any) -> npt.NDArray[np.intp]:
    """The number of each pixel's colour, of uint8 RGB (H, W, 3)."""
    coarse = image.astype(np.intp) >> (8 - _BITS)
    return np.asarray((coarse[..., 0] << 2 * _BITS) | (coarse[..., 1] << _BITS) | coarse[..., 2])


def _counts(image: Any, box: Box) -> Numbers:
    part = cut(image, box)
    return np.bincount(bins(part).ravel(), minlength=_COLOURS).astype(np.float64)


def cut(image: Any, box: Box) -> Any:
    """The part of a picture inside a box, at least one pixel."""
    height, width = image.shape[:2]
    left, top = (min(max(int(side), 0), end - 1) for side, end in ((box.x, width), (box.y, height)))
    right = min(max(int(np.ceil(box.x + box.w)), left + 1), width)
    bottom = min(max(int(np.ceil(box.y + box.h)), top + 1), height)
    return image[top:bottom, left:right]


def small(image: Any, box: Box) -> Numbers:
    """What is in a box as a grey picture of SIDE x SIDE, shape (1, SIDE * SIDE).

    Outside the picture its border goes on.
    """
    height, width = image.shape[:2]
    margin = max(box.w, box.h) / SIDE
    x0, y0 = max(int(box.x - margin), 0), max(int(box.y - margin), 0)
    wide = Box(box.x - margin, box.y - margin, box.w + 2 * margin, box.h + 2 * margin)
    gray = cv2.cvtColor(np.ascontiguousarray(cut(image, wide)), cv2.COLOR_RGB2GRAY)
    across, down = (max(1, int(side / SIDE)) | 1 for side in (box.w, box.h))
    smooth = cv2.blur(gray, (across, down))
    steps = (np.arange(SIDE) + 0.5) / SIDE
    x = np.clip(box.x + steps * box.w - 0.5, 0, width - 1) - x0
    y = np.clip(box.y + steps * box.h - 0.5, 0, height - 1) - y0
    grid = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    found = cv2.remap(smooth, *grid, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, dtype=np.float64).reshape(1, -1)


def correlation(one: Numbers, other: Numbers) -> Numbers:
    """Normalised cross-correlation row by row, -1..1.

    Two rows without any contrast are alike; one without is like nothing that has some.
    """
    a, b = (rows - rows.mean(axis=1, keepdims=True) for rows in (one, other))
    first, second = (a * a).sum(axis=1), (b * b).sum(axis=1)
    shared = (a * b).sum(axis=1) / np.sqrt(np.maximum(first * second, 1e-12))
    return np.where(first + second < 1e-6, 1.0, shared)
