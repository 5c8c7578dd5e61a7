"""An object is followed from a drawn box: rows against the truth, stop, fix, go on, backwards."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from core import classes, event_classes, journal, tracks
from core import db as store
from core.labels import Box
from core.tracks import Track
from tests.moving import Scene, across

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DRAWN_AT, FRAMES = 150, 600
BLUE = (90, 169, 255)
"""The colour of the first track."""
PATIENCE = 120_000
"""Milliseconds; they include the start of a worker."""


def place(frame: int) -> Box:
    """Round and round."""
    return Box(120 + 80 * math.sin(frame / 30), 80 + 50 * math.cos(frame / 40), 60, 70)


def assert_true(track: Track, first: int, last: int) -> None:
    overlaps = []
    for frame in range(first, last + 1):
        found = track.at(frame)
        assert found is not None
        overlaps.append(found.box.iou(place(frame)))
    assert min(overlaps) > 0.75
    assert sum(overlaps) / len(overlaps) > 0.85


def test_draw_follow_stop_fix_go_on_and_back(
    server: Any,
    add_clip: Callable[..., int],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
    tmp_path: Path,
) -> None:
    video = add_clip(Scene(place, frames=FRAMES).encode(tmp_path / "round.mp4"))
    store.write(server.own, event_classes.add_boxing)
    with store.reader(server.own) as db:
        jab = classes.by_name(db, "jab")
    whole = {"class": jab, "first": 0, "last": FRAMES - 1}
    event = edit(video, {"kind": "segment", "verb": "add", **whole}, person="Bo").segments[0]
    server.start()
    desk = label(video)
    keyboard = desk.page.keyboard

    def now() -> Track:
        with store.reader(server.own) as db:
            (track,) = tracks.window(db, video)
        return track

    def any_longer() -> bool:
        with store.reader(server.own) as db:
            return any(track.last > DRAWN_AT for track in tracks.window(db, video))

    def batches() -> list[str]:
        with store.reader(server.own) as db:
            history = journal.history(db, "track", now().id)
        return list(dict.fromkeys(row["batch"] for row in history if not row["undone"]))

    desk.go_to(DRAWN_AT)
    box = place(DRAWN_AT)
    keyboard.press("n")
    desk.drag((box.x, box.y), (box.x + box.w, box.y + box.h))
    began = time.monotonic()
    keyboard.press("t")  # the box may not be saved yet
    desk.wait("follow", lambda value: value == "on")
    until(any_longer, what="the first frames")
    first_seen = time.monotonic() - began
    until(lambda: now().last > DRAWN_AT + 40, what="forty frames")
    keep_screenshot(desk.page, "label-follow")
    # With an event selected meanwhile, Escape ends the follow first.
    desk.root.get_by_role("tab", name="Events").click()
    desk.root.locator(f"[role='option'][data-segment='{event.id}']").click()
    desk.wait("segment", lambda value: value == str(event.id))
    keyboard.press("Escape")
    desk.wait("follow", lambda value: value == "off")
    assert desk.data("segment") == str(event.id)
    stopped = now()
    expect(desk.root.get_by_text(f"Followed to frame {stopped.last}.")).to_be_visible()
    assert DRAWN_AT + 40 < stopped.last < FRAMES - 1
    assert (stopped.first, stopped.state, stopped.person) == (DRAWN_AT, "manual", "Ana")
    assert_true(stopped, DRAWN_AT, stopped.last)
    assert [k.source for k in stopped.keyframes][1:] == ["model"] * (len(stopped.keyframes) - 1)
    assert len(stopped.keyframes) < (stopped.last - DRAWN_AT) / 3
    assert len(batches()) == 2

    # The picture went along, and the box is painted where the thing is.
    desk.wait_exact(stopped.last)
    there = place(stopped.last)
    edge = (there.x - 6, there.y + 20, 12, 30)
    until(lambda: desk.data("shown") == "1")
    with_box = desk.pixels(*edge)
    keyboard.press("h")
    until(lambda: desk.data("shown") == "0")
    assert np.abs(with_box.astype(int) - desk.pixels(*edge)).max() > 60
    keyboard.press("h")

    # Fixed by hand there, and gone on from the fixed place; a change meanwhile stops it first.
    keyboard.press("Escape")
    desk.wait("segment", lambda value: value == "")
    desk.click(there.x + there.w / 2, there.y + there.h / 2)
    desk.wait("selected", lambda value: value == str(stopped.id))
    keyboard.press("Shift+ArrowRight")
    desk.wait_saved()
    fixed = now()
    kept = fixed.at(stopped.last)
    assert kept is not None
    assert kept.source == "human"
    keyboard.press("t")
    until(lambda: now().last > stopped.last + 10, what="it goes on")
    desk.root.get_by_label("Picture goes along").uncheck()
    desk.go_to(stopped.last)
    keyboard.press("q")
    desk.wait("follow", lambda value: value == "off")
    desk.wait_saved()
    expect(desk.page.get_by_role("dialog")).to_have_count(0)
    gone_on = now()
    kept = gone_on.at(stopped.last)
    assert kept is not None
    assert (kept.occluded, kept.source) == (True, "human")
    assert gone_on.last > stopped.last + 10
    assert_true(gone_on, DRAWN_AT, gone_on.last)
    assert len(batches()) == 5

    # Backwards to the beginning; one undo takes all of that back.
    desk.go_to(DRAWN_AT)
    keyboard.press("Shift+T")
    keep_screenshot(desk.page, "label-follow")
    begun = desk.root.get_by_text("Followed to frame 0, where the video begins.")
    expect(begun).to_be_visible(timeout=PATIENCE)
    back = now()
    assert (back.first, back.last) == (0, gone_on.last)
    assert_true(back, 0, back.last)
    found = back.at(60)
    assert found is not None
    desk.go_to(60)
    until(lambda: desk.painted(BLUE, found.box.values()), what="the box before the drawn one")
    keyboard.press("h")
    until(lambda: not desk.painted(BLUE, found.box.values()), what="the picture without it")
    keyboard.press("h")
    keyboard.press("Control+z")
    until(lambda: now().first == DRAWN_AT)
    desk.go_to(60)
    until(lambda: not desk.painted(BLUE, found.box.values()), what="no box there any more")
    assert now().keyframes == gone_on.keyframes
    print(f"first frames after {first_seen:.1f} s")


def test_a_keyframe_on_the_way_and_without_a_selection(
    server: Any,
    add_clip: Callable[..., int],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
    tmp_path: Path,
) -> None:
    video = add_clip(Scene(place, frames=60).encode(tmp_path / "round.mp4"))
    box = list(place(0).values())
    made = edit(video, {"verb": "add", "class": 1, "frame": 0, "last": 59, "box": box}).tracks[0]
    mine = {"verb": "fix", "id": made.id, "frame": 30, "box": list(place(30).values())}
    edit(video, mine)
    server.start()
    desk = label(video, language="ko-KR", scheme="dark", width=1100, height=700)
    desk.page.keyboard.press("t")
    assert desk.data("follow") in (None, "off")
    desk.click(place(0).x + 30, place(0).y + 35)
    desk.wait("selected", lambda value: value == str(made.id))
    desk.page.keyboard.press("t")
    said = desk.root.get_by_text("29번 프레임까지 따라갔습니다.").first
    expect(said).to_be_visible(timeout=PATIENCE)
    keep_screenshot(desk.page, "label-follow-ko-dark")
    with store.reader(server.own) as db:
        now = tracks.get(db, made.id)
    assert [k.frame for k in now.keyframes if k.source == "human"] == [0, 30]
    assert_true(now, 0, 30)


def test_what_left_the_picture_is_absent_from_there_on(
    server: Any,
    add_clip: Callable[..., int],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
    tmp_path: Path,
) -> None:
    video = add_clip(Scene(across, frames=150).encode(tmp_path / "across.mp4"))
    begin = list(across(40).values())
    made = edit(video, {"verb": "add", "class": 1, "frame": 40, "last": 149, "box": begin}).tracks[
        0
    ]
    server.start()
    desk = label(video)
    desk.go_to(120)
    desk.wait("shown", lambda value: value == "1")
    edge = (begin[0] - 4, begin[1] + 20, 8, 20)
    held = desk.pixels(*edge)
    desk.go_to(40)
    desk.click(begin[0] + 30, begin[1] + 35)
    desk.wait("selected", lambda value: value == str(made.id))
    desk.page.keyboard.press("t")
    said = desk.root.get_by_text("It is absent from frame")
    expect(said).to_be_visible(timeout=PATIENCE)

    def now() -> Track:
        with store.reader(server.own) as db:
            return tracks.get(db, made.id)

    after = now()
    gone = next(frame for frame in range(40, 150) if after.at(frame) is None)
    assert 60 < gone < 125
    assert [after.at(frame) is None for frame in range(gone - 1, 150)] == [False] + [True] * (
        150 - gone
    )
    expect(said).to_contain_text(f"Followed to frame {gone - 1}.")
    expect(said).to_contain_text(f"It is absent from frame {gone} to 149.")
    keep_screenshot(desk.page, "label-follow-left")
    desk.go_to(120)
    desk.wait("shown", lambda value: value == "0")
    assert np.abs(held.astype(int) - desk.pixels(*edge)).max() > 60
    desk.page.keyboard.press("Control+z")
    desk.wait("shown", lambda value: value == "1")
    desk.wait_saved()
    back = now()
    assert (back.first, back.last, back.keyframes) == (40, 149, made.keyframes)
