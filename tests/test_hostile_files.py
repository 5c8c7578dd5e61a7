"""Files of every bad kind among good ones: each gets its words, none stops or harms another."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cli
from core import content, errors, ingest, jobs, uploads, videos, worker
from core import db as store
from core.workspace import ROOT, Workspace
from tests import clips

Run = Callable[..., Result]
Clip = Callable[[str], Path]
HANGUL = re.compile("[가-힣]")


@pytest.fixture
def run(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """``run("add", path)``: one command on the test's workspace."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("DATAGUARD_DEBUG", raising=False)

    def invoke(*arguments: object, code: int = 0) -> Result:
        words = ["--workspace", str(workspace.root), *map(str, arguments)]
        result = CliRunner().invoke(cli.root, words, prog_name="cli.py")
        assert result.exit_code == code, (result.output, result.exception)
        return result

    yield invoke
    store.close_all()


def _archives(folder: Path, clip: Clip) -> list[Path]:
    """Archives with a video, with members that lead out of a folder, and one of zeros alone."""
    plain, slip, bomb = folder / "plain.zip", folder / "slip.mp4", folder / "bomb.mp4"
    with zipfile.ZipFile(plain, "w") as packed:
        packed.write(clip("one.mp4"), "one.mp4")
    with zipfile.ZipFile(slip, "w") as packed:
        packed.writestr("../../out.mp4", b"x")
        packed.writestr("/tmp/out.mp4", b"x")
        link = zipfile.ZipInfo("link.mp4")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros.mp4", bytes(2**26))
    tarred = folder / "tarred.mp4"
    with tarfile.open(tarred, "w:gz") as packed:
        member = tarfile.TarInfo("../../out.mp4")
        member.size = 1
        packed.addfile(member, io.BytesIO(b"x"))
    return [plain, slip, bomb, tarred]


def _bad_files(folder: Path, clip: Clip) -> list[Path]:
    """One file of every kind that is refused, under its own name in a folder."""
    for name in ("no_index.mp4", "sound_only.mp4"):
        shutil.copy(clip(name), folder / name)
    written = {
        "empty.mkv": b"",
        "page.avi": b"<html><script>alert(1)</script></html>",
        "list.mp4": f"ffconcat version 1.0\nfile '{clip('one.mp4')}'\n".encode(),
        "random.ts": bytes(i * i * 7 % 251 for i in range(50_000)),
    }
    for name, data in written.items():
        (folder / name).write_bytes(data)
    jpeg = clips.encode(
        folder / "lying.avi",
        frames=5,
        codec="mjpeg",
        container="avi",
        pixel_format="yuvj420p",
        b_frames=0,
    )
    mark = b"\xff\xc0\x00\x11\x08"
    first, *others = jpeg.read_bytes().split(mark)
    jpeg.write_bytes(first + b"".join(mark + b"\xfd\xe8\xfd\xe8" + part[4:] for part in others))
    os.mkfifo(folder / "pipe.mp4")
    return sorted(folder.iterdir())


def _everything(workspace: Workspace) -> list[str]:
    return sorted(str(path) for path in workspace.root.parent.rglob("*"))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_bad_files_in_a_folder_get_their_words_and_the_good_ones_are_added(
    run: Run, workspace: Workspace, clip: Clip, tmp_path: Path, language: str
) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    bad = _bad_files(folder, clip)
    if language == "ko":  # the same code, other words
        for path in bad[2:]:
            path.unlink()
        bad = bad[:2]
    good = {"one.mp4": 1, "truncated.mp4": None}
    for name in good:
        shutil.copy(clip(name), folder / name)
    found = json.loads(run("--language", language, "add", folder, "--json", code=1).stdout)
    assert {video["name"] for video in found["videos"]} == set(good)
    assert {video["state"] for video in found["videos"]} == {"ready"}
    assert [row["path"] for row in found["errors"]] == [str(path) for path in bad]
    for row in found["errors"]:
        assert Path(row["path"]).name in row["error"]
        assert row["hint"]
        for text in (row["error"], row["hint"]):
            assert (HANGUL.search(text) is not None) == (language == "ko"), text
        assert "ffmpeg" not in (row["error"] + row["hint"]).lower()
    with store.reader(workspace) as db:
        kept = {video.name: video.frames for video in videos.listed(db)}
        assert db.execute("SELECT count(*) FROM video_files").fetchone()[0] == len(good)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert kept.keys() == good.keys()
    assert all(frames in (None, kept[name]) for name, frames in good.items())


