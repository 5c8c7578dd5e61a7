"""Attributes in the annotator: of tracks and of events, beside them and one at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core import class_changes, segments, tracks
from core import db as store

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST = {"verb": "add", "class": 1, "frame": 0, "last": 100, "box": [40, 40, 60, 80]}
SECOND = {"verb": "add", "class": 1, "frame": 20, "last": 80, "box": [200, 100, 60, 80]}
DEFINED = {
    "stance": {"type": "choice", "choices": ["orthodox", "southpaw"], "names": {"ko": "스탠스"}},
    "guard": {"type": "choice", "choices": ["high", "low"], "changing": True},
    "weight": {"type": "number"},
}
TYPED = {"corner": {"type": "text"}, "gloved": {"type": "yes/no"}}
OF_EVENTS = {
    "hand": {"type": "choice", "choices": ["left", "right"], "names": {"ko": "손"}},
    "target": {"type": "choice", "choices": ["head", "body"], "changing": True},
    "force": {"type": "number"},
}
MANY = {f"part {n}": {"type": "choice", "choices": ["in", "out"]} for n in range(12)}


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
    desk.wait("schema", lambda value: value == "1")
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

    # Escape takes back what is typed; a class that changes meanwhile takes no field away.
    weight = page.get_by_label("weight")
    weight.fill("99")
    keyboard.press("Escape")
    expect(weight).to_have_value("")
    weight.press_sequentially("6")
    _define(server, "w", 1, attributes={**DEFINED, **TYPED})
    desk.wait("schema", lambda value: value == "2")
    expect(weight).to_be_focused()
    keyboard.type("8,5")
    keyboard.press("Enter")
    desk.wait_saved()
    assert _attributes(server, video)[0] == {"weight": 68.5}
    expect(page.get_by_label("corner")).to_be_visible()
    keyboard.press("Control+z")
    desk.wait_saved()
    assert _attributes(server, video)[0] == {}

    # What is typed goes to the track it was typed for, also when another is chosen meanwhile.
    desk.go_to(30)
    page.get_by_label("weight").fill("64")
    desk.click(230, 150)
    desk.wait("selected", lambda value: value == str(two))
    desk.wait_saved()
    assert _attributes(server, video) == [{"weight": 64}, {}]
    keyboard.press("Control+z")
    desk.wait_saved()
    desk.go_to(10)
    desk.click(70, 100)
    desk.wait("selected", lambda value: value == str(one))

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

    # A number is kept when the picture is clicked, and taken back by Escape.
    hint.get_by_label("Attribute").select_option(label="person · weight")
    value = hint.get_by_label("Value")
    expect(value).to_be_focused()
    value.fill("71")
    desk.click(150, 20)
    desk.wait_saved()
    assert [row.get("weight") for row in _attributes(server, video)] == [71, None]
    expect(value).to_have_value("71")
    expect(hint).to_contain_text("without a value: 1")
    value.fill("5")
    keyboard.press("Escape")
    expect(hint).to_be_hidden()
    assert desk.data("unsaved") == "0"
    assert _attributes(server, video)[0]["weight"] == 71
    desk.click(70, 100)
    desk.wait("selected", lambda value: value == str(one))
    keyboard.press("Shift+a")
    _type_one_by_one(server, video, desk, one, two)

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

    # With many of them the fields scroll: rows of the list and the buttons stay in sight.
    page.set_viewport_size({"width": 1100, "height": 700})
    _define(server, "m", 1, attributes=MANY)
    fields = desk.root.locator(".tracks .attributes select")
    expect(fields).to_have_count(12)
    expect(desk.root.locator(".list .row").first).to_have_css("height", "28px")
    rows = desk.root.locator(".tracks .list-rows").bounding_box()
    assert rows is not None
    assert rows["height"] >= 4 * 28
    for command in ("accept", "reject", "delete", "nextUndecided"):
        button = desk.root.locator(f".tracks [data-command='{command}']")
        expect(button).to_be_in_viewport(ratio=1)
    fields.last.select_option(label="out")
    desk.wait_saved()
    assert _attributes(server, video)[0]["part 11"] == "out"
    keep_screenshot(page, "attributes-many")


def _type_one_by_one(server: Any, video: int, desk: Any, one: int, two: int) -> None:
    """A number, a text and a yes or no are given to one track, and after Enter to the next."""
    keyboard, hint = desk.page.keyboard, desk.root.locator(".hint")
    value = hint.get_by_label("Value")

    def values(name: str) -> list[Any]:
        desk.wait_saved()
        return [row.get(name) for row in _attributes(server, video)]

    expect(value).to_be_focused()
    keyboard.type("72,5")
    keyboard.press("Enter")
    desk.wait("selected", lambda value: value == str(two))
    expect(value).to_be_focused()
    keyboard.type("heavy")
    keyboard.press("Enter")
    expect(value).to_have_attribute("aria-invalid", "true")
    assert values("weight") == [72.5, None]
    value.fill("80")
    keyboard.press("Enter")
    assert values("weight") == [72.5, 80]
    expect(hint).to_contain_text("without a value: 0")

    hint.get_by_label("Attribute").select_option(label="person · corner")
    for track, text in ((two, "blue 2"), (one, "red, 1")):
        desk.wait("selected", lambda value, wanted=track: value == str(wanted))
        expect(value).to_be_focused()
        expect(value).to_have_value("")
        keyboard.type(text)
        keyboard.press("Shift+Tab")
    assert values("corner") == ["red, 1", "blue 2"]

    hint.get_by_label("Attribute").select_option(label="person · gloved")
    for track, digit, answer in ((one, "1", "yes"), (two, "2", "no")):
        desk.wait("selected", lambda value, wanted=track: value == str(wanted))
        keyboard.press(digit)
        desk.wait_saved()
        chosen = hint.get_by_role("button", name=answer, pressed=True)
        expect(chosen).to_be_visible()
        keyboard.press("Enter")
    assert values("gloved") == [True, False]
    keyboard.press("0")
    assert values("gloved") == [True, None]
    keyboard.press("Shift+Tab")
    desk.wait("selected", lambda value: value == str(one))


def test_attributes_of_an_event_are_set_undone_and_refused_when_stale(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    who = {"batch": "e", "person": "Bo"}
    punch = store.write(
        server.own,
        lambda db: class_changes.add(db, **who, name="punch", kind="event", attributes=OF_EVENTS),
    )
    span = {"kind": "segment", "verb": "add", "class": punch, "first": 10, "last": 40}
    (event,) = edit(video, span).segments
    server.start()
    desk = label(video, language="ko-KR", scheme="dark", width=1100, height=700)
    page, keyboard, root = desk.page, desk.page.keyboard, desk.root

    def values() -> dict[str, Any]:
        with store.reader(server.own) as db:
            return segments.get(db, event.id).attributes

    root.locator("#tab-events").click()
    root.locator(".events .row").first.click()
    desk.wait("segment", lambda value: value == str(event.id))
    root.get_by_label("손").select_option(label="right")
    desk.wait_saved()
    desk.go_to(20)
    root.get_by_label("target").select_option(label="body")
    desk.wait_saved()
    root.get_by_label("force").fill("3,5")
    keyboard.press("Enter")
    desk.wait_saved()
    assert values() == {"hand": "right", "target": [[20, "body"]], "force": 3.5}
    expect(root.locator(".events .attributes label").nth(1)).to_contain_text("target ◆")
    keep_screenshot(page, "attributes-event")
    desk.go_to(15)
    expect(root.get_by_label("target")).to_have_value("")
    keyboard.press("Control+z")
    desk.wait_saved()
    assert values() == {"hand": "right", "target": [[20, "body"]]}
    expect(root.get_by_label("force")).to_have_value("")

    # Where the event is not, a value is not set, and why is said.
    desk.go_to(45)
    root.get_by_label("target").select_option(label="head")
    expect(root.get_by_text("이벤트가 이 프레임에 없습니다.")).to_be_visible()
    expect(root.get_by_label("target")).to_have_value("1")
    desk.wait_saved()
    assert values() == {"hand": "right", "target": [[20, "body"]]}
    keep_screenshot(page, "attributes-beside-event")

    # Somebody else was first, while a value was being typed: both versions, and one's own again.
    page.route("**/changes?**", lambda route: route.abort())
    root.get_by_label("force").fill("9")
    theirs = {"kind": "segment", "verb": "attribute", "name": "hand", "value": "left"}
    edit(video, {**theirs, "id": event.id}, person="Bo")
    keyboard.press("Enter")
    dialog = root.get_by_role("dialog")
    expect(dialog).to_contain_text('hand: "left"')
    expect(dialog).to_contain_text("force: 9")
    assert "force" not in values()
    dialog.locator("button.primary").click()
    desk.wait_saved()
    assert values() == {"hand": "left", "target": [[20, "body"]], "force": 9}


def json_view(view: str | None) -> dict[str, float]:
    return {name: round(value, 3) for name, value in json.loads(view or "{}").items()}


def _near(colour: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(colour, wanted, strict=True))
