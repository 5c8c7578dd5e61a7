"""Every screen in every form: two sizes, two languages, two schemes; and everything has a name."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from core.workspace import ROOT
from tests.browser import review, scenes
from tests.browser.driver import Annotator
from tests.browser.room import Room

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SIZES = ((1440, 900), (1100, 700))
PAGES = ("", "suggest", "statistics", "export", "classes", "models")
MOMENT = 30
KNOWN = {
    *re.findall("[a-z]{3,}", str(Path.home()).lower()),
    *("web", "coco", "cvat", "data", "dataguard", "english", "fps", "han", "한국어", "apache"),
    *("blazepose", "dfine", "groundingdino", "mediapipe", "medianflow", "owlv", "rfdetr", "rtdetr"),
    *("sam", "video", "vitpose", "pose", "landmarker", "full", "task", "weights"),
    *re.findall("[a-z]{3,}", str(ROOT).lower()),
    *("alt", "ctrl", "del", "end", "enter", "esc", "home", "num", "shift", "space", "tab"),
    *scenes.WORDS,
}
"""Names, which are the same in every language, and what the people of this test typed."""

KEPT = {
    *("a selected track", "one of events", "one of notes", "whose event it is", "marking live"),
    *("following", "two versions of a track", "two versions of an event", "no space left"),
    *("what could not be saved", "no tracks", "no events", "drawing", "swap", "one of history"),
    *("a damaged frame", "a file that is gone"),
}
"""Kept as pictures for people to look at."""

MAIN = {
    "a selected track": ".tracks .inspector :is(.inspector-head select, [data-command='accept'],"
    "[data-command='reject'], [data-command='delete'])",
    "one of events": ".segment-form :is(.inspector-head select, [data-command='accept'],"
    "[data-command='reject'], [data-command='delete'], .half)",
}
"""What people come for, which nobody has to scroll to."""


class Eyes:
    """Looks at one thing after another and keeps what is wrong with them."""

    def __init__(self, language: str, keep: Callable[[Page, str], Path]) -> None:
        self.language, self.keep = language, keep
        self.found: list[str] = []

    def look(self, page: Page, where: str) -> None:
        """What is wrong and stays so: charts and tables fit themselves a moment later."""
        form = self.form(page)
        korean = self.language == "ko-KR"
        deadline = time.monotonic() + MOMENT
        while wrong := review.complaints(page, korean=korean, known=KNOWN):
            if time.monotonic() > deadline:
                self.keep(page, f"wrong-{form}-{re.sub('[^a-z]+', '-', where)}")
                break
            time.sleep(0.25)
        self.found.extend(f"{form} {where}: {one}" for one in wrong)

    def form(self, page: Page) -> str:
        dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        width = page.viewport_size["width"]  # type: ignore[index]
        return f"{width}-{self.language}-{SCHEMES[dark]}"

    def walk(
        self, desk: Any, things: Callable[[Room], Iterator[str]], where: str = "label"
    ) -> None:
        """Look at each thing that is opened on the Label screen, in both sizes."""
        for size in SIZES:
            review.resize(desk.page, *size)
            for name in things(Room(desk)):
                self.look(desk.page, f"{where}, {name}")
                nameless = review.nameless(desk.root)
                self.found.extend(f"{where}, {name}: without a name: {one}" for one in nameless)
                hidden = review.out_of_sight(desk.root, MAIN[name]) if name in MAIN else ()
                self.found.extend(f"{where}, {name}: out of sight: {one}" for one in hidden)
                if name in KEPT:
                    form = self.form(desk.page)
                    self.keep(desk.page, f"{where}-{form}-{name.replace(' ', '-')}")

    def read(self, page: Page, where: str, schemes: Sequence[Scheme] = ()) -> None:
        """Look at another page in both sizes, and in these schemes or the one that it has."""
        for scheme in schemes or (None,):
            if scheme:
                page.emulate_media(color_scheme=scheme)
            for size in SIZES:
                review.resize(page, *size)
                self.look(page, where)
                self.keep(page, f"page-{self.form(page)}-{where.replace(' ', '-')}")


@pytest.mark.parametrize("language", ["en-US", "ko-KR"])
def test_every_screen_is_right_in_every_form(
    language: str,
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    probed: Callable[..., Any],
    label: Callable[..., Any],
    open_page: Callable[..., Page],
    suggest: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
    tmp_path: Path,
) -> None:
    video = add_clip(scenes.SAMPLE)
    scenes.furnish(server, video, suggest)
    server.start()
    eyes = Eyes(language, keep_screenshot)
    quiet = SCHEMES[language == "ko-KR"]
    usual = {"language": language, "person": "Ana"}

    for scheme in SCHEMES:
        desk = label(video, language=language, scheme=scheme)
        desk.go_to(30)
        eyes.walk(desk, Room.opened)
        if scheme == quiet:
            eyes.walk(desk, lambda room: room.trouble(scenes.Others(server, video)))
        desk.page.context.close()
    page = open_page(f"{server.url}/?w=own", scheme=quiet, **usual)
    for path in PAGES:
        _open(page, f"{server.url}/{path}?w=own&videos={video}")
        eyes.read(page, path or "library", sorted(SCHEMES, key=quiet.__eq__))

    # What is the same in both schemes but for its colours: nothing, too much, and what is broken.
    for path in (*PAGES, "label"):
        _open(page, f"{server.url}/{path}?w=demo")
        eyes.read(page, f"empty {path or 'library'}")
    long = scenes.stretch(server.demo, clip)
    faults = scenes.add_faults(server, clip, tmp_path)
    _open(page, f"{server.url}/?w=own")
    eyes.read(page, "library with faults")
    for path in PAGES:
        _open(page, f"{server.url}/{path}?w=demo&videos={long}")
        eyes.read(page, f"long {path or 'library'}")

    def at(workspace: str, number: int) -> Any:
        page.goto(f"{server.url}/label?w={workspace}&video={number}")
        found = Annotator(page)
        found.focus()
        return found

    eyes.walk(at("demo", long), Room.names, "long")
    eyes.walk(at("own", faults["0002.mp4"]), Room.empty, "empty")
    damaged = at("own", faults["0003.mp4"])
    lost = probed("damaged.mp4").times.unreadable.argmax()
    eyes.walk(damaged, lambda room: room.frame(int(lost)), "damaged")
    page.goto(f"{server.url}/label?w=own&video={faults['0004.mp4']}")
    page.locator(".notice.on").wait_for()
    eyes.read(page, "a file that is gone")
    assert sorted(set(eyes.found)) == []


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".st-key-heading h3").wait_for()
    review.settled(page)
