"""Whole files, compared with what was put into the store."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import zipfile
from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import cv2
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from core import db as store
from core import edits, errors, exports, jobs, people, tracks
from core.exports import folder, source
from core.labels import Joint
from core.skeletons import BLAZEPOSE_33, COCO_17
from core.videos import Video
from core.workspace import Workspace
from tests import clips


def test_ndjson_line_by_line(
    workspace: Workspace,
    tmp_path: Path,
    timed_video: Callable[..., int],
    add_run: Callable[[int], int],
    add_track: Callable[..., int],
    edit: Callable[..., edits.Outcome],
) -> None:
    video = timed_video(frames=10, name="jab.mp4")
    track = add_track(video, add_run(video), {2: (1.5, 2, 3, 4), 4: (3.5, 4, 5, 6)})
    edit(video, "accept", track)
    report = exports.write(
        workspace, format="ndjson", out=tmp_path / "out", options=exports.Options(dense=True)
    )
    text = (tmp_path / "out/labels.ndjson").read_text()
    header, line = (json.loads(row) for row in text.splitlines())
    assert header["videos"] == [
        {
            "id": 1, "name": "jab.mp4", "sha256": "0" * 64, "width": 640, "height": 360,
            "rotation": 0, "sar": [1, 1], "frames": 10, "duration": pytest.approx(1 / 3),
            "fps": 30.0, "fps_exact": "30/1", "time_base": "1001/30000", "vfr": False,
            "tags": [], "licence": "", "source": "",
        }
    ]  # fmt: skip
    assert [row["name"] for row in header["classes"]] == ["person", "glove", "bag", "pad"]
    assert header["skeletons"]["coco17"]["joints"] == list(COCO_17.joints)

    def position(frame: int, box: list[float], source: str) -> dict[str, Any]:
        seconds = Fraction(frame * 1001, 30000)
        sides = dict(zip("xywh", box, strict=True))
        return {
            "f": frame, **sides, "occluded": 0, "outside": 0, "score": 0.5, "source": source,
            "joints": None, "t": str(seconds), "time": float(seconds),
        }  # fmt: skip

    first, last = position(2, [1.5, 2, 3, 4], "model"), position(4, [3.5, 4, 5, 6], "model")
    assert line == {
        "line": "track", "track": 1, "video": 1, "class": "person", "state": "accepted",
        "states": [[2, 4, "accepted"]], "score": 0.5, "first": 2, "last": 4, "name": "",
        "skeleton": None, "attributes": {}, "run": 1, "model": "dots", "person": None,
        "revision": 2, "keyframes": [first, last],
        "frames": [first, position(3, [2.5, 3, 4, 5], "interpolated"), last],
    }  # fmt: skip
    assert report.manifest["written"] == {"frames": 3, "keyframes": 2, "tracks": 1, "videos": 1}
    assert report.manifest["skipped"] == []
    assert report.manifest["files"][0] == {
        "path": "labels.ndjson",
        "bytes": len(text.encode()),
        "sha256": sha256(text.encode()).hexdigest(),
    }


@pytest.fixture
def one_pose(
    timed_video: Callable[..., int], add_run: Callable[[int], int], add_track: Callable[..., int]
) -> int:
    """A single pose in frame 0 of one video."""
    video = timed_video(frames=3)
    joints = tuple(
        Joint(100.0 + 3 * index, 50.0 + 5 * index, 0.9, (2, 1, 0)[index % 3])
        for index in range(len(BLAZEPOSE_33.joints))
    )
    add_track(video, add_run(video), {0: (90, 40, 120, 200)}, skeleton="blazepose33", joints=joints)
    return video


@pytest.mark.usefixtures("one_pose")
def test_coco_annotation_of_a_pose(workspace: Workspace, tmp_path: Path) -> None:
    exports.write(workspace, format="coco", out=tmp_path / "out")
    document = json.loads((tmp_path / "out/annotations/person_keypoints.json").read_text())
    (annotation,) = document["annotations"]
    flat = annotation.pop("keypoints")
    assert annotation == {
        "id": 100000001, "image_id": 100000001, "category_id": 1, "bbox": [90, 40, 120, 200],
        "area": 24000, "segmentation": [], "iscrowd": 0, "track_id": 1, "state": "suggested",
        "source": "model", "occluded": 0, "num_keypoints": sum(v > 0 for v in flat[2::3]),
    }  # fmt: skip
    expected: list[float] = []
    for name in COCO_17.joints:
        index = BLAZEPOSE_33.joints.index(name)
        seen = (2, 1, 0)[index % 3]
        expected += [100 + 3 * index, 50 + 5 * index, seen] if seen else [0, 0, 0]
    assert flat == expected
    assert document["images"] == [
        {
            "id": 100000001, "width": 640, "height": 360,
            "file_name": "images/clip-00000000/00000000.jpg", "video_id": 1, "frame": 0,
            "time": 0.0, "time_exact": "0",
        }
    ]  # fmt: skip
    assert document["info"]["images"] == "not included"
    (category,) = document["categories"]
    assert category["keypoints"] == list(COCO_17.joints)
    assert min(min(bone) for bone in category["skeleton"]) == 1


@pytest.mark.usefixtures("one_pose")
@pytest.mark.parametrize("kind", ["bbox", "keypoints"])
def test_dat_12_pycocotools_finds_the_truth_equal_to_itself(
    workspace: Workspace, tmp_path: Path, kind: str
) -> None:
    assert average_precision(workspace, tmp_path / "out", kind) == pytest.approx(1.0)


@pytest.mark.usefixtures("varied")
@pytest.mark.parametrize("kind", ["bbox", "keypoints"])
def test_pycocotools_finds_a_varied_export_equal_to_itself(
    workspace: Workspace, tmp_path: Path, kind: str
) -> None:
    assert average_precision(workspace, tmp_path / "out", kind) == pytest.approx(1.0)


def average_precision(workspace: Workspace, out: Path, kind: str) -> float:
    exports.write(workspace, format="coco", out=out)
    name = {"bbox": "instances", "keypoints": "person_keypoints"}[kind]
    path = out / f"annotations/{name}.json"
    document = json.loads(path.read_text())
    found = [{**row, "score": 0.9} for row in document["annotations"]]
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(str(path))
        result = COCOeval(truth, truth.loadRes(found), kind)
        result.evaluate()
        result.accumulate()
        result.summarize()
    return float(result.stats[0])


def test_other_skeletons_keep_their_box_and_are_listed(
    workspace: Workspace,
    tmp_path: Path,
    timed_video: Callable[..., int],
    add_run: Callable[[int], int],
    add_track: Callable[..., int],
) -> None:
    video = timed_video()
    store.write(
        workspace,
        lambda db: db.execute("INSERT INTO skeletons VALUES ('hand3', '[]', '[]', '[]')"),
    )
    add_track(video, add_run(video), {0: (1, 1, 9, 9)}, skeleton="hand3", joints=(Joint(1, 1),) * 3)
    report = exports.write(workspace, format="coco", out=tmp_path / "out")
    assert report.manifest["written"] == {"annotations": 1, "images": 1, "tracks": 1}
    assert report.manifest["skipped"] == [
        {"kind": "pose", "reason": "pose_is_not_coco17", "count": 1}
    ]


def test_parts_are_exported_by_their_own_state(
    workspace: Workspace,
    tmp_path: Path,
    timed_video: Callable[..., int],
    add_run: Callable[[int], int],
    add_track: Callable[..., int],
    edit: Callable[..., edits.Outcome],
) -> None:
    video = timed_video()
    track = add_track(video, add_run(video), {0: (1, 1, 9, 9)}, last=9)
    edit(video, "reject", track, range=[2, 6])
    edit(video, "accept", track, range=[5, 7])
    with store.reader(workspace) as db:
        found = tracks.get(db, track)
    assert source.states_over(found) == [
        (0, 1, "suggested"), (2, 4, "rejected"), (5, 7, "accepted"), (8, 9, "suggested"),
    ]  # fmt: skip
    chosen = exports.selection(workspace, states=("accepted",))
    exports.write(workspace, format="coco", out=tmp_path / "out", chosen=chosen)
    document = json.loads((tmp_path / "out/annotations/instances.json").read_text())
    assert [row["image_id"] % 100 - 1 for row in document["annotations"]] == [5, 6, 7]
    edit(video, "accept", track)
    with store.reader(workspace) as db:
        found = tracks.get(db, track)
    assert source.states_over(found) == [(0, 9, "accepted")]


def test_dat_15_pictures_show_the_frame_they_are_named_after(
    workspace: Workspace,
    video: Video,
    tmp_path: Path,
    add_run: Callable[[int], int],
    add_track: Callable[..., int],
) -> None:
    add_track(video.id, add_run(video.id), {7: (1, 1, 9, 9)}, last=30)
    options = exports.Options(images=True, every=5)
    report = exports.write(workspace, format="coco", out=tmp_path / "out", options=options)
    document = json.loads((tmp_path / "out/annotations/instances.json").read_text())
    frames = []
    for image in document["images"]:
        picture = cv2.imread(str(tmp_path / "out" / image["file_name"]))
        assert picture.shape[:2] == (image["height"], image["width"])
        assert clips.number(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)) == image["frame"]
        frames.append(image["frame"])
    assert frames == [10, 15, 20, 25, 30]
    assert report.manifest["images"] == "images.sha256"
    for row in (tmp_path / "out/images.sha256").read_text().splitlines():
        digest, name = row.split("  ")
        assert sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest


def test_all_frames_gives_images_without_labels_too(
    workspace: Workspace, tmp_path: Path, timed_video: Callable[..., int]
) -> None:
    timed_video(frames=10, unreadable=(4,))
    options = exports.Options(frames="all", every=2)
    exports.write(workspace, format="coco", out=tmp_path / "out", options=options)
    document = json.loads((tmp_path / "out/annotations/instances.json").read_text())
    assert [row["frame"] for row in document["images"]] == [0, 2, 6, 8]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("sparring", "sparring"),
        ("../../etc/passwd", "etc_passwd"),
        ("-rf", "rf"),
        ("CON", "video_CON"),
        ("con.tar", "video_con.tar"),
        ("복싱 경기", "복싱_경기"),
        ("a\0b\n", "a_b"),
        ("", "video"),
        ("..", "video"),
        ("e" * 300, "e" * 60),
    ],
)
def test_vid_23_safe_names(given: str, expected: str) -> None:
    assert folder.safe_name(given) == expected


def refusal(workspace: Workspace, out: Path, **more: Any) -> errors.DataGuardError:
    with pytest.raises(errors.DataGuardError) as caught:
        exports.write(workspace, **{"format": "ndjson", "out": out, **more})
    return caught.value


def test_a_folder_in_use_is_refused_and_left_alone(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used/note.txt").write_text("mine")
    assert "not empty" in str(refusal(workspace, tmp_path / "used"))
    assert "is a file" in str(refusal(workspace, tmp_path / "used/note.txt"))
    assert "cannot be written" in str(refusal(workspace, tmp_path / "used/note.txt/deep/er"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["used", "workspace"]
    assert [path.name for path in (tmp_path / "used").iterdir()] == ["note.txt"]


def test_an_empty_folder_is_used(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    exports.write(workspace, format="ndjson", out=tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "labels.ndjson", "manifest.json", "skipped.json",
    ]  # fmt: skip


@pytest.mark.usefixtures("varied")
def test_an_export_that_stops_leaves_nothing(workspace: Workspace, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise errors.Cancelled("Job {name} was cancelled.", name=1)

    error = refusal(workspace, tmp_path / "deep/er/out", progress=stop)
    assert isinstance(error, errors.Cancelled)
    error = refusal(
        workspace, tmp_path / "out", format="coco", options=exports.Options(images=True)
    )
    assert isinstance(error, errors.VideoMissing)
    assert [path.name for path in tmp_path.iterdir()] == ["workspace"]


def test_a_full_disk_leaves_nothing(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(work: Any, target: Path) -> None:
        (target / "labels.ndjson").write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(exports.FORMATS, "ndjson", full)
    assert isinstance(refusal(workspace, tmp_path / "out"), errors.StorageFull)
    assert [path.name for path in tmp_path.iterdir()] == ["workspace"]


def test_sec_01_no_stored_path_brings_another_file_into_an_export(
    workspace: Workspace,
    tmp_path: Path,
    timed_video: Callable[..., int],
    add_run: Callable[[int], int],
    add_track: Callable[..., int],
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("password\n" * 20)
    link = tmp_path / "link.mp4"
    link.symlink_to(secret)
    for path in (secret, link, tmp_path / "x" / ".." / "secret.txt"):
        video = timed_video()
        add_track(video, add_run(video), {0: (1, 1, 9, 9)})
        found = secret.stat()
        store.write(
            workspace,
            lambda db, video=video, path=path, found=found: (
                db.execute("UPDATE videos SET bytes = ? WHERE id = ?", [found.st_size, video]),
                db.execute(
                    "INSERT INTO video_files (video, path, name, stored, bytes, modified_ns, "
                    "added_at) VALUES (?, ?, 'x.mp4', 0, ?, ?, 'now')",
                    [video, str(path), found.st_size, found.st_mtime_ns],
                ),
            ),
        )
        chosen = exports.Selection(videos=frozenset({video}))
        options = exports.Options(images=True)
        refusal(workspace, tmp_path / "out", format="coco", chosen=chosen, options=options)
        assert not (tmp_path / "out").exists()


def test_wishes_a_format_cannot_meet(workspace: Workspace, tmp_path: Path) -> None:
    assert "no frame images" in str(
        refusal(workspace, tmp_path / "out", options=exports.Options(images=True))
    )
    assert "every frame" in str(
        refusal(workspace, tmp_path / "out", format="coco", options=exports.Options(dense=True))
    )
    assert "no export format" in str(refusal(workspace, tmp_path / "out", format="yolov9"))
    share = exports.Options(val=0.1)
    assert "not split" in str(refusal(workspace, tmp_path / "out", format="coco", options=share))
    for wrong in (-0.1, 0.95, float("nan")):
        options = exports.Options(val=wrong)
        assert "share" in str(refusal(workspace, tmp_path / "out", format="yolo", options=options))


@pytest.mark.usefixtures("varied")
def test_an_export_job_leaves_a_folder_and_an_archive(workspace: Workspace) -> None:
    def queue(db: Any) -> int:
        return exports.queue(db, format="coco", name="../x", person=people.identify(db, "Ada"))

    number = store.write(workspace, queue)
    results = []
    for _ in range(2):  # the second time as after a crash before the job was closed
        job = store.write(workspace, lambda db: jobs.claim(db, job=number))
        assert job is not None
        results.append(exports.run_job(workspace, job))
        store.write(
            workspace,
            lambda db: db.execute("UPDATE jobs SET state = 'queued' WHERE id = ?", [number]),
        )
    assert results[0] == results[1]
    archive = workspace.exports / results[0]["archive"]
    assert results[0]["name"] == f"x-{number}"
    assert sha256(archive.read_bytes()).hexdigest() == results[0]["sha256"]
    with zipfile.ZipFile(archive) as packed:
        assert packed.testzip() is None
        assert sorted(packed.namelist()) == [
            f"x-{number}/annotations/instances.json",
            f"x-{number}/annotations/person_keypoints.json",
            f"x-{number}/manifest.json",
            f"x-{number}/skipped.json",
        ]
    job = store.write(workspace, lambda db: jobs.claim(db, job=number))
    assert job is not None
    store.write(workspace, lambda db: jobs.finish(db, job, results[0]))
    with store.reader(workspace) as db:
        (listed,) = exports.finished(db)
    assert listed == {"job": number, "person": "Ada", "at": listed["at"], **results[0]}


def test_what_a_killed_export_left_is_removed_once_its_job_is_over(workspace: Workspace) -> None:
    def add(db: Any) -> int:
        return exports.queue(db, format="coco", name="x")

    jobs_ = [store.write(workspace, add) for _ in range(3)]
    workspace.exports.mkdir(exist_ok=True)
    for number in (*jobs_, 99):
        (workspace.exports / f".x-{number}.0123abcd.part").mkdir()
    for other in (f".y-{jobs_[0]}.0123abcd.part", ".mine.part"):
        (workspace.exports / other).mkdir()
    store.write(workspace, lambda db: jobs.cancel(db, jobs_[0]))
    store.write(workspace, lambda db: jobs.claim(db, job=jobs_[1]))
    exports.clean(workspace)
    assert {path.name for path in workspace.exports.iterdir()} == {
        f".x-{jobs_[1]}.0123abcd.part",
        f".x-{jobs_[2]}.0123abcd.part",
        ".x-99.0123abcd.part",
        f".y-{jobs_[0]}.0123abcd.part",
        ".mine.part",
    }


def test_st_15_one_changed_label_changes_name_and_hash(
    workspace: Workspace,
    tmp_path: Path,
    timed_video: Callable[..., int],
    add_run: Callable[[int], int],
    add_track: Callable[..., int],
    edit: Callable[..., edits.Outcome],
) -> None:
    video = timed_video()
    track = add_track(video, add_run(video), {0: (1, 1, 9, 9)})
    before = exports.write(workspace, format="ndjson", out=tmp_path / "a")
    edit(video, "fix", track, frame=0, box=[1, 1, 8, 9])
    after = exports.write(workspace, format="ndjson", out=tmp_path / "b")
    assert before.sha256 != after.sha256