def test_vid_11_a_file_cut_short_says_how_much_of_it_can_be_used(run: Run, clip: Clip) -> None:
    (video,) = json.loads(run("add", clip("truncated.mp4"), "--json").stdout)["videos"]
    assert video["state"] == "ready"
    count = video["frames"]
    assert 20 < count < 120
    said = f"truncated.mp4 is cut short: {count} of 120 frames can be read."
    assert said in run("videos").stdout
    in_korean = run("--language", "ko", "videos").stdout
    assert f"120프레임 중 {count}프레임을 읽을 수 있습니다." in in_korean


def test_sec_04_archives_are_refused_and_never_unpacked(
    run: Run, workspace: Workspace, clip: Clip, tmp_path: Path
) -> None:
    folder = tmp_path / "packed"
    folder.mkdir()
    archives = _archives(folder, clip)
    before = _everything(workspace)
    found = json.loads(run("add", *archives, "--copy", "--json", code=1).stdout)
    assert found["videos"] == []
    assert [row["path"] for row in found["errors"]] == [str(path) for path in archives]
    for row in found["errors"]:
        assert row["error"].endswith("is an archive, not a video.")
        assert row["hint"] == "Unpack it first, then add the videos that are in it."
    made = set(_everything(workspace)) - set(before)
    assert {Path(path).name for path in made if "dataguard.db" not in path} <= {"db.lock"}
    with store.reader(workspace) as db:
        assert db.execute("SELECT count(*) FROM videos").fetchone()[0] == 0
    # In a folder the archive is not even tried.
    assert "no videos" in run("add", _only(folder, "plain.zip"), code=1).stderr


def _only(folder: Path, name: str) -> Path:
    alone = folder / "alone"
    alone.mkdir()
    shutil.copy(folder / name, alone / name)
    return alone


# --- uploads -----------------------------------------------------------------------------------


def _no_model(*_: object) -> Any:
    raise AssertionError


def _uploaded(workspace: Workspace, name: str, data: bytes) -> int:
    identity = uploads.begin(workspace, name=name, size=len(data), person="Ada").id
    with uploads.receiving(workspace, identity, offset=0) as receiver:
        receiver.write(data)
    return uploads.finish(workspace, identity)[0].id


def test_sec_04_uploads_that_are_no_videos_go_away_and_the_others_come(
    workspace: Workspace, clip: Clip, tmp_path: Path
) -> None:
    packed = _archives(tmp_path, clip)[1]
    refused = {
        "slip.mp4": (packed.read_bytes(), "{name} is an archive, not a video."),
        "page.mp4": (b"<html><script>alert(1)</script></html>", "{name} is not a video"),
    }
    for name, (data, _) in refused.items():
        _uploaded(workspace, name, data)
    good = _uploaded(workspace, "ring.mp4", clip("three.mp4").read_bytes())
    worker.Worker(workspace, _no_model).serve(once=True)
    with store.reader(workspace) as db:
        assert [(video.id, video.state) for video in videos.listed(db)] == [(good, "ready")]
        ended = {job.parameters["shown"]: job for job in jobs.listed(db) if job.kind == "ingest"}
        for name, (_, said) in refused.items():
            error = ended[name].error
            assert error is not None
            assert ended[name].state == "failed"
            assert error["message"].startswith(said)
            assert error["values"]["name"] == name
            assert error["hint"]
        digest = videos.get(db, good).sha256
    files = {path.name.split(".")[0] for path in workspace.media.rglob("*") if path.is_file()}
    assert files == {digest}


