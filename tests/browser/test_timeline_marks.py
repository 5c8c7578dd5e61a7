"""What the timeline tells of tracks by its marks, and of scores: every one looked for in pixels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import expect

from core import db as store
from core import tracks
from tests.browser.hand import ROW, Hand, far
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _track(server: Any, identity: int) -> tracks.Track:
    with store.reader(server.own) as db:
        return tracks.get(db, identity)


def _choose_range(line: Hand, first: int, last: int) -> None:
    line.page.keyboard.down("Shift")
    line.drag(line.ruler(first + 0.5), line.ruler(last + 0.5))
    line.page.keyboard.up("Shift")
    line.desk.wait("range", lambda value: value == f"{first}-{last}")


class Bar:
    """The row of one track as it is painted now; rows of pixels count from its middle."""

    def __init__(self, line: Hand, track: int) -> None:
        self.left, self.wide = line.x(0), line.view["perFrame"]
        top = line.y(track) - ROW / 2
        self.image = line.pixels(self.left, top, 120 * self.wide, ROW).astype(int)
        self.ground = self.image[2, int(115.5 * self.wide)]
        self.bad = line.theme("--bad")

    def column(self, frame: float) -> int:
        return round(self.left + frame * self.wide) - round(self.left)

    def at(self, frame: float, dy: int = 0) -> npt.NDArray[np.int_]:
        found: npt.NDArray[np.int_] = self.image[ROW // 2 + dy, self.column(frame)]
        return found

    def along(self, first: float, last: float, dy: int = 0) -> npt.NDArray[np.int_]:
        """How much each pixel of a stretch differs from the empty ground."""
        line = self.image[ROW // 2 + dy, self.column(first) : self.column(last)]
        return np.abs(line - self.ground).max(1)

    def changes(self, first: float, last: float, dy: int = 0) -> int:
        """How often a stretch turns from light to dark or back: 0 for a plain one."""
        strength = self.along(first, last, dy)
        strong = strength > (strength.min() + strength.max()) / 2
        return int(np.count_nonzero(np.diff(strong))) if np.ptp(strength) > 12 else 0

    def crossed(self, first: float, last: float) -> bool:
        """Whether there is something in the colour of what was rejected below the bar."""
        below = self.image[ROW // 2 + 7 : ROW // 2 + 11, self.column(first) : self.column(last)]
        return min(far(pixel, self.bad) for pixel in below.reshape(-1, 3)) < 60


def test_every_mark_is_told_apart_and_the_confidence_redraws_them(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    suggest: Callable[..., list[int]],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    strong, weak = suggest(video, (0, 109, 0.9), (0, 99, 0.3))
    server.start()
    desk = label(video, scheme="dark")
    line = hand(desk)
    line.wait_lane("score")
    line.rows.get_by_role("option").nth(1).wait_for(state="attached")
    _confidence(desk, line, strong, weak, until, keep_screenshot)
    _parts(server, desk, line, strong, until)
    _marks(server, desk, line, strong, weak, until, keep_screenshot)


def _confidence(
    desk: Any,
    line: Hand,
    strong: int,
    weak: int,
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    """A level of confidence redraws rows, curve and picture; what is selected stays."""
    desk.go_to(110)
    desk.go_to(60)
    desk.wait("shown", lambda value: value == "2")
    slider = line.root.get_by_role("slider", name="Hide suggestions with a lower score")
    accent, warn = line.theme("--accent"), line.theme("--warn")

    def lane() -> npt.NDArray[np.int_]:
        top, height = line.lane("score")
        return line.pixels(line.x(0), top, line.x(120) - line.x(0), height).astype(int)

    def height_of(colour: tuple[int, ...], frame: float) -> float | None:
        """Where a line of this colour crosses a frame, 0..1 as scores are; None for nowhere."""
        image = lane()
        column = int(frame * line.view["perFrame"])
        stretch = image[:, column : column + 8]
        like = np.abs(stretch - np.array(colour)).max(2).min(1)
        if like.min() > 60:
            return None
        return float(1 - (like.argmin() + 0.5 - 4) / (len(image) - 8))

    def box_of(number: int) -> npt.NDArray[np.int_]:
        """The left edge of a suggestion's box on frame 60."""
        left = 10 + 50 * number + 0.4 * 60
        return desk.pixels(left - 3, 60, 6, 40).astype(int)

    until(lambda: height_of(accent, 30) == pytest.approx(0.6, abs=0.07), what="the curve")
    assert height_of(accent, 105) == pytest.approx(0.9, abs=0.07)
    assert height_of(warn, 30) is None
    boxes, rows = [box_of(0), box_of(1)], line.order()
    assert rows == [strong, weak]
    until(lambda: Bar(line, weak).along(62, 90, -3).min() > 25, what="the weak one's bar")
    place = line.on(weak, 70.5)

    slider.fill("0.45")
    desk.wait("shown", lambda value: value == "1")
    until(lambda: line.order() == [strong], what="the rows without the weak one")
    until(lambda: height_of(warn, 30) is not None, what="the level across the curve")
    assert height_of(warn, 30) == pytest.approx(0.45, abs=0.07)
    assert height_of(accent, 30) == pytest.approx(0.9, abs=0.07)
    assert np.abs(box_of(0) - boxes[0]).max() < 12
    assert np.abs(box_of(1) - boxes[1]).max() > 60
    assert far(line.colour(place[0], place[1] - 3), line.theme("--panel")) < 12
    keep_screenshot(desk.page, "timeline-confidence-dark")

    # What is selected stays, and the curve is then its own.
    slider.fill("0")
    desk.wait("shown", lambda value: value == "2")
    until(lambda: line.order() == [strong, weak])
    desk.page.mouse.click(*line.on(weak, 60.5))
    desk.wait("selected", lambda value: value == str(weak))
    slider.fill("0.45")
    expect(line.root.get_by_role("status")).to_have_text("")
    until(lambda: height_of(accent, 30) == pytest.approx(0.3, abs=0.07), what="its own curve")
    assert line.order() == [strong, weak]
    assert height_of(accent, 105) is None
    assert np.abs(box_of(1) - boxes[1]).max() > 30  # there, and marked as selected
    assert desk.data("shown") == "2"
    slider.fill("0")
    desk.focus()


