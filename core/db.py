"""Connections, migrations and the only place where write transactions are opened.

Readers open a connection per request and close it. Writes of a process go through one
:class:`Writer` per workspace: a thread that commits waiting writes together under a lock that
spans processes, so nobody writes while another process checkpoints (SQLite before 3.51.3 can
corrupt a healthy file otherwise, see sqlite.org/wal.html#walresetbug).
"""

from __future__ import annotations

import atexit
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock

from core import connections, errors, migrations, upgrade
from core.connections import BUSY, FAILURES, connect, damaged, explained, gone, log_bytes
from core.sqlite import Database
from core.workspace import Workspace

T = TypeVar("T")

LOCK_SECONDS = 30.0
CHECKPOINT_BYTES = 16 * 2**20
GROUP_LIMIT = 64

_BAD_VALUES = (
    *(sqlite3.IntegrityError, sqlite3.DataError),
    *(sqlite3.InterfaceError, sqlite3.ProgrammingError),
)
_log = logging.getLogger("dataguard.store")


def _too_large() -> errors.UnknownItem:
    return errors.UnknownItem("There is nothing with so large a number.")


@contextmanager
def reader(workspace: Workspace) -> Iterator[Database]:
    """A connection for reading, closed at the end; costs about 0.1 ms.

    :raises StorageError: when the workspace has no usable database.
    """
    path = workspace.database
    try:
        db = _reading(workspace)
    except FAILURES as error:
        raise explained(error, path) from error
    try:
        yield db
    except OverflowError as error:
        raise _too_large() from error
    except sqlite3.Error as error:
        raise explained(error, path) from error
    except errors.DataGuardError:
        raise
    except Exception as error:
        # Rows that make no sense are seen by whoever reads them: is the file to blame?
        reason = connections.damage(db)
        if reason:
            raise damaged(path, reason) from error
        raise
    finally:
        db.conn.close()


def _reading(workspace: Workspace) -> Database:
    """A connection inside a read transaction; the workspace is made or migrated when needed."""
    path = workspace.database
    if not path.exists():
        open_workspace(workspace)
        if not path.exists():
            raise gone(path)
    db, version = connections.opened(path)
    if version != migrations.USER_VERSION:
        # Somebody is making or has left it in an older form: wait for them, then migrate.
        db.conn.close()
        open_workspace(workspace)
        upgrade.refuse_others(workspace)
        db, _ = connections.opened(path)
    db.execute("BEGIN")
    return db


def write(workspace: Workspace, change: Callable[[Database], T]) -> T:
    """Run ``change`` in a write transaction and return its result once it is on disk.

    :raises DataGuardError: what ``change`` raises; then nothing of it was written.
    :raises StorageError: when the commit failed.
    """
    return writer(workspace).write(change)


_writers: dict[Path, Writer] = {}
_writers_lock = threading.Lock()
_openings: dict[Path, _Opening] = {}


class _Opening:
    """Who opens a workspace: one at a time, and those who waited share a failure."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.failed = 0.0
        self.error: errors.StorageError | None = None


def writer(workspace: Workspace) -> Writer:
    """This process's writer for a workspace; started and migrated on first use."""
    with _writers_lock:
        found = _writers.get(workspace.root)
        if found is not None and found.alive:
            return found
        opening = _openings.setdefault(workspace.root, _Opening())
    asked = time.monotonic()
    with opening.lock:
        with _writers_lock:
            found = _writers.get(workspace.root)
        if found is not None and found.alive:
            return found
        if opening.error is not None and opening.failed >= asked:
            raise opening.error
        try:
            found = Writer(workspace)
        except errors.StorageError as error:
            opening.failed, opening.error = time.monotonic(), error
            raise
        with _writers_lock:
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


def exclusive(workspace: Workspace) -> FileLock:
    """The lock that spans processes: who holds it alone writes and checkpoints."""
    # Polled often: the default 50 ms would show in every edit while a run is writing.
    return FileLock(f"{workspace.database}.lock", timeout=LOCK_SECONDS, poll_interval=0.004)


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file has a name now; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


class Writer:
    """One thread, one connection: waiting writes are committed as a group."""

    def __init__(self, workspace: Workspace) -> None:
        workspace.make()
        self._workspace = workspace
        self._path = workspace.database
        self._lock = exclusive(workspace)
        self._queue: queue.Queue[tuple[Callable[[Database], Any], Future[Any]] | None]
        self._queue = queue.Queue()
        try:
            with self._lock:
                self._db, self._file = self._open()
        except FAILURES as error:
            raise explained(error, self._path) from error
        self._thread = threading.Thread(target=self._serve, name="dataguard-writer", daemon=True)
        self._thread.start()

    def _open(self) -> tuple[Database, tuple[int, int] | None]:
        """A connection for writing, and which file it is; needs the lock."""
        upgrade.refuse_others(self._workspace)
        db = connect(self._path, read_only=False)
        try:
            upgrade.migrate(db, self._path)
        except BaseException:
            db.conn.close()
            raise
        return db, _identity(self._path)

    def _follow_file(self) -> None:
        """Write to the file that has the name now: a restore may have put another in its place.

        :raises StorageError: when there is none; a change must not go to a file without a name.
        """
        found = _identity(self._path)
        if found == self._file:
            return
        if found is None:
            raise gone(self._path)
        before = self._db
        self._db, self._file = self._open()
        before.conn.close()

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
                self._follow_file()
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
        except FAILURES as error:
            self._fail(group, explained(error, self._path))
        except Exception as error:
            # Nobody may be left waiting for an answer.
            self._fail(group, error)
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
        if log_bytes(self._path) <= CHECKPOINT_BYTES:
            return
        try:
            # Readers are not waited for: one that stays open must not hold up every edit.
            self._db.execute("PRAGMA busy_timeout = 0")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            # What was committed is safe in the log; the next commit tries again.
            _log.warning("checkpoint of %s: %s", self._path, error)
        finally:
            self._db.execute(BUSY)

    @staticmethod
    def _fail(group: list[tuple[Callable[[Database], Any], Future[Any]]], error: Exception) -> None:
        for _, outcome in group:
            if not outcome.done():
                outcome.set_exception(error)
