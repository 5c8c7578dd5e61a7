"""Sparse keyframes give every observation back within the bound, with hardly more than needed."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core import labels, sparsify
from core.labels import ABSENT, OCCLUDED, VISIBLE, Box, Detection, Joint, Keyframe
from core.tracking import Observation

SLACK = 1e-9


def observation(
    frame: int, x: float, y: float = 50.0, w: float = 40.0, h: float = 100.0, joints: int = 0
) -> Observation:
    pose = tuple(Joint(x + w * i / 4, y + h * i / 4, 0.9) for i in range(joints))
    return frame, Detection("person", Box(x, y, w, h), 0.8, pose or None)


def paths(joints: int = 0, longest: int = 40) -> st.SearchStrategy[list[Observation]]:
    """Tracks that stand, glide, jitter and jump, with gaps."""

    @st.composite
    def draw(draw: st.DrawFn) -> list[Observation]:
        steps = draw(
            st.lists(
                st.tuples(
                    st.sampled_from([1, 1, 1, 2, 5, 40]),
                    st.floats(-30, 30) | st.just(0.0) | st.just(2.0),
                    st.floats(-5, 5) | st.just(0.0),
                    st.floats(0.8, 1.25) | st.just(1.0),
                    st.sampled_from([VISIBLE, VISIBLE, OCCLUDED, ABSENT]),
                ),
                min_size=1,
                max_size=longest,
            )
        )
        frame, x, y, w, h, found = 0, 100.0, 50.0, 40.0, 100.0, []
        for jump, dx, dy, grow, visibility in steps:
            frame, x, y = frame + jump, x + dx, y + dy
            w, h = min(max(w * grow, 8), 300), min(max(h * grow, 8), 300)
            shift = abs(dx) / 7
            pose = tuple(
                Joint(x + w * i / 4 + shift * (-1) ** i, y + h * i / 4, 0.9, visibility)
                for i in range(joints)
            )
            found.append((frame, Detection("person", Box(x, y, w, h), 0.8, pose or None)))
        return found

    return draw()


def at(keyframes: list[Keyframe], observations: list[Observation], frame: int) -> Keyframe | None:
    span = observations[0][0], observations[-1][0]
    return labels.position(keyframes, frame, first=span[0], last=span[1])


def check(observations: list[Observation], iou: float, joint_error: float, gap: int) -> None:
    keyframes = sparsify.sparsify(observations, iou=iou, joint_error=joint_error, gap=gap)
    frames = [keyframe.frame for keyframe in keyframes]
    assert frames == sorted(set(frames))
    raw = dict(observations)
    for keyframe in keyframes:
        assert keyframe.source == "model"
        assert keyframe.outside or keyframe.box == raw[keyframe.frame].box
    for frame, seen in observations:
        found = at(keyframes, observations, frame)
        assert found is not None
        assert found.box.iou(seen.box) >= iou - SLACK
        reach = joint_error * max(seen.box.w, seen.box.h)
        for joint, true in zip(found.joints or (), seen.joints or (), strict=True):
            far = math.hypot(joint.x - true.x, joint.y - true.y)
            if true.visibility == VISIBLE:
                assert far <= reach + SLACK
            elif true.visibility == OCCLUDED:
                assert far <= reach * sparsify.OCCLUDED_SLACK + SLACK


@given(paths(), st.sampled_from([0.8, 0.95, 0.99]), st.sampled_from([1, 10, 60]))
@settings(max_examples=150, deadline=None)
def test_boxes_stay_within_the_bound(path: list[Observation], iou: float, gap: int) -> None:
    check(path, iou, 0.03, gap)


@given(paths(joints=5), st.sampled_from([0.01, 0.03, 0.1]))
@settings(max_examples=150, deadline=None)
def test_joints_stay_within_the_bound(path: list[Observation], joint_error: float) -> None:
    check(path, 0.9, joint_error, 30)


@given(paths(joints=2, longest=12))
@settings(max_examples=60, deadline=None)
def test_hardly_more_keyframes_than_the_fewest(path: list[Observation]) -> None:
    """Against the optimum over all choices of observations (shortest path)."""
    chosen = sparsify.sparsify(path, iou=0.9, joint_error=0.05, gap=10**6)
    dense = sparsify._Dense.of(path, iou=0.9, joint_error=0.05)
    fewest = [1] * len(path)
    for start in reversed(range(len(path) - 1)):
        ends = [
            end
            for end in range(start + 1, len(path))
            if end == start + 1 or sparsify._holds(dense, start, end)
        ]
        fewest[start] = 1 + min(fewest[end] for end in ends)
    assert fewest[0] <= len(chosen) <= fewest[0] + max(1, len(path) // 6)


@given(paths(joints=3))
@settings(max_examples=50, deadline=None)
def test_the_rest_of_a_track_can_be_reduced_alone(path: list[Observation]) -> None:
    """From any of its keyframes on, a track is reduced the same way without what lies before."""
    keyframes = sparsify.sparsify(path)
    present = [keyframe.frame for keyframe in keyframes if not keyframe.outside]
    start = present[len(present) // 2]
    rest = sparsify.sparsify([item for item in path if item[0] >= start])
    assert rest == [keyframe for keyframe in keyframes if keyframe.frame >= start]


def test_a_straight_walk_needs_two_keyframes() -> None:
    path = [observation(frame, 2.0 * frame, joints=5) for frame in range(300)]
    assert [keyframe.frame for keyframe in sparsify.sparsify(path)] == [0, 299]


def test_a_turn_needs_three() -> None:
    path = [observation(frame, 3.0 * min(frame, 100 - frame)) for frame in range(101)]
    frames = [keyframe.frame for keyframe in sparsify.sparsify(path)]
    assert len(frames) == 3
    assert 48 <= frames[1] <= 52


def test_one_observation_is_one_keyframe() -> None:
    frame, seen = observation(7, 10, joints=5)
    (keyframe,) = sparsify.sparsify([(frame, seen)])
    assert keyframe == Keyframe(7, seen.box, seen.joints, score=0.8, source="model")


def test_nothing_gives_nothing() -> None:
    assert sparsify.sparsify([]) == []


def test_a_long_gap_is_outside_and_a_short_one_is_bridged() -> None:
    path = [observation(frame, 10) for frame in (0, 1, 2, 12, 13, 60, 61)]
    keyframes = sparsify.sparsify(path, gap=10)
    assert [(k.frame, k.outside) for k in keyframes] == [
        (0, False),
        (13, False),
        (14, True),
        (60, False),
        (61, False),
    ]
    assert at(keyframes, path, 7) is not None
    assert at(keyframes, path, 13) is not None
    assert at(keyframes, path, 14) is None
    assert at(keyframes, path, 59) is None
    assert at(keyframes, path, 60) is not None


def test_an_object_that_moved_away_in_a_gap_is_outside_meanwhile() -> None:
    path = [observation(0, 10), observation(8, 12), observation(16, 200), observation(20, 400)]
    keyframes = sparsify.sparsify(path, gap=30, leap=5)
    assert [(k.frame, k.outside) for k in keyframes] == [
        (0, False),
        (8, False),
        (9, True),
        (16, False),
        (20, False),
    ]
    assert at(keyframes, path, 4) is not None
    assert at(keyframes, path, 12) is None
    assert at(keyframes, path, 18) is not None


def test_every_nth_frame_is_no_gap() -> None:
    path = [observation(frame, 10 + frame) for frame in range(0, 100, 10)]
    assert [k.frame for k in sparsify.sparsify(path, gap=30)] == [0, 90]


def test_poses_that_come_and_go_are_kept_where_they_were() -> None:
    path = [
        observation(frame, 10 + frame, joints=5 if 10 <= frame < 20 else 0) for frame in range(30)
    ]
    keyframes = sparsify.sparsify(path)
    for frame, seen in path:
        found = at(keyframes, path, frame)
        assert found is not None
        assert (found.joints is None) == (seen.joints is None)


def test_scores_come_along() -> None:
    path = [(f, replace(seen, score=0.5)) for f, seen in (observation(f, f) for f in range(9))]
    assert {keyframe.score for keyframe in sparsify.sparsify(path)} == {0.5}


def test_a_long_still_track_is_two_keyframes() -> None:
    path = [observation(frame, 300.0, joints=5) for frame in range(3_000)]
    assert [keyframe.frame for keyframe in sparsify.sparsify(path)] == [0, 2_999]
