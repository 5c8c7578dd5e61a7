"""What is painted on the frames around after each correction of tracks and poses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core import db as store
from core import tracks
from core.workspace import ROOT
from tests.browser.driver import Annotator, wait_until
from tests.browser.hand import far

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CANVAS = ROOT / "components" / "annotator" / "assets" / "canvas.js"
Colour = tuple[int, int, int]
STILL, MOVING, AGAINST = (20, 20), (20, 130), (220, 130)
SIDE = (60, 80)
MEETING = 39
"""Where the two that move begin to overlap."""


def _palette() -> list[Colour]:
    """The colours of tracks in turn, by their numbers."""
    (listed,) = re.findall(r"PALETTE = \[(.*?)\]", CANVAS.read_text("utf-8"), re.DOTALL)
    return [
        (int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16))
        for code in re.findall(r"#([0-9a-f]{6})", listed)
    ]


class Wall:
    """An annotator of which each look compares the picture with what should be painted."""

    def __init__(self, server: Any, video: int, desk: Annotator) -> None:
        self.server, self.video, self.desk = server, video, desk
        self.keys = desk.page.keyboard
        self.colours = _palette()

    def get(self, identity: int) -> tracks.Track:
        with store.reader(self.server.own) as db:
            return tracks.get(db, identity)

    def newest(self) -> int:
        with store.reader(self.server.own) as db:
            return max(track.id for track in tracks.window(db, self.video))

    def take(self, identity: int, frame: int) -> None:
        self.desk.go_to(frame)
        self.keys.press("Escape")
        place = self.get(identity).at(frame)
        assert place is not None
        self.desk.click(place.box.x + place.box.w / 2, place.box.y + place.box.h - 10)
        self.desk.wait("selected", lambda value: value == str(identity))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys.press(key)
            self.desk.wait_saved()

    def choose(self, identity: int) -> None:
        """In the numbered legend, by its digit."""
        legend = self.desk.root.locator(".legend")
        expect(legend).to_be_visible()
        rows = [row.get_attribute("data-track") for row in legend.get_by_role("option").all()]
        self.keys.press(str(rows.index(str(identity)) + 1))

    def undo(self, steps: int = 1) -> None:
        self.press(*["Control+z"] * steps)

    def look(self, frame: int, *wanted: tuple[int | None, Sequence[float]]) -> None:
        """Go to a frame: a box is painted in the colour of its track, or (None) no box is there.

        A box is given by its left upper corner, or by all four numbers.
        """
        self.desk.go_to(frame)
        self.keys.press("Escape")
        for identity, corner in wanted:
            box = corner if len(corner) == 4 else (*corner, *SIDE)
            wait_until(
                lambda identity=identity, box=box: self._agrees(identity, box),
                what=f"track {identity} at {tuple(box)} on frame {frame}",
            )

    def _agrees(self, identity: int | None, box: Sequence[float]) -> bool:
        if identity is not None:
            return self.desk.painted(self.colours[identity % len(self.colours)], box)
        return not any(self.desk.painted(colour, box) for colour in self.colours[1:5])


@pytest.fixture
def wall(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
) -> tuple[Wall, int, int, int]:
    """Three tracks of all frames: one stands still, two pass each other."""
    video = add_clip(clip("cfr.mp4"))
    made = []
    for corner, end in ((STILL, 20), (MOVING, 220), (AGAINST, 20)):
        new = {"verb": "add", "class": 1, "frame": 0, "last": 110, "box": [*corner, *SIDE]}
        track = edit(video, new).tracks[0].id
        if end != corner[0]:
            edit(
                video,
                {"verb": "fix", "id": track, "frame": 100, "box": [end, corner[1], *SIDE]},
            )
        made.append(track)
    server.start()
    return Wall(server, video, label(video)), made[0], made[1], made[2]


def test_who_is_who_is_painted_on_the_frames_around(
    wall: tuple[Wall, int, int, int],
    edit: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    at, still, moving, against = wall
    desk = at.desk

    at.take(still, 30)
    at.press("s")
    late = at.newest()
    assert (at.get(still).last, at.get(late).first) == (29, 30)
    at.look(29, (still, STILL))
    at.look(60, (late, STILL))
    at.take(late, 60)
    at.keys.press("Shift+s")
    desk.root.locator(".legend").get_by_role("option").filter(has_text="0–29").click()
    desk.wait_saved()
    assert at.get(still).deleted
    at.look(10, (late, STILL))
    at.undo(2)
    at.look(60, (still, STILL))

    # To the next crossing; then swapped up to there. The legend numbers whom to swap with.
    desk.go_to(0)
    at.keys.press("Escape")
    at.keys.press("Quote")
    desk.wait_exact(MEETING)
    at.take(moving, 10)
    at.keys.press("w")
    at.choose(against)
    dialog = desk.page.get_by_role("dialog", name="Swap person")
    dialog.get_by_role("button", name="next crossing").click()
    desk.wait_saved()
    at.look(9, (moving, (38, 130)), (against, (202, 130)))
    at.look(15, (against, (50, 130)), (moving, (190, 130)))
    at.look(90, (moving, (200, 130)), (against, (40, 130)))
    at.undo()
    at.look(15, (moving, (50, 130)), (against, (190, 130)))

    # Held key and digit: from the frame shown on it is somebody else. One may step meanwhile, and
    # the numbers go along with the objects.
    at.take(moving, 78)
    at.keys.down("Backquote")
    legend = desk.root.locator(".legend")
    expect(legend).to_contain_text("From frame 78 on, person 2 is:")
    for _ in range(2):
        at.keys.press("ArrowRight")
    desk.wait_exact(80)
    expect(legend).to_contain_text("From frame 80 on, person 2 is:")
    scale = json.loads(desk.data("view") or "{}")["scale"]
    disc = desk.colour(60 + SIDE[0] / 2 - 12 / scale, AGAINST[1] + 40 / scale)
    assert far(disc, at.colours[against % len(at.colours)]) < 24
    keep_screenshot(desk.page, "legend-stepped")
    at.choose(against)
    at.keys.up("Backquote")
    desk.wait_saved()
    at.look(79, (moving, (178, 130)), (against, (62, 130)))
    at.look(100, (against, (220, 130)), (moving, (20, 130)))

    # With more than nine to choose from the arrows reach the others, also with the list in focus.
    for index in range(9):
        new = {"verb": "add", "class": 1, "frame": 0, "last": 110}
        edit(at.video, {**new, "box": [10 + 32 * index, 216, 24, 20]})
    desk.wait("shown", lambda value: value == "12")
    at.take(still, 50)
    desk.root.get_by_role("listbox", name="Tracks", exact=True).focus()
    at.keys.down("Backquote")
    eleventh = legend.get_by_role("option").nth(10)
    for _ in range(11):
        at.keys.press("ArrowDown")
    expect(eleventh).to_be_focused()
    expect(eleventh).to_be_in_viewport()
    assert desk.data("selected") == str(still)
    keep_screenshot(desk.page, "legend-eleventh")
    other = int(eleventh.get_attribute("data-track") or 0)
    at.keys.press("Enter")
    at.keys.up("Backquote")
    desk.wait_saved()
    desk.wait("selected", lambda value: value == str(other))
    at.look(49, (still, STILL))
    at.look(100, (other, STILL))


def test_along_its_time_a_track_is_painted_where_it_is_and_nowhere_else(
    wall: tuple[Wall, int, int, int],
) -> None:
    at, still, moving, _ = wall
    desk = at.desk

    at.take(still, 60)
    at.press("Shift+q")
    at.look(59, (still, STILL))
    at.look(60, (None, STILL))
    at.look(100, (None, STILL))
    at.take(still, 50)
    desk.go_to(80)
    at.press("Shift+q")
    at.look(79, (None, STILL))
    at.look(80, (still, STILL))
    at.undo(2)
    at.take(still, 60)
    at.press("Shift+BracketRight")
    at.look(60, (still, STILL))
    at.look(61, (None, STILL))
    at.undo()

    # A keyframe that is dragged away, moved in time, removed; one without a change of place.
    at.take(moving, 30)
    desk.drag((110, 200), (110, 170))
    desk.wait_saved()
    at.look(30, (moving, (80, 100)), (None, (80, 145)))
    at.take(moving, 30)
    at.press("Shift+Period", "Shift+Period")
    assert [k.frame for k in at.get(moving).keyframes] == [0, 32, 100]
    at.look(32, (moving, (80, 100)))
    at.take(moving, 32)
    at.press("Shift+k")
    assert [k.frame for k in at.get(moving).keyframes] == [0, 100]
    at.look(32, (moving, (84, 130)))
    at.take(moving, 20)
    at.press("k")
    assert [k.frame for k in at.get(moving).keyframes] == [0, 20, 100]
    at.look(20, (moving, (60, 130)))

    # The position here on the ten frames after it.
    at.take(moving, 30)
    at.keys.press("Shift+g")
    expect(desk.page.get_by_role("dialog", name="Copy forward")).to_be_visible()
    at.keys.type("10")
    at.press("Enter")
    at.look(38, (moving, (80, 130)), (None, (96, 130)))
    at.look(41, (moving, (102, 130)))
    at.undo()

    for name, there, gone in (
        ("This frame", 31, 30),
        ("Between keyframes", 20, 80),
        ("From here on", 29, 100),
        ("Whole track", None, 10),
    ):
        at.take(moving, 30)
        at.keys.press("Delete")
        desk.page.get_by_role("dialog", name="Delete").get_by_role("button", name=name).click()
        desk.wait_saved()
        at.look(gone, (None, (20 + 2 * gone, 130)))
        if there is not None:
            at.look(there, (moving, (20 + 2 * there, 130)))
        at.undo()
