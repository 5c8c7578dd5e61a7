"""What a demanding eye asks for: notes on the ruler, colours to press on, names that tell apart."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core import class_changes, classes
from core import db as store

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOX = {"verb": "add", "class": 1, "frame": 0, "last": 100, "box": [60, 60, 80, 100]}
LONG = "a class with a name that nobody would type by hand"


def test_notes_lie_on_the_ruler_and_long_names_keep_their_number(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    (made,) = edit(video, BOX).tracks
    store.write(
        server.own,
        lambda db: class_changes.change(db, 1, batch="n", person="Bo", name=LONG, names={}),
    )
    server.start()
    desk = label(video)
    page, keyboard = desk.page, desk.page.keyboard

    row = page.locator(".list .row-name")
    expect(row).to_have_text(f"a class with a name… {made.id}")
    expect(row).to_have_attribute("title", f"{LONG} {made.id}")
    expect(page.get_by_role("tab", name="Tracks 1")).to_be_visible()
    # Only hand-made boxes: there is no score to have a row of its own.
    expect(page.locator(".timeline .lane", has_text="Score")).to_be_hidden()
    page.get_by_label("Find a track").fill("by hand")
    expect(row).to_be_visible()
    keyboard.press("Escape")

    # The words of the mode lie over the picture: a box is drawn through them all the same.
    keyboard.press("n")
    words = page.locator(".hint > span").first.bounding_box()
    stage = page.locator(".stage").bounding_box()
    assert words is not None
    assert stage is not None
    page.mouse.move(words["x"] + 20, words["y"] + words["height"] / 2)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] / 2, stage["y"] + 160, steps=4)
    page.mouse.up()
    desk.wait("mode", lambda value: value == "select")
    desk.wait_saved()
    expect(page.locator(".list .row:visible")).to_have_count(2)
    keyboard.press("Escape")

    for frame in (10, 40):
        desk.go_to(frame)
        keyboard.press("Shift+x")
        desk.wait("mode", lambda value: value == "note")
        keyboard.press("Enter")
        keyboard.type(f"look at {frame}")
        keyboard.press("Control+Enter")
        desk.wait_saved()
        desk.focus()
    drops = page.locator(".note-drop")
    expect(drops).to_have_count(2)
    view = json.loads(page.locator(".timeline").get_attribute("data-view") or "{}")
    ruler, drop = page.locator(".timeline-ruler").bounding_box(), drops.first.bounding_box()
    assert ruler is not None
    assert drop is not None
    middle = view["gutter"] + 10 + (10.5 - view["first"]) * view["perFrame"]
    assert drop["x"] + drop["width"] / 2 - ruler["x"] == pytest.approx(middle, abs=1)
    assert ruler["y"] <= drop["y"]
    assert drop["y"] + drop["height"] <= ruler["y"] + 21

    desk.go_to(70)
    page.get_by_role("tab", name="Tracks").click()
    drops.first.click()
    desk.wait_exact(10)
    expect(page.locator(".note-messages")).to_contain_text("look at 10")
    expect(drops.first).to_have_attribute("title", re.compile("look at 10"))
    page.get_by_role("button", name="Resolve").click()
    expect(page.locator(".note-drop.resolved")).to_have_count(1)
    filled, hollow = (
        page.locator(f".note-drop[data-frame='{frame}']").evaluate(
            "(drop) => getComputedStyle(drop, '::before').backgroundColor"
        )
        for frame in (40, 10)
    )
    assert filled != hollow


def test_a_colour_of_the_palette_is_chosen_by_mouse_and_by_keyboard(
    server: Any, open_page: Callable[..., Any], until: Callable[..., Any]
) -> None:
    store.open_workspace(server.own)
    store.close_all()
    server.start()
    page = open_page(f"{server.url}/classes?w=own", person="Ana")
    colours = page.get_by_role("radiogroup", name="Readable colours")
    expect(colours.get_by_role("radio", name="blue")).to_be_checked()
    expect(colours.get_by_role("radio", name="red, taken")).to_be_visible()

    def saved(colour: str) -> None:
        page.get_by_role("button", name="Save", exact=True).click()
        with_colour = lambda: _colour(server) == colour  # noqa: E731
        until(with_colour, what=f"{colour} in the database")

    colours.get_by_role("radio", name="lime").click()
    expect(colours.get_by_role("radio", name="lime")).to_be_checked()
    saved("#c5d94a")
    expect(page.get_by_text("Saved.")).to_be_visible()
    colours.get_by_role("radio", name="mint").focus()
    page.keyboard.press("Space")
    expect(colours.get_by_role("radio", name="mint")).to_be_checked()
    saved("#7fd6a4")


def _colour(server: Any) -> str:
    with store.reader(server.own) as db:
        found = classes.find(db, 1)
    assert found is not None
    return str(found["colour"])
