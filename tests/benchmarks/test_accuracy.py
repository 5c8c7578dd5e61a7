from __future__ import annotations

import contextlib
import io
import random
from dataclasses import replace
from typing import Any

import pytest

from benchmarks import accuracy, keypoints
from benchmarks.keypoints import Found, Truth
from core.labels import Box, Keyframe
from core.skeletons import COCO_17
from core.tracks import Track

JOINTS = len(COCO_17.joints)


def _pose(x: float, visibility: int = 2) -> list[tuple[float, ...]]:
    return [(x + number % 5 * 8, 10.0 + number * 9, visibility) for number in range(JOINTS)]


def _seen(x: float, score: float, shift: float = 0.0) -> Found:
    joints = [(px + shift, py) for px, py, _ in _pose(x)]
    return Found(Box(x, 10, 40, 160), joints, score)


def _score(truth: list[Truth], found: list[Found]) -> dict[str, float]:
    ground, detections = keypoints.documents({0: truth}, {0: found}, (640, 360))
    return keypoints.average_precision(ground, detections)


def test_exact_poses_have_an_average_precision_of_one() -> None:
    truth = [Truth(Box(x, 10, 40, 160), _pose(x), 5000) for x in (0, 300)]
    assert _score(truth, [_seen(0, 0.9), _seen(300, 0.8)])["AP"] == pytest.approx(1)


def test_a_missed_person_halves_recall() -> None:
    truth = [Truth(Box(x, 10, 40, 160), _pose(x), 5000) for x in (0, 300)]
    assert _score(truth, [_seen(0, 0.9)])["AR"] == pytest.approx(0.5)


def test_a_person_that_does_not_count_counts_neither_way() -> None:
    clear = Truth(Box(0, 10, 40, 160), _pose(0), 5000)
    hidden = Truth(Box(300, 10, 40, 160), _pose(300), 5000, counts=False)
    for found in ([_seen(0, 0.9)], [_seen(300, 0.95), _seen(0, 0.9)]):
        assert _score([clear, hidden], found)["AP"] == pytest.approx(1)


def test_joints_outside_the_picture_do_not_count() -> None:
    joints = [(x, y, 0) if number < 8 else (x, y, 2) for number, (x, y, _) in enumerate(_pose(0))]
    found = _seen(0, 0.9)
    assert found.joints is not None
    moved = [(x + 500, y) if n < 8 else (x, y) for n, (x, y) in enumerate(found.joints)]
    truth = [Truth(Box(0, 10, 40, 160), joints, 5000)]
    assert _score(truth, [replace(found, joints=moved)])["AP"] == pytest.approx(1)


def test_nothing_found_is_zero() -> None:
    assert _score([Truth(Box(0, 10, 40, 160), _pose(0), 5000)], [])["AP"] == 0


def _by_pycocotools(ground: dict[str, Any], detections: list[dict[str, Any]]) -> list[float]:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = ground
        truth.createIndex()
        scoring = COCOeval(truth, truth.loadRes(detections), "keypoints")
        scoring.evaluate()
        scoring.accumulate()
        scoring.summarize()
    return [float(scoring.stats[index]) for index in (0, 1, 2, 5)]


def test_the_same_as_pycocotools() -> None:
    chance = random.Random(2)
    truth, found = {}, {}
    for frame in range(40):
        places = chance.sample(range(0, 600, 60), 3)
        truth[frame] = [
            Truth(Box(x, 10, 40, 160), _pose(x, chance.choice((1, 2))), 4000, chance.random() > 0.2)
            for x in places
        ]
        found[frame] = [
            _seen(x, chance.random(), chance.gauss(0, 8)) for x in places if chance.random() > 0.2
        ] + [_seen(chance.randrange(600), chance.random())]
    ground, detections = keypoints.documents(truth, found, (640, 360))
    ours = keypoints.average_precision(ground, detections)
    assert 0.05 < ours["AP"] < 0.95
    assert list(ours.values()) == pytest.approx(_by_pycocotools(ground, detections), abs=1e-6)


# --- boxes and linking -------------------------------------------------------------------------


def _truth_person(identity: int, x: float, visible: float = 1.0) -> dict[str, Any]:
    return {"id": identity, "box": [x, 0, 40, 100], "visible": visible}


def _track(identity: int) -> Track:
    return Track(
        id=identity,
        video=1,
        class_id=1,
        run=1,
        person=None,
        model=None,
        skeleton=None,
        name="",
        first=0,
        last=9,
        score=0.9,
        state="suggested",
        hidden=False,
        deleted=False,
        attributes={},
        revision=1,
    )


def _at(x: float, frame: int) -> Keyframe:
    return Keyframe(frame, Box(x, 0, 40, 100), source="model")


def test_perfect_linking() -> None:
    people = {f: [_truth_person(1, f), _truth_person(2, 200 + f)] for f in range(10)}
    found = {f: [(_track(7), _at(f, f)), (_track(8), _at(200 + f, f))] for f in range(10)}
    scores = accuracy.linking(people, found)
    assert (scores["HOTA"], scores["identity_switches"]) == (pytest.approx(1), 0)


def test_an_identity_switch_is_counted() -> None:
    people = {f: [_truth_person(1, f)] for f in range(10)}
    found = {f: [(_track(7 if f < 5 else 8), _at(f, f))] for f in range(10)}
    scores = accuracy.linking(people, found)
    assert scores["identity_switches"] == 1
    assert scores["AssA"] == pytest.approx(0.5)


@pytest.mark.parametrize("seen", [True, False])
def test_a_hardly_visible_person_counts_neither_way(seen: bool) -> None:
    people = {f: [_truth_person(1, f), _truth_person(2, 200, 0.2)] for f in range(10)}
    found = {
        f: [(_track(7), _at(f, f)), *([(_track(8), _at(200, f))] if seen else [])]
        for f in range(10)
    }
    assert accuracy.linking(people, found)["HOTA"] == pytest.approx(1)


def test_every_sample_has_figures_that_name_its_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a run that finds nobody, each clip gets the same figures and no recall."""
    monkeypatch.setattr(accuracy.material, "suggest", lambda place, videos: [{"id": 0}])
    made = list(accuracy.measure())
    clips = [path.with_suffix(".mp4").name for path in accuracy.material.truths()]
    assert len(clips) == 3
    for clip in clips:
        named = {
            figure.name.removesuffix(f", {clip}"): figure.value
            for figure in made
            if figure.name.endswith(clip)
        }
        assert set(named) == {
            "OKS-AP, tracks",
            "OKS-AP, raw detections",
            "recall of boxes, tracks",
            "precision of boxes, tracks",
            "mean IoU of matched boxes, tracks",
            "HOTA, tracks",
            "identity switches, tracks",
            "tracks per person",
        }
        assert named["recall of boxes, tracks"] == 0
    assert len(made) == 8 * len(clips)
