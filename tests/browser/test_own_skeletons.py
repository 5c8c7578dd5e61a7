"""Poses of a skeleton of one's own in the annotator: rows and pixels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from core import db as store
from core import skeleton_changes, tracks

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOX = {"verb": "add", "class": 1, "frame": 0, "last": 100, "box": [220, 40, 60, 80]}
FIRST_COLOUR = (90, 169, 255)
HOLLOW = (16, 20, 26)
KITE = {
    "joints": ["top", "left_side", "right_side", "tail"],
    "bones": [[0, 1], [0, 2], [1, 3], [2, 3]],
}


def _shows(desk: Any, x: float, y: float, colour: tuple[int, ...], around: float = 1) -> bool:
    """Whether a colour is painted near a point of the frame."""
    seen = desk.pixels(x - around, y - around, 2 * around, 2 * around).reshape(-1, 3).astype(int)
    return bool((np.abs(seen - colour).max(axis=1) < 40).any())


def test_a_pose_of_a_skeleton_of_ones_own_is_painted_and_moved(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    who = {"batch": "k", "person": "Ana"}
    store.write(server.own, lambda db: skeleton_changes.add(db, **who, name="kite", **KITE))
    pose = [[160, 60, 1, 2], [120, 100, 1, 1], [200, 100, 1, 2], [160, 180, 1, 2]]
    kite = {"box": [110, 50, 100, 140], "joints": pose, "skeleton": "kite"}
    (made,) = edit(video, {**BOX, **kite}).tracks
    server.start()
    desk = label(video)
    page, keyboard = desk.page, desk.page.keyboard

    def place() -> Any:
        with store.reader(server.own) as db:
            found = tracks.get(db, made.id).at(0)
        assert found is not None
        return found

    def joints() -> np.ndarray[Any, Any]:
        return np.array([joint.values() for joint in place().joints])

    # Three joints are filled, the occluded one is hollow, and each bone is a line.
    desk.click(160, 130)
    desk.wait("selected", lambda value: value == str(made.id))
    for x, y, _, visibility in pose:
        until(lambda x=x, y=y: _shows(desk, x, y, FIRST_COLOUR, 2), what="a joint or its edge")
        assert _shows(desk, x, y, HOLLOW, 0.4) == (visibility == 1)
    for a, b in KITE["bones"]:
        middle = ((pose[a][0] + pose[b][0]) / 2, (pose[a][1] + pose[b][1]) / 2)
        assert _shows(desk, *middle, FIRST_COLOUR)
    assert not _shows(desk, 160, 100, FIRST_COLOUR)
    keep_screenshot(page, "pose-kite")

    # A joint is dragged, the box goes with it; the hollow one is seen again by a key.
    desk.drag((160, 180), (180, 200))
    desk.wait_saved()
    assert np.allclose(joints()[3][:2], (180, 200), atol=0.6)
    assert place().box.values() == pytest.approx((110, 50, 100, 160), abs=0.7)
    until(lambda: _shows(desk, 180, 200, FIRST_COLOUR), what="the joint where it is now")
    assert not _shows(desk, 160, 180, FIRST_COLOUR)
    page.mouse.move(*desk.at(5, 5))
    detail = desk.root.locator(".inspector-detail").first
    keyboard.press("j")
    expect(detail).to_contain_text("top · visible")
    keyboard.press("j")
    expect(detail).to_contain_text("left side · occluded")
    for visibility in (0, 2):
        keyboard.press("v")
        desk.wait_saved()
        assert joints()[1][3] == visibility
    until(lambda: _shows(desk, 120, 100, FIRST_COLOUR, 0.4), what="the joint filled")

    # All of it is taken back, also what is painted.
    for _ in range(3):
        keyboard.press("Control+z")
        desk.wait_saved()
    assert np.allclose(joints(), pose, atol=1e-3)
    until(lambda: _shows(desk, 160, 180, FIRST_COLOUR), what="the joint where it was")
    until(lambda: _shows(desk, 120, 100, HOLLOW, 0.4), what="the hollow joint")
