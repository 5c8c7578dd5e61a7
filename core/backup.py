"""A backup: one sound file with everything but the videos, made while people work.

The videos are not in it. With ``media`` a folder beside it holds a copy of each, named by its
content, so that the next backup to the same name copies what is new alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import connections, content, errors, upgrade, videos
from core import db as store
from core.connections import FAILURES, explained
from core.language import N_
from core.workspace import Workspace, require_space

Report = Callable[[str], None]
_RESERVE = 16 * 2**20


@dataclass(slots=True)
class Backup:
    """What was written; sizes in bytes."""

    path: Path
    bytes: int
    videos: int
    tracks: int
    edits: int
    stored: int
    stored_bytes: int
    elsewhere: int
    media: Path | None = None
    media_bytes: int = 0
    missing: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The answer of ``cli.py backup --json``."""
        return {
            "path": str(self.path),
            "bytes": self.bytes,
            "videos": self.videos,
            "tracks": self.tracks,
            "edits": self.edits,
            "stored": self.stored,
            "stored_bytes": self.stored_bytes,
            "elsewhere": self.elsewhere,
            "media": None if self.media is None else str(self.media),
            "media_bytes": self.media_bytes,
            "missing": self.missing,
        }


def media_folder(backup: Path) -> Workspace:
    """Where the videos of a backup lie, in the form in which a workspace keeps its own."""
    return Workspace(backup.with_name(f"{backup.name}-media"))


def make(
    workspace: Workspace,
    path: Path,
    *,
    force: bool = False,
    media: bool = False,
    told: Report = lambda name: None,
) -> Backup:
    """Write a backup of a workspace; it is complete and checked before it has its name.

    :param force: take the place of a file with that name.
    :param media: copy the videos into the folder beside it as well; ``told`` hears each name.
    :raises BadInput: for a name that is taken or cannot be written.
    :raises StorageFull: when there is not enough space; nothing is left of it then.
    :raises StorageError: when the workspace cannot be read, or is damaged.
    """
    target = path.absolute()
    _refuse(workspace, target, force)
    store.open_workspace(workspace)
    size = workspace.database.stat().st_size + connections.log_bytes(workspace.database)
    require_space(
        target.parent, size, N_("Free some space or choose another disk."), reserve=_RESERVE
    )
    try:
        with content.replacing(target) as part:
            part.write_bytes(b"")  # says what stands in the way better than the database does
            snapshot(workspace.database, part)
            require_sound(part)
            made = _described(workspace, target, part)
    except OSError as error:
        raise errors.BadInput(
            "The backup {path} cannot be written: {reason}.",
            "Choose another place.",
            path=target,
            reason=error.strerror or str(error),
        ) from error
    if media:
        _copy_media(workspace, made, told)
    return made


def snapshot(source: Path, target: Path) -> None:
    """Write one moment of a database, others writing meanwhile, into a new or empty file.

    :raises StorageError: when the source cannot be read or the target not be written.
    """
    try:
        db, _ = connections.opened(source)
        with closing(db.conn) as connection:
            connection.execute("PRAGMA query_only = OFF")  # it would forbid the other file too
            connection.execute("VACUUM INTO ?", [str(target)])
    except FAILURES as error:
        found = explained(error, source)
        raise content.full(target) if isinstance(found, errors.StorageFull) else found from error


def require_sound(path: Path) -> None:
    """Look at every page and every reference of a backup.

    :raises StorageDamaged: for one that cannot be trusted.
    """
    try:
        db, _ = connections.opened(path)
        with closing(db.conn):
            reason = connections.damage(db) or (
                "foreign_key_check" if db.execute("PRAGMA foreign_key_check").fetchone() else ""
            )
    except FAILURES as error:
        reason = str(error)
    if reason:
        raise unusable(path, reason)


def unusable(path: Path, reason: str) -> errors.StorageDamaged:
    """The words for a file that is no sound backup."""
    return errors.StorageDamaged(
        "{path} is no backup of DataGuard, or it is damaged: {reason}.",
        "Nothing was changed. Use another backup.",
        path=path,
        reason=reason,
    )


def _refuse(workspace: Workspace, target: Path, force: bool) -> None:
    live = workspace.database
    if target.is_dir() or target.name == "":
        raise errors.BadInput(
            "{path} is a folder.", "Name the file of the backup in it.", path=target
        )
    own = target.parent.resolve() == live.parent.resolve() and target.name.startswith(live.name)
    if own or (target.exists() and live.exists() and target.samefile(live)):
        raise errors.BadInput(
            "{path} is the workspace's own database.", "Choose another name.", path=target
        )
    if target.exists() and not force:
        raise errors.BadInput(
            "{path} exists already.", "Choose another name, or add --force.", path=target
        )


def _described(workspace: Workspace, target: Path, part: Path) -> Backup:
    """Counted in the backup itself."""
    db = connections.connect(part, read_only=True, immutable=True)
    with closing(db.conn):
        stored = db.execute(
            "SELECT count(*), coalesce(sum(v.bytes), 0) FROM videos v WHERE v.state != 'removed' "
            "AND EXISTS (SELECT 1 FROM video_files f WHERE f.video = v.id AND f.stored = 1)"
        ).fetchone()
        count = db.execute("SELECT count(*) FROM videos WHERE state != 'removed'").fetchone()[0]
        shown = db.execute("SELECT count(*) FROM tracks WHERE deleted = 0 AND hidden = 0")
        return Backup(
            path=target,
            bytes=part.stat().st_size,
            videos=count,
            tracks=shown.fetchone()[0],
            edits=db.execute("SELECT count(*) FROM edits").fetchone()[0],
            stored=stored[0],
            stored_bytes=stored[1],
            elsewhere=count - stored[0],
        )


def _copy_media(workspace: Workspace, made: Backup, told: Report) -> None:
    folder = media_folder(made.path)
    folder.media.mkdir(parents=True, exist_ok=True)
    made.media = folder.root
    db = connections.connect(made.path, read_only=True, immutable=True)
    with closing(db.conn):
        listed = videos.listed(db)
        for video in listed:
            told(video.name)
            try:
                source = videos.file_path(db, workspace, video)
                content.copy_in(folder, source, video.sha256)
            except (errors.VideoMissing, errors.VideoUnreadable):
                made.missing.append(video.name)
            else:
                made.media_bytes += video.bytes


def describe_file(path: Path) -> tuple[int, int, int]:
    """Application id, schema version and number of tables of a file.

    :raises StorageDamaged: for a file that is no database.
    """
    try:
        db = connections.connect(path, read_only=True)
        with closing(db.conn) as connection:
            return upgrade.facts(connection)
    except (sqlite3.Error, UnicodeError) as error:
        raise unusable(path, str(error)) from error
