"""A page of a Chromium that nothing watches, for its memory.

A browser that is driven by Playwright keeps the body of every answer for its driver, in the process
of the page: up to 200 MB that no user has. This one is told by the same protocol what to do, with
nothing switched on that records.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.browser.driver import FLAGS, wait_until

KEYS = {"Tab": 9, "ArrowRight": 39}
"""Codes of keys as Windows numbers them, which the protocol wants."""
_ROOT = (
    "[...document.querySelectorAll('*')]"
    ".map((one) => one.shadowRoot?.querySelector(\"[data-ready='true']\")).find(Boolean)"
)


class BarePage:
    """The Label screen in a page that is told what to do."""

    def __init__(self, page: ClientConnection, browser: ClientConnection) -> None:
        self.page, self.browser = page, browser
        self._asked = 0

    def ask(self, connection: ClientConnection, method: str, **parameters: Any) -> Any:
        """The answer to a command of the DevTools protocol."""
        self._asked += 1
        connection.send(json.dumps({"id": self._asked, "method": method, "params": parameters}))
        while True:
            answer = json.loads(connection.recv(timeout=60))
            if answer.get("id") == self._asked:
                return answer["result"]

    def evaluate(self, expression: str) -> Any:
        """The value of an expression; ``root`` in it is the annotator."""
        script = f"(() => {{ const root = {_ROOT}; return {expression}; }})()"
        answer = self.ask(self.page, "Runtime.evaluate", expression=script, returnByValue=True)
        return answer["result"].get("value")

    def wait(self, expression: str) -> None:
        """Until an expression is true."""
        wait_until(lambda: self.evaluate(expression), what=expression)

    def press(self, key: str) -> None:
        """Press and let go of a key."""
        for kind in ("keyDown", "keyUp"):
            named = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
            self.ask(self.page, "Input.dispatchKeyEvent", type=kind, **named)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Press at a point of the page, move, let go; a click where both are the same."""
        held = {"button": "left", "clickCount": 1}
        self._mouse("mouseMoved", start)
        self._mouse("mousePressed", start, **held)
        if start != end:
            middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
            for point in (middle, end):
                self._mouse("mouseMoved", point, button="left", buttons=1)
        self._mouse("mouseReleased", end, **held)

    def wheel(self, point: tuple[float, float], down: float) -> None:
        """Turn the wheel over a point of the page."""
        self._mouse("mouseWheel", point, deltaX=0, deltaY=down)

    def _mouse(self, kind: str, point: tuple[float, float], **more: Any) -> None:
        self.ask(self.page, "Input.dispatchMouseEvent", type=kind, x=point[0], y=point[1], **more)

    def memory_mb(self, *, collected: bool = True) -> float:
        """Resident memory of the page's process in MiB (Linux), without its garbage or with it."""
        for _ in range(2 if collected else 0):
            self.ask(self.page, "HeapProfiler.collectGarbage")
            time.sleep(1)
        listed = self.ask(self.browser, "SystemInfo.getProcessInfo")["processInfo"]
        return max(_resident_mb(one["id"]) for one in listed if one["type"] == "renderer")


@contextmanager
def opened(chromium: str, url: str, size: tuple[int, int], person: str) -> Iterator[BarePage]:
    """The Label screen at an address, opened by somebody whom the browser remembers."""
    # Its helpers still write for a moment after the browser has ended.
    with tempfile.TemporaryDirectory(
        prefix="dataguard-bench-", ignore_cleanup_errors=True
    ) as folder:
        told = Path(folder) / "DevToolsActivePort"
        window = f"--window-size={size[0]},{size[1]}"
        own = ("--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}", window)
        process = subprocess.Popen(
            [chromium, *FLAGS, *own, "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until(
                lambda: told.exists() and len(told.read_text().split()) == 2, what="Chromium"
            )
            port, path = told.read_text().split()
            first = wait_until(lambda: _pages(port), what="a page")[0]
            with (
                connect(first["webSocketDebuggerUrl"], max_size=None) as page,
                connect(f"ws://127.0.0.1:{port}{path}", max_size=None) as browser,
            ):
                bare = BarePage(page, browser)
                cookie = {"name": "dataguard_person", "value": person, "url": url}
                bare.ask(page, "Network.setCookie", **cookie)
                bare.ask(page, "Page.navigate", url=url)
                bare.wait("Boolean(window.__dataguard?.opened)")
                yield bare
        finally:
            process.terminate()
            process.wait()


def _told(file: Path) -> list[str]:
    """The port and the path that a browser has written, or nothing yet."""
    words = file.read_text().split() if file.exists() else []
    return words if len(words) == 2 else []


def _pages(port: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
        return [one for one in json.load(answer) if one["type"] == "page"]


def _resident_mb(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
