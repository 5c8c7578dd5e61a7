"""Looking in the annotator: what is shown of the picture and its labels, and where."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import expect

from core import db as store
from core import tracks
from core.labels import Box
from tests import clips

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZE = (320, 240)


def _tracks(server: Any, video: int) -> list[tracks.Track]:
    with store.reader(server.own) as db:
        return tracks.window(db, video)


def _middle(box: Box) -> tuple[float, float]:
    return box.x + box.w / 2, box.y + box.h / 2


def _blue(pixels: npt.NDArray[np.uint8]) -> int:
    """How much more blue than red the bluest pixel is; the pictures of the clips are grey."""
    colours = pixels.astype(int)
    return int((colours[..., 2] - colours[..., 0]).max())


def _moving(edit: Callable[..., Any], video: int) -> tuple[int, int]:
    """One object that crosses the picture from frame 0 to 100, another that rests."""
    box = {"verb": "add", "class": 1, "frame": 0, "last": 119}
    moving = edit(video, {**box, "box": [20, 40, 40, 50]}).tracks[0].id
    edit(video, {"verb": "fix", "id": moving, "frame": 100, "box": [240, 140, 40, 50]})
    resting = edit(video, {**box, "box": [150, 20, 60, 40]}).tracks[0].id
    return moving, resting


def test_the_view_follows_dims_hides_and_shows_where_things_came_from(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    moving, resting = _moving(edit, video)
    server.start()
    desk = label(video)
    keyboard = desk.page.keyboard
    desk.click(40, 65)
    desk.wait("selected", lambda value: value == str(moving))

    # The camera lock: the object stays where it is on the stage, the zoom too.
    stage = desk.root.locator(".stage").bounding_box()
    keyboard.press("c")
    keyboard.press("Shift+c")
    scale = json.loads(desk.data("view"))["scale"]
    for frame in (30, 31, 90):
        desk.go_to(frame)
        place = next(t for t in _tracks(server, video) if t.id == moving).at(frame)
        middle = (stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2)
        until(
            lambda p=place.box, m=middle: np.allclose(desk.at(*_middle(p)), m, atol=1.5),
            what="the object in the middle",
        )
    assert json.loads(desk.data("view"))["scale"] == scale
    expect(desk.root.get_by_role("button", name="View follows the object")).to_be_visible()
    keyboard.press("0")
    expect(desk.root.get_by_role("button", name="View follows the object")).to_be_hidden()

    # Others: dimmed, then hidden, and what is hidden cannot be taken hold of.
    edge = (180, 20)
    desk.go_to(10)
    strong = desk.colour(*edge)
    keyboard.press("Shift+h")
    expect(desk.root.get_by_role("button", name="Others dimmed")).to_be_visible()
    faint = desk.colour(*edge)
    keyboard.press("Shift+h")
    expect(desk.root.get_by_role("button", name="Others hidden")).to_be_visible()
    bare = desk.colour(*edge)
    assert sum(map(abs, np.subtract(faint, bare))) < sum(map(abs, np.subtract(strong, bare)))
    assert desk.data("shown") == "1"
    keyboard.press("Shift+h")
    desk.wait("shown", lambda value: value == "2")

    # A trail in the colour of the object, where its middle was.
    desk.go_to(60)
    was = _middle(next(t for t in _tracks(server, video) if t.id == moving).at(46).box)
    before = _blue(desk.pixels(was[0] - 2, was[1] - 2, 4, 4))
    keyboard.press("Shift+l")
    expect(desk.root.get_by_role("button", name="Trail of the selected")).to_be_visible()
    assert before < 20
    assert _blue(desk.pixels(was[0] - 2, was[1] - 2, 4, 4)) > 50
    keep_screenshot(desk.page, "view-trail")
    for _ in range(2):
        keyboard.press("Shift+l")

    # Pan by keys: as far as they say, and the picture goes along.
    view = json.loads(desk.data("view"))
    keyboard.press("Shift+End")
    keyboard.press("Shift+PageDown")
    moved = {**view, "x": view["x"] - 60, "y": view["y"] - 60}
    until(lambda: json.loads(desk.data("view")) == moved, what="the picture moved")
    keyboard.press("0")

    # One object after the other: Enter decides and goes on.
    desk.go_to(10)
    keyboard.press("Escape")
    keyboard.press("Shift+o")
    expect(desk.root.get_by_text("Object 1 of 2")).to_be_visible()
    desk.wait("selected", lambda value: value == str(moving))
    until(lambda: json.loads(desk.data("view"))["scale"] > view["scale"], what="a zoom")
    keyboard.press("Enter")
    desk.wait("selected", lambda value: value == str(resting))
    keyboard.press("x")
    expect(desk.root.get_by_text("That was the last object.")).to_be_visible()
    desk.wait_saved()
    assert [track.state for track in _tracks(server, video)] == ["accepted", "rejected"]
    until(lambda: json.loads(desk.data("view")) == view, what="the whole picture")


def test_the_tone_of_the_picture_is_marked_kept_and_reset(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    server.start()
    desk = label(video)
    keyboard = desk.page.keyboard
    spot = (40, 30)
    usual = desk.colour(*spot)
    assert usual[0] < 60
    keyboard.press("Shift+b")
    panel = desk.root.get_by_role("region", name="Picture and trails")
    panel.get_by_label("Gamma").fill("2")
    brighter = desk.colour(*spot)
    assert brighter[0] == pytest.approx(255 * (usual[0] / 255) ** 0.5, abs=6)
    panel.get_by_label("Brightness").fill("1.5")
    assert desk.colour(*spot)[0] == pytest.approx(1.5 * brighter[0], abs=8)
    keep_screenshot(desk.page, "view-tone")
    keyboard.press("Escape")
    expect(panel).to_be_hidden()
    desk.page.reload()
    desk = type(desk)(desk.page)
    mark = desk.root.get_by_role("button", name="Picture adjusted")
    expect(mark).to_be_visible()
    until(lambda: abs(desk.colour(*spot)[0] - 1.5 * brighter[0]) < 9, what="the kept tone")
    mark.click()
    desk.root.get_by_role("button", name="Reset the picture").click()
    expect(mark).to_be_hidden()
    assert desk.colour(*spot) == usual


SHAPES = {
    "rot90.mp4": 1,
    "rot180.mp4": 1,
    "rot270.mp4": 1,
    "sar.mp4": 2,
    "sar_rot90.mp4": 0.5,
}
"""How much wider than tall a pixel of each clip is shown."""


def test_what_is_pointed_at_is_the_pixel_at_any_zoom(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
) -> None:
    videos = {name: add_clip(clip(name)) for name in SHAPES}
    server.start()
    for name, shape in SHAPES.items():
        desk = label(videos[name])
        for turn, zoom in enumerate((0, 4, 10)):
            _point_and_draw(desk, zoom, shape)
            drawn = _tracks(server, videos[name])[turn].keyframes[0].box
            step = 1 / json.loads(desk.data("view"))["scale"]
            for got, wanted in zip(drawn.values(), (150.5, 112.25, 26, 21), strict=True):
                assert got == pytest.approx(wanted, abs=step + 0.01), name
            desk.page.keyboard.press("Escape")
        desk.page.close()


def _point_and_draw(desk: Any, zoom: int, shape: float) -> None:
    """The pixels around a corner of four cells are those of the picture; a box is drawn there."""
    frame = 21
    desk.go_to(frame)
    truth = clips.picture(frame, *SIZE)
    desk.page.keyboard.press("0")
    desk.page.mouse.move(*desk.at(170, 130))
    for _ in range(zoom):
        desk.page.mouse.wheel(0, -100)
    desk.page.wait_for_timeout(200)
    assert json.loads(desk.data("view"))["sar"] == shape
    for x, y in ((156, 116), (164, 116), (156, 124), (164, 124)):
        assert abs(desk.colour(x, y)[0] - int(truth[y, x, 0])) < 30
    desk.page.keyboard.press("n")
    desk.drag((150.5, 112.25), (176.5, 133.25))
    desk.wait_saved()
