"""Picture and labels belong together: while it plays, and while the exact frame is on its way."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Route, expect

from core import db as store
from core import tracks
from tests import clips
from tests.browser.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZE = (320, 240)
SPEED = 4
"""Pixels from frame to frame."""
SPEEDS = ("0.1", "0.25", "0.5", "1", "1.5", "2", "4")


class Preview:
    """Frames that are seen in the film only, because the exact ones are held back."""

    def __init__(self, server: Any, desk: Any, track: int) -> None:
        self.server, self.desk, self.track = server, desk, track
        self.held: list[Route] = []
        self.notice = desk.root.get_by_text("Preview: the exact frame is coming")

    def row(self) -> tracks.Track:
        with store.reader(self.server.own) as db:
            return tracks.get(db, self.track)

    def go_to(self, frame: int) -> None:
        keyboard = self.desk.page.keyboard
        self.desk.page.route("**/frames/*.jpg*", lambda route: self.held.append(route))
        keyboard.press("g")
        keyboard.type(str(frame))
        keyboard.press("Enter")
        self.desk.wait("frame", lambda value: value == str(frame))
        self.desk.wait("picture", lambda value: value == "preview")
        assert self.desk.data("exact") == "false"
        expect(self.notice).to_be_visible()
        self.desk.focus()

    def end(self, frame: int) -> None:
        """Let the exact frames come."""
        while self.held:
            self.held.pop().continue_()
        self.desk.page.unroute("**/frames/*.jpg*")
        self.desk.wait_exact(frame)
        expect(self.notice).to_be_hidden()
        self.desk.wait_saved()


def _shown(desk: Any) -> tuple[int, float]:
    """The frame's number in the picture, and the left side of the box; of one screenshot."""
    pixels = desk.pixels(0, 0, *SIZE)
    scale = pixels.shape[0] / SIZE[1]
    strip = pixels[round(110 * scale) : round(115 * scale)].astype(int)
    blue = np.flatnonzero((strip[..., 2] - strip[..., 0]).max(axis=0) > 60)
    return clips.number(pixels), float(blue[0] / scale)


def _moving(edit: Callable[..., Any], video: int) -> int:
    """A track of frames 0 to 59 that passes between the cells whose middles are read."""
    box = {"verb": "add", "class": 1, "frame": 0, "last": 59, "box": [20, 104, 30, 36]}
    moving: int = edit(video, box).tracks[0].id
    away = [20 + 59 * SPEED, 104, 30, 36]
    edit(video, {"verb": "fix", "id": moving, "frame": 59, "box": away})
    return moving


def _rate(watched: list[tuple[float, int]]) -> float:
    """Frames a second, from the first change of what was shown to the last."""
    (start, first), *_, (end, last) = watched
    return (last - first) / (end - start) * 1000


def _is_slow(desk: Any) -> bool:
    """Whether 3 frames a second are shown; a browser that had to wait is given more time."""
    watched = desk.watched()
    return len(watched) > 6 and _rate(watched) == pytest.approx(3, rel=0.3)


def _was_fast(desk: Any) -> bool:
    """Whether 120 frames a second were shown; a browser that had to wait has another turn."""
    desk.page.keyboard.press("Home")
    desk.wait_exact(0)
    desk.watch()
    desk.page.keyboard.press("Space")
    desk.wait_exact(119)
    desk.wait("playing", lambda value: value == "false")
    return _rate(desk.watched()) == pytest.approx(120, rel=0.4)


def _went_back(watched: list[tuple[float, int]]) -> bool:
    return any(later < earlier for (_, earlier), (_, later) in itertools.pairwise(watched))


