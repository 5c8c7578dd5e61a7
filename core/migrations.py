"""The schema, as an append-only list of steps. Never edit a step that was released.

Every table is STRICT. Journal-like tables refuse UPDATE and DELETE. ``state`` of a track or
segment is derived from its verdicts by ``core.verdicts`` alone.
"""

from __future__ import annotations

from core import first_schema
from core.sqlite import Database, Migrations

schema = Migrations("dataguard")

APPLICATION_ID = 0x44475244  # "DGRD"
USER_VERSION = 2

_SCHEMA = """
ALTER TABLE notes ADD COLUMN client TEXT CHECK (length(client) BETWEEN 1 AND 80);
ALTER TABLE notes ADD COLUMN state TEXT CHECK (state IN ('open', 'resolved'));
CREATE UNIQUE INDEX notes_client ON notes (client);
CREATE INDEX notes_video ON notes (video, seq);
ALTER TABLE classes ADD COLUMN skeleton TEXT REFERENCES skeletons (name);
CREATE TABLE schema_changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE CHECK (length(id) BETWEEN 1 AND 80),
    person INTEGER NOT NULL REFERENCES people (id),
    kind TEXT NOT NULL CHECK (kind IN ('class', 'skeleton')),
    target TEXT NOT NULL,
    verb TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
"""

APPEND_ONLY = (*first_schema.APPEND_ONLY, "schema_changes")


def _run(db: Database, script: str) -> None:
    # executescript() would commit the surrounding transaction, so statements go one by one.
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)


@schema()
def m0001_initial(db: Database) -> None:
    """Everything of the first storey, and triggers that keep the journal append-only."""
    for script in first_schema.SCRIPTS:
        _run(db, script)
    _keep(db, first_schema.APPEND_ONLY)


@schema()
def m0002_segment_changes(db: Database) -> None:
    """Changes of segments are numbered as those of tracks, so that open pages hear of them."""
    db.execute("ALTER TABLE segments ADD COLUMN changed INTEGER NOT NULL DEFAULT 0")
    db.execute("CREATE INDEX segments_changed ON segments (video, changed)")


@schema()
def m0003_notes_and_schema(db: Database) -> None:
    """Notes that are answered and resolved; a skeleton per class; who changed the schema."""
    _run(db, _SCHEMA)
    _keep(db, ("schema_changes",))


@schema()
def m0004_job_claims(db: Database) -> None:
    """When a job was taken last, and how far it was then: its speed is counted from there."""
    db.execute("ALTER TABLE jobs ADD COLUMN claimed_at TEXT")
    db.execute("ALTER TABLE jobs ADD COLUMN claimed_done INTEGER NOT NULL DEFAULT 0")


@schema()
def m0005_segments_of_tracks(db: Database) -> None:
    """What is about a track is found at once, with each change of that track."""
    db.execute("CREATE INDEX segments_track ON segments (track) WHERE track IS NOT NULL")


def _keep(db: Database, tables: tuple[str, ...]) -> None:
    """Make tables append-only."""
    for table in tables:
        for action in ("UPDATE", "DELETE"):
            db.execute(
                "CREATE TRIGGER " + f"{table}_no_{action.lower()} BEFORE {action} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            )
