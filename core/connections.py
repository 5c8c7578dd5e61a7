"""How a database file is opened, and what is said when that (or using it) goes wrong."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from filelock import Timeout

from core import errors
from core.sqlite import Database

BUSY_MILLISECONDS = 10_000
BUSY = f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}"
_PRAGMAS = (
    BUSY,
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA wal_autocheckpoint = 0",
)
FAILURES = (sqlite3.Error, OSError, UnicodeError)
"""What using a database may raise; a damaged one makes even the message of an error no text."""
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOT_ALLOWED = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST)
_FULL_BELOW = 2**20


def connect(path: Path, *, read_only: bool, immutable: bool = False) -> Database:
    """A connection with the promised settings; the only place where one is made.

    :param read_only: no statement can change the file.
    :param immutable: nobody else can change it either, so no lock and no file beside it is needed.
    :raises sqlite3.Error: see :func:`explained`.
    """
    mode = "mode=ro&immutable=1" if immutable else "mode=ro" if read_only else "mode=rwc"
    connection = sqlite3.connect(
        f"{path.as_uri()}?{mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        if read_only:
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return Database(connection, recursive_triggers=False, execute_plugins=False)


def opened(path: Path) -> tuple[Database, int]:
    """A connection for reading and the schema version.

    :raises sqlite3.Error: see :func:`explained`."""
    try:
        return _with_version(connect(path, read_only=True))
    except sqlite3.OperationalError:
        if log_bytes(path):
            raise
        # Where no file can be made beside it nobody writes it: it can still be looked at.
        return _with_version(connect(path, read_only=True, immutable=True))


def _with_version(db: Database) -> tuple[Database, int]:
    try:
        return db, int(db.execute("PRAGMA user_version").fetchone()[0])
    except BaseException:
        db.conn.close()
        raise


def damage(db: Database) -> str:
    """What an integrity check finds first; empty for a sound file."""
    try:
        found = str(db.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except FAILURES as error:
        return str(error)
    return "" if found == "ok" else found


def log_bytes(path: Path) -> int:
    """The size of a database's write-ahead log; 0 where there is none."""
    try:
        return os.stat(f"{path}-wal").st_size  # noqa: PTH116
    except OSError:
        return 0


def explained(error: sqlite3.Error | OSError | UnicodeError, path: Path) -> errors.StorageError:
    """The words for a failure (one of ``FAILURES``) of the database at ``path``."""
    if isinstance(error, Timeout):
        return _locked(path)
    if isinstance(error, OSError):
        return _of_the_system(error, path)
    if isinstance(error, UnicodeError):
        return damaged(path, str(error))
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return _full(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _locked(path)
    # Text that is no UTF-8 was never written by us.
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or "decode" in str(error):
        return damaged(path, str(error))
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return _not_writable(path.parent, str(error))
    if code == sqlite3.SQLITE_IOERR:
        return _full(path) if _is_full(path.parent) else _failing(path, str(error))
    return _failing(path, str(error))


def damaged(path: Path, reason: str) -> errors.StorageDamaged:
    """The words for a file that cannot be trusted any more."""
    return errors.StorageDamaged(
        "The database {path} is damaged: {reason}.",
        "Restore a backup: python cli.py --workspace {folder} restore FILE. "
        "The damaged file is kept.",
        path=path,
        folder=path.parent,
        reason=reason,
    )


def gone(path: Path) -> errors.StorageError:
    """The words for a workspace whose database is missing although its other files are there."""
    return errors.StorageError(
        "The database {path} is gone, but other files of the workspace are there.",
        "Put the file back, or restore a backup: python cli.py --workspace {folder} restore FILE. "
        "To begin anew, choose another folder.",
        path=path,
        folder=path.parent,
    )


def _of_the_system(error: OSError, path: Path) -> errors.StorageError:
    if error.errno in _NO_SPACE:
        return _full(path)
    reason = error.strerror or str(error)
    return (
        _not_writable(path.parent, reason)
        if error.errno in _NOT_ALLOWED
        else _failing(path, reason)
    )


def _is_full(folder: Path) -> bool:
    try:
        found = os.statvfs(folder)
    except (OSError, AttributeError):
        return False
    return found.f_bavail * found.f_frsize < _FULL_BELOW


def _full(path: Path) -> errors.StorageFull:
    return errors.StorageFull(
        "There is no space left for {path}; the change was NOT saved.",
        "Free some space, then try again: nothing else was lost.",
        path=path,
    )


def _locked(path: Path) -> errors.StorageError:
    return errors.StorageError(
        "The database {path} is locked by another program; the change was NOT saved.",
        "Close programs that have the file open, then try again.",
        path=path,
    )


def _not_writable(folder: Path, reason: str) -> errors.StorageError:
    return errors.StorageError(
        "The workspace {path} cannot be written: {reason}.",
        "Make the folder writable for this account, or choose another one with --workspace.",
        path=folder,
        reason=reason,
    )


def _failing(path: Path, reason: str) -> errors.StorageError:
    return errors.StorageError(
        "The database {path} cannot be used: {reason}; the change was NOT saved.",
        "Check the disk: it may be full, over a quota or unplugged. Then try again: "
        "nothing else was lost.",
        path=path,
        reason=reason,
    )
