"""Drives the annotator in a real Chromium as a person would: mouse and keys on the picture."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt
from playwright.sync_api import Locator, Page

from tests.waiting import wait_until

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str | None:
    """Where Chromium is; None where there is none."""
    wanted = os.environ.get("DATAGUARD_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return wanted or next((found for name in names if (found := shutil.which(name))), None)


_DRAWN = """() => Promise.race([
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  new Promise((done) => setTimeout(done, 10_000)),
])"""
"""Two frames on; a page that draws none is not waited for all day."""
_CELLS = """(canvas, [view, width, height]) => {
  const ratio = canvas.width / canvas.clientWidth;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Array.from({ length: 16 }, (_, cell) => {
    const x = ((2 * (cell % 4) + 1) * width / 8) * view.scale * view.sar + view.x;
    const y = ((2 * Math.floor(cell / 4) + 1) * height / 8) * view.scale + view.y;
    return data[4 * (Math.round(y * ratio) * canvas.width + Math.round(x * ratio))] > 128;
  });
}"""
_WATCH = """root => {
  root.watch?.disconnect();
  root.seen = [];
  const note = () => root.seen.push([performance.now(), Number(root.dataset.frame)]);
  root.watch = new MutationObserver(note);
  root.watch.observe(root, { attributes: true, attributeFilter: ["data-frame"] });
}"""


class Annotator:
    """The annotator on a page, driven as a person would: mouse and keys on the picture."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root: Locator = page.locator("[data-ready='true']")
        self.root.wait_for()
        # -1 until there is a picture: what is clicked before has nothing under the pointer.
        self.wait("frame", lambda value: int(value or -1) >= 0)

    def data(self, name: str) -> str | None:
        """What the page says of itself once all that was done before has been drawn."""
        self.page.evaluate(_DRAWN)
        return self._data(name)

    def wait(self, name: str, check: Callable[[str | None], bool], seconds: float = 120) -> None:
        wait_until(
            lambda: check(self._data(name)), seconds=seconds, what=f"{name} ({self._data(name)})"
        )

    def _data(self, name: str) -> str | None:
        return self.root.get_attribute(f"data-{name}")

    def wait_exact(self, frame: int) -> None:
        self.wait("frame", lambda value: value == str(frame))
        self.wait("exact", lambda value: value == "true")

    def wait_saved(self) -> None:
        self.wait("save", lambda value: value == "saved")
        self.wait("unsaved", lambda value: value == "0")

    def go_to(self, frame: int) -> None:
        self.page.keyboard.press("g")
        self.page.keyboard.type(str(frame))
        self.page.keyboard.press("Enter")
        self.wait_exact(frame)
        self.focus()

    def focus(self) -> None:
        self.root.locator(".stage").focus()

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the frame is on the page."""
        view = json.loads(self.data("view") or "{}")
        box = self.root.locator(".stage").bounding_box()
        assert box is not None
        return (
            box["x"] + x * view["scale"] * view["sar"] + view["x"],
            box["y"] + y * view["scale"] + view["y"],
        )

    def click(self, x: float, y: float) -> None:
        self.page.mouse.click(*self.at(x, y))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.page.mouse.move(*self.at(*start))
        self.page.mouse.down()
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        self.page.mouse.move(*self.at(*middle), steps=4)
        self.page.mouse.move(*self.at(*end), steps=4)
        self.page.mouse.up()

    def pixels(self, x: float, y: float, w: float, h: float) -> npt.NDArray[np.uint8]:
        """What is painted in a box of the frame: RGB, shape (H, W, 3), in pixels of the page."""
        left, top = self.at(x, y)
        right, bottom = self.at(x + w, y + h)
        area = {"x": round(left), "y": round(top)}
        area |= {"width": max(1, round(right - left)), "height": max(1, round(bottom - top))}
        data = np.frombuffer(self.page.screenshot(clip=area), np.uint8)  # type: ignore[arg-type]
        return cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)

    def colour(self, x: float, y: float) -> tuple[int, ...]:
        """The colour painted at a point of the frame."""
        return tuple(int(value) for value in self.pixels(x, y, 0, 0)[0, 0])

    def number(self, width: int = 320, height: int = 240) -> int:
        """The number that the picture of a clip (``tests.clips``) shows, whatever lies over it."""
        view = json.loads(self.data("view") or "{}")
        canvas = self.root.locator("canvas.picture")
        bits = canvas.evaluate(_CELLS, [view, width, height])
        return int("".join("1" if bit else "0" for bit in bits), 2)

    def watch(self) -> None:
        """From now on note which frame is shown when."""
        self.root.evaluate(_WATCH)

    def watched(self) -> list[tuple[float, int]]:
        """What was shown since: (milliseconds, frame) each time that it changed."""
        seen = self.root.evaluate("root => root.seen")
        return [(ms, f) for i, (ms, f) in enumerate(seen) if not i or f != seen[i - 1][1]]

    def painted(self, colour: tuple[int, int, int], box: Sequence[float]) -> bool:
        """Whether the left side of a box of the frame is drawn in a colour (RGB)."""
        x, y, _, h = box
        seen = self.pixels(x - 2, y + h / 2, 4, 8).reshape(-1, 3).astype(int)
        return bool((np.abs(seen - colour).max(axis=1) < 48).any())
