"""work, jobs, cancel: what runs on this machine."""

from __future__ import annotations

import logging
import sys
from typing import Any

import click

from commands import suggesting, terminal
from commands.terminal import _, _n
from core import db as store
from core import errors, ingest, jobs
from core.jobs import Job
from core.language import N_


@terminal.command("work", N_("Work off queued jobs until stopped."))
@terminal.option("--once", is_flag=True, help=N_("Stop when nothing is left to do."))
@terminal.option("--single", is_flag=True, help=N_("Be the only worker of its kind, or leave."))
@terminal.option(
    "--idle-exit", type=float, metavar="SECONDS", help=N_("Stop after this long without a job.")
)
def work(once: bool, single: bool, idle_exit: float | None) -> None:
    """The worker process."""
    from core import worker

    workspace = terminal.session().workspace
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    store.open_workspace(workspace)
    lock = worker.hold_single(workspace) if single else None
    if single and lock is None:
        text = _("Another worker is at work in this workspace.")
        terminal.answer({"worked": False, "reason": text}, lambda: terminal.note(text))
        return
    try:
        here = worker.Worker(workspace, lambda *wanted: suggesting.load(workspace, *wanted))
        here.serve(once=once, idle_exit=idle_exit)
    finally:
        if lock is not None:
            lock.release()
    terminal.answer({"worked": True}, lambda: None)


def _row(job: Job) -> dict[str, Any]:
    error = None
    if job.error:
        told = errors.DataGuardError(
            job.error["message"], job.error["hint"], **job.error.get("values", {})
        )
        error = {**job.error, "text": told.text(_), "hint": told.hint_text(_)}
    return {
        "id": job.id,
        "kind": job.kind,
        "video": job.video,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "priority": job.priority,
        "attempts": job.attempts,
        "cancel": job.cancel,
        "parameters": job.parameters,
        "result": job.result,
        "error": error,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }


@terminal.command("jobs", N_("List the jobs, newest first."))
@terminal.option("--limit", type=click.IntRange(1), default=50, help=N_("At most this many."))
def jobs_command(limit: int) -> None:
    """Jobs with their progress."""
    with store.reader(terminal.session().workspace) as db:
        rows = [_row(job) for job in jobs.listed(db, limit=limit)]

    def human() -> None:
        heads = [_("id"), _("kind"), _("video"), _("state"), _("done"), _("reason")]
        terminal.table(
            heads,
            [
                (
                    row["id"],
                    row["kind"],
                    row["video"],
                    terminal.state(row["state"]),
                    f"{row['done']}/{row['total']}",
                    row["error"]["text"] if row["error"] else "",
                )
                for row in rows
            ],
        )
        click.echo(_n("{n} job", "{n} jobs", len(rows)).format(n=len(rows)))

    terminal.answer({"jobs": rows}, human)


@terminal.command("cancel", N_("Stop a job; what it found so far is kept."))
@click.argument("job", type=int, metavar="JOB")
def cancel(job: int) -> None:
    """Ask for a stop."""
    workspace = terminal.session().workspace
    found = store.write(workspace, lambda db: jobs.cancel(db, job))
    ingest.clean(workspace)  # the row of a video that will not be added goes with its job
    text = (
        _("Job {name} was cancelled.")
        if not found.open
        else _("Job {name} stops at its next step.")
    )
    terminal.answer({"job": _row(found)}, lambda: click.echo(text.format(name=job)))


COMMANDS = (work, jobs_command, cancel)
