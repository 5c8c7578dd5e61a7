"""The machine and what is installed on it."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from core import system_libraries
from core.doctor import decoders
from core.doctor.finding import Check
from core.language import N_

LEAST_PYTHON = (3, 11)
LEAST_MEMORY = 4 * 2**30
PACKAGES = ("streamlit", "av", "opencv-python", "mediapipe", "torch", "transformers", "trackers")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def examine() -> list[Check]:
    """Checks that need no workspace."""
    return [
        _python(),
        _system(),
        _memory(),
        _gpu(),
        *_packages(),
        _libraries(),
        *decoders.examine(),
        _browser(),
        _font(),
    ]


def _python() -> Check:
    version = platform.python_version()
    good = sys.version_info[:2] >= LEAST_PYTHON
    return Check(
        "python",
        "ok" if good else "missing",
        N_("Python {version}."),
        "" if good else N_("Install Python 3.11 or newer."),
        N_("everything"),
        {"version": version, "executable": sys.executable},
    )


def _system() -> Check:
    return Check(
        "system",
        "ok",
        N_("{system}, {machine}, {cpus} processor cores."),
        values={
            "system": platform.platform(terse=True),
            "machine": platform.machine(),
            "cpus": usable_cpus(),
        },
    )


def usable_cpus() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_bytes() -> int | None:
    """Memory of the machine, or the limit set for this process group; None where unknown."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return total
    return min(total, int(limit)) if limit.isdecimal() else total


def _memory() -> Check:
    found = memory_bytes()
    if found is None:
        return Check("memory", "ok", N_("The size of the memory is unknown."))
    enough = found >= LEAST_MEMORY
    return Check(
        "memory",
        "ok" if enough else "warning",
        N_("{gigabytes} GB of memory."),
        "" if enough else N_("4 GB or more are advised."),
        N_("running models beside the app"),
        {"gigabytes": round(found / 2**30, 1), "bytes": found},
    )


def _gpu() -> Check:
    """Asks the driver's own tool: importing a tensor library takes seconds."""
    found = _output(
        "nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"
    )
    if found:
        cards = "; ".join(line.strip() for line in found.splitlines() if line.strip())
        build = torch_build()
        if build is not None and build.endswith("+cpu"):
            return Check(
                "gpu",
                "warning",
                N_("GPU: {cards}. The installed torch {build} cannot use it."),
                N_("Install a build of torch with CUDA, as docs/install.md tells."),
                N_("large models at speed"),
                {"cards": cards, "build": build},
            )
        return Check("gpu", "ok", N_("GPU: {cards}."), values={"cards": cards, "build": build})
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return Check("gpu", "ok", N_("GPU: {cards}."), values={"cards": "Apple"})
    return Check(
        "gpu",
        "ok",
        N_("GPU: not present. Models run on the processor."),
        needed_for=N_("large models at speed"),
        values={"cards": ""},
    )


@functools.cache
def cards() -> tuple[tuple[str, int], ...]:
    """NVIDIA cards of this machine: name and bytes of memory; asked once in a process."""
    told = _output("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits")
    rows = [line.rsplit(",", 1) for line in (told or "").splitlines() if "," in line]
    return tuple(
        (name.strip(), int(size) * 2**20 if size.strip().isdecimal() else 0) for name, size in rows
    )


def torch_build() -> str | None:
    """The version of torch with its build, such as 2.13.0+cpu; None where it is not installed.

    Read from its own file: importing it takes seconds, and package data may lack the build.
    """
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return None
    try:
        text = Path(spec.origin).with_name("version.py").read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r"^__version__ = '([^']+)'", text, re.MULTILINE)
    return found[1] if found else None


def _output(*command: str) -> str | None:
    program = shutil.which(command[0])
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *command[1:]], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def _packages() -> list[Check]:
    found = {name: _version(name) for name in PACKAGES}
    lacking = [name for name, version in found.items() if version is None]
    checks = [
        Check(
            "packages",
            "missing" if lacking else "ok",
            N_("Not installed: {lacking}.") if lacking else N_("All packages are installed."),
            N_("Run: pip install -r requirements.txt") if lacking else "",
            N_("everything"),
            {"lacking": ", ".join(lacking), **{k: v or "" for k, v in found.items()}},
        )
    ]
    opencv = {_version("opencv-python"), _version("opencv-contrib-python")} - {None}
    if len(opencv) > 1:
        checks.append(
            Check(
                "opencv",
                "warning",
                N_("Two versions of OpenCV lie in one folder: {versions}."),
                N_("Run: pip install -r requirements.txt"),
                values={"versions": ", ".join(sorted(str(version) for version in opencv))},
            )
        )
    return checks


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _libraries() -> Check:
    lacking = system_libraries.missing()
    if not lacking:
        return Check("libraries", "ok", N_("All libraries of the system are there."))
    return Check(
        "libraries",
        "missing",
        N_("Missing libraries: {libraries}."),
        N_("On Debian or Ubuntu, as root: apt-get install {packages}"),
        N_("reading pictures and running models"),
        {
            "libraries": ", ".join(library for library, *_ in lacking),
            "packages": " ".join(package for _, package, _ in lacking),
        },
    )


def browser() -> str | None:
    """A Chromium for the browser tests: DATAGUARD_CHROMIUM, else the first on the PATH."""
    chosen = os.environ.get("DATAGUARD_CHROMIUM")
    if chosen:
        return chosen if Path(chosen).is_file() else None
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def _browser() -> Check:
    found = browser()
    if found is None:
        return Check(
            "browser",
            "warning",
            N_("Chromium was not found."),
            N_("Install Chromium, or set DATAGUARD_CHROMIUM to its program."),
            N_("browser tests; the app itself runs in any modern browser"),
        )
    return Check("browser", "ok", N_("Chromium: {path}."), values={"path": found})


def _font() -> Check:
    listed = _output("fc-list", ":lang=ko", "family")
    if listed is None and sys.platform in ("darwin", "win32"):
        return Check("font", "ok", N_("The system brings a Korean font."))
    families = sorted({line.split(",")[0].strip() for line in (listed or "").splitlines()} - {""})
    if not families:
        return Check(
            "font",
            "warning",
            N_("No Korean font was found."),
            N_("Install one, for example the package fonts-nanum."),
            N_("Korean text in a browser on this machine"),
        )
    return Check("font", "ok", N_("Korean font: {name}."), values={"name": families[0]})
