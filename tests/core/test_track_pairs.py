from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core import errors
from core.labels import Box, Keyframe
from core.track_pairs import BRIDGED, CHANGES, split
from core.tracks import Track
from tests.core.made_tracks import (
    FRAMES,
    frames,
    made,
    on,
    pairs,
    patient,
    place,
    places,
    said,
    sayings,
)


def change(verb: str, two: tuple[Track, Track], **edit: Any) -> tuple[Track, Track]:
    """Both tracks after an edit, or nothing to test when the edit is refused."""
    try:
        return CHANGES[verb](FRAMES, *two, edit)
    except errors.BadInput:
        assume(False)
        raise


@patient
@given(made(), st.data())
def test_a_split_moves_nothing_and_a_merge_undoes_it(track: Track, data: st.DataObject) -> None:
    assume(len([f for f in range(FRAMES) if track.at(f)]) > 1)
    frame = data.draw(on(track).filter(lambda f: f != track.first))
    before, after = split(FRAMES, track, {"frame": frame})
    assert places(before, range(frame, FRAMES)) == places(track, range(frame, FRAMES))
    assert places(after, range(frame)) == places(track, range(frame))
    assert sayings(before, range(frame, FRAMES + 5)) == sayings(track, range(frame, FRAMES + 5))
    assert sayings(after, range(frame)) == sayings(track, range(frame))
    assert all(last < frame for _, last, _ in before.partial)
    assert all(first >= frame for first, _, _ in after.partial)
    assert before.last < frame == after.first
    again, gone = change("merge", (before, replace(after, id=2)))
    assert (places(again), sayings(again)) == (places(track), sayings(track))
    assert gone.deleted


@patient
@given(pairs())
def test_of_two_merged_the_one_named_first_counts(two: tuple[Track, Track]) -> None:
    track, other = two
    merged, gone = change("merge", two)
    assert (merged.id, gone.id, merged.deleted, gone.deleted) == (1, 2, False, True)
    for frame in range(FRAMES):
        expected = place(track, frame) or place(other, frame)
        if expected is None and place(merged, frame) is not None:
            assert 0 < other.first - track.last <= BRIDGED + 1 or (
                0 < track.first - other.last <= BRIDGED + 1
            )
            assert min(track.last, other.last) < frame < max(track.first, other.first)
        else:
            assert place(merged, frame) == expected
            assert said(merged, frame) == said(track if place(track, frame) else other, frame)


@patient
@given(pairs(), frames, st.none() | frames)
def test_a_swap_exchanges_its_frames_and_twice_is_nothing(
    two: tuple[Track, Track], frame: int, last: int | None
) -> None:
    track, other = two
    end = FRAMES - 1 if last is None else max(last, frame)
    one, another = change("swap", two, frame=frame, last=None if last is None else end)
    for f in range(FRAMES):
        here = place(track, f), place(other, f)
        words = said(track, f), said(other, f)
        changed = frame <= f <= end
        assert (place(one, f), place(another, f)) == (here[::-1] if changed else here)
        assert (said(one, f), said(another, f)) == (words[::-1] if changed else words)
    if not one.deleted and not another.deleted:
        again = change("swap", (one, another), frame=frame, last=None if last is None else end)
        assert [places(each) for each in again] == [places(track), places(other)]


@patient
@given(pairs(), st.data())
def test_a_reassigned_part_goes_on_as_the_other(
    two: tuple[Track, Track], data: st.DataObject
) -> None:
    track, other = two
    frame = data.draw(on(track))
    one, another = change("reassign", two, frame=frame)
    ahead = range(frame, FRAMES + 5)
    assert sayings(one, ahead) == sayings(track, ahead)
    assert places(one, ahead) == places(track, ahead)
    assert places(another, ahead) == places(other, ahead)
    assert places(another, range(frame)) == places(track, range(frame))


def _track(identity: int, first: int, last: int, x: float = 0, **more: Any) -> Track:
    track = Track(
        identity, 1, 1, None, "Ana", None, None, "", first, last, None, "manual",
        False, False, {}, 1, (Keyframe(first, Box(x, 0, 10, 10)),),
    )  # fmt: skip
    return replace(track, **more)


def test_a_short_gap_between_merged_tracks_is_interpolated_a_long_one_is_absence() -> None:
    first = _track(1, 0, 9)
    near, _ = CHANGES["merge"](FRAMES, first, _track(2, 15, 20, x=60), {})
    assert [near.at(f).box.x for f in (9, 12, 15)] == [0, 30, 60]  # type: ignore[union-attr]
    far, _ = CHANGES["merge"](FRAMES, first, _track(2, 16, 20, x=60), {})
    assert [far.at(f) is None for f in (9, 10, 15, 16)] == [False, True, True, False]
    earlier, _ = CHANGES["merge"](FRAMES, _track(2, 12, 20, x=60), first, {})
    assert [earlier.at(f).box.x for f in (9, 10, 12)] == [0, 20, 60]  # type: ignore[union-attr]


def test_a_merge_keeps_names_and_attributes_of_both() -> None:
    one = _track(1, 0, 5, attributes={"stance": "orthodox"})
    two = _track(2, 6, 9, name="Kim", attributes={"stance": "southpaw", "glove": "red"})
    merged, _ = CHANGES["merge"](FRAMES, one, two, {})
    assert (merged.name, merged.attributes) == ("Kim", {"stance": "orthodox", "glove": "red"})


@pytest.mark.parametrize(
    ("verb", "other", "edit"),
    [
        ("merge", _track(2, 0, 5, class_id=2), {}),
        ("merge", _track(2, 0, 5, skeleton="coco17"), {}),
        ("swap", _track(2, 0, 5, skeleton="coco17"), {"frame": 2}),
        ("swap", _track(1, 0, 5), {"frame": 2}),
        ("swap", _track(2, 0, 5), {"frame": 20}),
        ("swap", _track(2, 0, 5), {"frame": 4, "last": 3}),
        ("reassign", _track(2, 0, 30), {"frame": 20}),
    ],
)
def test_what_makes_no_sense_is_refused(verb: str, other: Track, edit: dict[str, Any]) -> None:
    with pytest.raises(errors.BadInput):
        CHANGES[verb](FRAMES, _track(1, 0, 5), other, edit)


@pytest.mark.parametrize("frame", [0, 6])
def test_no_part_of_a_split_is_empty(frame: int) -> None:
    with pytest.raises(errors.BadInput):
        split(FRAMES, _track(1, 0, 5), {"frame": frame})
