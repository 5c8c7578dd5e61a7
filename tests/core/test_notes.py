"""Notes: threads that survive being sent twice, answered, resolved and reopened."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

import cli
from core import db as store
from core import errors, notes
from core.videos import Video
from core.workspace import Workspace


@pytest.fixture
def write(workspace: Workspace) -> Callable[..., int]:
    def add(video: int, *, client: str | None = None, person: str = "Ada", **given: Any) -> int:
        name = client or uuid.uuid4().hex
        return store.write(
            workspace, lambda db: notes.add(db, client=name, person=person, video=video, **given)
        )

    return add


def threads(workspace: Workspace, video: int) -> list[dict[str, Any]]:
    with store.reader(workspace) as db:
        return notes.threads(db, video)


def test_a_thread_is_answered_resolved_and_reopened(
    workspace: Workspace, add_video: Callable[..., int], write: Callable[..., int]
) -> None:
    video = add_video()
    first = write(video, client="a", text=" 손이 가려져요 ", frame=7, x=10.5, y=20)
    write(video, text="I see it.", replies_to="a", person="Bo")
    write(video, replies_to=first, state="resolved", person="Bo")
    (thread,) = threads(workspace, video)
    assert {name: thread[name] for name in ("id", "client", "frame", "x", "y", "text")} == {
        "id": first,
        "client": "a",
        "frame": 7,
        "x": 10.5,
        "y": 20.0,
        "text": "손이 가려져요",
    }
    assert (thread["person"], thread["state"]) == ("Ada", "resolved")
    assert [(one["person"], one["text"], one["state"]) for one in thread["replies"]] == [
        ("Bo", "I see it.", None),
        ("Bo", "", "resolved"),
    ]
    # An answer to an answer stays in the thread.
    write(video, text="Still there.", replies_to=thread["replies"][0]["id"], state="open")
    (thread,) = threads(workspace, video)
    assert (thread["state"], len(thread["replies"])) == ("open", 3)
    with store.reader(workspace) as db:
        assert notes.newest(db, video) == thread["replies"][-1]["id"]
        assert notes.newest(db, video + 1) == 0


def test_a_note_sent_twice_is_there_once(
    workspace: Workspace, add_video: Callable[..., int], write: Callable[..., int]
) -> None:
    video = add_video()
    numbers = {write(video, client="a", text="x", frame=0) for _ in range(3)}
    assert numbers == {write(video, client="a", text="another text", frame=5)}
    assert [thread["text"] for thread in threads(workspace, video)] == ["x"]


@pytest.mark.parametrize(
    "given",
    [
        {"text": "  \n ", "frame": 0},
        {"text": "x" * 10_001, "frame": 0},
        {"text": 5, "frame": 0},
        {"text": "x"},
        {"text": "x", "frame": 100},
        {"text": "x", "frame": -1},
        {"text": "x", "frame": True},
        {"text": "x", "frame": 0, "x": 1.0},
        {"text": "x", "frame": 0, "x": float("nan"), "y": 1.0},
        {"text": "x", "frame": 0, "x": 641.0, "y": 1.0},
        {"text": "x", "frame": 0, "x": 1.0, "y": -0.1},
        {"text": "x", "frame": 0, "state": "resolved"},
        {"text": "x", "replies_to": 99},
        {"text": "x", "replies_to": "nobody"},
        {"client": "c" * 81, "text": "x", "frame": 0},
    ],
)
def test_a_bad_note_is_refused_and_leaves_nothing(
    workspace: Workspace,
    add_video: Callable[..., int],
    write: Callable[..., int],
    given: dict[str, Any],
) -> None:
    video = add_video()
    with pytest.raises(errors.BadInput):
        write(video, **given)
    assert threads(workspace, video) == []


def test_a_thread_of_another_video_is_not_answered(
    add_video: Callable[..., int], write: Callable[..., int]
) -> None:
    one, other = add_video(), add_video(name="other.mp4")
    note = write(one, text="x", frame=0)
    with pytest.raises(errors.UnknownItem):
        write(other, text="y", replies_to=note)
    with pytest.raises(errors.BadInput):
        write(one, replies_to=note, state="gone")


def test_control_characters_are_left_out_and_lines_stay() -> None:
    assert notes.checked_text("a\x00b\x1b[31m\nc\ud800") == "ab[31m\nc"


def test_notes_are_never_changed(
    workspace: Workspace, add_video: Callable[..., int], write: Callable[..., int]
) -> None:
    write(add_video(), text="x", frame=0)
    for statement in ("UPDATE notes SET text = 'y'", "DELETE FROM notes"):
        with pytest.raises((errors.DataGuardError, sqlite3.Error)):
            store.write(workspace, lambda db, statement=statement: db.execute(statement))


def test_the_terminal_prints_threads_with_their_times(
    workspace: Workspace, video: Video, write: Callable[..., int]
) -> None:
    write(video.id, text="첫째", frame=3)
    write(video.id, text="둘째", frame=4, x=1, y=2)
    words = ["--workspace", str(workspace.root), "notes", str(video.id)]
    printed = CliRunner().invoke(cli.root, words, prog_name="cli.py").stdout.splitlines()
    lines = [json.loads(line) for line in printed]
    assert [(one["text"], one["frame"], one["state"]) for one in lines] == [
        ("첫째", 3, "open"),
        ("둘째", 4, "open"),
    ]
    assert lines[0]["time"] < lines[1]["time"]
