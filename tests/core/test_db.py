from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from benchmarks import crash
from core import connections, errors, migrations, people
from core import db as store
from core.workspace import ROOT, Workspace

STEPS = [
    "m0001_initial",
    "m0002_segment_changes",
    "m0003_notes_and_schema",
    "m0004_job_claims",
    "m0005_segments_of_tracks",
]


def test_dur_01_every_connection_has_the_promised_settings(workspace: Workspace) -> None:
    def pragmas(db: store.Database) -> dict[str, object]:
        names = (
            "journal_mode",
            "synchronous",
            "foreign_keys",
            "busy_timeout",
            "wal_autocheckpoint",
            "trusted_schema",
            "cell_size_check",
        )
        return {name: db.execute("PRAGMA " + name).fetchone()[0] for name in names}

    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "wal_autocheckpoint": 0,
        "trusted_schema": 0,
        "cell_size_check": 1,
    }
    assert store.write(workspace, pragmas) == expected
    with store.reader(workspace) as db:
        assert pragmas(db) == expected
        with pytest.raises(sqlite3.OperationalError):
            db.execute("INSERT INTO settings VALUES ('a', '1')")


def test_every_table_is_strict_and_the_journal_is_append_only(workspace: Workspace) -> None:
    with store.reader(workspace) as db:
        loose = [
            row["name"]
            for row in db.query("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
            if not row["name"].startswith(("sqlite_", "_sqlite")) and "STRICT" not in row["sql"]
        ]
        triggers = {
            row["name"] for row in db.query("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        }
    assert loose == []
    assert triggers == {
        f"{table}_no_{action}"
        for table in migrations.APPEND_ONLY
        for action in ("update", "delete")
    }


def test_applied_migrations_are_the_list(workspace: Workspace) -> None:
    with store.reader(workspace) as db:
        applied = [step.name for step in migrations.schema.applied(db)]
    assert applied == STEPS


def test_a_failing_change_leaves_nothing_and_others_of_the_group_stay(workspace: Workspace) -> None:
    barrier = threading.Barrier(9)

    def good(number: int) -> int:
        barrier.wait()
        return store.write(workspace, lambda db: people.identify(db, f"good {number}"))

    def bad() -> None:
        barrier.wait()

        def change(db: store.Database) -> None:
            people.identify(db, "half")
            raise errors.BadInput("no")

        with pytest.raises(errors.BadInput):
            store.write(workspace, change)

    with ThreadPoolExecutor(9) as pool:
        waiting = [pool.submit(good, number) for number in range(8)] + [pool.submit(bad)]
        for outcome in waiting:
            outcome.result()
    with store.reader(workspace) as db:
        assert people.names(db) == [f"good {number}" for number in range(8)]


def test_dat_08_many_writers_in_two_processes_never_see_a_lock(workspace: Workspace) -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path\nfrom core import db, people\n"
        "from core.workspace import Workspace\n"
        "w = Workspace(Path(sys.argv[1]))\n"
        "for n in range(100): db.write(w, lambda d: people.identify(d, f'other {n}'))\n"
    )
    other = subprocess.Popen([sys.executable, "-c", script, str(workspace.root), str(ROOT)])
    with ThreadPoolExecutor(20) as pool:
        list(
            pool.map(
                lambda n: store.write(workspace, lambda db: people.identify(db, f"mine {n}")),
                range(300),
            )
        )
    assert other.wait(120) == 0
    with store.reader(workspace) as db:
        assert len(people.names(db)) == 400


def test_four_processes_may_start_a_new_workspace_at_once(tmp_path: Path) -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path\nfrom core import db\nfrom core.workspace import Workspace\n"
        "db.open_workspace(Workspace(Path(sys.argv[1])))\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "w"), str(ROOT)])
        for _ in range(4)
    ]
    assert [process.wait(120) for process in started] == [0, 0, 0, 0]
    with store.reader(Workspace(tmp_path / "w")) as db:
        assert db.execute("SELECT count(*) FROM classes").fetchone()[0] == 4


def test_a_reader_that_comes_while_a_workspace_is_made_waits_for_it(tmp_path: Path) -> None:
    Workspace(tmp_path).database.touch()
    with store.reader(Workspace(tmp_path)) as db:
        assert db.execute("SELECT count(*) FROM tracks").fetchone()[0] == 0
    store.close_all()


def _fingerprint(path: Path) -> tuple[str, int]:
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns


def test_dur_08_a_newer_workspace_is_refused_and_not_touched(workspace: Workspace) -> None:
    store.close_all()
    connection = sqlite3.connect(workspace.database)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute(f"PRAGMA user_version = {migrations.USER_VERSION + 1}")
    connection.close()
    before = _fingerprint(workspace.database)
    with pytest.raises(errors.NewerWorkspace):
        store.open_workspace(workspace)
    assert _fingerprint(workspace.database) == before


KILLED_WHILE_MADE = """
import os, signal, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from sqlite_utils import Database
from core import db
from core.workspace import Workspace
execute, left = Database.execute, [int(sys.argv[3])]
def counted(self, *arguments):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(self, *arguments)
Database.execute = counted
db.open_workspace(Workspace(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("statement", [1, 3, 8, 20, 35, 50, 65, 70])
def test_dur_08_a_kill_during_a_migration_leaves_the_old_schema_or_the_new(
    tmp_path: Path, statement: int
) -> None:
    made = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_MADE, str(tmp_path), str(ROOT), str(statement)],
        check=False,
    )
    assert made.returncode in (-9, 0)
    with store.reader(Workspace(tmp_path)) as db:
        assert db.execute("SELECT count(*) FROM classes").fetchone()[0] == 4
        assert [step.name for step in migrations.schema.applied(db)] == STEPS
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    store.close_all()


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"x" * 99]
)
def test_dat_19_a_damaged_or_foreign_file_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    path = Workspace(tmp_path).database
    path.write_bytes(content)
    before = _fingerprint(path)
    with pytest.raises(errors.StorageError):
        store.open_workspace(Workspace(tmp_path))
    assert _fingerprint(path) == before


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = Workspace(tmp_path).database
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (a)")
    connection.commit()
    connection.close()
    with pytest.raises(errors.StorageError, match="another program"):
        store.open_workspace(Workspace(tmp_path))


def test_a_workspace_in_place_of_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(errors.StorageError, match="cannot be written"):
        store.open_workspace(Workspace(tmp_path / "file"))


def test_dur_04_a_a_full_database_says_not_saved_and_recovers(workspace: Workspace) -> None:
    def shrink(db: store.Database) -> None:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 1}")

    def fill(db: store.Database) -> None:
        for number in range(2000):
            db.execute("INSERT INTO settings VALUES (?, ?)", [f"k{number}", "v" * 500])

    store.write(workspace, shrink)
    with pytest.raises(errors.StorageFull):
        store.write(workspace, fill)
    store.write(workspace, lambda db: db.execute("PRAGMA max_page_count = 1000000"))
    store.write(workspace, fill)
    with store.reader(workspace) as db:
        assert db.execute("SELECT count(*) FROM settings").fetchone()[0] == 2000


def test_the_log_is_checkpointed_when_it_grows(workspace: Workspace) -> None:
    wal = Path(f"{workspace.database}-wal")
    for number in range(12):
        store.write(
            workspace,
            lambda db, number=number: db.execute(
                "INSERT OR REPLACE INTO settings VALUES (?, ?)", [f"k{number}", "v" * 2_000_000]
            ),
        )
    assert wal.stat().st_size < store.CHECKPOINT_BYTES + 4_000_000


def test_a_reader_that_stays_open_does_not_hold_up_writers(workspace: Workspace) -> None:
    def write(size: int) -> float:
        started = time.monotonic()
        store.write(
            workspace,
            lambda db: db.execute("REPLACE INTO settings VALUES ('large', ?)", ["v" * size]),
        )
        return time.monotonic() - started

    store.open_workspace(workspace)
    with store.reader(workspace) as db:
        db.execute("SELECT count(*) FROM settings").fetchone()
        seconds = write(store.CHECKPOINT_BYTES + 2**20) + write(1)
    write(1)
    assert seconds < connections.BUSY_MILLISECONDS / 1000
    assert Path(f"{workspace.database}-wal").stat().st_size < store.CHECKPOINT_BYTES


def test_a_lock_that_is_never_released_is_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LOCK_SECONDS", 0.2)
    stopped, fresh = Workspace(tmp_path / "a"), Workspace(tmp_path / "b")
    store.open_workspace(stopped)
    fresh.make()
    for workspace in (stopped, fresh):
        with FileLock(f"{workspace.database}.lock"), pytest.raises(errors.StorageError) as caught:
            store.write(workspace, people.names)
        assert "locked by another program" in caught.value.text()
        assert store.write(workspace, people.names) == []


def test_a_change_with_an_unusable_value_fails_alone(workspace: Workspace) -> None:
    for value in ({}, 2**70, "\ud800"):
        with pytest.raises(errors.BadInput):
            store.write(
                workspace,
                lambda db, value=value: db.execute("SELECT ?", [value]),
            )
        with pytest.raises(errors.DataGuardError), store.reader(workspace) as db:
            db.execute("SELECT ?", [2**70])


@pytest.mark.slow
def test_dur_02_dat_01_five_kills_under_load_lose_nothing() -> None:
    report = crash.run(rounds=5)
    assert report.pop("acknowledged") > 0
    assert report == {
        "rounds": 5,
        "lost": 0,
        "integrity": "ok",
        "dangling": 0,
        "half_written": 0,
        "wrong_states": 0,
    }
