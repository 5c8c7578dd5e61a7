"""What the examination says about machines that lack something."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import pytest

from core import db as store
from core import doctor, migrations, system_libraries
from core.doctor import decoders, machine, storage
from core.doctor.finding import Check
from core.workspace import ROOT, Workspace


def found(checks: list[Check], name: str) -> Check:
    (check,) = [check for check in checks if check.name == name]
    return check


def test_every_finding_reads_as_a_sentence(workspace: Workspace) -> None:
    checks = doctor.examine(workspace)
    assert [check.name for check in checks] == [
        "python", "system", "memory", "gpu", "packages", "libraries", "codecs", "decoders",
        "browser", "font",
        "weights", "sqlite", "disk", "filesystem", "workspace",
    ]  # fmt: skip
    for check in checks:
        row = check.to_json()
        assert row["text"].endswith(".")
        assert "{" not in row["text"] + row["hint"]
        assert row["state"] == "ok" or row["hint"]


def test_nothing_is_made_or_changed(tmp_path: Path) -> None:
    check = found(doctor.examine(Workspace(tmp_path / "none")), "workspace")
    assert (check.state, list(tmp_path.iterdir())) == ("ok", [])


def test_it_imports_no_heavy_library() -> None:
    code = (
        "import sys; from pathlib import Path; from core import doctor; "
        "from core.workspace import Workspace; doctor.examine(Workspace(Path('none'))); "
        "print(*sorted({'torch', 'mediapipe', 'transformers', 'streamlit'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("\n", "")


@pytest.mark.parametrize(
    ("version", "has_bug"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
    ],
)
def test_dur_01_the_wal_reset_bug_is_told_by_version(
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    version: tuple[int, int, int],
    has_bug: bool,
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    check = found(storage.examine(workspace), "sqlite")
    assert check.values["wal_reset_bug"] is has_bug
    assert bool(check.hint) is has_bug


def test_weights_are_named_with_their_hash(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATAGUARD_WEIGHTS", str(tmp_path / "shared"))
    check = found(storage.examine(workspace), "weights")
    assert (check.state, check.needed_for) == ("missing", "suggestions")
    (workspace.root / "weights").mkdir()
    (workspace.root / "weights" / "own.task").write_bytes(b"abc")
    check = found(storage.examine(workspace), "weights")
    assert check.values["files"] == [
        {
            "path": str(workspace.root / "weights" / "own.task"),
            "bytes": 3,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        }
    ]
    assert check.text() == "Model files: own.task (ba7816bf8f01)."


def test_file_systems(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"rootfs / ext4 rw 0 0\nserver:/x {tmp_path!s} nfs4 rw 0 0\n"
        f"tmpfs {tmp_path!s}/a\\040b tmpfs rw 0 0\n"
    )
    assert storage.filesystem(tmp_path, mounts) == "nfs4"
    assert storage.filesystem(tmp_path / "a b", mounts) == "tmpfs"
    assert storage.filesystem(Path("/"), mounts) == "ext4"
    assert storage.filesystem(tmp_path, tmp_path / "none") == ""


def test_a_network_file_system_is_warned_of(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "filesystem", lambda folder: "cifs")
    check = found(storage.examine(workspace), "filesystem")
    assert (check.state, "cifs" in check.text()) == ("warning", True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda path: path.write_bytes(b"SQLite format 3\0" + b"x" * 5000), "is damaged"),
        (lambda path: path.write_bytes(b"no database" * 1000), "is damaged"),
        (lambda path: _set(path, f"PRAGMA user_version = {migrations.USER_VERSION + 1}"), "newer"),
        (lambda path: _set(path, "PRAGMA application_id = 7"), "another program"),
    ],
)
def test_a_workspace_in_trouble(workspace: Workspace, change: Any, said: str) -> None:
    store.close_all()
    change(workspace.database)
    before = workspace.database.read_bytes()
    check = found(storage.examine(workspace), "workspace")
    assert check.state == "missing"
    assert said in check.text()
    assert workspace.database.read_bytes() == before


def _set(path: Path, pragma: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute(pragma)
    connection.close()


def test_a_bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_output", lambda *command: None)
    monkeypatch.setattr(machine, "browser", lambda: None)
    monkeypatch.setattr(machine, "memory_bytes", lambda: 2 * 2**30)
    monkeypatch.setattr(machine, "_version", lambda package: None)
    monkeypatch.setattr(system_libraries, "missing", lambda: [system_libraries.NEEDED[0]])
    states = {check.name: check.state for check in machine.examine()}
    assert states == {
        "python": "ok", "system": "ok", "memory": "warning", "gpu": "ok", "packages": "missing",
        "libraries": "missing", "codecs": "ok", "decoders": "ok", "browser": "warning",
        "font": "warning",
    }  # fmt: skip
    libraries = found(machine.examine(), "libraries")
    assert "libgl1" in libraries.to_json()["hint"]


def test_a_gpu_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "torch_build", lambda: "2.13.0+cu130")
    monkeypatch.setattr(machine, "_output", lambda *command: "NVIDIA H200, 143771 MiB, 570.1\n")
    assert found(machine.examine(), "gpu").text() == "GPU: NVIDIA H200, 143771 MiB, 570.1."


def test_a_gpu_that_torch_cannot_use_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "torch_build", lambda: "2.13.0+cpu")
    monkeypatch.setattr(machine, "_output", lambda *command: "NVIDIA H200, 143771 MiB, 570.1\n")
    check = found(machine.examine(), "gpu")
    assert (check.state, check.values["build"]) == ("warning", "2.13.0+cpu")
    assert "docs/install.md" in check.hint


def test_the_build_of_torch_is_read_without_importing_it() -> None:
    code = "import sys; from core.doctor import machine; print(machine.torch_build())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    build = done.stdout.strip()
    asked = [sys.executable, "-c", "import torch; print(torch.__version__)"]
    assert build == subprocess.run(asked, capture_output=True, text=True).stdout.strip()


def test_sec_07_d_the_decoders_are_those_of_the_pin_or_newer() -> None:
    check = found(decoders.examine(), "decoders")
    assert check.state == "ok", check.text()
    for name, version in av.library_versions.items():
        if name in decoders.LEAST_DECODERS:
            assert f"{name} {'.'.join(map(str, version))}" in check.text()


@pytest.mark.parametrize("lacking", [False, True])
def test_sec_07_d_an_older_decoder_is_named(monkeypatch: pytest.MonkeyPatch, lacking: bool) -> None:
    versions = {name: (99, 0, 0) for name in decoders.LEAST_DECODERS}
    versions["libavcodec"] = (62, 28, 101)
    if lacking:
        del versions["libavcodec"]
    monkeypatch.setattr(decoders.av, "library_versions", versions)
    check = found(machine.examine(), "decoders")
    assert check.state == "missing"
    assert "unknown files: libavcodec of FFmpeg" in check.text()
    assert check.hint


def test_the_browser_is_chosen_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "chromium"
    program.write_text("")
    monkeypatch.setenv("DATAGUARD_CHROMIUM", str(program))
    assert machine.browser() == str(program)
    monkeypatch.setenv("DATAGUARD_CHROMIUM", str(tmp_path / "none"))
    assert machine.browser() is None
