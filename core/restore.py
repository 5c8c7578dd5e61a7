"""Putting a backup into a workspace that is in use, so that everybody goes on with it.

Under the lock that spans processes, what was there is kept beside, and the content of the
database is replaced in one transaction: the file stays the same, so that open readers finish with
what they saw and every other process sees the new content. A database that cannot be opened any
more is set aside whole instead; writers notice that another file has its name.

Numbers that others remember must not come again with another meaning: ids, revisions and change
numbers go on above what was there, workers lose their claims, open pages load everything anew.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core import (
    backup,
    change_numbers,
    connections,
    content,
    errors,
    intake,
    stored,
    upgrade,
    videos,
)
from core import db as store
from core.connections import FAILURES, explained
from core.sqlite import Database
from core.videos import Video
from core.workspace import Workspace

# Above what a database that cannot be read any more may have given out since the backup.
_GAP = 1000
_REVISED = ("tracks", "segments", "crops", "videos")
_KEPT = "media_kept"
_RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back; ``kept`` is what was there before, None where there was nothing."""

    path: Path
    kept: Path | None
    was_damaged: bool
    format: int
    videos: int
    tracks: int
    requeued: int
    missing: list[str]

    def to_json(self) -> dict[str, Any]:
        """The answer of ``cli.py restore --json``."""
        return {
            "path": str(self.path),
            "kept": None if self.kept is None else str(self.kept),
            "was_damaged": self.was_damaged,
            "format": self.format,
            "videos": self.videos,
            "tracks": self.tracks,
            "requeued": self.requeued,
            "missing": self.missing,
        }


def restore(workspace: Workspace, path: Path) -> Restored:
    """Make a workspace hold what a backup holds; the server and workers may go on meanwhile.

    :raises BadInput: when the file is no backup. :raises StorageDamaged: for a damaged one.
    :raises NewerWorkspace: for one (or a workspace) of a newer program.
    :raises StorageError: when the workspace cannot be written. The workspace is as it was then.
    """
    source = path.absolute()
    found = _checked(workspace, source)
    gap = _GAP if workspace.exists or next(workspace.media.glob("*/*"), None) else 0
    workspace.make()
    workspace.require_space(3 * source.stat().st_size)
    staged = workspace.root / f"restoring-{os.getpid()}.part"
    try:
        with _in_words(workspace.database):
            _forget(staged)
            backup.require_sound(source)
            backup.snapshot(source, staged)
            return _put(workspace, source, staged, found, gap)
    finally:
        _forget(staged)


