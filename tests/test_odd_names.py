"""Names that are code elsewhere: they come back as they are, and touch nothing but themselves."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components import library_rows
from core import db as store
from core import edits, exports, ingest, people, tracks, video_edits, videos, worker
from core.workspace import Workspace

Clip = Callable[[str], Path]

NAMES = [
    'a"]; drop table tracks;--',
    "'; DELETE FROM videos; --",
    "%_",
    "'",
    '"',
    "`",
    "[x]",
    "a\\",
    "$$ :name ?1 @p",
    "NULL",
    "* OR 1=1",
    "videos_fts MATCH 'a'",
    "🥊 복싱 ☃",
    "é",
]


def counts(workspace: Workspace) -> dict[str, int]:
    with store.reader(workspace) as db:
        names = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND name NOT IN ('sqlite_sequence', 'settings')"
        ).fetchall()
        # The names are our own; a table that is gone would be missing here.
        return {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for (name,) in names}


def grown(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    assert before.keys() == after.keys()
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


@pytest.mark.parametrize("name", NAMES)
def test_sec_17_names_come_back_and_touch_nothing_else(
    workspace: Workspace, video: Any, name: str, tmp_path: Path
) -> None:
    with store.reader(workspace) as db:
        others = [found.to_json() for found in videos.listed(db) if found.id != video.id]

    def write(change: Callable[[store.Database], Any]) -> Any:
        return store.write(workspace, change)

    def edit(**given: Any) -> Any:
        return write(
            lambda db: edits.apply(
                db, batch=uuid.uuid4().hex, person=name, video=video.id, edits=[given]
            )
        )

    start = counts(workspace)
    write(lambda db: db.execute("INSERT INTO classes (name, colour) VALUES (?, '#ffffff')", [name]))
    with store.reader(workspace) as db:
        kind = db.execute("SELECT id FROM classes WHERE name = ?", [name]).fetchone()[0]
    made = edit(verb="add", client="c", **{"class": kind}, frame=2, box=[1, 2, 30, 40])
    edit(verb="attributes", id=made.created["c"], attributes={name: name})
    write(lambda db: video_edits.tag(db, video.id, [name], person=name))
    write(lambda db: video_edits.rename(db, video.id, f"{name}.mp4", person=name))
    assert grown(start, counts(workspace)) == {
        "classes": 1,
        "people": 1,
        "batches": 4,
        "edits": 4,
        "tracks": 1,
        "keyframes": 1,
    }
    with store.reader(workspace) as db:
        found = videos.get(db, video.id)
        track = tracks.get(db, made.created["c"])
        assert name in people.names(db)
    assert (found.name, found.tags) == (f"{name}.mp4", (name,))
    assert (track.person, track.class_id, track.attributes) == (name, kind, {name: name})
    # Searching takes the letters as letters: % and _ stand for nothing else.
    plain = [found, *(videos.Video(**{**_fields(found), "id": 9, "name": "x.mp4", "tags": ()}),)]
    assert [one.id for one in library_rows.found(plain, name)] == [video.id]
    out = tmp_path / "out"
    for form in ("ndjson", "coco"):
        chosen = exports.selection(workspace, states=(), class_names=(name,), video_ids=())
        exports.write(
            workspace, format=form, out=out / form, chosen=chosen, options=exports.Options()
        )
    text = "".join(path.read_text() for path in sorted(out.rglob("*.json*")))
    assert json.dumps(name, ensure_ascii=False) in text or json.dumps(name) in text
    before = counts(workspace)
    write(lambda db: video_edits.remove(db, video.id, person=name))
    assert grown(before, counts(workspace)) == {"batches": 1, "edits": 1}
    with store.reader(workspace) as db:
        assert [one.to_json() for one in videos.listed(db)] == others
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def _fields(video: videos.Video) -> dict[str, Any]:
    return {name: getattr(video, name) for name in video.__slots__}


def test_sec_17_a_nul_is_shown_and_kept_as_a_mark(workspace: Workspace, video: Any) -> None:
    store.write(workspace, lambda db: video_edits.rename(db, video.id, "a\0b.mp4", person="A\0da"))
    with store.reader(workspace) as db:
        assert videos.get(db, video.id).name == "a�b.mp4"
        assert "A da" in people.names(db)


@pytest.mark.parametrize(
    "name", ["-i.mp4", "--help.mp4", "$(touch pwned).mp4", ";id;.mp4", "a\nb.mp4", "`id`.mp4"]
)
def test_sec_20_names_never_become_part_of_a_command(
    workspace: Workspace,
    clip: Clip,
    tmp_path: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[list[str]] = []
    popen = subprocess.Popen

    def noting(command: list[str], *given: Any, **options: Any) -> Any:
        assert not options.get("shell")
        started.append([str(word) for word in command])
        if "work" in command:  # the worker itself is started by other tests
            command = [command[0], "-c", "pass"]
        return popen(command, *given, **options)

    monkeypatch.setattr(subprocess, "Popen", noting)
    monkeypatch.chdir(tmp_path)
    path = Path(shutil.copy(clip("one.mp4"), tmp_path / name))
    video = ingest.add(workspace, path, person=name.strip(), copy=True)
    store.write(
        workspace, lambda db: ingest.queue(db, workspace, path=path, person="Ada", copy=True)
    )
    assert worker.ensure(workspace)
    assert [command[1:3] for command in started] == [
        ["-m", "core.probe_child"],
        [str(worker.ROOT / "cli.py"), "--workspace"],
    ]
    assert not any(name in word for command in started for word in command)
    assert sorted(found.name for found in tmp_path.iterdir()) == sorted([name, "workspace"])
    assert video.name == videos.display_name(name)
