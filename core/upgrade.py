"""Opening a workspace's file: whose it is, and bringing its schema up to date."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from core import classes, connections, errors, migrations
from core.sqlite import Database
from core.workspace import Workspace


def refuse_others(workspace: Workspace) -> None:
    """Look at an existing file without changing a byte of it, and never take its place.

    :raises NewerWorkspace: for a database of a newer program.
    :raises StorageError: for one of another program, or one that is gone while the rest is there.
    """
    path = workspace.database
    if not path.exists() or path.stat().st_size == 0:
        if connections.log_bytes(path) or next(workspace.media.glob("*/*"), None):
            raise connections.gone(path)
        return
    with closing(connections.connect(path, read_only=True).conn) as connection:
        application, version, tables = facts(connection)
    check(path, application, version, tables)


def facts(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Application id, schema version and number of tables and the like."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return application, version, tables


def check(path: Path, application: int, version: int, tables: int) -> None:
    """Whether this program may open what was found in a file.

    :raises NewerWorkspace, StorageError: when it may not.
    """
    if tables and application != migrations.APPLICATION_ID:
        raise errors.StorageError(
            "{path} is a database of another program.",
            "Choose another workspace folder. The file was left as it is.",
            path=path,
        )
    if version > migrations.USER_VERSION:
        raise errors.NewerWorkspace(
            "{path} was written by a newer DataGuard (format {found}, this program knows {known}).",
            "Update DataGuard. The file was left as it is.",
            path=path,
            found=version,
            known=migrations.USER_VERSION,
        )


def migrate(db: Database, path: Path, *, keep_copy: bool = True) -> None:
    """Bring the schema up to date in one transaction, with a safe copy first when there is data."""
    if db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        db.execute("PRAGMA journal_mode = WAL")
    if not migrations.schema.pending(db):
        return
    fresh = not db.table_names()
    if keep_copy and not fresh:
        safe_copy = path.with_name(f"{path.stem}-before-format-{migrations.USER_VERSION}.db")
        if not safe_copy.exists():
            db.execute("VACUUM INTO ?", [str(safe_copy)])
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("BEGIN IMMEDIATE")
    try:
        migrations.schema.apply(db)
        if fresh:
            classes.add_first(db)
        broken = db.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise sqlite3.IntegrityError("foreign_key_check found dangling rows")
        db.execute(f"PRAGMA application_id = {migrations.APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {migrations.USER_VERSION}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    finally:
        db.execute("PRAGMA foreign_keys = ON")
