"""The annotator's pure JavaScript modules, run by node where there is one.

Python computes positions of many tracks with ``core.labels`` and node compares its own, so that
boxes on screen, in exports and in statistics are the same.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from core import errors, labels, segment_changes, track_pairs, track_spans
from core.labels import Box, Joint, Keyframe
from core.segments import Segment
from core.tracks import Track

HERE = Path(__file__).parent
MODULES = sorted(path.name for path in HERE.glob("*.test.mjs"))


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed: the annotator's modules are not tested here")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
    if int(version.stdout.strip().lstrip("v").split(".")[0]) < 20:
        pytest.skip(
            f"node {version.stdout.strip()} has no stable test runner; 20 or newer is needed"
        )
    return found


@pytest.fixture(scope="module")
def positions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("annotator") / "positions.json"
    chance = random.Random(7)
    path.write_text(json.dumps([_case(chance) for _ in range(120)]))
    return path


def _case(chance: random.Random) -> dict[str, Any]:
    first = chance.randrange(0, 6)
    last = first + chance.randrange(1, 40)
    frames = sorted(
        chance.sample(range(first, last + 1), chance.randrange(1, min(6, last - first + 1) + 1))
    )
    joints = chance.choice((0, 0, 3))
    keyframes = [_keyframe(chance, frame, joints) for frame in frames]
    at = []
    for frame in range(first - 2, last + 3):
        found = labels.position(keyframes, frame, first=first, last=last)
        at.append({"frame": frame, "expected": None if found is None else found.to_json()})
    return {
        "keyframes": [keyframe.to_json() for keyframe in keyframes],
        "first": first,
        "last": last,
        "at": at,
    }


@pytest.fixture(scope="module")
def changes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tracks, edits and what the core makes of them; null where it refuses."""
    path = tmp_path_factory.mktemp("annotator") / "changes.json"
    chance = random.Random(11)
    path.write_text(json.dumps([_changed(chance) for _ in range(400)]))
    return path


def _changed(chance: random.Random) -> dict[str, Any]:
    track = _track(chance)
    last = track.last
    verb = chance.choice(sorted(track_spans.CHANGES))
    frame, other = chance.choice(track.keyframes).frame, chance.randrange(0, last + 4)
    edit = {"verb": verb, "frame": chance.choice([frame, other]), "to": other}
    edit |= {"span": {"first": min(frame, other), "last": max(frame, other)}}.get(verb, {})
    edit |= {"count": chance.randrange(0, 9), "value": chance.choice([0, 1])}
    edit |= {"scope": chance.choice(["frame", "onward", "between", "track"])}
    if verb in ("outside", "occluded") and chance.random() < 0.5:
        edit["last"] = max(edit["frame"], other)
    try:
        after = track_spans.CHANGES[verb](None, 1000, track, edit)  # type: ignore[arg-type]
        expected = after.to_json() | {"deleted": after.deleted}
    except errors.BadInput:
        expected = None
    return {"track": track.to_json(), "edit": edit, "expected": expected}


def _track(chance: random.Random, identity: int = 1, **more: Any) -> Track:
    case = _case(chance)
    return Track(
        id=identity, video=1, class_id=1, run=None, person="Ana", model=None, skeleton=None,
        name="", first=case["keyframes"][0]["f"], last=case["last"], score=None, state="manual",
        hidden=False, deleted=False, attributes=more.get("attributes", {}), revision=1,
        keyframes=tuple(Keyframe.from_json({**k, "outside": k["outside"] if n else 0})
                        for n, k in enumerate(case["keyframes"])),
        partial=more.get("partial", ()),
    )  # fmt: skip


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tracks, an edit of who is who, and what the core makes of them; null where it refuses."""
    path = tmp_path_factory.mktemp("annotator") / "pairs.json"
    chance = random.Random(17)
    path.write_text(json.dumps([_paired(chance) for _ in range(400)]))
    return path


def _paired(chance: random.Random) -> dict[str, Any]:
    track, other = (_worded(chance, identity) for identity in (1, 2))
    verb = chance.choice(["split", *track_pairs.CHANGES])
    edit = {"verb": verb, "id": 1, "other": 2, "client": "new", "frame": chance.randrange(0, 30)}
    if verb == "swap" and chance.random() < 0.5:
        edit["last"] = edit["frame"] + chance.randrange(0, 15)
    try:
        if verb == "split":
            made = track_pairs.split(1000, track, edit)
        else:
            made = track_pairs.CHANGES[verb](1000, track, other, edit)
        expected = [one.to_json() | {"deleted": one.deleted} for one in made]
    except errors.BadInput:
        expected = None
    return {"track": track.to_json(), "other": other.to_json(), "edit": edit, "expected": expected}


def _worded(chance: random.Random, identity: int) -> Track:
    """A track with attributes that change along it, and verdicts on parts."""
    frames = sorted(chance.sample(range(30), 3))
    attributes = {"guard": [[frame, chance.choice("ab")] for frame in frames], "hand": "left"}
    parts = ((frames[0], frames[1] - 1, "accept"), (frames[1], frames[2], "reject"))
    return _track(
        chance,
        identity,
        attributes=attributes if chance.random() < 0.6 else {},
        partial=parts if chance.random() < 0.6 else (),
    )


@pytest.fixture(scope="module")
def merges(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two events, and what the core makes of them: merged, and the first one moved."""
    path = tmp_path_factory.mktemp("annotator") / "merges.json"
    chance = random.Random(13)
    path.write_text(json.dumps([_merged(chance) for _ in range(200)]))
    return path


