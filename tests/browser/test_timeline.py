"""The timeline under the picture: what a hand does on it, the pixels, the rows in the database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core import db as store
from core import tracks
from tests.browser.crowd import wheel_over_many
from tests.browser.hand import ROW, SIDE, Colour, Hand, far

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _tracks(server: Any, video: int) -> dict[int, tracks.Track]:
    with store.reader(server.own) as db:
        return {track.id: track for track in tracks.window(db, video)}


def test_seek_scrub_zoom_pan_range_and_the_look_that_is_kept(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    suggest: Callable[..., list[int]],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("with_sound.mp4"), proxy=False)
    suggest(video, (0, 119, 0.9), (30, 89, 0.4))
    server.start()
    desk = label(video)
    page = desk.page
    line = hand(desk)
    line.rows.get_by_role("option").first.wait_for(state="attached")
    # The worker has made the proxy, and the waveform of its sound: nothing moves any more.
    line.wait_lane("sound")
    expect(line.slider).to_have_attribute("aria-valuemax", "119")

    page.mouse.click(*line.ruler(60.5))
    desk.wait_exact(60)
    expect(line.slider).to_have_attribute("aria-valuenow", "60")
    line.press(line.ruler(60.5), line.ruler(90.5))
    desk.wait_exact(90)
    page.keyboard.press("Escape")
    desk.wait_exact(60)
    page.mouse.up()
    page.keyboard.press("ArrowRight")  # the picture has the keys
    desk.wait_exact(61)

    bar = line.slider.bounding_box()
    page.mouse.click(bar["x"] + bar["width"] / 4, bar["y"] + bar["height"] / 2)
    desk.wait("frame", lambda value: value in ("29", "30"))

    # Shift on the ruler, or empty ground: a range, whose edge can be drawn further.
    page.keyboard.down("Shift")
    line.drag(line.ruler(20.5), line.ruler(40.5))
    page.keyboard.up("Shift")
    desk.wait("range", lambda value: value == "20-40")
    line.drag(
        (line.x(41), line.y(line.order()[1]) + ROW), (line.x(50), line.y(line.order()[1]) + ROW)
    )
    desk.wait("range", lambda value: value == "20-49")
    expect(line.root.get_by_text("Range 20–49, frames: 30")).to_be_visible()
    below = line.y(line.order()[1]) + ROW

    def below_at(frame: float) -> Colour:
        return line.colour(line.x(frame) + 0.5, below)

    until(lambda: far(below_at(30), below_at(60)) > 8, what="the range")

    # Ctrl and wheel zoom at the pointer; sideways pans; the bar below shows the window.
    at = line.on(line.order()[0], 35)
    before = line.view["perFrame"]
    page.mouse.move(*at)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -500)
    page.keyboard.up("Control")
    page.wait_for_function(
        "([root, least]) => JSON.parse(root.dataset.view).perFrame > least",
        arg=[line.root.element_handle(), before * 2],
    )
    assert abs(line.x(35) - at[0]) < 2

    def at_edge(frame: float) -> Colour:
        return line.colour(line.x(frame), line.y(line.order()[1]) - 3)

    # The second track begins where the wider scale says.
    until(lambda: far(at_edge(29.4), at_edge(30.6)) > 25, what="an edge")
    first = line.view["first"]
    page.mouse.wheel(300, 0)
    page.wait_for_function(
        "([root, first]) => JSON.parse(root.dataset.view).first > first + 1",
        arg=[line.root.element_handle(), first],
    )

    # The window in the bar of the whole video is taken along; pressed without moving it seeks.
    window = line.root.locator(".minimap-window")
    expect(window).to_be_visible()
    box, first, share = window.bounding_box(), line.view["first"], (bar["width"] - 2 * SIDE) / 120
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    line.drag(middle, (middle[0] + 60, middle[1]))
    until(lambda: abs(line.view["first"] - first - 60 / share) < 0.5, what="60 pixels further")
    along = pytest.approx(box["x"] + 60, abs=share)  # whole frames
    until(lambda: window.bounding_box()["x"] == along, what="the window there")
    assert desk.data("target") in ("29", "30")
    page.mouse.click(middle[0] + 60, middle[1])
    pressed = (middle[0] + 60 - bar["x"] - SIDE) / share
    desk.wait("frame", lambda value: abs(int(value or 0) - pressed) < 1.5)

    # Over the ruler the wheel zooms, too, and what is under the pointer stays there.
    at, before = line.ruler(pressed), line.view["perFrame"]
    page.mouse.move(*at)
    page.mouse.wheel(0, -100)
    until(lambda: line.view["perFrame"] > 1.2 * before, what="a closer look")
    assert line.x(pressed) == pytest.approx(at[0], abs=2)
    page.mouse.wheel(0, 100)
    until(lambda: abs(line.view["perFrame"] - before) < 0.01, what="the zoom before")
    desk.go_to(110)  # out of sight: the timeline turns to it
    assert line.view["first"] <= 110
    assert line.x(110) < line.rows.bounding_box()["x"] + line.rows.bounding_box()["width"]
    page.get_by_role("button", name="Show the whole video").click()
    page.wait_for_function(
        "root => JSON.parse(root.dataset.view).first === 0", arg=line.root.element_handle()
    )

    # Lower with the mouse, folded by its button; both are kept by this browser. A double click
    # folds it as well, and so does the edge drawn far down; drawn up again it is as tall as that.
    edge = line.root.get_by_role("separator", name="Height of the timeline")
    box, height = edge.bounding_box(), line.root.bounding_box()["height"]
    page.mouse.move(box["x"] + 300, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] - 56, steps=4)
    page.mouse.up()
    assert line.root.bounding_box()["height"] == pytest.approx(height + 60, abs=4)
    edge.focus()
    page.keyboard.press("ArrowDown")
    assert line.root.bounding_box()["height"] == pytest.approx(height + 36, abs=4)

    def on_edge() -> tuple[float, float]:
        box = edge.bounding_box()
        return box["x"] + 300, box["y"] + 4

    for seen in (False, True):
        page.mouse.dblclick(*on_edge())
        expect(line.rows).to_be_visible(visible=seen)
    x, y = on_edge()
    line.drag((x, y), (x, y + height))
    expect(line.rows).to_be_hidden()
    x, low = on_edge()
    line.drag((x, low), (x, y))
    expect(line.rows).to_be_visible()
    assert line.root.bounding_box()["height"] == pytest.approx(height + 36, abs=4)
    line.root.get_by_role("button", name="Fold the timeline").click()
    expect(line.rows).to_be_hidden()
    assert line.root.bounding_box()["height"] < 60
    keep_screenshot(page, "timeline-folded")
    page.reload()
    desk.root.wait_for()
    expect(line.rows).to_be_hidden()
    expect(line.slider).to_be_visible()
    line.root.get_by_role("button", name="Fold the timeline").click()
    assert line.root.bounding_box()["height"] == pytest.approx(height + 36, abs=4)
    line.wait_lane("sound")
    top, height = line.lane("sound")
    middle = top + height / 2
    until(
        lambda: far(line.colour(line.x(60), middle - 4), line.colour(line.x(60), middle - 15)) > 30,
        what="the wave",
    )

    # Rows that are not wanted give their room to the tracks.
    strong = line.order()[0]
    ink, below = line.colour(*line.on(strong, 60.5)), line.y(strong)
    for name, kind in (("Score", "score"), ("Sound", "sound")):
        button, room = line.root.get_by_role("button", name=name, exact=True), line.lane(kind)[1]
        button.click()
        expect(button).to_have_attribute("aria-pressed", "false")
        until(lambda gone=kind: gone not in line.lanes(), what=f"no {name}")
        below -= room
        until(lambda y=below: abs(line.y(strong) - y) <= 1, what="room for the tracks")
        until(lambda: far(line.colour(*line.on(strong, 60.5)), ink) < 8, what="the track there")
    page.reload()
    desk.root.wait_for()
    expect(line.rows.get_by_role("option")).to_have_count(2)
    assert line.lanes() == []
    for name in ("Score", "Sound"):
        line.root.get_by_role("button", name=name, exact=True).click()
        line.wait_lane(name.lower())

    # So low that the rows scroll: the wheel does that, with Shift it moves along the video.
    line.drag(on_edge(), (x, on_edge()[1] + line.root.bounding_box()["height"] - 140))
    rows = line.rows.bounding_box()
    page.mouse.move(line.x(60), rows["y"] + rows["height"] / 2)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -500)
    page.keyboard.up("Control")
    until(lambda: line.view["first"] > 10, what="a closer look")
    first = line.view["first"]
    page.keyboard.down("Shift")
    page.mouse.wheel(0, 200)
    page.keyboard.up("Shift")
    until(lambda: line.view["first"] > first + 2, what="further along")
    first = line.view["first"]
    assert line.rows.evaluate("box => box.scrollTop") == 0
    page.mouse.wheel(0, 200)
    until(lambda: line.rows.evaluate("box => box.scrollTop") > 10, what="rows further down")
    assert line.view["first"] == first


def test_confidence_order_choice_and_keys(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    suggest: Callable[..., list[int]],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    strong, weak, decided, late = suggest(
        video, (0, 119, 0.9), (0, 80, 0.3), (10, 119, 0.2), (100, 119, 0.95)
    )
    accepted = edit(video, {"verb": "accept", "id": decided, "revision": 1}).tracks[0]
    away = {"verb": "fix", "id": decided, "frame": 60, "outside": 1}
    away = edit(video, {**away, "revision": accepted.revision}).tracks[0]
    back = {"verb": "fix", "id": decided, "frame": 71, "box": [120, 40, 36, 80]}
    edit(video, {**back, "revision": away.revision})
    server.start()
    desk = label(video)
    page = desk.page
    line = hand(desk)
    line.rows.get_by_role("option").first.wait_for(state="attached")
    desk.go_to(50)
    desk.wait("shown", lambda value: value == "3")
    assert line.order() == [strong, weak, decided, late]
    ground = line.colour(*line.on(weak, 95.5))
    until(lambda: far(line.colour(*line.on(weak, 40.5)), ground) > 25, what="the bar of a track")
    gap, there = line.on(decided, 65.5), line.on(decided, 40.5)

    def absent() -> bool:
        above = [line.colour(x, y - 4) for x, y in (gap, there)]
        return far(above[0], ground) < 8 < 25 < far(above[1], ground)

    until(absent, what="the gap in the row")

    slider = line.root.get_by_role("slider", name="Hide suggestions with a lower score")
    slider.fill("0.5")
    desk.wait("shown", lambda value: value == "2")
    expect(line.root.get_by_role("status")).to_have_text("Hidden: 1")
    expect(line.rows.get_by_role("option")).to_have_count(3)
    assert line.order() == [strong, decided, late]
    slider.fill("0.2")
    desk.wait("shown", lambda value: value == "3")
    expect(line.root.get_by_role("status")).to_have_text("")

    line.root.get_by_role("combobox", name="Order of the rows").select_option("here")
    page.mouse.move(10, 10)
    desk.go_to(110)
    expect(line.rows.get_by_role("option").nth(2)).to_have_attribute("data-track", str(late))
    line.root.get_by_role("combobox", name="Order of the rows").select_option("start")
    expect(line.rows.get_by_role("option").nth(1)).to_have_attribute("data-track", str(weak))

    # A click on a bar chooses the track and goes there; one on the name goes to where it is.
    page.mouse.click(*line.on(weak, 20.5))
    desk.wait("selected", lambda value: value == str(weak))
    desk.wait_exact(20)
    page.mouse.click(line.rows.bounding_box()["x"] + 60, line.y(late))
    desk.wait("selected", lambda value: value == str(late))
    desk.wait_exact(100)
    keep_screenshot(page, "timeline-selected")

    # The same without the mouse: one key leads to the rows.
    page.keyboard.press("Shift+Backquote")
    expect(line.rows).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    desk.wait("selected", lambda value: value == str(late))
    expect(line.rows).to_have_attribute("aria-activedescendant", f"timeline-{weak}")
    expect(page.locator(f"#timeline-{weak}")).to_contain_text("suggested, 0–80")
    page.keyboard.press("Enter")
    desk.wait("selected", lambda value: value == str(weak))
    before = line.view["perFrame"]
    page.keyboard.press("+")
    page.wait_for_function(
        "([root, before]) => JSON.parse(root.dataset.view).perFrame > before",
        arg=[line.root.element_handle(), before],
    )
    frame = int(desk.data("target") or 0)
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    desk.wait("range", lambda value: value == f"{frame}-{frame + 3}")
    page.keyboard.press("Escape")
    desk.wait("range", lambda value: value is None)
    page.keyboard.press("a")  # what the rows do not know goes on to the annotator
    desk.wait_saved()
    assert _tracks(server, video)[weak].state == "accepted"
    page.keyboard.press("Escape")
    expect(desk.root.locator(".stage")).to_be_focused()
    assert desk.data("selected") == str(weak)
    _go_round_the_screen(desk, line, keep_screenshot)
    _walk_by_tab(desk)
    wheel_over_many(server, video, desk, line, until, keep_screenshot)


def _go_round_the_screen(desk: Any, line: Hand, keep_screenshot: Callable[..., Path]) -> None:
    """From part to part by one key; Escape leads back to the picture from each, and from fields."""
    keyboard, stage = desk.page.keyboard, desk.root.locator(".stage")
    listed = desk.root.get_by_role("listbox", name="Tracks", exact=True)
    tab = desk.root.get_by_role("tab", name="Tracks")

    def on(*parts: Any) -> None:
        for part in parts:
            keyboard.press("Shift+Backquote")
            expect(part).to_be_focused()

    on(line.rows, listed, tab, stage, line.rows, listed)
    before = desk.data("selected")
    keyboard.press("ArrowDown")
    desk.wait("selected", lambda value: value not in ("", before))
    keep_screenshot(desk.page, "focus-on-list")
    on(tab)
    keyboard.press("ArrowRight")
    expect(desk.root.get_by_role("tab", name="Events")).to_be_focused()
    on(stage, line.rows, desk.root.get_by_role("listbox", name="Events"))
    keyboard.press("Escape")
    expect(stage).to_be_focused()
    on(line.rows, desk.root.get_by_role("listbox", name="Events"))
    on(desk.root.get_by_role("tab", name="Events"))
    keyboard.press("ArrowLeft")
    expect(tab).to_be_focused()
    line.root.get_by_role("combobox", name="Order of the rows").focus()
    keyboard.press("Escape")
    expect(stage).to_be_focused()
    line.root.get_by_role("button", name="Fold the timeline").click()
    on(line.slider)
    line.root.get_by_role("button", name="Fold the timeline").click()
    expect(stage).to_be_focused()


FOCUSED = """root => {
  const at = root.getRootNode().activeElement;
  return at?.getAttribute("aria-label") || at?.textContent || "";
}"""
STOPS = ("Find a track", "Tracks", "Go to frame or time", "Tracks on the timeline", "Position")


def _walk_by_tab(desk: Any) -> None:
    """Escape lets Tab leave the picture, through everything and back again."""
    keyboard = desk.page.keyboard
    keyboard.press("Escape")
    desk.wait("selected", lambda value: value == "")
    keyboard.press("Escape")
    walked: list[str] = []
    while STOPS[-1] not in walked and len(walked) < 50:
        keyboard.press("Tab")
        walked.append(desk.root.evaluate(FOCUSED))
    assert tuple(name for name in walked if name in STOPS) == STOPS
    assert walked[0].startswith("Tracks")
    for _ in walked:
        keyboard.press("Shift+Tab")
    expect(desk.root.locator(".stage")).to_be_focused()
