"""The second pass: windows, regions, chains of finds; on real pictures and real networks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import models
from core.labels import Box, Detection, FrameResult, Picture
from models import _regions, _search, _second_pass, blazepose, weights
from models._regions import Look, Networks, Region
from models._search import Candidate
from models._second_pass import SecondPass


@pytest.fixture(scope="module")
def networks() -> Networks:
    found = weights.candidates(blazepose.WEIGHTS, weights.folders())
    if not found:
        pytest.skip("no bundle; run: python -m models.weights")
    return Networks(found[0])


@pytest.fixture
def tai_chi(clip: Callable[..., Iterator[Picture]]) -> Picture:
    return next(picture for picture in clip("tai_chi_solo.mp4", 19) if picture.index == 18)


def true_boxes(shared_data: Path, name: str, frame: int) -> list[Box]:
    people = json.loads((shared_data / "annotations/people_boxes/people.json").read_text())
    rows = people[name]["frames"][str(frame)]
    return [Box(*(float(row[side]) for side in "xywh")) for row in rows]


def test_windows_cover_the_picture_and_the_first_holds_it_whole() -> None:
    found = _search.windows(640, 360)
    assert found[0] == Region(320, 180, 640, 0.0)
    seen = np.zeros((360, 640), dtype=int)
    for window in found[1:]:
        half = window.side / 2
        left, top = round(window.x - half), round(window.y - half)
        assert left >= 0
        assert top >= 0
        seen[top : round(window.y + half), left : round(window.x + half)] += 1
    assert seen.min() >= 1


def test_a_turned_region_is_cut_upright() -> None:
    image = np.zeros((200, 200, 3), np.uint8)
    image[90:110, 140:160] = 255  # to the right of the middle
    cut = _regions._cut(image, Region(100, 100, 200, np.pi / 2), 200)
    # Turned clockwise by a quarter: what lies right is up.
    assert cut[40:60, 95:105].mean() > 200
    assert cut[140:160, 95:105].mean() < 5


def test_a_look_finds_the_person_of_a_hint(
    networks: Networks, tai_chi: Picture, shared_data: Path
) -> None:
    (true,) = true_boxes(shared_data, "tai_chi_solo.mp4", 18)
    height, width = tai_chi.image.shape[:2]
    hint = next(networks.hints(tai_chi.image, Region(width / 2, height / 2, width, 0.0), 0.5))
    look = networks.look(tai_chi.image, hint)
    assert look.presence > 0.9
    assert look.points.shape == (33, 2)
    assert look.outline is not None
    assert look.outline.iou(true) > 0.6
    assert _search.body(look, tai_chi.image).iou(true) > 0.6


def test_the_search_finds_the_person_first_and_nobody_in_a_plain_picture(
    networks: Networks, tai_chi: Picture, shared_data: Path
) -> None:
    (true,) = true_boxes(shared_data, "tai_chi_solo.mp4", 18)
    found = _search.people(networks, tai_chi.image, 0.4)
    assert found[0].box.iou(true) > 0.6
    assert found[0].likelihood > 0.6
    assert _search.people(networks, np.full((120, 160, 3), 90, np.uint8), 0.4) == []


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (Box(0, 0, 100, 200), True),
        (Box(0, 100, 100, 100), True),  # the lower half
        (Box(40, 60, 20, 20), False),  # somebody far behind
        (Box(90, 0, 100, 200), False),
        (Box(300, 0, 100, 200), False),
    ],
)
def test_whether_two_boxes_are_of_one_person(other: Box, alike: bool) -> None:
    assert _second_pass.same(Box(0, 0, 100, 200), other) is alike
    assert _second_pass.same(other, Box(0, 0, 100, 200)) is alike


class Nobody:
    """Networks that are sure of nothing, so that people are placed where the finds say."""

    def look(self, image: Any, region: Region) -> Look:
        points = np.zeros((33, 2), np.float32)
        return Look(points, np.zeros(33, np.float32), 0.0, None, region)


def find(x: float, likelihood: float) -> Candidate:
    points = np.full((33, 2), (x + 20, 60), np.float32)
    visible = np.full(33, 0.9, np.float32)
    look = Look(points, visible, 1.0, None, Region(x + 20, 60, 80, 0.0))
    return Candidate(look, Box(x, 20, 40, 80), likelihood)


def pass_over(
    monkeypatch: pytest.MonkeyPatch,
    finds: dict[int, list[Candidate]],
    frames: int,
    first: dict[int, Detection] | None = None,
) -> tuple[list[FrameResult], list[int]]:
    """Results over frames at 10 a second, and the frames that were searched."""
    searched: list[int] = []
    image = np.zeros((120, 400, 3), np.uint8)
    pictures = [Picture(index, index / 10, image.copy()) for index in range(frames)]
    places = {id(picture.image): picture.index for picture in pictures}

    def people(_: object, image: Any, faintest: float) -> list[Candidate]:
        searched.append(places[id(image)])
        return finds.get(searched[-1], [])

    monkeypatch.setattr(_search, "people", people)
    second, found = SecondPass(Nobody(), 32), []  # type: ignore[arg-type]
    for picture in pictures:
        seen = (first or {}).get(picture.index)
        result = FrameResult(picture.index, (seen,) if seen else (), 0.0)
        found += list(second.add(picture, result))
    return found + list(second.end()), searched


def test_every_frame_is_given_back_once_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    results, searched = pass_over(monkeypatch, {}, 50)
    assert [result.index for result in results] == list(range(50))
    assert searched == [0, 20, 40, 49]


def test_a_person_of_two_finds_is_there_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    results, _ = pass_over(monkeypatch, {0: [find(100, 0.8)], 5: [find(110, 0.8)]}, 6)
    assert [[round(d.box.x) for d in r.detections] for r in results] == [
        [100], [102], [104], [106], [108], [110],
    ]  # fmt: skip


def test_one_find_alone_must_be_likely_and_lasts_a_quarter_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    doubtful, _ = pass_over(monkeypatch, {20: [find(100, 0.8)]}, 30)
    assert not any(result.detections for result in doubtful)
    likely, searched = pass_over(monkeypatch, {20: [find(100, 0.9)]}, 30)
    assert [result.index for result in likely if result.detections] == [18, 19, 20, 21, 22]
    assert searched == [0, 20, 25, 29]  # closer while somebody is there whom the first pass misses


def test_whom_the_first_pass_found_stays_as_found(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Detection("person", Box(102, 22, 40, 80), 0.7)
    finds = {0: [find(100, 0.9)], 5: [find(100, 0.9)]}
    results, searched = pass_over(monkeypatch, finds, 6, dict.fromkeys(range(6), known))
    assert all(result.detections == (known,) for result in results)
    lost, searched = pass_over(monkeypatch, finds, 6, dict.fromkeys(range(3), known))
    assert [len(result.detections) for result in lost] == [1] * 6
    assert searched == [0, 5]


def test_both_passes_find_more_than_the_first(
    clip: Callable[..., Iterator[Picture]], shared_data: Path
) -> None:
    """The two arm wrestlers and those behind them; BlazePose alone sees nobody in frame 52."""
    folders = weights.folders()
    if not weights.candidates(blazepose.WEIGHTS, folders):
        pytest.skip("no bundle; run: python -m models.weights")
    name = "arm_wrestling_glitch_end.mp4"
    pictures = [p for p in clip(name, 60) if p.index >= 44]
    true = true_boxes(shared_data, name, 52)
    found = {}
    for passes in (1, 2):
        with models.load("blazepose", folders, {"passes": passes}) as backend:
            results = {r.index: r.detections for r in backend.suggest(pictures)}
        found[passes] = sum(any(seen.box.iou(box) >= 0.5 for seen in results[52]) for box in true)
    assert found[1] < found[2]
