"""models, suggest: what models find."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import click

import models
from commands import terminal
from commands.terminal import _
from core import db as store
from core import errors, jobs, people, runs
from core.jobs import Job
from core.language import N_
from core.pipeline import Loaded, only_follows
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.follow_jobs import Follower
    from core.pipeline import Backend
    from core.worker import Worker

POLL_SECONDS = 0.3


@terminal.command("models", N_("List the models that can suggest labels, and what each needs."))
def models_command() -> None:
    """The catalogue; imports nothing heavy."""
    found = models.catalogue(terminal.session().workspace.weights)
    rows: list[dict[str, Any]] = [
        {
            "name": entry.model.name,
            "task": entry.model.task,
            "version": entry.model.version,
            "licence": entry.licence or entry.model.licence,
            "available": entry.available,
            "reason": _(entry.reason).format(**entry.values) if entry.reason else "",
            "hint": _(entry.hint).format(**entry.values) if entry.hint else "",
            "description": _(entry.model.description) if entry.model.description else "",
            "classes": list(entry.model.classes),
            "bytes": entry.size,
            "files": list(entry.files),
            "parameters": [
                {
                    "name": parameter.name,
                    "default": parameter.default,
                    "minimum": parameter.minimum,
                    "maximum": parameter.maximum,
                    "choices": [*parameter.choices, *entry.choices.get(parameter.name, ())],
                }
                for parameter in entry.model.parameters
            ],
        }
        for entry in found
    ]

    def human() -> None:
        heads = [_("name"), _("task"), _("version"), _("licence"), _("available"), _("reason")]
        terminal.table(
            heads,
            [
                (
                    row["name"],
                    row["task"],
                    row["version"],
                    row["licence"],
                    _("yes") if row["available"] else _("no"),
                    " ".join(part for part in (row["reason"], row["hint"]) if part),
                )
                for row in rows
            ],
        )

    terminal.answer({"models": rows}, human)


def load(workspace: Workspace, name: str, parameters: Mapping[str, Any], device: str) -> Loaded:
    """A model ready for the pipeline: the one place of the program that turns a name into one.

    :raises UnknownItem, BadInput, ModelUnavailable: as ``models.load``.
    """
    model = models.find(name)
    ready = models.ready(name, workspace.weights, parameters, device)
    backend = cast("Backend | Follower", ready)
    hashes = "+".join(used.sha256 for used in ready.weights)
    own = getattr(ready, "classes", ())
    return Loaded(backend, model.version, hashes or None, own or model.classes)


def _settings(
    context: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    for text in given:
        if "=" not in text:
            raise click.BadParameter(_("write it as name=value"))
    pairs = (text.split("=", 1) for text in given)
    return {name: value for name, value in pairs}


@terminal.command("suggest", N_("Let a model suggest labels for videos, and wait for it."))
@click.argument("video", nargs=-1, required=True, type=int, metavar="VIDEO_ID...")
@terminal.option("--model", required=True, metavar="NAME", help=N_("A name from `models`."))
@terminal.option(
    "--from", "first", type=click.IntRange(0), default=0, help=N_("First frame, from 0.")
)
@terminal.option("--to", "last", type=click.IntRange(0), help=N_("Last frame, included."))
@terminal.option(
    "--every", type=click.IntRange(1), default=1, help=N_("Look at one frame in this many.")
)
@terminal.option(
    "--set",
    "settings",
    multiple=True,
    callback=_settings,
    metavar="NAME=VALUE",
    help=N_("A parameter of the model."),
)
@terminal.option("--device", default="auto", help=N_("auto, cpu or a device such as cuda:0."))
@terminal.option("--queue", is_flag=True, help=N_("Leave it to a worker and return at once."))
def suggest(
    video: tuple[int, ...],
    model: str,
    first: int,
    last: int | None,
    every: int,
    settings: dict[str, str],
    device: str,
    queue: bool,
) -> None:
    """Queue a run per video; then, unless ``--queue``, do them here one after another."""
    workspace = terminal.session().workspace
    # Checked before anything is queued, so that a typing error queues nothing.
    wanted = models.find(model)
    parameters = wanted.checked_parameters(settings)
    if wanted.task == "track":
        raise only_follows(model)
    if not queue:
        for found in models.catalogue(workspace.weights, hidden=True):
            if found.model.name == model and not found.available:
                raise errors.ModelUnavailable(found.reason, found.hint, **found.values)
    person = people.operating_system_user()
    queued: list[tuple[int, int]] = []
    failed: list[dict[str, Any]] = []
    for identity in dict.fromkeys(video):

        def change(db: Any, identity: int = identity) -> int:
            return runs.queue(
                db,
                video=identity,
                model=model,
                first=first,
                last=last,
                every=every,
                parameters=parameters,
                device=device,
                person=people.identify(db, person),
            )

        try:
            queued.append((identity, store.write(workspace, change)))
        except errors.DataGuardError as error:
            failed.append({"video": identity, **terminal.item_failed(identity, error)})
    if queue:
        _answer_queued(queued, failed)
        return
    _answer_done(workspace, queued, failed)


def _answer_queued(queued: list[tuple[int, int]], failed: list[dict[str, Any]]) -> None:
    rows = [{"video": identity, "job": job} for identity, job in queued]

    def human() -> None:
        for row in rows:
            text = _("Job {job} is queued for video {video}.")
            click.echo(text.format(job=row["job"], video=row["video"]))

    terminal.answer({"runs": [], "jobs": rows, "errors": failed}, human)


def _answer_done(
    workspace: Workspace, queued: list[tuple[int, int]], failed: list[dict[str, Any]]
) -> None:
    here = worker(workspace)
    done: list[dict[str, Any]] = []
    for identity, number in queued:
        try:
            done.append(work_off(here, number))
        except errors.DataGuardError as error:
            failed.append(
                {"video": identity, "job": number, **terminal.item_failed(identity, error)}
            )

    def human() -> None:
        heads = [_("run"), _("video"), _("model"), _("frames"), _("tracks"), _("seconds")]
        keys = ("run", "video", "model", "frames", "tracks", "seconds")
        terminal.table(heads, [[row[key] for key in keys] for row in done])

    terminal.answer({"runs": done, "errors": failed}, human)


def worker(workspace: Workspace) -> Worker:
    """A worker inside this process."""
    from core.worker import Worker

    return Worker(workspace, lambda *wanted: load(workspace, *wanted))


def work_off(worker: Worker, number: int) -> dict[str, Any]:
    """Do one job in this process, or wait for the worker that took it first.

    :raises DataGuardError: what the job failed with.
    """
    workspace = worker.workspace
    stop = threading.Event()
    shown = threading.Thread(target=_show_progress, args=(workspace, number, stop), daemon=True)
    shown.start()
    try:
        worker.work_one(job=number)
        job = _job(workspace, number)
        while job.open:
            time.sleep(POLL_SECONDS)
            job = _job(workspace, number)
    except KeyboardInterrupt:
        store.write(workspace, lambda db: _give_up(db, number))
        raise
    finally:
        stop.set()
        shown.join()
    if job.state != "done" or job.result is None:
        told = job.error or {"message": N_("The job was cancelled."), "hint": "", "values": {}}
        failure = errors.DataGuardError(told["message"], told["hint"], **told["values"])
        failure.code = told.get("code", "cancelled")
        raise failure
    return job.result


def _give_up(db: Any, number: int) -> None:
    job = jobs.get(db, number)
    if job.open:
        stopped = errors.Cancelled("Job {name} was cancelled.", name=number)
        jobs.fail(db, jobs.cancel(db, number), stopped)
        for run in runs.listed(db, job.video):
            if run["job"] == number:
                runs.end(db, run["id"], "cancelled")


def _job(workspace: Workspace, number: int) -> Job:
    with store.reader(workspace) as db:
        return jobs.get(db, number)


def _show_progress(workspace: Workspace, number: int, stop: threading.Event) -> None:
    if not sys.stderr.isatty():
        return
    while not stop.wait(POLL_SECONDS):
        with suppress(errors.DataGuardError):
            job = _job(workspace, number)
            click.echo(f"\r{job.done} / {job.total}", err=True, nl=False)
    click.echo("", err=True)


COMMANDS = (models_command, suggest)
