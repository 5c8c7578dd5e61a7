"""Looking in the annotator: the view follows, dims, hides, zooms and adjusts; rows and pixels."""

from __future__ import annotations

import json
import math
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
from tests.browser.hand import far
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZE = (320, 240)
BLUE, GREEN, AMBER, VIOLET = (90, 169, 255), (62, 207, 142), (245, 184, 75), (181, 140, 255)
"""The colours of the first tracks, in their order."""


def _tracks(server: Any, video: int) -> list[tracks.Track]:
    with store.reader(server.own) as db:
        return tracks.window(db, video)


def _rows(server: Any, video: int) -> tuple[list[tracks.Track], int]:
    """The tracks of a video, and how many changes were ever made."""
    with store.reader(server.own) as db:
        changes = db.execute("SELECT count(*) FROM edits").fetchone()[0]
        return tracks.window(db, video), changes


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
    suggest: Callable[..., list[int]],
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
    middle = np.array((stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2))

    def held_at(frame: int, point: npt.NDArray[np.float64]) -> None:
        """Until the object of this frame lies at a point of the page, and is painted there."""
        box = next(t for t in _tracks(server, video) if t.id == moving).at(frame).box
        desk.go_to(frame)
        until(
            lambda: np.allclose(desk.at(*_middle(box)), point, atol=1.5),
            what=f"the object of frame {frame} in its place",
        )
        until(lambda: desk.painted(BLUE, box.values()), what="its box there")

    for frame in (30, 31, 90):
        held_at(frame, middle)
    # Where the hand puts it, there it stays.
    keyboard.press("Shift+End")
    keyboard.press("Shift+PageDown")
    for frame in (89, 40):
        held_at(frame, middle - 60)
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
    for spot, track in (((205, 55), resting), ((62, 75), moving)):
        desk.click(*spot)
        desk.wait("selected", lambda value, track=track: value == str(track))
    keyboard.press("Shift+h")
    expect(desk.root.get_by_role("button", name="Others hidden")).to_be_visible()
    bare = desk.colour(*edge)
    assert sum(map(abs, np.subtract(faint, bare))) < sum(map(abs, np.subtract(strong, bare)))
    desk.wait("shown", lambda value: value == "1")
    desk.click(205, 55)
    desk.wait("selected", lambda value: value == "")
    desk.click(62, 75)
    desk.wait("selected", lambda value: value == str(moving))
    desk.wait("shown", lambda value: value == "1")
    keyboard.press("Shift+h")
    desk.wait("shown", lambda value: value == "2")

    # A trail in the colour of the object, where its middle was.
    desk.go_to(60)
    was = _middle(next(t for t in _tracks(server, video) if t.id == moving).at(46).box)

    def trail() -> bool:
        return _blue(desk.pixels(was[0] - 2, was[1] - 2, 4, 4)) > 50

    assert _blue(desk.pixels(was[0] - 2, was[1] - 2, 4, 4)) < 20
    keyboard.press("Shift+l")
    expect(desk.root.get_by_role("button", name="Trail of the selected")).to_be_visible()
    until(trail, what="the trail of the selected one")
    keep_screenshot(desk.page, "view-trail")
    desk.click(205, 55)
    desk.wait("selected", lambda value: value == str(resting))
    until(lambda: not trail(), what="no trail of another")
    keyboard.press("Shift+l")
    expect(desk.root.get_by_role("button", name="Trails of all")).to_be_visible()
    until(trail, what="the trail of one that is not selected")
    keyboard.press("Shift+l")
    until(lambda: not trail(), what="no trail")

    # Names on and off: the tag above the box.
    scale = json.loads(desk.data("view"))["scale"]
    tag = (150 + 2 / scale, 20 - 10 / scale)
    named = [far(desk.colour(*tag), GREEN) < 40]
    for _ in range(2):
        keyboard.press("l")
        named.append(far(desk.colour(*tag), GREEN) < 40)
    assert named == [True, False, True]

    # Pan by keys: as far as they say, and the picture goes along.
    view = json.loads(desk.data("view"))
    keyboard.press("Shift+End")
    keyboard.press("Shift+PageDown")
    moved = {**view, "x": view["x"] - 60, "y": view["y"] - 60}
    until(lambda: json.loads(desk.data("view")) == moved, what="the picture moved")
    keyboard.press("0")
    until(lambda: json.loads(desk.data("view")) == view, what="the whole picture")
    corners = [desk.at(0, 0), desk.at(*SIZE)]
    assert all(stage["x"] < x < stage["x"] + stage["width"] for x, _ in corners)
    assert all(stage["y"] < y < stage["y"] + stage["height"] for _, y in corners)

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
    keyboard.press("Escape")
    _go_round_the_video(server, video, desk, until, keep_screenshot, suggest)
    desk.go_to(10)
    keyboard.press("Escape")
    _adjust_the_tone(server, video, desk, until, keep_screenshot)


