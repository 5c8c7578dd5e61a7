"""What somebody else changes while a question is open: nothing of it is overwritten silently."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from core import class_changes, tracks
from core import db as store
from core.labels import Box
from tests.browser.driver import Annotator

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADD = {"verb": "add", "class": 1}
LAST = 60
POSE = [[110 + 8 * (joint % 5), 70 + 8 * joint, 1, 2] for joint in range(17)]
THEIRS, MINE = "Keep theirs", "Apply mine again"


def _box(track: tracks.Track, frame: int) -> Box | None:
    """Where a track is at a frame, to a thousandth of a pixel."""
    found = track.at(frame)
    return Box(*(round(side, 3) for side in found.box.values())) if found is not None else None


class Table:
    """Ana at an annotator, Bo at the same tracks, and the rows that both leave."""

    def __init__(self, server: Any, video: int, desk: Annotator, edit: Callable[..., Any]) -> None:
        self.server, self.video, self.desk, self.edit = server, video, desk, edit
        self.page, self.keys = desk.page, desk.page.keyboard
        self.conflict = self.dialog("Two changes to the same track")

    def dialog(self, name: str) -> Locator:
        return self.page.get_by_role("dialog", name=name)

    def rows(self) -> dict[int, tracks.Track]:
        with store.reader(self.server.own) as db:
            return {track.id: track for track in tracks.window(db, self.video)}

    def places(self) -> dict[int, Any]:
        return {one.id: (one.first, one.last, one.keyframes) for one in self.rows().values()}

    def take(self, identity: int, frame: int) -> None:
        self.desk.go_to(frame)
        self.keys.press("Escape")
        place = self.rows()[identity].at(frame)
        assert place is not None
        box = place.box
        self.desk.click(box.x + box.w / 2, box.y + box.h - 8)
        self.desk.wait("selected", lambda value: value == str(identity))

    def by_bo(self, identity: int) -> None:
        """Bo places one more keyframe; Ana's page has heard of it afterwards."""
        track = self.rows()[identity]
        taken = {keyframe.frame for keyframe in track.keyframes}
        frame = next(f for f in range(track.last, track.first, -1) if f not in taken)
        place = track.at(frame)
        assert place is not None
        x, y, w, h = place.box.values()
        fix = {"verb": "fix", "id": identity, "frame": frame, "box": [x, y + 3, w, h]}
        self.edit(self.video, fix, person="Bo")
        row = self.desk.root.locator(f".tracks .row[data-track='{identity}']")
        expect(row).to_contain_text(f"◆ {len(taken) + 1}")

    def answer(self, choice: str, confirm: Callable[[], None]) -> dict[int, tracks.Track]:
        """Confirm what was asked: it is not done, and both versions are there to choose from."""
        before, places = self.rows(), self.places()
        confirm()
        expect(self.conflict).to_be_visible()
        assert self.places() == places
        self.conflict.get_by_role("button", name=choice).click()
        self.desk.wait_saved()
        if choice == THEIRS:
            assert self.places() == places
        return before

    def undo(self, before: dict[int, tracks.Track]) -> None:
        self.keys.press("Control+z")
        self.desk.wait_saved()
        assert {one: track.keyframes for one, track in self.rows().items()} == {
            one: track.keyframes for one, track in before.items()
        }


@pytest.fixture
def table(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
) -> tuple[Table, int, int, int]:
    """One that a model saw on every second frame, another that stands still, and later a pose."""
    video = add_clip(clip("cfr.mp4"))
    one = edit(video, {**ADD, "frame": 0, "last": LAST, "box": [20, 60, 60, 100]}).tracks[0].id
    way = ({"frame": f, "box": [20 + 2 * f, 60, 60, 100]} for f in range(2, LAST + 1, 2))
    edit(video, *({"verb": "fix", "id": one, **place} for place in way))
    store.write(
        server.own,
        lambda db: db.execute("UPDATE keyframes SET source = 'model' WHERE frame != 30"),
    )
    other = edit(video, {**ADD, "frame": 0, "last": LAST, "box": [210, 60, 60, 100]}).tracks[0].id
    posed = {"frame": 100, "last": 119, "box": [90, 50, 80, 170], "joints": POSE}
    pose = edit(video, {**ADD, **posed, "skeleton": "coco17"}).tracks[0].id
    weight = {"weight": {"type": "number"}}
    store.write(
        server.own,
        lambda db: class_changes.change(db, 1, batch="w", person="Ana", attributes=weight),
    )
    store.close_all()
    server.start()
    return Table(server, video, label(video), edit), one, other, pose


