"""Large changes and backups while people work: what is lost, and how long others wait.

A hundred thousand tracks go in as one transaction, the way an import writes, while five sessions
read; each of them must see none or all. Then a backup is made and put back while edits arrive.
"""

from __future__ import annotations

import tempfile
import threading
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks import crash, figures
from benchmarks.figures import Figure
from core import backup, change_numbers, edits, people, restore, track_rows
from core import db as store
from core.labels import Box, Keyframe
from core.workspace import Workspace

OBJECTS = 100_000
SESSIONS = 5


class Stopped(Exception):
    """The import is broken off on purpose."""


def put_in(workspace: Workspace, count: int, *, stop_at: int | None = None) -> None:
    """``count`` tracks of one box each in one transaction.

    :raises Stopped: after ``stop_at`` of them.
    """

    def change(db: store.Database) -> None:
        person, number = people.identify(db, "import"), change_numbers.take(db)
        for index in range(count):
            if index == stop_at:
                raise Stopped
            identity = track_rows.add_row(
                db,
                video=1,
                class_id=1,
                first=index % crash.FRAMES,
                last=index % crash.FRAMES,
                change=number,
                person=person,
            )
            place = Keyframe(index % crash.FRAMES, Box(float(index % 500), 5.0, 40.0, 80.0))
            track_rows.put_keyframes(db, identity, [place])

    store.write(workspace, change)


def counted(workspace: Workspace) -> tuple[int, int]:
    """Tracks and keyframes there are."""
    with store.reader(workspace) as db:
        return (
            db.execute("SELECT count(*) FROM tracks").fetchone()[0],
            db.execute("SELECT count(*) FROM keyframes").fetchone()[0],
        )


def read_while(workspace: Workspace, act: Any) -> tuple[set[tuple[int, int]], int, float]:
    """Let sessions read before and while ``act`` runs: counts they saw, reads, slowest seconds."""
    seen: list[tuple[int, int]] = []
    slowest, over = [0.0], threading.Event()
    ready = threading.Barrier(SESSIONS + 1)

    def session() -> None:
        seen.append(counted(workspace))
        ready.wait()
        while not over.is_set():
            started = time.monotonic()
            seen.append(counted(workspace))
            slowest.append(time.monotonic() - started)
            time.sleep(0.01)

    threads = [threading.Thread(target=session) for _ in range(SESSIONS)]
    for thread in threads:
        thread.start()
    try:
        ready.wait()
        act()
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return set(seen), len(seen), max(slowest)


def _edit(workspace: Workspace) -> float:
    started = time.monotonic()
    box = {"verb": "add", "class": 1, "frame": 0, "box": [1, 1, 9, 9]}
    store.write(
        workspace,
        lambda db: edits.apply(db, batch=uuid.uuid4().hex, person="Ada", video=1, edits=[box]),
    )
    return time.monotonic() - started


def _edits_while(workspace: Workspace, act: Any) -> tuple[float, float]:
    """Seconds of ``act``, and of the edit that waited longest meanwhile."""
    waits, over = [0.0], threading.Event()

    def work() -> None:
        while not over.is_set():
            waits.append(_edit(workspace))

    thread = threading.Thread(target=work)
    thread.start()
    started = time.monotonic()
    try:
        act()
        seconds = time.monotonic() - started
    finally:
        over.set()
        thread.join()
    return seconds, max(waits)


def measure() -> Iterable[Figure]:
    """Nothing is lost or half there; how long a backup takes, and others wait for it."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "workspace")
        crash.prepare(workspace)
        before = counted(workspace)
        started = time.monotonic()
        seen, reads, slowest = read_while(workspace, lambda: put_in(workspace, OBJECTS))
        seconds = time.monotonic() - started
        after = (before[0] + OBJECTS, before[1] + OBJECTS)
        wrong = len(seen - {before, after}) + (counted(workspace) != after)
        yield figures.at_most(
            "states seen between none and all of 100,000 objects", wrong, "", 0, reads=reads
        )
        yield figures.info("100,000 objects in one transaction", seconds, "s")
        yield figures.info("slowest read meanwhile", slowest * 1000, "ms")
        with suppress(Stopped):
            put_in(workspace, OBJECTS, stop_at=OBJECTS // 2)
        left = counted(workspace)[0] - after[0]
        yield figures.at_most("objects left of an import that was broken off", left, "", 0)

        target = Path(folder) / "backup.db"
        seconds, wait = _edits_while(workspace, lambda: backup.make(workspace, target))
        size = target.stat().st_size / 2**20
        yield figures.info("backup, checked", seconds, "s", megabytes=size)
        yield figures.at_most("slowest edit during a backup", wait * 1000, "ms", 1000)
        seconds, wait = _edits_while(workspace, lambda: restore.restore(workspace, target))
        yield figures.info("restore", seconds, "s", megabytes=size)
        yield figures.info("slowest edit during a restore", wait * 1000, "ms")
        store.close_all()
