"""What holds for the truth of every sample, in itself and against what the script says."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from core import skeletons
from sample_videos.studio import choreography, sound, truth
from sample_videos.studio.film import Film

People = list[tuple[int, dict[str, Any]]]


def test_clip_is_small_and_has_both_streams(clip: Path) -> None:
    assert clip.stat().st_size < 1_500_000
    assert clip.with_suffix(".json").stat().st_size < 1_500_000
    with av.open(str(clip)) as opened:
        video, audio = opened.streams.video[0], opened.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height, video.pix_fmt) == (640, 360, "yuv420p")
        assert (video.average_rate, video.frames) == (Fraction(30), 300)
        times = sorted(p.pts for p in opened.demux(video) if p.pts is not None)
        assert {float(b - a) for a, b in itertools.pairwise(times)} == {
            float(1 / (30 * video.time_base))
        }
    content = clip.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # plays before it is loaded whole


def test_clip_decodes_to_as_many_frames_as_the_truth_has(
    film: Film, images: list[np.ndarray], known: dict[str, Any]
) -> None:
    assert len(images) == 300
    assert [frame["frame"] for frame in known["frames"]] == list(range(300))
    assert known["video"] == {
        "file": f"{film.script.name}.mp4",
        "width": 640, "height": 360, "fps": [30, 1], "frames": 300,
    }  # fmt: skip


def test_what_was_said_comes_from_the_script(film: Film, known: dict[str, Any]) -> None:
    anew = truth.document(film, known["frames"])
    assert json.loads(json.dumps(anew)) == known


def test_every_frame_has_the_whole_cast(film: Film, known: dict[str, Any]) -> None:
    cast = [person.id for person in film.script.cast]
    assert [person["id"] for person in known["people"]] == cast
    for frame in known["frames"]:
        assert [person["id"] for person in frame["people"]] == cast, frame["frame"]
        assert all(person["box"] for person in frame["people"]), frame["frame"]


def test_keypoints_are_cocos_and_near_the_body(known: dict[str, Any], people: People) -> None:
    assert tuple(known["keypoint_names"]) == skeletons.COCO_17.joints
    for frame, person in people:
        left, top, width, height = person["full_box"]
        assert len(person["keypoints"]) == 17
        for x, y, visibility in person["keypoints"]:
            assert visibility in (1, 2), frame
            assert left - 1 <= x <= left + width + 1, frame
            assert top - 1 <= y <= top + height + 1, frame


def test_visible_keypoints_lie_in_the_visible_box(people: People) -> None:
    for frame, person in people:
        left, top, width, height = person["box"]
        for x, y, visibility in person["keypoints"]:
            if visibility == 2:
                assert left - 1 <= x <= left + width + 1, frame
                assert top - 1 <= y <= top + height + 1, frame


def test_boxes_lie_in_the_picture_and_in_the_full_box(people: People) -> None:
    for frame, person in people:
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
        for held in (*person["gloves"].values(), *person.get("pads", {}).values()):
            assert held is None or left <= held[0] <= left + width - held[2], frame
            assert held is None or top <= held[1] <= top + height - held[3], frame


def test_events_say_who_does_what_with_which_hand(film: Film, known: dict[str, Any]) -> None:
    events = known["events"]
    assert {event["kind"] for event in events} == set(film.script.event_kinds)
    leads = {person["id"]: person["lead"] for person in known["people"]}
    for event in events:
        assert 0 <= event["first"] < event["last"] < 300
        assert event["hand"] in ((None,) if event["kind"] == "duck" else ("left", "right"))
        if event["contact"] is not None:
            assert event["first"] < event["contact"] < event["last"]
        if event["kind"] == "jab":
            assert event["hand"] == leads[event["person"]]
        if event["kind"] == "cross":
            assert event["hand"] != leads[event["person"]]
        answer = {"blocked": "block", "landed": "catch"}.get(event["outcome"])
        if answer == "block" or "pad" in event.get("target", {}):
            assert any(
                other["kind"] == answer
                and other["person"] != event["person"]
                and other["contact"] == event["contact"]
                and event.get("target", {}).get("pad") in (None, other["hand"])
                for other in events
            )


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


def test_what_is_counted_in_an_answer_is_pointed_at(known: dict[str, Any]) -> None:
    spans = {(e["person"], e["first"], e["last"]) for e in known["events"]}
    counts = [q for q in known["questions"] if q["question"]["en"].startswith("How many")]
    assert len(counts) >= 3
    for question in counts[1:]:  # the first counts people
        numbers = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
                   "Eleven", "Twelve")  # fmt: skip
        said = question["answer"]["en"].replace(":", "").replace(",", "").replace(".", "").split()
        assert numbers.index(said[0]) + 1 == len(question["evidence"])
        assert {(e["person"], e["first"], e["last"]) for e in question["evidence"]} <= spans


def test_impacts_are_heard_at_the_contact_frames(clip: Path, known: dict[str, Any]) -> None:
    with av.open(str(clip)) as opened:
        heard = np.concatenate([f.to_ndarray()[0] for f in opened.decode(audio=0)])
    assert abs(len(heard) / sound.RATE - 10) < 0.1

    def loudness(start: float, length: int) -> float:
        first = int(start * sound.RATE / 30)
        return float(np.sqrt(np.mean(heard[first : first + length * sound.RATE // 30] ** 2)))

    for event in known["events"]:
        if event["kind"] in choreography.PUNCHES and event["contact"] is not None:
            before, after = loudness(event["contact"] - 2, 2), loudness(event["contact"], 2)
            assert after > 1.5 * before, event
