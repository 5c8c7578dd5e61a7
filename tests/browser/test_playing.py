"""Picture and labels belong together: while it plays, and while the exact frame is on its way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Route, expect

from core import db as store
from core import tracks
from tests import clips

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZE = (320, 240)
SPEED = 4
"""Pixels from frame to frame."""


def _shown(desk: Any) -> tuple[int, float]:
    """The frame's number in the picture, and the left side of the box; of one screenshot."""
    pixels = desk.pixels(0, 0, *SIZE)
    scale = pixels.shape[0] / SIZE[1]
    strip = pixels[round(110 * scale) : round(115 * scale)].astype(int)
    blue = np.flatnonzero((strip[..., 2] - strip[..., 0]).max(axis=0) > 60)
    return clips.number(pixels), float(blue[0] / scale)


def test_boxes_keep_step_with_the_picture_at_any_speed(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    make_proxy: Callable[[int], None],
    label: Callable[..., Any],
    edit: Callable[..., Any],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    make_proxy(video)
    # It passes between the cells whose middles are read.
    box = {"verb": "add", "class": 1, "frame": 0, "last": 59, "box": [20, 104, 30, 36]}
    moving = edit(video, box).tracks[0].id
    away = [20 + 59 * SPEED, 104, 30, 36]
    edit(video, {"verb": "fix", "id": moving, "frame": 59, "box": away})
    server.start()
    desk = label(video)
    keyboard = desk.page.keyboard
    desk.click(35, 122)
    desk.wait("selected", lambda value: value == str(moving))
    keyboard.press("Shift+i")
    desk.wait("playing", lambda value: value == "true")
    for speed, keys in (("0.1", "BracketLeft"), ("1", "BracketRight"), ("4", "BracketRight")):
        while desk.root.get_by_label("Speed").input_value() != speed:
            keyboard.press(keys)
        seen = [_shown(desk) for _ in range(8)]
        for frame, left in seen:
            assert left == pytest.approx(20 + SPEED * frame, abs=SPEED * 0.75), (speed, seen)
        assert len({frame for frame, _ in seen}) > 1, speed
    keyboard.press("Space")
    desk.wait("exact", lambda value: value == "true")
    frame, left = _shown(desk)
    assert frame == int(desk.data("frame"))
    assert left == pytest.approx(20 + SPEED * frame, abs=SPEED / 2)


def test_a_preview_is_marked_and_changes_wait_for_the_exact_frame(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    make_proxy: Callable[[int], None],
    label: Callable[..., Any],
    suggest: Callable[..., list[int]],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    make_proxy(video)
    (track,) = suggest(video, (0, 119, 0.9))
    server.start()
    desk = label(video)

    def saved() -> tracks.Track:
        with store.reader(server.own) as db:
            return tracks.get(db, track)

    before = saved()
    held: list[Route] = []
    desk.page.route("**/frames/*.jpg*", lambda route: held.append(route))
    desk.page.keyboard.press("g")
    desk.page.keyboard.type("90")
    desk.page.keyboard.press("Enter")
    desk.wait("picture", lambda value: value == "preview")
    assert desk.data("exact") == "false"
    notice = desk.root.get_by_text("Preview: the exact frame is coming")
    expect(notice).to_be_visible()
    assert clips.number(desk.pixels(0, 0, *SIZE)) == 90
    keep_screenshot(desk.page, "playing-preview")

    box = before.at(90).box
    desk.focus()
    desk.click(box.x + box.w / 2, box.y + 20)
    desk.wait("selected", lambda value: value == str(track))
    desk.drag((box.x + 10, box.y + 20), (box.x + 40, box.y + 30))
    desk.page.keyboard.press("a")
    desk.page.wait_for_timeout(700)
    assert saved() == before

    for route in held:
        route.continue_()
    desk.page.unroute("**/frames/*.jpg*")
    desk.wait_exact(90)
    expect(notice).to_be_hidden()
    desk.wait_saved()
    after = saved()
    assert after.state == "accepted"
    assert after.keyframes == before.keyframes, "a drag on a preview moves nothing"
    assert clips.number(desk.pixels(0, 0, *SIZE)) == 90
