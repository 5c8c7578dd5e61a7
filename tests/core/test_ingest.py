"""Adding videos: one per content, all or nothing, whatever the file is called."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import content, edits, errors, ingest, intake, jobs, probe, tracks, videos
from core import db as store
from core.jobs import Job
from core.videos import Video
from core.workspace import Workspace
from tests import clips

Clip = Callable[[str], Path]


def rows(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with store.reader(workspace) as db:
        return [tuple(row) for row in db.execute(query)]


def nothing_left(workspace: Workspace) -> bool:
    files = [path for path in workspace.media.rglob("*") if path.is_file()]
    counts = rows(
        workspace,
        "SELECT (SELECT count(*) FROM videos), (SELECT count(*) FROM video_files), "
        "(SELECT count(*) FROM frame_times)",
    )
    return not files and counts == [(0, 0, 0)]


def claimed(workspace: Workspace) -> Job:
    job = store.write(workspace, jobs.claim)
    assert job is not None
    return job


def test_a_video_is_ready_with_everything_known(workspace: Workspace, clip: Clip) -> None:
    video = ingest.add(workspace, clip("vfr.mp4"), person="Ada")
    shown = video.to_json()
    assert {key: shown[key] for key in ("name", "frames", "width", "height", "vfr", "state")} == {
        "name": "vfr.mp4",
        "frames": 120,
        "width": 320,
        "height": 240,
        "vfr": True,
        "state": "ready",
    }
    assert video.sha256 == probe.sha256_of(clip("vfr.mp4"))
    assert workspace.media_path(video.sha256, content.THUMBNAIL).read_bytes()[:2] == b"\xff\xd8"
    assert rows(workspace, "SELECT kind, video, priority FROM jobs") == [("proxy", video.id, 3)]


def test_dat_15_the_reader_gives_the_frame_that_was_asked_for(
    workspace: Workspace, video: Video
) -> None:
    with store.reader(workspace) as db, ingest.open_reader(db, workspace, video) as reader:
        for frame in (0, 39, 17, 18, 3):
            picture = reader.read(frame)
            assert clips.number(picture.image) == frame
            assert picture.image.shape == (video.height, video.width, 3)


def test_vid_24_the_same_content_is_one_video(
    workspace: Workspace, clip: Clip, tmp_path: Path
) -> None:
    first = ingest.add(workspace, clip("three.mp4"), person="Ada")
    again = shutil.copy(clip("three.mp4"), tmp_path / "other name.mp4")
    second = ingest.add(workspace, again, person="Bob")
    assert (second.id, second.name) == (first.id, "three.mp4")
    assert [Path(row[0]).name for row in rows(workspace, "SELECT path FROM video_files")] == [
        "three.mp4",
        "other name.mp4",
    ]
    clip_path = Path(again)
    shutil.move(clip_path, tmp_path / "moved.mp4")
    ingest.add(workspace, tmp_path / "moved.mp4", person="Ada")
    with store.reader(workspace) as db:
        assert videos.file_path(db, workspace, first).exists()


def test_vid_24_other_content_under_the_same_name_is_another_video(
    workspace: Workspace, clip: Clip, tmp_path: Path
) -> None:
    path = tmp_path / "clip.mp4"
    shutil.copy(clip("one.mp4"), path)
    first = ingest.add(workspace, path, person="Ada")
    shutil.copy(clip("three.mp4"), path)
    second = ingest.add(workspace, path, person="Ada")
    assert (first.frames, second.frames) == (1, 3)
    assert first.id != second.id
    with store.reader(workspace) as db:
        assert videos.file_path(db, workspace, second) == path
        with pytest.raises(errors.VideoMissing):
            videos.file_path(db, workspace, first)


def test_a_removed_video_comes_back_with_its_labels(
    workspace: Workspace, clip: Clip, video: Video
) -> None:
    edit = {"verb": "add", "client": "c", "class": 1, "frame": 2, "box": [1, 2, 30, 40]}
    store.write(
        workspace,
        lambda db: edits.apply(db, batch="b", person="Ada", video=video.id, edits=[edit]),
    )
    store.write(workspace, lambda db: videos.remove(db, video.id))
    back = ingest.add(workspace, clip("rot90.mp4"), person="Ada")
    assert (back.id, back.state) == (video.id, "ready")
    with store.reader(workspace) as db:
        assert len(tracks.window(db, video.id)) == 1


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("no_index.mp4", "incomplete"),
        ("none.mp4", "no "),
        ("sound_only.mp4", "sound"),
        ("text.mp4", "not a video"),
        ("empty.mp4", "empty"),
        ("page.mp4", "not a video"),
        ("list.mp4", "not a video"),
    ],
)
def test_vid_13_refused_files_leave_nothing(
    workspace: Workspace, clip: Clip, tmp_path: Path, name: str, why: str
) -> None:
    made = {
        "text.mp4": b"just some words, not a video\n" * 20,
        "empty.mp4": b"",
        "page.mp4": b"<html><script>alert(1)</script></html>",
        "list.mp4": f"ffconcat version 1.0\nfile '{clip('one.mp4')}'\n".encode(),
    }
    if name in made:
        path = tmp_path / name
        path.write_bytes(made[name])
    else:
        path = clip(name)
    with pytest.raises(errors.VideoUnreadable, match=why):
        ingest.add(workspace, path, person="Ada", copy=True)
    assert nothing_left(workspace)


def test_urls_folders_and_missing_files_are_refused_clearly(
    workspace: Workspace, tmp_path: Path
) -> None:
    for given in ("https://example.org/a.mp4", "file:///tmp/a.mp4"):
        with pytest.raises(errors.Refused, match="address on the network"):
            ingest.add(workspace, given, person="Ada")
    for path in (tmp_path, tmp_path / "missing.mp4", "a\0b.mp4", "x" * 5000):
        with pytest.raises(errors.BadInput, match="not a file"):
            ingest.add(workspace, path, person="Ada")
    assert nothing_left(workspace)


ODD_NAMES = (
    *("-i.mp4", "$(touch pwned).mp4", ";id;.mp4", "a\nb.mp4", "‮4pm.exe.mp4", "é.mp4"),
    *("é.mp4", "🥊 복싱.mp4", " .mp4", "CON.mp4", "e" * 251 + ".mp4", "x.mp4 ", "a\udcffb.mp4"),
)


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("copy", [False, True])
def test_vid_23_any_file_name_works_and_is_shown_safely(
    workspace: Workspace, clip: Clip, tmp_path: Path, name: str, copy: bool
) -> None:
    path = tmp_path / name
    shutil.copy(clip("one.mp4"), path)
    video = ingest.add(workspace, path, person="Ada", copy=copy)
    assert len(video.name) <= 200
    assert video.name.isprintable()
    assert video.name == videos.display_name(video.name)
    with store.reader(workspace) as db:
        found = videos.file_path(db, workspace, video)
        with ingest.open_reader(db, workspace, video) as reader:
            assert clips.number(reader.read(0).image) == 0
    expected = workspace.media_path(video.sha256, content.ORIGINAL) if copy else path
    assert found == expected


@pytest.mark.parametrize("name", ODD_NAMES)
def test_vid_23_refusals_of_odd_names_can_be_shown_and_kept(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("no video")
    with pytest.raises(errors.VideoUnreadable) as refused:
        ingest.add(workspace, tmp_path / name, person="Ada")
    assert refused.value.text().encode().decode().isprintable()


def test_a_copy_survives_the_original(workspace: Workspace, clip: Clip, tmp_path: Path) -> None:
    path = Path(shutil.copy(clip("three.mp4"), tmp_path / "mine.mp4"))
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    video = ingest.add(workspace, path, person="Ada", copy=True)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    path.unlink()
    with store.reader(workspace) as db:
        assert videos.file_path(db, workspace, video).read_bytes() == before[0]


def test_a_copy_can_be_asked_for_later(workspace: Workspace, clip: Clip, video: Video) -> None:
    ingest.add(workspace, clip("rot90.mp4"), person="Ada", copy=True)
    assert workspace.media_path(video.sha256, content.ORIGINAL).exists()
    assert rows(workspace, "SELECT count(*) FROM videos") == [(1,)]


def test_a_full_disk_keeps_nothing(
    workspace: Workspace, clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(_: Workspace, needed: int) -> None:
        raise errors.StorageFull("Not enough space.")

    monkeypatch.setattr(Workspace, "require_space", no_space)
    with pytest.raises(errors.StorageFull):
        ingest.add(workspace, clip("three.mp4"), person="Ada", copy=True)
    assert nothing_left(workspace)


def test_a_stopped_add_keeps_nothing(workspace: Workspace, clip: Clip) -> None:
    for stop_at in ("hashing", "reading", "copying"):

        def stop(doing: str, done: int, total: int | None, when: str = stop_at) -> None:
            if doing == when:
                raise errors.Cancelled("Stopped.")

        with pytest.raises(errors.Cancelled):
            ingest.add(workspace, clip("cfr.mp4"), person="Ada", copy=True, progress=stop)
        assert nothing_left(workspace), stop_at


def test_vid_25_the_same_file_added_at_once_is_one_video(workspace: Workspace, clip: Clip) -> None:
    found: list[int] = []
    path = clip("cfr.mp4")

    def add() -> None:
        found.append(ingest.add(workspace, path, person="Ada", copy=True).id)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert rows(workspace, "SELECT count(*) FROM videos") == [(1,)]
    assert rows(workspace, "SELECT count(*) FROM jobs WHERE kind = 'proxy'") == [(1,)]
    assert not list(workspace.media.rglob("*.part"))


def test_a_job_adds_a_file_by_its_path(workspace: Workspace, clip: Clip) -> None:
    store.write(
        workspace,
        lambda db: ingest.queue(db, workspace, path=clip("cfr.mp4"), person="Ada", copy=True),
    )
    job = claimed(workspace)
    result = ingest.run_job(workspace, job)
    with store.reader(workspace) as db:
        assert videos.ready(db, result["video"]).frames == 120
        assert jobs.get(db, job.id).video == result["video"]
    # What is done twice after a crash is found done.
    assert ingest.run_job(workspace, job) == result


def test_a_job_with_a_bad_file_fails_clearly_and_leaves_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "a\udcff.mp4").write_text("no video")
    store.write(
        workspace,
        lambda db: ingest.queue(db, workspace, path=tmp_path / "a\udcff.mp4", person="Ada"),
    )
    job = claimed(workspace)
    with pytest.raises(errors.VideoUnreadable) as refused:
        ingest.run_job(workspace, job)
    store.write(workspace, lambda db: jobs.fail(db, job, refused.value))
    assert nothing_left(workspace)


def test_a_cancelled_job_leaves_nothing(workspace: Workspace, clip: Clip) -> None:
    store.write(
        workspace, lambda db: ingest.queue(db, workspace, path=clip("cfr.mp4"), person="Ada")
    )
    job = claimed(workspace)
    store.write(workspace, lambda db: jobs.cancel(db, job.id))
    with pytest.raises(errors.Cancelled):
        ingest.run_job(workspace, job)
    assert nothing_left(workspace)


def test_a_proxy_job_makes_the_proxy_once(workspace: Workspace, video: Video) -> None:
    job = claimed(workspace)
    ingest.run_proxy(workspace, job)
    path = workspace.media_path(video.sha256, content.PROXY)
    made = path.stat().st_mtime_ns
    assert probe.probe(path).times.count == video.frames
    ingest.run_proxy(workspace, job)
    assert path.stat().st_mtime_ns == made
    assert not list(workspace.media.rglob("*.part"))


def placeholder(workspace: Workspace, path: Path) -> tuple[Video, int | None]:
    """What a finished upload leaves: a stored file, a row without frames, a job."""
    sha256 = probe.sha256_of(path)
    stored = content.copy_in(workspace, path, sha256)
    stat = stored.stat()
    file = intake.File(stored, path.name, sha256, stat.st_size, stat.st_mtime_ns, stored=True)
    return store.write(workspace, lambda db: intake.expect(db, workspace, file, person="Ada"))


def test_vid_26_a_placeholder_becomes_ready_with_its_job(workspace: Workspace, clip: Clip) -> None:
    video, job = placeholder(workspace, clip("three.mp4"))
    assert (video.state, video.frames) == ("ingesting", 0)
    assert placeholder(workspace, clip("three.mp4")) == (video, job)
    assert ingest.run_job(workspace, claimed(workspace)) == {"video": video.id}
    with store.reader(workspace) as db:
        assert videos.ready(db, video.id).frames == 3
    again, no_job = placeholder(workspace, clip("three.mp4"))
    assert (again.id, again.state, no_job) == (video.id, "ready", None)


def test_vid_26_a_refused_placeholder_goes_away(workspace: Workspace, clip: Clip) -> None:
    placeholder(workspace, clip("no_index.mp4"))
    job = claimed(workspace)
    with pytest.raises(errors.VideoUnreadable):
        ingest.run_job(workspace, job)
    assert nothing_left(workspace)


def test_vid_26_a_full_disk_keeps_the_upload_for_another_try(
    workspace: Workspace, clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    video, _ = placeholder(workspace, clip("three.mp4"))

    def full(*_: object, **__: object) -> None:
        raise errors.StorageFull("There is no space left for {path}.", path="x")

    job = claimed(workspace)
    with monkeypatch.context() as patched:
        patched.setattr(ingest.previews, "make_thumbnail", full)
        with pytest.raises(errors.StorageFull) as failed:
            ingest.run_job(workspace, job)
    store.write(workspace, lambda db: jobs.fail(db, job, failed.value))
    with store.reader(workspace) as db:
        assert videos.get(db, video.id).state == "failed"
    ingest.clean(workspace)
    store.write(workspace, lambda db: jobs.retry(db, job.id))
    ingest.run_job(workspace, claimed(workspace))
    with store.reader(workspace) as db:
        assert videos.ready(db, video.id).frames == 3


def test_vid_26_a_start_tidies_up_after_a_killed_process(workspace: Workspace, clip: Clip) -> None:
    video, job = placeholder(workspace, clip("three.mp4"))
    stored = workspace.media_path(video.sha256, content.ORIGINAL)
    dead_part = stored.with_name(f"{stored.name}.999999999-0123abcd.part")
    live_part = stored.with_name(f"{stored.name}.{os.getpid()}-0123abcd.part")
    for part in (dead_part, live_part):
        part.write_bytes(b"x")
    ingest.clean(workspace)
    assert not dead_part.exists()
    assert live_part.exists()
    assert stored.exists()  # its job is open
    live_part.unlink()
    store.write(workspace, lambda db: jobs.cancel(db, job or 0))
    ingest.clean(workspace)
    assert nothing_left(workspace)


def test_a_worker_that_was_taken_for_dead_ends_nothing(workspace: Workspace, clip: Clip) -> None:
    video, _ = placeholder(workspace, clip("no_index.mp4"))
    old = claimed(workspace)
    store.write(workspace, lambda db: db.execute("UPDATE jobs SET heartbeat = 0"))
    claimed(workspace)
    with pytest.raises(errors.DataGuardError):
        ingest.run_job(workspace, old)
    with store.reader(workspace) as db:
        assert videos.get(db, video.id).state == "ingesting"


def test_expand_takes_files_and_folders(tmp_path: Path, clip: Clip) -> None:
    (tmp_path / "b" / ".hidden").mkdir(parents=True)
    names = ("a.MP4", "b/c.webm", "b/notes.txt", "b/._c.mp4", "b/.hidden/d.mp4", "b/e.avi")
    for name in names:
        (tmp_path / name).touch()
    (tmp_path / "b" / "link.mp4").symlink_to(clip("one.mp4"))
    found = ingest.expand([tmp_path, tmp_path / "a.MP4", tmp_path / "b" / "notes.txt"])
    assert [str(path.relative_to(tmp_path)) for path in found] == [
        *("a.MP4", "b/c.webm", "b/e.avi", "b/notes.txt"),
    ]


def test_expand_refuses_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(errors.BadInput, match="does not exist"):
        ingest.expand([tmp_path / "missing"])
    with pytest.raises(errors.BadInput, match="does not exist"):
        ingest.expand([""])
    with pytest.raises(errors.BadInput, match="no videos"):
        ingest.expand([tmp_path])
    with pytest.raises(errors.Refused):
        ingest.expand(["https://example.org/clip.mp4"])


def test_expand_confined_does_not_leave_the_roots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "in" / "a.mp4").touch()
    (tmp_path / "out" / "b.mp4").touch()
    (tmp_path / "in" / "door").symlink_to(tmp_path / "out")
    monkeypatch.setenv("DATAGUARD_ROOTS", str(tmp_path / "in"))
    assert ingest.expand([tmp_path / "in"], confined=True) == [tmp_path / "in" / "a.mp4"]
    with pytest.raises(errors.Refused):
        ingest.expand([tmp_path / "out" / "b.mp4"], confined=True)
