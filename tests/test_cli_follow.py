"""`follow` in the terminal: the track grows, why it ended is said, wrong wishes change nothing."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
from core import db as store
from core import edits, tracks
from core.workspace import Workspace
from tests.moving import Scene, across

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def invoke(*words: object, code: int = 0) -> Result:
        given = ["--workspace", str(tmp_path / "ws"), *map(str, words)]
        result = CliRunner().invoke(cli.root, given)
        assert result.exit_code == code, (result.output, result.exception)
        return result

    yield invoke
    store.close_all()


def test_follow_forwards_and_backwards_and_undo(run: Run, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "ws")
    run("add", Scene(across, frames=30).encode(tmp_path / "scene.mp4"))
    box = list(across(10).values())
    edit = {"verb": "add", "class": 1, "frame": 10, "box": box}
    store.write(
        workspace,
        lambda db: edits.apply(db, batch=uuid.uuid4().hex, person="Ana", video=1, edits=[edit]),
    )

    def span() -> tuple[int, int]:
        with store.reader(workspace) as db:
            track = tracks.get(db, 1)
        return track.first, track.last

    done = run("follow", 1, 1, "--from", 10, "--by", "Ana")
    assert done.stdout == "Followed to frame 29, where the video ends.\n"
    assert span() == (10, 29)
    told = json.loads(run("follow", 1, 1, "--from", 10, "--backwards", "--json").stdout)["follow"]
    assert (told["reached"], told["frames"], told["reason"]) == (0, 10, "begin")
    assert span() == (0, 29)
    run("undo", "--by", "Ana")  # hers was the way forwards
    assert span() == (0, 10)

    outside = run("follow", 1, 1, "--from", 99, code=1)
    assert "not present at frame 99" in outside.stderr
    assert "no track 7" in run("follow", 1, 7, "--from", 10, code=1).stderr
    other = run("follow", 1, 1, "--from", 10, "--model", "blazepose", code=1)
    assert "blazepose" in other.stderr
    only = run("suggest", 1, "--model", "medianflow", code=1)
    assert "finds none by itself" in only.stderr
    assert run("follow", 1, 1, code=2).exit_code == 2
