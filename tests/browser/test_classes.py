"""Attributes in the annotator, and classes that change while it is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core import class_changes, tracks
from core import db as store

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST = {"verb": "add", "class": 1, "frame": 0, "last": 100, "box": [40, 40, 60, 80]}
SECOND = {"verb": "add", "class": 1, "frame": 20, "last": 80, "box": [200, 100, 60, 80]}
DEFINED = {
    "stance": {"type": "choice", "choices": ["orthodox", "southpaw"], "names": {"ko": "스탠스"}},
    "guard": {"type": "choice", "choices": ["high", "low"], "changing": True},
    "weight": {"type": "number"},
}


def _attributes(server: Any, video: int) -> list[dict[str, Any]]:
    with store.reader(server.own) as db:
        return [track.attributes for track in tracks.window(db, video)]


def _define(server: Any, batch: str, identity: int, **given: Any) -> None:
    store.write(
        server.own,
        lambda db: class_changes.change(db, identity, batch=batch, person="Bo", **given),
    )


def test_attributes_one_by_one_and_beside_the_track(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    one, two = (edit(video, box).tracks[0].id for box in (FIRST, SECOND))
    server.start()
    desk = label(video)
    page, keyboard = desk.page, desk.page.keyboard
    desk.go_to(10)

    # A class gets attributes while the page is open: it hears of them without a reload.
    _define(server, "d", 1, attributes=DEFINED, colour="#38c6d9")
    desk.wait("schema", lambda value: value == "1", seconds=5)
    keyboard.press("b")
    desk.click(70, 100)
    desk.wait("selected", lambda value: value == str(one))
    until(lambda: _near(desk.colour(40, 58), (56, 198, 217)), what="the class's new colour")

    # Beside the track: a fixed one, a changing one from this frame on, a number.
    page.get_by_label("stance").select_option(label="southpaw")
    desk.wait_saved()
    changing = page.locator(".attributes label").filter(has_text="guard")
    expect(changing).to_contain_text("guard ◇")
    page.get_by_label("guard").select_option(label="low")
    desk.wait_saved()
    expect(changing).to_contain_text("guard ◆")
    page.get_by_label("weight").fill("70,5")
    keyboard.press("Enter")
    desk.wait_saved()
    assert _attributes(server, video)[0] == {
        "stance": "southpaw",
        "guard": [[10, "low"]],
        "weight": 70.5,
    }
    keep_screenshot(page, "attributes-inspector")
    desk.focus()
    desk.go_to(5)
    expect(page.get_by_label("guard")).to_have_value("")
    expect(changing).to_contain_text("guard ◇")
    for _ in range(3):
        keyboard.press("Control+z")
        desk.wait_saved()
    assert _attributes(server, video)[0] == {}

    # One attribute at a time, over the tracks: zoomed to, digits, Enter, back, away again.
    before = desk.data("view")
    keyboard.press("Shift+a")
    hint = page.locator(".hint")
    expect(hint).to_contain_text("without a value: 2")
    desk.wait("view", lambda value: value != before)
    desk.wait_exact(50)
    edge = desk.pixels(38, 58, 4, 1).reshape(-1, 3)
    assert any(_near(tuple(map(int, pixel)), (56, 198, 217)) for pixel in edge)
    keyboard.press("2")
    desk.wait_saved()
    assert _attributes(server, video)[0] == {"stance": "southpaw"}
    expect(hint).to_contain_text("without a value: 1")
    keyboard.press("Enter")
    desk.wait("selected", lambda value: value == str(two))
    keyboard.press("1")
    desk.wait_saved()
    keep_screenshot(page, "attributes-round")
    keyboard.press("Shift+Tab")
    desk.wait("selected", lambda value: value == str(one))
    keyboard.press("1")
    desk.wait_saved()
    assert [row.get("stance") for row in _attributes(server, video)] == ["orthodox", "orthodox"]
    keyboard.press("0")
    desk.wait_saved()
    assert "stance" not in _attributes(server, video)[0]

    # One that changes: where the picture stands, then along its changes.
    hint.get_by_label("Attribute").select_option(label="person · guard")
    desk.wait_exact(0)
    keyboard.press("1")
    desk.wait_saved()
    for _ in range(3):
        keyboard.press("PageDown")
    desk.wait_exact(30)
    keyboard.press("2")
    desk.wait_saved()
    assert _attributes(server, video)[0]["guard"] == [[0, "high"], [30, "low"]]
    page.get_by_role("button", name="Along this track").click()
    expect(hint).to_contain_text("1 of 2")
    keyboard.press("Tab")
    desk.wait_exact(30)
    keyboard.press("Escape")
    expect(hint).to_be_hidden()
    assert json_view(desk.data("view")) == json_view(before)


def json_view(view: str | None) -> dict[str, float]:
    import json

    return {name: round(value, 3) for name, value in json.loads(view or "{}").items()}


def _near(colour: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(colour, wanted, strict=True))


def test_a_class_that_is_archived_or_added_is_heard_of(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    until: Callable[..., Any],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    edit(video, FIRST)
    server.start()
    desk = label(video)
    page, keyboard = desk.page, desk.page.keyboard
    keyboard.press("b")  # colours by class
    keyboard.press("n")
    expect(page.locator(".hint .chip")).to_have_count(4)
    who = {"person": "Bo"}
    ring = {"name": "ring", "hotkey": "x", "colour": "#38c6d9"}
    store.write(server.own, lambda db: class_changes.archive(db, 3, batch="a", **who))
    store.write(server.own, lambda db: class_changes.add(db, batch="b", **ring, **who))
    store.write(
        server.own, lambda db: class_changes.add(db, batch="c", name="jab", kind="event", **who)
    )
    desk.wait("schema", lambda value: value == "3", seconds=5)
    expect(page.locator(".hint .chip")).to_have_text(["1person", "2glove", "4pad", "xring"])
    # Letters choose classes while a box is drawn, and only then.
    keyboard.press("x")
    expect(page.locator(".hint .chip.on")).to_have_text("xring")
    desk.drag((150, 50), (200, 100))
    desk.wait_saved()
    with store.reader(server.own) as db:
        assert [track.class_id for track in tracks.window(db, video)] == [1, 5]
    until(lambda: _near(desk.colour(150, 65), (56, 198, 217)), what="the box in the class's colour")
    assert not _near(desk.colour(40, 65), (56, 198, 217))
