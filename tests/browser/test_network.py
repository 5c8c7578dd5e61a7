"""A network that is cut for a whole minute in the middle of work of every kind."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core import class_changes, classes, event_classes, notes, segments, tracks
from core import db as store
from core.labels import Box

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CUT_SECONDS = 60
STANCE = {"stance": {"type": "choice", "choices": ["orthodox", "southpaw"]}}
PLACES = {"one": (20, 20, 0), "two": (120, 20, 0), "three": (220, 130, 0), "four": (220, 130, 50)}
BATCHES, STEPS = 11, 9
"""Of the work below: the note is no batch, and one step was taken back at once."""


def _rows(server: Any, video: int) -> list[Any]:
    """What people see of every label, and each note."""
    with store.reader(server.own) as db:
        found: list[Any] = [
            (t.id, t.state, t.first, t.last, t.attributes, t.keyframes)
            for t in tracks.window(db, video)
        ]
        return found + [
            (s.id, s.kind, s.class_id, s.track, s.first, s.last, s.text)
            for s in segments.shown(db, video)
        ]


def _count(server: Any, sql: str) -> int:
    with store.reader(server.own) as db:
        return int(db.execute(sql).fetchone()[0])


class Cut:
    """A network that is away; nothing is saved meanwhile, and the page says so all the time."""

    def __init__(self, desk: Any, server: Any, video: int) -> None:
        self.desk, self.server, self.video = desk, server, video
        self.before = _rows(server, video)
        desk.page.context.set_offline(True)
        self.began = time.monotonic()

    def stay(self, seconds: float) -> None:
        """Look at the page until so many seconds after the cut."""
        said = self.desk.root.locator(".save")
        while time.monotonic() - self.began < seconds:
            expect(said).to_be_visible()
            expect(said).to_contain_text("kept here, will be sent")
            assert self.desk.data("save") == "offline"
            self.desk.page.wait_for_timeout(1500)
        assert _rows(self.server, self.video) == self.before

    def end(self) -> None:
        assert time.monotonic() - self.began >= CUT_SECONDS
        self.desk.page.context.set_offline(False)
        self.desk.wait_saved()
        expect(self.desk.page.get_by_role("dialog")).to_have_count(0)


@pytest.fixture
def made(
    server: Any, add_clip: Callable[..., int], clip: Callable[[str], Path], edit: Callable[..., Any]
) -> dict[str, int]:
    """A video with tracks, an event about one of them and a caption: ids by name."""
    video = add_clip(clip("cfr.mp4"))
    store.write(server.own, event_classes.add_boxing)
    store.write(
        server.own,
        lambda db: class_changes.change(db, 1, batch="c", person="Bo", attributes=STANCE),
    )
    with store.reader(server.own) as db:
        found = {"video": video, "jab": classes.by_name(db, "jab")}
    for name, (x, y, first) in PLACES.items():
        last = 40 if name == "three" else 110
        box = {"box": [x, y, 60, 80], "frame": first, "last": last}
        found[name] = edit(video, {"verb": "add", "class": 1, **box}).tracks[0].id
    event = {"class": found["jab"], "first": 45, "last": 70, "track": found["two"]}
    caption = {"type": "caption", "first": 40, "last": 60, "text": "before"}
    for name, more in (("event", event), ("caption", caption)):
        done = edit(video, {"kind": "segment", "verb": "add", **more})
        found[name] = done.segments[0].id
    return found


def _check(server: Any, made: dict[str, int]) -> None:
    """Everything that was done while away is there, once."""
    with store.reader(server.own) as db:
        one, two, four = (tracks.get(db, made[name]) for name in ("one", "two", "four"))
        shown = {track.id: track for track in tracks.window(db, made["video"])}
        ranges = {segment.id: segment for segment in segments.shown(db, made["video"])}
    new = {track.first + track.last: track for track in shown.values() if track.id > made["four"]}
    assert sorted(shown) == sorted([one.id, two.id, four.id, *(track.id for track in new.values())])
    late, drawn = new[50 + 110], new[50 + 50]
    moved = one.at(50)
    assert moved is not None
    assert moved.box.iou(Box(40, 20, 60, 80)) > 0.95
    assert (one.state, one.attributes) == ("accepted", {"stance": "southpaw"})
    assert (two.first, two.last, late.first, late.last) == (0, 49, 50, 110)
    assert (four.first, four.last) == (0, 110)
    assert not any(keyframe.occluded for keyframe in four.keyframes)
    assert drawn.keyframes[0].box.iou(Box(20, 140, 60, 80)) > 0.95
    assert sorted((s.kind, s.class_id, s.first, s.last) for s in ranges.values()) == [
        ("caption", None, 40, 60),
        ("event", made["jab"], 45, 70),
        ("event", made["jab"], 50, 52),
    ]
    assert ranges[made["caption"]].text == "said while away"
    about = ranges[made["event"]]
    assert (about.track, about.attributes) == (late.id, {"note": "noted while away"})


def test_a_cut_of_a_minute_loses_nothing_of_any_kind(
    server: Any,
    made: dict[str, int],
    label: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    server.start()
    desk = label(made["video"])
    page, keyboard = desk.page, desk.page.keyboard
    for frame in (52, 51, 50):
        desk.go_to(frame)
    desk.wait("shown", lambda value: value == "3")
    batches = _count(server, "SELECT count(*) FROM batches")
    cut = Cut(desk, server, made["video"])

    def take(name: str) -> None:
        keyboard.press("Escape")
        x, y, _ = PLACES[name]
        desk.click(x + 30, y + 68)
        desk.wait("selected", lambda value: value == str(made[name]))

    # A box, an attribute, a decision.
    take("one")
    desk.drag((50, 60), (70, 60))
    page.get_by_label("stance").select_option(label="southpaw")
    desk.focus()
    keyboard.press("a")
    desk.wait("save", lambda value: value == "offline")
    cut.stay(10)
    # A new track, a split, a merge; something that is taken back at once.
    keyboard.press("Escape")
    keyboard.press("n")
    desk.drag((20, 140), (80, 220))
    take("two")
    keyboard.press("s")
    take("four")
    keyboard.press("Shift+s")
    desk.root.locator(".legend").get_by_role("option").filter(has_text="0–40").click()
    keyboard.press("q")
    keyboard.press("Control+z")
    cut.stay(25)
    # An event; the text of a caption; a note on an event that goes with the track that was split.
    keyboard.press("Escape")
    keyboard.press("i")
    for frame in (51, 52):
        keyboard.press("ArrowRight")
        desk.wait_exact(frame)
    keyboard.press("1")
    keyboard.press("o")
    page.get_by_role("tab", name="Events").click()
    listed = page.get_by_role("listbox", name="Events")
    for name, field, text in (
        ("caption", "Text", "said while away"),
        ("event", "Note", "noted while away"),
    ):
        listed.locator(f"[data-segment='{made[name]}']").click()
        typed = page.get_by_label(field, exact=True)
        typed.fill(text)
        typed.press("Enter")
    desk.focus()
    cut.stay(40)
    keyboard.press("Escape")
    for key in ("Shift+x", "Shift+x"):
        keyboard.press(key)
    expect(page.get_by_label("Text of the note")).to_be_visible()
    keyboard.type("pinned while away")
    keyboard.press("Control+Enter")
    desk.wait("unsaved", lambda value: value == str(BATCHES + 1))
    keep_screenshot(page, "network-cut")
    cut.stay(CUT_SECONDS)
    cut.end()

    _check(server, made)
    assert _count(server, "SELECT count(*) FROM batches") - batches == BATCHES
    with store.reader(server.own) as db:
        (thread,) = notes.threads(db, made["video"])
    assert thread["text"] == "pinned while away"

    # What was done while away is undone and done again as anything else.
    kept = _rows(server, made["video"])
    for key, expected in (("Control+z", cut.before), ("Control+Shift+z", kept)):
        for _ in range(STEPS):
            keyboard.press(key)
            desk.wait_saved()
        until(
            lambda expected=expected: _rows(server, made["video"]) == expected,
            what=key,
        )
