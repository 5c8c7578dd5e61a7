"""The committed sample clip and its truth: sound in themselves, and what the studio renders."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from core import skeletons
from sample_videos.studio import choreography, motion, picture, sound, truth

FOLDER = Path(__file__).resolve().parents[2] / "sample_videos"
RENDERED_ANEW = (34, 167, 262)


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / "sparring.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def images() -> list[np.ndarray]:
    with av.open(str(FOLDER / "sparring.mp4")) as clip:
        return [frame.to_ndarray(format="rgb24") for frame in clip.decode(video=0)]


@pytest.fixture(scope="module")
def rendered() -> dict[int, truth.Shot]:
    return {frame: truth.shoot(frame) for frame in RENDERED_ANEW}


def people_of(known: dict[str, Any]) -> Iterable[tuple[int, dict[str, Any]]]:
    for frame in known["frames"]:
        for person in frame["people"]:
            yield frame["frame"], person


def test_clip_is_small_and_has_both_streams() -> None:
    path = FOLDER / "sparring.mp4"
    assert path.stat().st_size < 1_500_000
    assert (FOLDER / "sparring.json").stat().st_size < 1_500_000
    with av.open(str(path)) as clip:
        video, audio = clip.streams.video[0], clip.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height, video.pix_fmt) == (640, 360, "yuv420p")
        assert (video.average_rate, video.frames) == (Fraction(30), 300)
        times = sorted(p.pts for p in clip.demux(video) if p.pts is not None)
        assert {float(b - a) for a, b in itertools.pairwise(times)} == {
            float(1 / (30 * video.time_base))
        }
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # plays before it is loaded whole


def test_clip_decodes_to_as_many_frames_as_the_truth_has(
    images: list[np.ndarray], known: dict[str, Any]
) -> None:
    assert len(images) == 300
    assert [frame["frame"] for frame in known["frames"]] == list(range(300))
    assert known["video"] == {
        "file": "sparring.mp4", "width": 640, "height": 360, "fps": [30, 1], "frames": 300
    }  # fmt: skip


@pytest.mark.parametrize("frame", RENDERED_ANEW)
def test_frame_rendered_anew_is_the_committed_one(
    frame: int, rendered: dict[int, truth.Shot], images: list[np.ndarray]
) -> None:
    image = rendered[frame][0].astype(np.float64)
    assert signal_to_noise(image, images[frame]) > 30
    assert signal_to_noise(image, images[frame]) > signal_to_noise(image, images[frame - 1]) + 1


def signal_to_noise(one: np.ndarray, other: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB."""
    return float(10 * np.log10(255**2 / np.mean((one - other.astype(np.float64)) ** 2)))


@pytest.mark.parametrize("frame", RENDERED_ANEW)
def test_truth_found_anew_is_the_committed_one(
    frame: int, rendered: dict[int, truth.Shot], known: dict[str, Any]
) -> None:
    # Another processor may round differently: a hundredth of a pixel, one pixel of an outline.
    for anew, kept in zip(rendered[frame][1], known["frames"][frame]["people"], strict=True):
        assert anew["id"] == kept["id"]
        assert np.allclose(anew["keypoints"], kept["keypoints"], rtol=0, atol=0.011)
        for key in ("box", "full_box"):
            assert np.abs(np.subtract(anew[key], kept[key])).max() <= 1
        assert anew["visible"] == pytest.approx(kept["visible"], abs=0.002)


def test_a_frame_renders_to_the_same_bits_twice() -> None:
    assert np.array_equal(picture.render(210)[0], picture.render(210)[0])


def test_what_was_said_comes_from_the_choreography(known: dict[str, Any]) -> None:
    anew = truth.document([frame["people"] for frame in known["frames"]])
    assert json.loads(json.dumps(anew)) == known


def test_keypoints_are_cocos_and_near_the_body(known: dict[str, Any]) -> None:
    assert tuple(known["keypoint_names"]) == skeletons.COCO_17.joints
    for frame, person in people_of(known):
        left, top, width, height = person["full_box"]
        assert len(person["keypoints"]) == 17
        for x, y, visibility in person["keypoints"]:
            assert visibility in (1, 2), frame
            assert left - 1 <= x <= left + width + 1, frame
            assert top - 1 <= y <= top + height + 1, frame


def test_visible_keypoints_lie_in_the_visible_box(known: dict[str, Any]) -> None:
    for frame, person in people_of(known):
        left, top, width, height = person["box"]
        for x, y, visibility in person["keypoints"]:
            if visibility == 2:
                assert left - 1 <= x <= left + width + 1, frame
                assert top - 1 <= y <= top + height + 1, frame


