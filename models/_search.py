"""Looking everywhere for people, and telling them from other things by agreement.

The networks see a person in almost any square that holds one, and now and then in a curtain. What
tells the two apart is where a second look ends: around a person every start leads to the same
pose, around a curtain each to another. So many windows are asked for hints, each hint is looked at
again and again, starts that end in one pose are counted, and the pose is tried by shaking it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.labels import Box
from models import _poses
from models._regions import SMALLEST_SIDE, Image, Look, Networks, Region

HINT = 0.15
"""The detector's score from which a hint is followed up."""

WINDOWS = (1.0, 0.66)
"""Sides of the square windows as shares of the picture's shorter side; they overlap by half. The
whole picture is one more."""

NEAR, NEAR_SIZE, NEAR_TURN = 0.15, 0.25, 0.5
"""Hints nearer than this share of their side, of sizes that differ by less than this logarithm, and
turned by less than so many radians are one."""

FAINT, LOOKS = 0.1, 3
"""A hint is looked at so often, as long as the network is at least so sure."""

AGREE = 0.6
"""Boxes with a higher IoU are of one pose."""

TRIED, FEWEST_VOTES = 10, 0.7
"""The poses with the most votes are tried, so many at most and with so many votes at least."""

SHAKES = ((0.15, 0.08, 1.0), (-0.15, 0.08, 1.0), (0.0, -0.15, 0.8), (0.0, 0.0, 1.3))
"""Moves of the region by shares of its side, and changes of its size."""

STARTS, STEADY, OFFSET = 0.93, 2.35, -2.79
"""How likely a pose is a person: a logistic function of the logarithm of the number of starts and
of how well it stands shaking, fitted on 98 poses of the clips `basketball_two_players` and
`arm_wrestling_glitch_end`, of which 41 fit a box made by hand."""

LIKELIEST_DOUBLE = 0.4
"""Of two poses whose boxes have a higher IoU the likelier is kept."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pose that may be a person's.

    :ivar box: around joints and outline, in the middle of several looks.
    :ivar likelihood: 0..1.
    """

    look: Look
    box: Box
    likelihood: float


@dataclass(frozen=True, slots=True)
class _Group:
    """Looks that end in one pose: that in their middle, how many starts led there, and votes."""

    look: Look
    starts: int
    votes: float


def people(networks: Networks, image: Image, faintest: float) -> list[Candidate]:
    """Those at least so likely, the likeliest first; of looks at one person one.

    :param image: shape (height, width, 3), RGB; the answer is in its pixels.
    """
    looks, weights = _looks(networks, image)
    groups = sorted(_groups(looks, weights, image), key=lambda group: -group.votes)
    found = [
        candidate
        for group in groups[:TRIED]
        if group.votes >= FEWEST_VOTES
        and (candidate := _tried(networks, image, group)).likelihood >= faintest
    ]
    kept: list[Candidate] = []
    for candidate in sorted(found, key=lambda one: -one.likelihood):
        if all(candidate.box.iou(other.box) <= LIKELIEST_DOUBLE for other in kept):
            kept.append(candidate)
    return kept


def body(look: Look, image: Image) -> Box:
    """Around the joints and the outline: either alone misses a part of people cut by the edge."""
    height, width = image.shape[:2]
    joints, seen = _poses.box(look.points).clipped(width, height), look.outline
    if seen is None:
        return joints
    left, top = min(joints.x, seen.x), min(joints.y, seen.y)
    right = max(joints.x + joints.w, seen.x + seen.w)
    bottom = max(joints.y + joints.h, seen.y + seen.h)
    return Box(left, top, right - left, bottom - top)


def windows(width: int, height: int) -> list[Region]:
    """The squares that are asked for hints; the first holds the whole picture."""
    longer, shorter = max(width, height), min(width, height)
    found = [Region(width / 2, height / 2, longer, 0.0)]
    for share in WINDOWS:
        side = shorter * share
        found += [
            Region(x, y, side, 0.0) for y in _middles(height, side) for x in _middles(width, side)
        ]
    return found


def _middles(length: int, side: float) -> list[float]:
    steps = math.ceil((length - side) / (side / 2) - 1e-9)
    if steps <= 0:
        return [length / 2]
    return [side / 2 + (length - side) * step / steps for step in range(steps + 1)]