def _go_round_the_video(
    server: Any,
    video: int,
    desk: Any,
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
    suggest: Callable[..., list[int]],
) -> None:
    """All objects of the video in turn, then those that nobody has decided on yet."""
    moving, _, early, late = suggest(video, (30, 50, 0.9), (70, 90, 0.4))
    desk.wait("tracks", lambda value: value == "4")
    keyboard, hint = desk.page.keyboard, desk.root.locator(".hint")
    whole = json.loads(desk.data("view"))
    stage = desk.root.locator(".stage").bounding_box()
    middle = (stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2)
    colours = {moving: BLUE, early: AMBER, late: VIOLET}

    def zoomed_to(track: int, frame: int, said: str) -> None:
        """The object is selected, its box painted in the middle of the stage, filling it."""
        expect(hint).to_contain_text(said)
        desk.wait("selected", lambda value: value == str(track))
        desk.wait_exact(frame)
        box = next(one for one in _tracks(server, video) if one.id == track).at(frame).box
        until(
            lambda: np.allclose(desk.at(*_middle(box)), middle, atol=1.5),
            what=f"track {track} in the middle",
        )
        fills = min(stage["width"] / box.w, stage["height"] / box.h) / 1.6
        assert json.loads(desk.data("view"))["scale"] == pytest.approx(min(fills, 12), rel=0.01)
        until(lambda: desk.painted(colours[track], box.values()), what="its box")

    def press_chip(name: str) -> None:
        hint.get_by_role("button", name=name).click()

    desk.go_to(10)
    keyboard.press("Shift+o")
    zoomed_to(moving, 10, "Object 1 of 1")
    press_chip("Whole video")
    zoomed_to(moving, 10, "Object 1 of 3")
    keyboard.press("Tab")
    zoomed_to(early, 30, "Object 2 of 3")
    keyboard.press("Tab")
    zoomed_to(late, 70, "Object 3 of 3")
    keep_screenshot(desk.page, "view-round")
    said = "Went on from the other end of the objects."
    keyboard.press("Tab")
    expect(desk.root.locator(".toasts")).to_contain_text(said)
    zoomed_to(moving, 70, "Object 1 of 3")
    keyboard.press("Shift+Tab")
    zoomed_to(late, 70, "Object 3 of 3")
    press_chip("Undecided only")
    zoomed_to(late, 70, "Object 2 of 2")
    keyboard.press("Tab")
    zoomed_to(early, 30, "Object 1 of 2")
    keyboard.press("a")
    zoomed_to(late, 70, "Object 2 of 2")
    keyboard.press("x")
    expect(desk.root.get_by_text("That was the last object.")).to_be_visible()
    until(lambda: json.loads(desk.data("view")) == whole, what="the whole picture")
    desk.wait_saved()
    states = {track.id: track.state for track in _tracks(server, video)}
    assert (states[early], states[late]) == ("accepted", "rejected")
    keyboard.press("Shift+o")
    expect(desk.root.get_by_text("There is no such object in this video.")).to_be_visible()
    expect(hint).to_be_hidden()


