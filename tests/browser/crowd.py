"""Thousands of tracks on the timeline, and a hand that turns the wheel over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from core import change_numbers, track_rows, tracks
from core import db as store
from core.labels import Box, Keyframe
from tests.browser.hand import ROW, Hand, far

MANY = 3000


def _tracks(server: Any, video: int) -> dict[int, tracks.Track]:
    with store.reader(server.own) as db:
        return {track.id: track for track in tracks.window(db, video)}


def _crowd(db: store.Database, video: int) -> None:
    """Thousands of tracks: from each of the first eighty frames on ever longer ones."""
    change = change_numbers.take(db)
    (person,) = db.execute("SELECT id FROM people LIMIT 1").fetchone()
    new = {"video": video, "class_id": 1, "change": change, "person": person}
    for number in range(MANY):
        longer, frame = divmod(number, 80)
        track = track_rows.add_row(db, **new, first=frame, last=frame + longer)
        box = Box(10 + 7 * longer, 20, 6, 6)
        track_rows.put_keyframes(db, track, [Keyframe(frame, box)])


def wheel_over_many(
    server: Any,
    video: int,
    desk: Any,
    line: Hand,
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    """Among thousands of rows the one under the hand is the one that the list names."""
    line.root.get_by_role("button", name="Show the whole video").click()
    store.write(server.own, lambda db: _crowd(db, video))
    options = line.rows.get_by_role("option")
    expect(options.first).to_have_attribute("aria-setsize", str(MANY + 4))
    frame, first_seen = desk.data("frame"), line.view["first"]
    box = line.rows.bounding_box()
    desk.page.mouse.move(line.x(60), box["y"] + box["height"] / 2)
    for _ in range(10):
        desk.page.mouse.wheel(0, 4000)
    until(lambda: line.rows.evaluate("box => box.scrollTop") == 40_000, what="rows further down")
    hidden = 40_000 // ROW
    expect(options.first).to_have_attribute("aria-posinset", str(hidden + 1))
    assert (desk.data("frame"), line.view["first"]) == (frame, first_seen)

    # By their start: its place tells on which frame it begins; how long it is is painted there.
    starts = sorted(track.first for track in _tracks(server, video).values())
    third, fourth = (_tracks(server, video)[one] for one in line.order()[2:4])
    assert third.first == starts[hidden + 2] != int(frame or 0)
    y = line.y(third.id)
    ground = line.colour(line.x(118.5), y)
    until(lambda: far(line.colour(line.x(third.last + 0.5), y - 3), ground) > 50, what="its bar")
    assert far(line.colour(line.x(third.last + 1.5), y - 3), ground) < 25  # or a line of the ruler
    tip = line.root.locator(".timeline-tip")
    desk.page.mouse.move(line.x(third.first + 0.5), y)
    expect(tip).to_contain_text(f"person {third.id} ")
    desk.page.mouse.wheel(0, ROW)
    expect(tip).to_contain_text(f"person {fourth.id} ")
    desk.page.mouse.wheel(0, -ROW)
    expect(tip).to_contain_text(f"person {third.id} ")
    keep_screenshot(desk.page, "timeline-many")
    desk.page.mouse.click(box["x"] + 60, y)
    desk.wait("selected", lambda value: value == str(third.id))
    desk.wait_exact(third.first)
