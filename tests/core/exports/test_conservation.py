"""Nothing is lost on the way out: what is in the store is in the files or in skipped.json."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from core import db as store
from core import exports, tracks
from core.exports import source
from core.labels import STATES
from core.workspace import Workspace

SEEDS = range(6)


def selection(workspace: Workspace, seed: int) -> exports.Selection:
    chance = random.Random(seed)
    states = tuple(state for state in STATES if chance.random() < 0.6)
    names = tuple(name for name in ("person", "glove") if chance.random() < 0.5)
    videos = tuple(video for video in (1, 2) if chance.random() < 0.5)
    return exports.selection(workspace, states=states, class_names=names, video_ids=videos)


def skipped(out: Path) -> list[dict[str, Any]]:
    return json.loads((out / "skipped.json").read_text())["skipped"]


def ids(out: Path, kind: str) -> Counter[int]:
    return Counter(row[kind] for row in skipped(out) if row["kind"] == kind)


@pytest.mark.usefixtures("varied")
@pytest.mark.parametrize("seed", SEEDS)
def test_dat_10_ndjson_holds_or_lists_every_label_once(
    workspace: Workspace, tmp_path: Path, seed: int
) -> None:
    out = tmp_path / "out"
    exports.write(workspace, format="ndjson", out=out, chosen=selection(workspace, seed))
    lines = [json.loads(line) for line in (out / "labels.ndjson").read_text().splitlines()]
    for kind, table in (("track", "tracks"), ("segment", "segments")):
        written = Counter(line[kind] for line in lines if line["line"] == kind)
        with store.reader(workspace) as db:
            stored = Counter(row[0] for row in db.execute(f"SELECT id FROM {table}"))
        assert written + ids(out, kind) == stored


@pytest.mark.usefixtures("varied")
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("every", [1, 3])
def test_dat_10_coco_holds_or_lists_every_position_once(
    workspace: Workspace, tmp_path: Path, seed: int, every: int
) -> None:
    out = tmp_path / "out"
    chosen = selection(workspace, seed)
    exports.write(
        workspace, format="coco", out=out, chosen=chosen, options=exports.Options(every=every)
    )
    document = json.loads((out / "annotations/instances.json").read_text())
    poses = json.loads((out / "annotations/person_keypoints.json").read_text())
    counted = Counter(row["track_id"] for row in document["annotations"])
    for row in skipped(out):
        if row["kind"] == "position":
            counted[row["track"]] += row["count"]
    whole = {
        row["track"]
        for row in skipped(out)
        if row["reason"] != "no_frame_selected" and row["kind"] == "track"
    }
    with store.reader(workspace) as db:
        stored = {row[0] for row in db.execute("SELECT id FROM tracks")}
        found = {track.id: track for track in tracks.several(db, sorted(stored))}
        segments = db.execute("SELECT count(*) FROM segments").fetchone()[0]
    assert {track for track, count in counted.items() if count} | whole == stored
    assert not counted.keys() & whole
    for track in counted:
        assert counted[track] == sum(1 for _ in found[track].dense()), track
    assert sum(row["kind"] == "segment" for row in skipped(out)) == segments
    images = {row["id"] for row in document["images"]}
    assert {row["image_id"] for row in document["annotations"]} == images
    posed = [row for row in document["annotations"] if "keypoints" in row]
    assert posed == poses["annotations"]


@pytest.mark.usefixtures("varied")
def test_skipped_reasons_are_the_true_ones(workspace: Workspace, tmp_path: Path) -> None:
    chosen = exports.selection(
        workspace, states=("accepted",), class_names=("person",), video_ids=(1,)
    )
    exports.write(workspace, format="ndjson", out=tmp_path / "out", chosen=chosen)
    reasons = {
        row["track"]: row["reason"] for row in skipped(tmp_path / "out") if row["kind"] == "track"
    }
    expected = {}
    with store.reader(workspace) as db:
        for track in tracks.several(db, range(1, 25)):
            states = {state for *_, state in source.states_over(track)}
            if track.deleted:
                expected[track.id] = "deleted"
            elif track.hidden:
                expected[track.id] = "superseded"
            elif track.video == 3:
                expected[track.id] = "video_removed"
            elif track.video == 2:
                expected[track.id] = "video_not_selected"
            elif track.class_id != 1:
                expected[track.id] = "class_not_selected"
            elif "accepted" not in states:
                expected[track.id] = "state_not_selected"
    assert reasons == expected


@pytest.mark.usefixtures("varied")
@pytest.mark.parametrize("format_", list(exports.FORMATS))
def test_dat_12_dat_13_two_exports_are_equal_byte_for_byte(
    workspace: Workspace, tmp_path: Path, format_: str
) -> None:
    first = exports.write(workspace, format=format_, out=tmp_path / "a")
    second = exports.write(workspace, format=format_, out=tmp_path / "b")
    assert first.sha256 == second.sha256
    for path in sorted((tmp_path / "a").rglob("*.json")):
        other = tmp_path / "b" / path.relative_to(tmp_path / "a")
        if path.name != "manifest.json":
            assert path.read_bytes() == other.read_bytes()


@pytest.mark.usefixtures("varied")
def test_dat_12_ids_do_not_depend_on_what_is_chosen(workspace: Workspace, tmp_path: Path) -> None:
    exports.write(workspace, format="coco", out=tmp_path / "all")
    exports.write(
        workspace,
        format="coco",
        out=tmp_path / "some",
        chosen=exports.selection(workspace, states=("accepted", "fixed")),
    )
    documents = [
        json.loads((tmp_path / name / "annotations/instances.json").read_text())
        for name in ("all", "some")
    ]
    everything = {row["id"]: row for row in documents[0]["annotations"]}
    assert all(everything[row["id"]] == row for row in documents[1]["annotations"])
    for document in documents:
        for part in ("annotations", "images", "categories"):
            found = [row["id"] for row in document[part]]
            assert min(found) >= 1
            assert len(set(found)) == len(found)


@pytest.mark.usefixtures("varied")
@pytest.mark.parametrize("format_", list(exports.FORMATS))
def test_labels_of_a_video_that_is_not_ready_are_listed(
    workspace: Workspace, tmp_path: Path, format_: str
) -> None:
    store.write(workspace, lambda db: db.execute("UPDATE videos SET state = 'failed'"))
    exports.write(workspace, format=format_, out=tmp_path / "out")
    reasons = Counter(row["reason"] for row in skipped(tmp_path / "out") if "track" in row)
    assert reasons == {"deleted": 4, "superseded": 2, "video_not_ready": 18}
