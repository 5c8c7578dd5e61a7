"""What is particular to BlazePose: boxes from joints, visibility, silence."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import models
from core import errors, skeletons
from core.labels import ABSENT, OCCLUDED, VISIBLE, Box, Detection, Picture
from models import _poses, blazepose, native, weights

ROOT = Path(models.__file__).parents[1]
NAMES = skeletons.BLAZEPOSE_33.joints


def standing(visibility: float = 0.9) -> _poses.Landmarks:
    """A figure of 33 joints: ears at 0.2, shoulders at 0.3, hips at 0.6, feet at 0.9 of height."""
    marks = np.zeros((33, 4), dtype=np.float32)
    marks[:, 0] = 0.5
    heights = {"shoulder": 0.3, "elbow": 0.4, "wrist": 0.5, "hip": 0.6, "knee": 0.75, "ankle": 0.9}
    for index, name in enumerate(NAMES):
        marks[index, 1] = next((y for part, y in heights.items() if part in name), 0.2)
        marks[index, 0] += 0.1 if name.startswith("left") else -0.1
    marks[:, 1][[NAMES.index(n) for n in NAMES if "heel" in n or "foot" in n]] = 0.9
    marks[:, 1][[NAMES.index(n) for n in NAMES if n.split("_")[1:] in (["pinky"], ["index"])]] = 0.5
    marks[:, 2:] = visibility
    return marks


def test_the_box_holds_the_head_and_the_flesh() -> None:
    found = _poses.detection(standing(), 1000, 1000)
    assert found is not None
    # Crown: 0.7 of the 100 px from shoulders to ears above the ears; margin: 4 % of 770 px.
    assert found.box.y == pytest.approx(200 - 70 - 30.8, abs=0.1)
    assert found.box.y + found.box.h == pytest.approx(900 + 30.8, abs=0.1)
    assert found.box.x == pytest.approx(400 - 30.8, abs=0.1)
    assert found.score == pytest.approx(0.9)


def test_joints_outside_the_picture_are_absent_and_the_box_ends_at_its_edge() -> None:
    marks = standing()
    marks[:, 1] += 0.35
    found = _poses.detection(marks, 1000, 1000)
    assert found is not None
    assert found.joints is not None
    assert found.box.y + found.box.h == 1000
    assert found.joints[NAMES.index("left_ankle")].visibility == ABSENT
    assert found.joints[NAMES.index("left_hip")].visibility == VISIBLE
    assert found.joints[NAMES.index("left_ankle")].y == pytest.approx(1250)


@pytest.mark.parametrize(
    ("score", "visibility"), [(0.9, VISIBLE), (0.5, VISIBLE), (0.4, OCCLUDED), (0.05, ABSENT)]
)
def test_visibility_follows_the_score(score: float, visibility: int) -> None:
    found = _poses.detection(standing(score), 640, 360)
    assert found is not None
    assert found.joints is not None
    assert {joint.visibility for joint in found.joints} == {visibility}


def test_a_pose_outside_the_picture_or_without_numbers_is_none() -> None:
    away, broken = standing(), standing()
    away[:, 0] += 3
    broken[4, 1] = np.nan
    assert _poses.detection(away, 640, 360) is None
    assert _poses.detection(broken, 640, 360) is None


def moved(x: float, scale: float, visibility: float) -> Detection:
    """The standing figure in a picture of 1000 x 1000, moved and squeezed in x."""
    marks = standing(visibility)
    marks[:, 0] = (marks[:, 0] - 0.5) * scale + 0.5 + x / 1000
    found = _poses.detection(marks, 1000, 1000)
    assert found is not None
    return found


def test_a_second_look_at_the_same_person_is_dropped() -> None:
    better, again = moved(0, 1.0, 0.9), moved(20, 1.0, 0.6)
    assert _poses.distinct([again, better]) == (better,)


def test_the_same_joints_in_another_box_are_the_same_person() -> None:
    better, again = moved(0, 1.0, 0.9), moved(10, 0.3, 0.6)
    assert better.box.iou(again.box) < _poses.SAME_BOX
    assert _poses.distinct([again, better]) == (better,)


def test_two_people_side_by_side_are_kept() -> None:
    one, other = moved(0, 1.0, 0.9), moved(110, 1.0, 0.6)
    assert one.box.iou(other.box) > 0.3
    assert _poses.distinct([other, one]) == (one, other)


@pytest.fixture
def folders() -> list[Path]:
    found = weights.folders()
    if not weights.candidates(blazepose.WEIGHTS, found):
        pytest.skip("no bundle; run: python -m models.weights")
    return found


def test_the_pose_lies_on_the_person(
    folders: list[Path], shared_data: Path, clip: Callable[..., Iterator[Picture]]
) -> None:
    """Against a box made by hand: the man doing tai chi in frame 18."""
    people = json.loads((shared_data / "annotations/people_boxes/people.json").read_text())
    (true,) = people["tai_chi_solo.mp4"]["frames"]["18"]
    with models.load("blazepose", folders) as backend:
        (result,) = backend.suggest(clip("tai_chi_solo.mp4", count=1, start=18))
    (found,) = result.detections
    assert found.joints is not None
    assert found.box.iou(Box(true["x"], true["y"], true["w"], true["h"])) > 0.7
    nose, ankle = found.joints[0], found.joints[NAMES.index("left_ankle")]
    assert nose.y < found.box.y + found.box.h / 4
    assert ankle.y > found.box.y + found.box.h * 3 / 4


def test_a_file_of_the_users_own_is_used_and_recorded(
    folders: list[Path], tmp_path: Path, clip: Callable[..., Iterator[Picture]]
) -> None:
    """The same models packed anew: another hash, the same answers."""
    prepared = weights.find(blazepose.WEIGHTS, folders)
    assert prepared is not None
    dropped = tmp_path / "pose_landmarker_mine.task"
    with zipfile.ZipFile(prepared.path) as source, zipfile.ZipFile(dropped, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    pictures = list(clip("tai_chi_solo.mp4", count=3))
    with models.load("blazepose", [tmp_path, *folders]) as own:
        assert own.weights[0].own
        assert own.weights[0].path == dropped
        answers = [result.detections for result in own.suggest(pictures)]
    with models.load("blazepose", [tmp_path, *folders], {"file": prepared.path.name}) as usual:
        assert not usual.weights[0].own
        assert [result.detections for result in usual.suggest(pictures)] == answers


def test_people_limits_what_is_found(
    folders: list[Path], clip: Callable[..., Iterator[Picture]]
) -> None:
    pictures = list(clip("basketball_two_players.mp4", count=8))
    counts = {}
    for people in (1, 6):
        with models.load("blazepose", folders, {"people": people}) as backend:
            counts[people] = max(len(result.detections) for result in backend.suggest(pictures))
    assert counts == {1: 1, 6: 2}


CHILD = """
import sys
import numpy as np, models
from core.labels import Picture
from models import native, weights
native.NOWHERE = sys.argv[1]
image = np.zeros((120, 160, 3), np.uint8) if len(sys.argv) < 4 else np.load(sys.argv[3])
picture = Picture(0, 0.0, image)
with models.load("blazepose", weights.folders()) as backend:
    results = list(backend.suggest([picture, picture, picture]))
