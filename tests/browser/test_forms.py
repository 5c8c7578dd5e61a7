"""Every screen in every form: two sizes, two languages, two schemes; and everything has a name."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core import class_changes, event_classes, notes
from core import db as store
from core.skeletons import COCO_17
from core.workspace import ROOT
from tests.browser import review

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAMPLE = ROOT / "sample_videos" / "sparring.mp4"
SCHEMES = ("light", "dark")
SIZES = ((1440, 900), (1100, 700))
PAGES = ("", "suggest", "statistics", "export", "classes", "models")
MOMENT = 30
ASKING = {
    "events": re.compile("Reaction time|반응 시간"),
    "history": re.compile("Put the video back|영상을.*되돌리기"),
}
"""In some tabs the button that leads to a dialog."""
ATTRIBUTES = {
    "stance": {
        "type": "choice",
        "choices": ["orthodox", "southpaw"],
        "names": {"en": "stance", "ko": "스탠스"},
    },
    "guard": {
        "type": "choice",
        "choices": ["high", "low"],
        "names": {"en": "guard", "ko": "가드"},
        "changing": True,
    },
}
KNOWN = {
    *("ana", "coco", "cvat", "data", "dataguard", "guard", "english", "fps", "han", "sparring"),
    *("한국어", "orthodox", "southpaw", "high", "low", "apache"),
    *("blazepose", "dfine", "groundingdino", "mediapipe", "medianflow", "owlv", "rfdetr", "rtdetr"),
    *("sam", "video", "vitpose", "pose", "landmarker", "full", "task", "weights"),
    *re.findall("[a-z]{3,}", str(ROOT).lower()),
    *("alt", "ctrl", "del", "end", "enter", "esc", "home", "num", "shift", "space", "tab"),
}
"""Names, which are the same in every language, and what the people of this test typed."""


def _furnish(server: Any, video: int, edit: Callable[..., Any], suggest: Callable[..., Any]) -> int:
    """What a video holds after some work: people with poses, suggestions, events, notes."""
    truth = json.loads(SAMPLE.with_suffix(".json").read_text("utf-8"))
    made = [_person(edit, video, truth, person) for person in (0, 1)]
    suggest(video, (0, 120, 0.91), (20, 299, 0.34))
    say = {"person": "Bo", "video": video, "client": "n1"}

    def change(db: store.Database) -> None:
        event_classes.add_boxing(db)
        class_changes.change(db, 1, batch="a", person="Bo", attributes=ATTRIBUTES)
        notes.add(db, **say, frame=30, x=200, y=120, text="L / R?")

    store.write(server.own, change)
    event = {"kind": "segment", "verb": "add", "class": 5, "first": 30, "last": 44}
    caption = {**event, "type": "caption", "first": 60, "last": 90, "text": "1 – 2 – 3"}
    del caption["class"]
    edit(video, event, caption, person="Bo")
    return int(made[0])


def _person(edit: Callable[..., Any], video: int, truth: Any, number: int) -> int:
    """One of the two boxers, with a keyframe every second."""
    order = [truth["keypoint_names"].index(name) for name in COCO_17.joints]

    def place(frame: int) -> dict[str, Any]:
        seen = truth["frames"][frame]["people"][number]
        joints = [[*seen["keypoints"][n][:2], 1, seen["keypoints"][n][2]] for n in order]
        return {"frame": frame, "box": seen["box"], "joints": joints}

    add = {"verb": "add", "class": 1, "skeleton": "coco17", "last": 299, **place(0)}
    (track,) = edit(video, add, person="Bo").tracks
    for frame in range(30, 300, 30):
        edit(video, {"verb": "fix", "id": track.id, **place(frame)}, person="Bo")
    return int(track.id)


def _lasting(look: Callable[[], list[str]]) -> list[str]:
    """What is wrong and stays so: charts and tables fit themselves to a new size a moment later."""
    deadline = time.monotonic() + MOMENT
    while (wrong := look()) and time.monotonic() < deadline:
        time.sleep(0.25)
    return wrong


class Room:
    """The Label screen with one thing after another open in it."""

    def __init__(self, desk: Any) -> None:
        self.desk, self.root, self.keys = desk, desk.root, desk.page.keyboard

    def opened(self) -> Iterator[str]:
        """Opens each thing, gives its name, and closes it again."""
        yield "tracks"
        yield from self._tabs()
        yield from self._over_the_picture()
        yield from self._dialogs()
        self.keys.press("g")
        expect(self.root.locator(".goto")).to_be_focused()
        yield "go to"
        self.keys.press("Escape")

    def _tabs(self) -> Iterator[str]:
        for name, row in (
            ("events", "[role='option'][data-segment]"),
            ("notes", ".note-row"),
            ("history", "[role='option'][data-batch]"),
        ):
            self.root.locator(f"#tab-{name}").click()
            self.root.locator(row).first.wait_for()
            yield name
            self.root.locator(row).first.click()
            yield f"one of {name}"
            if name == "notes":
                self.root.locator(".notes-view:visible button").first.click()
            elif name in ASKING:
                self.root.get_by_role("button", name=ASKING[name]).click()
                yield from self._shown(".veil .dialog", f"a question of {name}")
        self.root.locator("#tab-tracks").click()
        self.desk.go_to(70)
        yield "a caption"
        self.desk.go_to(30)

    def _over_the_picture(self) -> Iterator[str]:
        self._select()
        yield "a selected track"
        self.desk.page.mouse.click(*self._middle(), button="right")
        yield from self._shown(".menu", "menu")
        correct = self.root.locator("[data-command='correct']")
        if correct.is_visible():
            correct.click()
            yield from self._shown(".menu", "corrections")
        self.keys.down("Backquote")
        self.root.locator(".legend").wait_for()
        yield "legend"
        self.keys.up("Backquote")
        self.keys.press("Shift+b")
        yield from self._shown(".look-panel", "picture and trails")
        for key, name in (("n", "drawing"), ("Shift+a", "one attribute at a time")):
            self.keys.press(key)
            yield from self._shown(".hint", name)

    def _dialogs(self) -> Iterator[str]:
        for name, *keys in (
            ("keys", "Shift+Slash"),
            ("delete", "Delete"),
            ("swap", "w", "1"),
            ("re-fit", "Shift+r"),
            ("copy forward", "Shift+g"),
            ("mirror", "Shift+m"),
            ("note", "Shift+x", "Enter"),
        ):
            self._select()
            for key in keys:
                self.keys.press(key)
            yield from self._shown(".veil .dialog", name)

    def _shown(self, selector: str, name: str) -> Iterator[str]:
        self.root.locator(selector).wait_for()
        yield name
        self.keys.press("Escape")
        expect(self.root.locator(selector)).to_be_hidden()
        self.desk.focus()

    def _middle(self) -> tuple[float, float]:
        x, y, w, h = (float(part) for part in self.desk.data("place").split())
        return self.desk.at(x + w / 2, y + h / 2)

    def _select(self) -> None:
        """The first track of the list, by a click on its row."""
        self.root.locator(".list [role='option']").first.click()
        self.desk.wait("selected", bool)
        self.desk.wait("place", bool)


@pytest.mark.parametrize("language", ["en-US", "ko-KR"])
def test_every_screen_is_right_in_every_form(
    language: str,
    server: Any,
    add_clip: Callable[..., int],
    make_proxy: Callable[[int], None],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    suggest: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(SAMPLE)
    make_proxy(video)
    _furnish(server, video, edit, suggest)
    server.start()
    found: list[str] = []

    def look(page: Page, where: str) -> None:
        korean = language == "ko-KR"
        wrong = _lasting(lambda: review.complaints(page, korean=korean, known=KNOWN))
        found.extend(f"{where}: {one}" for one in wrong)

    for scheme in SCHEMES:
        desk = label(video, language=language, scheme=scheme)
        page = desk.page
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            desk.go_to(30)
            form = f"{width}-{language}-{scheme}"
            for name in Room(desk).opened():
                look(page, f"{form} label, {name}")
                nameless = review.nameless(desk.root)
                found.extend(f"{form} {name}, without a name: {one}" for one in nameless)
                if name == "a selected track":
                    keep_screenshot(page, f"label-{form}")
        for path in PAGES:
            page.goto(f"{server.url}/{path}?w=own&videos={video}")
            page.locator(".st-key-heading h3").wait_for()
            review.settled(page)
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                look(page, f"{width}-{language}-{scheme} {path or 'library'}")
        page.context.close()
    assert sorted(set(found)) == []
