"""A database that other hands have changed: refused in words, or shown as absent."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from core import (
    background,
    change_numbers,
    classes,
    content,
    edits,
    errors,
    exports,
    frame_times,
    ingest,
    jobs,
    journal,
    pipeline,
    restore,
    runs,
    stored,
    tracks,
    trials,
    videos,
)
from core import db as store
from core.labels import Box, Detection, FrameResult, Joint
from core.videos import Video
from core.workspace import Workspace

TAMPERED = ["{", "[1]", "null", "[" * 100_000, '"text"', "NaN", '{"a": Infinity}', "", "1" * 5000]
RESULTS = [
    FrameResult(
        3,
        (
            Detection("person", Box(1.5, 2, 30, 40), 0.5, (Joint(1, 2, 0.5, 2),), "coco17"),
            Detection("bag", Box(1, 2, 3, 4), 1.0),
        ),
        0.25,
    )
]


def change(workspace: Workspace, query: str, *values: object) -> None:
    """Write as another program does, which knows nothing of our rules."""

    def write(db: store.Database) -> None:
        rules = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in rules:
            db.execute(f"DROP TRIGGER {name}")
        db.execute(query, list(values))

    store.write(workspace, write)


def add_track(workspace: Workspace, video: int) -> int:
    edit = {"verb": "add", "client": "c", "class": 1, "frame": 2, "box": [1, 2, 30, 40]}
    done = store.write(
        workspace,
        lambda db: edits.apply(db, batch="b", person="Ada", video=video, edits=[edit]),
    )
    return done.created["c"]


@pytest.mark.parametrize("text", TAMPERED)
def test_sec_19_what_is_no_table_is_refused_and_names_its_place(text: str) -> None:
    with pytest.raises(
        errors.StorageDamaged, match="cannot be used: track 5, attributes"
    ) as refused:
        stored.table(text, "track 5, attributes")
    assert refused.value.hint
    assert stored.shown(text) == {}
    assert stored.told(text) is None


@pytest.mark.parametrize("text", [None, 5, b"\xff", "-1", "", "1.5", "１", "1_0", "9" * 19, " 1"])
def test_sec_19_what_is_no_count_is_refused(text: Any) -> None:
    with pytest.raises(errors.StorageDamaged):
        stored.whole(text, "settings, change")


@pytest.mark.parametrize(
    "found",
    [
        {"message": "{name} is gone."},
        {"message": "{0} is gone."},
        {"message": "{name.nothing}", "values": {"name": "a"}},
        {"message": "{name:>999999999999}", "values": {"name": "a"}},
        {"message": "a {", "values": {}},
        {"message": 5},
        {"message": "a", "values": []},
        {"message": "a", "hint": ["b"]},
        {"message": "a", "values": {"message": "twice"}},
    ],
)
def test_sec_19_words_that_cannot_be_said_are_absent(found: dict[str, Any]) -> None:
    assert stored.told(json.dumps(found)) is None


def test_sec_19_a_small_value_does_not_become_a_large_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = zlib.compress(bytes(2**27), 1)
    assert len(bomb) < 2**20
    with pytest.raises(errors.StorageDamaged):
        runs.decode(bomb)
    monkeypatch.setattr(frame_times, "_LARGEST", 2**26)
    with pytest.raises(errors.StorageError):
        frame_times.FrameTimes.from_blob(b"DGFT1\n" + bomb)


@pytest.mark.parametrize("tampered", TAMPERED)
def test_sec_19_videos_with_tampered_texts_are_listed(
    workspace: Workspace, video: Video, tampered: str
) -> None:
    change(workspace, "UPDATE videos SET tags = ?, warnings = ?, error = ?", *[tampered] * 3)
    with store.reader(workspace) as db:
        (found,) = videos.listed(db)
    assert (found.tags, found.warnings, found.error) == ((), (), None)


@pytest.mark.parametrize("tampered", TAMPERED)
def test_sec_19_a_track_with_tampered_attributes_is_refused_by_its_name(
    workspace: Workspace, video: Video, tampered: str
) -> None:
    track = add_track(workspace, video.id)
    change(workspace, "UPDATE tracks SET attributes = ?", tampered)
    edit = {"verb": "fix", "id": track, "frame": 2, "box": [5, 5, 5, 5]}
    with (
        store.reader(workspace) as db,
        pytest.raises(errors.StorageDamaged, match=f"track {track}, attributes"),
    ):
        tracks.window(db, video.id)
    with pytest.raises(errors.StorageDamaged):
        store.write(
            workspace,
            lambda db: edits.apply(db, batch="c", person="Ada", video=video.id, edits=[edit]),
        )
    with store.reader(workspace) as db:
        assert db.execute("SELECT attributes FROM tracks").fetchone()[0] == tampered
        assert db.execute("SELECT count(*) FROM edits").fetchone()[0] == 1


SIDES = [
    *TAMPERED,
    '{"track": {}}',
    '{"track": {"id": 5}, "keyframes": {}}',
    '{"track": {"deleted": true}, "keyframes": {"2": {}}}',
    '{"track": {}, "keyframes": {"x": null}}',
    '{"track": {}, "keyframes": {"2": {"f": 3, "x": 1, "y": 1, "w": 1, "h": 1, "joints": null, '
    '"occluded": 0, "outside": 0, "score": null, "source": "human"}}}',
    '{"track": {}, "keyframes": {"2": {"f": 2, "x": "a", "y": 1, "w": 1, "h": 1, "joints": null, '
    '"occluded": 0, "outside": 0, "score": null, "source": "human"}}}',
    '{"video": {"sha256": "0"}}',
    '{"video": {"name": "x"}}',
]


@pytest.mark.parametrize("tampered", SIDES)
def test_sec_19_a_tampered_journal_undoes_nothing(
    workspace: Workspace, video: Video, tampered: str
) -> None:
    track = add_track(workspace, video.id)
    change(workspace, "UPDATE edits SET before = ?", tampered)

    def undo(db: store.Database) -> object:
        return edits.undo(db, batch="u", person="Ada", video=video.id)

    with pytest.raises(errors.StorageDamaged, match="edit 1"):
        store.write(workspace, undo)
    with store.reader(workspace) as db:
        assert not tracks.get(db, track).deleted
        assert db.execute("SELECT count(*) FROM batches").fetchone()[0] == 1
        if tampered != '{"video": {"name": "x"}}':  # in itself what a change of a video looks like
            with pytest.raises(errors.StorageDamaged, match="edit 1"):
                journal.history(db, "track", track)


def test_raw_output_comes_back_as_it_was() -> None:
    assert runs.decode(runs.encode(RESULTS)) == RESULTS


@pytest.mark.parametrize(
    "tampered",
    [
        *TAMPERED,
        "[[1, 2]]",
        '[["1", 0.1, []]]',
        '[[1, 0.1, [["person", 0.5, [1, 2, 3], null, null]]]]',
        '[[1, 0.1, [["person", 0.5, [1, 2, 3, "4"], null, null]]]]',
        '[[1, 0.1, [["person", 0.5, [1, 2, 3, 1e999], null, null]]]]',
        "[[1, 0.1, [[5, 0.5, [1, 2, 3, 4], null, null]]]]",
        '[[1, 0.1, [["person", 0.5, [1, 2, 3, 4], null, [[1, 2]]]]]]',
    ],
)
def test_sec_19_tampered_raw_output_is_refused(tampered: str) -> None:
    for data in (zlib.compress(tampered.encode()), tampered.encode(), b""):
        with pytest.raises(errors.StorageDamaged):
            runs.decode(data)


class Nothing:
    """A model that sees nothing."""

    device = "cpu"

    def suggest(self, pictures: Any) -> Any:
        return (FrameResult(picture.index, (), 0.001) for picture in pictures)


def test_sec_19_a_run_whose_raw_output_was_tampered_with_ends_in_words(
    workspace: Workspace, video: Video
) -> None:
    def begin(db: store.Database) -> jobs.Job:
        job = jobs.claim(db, job=runs.queue(db, video=video.id, model="nothing"))
        assert job is not None
        run = runs.start(db, job, version="1", weights_hash=None, device="cpu")
        runs.add_chunk(db, run["id"], 0, b"x", span=(0, 31), seconds=1, model_seconds=1, frames=32)
        return job

    job = store.write(workspace, begin)
    with pytest.raises(errors.StorageDamaged, match="run 1, raw output"):
        pipeline.suggest(workspace, job, pipeline.Loaded(Nothing(), "1", None))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "tampered",
    [
        '{"seconds": "x", "detections": []}',
        '{"seconds": 1e999, "detections": []}',
        '{"seconds": 1, "detections": 5}',
        '{"seconds": 1, "detections": [["person", 0.5, [1, 2, 3], null, null]]}',
        '{"detections": []}',
    ],
)
def test_sec_19_a_tampered_try_is_not_shown(workspace: Workspace, tampered: str) -> None:
    job = store.write(workspace, lambda db: jobs.add(db, "try"))
    change(workspace, "UPDATE jobs SET state = 'done', result = ? WHERE id = ?", tampered, job)
    with store.reader(workspace) as db, pytest.raises(errors.StorageDamaged, match="result"):
        trials.read(jobs.get(db, job))


@pytest.mark.parametrize("tampered", [*TAMPERED, '{"name": "x"}'])
def test_sec_19_a_tampered_export_is_not_offered(workspace: Workspace, tampered: str) -> None:
    job = store.write(workspace, lambda db: exports.queue(db, format="ndjson"))
    change(workspace, "UPDATE jobs SET state = 'done', result = ? WHERE id = ?", tampered, job)
    with store.reader(workspace) as db:
        assert exports.finished(db) == []


@pytest.mark.parametrize("tampered", TAMPERED)
def test_sec_19_tampered_classes_and_settings(
    workspace: Workspace, video: Video, tampered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(workspace, "UPDATE classes SET names = ?, attributes = ?", tampered, tampered)
    change(workspace, "UPDATE skeletons SET bones = ?", tampered)
    for key in ("change", "restored", "media_kept", "demo_opened"):
        change(
            workspace,
            "INSERT INTO settings (key, value) VALUES (?, ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            key,
            tampered,
        )
    with store.reader(workspace) as db:
        assert [row["name"] for row in classes.every(db)] == ["person", "glove", "bag", "pad"]
        assert {str(row["names"]) for row in classes.every(db)} == {"{}"}
        if tampered != "[1]":
            with pytest.raises(errors.StorageDamaged, match=r"skeleton .*, bones"):
                classes.skeletons(db)
            with pytest.raises(errors.StorageDamaged, match="settings, media_kept"):
                content.kept(db)
        for read, key in ((change_numbers.newest, "change"), (restore.times, "restored")):
            with pytest.raises(errors.StorageDamaged, match=f"settings, {key}"):
                read(db)
    # What nobody can say is unneeded stays.
    orphan = workspace.media_path("a" * 64, content.ORIGINAL)
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"x")
    monkeypatch.setattr(content, "_ORPHAN_SECONDS", -1.0)
    content.clean(workspace)
    assert orphan.exists() == (tampered != "[1]")
    with pytest.raises(errors.StorageDamaged, match="settings, demo_opened"):
        background.open_demo(workspace)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[:-3],
        lambda data: b"DGFT1\n" + zlib.compress(b"{}\n"),
        lambda data: b"DGFT1\n" + zlib.compress(b'{"frames": 1e9, "packets": 2}\n'),
        lambda data: b"DGFT1\n" + zlib.compress(b'{"frames": -1, "packets": -1}\n' + bytes(800)),
        lambda data: b"DGFT1\n" + zlib.compress(b'{"frames": 99999999999, "packets": 2}\n'),
        lambda data: (
            b"DGFT1\n"
            + zlib.compress(
                zlib.decompress(data[6:]).replace(
                    b'"time_base": [1, ', b'"time_base": [1, 0], "x": ['
                )
            )
        ),
    ],
)
def test_sec_19_a_tampered_frame_table_is_refused(
    workspace: Workspace, video: Video, spoil: Callable[[bytes], bytes]
) -> None:
    with store.reader(workspace) as db:
        (good,) = db.execute("SELECT data FROM frame_times").fetchone()
        assert ingest.frame_times(db, video).count == 40
    change(workspace, "UPDATE frame_times SET data = ?", spoil(good))
    with (
        store.reader(workspace) as db,
        pytest.raises(errors.StorageError, match="frame table of a video cannot be read"),
    ):
        ingest.frame_times(db, video)