def test_boxes_lie_in_the_picture_and_in_the_full_box(known: dict[str, Any]) -> None:
    for frame, person in people_of(known):
        left, top, width, height = person["box"]
        assert min(left, top) >= 0, frame
        assert left + width <= 640, frame
        assert top + height <= 360, frame
        full = person["full_box"]
        assert full[0] <= left, frame
        assert full[1] <= top, frame
        assert left + width <= full[0] + full[2], frame
        assert top + height <= full[1] + full[3], frame
        assert person["pixels"] <= width * height, frame
        assert 0 <= person["visible"] <= 1, frame
        for glove in person["gloves"].values():
            assert glove is None or left <= glove[0] <= left + width - glove[2], frame


def test_figures_fill_a_third_to_four_fifths_of_the_height(known: dict[str, Any]) -> None:
    heights = [person["full_box"][3] / 360 for _, person in people_of(known)]
    assert min(heights) >= 0.35
    assert max(heights) <= 0.80


def test_the_boxers_cross_once_and_change_sides(known: dict[str, Any]) -> None:
    crossing = known["crossing"]
    assert crossing["last"] - crossing["first"] + 1 >= 12
    hidden = [
        frame for frame, person in people_of(known)
        if person["id"] == crossing["rear"] and person["visible"] <= 0.4
    ]  # fmt: skip
    assert hidden == list(range(crossing["first"], crossing["last"] + 1))

    def red_is_left(frame: int) -> bool:
        red, blue = known["frames"][frame]["people"]
        return bool(red["full_box"][0] < blue["full_box"][0])

    assert red_is_left(0)
    assert not red_is_left(299)


def test_events_are_the_four_kinds_in_range(known: dict[str, Any]) -> None:
    events = known["events"]
    assert {event["kind"] for event in events} == {"jab", "cross", "hook", "block"}
    leads = {person["id"]: person["lead"] for person in known["people"]}
    for event in events:
        assert 0 <= event["first"] < event["last"] < 300
        assert event["hand"] in ("left", "right")
        if event["contact"] is not None:
            assert event["first"] < event["contact"] < event["last"]
        if event["kind"] == "jab":
            assert event["hand"] == leads[event["person"]]
        if event["kind"] == "cross":
            assert event["hand"] != leads[event["person"]]
        if event["outcome"] == "blocked":
            assert any(
                other["kind"] == "block"
                and other["person"] != event["person"]
                and other["contact"] == event["contact"]
                for other in events
            )


def test_punches_reach_what_they_are_said_to_reach() -> None:
    for action in choreography.ACTIONS:
        if action.kind not in choreography.PUNCHES:
            continue
        glove = motion.pose(action.person, float(action.contact)).gloves[action.hand or "left"]
        rival = motion.trunk(motion.other(action.person).id, float(action.contact))
        gap = float(np.linalg.norm(glove - rival.head))
        assert (gap < 0.20) == (action.outcome == "landed"), action


def test_captions_cover_the_clip_in_both_languages(known: dict[str, Any]) -> None:
    captions = known["captions"]
    assert [caption["first"] for caption in captions] == [
        0, *(caption["last"] + 1 for caption in captions[:-1])
    ]  # fmt: skip
    assert captions[-1]["last"] == 299
    assert all(set(caption["text"]) == {"en", "ko"} for caption in captions)


def test_questions_point_at_people_and_frames(known: dict[str, Any]) -> None:
    ids = {person["id"] for person in known["people"]}
    assert len(known["questions"]) >= 8
    for question in known["questions"]:
        assert all(question[part][language] for part in ("question", "answer")
                   for language in ("en", "ko"))  # fmt: skip
        assert question["evidence"]
        for evidence in question["evidence"]:
            assert evidence["person"] in ids
            assert 0 <= evidence["first"] <= evidence["last"] < 300


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


def test_impacts_are_heard_at_the_contact_frames(known: dict[str, Any]) -> None:
    with av.open(str(FOLDER / "sparring.mp4")) as clip:
        heard = np.concatenate([f.to_ndarray()[0] for f in clip.decode(audio=0)])
    assert abs(len(heard) / sound.RATE - 10) < 0.1

    def loudness(start: float, length: int) -> float:
        first = int(start * sound.RATE / 30)
        return float(np.sqrt(np.mean(heard[first : first + length * sound.RATE // 30] ** 2)))

    for event in known["events"]:
        if event["kind"] != "block" and event["contact"] is not None:
            before, after = loudness(event["contact"] - 2, 2), loudness(event["contact"], 2)
            assert after > 1.5 * before, event
