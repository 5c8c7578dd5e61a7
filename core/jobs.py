"""Work for the worker process, as rows: claimed once, resumed after a crash, never doubled.

A claim is a token. Everything a worker commits for a job is committed in one transaction that
checks the token first, so a worker that was taken for dead cannot write twice.
"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

from core import clock, errors, stored
from core.sqlite import Database

HEARTBEAT_SECONDS = 2.0
STALE_SECONDS = 15.0
LARGEST_ATTEMPTS = 5
NORMAL, HIGH = 0, 10

_COLUMNS = (
    "id, kind, video, parameters, priority, state, done, total, cancel, claim, heartbeat, "
    "attempts, result, error, person, created_at, started_at, finished_at, claimed_at, "
    "claimed_done"
)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work; ``parameters`` and ``result`` are JSON tables.

    ``started_at`` is when it was taken first; ``claimed_at`` and ``claimed_done`` say when it was
    taken last, and how far it was then.
    """

    id: int
    kind: str
    video: int | None
    parameters: dict[str, Any]
    priority: int
    state: str
    done: int
    total: int
    cancel: bool
    claim: str | None
    attempts: int
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    claimed_at: str | None
    claimed_done: int

    @property
    def open(self) -> bool:
        return self.state in ("queued", "running")


def _job(row: dict[str, Any]) -> Job:
    return Job(
        id=row["id"],
        kind=row["kind"],
        video=row["video"],
        parameters=stored.shown(row["parameters"]),
        priority=row["priority"],
        state=row["state"],
        done=row["done"],
        total=row["total"],
        cancel=bool(row["cancel"]),
        claim=row["claim"],
        attempts=row["attempts"],
        result=stored.perhaps(row["result"]),
        error=stored.told(row["error"]),
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        claimed_at=row["claimed_at"],
        claimed_done=row["claimed_done"],
    )


def add(
    db: Database,
    kind: str,
    *,
    video: int | None = None,
    parameters: dict[str, Any] | None = None,
    priority: int = NORMAL,
    total: int = 0,
    person: int | None = None,
) -> int:
    """Queue a job and return its id."""
    cursor = db.execute(
        "INSERT INTO jobs (kind, video, parameters, priority, total, person, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [kind, video, json.dumps(parameters or {}), priority, total, person, clock.now()],
    )
    return int(cursor.lastrowid or 0)


