"""Median flow: how a box moves from one picture to the next, and whether that can be believed.

Z. Kalal, K. Mikolajczyk, J. Matas: Forward-Backward Error: Automatic Detection of Tracking
Failures, ICPR 2010. A grid of points is followed forwards and back again (Lucas-Kanade); those that
do not come back to where they began are left out, the medians of the others move and scale the box.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from core.labels import Box, Lost
from models import _looks
from models._looks import Colours

Gray = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]
"""Shape (n, 2): x and y."""

LONGEST_SIDE, SHORTEST_SIDE = 144, 72
"""Pixels: between these lies the longer side of a box at the size at which it is looked at."""

MOST_ENLARGED = 3.0

MARGIN = 0.6
"""Of the longer side, looked at around the box: as far may an object move between two pictures."""

GRID = 12
INSET = 0.05
WINDOW = 13
LEVELS = 3
PATCH = 9
LARGEST_ERROR = 3.0
"""Median distance, in pixels of the smaller picture, of points from where they began."""

SMALLEST_LIKENESS = 0.5
FEWEST_POINTS = 10
ENOUGH_POINTS = 24
OWN = 0.5
SMALL_ERROR = 0.5
APART = 6.0
MOST_GROWTH = 1.15
_CRITERIA = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 20, 0.03)


@dataclass(frozen=True, slots=True)
class View:
    """A part of a picture in grey, made smaller; ``x`` and ``y`` are its corner in the picture."""

    gray: Gray
    x: float
    y: float
    scale: float

    def inside(self, points: Points) -> Points:
        """Points of the picture in pixels of the view."""
        return ((points - (self.x, self.y)) * self.scale).astype(np.float32)

    def outside(self, points: Points) -> Points:
        """The inverse of :meth:`inside`."""
        return (points / self.scale + (self.x, self.y)).astype(np.float32)


def moved(before: Any, after: Any, box: Box, colours: Colours) -> Box | Lost:
    """Where a box went from one picture to the next, both uint8 RGB of one size (H, W, 3)."""
    one, other = _views(before, after, box)
    begin = one.inside(_points(before, box, colours))
    end, back, found = _there_and_back(one.gray, other.gray, begin)
    if found.sum() < FEWEST_POINTS:
        return Lost("points")
    error = np.hypot(*(back - begin).T)
    typical = float(np.median(error[found]))
    if typical > LARGEST_ERROR:
        return Lost("error")
    likeness = _likeness(one.gray, other.gray, begin, end)
    sure = found & (error <= max(typical, SMALL_ERROR)) & (likeness >= SMALLEST_LIKENESS)
    if sure.sum() < FEWEST_POINTS:
        return Lost("points")
    return _carried(box, one.outside(begin[sure]), other.outside(end[sure]), one.scale)


def _views(before: Any, after: Any, box: Box) -> tuple[View, View]:
    """The surroundings of a box in both pictures."""
    height, width = before.shape[:2]
    longest = max(box.w, box.h)
    reach = MARGIN * longest
    left, top = max(int(box.x - reach), 0), max(int(box.y - reach), 0)
    right = min(int(np.ceil(box.x + box.w + reach)), width)
    bottom = min(int(np.ceil(box.y + box.h + reach)), height)
    scale = min(LONGEST_SIDE / longest, max(1.0, SHORTEST_SIDE / longest), MOST_ENLARGED)
    one, other = (_gray(image[top:bottom, left:right], scale) for image in (before, after))
    return View(one, left, top, scale), View(other, left, top, scale)


def _gray(image: Any, scale: float) -> Gray:
    gray = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)
    height, width = gray.shape
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(gray, size, interpolation=how), dtype=np.uint8)


def _points(image: Any, box: Box, colours: Colours) -> Points:
    """A grid of points inside a box: those that show the object, where there are enough of them."""
    steps = np.linspace(INSET, 1 - INSET, GRID)
    x, y = np.meshgrid(box.x + box.w * steps, box.y + box.h * steps)
    points = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)
    height, width = image.shape[:2]
    places = np.clip(points.astype(int), 0, (width - 1, height - 1))
    belongs = colours.belongs[_looks.bins(image[places[:, 1], places[:, 0]])]
    own = belongs >= OWN
    return points[own] if own.sum() >= ENOUGH_POINTS else points


def _carried(box: Box, before: Points, after: Points, scale: float) -> Box:
    """The box moved and scaled as its points did."""
    x, y = np.median(after - before, axis=0)
    across, down = (_growth(before[:, axis], after[:, axis], APART / scale) for axis in (0, 1))
    width, height = box.w * across, box.h * down
    return Box(
        box.x + box.w / 2 + float(x) - width / 2,
        box.y + box.h / 2 + float(y) - height / 2,
        width,
        height,
    )


def _there_and_back(
    before: Gray, after: Gray, points: Points
) -> tuple[Points, Points, npt.NDArray[np.bool_]]:
    lucas_kanade: Any = partial(
        cv2.calcOpticalFlowPyrLK,
        nextPts=None,
        winSize=(WINDOW, WINDOW),
        maxLevel=LEVELS,
        criteria=_CRITERIA,
    )
    end, there, _ = lucas_kanade(before, after, points.reshape(-1, 1, 2))
    back, again, _ = lucas_kanade(after, before, end)
    found = (there.ravel() == 1) & (again.ravel() == 1)
    end, back = end.reshape(-1, 2), back.reshape(-1, 2)
    height, width = after.shape
    found &= np.all((end >= 0) & (end < (width, height)), axis=1)
    return end, back, found


def _likeness(before: Gray, after: Gray, begin: Points, end: Points) -> npt.NDArray[np.float64]:
    """Normalised cross-correlation of the patches around each pair of points, -1..1."""
    one, other = _patches(before, begin), _patches(after, end)
    return _looks.correlation(one, other)


def _patches(image: Gray, points: Points) -> npt.NDArray[np.float64]:
    """The pixels around each point, shape (n, PATCH * PATCH)."""
    steps = np.arange(PATCH, dtype=np.float32) - PATCH // 2
    dx, dy = (part.ravel() for part in np.meshgrid(steps, steps))
    found = cv2.remap(
        image,
        points[:, :1] + dx,
        points[:, 1:] + dy,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return found.astype(np.float64)


def _growth(before: npt.NDArray[np.float32], after: npt.NDArray[np.float32], least: float) -> float:
    """Median of the ratios of the distances between points along one axis, after and before.

    :param least: pixels that two points must be apart to count.
    """
    first, second = np.triu_indices(len(before), 1)
    apart = np.abs(before[first] - before[second])
    far = apart > least
    if far.sum() < FEWEST_POINTS:
        return 1.0
    ratios = np.abs(after[first] - after[second])[far] / apart[far]
    return float(np.clip(np.median(ratios), 1 / MOST_GROWTH, MOST_GROWTH))
