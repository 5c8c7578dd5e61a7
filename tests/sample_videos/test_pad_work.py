"""What is special about the pad work: pads that meet gloves, swipes that pass over the head."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sample_videos.studio import choreography, motion, trunks, wear
from sample_videos.studio.film import Film
from sample_videos.studio.films import pad_work
from sample_videos.studio.geometry import Vector

PUNCHES = [a for a in pad_work.ACTIONS if a.kind in choreography.PUNCHES]
SWIPES = [a for a in pad_work.ACTIONS if a.kind == "swipe"]
GLOVE, HEAD = 0.066, 0.10  # radii, metres of a 1.80 m body


@pytest.fixture
def film() -> Film:
    return pad_work.FILM


def off_a_pad(point: Vector, side: str, at: float) -> float:
    """Metres from the surface of one of the trainer's pads, a thick disc."""
    holder = motion.pose(pad_work.SCRIPT, pad_work.TRAINER.id, at)
    away = point - holder.gloves[side] - holder.palms[side] * wear.PAD_AHEAD
    ahead = float(away @ holder.palms[side])
    across = float(np.linalg.norm(away - ahead * holder.palms[side]))
    flat = wear.PAD_RADIUS - wear.PAD_THICK
    return float(np.hypot(max(across - flat, 0), ahead)) - wear.PAD_THICK


def boxer(at: float) -> motion.Pose:
    return motion.pose(pad_work.SCRIPT, pad_work.BOXER.id, at)


@pytest.mark.parametrize("action", PUNCHES, ids=lambda a: f"{a.kind}-{a.contact}")
def test_gloves_meet_their_pad_at_the_contact_alone(action: choreography.Action) -> None:
    hand, pad = action.hand or "left", action.catch or "left"

    def gap(at: float) -> float:
        return off_a_pad(boxer(at).gloves[hand], pad, at) - GLOVE

    assert -0.015 < gap(float(action.contact)) < 0.012
    assert gap(action.contact - 2.0) > 0.05
    assert gap(action.contact + 5.0) > 0.05
    other = off_a_pad(boxer(float(action.contact)).gloves[hand], trunks.other_side(pad),
                      float(action.contact))  # fmt: skip
    assert other > 0.10


def test_pads_are_never_in_the_boxer() -> None:
    for frame in range(300):
        pose = boxer(float(frame))
        for pad in trunks.SIDES:
            assert off_a_pad(pose.trunk.head, pad, frame) > HEAD, frame
            for side in trunks.SIDES:
                assert off_a_pad(pose.gloves[side], pad, frame) > GLOVE - 0.015, frame
                assert off_a_pad(pose.elbows[side], pad, frame) > 0.04, frame


@pytest.mark.parametrize("action", SWIPES, ids=lambda a: str(a.contact))
def test_a_swipe_passes_where_the_head_was(action: choreography.Action) -> None:
    before = boxer(float(action.first)).trunk.head
    frames = range(action.first, action.last + 1)
    assert min(off_a_pad(before, "right", float(frame)) for frame in frames) < HEAD
    lowest = min(float(boxer(float(frame)).trunk.head[1]) for frame in frames)
    assert lowest < float(before[1]) - 0.25


def test_pads_and_gloves_have_boxes(known: dict[str, Any]) -> None:
    seen = {"left": 0, "right": 0}
    for frame in known["frames"]:
        one, two = frame["people"]
        assert "pads" not in one
        assert two["gloves"] == {"left": None, "right": None}
        for side in trunks.SIDES:
            seen[side] += two["pads"][side] is not None
    assert min(seen.values()) > 250
    for event in known["events"]:
        if "target" not in event:
            continue
        one, two = known["frames"][event["contact"]]["people"]
        glove, pad = one["gloves"][event["hand"]], two["pads"][event["target"]["pad"]]
        assert abs(glove[0] + glove[2] / 2 - pad[0] - pad[2] / 2) < (glove[2] + pad[2]) / 2 + 2
        assert abs(glove[1] + glove[3] / 2 - pad[1] - pad[3] / 2) < (glove[3] + pad[3]) / 2 + 2


def test_ropes_and_post_hide_a_little_of_both(known: dict[str, Any]) -> None:
    for number in (0, 1):
        shares = [frame["people"][number]["visible"] for frame in known["frames"]]
        assert sum(share < 0.97 for share in shares) > 100
        assert min(shares) > 0.5
    assert known["crossing"] is None
