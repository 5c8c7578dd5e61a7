"""Keys of one's own, work without a mouse, and poses: rows in the database and pixels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from core import db as store
from core import tracks
from core.labels import Box
from core.skeletons import COCO_17
from tests.browser import review

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOX = {"verb": "add", "class": 1, "frame": 0, "last": 100, "box": [60, 60, 80, 100]}
LEFT_ELBOW, LEFT_WRIST = COCO_17.joints.index("left_elbow"), COCO_17.joints.index("left_wrist")
# A person seen from the front, in a box of 80 x 160 with 10 pixels around.
POSE = {
    "nose": (0, -58),
    "eye": (4, -62),
    "ear": (8, -60),
    "shoulder": (18, -40),
    "elbow": (26, -14),
    "wrist": (30, 10),
    "hip": (12, 12),
    "knee": (13, 46),
    "ankle": (14, 80),
}


def _person(x: float, y: float) -> list[list[float]]:
    joints: list[list[float]] = []
    for name in COCO_17.joints:
        side, _, part = name.rpartition("_")
        dx, dy = POSE[part]
        joints.append([x + (dx if side == "left" else -dx), y + dy, 1, 2])
    return joints


def _bounds(joints: list[list[float]]) -> list[float]:
    points = np.array(joints, float)[:, :2]
    corner, size = points.min(0) - 10, np.ptp(points, axis=0) + 20
    return [*corner.tolist(), *size.tolist()]


def _track(server: Any, video: int, index: int = 0) -> tracks.Track:
    with store.reader(server.own) as db:
        return tracks.window(db, video)[index]


def _blue(desk: Any, x: float, y: float) -> bool:
    """Whether the colour of the first track is painted at a place of the picture."""
    seen = desk.pixels(x - 0.5, y - 0.5, 1, 1).reshape(-1, 3).astype(int)
    return bool((np.abs(seen - (90, 169, 255)).max(axis=1) < 40).any())


def _ringed(desk: Any, x: float, y: float) -> bool:
    """Whether the white ring of the chosen joint is around a point."""
    return bool((desk.pixels(x - 6, y - 6, 12, 12).min(axis=2) > 246).any())


def test_keys_are_changed_named_refused_and_follow_the_person(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    edit(video, BOX)
    server.start()
    desk = label(video)
    keyboard = desk.page.keyboard
    desk.click(100, 110)

    def key_of(label_: str) -> Any:
        row = dialog.locator(".key-row").filter(has_text=label_)
        return row.get_by_role("button").first

    def open_keys() -> Any:
        keyboard.press("Shift+Slash")
        return desk.root.get_by_role("dialog", name="All keys")

    dialog = open_keys()
    key_of("Accept the track").click()
    keyboard.press("Control+t")
    expect(dialog.get_by_role("status")).to_contain_text("Ctrl+T belongs to the browser")
    keyboard.press("Tab")
    expect(dialog.get_by_role("status")).to_contain_text("Tab belongs to the browser")
    keyboard.press("3")
    expect(dialog.get_by_role("status")).to_contain_text("3 is “Class by its digit”")
    keyboard.press("x")
    expect(dialog.get_by_role("status")).to_contain_text("X is already “Reject the track”")
    keep_screenshot(desk.page, "keys-conflict")
    dialog.get_by_role("button", name="Use it here instead").click()
    expect(dialog.get_by_role("status")).to_contain_text("“Reject the track” has no key now")
    key_of("Reject the track").click()
    keyboard.press("Shift+Digit9")
    expect(key_of("Reject the track")).to_have_text("Shift+9")
    keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    accept = desk.root.get_by_role("button", name="X Accept")
    expect(accept).to_have_attribute("title", "Accept the track (X)")
    expect(accept).to_have_attribute("aria-keyshortcuts", "X")
    keyboard.press("x")
    desk.wait_saved()
    assert _track(server, video).state == "accepted"
    keyboard.press("a")
    keyboard.press("Shift+Digit9")
    desk.wait_saved()
    assert _track(server, video).state == "rejected"

    # Another browser of the same person, then another person.
    desk = label(video)
    expect(desk.root.get_by_role("button", name="X Accept")).to_be_visible()
    desk = label(video, person="Bo")
    keyboard = desk.page.keyboard
    expect(desk.root.get_by_role("button", name="A Accept")).to_be_visible()
    dialog = open_keys()
    dialog.get_by_label("Preset").select_option("cvat")
    keyboard.press("Escape")
    desk.click(100, 110)
    keyboard.press("Backquote")
    keyboard.type("50")
    keyboard.press("Enter")
    desk.wait_exact(50)
    keyboard.press("e")
    desk.wait_exact(0)
    keyboard.press("v")
    desk.wait_exact(10)
    keyboard.press("c")
    desk.wait_exact(0)


def test_boxes_are_made_and_shaped_without_a_mouse(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    until: Callable[..., Any],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    server.start()
    desk = label(video)
    keyboard = desk.page.keyboard
    assert review.nameless(desk.root) == []
    keyboard.press("n")
    keyboard.press("Enter")
    desk.wait_saved()
    made = _track(server, video).keyframes[0].box
    assert made.iou(Box(160 - made.w / 2, 120 - made.h / 2, made.w, made.h)) > 0.95
    keyboard.press("Shift+w")
    mark = desk.root.get_by_role("button", name="Arrows move the right and bottom edges")
    expect(mark).to_be_visible()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowUp"):
        keyboard.press(f"Shift+{key}")
    desk.wait_saved()
    wider = _track(server, video).keyframes[0].box
    assert wider.values() == pytest.approx((made.x, made.y, made.w + 3, made.h - 1), abs=0.02)
    keyboard.press("Shift+w")
    for key in ("ArrowLeft", "ArrowDown", "ArrowDown"):
        keyboard.press(f"Shift+{key}")
    desk.wait_saved()
    shaped = _track(server, video).keyframes[0].box
    assert shaped.values() == pytest.approx(
        (wider.x - 1, wider.y + 2, wider.w + 1, wider.h - 2), abs=0.02
    )
    keyboard.press("Shift+w")
    expect(mark).to_be_hidden()
    keyboard.press("Shift+ArrowLeft")
    desk.wait_saved()
    moved = _track(server, video).keyframes[0].box
    assert moved.values() == pytest.approx((shaped.x - 1, *shaped.values()[1:]), abs=0.02)
    # Beside the handles, its sides are painted there, and no more where they were made.
    across, down = moved.x + moved.w / 3, moved.y + moved.h / 3
    now = [(moved.x, down), (moved.x + moved.w, down), (across, moved.y)]
    before = [(made.x, down), (made.x + made.w, down)]
    until(lambda: [_blue(desk, *at) for at in now + before] == [True] * 3 + [False] * 2)

    # Its class in the field: each step shows one, what the field is left with counts, once.
    field = desk.root.get_by_role("region", name="Selected track").get_by_label("Class")
    for leave, kind in (("Escape", 1), ("Enter", 3)):
        field.focus()
        keyboard.press("ArrowDown")
        keyboard.press("ArrowDown")
        expect(field).to_be_focused()
        expect(field).to_have_value("3")
        assert _track(server, video).class_id == 1
        keyboard.press(leave)
        expect(desk.root.locator(".stage")).to_be_focused()
        desk.wait_saved()
        assert _track(server, video).class_id == kind
        expect(field).to_have_value(str(kind))
    keyboard.press("Control+z")
    desk.wait_saved()
    assert _track(server, video).class_id == 1


def test_a_pose_is_corrected_limb_by_limb_side_by_side_and_joint_by_joint(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    pose = _person(160, 120)
    box = _bounds(pose)
    made = {**BOX, "box": box, "joints": pose, "skeleton": "coco17"}
    track = edit(video, made).tracks[0].id
    for frame in (20, 40, 60, 80):
        edit(video, {"verb": "fix", "id": track, "frame": frame, "joints": pose})
    hidden = [[*one[:3], 1] if index == LEFT_WRIST else one for index, one in enumerate(pose)]
    edit(video, {"verb": "fix", "id": track, "frame": 80, "joints": hidden})
    server.start()
    desk = label(video)
    keyboard = desk.page.keyboard
    desk.go_to(20)
    desk.click(160, 100)
    desk.wait("selected", lambda value: value == str(track))

    def joints(frame: int) -> np.ndarray[Any, Any]:
        found = _track(server, video).at(frame)
        assert found is not None
        assert found.joints is not None
        return np.array([joint.values() for joint in found.joints])

    def moved(frame: int) -> dict[str, tuple[float, float]]:
        change = joints(frame)[:, :2] - np.array(pose)[:, :2]
        return {
            name: (round(float(dx)), round(float(dy)))
            for name, (dx, dy) in zip(COCO_17.joints, change, strict=True)
            if abs(dx) + abs(dy) > 0.3
        }

    def painted(*points: tuple[float, float]) -> list[bool]:
        """Whether joints or edges of the first track are painted in its colour there."""
        return [_blue(desk, x, y) for x, y in points]

    # Alt: the elbow takes the wrist along; the box keeps its margins around them.
    elbow, wrist = (tuple(pose[index][:2]) for index in (LEFT_ELBOW, LEFT_WRIST))
    there, beyond = [(x, y) for x, y in (elbow, wrist)], [(x + 30, y) for x, y in (elbow, wrist)]
    right = box[0] + box[2]
    edges = [(right, box[1] + 22), (right + 30, box[1] + 22)]
    assert painted(*there, *beyond, *edges) == [True, True, False, False, True, False]
    keyboard.down("Alt")
    desk.drag(elbow, (elbow[0] + 30, elbow[1]))
    keyboard.up("Alt")
    desk.wait_saved()
    assert moved(20) == {"left_elbow": (30, 0), "left_wrist": (30, 0)}
    now = _track(server, video).at(20)
    assert now is not None
    assert now.box.values() == pytest.approx((box[0], box[1], box[2] + 30, box[3]), abs=0.5)
    moved_along = [False, False, True, True, False, True]
    until(lambda: painted(*there, *beyond, *edges) == moved_along)

    # Without it the elbow alone; with the box locked that stays.
    keyboard.press("Shift+v")
    desk.go_to(40)
    desk.drag(elbow, (elbow[0] + 30, elbow[1]))
    desk.wait_saved()
    assert moved(40) == {"left_elbow": (30, 0)}
    locked = _track(server, video).at(40)
    assert locked is not None
    assert locked.box.values() == pytest.approx(box, abs=0.5)
    alone = [True, True, True, False]
    until(lambda: painted(wrist, beyond[0], *edges) == alone)

    # By keys: the chosen joint's limb.
    desk.go_to(60)
    keyboard.press("Escape")
    keyboard.press("Tab")
    for _ in range(LEFT_ELBOW + 1):
        keyboard.press("j")
    keyboard.press("Shift+w")
    expect(desk.root.get_by_role("button", name="Arrows move the limb")).to_be_visible()
    for _ in range(4):
        keyboard.press("Shift+ArrowUp")
    desk.wait_saved()
    assert moved(60) == {"left_elbow": (0, -4), "left_wrist": (0, -4)}
    until(lambda: painted((wrist[0], wrist[1] - 4)) == [True])

    # Left and right exchanged on a range, the hidden left wrist being chosen; the rest stays.
    wrists = [wrist, tuple(pose[LEFT_WRIST + 1][:2])]
    detail = desk.root.locator(".inspector-detail").first

    def chosen(frame: int, words: str, rings: list[bool]) -> None:
        """Until the left wrist is where a ring says; what is seen of the two has not moved."""
        desk.go_to(frame)
        expect(detail).to_contain_text(words)
        until(lambda: [_ringed(desk, *point) for point in wrists] == rings)
        assert painted(*wrists) == [False, True]

    desk.go_to(80)
    for _ in range(LEFT_WRIST - LEFT_ELBOW):
        keyboard.press("j")
    chosen(80, "left wrist · occluded", [True, False])
    before = [joints(frame) for frame in (75, 80, 90)]
    keyboard.press("Shift+m")
    dialog = desk.root.get_by_role("dialog", name="Mirror left and right")
    dialog.get_by_label("First frame").fill("80")
    dialog.get_by_label("Last frame").fill("85")
    keep_screenshot(desk.page, "pose-mirror")
    dialog.get_by_role("button", name="These frames").click()
    desk.wait_saved()
    after = [joints(frame) for frame in (75, 80, 90)]
    assert np.allclose(before[0], after[0], atol=1e-3)
    assert np.allclose(before[2], after[2], atol=1e-3)
    assert np.allclose(after[1][LEFT_ELBOW], before[1][LEFT_ELBOW + 1], atol=1e-3)
    assert np.allclose(after[1][LEFT_WRIST + 1], before[1][LEFT_WRIST], atol=1e-3)
    rows = [k.frame for k in _track(server, video).keyframes if 60 < k.frame < 100]
    assert rows == [79, 80, 85, 86]
    for frame in (80, 85):
        chosen(frame, "left wrist · visible", [False, True])
    chosen(90, "left wrist · occluded", [True, False])
    keyboard.press("Control+z")
    desk.wait_saved()
    assert np.allclose(joints(80), before[1], atol=1e-3)

    # A wrist far away: the bone is marked, in words as well.
    desk.go_to(0)
    desk.drag(wrist, (wrist[0] + 90, wrist[1]))
    desk.wait_saved()
    expect(desk.root.get_by_text("left forearm")).to_contain_text("longer than usual")
    middle = ((elbow[0] + wrist[0] + 90) / 2, (elbow[1] + wrist[1]) / 2)
    sign = desk.pixels(middle[0] - 3, middle[1] - 3, 6, 6).reshape(-1, 3).astype(int)
    assert any(red > 200 and green < 90 for red, green, _blue in sign)
    keep_screenshot(desk.page, "pose-odd-bone")

    _nudge_hide_move_and_mirror(server, video, desk, (wrist[0] + 90, wrist[1]), until)


def _nudge_hide_move_and_mirror(
    server: Any, video: int, desk: Any, wrist: tuple[float, float], until: Callable[..., Any]
) -> None:
    """What else is done to a pose on one frame, the first; its left wrist is chosen."""
    keyboard = desk.page.keyboard
    colour, hollow = (90, 169, 255), (16, 20, 26)  # of the first track; of an occluded joint

    def painted(x: float, y: float, wanted: tuple[int, ...]) -> bool:
        seen = desk.pixels(x - 1, y - 1, 2, 2).reshape(-1, 3).astype(int)
        return bool((np.abs(seen - wanted).max(axis=1) < 40).any())

    def joints() -> np.ndarray[Any, Any]:
        place = _track(server, video).at(0)
        assert place is not None
        assert place.joints is not None
        return np.array([joint.values() for joint in place.joints])

    # By a pixel; hidden, absent, and there again.
    x, y = wrist
    assert np.allclose(joints()[LEFT_WRIST][:2], wrist, atol=0.6)
    until(lambda: painted(x, y, colour))
    for _ in range(6):
        keyboard.press("Shift+ArrowDown")
    desk.wait_saved()
    assert np.allclose(joints()[LEFT_WRIST][:2], (x, y + 6), atol=0.6)
    until(lambda: painted(x, y + 6, colour))
    keyboard.press("Shift+ArrowDown")
    keyboard.press("Escape")  # taken back before it is saved
    until(lambda: desk.data("unsaved") == "0")
    assert np.allclose(joints()[LEFT_WRIST][:2], (x, y + 6), atol=0.6)
    until(lambda: painted(x, y + 6, colour))
    for visibility, wanted in ((1, hollow), (0, None), (2, colour)):
        keyboard.press("v")
        desk.wait_saved()
        assert joints()[LEFT_WRIST][3] == visibility
        if wanted is not None:
            until(lambda wanted=wanted: painted(x, y + 6, wanted))
        else:  # a faint circle around nothing shows where it would be
            until(lambda: np.abs(np.subtract(desk.colour(x, y + 6), colour)).max() > 60)

    # The whole person goes along with the box; left and right of this frame are exchanged.
    before = joints()
    desk.drag((160, 150), (120, 140))
    desk.wait_saved()
    moved = joints()
    assert np.allclose(moved[:, :2] - before[:, :2], (-40, -10), atol=0.6)
    nose = moved[0]
    until(lambda: painted(nose[0], nose[1], colour))
    wrists = moved[LEFT_WRIST : LEFT_WRIST + 2, :2]
    until(lambda: [_ringed(desk, *at) for at in wrists] == [True, False], what="the left wrist")
    keyboard.press("Shift+m")
    dialog = desk.root.get_by_role("dialog", name="Mirror left and right")
    dialog.get_by_role("button", name="This frame").click()
    desk.wait_saved()
    assert np.allclose(joints()[LEFT_WRIST], moved[LEFT_WRIST + 1], atol=1e-3)
    assert np.allclose(joints()[LEFT_WRIST + 1], moved[LEFT_WRIST], atol=1e-3)
    until(lambda: [_ringed(desk, *at) for at in wrists] == [False, True], what="the other side")
