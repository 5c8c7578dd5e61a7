from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from core import memory


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc gives memory back on demand")
def test_freed_memory_goes_back_to_the_system() -> None:
    kept = []
    waste = []
    for number in range(60_000):
        waste.append(bytearray(4_000))
        if number % 600 == 0:
            kept.append(bytearray(4_000))
    del waste
    before = _resident()
    memory.give_back()
    assert len(kept) == 100
    assert _resident() < before - 50_000_000
