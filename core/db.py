"""Connections, migrations and the only place where write transactions are opened.

Readers open a connection per request and close it. Writes of a process go through one
:class:`Writer` per workspace: a thread that commits waiting writes together under a lock that
spans processes, so nobody writes while another process checkpoints (SQLite before 3.51.3 can
corrupt a healthy file otherwise, see sqlite.org/wal.html#walresetbug).
"""

from __future__ import annotations

import atexit
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout
from sqlite_utils import Database

from core import errors, migrations, upgrade
from core.workspace import Workspace

T = TypeVar("T")

BUSY_MILLISECONDS = 10_000
LOCK_SECONDS = 30.0
CHECKPOINT_BYTES = 16 * 2**20
GROUP_LIMIT = 64

_BUSY = f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}"
_BAD_VALUES = (
    *(sqlite3.IntegrityError, sqlite3.DataError),
    *(sqlite3.InterfaceError, sqlite3.ProgrammingError),
)
_PRAGMAS = (
    _BUSY,
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA wal_autocheckpoint = 0",
)


def _connect(path: Path, *, read_only: bool) -> Database:
    mode = "ro" if read_only else "rwc"
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return Database(connection, recursive_triggers=False, execute_plugins=False)


def _storage_error(error: sqlite3.Error, path: Path) -> errors.StorageError:
    text = str(error)
    if "full" in text:
        return errors.StorageFull(
            "There is no space left for {path}; the change was NOT saved.",
            "Free some space, then try again: nothing else was lost.",
            path=path,
        )
    if "malformed" in text or "not a database" in text:
        return errors.StorageError(
            "The database {path} is damaged: {reason}.",
            "Restore a backup. The file was left as it is.",
            path=path,
            reason=text,
        )
    if "lock" in text:
        return errors.StorageError(
            "The database {path} is locked by another program.",
            "Close programs that have the file open, then try again.",
            path=path,
        )
    return errors.StorageError(
        "The database {path} cannot be used: {reason}.",
        "Check that the folder is writable and the disk is not full.",
        path=path,
        reason=text,
    )


def _too_large() -> errors.UnknownItem:
    return errors.UnknownItem("There is nothing with so large a number.")


@contextmanager
def reader(workspace: Workspace) -> Iterator[Database]:
    """A connection for reading, closed at the end; costs about 0.1 ms.

    :raises StorageError: when the workspace has no usable database.
    """
    path = workspace.database
    if not path.exists():
        open_workspace(workspace)
    try:
        db = _connect(path, read_only=True)
        if db.execute("PRAGMA user_version").fetchone()[0] != migrations.USER_VERSION:
            # Somebody is making or has left it in an older form: wait for them, then migrate.
            db.conn.close()
            open_workspace(workspace)
            db = _connect(path, read_only=True)
        db.execute("BEGIN")
    except sqlite3.Error as error:
        raise _storage_error(error, path) from error
    try:
        yield db
    except OverflowError as error:
        raise _too_large() from error
    except sqlite3.Error as error:
        raise _storage_error(error, path) from error
    finally:
        db.conn.close()


def write(workspace: Workspace, change: Callable[[Database], T]) -> T:
    """Run ``change`` in a write transaction and return its result once it is on disk.

    :raises DataGuardError: what ``change`` raises; then nothing of it was written.
    :raises StorageError: when the commit failed.
    """
    return writer(workspace).write(change)


_writers: dict[Path, Writer] = {}
_writers_lock = threading.Lock()


def writer(workspace: Workspace) -> Writer:
    """This process's writer for a workspace; started and migrated on first use."""
    with _writers_lock:
        found = _writers.get(workspace.root)
        if found is None or not found.alive:
            found = Writer(workspace)
            _writers[workspace.root] = found
        return found


def open_workspace(workspace: Workspace) -> None:
    """Make the folders and bring the schema up to date.

    :raises NewerWorkspace: for a database of a newer program; nothing is touched.
    :raises StorageError: for a damaged, foreign or unwritable database.
    """
    writer(workspace)


@atexit.register
def close_all() -> None:
    """Stop every writer; waits for what is queued."""
    with _writers_lock:
        for found in _writers.values():
            found.close()
        _writers.clear()


