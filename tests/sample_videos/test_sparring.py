"""What is special about the sparring."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sample_videos.studio import choreography, motion, trunks
from sample_videos.studio.film import Film
from sample_videos.studio.films import sparring

People = list[tuple[int, dict[str, Any]]]


@pytest.fixture
def film() -> Film:
    return sparring.FILM


def test_figures_fill_a_third_to_four_fifths_of_the_height(people: People) -> None:
    heights = [person["full_box"][3] / 360 for _, person in people]
    assert min(heights) >= 0.35
    assert max(heights) <= 0.80


def test_the_boxers_cross_once_and_change_sides(known: dict[str, Any], people: People) -> None:
    crossing = known["crossing"]
    assert crossing["last"] - crossing["first"] + 1 >= 12
    hidden = [
        frame for frame, person in people
        if person["id"] == crossing["rear"] and person["visible"] <= 0.4
    ]  # fmt: skip
    assert hidden == list(range(crossing["first"], crossing["last"] + 1))

    def red_is_left(frame: int) -> bool:
        red, blue = known["frames"][frame]["people"]
        return bool(red["full_box"][0] < blue["full_box"][0])

    assert red_is_left(0)
    assert not red_is_left(299)


def test_punches_reach_what_they_are_said_to_reach() -> None:
    for action in sparring.ACTIONS:
        if action.kind not in choreography.PUNCHES:
            continue
        glove = motion.pose(sparring.SCRIPT, action.person, float(action.contact)).gloves[
            action.hand or "left"
        ]
        rival = trunks.trunk(
            sparring.SCRIPT, sparring.SCRIPT.other(action.person).id, float(action.contact)
        )
        gap = float(np.linalg.norm(glove - rival.head))
        assert (gap < 0.20) == (action.outcome == "landed"), action


def test_counting_answers_agree_with_the_events(known: dict[str, Any]) -> None:
    jabs = [e for e in known["events"] if (e["kind"], e["person"]) == ("jab", 1)]
    blues = [e for e in known["events"] if e["person"] == 2 and e["kind"] != "block"]
    answers = {q["question"]["en"]: q for q in known["questions"]}
    assert len(jabs) == 4
    asked = answers["How many jabs does the boxer in red throw?"]
    assert [(e["first"], e["last"]) for e in jabs] == [
        (e["first"], e["last"]) for e in asked["evidence"]
    ]
    assert [e["kind"] for e in blues] == ["jab", "hook", "cross"]
    crossing = known["crossing"]
    hidden = answers["Which boxer is hidden behind the other while they circle?"]
    assert hidden["evidence"] == [
        {"person": crossing["rear"], "first": crossing["first"], "last": crossing["last"]}
    ]
