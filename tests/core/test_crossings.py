"""Crossings over a whole video: against a plain look at each two tracks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import crossings, tracks
from core import db as store
from core.crossings import APART, MEET, Crossing, Pause
from core.tracks import Track
from tests.core.conftest import Desk
from tests.core.made_tracks import FRAMES, frames, made, patient

COUNT = 2400


def plain(one: Track, other: Track, last: int) -> list[int]:
    """Every crossing of two tracks, by their boxes on each frame."""
    found, apart = [], False
    for frame in range(last + 1):
        places = one.at(frame), other.at(frame)
        overlap = None if None in places else places[0].box.iou(places[1].box)  # type: ignore[union-attr]
        if overlap is None or overlap <= APART:
            apart = overlap is not None
        elif overlap > MEET:
            if apart:
                found.append(frame)
            apart = False
    return found


@patient
@given(st.lists(made(posed=False), min_size=2, max_size=4), frames)
def test_in_a_range_they_are_what_a_plain_look_finds(shown: list[Track], start: int) -> None:
    numbered = [replace(track, id=number) for number, track in enumerate(shown)]
    for track in (None, 0):
        found = crossings._meetings(numbered, start, FRAMES - 1, track)
        assert sorted({(f, *sorted(ids)) for f, *ids in found}) == sorted(
            (frame, one.id, other.id)
            for one in numbered
            for other in numbered
            if one.id < other.id and (track is None or one.id == track)
            for frame in plain(one, other, FRAMES - 1)
            if frame >= start
        )


@pytest.fixture
def passing(workspace: Any, add_video: Callable[..., int]) -> tuple[Desk, list[int]]:
    """Of 2,400 frames: two tracks that meet at about 100 and 2,000, and a third of its own."""
    desk = Desk(workspace, add_video(frames=COUNT))
    ids = []
    for y, way in (
        (0, [(0, 0), (200, 200), (2300, 200)]),
        (0, [(0, 200), (200, 0)]),
        (99, [(0, 0)]),
    ):
        (_, x), *rest = way
        add = {"verb": "add", "class": 1, "frame": 0, "last": COUNT - 1, "box": [x, y, 40, 40]}
        ids.append(desk.do(add).tracks[0].id)
        for frame, left in rest:
            fix = {"verb": "fix", "id": ids[-1], "frame": frame, "box": [left, y, 40, 40]}
            desk.do(fix)
    for frame, left in ((1900, 0), (2100, 400)):
        desk.do({"verb": "fix", "id": ids[1], "frame": frame, "box": [left, 0, 40, 40]})
    return desk, ids


def test_the_whole_video_is_searched_in_both_directions_and_round(
    passing: tuple[Desk, list[int]],
) -> None:
    desk, (one, two, three) = passing

    def jump(
        frame: int, step: Any, track: int | None = None, **more: Any
    ) -> Crossing | Pause | None:
        with store.reader(desk.workspace) as db:
            given = {"frames": COUNT, "frame": frame, "step": step, "track": track, **more}
            return crossings.nearest(db, desk.video, **given)

    with store.reader(desk.workspace) as db:
        early, late = plain(tracks.get(db, one), tracks.get(db, two), COUNT - 1)
    assert (80 < early < 100, 1980 < late < 2000) == (True, True)
    for track, names in ((None, (one, two)), (one, (one, two)), (two, (two, one))):
        assert jump(0, 1, track) == Crossing(early, *names)
        assert jump(early, 1, track) == Crossing(late, *names)
        assert jump(late, 1, track) == Crossing(early, *names, wrapped=True)
        assert jump(COUNT - 1, -1, track) == Crossing(late, *names)
        assert jump(late, -1, track) == Crossing(early, *names)
        assert jump(early, -1, track) == Crossing(late, *names, wrapped=True)
    assert jump(0, 1, three) is None
    desk.do({"verb": "reject", "id": two})
    assert jump(0, 1) is None


@pytest.mark.parametrize("track", [0, 2, None])
def test_a_long_search_is_asked_to_go_on_and_finds_the_same(
    passing: tuple[Desk, list[int]], monkeypatch: pytest.MonkeyPatch, track: int | None
) -> None:
    desk, ids = passing
    wanted = None if track is None else ids[track]

    def jump(frame: int, step: Any, reached: int | None = None) -> Crossing | Pause | None:
        with store.reader(desk.workspace) as db:
            given = {"frames": COUNT, "frame": frame, "step": step, "track": wanted}
            return crossings.nearest(db, desk.video, reached=reached, **given)

    for frame, step in [(f, s) for f in (0, 500, 1995, COUNT - 1) for s in (1, -1)]:
        monkeypatch.setattr(crossings, "MOST", 10**9)
        at_once = jump(frame, step)
        monkeypatch.setattr(crossings, "MOST", 1)
        found, came = jump(frame, step), []
        while isinstance(found, Pause):
            came.append(found.reached)
            found = jump(frame, step, found.reached)
        assert found == at_once
        assert len(came) == len(set(came))
