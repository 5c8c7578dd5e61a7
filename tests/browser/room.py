"""The Label screen with one thing after another open in it, to be looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Route, expect

from api import failures
from core import errors
from tests.browser.scenes import Others

ASKING = {
    "events": re.compile("Reaction time|반응 시간"),
    "history": re.compile("Put the video back|영상을.*되돌리기"),
}
"""In some tabs the button that leads to a dialog."""
EVENT = ".events [role='option'][data-segment]"
TABS = {
    "events": EVENT,
    "notes": ".note-row",
    "history": "[role='option'][data-batch]",
}
FULL = errors.StorageFull(
    "There is no space left for {path}; the change was NOT saved.",
    "Free some space, then try again: nothing else was lost.",
    path="/0/1.db",
)


class Room:
    """Opens each thing, gives its name, and closes it again."""

    def __init__(self, desk: Any) -> None:
        self.desk, self.root, self.keys = desk, desk.root, desk.page.keyboard

    def opened(self) -> Iterator[str]:
        """All that there is to see of a video with some work in it."""
        yield "tracks"
        yield from self.tabs()
        yield from self.over_the_picture()
        yield from self.dialogs()
        yield from self.lines()
        self.keys.press("g")
        expect(self.root.locator(".goto")).to_be_focused()
        yield "go to"
        self.keys.press("Escape")

    def names(self) -> Iterator[str]:
        """Where names stand."""
        yield from self.tabs()
        yield from self.over_the_picture()
        yield from self.dialogs("delete", "swap", "re-fit", "note")

    def empty(self) -> Iterator[str]:
        """The tabs of a video that holds nothing."""
        self.root.locator("#tab-tracks").click()
        yield "no tracks"
        for name in TABS:
            self.root.locator(f"#tab-{name}").click()
            self.root.locator(f"#panel-{name} .list-empty").wait_for()
            yield f"no {name}"

    def frame(self, number: int) -> Iterator[str]:
        """One that cannot be read."""
        self.keys.press("g")
        self.keys.type(str(number))
        self.keys.press("Enter")
        self.desk.wait("picture", lambda value: value == "unreadable")
        yield "a damaged frame"

    def tabs(self) -> Iterator[str]:
        for name, row in TABS.items():
            self.root.locator(f"#tab-{name}").click()
            self.root.locator(row).first.wait_for()
            yield name
            self.root.locator(row).first.click()
            yield f"one of {name}"
            if name == "notes":
                self.root.locator(".notes-view:visible button").first.click()
            elif name == "events":
                yield from self._held("Backquote", ".legend", "whose event it is")
            if name in ASKING:
                self.root.get_by_role("button", name=ASKING[name]).click()
                yield from self._shown(".veil .dialog", f"a question of {name}")
        self.root.locator("#tab-tracks").click()
        self.desk.go_to(70)
        yield "a caption"
        self.desk.go_to(30)

    def over_the_picture(self) -> Iterator[str]:
        self.select()
        yield "a selected track"
        self.desk.page.mouse.click(*self._middle(), button="right")
        yield from self._shown(".menu", "menu")
        correct = self.root.locator("[data-command='correct']")
        if correct.is_visible():
            correct.click()
            yield from self._shown(".menu", "corrections")
        yield from self._held("Backquote", ".legend", "legend")
        self.keys.press("Shift+b")
        yield from self._shown(".look-panel", "picture and trails")
        for key, name in (("n", "drawing"), ("Shift+a", "one attribute at a time")):
            self.keys.press(key)
            yield from self._shown(".hint", name)

    def dialogs(self, *wanted: str) -> Iterator[str]:
        for name, *keys in (
            ("keys", "Shift+Slash"),
            ("delete", "Delete"),
            ("swap", "w", "1"),
            ("re-fit", "Shift+r"),
            ("copy forward", "Shift+g"),
            ("mirror", "Shift+m"),
            ("note", "Shift+x", "Enter"),
        ):
            if wanted and name not in wanted:
                continue
            self.select()
            for key in keys:
                self.keys.press(key)
            yield from self._shown(".veil .dialog", name)

    def lines(self) -> Iterator[str]:
        """What is said over the picture while something goes on."""
        self.keys.press("Escape")
        self.keys.press("i")
        yield from self._shown(".marking", "an event that began")
        self.root.locator(".speed").select_option("0.1")
        self.desk.focus()
        self.keys.press("Space")
        self.desk.wait("playing", lambda value: value == "true")
        self.keys.press("e")
        yield from self._shown(".marking", "marking live")
        self.keys.press("Space")
        self.desk.wait("playing", lambda value: value == "false")
        self.root.locator(".speed").select_option("1")
        self.desk.go_to(30)
        self.select()
        self.keys.press("t")
        self.root.locator(".follow").wait_for()
        yield "following"
        self.keys.press("Escape")
        self.desk.wait("follow", lambda value: value == "off")
        self.desk.wait_saved()

    def trouble(self, others: Others) -> Iterator[str]:
        """What is said when a change meets another, or is not saved."""
        page = self.desk.page
        gone = others.add()
        self.root.locator(f".tracks .row[data-track='{gone}']").wait_for(state="attached")
        page.route("**/changes?**", lambda route: route.abort())
        self.select()
        others.move_track()
        self.keys.press("Shift+ArrowRight")
        yield from self._chosen("two versions of a track")
        self.root.locator("#tab-events").click()
        self.root.locator(EVENT).first.click()
        others.move_event()
        self.keys.press("x")
        yield from self._chosen("two versions of an event")

        others.delete()
        self.root.locator(".whose select").select_option(str(gone))
        self.root.locator(".save-failed").wait_for()
        yield "not accepted"
        self.root.locator(".save-failed").click()
        yield from self._shown(".failed", "what could not be saved")
        self.root.locator(".save-failed").click()
        self.root.locator(".failed .danger").click()
        self.root.locator("#tab-tracks").click()

        page.route("**/api/edits?**", self._full)
        self.select()
        self.keys.press("Shift+ArrowRight")
        self.desk.wait("save", lambda value: value == "offline")
        self.root.locator(".toast.bad").first.wait_for()
        yield "no space left"
        page.unroute("**/api/edits?**")
        page.unroute("**/changes?**")
        self.desk.wait_saved()

    @staticmethod
    def _full(route: Route) -> None:
        body = json.dumps(failures.body(FULL))
        route.fulfill(status=failures.status(FULL), content_type="application/json", body=body)

    def _chosen(self, name: str) -> Iterator[str]:
        """A choice between two versions, which Escape does not close."""
        dialog = self.root.locator(".veil .dialog")
        dialog.locator(".versions").wait_for()
        yield name
        dialog.locator("button:not(.primary)").click()
        expect(dialog).to_be_hidden()
        self.desk.wait_saved()

    def _held(self, key: str, selector: str, name: str) -> Iterator[str]:
        self.keys.down(key)
        self.root.locator(selector).wait_for()
        yield name
        self.keys.up(key)
        expect(self.root.locator(selector)).to_be_hidden()

    def _shown(self, selector: str, name: str) -> Iterator[str]:
        self.root.locator(selector).wait_for()
        yield name
        self.keys.press("Escape")
        expect(self.root.locator(selector)).to_be_hidden()
        self.desk.focus()

    def _middle(self) -> tuple[float, float]:
        x, y, w, h = (float(part) for part in self.desk.data("place").split())
        return self.desk.at(x + w / 2, y + h / 2)

    def select(self) -> None:
        """The first track of the list, by a click on its row."""
        self.root.locator(".tracks [role='option']").first.click()
        self.desk.wait("selected", bool)
        self.desk.wait("place", bool)
