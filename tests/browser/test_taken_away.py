"""What somebody else deletes while I have it selected or type into it: said, no word is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from core import classes, event_classes, journal, segments, tracks
from core import db as store
from core.segments import Segment
from tests.browser.driver import Annotator
from tests.browser.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BLUE, GREEN = (90, 169, 255), (62, 207, 142)
"""The colours of the first and the second track."""
CHANGES, EDITS = "**/changes?**", "**/api/edits*"
DELETE = {"verb": "delete", "scope": "track"}
SIZE = (50, 60)


class Table:
    """Ana at an annotator, Bo at the same labels, and the rows that both leave."""

    def __init__(self, server: Any, video: int, desk: Annotator, edit: Callable[..., Any]) -> None:
        self.server, self.video, self.desk, self.edit = server, video, desk, edit
        self.root, self.keys = desk.root, desk.page.keyboard
        self.toasts = desk.root.locator(".toasts")
        self.dialog = desk.root.get_by_role("dialog", name="Two changes to the same event or text")

    def tracks(self) -> list[int]:
        with store.reader(self.server.own) as db:
            return [track.id for track in tracks.window(db, self.video)]

    def segments(self) -> list[Segment]:
        with store.reader(self.server.own) as db:
            return segments.shown(db, self.video)

    def by_bo(self, **change: Any) -> None:
        self.edit(self.video, change, person="Bo")

    def delete(self, segment: Segment) -> None:
        """Bo deletes an event or a caption."""
        (now,) = (one for one in self.segments() if one.id == segment.id)
        self.by_bo(kind="segment", verb="delete", id=now.id, revision=now.revision)

    def who(self, segment: Segment) -> list[tuple[str, str]]:
        """Everything that was done to an event or a caption, and by whom."""
        with store.reader(self.server.own) as db:
            history = journal.history(db, "segment", segment.id)
        return [(edit["verb"], edit["person"]) for edit in history]

    def row(self, segment: Segment) -> Locator:
        return self.root.locator(f"[role='option'][data-segment='{segment.id}']:visible")

    def choose(self, segment: Segment) -> None:
        self.row(segment).click()
        self.desk.wait("segment", lambda value: value == str(segment.id))

    def words(self, segment: Segment) -> Locator:
        """The field of its words, ready to be typed into."""
        self.choose(segment)
        field = self.root.locator(".segment-text textarea")
        field.focus()
        return field

    def gone(self, segment: Segment, name: str) -> None:
        """It is told who deleted what was selected, and nothing is selected any more."""
        self.desk.wait("segment", lambda value: value == "")
        expect(self.toasts).to_contain_text(f"Bo removed what you had selected: {name}")
        expect(self.row(segment)).to_have_count(0)


@pytest.fixture
def made(server: Any, add_clip: Callable[..., int], clip: Callable[[str], Path]) -> dict[str, int]:
    video = add_clip(clip("cfr.mp4"))
    store.write(server.own, event_classes.add_boxing)
    with store.reader(server.own) as db:
        return {"video": video, "jab": classes.by_name(db, "jab")}


def test_what_somebody_else_deletes_is_told_and_words_typed_into_it_are_kept(
    server: Any,
    made: dict[str, int],
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = made["video"]
    box = {"verb": "add", "class": 1, "frame": 0, "last": 100}
    one, two = (
        edit(video, {**box, "box": [x, 60, *SIZE]}, person="Cho").tracks[0].id for x in (30, 200)
    )
    event = {"kind": "segment", "verb": "add", "class": made["jab"]}
    first, noted = (
        edit(video, {**event, "first": at, "last": at + 19}).segments[0] for at in (20, 60)
    )
    caption = {"kind": "segment", "verb": "add", "type": "caption", "text": "", "language": "en"}
    said = edit(video, {**caption, "first": 5, "last": 40}).segments[0]
    server.start()
    at = Table(server, video, label(video), edit)
    desk = at.desk
    desk.wait("shown", lambda value: value == "2")

    # The selected track: let go, told with the name of who did it, gone from rows and picture.
    desk.click(55, 100)
    desk.wait("selected", lambda value: value == str(one))
    assert desk.painted(BLUE, (30, 60, *SIZE))
    at.by_bo(**DELETE, id=one)
    desk.wait("selected", lambda value: value == "")
    expect(at.toasts).to_contain_text("Bo removed what you had selected: person 1")
    keep_screenshot(desk.page, "taken-away-track")
    desk.wait("shown", lambda value: value == "1")
    assert not desk.painted(BLUE, (30, 60, *SIZE))
    at.keys.press("a")
    expect(at.toasts).to_contain_text("Select a track first.")
    assert at.tracks() == [two]
    # One that was not selected goes without a word.
    at.by_bo(**DELETE, id=two)
    desk.wait("shown", lambda value: value == "0")
    assert not desk.painted(GREEN, (200, 60, *SIZE))
    expect(at.toasts).not_to_contain_text("person 2")

    # The selected event likewise, from its row of the timeline.
    line = hand(desk)
    line.wait_lane("segments")
    with store.reader(server.own) as db:
        blue = classes.one(db, made["jab"])["colour"]
    desk.go_to(110)
    desk.root.get_by_role("tab", name="Events").click()
    at.choose(first)
    line.wait_events(f"event-{made['jab']}", blue, [(20, 39, True), (60, 79, False)])
    at.delete(first)
    at.gone(first, "jab")
    line.wait_events(f"event-{made['jab']}", blue, [(60, 79, False)])

    # A note that is being typed: nothing that is typed on answers the question, and both versions
    # are there to be read.
    field = at.words(noted)
    waiting: list[Route] = []
    desk.page.route(CHANGES, lambda route: waiting.append(route))
    with desk.page.expect_request(CHANGES):
        pass
    at.delete(noted)
    field.press_sequentially("left hand")
    waiting[0].continue_()
    desk.page.unroute(CHANGES)
    at.gone(noted, "jab")
    expect(at.dialog).to_be_visible()
    for key in ("Space", "Enter", "x"):
        at.keys.press(key)
    cards = at.dialog.locator(".version")
    expect(cards.first).to_have_text("Theirs · BoDeleted")
    expect(cards.last).to_contain_text("left hand")
    keep_screenshot(desk.page, "taken-away-note")
    at.dialog.get_by_role("button", name="Keep theirs").click()
    desk.wait_saved()
    assert at.who(noted) == [("add", "Ana"), ("delete", "Bo")]

    # A text that waits while the server takes no edits: its words can be copied into another.
    field = at.words(said)
    desk.page.route(EDITS, lambda route: route.abort())
    field.press_sequentially("Jab, then hook")
    field.press("Enter")
    desk.wait("save", lambda value: value == "offline")
    at.delete(said)
    at.gone(said, "Jab, then hook")
    assert at.segments() == []
    desk.page.unroute(EDITS)
    expect(at.dialog).to_be_visible()
    words = cards.last.get_by_text("Jab, then hook")
    words.click(click_count=3)
    at.keys.press("Control+c")
    keep_screenshot(desk.page, "taken-away-text")
    at.dialog.get_by_role("button", name="Keep theirs").click()
    desk.wait_saved()
    assert at.segments() == []
    assert at.who(said) == [("add", "Ana"), ("delete", "Bo")]
    desk.root.get_by_role("button", name="New caption").click()
    at.keys.press("Control+v")
    at.keys.press("Enter")
    desk.wait_saved()
    until(lambda: [one.text.strip() for one in at.segments()] == ["Jab, then hook"])
