"""Correcting tracks by hand: along time, who is who, fewer keyframes; rows and pixels."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Locator, expect

from core import db as store
from core import tracks
from core.labels import Box
from tests import clips
from tests.browser.hand import ROW, Hand, far
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Picture = npt.NDArray[np.uint8]


class Bench:
    """An annotator over one clip, with tracks to correct and what the database holds of them."""

    def __init__(self, server: Any, video: int, desk: Any) -> None:
        self.server, self.video, self.desk = server, video, desk
        self.keys = desk.page.keyboard

    def get(self, identity: int) -> tracks.Track:
        with store.reader(self.server.own) as db:
            return tracks.get(db, identity)

    def shown(self) -> list[tracks.Track]:
        with store.reader(self.server.own) as db:
            return tracks.window(db, self.video)

    def take(self, track: tracks.Track, frame: int) -> None:
        """Go to a frame and click on the track."""
        self.desk.go_to(frame)
        self.desk.page.keyboard.press("Escape")
        place = track.at(frame)
        assert place is not None
        box = place.box
        self.desk.click(box.x + box.w / 2, box.y + box.h - 12)
        self.desk.wait("selected", lambda value: value == str(track.id))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys.press(key)
        self.desk.wait_saved()


def _box(track: tracks.Track, frame: int) -> Box | None:
    """Where a track is at a frame, to a thousandth of a pixel."""
    found = track.at(frame)
    return Box(*(round(side, 3) for side in found.box.values())) if found is not None else None


def _drawn(canvas: Locator) -> Picture:
    """What is painted on a canvas: RGB, shape (H, W, 3)."""
    address = canvas.evaluate("canvas => canvas.toDataURL()")
    data = np.frombuffer(base64.b64decode(address.partition(",")[2]), np.uint8)
    return cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def _cut(track: tracks.Track, frame: int) -> Picture:
    """The object cut out of the exact frame: 132 pixels high, with an eighth of room around."""
    box = _box(track, frame)
    assert box is not None
    width, height = round(132 * box.w / box.h), 132
    scale = height / box.h / 1.12
    x, y = width / 2 - (box.x + box.w / 2) * scale, height / 2 - (box.y + box.h / 2) * scale
    way = np.array([[scale, 0, x], [0, scale, y]])
    return cv2.warpAffine(clips.picture(frame), way, (width, height), borderValue=(0, 0, 0))


def _alike(one: Picture, other: Picture) -> bool:
    """Whether two pictures differ by no more than what coding and smoothing leave."""
    return one.shape == other.shape and float(np.abs(one.astype(int) - other).mean()) < 5


@pytest.fixture
def bench(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
) -> Callable[..., tuple[Bench, list[tracks.Track]]]:
    """Opens the annotator on drawn tracks: ``bench([(frame, x), ...], ..., dense=False)``."""

    def start(*ways: list[tuple[int, float]], **options: Any) -> tuple[Bench, list[tracks.Track]]:
        video = add_clip(clip("cfr.mp4"))
        made = []
        for way in ways:
            (first, x), (last, _) = way[0], way[-1]
            new = {"verb": "add", "class": 1, "frame": first, "last": last}
            track = edit(video, {**new, "box": [x, 60, 60, 100]}).tracks[0]
            for frame, left in way[1:]:
                fix = {"verb": "fix", "id": track.id, "frame": frame, "box": [left, 60, 60, 100]}
                track = edit(video, fix).tracks[0]
            made.append(track)
        server.start()
        return Bench(server, video, label(video, **options)), made

    return start


def test_a_track_is_corrected_along_time(
    bench: Callable[..., Any], keep_screenshot: Callable[..., Path]
) -> None:
    at, (track,) = bench([(10, 40), (50, 200), (90, 40)])
    desk, get = at.desk, lambda: at.get(track.id)

    at.take(track, 30)
    at.press("Shift+BracketLeft")
    assert (get().first, _box(get(), 30)) == (30, Box(120, 60, 60, 100))
    desk.go_to(5)
    at.press("Shift+BracketLeft")
    assert (get().first, _box(get(), 5)) == (5, Box(120, 60, 60, 100))
    desk.go_to(100)
    at.press("Shift+BracketRight")
    assert (get().last, _box(get(), 100)) == (100, Box(40, 60, 60, 100))

    desk.go_to(60)
    at.press("Shift+q")
    assert [_box(get(), f) is None for f in (59, 60, 100)] == [False, True, True]
    desk.go_to(70)
    desk.wait("shown", lambda value: value == "0")
    at.press("Shift+q")
    desk.wait("shown", lambda value: value == "1")
    assert [_box(get(), f) is None for f in (59, 60, 69, 70, 100)] == [
        False,
        True,
        True,
        False,
        False,
    ]
    at.press("q")
    assert [get().at(f).occluded for f in (59, 70, 100)] == [False, True, True]

    desk.go_to(50)
    at.press("Shift+Period", "Shift+Period", "Shift+Comma")
    assert _box(get(), 51) == Box(200, 60, 60, 100)
    desk.wait_exact(51)

    desk.go_to(10)
    at.keys.press("Shift+g")
    dialog = desk.page.get_by_role("dialog", name="Copy forward")
    expect(dialog).to_be_visible()
    at.keys.type("8")
    desk.wait("reach", lambda value: value == "11-18")
    keep_screenshot(desk.page, "tracks-copy")
    at.press("Enter")
    copied = get()
    assert [_box(copied, f) == _box(copied, 10) for f in (11, 18, 31)] == [True, True, False]
    for _ in range(10):
        at.press("Control+z")
    assert get().keyframes == track.keyframes


def test_deleting_asks_how_far_and_shows_what_would_go(
    bench: Callable[..., Any], keep_screenshot: Callable[..., Path]
) -> None:
    at, (track,) = bench([(10, 40), (50, 200), (90, 40)])
    desk, page = at.desk, at.desk.page
    line = Hand(desk)

    def crossed_out() -> tuple[float, float] | None:
        """From where to where across the picture there are boxes that would go."""
        strip = desk.pixels(0, 100, 320, 20).astype(int)
        red = np.flatnonzero((strip[..., 0] - strip[..., 1:].mean(axis=2)).max(axis=0) > 25)
        scale = strip.shape[1] / 320
        return (red[0] / scale, red[-1] / scale) if len(red) else None

    # On frame 70 it is at 120; within a scope it is seen as far as it comes.
    at.take(track, 70)
    assert crossed_out() is None
    for name, (first, last), (left, right), absent in (
        ("This frame", (70, 70), (120, 180), [70]),
        ("Between keyframes", (51, 89), (44, 256), [51, 70, 89]),
        ("From here on", (70, 90), (40, 180), [70, 90]),
        ("Whole track", (10, 90), (40, 260), []),
    ):
        at.take(track, 70)
        at.keys.press("Delete")
        dialog = page.get_by_role("dialog", name="Delete")
        choice = dialog.get_by_role("button", name=name)
        choice.focus()
        desk.wait("reach", lambda value, reach=f"{first}-{last}": value == reach)
        wait_until(
            lambda left=left, right=right: crossed_out() == pytest.approx((left, right), abs=1.5),
            what=f"what {name} takes away",
        )
        band = line.root.locator(".reach-band.rows").bounding_box()
        edges = line.x(first), line.x(last + 1)
        assert (band["x"], band["x"] + band["width"]) == pytest.approx(edges, abs=1.5)
        below = line.y(track.id) + 2 * ROW
        assert far(line.colour(line.x(first + 0.3), below), line.colour(line.x(5.3), below)) > 8
        keep_screenshot(page, f"tracks-delete-{first}-{last}")
        choice.click()
        desk.wait_saved()
        desk.wait("reach", lambda value: value in ("", None))
        now = at.get(track.id)
        if name == "Whole track":
            assert now.deleted
            desk.wait("shown", lambda value: value == "0")
        else:
            assert [_box(now, f) for f in absent] == [None] * len(absent)
            assert [_box(now, f) for f in (10, 50)] == [_box(track, f) for f in (10, 50)]
        at.press("Control+z")
        assert at.get(track.id).keyframes == track.keyframes


def test_a_correction_shows_how_far_it_reaches(bench: Callable[..., Any]) -> None:
    at, (track,) = bench([(10, 40), (50, 200), (90, 40)])
    desk, mouse = at.desk, at.desk.page.mouse
    at.take(track, 30)
    desk.wait("reach", lambda value: value == "11-49")
    mouse.down()
    mouse.move(*desk.at(150, 190), steps=4)
    expect(desk.root.locator(".notice")).to_have_text("A change here affects frames 11–49")
    expect(desk.root.locator(".reach-band:visible")).to_have_count(2)
    desk.page.keyboard.press("Escape")
    mouse.up()
    assert at.get(track.id).keyframes == track.keyframes


def test_who_is_who(bench: Callable[..., Any], keep_screenshot: Callable[..., Path]) -> None:
    """Two that cross and part twice: split, merge, swapped to the next crossing, to the end,
    given to another with a held key."""
    one_way = [(0, 20), (40, 200), (80, 20), (110, 20)]
    other_way = [(0, 200), (40, 20), (80, 200), (110, 200)]
    at, (one, other) = bench(one_way, other_way)
    desk, page = at.desk, at.desk.page

    at.take(one, 30)
    at.press("s")
    (late,) = (t for t in at.shown() if t.id not in (one.id, other.id))
    assert [(t.first, t.last) for t in (at.get(one.id), late)] == [(0, 29), (30, 110)]
    desk.wait("selected", lambda value: value == str(late.id))
    at.keys.press("Shift+s")
    legend = desk.root.locator(".legend")
    expect(legend).to_contain_text("Merge person")
    legend.get_by_role("option").filter(has_text="0–29").hover()
    keep_screenshot(page, "tracks-merge")
    legend.get_by_role("option").filter(has_text="0–29").click()
    desk.wait_saved()
    merged = at.get(late.id)
    assert at.get(one.id).deleted
    assert [_box(merged, f) for f in range(111)] == [_box(one, f) for f in range(111)]
    at.press("Control+z", "Control+z")
    assert at.get(one.id).keyframes == one.keyframes

    at.take(one, 30)
    at.keys.press("w")
    dialog = page.get_by_role("dialog", name="Swap person")
    expect(dialog.locator("canvas[data-drawn]")).to_have_count(8)
    assert {c.get_attribute("data-frame") for c in dialog.locator("canvas").all()} == {"29", "30"}
    keep_screenshot(page, "tracks-swap")
    dialog.get_by_role("button", name="next crossing").click()
    desk.wait_saved()
    swapped = at.get(one.id)
    crossing = next(f for f in range(31, 111) if _box(swapped, f) == _box(one, f))
    assert 45 < crossing < 62
    for f in range(111):
        expected = other if 30 <= f < crossing else one
        assert _box(swapped, f) == _box(expected, f)
    at.press("Control+z")

    # The cells behind the other one change at frame 96: crops are those of the frames they name.
    at.take(one, 96)
    left_edge = desk.pixels(18, 90, 4, 20)
    at.keys.press("w")
    expect(dialog.locator("canvas[data-drawn]")).to_have_count(8)
    shown = [_drawn(canvas) for canvas in dialog.locator("canvas").all()]
    as_it_is = [(one, 95), (one, 96), (other, 95), (other, 96)]
    as_it_would_be = [(one, 95), (other, 96), (other, 95), (one, 96)]
    cut = {(t.id, f): _cut(t, f) for t, f in as_it_is}
    for picture, (track, frame) in zip(shown, as_it_is + as_it_would_be, strict=True):
        like, truly = (
            {key for key, piece in cut.items() if _alike(given, piece)}
            for given in (picture, cut[track.id, frame])
        )
        assert like == truly
    page.get_by_role("button", name="Swap to the end").click()
    desk.wait_saved()
    wait_until(lambda: (desk.pixels(18, 90, 4, 20) != left_edge).any(), what="the swap")
    assert [_box(at.get(other.id), f) for f in (95, 96)] == [_box(other, 95), _box(one, 96)]
    at.press("Control+z")

    at.take(one, 100)
    at.keys.down("Backquote")
    expect(legend).to_be_visible()
    page.wait_for_timeout(150)
    keep_screenshot(page, "tracks-legend")
    at.keys.press("1")
    at.keys.up("Backquote")
    expect(legend).to_be_hidden()
    desk.wait_saved()
    desk.wait("selected", lambda value: value == str(other.id))
    assert _box(at.get(other.id), 100) == _box(one, 100)
    assert _box(at.get(one.id), 100) == _box(other, 100)


def test_a_refit_leaves_fewer_keyframes_and_those_of_people(
    bench: Callable[..., Any], keep_screenshot: Callable[..., Path]
) -> None:
    way = [(frame, 20 + 2 * frame + 6 * (frame % 4)) for frame in range(0, 61, 2)]
    at, (track,) = bench(way)
    store.write(
        at.server.own,
        lambda db: db.execute("UPDATE keyframes SET source = 'model' WHERE frame != 30"),
    )
    desk, page = at.desk, at.desk.page
    page.reload()
    desk = at.desk = type(desk)(page)
    desk.focus()
    at.take(track, 20)
    line, blue = Hand(desk), (90, 169, 255)

    def marked() -> list[bool]:
        """Whether a keyframe is painted in the timeline: of the model, of a person, none."""
        seen = [line.colour(*line.on(track.id, f + 0.5)) for f in (0, 10, 30, 44, 60, 11)]
        inks = [line.theme("--text") if f == 2 else blue for f in range(6)]
        return [far(colour, ink) < 40 for colour, ink in zip(seen, inks, strict=True)]

    wait_until(lambda: marked() == [True, True, True, True, True, False])
    before = _box(track, 20)
    assert before is not None
    assert desk.painted(blue, before.values())
    at.keys.press("Shift+r")
    dialog = page.get_by_role("dialog", name="Re-fit person")
    slider, act = dialog.get_by_role("slider"), dialog.get_by_role("button", name="Re-fit")
    slider.press("End")
    expect(dialog).to_contain_text("at least 0.99")
    expect(dialog).to_contain_text("Keyframes: 31 → 31, by people: 1")
    expect(act).to_be_disabled()
    # A track that goes to and fro by 12 of 60 pixels overlaps a straight one by two thirds.
    for _ in range(30):
        slider.press("ArrowLeft")
    expect(dialog).to_contain_text("at least 0.69")
    expect(dialog).to_contain_text("Keyframes: 31 → 7, by people: 1")
    keep_screenshot(page, "tracks-refit")
    slider.press("Home")
    expect(dialog).to_contain_text("at least 0.50")
    expect(dialog).to_contain_text("Keyframes: 31 → 3, by people: 1")
    expect(act).to_be_enabled()
    act.click()
    desk.wait_saved()
    assert [k.frame for k in at.get(track.id).keyframes] == [0, 30, 60]
    wait_until(lambda: marked() == [True, False, True, False, True, False])
    after = _box(at.get(track.id), 20)
    assert after is not None
    assert after.x == before.x + 8
    wait_until(lambda: desk.painted(blue, after.values()), what=f"the box at {after}")
    assert not desk.painted(blue, before.values())


def test_corrections_without_the_server_are_kept_and_sent(bench: Callable[..., Any]) -> None:
    at, (one, other) = bench([(0, 20), (110, 20)], [(0, 200), (110, 200)])
    desk = at.desk
    at.take(one, 50)
    desk.wait("reach", lambda value: value == "1-109")
    at.server.kill()
    at.keys.press("Shift+BracketRight")
    at.keys.press("s")
    desk.wait("selected", lambda value: value.startswith("tmp"))
    # What is painted is the new part already: what is done to it is done to that.
    place = one.at(50)
    assert place is not None
    middle = (place.box.x + place.box.w / 2, place.box.y + place.box.h / 2)
    desk.drag(middle, (middle[0] + 24, middle[1]))
    desk.wait("save", lambda value: value == "offline")
    at.server.start()
    desk.wait_saved()
    assert at.get(one.id).last == 49
    parts = sorted((t.first, t.last) for t in at.shown())
    assert parts == [(0, 49), (0, 110), (50, 50)]
    (new,) = (t for t in at.shown() if t.first == 50)
    assert [(k.frame, round(k.box.x - place.box.x)) for k in new.keyframes] == [(50, 24)]
    assert at.get(other.id).keyframes == other.keyframes
