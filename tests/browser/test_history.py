"""The history of a video in the annotator: what it says, where it leads, what putting back does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core import clock, event_classes, segments, tracks
from core import db as store

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOX = {"verb": "add", "class": 1, "frame": 10, "last": 60, "box": [60, 60, 80, 100]}
HERS, HIS = (60, 60, 80, 100), (90, 60, 80, 100)
BLUE = (90, 169, 255)
EVENT = {"kind": "segment", "verb": "add", "class": 5, "first": 20, "last": 30}


def _labels(server: Any, video: int) -> tuple[list[float], list[tuple[int, int]]]:
    with store.reader(server.own) as db:
        boxes = [track.keyframes[0].box.x for track in tracks.window(db, video)]
        return boxes, [(one.first, one.last) for one in segments.shown(db, video)]


def test_the_history_tells_leads_and_puts_back(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    store.write(server.own, event_classes.add_boxing)
    earlier = (datetime.now(UTC) - timedelta(minutes=20)).isoformat(timespec="milliseconds")
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: earlier)
        edit(video, BOX)
        edit(video, EVENT)
    edit(video, {"verb": "fix", "id": 1, "frame": 10, "box": [90, 60, 80, 100]}, person="Bo")
    edit(video, {"kind": "segment", "verb": "span", "id": 1, "last": 44}, person="Bo")
    start = ([90.0], [(20, 44)])
    assert _labels(server, video) == start
    server.start()
    desk = label(video)
    # While the server is away it is asked again, as is said.
    desk.page.route("**/history?**", lambda route: route.abort())
    desk.page.keyboard.press("Shift+z")
    expect(desk.root.get_by_text("The server does not answer. Trying again.")).to_be_visible()
    desk.page.unroute("**/history?**")
    history = desk.root.get_by_role("listbox", name="History")
    rows = history.get_by_role("option")
    expect(rows).to_have_count(4)
    expect(rows.locator(".row-name")).to_have_text(
        [
            "jab · made it end at frame 44",
            "person 1 · moved the box at frame 10",
            "jab · added it",
            "person 1 · added it",
        ]
    )
    expect(rows.first).to_contain_text("Bo")

    def painted(*boxes: tuple[int, ...]) -> None:
        """Until the box is painted where these say, and nowhere else."""
        until(
            lambda: (
                [desk.painted(BLUE, box) for box in (HERS, HIS)]
                == [box in boxes for box in (HERS, HIS)]
            ),
            what=f"the box at {boxes}",
        )

    # A row leads to the frame and the object; the object alone goes back to before the change.
    rows.nth(1).click()
    desk.wait_exact(10)
    desk.wait("selected", lambda value: value == "1")
    painted(HIS)
    desk.root.get_by_role("button", name="Put this object back").click()
    dialog = desk.root.get_by_role("dialog")
    expect(dialog).to_contain_text("work of others: Bo (1)")
    dialog.get_by_role("button", name="Put back").click()
    expect(rows).to_have_count(5)
    assert _labels(server, video) == ([60.0], [(20, 44)])
    painted(HERS)
    expect(rows.first).to_contain_text("put it back to what it was")

    # The whole video goes back to before the event, and undo brings everything again.
    rows.nth(3).click()
    desk.root.get_by_role("button", name="Put the video back").click()
    expect(dialog).to_contain_text("0 tracks and 1 events or captions change")
    keep_screenshot(desk.page, "history-light")
    dialog.get_by_role("button", name="Put back").click()
    expect(rows).to_have_count(6)
    assert _labels(server, video) == ([60.0], [])
    desk.focus()
    for expected in (([60.0], [(20, 44)]), start):
        desk.page.keyboard.press("Control+z")
        desk.wait_saved()
        assert _labels(server, video) == expected
    painted(HIS)
    expect(rows).to_have_count(8)
    expect(rows.first).to_contain_text("took back: put it back to what it was")
    expect(rows.nth(2)).to_contain_text("undone")

    # The history of one object alone: who did what when, and it goes back by itself.
    scope = desk.root.get_by_label("History of")
    scope.select_option("object")
    desk.click(130, 110)
    desk.wait("selected", lambda value: value == "1")
    expect(rows).to_have_count(4)
    expect(rows.locator(".row-name")).to_have_text(
        [
            "took back: put it back to what it was",
            "put it back to what it was",
            "moved the box at frame 10",
            "added it",
        ]
    )
    made = datetime.fromisoformat(earlier).astimezone()
    expect(rows.last).to_contain_text(f"Ana · {made:%-m/%-d/%y, %-I:%M:%S}")
    expect(rows.nth(2)).to_contain_text("Bo · ")
    rows.nth(2).click()
    desk.root.get_by_role("button", name="Put this object back").click()
    expect(dialog).to_contain_text("This object becomes what it was before this change.")
    dialog.get_by_role("button", name="Put back").click()
    expect(rows).to_have_count(5)
    assert _labels(server, video) == ([60.0], [(20, 44)])
    painted(HERS)
    keep_screenshot(desk.page, "history-object")
    desk.focus()
    desk.page.keyboard.press("Control+z")
    desk.wait_saved()
    assert _labels(server, video) == start
    painted(HIS)
    scope.select_option("video")
    expect(rows).to_have_count(10)

    # A time that lies before everything empties the video; nothing is lost.
    field = desk.root.get_by_label("A time such as 14:32")
    field.fill("what")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("2020-01-01 14:32")
    field.press("Enter")
    expect(dialog).to_contain_text("1 tracks and 1 events or captions change")
    dialog.get_by_role("button", name="Put back").click()
    expect(rows).to_have_count(11)
    assert _labels(server, video) == ([], [])
    painted()
    scope.select_option("object")
    expect(rows).to_have_count(0)
    scope.select_option("video")
    expect(rows).to_have_count(11)

    # A time of the day alone: after the box and the event were made, before Bo changed them.
    field.fill((datetime.now().astimezone() - timedelta(minutes=10)).strftime("%H:%M"))
    field.press("Enter")
    dialog.get_by_role("button", name="Put back").click()
    expect(rows).to_have_count(12)
    assert _labels(server, video) == ([60.0], [(20, 30)])
    painted(HERS)


def test_the_history_in_korean_on_a_small_screen(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    for _ in range(130):
        edit(video, BOX)
    server.start()
    desk = label(video, width=1100, height=700, language="ko-KR", scheme="dark")
    desk.page.get_by_role("tab", name="기록").click()
    history = desk.root.get_by_role("listbox", name="기록")
    expect(history.get_by_role("option").first).to_contain_text("추가함")
    history.press("ArrowDown")
    keep_screenshot(desk.page, "history-dark")
    oldest = history.locator("[role='option'][aria-posinset='130']")

    def scrolled() -> bool:
        history.evaluate("box => { box.scrollTop = box.scrollHeight; }")
        return oldest.is_visible()

    until(scrolled, what="the oldest change")
