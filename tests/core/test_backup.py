"""Backups made and put back while people work."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core import (
    backup,
    change_numbers,
    content,
    edits,
    errors,
    ingest,
    jobs,
    migrations,
    restore,
    tracks,
    videos,
)
from core import db as store
from core.workspace import ROOT, Workspace
from tests.waiting import wait_until

BOX = {"verb": "add", "class": 1, "frame": 0, "box": [1, 1, 9, 9]}


def _edit(
    workspace: Workspace, *changes: dict[str, Any], batch: str | None = None
) -> edits.Outcome:
    name = batch or uuid.uuid4().hex
    return store.write(
        workspace,
        lambda db: edits.apply(db, batch=name, person="Ada", video=1, edits=changes),
    )


def _batches(workspace: Workspace) -> set[str]:
    with store.reader(workspace) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        return {row[0] for row in db.execute("SELECT id FROM batches")}


@contextmanager
def four_writers(workspace: Workspace) -> Iterator[Callable[[], set[str]]]:
    """Two threads here and two in another process draw boxes; gives what was acknowledged."""
    mine: set[str] = set()
    stop = threading.Event()

    def draw() -> None:
        while not stop.is_set():
            name = uuid.uuid4().hex
            _edit(workspace, BOX, batch=name)
            mine.add(name)

    threads = [threading.Thread(target=draw) for _ in range(2)]
    log = workspace.root / "acknowledged"
    log.touch()
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(workspace.root), str(log), str(ROOT)]
    )
    while not log.stat().st_size and other.poll() is None:
        time.sleep(0.02)
    for thread in threads:
        thread.start()
    try:
        yield lambda: mine | set(log.read_text().split("\n")[:-1])
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        other.terminate()
        other.wait()


OTHER = """
import os, sys, threading, uuid
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from core import db, edits
from core.workspace import Workspace
workspace, log = Workspace(Path(sys.argv[1])), os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND)
box = {"verb": "add", "class": 1, "frame": 0, "box": [1, 1, 9, 9]}
def draw():
    while True:
        name = uuid.uuid4().hex
        db.write(workspace, lambda d: edits.apply(d, batch=name, person="Bo", video=1, edits=[box]))
        os.write(log, f"{name}\\n".encode())
