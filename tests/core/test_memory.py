from __future__ import annotations

import gc
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


def test_what_modules_are_made_of_is_set_aside_once(monkeypatch: pytest.MonkeyPatch) -> None:
    settled = memory.Settled()
    try:
        assert settled.again()
        aside = gc.get_freeze_count()
        assert aside > 10_000
        assert not settled.again()
        for number in range(memory.MANY_MODULES):
            monkeypatch.setitem(sys.modules, f"made_up_{number}", sys)
        kept = [[number] for number in range(1000)]
        assert settled.again()
        assert gc.get_freeze_count() >= aside + len(kept)
    finally:
        gc.unfreeze()
