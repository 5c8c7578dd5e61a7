"""The terminal door, in process and as a program: whole answers, exit codes, refusals."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

import cli
from commands import terminal
from core import db as store
from core import edits, event_classes, migrations, video_edits, videos
from core.workspace import ROOT

EXTRA = ROOT / "tests" / "models" / "extra"

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ws"


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """``run("add", path)``: one command in this process, in English, with the scripted model."""
    monkeypatch.setenv("DATAGUARD_EXTRA_MODELS", str(EXTRA))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("DATAGUARD_DEBUG", raising=False)

    def invoke(*arguments: object, code: int = 0) -> Result:
        words = ["--workspace", str(folder), *map(str, arguments)]
        result = CliRunner().invoke(cli.root, words, prog_name="cli.py")
        assert result.exit_code == code, (result.output, result.exception)
        return result

    yield invoke
    store.close_all()


def document(result: Result) -> Any:
    return json.loads(result.stdout)


@pytest.fixture
def added(run: Run, clip: Callable[[str], Path]) -> Path:
    """A workspace with one video of 40 frames, rotated."""
    path = clip("rot90.mp4")
    run("add", path)
    return path


@pytest.fixture
def suggested(run: Run, added: Path) -> None:
    """... and one track of the scripted model over frames 0 to 9."""
    run("suggest", 1, "--model", "scripted", "--to", 9)


def test_init_makes_the_workspace(run: Run, folder: Path) -> None:
    assert document(run("init", "--json")) == {
        "workspace": str(folder),
        "database": str(folder / "dataguard.db"),
    }
    assert run("init").stdout == f"The workspace is {folder}.\n"
    assert (folder / "dataguard.db").exists()


def test_add_answers_with_videos_and_errors(
    run: Run, folder: Path, clip: Callable[[str], Path], tmp_path: Path
) -> None:
    bad = tmp_path / "note.mp4"
    bad.write_text("no video")
    found = document(
        run("add", clip("rot90.mp4"), bad, "https://example.org/x.mp4", "--json", code=1)
    )
    (video,) = found["videos"]
    with store.reader(videos_workspace(folder)) as db:
        assert video == json.loads(json.dumps(videos.get(db, 1).to_json()))
    wanted = {"id", "sha256", "name", "frames", "duration", "fps", "width", "height", "rotation",
              "vfr", "codec", "audio", "state"}  # fmt: skip
    assert wanted <= video.keys()
    assert (video["name"], video["frames"], video["rotation"]) == ("rot90.mp4", 40, 90)
    assert (video["width"], video["height"], video["state"]) == (320, 240, "ready")
    assert [row["path"] for row in found["errors"]] == [str(bad), "https://example.org/x.mp4"]
    assert all(row["error"] and row["hint"] for row in found["errors"])
    assert document(run("videos", "--json")) == {"videos": [video]}


def videos_workspace(folder: Path) -> Any:
    from core.workspace import Workspace

    return Workspace(folder)


def test_vid_24_the_same_content_is_one_video(run: Run, added: Path, tmp_path: Path) -> None:
    other = tmp_path / "other name.mp4"
    shutil.copy(added, other)
    found = document(run("add", other, "--copy", "--json"))
    assert [video["id"] for video in found["videos"]] == [1]
    assert run("videos").stdout.splitlines()[0].split() == [
        "id", "name", "frames", "length", "rate", "size", "state",
    ]  # fmt: skip


def test_a_folder_is_added_with_all_its_videos(
    run: Run, clip: Callable[[str], Path], tmp_path: Path
) -> None:
    inner = tmp_path / "clips" / "deep"
    inner.mkdir(parents=True)
    shutil.copy(clip("rot90.mp4"), inner / "a.mp4")
    shutil.copy(clip("rot180.mp4"), tmp_path / "clips" / "b.mp4")
    found = document(run("add", tmp_path / "clips", "--json"))
    assert sorted(video["name"] for video in found["videos"]) == ["a.mp4", "b.mp4"]


def test_models(run: Run) -> None:
    rows = document(run("models", "--json"))["models"]
    named = {row["name"]: row for row in rows}
    assert named.keys() >= {"blazepose", "dfine", "groundingdino", "owlv2", "rfdetr", "vitpose"}
    assert "no checkpoint folder" in named["dfine"]["reason"]
    assert "ustc-community/dfine-small-coco" in named["dfine"]["hint"]
    assert not named["dfine"]["available"]
    wanted = {"name", "task", "version", "licence", "available", "reason"}
    assert wanted <= rows[0].keys()
    assert rows[0]["licence"] in run("models").stdout


def test_suggest_here(run: Run, added: Path) -> None:
    found = document(
        run("suggest", 1, 7, "--model", "scripted", "--from", 2, "--to", 9, "--json", code=1)
    )
    (row,) = found["runs"]
    assert row == {
        "run": 1, "video": 1, "model": "scripted", "frames": 8, "tracks": 1,
        "seconds": row["seconds"], "model_seconds": 0.0,
    }  # fmt: skip
    assert found["errors"] == [
        {"video": 7, "error": "There is no video 7.", "hint": "", "code": "unknown"}
    ]


def test_suggest_queued_and_worked_off(run: Run, added: Path) -> None:
    found = document(run("suggest", 1, "--model", "scripted", "--every", 4, "--queue", "--json"))
    job = found["jobs"][0]["job"]
    assert found == {"runs": [], "jobs": [{"video": 1, "job": job}], "errors": []}
    listed = document(run("jobs", "--json"))["jobs"]
    assert [(row["id"], row["kind"], row["state"]) for row in listed] == [
        (job, "suggest", "queued"),
        (1, "proxy", "queued"),
    ]
    assert document(run("work", "--once", "--json")) == {"worked": True}
    listed = document(run("jobs", "--json"))["jobs"]
    assert [(row["state"], row["done"], row["total"]) for row in listed] == [
        ("done", 10, 10),
        ("done", 40, 40),
    ]


def test_cancel_a_queued_job(run: Run, added: Path) -> None:
    run("suggest", 1, "--model", "scripted", "--queue")
    assert document(run("cancel", 2, "--json"))["job"]["state"] == "cancelled"
    assert run("cancel", 2, code=1).stderr == "Job 2 has already ended.\n"


def test_a_job_that_fails_is_an_error_of_its_video(run: Run, added: Path) -> None:
    result = run("suggest", 1, "--model", "scripted", "--set", "fail_at=3", "--json", code=1)
    found = document(result)
    assert found["runs"] == []
    assert "scripted failure at frame 3" in found["errors"][0]["error"]


@pytest.mark.usefixtures("suggested")
def test_tracks_are_lines_of_the_contract(run: Run) -> None:
    sparse = [json.loads(line) for line in run("tracks", 1).stdout.splitlines()]
    dense = [json.loads(line) for line in run("tracks", 1, "--dense", "--json").stdout.splitlines()]
    keys = ["track", "class", "state", "score", "frame", "time", "x", "y", "w", "h", "keypoints",
            "skeleton", "occluded", "outside", "source"]  # fmt: skip
    assert [list(line) for line in dense] == [keys] * 10
    assert [line["frame"] for line in dense] == list(range(10))
    assert dense[3]["time"] == pytest.approx(0.1)
    assert {(line["track"], line["class"], line["state"]) for line in dense} == {
        (1, "person", "suggested")
    }
    assert dense[0]["skeleton"] == "coco17"
    assert [len(joint) for joint in dense[0]["keypoints"]] == [3] * 17
    assert all(line["frame"] in range(10) and line["source"] == "model" for line in sparse)
    assert {line["source"] for line in dense} == {"model", "interpolated"}
    assert dense[0]["occluded"] is False
    assert run("tracks", 1, "--state", "accepted").stdout == ""
    assert run("segments", 1).stdout == ""
    assert run("notes", 1).stdout == ""


@pytest.mark.usefixtures("suggested")
def test_verdicts_undo_redo_and_history(run: Run) -> None:
    done = document(run("accept", "track:1", "track:1", "--by", "Ada", "--json"))
    assert done == {
        "verdict": "accept",
        "by": "Ada",
        "done": [
            {"item": "track:1", "kind": "track", "id": 1, "video": 1, "state": "accepted",
             "range": None, "revision": done["done"][0]["revision"], "partial": []}
        ],
        "errors": [],
    }  # fmt: skip
    part = document(run("reject", "track:1", "--range", "2:4", "--by", "Bo", "--json"))
    assert part["done"][0]["partial"] == [[2, 4, "reject"]]
    run("skip", "track:1", "--by", "Ada")
    undone = document(run("undo", "--by", "Ada", "--json"))
    assert (undone["tracks"][0]["state"], undone["undo"], undone["redo"]) == ("accepted", 1, 1)
    assert document(run("undo", "--by", "Ada", "--json"))["tracks"][0]["state"] == "suggested"
    assert document(run("redo", "--by", "Ada", "--json"))["tracks"][0]["state"] == "accepted"
    edits = document(run("history", "track:1", "--json"))["edits"]
    assert [(row["person"], row["verb"]) for row in edits] == [
        ("Ada", "accept"), ("Bo", "reject"), ("Ada", "skip"),
        ("Ada", "undo"), ("Ada", "undo"), ("Ada", "redo"),
    ]  # fmt: skip
    assert run("undo", "--by", "Cho", code=1).stderr == "There is nothing to undo.\n"
    assert "Ada" in run("history", "track:1").stdout


@pytest.mark.usefixtures("suggested")
def test_a_batch_goes_on_after_a_failure(run: Run) -> None:
    result = run("accept", "track:99", "track:1", "segment:1", "--json", code=1)
    found = document(result)
    assert [row["item"] for row in found["done"]] == ["track:1"]
    assert [row["item"] for row in found["errors"]] == ["track:99", "segment:1"]
    assert "track:99: There is no track 99." in result.stderr
    beside = run("reject", "track:1", "--range", "20:30", code=1)
    assert "Frames 20 to 30 do not lie in the track (0 to 9)." in beside.stderr


@pytest.mark.usefixtures("added")
def test_segments_are_printed_decided_and_told_of(run: Run, folder: Path) -> None:
    workspace = videos_workspace(folder)
    store.write(workspace, event_classes.add_boxing)
    jab = next(
        row["id"] for row in document(run("classes", "--json"))["classes"] if row["name"] == "jab"
    )
    add = {"kind": "segment", "verb": "add", "first": 0, "last": 4}
    sent = [{**add, "class": jab}, {**add, "type": "caption", "text": "한 방", "language": "ko"}]
    store.write(workspace, lambda db: edits.apply(db, batch="b", person="Ada", video=1, edits=sent))
    lines = [json.loads(line) for line in run("segments", 1).stdout.splitlines()]
    assert [(line["segment"], line["kind"], line["class"], line["text"]) for line in lines] == [
        (1, "event", "jab", ""),
        (2, "caption", None, "한 방"),
    ]
    assert (lines[0]["first"], lines[0]["last"], lines[0]["first_time"]) == (0, 4, 0.0)
    (event,) = run("segments", 1, "--kind", "event").stdout.splitlines()
    assert json.loads(event) == lines[0]
    done = document(run("accept", "segment:1", "segment:2", "--by", "Bo", "--json"))
    assert [(row["item"], row["state"]) for row in done["done"]] == [
        ("segment:1", "accepted"),
        ("segment:2", "accepted"),
    ]
    assert run("undo", "--by", "Bo").stdout.splitlines()[:2] == [
        "segment:1: manual",
        "segment:2: manual",
    ]
    told = document(run("history", "segment:1", "--json"))["edits"]
    assert [(row["verb"], row["person"]) for row in told] == [
        ("add", "Ada"), ("accept", "Bo"), ("undo", "Bo"),
    ]  # fmt: skip
    beside = run("reject", "segment:1", "--range", "5:6", code=1)
    assert "Frames 5 to 6 do not lie in the segment (0 to 4)." in beside.stderr
    assert "segment:1: gone" in run("undo", "--by", "Ada").stdout


@pytest.mark.usefixtures("suggested")
def test_stats(run: Run) -> None:
    run("accept", "track:1", "--by", "Ada")
    found = document(run("stats", "--json"))
    assert (found["videos"], found["tracks"], found["labelled_frames"]) == (1, 1, 10)
    assert found["models"][0]["acceptance"] == 1.0
    assert found["library"][0]["accepted"] == 1
    text = run("stats").stdout
    assert text.startswith("1 video, 0:01.3, 1 track, 10 labelled frames\n")
    assert "100.0 %" in text
    assert document(run("stats", "--person", "Ada", "--json"))["tracks"] == 1
    assert "Nobody named Eve" in run("stats", "--person", "Eve", code=1).stderr


@pytest.mark.usefixtures("suggested")
def test_export(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = document(run("export", "--format", "coco", "--out", out, "--images", "--json"))
    assert found["out"] == str(out)
    assert found["written"] == {"annotations": 10, "images": 10, "poses": 10, "tracks": 1}
    assert len(list(out.rglob("*.jpg"))) == 10
    assert json.loads((out / "manifest.json").read_text())["sha256"] == found["sha256"]
    again = run("export", "--format", "coco", "--out", out, "--json", code=1)
    assert document(again)["error"]["code"] == "bad_input"
    assert "is not empty" in again.stderr
    text = run("export", "--format", "coco", "--out", tmp_path / "b", "--state", "fixed").stdout
    assert "track: state_not_selected: 1" in text
    assert "without frame images" in text


def test_an_unwritable_export_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    before = sorted(tmp_path.iterdir())
    run("init")
    result = run("export", "--format", "ndjson", "--out", tmp_path / "file" / "x", code=1)
    assert "cannot be written" in result.stderr
    assert "Nothing was exported." in result.stderr
    assert sorted(path for path in tmp_path.iterdir() if path.name != "ws") == before


@pytest.mark.parametrize(
    "words",
    [
        ["gibberish"],
        ["tracks", "one"],
        ["tracks"],
        ["accept", "1"],
        ["accept", "video:1"],
        ["accept", "track:1", "--range", "5:2"],
        ["accept", "track:1", "--range", "5"],
        ["suggest", "1"],
        ["suggest", "1", "--model", "scripted", "--from", "-1"],
        ["suggest", "1", "--model", "scripted", "--every", "0"],
        ["suggest", "1", "--model", "scripted", "--set", "score"],
        ["export", "--format", "voc", "--out", "x"],
        ["--language", "de", "videos"],
    ],
)
def test_wrong_usage_exits_2_and_touches_nothing(run: Run, folder: Path, words: list[str]) -> None:
    result = run(*words, code=2)
    assert "Usage: cli.py" in result.stderr
    assert result.stdout == ""
    assert not folder.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tracks", "9"], "There is no video 9."),
        (["segments", "9"], "There is no video 9."),
        (["history", "track:9"], "There is no track 9."),
        (["cancel", "9"], "There is no job 9."),
        (["suggest", "1", "--model", "none"], "There is no model none."),
        (["suggest", "1", "--model", "scripted", "--set", "x=1"], "has no parameter x"),
        (["export", "--format", "coco", "--out", "x", "--class", "cat"], "no class named cat"),
        (["export", "--format", "coco", "--out", "x", "--video", "9"], "There is no video 9."),
        (["stats", "--class", "cat"], "no class named cat"),
        (["accept", "track:1", "--by", " "], "A name needs 1 to 80 characters."),
    ],
)
def test_clear_errors_exit_1(run: Run, words: list[str], said: str) -> None:
    result = run(*words, code=1)
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_a_bad_range_of_frames(run: Run, added: Path) -> None:
    result = run("suggest", 1, "--model", "scripted", "--to", 40, "--json", code=1)
    assert "which has frames 0 to 39" in document(result)["errors"][0]["error"]


def test_no_weights(run: Run, added: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATAGUARD_WEIGHTS", str(tmp_path / "none"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    doctor = document(run("doctor", "--json"))
    assert "weights" in doctor["missing"]
    result = run("suggest", 1, "--model", "blazepose", "--to", 1, code=1)
    assert "Traceback" not in result.stderr
    assert result.stderr.strip()


def test_a_workspace_that_cannot_be_written(run: Run, folder: Path) -> None:
    folder.write_text("a file stands in the way")
    result = run("init", code=1)
    assert f"The workspace {folder} cannot be written" in result.stderr
    assert "--workspace" in result.stderr


def test_dur_08_a_newer_workspace_is_left_untouched(run: Run, folder: Path) -> None:
    run("init")
    store.close_all()
    database = folder / "dataguard.db"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute(f"PRAGMA user_version = {migrations.USER_VERSION + 1}")
    connection.close()
    before = (database.read_bytes(), database.stat().st_mtime_ns)
    for words in (["add", "x.mp4"], ["work", "--once"]):
        result = run(*words, code=1)
        assert "was written by a newer DataGuard" in result.stderr
        assert "Update DataGuard." in result.stderr
    assert document(run("doctor", "--json"))["missing"][-1:] == ["workspace"]
    assert (database.read_bytes(), database.stat().st_mtime_ns) == before


def test_doctor(run: Run, folder: Path) -> None:
    found = document(run("doctor", "--json"))
    assert not folder.exists()
    names = {check["name"] for check in found["checks"]}
    assert {"python", "gpu", "codecs", "weights", "sqlite", "disk", "browser"} <= names
    assert "SQLite" in run("doctor").stdout
    (optional,) = [check for check in found["checks"] if check["name"] == "checkpoints"]
    assert "dfine" in optional["text"]
    assert not any("dfine" in name for name in found["missing"])


def test_an_unexpected_error_is_one_line_and_a_log_entry(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("init")

    def broken(db: Any) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(videos, "listed", broken)
    result = run("videos", "--json", code=1)
    assert document(result)["error"]["code"] == "internal"
    assert result.stderr.splitlines() == [
        "Something went wrong inside DataGuard: ZeroDivisionError: oops.",
        f"Details were written to {folder / 'logs' / 'cli.log'}.",
        "Set DATAGUARD_DEBUG=1 to see them here.",
    ]
    assert "Traceback" in (folder / "logs" / "cli.log").read_text()
    monkeypatch.setenv("DATAGUARD_DEBUG", "1")
    result = CliRunner().invoke(cli.root, ["--workspace", str(folder), "videos"])
    assert isinstance(result.exception, ZeroDivisionError)


def test_ctrl_c_is_quiet(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(db: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(videos, "listed", stop)
    assert run("videos", code=130).stderr == "\nStopped.\n"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LC_ALL": "ko_KR.UTF-8", "LANG": "en_US.UTF-8"}, "ko"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "ko_KR"}, "ko"),
        ({"LC_ALL": "C", "LANG": "ko_KR"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert terminal.from_environment() == expected


def test_wide_letters_keep_columns_straight(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.table(["이름", "n"], [["복싱.mp4", 5], ["a.mp4", 12]])
    assert capsys.readouterr().out == "이름       n\n복싱.mp4   5\na.mp4     12\n"


def test_classes_are_added_renamed_archived_and_deleted(run: Run) -> None:
    def rows(*words: str) -> dict[int, tuple[str, str, bool]]:
        found = document(run("classes", *words, "--by", "Ana", "--json"))["classes"]
        return {row["id"]: (row["name"], row["kind"], row["archived"]) for row in found}

    assert rows("--add", "ring", "--kind", "event")[5] == ("ring", "event", False)
    assert rows("--rename", "glove", "mitt")[2] == ("mitt", "object", False)
    assert rows("--archive", "bag")[3] == ("bag", "object", True)
    assert rows("--bring-back", "bag", "--delete", "ring").keys() == {1, 2, 3, 4}
    assert rows("--add", "ropes")[6] == ("ropes", "object", False)
    assert (
        "There is a class named person already." in run("classes", "--add", "Person", code=1).stderr
    )
    assert "--kind goes with --add" in run("classes", "--kind", "event", code=2).stderr


def test_every_command_has_help_and_json(run: Run) -> None:
    for name, command in cli.root.commands.items():
        text = run(name, "--help").stdout
        assert command.help
        assert "--json" in text, name
    assert sorted(cli.root.commands) == [
        "accept", "add", "backup", "bench", "cancel", "classes", "doctor", "export", "fetch",
        "follow", "history", "init", "jobs", "models", "notes", "redo", "reject", "restore",
        "segments", "skip", "stats", "suggest", "tracks", "undo", "videos", "work",
    ]  # fmt: skip
    assert isinstance(cli.root, click.Group)


def program(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *words],
        capture_output=True,
        text=True,
        timeout=120,
        **more,
    )


def test_the_program_itself(tmp_path: Path) -> None:
    env = {**os.environ, "LC_ALL": "C", "DATAGUARD_WORKSPACE": str(tmp_path / "ws")}
    done = program("videos", "--json", env=env, cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, {"videos": []}, "")
    done = program("tracks", "4", env=env, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "There is no video 4.\n"
    assert program("--workspace", env=env, cwd=tmp_path).returncode == 2


def test_listing_models_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from click.testing import CliRunner; import cli; "
        f"r = CliRunner().invoke(cli.root, ['--workspace', {str(tmp_path)!r}, 'models']); "
        "assert r.exit_code == 0, r.output; "
        "print(*sorted({'torch', 'mediapipe', 'transformers', 'streamlit'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.returncode) == ("\n", 0), done.stderr


def test_a_video_has_a_history_and_its_removal_is_taken_back(
    run: Run, folder: Path, added: Path
) -> None:
    workspace = videos_workspace(folder)
    store.write(workspace, lambda db: video_edits.remove(db, 1, person="Ada"))
    undone = run("undo", "--by", "Ada")
    assert undone.stdout.splitlines()[0] == f"video:1: {added.name}: ready"
    found = document(run("history", "video:1", "--json"))
    assert [row["verb"] for row in found["edits"]] == ["remove", "undo"]
    assert "remove" in run("history", "video:1").stdout
    for missing in ("video:9", "segment:9", "track:9"):
        run("history", missing, code=1)


@pytest.mark.parametrize(
    ("words", "english", "korean"),
    [
        (["gibberish"], "There is no command gibberish.", "gibberish 명령이 없습니다."),
        (["tracks", "one"], "VIDEO_ID must be a whole number.", "VIDEO_ID 값은 정수여야 합니다."),
        (["tracks"], "VIDEO_ID is missing.", "VIDEO_ID 값이 빠졌습니다."),
        (
            ["suggest", "1", "--model", "x", "--every", "0"],
            "--every must be a whole number. The least is 1.",
            "--every 값은 정수여야 합니다. 최솟값은 1입니다.",
        ),
        (
            ["export", "--format", "yolo", "--out", "x", "--val", "0.95"],
            "--val must be a number. The least is 0. The most is 0.9.",
            "--val 값은 숫자여야 합니다. 최솟값은 0입니다. 최댓값은 0.9입니다.",
        ),
        (
            ["export", "--fromat", "coco"],
            "There is no option --fromat. Similar: --format, --out",
            "--fromat 옵션이 없습니다. 비슷한 이름: --format, --out",
        ),
        (
            ["--language", "de", "videos"],
            "--language must be one of: en, ko.",
            "--language 값은 다음 중 하나여야 합니다: en, ko.",
        ),
        (["videos", "extra"], "This is too much: extra", "불필요한 인수가 있습니다: extra"),
        (["export", "--out"], "The option --out needs a value.", "옵션 --out에 값이 필요합니다."),
        (["videos", "--json=1"], "The option --json takes no value.", "--json에는 값을 줄 수 없"),
    ],
)
def test_wrong_usage_is_said_in_the_readers_language(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str], english: str, korean: str
) -> None:
    assert f"Error: {english}\n" in run(*words, code=2).stderr
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    said = run(*words, code=2).stderr
    assert korean in said
    assert said.startswith(("사용법: cli.py", "오류: "))  # click knows no command for some
