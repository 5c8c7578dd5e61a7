"""The mouse on the picture, the menus of objects and joints: rows in the database and pixels."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core import db as store
from core import jobs, journal, tracks
from core.labels import Box
from core.skeletons import COCO_17
from core.workspace import ROOT
from tests import clips
from tests.browser.hand import far
from tests.moving import Scene

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADD = {"verb": "add", "class": 1, "frame": 0}
OWN_MODEL = """from dataclasses import replace

from models import medianflow

MODEL = replace(medianflow.MODEL, name="steadyflow")
"""
SHOULDER = COCO_17.joints.index("left_shoulder")
THING = Box(120, 130, 60, 70)


def _track(server: Any, identity: int) -> tracks.Track:
    with store.reader(server.own) as db:
        return tracks.get(db, identity)


def _place(server: Any, identity: int, frame: int) -> Any:
    found = _track(server, identity).at(frame)
    assert found is not None
    return found


def test_the_picture_is_moved_boxes_stay_and_space_plays(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    still = edit(video, {**ADD, "last": 100, "box": [90, 60, 50, 60]}).tracks[0].id
    outside = edit(video, {**ADD, "last": 100, "box": [-20, 140, 60, 60]}).tracks[0].id
    server.start()
    desk = label(video)
    keyboard, mouse = desk.page.keyboard, desk.page.mouse
    frame = 21
    truth = clips.picture(frame)
    dx, dy = -60, -40

    def view() -> dict[str, float]:
        return dict(json.loads(desk.data("view") or "{}"))

    def move_picture(start: tuple[float, float], button: Any = "left") -> None:
        x, y = desk.at(*start)
        mouse.move(x, y)
        mouse.down(button=button)
        mouse.move(x + dx, y + dy, steps=4)
        mouse.up(button=button)

    def pan_by_space() -> None:
        keyboard.down("Space")
        move_picture((115, 90))  # on a box, which stays where it is
        keyboard.up("Space")

    ways = (
        lambda: move_picture((200, 40)),
        lambda: move_picture((115, 90), "middle"),
        pan_by_space,
    )
    for way in ways:
        desk.go_to(frame)
        keyboard.press("0")
        before, scale = view(), view()["scale"]
        # A dark spot of the page, where a bright cell is once the picture has moved.
        spot = (235, 150)
        there = (spot[0] - dx / scale, spot[1] - dy / scale)
        assert truth[spot[1], spot[0], 0] < 60 < 200 < truth[int(there[1]), int(there[0]), 0]
        assert desk.colour(*spot)[0] < 60
        way()
        now = view()
        assert (now["x"] - before["x"], now["y"] - before["y"]) == pytest.approx((dx, dy), abs=1)
        assert now["scale"] == scale
        assert desk.colour(*there)[0] > 200
        assert desk.data("playing") == "false"
        keyboard.press("Space")
        desk.wait("playing", lambda value: value == "true")
        keyboard.press("Space")
        desk.wait("playing", lambda value: value == "false")

    # Space held while another window takes the keys: the next drag is one of the box again.
    desk.go_to(frame)
    keyboard.press("0")
    stage = desk.root.locator(".stage")
    keyboard.down("Space")
    expect(stage).to_have_class(re.compile("panning"))
    desk.page.evaluate("window.dispatchEvent(new Event('blur'))")
    expect(stage).not_to_have_class(re.compile("panning"))
    assert [k.frame for k in _track(server, still).keyframes] == [0]
    desk.drag((115, 90), (135, 100))
    keyboard.up("Space")
    desk.wait_saved()
    assert desk.data("playing") == "false"
    assert _place(server, still, frame).box.values() == pytest.approx((110, 70, 50, 60), abs=0.6)

    # A box that sticks out of the picture: only the sides that are held move.
    desk.click(20, 170)
    desk.wait("selected", lambda value: value == str(outside))
    desk.drag((10, 200), (10, 220))
    desk.wait_saved()
    assert _place(server, outside, frame).box.values() == pytest.approx((-20, 140, 60, 80), abs=0.6)
    desk.drag((40, 140), (60, 130))
    desk.wait_saved()
    assert _place(server, outside, frame).box.values() == pytest.approx((-20, 130, 80, 90), abs=0.6)
    shown = [float(value) for value in (desk.data("place") or "").split()]
    assert shown == pytest.approx((-20, 130, 80, 90), abs=0.6)


def test_menus_by_mouse_and_by_keys(
    server: Any,
    add_clip: Callable[..., int],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
    tmp_path: Path,
) -> None:
    own_models = tmp_path / "models"
    own_models.mkdir()
    (own_models / "steadyflow.py").write_text(OWN_MODEL)
    server.environment["DATAGUARD_EXTRA_MODELS"] = str(own_models)
    scene = Scene(lambda frame: replace(THING, x=THING.x + frame), frames=60)
    video = add_clip(scene.encode(tmp_path / "slow.mp4"))
    thing = edit(video, {**ADD, "last": 59, "box": list(THING.values())}).tracks[0].id
    joints = [[20 + 8 * n, 20 + 15 * (n % 3), 1, 2] for n in range(len(COCO_17.joints))]
    posed = {**ADD, "last": 59, "box": [10, 10, 150, 50], "joints": joints, "skeleton": "coco17"}
    person = edit(video, posed).tracks[0].id
    server.start()
    desk = label(video)
    page, keyboard = desk.page, desk.page.keyboard
    menu = desk.root.get_by_role("menu")
    items = menu.locator("button")
    middle = (150, 165)

    def right_click(x: float, y: float) -> None:
        page.mouse.click(*desk.at(x, y), button="right")
        expect(menu).to_be_visible()

    # Of an object, with the mouse; what is under the menu is left alone.
    right_click(*middle)
    desk.wait("selected", lambda value: value == str(thing))
    keep_screenshot(page, "menu-object")
    view = desk.data("view")
    items.last.hover()
    page.mouse.wheel(0, 100)
    menu.get_by_role("menuitem", name="Accept").click()
    expect(menu).to_be_hidden()
    desk.wait_saved()
    assert _track(server, thing).state == "accepted"
    assert desk.data("view") == view
    assert desk.data("selected") == str(thing)

    # By keys: the first entry has the focus, arrows go round, Escape gives the keys back.
    for key in ("Shift+F10", "ContextMenu"):
        keyboard.press(key)
        expect(items.first).to_be_focused()
        keyboard.press("Escape")
        expect(menu).to_be_hidden()
        expect(desk.root.locator(".stage")).to_be_focused()
    keyboard.press("Shift+F10")
    keyboard.press("ArrowDown")
    expect(menu.get_by_role("menuitem", name="Reject")).to_be_focused()
    keyboard.press("Enter")
    desk.wait_saved()
    assert _track(server, thing).state == "rejected"
    keyboard.press("ContextMenu")
    keyboard.press("z")  # the key that stands beside an entry
    expect(menu).to_be_hidden()
    desk.wait_saved()
    with store.reader(server.own) as db:
        assert journal.history(db, "track", thing)[-1]["verb"] == "skip"
    keyboard.press("ContextMenu")
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    dialog = desk.root.get_by_role("dialog", name="Delete")
    expect(dialog).to_be_visible()
    keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    right_click(*middle)
    desk.root.get_by_role("searchbox").first.click()
    expect(menu).to_be_hidden()
    desk.focus()

    # Every correction that the page of the manual has: ends, occlusion, keyframes.
    correct = desk.root.get_by_role("button", name="Correct…")
    desk.go_to(40)
    correct.click()
    keep_screenshot(page, "menu-correct")
    assert _manual() - set(menu.locator("kbd").all_inner_texts()) == set()
    menu.get_by_role("menuitem", name="Ends here").click()
    desk.wait_saved()
    assert (_track(server, thing).first, _track(server, thing).last) == (0, 40)
    desk.go_to(30)
    correct.focus()
    keyboard.press("Enter")
    expect(items.first).to_be_focused()
    for _ in range(3):
        keyboard.press("ArrowDown")
    expect(menu.get_by_role("menuitem", name="Object occluded or not")).to_be_focused()
    keyboard.press("Enter")
    desk.wait_saved()
    assert [_place(server, thing, f).occluded for f in (29, 30, 40)] == [False, True, True]
    right_click(*middle)
    menu.get_by_role("menuitem", name="Correct the track…").click()
    menu.get_by_role("menuitem", name="Move the keyframe here a frame earlier").click()
    desk.wait_saved()
    desk.wait_exact(29)
    assert [_place(server, thing, f).occluded for f in (28, 29, 40)] == [False, True, True]
    correct.click()
    menu.get_by_role("menuitem", name="Delete").click()
    expect(dialog).to_be_visible()
    keyboard.press("Escape")

    # Of a joint: what it is now is marked, and the picture shows what becomes of it.
    desk.go_to(0)
    x, y = joints[SHOULDER][:2]
    desk.click(100, 55)
    desk.wait("selected", lambda value: value == str(person))
    visible = desk.colour(x, y)
    right_click(x, y)
    expect(menu).to_contain_text("left shoulder")
    expect(items).to_have_text(["● visible", "○ occluded", "○ absent"])
    expect(items.first).to_have_attribute("aria-checked", "true")
    keep_screenshot(page, "menu-joint")
    menu.get_by_role("menuitemradio", name="occluded").click()
    desk.wait_saved()
    assert _place(server, person, 0).joints[SHOULDER].visibility == 1
    until(lambda: far(desk.colour(x, y), visible) > 60, what="a hollow joint")
    keyboard.press("ContextMenu")
    expect(items.nth(1)).to_have_attribute("aria-checked", "true")
    for _ in range(2):
        keyboard.press("ArrowDown")
    keyboard.press("Enter")
    desk.wait_saved()
    assert [joint.visibility for joint in _place(server, person, 0).joints].count(0) == 1
    assert _place(server, person, 0).joints[SHOULDER].visibility == 0
    keyboard.press("Escape")  # the joint is let go, and the menu is about the person
    keyboard.press("ContextMenu")
    expect(menu.get_by_role("menuitem", name="Accept")).to_be_focused()
    keyboard.press("Escape")

    # Which model follows is chosen before there was any follow, and kept.
    right_click(*middle)
    expect(menu.get_by_role("menuitemradio", name="Follow with medianflow")).to_be_checked()
    menu.get_by_role("menuitemradio", name="Follow with steadyflow").click()
    expect(desk.root.get_by_text("followed with steadyflow from now on")).to_be_visible()
    keyboard.press("t")
    until(lambda: _followed(server) == ["steadyflow"], what="a follow by it")
    desk.wait("follow", lambda value: value == "off")
    page.reload()
    desk = type(desk)(page)
    desk.go_to(0)
    right_click(*middle)
    expect(menu.get_by_role("menuitemradio", name="Follow with steadyflow")).to_be_checked()


def _manual() -> set[str]:
    """The keys of the corrections that docs/annotator.md lists, as menus write them."""
    page = (ROOT / "docs" / "annotator.md").read_text()
    section = page.split("## Correcting tracks")[1].split("**Before")[0]
    rows = [line.split("|")[2] for line in section.splitlines() if line.startswith("| ")][1:]
    keys = re.findall(r"`` ` ``|`[^`]+`", " ".join(rows))
    return {key.strip("` ").replace(" ", "").replace("Delete", "Del") or "`" for key in keys}


def _followed(server: Any) -> list[str]:
    with store.reader(server.own) as db:
        return [job.parameters["model"] for job in jobs.listed(db) if job.kind == "follow"]
