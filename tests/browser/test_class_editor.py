"""The Classes screen beside an open annotator, which follows within two seconds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from core import classes, tracks
from core import db as store
from tests.browser.driver import wait_until
from tests.browser.hand import hexed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 60_000
BOX = {"verb": "add", "class": 1, "frame": 0, "last": 100, "box": [220, 40, 60, 80]}
FIRST_COLOUR, SECOND_COLOUR = (90, 169, 255), (62, 207, 142)
REST = "() => new Promise((done) => setTimeout(() => requestIdleCallback(done), 500))"
"""Half a second, as the browser counts it, until it has nothing left to do."""
ROW, MARKS = 35, 40
"""The height of a row of a table that is edited, and the width of the column of its marks."""


def _classes(server: Any) -> dict[int, dict[str, Any]]:
    with store.reader(server.own) as db:
        return {row["id"]: row for row in classes.every(db)}


def _skeleton(server: Any, name: str) -> dict[str, Any]:
    with store.reader(server.own) as db:
        return classes.skeletons(db).get(name, {})


def _other_than(server: Any, before: dict[str, Any]) -> dict[str, Any] | None:
    now = _skeleton(server, "boxing")
    return now if now != before else None


def _shows(desk: Any, x: float, y: float, colour: tuple[int, ...], around: float = 1) -> bool:
    """Whether a colour is painted near a point of the frame."""
    seen = desk.pixels(x - around, y - around, 2 * around, 2 * around).reshape(-1, 3).astype(int)
    return bool((np.abs(seen - colour).max(axis=1) < 40).any())


def _cell(table: Locator, x: float, row: int) -> None:
    """Click into a cell of a table; ``x`` is a share of its width behind the marks."""
    expect(table).to_be_in_viewport()
    box = table.bounding_box()
    assert box is not None
    width = box["width"] - MARKS
    table.page.mouse.click(box["x"] + MARKS + width * x, box["y"] + ROW * (row + 1.5))


def _type(table: Locator, x: float, text: str) -> None:
    """Type into a cell of the first row: opened, filled, closed."""
    field = table.page.locator("#portal").locator("textarea, input")
    wait_until(lambda: _opened(table, x, field) and _filled(field, text), what="an open cell")
    table.page.keyboard.press("Enter")
    expect(field).to_have_count(0)


def _filled(field: Locator, text: str) -> bool:
    """Whether a cell was open for long enough: two presses may have opened and closed it."""
    try:
        field.fill(text, timeout=5000)
    except TimeoutError:
        return False
    return True


def _tell(page: Page) -> None:
    """Until the tables have told their page of every change, which they do a moment after it.

    The browser itself counts: what it was asked for earlier, and sooner, comes before.
    """
    page.evaluate(REST)


def _opened(table: Locator, x: float, field: Locator) -> bool:
    """Whether a press opened a cell: a new row does by itself a moment later, others by Enter.

    A press that comes while another cell closes is lost.
    """
    _cell(table, x, 0)
    for key in ("", "Enter"):
        if key:
            table.page.keyboard.press(key)
        try:
            field.wait_for(timeout=500)
        except TimeoutError:
            table.page.evaluate(REST)
        if field.count():
            return True
    return False


class Editor:
    """The Classes screen of one person."""

    def __init__(self, page: Page, server: Any) -> None:
        self.page, self.server = page, server
        self.fields = page.locator(".st-key-class-fields")

    def open(self, identity: int) -> None:
        button = self.page.locator(f".st-key-class-{identity} button")
        expect(button).to_have_count(1, timeout=PATIENCE)  # a list drawn anew is there twice
        button.click()
        self.wait(_classes(self.server)[identity]["name"])

    def wait(self, name: str) -> None:
        """Until the fields are those of a class; for a moment those of the one before are there."""
        field = self.fields.get_by_label("Name", exact=True)
        expect(field.first).to_have_value(name, timeout=PATIENCE)
        expect(field).to_have_count(1, timeout=PATIENCE)

    def fill(self, **values: str) -> None:
        for label, value in values.items():
            self.fields.get_by_label(label.replace("_", " "), exact=True).fill(value)

    def save(self) -> None:
        _tell(self.page)
        self.fields.get_by_role("button", name="Save", exact=True).click()
        expect(self.page.get_by_text("Saved.", exact=True)).to_be_visible(timeout=PATIENCE)

    def press(self, name: str, said: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        expect(self.page.get_by_text(said)).to_be_visible(timeout=PATIENCE)


def test_classes_are_edited_beside_an_open_annotator(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    open_page: Callable[..., Page],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    (made,) = edit(video, BOX).tracks
    server.start()
    desk = label(video, person="Bo", language="ko-KR")
    editor = Editor(open_page(f"{server.url}/classes?w=own", person="Ana"), server)
    page = editor.page
    named = desk.page.locator(".list .row-name")
    chips = desk.page.locator(".hint .chip")
    expect(named).to_have_text(f"사람 {made.id}")
    scale = json.loads(desk.data("view"))["scale"]
    tag_end = (220 + 95 / scale, 40 - 10 / scale)
    assert not _shows(desk, *tag_end, FIRST_COLOUR)

    # Names, key and an attribute of a class in use: its number and its labels stay.
    editor.open(1)
    editor.fill(Name="boxer", Shown_in_English="boxer", Shown_in_한국어="빨간 코너의 선수", Key="7")
    table = editor.fields.locator("[data-testid='stDataFrame']")
    for x, text in ((0.066, "stance"), (0.19, "Stance"), (0.31, "스탠스"), (0.6, "one, two")):
        _type(table, x, text)
    keep_screenshot(page, "classes-table")
    editor.save()
    row = _classes(server)[1]
    assert (row["name"], row["hotkey"]) == ("boxer", "7")
    assert row["names"] == {"en": "boxer", "ko": "빨간 코너의 선수"}
    stance = row["attributes"]["stance"]
    assert (stance["type"], stance["choices"]) == ("choice", ["one", "two"])
    assert stance["names"] == {"en": "Stance", "ko": "스탠스"}
    expect(page.locator(".st-key-class-1")).to_contain_text("boxer")
    expect(named).to_have_text(f"빨간 코너의 선수 {made.id}", timeout=PATIENCE)
    until(lambda: _shows(desk, *tag_end, FIRST_COLOUR), what="the new name on the tag")
    desk.click(250, 80)
    desk.wait("selected", lambda value: value == str(made.id))
    expect(desk.root.get_by_label("스탠스")).to_contain_text("two")
    with store.reader(server.own) as db:
        assert tracks.window(db, video)[0].class_id == 1

    # Taken out of use and brought back; one that nothing uses goes for good.
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("n")
    expect(chips).to_have_text(["7빨간 코너의 선수", "2글러브", "3샌드백", "4미트"])
    editor.open(2)
    editor.press("Archive", "Archived.")
    assert _classes(server)[2]["archived"]
    expect(chips).to_have_text(["7빨간 코너의 선수", "3샌드백", "4미트"], timeout=PATIENCE)
    editor.press("Bring back", "It is back.")
    expect(chips).to_have_count(4, timeout=PATIENCE)
    editor.open(4)
    editor.press("Delete", "Deleted. Its number is never used again.")
    assert sorted(_classes(server)) == [1, 2, 3]
    expect(chips).to_have_text(["7빨간 코너의 선수", "2글러브", "3샌드백"], timeout=PATIENCE)

    # A skeleton is copied, a joint renamed, a bone drawn anew; a pose that is open follows.
    page.get_by_role("tab", name="Skeletons").click()
    page.locator(".st-key-skeleton-coco17 button").click()
    page.get_by_label("Name of the copy").fill("boxing")
    page.get_by_role("button", name="Make a copy").click()
    until(lambda: _skeleton(server, "boxing"), what="the copy")
    expect(page.get_by_text("Nothing uses it yet.")).to_be_visible(timeout=PATIENCE)
    before = _skeleton(server, "boxing")
    pose = [[100 + 20 * (n % 5), 60 + 30 * (n // 5), 1, 2] for n in range(len(before["joints"]))]
    joints = {"box": [90, 50, 100, 110], "joints": pose, "skeleton": "boxing"}
    (second,) = edit(video, {**BOX, "class": 3, **joints}, person="Cho").tracks
    desk.page.keyboard.press("Escape")
    expect(named).to_have_count(2)
    desk.click(140, 138)
    desk.wait("selected", lambda value: value == str(second.id))
    desk.page.keyboard.press("j")
    detail = desk.root.locator(".inspector-detail").first
    expect(detail).to_contain_text("코")
    middle = (115, 75)  # a quarter of the way from the first joint to the fourteenth
    assert not _shows(desk, *middle, SECOND_COLOUR)
    tables = page.locator("[data-testid='stForm'] [data-testid='stDataFrame']:visible")
    expect(tables).to_have_count(2)
    _type(tables.nth(0), 0.7, "chin")
    _type(tables.nth(1), 0.2, "1")
    keep_screenshot(page, "classes-skeleton")
    _tell(page)
    page.get_by_role("button", name="Save", exact=True).click()
    after = until(lambda: _other_than(server, before), what="the changed skeleton")
    assert after["joints"] == ["chin", *before["joints"][1:]]
    assert after["bones"] == [[0, before["bones"][0][1]], *before["bones"][1:]]
    expect(detail).to_contain_text("chin", timeout=PATIENCE)
    until(lambda: _shows(desk, *middle, SECOND_COLOUR), what="the new bone")

    # A new class is chosen by its letter while a box is drawn, and is painted in its colour.
    page.get_by_role("tab", name="Classes").click()
    page.get_by_role("button", name="New class").click()
    editor.wait("")
    editor.fill(Name="ring", Key="x")
    editor.press("Add", "Added as number 5.")
    colour = hexed(_classes(server)[5]["colour"])
    desk.focus()
    for key in ("Escape", "Escape", "b", "n"):
        desk.page.keyboard.press(key)
    expect(chips.last).to_have_text("xring", timeout=PATIENCE)
    desk.page.keyboard.press("x")
    expect(desk.page.locator(".hint .chip.on")).to_have_text("xring")
    box = (20, 190, 50, 40)
    desk.drag((20, 190), (70, 230))
    desk.wait_saved()
    with store.reader(server.own) as db:
        assert [track.class_id for track in tracks.window(db, video)] == [1, 3, 5]
    until(lambda: desk.painted(colour, box), what="the box in the colour of its class")

    # A class in use cannot be deleted: it is put aside, and what is labelled keeps its name.
    editor.open(1)
    editor.press("Delete", "It is used by 1 track, so it was archived instead.")
    row = _classes(server)[1]
    assert (row["name"], row["archived"]) == ("boxer", True)
    for key in ("Escape", "Escape", "n"):
        desk.page.keyboard.press(key)
    expect(chips).to_have_text(["2글러브", "3샌드백", "xring"], timeout=PATIENCE)
    expect(named.filter(has_text=f"빨간 코너의 선수 {made.id}")).to_have_count(1)
    desk.page.keyboard.press("Escape")
    until(lambda: _shows(desk, *tag_end, FIRST_COLOUR), what="its name on the tag")
    assert desk.painted(FIRST_COLOUR, BOX["box"])
    with store.reader(server.own) as db:
        assert [track.class_id for track in tracks.window(db, video)] == [1, 3, 5]