def test_playing_keeps_step_with_the_picture_at_any_speed_and_to_its_loop(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    edit: Callable[..., Any],
    until: Callable[..., Any],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    moving = _moving(edit, video)
    caption = {"kind": "segment", "verb": "add", "type": "caption", "text": "bell"}
    edit(video, {**caption, "first": 95, "last": 110})
    server.start()
    desk = label(video)
    keyboard, line = desk.page.keyboard, hand(desk)

    def turn_to(speed: str) -> None:
        steps = SPEEDS.index(speed) - SPEEDS.index(desk.root.get_by_label("Speed").input_value())
        for _ in range(abs(steps)):
            keyboard.press("BracketRight" if steps > 0 else "BracketLeft")
        expect(desk.root.get_by_label("Speed")).to_have_value(speed)

    def stop_on_exact_frame(key: str = "Space") -> int:
        keyboard.press(key)
        desk.wait("playing", lambda value: value == "false")
        frame = int(desk.data("target"))
        desk.wait_exact(frame)
        assert desk.number() == frame
        return frame

    def goes_round(key: str, first: int, last: int) -> None:
        desk.watch()
        keyboard.press(key)
        desk.wait("playing", lambda value: value == "true")
        expect(desk.root.get_by_role("button", name=f"Loop {first}–{last}")).to_be_visible()
        until(lambda: _went_back(desk.watched()[1:]), what="a second round")
        shown = [frame for _, frame in desk.watched()]
        assert {frame for frame in shown[1:] if not first <= frame <= last} == set()

    # The selected object, round and round: its box in step with the picture at each speed.
    desk.click(35, 122)
    desk.wait("selected", lambda value: value == str(moving))
    goes_round("Shift+i", 0, 59)
    for speed in ("0.1", "1", "4"):
        turn_to(speed)
        seen: list[tuple[int, float]] = []
        while len(seen) < 8 or len({frame for frame, _ in seen}) < 2:
            seen.append(_shown(desk))
            assert seen[-1][1] == pytest.approx(20 + SPEED * seen[-1][0], abs=SPEED * 0.75), speed
            assert len(seen) < 100, speed
    stopped = stop_on_exact_frame()
    assert stopped == int(desk.data("frame")) <= 59
    frame, left = _shown(desk)
    assert frame == stopped
    assert left == pytest.approx(20 + SPEED * frame, abs=SPEED / 2)
    keyboard.press("Shift+i")
    expect(desk.root.get_by_role("button", name="Loop 0–59")).to_be_hidden()

    # A range chosen on the timeline: steps stay inside as well, until the mark is pressed.
    keyboard.down("Shift")
    line.drag(line.ruler(70.5), line.ruler(89.5))
    keyboard.up("Shift")
    desk.wait("range", lambda value: value == "70-89")
    turn_to("1")
    goes_round("Shift+i", 70, 89)
    assert 70 <= stop_on_exact_frame() <= 89
    for key, edge in (("PageDown", 89), ("PageUp", 70)):
        for _ in range(3):
            keyboard.press(key)
        desk.wait_exact(edge)
    desk.root.get_by_role("button", name="Loop 70–89").click()
    expect(desk.root.get_by_role("button", name="Loop 70–89")).to_be_hidden()

    # A segment, locked to it, until the key comes again or one goes elsewhere.
    keyboard.press("Semicolon")
    desk.wait_exact(95)
    goes_round("Shift+e", 95, 110)
    assert 95 <= stop_on_exact_frame("Shift+e") <= 110
    expect(desk.root.get_by_role("button", name="Loop 95–110")).to_be_hidden()
    keyboard.press("Shift+e")
    expect(desk.root.get_by_role("button", name="Loop 95–110")).to_be_visible()
    keyboard.press("Home")
    desk.wait_exact(0)
    expect(desk.root.get_by_role("button", name="Loop 95–110")).to_be_hidden()

    # The slowest and the fastest by the clock, of 30 frames a second.
    turn_to("0.1")
    desk.watch()
    keyboard.press("Space")
    until(lambda: _is_slow(desk), seconds=30, what="3 frames a second")
    stop_on_exact_frame()
    turn_to("4")
    until(lambda: _was_fast(desk), what="120 frames a second")
    assert desk.number() == 119

    # A decision while it plays ends it, and waits for the exact frame.
    keyboard.press("Home")
    desk.wait_exact(0)
    desk.click(35, 122)
    desk.wait("selected", lambda value: value == str(moving))
    keyboard.press("Space")
    desk.wait("playing", lambda value: value == "true")
    keyboard.press("a")
    desk.wait("playing", lambda value: value == "false")
    desk.wait("exact", lambda value: value == "true")
    desk.wait_saved()
    with store.reader(server.own) as db:
        assert tracks.get(db, moving).state == "accepted"

    # A film that does not come is said, and comes again once the server was away and is back.
    film, note = "**/proxy.mp4*", desk.root.locator(".transport-note")
    desk.page.route(film, lambda route: route.abort())
    desk.page.reload()
    expect(note).to_contain_text("the playing copy could not be loaded")
    desk.focus()
    keyboard.press("Space")
    desk.wait("playing", lambda value: value == "true")
    desk.wait("picture", lambda value: value == "exact")
    stop_on_exact_frame()
    desk.page.context.set_offline(True)
    desk.wait("server", lambda value: value == "away")
    desk.page.unroute(film)
    desk.page.context.set_offline(False)
    expect(note).to_have_text("", timeout=60_000)
    keyboard.press("Home")
    keyboard.press("Space")
    desk.wait("picture", lambda value: value == "video")
    stop_on_exact_frame()


def test_at_a_variable_rate_previews_are_marked_and_labels_keep_step(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("vfr.mp4"))
    moving = _moving(edit, video)
    server.start()
    desk = label(video)
    preview = Preview(server, desk, moving)
    before = preview.row()

    # The film shows the frame at once, marked; on it one may choose and decide, but change nothing.
    preview.go_to(50)
    assert clips.number(desk.pixels(0, 0, *SIZE)) == 50
    keep_screenshot(desk.page, "playing-preview")
    box = before.at(50).box
    desk.click(box.x + box.w / 2, box.y + 20)
    desk.wait("selected", lambda value: value == str(moving))
    desk.drag((box.x + 10, box.y + 20), (box.x + 40, box.y + 30))
    desk.page.keyboard.press("a")
    desk.page.wait_for_timeout(700)
    assert preview.row() == before
    preview.end(50)
    after = preview.row()
    assert after.state == "accepted"
    assert after.keyframes == before.keyframes, "a drag on a preview moves nothing"
    assert clips.number(desk.pixels(0, 0, *SIZE)) == 50

    # A rejection waits just so, and is not made when one goes on before the exact frame is there.
    preview.go_to(30)
    desk.page.keyboard.press("x")
    desk.page.wait_for_timeout(300)
    assert preview.row() == after
    preview.end(30)
    rejected = preview.row()
    assert rejected.state == "rejected"
    preview.go_to(42)
    desk.page.keyboard.press("a")
    desk.go_to(50)
    said = "Not done: you went on before the exact frame was there."
    expect(desk.root.locator(".toasts")).to_contain_text(said)
    preview.end(50)
    assert preview.row() == rejected
    desk.page.keyboard.press("a")
    desk.wait_saved()
    _plays_by_the_frame_times(desk, until)


def _plays_by_the_frame_times(desk: Any, until: Callable[..., Any]) -> None:
    """Slowly round and round: each frame stays as long as the file says, the last of ten six times
    as long as the others, and labels are those of the picture."""
    keyboard = desk.page.keyboard
    for _ in range(2):
        keyboard.press("BracketLeft")
    expect(desk.root.get_by_label("Speed")).to_have_value("0.25")
    keyboard.press("Home")
    desk.wait_exact(0)
    desk.watch()
    keyboard.press("Shift+i")
    desk.wait("playing", lambda value: value == "true")
    until(lambda: desk.watched()[-1][1] >= 11, what="a long frame")
    stays: dict[bool, list[float]] = {True: [], False: []}
    for (at, frame), (later, _) in itertools.pairwise(desk.watched()[1:]):
        stays[frame == 9].append(later - at)
    assert stays[True][0] > 3 * np.median(stays[False]), stays
    seen = [_shown(desk) for _ in range(6)]
    for frame, left in seen:
        assert left == pytest.approx(20 + SPEED * frame, abs=SPEED * 0.75), seen
    assert len({frame for frame, _ in seen}) > 1
    keyboard.press("Space")
    desk.wait("playing", lambda value: value == "false")
    stopped = int(desk.data("target"))
    desk.wait_exact(stopped)
    frame, left = _shown(desk)
    assert (frame, left) == (stopped, pytest.approx(20 + SPEED * stopped, abs=SPEED / 2))
