"""``backup`` and ``restore`` in the terminal, beside the real server, and trouble in words."""

from __future__ import annotations

import gzip
import http.client
import json
import shutil
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cli
from core import connections, exports, migrations, segments, tracks, verdicts
from core import db as store
from core.exports import Options
from core.workspace import ROOT, Workspace
from tests.ports import free_port
from tests.test_app import Server, end_workers
from tests.waiting import wait_until

Run = Callable[..., Result]
SEGMENTS = [("event", 3, 9, "", "accepted"), ("caption", 3, 9, "잽", "manual")]
BACKUPS = sorted((ROOT / "tests" / "backups").glob("format-*.db.gz"))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """``run("backup", path)``: one command on the workspace ``tmp_path / "workspace"``."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("DATAGUARD_DEBUG", raising=False)

    def invoke(*arguments: object, code: int = 0, folder: Path | None = None) -> Result:
        words = ["--workspace", str(folder or tmp_path / "workspace"), *map(str, arguments)]
        result = CliRunner().invoke(cli.root, words, prog_name="cli.py")
        assert result.exit_code == code, (result.output, result.exception)
        return result

    yield invoke
    store.close_all()


def test_a_backup_and_a_restore_say_what_they_did(
    run: Run, add_video: Callable[..., int], tmp_path: Path
) -> None:
    add_video()
    target = tmp_path / "a.db"
    made = json.loads(run("backup", target, "--json").stdout)
    assert made == {
        "path": str(target),
        "bytes": target.stat().st_size,
        "videos": 1,
        "tracks": 0,
        "edits": 0,
        "stored": 0,
        "stored_bytes": 0,
        "elsewhere": 1,
        "media": None,
        "media_bytes": 0,
        "missing": [],
    }
    refused = run("backup", target, code=1)
    assert refused.stderr.splitlines() == [
        f"{target} exists already.",
        "Choose another name, or add --force.",
    ]
    said = run("backup", target, "--force").stdout
    assert "1 video, 0 tracks, 0 changes" in said
    assert "The videos are not in it: 0 in the workspace (0.0 MB), 1 elsewhere." in said
    done = json.loads(run("restore", target, "--json").stdout)
    kept = Path(done.pop("kept"))
    assert kept.parent == tmp_path / "workspace"
    assert done == {
        "path": str(target),
        "was_damaged": False,
        "format": migrations.USER_VERSION,
        "videos": 1,
        "tracks": 0,
        "requeued": 0,
        "missing": ["clip.mp4"],
    }
    said = run("restore", kept).stdout
    assert "What was there before is kept in" in said
    assert "The file of 1 video is not there: clip.mp4." in said


@pytest.mark.parametrize("path", BACKUPS, ids=lambda path: path.name)
def test_dat_21_a_backup_of_every_format_can_be_restored(
    run: Run, path: Path, tmp_path: Path
) -> None:
    source = tmp_path / "old.db"
    with gzip.open(path) as packed, source.open("wb") as file:
        shutil.copyfileobj(packed, file)
    run("restore", source)
    workspace = Workspace(tmp_path / "workspace")
    with store.reader(workspace) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == migrations.USER_VERSION
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        found = [tracks.get(db, row[0]) for row in db.execute("SELECT id FROM tracks ORDER BY id")]
        assert [(one.person, one.state) for one in found] == [
            ("Ada", "manual"),
            ("민수", "manual"),
            (None, "accepted"),
        ]
        assert [one.state for one in found] == [
            verdicts.derive(db, "track", one.id) for one in found
        ]
        # The first format had no events yet.
        shown = [(s.kind, s.first, s.last, s.text, s.state) for s in segments.shown(db, 1)]
        assert shown == ([] if path.name == "format-1.db.gz" else SEGMENTS)
        place = found[0].at(25)
        assert place is not None
        assert place.box.values() == (60, 20, 30, 40)
    chosen = exports.selection(workspace, states=(), class_names=(), video_ids=())
    report = exports.write(
        workspace, format="ndjson", out=tmp_path / "out", chosen=chosen, options=Options()
    ).to_json()
    assert report["written"]["tracks"] == 3
    assert report["skipped"] == []


def test_the_format_of_now_has_a_backup_among_the_fixtures() -> None:
    assert f"format-{migrations.USER_VERSION}.db.gz" in [path.name for path in BACKUPS]


# --- beside the server -------------------------------------------------------------------------


class Annotator(threading.Thread):
    """Draws boxes through the server until it is told to stop; any trouble is kept."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.server, self.stopped = server, threading.Event()
        self.acknowledged: list[str] = []
        self.trouble: list[Any] = []

    def run(self) -> None:
        while not self.stopped.is_set():
            batch = uuid.uuid4().hex
            edit = {"verb": "add", "client": "c", "class": 1, "frame": 0, "box": [1, 1, 5, 5]}
            body = {"batch": batch, "person": "Ada", "video": 1, "edits": [edit]}
            try:
                status, answer = self.server.call("POST", "/api/edits?w=own", body)
            except (OSError, http.client.HTTPException) as error:
                self.trouble.append(error)
                continue
            if status == 200:
                self.acknowledged.append(batch)
            else:
                self.trouble.append(answer)


