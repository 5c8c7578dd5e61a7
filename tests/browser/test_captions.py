"""Captions made by a person: by the button, over a range, by marks; what is typed is never lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from core import db as store
from core import segments
from tests.browser.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.slow]

VIOLET = "#9a7bd8"
EDITS = re.compile(r"/api/edits")


def _captions(server: Any, video: int) -> list[tuple[str, int, int, str, str]]:
    with store.reader(server.own) as db:
        found = segments.shown(db, video)
    return [(one.kind, one.first, one.last, one.text, one.language) for one in found]


def test_captions_are_made_typed_and_survive_a_reload(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    annotator: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    server.start()
    desk = label(video)
    page, keyboard = desk.page, desk.page.keyboard

    def field() -> Locator:
        return desk.root.locator(".segment-text textarea")

    def open_events() -> None:
        desk.root.get_by_role("tab", name="Events").click()

    def listed(index: int) -> Locator:
        return desk.root.locator(".events .row:visible").nth(index)

    # The button: two seconds from here on, and the field is there to be typed into.
    desk.go_to(10)
    open_events()
    bare = hand(desk).pixels(0, 0, 1440, 900).astype(int)
    desk.root.get_by_role("button", name="New caption").click()
    expect(field()).to_be_focused()
    page.keyboard.insert_text("Jab, then <b>hook</b>")
    desk.wait_saved()
    page.reload()
    desk = annotator(page)
    desk.wait_exact(10)
    open_events()
    expect(desk.root.locator(".events .row:visible")).to_have_count(1)
    listed(0).click()
    expect(field()).to_have_value("Jab, then <b>hook</b>")
    field().press("Enter")
    desk.wait_saved()
    first = ("caption", 10, 70, "Jab, then <b>hook</b>", "en")
    assert _captions(server, video) == [first]
    shown = desk.root.locator(".captions p")
    expect(shown).to_have_text("Jab, then <b>hook</b>")
    line = hand(desk)
    line.wait_events("caption", VIOLET, [(10, 70, True)])

    # What stands under the picture is painted there, and only while it lasts.
    edges = shown.bounding_box()
    assert edges is not None
    x, y, w, h = (round(edges[side]) for side in ("x", "y", "width", "height"))
    changed = np.abs(line.pixels(x, y, w, h) - bare[y : y + h, x : x + w]).max(axis=2)
    assert np.count_nonzero(changed > 60) > 200
    keep_screenshot(page, "captions-made")
    desk.go_to(70)
    expect(shown).to_be_visible()
    desk.go_to(71)
    expect(shown).to_have_count(0)

    # Over the range that is chosen on the timeline.
    keyboard.down("Shift")
    line.drag(line.ruler(80.5), line.ruler(90.5))
    keyboard.up("Shift")
    desk.wait("range", lambda value: value == "80-90")
    desk.root.get_by_role("button", name="New caption").click()
    expect(field()).to_be_focused()
    page.keyboard.insert_text("Cross")
    field().press("Enter")
    desk.wait_saved()
    second = ("caption", 80, 90, "Cross", "en")
    until(lambda: _captions(server, video) == [first, second])

    # Marked in and out as one, while the server is away, with a reload in the middle of a word.
    desk.root.get_by_label("Mark as").select_option("caption")
    desk.go_to(95)
    keyboard.press("i")
    expect(desk.root.locator(".marking")).to_contain_text("Caption from frame 95")
    desk.go_to(105)
    page.context.route(EDITS, lambda route: route.abort())
    keyboard.press("o")
    expect(field()).to_be_focused()
    page.keyboard.insert_text("Clin")
    desk.wait("save", lambda value: value == "offline")
    page.reload()
    desk = annotator(page)
    desk.wait("unsaved", lambda value: int(value or 0) > 0)
    assert _captions(server, video) == [first, second]
    page.context.unroute(EDITS)
    desk.wait_saved()
    assert [one[:3] for one in _captions(server, video)][2:] == [("caption", 95, 105)]
    open_events()
    listed(2).click()
    expect(field()).to_have_value("Clin")
    field().press("End")
    page.keyboard.insert_text("ch")
    field().press("Enter")
    desk.wait_saved()
    third = ("caption", 95, 105, "Clinch", "en")
    assert _captions(server, video) == [first, second, third]
    desk.go_to(100)
    expect(desk.root.locator(".captions p")).to_have_text("Clinch")
    line = hand(desk)
    painted = [(10, 70, False), (80, 90, False), (95, 105, True)]
    line.wait_events("caption", VIOLET, painted)

    # Nothing typed is kept twice, and undo takes the words and then the captions away again.
    kept = page.evaluate("Object.keys(localStorage).filter((name) => name.includes('typed'))")
    assert kept == []
    desk.focus()
    while len(_captions(server, video)) > 2:
        keyboard.press("Control+z")
        desk.wait_saved()
    line.wait_events("caption", VIOLET, [(10, 70, False), (80, 90, False)])
