"""Whose event it is, said in the panel and by number on the picture: rows, words and pixels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from core import classes, event_classes, journal, segments
from core import db as store
from tests.browser.hand import Hand, far

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADD = {"verb": "add", "class": 1}
BLUE, GREEN = (90, 169, 255), (62, 207, 142)
"""The colours of the first and the second track."""


def _event(server: Any, video: int) -> segments.Segment:
    with store.reader(server.own) as db:
        (found,) = segments.shown(db, video)
    return found


def _verbs(server: Any, event: int) -> list[tuple[str, Any]]:
    with store.reader(server.own) as db:
        steps = journal.history(db, "segment", event)
    return [(step["verb"], step["after"]["segment"].get("track")) for step in steps[1:]]


@pytest.fixture
def scene(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    edit: Callable[..., Any],
) -> tuple[int, int, int, int]:
    """An event of frames 20 to 40, two that are there during it, and one that comes later."""
    video = add_clip(clip("cfr.mp4"))
    store.write(server.own, event_classes.add_boxing)
    with store.reader(server.own) as db:
        jab = classes.by_name(db, "jab")
    places = (
        {"frame": 0, "last": 30, "box": [40, 60, 60, 100]},
        {"frame": 40, "last": 110, "box": [200, 60, 60, 100]},
        {"frame": 41, "last": 110, "box": [120, 60, 60, 100]},
    )
    one, other, _ = (edit(video, {**ADD, **place}).tracks[0].id for place in places)
    event = {"kind": "segment", "verb": "add", "type": "event", "class": jab}
    made = edit(video, {**event, "first": 20, "last": 40}).segments[0].id
    return video, one, other, made


def _near(pixels: Any, colour: tuple[int, ...]) -> bool:
    seen = pixels.reshape(-1, 3).astype(int)
    return bool((np.abs(seen - colour).max(axis=1) < 24).any())


def test_an_event_is_given_to_a_track_and_taken_from_it(
    scene: tuple[int, int, int, int],
    server: Any,
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video, one, other, event = scene
    server.start()
    desk = label(video)
    page, keyboard, line = desk.page, desk.page.keyboard, hand(desk)
    line.wait_lane("segments")
    desk.go_to(25)
    desk.root.get_by_role("tab", name="Events").click()
    row = desk.root.locator(f".events [role='option'][data-segment='{event}']")
    field = desk.root.get_by_label("Whose event it is")
    stage = desk.root.locator(".stage")

    def seen(track: int | None) -> None:
        """Until row, list, colour and timeline say whose it is."""
        desk.wait_saved()
        assert _event(server, video).track == track
        expect(row.locator(".row-name")).to_have_text(
            "jab" if track is None else f"jab · person {track}"
        )
        expect(field).to_have_value("" if track is None else str(track))
        bar = row.locator(".owner")
        if track is None:
            expect(bar).to_be_hidden()
        else:
            box = bar.bounding_box()
            middle = line.pixels(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            assert far(middle[0, 0], BLUE if track == one else GREEN) < 12
        until(
            lambda: bool(_words(line)) == (track is not None),
            what="the name on the event",
        )

    row.click()
    desk.wait("segment", lambda value: value == str(event))
    seen(None)
    # Those that are there during it, by the edge of a frame.
    expect(field.locator("option")).to_have_text(["none", f"person {one}", f"person {other}"])

    # Chosen with the mouse, the picture has the keys again; one step of undo, and again.
    _choose_by_mouse(field, steps=1)
    seen(one)
    expect(stage).to_be_focused()
    keep_screenshot(page, "event-owner")
    keyboard.press("Control+z")
    seen(None)
    keyboard.press("Control+Shift+z")
    seen(one)

    # By keys it is one change however many steps it took, and Escape changes nothing.
    field.focus()
    keyboard.press("ArrowUp")
    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")
    assert _event(server, video).track == one
    keyboard.press("Enter")
    expect(stage).to_be_focused()
    seen(other)
    field.focus()
    keyboard.press("ArrowUp")
    keyboard.press("Escape")
    expect(stage).to_be_focused()
    seen(other)
    assert [track for verb, track in _verbs(server, event) if verb == "bind"] == [one, other]

    # A held key shows numbers; a digit, a click on the picture, 0 for nobody.
    legend = desk.root.locator(".legend")
    keyboard.down("Backquote")
    expect(legend).to_contain_text("jab is about")
    expect(legend.get_by_role("option")).to_have_text([f"1person {one}0–30", "0none"])
    page.wait_for_timeout(150)
    keep_screenshot(page, "event-owner-legend")
    keyboard.press("1")
    keyboard.up("Backquote")
    expect(legend).to_be_hidden()
    seen(one)
    keyboard.down("Backquote")
    keyboard.press("0")
    keyboard.up("Backquote")
    seen(None)
    keyboard.down("Backquote")
    desk.click(70, 140)
    keyboard.up("Backquote")
    seen(one)
    desk.wait("segment", lambda value: value == str(event))

    # Bo gives it to the other one while Ana is choosing: both are told apart by their names.
    field.focus()
    bound = {"kind": "segment", "id": event, "revision": _event(server, video).revision}
    edit(video, {**bound, "verb": "bind", "track": other}, person="Bo")
    expect(row).to_contain_text(f"person {other}")
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    dialog = desk.root.get_by_role("dialog", name="Two changes to the same event or text")
    expect(dialog.locator(".version").first).to_contain_text(f"person {other}")
    expect(dialog.locator(".version").last).not_to_contain_text("person")
    dialog.get_by_role("button", name="Keep theirs").click()
    seen(other)

    # Its track is deleted: the event is about none.
    edit(video, {"verb": "delete", "id": other, "scope": "track"}, person="Bo")
    expect(row.locator(".row-name")).to_have_text("jab")
    seen(None)

    desk = label(video, width=1100, height=700, language="ko-KR", scheme="dark")
    desk.go_to(25)
    desk.root.get_by_role("tab", name="이벤트").click()
    desk.root.locator(f".events [role='option'][data-segment='{event}']").click()
    desk.page.keyboard.down("Backquote")
    expect(desk.root.locator(".legend")).to_be_visible()
    keep_screenshot(desk.page, "event-owner-dark")
    desk.page.keyboard.press("1")
    desk.page.keyboard.up("Backquote")
    desk.wait_saved()
    assert _event(server, video).track == one
    keep_screenshot(desk.page, "event-owner-dark-given")


def _words(line: Hand) -> int:
    """How many pixels of the event's bar left of the playhead are in the colour of words."""
    top, height = line.lane("segments")
    area = (line.x(20) + 3, top + 4, line.x(25) - line.x(20) - 6, height - 8)
    words = line.theme("--text")
    return sum(far(pixel, words) < 70 for pixel in line.pixels(*area).reshape(-1, 3))


def _choose_by_mouse(field: Locator, *, steps: int) -> None:
    """Open the choices with the mouse, and take one further down."""
    field.click()
    for _ in range(steps):
        field.page.keyboard.press("ArrowDown")
    field.page.keyboard.press("Enter")