@pytest.mark.slow
def test_dur_05_people_work_on_across_a_restore(
    run: Run, tmp_path: Path, clip: Callable[[str], Path]
) -> None:
    server = Server(tmp_path, free_port())
    own = server.own
    run("add", clip("rot90.mp4"), folder=own.root)
    run("backup", tmp_path / "a.db", folder=own.root)
    store.close_all()
    server.start()
    try:
        annotators = [Annotator(server) for _ in range(3)]
        for annotator in annotators:
            annotator.start()
        wait_until(lambda: all(one.acknowledged for one in annotators), what="changes")
        _, before = server.call("GET", "/api/videos/1/changes?w=own&since=0")
        run("restore", tmp_path / "a.db", folder=own.root)
        mark = [len(annotator.acknowledged) for annotator in annotators]
        _, now = server.call("GET", f"/api/videos/1/changes?w=own&since={before['seq']}")
        assert (before["restored"], now["restored"]) == (0, 1)
        assert now["seq"] > before["seq"]
        told = list(zip(annotators, mark, strict=True))
        wait_until(lambda: all(len(a.acknowledged) > n + 2 for a, n in told), what="changes since")
        for annotator in annotators:
            annotator.stopped.set()
        for annotator in annotators:
            annotator.join()
        # The first answer after it may be to a change that was saved before and then replaced.
        since = {batch for a, n in told for batch in a.acknowledged[n + 1 :]}
        assert len(since) > 3
        assert [annotator.trouble for annotator in annotators] == [[], [], []]
        _, objects = server.call("GET", "/api/videos/1/objects?w=own")
        with store.reader(own) as db:
            kept = {row[0] for row in db.execute("SELECT id FROM batches")}
            assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert since <= kept
        assert len(objects["objects"]) == len(kept)
        (aside,) = own.root.glob("before-restore-*.db")
        with closing(sqlite3.connect(aside)) as before_it:
            replaced = {row[0] for row in before_it.execute("SELECT id FROM batches")}
        assert {b for annotator in annotators for b in annotator.acknowledged} <= kept | replaced
    finally:
        server.kill()
        end_workers(server)


def test_dat_06_a_class_is_archived_and_brought_back(run: Run) -> None:
    found = json.loads(run("classes", "--archive", "glove", "--json").stdout)["classes"]
    assert [row["name"] for row in found if row["archived"]] == ["glove"]
    assert "archived" in run("classes").stdout
    found = json.loads(run("classes", "--bring-back", "glove", "--json").stdout)["classes"]
    assert not [row for row in found if row["archived"]]
    assert "There is no class named hat." in run("classes", "--archive", "hat", code=1).stderr


@pytest.mark.parametrize("as_json", [False, True])
def test_dur_06_trouble_in_the_terminal_is_a_message_a_hint_and_code_1(
    run: Run, workspace: Workspace, as_json: bool
) -> None:
    store.close_all()
    sound = workspace.database.read_bytes()
    workspace.database.write_bytes(b"anything else" * 1000)
    flags = ["--json"] if as_json else []
    for command in (["videos"], ["cancel", 1], ["stats"], ["backup", workspace.root / "b"]):
        result = run(*command, *flags, code=1)
        message, hint = result.stderr.splitlines()
        assert message.startswith(f"The database {workspace.database} is damaged")
        assert f"--workspace {workspace.root} restore FILE" in hint
        if as_json:
            error = json.loads(result.stdout)["error"]
            assert (error["code"], error["text"], error["hint"]) == (
                "storage_damaged",
                message,
                hint,
            )
        else:
            assert result.stdout == ""
    assert not (workspace.root / "b").exists()
    workspace.database.write_bytes(sound)
    run("videos")


def test_a_database_locked_by_another_program_is_said_and_can_be_looked_at(
    run: Run,
    workspace: Workspace,
    add_video: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_video()
    store.close_all()
    monkeypatch.setattr(connections, "_PRAGMAS", ("PRAGMA busy_timeout = 200",))
    other = sqlite3.connect(workspace.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert "clip.mp4" in run("videos").stdout
        said = run("classes", "--archive", "glove", code=1).stderr
        assert "is locked by another program; the change was NOT saved." in said
        assert "Close programs" in said
    finally:
        other.execute("ROLLBACK")
        other.close()
    run("classes", "--archive", "glove")