def get(db: Database, identity: int) -> Job:
    """One job.

    :raises UnknownItem: when there is none.
    """
    rows = list(db.query(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", [identity]))
    if not rows:
        raise errors.UnknownItem("There is no job {name}.", name=identity)
    return _job(rows[0])


def listed(db: Database, *, video: int | None = None, limit: int = 200) -> list[Job]:
    """Jobs, newest first; of one video, or all."""
    return [
        _job(row)
        for row in db.query(
            f"SELECT {_COLUMNS} FROM jobs WHERE (? IS NULL OR video = ?) ORDER BY id DESC LIMIT ?",
            [video, video, limit],
        )
    ]


def opened(db: Database, kind: str) -> list[Job]:
    """Jobs of a kind that are waiting or running, oldest first."""
    return [
        _job(row)
        for row in db.query(
            f"SELECT {_COLUMNS} FROM jobs WHERE kind = ? AND state IN ('queued', 'running') "
            "ORDER BY id",
            [kind],
        )
    ]


def waiting(db: Database, *, above: int | None = None) -> bool:
    """Whether a worker would find something to do now (``above`` a priority)."""
    row = db.execute(
        "SELECT 1 FROM jobs WHERE (? IS NULL OR priority > ?) AND (state = 'queued' "
        "OR (state = 'running' AND heartbeat NOT BETWEEN ? AND ?)) LIMIT 1",
        [above, above, *_alive()],
    ).fetchone()
    return row is not None


def at_work(db: Database) -> bool:
    """Whether some worker showed lately that it is alive."""
    row = db.execute(
        "SELECT 1 FROM jobs WHERE state = 'running' AND heartbeat BETWEEN ? AND ? LIMIT 1",
        _alive(),
    ).fetchone()
    return row is not None


def _alive() -> tuple[float, float]:
    # From the future come the heartbeats that were written before a clock was set back.
    now = time.time()
    return now - STALE_SECONDS, now + STALE_SECONDS


def heartbeats(db: Database) -> dict[int, float]:
    """When the worker of each running job last showed that it is alive (seconds of the clock)."""
    return dict(db.execute("SELECT id, heartbeat FROM jobs WHERE state = 'running'").fetchall())


def claim(db: Database, *, job: int | None = None, above: int | None = None) -> Job | None:
    """Take the next job, or one whose worker stopped giving signs of life.

    :param job: only this one; :param above: only one of a higher priority than this.
    """
    alive, now = _alive(), clock.now()
    db.execute(
        "UPDATE jobs SET state = 'cancelled', finished_at = ?, claim = NULL WHERE cancel = 1 "
        "AND (state = 'queued' OR (state = 'running' AND heartbeat NOT BETWEEN ? AND ?))",
        [now, *alive],
    )
    rows = list(
        db.query(
            "UPDATE jobs SET state = 'running', claim = ?, heartbeat = ?, attempts = attempts + 1, "
            "started_at = coalesce(started_at, ?), claimed_at = ?, claimed_done = done "
            "WHERE id = (SELECT id FROM jobs "
            "WHERE (? IS NULL OR id = ?) AND (? IS NULL OR priority > ?) "
            "AND (state = 'queued' OR (state = 'running' AND heartbeat NOT BETWEEN ? AND ?)) "
            "ORDER BY priority DESC, id LIMIT 1) RETURNING " + _COLUMNS,
            [uuid.uuid4().hex, time.time(), now, now, job, job, above, above, *alive],
        )
    )
    if not rows:
        return None
    found = _job(rows[0])
    reason = _hopeless(rows[0])
    if reason is not None:
        fail(db, found, reason)
        return claim(db, job=job, above=above)
    return found


def _hopeless(row: dict[str, Any]) -> errors.StorageError | None:
    """Why a claimed job must not be begun, if so; those behind it get their turn."""
    if stored.perhaps(row["parameters"]) is None:
        return errors.StorageError(
            "What job {name} is to do cannot be read from the database.",
            "Start it anew; if this happens again, run: python cli.py doctor --deep",
            name=row["id"],
        )
    if row["attempts"] > LARGEST_ATTEMPTS:
        return errors.StorageError(
            "Job {name} stopped the worker {count} times and is not tried again.",
            "Look into the log of the worker, then start the job again.",
            name=row["id"],
            count=LARGEST_ATTEMPTS,
        )
    return None


def require_claim(db: Database, job: Job) -> None:
    """Make sure the job is still this worker's; to be called in each of its transactions.

    :raises Cancelled: when a person cancelled it, or another worker took over.
    """
    row = db.execute("SELECT claim, cancel, state FROM jobs WHERE id = ?", [job.id]).fetchone()
    if row is None or row[0] != job.claim or row[2] != "running":
        raise errors.Cancelled("Job {name} was taken over by another worker.", name=job.id)
    if row[1]:
        raise errors.Cancelled("Job {name} was cancelled.", name=job.id)


def owned(db: Database, job: Job) -> bool:
    """Whether the job is still this worker's, cancelled or not."""
    row = db.execute("SELECT claim FROM jobs WHERE id = ?", [job.id]).fetchone()
    return row is not None and row[0] == job.claim


def beat(db: Database, job: Job) -> None:
    """Show that the worker is alive."""
    db.execute(
        "UPDATE jobs SET heartbeat = ? WHERE id = ? AND claim = ?",
        [time.time(), job.id, job.claim],
    )


def progress(db: Database, job: Job, *, done: int, total: int, kept: bool = False) -> None:
    """Commit progress; call it in the transaction that commits the results of the chunk.

    :param kept: what was done need not be done again after a crash, so attempts count anew.
    :raises Cancelled: as :func:`require_claim`.
    """
    require_claim(db, job)
    db.execute(
        "UPDATE jobs SET done = ?, total = ?, heartbeat = ?, "
        "attempts = CASE WHEN ? THEN 1 ELSE attempts END WHERE id = ?",
        [done, total, time.time(), kept, job.id],
    )


def finish(db: Database, job: Job, result: dict[str, Any] | None = None) -> None:
    """Mark a job done, in the transaction of its last results."""
    require_claim(db, job)
    db.execute(
        "UPDATE jobs SET state = 'done', claim = NULL, result = ?, finished_at = ?, "
        "done = CASE WHEN total > 0 THEN total ELSE done END WHERE id = ?",
        [json.dumps(result or {}), clock.now(), job.id],
    )


def fail(db: Database, job: Job, error: errors.DataGuardError) -> None:
    """Mark a job failed (or cancelled) with the words a person will read."""
    cancelled = isinstance(error, errors.Cancelled)
    db.execute(
        "UPDATE jobs SET state = ?, claim = NULL, error = ?, finished_at = ? "
        "WHERE id = ? AND claim IS ?",
        [
            "cancelled" if cancelled else "failed",
            json.dumps(error.to_json(), ensure_ascii=False),
            clock.now(),
            job.id,
            job.claim,
        ],
    )


def cancel(db: Database, identity: int) -> Job:
    """Ask for a stop: a queued job ends at once, a running one at its next chunk.

    :raises BadInput: when the job has already ended.
    """
    job = get(db, identity)
    if not job.open:
        raise errors.BadInput("Job {name} has already ended.", name=identity)
    if job.state == "queued":
        db.execute(
            "UPDATE jobs SET state = 'cancelled', cancel = 1, finished_at = ? WHERE id = ?",
            [clock.now(), identity],
        )
    else:
        db.execute("UPDATE jobs SET cancel = 1 WHERE id = ?", [identity])
    return get(db, identity)


def retry(db: Database, identity: int) -> Job:
    """Queue a failed or cancelled job again; it goes on where it stopped.

    :raises BadInput: when the job is still open or is done.
    """
    job = get(db, identity)
    if job.state not in ("failed", "cancelled"):
        raise errors.BadInput("Only a failed or cancelled job can be tried again.")
    db.execute(
        "UPDATE jobs SET state = 'queued', cancel = 0, attempts = 0, error = NULL, "
        "finished_at = NULL WHERE id = ?",
        [identity],
    )
    return get(db, identity)
