"""Waiting for what comes later: on a slow machine that shares its processor, much later."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def wait_until(check: Callable[[], Any], *, seconds: float = 120, what: str = "it") -> Any:
    """Ask again until the answer is true."""
    deadline = time.monotonic() + seconds
    pause = 0.01
    while time.monotonic() < deadline:
        found = check()
        if found:
            return found
        time.sleep(pause)
        pause = min(2 * pause, 0.1)
    raise AssertionError(f"waited {seconds} s for {what}")


def eventually(look: Callable[[], Any], *, seconds: float = 120) -> Any:
    """Look again as long as something is not yet as asserted; what stays so is told."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return look()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)
