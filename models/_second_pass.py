"""The second pass: those whom the first one missed, between one search and the next.

People are searched for everywhere (``_search``) twice a second, which is dear. Finds of several
searches that lie where the same person would be make a chain; a chain that is likely enough becomes
a person in the frames between its finds, looked at again in each. A find that stands alone must be
the more likely. What the first pass found stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.labels import Box, Detection, FrameResult, Picture
from models import _poses, _search
from models._regions import SMALLEST_SIDE, Image, Networks, Region
from models._search import Candidate

SECONDS, QUIET = 0.5, 2.0
"""From one search to the next: while there is somebody whom the first pass misses, or it has lost
somebody, and otherwise."""

FAINTEST = 0.4
LIKELY, PER_FIND, FINDS = 0.85, 0.1, 4
"""A chain is a person from this mean likelihood on; each find after the first lowers that by so
much, up to the fourth."""

FOLLOWED = 0.3
"""IoU from one search to the next, at least, of finds of one person."""

FORGOTTEN = 2
"""Searches without a find after which a chain ends."""

PRESENT, AGREES = 0.5, 0.5
"""A look between two finds counts if the network is so sure, and its box has such an IoU with
where the person should be."""

SAME, COVERED, LIKE_SIZED = 0.45, 0.7, 0.3
"""Two boxes are of one person with a higher IoU, or if so much of the smaller lies in the other and
it has at least this share of its area."""

Find = tuple[int, Candidate]
"""The number of a picture in its run, and what was found there."""


@dataclass(slots=True)
class _Chain:
    """Finds of one person, the last ones; ``missed`` searches since."""

    finds: list[Find]
    total: float
    count: int = 1
    missed: int = 0

    @property
    def mean(self) -> float:
        return self.total / self.count

    @property
    def sure(self) -> bool:
        return self.mean >= LIKELY - PER_FIND * (min(self.count, FINDS) - 1)

    def add(self, find: Find) -> None:
        self.finds = [self.finds[-1], find]
        self.total += find[1].likelihood
        self.count += 1
        self.missed = 0


@dataclass(slots=True)
class _Held:
    number: int
    picture: Picture
    first: FrameResult
    added: list[Detection] = field(default_factory=list)


class SecondPass:
    """Takes the first pass's results one by one and gives them back completed, in their order.

    :param held: pictures between two searches, at most.
    """

    def __init__(self, networks: Networks, held: int) -> None:
        self._networks = networks
        self._most = held
        self._held: list[_Held] = []
        self._chains: list[_Chain] = []
        self._number = 0
        self._searched: float | None = None
        self._alert = True
        self._known = 0

    def add(self, picture: Picture, first: FrameResult) -> Iterator[FrameResult]:
        """Take the next frame; give those that are done, at most ``held`` pictures later."""
        self._held.append(_Held(self._number, picture, first))
        self._number += 1
        self._alert = self._alert or len(first.detections) < self._known
        if self._due(picture.time):
            yield from self._search()
        elif not self._alert:
            yield from self._release(picture.time - SECONDS / 2)

    def end(self) -> Iterator[FrameResult]:
        """Give the rest."""
        if len(self._held) > 1:
            yield from self._search()
        yield from self._release(math.inf)

    def _due(self, time: float) -> bool:
        if self._searched is None or len(self._held) > self._most:
            return True
        return time - self._searched >= (SECONDS if self._alert else QUIET) - 1e-6

    def _release(self, until: float) -> Iterator[FrameResult]:
        done = [held for held in self._held if held.picture.time < until]
        self._held = self._held[len(done) :]
        for held in done:
            yield _completed(held)

    def _search(self) -> Iterator[FrameResult]:
        """Search the last picture held, add people to those before it and give them.

        That picture is held on as the start of the next stretch: who is there stays there.
        """
        last = self._held[-1]
        found = _search.people(self._networks, last.picture.image, FAINTEST)
        self._link([(last.number, candidate) for candidate in found])
        for chain in sorted(self._chains, key=lambda chain: -chain.mean):
            if chain.sure:
                self._fill(chain)
        self._chains = [chain for chain in self._chains if chain.missed < FORGOTTEN]
        known = [seen.box for seen in last.first.detections]
        self._alert = any(
            not any(same(chain.finds[-1][1].box, box) for box in known) for chain in self._chains
        )
        self._known = len(known)
        self._searched = last.picture.time
        yield from self._release(last.picture.time)

    def _link(self, finds: Sequence[Find]) -> None:
        from scipy.optimize import linear_sum_assignment

        taken: set[int] = set()
        if self._chains and finds:
            overlap = np.array(
                [
                    [chain.finds[-1][1].box.iou(find[1].box) for find in finds]
                    for chain in self._chains
                ]
            )
            rows, columns = linear_sum_assignment(overlap, maximize=True)
            for row, column in zip(rows, columns, strict=True):
                if overlap[row, column] > FOLLOWED:
                    self._chains[row].add(finds[column])
                    taken.add(int(column))
        for chain in self._chains:
            if chain.finds[-1][0] != self._held[-1].number:
                chain.missed += 1
        for column, find in enumerate(finds):
            if column not in taken:
                self._chains.append(_Chain([find], find[1].likelihood))

    def _fill(self, chain: _Chain) -> None:
        """Add a person to the held frames between the last two finds.

        Where a chain begins or ends, for half the time of a stretch.
        """
        number, find = chain.finds[-1]
        now = self._held[-1].picture.time
        if chain.missed == 0 and len(chain.finds) > 1:
            before, other = chain.finds[0]
            for held in self._held:
                share = (number - held.number) / (number - before)
                self._place(held, find, other, min(share, 1.0))
            return
        for held in self._held:
            near = held.picture.time >= now - SECONDS / 2
            if near if chain.missed == 0 else chain.missed == 1 and not near:
                self._place(held, find, find, 0.0)

    def _place(self, held: _Held, one: Candidate, other: Candidate, share: float) -> None:
        """Add a person that lies between two finds, ``share`` of the way from ``one``."""
        box = _between(one.box, other.box, share)
        known = [seen.box for seen in (*held.first.detections, *held.added)]
        if any(same(box, there) for there in known):
            return
        seen = self._seen(held.picture.image, box, one, other, share)
        if seen is not None and not any(same(seen.box, there) for there in known):
            held.added.append(seen)

    def _seen(
        self, image: Image, box: Box, one: Candidate, other: Candidate, share: float
    ) -> Detection | None:
        height, width = image.shape[:2]
        nearer = one.look if share < 0.5 else other.look
        start, end = one.look.region, other.look.region
        region = Region(
            start.x + (end.x - start.x) * share,
            start.y + (end.y - start.y) * share,
            start.side + (end.side - start.side) * share,
            (start if share < 0.5 else end).angle,
        )
        points = one.look.points + (other.look.points - one.look.points) * np.float32(share)
        visibility = nearer.visibility
        if region.side >= SMALLEST_SIDE:
            look = self._networks.look(image, region)
            around = _search.body(look, image)
            if look.presence >= PRESENT and around.iou(box) >= AGREES:
                points, visibility = look.points, look.visibility
        return _poses.person(points, visibility, width, height, box)


def same(one: Box, other: Box) -> bool:
    """Whether two boxes are of one person: alike, or one is a part of the other."""
    if one.iou(other) > SAME:
        return True
    smaller, larger = sorted((one, other), key=lambda box: box.area)
    wide = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    tall = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    shared = max(wide, 0.0) * max(tall, 0.0)
    return smaller.area >= LIKE_SIZED * larger.area and shared > COVERED * smaller.area


def _between(one: Box, other: Box, share: float) -> Box:
    pairs = zip(one.values(), other.values(), strict=True)
    return Box(*(a + (b - a) * share for a, b in pairs))


def _completed(held: _Held) -> FrameResult:
    return replace(held.first, detections=(*held.first.detections, *held.added))
