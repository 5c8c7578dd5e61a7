"""A large change at once, while others read. 100,000 objects: ``make bench ONLY=storage``."""

from __future__ import annotations

import pytest

from benchmarks import crash, storage
from core import db as store
from core.workspace import Workspace


def test_dat_18_many_objects_go_in_at_once_while_five_sessions_read(workspace: Workspace) -> None:
    crash.prepare(workspace)
    before = storage.counted(workspace)
    after = (before[0] + 8000, before[1] + 8000)
    seen, reads, _ = storage.read_while(workspace, lambda: storage.put_in(workspace, 8000))
    assert seen <= {before, after}
    assert before in seen
    assert reads > storage.SESSIONS
    assert storage.counted(workspace) == after
    with store.reader(workspace) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("SELECT DISTINCT keyframes FROM tracks").fetchall() == [(1,)]


def test_dat_18_what_was_broken_off_leaves_nothing(workspace: Workspace) -> None:
    crash.prepare(workspace)
    before = storage.counted(workspace)
    with pytest.raises(storage.Stopped):
        storage.put_in(workspace, 3000, stop_at=2999)
    assert storage.counted(workspace) == before
