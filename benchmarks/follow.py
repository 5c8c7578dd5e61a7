"""How far an object is followed from one true box, on each sample, forwards and backwards.

Begins at every ``EVERY``-th frame in which at least ``VISIBLE`` of a person is seen, and goes on
for at most ``HORIZON`` frames or until the model says that it is lost. The boxes of the truth hold
all of a person that is visible, so they grow with each arm that is stretched out.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import models
from benchmarks import figures, material
from benchmarks.figures import Figure
from core import probe
from core.frames import FrameReader
from core.labels import Box, Lost, Picture
from models.base import Follower

MODEL = "medianflow"
EVERY = 30
VISIBLE = 0.7
HORIZON = 120
GOOD = 0.5
LATER = (15, 30, 60)
SHORTEST = 10
LEAST_GOOD, LEAST_SPEED = 0.8, 60.0

Boxes = Mapping[int, Box]
"""The true box of one person by frame."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One follow: IoU with the truth frame by frame until it was lost, of at most ``asked``."""

    overlaps: tuple[float, ...]
    asked: int
    lost: str | None
    seconds: float
    processor: float


def measure() -> Iterator[Figure]:
    """Follow everybody on every sample."""
    every: list[Walk] = []
    for path in material.truths():
        truth = json.loads(material.required(path).read_text("utf-8"))
        pictures = _pictures(path.with_name(truth["video"]["file"]))
        found: list[Walk] = []
        with models.load_follower(MODEL, []) as follower:
            for boxes, starts in _people(truth):
                for start in starts:
                    found += walks(follower, pictures, boxes, start)
        yield from summary(found, f", {truth['video']['file']}")
        every += found
    yield from summary(every, "")
    frames = sum(len(walk.overlaps) + bool(walk.lost) for walk in every)
    taken = sum(walk.seconds for walk in every)
    worked = sum(walk.processor for walk in every)
    yield figures.info("processor time of a frame", 1e3 * worked / frames, "ms")
    yield figures.at_least(
        "frames followed a second", frames / taken, "1/s", LEAST_SPEED, frames=frames
    )


def _pictures(path: Path) -> list[Picture]:
    info = probe.probe(path)
    with FrameReader(path, info.times, info.rotation, size=info.size) as reader:
        return list(reader.sequence())


def _people(truth: Mapping[str, Any]) -> Iterator[tuple[Boxes, list[int]]]:
    """Each person's boxes, and the frames to begin at."""
    boxes: dict[int, dict[int, Box]] = {}
    clear: dict[int, set[int]] = {}
    for frame in truth["frames"]:
        for person in frame["people"]:
            if person["box"] is not None:
                boxes.setdefault(person["id"], {})[frame["frame"]] = Box(*map(float, person["box"]))
                if person["visible"] >= VISIBLE:
                    clear.setdefault(person["id"], set()).add(frame["frame"])
    for person, places in boxes.items():
        starts = range(0, truth["video"]["frames"], EVERY)
        yield places, [start for start in starts if start in clear.get(person, ())]


def walks(
    follower: Follower, pictures: Sequence[Picture], boxes: Boxes, start: int
) -> Iterator[Walk]:
    """Forwards and backwards from the true box at a frame."""
    for step in (1, -1):
        frames = [start + step * n for n in range(1, HORIZON)]
        ahead = [frame for frame in frames if 0 <= frame < len(pictures)]
        if len(ahead) >= SHORTEST:
            yield _walk(follower, pictures, boxes, start, ahead)


def _walk(
    follower: Follower,
    pictures: Sequence[Picture],
    boxes: Boxes,
    start: int,
    ahead: Sequence[int],
) -> Walk:
    overlaps, lost = [], None
    began, used = time.perf_counter(), time.process_time()
    stream = (pictures[frame] for frame in ahead)
    for result in follower.follow(pictures[start], [boxes[start]], stream):
        (seen,) = result.objects
        if isinstance(seen, Lost):
            lost = seen.reason
        else:
            true = boxes.get(result.index)
            overlaps.append(0.0 if true is None else true.iou(seen.box))
    taken, worked = time.perf_counter() - began, time.process_time() - used
    return Walk(tuple(overlaps), len(ahead), lost, taken, worked)


def summary(found: Sequence[Walk], of: str) -> Iterator[Figure]:
    """What the walks have in common; ``of`` names the clip."""
    every = [value for walk in found for value in walk.overlaps]
    reasons = {reason: sum(walk.lost == reason for walk in found) for reason in _reasons(found)}
    share = sum(value >= GOOD for value in every) / max(len(every), 1)
    name = f"share of followed frames with IoU >= {GOOD}{of}"
    details = {"follows": len(found), "frames": len(every)}
    if of:
        yield figures.info(name, share, "", **details)
    else:
        yield figures.at_least(name, share, "", LEAST_GOOD, **details)
    yield figures.info(f"mean IoU of followed frames{of}", sum(every) / max(len(every), 1), "")
    lengths = [float(len(walk.overlaps)) for walk in found]
    yield figures.info(
        f"frames until it was lost, median{of}",
        figures.median(lengths),
        "",
        most=HORIZON - 1,
        lost=reasons,
        never_lost=sum(walk.lost is None for walk in found),
    )
    for later in LATER:
        asked = [walk for walk in found if walk.asked >= later]
        kept = [walk for walk in asked if len(walk.overlaps) >= later]
        good = sum(walk.overlaps[later - 1] >= GOOD for walk in kept)
        yield figures.info(
            f"share of follows with IoU >= {GOOD} after {later} frames{of}",
            good / max(len(asked), 1),
            "",
            follows=len(asked),
            not_lost=len(kept),
            mean_iou=sum(walk.overlaps[later - 1] for walk in kept) / max(len(kept), 1),
        )


def _reasons(found: Sequence[Walk]) -> list[str]:
    return sorted({walk.lost for walk in found if walk.lost is not None})
