"""One person at work, and a suggestion to work on."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from core import db as store
from core import edits, runs, suggestions, tracks
from core.jobs import claim
from core.labels import Box, Detection
from core.suggestions import Bound
from core.tracking import RawTrack
from core.workspace import Workspace

PERSON = 1


class Desk:
    """One person at work on one video."""

    def __init__(self, workspace: Workspace, video: int, person: str = "Ana") -> None:
        self.workspace, self.video, self.person = workspace, video, person

    def do(self, *changes: dict[str, Any], batch: str | None = None) -> edits.Outcome:
        name = batch or uuid.uuid4().hex
        return store.write(
            self.workspace,
            lambda db: edits.apply(
                db, batch=name, person=self.person, video=self.video, edits=changes
            ),
        )

    def undo(self) -> edits.Outcome:
        return store.write(
            self.workspace, lambda db: edits.undo(db, batch=uuid.uuid4().hex, person=self.person)
        ).unless_refused()

    def redo(self) -> edits.Outcome:
        return store.write(
            self.workspace, lambda db: edits.redo(db, batch=uuid.uuid4().hex, person=self.person)
        ).unless_refused()

    def add(self, frame: int = 10, last: int = 20) -> tracks.Track:
        change = {
            "verb": "add",
            "client": "t",
            "class": PERSON,
            "frame": frame,
            "last": last,
            "box": [10, 20, 30, 40],
        }
        return self.do(change).tracks[0]

    def get(self, identity: int) -> tracks.Track:
        with store.reader(self.workspace) as db:
            return tracks.get(db, identity)


@pytest.fixture
def desk(workspace: Workspace, add_video: Callable[..., int]) -> Desk:
    return Desk(workspace, add_video(frames=100))


@pytest.fixture
def suggested(desk: Desk) -> tracks.Track:
    """A track of frames 0 to 40 that a model suggested: a box that moves evenly to the right."""
    observations = [
        (frame, Detection("person", Box(frame * 2.0, 50, 40, 80), 0.9)) for frame in range(41)
    ]

    def make(db: store.Database) -> int:
        job = runs.queue(db, video=desk.video, model="scripted")
        claimed = claim(db, job=job)
        assert claimed is not None
        run = runs.start(db, claimed, version="1", weights_hash=None, device="cpu")
        ready = suggestions.prepare(0, RawTrack("person", None, observations), 0.9, Bound())
        suggestions.write(db, run, [ready], [])
        return int(db.execute("SELECT max(id) FROM tracks").fetchone()[0])

    return desk.get(store.write(desk.workspace, make))
