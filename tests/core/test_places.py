"""Jumps across a whole video: against a plain look at every frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from core import clock, places, track_rows, tracks
from core import db as store
from core.labels import Box, Keyframe
from core.workspace import Workspace

FRAMES = 40
_SPAN = st.tuples(st.integers(0, FRAMES - 1), st.integers(0, 12))
_SCORE = st.one_of(st.none(), st.sampled_from((0.1, 0.3, 0.5, 0.9)))


@st.composite
def _tracks(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = []
    for _ in range(draw(st.integers(0, 5))):
        first, length = draw(_SPAN)
        last = min(first + length, FRAMES - 1)
        frames = sorted({first, *draw(st.lists(st.integers(first, last), max_size=4))})
        keyframes = [
            Keyframe(
                frame,
                Box(1, 1, 9, 9),
                outside=draw(st.booleans()) and frame > first,
                score=draw(_SCORE),
                source="model",
            )
            for frame in frames
        ]
        state = draw(st.sampled_from(("suggested", "accepted", "rejected")))
        made.append(
            {
                "first": first,
                "last": last,
                "score": draw(_SCORE),
                "state": state,
                "keyframes": keyframes,
            }
        )
    return made


def _fill(db: Database, made: list[dict[str, Any]]) -> None:
    for table in ("keyframes", "tracks"):
        db.execute(f"DELETE FROM {table}")
    for one in made:
        track = track_rows.add_row(
            db,
            video=1,
            class_id=1,
            first=one["first"],
            last=one["last"],
            change=1,
            run=1,
            score=one["score"],
        )
        db.execute("UPDATE tracks SET state = ? WHERE id = ?", [one["state"], track])
        track_rows.put_keyframes(db, track, one["keyframes"])


@pytest.fixture
def filled(
    workspace: Workspace, add_video: Callable[..., int]
) -> Callable[[list[dict[str, Any]]], None]:
    add_video(frames=FRAMES)
    store.write(
        workspace,
        lambda db: db.execute(
            "INSERT INTO runs (video, model, version, first_frame, last_frame, created_at) "
            "VALUES (1, 'dots', '1', 0, ?, ?)",
            [FRAMES - 1, clock.now()],
        ),
    )
    return lambda made: store.write(workspace, lambda db: _fill(db, made))


def _shown(found: list[tracks.Track], confidence: float) -> list[tracks.Track]:
    return [
        track
        for track in found
        if track.state != "rejected"
        and not (
            track.state == "suggested" and track.score is not None and track.score < confidence
        )
    ]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(made=_tracks(), confidence=st.sampled_from((0.0, 0.4)))
def test_jumps_find_what_a_look_at_every_frame_finds(
    workspace: Workspace,
    filled: Callable[[list[dict[str, Any]]], None],
    made: list[dict[str, Any]],
    confidence: float,
) -> None:
    filled(made)
    with store.reader(workspace) as db:
        shown = _shown(tracks.window(db, 1), confidence)
        bare = [all(track.at(frame) is None for track in shown) for frame in range(FRAMES)]
        starts = [f for f in range(FRAMES) if bare[f] and (f == 0 or not bare[f - 1])]
        lows = sorted((low, t.id) for t in shown if t.state == "suggested" for low in _lows(t))
        for frame in range(FRAMES):
            more: dict[str, Any] = {"frame": frame, "confidence": confidence}
            for step in (1, -1):
                found = places.empty(db, 1, frames=FRAMES, step=step, **more)
                assert (found and (found.frame, found.wrapped)) == _expected(starts, frame, step)
                track = shown[0].id if shown else 3
                low = places.low_score(db, 1, track=track, step=step, below=0.5, **more)
                expected = _expected(lows, (frame, track), step)
                assert (low and ((low.frame, low.track), low.wrapped)) == expected


def _expected(sorted_places: list[Any], start: Any, step: int) -> tuple[Any, bool] | None:
    if not sorted_places:
        return None
    if step > 0:
        found = next((place for place in sorted_places if place > start), None)
        return (sorted_places[0], True) if found is None else (found, False)
    found = next((place for place in reversed(sorted_places) if place < start), None)
    return (sorted_places[-1], True) if found is None else (found, False)


def _lows(track: tracks.Track) -> list[int]:
    scored = [k for k in track.keyframes if k.score is not None and not k.outside]
    if not scored:
        return [track.first] if track.score is not None and track.score < 0.5 else []
    low = [k.score is not None and k.score < 0.5 for k in scored]
    return [k.frame for n, k in enumerate(scored) if low[n] and (n == 0 or not low[n - 1])]
