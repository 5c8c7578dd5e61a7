"""Files of the workspace: whole or not there, whenever the process ends."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core import content, errors, probe
from core.workspace import ROOT, Workspace


def write_half(target: Path, error: Exception) -> None:
    with content.replacing(target) as part:
        part.write_text("half")
        raise error


def test_a_file_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "file"
    with content.replacing(target) as part:
        part.write_text("new")
        assert not target.exists()
    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


def test_a_failure_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError):
        write_half(target, ZeroDivisionError())
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_said_clearly(tmp_path: Path, code: int) -> None:
    with pytest.raises(errors.StorageFull, match="no space left"):
        write_half(tmp_path / "file", OSError(code, "full"))
    assert list(tmp_path.iterdir()) == []


def test_a_copy_is_named_by_its_content(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "clip"
    source.write_bytes(os.urandom(5 * 2**20))
    sha256 = probe.sha256_of(source)
    steps: list[int] = []
    target = content.copy_in(workspace, source, sha256, lambda done, total: steps.append(done))
    assert target == workspace.media_path(sha256, content.ORIGINAL)
    assert target.read_bytes() == source.read_bytes()
    assert steps == [4 * 2**20, 5 * 2**20]
    with pytest.raises(errors.VideoUnreadable, match="changed"):
        content.copy_in(workspace, source, "0" * 64)
    assert not list(workspace.media.rglob("*.part"))


def test_vid_26_a_killed_copy_leaves_no_file_and_its_part_goes_away(
    workspace: Workspace, tmp_path: Path
) -> None:
    code = (
        "import os, sys, pathlib; from core import content\n"
        "with content.replacing(pathlib.Path(sys.argv[1])) as part:\n"
        "    part.write_text('half'); os.kill(os.getpid(), 9)\n"
    )
    target = workspace.media_path("0" * 64, content.ORIGINAL)
    subprocess.run([sys.executable, "-c", code, str(target)], cwd=ROOT, check=False)
    assert [path.suffix for path in target.parent.iterdir()] == [".part"]
    content.clean(workspace)
    assert list(target.parent.iterdir()) == []


def test_orphans_go_away_only_when_old(workspace: Workspace) -> None:
    target = workspace.media_path("0" * 64, content.ORIGINAL)
    target.parent.mkdir()
    target.write_text("x")
    content.clean(workspace)
    assert target.exists()
    past = time.time() - 2 * 3600
    os.utime(target, (past, past))
    content.clean(workspace)
    assert not target.exists()


def test_sec_01_a_hash_is_the_only_way_to_a_file(workspace: Workspace) -> None:
    for value in ("../../etc/passwd", "a" * 63, "A" * 64, "/" * 64, "", "g" * 64):
        with pytest.raises(errors.Refused):
            workspace.media_path(value, content.ORIGINAL)
