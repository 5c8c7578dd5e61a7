"""What a disk can do to a workspace: full, limited, read-only, replaced, gone, damaged."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from core import connections, errors, people, stats, videos
from core import db as store
from core.workspace import ROOT, Workspace

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX limits, owners and mounts")


def _child(code: str, *arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        **options,
    )


def _put(workspace: Workspace, key: str, size: int) -> None:
    store.write(
        workspace, lambda db: db.execute("REPLACE INTO settings VALUES (?, ?)", [key, "v" * size])
    )


def _kept(workspace: Workspace) -> dict[str, int]:
    with store.reader(workspace) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return dict(db.execute("SELECT key, length(value) FROM settings ORDER BY key").fetchall())


# --- full --------------------------------------------------------------------------------------

LIMITED = """
    import resource, signal, sys
    from pathlib import Path
    from core import db, errors
    from core.workspace import Workspace
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    workspace = Workspace(Path(sys.argv[1]))
    replace = "REPLACE INTO settings VALUES (?, ?)"
    def put(key, size):
        db.write(workspace, lambda d: d.execute(replace, [key, "v" * size]))
    put("before", 10)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, resource.RLIM_INFINITY))
    for attempt in range(2):
        try:
            put("large", 2_000_000)
        except errors.StorageError as error:
            print(error.text())
    put("small", 20)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    put("large", 2_000_000)
"""


@posix
def test_dur_04_b_a_limited_file_size_says_not_saved_and_recovers(workspace: Workspace) -> None:
    store.close_all()
    done = _child(LIMITED, workspace.root)
    assert done.stderr == ""
    said = done.stdout.splitlines()
    assert len(said) == 2
    assert all("NOT saved" in line for line in said)
    assert _kept(workspace) == {"before": 10, "large": 2_000_000, "small": 20}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB of the test's own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield folder
    store.close_all()
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _fill(disk: Path) -> Path:
    """Another program's file that takes all the space there is."""
    free = os.statvfs(disk)
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize))
    return ballast


@posix
def test_dur_04_c_a_full_disk_says_not_saved_and_recovers(small_disk: Path) -> None:
    workspace = Workspace(small_disk / "w")
    _put(workspace, "before", 10)
    ballast = _fill(small_disk)
    for _ in range(3):
        with pytest.raises(errors.StorageFull, match="NOT saved"):
            _put(workspace, "large", 500_000)
        assert _kept(workspace) == {"before": 10}
    ballast.unlink()
    _put(workspace, "large", 500_000)
    assert _kept(workspace) == {"before": 10, "large": 500_000}


@posix
def test_dur_04_c_a_workspace_on_a_full_disk_can_be_looked_at(small_disk: Path) -> None:
    workspace = Workspace(small_disk / "w")
    _put(workspace, "before", 10)
    store.close_all()
    ballast = _fill(small_disk)
    assert _kept(workspace) == {"before": 10}
    with pytest.raises(errors.StorageFull):
        store.open_workspace(Workspace(small_disk / "another"))
    ballast.unlink()
    _put(workspace, "after", 20)
    assert _kept(workspace) == {"after": 20, "before": 10}