def _parts(server: Any, desk: Any, line: Hand, seen: int, until: Callable[..., Any]) -> None:
    """Parts of the selected track are decided, on the range of the timeline; said beforehand."""
    keyboard = desk.page.keyboard
    notice = desk.root.locator(".notice.on")
    desk.page.mouse.click(*line.on(seen, 95.5))
    desk.wait("selected", lambda value: value == str(seen))
    keyboard.press("Shift+Digit1")
    expect(desk.root.get_by_text("Select a range on the timeline first.")).to_be_visible()
    _choose_range(line, 10, 29)
    keys = "Shift+1 accepts, Shift+2 rejects them"
    expect(notice).to_have_text(f"Frames 10–29 of person {seen}: {keys}")
    keyboard.press("Shift+Digit1")
    desk.wait_saved()
    # Below the last row is empty ground, with no key held.
    below = line.y(line.order()[-1]) + 2 * ROW
    line.drag((line.x(50.5), below), (line.x(69.5), below))
    line.desk.wait("range", lambda value: value == "50-69")
    keyboard.press("ContextMenu")
    expect(desk.root.get_by_role("menuitem", name="Accept frames 50–69")).to_be_visible()
    desk.root.get_by_role("menuitem", name="Correct the track…").click()
    desk.root.get_by_role("menuitem", name="Reject frames 50–69").click()
    desk.wait_saved()
    decided = ((10, 29, "accept"), (50, 69, "reject"))
    assert (_track(server, seen).state, _track(server, seen).partial) == ("suggested", decided)
    expect(desk.root.locator(".inspector-detail").first).to_contain_text("rejected 50–69")
    keyboard.press("Control+z")
    desk.wait_saved()
    assert _track(server, seen).partial == decided[:1]
    until(lambda: not Bar(line, seen).crossed(52, 68), what="crosses that are gone")
    keyboard.press("Control+Shift+z")
    desk.wait_saved()
    assert _track(server, seen).partial == decided
    _choose_range(line, 0, 110)
    expect(notice).to_have_text(f"All frames of person {seen}: {keys}")
    keyboard.press("Escape")
    keyboard.press("Escape")
    desk.wait("range", lambda value: value is None)


