"""Jumping in the annotator: each key ends on the exact frame that it should lead to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlite_utils import Database

from core import clock, track_rows, tracks
from core import db as store
from core.labels import Box, Keyframe
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BEGINS = "begins here"
BARE = "No track from here on"
LOW = "Low score"
ROUND = "Went on from the other end of the video."
ROUND_OF_TRACK = "Went on from the other end of the track."
LISTEN = """box => {
  box.told = [];
  const note = (changes) => changes.forEach(({ addedNodes }) => {
    box.told.push(...[...addedNodes].map((one) => one.textContent));
  });
  new MutationObserver(note).observe(box, { childList: true });
}"""
ROUTE = (
    ("p", 10, "1", BEGINS),
    ("p", 40, "2", BEGINS),
    ("p", 10, "1", ROUND),
    ("Shift+p", 40, "2", ROUND),
    ("Home", 0, "2", ""),
    ("Backslash", 31, "2", BARE),
    ("Backslash", 61, "2", BARE),
    ("Backslash", 0, "2", ROUND),
    ("Shift+Backslash", 61, "2", ROUND),
    ("Shift+y", 40, "2", LOW),
    ("Shift+y", 25, "1", LOW),
    ("y", 40, "2", LOW),
    ("y", 25, "1", ROUND),
    ("Comma", 10, "1", ""),
    ("Comma", 25, "1", ROUND_OF_TRACK),
    ("Period", 10, "1", ROUND_OF_TRACK),
    ("Period", 25, "1", ""),
    ("Semicolon", 70, "", ""),
    ("Semicolon", 5, "", ROUND),
    ("Shift+Semicolon", 70, "", ROUND),
    ("Shift+Semicolon", 5, "", ""),
    ("Period", 5, "", "Select a track first."),
    ("End", 119, "", ""),
)
"""Key, where it leads, the track that is then selected, what is said."""


def _tracks(server: Any, video: int) -> list[tracks.Track]:
    with store.reader(server.own) as db:
        return tracks.window(db, video)


def _suggest(db: Database) -> None:
    db.execute(
        "INSERT INTO runs (video, model, version, first_frame, last_frame, created_at) "
        "VALUES (1, 'dots', '1', 0, 119, ?)",
        [clock.now()],
    )
    for first, last, scores in ((10, 30, (0.9, 0.2)), (40, 60, (0.3, 0.9))):
        track = track_rows.add_row(
            db, video=1, class_id=1, run=1, first=first, last=last, score=0.6, change=1
        )
        frames = (first, last - 5)
        track_rows.put_keyframes(
            db,
            track,
            [
                Keyframe(frame, Box(60, 60, 80, 90), score=score, source="model")
                for frame, score in zip(frames, scores, strict=True)
            ],
        )


def test_jumps_lead_to_the_places_that_matter_and_round_the_video(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    store.write(server.own, _suggest)
    made = []
    for first, last in ((5, 8), (70, 75), (90, 95)):
        caption = {"kind": "segment", "verb": "add", "type": "caption", "text": "bell"}
        made += edit(video, {**caption, "first": first, "last": last}).segments
    edit(video, {"kind": "segment", "verb": "reject", "id": made[2].id, "revision": 1})
    store.close_all()
    server.start()
    desk = label(video)
    toasts = desk.root.locator(".toasts")

    toasts.evaluate(LISTEN)

    def told(words: str) -> str:
        """The notice with these words, however short it was shown; no earlier one any more."""

        def heard() -> str | None:
            notices = toasts.evaluate("box => box.told")
            return next((one for one in notices if words in one), None)

        found = wait_until(heard, what=f"to be told: {words}")
        toasts.evaluate("box => { box.told = []; }")
        return str(found)

    for key, frame, selected, said in ROUTE:
        toasts.evaluate("box => { box.told = []; }")
        desk.page.keyboard.press(key)
        desk.wait_exact(frame)
        assert desk.number() == frame
        desk.wait("selected", lambda value, wanted=selected: value == wanted)
        if said:
            assert ("Went on" in told(said)) == (said in (ROUND, ROUND_OF_TRACK))
        if "Semicolon" in key:
            event = next(one.id for one in made if one.first == frame)
            desk.wait("segment", lambda value, wanted=event: value == str(wanted))

    # A number or a time; beyond the end is the end, and what is neither leads nowhere.
    field = desk.root.get_by_role("textbox", name="Go to frame or time")
    for typed, frame in (("0:01.5", 45), ("2.4s", 72), ("0:00:01", 30), ("7", 7), ("999", 119)):
        desk.page.keyboard.press("g")
        desk.page.keyboard.type(typed)
        desk.page.keyboard.press("Enter")
        desk.wait_exact(frame)
        assert desk.number() == frame
        expect(field).to_have_value(str(frame))
    desk.page.keyboard.press("g")
    desk.page.keyboard.type("soon")
    desk.page.keyboard.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    desk.page.keyboard.press("Escape")
    expect(field).to_have_value("119")
    expect(desk.root.locator(".stage")).to_be_focused()
    desk.page.keyboard.press("ArrowLeft")
    desk.wait_exact(118)

    # Two that meet, far apart in loaded labels: with one selected, and with none.
    box = {"verb": "add", "class": 1, "frame": 62, "last": 119}
    one = edit(video, {**box, "box": [10, 10, 60, 60]}).tracks[0].id
    edit(video, {"verb": "fix", "id": one, "frame": 112, "box": [210, 10, 60, 60]})
    other = edit(video, {**box, "box": [150, 10, 60, 60]}).tracks[0].id
    desk.wait("tracks", lambda value: value == "4")
    for select in (True, False):
        desk.go_to(62)
        if select:
            desk.click(180, 40)
            desk.wait("selected", lambda value: value == str(other))
        else:
            desk.page.keyboard.press("Escape")
        desk.page.keyboard.press("Quote")
        desk.wait("target", lambda value: int(value) > 80)
        met = int(desk.data("target"))
        found = [track.at(met) for track in _tracks(server, video)[2:]]
        assert 0.1 < found[0].box.iou(found[1].box) < 0.25
        desk.wait_exact(met)
        assert desk.number() == met
    desk.page.keyboard.press("Quote")
    told(ROUND)
    desk.wait_exact(met)
    keep_screenshot(desk.page, "jump-round")
    desk.go_to(115)
    desk.page.keyboard.press("Shift+Quote")
    desk.wait_exact(met)
