"""The timeline under the picture: what a hand does on it, the pixels, the rows in the database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core import content, event_classes, segments, tracks, videos
from core import db as store
from core.labels import Box
from core.waveform import Waveform
from tests import clips
from tests.browser.hand import ROW, Hand, far

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _tracks(server: Any, video: int) -> dict[int, tracks.Track]:
    with store.reader(server.own) as db:
        return {track.id: track for track in tracks.window(db, video)}


def test_seek_scrub_zoom_pan_range_and_the_look_that_is_kept(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    suggest: Callable[..., list[int]],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("with_sound.mp4"))
    suggest(video, (0, 119, 0.9), (30, 89, 0.4))
    server.start()
    desk = label(video)
    page = desk.page
    line = hand(desk)
    line.rows.get_by_role("option").first.wait_for(state="attached")
    expect(line.slider).to_have_attribute("aria-valuemax", "119")

    page.mouse.click(*line.ruler(60.5))
    desk.wait_exact(60)
    expect(line.slider).to_have_attribute("aria-valuenow", "60")
    line.press(line.ruler(60.5), line.ruler(90.5))
    desk.wait_exact(90)
    page.keyboard.press("Escape")
    desk.wait_exact(60)
    page.mouse.up()
    page.keyboard.press("ArrowRight")  # the picture has the keys
    desk.wait_exact(61)

    bar = line.slider.bounding_box()
    page.mouse.click(bar["x"] + bar["width"] / 4, bar["y"] + bar["height"] / 2)
    desk.wait("frame", lambda value: value in ("29", "30"))

    # Shift on the ruler, or empty ground: a range, whose edge can be drawn further.
    page.keyboard.down("Shift")
    line.drag(line.ruler(20.5), line.ruler(40.5))
    page.keyboard.up("Shift")
    desk.wait("range", lambda value: value == "20-40")
    line.drag(
        (line.x(41), line.y(line.order()[1]) + ROW), (line.x(50), line.y(line.order()[1]) + ROW)
    )
    desk.wait("range", lambda value: value == "20-49")
    expect(line.root.get_by_text("Range 20–49, frames: 30")).to_be_visible()
    ground = line.colour(line.x(30) + 0.5, line.y(line.order()[1]) + ROW)
    assert far(ground, line.colour(line.x(60) + 0.5, line.y(line.order()[1]) + ROW)) > 8

    # Ctrl and wheel zoom at the pointer; sideways pans; the bar below shows the window.
    at = line.on(line.order()[0], 35)
    before = line.view["perFrame"]
    page.mouse.move(*at)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -500)
    page.keyboard.up("Control")
    page.wait_for_function(
        "([root, least]) => JSON.parse(root.dataset.view).perFrame > least",
        arg=[line.root.element_handle(), before * 2],
    )
    assert abs(line.x(35) - at[0]) < 2
    edge = [line.colour(line.x(f), line.y(line.order()[1]) - 3) for f in (29.4, 30.6)]
    assert far(*edge) > 25  # the second track begins where the wider scale says
    first = line.view["first"]
    page.mouse.wheel(300, 0)
    page.wait_for_function(
        "([root, first]) => JSON.parse(root.dataset.view).first > first + 1",
        arg=[line.root.element_handle(), first],
    )
    expect(line.root.locator(".minimap-window")).to_be_visible()
    desk.go_to(110)  # out of sight: the timeline turns to it
    assert line.view["first"] <= 110
    assert line.x(110) < line.rows.bounding_box()["x"] + line.rows.bounding_box()["width"]
    page.get_by_role("button", name="Show the whole video").click()
    page.wait_for_function(
        "root => JSON.parse(root.dataset.view).first === 0", arg=line.root.element_handle()
    )

    # Lower with the mouse, folded by its button; both are kept by this browser.
    edge = line.root.get_by_role("separator", name="Height of the timeline")
    box, height = edge.bounding_box(), line.root.bounding_box()["height"]
    page.mouse.move(box["x"] + 300, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] - 56, steps=4)
    page.mouse.up()
    assert line.root.bounding_box()["height"] == pytest.approx(height + 60, abs=4)
    edge.focus()
    page.keyboard.press("ArrowDown")
    assert line.root.bounding_box()["height"] == pytest.approx(height + 36, abs=4)
    line.root.get_by_role("button", name="Fold the timeline").click()
    expect(line.rows).to_be_hidden()
    assert line.root.bounding_box()["height"] < 60
    keep_screenshot(page, "timeline-folded")
    page.reload()
    desk.root.wait_for()
    expect(line.rows).to_be_hidden()
    expect(line.slider).to_be_visible()
    line.root.get_by_role("button", name="Fold the timeline").click()
    assert line.root.bounding_box()["height"] == pytest.approx(height + 36, abs=4)
    # The worker has made the proxy, and the waveform of its sound.
    line.wait_lane("sound")
    top, height = line.lane("sound")
    middle = top + height / 2
    assert far(line.colour(line.x(60), middle - 4), line.colour(line.x(60), middle - 15)) > 30


def test_confidence_order_choice_and_keys(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    suggest: Callable[..., list[int]],
    edit: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    strong, weak, decided, late = suggest(
        video, (0, 119, 0.9), (0, 80, 0.3), (10, 119, 0.2), (100, 119, 0.95)
    )
    accepted = edit(video, {"verb": "accept", "id": decided, "revision": 1}).tracks[0]
    away = {"verb": "fix", "id": decided, "frame": 60, "outside": 1}
    away = edit(video, {**away, "revision": accepted.revision}).tracks[0]
    back = {"verb": "fix", "id": decided, "frame": 71, "box": [120, 40, 36, 80]}
    edit(video, {**back, "revision": away.revision})
    server.start()
    desk = label(video)
    page = desk.page
    line = hand(desk)
    line.rows.get_by_role("option").first.wait_for(state="attached")
    desk.go_to(50)
    desk.wait("shown", lambda value: value == "3")
    assert line.order() == [strong, weak, decided, late]
    bar, ground = line.colour(*line.on(weak, 40.5)), line.colour(*line.on(weak, 95.5))
    assert far(bar, ground) > 25
    gap, there = line.on(decided, 65.5), line.on(decided, 40.5)
    above = [line.colour(x, y - 4) for x, y in (gap, there)]
    assert far(above[0], ground) < 8 < 25 < far(above[1], ground)

    slider = line.root.get_by_role("slider", name="Hide suggestions with a lower score")
    slider.fill("0.5")
    desk.wait("shown", lambda value: value == "2")
    expect(line.root.get_by_role("status")).to_have_text("Hidden: 1")
    expect(line.rows.get_by_role("option")).to_have_count(3)
    assert line.order() == [strong, decided, late]
    slider.fill("0.2")
    desk.wait("shown", lambda value: value == "3")
    expect(line.root.get_by_role("status")).to_have_text("")

    line.root.get_by_role("combobox", name="Order of the rows").select_option("here")
    page.mouse.move(10, 10)
    desk.go_to(110)
    expect(line.rows.get_by_role("option").nth(2)).to_have_attribute("data-track", str(late))
    line.root.get_by_role("combobox", name="Order of the rows").select_option("start")
    expect(line.rows.get_by_role("option").nth(1)).to_have_attribute("data-track", str(weak))

    # A click on a bar chooses the track and goes there; one on the name goes to where it is.
    page.mouse.click(*line.on(weak, 20.5))
    desk.wait("selected", lambda value: value == str(weak))
    desk.wait_exact(20)
    page.mouse.click(line.rows.bounding_box()["x"] + 60, line.y(late))
    desk.wait("selected", lambda value: value == str(late))
    desk.wait_exact(100)
    keep_screenshot(page, "timeline-selected")

    line.rows.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    desk.wait("selected", lambda value: value == str(late))
    expect(line.rows).to_have_attribute("aria-activedescendant", f"timeline-{weak}")
    expect(page.locator(f"#timeline-{weak}")).to_contain_text("suggested, 0–80")
    page.keyboard.press("Enter")
    desk.wait("selected", lambda value: value == str(weak))
    before = line.view["perFrame"]
    page.keyboard.press("+")
    page.wait_for_function(
        "([root, before]) => JSON.parse(root.dataset.view).perFrame > before",
        arg=[line.root.element_handle(), before],
    )
    frame = int(desk.data("target") or 0)
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    desk.wait("range", lambda value: value == f"{frame}-{frame + 3}")
    page.keyboard.press("Escape")
    desk.wait("range", lambda value: value is None)
    page.keyboard.press("a")  # what the rows do not know goes on to the annotator
    desk.wait_saved()
    assert _tracks(server, video)[weak].state == "accepted"


def test_ends_and_keyframes_are_dragged(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    suggest: Callable[..., list[int]],
    edit: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    (track,) = suggest(video, (20, 80, 0.9))
    box = [10, 20, 30, 40]
    fix = {"verb": "fix", "id": track, "revision": 1, "frame": 50, "box": box}
    edit(video, fix)
    server.start()
    desk = label(video)
    page = desk.page
    line = hand(desk)
    line.rows.get_by_role("option").first.wait_for(state="attached")
    before = _tracks(server, video)[track]

    # The end: shown while it is held, nothing changed before it is let go, or by Escape.
    bar, ground = line.colour(*line.on(track, 60.5)), line.colour(*line.on(track, 100.5))
    line.press((line.x(81) + 4, line.y(track)), line.on(track, 100))
    desk.wait_exact(99)
    expect(line.root.get_by_text("person 1: 20–99 (20–80)")).to_be_visible()
    assert far(line.colour(*line.on(track, 95.5)), bar) < far(bar, ground)
    keep_screenshot(page, "timeline-drag-end")
    page.keyboard.press("Escape")
    page.mouse.up()
    desk.wait_exact(0)
    assert _tracks(server, video)[track] == before
    line.drag((line.x(81) + 4, line.y(track)), line.on(track, 100))
    desk.wait_saved()
    longer = _tracks(server, video)[track]
    assert (longer.first, longer.last) == (20, 99)
    assert [longer.at(f) for f in (20, 50, 80)] == [before.at(f) for f in (20, 50, 80)]
    line.drag((line.x(20) - 4, line.y(track)), line.on(track, 30))
    desk.wait_saved()
    shorter = _tracks(server, video)[track]
    assert (shorter.first, shorter.last) == (30, 99)
    assert shorter.at(40).box.iou(before.at(40).box) > 0.999  # type: ignore[union-attr]

    # A keyframe moves with its box, and the picture follows.
    line.drag(line.on(track, 50.5), line.on(track, 60.5))
    desk.wait_saved()
    desk.wait_exact(60)
    moved = _tracks(server, video)[track]
    assert 50 not in [k.frame for k in moved.keyframes]
    assert next(k for k in moved.keyframes if k.frame == 60).box == Box(*box)
    assert far(desk.colour(10, 40), desk.colour(4, 40)) > 30  # the left side of the box
    for expected in (shorter, longer, before):
        page.keyboard.press("Control+z")
        desk.wait_saved()
        found = _tracks(server, video)[track]
        assert (found.first, found.last, found.keyframes) == (
            expected.first,
            expected.last,
            expected.keyframes,
        )


def test_events_are_chosen_dragged_and_snap(
    server: Any,
    add_clip: Callable[..., int],
    tmp_path: Path,
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    edit: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    late = clips.encode(tmp_path / "late.mp4", sound="aac", sound_start=1)
    video = add_clip(late)
    store.write(server.own, event_classes.add_boxing)
    with store.reader(server.own) as db:
        jab = db.execute("SELECT id FROM classes WHERE name = 'jab'").fetchone()[0]
    event = {"kind": "segment", "verb": "add", "type": "event", "class": jab}
    edit(video, {**event, "client": "a", "first": 20, "last": 39})
    edit(video, {**event, "client": "b", "first": 60, "last": 79})
    server.start()
    desk = label(video)
    page = desk.page
    line = hand(desk)
    line.wait_lane("segments")
    top, height = line.lane("segments")
    y = top + height / 2

    def spans() -> list[tuple[int, int]]:
        with store.reader(server.own) as db:
            return [(one.first, one.last) for one in segments.shown(db, video)]

    assert far(line.colour(line.x(30), y), line.colour(line.x(50), y)) > 25
    page.mouse.click(line.x(30.5), y)
    desk.wait_exact(30)
    # The end comes near the other event: it snaps to where that begins.
    one = line.x(1) - line.x(0)
    line.drag((line.x(40) - 2, y), (line.x(60) - min(6, one * 0.8), y))
    desk.wait_saved()
    assert spans() == [(20, 59), (60, 79)]
    keep_screenshot(page, "timeline-events")
    line.press((line.x(70.5), y), (line.x(80.5), y))
    page.keyboard.press("Escape")
    page.mouse.up()
    assert spans() == [(20, 59), (60, 79)]
    line.drag((line.x(70.5), y), (line.x(90.5), y))
    desk.wait_saved()
    assert spans() == [(20, 59), (80, 99)]
    page.keyboard.press("Control+z")
    desk.wait_saved()
    assert spans() == [(20, 59), (60, 79)]

    # The beginning comes near a sound: it snaps to the onset, where there is a tick.
    line.wait_lane("sound")
    with store.reader(server.own) as db:
        path = server.own.media_path(videos.get(db, video).sha256, content.WAVEFORM)
    onset = float(Waveform.from_bytes(path.read_bytes()).onsets[0]) * 30
    assert onset == pytest.approx(30, abs=0.5)
    ticks = line.pixels(line.x(onset) - 2, line.lane("sound")[0] + 2, 4, 4).reshape(-1, 3)
    assert min(far(pixel, line.theme("--accent")) for pixel in ticks) < 12
    top, height = line.lane("segments")
    near = line.x(int(onset)) + min(6, one * 0.8)
    line.drag((line.x(20) + 2, top + height / 2), (near, top + height / 2))
    desk.wait_saved()
    assert spans() == [(int(onset), 59), (60, 79)]