def _merged(chance: random.Random) -> dict[str, Any]:
    kept, other = _event(chance, 1), _event(chance, 2)
    edit = {"first": chance.randrange(0, 30)}
    edit["last"] = edit["first"] + kept.last - kept.first + chance.choice([0, 0, 1])
    moved = segment_changes.CHANGES["span"](None, 1000, kept, edit)  # type: ignore[arg-type]
    both = segment_changes.merged(kept, other)
    return {
        "kept": kept.to_json(),
        "other": other.to_json(),
        "edit": {"verb": "span", "id": 1, **edit},
        "merged": both.to_json(),
        "moved": moved.to_json(),
    }


def _event(chance: random.Random, identity: int) -> Segment:
    first = chance.randrange(0, 20)
    frames = sorted(chance.sample(range(30), chance.randrange(0, 4)))
    table: dict[str, Any] = {
        "guard": [[frame, chance.choice("ab")] for frame in frames],
        "hand": chance.choice(["left", "right"]),
        "note": chance.choice(["clear", "낮게"]),
        "imported": chance.choice([[1, 2], [[5, 1], [4, 2]], 7]),
    }
    held = {name: value for name, value in table.items() if value and chance.random() < 0.7}
    return Segment(
        id=identity, video=1, kind="event", class_id=5, track=chance.choice([None, 7]),
        first=first, last=first + chance.randrange(0, 12), text=chance.choice(["", "a", "b"]),
        language="", score=None, run=None, model=None, person="Ana", state="manual", hidden=False,
        deleted=False, attributes=held, revision=1,
    )  # fmt: skip


def _keyframe(chance: random.Random, frame: int, joints: int) -> Keyframe:
    def number(top: float) -> float:
        return chance.uniform(0, top)

    pose = tuple(
        Joint(number(640), number(360), number(1), chance.randrange(3)) for _ in range(joints)
    )
    return Keyframe(
        frame,
        Box(number(600), number(300), number(80) + 1, number(80) + 1),
        pose if joints and chance.random() < 0.9 else None,
        occluded=chance.random() < 0.2,
        outside=chance.random() < 0.2,
        score=number(1) if chance.random() < 0.8 else None,
        source="model",
    )


@pytest.mark.parametrize("module", MODULES)
def test_module(
    node: str, positions: Path, changes: Path, pairs: Path, merges: Path, module: str
) -> None:
    done = subprocess.run(
        [node, str(HERE / module)],
        capture_output=True,
        text=True,
        timeout=240,
        env={
            **os.environ,
            "DATAGUARD_INTERPOLATION": str(positions),
            "DATAGUARD_CHANGES": str(changes),
            "DATAGUARD_PAIRS": str(pairs),
            "DATAGUARD_MERGES": str(merges),
        },
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_import_names_a_module_that_is_there() -> None:
    assets = HERE.parents[2] / "components" / "annotator" / "assets"
    for path in sorted(assets.glob("*.js")):
        for name in re.findall(r'from "\./([^"]+)"', path.read_text("utf-8")):
            assert (assets / name).is_file(), f"{path.name}: {name}"


PARSE = """
import { readFileSync } from "node:fs";
import { SourceTextModule } from "node:vm";
for (const path of process.argv.slice(2)) {
  new SourceTextModule(readFileSync(path, "utf8"), { identifier: path });
}
"""


def test_every_module_parses(node: str, tmp_path: Path) -> None:
    assets = HERE.parents[2] / "components" / "annotator" / "assets"
    script = tmp_path / "parse.mjs"
    script.write_text(PARSE)
    done = subprocess.run(
        [node, "--experimental-vm-modules", str(script), *map(str, sorted(assets.glob("*.js")))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