def _adjust_the_tone(
    server: Any,
    video: int,
    desk: Any,
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    """The picture as it is shown changes by the sliders; labels and rows do not."""
    before = _rows(server, video)
    box = _tracks(server, video)[0].at(10).box
    keyboard = desk.page.keyboard
    spot = (20, 20)
    usual = desk.colour(*spot)
    assert usual[0] < 60
    keyboard.press("Shift+b")
    panel = desk.root.get_by_role("region", name="Picture and trails")
    panel.get_by_label("Gamma").fill("2")
    brighter = desk.colour(*spot)
    assert brighter[0] == pytest.approx(255 * (usual[0] / 255) ** 0.5, abs=6)
    panel.get_by_label("Contrast").fill("1.4")
    flatter = 255 * ((brighter[0] / 255 - 0.5) * 1.4 + 0.5)
    assert desk.colour(*spot)[0] == pytest.approx(flatter, abs=6)
    panel.get_by_label("Brightness").fill("1.5")
    adjusted = desk.colour(*spot)
    assert adjusted[0] == pytest.approx(1.5 * flatter, abs=8)
    assert desk.painted(BLUE, box.values())
    keep_screenshot(desk.page, "view-tone")
    keyboard.press("Escape")
    expect(panel).to_be_hidden()
    desk.page.reload()
    desk = type(desk)(desk.page)
    mark = desk.root.get_by_role("button", name="Picture adjusted")
    expect(mark).to_be_visible()
    until(lambda: desk.colour(*spot) == adjusted, what="the kept tone")
    mark.click()
    desk.root.get_by_role("button", name="Reset the picture").click()
    expect(mark).to_be_hidden()
    assert desk.colour(*spot) == usual
    assert _rows(server, video) == before


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
        for turn, zoom in enumerate((_by_wheel(0), _by_keys, _by_wheel(10))):
            _point_and_draw(desk, zoom, shape)
            drawn = _tracks(server, videos[name])[turn].keyframes[0].box
            step = 1 / json.loads(desk.data("view"))["scale"]
            for got, wanted in zip(drawn.values(), (150.5, 112.25, 26, 21), strict=True):
                assert got == pytest.approx(wanted, abs=step + 0.01), name
            desk.page.keyboard.press("Escape")
        desk.page.close()


def _by_wheel(turns: int) -> Callable[[Any], tuple[npt.NDArray[np.float64], float]]:
    def zoom(desk: Any) -> tuple[npt.NDArray[np.float64], float]:
        pointer = np.array(desk.at(170, 130)).round()  # the wheel tells whole pixels
        desk.page.mouse.move(*pointer)
        for _ in range(turns):
            desk.page.mouse.wheel(0, -100)
        return pointer, math.exp(0.16 * turns)

    return zoom


def _by_keys(desk: Any) -> tuple[npt.NDArray[np.float64], float]:
    for key in ("Equal", "+", "NumpadAdd", "Equal", "Minus", "NumpadSubtract", "Equal"):
        desk.page.keyboard.press(key)
    stage = desk.root.locator(".stage").bounding_box()
    middle = (stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2)
    return np.array(middle), 1.25**5 * 0.8**2


def _point_and_draw(
    desk: Any, zoom: Callable[[Any], tuple[npt.NDArray[np.float64], float]], shape: float
) -> None:
    """The pixels around a corner of four cells are those of the picture; a box is drawn there.

    :param zoom: zooms, and tells which point of the page stays and by what factor.
    """
    frame = 21
    desk.go_to(frame)
    truth = clips.picture(frame, *SIZE)
    desk.page.keyboard.press("0")
    pointed, scale = np.array(desk.at(170, 130)), json.loads(desk.data("view"))["scale"]
    about, factor = zoom(desk)
    zoomed = pytest.approx(scale * factor)
    wait_until(lambda: json.loads(desk.data("view"))["scale"] == zoomed, what="the zoom")
    stays = about + (pointed - about) * factor
    assert desk.at(170, 130) == pytest.approx(tuple(stays), abs=0.1)
    assert json.loads(desk.data("view"))["sar"] == shape
    for x, y in ((156, 116), (164, 116), (156, 124), (164, 124)):
        assert abs(desk.colour(x, y)[0] - int(truth[y, x, 0])) < 30
    desk.page.keyboard.press("n")
    desk.drag((150.5, 112.25), (176.5, 133.25))
    desk.wait_saved()
