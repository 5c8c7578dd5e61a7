"""Memory of a long-lived process."""

from __future__ import annotations

import ctypes
import functools
import gc
from collections.abc import Callable


def give_back() -> None:
    """Return memory that is free inside the process to the system, where the C library can.

    Large answers and pictures leave the heap of glibc full of holes that it keeps otherwise.
    """
    gc.collect()
    _trim()(0)


@functools.cache
def _trim() -> Callable[[int], object]:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):
        return lambda keep: None
