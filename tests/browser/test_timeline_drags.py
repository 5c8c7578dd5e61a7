"""What is dragged on the timeline: ends of tracks, keyframes, events and their edges."""

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
from tests.browser.hand import Colour, Hand, far

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _tracks(server: Any, video: int) -> dict[int, tracks.Track]:
    with store.reader(server.own) as db:
        return {track.id: track for track in tracks.window(db, video)}


def test_ends_keyframes_and_events_are_dragged_and_snap(
    server: Any,
    add_clip: Callable[..., int],
    tmp_path: Path,
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    suggest: Callable[..., list[int]],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clips.encode(tmp_path / "late.mp4", sound="aac", sound_start=1))
    (track,) = suggest(video, (20, 80, 0.9))
    box = [10, 20, 30, 40]
    fix = {"verb": "fix", "id": track, "revision": 1, "frame": 50, "box": box}
    edit(video, fix)
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
    # The rows above the tracks are there: nothing moves any more.
    line.wait_lane("segments")
    line.wait_lane("sound")
    line.rows.get_by_role("option").first.wait_for(state="attached")
    before = _tracks(server, video)[track]

    # The end: shown while it is held, nothing changed before it is let go, or by Escape.
    def seen(frame: float) -> Colour:
        return line.colour(*line.on(track, frame))

    until(lambda: far(seen(60.5), seen(100.5)) > 25, what="the bar of the track")
    bar, ground = seen(60.5), seen(100.5)
    line.press((line.x(81) + 4, line.y(track)), line.on(track, 100))
    desk.wait_exact(99)
    expect(line.root.get_by_text("person 1: 20–99 (20–80)")).to_be_visible()
    until(lambda: far(seen(95.5), bar) < far(bar, ground), what="a longer bar")
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
    until(lambda: far(desk.colour(10, 40), desk.colour(4, 40)) > 30, what="its left side")
    for expected in (shorter, longer, before):
        page.keyboard.press("Control+z")
        desk.wait_saved()
        found = _tracks(server, video)[track]
        assert (found.first, found.last, found.keyframes) == (
            expected.first,
            expected.last,
            expected.keyframes,
        )

    top, height = line.lane("segments")
    y = top + height / 2

    def spans() -> list[tuple[int, int]]:
        with store.reader(server.own) as db:
            return [(one.first, one.last) for one in segments.shown(db, video)]

    until(lambda: far(line.colour(line.x(30), y), line.colour(line.x(50), y)) > 25, what="an event")
    page.mouse.click(line.x(30.5), y)
    desk.wait_exact(30)
    # The end comes near the other event: it snaps to where that begins.
    one = line.x(1) - line.x(0)
    line.drag((line.x(40) - 2, y), (line.x(60) - min(6, one * 0.8), y))
    desk.wait_saved()
    assert spans() == [(20, 59), (60, 79)]
    keep_screenshot(page, "timeline-events")
    line.drag((line.x(70.5), y), (line.x(90.5), y))
    desk.wait_saved()
    assert spans() == [(20, 59), (80, 99)]
    page.keyboard.press("Control+z")
    desk.wait_saved()
    assert spans() == [(20, 59), (60, 79)]

    # The beginning comes near a sound: it snaps to the onset, where there is a tick.
    with store.reader(server.own) as db:
        path = server.own.media_path(videos.get(db, video).sha256, content.WAVEFORM)
    onset = float(Waveform.from_bytes(path.read_bytes()).onsets[0]) * 30
    assert onset == pytest.approx(30, abs=0.5)

    def ticked() -> bool:
        ticks = line.pixels(line.x(onset) - 2, line.lane("sound")[0] + 2, 4, 4).reshape(-1, 3)
        return min(far(pixel, line.theme("--accent")) for pixel in ticks) < 12

    until(ticked, what="a tick at the onset")
    top, height = line.lane("segments")
    near = line.x(int(onset)) + min(6, one * 0.8)
    line.drag((line.x(20) + 2, top + height / 2), (near, top + height / 2))
    desk.wait_saved()
    assert spans() == [(int(onset), 59), (60, 79)]

    # With Alt nothing draws it: let go at the same spot it stays there, without it snaps back.
    y, spot = top + height / 2, line.x(60) - 6
    assert one / 2 < 6
    page.keyboard.down("Alt")
    line.drag((line.x(60) - 2, y), (spot, y))
    page.keyboard.up("Alt")
    desk.wait_saved()
    assert spans() == [(int(onset), 58), (60, 79)]
    desk.go_to(100)  # edges are drawn to the playhead as well
    line.drag((line.x(59) - 2, y), (spot, y))
    desk.wait_saved()
    assert spans() == [(int(onset), 59), (60, 79)]
    events = line.root.get_by_role("button", name="Events", exact=True)
    events.click()
    expect(events).to_have_attribute("aria-pressed", "false")
    until(lambda: "segments" not in [lane["kind"] for lane in line.view["lanes"]], what="no events")