class Writer:
    """One thread, one connection: waiting writes are committed as a group."""

    def __init__(self, workspace: Workspace) -> None:
        workspace.make()
        self._path = workspace.database
        # Polled often: the default 50 ms would show in every edit while a run is writing.
        self._lock = FileLock(f"{self._path}.lock", timeout=LOCK_SECONDS, poll_interval=0.004)
        self._queue: queue.Queue[tuple[Callable[[Database], Any], Future[Any]] | None]
        self._queue = queue.Queue()
        try:
            with self._lock:
                upgrade.refuse_others(self._path)
                self._db = _connect(self._path, read_only=False)
                upgrade.migrate(self._db, self._path)
        except sqlite3.Error as error:
            raise _storage_error(error, self._path) from error
        except Timeout as error:
            raise _storage_error(sqlite3.OperationalError(str(error)), self._path) from error
        except OSError as error:
            raise errors.StorageError(
                "The workspace {path} cannot be written: {reason}.",
                "Choose another folder with --workspace, or make this one writable.",
                path=self._path.parent,
                reason=error.strerror or str(error),
            ) from error
        self._thread = threading.Thread(target=self._serve, name="dataguard-writer", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def write(self, change: Callable[[Database], T]) -> T:
        """Queue a change and wait until it is committed or refused."""
        outcome: Future[T] = Future()
        self._queue.put((change, outcome))
        return outcome.result()

    def close(self) -> None:
        """Finish what is queued and close the connection."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join(timeout=10)

    def _serve(self) -> None:
        while (item := self._queue.get()) is not None:
            group = [item]
            stop = False
            while len(group) < GROUP_LIMIT:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    stop = True
                    break
                group.append(following)
            self._commit(group)
            if stop:
                break
        # Closing the last connection checkpoints, so it needs the lock as well.
        with suppress(OSError), self._lock:
            self._db.conn.close()

    def _commit(self, group: list[tuple[Callable[[Database], Any], Future[Any]]]) -> None:
        results: list[tuple[Future[Any], Any]] = []
        try:
            with self._lock:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    for change, outcome in group:
                        self._run_one(change, outcome, results)
                    self._db.execute("COMMIT")
                except BaseException:
                    if self._db.conn.in_transaction:
                        self._db.execute("ROLLBACK")
                    raise
                self._checkpoint()
        except sqlite3.Error as error:
            self._fail(group, _storage_error(error, self._path))
        except OSError as error:
            self._fail(group, _storage_error(sqlite3.OperationalError(str(error)), self._path))
        else:
            for outcome, result in results:
                outcome.set_result(result)

    def _run_one(
        self,
        change: Callable[[Database], Any],
        outcome: Future[Any],
        results: list[tuple[Future[Any], Any]],
    ) -> None:
        self._db.execute("SAVEPOINT change")
        try:
            result = change(self._db)
        except OverflowError:
            self._undo_one()
            outcome.set_exception(_too_large())
        except (*_BAD_VALUES, UnicodeError) as error:
            # This change alone is to blame; those that wait with it are still carried out.
            self._undo_one()
            outcome.set_exception(
                errors.BadInput(
                    "The change breaks a rule of the store: {reason}.", reason=str(error)
                )
            )
        except sqlite3.Error:
            raise
        except BaseException as error:
            self._undo_one()
            outcome.set_exception(error)
        else:
            self._db.execute("RELEASE change")
            results.append((outcome, result))

    def _undo_one(self) -> None:
        self._db.execute("ROLLBACK TO change")
        self._db.execute("RELEASE change")

    def _checkpoint(self) -> None:
        with suppress(FileNotFoundError):
            if os.stat(f"{self._path}-wal").st_size > CHECKPOINT_BYTES:  # noqa: PTH116
                # Readers are not waited for: one that stays open must not hold up every edit.
                self._db.execute("PRAGMA busy_timeout = 0")
                with suppress(sqlite3.OperationalError):
                    self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._db.execute(_BUSY)

    @staticmethod
    def _fail(group: list[tuple[Callable[[Database], Any], Future[Any]]], error: Exception) -> None:
        for _, outcome in group:
            if not outcome.done():
                outcome.set_exception(error)
