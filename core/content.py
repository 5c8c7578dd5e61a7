"""Files that belong to the workspace: written whole or not at all, named by their content."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core import db as store
from core import errors, stored
from core.sqlite import Database
from core.workspace import Workspace

ORIGINAL, PROXY, THUMBNAIL = "original", "proxy.mp4", "thumbnail.jpg"
WAVEFORM = "waveform.bin"

_PART = re.compile(r".*\.(\d+)-[0-9a-f]{8}\.part")
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_CHUNK = 4 * 2**20
_ORPHAN_SECONDS = 3600.0
_PART_SECONDS = 24 * 3600.0


def full(path: Path) -> errors.StorageFull:
    """The error of a disk that ran full while a file was written."""
    return errors.StorageFull(
        "There is no space left for {path}; nothing was kept of it.",
        "Free some space, then try again.",
        path=path.name,
    )


def is_full(error: OSError) -> bool:
    """Whether an error means that the disk (or a quota) is used up."""
    return error.errno in _NO_SPACE


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A path beside ``target`` to write to; at the end it is on disk under the target's name.

    When the body raises, nothing is left and an old file at ``target`` stays as it was.

    :raises StorageFull: when the disk ran full.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}.part")
    try:
        yield part
        into_place(part, target)
    except OSError as error:
        if is_full(error):
            raise full(target) from error
        raise
    finally:
        part.unlink(missing_ok=True)


def into_place(part: Path, target: Path) -> None:
    """Rename a finished file, so that a crash at any moment leaves the old or the new one."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    part.replace(target)
    with suppress(OSError, AttributeError):  # folders cannot be opened on Windows
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def copy_in(
    workspace: Workspace,
    source: Path,
    sha256: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Copy a file into the workspace under its hash; does nothing when it is there already.

    :raises StorageFull: when there is not enough space.
    :raises VideoUnreadable: when the source changed meanwhile.
    """
    target = workspace.media_path(sha256, ORIGINAL)
    size = source.stat().st_size
    if target.is_file() and target.stat().st_size == size:
        return target
    workspace.require_space(size)
    digest = hashlib.sha256()
    with replacing(target) as part, source.open("rb") as reading, part.open("wb") as writing:
        while chunk := reading.read(_CHUNK):
            digest.update(chunk)
            writing.write(chunk)
            progress(reading.tell(), size)
        writing.flush()
        if digest.hexdigest() != sha256:
            raise errors.VideoUnreadable(
                "{name} changed while it was read.",
                "Add it when it is complete.",
                name=source.name,
            )
    return target


def clean(workspace: Workspace) -> None:
    """Remove what killed processes left: parts, and files of contents that no video has."""
    if not workspace.exists:
        return
    for part in workspace.media.glob("*/*.part"):
        if _abandoned(part):
            part.unlink(missing_ok=True)
    try:
        with store.reader(workspace) as db:
            known = {row[0] for row in db.execute("SELECT sha256 FROM videos")} | kept(db)
    except errors.StorageDamaged:
        return  # nobody knows what is needed no more
    for path in workspace.media.glob("*/*.*"):
        if path.suffix != ".part" and path.name.split(".")[0] not in known and _old(path):
            path.unlink(missing_ok=True)


def kept(db: Database) -> set[str]:
    """Contents that a database kept at a restore refers to: their files stay."""
    row = db.execute("SELECT value FROM settings WHERE key = 'media_kept'").fetchone()
    return set(stored.items(row[0], "settings, media_kept")) if row else set()


def forget(workspace: Workspace, sha256: str) -> None:
    """Remove all files of a content that no video has."""
    for kind in (ORIGINAL, PROXY, THUMBNAIL, WAVEFORM):
        workspace.media_path(sha256, kind).unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _old(path: Path) -> bool:
    # A file is in place a moment before its video's row is committed.
    return _age(path) > _ORPHAN_SECONDS


def _abandoned(part: Path) -> bool:
    found = _PART.fullmatch(part.name)
    if found is None or _age(part) > _PART_SECONDS:
        return _old(part)  # what is being written was touched just now
    if os.name != "posix":
        return False  # there is no harmless way to ask whether a process lives
    try:
        os.kill(int(found.group(1)), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False