def test_a_dialog_answers_for_what_was_seen_when_it_was_opened(
    table: tuple[Table, int, int, int],
) -> None:
    at, one, other, pose = table
    keys, page = at.keys, at.page

    def ask(key: str, name: str, button: str) -> Locator:
        keys.press(key)
        expect(at.dialog(name)).to_be_visible()
        found = at.dialog(name).get_by_role("button", name=button)
        expect(found).to_be_enabled()
        return found

    # Re-fit: Bo's keyframe stays as it is; then it is one of those that a re-fit keeps.
    at.take(one, 20)
    for choice in (THEIRS, MINE):
        confirm = ask("Shift+r", "Re-fit person", "Re-fit")
        at.by_bo(one)
        before = at.answer(choice, confirm.click)
    human = [k.frame for k in before[one].keyframes if k.source == "human"]
    assert len(human) == 3
    assert [k.frame for k in at.rows()[one].keyframes] == sorted({0, *human, LAST})
    at.undo(before)

    # What Ana herself saved while the dialog was open is no conflict.
    at.take(one, 20)
    keys.press("Shift+ArrowUp")
    confirm = ask("Shift+r", "Re-fit person", "Re-fit")
    at.desk.wait_saved()
    confirm.click()
    at.desk.wait_saved()
    expect(at.conflict).to_be_hidden()
    nudged = at.rows()[one].keyframes
    assert len(nudged) < len(before[one].keyframes)
    assert 20 in [k.frame for k in nudged]
    keys.press("Control+z")
    at.undo(before)

    # Swap: Bo changes the other of the two.
    at.take(one, 20)
    for choice in (THEIRS, MINE):
        confirm = ask("w", "Swap person", "Swap to the end")
        at.by_bo(other)
        before = at.answer(choice, confirm.click)
    now = at.rows()
    for frame in range(LAST + 1):
        first, second = (one, other) if frame < 20 else (other, one)
        assert _box(now[one], frame) == _box(before[first], frame)
        assert _box(now[other], frame) == _box(before[second], frame)
    at.undo(before)

    # Copy forward, and left and right of a pose.
    at.take(one, 20)
    ask("Shift+g", "Copy forward", "Copy")
    at.by_bo(one)
    at.answer(THEIRS, lambda: keys.press("Enter"))
    at.take(pose, 110)
    confirm = ask("Shift+m", "Mirror left and right", "This frame")
    at.by_bo(pose)
    before = at.answer(MINE, confirm.click)
    was, now_posed = before[pose].at(110), at.rows()[pose].at(110)
    assert was is not None
    assert now_posed is not None
    assert was.joints is not None
    assert now_posed.joints is not None
    assert now_posed.joints[9].values() == pytest.approx(was.joints[10].values())
    at.undo(before)

    # Deleting from here on.
    at.take(one, 20)
    confirm = ask("Delete", "Delete", "From here on")
    at.by_bo(one)
    before = at.answer(MINE, confirm.click)
    assert (at.rows()[one].first, at.rows()[one].last) == (0, 19)
    at.undo(before)

    # A value is typed for what was seen when its field was entered.
    at.take(one, 20)
    page.get_by_label("weight").fill("70")
    at.by_bo(one)
    at.answer(MINE, lambda: keys.press("Enter"))
    assert at.rows()[one].attributes == {"weight": 70}


def test_the_legend_answers_for_what_was_seen_when_it_was_opened(
    table: tuple[Table, int, int, int],
) -> None:
    at, one, other, _ = table
    keys = at.keys
    legend = at.desk.root.locator(".legend")

    # While its key is held, Bo changes the selected track.
    for choice in (THEIRS, MINE):
        at.take(one, 20)
        keys.down("Backquote")
        expect(legend).to_be_visible()
        at.by_bo(one)
        before = at.answer(choice, lambda: keys.press("1"))
        keys.up("Backquote")
    now = at.rows()
    for frame in range(LAST + 1):
        first, second = (one, other) if frame < 20 else (other, one)
        assert _box(now[one], frame) == _box(before[first], frame)
        assert _box(now[other], frame) == _box(before[second], frame)
    at.desk.wait("selected", lambda value: value == str(other))
    at.undo(before)

    # Merging, when Bo changes the one that is chosen.
    for choice in (THEIRS, MINE):
        at.take(one, 20)
        keys.press("Shift+s")
        expect(legend).to_contain_text("Merge person")
        at.by_bo(other)
        before = at.answer(choice, lambda: keys.press("1"))
    now = at.rows()
    assert other not in now
    assert [_box(now[one], f) for f in range(LAST + 1)] == [
        _box(before[one], f) for f in range(LAST + 1)
    ]
    at.undo(before)

    # One that Bo deletes meanwhile cannot be chosen any more; that is said.
    at.take(one, 20)
    keys.press("Shift+s")
    expect(legend).to_contain_text("Merge person")
    at.edit(at.video, {"verb": "delete", "id": other, "scope": "track"}, person="Bo")
    expect(at.desk.root.locator(f".tracks .row[data-track='{other}']")).to_be_hidden()
    keys.press("1")
    expect(at.desk.root.get_by_text("This track was deleted meanwhile.")).to_be_visible()
    keys.press("Escape")
    assert list(at.rows()) == [identity for identity in before if identity != other]
