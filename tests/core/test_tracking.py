"""Linking detections into tracks: deterministic, complete, by class, also in instalments."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import tracking
from core.labels import Box, Detection, FrameResult
from core.tracking import Linker, RawTrack


def person(x: float, *, y: float = 100.0, score: float = 0.9, name: str = "person") -> Detection:
    return Detection(name, Box(x, y, 40, 100), score)


def frames(*rows: list[Detection], every: int = 1) -> list[FrameResult]:
    return [FrameResult(index * every, tuple(row)) for index, row in enumerate(rows)]


def link(results: list[FrameResult], **options: object) -> list[RawTrack]:
    return tracking.link(results, width=640, height=360, **options)  # type: ignore[arg-type]


def spans(tracks: list[RawTrack]) -> list[tuple[str, int, int, int]]:
    return [
        (t.class_name, t.observations[0][0], t.observations[-1][0], len(t.observations))
        for t in tracks
    ]


def test_two_people_are_two_tracks_from_their_first_frame_on() -> None:
    tracks = link(frames(*[[person(10 + 2 * i), person(400 - 2 * i)] for i in range(30)]))
    assert spans(tracks) == [("person", 0, 29, 30), ("person", 0, 29, 30)]
    assert [seen.box.x for _, seen in tracks[0].observations] == [10 + 2 * i for i in range(30)]


def test_the_order_of_detections_does_not_matter() -> None:
    rows = [[person(10 + 2 * i), person(200), person(400 - 2 * i)] for i in range(20)]
    shuffled = [random.Random(i).sample(row, len(row)) for i, row in enumerate(rows)]
    assert link(frames(*shuffled)) == link(frames(*rows))


def test_the_order_of_results_does_not_matter() -> None:
    results = frames(*[[person(10 + 2 * i), person(300)] for i in range(20)])
    assert link(random.Random(3).sample(results, len(results))) == link(results)


def test_a_short_absence_does_not_end_a_track_and_a_long_one_does() -> None:
    def absent(gap: range) -> list[RawTrack]:
        return link(frames(*[[] if i in gap else [person(50 + i)] for i in range(100)]))

    assert spans(absent(range(30, 45))) == [("person", 0, 99, 85)]
    assert spans(absent(range(30, 80))) == [("person", 0, 29, 30), ("person", 80, 99, 20)]


def test_patience_is_in_seconds_at_any_rate() -> None:
    rows = [[] if 10 <= i < 20 else [person(50 + i)] for i in range(40)]
    assert len(link(frames(*rows), fps=10.0, patience=2.0)) == 1
    assert len(link(frames(*rows), fps=10.0, patience=0.5)) == 2


def test_what_is_seen_once_is_dropped() -> None:
    rows = [[person(10)] for _ in range(10)]
    rows[4] = [person(10), person(500)]
    assert spans(link(frames(*rows))) == [("person", 0, 9, 10)]


def test_classes_are_linked_by_themselves() -> None:
    rows = [[person(100 + i), person(100 + i, name="glove")] for i in range(10)]
    assert spans(link(frames(*rows))) == [("person", 0, 9, 10), ("glove", 0, 9, 10)] or spans(
        link(frames(*rows))
    ) == [("glove", 0, 9, 10), ("person", 0, 9, 10)]


def test_a_class_that_comes_late() -> None:
    rows = [[person(100)] if i < 20 else [person(100), person(300, name="bag")] for i in range(40)]
    assert spans(link(frames(*rows))) == [("person", 0, 39, 40), ("bag", 20, 39, 20)]


def test_unsure_detections_continue_a_track_and_start_none() -> None:
    rows = [[person(100 + i, score=0.9 if i < 5 else 0.1)] for i in range(20)]
    assert spans(link(frames(*rows))) == [("person", 0, 19, 20)]
    assert link(frames(*[[person(100 + i, score=0.1)] for i in range(20)])) == []


@pytest.mark.parametrize("every", [2, 5, 12])
def test_every_nth_frame(every: int) -> None:
    """A walk of 2 px a frame, looked at now and then."""
    rows = [[person(10 + 2.0 * i * every), person(560)] for i in range(20)]
    tracks = link(frames(*rows, every=every), every=every, fps=30.0)
    assert spans(tracks) == [("person", 0, 19 * every, 20)] * 2


def test_a_brief_find_that_jumps_about_is_no_track_and_a_brief_steady_one_is() -> None:
    jumps = [0, 20, -10, 25, 5, -15, 20, 0]
    steady = link(frames(*[[person(100 + i)] for i in range(8)]))
    assert spans(steady) == [("person", 0, 7, 8)]
    assert link(frames(*[[person(100 + x)] for x in jumps])) == []
    longer = [100 + x for x in jumps * 3]
    assert sum(n for *_, n in spans(link(frames(*[[person(x)] for x in longer])))) >= 12
    # Seen twice a second, people move by their own width.
    apart = [FrameResult(15 * i, (person(100 + x),)) for i, x in enumerate(jumps)]
    assert link(apart, every=15) != []


def test_frames_without_a_result_are_gaps() -> None:
    results = frames(*[[person(50 + i)] for i in range(40)])
    del results[10:15]
    assert spans(link(results)) == [("person", 0, 39, 35)]


def test_nothing_gives_nothing() -> None:
    assert link([]) == []
    assert link(frames([], [], [])) == []


def test_the_score_of_a_track_is_the_mean() -> None:
    (track,) = link(frames([person(10, score=0.5)], [person(10, score=1.0)]))
    assert track.score == pytest.approx(0.75)


walks = st.lists(
    st.lists(
        st.tuples(st.integers(0, 12), st.sampled_from(["person", "glove"]), st.floats(0.05, 1)),
        max_size=4,
        unique_by=lambda item: item[:2],
    ),
    max_size=25,
)


def results_of(rows: list[list[tuple[int, str, float]]]) -> list[FrameResult]:
    return frames(*[[person(45.0 * x, score=s, name=name) for x, name, s in row] for row in rows])


@given(walks)
@settings(max_examples=60, deadline=None)
def test_each_detection_is_used_once_at_most(rows: list[list[tuple[int, str, float]]]) -> None:
    results = results_of(rows)
    given_ones = {(r.index, d.class_name, d.box) for r in results for d in r.detections}
    used = [
        (frame, seen.class_name, seen.box)
        for track in link(results, minimum=1)
        for frame, seen in track.observations
    ]
    assert len(used) == len(set(used))
    assert set(used) <= given_ones
    for track in link(results):
        assert len({frame for frame, _ in track.observations}) == len(track.observations)
        assert [frame for frame, _ in track.observations] == sorted(
            frame for frame, _ in track.observations
        )


@given(walks)
@settings(max_examples=40, deadline=None)
def test_the_same_results_give_the_same_tracks(rows: list[list[tuple[int, str, float]]]) -> None:
    assert link(results_of(rows)) == link(results_of(rows))


def test_numbers_stay_while_results_come_in_instalments() -> None:
    results = frames(*[[person(10 + 2 * i), person(400)] for i in range(40)])
    linker = Linker(width=640, height=360)
    grown: dict[int, int] = {}
    for start in range(0, 40, 8):
        for result in results[start : start + 8]:
            linker.add(result)
        for number, raw in linker.grown():
            grown[number] = len(raw.observations)
    assert sorted(grown.values()) == [40, 40]
    assert linker.grown() == []


def test_cutting_keeps_numbers_and_scores() -> None:
    results = frames(*[[person(10 + 2 * i, score=0.5 + 0.01 * i)] for i in range(40)])
    linker = Linker(width=640, height=360)
    for result in results[:20]:
        linker.add(result)
    ((number, _),) = linker.grown()
    linker.cut({number: 15})
    for result in results[20:]:
        linker.add(result)
    ((again, raw),) = linker.grown()
    assert again == number
    assert [frame for frame, _ in raw.observations] == list(range(15, 40))
    assert linker.mean_score(number) == pytest.approx(0.5 + 0.01 * 19.5)


def test_real_pedestrians_keep_their_identity(shared_data: Path) -> None:
    """MOT15 TUD-Campus, its true boxes as detections: hardly a track more than people."""
    text = (shared_data / "annotations/mot_challenge/TUD-Campus/gt/gt.txt").read_text()
    rows: dict[int, list[Detection]] = {}
    people = set()
    for line in text.split():
        frame, identity, x, y, w, h = map(float, line.split(",")[:6])
        people.add(identity)
        rows.setdefault(int(frame) - 1, []).append(Detection("person", Box(x, y, w, h), 0.9))
    results = [FrameResult(frame, tuple(seen)) for frame, seen in rows.items()]
    tracks = link(results, fps=25.0)
    assert len(people) <= len(tracks) <= len(people) + 4
    linked = sum(len(track.observations) for track in tracks)
    assert linked >= 0.97 * sum(len(result.detections) for result in results)


def test_results_are_not_changed() -> None:
    results = frames(*[[person(10 + i)] for i in range(5)])
    before = [replace(result) for result in results]
    link(results)
    assert results == before