def _marks(
    server: Any,
    desk: Any,
    line: Hand,
    seen: int,
    made: int,
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    """Keyframes, spans, gaps and verdicts, set by key and looked for in the pixels of the rows."""
    keyboard = desk.page.keyboard
    words = line.theme("--text")

    # A person's keyframe, occluded from here to there, absent from here to there: all by key.
    desk.page.mouse.click(*line.on(made, 20.5))
    desk.wait("selected", lambda value: value == str(made))
    desk.wait_exact(20)
    keyboard.press("k")
    for frame, key in ((40, "q"), (60, "q"), (75, "Shift+q"), (90, "Shift+q")):
        desk.go_to(frame)
        keyboard.press(key)
    desk.wait_saved()
    now = _track(server, made)
    placed = {k.frame: k for k in now.keyframes}
    assert [f for f, k in placed.items() if k.source == "human"] == [20, 40, 60, 75, 90]
    assert [bool(now.at(f).occluded) for f in (39, 40, 59, 60)] == [False, True, True, False]  # type: ignore[union-attr]
    assert [now.at(f) is None for f in (74, 75, 89, 90)] == [False, True, True, False]
    desk.go_to(110)
    keyboard.press("Escape")
    desk.wait("selected", lambda value: value == "")

    def look_at_made() -> None:
        bar = Bar(line, made)
        plain, hatched = bar.changes(32, 38, 3), bar.changes(46, 58, 3)
        assert plain == 0
        assert hatched > 8
        # Absent: a dashed line in the middle, nothing above it.
        assert bar.along(77, 88, -3).max() < 12
        assert bar.changes(77, 88, 0) + bar.changes(77, 88, -1) > 8
        assert bar.along(62, 73, -3).min() > 25
        # Diamonds of a person in the colour of words, a hollow one where it goes away.
        for frame in (20, 40, 60, 90):
            assert far(bar.at(frame + 0.5), words) < 40, frame
            assert far(bar.at(frame + 0.5, -3), words) < 90, frame
        assert far(bar.at(75.5), bar.ground) < 40
        edge = min(far(bar.at(75.5, dy), words) for dy in (-5, -4))
        assert edge < 120

    eventually(look_at_made)

    def look_at_seen() -> Bar:
        # Dots of the model in the track's colour, smaller than a diamond.
        bar = Bar(line, seen)
        first = _track(server, seen).keyframes[0]
        assert (first.frame, first.source) == (0, "model")
        assert far(bar.at(0.5), words) > 80
        assert far(bar.at(0.5), bar.at(30.5)) > 25
        assert far(bar.at(0.5, -4), bar.at(30.5, -4)) < 25

        # Verdicts on parts lie below the bar: a line, crosses; nothing where nothing was decided.
        under = {dy: bar.along(12, 28, dy) for dy in (8, 9)}
        assert min(under[8].min(), under[9].min()) > 60
        assert far(bar.at(20.5, 8), line.theme("--good")) < 12
        crossed = [bar.changes(61, 68, dy) for dy in (7, 8, 9, 10)]
        assert max(crossed) > 4
        assert bar.crossed(52, 68)
        assert max(bar.along(32, 44, dy).max() for dy in (7, 8, 9)) < 12
        return bar

    bar = eventually(look_at_seen)
    keep_screenshot(desk.page, "timeline-marks")

    # A decision over the whole: the edge is dashed until then, a rejected one is crossed out.
    assert bar.changes(2, 9, -5) > 2
    desk.page.mouse.click(*line.on(seen, 95.5))
    keyboard.press("x")
    desk.wait_saved()
    assert _track(server, seen).state == "rejected"
    keyboard.press("Escape")
    desk.go_to(110)
    until(lambda: Bar(line, seen).changes(2, 9, -5) == 0, what="an edge without gaps")

    def crossed_out() -> None:
        bar = Bar(line, seen)
        assert bar.along(32, 44).min() > bar.along(32, 44, 3).max() + 12

    eventually(crossed_out)
