"""What is special about the heavy bag: two shots, a bag that swings and hides, exact contacts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sample_videos.studio import motion, trunks
from sample_videos.studio.film import Film
from sample_videos.studio.films import heavy_bag
from sample_videos.studio.geometry import Vector

GLOVE = 0.066  # radius of the fist in a glove, metres of a 1.80 m body


@pytest.fixture
def film() -> Film:
    return heavy_bag.FILM


def off_the_bag(point: Vector, at: float) -> float:
    """Metres from the bag's surface; negative inside."""
    bag = heavy_bag.BAG
    axes = bag.axes(heavy_bag.blows(), at)
    low, high = bag.middle(axes, bag.bottom), bag.middle(axes, bag.top)
    along = float(np.clip((point - low) @ (high - low) / ((high - low) @ (high - low)), 0, 1))
    return float(np.linalg.norm(point - low - along * (high - low))) - bag.radius


@pytest.mark.parametrize("action", heavy_bag.ACTIONS, ids=lambda a: f"{a.kind}-{a.contact}")
def test_gloves_meet_the_bag_at_the_contact_alone(action: heavy_bag.Action) -> None:
    def gap(at: float) -> float:
        pose = motion.pose(heavy_bag.SCRIPT, 1, at)
        return off_the_bag(pose.gloves[action.hand or "left"], at) - GLOVE

    assert -0.01 < gap(float(action.contact)) < 0.01
    assert gap(action.contact - 2.0) > 0.10
    assert gap(action.contact + 5.0) > 0.10
    glove = motion.pose(heavy_bag.SCRIPT, 1, float(action.contact)).gloves[action.hand or "left"]
    assert float(glove[1]) == pytest.approx(action.height, abs=0.05)


def test_no_part_of_the_body_is_ever_in_the_bag() -> None:
    for frame in range(300):
        pose = motion.pose(heavy_bag.SCRIPT, 1, float(frame))
        assert off_the_bag(pose.trunk.head, frame) > 0.12
        for side in trunks.SIDES:
            assert off_the_bag(pose.gloves[side], frame) > GLOVE - 0.01, frame
            for joint, thick in (
                (pose.wrists[side], 0.035), (pose.elbows[side], 0.04), (pose.knees[side], 0.05),
                (pose.toes[side], 0.03), (pose.trunk.shoulders[side], 0.06),
            ):  # fmt: skip
                assert off_the_bag(joint, frame) > thick, frame


def test_the_bag_swings_away_when_it_is_hit() -> None:
    bag = heavy_bag.BAG

    def moved(frame: int) -> Vector:
        axes = bag.axes(heavy_bag.blows(), float(frame))
        return bag.middle(axes, 1.1) - np.array([bag.pivot[0], 1.1, bag.pivot[2]])

    assert np.linalg.norm(moved(30)) == 0
    assert moved(40)[2] > 0.01  # away from the boxer, who looks along +z
    assert moved(80)[2] > moved(64)[2] + 0.05
    assert moved(138)[0] < moved(122)[0] - 0.05  # a left hook drives it to her right
    assert max(np.linalg.norm(moved(frame)) for frame in range(300)) < 0.45


def test_the_bag_hides_a_part_of_the_boxer_in_the_first_shot(known: dict[str, Any]) -> None:
    shares = [frame["people"][0]["visible"] for frame in known["frames"]]
    assert known["cuts"] == [150]
    assert sum(share < 0.85 for share in shares[:150]) >= 60
    assert min(shares) > 0.4
    hidden = [
        name
        for frame in known["frames"][:150]
        for name, (_, _, visibility) in zip(
            known["keypoint_names"], frame["people"][0]["keypoints"], strict=True
        )
        if visibility == 1
    ]
    assert hidden.count("left_elbow") > 60


def test_the_view_jumps_at_the_cut_alone(known: dict[str, Any], images: list[np.ndarray]) -> None:
    changes = [
        float(np.abs(images[n].astype(int) - images[n - 1]).mean()) for n in range(1, len(images))
    ]
    assert int(np.argmax(changes)) + 1 == known["cuts"][0]
    assert sorted(changes)[-2] < max(changes) / 3


def test_the_bag_is_listed_in_every_frame(known: dict[str, Any]) -> None:
    for frame in known["frames"]:
        (bag,) = frame["objects"]
        assert (bag["id"], bag["class"]) == (1, "bag")
        left, top, width, height = bag["box"]
        assert 0 <= left < left + width <= 640
        assert 0 <= top < top + height <= 360
        assert 1.8 < bag["full_box"][3] / bag["full_box"][2] < 4, frame["frame"]


def test_punches_name_what_they_hit(known: dict[str, Any]) -> None:
    assert [event["target"]["object"] for event in known["events"]] == [1] * 12
    lowest = min(known["events"], key=lambda event: event["target"]["height_m"])
    answers = {q["question"]["en"]: q for q in known["questions"]}
    assert answers["Which hook hits the bag lowest?"]["evidence"] == [
        {"person": 1, "first": lowest["first"], "last": lowest["last"]}
    ]
