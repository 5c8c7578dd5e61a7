from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core import errors
from core.labels import Box, Keyframe
from core.track_spans import CHANGES, reach
from core.tracks import Track
from tests.core.made_tracks import FRAMES, frames, made, on, patient, place, places


def change(track: Track, verb: str, **edit: Any) -> Track:
    """The track after an edit, or nothing to test when the edit is refused."""
    try:
        return CHANGES[verb](None, FRAMES, track, edit)  # type: ignore[arg-type]
    except errors.BadInput:
        assume(False)
        raise


def sound(track: Track) -> None:
    at = [k.frame for k in track.keyframes]
    assert at == sorted(set(at))
    assert 0 <= track.first <= track.last < FRAMES


@patient
@given(made(), frames, frames)
def test_trimming_moves_nothing_inside_and_leaves_nothing_outside(
    track: Track, first: int, last: int
) -> None:
    first, last = max(first, track.first), min(last, track.last)
    trimmed = change(track, "span", first=first, last=last)
    sound(trimmed)
    inside = range(first, last + 1)
    assert [place(trimmed, f) for f in inside] == [place(track, f) for f in inside]
    assert not any(places(trimmed, inside))
    assert all(first <= k.frame <= last for k in trimmed.keyframes)


@patient
@given(made(), frames, frames)
def test_extending_holds_the_ends_and_moves_nothing_between(
    track: Track, first: int, last: int
) -> None:
    assume(track.at(track.last) is not None)
    first, last = min(first, track.first), max(last, track.last)
    longer = change(track, "span", first=first, last=last)
    sound(longer)
    assert (longer.first, longer.last) == (first, last)
    assert [place(longer, f) for f in range(track.first, track.last + 1)] == [
        place(track, f) for f in range(track.first, track.last + 1)
    ]
    boxes = [found.box for f in range(first, track.first + 1) if (found := longer.at(f))]
    assert len(boxes) == track.first - first + 1
    assert len({tuple(round(v, 6) for v in box.values()) for box in boxes}) == 1
    assert place(longer, last) is not None


@patient
@given(made(), st.data())
def test_a_keyframe_moves_between_its_neighbours_only(track: Track, data: st.DataObject) -> None:
    frame = data.draw(st.sampled_from([k.frame for k in track.keyframes]))
    low, high = reach(track, frame)
    ends = track.keyframes[0].frame == frame, track.keyframes[-1].frame == frame
    to = data.draw(st.integers(0 if ends[0] else low, FRAMES - 1 if ends[1] else high))
    moved = change(track, "move", frame=frame, to=to)
    sound(moved)
    first, last = reach(track, frame)
    span = range(min(first, to), max(last, to, track.last if frame == track.last else 0) + 1)
    assert places(moved, span) == places(track, span)
    before = next(k for k in track.keyframes if k.frame == frame)
    after = next(k for k in moved.keyframes if k.frame == to)
    assert (after.box, after.joints, after.source) == (before.box, before.joints, "human")
    assert len(moved.keyframes) == len(track.keyframes)


@patient
@given(made(), st.data())
def test_absent_and_back_again_is_where_it_was(track: Track, data: st.DataObject) -> None:
    frame = data.draw(on(track))
    last = data.draw(st.none() | st.integers(frame, FRAMES - 1))
    gone = change(track, "outside", frame=frame, last=last)
    sound(gone)
    end = track.last if last is None else min(last, track.last)
    for f in range(FRAMES):
        if not frame <= f <= end:
            assert place(gone, f) == place(track, f)
        elif last is not None:
            assert place(gone, f) is None
    assert place(gone, frame) is None
    first_absent = [f for f in range(frame, end + 1) if place(track, f) is None]
    run = range(frame, first_absent[0] if first_absent else end + 1)
    back = change(gone, "outside", frame=frame, last=run[-1], value=0)
    assert [place(back, f) is not None for f in range(FRAMES)] == [
        place(track, f) is not None
        if f in run or not frame <= f <= end
        else place(gone, f) is not None
        for f in range(FRAMES)
    ]


@patient
@given(made(), st.data(), st.booleans())
def test_occluded_changes_nothing_but_that_from_here_until_it_changes(
    track: Track, data: st.DataObject, value: bool
) -> None:
    frame = data.draw(on(track))
    last = data.draw(st.none() | st.integers(frame, FRAMES - 1))
    after = change(track, "occluded", frame=frame, last=last, value=value)
    sound(after)
    run = range(frame, FRAMES if last is None else last + 1)
    if last is None:
        ends = (f for f in run[1:] if (p := place(track, f)) is None or p[2] == value)
        already = track.at(frame).occluded == value  # type: ignore[union-attr]
        run = range(frame, frame + 1 if already else next(ends, FRAMES))
    for f in range(FRAMES):
        was, now = place(track, f), place(after, f)
        assert now == (was if was is None or f not in run else (*was[:2], value, was[3]))


@patient
@given(made(), st.data(), st.integers(1, 12))
def test_a_copy_stands_still_and_moves_nothing_else(
    track: Track, data: st.DataObject, count: int
) -> None:
    frame = data.draw(on(track))
    copied = change(track, "copy", frame=frame, count=count)
    sound(copied)
    span = range(frame, min(frame + count, FRAMES - 1) + 1)
    assert places(copied, span) == places(track, span)
    assert {str(place(copied, f)) for f in span} == {str(place(track, frame))}


@patient
@given(made(), st.data(), st.sampled_from(["frame", "onward", "between"]))
def test_a_deletion_takes_its_scope_away_and_moves_nothing_else(
    track: Track, data: st.DataObject, scope: str
) -> None:
    frame = data.draw(on(track))
    after = change(track, "delete", frame=frame, scope=scope)
    reached = reach(track, frame)
    first, last = {"frame": (frame, frame), "onward": (frame, FRAMES), "between": reached}[scope]
    span = range(first, last + 1)
    assert places(after, span) == places(track, span)
    if not after.deleted:
        sound(after)
        assert all(place(after, f) is None for f in span)


def _track(*keyframes: Keyframe, last: int) -> Track:
    return Track(
        1, 1, 1, None, "Ana", None, None, "", keyframes[0].frame, last, None, "manual",
        False, False, {}, 1, keyframes,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "edit"),
    [
        ("span", {"first": 30, "last": 35}),
        ("span", {"last": FRAMES}),
        ("span", {"first": 9, "last": 7}),
        ("move", {"frame": 6, "to": 7}),
        ("move", {"frame": 5, "to": 20}),
        ("outside", {"frame": 5}),
        ("outside", {"frame": 7, "value": 0}),
        ("occluded", {"frame": 30}),
        ("copy", {"frame": 7, "count": 0}),
        ("copy", {"frame": 7, "count": -3}),
        ("delete", {"frame": 7, "scope": "world"}),
        ("delete", {"frame": 2, "scope": "between"}),
    ],
)
def test_what_makes_no_sense_is_refused(verb: str, edit: dict[str, Any]) -> None:
    track = _track(
        Keyframe(5, Box(0, 0, 9, 9)), Keyframe(15, Box(50, 0, 9, 9)), Keyframe(18, Box(0, 0, 9, 9)),
        last=20,
    )  # fmt: skip
    with pytest.raises(errors.BadInput):
        CHANGES[verb](None, FRAMES, track, edit)  # type: ignore[arg-type]
