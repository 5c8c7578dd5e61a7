"""What this machine has, and what is missing for what; imports nothing heavy, changes nothing."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from core import db as store
from core import migrations, probe, system_libraries
from core.language import N_
from core.workspace import SPACE_FLOOR, Workspace

State = Literal["ok", "warning", "missing"]

LEAST_PYTHON = (3, 11)
LEAST_MEMORY = 4 * 2**30
CODECS = (
    ("libx264", "w", True),
    ("aac", "w", True),
    ("h264", "r", True),
    ("hevc", "r", False),
    ("vp9", "r", False),
    ("av1", "r", False),
    ("mpeg4", "r", False),
)
PACKAGES = ("streamlit", "av", "opencv-python", "mediapipe", "torch", "transformers", "trackers")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
NETWORK_FILESYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs"})
_FIXED_IN_OLDER_LINES = {(3, 44): 6, (3, 50): 7}
_FIXED = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; ``message``, ``hint`` and ``needed_for`` are gettext keys for ``values``."""

    name: str
    state: State
    message: str
    hint: str = ""
    needed_for: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The finding in a language."""
        return translate(self.message).format(**self.values)

    def to_json(self, translate: Callable[[str], str] = str) -> dict[str, Any]:
        """The form of ``cli.py doctor --json``."""
        return {
            "name": self.name,
            "state": self.state,
            "text": self.text(translate),
            "hint": translate(self.hint).format(**self.values) if self.hint else "",
            "needed_for": translate(self.needed_for) if self.needed_for else "",
            "values": self.values,
        }


def examine(workspace: Workspace) -> list[Check]:
    """Every check, in the order in which a person would ask."""
    return [
        _python(),
        _system(),
        _memory(),
        _gpu(),
        *_packages(),
        _libraries(),
        _codecs(),
        _weights(workspace),
        _sqlite(),
        *_disk(workspace),
        _browser(),
        _font(),
        _workspace(workspace),
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
        return Check("gpu", "ok", N_("GPU: {cards}."), values={"cards": cards})
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return Check("gpu", "ok", N_("GPU: {cards}."), values={"cards": "Apple"})
    return Check(
        "gpu",
        "ok",
        N_("GPU: not present. Models run on the processor."),
        needed_for=N_("large models at speed"),
        values={"cards": ""},
    )


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


def _codecs() -> Check:
    import av

    lacking = []
    for name, mode, needed in CODECS:
        try:
            av.Codec(name, mode)  # type: ignore[arg-type]
        except ValueError:
            lacking.append((name, needed))
    values = {
        "lacking": ", ".join(name for name, _ in lacking),
        "known": ", ".join(name for name, *_ in CODECS),
        "pyav": str(av.__version__),
        "ffmpeg": av.ffmpeg_version_info,
    }
    if lacking:
        bad = any(needed for _, needed in lacking)
        return Check(
            "codecs",
            "missing" if bad else "warning",
            N_("PyAV {pyav} lacks: {lacking}."),
            N_("Install PyAV from its own wheel: pip install --force-reinstall av"),
            N_("reading such videos, and the proxy that the browser plays"),
            values,
        )
    return Check("codecs", "ok", N_("PyAV {pyav} knows: {known}."), values=values)


def _weights(workspace: Workspace) -> Check:
    found: list[dict[str, Any]] = [
        {"path": str(path), "bytes": path.stat().st_size, "sha256": probe.sha256_of(path)}
        for folder in workspace.weights
        if folder.is_dir()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    ]
    values = {"files": found, "folders": ", ".join(str(folder) for folder in workspace.weights)}
    if not found:
        return Check(
            "weights",
            "missing",
            N_("No model files in {folders}."),
            N_("Run: python -m models.weights (needs the internet once)."),
            N_("suggestions"),
            values,
        )
    listed = ", ".join(f"{Path(row['path']).name} ({row['sha256'][:12]})" for row in found)
    return Check("weights", "ok", N_("Model files: {listed}."), values={**values, "listed": listed})


def _sqlite() -> Check:
    """See sqlite.org/wal.html#walresetbug; fixed in 3.51.3, 3.50.7 and 3.44.6."""
    version = sqlite3.sqlite_version_info
    fixed = version >= _FIXED or version[2] >= _FIXED_IN_OLDER_LINES.get(version[:2], 10**9)
    if fixed:
        message = N_("SQLite {version}.")
    else:
        message = N_(
            "SQLite {version}, which can damage a file when two programs write it at the same "
            "instant. DataGuard's own lock keeps that from happening."
        )
    return Check(
        "sqlite",
        "ok",
        message,
        "" if fixed else N_("Never open the database for writing with another program."),
        values={"version": sqlite3.sqlite_version, "wal_reset_bug": not fixed},
    )


def _disk(workspace: Workspace) -> list[Check]:
    folder = next(path for path in (workspace.root, *workspace.root.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    enough = free > 4 * SPACE_FLOOR
    kind = filesystem(folder)
    remote = kind in NETWORK_FILESYSTEMS
    return [
        Check(
            "disk",
            "ok" if enough else "warning",
            N_("{gigabytes} GB free in {path}."),
            "" if enough else N_("Free some space or choose a workspace on another disk."),
            N_("videos and their proxies"),
            {"gigabytes": round(free / 2**30, 1), "bytes": free, "path": str(folder)},
        ),
        Check(
            "filesystem",
            "warning" if remote else "ok",
            N_("The workspace lies on a network file system ({kind}).")
            if remote
            else N_("File system: {kind}."),
            N_("Keep the workspace on a local disk: databases break on network file systems.")
            if remote
            else "",
            values={"kind": kind or "?"},
        ),
    ]


def filesystem(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The type of the file system that holds a folder, such as ext4; empty where unknown."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        parts = line.split()
        if len(parts) < 3:
            continue
        # Spaces in a mount point are written as octal escapes.
        point = Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), parts[1]))
        if folder.resolve().is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), parts[2]
    return kind


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


def _workspace(workspace: Workspace) -> Check:
    values: dict[str, Any] = {"path": str(workspace.root), "format": store.USER_VERSION}
    if not workspace.exists:
        return Check(
            "workspace",
            "ok",
            N_("The workspace {path} does not exist yet; the first command makes it."),
            values=values,
        )
    try:
        application, version, verdict = _looked_at(workspace.database)
    except sqlite3.Error as error:
        application, version, verdict = migrations.APPLICATION_ID, 0, str(error)
    values |= {"found": version, "reason": verdict}
    if application != migrations.APPLICATION_ID:
        return Check(
            "workspace",
            "missing",
            N_("{path} holds a database of another program."),
            N_("Choose another workspace folder. The file was left as it is."),
            values=values,
        )
    if version > store.USER_VERSION:
        return Check(
            "workspace",
            "missing",
            N_("{path} was written by a newer DataGuard (format {found}; known: {format})."),
            N_("Update DataGuard. The file was left as it is."),
            values=values,
        )
    if verdict != "ok":
        return Check(
            "workspace",
            "missing",
            N_("The database of {path} is damaged: {reason}."),
            N_("Restore a backup. The file was left as it is."),
            values=values,
        )
    return Check(
        "workspace", "ok", N_("The workspace {path} is sound (format {found})."), values=values
    )


def _looked_at(database: Path) -> tuple[int, int, str]:
    """Application id, schema version and the verdict of ``quick_check``; changes nothing."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    return application, version, verdict