print(len(results))
import time
time.sleep(float(sys.argv[2]))
"""


def test_nothing_is_written_to_the_terminal(
    folders: list[Path], tmp_path: Path, clip: Callable[..., Iterator[Picture]]
) -> None:
    person = tmp_path / "person.npy"
    np.save(person, next(clip("tai_chi_solo.mp4")).image)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, "http://127.0.0.1:9", "0", str(person)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "3\n"
    assert done.stderr == ""


def test_usage_reports_end_on_this_machine(folders: list[Path]) -> None:
    """MediaPipe's report to play.googleapis.com arrives where native.keep_offline() sends it.

    If nothing arrives any more, MediaPipe has changed: look whether the guard is still right.
    """
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(120)

        def listen() -> None:
            connection, _ = server.accept()
            with connection:
                heard.append(connection.recv(200))

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        environment = {**os.environ, "no_proxy": "*", "NO_PROXY": "*"}
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, f"http://127.0.0.1:{server.getsockname()[1]}", "120"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as child:
            thread.join(120)
            child.kill()
    assert heard[0].startswith(b"CONNECT play.googleapis.com")


def test_python_itself_does_not_see_the_guard(folders: list[Path]) -> None:
    before = {name: os.environ.get(name) for name in ("https_proxy", "no_proxy")}
    models.load("blazepose", folders).close()
    assert {name: os.environ.get(name) for name in before} == before


def test_other_lines_on_stderr_go_on(capfd: pytest.CaptureFixture[str]) -> None:
    with native.quiet():
        os.write(2, b"W0000 00:00:1 1 thing.cc:1] chatter\nsomething serious\n")
    assert capfd.readouterr().err == "something serious\n"


def test_a_closed_backend_says_so(folders: list[Path]) -> None:
    backend = models.load("blazepose", folders)
    backend.close()
    with pytest.raises(errors.ModelUnavailable, match="closed"):
        next(iter(backend.suggest([])))
