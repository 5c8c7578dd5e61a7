from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import errors, tracks
from core.labels import Box, Joint, Keyframe, checked_box, checked_frame, checked_joints, position

coordinates = st.floats(-1e5, 1e5, allow_nan=False, width=32)
sides = st.floats(0.125, 1e5, allow_nan=False, width=32)
boxes = st.builds(Box, coordinates, coordinates, sides, sides)
joints = st.tuples(st.builds(Joint, coordinates, coordinates, sides, st.integers(0, 2)))
keyframes = st.builds(
    Keyframe,
    st.integers(0, 10**6),
    boxes,
    st.none() | joints,
    st.booleans(),
    st.booleans(),
    st.none() | st.floats(0, 1),
    st.sampled_from(["model", "human", "interpolated"]),
)


@given(boxes, boxes)
def test_iou_is_symmetric_and_one_with_itself(a: Box, b: Box) -> None:
    assert a.iou(b) == pytest.approx(b.iou(a))
    assert 0 <= a.iou(b) <= 1 + 1e-9
    assert a.iou(a) == pytest.approx(1)


@given(boxes, st.floats(1, 1000), st.floats(1, 1000))
def test_a_clipped_box_lies_inside(box: Box, width: float, height: float) -> None:
    clipped = box.clipped(width, height)
    assert 0 <= clipped.x <= clipped.x + clipped.w <= width + 1e-6
    assert 0 <= clipped.y <= clipped.y + clipped.h <= height + 1e-6


@given(keyframes)
def test_keyframes_survive_json_and_the_store(keyframe: Keyframe) -> None:
    assert Keyframe.from_json(keyframe.to_json()) == keyframe
    stored = keyframe.as_stored()
    assert tracks.joints_from_blob(tracks.joints_to_blob(stored.joints)) == stored.joints


@pytest.mark.parametrize(
    "values",
    [
        [math.nan, 0, 1, 1],
        [0, math.inf, 1, 1],
        [0, 0, 0, 1],
        [0, 0, 1, -1],
        [0, 0, 1],
        [0, 0, 1, 1e9],
        ["0", 0, 1, 1],
        [True, 0, 1, 1],
        None,
        "abcd",
    ],
)
def test_bad_boxes_are_refused(values: object) -> None:
    with pytest.raises(errors.BadInput):
        checked_box(values)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [-1, 1.5, "1", True, None, 2**31, math.nan])
def test_bad_frames_are_refused(value: object) -> None:
    with pytest.raises(errors.BadInput):
        checked_frame(value)


@pytest.mark.parametrize("row", [[1, 2, 3], [1, 2, 3, 4], [math.nan, 1, 1, 2], "abcd"])
def test_bad_joints_are_refused(row: object) -> None:
    with pytest.raises(errors.BadInput):
        checked_joints([row])


def _line(*places: tuple[int, float, bool]) -> list[Keyframe]:
    return [Keyframe(frame, Box(x, 0, 10, 10), outside=outside) for frame, x, outside in places]


@pytest.mark.parametrize(
    ("frame", "x"),
    [
        (4, None),
        (5, 0.0),
        (10, 50.0),
        (15, 100.0),
        (16, 100.0),
        (19, 100.0),
        (20, None),
        (25, None),
        (30, 7.0),
        (35, 7.0),
        (36, None),
    ],
)
def test_positions_between_and_after_keyframes(frame: int, x: float | None) -> None:
    line = _line((5, 0, False), (15, 100, False), (20, 3, True), (30, 7, False))
    found = position(line, frame, first=5, last=35)
    assert (None if found is None else found.box.x) == x


@given(
    st.lists(
        st.tuples(st.integers(0, 50), coordinates),
        min_size=2,
        max_size=8,
        unique_by=lambda pair: pair[0],
    ),
    st.integers(0, 50),
)
def test_interpolation_stays_between_its_neighbours(
    places: list[tuple[int, float]], frame: int
) -> None:
    line = _line(*((f, x, False) for f, x in sorted(places)))
    found = position(line, frame, first=line[0].frame, last=line[-1].frame)
    if not line[0].frame <= frame <= line[-1].frame:
        assert found is None
        return
    assert found is not None
    before = [k for k in line if k.frame <= frame][-1]
    after = next(k for k in line if k.frame >= frame)
    low, high = sorted((before.box.x, after.box.x))
    assert low - 1e-2 <= found.box.x <= high + 1e-2
