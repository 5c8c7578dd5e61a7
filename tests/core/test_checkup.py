"""The daily examination: what it looks at, what it says, when it comes."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import background, checkup, doctor, ingest, jobs, videos
from core import db as store
from core.background import Background
from core.workspace import Workspace

Clip = Callable[[str], Path]


@pytest.fixture
def held(workspace: Workspace, clip: Clip, tmp_path: Path) -> list[Path]:
    """Four videos, each in a file of its own."""
    made = []
    for name in ("cfr.mp4", "rot90.mp4", "three.mp4", "vfr.mp4"):
        path = tmp_path / name
        path.write_bytes(clip(name).read_bytes())
        ingest.add(workspace, path, person="Ada")
        made.append(path)
    store.write(workspace, lambda db: db.execute("UPDATE jobs SET state = 'done'"))
    return made


def _age(workspace: Workspace, hours: float) -> None:
    path = workspace.logs / "checkup.json"
    found = json.loads(path.read_text())
    found["at"] = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
    path.write_text(json.dumps(found))


def test_dur_07_each_file_has_its_turn(workspace: Workspace, held: list[Path]) -> None:
    assert checkup.last(workspace) is None
    seen = []
    for _ in range(3):
        found = checkup.examine(workspace)
        assert (found.sound, found.read, found.videos) == (True, 2, 4)
        seen.append(found.upto)
        assert checkup.last(workspace) == found
    assert seen[0] != seen[1]
    assert seen[0] == seen[2]
    message, values = checkup.words(found)
    assert "sound, 2 of 4 video files" in message.format(**values)
    assert checkup.examine(workspace, share=1.0).read == 4


def test_dur_07_a_file_that_changed_behind_its_size_and_time_is_named(
    workspace: Workspace, held: list[Path]
) -> None:
    before = held[1].stat()
    data = bytearray(held[1].read_bytes())
    data[len(data) // 2] ^= 1
    held[1].write_bytes(data)
    os.utime(held[1], ns=(before.st_atime_ns, before.st_mtime_ns))
    held[2].unlink()
    found = checkup.examine(workspace, share=1.0)
    assert (found.sound, found.changed, found.missing) == (False, ["rot90.mp4"], ["three.mp4"])
    (check,) = [one for one in doctor.examine(workspace) if one.name == "checkup"]
    assert check.state == "missing"
    assert "rot90.mp4 (1)" in check.text()


def test_dur_07_damage_is_found_and_written_down_beside_the_database(
    workspace: Workspace, held: list[Path]
) -> None:
    store.close_all()
    data = bytearray(workspace.database.read_bytes())
    for page in range(4096 * 8, len(data), 4096):
        data[page : page + 32] = bytes(32)
    workspace.database.write_bytes(data)
    assert checkup.is_due(workspace)
    found = checkup.examine(workspace)
    assert found.damage
    assert not found.sound
    assert not checkup.is_due(workspace)
    assert checkup.last(workspace) == found
    assert "restore FILE" in checkup.hint(found)
    assert workspace.database.read_bytes() == data


def test_dur_07_it_is_due_once_a_day_when_nothing_else_is_to_be_done(
    workspace: Workspace, held: list[Path]
) -> None:
    assert checkup.is_due(workspace)
    job = store.write(workspace, lambda db: jobs.add(db, "suggest"))
    assert not checkup.is_due(workspace)
    store.write(workspace, lambda db: jobs.cancel(db, job))
    assert checkup.is_due(workspace)
    checkup.examine(workspace)
    assert not checkup.is_due(workspace)
    for hours, due, late in ((23.5, False, False), (25, True, False), (26.5, True, True)):
        _age(workspace, hours)
        found = checkup.last(workspace)
        assert found is not None
        assert (checkup.is_due(workspace), found.late) == (due, late)
    assert "doctor --deep" in checkup.hint(found)
    (workspace.logs / "checkup.json").write_text("no JSON")
    assert checkup.is_due(workspace)


def test_an_empty_workspace_is_left_alone(workspace: Workspace, tmp_path: Path) -> None:
    assert not checkup.is_due(workspace)
    assert not checkup.is_due(Workspace(tmp_path / "none"))


def test_dur_07_the_server_examines_its_workspaces(
    workspace: Workspace, held: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(background, "_FIRST_CHECKUP_SECONDS", 0.0)
    monkeypatch.setattr(background, "TICK_SECONDS", 0.02)
    demo = Workspace(tmp_path / "demo")
    store.open_workspace(demo)
    store.write(demo, lambda db: db.execute("INSERT INTO settings VALUES ('demo_opened', '1')"))
    server = Background(demo, [demo, workspace], samples=())
    server.start()
    try:
        assert _wait(lambda: checkup.last(workspace) is not None)
        first = checkup.last(workspace)
        assert first is not None
        assert (first.sound, first.read) == (True, 2)
        assert checkup.last(demo) is None
        _age(workspace, 30)  # a file that cannot be written would look like this, again and again
        assert not _wait(lambda: not (found := checkup.last(workspace)) or not found.late, 0.5)
    finally:
        server.stop()
    with store.reader(workspace) as db:
        assert len(videos.listed(db)) == 4


def _wait(condition: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()
