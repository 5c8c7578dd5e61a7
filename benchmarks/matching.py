"""Comparing found boxes with true ones: one to one, at an IoU, with regions that do not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from core.labels import Box

IOU = 0.5
MOSTLY = 0.5


@dataclass(slots=True)
class Tally:
    """Counts over frames; ``ious`` are of the matched pairs."""

    truth: int = 0
    found: int = 0
    matched: int = 0
    ious: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in the counts of another tally."""
        self.truth += other.truth
        self.found += other.found
        self.matched += other.matched
        self.ious += other.ious

    @property
    def recall(self) -> float:
        """Matched share of what is true; 1 where nothing is."""
        return self.matched / self.truth if self.truth else 1.0

    @property
    def precision(self) -> float:
        """Matched share of what was found; 1 where nothing was."""
        return self.matched / self.found if self.found else 1.0

    @property
    def mean_iou(self) -> float:
        """Over matched pairs; 0 without any."""
        return sum(self.ious) / len(self.ious) if self.ious else 0.0

    def to_json(self) -> dict[str, Any]:
        """Counts and shares."""
        return {
            "truth": self.truth,
            "found": self.found,
            "matched": self.matched,
            "recall": self.recall,
            "precision": self.precision,
            "mean_iou": self.mean_iou,
        }


def ious(truth: Sequence[Box], found: Sequence[Box]) -> npt.NDArray[np.float64]:
    """IoU of each true box with each found one, shape (truth, found)."""
    table = np.zeros((len(truth), len(found)))
    for row, one in enumerate(truth):
        for column, other in enumerate(found):
            table[row, column] = one.iou(other)
    return table


def pairs(
    truth: Sequence[Box], found: Sequence[Box], *, threshold: float = IOU
) -> list[tuple[int, int, float]]:
    """One-to-one pairs (true, found, IoU) from a threshold on: as many as possible, and of those
    assignments the one with the largest sum of IoU."""
    table = ious(truth, found)
    gain = np.where(table >= threshold, table + len(truth) + 1, 0.0)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return [
        (int(row), int(column), float(table[row, column]))
        for row, column in zip(rows, columns, strict=True)
        if table[row, column] >= threshold
    ]


def tally(
    truth: Sequence[Box],
    found: Sequence[Box],
    *,
    neither: Sequence[Box] = (),
    ignore: Sequence[Box] = (),
    threshold: float = IOU,
) -> Tally:
    """Compare one frame.

    :param neither: true boxes that count neither way, found or not (small, or hardly visible).
    :param ignore: regions in which found boxes without a true one count neither way.
    """
    matched = pairs(truth, found, threshold=threshold)
    taken = {column for _, column, _ in matched}
    rest = [box for column, box in enumerate(found) if column not in taken]
    excused = {column for _, column, _ in pairs(neither, rest, threshold=threshold)}
    wrong = sum(
        1
        for column, box in enumerate(rest)
        if column not in excused and share_inside(box, ignore) <= MOSTLY
    )
    return Tally(len(truth), len(matched) + wrong, len(matched), [iou for _, _, iou in matched])


def share_inside(box: Box, regions: Sequence[Box]) -> float:
    """The share of a box's area that lies in regions, which may overlap each other."""
    parts = [
        part for region in regions if (part := _shared(box, region)) is not None and part.area > 0
    ]
    if not parts or box.area <= 0:
        return 0.0
    xs = sorted({side for part in parts for side in (part.x, part.x + part.w)})
    ys = sorted({side for part in parts for side in (part.y, part.y + part.h)})
    covered = 0.0
    for left, right in pairwise(xs):
        for top, bottom in pairwise(ys):
            cell = Box(left, top, right - left, bottom - top)
            if any(_holds(part, cell) for part in parts):
                covered += cell.area
    return covered / box.area


def _shared(one: Box, other: Box) -> Box | None:
    left, top = max(one.x, other.x), max(one.y, other.y)
    right = min(one.x + one.w, other.x + other.w)
    bottom = min(one.y + one.h, other.y + other.h)
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _holds(outer: Box, cell: Box) -> bool:
    middle_x, middle_y = cell.x + cell.w / 2, cell.y + cell.h / 2
    return outer.x <= middle_x <= outer.x + outer.w and outer.y <= middle_y <= outer.y + outer.h