def times(db: Database) -> int:
    """How often a backup was put into this workspace: open pages compare it."""
    row = db.execute("SELECT value FROM settings WHERE key = 'restored'").fetchone()
    return stored.whole(row[0], "settings, restored") if row else 0


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Failures of the database inside are raised as words about ``path``."""
    try:
        yield
    except FAILURES as error:
        raise explained(error, path) from error


def _checked(workspace: Workspace, source: Path) -> int:
    """The schema version of a file that may be restored; nothing is changed."""
    if not source.is_file():
        raise errors.BadInput("There is no file {path}.", "Name a backup file.", path=source)
    if workspace.database.exists() and source.samefile(workspace.database):
        raise errors.BadInput("{path} is the workspace's own database.", path=source)
    application, version, count = backup.describe_file(source)
    if not count:
        raise errors.BadInput("{path} is empty: no backup of DataGuard.", path=source)
    upgrade.check(source, application, version, count)
    return version


def _put(workspace: Workspace, source: Path, staged: Path, version: int, gap: int) -> Restored:
    db = connections.connect(staged, read_only=False)
    with closing(db.conn):
        upgrade.migrate(db, staged, keep_copy=False)
        _fetch_media(db, workspace, source)
        with store.exclusive(workspace):
            live = _live(workspace)
            try:
                requeued = _adapt(db, live, 0 if live is not None else gap)
                kept, in_place = _keep(workspace, live)
                if in_place:
                    assert live is not None
                    db.conn.backup(live.conn)
                    live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                if live is not None:
                    live.conn.close()
            if not in_place:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                db.execute("PRAGMA journal_mode = DELETE")
                kept = _set_aside(workspace, staged)
        listed = videos.listed(db)
        missing = [video.name for video in listed if not _has_file(db, workspace, video)]
        count = db.execute("SELECT count(*) FROM tracks WHERE deleted = 0 AND hidden = 0")
        return Restored(
            path=source,
            kept=kept,
            was_damaged=kept is not None and not in_place,
            format=version,
            videos=len(listed),
            tracks=int(count.fetchone()[0]),
            requeued=requeued,
            missing=missing,
        )


def _live(workspace: Workspace) -> Database | None:
    """The database there is, open for writing; None when it is gone or cannot be used any more.

    :raises NewerWorkspace, StorageError: when it belongs to another program or is locked.
    """
    path = workspace.database
    if not path.exists() or path.stat().st_size == 0:
        return None
    try:
        upgrade.refuse_others(workspace)
        db = connections.connect(path, read_only=False)
    except FAILURES as error:
        _require_damaged(error, path)
        return None
    try:
        db.execute("PRAGMA journal_mode = WAL")
        upgrade.migrate(db, path)
        return db
    except FAILURES as error:
        db.conn.close()
        _require_damaged(error, path)
        return None


def _require_damaged(error: sqlite3.Error | OSError | UnicodeError, path: Path) -> None:
    found = explained(error, path)
    if not isinstance(found, errors.StorageDamaged):
        raise found from error


def _keep(workspace: Workspace, live: Database | None) -> tuple[Path | None, bool]:
    """Keep what is there beside it; whether its content can then be replaced in place."""
    if live is None:
        return None, False
    kept = _free_name(workspace, "before-restore")
    try:
        with content.replacing(kept) as part:
            live.execute("VACUUM INTO ?", [str(part)])
    except FAILURES as error:
        _require_damaged(error, workspace.database)
        return None, False
    return kept, True


def _set_aside(workspace: Workspace, staged: Path) -> Path | None:
    """Give the name to another file; the one that had it is kept under another, log and all."""
    path, kept = workspace.database, _free_name(workspace, "damaged")
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").replace(f"{kept}{suffix}")
    exists = path.exists()
    if exists:
        os.link(path, kept)
    content.into_place(staged, path)
    return kept if exists else None


def _free_name(workspace: Workspace, reason: str) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    path = workspace.root / f"{reason}-{stamp}.db"
    number = 1
    while path.exists():
        number += 1
        path = path.with_name(f"{reason}-{stamp}-{number}.db")
    return path


def _adapt(db: Database, live: Database | None, gap: int) -> int:
    """Make the numbers go on above those that were given out; how many jobs start again.

    :param gap: what may have been given out unseen.
    """
    db.execute("BEGIN IMMEDIATE")
    known = {} if live is None else dict(live.execute("SELECT name, seq FROM sqlite_sequence"))
    for name, number in dict(db.execute("SELECT name, seq FROM sqlite_sequence")).items():
        known[name] = max(known.get(name, 0), number + gap)
    db.execute("DELETE FROM sqlite_sequence")
    db.conn.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", known.items())
    for table in _REVISED:
        revisions = [] if live is None else live.execute(_SEEN[table]).fetchall()
        db.execute(_BUMP_ALL[table], [gap])
        db.conn.executemany(_BUMP[table], [(number, row) for row, number in revisions])
    change = max(change_numbers.newest(db), 0 if live is None else change_numbers.newest(live)) + 1
    for table in ("tracks", "segments"):
        db.execute(_CHANGED[table], [change])
    _note(db, "change", str(change))
    _note(db, _RESTORED, str(max(times(db), times(live) if live else times(db) + gap) + 1))
    _note(db, _KEPT, json.dumps(sorted(_media_to_keep(db, live))))
    requeued = db.execute(
        "UPDATE jobs SET state = 'queued', claim = NULL, heartbeat = NULL WHERE state = 'running'"
    ).rowcount
    db.execute("COMMIT")
    return int(requeued)


_CHANGED = {table: f"UPDATE {table} SET changed = ?" for table in ("tracks", "segments")}
_SEEN = {table: f"SELECT id, revision FROM {table}" for table in _REVISED}
_BUMP_ALL = {table: f"UPDATE {table} SET revision = revision + 1 + ?" for table in _REVISED}
_BUMP = {
    table: f"UPDATE {table} SET revision = max(revision, 1 + ?) WHERE id = ?" for table in _REVISED
}


def _note(db: Database, key: str, value: str) -> None:
    db.execute(
        "INSERT INTO settings (key, value) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [key, value],
    )


def _media_to_keep(db: Database, live: Database | None) -> set[str]:
    before = content.kept(db)
    if live is not None:
        before |= content.kept(live) | {row[0] for row in live.execute("SELECT sha256 FROM videos")}
    return before - {row[0] for row in db.execute("SELECT sha256 FROM videos")}


def _fetch_media(db: Database, workspace: Workspace, source: Path) -> None:
    """Copy the videos that lie beside the backup and are not here any more."""
    beside = backup.media_folder(source)
    for video in videos.listed(db):
        held = beside.media_path(video.sha256, content.ORIGINAL)
        if not held.is_file() or _has_file(db, workspace, video):
            continue
        copied = content.copy_in(workspace, held, video.sha256)
        file = intake.File(
            copied,
            video.name,
            video.sha256,
            video.bytes,
            copied.stat().st_mtime_ns,
            stored=True,
        )
        db.execute("BEGIN IMMEDIATE")
        intake.reference(db, video.id, file)
        db.execute("COMMIT")


def _has_file(db: Database, workspace: Workspace, video: Video) -> bool:
    try:
        videos.file_path(db, workspace, video)
    except errors.VideoMissing:
        return False
    return True


def _forget(staged: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{staged}{suffix}").unlink(missing_ok=True)
