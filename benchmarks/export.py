"""Exporting 1,000,000 boxes by the terminal command: time, and memory at its largest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import figures, generated, material
from benchmarks.figures import Figure, Skipped
from core.workspace import ROOT, Workspace

BOXES = generated.TRACKS * generated.KEYFRAMES
LIMIT_MB = 500
LIMIT_SECONDS = 300
FORMATS = ("ndjson", "coco", "yolo")


def measure() -> list[Figure]:
    """Export tracks that have a keyframe on each of their frames, in each format."""
    if not hasattr(os, "wait4"):
        raise Skipped("this system does not tell the largest memory of a process")
    with material.workspace() as place:
        material.say("writing 1,000,000 boxes")
        generated.fill(place, step=1, posed_every=0)
        return [figure for name in FORMATS for figure in _export(place, name)]


def _export(place: Workspace, name: str) -> list[Figure]:
    material.say(name)
    out = place.root / f"exported-{name}"
    started = time.perf_counter()
    report, largest_mb = _run(
        "--workspace", str(place.root), "--json", "export", "--format", name, "--out", str(out)
    )
    seconds = time.perf_counter() - started
    written = report["written"]
    boxes = written["keyframes" if name == "ndjson" else "annotations"]
    if boxes != BOXES:
        raise AssertionError(f"{boxes} boxes were written, not {BOXES}: {written}")
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return [
        figures.at_most(
            f"export of 1 M boxes, {name}, largest memory", largest_mb, "MiB", LIMIT_MB
        ),
        figures.at_most(
            f"export of 1 M boxes, {name}, time",
            seconds,
            "s",
            LIMIT_SECONDS,
            written=written,
            megabytes=size / 1e6,
        ),
    ]


def _run(*arguments: str) -> tuple[dict[str, Any], float]:
    """Run a terminal command; its JSON document and its largest resident memory in MiB.

    :raises RuntimeError: when it failed.
    """
    answer = Path(arguments[1]) / "answer.json"
    with answer.open("wb") as output:
        child = subprocess.Popen([sys.executable, "cli.py", *arguments], cwd=ROOT, stdout=output)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"the command ended with code {child.returncode}")
    # Linux counts in KiB, macOS in bytes.
    largest = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return json.loads(answer.read_text("utf-8")), largest
