"""What the server does beside answering: opens the demo, keeps a worker alive, tidies up."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from core import (
    checkup,
    errors,
    event_classes,
    exports,
    ingest,
    memory,
    people,
    runs,
    stored,
    uploads,
    worker,
)
from core import db as store
from core.sqlite import Database
from core.workspace import ROOT, Workspace

SAMPLES = tuple(
    ROOT / "sample_videos" / f"{name}.mp4" for name in ("sparring", "heavy_bag", "pad_work")
)
DEMO_MODEL = "blazepose"
TICK_SECONDS = 5.0
TIDY_SECONDS = 3600.0
_FIRST_CHECKUP_SECONDS = 60.0
_CHECKUP_PAUSE = 3600.0
_QUICK_END_SECONDS = 20.0
_LONGEST_PAUSE = 300.0
_OPENED = "demo_opened"
_log = logging.getLogger("dataguard.background")


def open_demo(demo: Workspace, samples: Sequence[Path] = SAMPLES) -> None:
    """Add the samples to the demo workspace and queue suggestions for each, once and in order.

    What a person removes there later stays removed; a demo from before there were as many samples
    gets those that are new.

    :raises DataGuardError: when a sample cannot be added; those before it are kept.
    """
    store.open_workspace(demo)
    with store.reader(demo) as db:
        found = db.execute("SELECT value FROM settings WHERE key = ?", [_OPENED]).fetchone()
    person = people.operating_system_user()
    if found is None:
        store.write(demo, event_classes.add_boxing)
    for number, sample in enumerate(samples, start=1):
        if found is None or number > stored.whole(found[0], "settings, demo_opened"):
            _open_sample(demo, sample, number, person)


def _open_sample(demo: Workspace, sample: Path, number: int, person: str) -> None:
    video = ingest.add(demo, sample, person=person)

    def begin(db: Database) -> None:
        runs.queue(db, video=video.id, model=DEMO_MODEL, person=people.identify(db, person))
        db.execute(
            "INSERT INTO settings (key, value) VALUES (?, ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [_OPENED, str(number)],
        )

    store.write(demo, begin)


@dataclass(slots=True)
class _Starts:
    """When a worker was started last, and how often it ended at once."""

    last: float = 0.0
    quick: int = 0

    @property
    def pause(self) -> float:
        return min(TICK_SECONDS * 2**self.quick, _LONGEST_PAUSE) if self.quick else 0.0

    def due(self, now: float) -> bool:
        return now - self.last >= self.pause

    def started(self, now: float) -> None:
        ended_at_once = now - self.last < max(_QUICK_END_SECONDS, 2 * self.pause)
        self.quick = self.quick + 1 if ended_at_once else 0
        self.last = now


@dataclass(slots=True)
class Background:
    """A thread beside the server. Nothing that goes wrong in it stops the server."""

    demo: Workspace
    workspaces: Sequence[Workspace]
    samples: Sequence[Path] = SAMPLES
    _stop: threading.Event = field(default_factory=threading.Event)
    _starts: dict[Path, _Starts] = field(default_factory=dict)
    _thread: threading.Thread | None = None
    _checkup: threading.Thread | None = None
    _checked: dict[Path, float] = field(default_factory=dict)
    _settled: memory.Settled = field(default_factory=memory.Settled)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread = threading.Thread(target=self._serve, name="background", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End with the step that is running."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _serve(self) -> None:
        self._guarded("opening the demo", partial(open_demo, self.demo, self.samples[:1]))
        # Suggestions on the first sample begin while the others are still being added.
        self._guarded("starting a worker", partial(self._ensure, self.demo))
        self._guarded("opening the demo", partial(open_demo, self.demo, self.samples))
        tidied = -TIDY_SECONDS
        began = time.monotonic()
        while True:
            now = time.monotonic()
            if now - tidied >= TIDY_SECONDS:
                tidied = now
                self._guarded("tidying up", self._tidy)
            for workspace in self.workspaces:
                self._guarded("starting a worker", partial(self._ensure, workspace))
                if now - began >= _FIRST_CHECKUP_SECONDS:
                    self._guarded("looking at the workspace", partial(self._examine, workspace))
            self._settled.again()
            memory.give_back()
            if self._stop.wait(TICK_SECONDS):
                return

    def _guarded(self, doing: str, step: Callable[[], None]) -> None:
        try:
            step()
        except errors.DataGuardError as error:
            _log.warning("%s: %s", doing, error)
        except Exception:
            _log.exception("%s failed", doing)

    def _tidy(self) -> None:
        for workspace in self.workspaces:
            ingest.clean(workspace)
            if workspace.exists:
                uploads.clean(workspace)
                exports.clean(workspace)

    def _ensure(self, workspace: Workspace) -> None:
        starts = self._starts.setdefault(workspace.root, _Starts())
        now = time.monotonic()
        if workspace.exists and starts.due(now) and worker.ensure(workspace):
            starts.started(now)

    def _examine(self, workspace: Workspace) -> None:
        """Once a day, when nothing else is to be done; one workspace at a time."""
        now = time.monotonic()
        if self._checkup is not None and self._checkup.is_alive():
            return
        if now - self._checked.get(workspace.root, -_CHECKUP_PAUSE) < _CHECKUP_PAUSE:
            return
        if checkup.is_due(workspace):
            self._checked[workspace.root] = now
            step = partial(self._guarded, "looking at the workspace", partial(_look, workspace))
            self._checkup = threading.Thread(target=step, name="checkup", daemon=True)
            self._checkup.start()


def _look(workspace: Workspace) -> None:
    found = checkup.examine(workspace)
    if not found.sound:
        _log.error("%s is damaged: %s", workspace.root, found.damage or found.changed)
