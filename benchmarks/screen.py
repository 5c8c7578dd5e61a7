"""The Label screen in a real Chromium, on large videos: what a person waits for, and memory.

Two videos: 36,000 frames with 10,000 tracks and 1,000,000 keyframes, and one with 300 people on
each of its frames. Times are those of the page's own clock where it has one (opening, key press to
painted picture, mouse-up to saved); choosing, pulling and scrolling are timed by what is painted.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from benchmarks import figures, generated, material, page_memory, server
from benchmarks.figures import Figure
from core import ingest
from core.videos import Video
from core.workspace import Workspace
from tests import clips
from tests.browser.driver import FLAGS, Annotator, chromium_path

SIZE, GROUP = (320, 180), 250
CROWD = 300
STEPS, SEEKS, PULLS, EDITS, SCROLLS = 60, 30, 60, 20, 80
SCREEN = {"width": 1440, "height": 900}
OPEN_MS, STEP_MS, SEEK_MS, PULL_MS, EDIT_MS, SELECT_MS, SCROLL_MS = 1000, 50, 250, 250, 150, 100, 50

_FRAME_TIMES = """() => {
  let last = null;
  window.__frames = [];
  const tick = (now) => {
    if (last !== null) window.__frames.push(now - last);
    last = now;
    window.__tick = requestAnimationFrame(tick);
  };
  window.__tick = requestAnimationFrame(tick);
}"""


_CHOICES = """root => {
  window.__choices = [];
  addEventListener("keydown", ({ key, timeStamp }) => {
    const before = root.dataset.selected;
    const look = () => {
      if (root.dataset.selected === before) return requestAnimationFrame(look);
      const painted = new MessageChannel();
      painted.port1.onmessage = () => window.__choices.push(performance.now() - timeStamp);
      return painted.port2.postMessage(0);
    };
    if (key === "Tab") requestAnimationFrame(look);
  }, true);
}"""
"""From a key to the next animation frame in which another track is marked, and its end."""

_PICTURES = """root => {
  window.__pictures = [performance.now()];
  window.__watch = new MutationObserver(() => window.__pictures.push(performance.now()));
  window.__watch.observe(root, { attributeFilter: ["data-frame"] });
}"""


def measure() -> Iterator[Figure]:
    """The figures of both videos."""
    for name, frames, tracks in (
        ("10,000 tracks", generated.FRAMES, generated.TRACKS),
        ("300 people", generated.KEYFRAMES * 3 - 2, CROWD),
    ):
        with material.workspace() as place:
            video = _made(place, frames)
            material.say(f"writing {tracks} tracks")
            generated.fill(place, tracks=tracks, video=video)
            with server.running(place) as running:
                with page() as tab:
                    yield from _measured(tab, running.port, video, name)
                yield page_memory.after_work(running.port, video, name)


@contextmanager
def page() -> Iterator[Any]:
    """A page of a browser that is started for it."""
    path = chromium_path()
    if path is None:
        raise figures.Skipped("no Chromium on PATH; set DATAGUARD_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        context = browser.new_context(viewport=SCREEN)
        try:
            yield context.new_page()
        finally:
            browser.close()


def _made(place: Workspace, frames: int) -> Video:
    """A clip of numbered pictures with a keyframe every 250 frames, and its playing copy."""
    material.say(f"encoding {frames} frames")
    path = clips.encode(
        place.root / "long.mp4",
        frames=frames,
        size=SIZE,
        group=GROUP,
        options={"preset": "ultrafast"},
    )
    video = ingest.add(place, path, person=material.PERSON)
    work(place)
    return video


def work(place: Workspace) -> None:
    """Do what adding queued: the playing copy and what else the screen shows of a video."""
    from commands import suggesting
    from core.worker import Worker

    worker = Worker(place, lambda *wanted: suggesting.load(place, *wanted))
    while worker.work_one():
        pass


def _measured(page: Any, port: int, video: Video, name: str) -> Iterator[Figure]:
    desk = opened(page, port, video)
    opening = float(page.evaluate("window.__dataguard.opened"))
    yield figures.at_most(f"annotator opened, {name}", opening, "ms", OPEN_MS)
    yield _spread("key press to painted", _steps(desk), STEP_MS, name)
    yield _spread("seek to the first picture", _seeks(desk, video), SEEK_MS, name)
    yield _spread("picture to picture while the playhead is pulled", _pulled(desk), PULL_MS, name)
    yield _spread("Tab to selected", _choices(desk), SELECT_MS, name)
    yield _spread("mouse-up to saved", _edits(desk), EDIT_MS, name)
    yield _spread("frame while the timeline scrolls", _scrolling(desk), SCROLL_MS, name)


def opened(page: Any, port: int, video: Video, *, person: str = material.PERSON) -> Annotator:
    """The screen, twice: the second opening is that of a warm server, as in a day's work."""
    url = f"http://127.0.0.1:{port}"
    page.context.add_cookies([{"name": "dataguard_person", "value": quote(person), "url": url}])
    for _ in range(2):
        page.goto(f"{url}/label?w=own&video={video.id}")
        desk = Annotator(page)
        page.wait_for_function("() => window.__dataguard?.opened")
        page.wait_for_timeout(1500)
    desk.focus()
    return desk


