"""Dialogs of the annotator and the keys: in they go, round and round, and back to the picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from core import db as store
from core import event_classes, segments, tracks
from core.skeletons import COCO_17
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADD = {"verb": "add", "class": 1, "frame": 0, "last": 100}
POSE = [[60 + 4 * (n % 5), 70 + 6 * n, 1, 2] for n in range(len(COCO_17.joints))]
# The controls of a dialog that a person can use, and the one that has the keys (-1: none of them).
STOPS = """panel => {
  const all = panel.querySelectorAll("button, input, select, textarea, [tabindex='0']");
  const found = [...all].filter((one) => one.checkVisibility() && !one.disabled);
  return [found.length, found.indexOf(panel.getRootNode().activeElement)];
}"""
LOSE = """panel => panel.getRootNode().activeElement?.blur()"""


class Keys:
    """What the keyboard does in the dialog that is open."""

    def __init__(self, desk: Any) -> None:
        self.desk, self.page, self.press = desk, desk.page, desk.page.keyboard.press
        self.stage = desk.root.locator(".stage")
        self.panel: Locator = desk.root.locator(".dialog")

    def stops(self) -> tuple[int, int]:
        count, index = self.panel.evaluate(STOPS)
        return count, index

    def stay_inside(self, name: str) -> None:
        """The dialog of this name has the keys; Tab and Shift+Tab go round, also from nowhere."""
        expect(self.desk.root.get_by_role("dialog", name=name)).to_be_visible()
        _, begun = self.stops()
        assert begun >= 0, f"{name}: opened without the keys"
        # A button may become one that can be used meanwhile.
        eventually(lambda: self.go_round(name))

    def go_round(self, name: str) -> None:
        count, _ = self.stops()
        for way in (("Tab", "Shift+Tab", "Tab"), ("Shift+Tab", "Tab")):
            self.panel.evaluate(LOSE)
            wanted = [0 if key == "Tab" else count - 1 for key in way]
            assert [self.after(key) for key in way] == wanted, name
        further = range(1, min(count, 6))
        assert [self.after("Tab") for _ in further] == list(further), name

    def decide_nothing(self, name: str) -> None:
        """The dialog opened by itself: a key meant for the picture presses none of its buttons."""
        expect(self.panel).to_be_focused()
        for key in ("Enter", "Space"):
            self.press(key)
        expect(self.desk.root.get_by_role("dialog", name=name)).to_be_visible()
        self.press("Tab")

    def after(self, key: str) -> int:
        self.press(key)
        return self.stops()[1]

    def leave(self, name: str) -> None:
        self.stay_inside(name)
        self.press("Escape")
        expect(self.panel).to_be_hidden()
        expect(self.stage).to_be_focused()


def test_every_dialog_keeps_the_keys_and_gives_them_back(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    store.write(server.own, event_classes.add_boxing)
    posed = {**ADD, "box": [50, 60, 40, 120], "joints": POSE, "skeleton": "coco17"}
    one, other = (
        edit(video, made).tracks[0].id
        for made in (posed, {**posed, "box": [150, 60, 60, 100], "joints": POSE})
    )
    edit(video, {"verb": "fix", "id": other, "frame": 50, "box": [160, 60, 60, 100]})
    event = {"kind": "segment", "verb": "add", "type": "event", "class": 5, "first": 5, "last": 30}
    made = edit(video, event).segments[0].id
    server.start()
    desk = label(video)
    keys, press = Keys(desk), desk.page.keyboard.press
    with store.reader(server.own) as db:
        before = tracks.window(db, video)

    desk.go_to(20)
    desk.click(180, 150)
    desk.wait("selected", lambda value: value == str(other))
    for key, name in (
        ("Delete", "Delete"),
        ("Shift+g", "Copy forward"),
        ("Shift+r", f"Re-fit person {other}"),
        ("Shift+m", "Mirror left and right"),
        ("w", f"Swap person {other} and person {one} from frame 20"),
    ):
        press(key)
        keys.leave(name)
    press("Shift+Slash")
    keys.leave("All keys")
    for _ in range(2):
        press("Shift+x")
    keys.leave("Note on frame 20")
    with store.reader(server.own) as db:
        assert tracks.window(db, video) == before

    desk.root.get_by_role("tab", name="Events").click()
    desk.root.get_by_role("button", name="Reaction time…").click()
    keys.leave("Reaction time")
    desk.root.get_by_role("tab", name="History").click()
    desk.root.get_by_role("listbox", name="History").get_by_role("option").nth(1).click()
    desk.root.get_by_role("button", name="Put the video back to before this").click()
    keys.leave("Put back to what it was")

    # What the server refuses: the track is gone, and this page has not heard of it.
    desk.page.route("**/changes?**", lambda route: route.abort())
    edit(video, {"verb": "delete", "id": one, "scope": "track"}, person="Bo")
    desk.root.get_by_role("tab", name="Events").click()
    desk.root.locator(f".events [role='option'][data-segment='{made}']").click()
    desk.wait("segment", lambda value: value == str(made))
    desk.root.get_by_label("Whose event it is").select_option(str(one))
    desk.root.get_by_role("button", name="Could not be saved: 1").click()
    keys.leave("Could not be saved")
    with store.reader(server.own) as db:
        assert [one.track for one in segments.shown(db, video)] == [None]

    # Two versions: there is no way round the choice, and what was chosen gives the keys back.
    edit(video, {"verb": "fix", "id": other, "frame": 0, "box": [10, 10, 50, 50]}, person="Bo")
    desk.click(180, 150)
    desk.wait("selected", lambda value: value == str(other))
    press("a")
    name = "Two changes to the same track"
    keys.decide_nothing(name)
    keys.stay_inside(name)
    press("Escape")
    keys.stay_inside(name)
    press("Tab")
    keys.panel.get_by_role("button", name="Keep theirs").press("Enter")
    expect(keys.panel).to_be_hidden()
    expect(keys.stage).to_be_focused()
