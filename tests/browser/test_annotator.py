"""What a hand does in the annotator: the picture, the keys, the rows in the database."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core import db as store
from core import journal, tracks
from core.labels import Box
from core.workspace import ROOT
from tests import clips

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOX = {"verb": "add", "class": 1, "frame": 0, "last": 100, "box": [60, 60, 80, 100]}
SIZE = (320, 240)
NUMBERED = ("cfr.mp4", "vfr.mp4", "rot90.mp4", "sar.mp4", "negative.mkv", "open_gop.ts")
KEY = """([code, key, composing]) => {
  const stage = document.activeElement.shadowRoot?.activeElement ?? document.activeElement;
  stage.dispatchEvent(new KeyboardEvent("keydown", {
    code, key, isComposing: composing, keyCode: composing ? 229 : 0,
    bubbles: true, composed: true, cancelable: true,
  }));
}"""


def _tracks(server: Any, video: int) -> list[tracks.Track]:
    with store.reader(server.own) as db:
        return tracks.window(db, video)


def test_dat_15_the_browser_paints_the_frame_it_names(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    open_page: Callable[..., Any],
    annotator: Callable[..., Any],
) -> None:
    videos = {name: add_clip(clip(name)) for name in NUMBERED}
    server.start()
    page = open_page(f"{server.url}/?w=own", person="Ana")
    for name, video in videos.items():
        page.goto(f"{server.url}/label?w=own&video={video}")
        desk = annotator(page)
        desk.focus()
        with store.reader(server.own) as db:
            count = db.execute("SELECT frames FROM videos WHERE id = ?", [video]).fetchone()[0]
        for frame in (0, 1, count - 1, count // 2, count // 2 - 1, 3):
            desk.go_to(frame)
            assert clips.number(desk.pixels(0, 0, *SIZE)) == frame, name
        for _ in range(20):
            page.keyboard.press("ArrowRight")
        desk.wait_exact(min(23, count - 1))
        assert clips.number(desk.pixels(0, 0, *SIZE)) == min(23, count - 1), name
        page.keyboard.press("ArrowLeft")
        desk.wait_exact(min(23, count - 1) - 1)
        assert clips.number(desk.pixels(0, 0, *SIZE)) == min(23, count - 1) - 1, name


def test_draw_resize_class_visibility_and_delete(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    server.start()
    desk = label(video)
    desk.go_to(10)
    keyboard = desk.page.keyboard

    keyboard.press("Shift+n")
    desk.drag((40, 50), (120, 150))
    desk.wait_saved()
    (drawn,) = _tracks(server, video)
    assert (drawn.state, drawn.first, drawn.last) == ("manual", 10, 119)
    assert drawn.keyframes[0].box.iou(Box(40, 50, 80, 100)) > 0.95

    desk.click(60, 140)
    desk.wait("selected", lambda value: value == str(drawn.id))
    desk.drag((120, 150), (160, 200))
    desk.wait_saved()
    (resized,) = _tracks(server, video)
    assert resized.keyframes[0].box.iou(Box(40, 50, 120, 150)) > 0.95

    keyboard.press("2")
    desk.wait_saved()
    assert _tracks(server, video)[0].class_id == 2
    keyboard.press("q")
    desk.wait_saved()
    assert _tracks(server, video)[0].keyframes[0].occluded

    keyboard.press("Shift+ArrowRight")
    desk.wait_saved()
    moved = _tracks(server, video)[0].keyframes[0].box
    assert moved.x == pytest.approx(resized.keyframes[0].box.x + 1, abs=0.01)

    keyboard.press("Delete")
    expect(desk.page.get_by_role("dialog", name="Delete")).to_be_visible()
    keep_screenshot(desk.page, "label-delete")
    desk.page.get_by_role("button", name="Whole track").click()
    desk.wait_saved()
    assert _tracks(server, video) == []
    for _ in range(6):
        keyboard.press("Control+z")
        desk.wait_saved()
    assert _tracks(server, video) == []
    for _ in range(2):
        keyboard.press("Control+Shift+z")
        desk.wait_saved()
    assert _tracks(server, video)[0].keyframes == resized.keyframes


def test_keys_with_the_korean_input_mode_and_quiet_streamlit(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    until: Callable[..., Any],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    made = edit(video, BOX, person="Bo").tracks[0]
    server.start()
    desk = label(video, language="ko-KR")
    desk.click(100, 110)
    desk.wait("selected", lambda value: value == str(made.id))

    desk.page.evaluate(KEY, ["KeyX", "ㅌ", True])
    desk.page.wait_for_timeout(300)
    assert _tracks(server, video)[0].state == "manual"
    desk.page.evaluate(KEY, ["KeyA", "ㅁ", False])
    desk.wait_saved()
    until(lambda: _tracks(server, video)[0].state == "accepted")

    find = desk.page.get_by_role("searchbox").first
    find.click()
    desk.page.keyboard.type("xn")
    desk.page.wait_for_timeout(300)
    assert _tracks(server, video)[0].state == "accepted"
    desk.focus()

    runs = desk.page.locator("[data-testid='stStatusWidget']")
    for key in ("r", "c"):
        desk.page.keyboard.press(key)
        expect(runs).to_have_count(0)
        expect(desk.page.locator("[data-testid='stDialog']")).to_have_count(0)
    assert "승인" in desk.page.locator("body").inner_text() or desk.root.inner_text().count("승인")

    desk.focus()
    desk.page.keyboard.press("Shift+Slash")
    expect(desk.root.get_by_role("dialog")).to_be_visible()


def test_dat_04_two_people_on_one_box_see_both_versions(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    made = edit(video, BOX).tracks[0]
    server.start()
    desk = label(video)
    desk.click(100, 110)
    desk.wait("selected", lambda value: value == str(made.id))
    # The other person saves first; this page has not heard of it yet.
    desk.page.route("**/changes?**", lambda route: route.abort())
    theirs = {"verb": "fix", "id": made.id, "frame": 0, "box": [10, 10, 50, 50]}
    edit(video, theirs, person="Bo")
    desk.page.keyboard.press("x")
    dialog = desk.page.get_by_role("dialog", name="Two changes to the same track")
    expect(dialog).to_be_visible()
    keep_screenshot(desk.page, "label-conflict")
    assert _tracks(server, video)[0].state == "manual"
    dialog.get_by_role("button", name="Apply mine again").click()
    desk.wait_saved()
    (now,) = _tracks(server, video)
    assert (now.state, now.keyframes[0].box) == ("rejected", Box(10, 10, 50, 50))


def test_dat_02_work_without_the_server_is_kept_and_sent(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    made = edit(video, BOX).tracks[0]
    server.start()
    desk = label(video)
    desk.go_to(12)
    desk.click(100, 110)
    desk.wait("selected", lambda value: value == str(made.id))
    server.kill()
    desk.page.keyboard.press("Shift+ArrowRight")
    desk.wait("unsaved", lambda value: value == "1")
    desk.wait("save", lambda value: value == "offline")
    keep_screenshot(desk.page, "label-offline")
    server.start()
    desk.page.reload()
    desk = type(desk)(desk.page)
    desk.wait_saved()
    (now,) = _tracks(server, video)
    found = now.at(12)
    assert found is not None
    assert found.box.x == pytest.approx(61, abs=0.01)
    desk.wait_exact(12)
    expect(desk.page.locator(".st-key-frame")).to_contain_text("Ana")


def test_dat_03_twenty_changes_in_a_second_are_all_kept(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    made = edit(video, BOX, person="Bo").tracks[0]
    server.start()
    desk = label(video)
    desk.click(100, 110)
    desk.wait("selected", lambda value: value == str(made.id))
    for turn in range(20):
        desk.page.keyboard.press("a" if turn % 2 else "x")
        desk.page.wait_for_timeout(50)
    desk.wait_saved()
    with store.reader(server.own) as db:
        verbs = [row["verb"] for row in journal.history(db, "track", made.id)][1:]
    assert verbs == ["reject", "accept"] * 10


def test_vid_12_an_unreadable_frame_is_said_and_keeps_its_number(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    probed: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("damaged.mp4"))
    bad = next(int(n) for n, lost in enumerate(probed("damaged.mp4").times.unreadable) if lost)
    server.start()
    desk = label(video)
    desk.page.keyboard.press("g")
    desk.page.keyboard.type(str(bad))
    desk.page.keyboard.press("Enter")
    desk.wait("frame", lambda value: value == str(bad))
    desk.wait("picture", lambda value: value == "unreadable")
    keep_screenshot(desk.page, "label-unreadable")


def test_latency_is_measured(
    server: Any,
    add_clip: Callable[..., int],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    video = add_clip(ROOT / "sample_videos" / "sparring.mp4")
    edit(video, {**BOX, "last": 299})
    server.start()
    desk = label(video)
    desk.page.wait_for_timeout(2000)
    for frame in range(1, 61):
        desk.page.keyboard.press("ArrowRight")
        desk.wait_exact(frame)
    for turn in range(12):
        shift = 4 if turn % 2 else -4
        desk.drag((100, 110), (100 + shift, 110))
        desk.wait_saved()
    steps = sorted(desk.page.evaluate("window.__dataguard.steps.map(s => s.ms)"))
    saved = sorted(desk.page.evaluate("window.__dataguard.edits.map(e => e.ms)"))
    assert len(steps) >= 55
    assert len(saved) >= 10
    figures = {
        "key press to painted, ms": _summary(steps),
        "mouse-up to saved, ms": _summary(saved),
    }
    (ROOT / ".artifacts").mkdir(exist_ok=True)
    (ROOT / ".artifacts" / "latency.json").write_text(json.dumps(figures, indent=1))
    with capsys.disabled():
        print("\n" + json.dumps(figures))


def _summary(values: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(values), 1),
        "p95": round(values[int(0.95 * (len(values) - 1))], 1),
        "count": len(values),
    }