def test_vid_25_uploads_of_one_file_at_the_same_instant_are_one_video(
    workspace: Workspace, clip: Clip
) -> None:
    """With one cut at the half: it leaves neither a file in the store nor a row."""
    data = clip("three.mp4").read_bytes()
    cut = uploads.begin(workspace, name="cut.mp4", size=len(data), person="Ada").id
    with uploads.receiving(workspace, cut, offset=0) as receiver:
        receiver.write(data[: len(data) // 2])
    with pytest.raises(errors.BadInput, match="not complete"):
        uploads.finish(workspace, cut)
    assert not any(path.is_file() for path in workspace.media.rglob("*"))
    start = threading.Barrier(5)
    found: list[int] = []

    def send(number: int) -> None:
        start.wait()
        if number == 4:  # the same content on its other way in
            found.append(ingest.add(workspace, clip("three.mp4"), person="Bob", copy=True).id)
        else:
            found.append(_uploaded(workspace, f"{number}.mp4", data))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    worker.Worker(workspace, _no_model).serve(once=True)
    assert len(found) == 5
    assert len(set(found)) == 1
    with store.reader(workspace) as db:
        assert [(video.state, video.frames) for video in videos.listed(db)] == [("ready", 3)]
        assert db.execute("SELECT count(*) FROM frame_times").fetchone()[0] == 1
        assert {job.state for job in jobs.listed(db)} == {"done"}
    uploads.cancel(workspace, cut)
    assert not list(workspace.uploads.glob("*.part"))
    assert not list(workspace.media.rglob("*.part"))


# --- interrupted -------------------------------------------------------------------------------


def _program(code: str, *words: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )


KILLING = """
import os, signal, sys, pathlib
from core import ingest, {module}
from core.workspace import Workspace
honest = {module}.{name}
def killed(*given, **named):
    {first}
    os.kill(os.getpid(), signal.SIGKILL)
{module}.{name} = killed
ingest.add(Workspace(pathlib.Path(sys.argv[1])), sys.argv[2], copy=True, person="Ada")
"""


@pytest.mark.parametrize(
    ("module", "name", "first"),
    [
        ("content", "into_place", "honest(*given, **named)"),
        ("intake", "keep", "honest(*given, **named)"),
    ],
    ids=["named, no row", "row, not committed"],
)
def test_vid_26_a_process_killed_in_the_middle_leaves_no_half_video(
    workspace: Workspace,
    clip: Clip,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    name: str,
    first: str,
) -> None:
    store.close_all()
    path = clip("three.mp4")
    code = KILLING.format(module=module, name=name, first=first)
    child = _program(code, workspace.root, path)
    said = child.communicate(timeout=120)
    assert child.returncode == -signal.SIGKILL, said
    with store.reader(workspace) as db:
        assert videos.listed(db) == []
        assert db.execute("SELECT count(*) FROM video_files").fetchone()[0] == 0
    monkeypatch.setattr(content, "_ORPHAN_SECONDS", -1.0)
    ingest.clean(workspace)  # what the next start does
    assert not any(found.is_file() for found in workspace.media.rglob("*"))
    assert ingest.add(workspace, path, person="Ada", copy=True).frames == 3


def test_vid_26_a_disk_that_fills_in_the_middle_is_said_and_nothing_stays(
    workspace: Workspace, clip: Clip
) -> None:
    """The copy does not fit; the database has room."""
    store.close_all()
    path = clip("large.mp4")
    limit = path.stat().st_size // 2
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from core import content\n"
        "honest = content.copy_in\n"
        "def small(*given, **named):\n"
        f"    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "    return honest(*given, **named)\n"
        "content.copy_in = small\n"
        "import cli; cli.root(prog_name='cli.py')"
    )
    child = _program(code, "--workspace", workspace.root, "add", path, "--copy")
    _, said = child.communicate(timeout=120)
    assert child.returncode == 1
    assert b"There is no space left for" in said
    assert b"Free some space, then try again." in said
    with store.reader(workspace) as db:
        assert videos.listed(db) == []
    assert not any(found.is_file() for found in workspace.media.rglob("*"))
    assert ingest.add(workspace, path, person="Ada", copy=True).frames == 2