threading.Thread(target=draw, daemon=True).start()
draw()
"""


def test_dur_05_a_backup_under_four_writers_is_one_moment_of_them(
    workspace: Workspace, add_video: Callable[..., int], tmp_path: Path
) -> None:
    add_video()
    with four_writers(workspace) as acknowledged:
        for number in range(4):
            before = acknowledged()
            made = backup.make(workspace, tmp_path / f"{number}.db")
            elsewhere = Workspace(tmp_path / f"restored {number}")
            restore.restore(elsewhere, made.path)
            kept = _batches(elsewhere)
            assert before <= kept
            assert made.edits == len(kept)
            with store.reader(elsewhere) as db:
                assert change_numbers.newest(db) > 0
                assert len(tracks.summaries(db, 1)) == len(kept)
            time.sleep(0.1)
    assert acknowledged() <= _batches(workspace)
    assert sorted(path.name for path in tmp_path.glob("*.db*")) == [f"{n}.db" for n in range(4)]


def test_dur_05_restoring_under_four_writers_loses_nothing_that_was_acknowledged_since(
    workspace: Workspace, add_video: Callable[..., int], tmp_path: Path
) -> None:
    add_video()
    first = _edit(workspace, BOX)
    made = backup.make(workspace, tmp_path / "a.db")
    file = workspace.database.stat().st_ino
    with four_writers(workspace) as acknowledged:
        past: set[str] = set()
        for _ in range(3):
            before = acknowledged() - past
            answer = restore.restore(workspace, made.path)
            at_once = acknowledged() - past
            assert answer.kept is not None
            assert not answer.was_damaged
            elsewhere = Workspace(tmp_path / uuid.uuid4().hex)
            restore.restore(elsewhere, answer.kept)
            # What was there is in the copy, what came since in the workspace; nothing is between.
            saved = _batches(elsewhere)
            assert before <= saved
            assert at_once - saved <= _batches(workspace)
            past |= at_once
            since = wait_until(lambda past=past: acknowledged() - past, what="a change since")
            assert since <= _batches(workspace)
    assert {first.batch} <= _batches(workspace)
    assert workspace.database.stat().st_ino == file
    assert not list(workspace.root.glob("restoring*"))


def test_numbers_never_come_again_with_another_meaning(
    workspace: Workspace, add_video: Callable[..., int], tmp_path: Path
) -> None:
    add_video()
    track = _edit(workspace, BOX).tracks[0]
    made = backup.make(workspace, tmp_path / "a.db")
    fix = {"verb": "fix", "id": track.id, "frame": 0, "box": [2, 2, 9, 9]}
    seen = [_edit(workspace, {**fix, "revision": track.revision + n}).tracks[0] for n in range(3)]
    lost = _edit(workspace, BOX).tracks[0]
    with store.reader(workspace) as db:
        change = change_numbers.newest(db)
        assert restore.times(db) == 0

    restore.restore(workspace, made.path)

    with store.reader(workspace) as db:
        assert restore.times(db) == 1
        now = tracks.get(db, track.id)
        assert (now.keyframes, now.revision) == (track.keyframes, seen[-1].revision + 1)
        found, gone = tracks.changed_since(db, 1, change)
        assert ([one.id for one in found], gone) == ([track.id], [])
        with pytest.raises(errors.UnknownItem):
            tracks.get(db, lost.id)
    with pytest.raises(errors.Stale):
        _edit(workspace, {**fix, "revision": seen[-1].revision})
    assert _edit(workspace, BOX).tracks[0].id == lost.id + 1
    assert _edit(workspace, {**fix, "revision": now.revision}).tracks[0].revision > now.revision
    undone = store.write(
        workspace, lambda db: edits.undo(db, batch=uuid.uuid4().hex, person="Ada", video=1)
    )
    assert undone.refused is None
    restore.restore(workspace, made.path)
    with store.reader(workspace) as db:
        assert restore.times(db) == 2


def test_a_claim_does_not_survive_a_restore(
    workspace: Workspace, add_video: Callable[..., int], tmp_path: Path
) -> None:
    add_video()
    store.write(workspace, lambda db: jobs.add(db, "suggest", video=1, total=10))
    held = store.write(workspace, jobs.claim)
    assert held is not None
    store.write(workspace, lambda db: jobs.progress(db, held, done=3, total=10))
    made = backup.make(workspace, tmp_path / "a.db")
    store.write(workspace, lambda db: jobs.progress(db, held, done=5, total=10))

    assert restore.restore(workspace, made.path).requeued == 1

    with pytest.raises(errors.Cancelled):
        store.write(workspace, lambda db: jobs.progress(db, held, done=6, total=10))
    store.write(workspace, lambda db: jobs.fail(db, held, errors.Cancelled("taken")))
    again = store.write(workspace, jobs.claim)
    assert again is not None
    assert (again.id, again.done) == (held.id, 3)
    assert again.claim != held.claim


def test_files_of_what_was_there_before_stay(
    workspace: Workspace, clip: Callable[[str], Path], tmp_path: Path
) -> None:
    made = backup.make(workspace, tmp_path / "a.db")
    video = ingest.add(workspace, clip("rot90.mp4"), copy=True, person="Ada")
    stored = workspace.media_path(video.sha256, content.ORIGINAL)
    kept = restore.restore(workspace, made.path).kept
    os.utime(stored, (1, 1))
    content.clean(workspace)
    assert stored.exists()
    assert kept is not None
    assert restore.restore(workspace, kept).missing == []
    with store.reader(workspace) as db:
        assert [one.name for one in videos.listed(db)] == ["rot90.mp4"]
        assert content.kept(db) == set()


def test_dur_05_videos_travel_beside_the_backup_and_are_checked(
    workspace: Workspace, clip: Callable[[str], Path], tmp_path: Path
) -> None:
    mine = tmp_path / "mine.mp4"
    mine.write_bytes(clip("cfr.mp4").read_bytes())
    ingest.add(workspace, clip("rot90.mp4"), copy=True, person="Ada")
    ingest.add(workspace, mine, person="Ada")
    target = tmp_path / "disk" / "a.db"
    plain = backup.make(workspace, target)
    assert (plain.videos, plain.stored, plain.elsewhere, plain.media) == (2, 1, 1, None)
    bare = restore.restore(Workspace(tmp_path / "bare"), target)
    assert bare.missing == ["rot90.mp4"]

    full = backup.make(workspace, target, force=True, media=True)
    assert full.missing == []
    assert full.media_bytes == mine.stat().st_size + clip("rot90.mp4").stat().st_size
    mine.unlink()
    clean = Workspace(tmp_path / "clean")
    assert restore.restore(clean, target).missing == []
    with store.reader(clean) as db:
        for video in videos.listed(db):
            path = videos.file_path(db, clean, video)
            assert hashlib.sha256(path.read_bytes()).hexdigest() == video.sha256
            assert path.is_relative_to(clean.root) or video.name == "rot90.mp4"


def test_a_name_that_is_taken_or_the_workspace_s_own_is_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = backup.make(workspace, tmp_path / "a.db")
    before = made.path.read_bytes()
    for path, said in (
        (made.path, "exists already"),
        (workspace.database, "own database"),
        (workspace.root / "dataguard.db-wal", "own database"),
        (tmp_path, "is a folder"),
    ):
        with pytest.raises(errors.BadInput, match=said):
            backup.make(workspace, path)
    with pytest.raises(errors.BadInput, match="own database"):
        backup.make(workspace, workspace.database, force=True)
    with pytest.raises(errors.BadInput, match="own database"):
        restore.restore(workspace, workspace.database)
    (tmp_path / "file").touch()
    with pytest.raises(errors.BadInput, match="cannot be written"):
        backup.make(workspace, tmp_path / "file" / "b.db")
    assert made.path.read_bytes() == before
    assert backup.make(workspace, made.path, force=True).path == made.path


def _newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {migrations.USER_VERSION + 1}")
    connection.close()


def _foreign(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (a)")
    connection.commit()
    connection.close()


def _holed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 4] = bytes(4096)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (_newer, errors.NewerWorkspace),
        (_foreign, errors.StorageError),
        (_holed, errors.StorageDamaged),
        (lambda path: path.write_bytes(b"text" * 2000), errors.StorageDamaged),
        (lambda path: path.write_bytes(b""), errors.BadInput),
        (lambda path: path.unlink(), errors.BadInput),
    ],
)
def test_what_is_no_sound_backup_is_refused_and_nothing_changes(
    workspace: Workspace,
    add_video: Callable[..., int],
    tmp_path: Path,
    spoil: Callable[[Path], Any],
    kind: type[errors.DataGuardError],
) -> None:
    add_video()
    made = backup.make(workspace, tmp_path / "a.db")
    outcome = _edit(workspace, BOX)
    spoil(made.path)
    with pytest.raises(kind) as caught:
        restore.restore(workspace, made.path)
    assert str(made.path) in caught.value.text()
    assert _batches(workspace) == {outcome.batch}
    assert not [path for path in workspace.root.iterdir() if "restor" in path.name]


@pytest.mark.parametrize("trouble", ["header", "pages", "gone"])
def test_dur_06_a_damaged_workspace_is_restored_under_its_writers(
    workspace: Workspace, add_video: Callable[..., int], tmp_path: Path, trouble: str
) -> None:
    add_video()
    outcome = _edit(workspace, BOX)
    made = backup.make(workspace, tmp_path / "a.db")
    store.close_all()
    if trouble == "gone":
        workspace.database.unlink()
        (workspace.media / "ab").mkdir()
        (workspace.media / "ab" / "x").touch()
    else:
        data = bytearray(workspace.database.read_bytes())
        data[: 100 if trouble == "header" else 0] = bytes(100 if trouble == "header" else 0)
        for page in range(4096 * 4, len(data) - 4096, 4096):
            data[page : page + 512] = bytes(512)
        workspace.database.write_bytes(data)
    before = workspace.database.read_bytes() if workspace.database.exists() else b""
    with pytest.raises(errors.StorageError):
        _batches(workspace)
    with pytest.raises(errors.StorageError):
        _edit(workspace, BOX)

    answer = restore.restore(workspace, made.path)

    assert _batches(workspace) == {outcome.batch}
    later = _edit(workspace, BOX)
    assert _batches(workspace) == {outcome.batch, later.batch}
    assert answer.was_damaged == (trouble != "gone")
    if trouble != "gone":
        assert answer.kept is not None
        assert answer.kept.read_bytes() == before


def test_a_writer_goes_on_in_the_file_that_took_the_place_of_a_damaged_one(
    workspace: Workspace, add_video: Callable[..., int], tmp_path: Path
) -> None:
    add_video()
    made = backup.make(workspace, tmp_path / "a.db")
    _edit(workspace, BOX)
    store.close_all()
    store.open_workspace(workspace)
    with workspace.database.open("r+b") as file:  # under the open writer
        file.write(b"no database any more")
    command = [sys.executable, "cli.py", "--workspace", str(workspace.root), "restore"]
    done = subprocess.run([*command, str(made.path)], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "was damaged" in done.stdout
    outcome = _edit(workspace, BOX)
    assert _batches(workspace) == {outcome.batch}
    store.close_all()
    assert _batches(workspace) == {outcome.batch}


def test_dur_05_a_full_disk_leaves_no_part_of_a_backup(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_RESERVE", 2**60)
    with pytest.raises(errors.StorageFull):
        backup.make(workspace, tmp_path / "a.db")
    assert not list(tmp_path.glob("a.db*"))
