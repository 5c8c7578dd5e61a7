"""What a figure was measured on: processor, memory, system and the versions that matter."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sqlite3
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.workspace import ROOT

PACKAGES = (
    "av",
    "mediapipe",
    "opencv-python",
    "numpy",
    "streamlit",
    "fastapi",
    "sqlite-utils",
    "trackers",
    "hotcoco",
    "torch",
    "transformers",
)


def header() -> dict[str, Any]:
    """Machine, date and versions."""
    return {
        "machine": {
            "processor": processor(),
            "cores": os.cpu_count(),
            "memory_mb": memory_mb(),
            "gpu": gpu(),
            "load_before": load(),
            "system": platform.platform(),
        },
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {
            "program": revision(),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            **{name: version for name in PACKAGES if (version := installed(name))},
        },
    }


def processor() -> str:
    """The processor's name."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def memory_mb() -> int | None:
    """Memory of the machine in MiB, where the system tells."""
    with suppress(OSError, ValueError, AttributeError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return None


def gpu() -> str | None:
    """The name of the first NVIDIA GPU, as its driver tells; None where there is none."""
    with suppress(OSError, subprocess.SubprocessError):
        asked = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
        found = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=True)
        return found.stdout.strip().splitlines()[0]
    return None


def load() -> float | None:
    """Processes that wanted to run during the last minute: what else kept the machine busy."""
    with suppress(OSError, AttributeError):
        return os.getloadavg()[0]
    return None


def installed(package: str) -> str | None:
    """The installed version of a package."""
    with suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(package)
    return None


def revision() -> str | None:
    """The commit that is checked out, with "+" where files differ from it."""
    with suppress(OSError, subprocess.SubprocessError):
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--abbrev=12"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
        return found.stdout.strip()
    return None
