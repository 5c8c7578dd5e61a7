"""Every page of a workspace in trouble: message and hint in both languages, and on it goes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.surroundings import PAGES
from core import checkup, errors, video_edits, videos
from core import db as store
from core.workspace import Workspace

Run = Callable[..., AppTest]
Trouble = Callable[[Path], AbstractContextManager[None]]


@contextmanager
def _rewritten(path: Path, content: bytes) -> Iterator[None]:
    sound = path.read_bytes()
    path.write_bytes(content)
    yield
    assert path.read_bytes() == content
    path.write_bytes(sound)


@contextmanager
def damaged(path: Path) -> Iterator[None]:
    data = bytearray(path.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page : page + 64] = b"\xff" * 64
    with _rewritten(path, bytes(data)):
        yield


@contextmanager
def no_database(path: Path) -> Iterator[None]:
    with _rewritten(path, b"anything else" * 1000):
        yield


@contextmanager
def newer(path: Path) -> Iterator[None]:
    sound = path.read_bytes()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    yield
    path.write_bytes(sound)


@contextmanager
def foreign(path: Path) -> Iterator[None]:
    sound = path.read_bytes()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA application_id = 7")
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    yield
    path.write_bytes(sound)


@contextmanager
def gone(path: Path) -> Iterator[None]:
    away = path.with_name("away")
    media = path.parent / "media" / "ab"
    media.mkdir()
    (media / "video").touch()
    path.rename(away)
    yield
    assert not path.exists()
    away.rename(path)


@pytest.mark.parametrize(
    ("trouble", "message", "hint", "korean"),
    [
        (damaged, "is damaged", "restore FILE", "손상되었습니다"),
        (no_database, "is damaged", "restore FILE", "손상되었습니다"),
        (newer, "newer DataGuard", "Update DataGuard", "더 새로운 DataGuard"),
        (foreign, "another program", "another workspace folder", "다른 프로그램"),
        (gone, "is gone", "Put the file back", "없어졌지만"),
    ],
)
def test_dur_06_every_page_says_what_is_wrong_and_goes_on_when_it_is_mended(
    frame: Run,
    workspace: Workspace,
    add_video: Callable[..., int],
    trouble: Trouble,
    message: str,
    hint: str,
    korean: str,
) -> None:
    video = add_video()
    store.close_all()
    with trouble(workspace.database):
        for page in PAGES:
            app = frame(page, video=str(video))
            (box,) = app.error
            said = box.value.replace("\\", "")
            assert message in said
            assert hint in said
            assert str(workspace.database) in said
        app = frame(locale="ko")
        assert korean in app.error[0].value
        app.button(key="trouble-demo").click().run()
        assert not app.error
        store.close_all()
    app.query_params["w"] = "own"
    app.session_state["dg.workspace"] = "own"
    app.run()
    assert not app.error
    for page in PAGES:
        assert not frame(page, video=str(video)).error


def test_dur_06_copies_of_an_earlier_state_are_offered(
    frame: Run, workspace: Workspace, add_video: Callable[..., int]
) -> None:
    add_video()
    store.close_all()
    kept = workspace.root / "before-restore-20260102-030405.db"
    kept.touch()
    with damaged(workspace.database):
        app = frame()
        assert [block.value for block in app.code] == [
            f'python cli.py --workspace "{workspace.root}" restore "{kept}"'
        ]
        app.button(key="trouble-again").click().run()
        assert "is damaged" in app.error[0].value
        store.close_all()


def _rename(workspace: Workspace, video: int, name: str) -> bool:
    """Whether a new name of a video was saved."""
    try:
        store.write(workspace, lambda db: video_edits.rename(db, video, name, person="Ada"))
    except errors.StorageFull:
        return False
    return True


def test_dur_04_a_page_on_a_full_disk_shows_its_videos_and_refuses_changes(
    frame: Run, workspace: Workspace, add_video: Callable[..., int]
) -> None:
    video = add_video()

    def limit(db: store.Database) -> None:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute("PRAGMA max_page_count = " + str(pages))  # what there is, and no more

    store.write(workspace, limit)
    assert not all(_rename(workspace, video, f"{number} " + "x" * 180) for number in range(500))
    app = frame()
    app.session_state["dg.dialog"] = ("rename", video)
    app.run()
    app.text_input(key="dialog-name").set_value("Another name " + "y" * 180)
    app.button(key="dialog-ok").click().run()
    assert "NOT saved" in app.error[0].value
    store.write(workspace, lambda db: db.execute("PRAGMA max_page_count = 1000000"))
    app.button(key="dialog-ok").click().run()
    assert not app.error
    with store.reader(workspace) as db:
        assert videos.get(db, video).name == "Another name " + "y" * 180


def test_dur_07_the_examination_is_told_where_a_lead_looks(
    frame: Run, workspace: Workspace, add_video: Callable[..., int]
) -> None:
    add_video(name="Round 1.mp4")
    assert any("has not been examined yet" in one.value for one in frame("statistics").caption)
    found = checkup.examine(workspace)
    assert any("is sound" in one.value for one in frame("statistics").caption)
    path = workspace.logs / "checkup.json"
    path.write_text(json.dumps({**found.to_json(), "at": "2026-01-02T03:04:05.000+00:00"}))
    (late,) = frame("statistics", locale="ko").warning
    assert "마지막 점검이 하루가 넘었습니다" in late.value
    assert not frame("library").warning
    path.write_text(json.dumps({**found.to_json(), "changed": ["Round 1.mp4"]}))
    for page in ("library", "statistics"):
        (wrong,) = frame(page).error
        assert "Round 1" in wrong.value
