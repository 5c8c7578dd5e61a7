"""What a loss of power could take: nothing that was acknowledged, because it was on disk before."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.workspace import ROOT

ACKNOWLEDGED = """
import os, sys
from pathlib import Path
from core import connections, db, people
from core.workspace import Workspace
if sys.argv[2] != "FULL":
    connections._PRAGMAS = (*connections._PRAGMAS, "PRAGMA synchronous = " + sys.argv[2])
workspace = Workspace(Path(sys.argv[1]))
db.open_workspace(workspace)
os.write(2, b"ready\\n")
for turn in range(20):
    db.write(workspace, lambda d: people.identify(d, f"person {turn}"))
    os.write(2, b"saved\\n")
os._exit(0)
"""


def _events(tmp_path: Path, synchronous: str) -> list[str]:
    """In the order of the system: "written" (to the log), "synced" (the log), "saved"."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    program = [sys.executable, "-c", ACKNOWLEDGED, str(tmp_path / "workspace"), synchronous]
    done = subprocess.run(
        [
            *(strace, "-f", "-qq", "-y", "-s", "20", "-o", str(trace)),
            *("-e", "trace=fdatasync,fsync,write,pwrite64", *program),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    if "ptrace" in done.stderr or not trace.exists():
        pytest.skip(f"strace may not look at processes here: {done.stderr.strip()[:200]}")
    assert done.returncode == 0, done.stderr
    return [event for line in trace.read_text().splitlines() if (event := _event(line))]


def _event(line: str) -> str:
    if re.search(r'write\(2<[^>]*>, "saved', line):
        return "saved"
    if "write(2<" in line and '"ready' in line:
        return "ready"
    if re.search(r"f(data)?sync\(\d+<[^>]*dataguard\.db-wal>", line):
        return "synced"
    if re.search(r"pwrite64\(\d+<[^>]*dataguard\.db-wal>", line):
        return "written"
    return ""


def _too_early(events: list[str]) -> int:
    """How often something was called saved that the log had not yet been made to keep."""
    written, early = False, 0
    for event in events[events.index("ready") :]:
        if event == "written":
            written = True
        elif event == "synced":
            written = False
        elif event == "saved":
            early += written
    return early


@pytest.mark.skipif(os.name != "posix", reason="strace")
@pytest.mark.parametrize(("synchronous", "most", "least"), [("FULL", 0, 0), ("NORMAL", 20, 15)])
def test_dur_03_the_log_is_on_disk_before_anything_is_called_saved(
    tmp_path: Path, synchronous: str, most: int, least: int
) -> None:
    events = _events(tmp_path, synchronous)
    assert events.count("saved") == 20
    assert events.count("written") >= 20
    assert least <= _too_early(events) <= most