@posix
def test_dur_09_a_disk_that_turns_read_only_is_said_and_recovers(small_disk: Path) -> None:
    workspace = Workspace(small_disk / "w")
    _put(workspace, "before", 10)
    store.close_all()

    def remount(mode: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{mode}", str(small_disk)], check=True)

    remount("ro")
    try:
        assert _kept(workspace) == {"before": 10}
        for _ in range(2):
            with pytest.raises(errors.StorageError) as caught:
                _put(workspace, "after", 20)
            assert f"The workspace {workspace.root} cannot be written" in caught.value.text()
            assert "locked" not in caught.value.text()
    finally:
        remount("rw")
    _put(workspace, "after", 20)
    assert _kept(workspace) == {"after": 20, "before": 10}


# --- rights ------------------------------------------------------------------------------------


def _powerless(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The terminal door as an account that the rights of files bind: root's own do not bind it."""
    command = [sys.executable, "cli.py", "--workspace", *map(str, arguments)]
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("running as root, and there is no setpriv to become less")
        command = [setpriv, "--bounding-set", "-dac_override,-dac_read_search", *command]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.fixture
def foreign(workspace: Workspace) -> Iterator[Workspace]:
    """A workspace that belongs to somebody else: it can be read, not written."""
    _put(workspace, "before", 10)
    store.close_all()
    folders = [workspace.root, *(path for path in workspace.root.rglob("*") if path.is_dir())]
    for path in (*folders, *(path for path in workspace.root.rglob("*") if path.is_file())):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield workspace
    for path in (*folders, *(path for path in workspace.root.rglob("*") if path.is_file())):
        path.chmod(0o755 if path.is_dir() else 0o644)


@posix
def test_dur_09_a_folder_of_another_account_is_named_and_can_be_looked_at(
    foreign: Workspace,
) -> None:
    before = {path: path.stat().st_mtime_ns for path in foreign.root.rglob("*")}
    read = _powerless(foreign.root, "videos")
    assert (read.returncode, read.stderr) == (0, "")
    wrote = _powerless(foreign.root, "cancel", "1")
    assert wrote.returncode == 1
    assert wrote.stderr.splitlines()[0] == (
        f"The workspace {foreign.root} cannot be written: Permission denied."
    )
    assert "Make the folder writable" in wrote.stderr
    assert "Traceback" not in wrote.stderr
    made = _powerless(foreign.root / "inner", "init")
    assert made.returncode == 1
    assert f"{foreign.root}/inner cannot be written" in made.stderr
    assert {path: path.stat().st_mtime_ns for path in foreign.root.rglob("*")} == before


# --- gone or replaced --------------------------------------------------------------------------


def test_dat_19_a_database_that_is_gone_is_not_made_again(workspace: Workspace) -> None:
    _put(workspace, "before", 10)
    (workspace.media / "ab").mkdir()
    (workspace.media / "ab" / "video").write_bytes(b"x")
    away = workspace.root / "away"
    workspace.database.rename(away)
    for act in (people.names, lambda db: db.execute("REPLACE INTO settings VALUES ('lost', '1')")):
        with pytest.raises(errors.StorageError, match="is gone"):
            store.write(workspace, act)
        with pytest.raises(errors.StorageError, match="is gone"), store.reader(workspace):
            pass
    store.close_all()
    with pytest.raises(errors.StorageError, match="is gone"):
        store.open_workspace(workspace)
    assert not workspace.database.exists()
    away.rename(workspace.database)
    _put(workspace, "after", 20)
    assert _kept(workspace) == {"after": 20, "before": 10}


def test_dat_19_an_emptied_database_is_not_filled_again(workspace: Workspace) -> None:
    (workspace.media / "ab").mkdir()
    (workspace.media / "ab" / "video").write_bytes(b"x")
    store.close_all()
    workspace.database.write_bytes(b"")
    with pytest.raises(errors.StorageError, match="is gone"):
        store.open_workspace(workspace)
    assert workspace.database.stat().st_size == 0


def test_changes_follow_the_file_that_has_the_name(workspace: Workspace, tmp_path: Path) -> None:
    other = Workspace(tmp_path / "other")
    _put(workspace, "before", 10)
    _put(other, "other", 10)
    store.writer(other).close()
    os.replace(workspace.database, tmp_path / "old.db")  # noqa: PTH105
    for suffix in ("-wal", "-shm"):
        os.replace(f"{workspace.database}{suffix}", tmp_path / f"old.db{suffix}")  # noqa: PTH105
    os.replace(other.database, workspace.database)  # noqa: PTH105
    _put(workspace, "after", 20)
    assert _kept(workspace) == {"other": 10, "after": 20}
    db = connections.connect(tmp_path / "old.db", read_only=True)
    assert [row[0] for row in db.execute("SELECT key FROM settings")] == ["before"]
    db.conn.close()


def _waits(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Each workspace whose lock somebody asks for, from now on."""
    asked: list[Path] = []
    exclusive = store.exclusive

    def noted(workspace: Workspace) -> FileLock:
        asked.append(workspace.root)
        return exclusive(workspace)

    monkeypatch.setattr(store, "exclusive", noted)
    return asked


def test_a_workspace_does_not_wait_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LOCK_SECONDS", 120)
    workspace, free = Workspace(tmp_path / "held"), Workspace(tmp_path / "free")
    workspace.make()
    held, waited = store.exclusive(workspace), _waits(monkeypatch)
    waiting = threading.Thread(target=store.open_workspace, args=[workspace])
    with held:
        waiting.start()
        while not waited:
            time.sleep(0.01)
        store.open_workspace(free)
        assert waiting.is_alive()
    waiting.join()
    store.close_all()


def test_those_who_waited_for_a_workspace_share_its_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LOCK_SECONDS", 0.6)
    workspace = Workspace(tmp_path / "held")
    workspace.make()
    said: list[str] = []
    held, waited = store.exclusive(workspace), _waits(monkeypatch)

    def ask() -> None:
        with pytest.raises(errors.StorageError) as caught:
            store.open_workspace(workspace)
        said.append(caught.value.text())

    with held:
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(said) == 8
    assert 1 <= len(waited) < 8
    assert all("locked by another program" in text for text in said)
    store.close_all()


# --- damaged -----------------------------------------------------------------------------------


def test_dur_06_two_hundred_bytes_flipped_never_crash_and_never_recreate(
    workspace: Workspace, add_video: Any
) -> None:
    for number in range(60):
        add_video(name=f"clip {number}.mp4")
    _put(workspace, "filler", 100_000)
    store.close_all()
    sound = workspace.database.read_bytes()
    damaged = 0
    for copy in range(30):
        chance = random.Random(copy)
        content = bytearray(sound)
        for place in chance.sample(range(len(content)), 200):
            content[place] ^= chance.randrange(1, 256)
        broken = Workspace(workspace.root.with_name(f"broken {copy}"))
        broken.make()
        broken.database.write_bytes(content)
        done = _look(broken)
        if done is not None:
            damaged += 1
            assert done.text().startswith("The database"), done.text()
            assert "restore FILE" in done.hint_text(), (copy, done)
            found = hashlib.sha256(broken.database.read_bytes()).digest()
            assert found == hashlib.sha256(content).digest()
        store.close_all()
        assert broken.database.stat().st_size >= len(sound)
    assert damaged >= 25


def _look(workspace: Workspace) -> errors.StorageDamaged | None:
    """Use a workspace as its screens do; what they say when it is damaged."""
    try:
        with store.reader(workspace) as db:
            videos.listed(db)
            stats.everything(db, stats.Filter())
        store.write(workspace, people.names)
    except errors.StorageDamaged as error:
        return error
    return None
