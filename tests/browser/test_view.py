"""Playing and jumping in the annotator: what is shown, and where it leads."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlite_utils import Database

from core import clock, track_rows, tracks
from core import db as store
from core.labels import Box, Keyframe
from tests import clips

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZE = (320, 240)


def _tracks(server: Any, video: int) -> list[tracks.Track]:
    with store.reader(server.own) as db:
        return tracks.window(db, video)


def test_playing_keeps_to_the_loop_and_ends_on_the_exact_frame(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    make_proxy: Callable[[int], None],
    label: Callable[..., Any],
    edit: Callable[..., Any],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    make_proxy(video)
    edit(video, {"verb": "add", "class": 1, "frame": 20, "last": 40, "box": [60, 60, 80, 100]})
    server.start()
    desk = label(video)
    keyboard = desk.page.keyboard

    def shown_while_playing(seconds: float) -> list[int]:
        seen = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            seen.append(int(desk.data("frame")))
        return seen

    def pause_on_exact_frame() -> int:
        keyboard.press("Space")
        desk.wait("playing", lambda value: value == "false")
        frame = int(desk.data("target"))
        desk.wait_exact(frame)
        keyboard.press("h")
        assert clips.number(desk.pixels(0, 0, *SIZE)) == frame
        keyboard.press("h")
        return frame

    desk.go_to(30)
    desk.click(100, 110)
    keyboard.press("Shift+i")
    desk.wait("playing", lambda value: value == "true")
    expect(desk.root.get_by_role("button", name="Loop 20–40")).to_be_visible()
    seen = shown_while_playing(2.5)
    assert min(seen) >= 20
    assert max(seen) <= 40
    assert any(later < earlier for earlier, later in itertools.pairwise(seen))
    assert 20 <= pause_on_exact_frame() <= 40
    for key, frame in (("PageDown", 40), ("PageUp", 20)):
        for _ in range(3):
            keyboard.press(key)
        desk.wait_exact(frame)
    desk.root.get_by_role("button", name="Loop 20–40").click()
    expect(desk.root.get_by_role("button", name="Loop 20–40")).to_be_hidden()

    for _ in range(2):
        keyboard.press("BracketLeft")
    expect(desk.root.get_by_label("Speed")).to_have_value("0.25")
    keyboard.press("Space")
    assert max(shown_while_playing(1)) < 20 + 0.25 * 30 * 2 + 4
    pause_on_exact_frame()
    for _ in range(6):
        keyboard.press("BracketRight")
    expect(desk.root.get_by_label("Speed")).to_have_value("4")
    keyboard.press("Home")
    desk.wait_exact(0)
    keyboard.press("Space")
    assert max(shown_while_playing(1)) > 40
    keyboard.press("a")
    desk.wait("playing", lambda value: value == "false")
    desk.wait("exact", lambda value: value == "true")
    desk.wait_saved()
    assert [track.state for track in _tracks(server, video)] == ["accepted"]


def _suggest(db: Database) -> None:
    db.execute(
        "INSERT INTO runs (video, model, version, first_frame, last_frame, created_at) "
        "VALUES (1, 'dots', '1', 0, 119, ?)",
        [clock.now()],
    )
    for first, last, scores in ((10, 30, (0.9, 0.2)), (40, 60, (0.3, 0.9))):
        track = track_rows.add_row(
            db, video=1, class_id=1, run=1, first=first, last=last, score=0.6, change=1
        )
        frames = (first, last - 5)
        track_rows.put_keyframes(
            db,
            track,
            [
                Keyframe(frame, Box(60, 60, 80, 90), score=score, source="model")
                for frame, score in zip(frames, scores, strict=True)
            ],
        )


def test_jumps_lead_to_beginnings_bare_frames_and_low_scores(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    store.write(server.own, _suggest)
    store.close_all()
    server.start()
    desk = label(video)
    route = (
        ("p", 10, "1"),
        ("p", 40, "2"),
        ("p", 10, "1"),
        ("Shift+p", 40, "2"),
        ("Home", 0, "2"),
        ("Backslash", 31, "2"),
        ("Backslash", 61, "2"),
        ("Backslash", 0, "2"),
        ("Shift+Backslash", 61, "2"),
        ("Shift+y", 40, "2"),
        ("Shift+y", 25, "1"),
        ("y", 40, "2"),
        ("y", 25, "1"),
    )
    for key, frame, selected in route:
        desk.page.keyboard.press(key)
        desk.wait_exact(frame)
        desk.wait("selected", lambda value, wanted=selected: value == wanted)
    expect(desk.root.get_by_text("Went on from the other end of the video.").first).to_be_visible()

    # Two that meet, far apart in loaded labels: with one selected, and with none.
    box = {"verb": "add", "class": 1, "frame": 62, "last": 119}
    one = edit(video, {**box, "box": [10, 10, 60, 60]}).tracks[0].id
    edit(video, {"verb": "fix", "id": one, "frame": 112, "box": [210, 10, 60, 60]})
    other = edit(video, {**box, "box": [150, 10, 60, 60]}).tracks[0].id
    desk.wait("tracks", lambda value: value == "4")
    for select in (True, False):
        desk.go_to(62)
        if select:
            desk.click(180, 40)
            desk.wait("selected", lambda value: value == str(other))
        else:
            desk.page.keyboard.press("Escape")
        desk.page.keyboard.press("Quote")
        desk.wait("frame", lambda value: int(value) > 80)
        met = int(desk.data("frame"))
        found = [track.at(met) for track in _tracks(server, video)[2:]]
        assert 0.1 < found[0].box.iou(found[1].box) < 0.25