def _spread(what: str, milliseconds: list[float], limit: float, name: str) -> Figure:
    return figures.at_most(
        f"{what}, p95, {name}",
        figures.percentile(milliseconds, 95),
        "ms",
        limit,
        **figures.spread([one / 1e3 for one in milliseconds]),
    )


def _steps(desk: Annotator) -> list[float]:
    desk.page.evaluate("window.__dataguard.steps.length = 0")
    for _ in range(STEPS):
        desk.page.keyboard.press("ArrowRight")
        desk.page.wait_for_timeout(100)
    desk.page.wait_for_timeout(500)
    return [float(ms) for ms in desk.page.evaluate("window.__dataguard.steps.map(s => s.ms)")]


def _seeks(desk: Annotator, video: Video) -> list[float]:
    """Clicks anywhere on the overview of the whole video."""
    chance = random.Random(7)
    found = []
    bar = desk.root.get_by_role("slider", name="Position").bounding_box()
    assert bar is not None
    for _ in range(SEEKS):
        desk.page.evaluate("window.__dataguard.steps.length = 0")
        x = bar["x"] + 20 + chance.random() * (bar["width"] - 40)
        desk.page.mouse.click(x, bar["y"] + bar["height"] / 2)
        desk.page.wait_for_function("() => window.__dataguard.steps.length > 0")
        found.append(float(desk.page.evaluate("window.__dataguard.steps[0].ms")))
        desk.wait("exact", lambda value: value == "true")
    return found


def _pulled(desk: Annotator) -> list[float]:
    """The playhead is pulled along the overview of the whole video, to and fro: milliseconds from
    picture to picture, the last one from letting go to the exact frame."""
    bar = desk.root.get_by_role("slider", name="Position").bounding_box()
    assert bar is not None
    y = bar["y"] + bar["height"] / 2
    desk.page.mouse.move(bar["x"] + 20, y)
    desk.page.mouse.down()
    desk.page.evaluate(_PICTURES, desk.root.element_handle())
    for turn in range(PULLS):
        share = abs(2 * turn / PULLS - 1)
        desk.page.mouse.move(bar["x"] + 20 + share * (bar["width"] - 40), y)
        desk.page.wait_for_timeout(50)
    desk.page.mouse.up()
    desk.wait("exact", lambda value: value == "true")
    at = desk.page.evaluate("(window.__watch.disconnect(), window.__pictures)")
    return [after - before for before, after in pairwise(at)]


def _choices(desk: Annotator) -> list[float]:
    """Tab goes from track to track of the frame."""
    desk.focus()
    desk.page.evaluate(_CHOICES, desk.root.element_handle())
    for number in range(EDITS):
        desk.page.keyboard.press("Tab")
        desk.page.wait_for_function(f"window.__choices.length > {number}")
        desk.page.wait_for_timeout(200)
    return [float(ms) for ms in desk.page.evaluate("window.__choices")]


def _edits(desk: Annotator) -> list[float]:
    """The selected box is moved to and fro with the mouse."""
    desk.page.evaluate("window.__dataguard.edits.length = 0")
    place = desk.page.evaluate("root => root.dataset.place", desk.root.element_handle())
    x, y = _middle(place)
    for turn in range(EDITS):
        shift = 3 if turn % 2 else -3
        desk.drag((x, y), (x + shift, y))
        x += shift
        desk.wait_saved()
    return [float(ms) for ms in desk.page.evaluate("window.__dataguard.edits.map(e => e.ms)")]


def _middle(place: str) -> tuple[float, float]:
    x, y, w, h = (float(value) for value in place.split(" "))
    return x + w / 2, y + h / 2


def _scrolling(desk: Annotator) -> list[float]:
    """Milliseconds from frame to frame while the wheel turns over the rows of the timeline."""
    rows = desk.root.locator(".timeline-rows").bounding_box()
    assert rows is not None
    desk.page.mouse.move(rows["x"] + rows["width"] / 2, rows["y"] + rows["height"] - 20)
    desk.page.evaluate(_FRAME_TIMES)
    for turn in range(SCROLLS):
        desk.page.mouse.wheel(0, 240 if turn < SCROLLS // 2 else -240)
        desk.page.wait_for_timeout(16)
    desk.page.evaluate("cancelAnimationFrame(window.__tick)")
    return [float(ms) for ms in desk.page.evaluate("window.__frames")]
