"""Memory of a long-lived process."""

from __future__ import annotations

import ctypes
import functools
import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass

MANY_MODULES = 40


def give_back() -> None:
    """Return memory that is free inside the process to the system, where the C library can.

    Large answers and pictures leave the heap of glibc full of holes that it keeps otherwise.
    """
    gc.collect()
    _trim()(0)


@dataclass(slots=True)
class Settled:
    """Sets aside what the loaded modules are made of, so that collections do not look at it.

    Streamlit collects garbage after every run of a page, holding the interpreter's lock: with
    pandas and plotly loaded that took 95 of 120 ms, and everybody waited. What is set aside is
    freed as before when the last reference goes; only cycles among it stay, which is why this
    happens as often as many new modules were loaded, a few times in the life of a process.
    """

    modules: int = 0

    def again(self) -> bool:
        """Set aside what is new, where that is worth it; True when it was."""
        loaded = len(sys.modules)
        if loaded - self.modules < MANY_MODULES:
            return False
        self.modules = loaded
        gc.collect()
        gc.freeze()
        return True


@functools.cache
def _trim() -> Callable[[int], object]:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):
        return lambda keep: None
