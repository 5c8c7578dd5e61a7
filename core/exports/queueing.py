"""Exports as jobs: written by the worker into the workspace, with an archive to download."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from core import classes, jobs, stored, videos
from core import db as store
from core.exports import folder as folders
from core.exports import writing
from core.exports.source import DEFAULT_STATES, Selection, checked_states
from core.exports.work import Options
from core.jobs import Job
from core.sqlite import Database
from core.workspace import Workspace

KIND = "export"
PRIORITY = 4
TELL_SECONDS = 0.5
_RESULT = {"name", "format", "written", "skipped", "archive", "bytes", "sha256"}
_PART = re.compile(r"\.(?P<name>.+)-(?P<job>[0-9]{1,15})\.[0-9a-f]{8}\.part")


def queue(
    db: Database,
    *,
    format: str,
    name: str = "",
    states: tuple[str, ...] = (),
    class_ids: tuple[int, ...] = (),
    video_ids: tuple[int, ...] = (),
    options: Options | None = None,
    person: int | None = None,
) -> int:
    """Queue an export into the workspace and return its job. Needs a write transaction.

    :param name: part of the folder's name. :param states: none means all but rejected.
    :raises BadInput: for an unknown format, state, class or video, or an option it lacks.
    """
    options = options or Options()
    writing.require(format, options)
    return jobs.add(
        db,
        KIND,
        parameters={
            "format": format,
            "name": folders.safe_name(name or format),
            "states": list(checked_states(states)),
            "classes": [classes.require(db, identity) for identity in class_ids],
            "videos": [videos.get(db, identity).id for identity in video_ids],
            "options": asdict(options),
        },
        priority=PRIORITY,
        person=person,
    )


def run_job(
    workspace: Workspace, job: Job, *, between: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Do an export job; when it is done again after a crash, what is there is kept.

    :param between: called now and then; more urgent work may be done there.
    :returns: the manifest's main figures, the folder's name, and the archive's name, size and hash.
    :raises Cancelled: when a person cancelled it; nothing of it stays.
    """
    wanted = job.parameters
    out = workspace.exports / f"{wanted['name']}-{job.id}"
    for left in workspace.exports.glob(f".{out.name}.*.part"):
        folders.discard(left)
    if not (out / writing.MANIFEST).exists():
        writing.write(
            workspace,
            format=wanted["format"],
            out=out,
            chosen=Selection(
                tuple(wanted["states"] or DEFAULT_STATES),
                frozenset(wanted["classes"]) or None,
                frozenset(wanted["videos"]) or None,
            ),
            options=Options(**wanted["options"]),
            progress=_Teller(workspace, job, between),
        )
    manifest = json.loads((out / writing.MANIFEST).read_text(encoding="utf-8"))
    # The name changes with the content, so no cache on the way can serve an older file.
    archive = workspace.exports / f"{out.name}-{manifest['sha256'][:12]}.zip"
    digest = folders.zipped(out, archive)
    return {
        "name": out.name,
        "format": manifest["format"],
        "written": manifest["written"],
        "skipped": manifest["skipped"],
        "content_sha256": manifest["sha256"],
        "archive": archive.name,
        "bytes": archive.stat().st_size,
        "sha256": digest,
    }


def clean(workspace: Workspace) -> None:
    """Remove what killed exports left of jobs that will not be done again by themselves."""
    for left in workspace.exports.glob(".*.part"):
        match = _PART.fullmatch(left.name)
        with store.reader(workspace) as db:
            row = (
                match
                and db.execute(
                    "SELECT state, json_extract(parameters, '$.name') FROM jobs "
                    "WHERE id = ? AND kind = ? AND json_valid(parameters)",
                    [int(match["job"]), KIND],
                ).fetchone()
            )
        if match and row and row[1] == match["name"] and row[0] not in ("queued", "running"):
            folders.discard(left)


class _Teller:
    """Commits progress now and then; that is also where a cancelled job stops."""

    def __init__(self, workspace: Workspace, job: Job, between: Callable[[], None]) -> None:
        self._workspace, self._job, self._told = workspace, job, 0.0
        self._between = between

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._told < TELL_SECONDS:
            return
        store.write(
            self._workspace, lambda db: jobs.progress(db, self._job, done=done, total=total)
        )
        self._between()
        self._told = time.monotonic()


def finished(db: Database, *, limit: int = 50) -> list[dict[str, Any]]:
    """Exports that can be downloaded, newest first: job, person, time and the job's result."""
    rows = db.query(
        "SELECT j.id AS job, p.name AS person, j.finished_at AS at, j.result FROM jobs j "
        "LEFT JOIN people p ON p.id = j.person WHERE j.kind = ? AND j.state = 'done' "
        "ORDER BY j.id DESC LIMIT ?",
        [KIND, limit],
    )
    return [
        {"job": row["job"], "person": row["person"], "at": row["at"], **result}
        for row in rows
        if (result := stored.shown(row["result"])).keys() >= _RESULT
    ]
