"""Tracks for property tests: every mixture of keyframes, gaps, occlusion, poses and held ends."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from core import verdicts
from core.labels import Box, Joint, Keyframe
from core.stretches import present
from core.tracks import Track

FRAMES = 40
patient = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
"""For machines with other work."""

frames = st.integers(0, FRAMES - 1)
stretches = st.tuples(frames, st.integers(0, 12), st.sampled_from(["accept", "reject"]))
seeds = st.integers(0, 999)


@st.composite
def made(draw: st.DrawFn, identity: int = 1, posed: bool | None = None) -> Track:
    first = draw(st.integers(0, FRAMES - 2))
    last = draw(st.integers(first, FRAMES - 1))
    more = draw(st.sets(st.integers(first, last), max_size=7)) - {first}
    joints = 4 if (draw(st.booleans()) if posed is None else posed) else 0
    partial: list[verdicts.Stretch] = []
    for start, length, word in draw(st.lists(stretches, max_size=2)):
        partial = verdicts.overlaid(partial, start, start + length, word)
    keyframes = [_keyframe(draw, frame, joints, first) for frame in sorted({first, *more})]
    track = Track(
        id=identity,
        video=1,
        class_id=1,
        run=None,
        person="Ana",
        model=None,
        skeleton="four" if joints else None,
        name=f"t{identity}",
        first=first,
        last=last,
        score=None,
        state="manual",
        hidden=False,
        deleted=False,
        attributes={},
        revision=1,
        keyframes=tuple(keyframes),
        partial=tuple(partial),
    )
    assert present(track)
    return track


def _keyframe(draw: st.DrawFn, frame: int, joints: int, first: int) -> Keyframe:
    # Coordinates come from a seed: to draw each of them would take most of a test's time. They are
    # not round, so that no interpolated one lies halfway between two rounded ones.
    chance = random.Random(draw(seeds))

    def number() -> float:
        return chance.uniform(1, 300)

    pose = tuple(Joint(number(), number(), 0.5, chance.randrange(3)) for _ in range(joints))
    return Keyframe(
        frame,
        Box(number(), number(), number(), number()),
        pose or None,
        occluded=draw(st.booleans()),
        outside=frame != first and draw(st.integers(0, 3)) == 0,
        score=chance.choice([None, chance.random()]),
        source=draw(st.sampled_from(["model", "human", "interpolated"])),
    )


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Track, Track]:
    posed = draw(st.booleans())
    return draw(made(1, posed)), draw(made(2, posed))


def on(track: Track) -> st.SearchStrategy[int]:
    """A frame that the track is on."""
    return st.sampled_from([frame for frame in range(FRAMES) if track.at(frame) is not None])


def place(track: Track, frame: int) -> Any:
    """What can be seen of a track at a frame, coordinates rounded; None where it is absent."""
    found = None if track.deleted else track.at(frame)
    if found is None:
        return None
    joints = [(round(j.x, 3), round(j.y, 3), j.visibility) for j in found.joints or ()]
    box = tuple(round(side, 3) for side in found.box.values())
    score = None if found.score is None else round(found.score, 6)
    return box, joints, found.occluded, score


def said(track: Track, frame: int) -> str | None:
    """What is decided about one frame of a track where it is present."""
    if place(track, frame) is None:
        return None
    return next((word for first, last, word in track.partial if first <= frame <= last), None)


def sayings(track: Track, but: range = range(0)) -> list[str | None]:
    """The same of every frame outside a range."""
    return [said(track, frame) for frame in range(FRAMES + 5) if frame not in but]


def places(track: Track, but: range = range(0)) -> list[Any]:
    """The same of every frame outside a range."""
    return [place(track, frame) for frame in range(FRAMES + 5) if frame not in but]
