"""Median flow with a check of the looks: an object on its way from picture to picture."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from core import errors
from core.labels import Box, FollowResult, Lost, Picture, Sighting
from models import _flow, _looks
from models._looks import Colours, Numbers
from models.base import Follower, Weights

SMALLEST_SHAPE = 0.4
"""Correlation with how it looked at first or when it was last sure; below, it is another thing."""

SURE_SHAPE = 0.75
SMALLEST_VISIBLE = 0.4
"""Share of its box that must lie inside the picture."""

SMALLEST_SIDE = 4.0


class MedianFlow(Follower):
    """Nothing is loaded and nothing is kept from one call to the next."""

    def __init__(self, likeness: float) -> None:
        self.weights: tuple[Weights, ...] = ()
        self.device = "cpu"
        self._likeness = likeness
        self._closed = False

    def follow(
        self, first: Picture, boxes: Sequence[Box], pictures: Iterable[Picture]
    ) -> Iterator[FollowResult]:
        """See ``Follower.follow``."""
        if self._closed:
            raise errors.ModelUnavailable("{model} is closed.", model="medianflow")
        objects = [_Object(first.image, box, self._likeness) for box in boxes]
        before = first.image
        for picture in pictures:
            started = time.perf_counter()
            seen = tuple(one.step(before, picture.image) for one in objects)
            before = picture.image
            yield FollowResult(picture.index, seen, time.perf_counter() - started)
            if all(isinstance(one, Lost) for one in seen):
                return

    def close(self) -> None:
        """Nothing to free; may be called again."""
        self._closed = True


@dataclass(slots=True)
class _Object:
    """One object on its way: where it was last, and how it has looked."""

    image: Any
    box: Box
    likeness: float
    colours: Colours = field(init=False)
    first: Numbers = field(init=False)
    last: Numbers = field(init=False)
    lost: Lost | None = None

    def __post_init__(self) -> None:
        self.first = self.last = _looks.small(self.image, self.box)
        self.colours = Colours.learnt(self.image, self.box)

    def step(self, before: Any, after: Any) -> Sighting | Lost:
        """Where it is in the next picture; once lost, it stays so."""
        if self.lost is None:
            found = self._next(before, after)
            if isinstance(found, Sighting):
                return found
            self.lost = found
        return self.lost

    def _next(self, before: Any, after: Any) -> Sighting | Lost:
        height, width = after.shape[:2]
        box = _flow.moved(before, after, self.box, self.colours)
        if isinstance(box, Lost):
            return box
        inside = box.clipped(width, height)
        if min(inside.w, inside.h) < SMALLEST_SIDE or inside.area < SMALLEST_VISIBLE * box.area:
            return Lost("left")
        looks = _looks.small(after, box)
        shape = max(float(_looks.correlation(looks, one)[0]) for one in (self.first, self.last))
        colour = self.colours.likeness(after, inside)
        if shape < SMALLEST_SHAPE or colour < self.likeness:
            return Lost("changed")
        # What is not surely the object must not become what it is compared with.
        if shape >= SURE_SHAPE and colour >= (1 + self.likeness) / 2:
            self.last = looks
        self.box = box
        return Sighting(inside, min(max(shape, 0.0), colour))
