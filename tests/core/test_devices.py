"""Where a model would run and what it would take, without a tensor library."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import devices
from core.devices import Device
from core.doctor import machine

MB = 10**6


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A driver's tool on PATH that tells of two cards, in place of any there is."""
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'NVIDIA X, 1, 81559'\necho 'NVIDIA Y, [N/A]'\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    machine.cards.cache_clear()
    yield tool
    machine.cards.cache_clear()


def test_the_first_card_is_taken_where_torch_can_use_it(
    driver: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "torch_build", lambda: "2.13.0+cu130")
    assert machine.cards() == (("NVIDIA X, 1", 81559 * 2**20), ("NVIDIA Y", 0))
    assert devices.automatic() == Device("NVIDIA X, 1", True, 81559 * 2**20)
    for build in ("2.13.0+cpu", None):
        monkeypatch.setattr(machine, "torch_build", lambda build=build: build)
        assert devices.automatic() == devices.processor()


def test_without_a_card_it_is_the_processor(driver: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver.write_text("#!/bin/sh\nexit 9\n")
    monkeypatch.setattr(machine, "torch_build", lambda: "2.13.0+cu130")
    assert devices.automatic() == Device("", False, machine.memory_bytes())


def test_the_estimate_is_near_what_was_measured() -> None:
    """Peak of the process with one frame of 1280 x 720, random weights of the published sizes."""
    processor = Device("", False, None)
    for weights, measured in ((125 * MB, 847 * MB), (620 * MB, 1356 * MB)):
        assert devices.expected(weights, processor) == pytest.approx(measured, rel=0.05)
    assert devices.expected(620 * MB, Device("card", True, None)) < 1356 * MB
