"""Playing, looking and jumping in the annotator: what is shown, and where it leads."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import expect
from sqlite_utils import Database

from core import clock, content, track_rows, tracks, videos
from core import db as store
from core.labels import Box, Keyframe
from core.worker import Worker
from tests import clips

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZE = (320, 240)


def _tracks(server: Any, video: int) -> list[tracks.Track]:
    with store.reader(server.own) as db:
        return tracks.window(db, video)


def _make_proxy(server: Any, video: int) -> None:
    with store.reader(server.own) as db:
        path = server.own.media_path(videos.get(db, video).sha256, content.PROXY)
    worker = Worker(server.own, lambda name: pytest.fail(f"no model, and no {name}"))
    while not path.exists():
        assert worker.work_one()
    store.close_all()


def _middle(box: Box) -> tuple[float, float]:
    return box.x + box.w / 2, box.y + box.h / 2


def _blue(pixels: npt.NDArray[np.uint8]) -> int:
    """How much more blue than red the bluest pixel is; the pictures of the clips are grey."""
    colours = pixels.astype(int)
    return int((colours[..., 2] - colours[..., 0]).max())


def test_playing_keeps_to_the_loop_and_ends_on_the_exact_frame(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    _make_proxy(server, video)
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


@pytest.mark.parametrize(("name", "shape"), [("rot90.mp4", 1), ("sar.mp4", 2)])
def test_what_is_pointed_at_is_the_pixel_at_any_zoom(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    name: str,
    shape: float,
) -> None:
    video = add_clip(clip(name))
    server.start()
    desk = label(video)
    frame = 21
    desk.go_to(frame)
    truth = clips.picture(frame, *SIZE)
    for turn, zoom in enumerate((0, 4, 10)):
        desk.page.keyboard.press("0")
        desk.page.mouse.move(*desk.at(170, 130))
        for _ in range(zoom):
            desk.page.mouse.wheel(0, -100)
        desk.page.wait_for_timeout(200)
        view = json.loads(desk.data("view"))
        assert view["sar"] == shape
        # Cells of the picture meet at (160, 120): four spots around it name their pixel.
        for x, y in ((156, 116), (164, 116), (156, 124), (164, 124)):
            assert abs(desk.colour(x, y)[0] - int(truth[y, x, 0])) < 12
        desk.page.keyboard.press("n")
        desk.drag((150.5, 112.25), (176.5, 133.25))
        desk.wait_saved()
        drawn = _tracks(server, video)[turn].keyframes[0].box
        step = 1 / view["scale"]
        for got, wanted in zip(drawn.values(), (150.5, 112.25, 26, 21), strict=True):
            assert got == pytest.approx(wanted, abs=step + 0.01)
        desk.page.keyboard.press("Escape")


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
