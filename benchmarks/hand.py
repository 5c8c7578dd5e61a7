"""A hand that works in the annotator and counts: one key, click or drag is one action."""

from __future__ import annotations

from collections import Counter

from core.labels import Box
from tests.browser.driver import Annotator

NEAR = 3


class Hand:
    """Keys, clicks and drags on the Label screen."""

    def __init__(self, desk: Annotator) -> None:
        self.desk = desk
        self.counts: Counter[str] = Counter()

    @property
    def actions(self) -> int:
        """All that was done so far."""
        return sum(self.counts.values())

    @property
    def frame(self) -> int:
        """The frame that is shown or asked for."""
        return int(self.desk.data("target") or 0)

    def key(self, name: str, times: int = 1) -> None:
        """Press a key."""
        for _ in range(times):
            self.desk.page.keyboard.press(name)
            self.counts["keys"] += 1

    def go_to(self, frame: int) -> None:
        """By single steps where it is near, else by its number."""
        away = frame - self.frame
        if 0 < abs(away) <= NEAR:
            self.key("ArrowRight" if away > 0 else "ArrowLeft", abs(away))
        elif away:
            self.key("g")
            for digit in str(frame):
                self.key(digit)
            self.key("Enter")
        self.desk.wait_exact(frame)
        self.desk.focus()

    def select(self, track: int, box: Box, others: list[Box]) -> None:
        """Click on a track's box, best where no other lies; Tab goes on where another is on top."""
        if self.desk.data("selected") == str(track):
            return
        self.desk.click(*self.free_point(box, others))
        self.counts["clicks"] += 1
        for _ in range(12):
            self.desk.page.wait_for_timeout(60)
            if self.desk.data("selected") == str(track):
                return
            self.key("Tab")
        raise RuntimeError(f"track {track} cannot be chosen")

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag from one point of the frame to another, and wait until it is saved."""
        self.desk.drag(start, end)
        self.counts["drags"] += 1
        self.desk.wait_saved()

    def fit(self, box: Box, slack: float = 2.0) -> None:
        """Drag two opposite corners of the selected box to where they belong."""
        for right, down in ((False, False), (True, True)):
            x, y, w, h = (float(part) for part in (self.desk.data("place") or "").split(" "))
            start = (x + w * right, y + h * down)
            end = (box.x + box.w * right, box.y + box.h * down)
            if max(abs(start[0] - end[0]), abs(start[1] - end[1])) > slack:
                self.drag(start, end)

    def merge_with(self, track: int) -> None:
        """Merge the selected track with another, by the digit that the legend gives it."""
        self.key("Shift+S")
        entry = self.desk.root.locator(f".legend [data-track='{track}'] kbd")
        self.key(entry.inner_text())

    def delete(self, scope: str) -> None:
        """Delete the selected track: "frame", "between", "onward" or "track"."""
        self.key("Delete")
        choice = self.desk.root.locator(f"[role='dialog'] [data-scope='{scope}']")
        order = choice.evaluate("button => [...button.parentElement.children].indexOf(button)")
        self.key("Tab", int(order))
        self.key("Enter")

    def copy_forward(self, frames: int) -> None:
        """Copy the selected track's position here to the next frames."""
        self.key("Shift+G")
        for digit in str(frames):
            self.key(digit)
        self.key("Enter")

    @staticmethod
    def free_point(box: Box, others: list[Box]) -> tuple[float, float]:
        """A point of a box that lies in as few others as may be, near its middle."""
        shares = (0.5, 0.3, 0.7, 0.15, 0.85)
        points = [(box.x + box.w * a, box.y + box.h * b) for b in shares for a in shares]
        return min(points, key=lambda point: sum(_holds(other, point) for other in others))

    def saved(self) -> None:
        """Wait until what was done is saved."""
        self.desk.wait_saved()


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box.x <= point[0] <= box.x + box.w and box.y <= point[1] <= box.y + box.h
