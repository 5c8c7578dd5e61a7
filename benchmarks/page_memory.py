"""Memory of the Label screen's page after steps, far seeks, choices, scrolling and edits."""

from __future__ import annotations

import random
import time

from benchmarks import bare_page, figures, material
from benchmarks.figures import Figure
from core.videos import Video
from tests.browser.driver import chromium_path

MEMORY_MB = 500
SIZE = (1440, 900)
STEPS, SEEKS, SCROLLS, CHOICES, MOVES = 60, 30, 80, 20, 100

_ON_PAGE = """(() => {
  const view = JSON.parse(root.dataset.view);
  const stage = root.querySelector(".stage").getBoundingClientRect();
  const [x, y, w, h] = root.dataset.place.split(" ").map(Number);
  const [across, down] = [x + w / 2, y + h / 2];
  return [stage.x + across * view.scale * view.sar + view.x, stage.y + down * view.scale + view.y];
})()"""
"""The middle of the selected box on the page."""


def after_work(port: int, video: Video, name: str) -> Figure:
    """What a page of its own holds after some work on a video.

    :raises Skipped: without a Chromium.
    """
    chromium = chromium_path()
    if chromium is None:
        raise figures.Skipped("no Chromium on PATH; set DATAGUARD_CHROMIUM")
    url = f"http://127.0.0.1:{port}/label?w=own&video={video.id}"
    with bare_page.opened(chromium, url, SIZE, person=material.PERSON) as bare:
        at_start = bare.memory_mb()
        _work_on(bare)
        garbage = bare.memory_mb(collected=False)
        after = bare.memory_mb()
    return figures.at_most(
        f"memory of the page, {name}",
        after,
        "MiB",
        MEMORY_MB,
        at_start_mb=at_start,
        with_garbage_mb=garbage,
    )


def _work_on(bare: bare_page.BarePage) -> None:
    """Steps, far seeks, choices, scrolling, and a box that is moved to and fro."""
    bare.evaluate("root.querySelector('.stage').focus()")
    for _ in range(STEPS):
        bare.press("ArrowRight")
        time.sleep(0.05)
    chance = random.Random(7)
    overview = _area(bare, "[role='slider']")
    for _ in range(SEEKS):
        x = overview[0] + 20 + chance.random() * (overview[2] - 40)
        bare.drag((x, overview[1] + 8), (x, overview[1] + 8))
        time.sleep(0.1)
        bare.wait("root.dataset.exact === 'true'")
    left, top, width, height = _area(bare, ".timeline-rows")
    for turn in range(SCROLLS):
        bare.wheel((left + width / 2, top + height - 20), 240 if turn < SCROLLS // 2 else -240)
    bare.evaluate("root.querySelector('.stage').focus()")
    for _ in range(CHOICES):
        bare.press("Tab")
        time.sleep(0.1)
    for turn in range(MOVES):
        x, y = bare.evaluate(_ON_PAGE)
        bare.drag((x, y), (x + (8 if turn % 2 else -8), y))
        time.sleep(0.05)
        bare.wait("root.dataset.save === 'saved' && root.dataset.unsaved === '0'")


def _area(bare: bare_page.BarePage, selector: str) -> tuple[float, float, float, float]:
    """Left, top, width and height of an element on the page."""
    box = f"root.querySelector(`{selector}`).getBoundingClientRect()"
    found: list[float] = bare.evaluate(f"[{box}.x, {box}.y, {box}.width, {box}.height]")
    return found[0], found[1], found[2], found[3]
