"""A hand on the timeline: frames and tracks to places on the page, and what is painted there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from tests.waiting import eventually, wait_until

ROW, SIDE = 22, 10
FILLS = {0.45: False, 0.75: True}
"""How strongly an event is painted, and whether it is then the selected one."""

Colour = tuple[int, ...]
_WAITING = """([root, kind]) =>
  JSON.parse(root.dataset.view ?? "{}").lanes?.some((lane) => lane.kind === kind)"""
_TRACKS = "(options) => options.map((option) => option.dataset.track)"
_THEME = """(root, name) => {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.fillStyle = getComputedStyle(root).getPropertyValue(name).trim();
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


def far(a: Sequence[int], b: Sequence[int]) -> int:
    """The largest difference between two colours in red, green or blue."""
    return max(abs(int(x) - int(y)) for x, y in zip(a, b, strict=True))


def hexed(colour: str) -> Colour:
    """``hexed("#38c6d9")`` is (56, 198, 217)."""
    return tuple(bytes.fromhex(colour.removeprefix("#")))


class Hand:
    """A hand on the timeline of an annotator, with the eyes to see what it did."""

    def __init__(self, desk: Any) -> None:
        self.page, self.desk = desk.page, desk
        self.root = desk.root.locator(".timeline")
        self.rows = self.root.locator(".timeline-rows")
        self.slider = self.root.locator("[role='slider']")

    @property
    def view(self) -> dict[str, Any]:
        return dict(json.loads(self.root.get_attribute("data-view") or "{}"))

    def wait_lane(self, kind: str) -> None:
        """Until there is a row of this kind: score, segments, sound."""
        handle = self.root.element_handle()
        self.page.wait_for_function(_WAITING, arg=[handle, kind], timeout=60_000)

    # Places

    def x(self, frame: float) -> float:
        """The left side of a frame."""
        view, box = self.view, self.rows.bounding_box()
        return float(box["x"] + view["gutter"] + SIDE + (frame - view["first"]) * view["perFrame"])

    def y(self, track: int) -> float:
        option = self.rows.locator(f"[role='option'][data-track='{track}']")
        index = int(option.get_attribute("aria-posinset") or 0) - 1
        return float(self.rows.bounding_box()["y"] + self.view["top"] + (index + 0.5) * ROW)

    def lane(self, kind: str, key: str | None = None) -> tuple[float, float]:
        """The upper edge and the height of a row that is no track's."""
        found = wait_until(lambda: self._lane(kind, key), what=f"the row of {key or kind}")
        return float(self.rows.bounding_box()["y"] + found["top"]), float(found["height"])

    def _lane(self, kind: str, key: str | None) -> dict[str, Any] | None:
        lanes = (one for one in self.view.get("lanes", ()) if one["kind"] == kind)
        return next((one for one in lanes if key is None or one["key"] == key), None)

    def lanes(self) -> list[str]:
        return [one.get("key") or one["kind"] for one in self.view["lanes"]]

    def on(self, track: int, frame: float) -> tuple[float, float]:
        return self.x(frame), self.y(track)

    def ruler(self, frame: float) -> tuple[float, float]:
        return self.x(frame), float(self.rows.bounding_box()["y"] - 10)

    # Gestures

    def press(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Take hold and move, without letting go."""
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=3)
        self.page.mouse.move(*end, steps=3)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.press(start, end)
        self.page.mouse.up()

    # What is seen

    def order(self) -> list[int]:
        # Read in one go: rows come and go while they are looked at.
        found = self.rows.get_by_role("option").evaluate_all(_TRACKS)
        return [int(track) for track in found]

    def pixels(self, x: float, y: float, w: float = 1, h: float = 1) -> npt.NDArray[np.uint8]:
        """What is painted on the page by now: RGB, shape (H, W, 3)."""
        self.desk.data("frame")
        area = {"x": round(x), "y": round(y), "width": round(w), "height": round(h)}
        data = np.frombuffer(self.page.screenshot(clip=area), np.uint8)
        return cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)

    def colour(self, x: float, y: float) -> Colour:
        return tuple(int(value) for value in self.pixels(x, y)[0, 0])

    def theme(self, name: str) -> Colour:
        """A colour of the theme, ``theme("--panel")``."""
        return tuple(self.root.evaluate(_THEME, name))

    def wait_events(self, key: str, colour: str, expected: list[tuple[int, int, bool]]) -> None:
        """Until these events are painted in a row, and no others."""

        def look() -> None:
            assert self.events(key, colour) == expected

        eventually(look)

    def events(self, key: str, colour: str) -> list[tuple[int, int, bool]]:
        """The events painted in a row, as (first, last, selected), read from the pixels alone.

        A frame's colour is taken left of its middle, where the playhead would be.
        """
        top, height = self.lane("segments", key)
        left, wide = self.x(0), float(self.view["perFrame"])
        frames = int(self.slider.get_attribute("aria-valuemax") or 0) + 1
        # Below the words of a caption or a suggestion, above the lower edge.
        line = self.pixels(left, top + height - 5, frames * wide)[0]
        panel, ink = np.array(self.theme("--panel")), np.array(hexed(colour))
        painted: list[bool | None] = []
        for frame in range(frames):
            here = line[int(left + (frame + 0.3) * wide) - round(left)]
            like = (held for a, held in FILLS.items() if far(here, panel + a * (ink - panel)) < 9)
            painted.append(next(like, None))
        found: list[tuple[int, int, bool]] = []
        for frame, held in enumerate(painted):
            if held is None:
                continue
            if found and found[-1][1:] == (frame - 1, held):
                found[-1] = (found[-1][0], frame, held)
            else:
                found.append((frame, frame, held))
        return found
