"""The workspace, its disk and its database, and the weights."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from core import checkup, connections, migrations, probe, upgrade
from core.doctor.finding import Check, State
from core.language import N_
from core.workspace import SPACE_FLOOR, Workspace

NETWORK_FILESYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs"})
_FIXED = (3, 51, 3)
_FIXED_IN_OLDER_LINES = {(3, 44): 6, (3, 50): 7}


def examine(workspace: Workspace) -> list[Check]:
    """Checks of one workspace; it is not made or changed."""
    return [
        _weights(workspace),
        _sqlite(),
        *_disk(workspace),
        _workspace(workspace),
        *_checkup(workspace),
    ]


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


def _workspace(workspace: Workspace) -> Check:
    values: dict[str, Any] = {"path": str(workspace.root), "format": migrations.USER_VERSION}
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
    if version > migrations.USER_VERSION:
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
    db, _ = connections.opened(database)
    with closing(db.conn) as connection:
        application, version, _ = upgrade.facts(connection)
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    return application, version, verdict


def _checkup(workspace: Workspace) -> list[Check]:
    """What the last examination of the whole workspace found; nothing where there was none."""
    found = checkup.last(workspace)
    if found is None:
        return []
    hint = checkup.hint(found)
    good = found.sound and not found.late
    message, values = checkup.words(found)
    state: State = "ok" if good else "warning" if found.sound else "missing"
    return [Check("checkup", state, message, hint, values=values)]