def _hints(networks: Networks, image: Image) -> Iterator[tuple[Region, int]]:
    """Different regions to look at, each with the number of hints for it."""
    height, width = image.shape[:2]
    found: list[Region] = []
    times: list[int] = []
    for window in windows(width, height):
        for hint in networks.hints(image, window, HINT):
            same = next((k for k, other in enumerate(found) if _near(hint, other)), None)
            if same is None:
                found.append(hint)
                times.append(1)
            else:
                times[same] += 1
    return zip(found, times, strict=True)


def _near(one: Region, other: Region) -> bool:
    turned = math.remainder(one.angle - other.angle, math.tau)
    return (
        math.hypot(one.x - other.x, one.y - other.y) < NEAR * min(one.side, other.side)
        and abs(math.log(one.side / other.side)) < NEAR_SIZE
        and abs(turned) < NEAR_TURN
    )


def _looks(networks: Networks, image: Image) -> tuple[list[Look], npt.NDArray[np.float64]]:
    """Where each hint ends, and the weight of its vote, shape (n,)."""
    found: list[Look] = []
    weights: list[float] = []
    for hint, times in _hints(networks, image):
        look = networks.look(image, hint)
        for _ in range(LOOKS - 1):
            if look.presence < FAINT or look.region.side < SMALLEST_SIDE:
                break
            look = networks.look(image, look.region)
        if body(look, image).area > 0:
            found.append(look)
            weights.append(times * look.presence * float(look.visibility.mean()))
    return found, np.array(weights)


def _groups(
    looks: Sequence[Look], weights: npt.NDArray[np.float64], image: Image
) -> Iterator[_Group]:
    """Looks that agree, those with the densest middle first."""
    if not looks:
        return
    corners = np.array([_corners(body(look, image)) for look in looks])
    overlap = np.array([_overlap(one, corners) for one in corners])
    left = np.ones(len(looks), dtype=bool)
    for _ in range(len(looks)):
        if not left.any():
            return
        votes = (overlap * (overlap > AGREE) * (weights * left)).sum(axis=1)
        votes[~left] = -1
        first = int(votes.argmax())
        middle = _middle(corners[first], corners, weights * left)
        near = _overlap(middle, corners)
        members = (near > AGREE) & left
        members[first] = True
        sure = near * [look.presence for look in looks] * members
        best = looks[int(sure.argmax())]
        yield _Group(best, int(members.sum()), float((weights * near)[members].sum()))
        left &= ~members


def _middle(
    corners: npt.NDArray[np.float64],
    others: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """The weighted median of the boxes that agree with a box, sought from there, shape (4,)."""
    for _ in range(4):
        members = (_overlap(corners, others) > AGREE) & (weights > 0)
        if not members.any():
            break
        corners = np.array([_median(side[members], weights[members]) for side in others.T])
    return corners


def _median(values: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.x, box.y, box.x + box.w, box.y + box.h


def _overlap(
    one: npt.NDArray[np.float64], others: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """IoU of a box with each of others, all as corners; shape (n,)."""
    low = np.maximum(one[:2], others[:, :2])
    high = np.minimum(one[2:], others[:, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1)
    return np.asarray(shared / ((one[2:] - one[:2]).prod() + areas - shared))


def _tried(networks: Networks, image: Image, group: _Group) -> Candidate:
    """Look from several places about the pose: a person is found again from each."""
    start = group.look.region
    looks = [networks.look(image, start)]
    for shake in SHAKES:
        look = networks.look(image, start.moved(*shake))
        if look.region.side >= SMALLEST_SIDE:
            look = networks.look(image, look.region)
        looks.append(look)
    boxes = [body(look, image) for look in looks]
    left, top, right, bottom = np.median([_corners(box) for box in boxes], axis=0).tolist()
    middle = Box(left, top, right - left, bottom - top)
    fits = [middle.iou(box) for box in boxes]
    steady = float(np.mean([look.presence * fit for look, fit in zip(looks, fits, strict=True)]))
    likelihood = STARTS * math.log(group.starts) + STEADY * steady + OFFSET
    best = looks[int(np.argmax(fits))]
    return Candidate(best, middle, 1 / (1 + math.exp(-likelihood)))
