"""YOLO data sets: compared with the store, and read as a training program reads them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import class_changes, edits, errors, exports, ingest, tracks
from core import db as store
from core.exports import naming, spool, yolo_lines, yolo_split
from core.exports.yolo_lines import Size
from core.labels import Box, Joint
from core.skeletons import BLAZEPOSE_33, COCO_17
from core.videos import Video
from core.workspace import Workspace
from tests import clips
from tests.core.exports import yolo_reader
from tests.core.exports.test_conservation import SEEDS, selection, skipped

FORMATS = ("yolo", "yolo-pose")


def export(workspace: Workspace, out: Path, format: str = "yolo", **more: Any) -> dict[str, Any]:
    chosen = more.pop("chosen", None)
    report = exports.write(
        workspace, format=format, out=out, chosen=chosen, options=exports.Options(**more)
    )
    return report.manifest


# --- whole files ---------------------------------------------------------------------------------


def test_a_data_set_file_by_file(
    workspace: Workspace,
    tmp_path: Path,
    timed_video: Callable[..., int],
    add_run: Callable[[int], int],
    add_track: Callable[..., int],
) -> None:
    video = timed_video(frames=10, name="jab cross.mp4")
    run = add_run(video)
    add_track(video, run, {2: (64, 36, 320, 180), 4: (0, 0, 64, 36)})
    add_track(video, run, {4: (-32, 180, 64, 360), 5: None}, class_id=2)
    store.write(workspace, lambda db: class_changes.archive(db, 3, batch="a", person="Ada"))
    out = tmp_path / "out"
    manifest = export(workspace, out)
    files = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    assert files == [
        "README.txt",
        "clipped.json",
        "data.yaml",
        "frames.ndjson",
        "labels.sha256",
        "labels/train/jab_cross-00000000/00000002.txt",
        "labels/train/jab_cross-00000000/00000003.txt",
        "labels/train/jab_cross-00000000/00000004.txt",
        "manifest.json",
        "skipped.json",
        "videos.json",
    ]
    texts = [(out / name).read_text() for name in files if name.startswith("labels/")]
    assert texts == [
        "0 0.35000000 0.35000000 0.50000000 0.50000000\n",
        "0 0.20000000 0.20000000 0.30000000 0.30000000\n",
        "0 0.05000000 0.05000000 0.10000000 0.10000000\n"
        "1 0.02500000 0.75000000 0.05000000 0.50000000\n",
    ]
    assert (out / "data.yaml").read_text() == (
        "# DataGuard export. README.txt says what is in this folder.\n"
        "# Without pictures: README.txt says how they have to be named.\n"
        'path: ""  # the folder of this file\n'
        "train: images/train\n"
        "val: images/train  # no video was kept for validation: figures on it flatter\n"
        "names:\n"
        '  0: "person"\n'
        '  1: "glove"\n'
        '  2: "bag"  # archived\n'
        '  3: "pad"\n'
    )
    assert yolo_reader.frames(out)[1] == {
        "image": "images/train/jab_cross-00000000/00000003.jpg", "video": 1, "frame": 3,
        "time": pytest.approx(0.1001), "time_exact": str(Fraction(3003, 30000)), "labels": 1,
    }  # fmt: skip
    assert yolo_reader.videos(out)[1] == {
        "id": 1, "name": "jab cross.mp4", "sha256": "0" * 64, "width": 640, "height": 360,
        "frames": 10, "folder": "jab_cross-00000000", "part": "train",
    }  # fmt: skip
    assert json.loads((out / "clipped.json").read_text())["clipped"] == [
        {"track": 2, "video": 1, "class": "glove", "count": 1}
    ]
    sums = [line.split("  ") for line in (out / "labels.sha256").read_text().splitlines()]
    assert sums == [[sha256(text.encode()).hexdigest(), name] for text, name in zip(
        texts, files[5:8], strict=True
    )]  # fmt: skip
    assert (manifest["labels"], manifest["images"]) == ("labels.sha256", None)
    assert "labels.sha256" in {row["path"] for row in manifest["files"]}
    assert manifest["written"] == {
        "annotations": 4, "backgrounds": 0, "clipped": 1, "images": 3, "tracks": 2,
    }  # fmt: skip
    assert manifest["skipped"] == []


@pytest.fixture
def one_pose(
    timed_video: Callable[..., int], add_run: Callable[[int], int], add_track: Callable[..., int]
) -> None:
    """A pose with joints of all visibilities, one beyond the picture; a glove; a box alone."""
    video = timed_video(frames=3)
    run = add_run(video)
    joints = [
        Joint(100.0 + 3 * index, 50.0 + 5 * index, 0.9, (2, 1, 0)[index % 3])
        for index in range(len(BLAZEPOSE_33.joints))
    ]
    ankle = BLAZEPOSE_33.joints.index("left_ankle")
    joints[ankle] = Joint(200.0, 361.0, 0.9, 2)
    add_track(video, run, {0: (90, 40, 120, 200)}, skeleton="blazepose33", joints=tuple(joints))
    add_track(video, run, {0: (10, 10, 20, 20)}, class_id=2)
    add_track(video, run, {1: (10, 10, 64, 36)})


@pytest.mark.usefixtures("one_pose")
def test_a_pose_joint_by_joint(workspace: Workspace, tmp_path: Path) -> None:
    manifest = export(workspace, tmp_path / "out", "yolo-pose")
    settings = yolo_reader.settings(tmp_path / "out")
    assert settings["kpt_shape"] == [17, 3]
    assert settings["flip_idx"] == [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]
    posed, bare = yolo_reader.objects(tmp_path / "out")
    for name, (x, y, visibility) in zip(COCO_17.joints, posed.joints, strict=True):
        index = BLAZEPOSE_33.joints.index(name)
        seen = 0 if name == "left_ankle" else (2, 1, 0)[index % 3]
        wanted = (100 + 3 * index, 50 + 5 * index, seen) if seen else (0, 0, 0)
        assert (x, y, visibility) == pytest.approx(wanted, abs=1e-4)
    assert (bare.frame, bare.joints) == (1, ((0, 0, 0),) * 17)
    assert manifest["written"]["joints_outside"] == 1
    assert manifest["written"]["poses"] == 1
    assert manifest["skipped"] == [
        {"kind": "position", "reason": "class_without_poses", "count": 1},
        {"kind": "track", "reason": "no_frame_selected", "count": 1},
    ]


@pytest.mark.usefixtures("one_pose")
def test_a_set_of_boxes_lists_the_poses_it_cannot_hold(
    workspace: Workspace, tmp_path: Path
) -> None:
    manifest = export(workspace, tmp_path / "out")
    assert manifest["written"]["annotations"] == 3
    assert skipped(tmp_path / "out") == [
        {
            "kind": "pose", "reason": "format_holds_no_poses", "count": 1, "track": 1, "video": 1,
            "class": "person",
        }
    ]  # fmt: skip


# --- nothing is lost, nothing is shifted ---------------------------------------------------------


@pytest.mark.usefixtures("varied")
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("format_", "every"), [("yolo", 1), ("yolo", 3), ("yolo-pose", 1)])
def test_dat_10_yolo_holds_or_lists_every_position_of_every_class(
    workspace: Workspace, tmp_path: Path, seed: int, format_: str, every: int
) -> None:
    out = tmp_path / "out"
    manifest = export(workspace, out, format_, chosen=selection(workspace, seed), every=every)
    names = yolo_reader.settings(out)["names"]
    held = Counter(names[found.index] for found in yolo_reader.objects(out))
    assert sum(held.values()) == manifest["written"].get("annotations", 0)
    whole = set()
    for row in skipped(out):
        if row["kind"] == "position":
            held[row["class"]] += row["count"]
        elif row["kind"] == "track" and row["reason"] != "no_frame_selected":
            whole.add(row["track"])
    stored: Counter[str] = Counter()
    with store.reader(workspace) as db:
        segments = db.execute("SELECT count(*) FROM segments").fetchone()[0]
        for track in tracks.several(db, range(1, 25)):
            if track.id not in whole:
                stored[names[track.class_id - 1]] += sum(1 for _ in track.dense())
    assert held == stored
    assert sum(row["kind"] == "segment" for row in skipped(out)) == segments


def test_dat_14_a_class_keeps_its_index(
    workspace: Workspace,
    tmp_path: Path,
    timed_video: Callable[..., int],
    add_run: Callable[[int], int],
    add_track: Callable[..., int],
) -> None:
    video = timed_video()
    add_track(video, add_run(video), {0: (1, 1, 9, 9)}, class_id=4)

    def named(name: str, *, before: str | None = None) -> tuple[int, dict[int, str]]:
        chosen = exports.selection(workspace, class_names=("pad",))
        export(workspace, tmp_path / name, chosen=chosen)
        (found,) = yolo_reader.objects(tmp_path / name)
        return found.index, yolo_reader.settings(tmp_path / name)["names"]

    assert named("a") == (3, {0: "person", 1: "glove", 2: "bag", 3: "pad"})

    def change(db: store.Database) -> None:
        class_changes.archive(db, 1, batch="b", person="Ada")
        db.execute("UPDATE classes SET name = 'zzz' WHERE id = 2")
        # A gap in the ids, as after a restore; and a name that YAML has to quote.
        db.execute(
            "INSERT INTO classes (id, name, names, colour) VALUES (9, ?, '{}', '#fff')",
            ['no: "yes"\t\x7f\u2028 #1'],
        )

    store.write(workspace, change)
    names = {0: "person", 1: "zzz", 2: "bag", 3: "pad", 4: 'no: "yes"\t\x7f\u2028 #1'}
    assert named("b") == (3, names)


# --- coordinates ---------------------------------------------------------------------------------


sides = st.integers(16, 16384)
inside = st.floats(0, 1)


@given(width=sides, height=sides, x=inside, y=inside, w=inside, h=inside)
def test_boxes_come_back_within_a_hundredth_pixel(
    width: int, height: int, x: float, y: float, w: float, h: float
) -> None:
    size = Size(width, height)
    box = Box(x * width, y * height, w * (1 - x) * width, h * (1 - y) * height)
    back = parsed(yolo_lines.box_line(0, box, size), size)
    assert back.values() == pytest.approx(box.values(), abs=1e-3)
    assert not yolo_lines.is_clipped(box, size)


@given(
    width=sides,
    height=sides,
    joints=st.lists(
        st.tuples(st.floats(-0.5, 1.5), st.floats(-0.5, 1.5), st.integers(0, 2)), max_size=17
    ),
)
def test_joints_come_back_or_are_counted(
    width: int, height: int, joints: list[tuple[float, float, int]]
) -> None:
    given_ = tuple(Joint(x * width, y * height, 1.0, v) for x, y, v in joints)
    text, beyond = yolo_lines.joints_text(given_, Size(width, height))
    numbers = [float(number) for number in text.split()]
    rows = list(zip(numbers[0::3], numbers[1::3], numbers[2::3], strict=True))
    assert len(rows) == len(joints)
    for (x, y, visibility), row in zip(joints, rows, strict=True):
        if visibility and 0 <= x <= 1 and 0 <= y <= 1:
            scaled = (row[0] * width, row[1] * height)
            assert scaled == pytest.approx((x * width, y * height), abs=1e-3)
            assert row[2] == visibility
        else:
            assert row == (0, 0, 0)
    labelled = sum(visibility > 0 for *_, visibility in joints)
    assert beyond == labelled - sum(row[2] > 0 for row in rows)


def parsed(line: str, size: Size) -> Box:
    x, y, w, h = (float(text) for text in line.split()[1:])
    wide, high = size.width, size.height
    return Box((x - w / 2) * wide, (y - h / 2) * high, w * wide, h * high)


@pytest.mark.parametrize("name", ["odd444.mp4", "rot90.mp4", "sar_rot90.mp4"])
def test_labels_lie_on_the_pictures_of_odd_rotated_and_stretched_clips(
    workspace: Workspace,
    clip: Callable[[str], Path],
    tmp_path: Path,
    add_run: Callable[[int], int],
    add_track: Callable[..., int],
    name: str,
) -> None:
    video = ingest.add(workspace, clip(name), person="Ada")
    box = (video.width / 4, 7.5, video.width / 2 - 0.5, video.height - 20.25)
    add_track(video.id, add_run(video.id), {3: box}, last=5)
    export(workspace, tmp_path / "out", images=True)
    found = list(yolo_reader.objects(tmp_path / "out"))
    assert [one.frame for one in found] == [3, 4, 5]
    for one, row in zip(found, yolo_reader.frames(tmp_path / "out"), strict=True):
        picture = cv2.imread(str(tmp_path / "out" / row["image"]))
        assert picture.shape[:2] == (video.height, video.width)
        assert clips.number(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)) == row["frame"]
        assert one.box.values() == pytest.approx(box, abs=0.01)


# --- pictures, empty frames, names, parts --------------------------------------------------------


def test_dat_15_yolo_pictures_show_the_frame_they_are_named_after(
    workspace: Workspace,
    video: Video,
    tmp_path: Path,
    add_run: Callable[[int], int],
    add_track: Callable[..., int],
) -> None:
    add_track(video.id, add_run(video.id), {7: (1, 1, 9, 9)}, last=30)
    manifest = export(workspace, tmp_path / "out", images=True, every=10, frames="all")
    rows = yolo_reader.frames(tmp_path / "out")
    for row in rows:
        picture = cv2.imread(str(tmp_path / "out" / row["image"]))
        assert clips.number(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)) == row["frame"]
        assert (tmp_path / "out" / yolo_reader.label_file(row["image"])).exists() == (
            row["frame"] in (10, 20, 30)
        )
    assert [row["frame"] for row in rows] == list(range(0, video.frames, 10))
    assert [row["labels"] for row in rows] == [None, 1, 1, 1]
    assert manifest["images"] == "images.sha256"
    note = (tmp_path / "out/README.txt").read_text()
    assert "images.sha256" in note
    assert "no pictures" not in note


def test_without_pictures_the_note_says_how_they_are_named(
    workspace: Workspace, tmp_path: Path, timed_video: Callable[..., int]
) -> None:
    timed_video()
    export(workspace, tmp_path / "out")
    note = (tmp_path / "out/README.txt").read_text()
    assert "There are no pictures in this export." in note
    assert "이미지가 없습니다" in note
    assert not (tmp_path / "out/images").exists()


def test_an_empty_file_stands_for_what_a_person_refused(
    workspace: Workspace,
    tmp_path: Path,
    timed_video: Callable[..., int],
    add_run: Callable[[int], int],
    add_track: Callable[..., int],
    edit: Callable[..., edits.Outcome],
) -> None:
    video = timed_video(frames=30, unreadable=(3,))
    run = add_run(video)
    refused = add_track(video, run, {0: (1, 1, 9, 9)}, last=9)
    glove = add_track(video, run, {4: (1, 1, 9, 9)}, last=5, class_id=2)
    part = add_track(video, run, {20: (1, 1, 9, 9)}, last=25)
    deleted = add_track(video, run, {15: (1, 1, 9, 9)})
    edit(video, "reject", refused)
    edit(video, "reject", part, range=[24, 25])
    edit(video, "delete", deleted, scope="track")

    def labels(name: str, **more: Any) -> dict[int, int | None]:
        export(workspace, tmp_path / name, **more)
        list(yolo_reader.objects(tmp_path / name))
        return {row["frame"]: row["labels"] for row in yolo_reader.frames(tmp_path / name)}

    nothing = dict.fromkeys((0, 1, 2, 6, 7, 8, 9, 24, 25), 0)
    assert labels("all") == nothing | dict.fromkeys((4, 5, 20, 21, 22, 23), 1)
    # A suggestion that is not exported still may be there: its frame is not known to be empty.
    chosen = exports.selection(workspace, states=("accepted",))
    assert labels("accepted", chosen=chosen) == nothing
    # Nobody refused a glove; of people alone, frames 4 and 5 are empty.
    people = exports.selection(workspace, class_names=("person",))
    assert {4, 5} <= {frame for frame, n in labels("people", chosen=people).items() if n == 0}
    gloves = exports.selection(workspace, class_names=("glove",))
    assert labels("gloves", chosen=gloves) == {4: 1, 5: 1}
    edit(video, "reject", glove)
    assert labels("later")[4] == 0
    rejected = exports.selection(workspace, states=("rejected",))
    assert 0 not in labels("rejected", chosen=rejected).values()


NAMES = (
    "../../etc/passwd.mp4",
    "a/b.mp4",
    "a_b.mp4",
    "A_B.mov",
    "con.mp4",
    "복싱.mp4",
    "=1+1|x.mp4",
)


def test_sec_01_hostile_names_of_videos_stay_inside_and_apart(
    workspace: Workspace,
    tmp_path: Path,
    timed_video: Callable[..., int],
    add_run: Callable[[int], int],
    add_track: Callable[..., int],
) -> None:
    for name in NAMES:
        video = timed_video(name=name)
        add_track(video, add_run(video), {0: (1, 1, 9, 9)})
    export(workspace, tmp_path / "out")
    known = yolo_reader.videos(tmp_path / "out")
    assert [row["name"] for row in known.values()] == list(NAMES)
    # All hashes of these begin alike, so three of the names would meet.
    assert [row["folder"] for row in known.values()] == [
        "etc_passwd-00000000",
        "a_b-00000000-2",
        "a_b-00000000-3",
        "A_B-00000000-4",
        "video_con-00000000",
        "복싱-00000000",
        "1_1_x-00000000",
    ]
    assert sorted(one.video for one in yolo_reader.objects(tmp_path / "out")) == list(known)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "workspace"]


@given(
    hashes=st.lists(st.integers(0, 2**256 - 1), unique=True, max_size=12),
    share=st.sampled_from([0.0, 0.2, 0.5, 0.9]),
    more=st.integers(0, 2**256 - 1),
)
def test_a_video_stays_on_its_side(hashes: list[int], share: float, more: int) -> None:
    videos = [replace(VIDEO, id=n + 1, sha256=f"{h:064x}") for n, h in enumerate(hashes)]
    found = yolo_split.for_validation(videos, share)
    assert found == yolo_split.for_validation(reversed(videos), share)
    if len(videos) < 2 or not share:
        assert not found
        return
    assert 1 <= len(found) < len(videos)
    below = {video.id for video in videos if int(video.sha256[:12], 16) / 16**12 < share}
    if 1 <= len(below) < len(videos):
        assert found == below


VIDEO = Video(
    1, "0" * 64, "a.mp4", 1, 640, 360, 0, Fraction(1), 10, 0, Fraction(30), 1.0, False,
    None, None, None, (), (), "", "", "ready", None, "", 1,
)  # fmt: skip


def test_parts_are_whole_videos(
    workspace: Workspace,
    tmp_path: Path,
    timed_video: Callable[..., int],
    add_run: Callable[[int], int],
    add_track: Callable[..., int],
) -> None:
    for number in range(4):
        video = timed_video()
        add_track(video, add_run(video), {0: (1, 1, 9, 9)}, last=3)
        digest = f"{number * 4:x}" * 64  # places 0, 1/4, 1/2, 3/4
        store.write(
            workspace,
            lambda db, digest=digest, video=video: db.execute(
                "UPDATE videos SET sha256 = ? WHERE id = ?", [digest, video]
            ),
        )
    manifest = export(workspace, tmp_path / "a")
    parts = {row["id"]: row["part"] for row in yolo_reader.videos(tmp_path / "a").values()}
    assert parts == {1: "val", 2: "train", 3: "train", 4: "train"}
    assert yolo_reader.settings(tmp_path / "a")["val"] == "images/val"
    assert manifest["options"]["val"] is None
    export(workspace, tmp_path / "b", val=0.6)
    parts = {row["id"]: row["part"] for row in yolo_reader.videos(tmp_path / "b").values()}
    assert parts == {1: "val", 2: "val", 3: "val", 4: "train"}
    for row in yolo_reader.frames(tmp_path / "b"):
        assert row["image"].split("/")[1] == parts[row["video"]]
    export(workspace, tmp_path / "c", val=0)
    assert yolo_reader.settings(tmp_path / "c")["val"] == "images/train"


def test_folders_are_named_alike_in_every_export(workspace: Workspace) -> None:
    assert naming.folders([VIDEO]) == {1: "a-00000000"}
    twin = replace(VIDEO, id=2, name="A.mp4")
    assert naming.folders([twin, VIDEO]) == {2: "A-00000000-2", 1: "a-00000000-1"}


# --- size ----------------------------------------------------------------------------------------


def test_lines_come_back_by_frame_in_the_order_they_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "HELD_BYTES", 40)
    with spool.Spool(tmp_path / "spool") as lines:
        for number in range(200):
            lines.add(1 + number % 2, number * 7919 % 1000, f"line {number}")
            assert lines._bytes <= 40 + 10
        assert lines.videos() == {1, 2}
        found = [row for video in (1, 2) for row in lines.frames(video)]
    expected: dict[tuple[int, int], list[str]] = {}
    for number in range(200):
        key = (1 + number % 2, number * 7919 % 1000)
        expected.setdefault(key, []).append(f"line {number}")
    assert found == [(frame, rows) for (_, frame), rows in sorted(expected.items())]
    assert not (tmp_path / "spool").exists()


@pytest.mark.usefixtures("varied")
@pytest.mark.parametrize("format_", FORMATS)
def test_an_export_that_is_stopped_while_it_writes_files_leaves_nothing(
    workspace: Workspace, tmp_path: Path, format_: str
) -> None:
    def stop(done: int, total: int) -> None:
        if total == 50:  # frames of a video, no longer tracks
            raise errors.Cancelled("Job {name} was cancelled.", name=1)

    with pytest.raises(errors.Cancelled):
        exports.write(
            workspace,
            format=format_,
            out=tmp_path / "out",
            options=exports.Options(frames="all"),
            progress=stop,
        )
    assert [path.name for path in tmp_path.iterdir()] == ["workspace"]
