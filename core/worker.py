"""The worker process: claims jobs, shows that it is alive, and does urgent ones in between."""

from __future__ import annotations

import logging
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from filelock import FileLock, Timeout

from core import db as store
from core import downloads, errors, exports, follow_jobs, ingest, jobs, pipeline, trials
from core.jobs import Job
from core.pipeline import Loaded
from core.workspace import ROOT, Workspace

POLL_SECONDS = 0.5
LOOK_SECONDS = 0.1
"""How often a worker looks for jobs while it has none; it claims more rarely."""

URGENT_SECONDS = 0.3
"""How often a job that runs looks for more urgent ones."""

MODELS_KEPT = 2
log = logging.getLogger("dataguard.worker")

Loader = Callable[[str, Mapping[str, Any], str], Loaded]
"""Turns a model's name, parameters and device into a loaded model; given by the terminal door."""


@dataclass(slots=True)
class Worker:
    """Works off the jobs of one workspace, one at a time."""

    workspace: Workspace
    load: Loader
    _models: dict[str, Loaded] = field(default_factory=dict)
    _at_work: list[str] = field(default_factory=list)
    _looked: float = 0.0

    def serve(self, *, once: bool = False, idle_exit: float | None = None) -> None:
        """Work until there is nothing to do (``once``), or nothing came for ``idle_exit`` s."""
        ingest.clean(self.workspace)
        downloads.clean(self.workspace)
        idle_since = time.monotonic()
        seen: dict[int, float] = {}
        patience = math.inf if idle_exit is None else idle_exit
        while True:
            if self.work_one():
                idle_since = time.monotonic()
            elif (once and not self._perhaps_left_alone(seen)) or (
                time.monotonic() - idle_since > patience
            ):
                return
            else:
                self._rest()

    def _rest(self) -> None:
        """Wait for a job, but not for long."""
        until = time.monotonic() + POLL_SECONDS
        while time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
            if self._is_waiting():
                return

    def _is_waiting(self, *, above: int | None = None) -> bool:
        with store.reader(self.workspace) as db:
            return jobs.waiting(db, above=above)

    def _perhaps_left_alone(self, seen: dict[int, float]) -> bool:
        """Whether a running job may have lost its worker: no sign of life came since ``seen``.

        Such a job becomes stale soon, and then it is left to do.
        """
        with store.reader(self.workspace) as db:
            beats = jobs.heartbeats(db)
        return any(beat == seen.setdefault(job, beat) for job, beat in beats.items())

    def work_one(self, *, job: int | None = None, above: int | None = None) -> bool:
        """Do the next job, if any; ``above`` limits it to a higher priority."""
        found = store.write(self.workspace, lambda db: jobs.claim(db, job=job, above=above))
        if found is None:
            return False
        log.info("job %s: %s", found.id, found.kind)
        with _Heart(self.workspace, found):
            try:
                result = self._run(found)
                store.write(self.workspace, lambda db: jobs.finish(db, found, result))
            except errors.DataGuardError as error:
                log.warning("job %s: %s", found.id, error)
                self._fail(found, error)
            except Exception as error:
                log.exception("job %s failed", found.id)
                self._fail(
                    found,
                    errors.DataGuardError(
                        "Job {name} failed unexpectedly: {reason}.",
                        "The log of the worker in the workspace's logs folder says more.",
                        name=found.id,
                        reason=f"{type(error).__name__}: {error}",
                    ),
                )
        return True

    def _fail(self, job: Job, error: errors.DataGuardError) -> None:
        store.write(self.workspace, lambda db: jobs.fail(db, job, error))

    def _run(self, job: Job) -> dict[str, Any]:
        urgent = partial(self._urgent, job.priority)
        match job.kind:
            case "suggest":
                with self._loaded(job) as loaded:
                    return pipeline.suggest(self.workspace, job, loaded, between=urgent)
            case "try":
                with self._loaded(job) as loaded:
                    return trials.run_job(self.workspace, job, loaded)
            case "follow":
                with self._loaded(job) as loaded:
                    return follow_jobs.run_job(
                        self.workspace, job, loaded.backend, between=partial(urgent, equal=True)
                    )
            case "ingest":
                return ingest.run_job(self.workspace, job)
            case "proxy":
                return ingest.run_proxy(self.workspace, job, between=urgent)
            case "export":
                return exports.run_job(self.workspace, job, between=urgent)
            case "download":
                return downloads.run_job(self.workspace, job, between=urgent)
        raise errors.BadInput("There is no kind of job named {name}.", name=job.kind)

    def _urgent(self, priority: int, *, equal: bool = False) -> None:
        """Do what is more urgent, or as urgent; a person waits for it. May be called often."""
        if time.monotonic() - self._looked < URGENT_SECONDS:
            return
        above = priority - 1 if equal else priority
        while self._is_waiting(above=above) and self.work_one(above=above):
            pass
        self._looked = time.monotonic()

    @contextmanager
    def _loaded(self, job: Job) -> Iterator[Loaded]:
        """The model of a job; those used last stay loaded, as many as memory surely holds.

        A model at work is never closed: an urgent job may need another one in between.
        """
        wanted = job.parameters
        key = repr((wanted["model"], sorted(wanted["parameters"].items()), wanted.get("device")))
        found = self._models.pop(key, None)
        if found is None:
            idle = [name for name in self._models if name not in self._at_work]
            for name in idle[: max(0, len(self._models) - MODELS_KEPT + 1)]:
                self._models.pop(name).backend.close()
            found = self.load(wanted["model"], wanted["parameters"], wanted.get("device", "auto"))
        self._models[key] = found
        self._at_work.append(key)
        try:
            yield found
        finally:
            self._at_work.remove(key)


class _Heart:
    """Beats for a job while it runs, also inside a long model call."""

    def __init__(self, workspace: Workspace, job: Job) -> None:
        self._workspace, self._job = workspace, job
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(jobs.HEARTBEAT_SECONDS):
            with suppress(errors.StorageError):
                store.write(self._workspace, lambda db: jobs.beat(db, self._job))


def hold_single(workspace: Workspace) -> FileLock | None:
    """Become the one worker the app keeps for a workspace; None when there is one already."""
    workspace.make()
    lock = FileLock(workspace.root / "worker.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return None
    return lock


def ensure(workspace: Workspace, *, idle_exit: int = 30) -> bool:
    """Start a worker process when jobs wait and the app's one is not alive; True when started."""
    if not workspace.exists:
        return False
    with store.reader(workspace) as db:
        if not jobs.waiting(db):
            return False
    lock = hold_single(workspace)
    if lock is None:
        return False
    lock.release()
    command = [sys.executable, str(ROOT / "cli.py"), "--workspace", str(workspace.root)]
    command += ["work", "--single", "--idle-exit", str(idle_exit)]
    with (workspace.logs / "worker.log").open("ab") as log_file:
        subprocess.Popen(  # its own session: it outlives the server and finishes what it does
            command,
            stdin=subprocess.DEVNULL,
            stdout=log_file,
            stderr=log_file,
            start_new_session=os.name == "posix",
            cwd=ROOT,
        )
    return True
