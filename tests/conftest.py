"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import clock
from core import db as store
from core.workspace import ROOT, Workspace

DATA = Path(os.environ.get("DATAGUARD_TEST_DATA") or ROOT.parent / "shared" / "data")


@pytest.fixture
def shared_data() -> Path:
    """The folder of real clips and annotation files; tests that need it skip without it."""
    if not DATA.is_dir():
        pytest.skip(f"no {DATA}")
    return DATA


# --- store -------------------------------------------------------------------------------------


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace; its writer is stopped at the end."""
    made = Workspace(tmp_path / "workspace")
    store.open_workspace(made)
    yield made
    store.close_all()


@pytest.fixture
def add_video(workspace: Workspace) -> Callable[..., int]:
    """Adds the row of a ready video without a file: ``add_video(frames=100)`` gives its id."""

    def add(frames: int = 100, width: int = 640, height: int = 360, name: str = "clip.mp4") -> int:
        def insert(db: store.Database) -> int:
            number = db.execute("SELECT count(*) FROM videos").fetchone()[0]
            cursor = db.execute(
                "INSERT INTO videos (sha256, name, bytes, width, height, frames, fps_num, fps_den, "
                "duration, state, added_at) VALUES (?, ?, 1, ?, ?, ?, 30, 1, ?, 'ready', ?)",
                [f"{number:064x}", name, width, height, frames, frames / 30, clock.now()],
            )
            return int(cursor.lastrowid or 0)

        return store.write(workspace, insert)

    return add
