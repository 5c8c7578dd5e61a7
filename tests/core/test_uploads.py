"""Uploads: nothing lost by a cut, nothing kept of what was given up, one video per content."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core import content, errors, ingest, jobs, probe, uploads, videos
from core import db as store
from core.videos import Video
from core.workspace import Workspace

Clip = Callable[[str], Path]


def send(workspace: Workspace, identity: str, data: bytes, *, offset: int = 0) -> int:
    with uploads.receiving(workspace, identity, offset=offset) as receiver:
        for start in range(0, len(data), 1000):
            receiver.write(data[start : start + 1000])
        return receiver.offset


def begun(workspace: Workspace, data: bytes, name: str = "clip.mp4") -> str:
    return uploads.begin(workspace, name=name, size=len(data), person="Ada").id


def restarted() -> None:
    """Forget what the process knew, as a restart does."""
    uploads._live.clear()


def worked(workspace: Workspace) -> dict[str, object]:
    """Do the next job, as the worker does."""
    job = store.write(workspace, jobs.claim)
    assert job is not None
    assert job.kind == "ingest"
    result = ingest.run_job(workspace, job)
    store.write(workspace, lambda db: jobs.finish(db, job, result))
    return result


def test_an_upload_becomes_a_video(workspace: Workspace, clip: Clip) -> None:
    data = clip("three.mp4").read_bytes()
    identity = begun(workspace, data, "복싱 3.mp4")
    assert send(workspace, identity, data) == len(data)
    video, job = uploads.finish(workspace, identity)
    assert (video.state, video.name) == ("ingesting", "복싱 3.mp4")
    assert job is not None
    assert worked(workspace) == {"video": video.id}
    with store.reader(workspace) as db:
        ready = videos.ready(db, video.id)
        path = videos.file_path(db, workspace, ready)
    assert path == workspace.media_path(ready.sha256, content.ORIGINAL)
    assert path.read_bytes() == data
    assert ready.frames == 3
    assert not list(workspace.uploads.glob("*.part"))


@pytest.mark.parametrize("restart", [False, True])
def test_an_upload_goes_on_after_a_cut(workspace: Workspace, clip: Clip, restart: bool) -> None:
    data = clip("three.mp4").read_bytes()
    half = len(data) // 2
    identity = begun(workspace, data)
    send(workspace, identity, data[:half])
    if restart:
        restarted()
    assert uploads.get(workspace, identity).offset == half
    send(workspace, identity, data[half:], offset=half)
    video, _ = uploads.finish(workspace, identity)
    assert video.sha256 == probe.sha256_of(clip("three.mp4"))


def test_a_finished_upload_can_be_finished_after_a_restart(
    workspace: Workspace, clip: Clip
) -> None:
    data = clip("three.mp4").read_bytes()
    identity = begun(workspace, data)
    send(workspace, identity, data)
    restarted()
    video, job = uploads.finish(workspace, identity)
    assert uploads.finish(workspace, identity) == (video, job)  # the answer was lost
    assert uploads.get(workspace, identity).offset == len(data)
    assert video.sha256 == probe.sha256_of(clip("three.mp4"))


@pytest.mark.parametrize("offset", [0, 499, 501, 10**9])
def test_a_wrong_offset_is_refused_with_the_right_one(workspace: Workspace, offset: int) -> None:
    identity = begun(workspace, b"x" * 1000)
    send(workspace, identity, b"x" * 500)
    with pytest.raises(errors.Stale) as stale:
        send(workspace, identity, b"x", offset=offset)
    assert stale.value.current == [{"offset": 500}]
    assert uploads.get(workspace, identity).offset == 500


def test_more_bytes_than_announced_are_refused(workspace: Workspace) -> None:
    identity = begun(workspace, b"x" * 1500)
    with pytest.raises(errors.BadInput, match="larger than"):
        send(workspace, identity, b"x" * 3000)
    assert uploads.get(workspace, identity).offset <= 1500


def test_an_incomplete_upload_cannot_be_finished(workspace: Workspace) -> None:
    identity = begun(workspace, b"x" * 1000)
    send(workspace, identity, b"x" * 999)
    with pytest.raises(errors.BadInput, match="999 of 1000"):
        uploads.finish(workspace, identity)


@pytest.mark.parametrize("size", [0, -1, uploads.LARGEST + 1])
def test_absurd_sizes_are_refused(workspace: Workspace, size: int) -> None:
    with pytest.raises(errors.BadInput):
        uploads.begin(workspace, name="a.mp4", size=size, person="Ada")
    assert not list(workspace.uploads.iterdir())


def test_sec_03_space_is_checked_before_anything_is_written(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 700 * 2**20
    usage = type("usage", (), {"free": free})
    monkeypatch.setattr("core.workspace.shutil.disk_usage", lambda _: usage)
    with pytest.raises(errors.StorageFull):
        uploads.begin(workspace, name="a.mp4", size=free, person="Ada")
    assert not list(workspace.uploads.iterdir())
    # What others announced counts, although it has not arrived.
    uploads.begin(workspace, name="a.mp4", size=300 * 2**20, person="Ada")
    with pytest.raises(errors.StorageFull):
        uploads.begin(workspace, name="b.mp4", size=300 * 2**20, person="Bob")


@pytest.mark.parametrize("identity", ["", "..", "../x", "a" * 31, "A" * 32, "0" * 32, "a/b", "\0"])
def test_sec_02_an_upload_is_named_by_its_id_alone(workspace: Workspace, identity: str) -> None:
    for call in (uploads.get, uploads.finish):
        with pytest.raises(errors.UnknownItem):
            call(workspace, identity)


def test_vid_25_a_cut_upload_leaves_nothing_after_a_day(workspace: Workspace) -> None:
    old, fresh = begun(workspace, b"x" * 1000), begun(workspace, b"x" * 1000)
    send(workspace, old, b"x" * 500)
    send(workspace, fresh, b"x" * 500)
    past = time.time() - uploads.EXPIRY_SECONDS - 1
    for path in workspace.uploads.glob(f"{old}.*"):
        os.utime(path, (past, past))
    uploads.clean(workspace)
    assert {path.stem for path in workspace.uploads.iterdir()} == {fresh}


def test_an_upload_in_progress_does_not_expire(workspace: Workspace) -> None:
    identity = begun(workspace, b"x" * 1000)
    past = time.time() - uploads.EXPIRY_SECONDS - 1
    os.utime(workspace.uploads / f"{identity}.json", (past, past))
    uploads.clean(workspace)
    assert uploads.get(workspace, identity).offset == 0


def test_a_cancelled_upload_is_gone(workspace: Workspace) -> None:
    identity = begun(workspace, b"x" * 1000)
    send(workspace, identity, b"x" * 500)
    uploads.cancel(workspace, identity)
    uploads.cancel(workspace, identity)
    assert not list(workspace.uploads.iterdir())


def test_a_newer_request_takes_over(workspace: Workspace) -> None:
    identity = begun(workspace, b"x" * 1000)
    hanging = uploads.receive(workspace, identity, offset=0)
    hanging.write(b"x" * 100)
    newer = uploads.receive(workspace, identity, offset=100)
    with pytest.raises(errors.Stale):
        hanging.write(b"y" * 100)
    newer.write(b"x" * 900)
    hanging.close()
    newer.close()
    assert uploads.get(workspace, identity).offset == 1000


def test_vid_25_two_uploads_of_one_file_are_one_video(workspace: Workspace, clip: Clip) -> None:
    data = clip("three.mp4").read_bytes()
    identities = [begun(workspace, data, f"{number}.mp4") for number in range(4)]
    found: list[tuple[Video, int | None]] = []

    def upload(identity: str) -> None:
        send(workspace, identity, data)
        found.append(uploads.finish(workspace, identity))

    threads = [threading.Thread(target=upload, args=(identity,)) for identity in identities]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({video.id for video, _ in found}) == 1
    assert len({job for _, job in found}) == 1
    worked(workspace)
    identity = begun(workspace, data, "again.mp4")
    send(workspace, identity, data)
    video, job = uploads.finish(workspace, identity)
    assert (video.state, job) == ("ready", None)


def test_an_upload_that_is_no_video_leaves_nothing(workspace: Workspace) -> None:
    data = b"<html><script>alert(1)</script></html>"
    identity = begun(workspace, data, "page.mp4")
    send(workspace, identity, data)
    uploads.finish(workspace, identity)
    with pytest.raises(errors.VideoUnreadable):
        worked(workspace)
    with store.reader(workspace) as db:
        assert videos.listed(db) == []
    assert not [path for path in workspace.media.rglob("*") if path.is_file()]


def test_a_full_disk_keeps_what_was_acknowledged(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = begun(workspace, b"x" * 1000)
    receiver = uploads.receive(workspace, identity, offset=0)
    receiver.write(b"x" * 400)

    class Full:
        def __init__(self, file: object) -> None:
            self._file = file

        def write(self, data: bytes) -> None:
            self._file.write(data[:50])  # type: ignore[attr-defined]
            raise OSError(28, "No space left on device")

        def __getattr__(self, name: str) -> object:
            return getattr(self._file, name)

    receiver._file = Full(receiver._file)  # type: ignore[assignment]
    with pytest.raises(errors.StorageFull):
        receiver.write(b"x" * 600)
    receiver.close()
    assert uploads.get(workspace, identity).offset == 400
    send(workspace, identity, b"x" * 600, offset=400)
