from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import pytest

from core import db as store
from core import edits, errors, exports, ingest, jobs, pipeline, previews, runs, tracks, trials
from core.jobs import Job
from core.labels import Box, Detection, FrameResult, Joint, Picture
from core.workspace import ROOT, Workspace
from tests import clips

SAMPLE = ROOT / "sample_videos"


def _truth() -> dict[int, tuple[Detection, ...]]:
    frames = json.loads((SAMPLE / "sparring.json").read_text())["frames"]
    return {
        frame["frame"]: tuple(
            Detection(
                "person",
                Box(*person["box"]),
                0.9,
                tuple(Joint(x, y, 0.9, v) for x, y, v in person["keypoints"]),
                "coco17",
            )
            for person in frame["people"]
            if person["box"] is not None and person["visible"] > 0.3
        )
        for frame in frames
    }


TRUTH = _truth()


class Playback:
    """A model that knows the sample: it answers each picture with the truth of its frame."""

    device = "cpu"

    def __init__(self, *, before: Callable[[int], None] = lambda frame: None) -> None:
        self._before = before
        self.seen: list[int] = []

    def suggest(self, pictures: Iterator[Picture]) -> Iterator[FrameResult]:
        for picture in pictures:
            self._before(picture.index)
            self.seen.append(picture.index)
            yield FrameResult(picture.index, TRUTH[picture.index], 0.001)


class Killed(BaseException):
    """Stands for the end of the process: nothing of ours catches it."""


@pytest.fixture
def video(workspace: Workspace) -> int:
    return ingest.add(workspace, SAMPLE / "sparring.mp4", person="Ana").id


def _queue(workspace: Workspace, video: int, **options: Any) -> int:
    return store.write(
        workspace, lambda db: runs.queue(db, video=video, model="playback", **options)
    )


def _claim(workspace: Workspace, identity: int) -> Job:
    claimed = store.write(workspace, lambda db: jobs.claim(db, job=identity))
    assert claimed is not None
    return claimed


def _run(workspace: Workspace, video: int, backend: Playback | None = None, **options: Any) -> Any:
    job = _claim(workspace, _queue(workspace, video, **options))
    return pipeline.suggest(workspace, job, pipeline.Loaded(backend or Playback(), "1", None))


def _window(workspace: Workspace, video: int) -> list[tracks.Track]:
    with store.reader(workspace) as db:
        return tracks.window(db, video)


def _seen(found: list[tracks.Track]) -> list[Any]:
    return [(t.first, t.last, t.score, t.keyframes) for t in found]


def _edit(workspace: Workspace, video: int, **edit: Any) -> None:
    store.write(
        workspace,
        lambda db: edits.apply(db, batch=uuid.uuid4().hex, person="Ana", video=video, edits=[edit]),
    )


def test_suggestions_are_where_the_model_saw_people(workspace: Workspace, video: int) -> None:
    report = _run(workspace, video)
    found = _window(workspace, video)
    assert report["frames"] == 300
    assert report["tracks"] == len(found)
    for frame, people in TRUTH.items():
        places = [place for track in found if (place := track.at(frame)) is not None]
        for person in people:
            assert max((p.box.iou(person.box) for p in places), default=0) >= 0.95
    with store.reader(workspace) as db:
        stored = [result for chunk in runs.chunks(db, report["run"]) for result in chunk]
    assert [result.index for result in stored] == list(range(300))
    assert all(track.state == "suggested" for track in found)
    assert sum(len(track.keyframes) for track in found) < 0.8 * sum(map(len, TRUTH.values()))


def test_a_range_and_every_n(workspace: Workspace, video: int) -> None:
    backend = Playback()
    report = _run(workspace, video, backend, first=10, last=99, every=5)
    assert backend.seen == list(range(10, 100, 5))
    assert report["frames"] == 18
    assert {(t.first, t.last) for t in _window(workspace, video)} == {(10, 95)}


@pytest.mark.parametrize("killed_at", [0, 31, 32, 100, 170, 299])
def test_a_killed_run_goes_on_and_doubles_nothing(
    workspace: Workspace, video: int, killed_at: int
) -> None:
    def kill(frame: int) -> None:
        if frame == killed_at:
            raise Killed

    identity = _queue(workspace, video)
    with pytest.raises(Killed):
        pipeline.suggest(
            workspace,
            _claim(workspace, identity),
            pipeline.Loaded(Playback(before=kill), "1", None),
        )
    store.write(workspace, lambda db: db.execute("UPDATE jobs SET heartbeat = 0"))
    rest = Playback()
    report = pipeline.suggest(
        workspace, _claim(workspace, identity), pipeline.Loaded(rest, "1", None)
    )
    assert report["frames"] == 300
    assert rest.seen == list(range(killed_at // 32 * 32, 300))
    interrupted = _seen(_window(workspace, video))
    _run(workspace, video)
    assert interrupted == _seen(_window(workspace, video))


def test_a_run_killed_behind_its_last_full_chunk_is_whole(workspace: Workspace, video: int) -> None:
    chunks = 6  # the last of them is not written as suggestions at once
    identity = _queue(workspace, video, last=32 * chunks - 1)
    seen: list[int] = []

    def kill() -> None:
        seen.append(1)
        if len(seen) == 32 * chunks:
            raise Killed

    loaded = pipeline.Loaded(Playback(), "1", None)
    with pytest.raises(Killed):
        pipeline.suggest(workspace, _claim(workspace, identity), loaded, between=kill)
    store.write(workspace, lambda db: db.execute("UPDATE jobs SET heartbeat = 0"))
    pipeline.suggest(workspace, _claim(workspace, identity), loaded)
    interrupted = _seen(_window(workspace, video))
    assert max(last for _, last, *_ in interrupted) == 191
    _run(workspace, video, last=191)
    assert interrupted == _seen(_window(workspace, video))


def test_cancel_keeps_what_was_found(workspace: Workspace, video: int) -> None:
    identity = _queue(workspace, video)

    def cancel(frame: int) -> None:
        if frame == 80:
            store.write(workspace, lambda db: jobs.cancel(db, identity))

    job = _claim(workspace, identity)
    with pytest.raises(errors.Cancelled):
        pipeline.suggest(workspace, job, pipeline.Loaded(Playback(before=cancel), "1", None))
    assert {track.last for track in _window(workspace, video)} == {63}
    with store.reader(workspace) as db:
        assert runs.listed(db)[0]["state"] == "cancelled"


def test_a_decision_during_the_run_is_not_touched(workspace: Workspace, video: int) -> None:
    def accept(frame: int) -> None:
        if frame == 64:
            first = _window(workspace, video)[0]
            _edit(workspace, video, verb="accept", id=first.id, revision=first.revision)

    _run(workspace, video, Playback(before=accept))
    found = _window(workspace, video)
    decided = [track for track in found if track.state == "accepted"]
    assert len(decided) == 1
    assert decided[0].last < 64
    assert any(t.first == decided[0].last + 1 and t.state == "suggested" for t in found)


def test_a_second_run_supersedes_undecided_and_spares_decided(
    workspace: Workspace, video: int
) -> None:
    _run(workspace, video)
    before = _window(workspace, video)
    _edit(workspace, video, verb="accept", id=before[0].id)
    _edit(workspace, video, verb="reject", id=before[1].id)
    _run(workspace, video)
    after = {track.id: track for track in _window(workspace, video)}
    assert after[before[0].id].state == "accepted"
    assert after[before[1].id].state == "rejected"
    hidden = {track.id for track in before[2:]}
    assert hidden.isdisjoint(after)
    suggested = [track for track in after.values() if track.state == "suggested"]
    assert len(suggested) == len(before) - 2


def test_a_deleted_suggestion_is_not_offered_again(workspace: Workspace, video: int) -> None:
    _run(workspace, video)
    before = _window(workspace, video)
    _edit(workspace, video, verb="delete", id=before[0].id, scope="track")
    _run(workspace, video)
    assert len(_window(workspace, video)) == len(before) - 1


def test_a_run_that_fails_says_so_and_can_be_tried_again(workspace: Workspace, video: int) -> None:
    def break_down(frame: int) -> None:
        if frame == 50:
            raise errors.ModelUnavailable("The model broke.")

    identity = _queue(workspace, video)
    job = _claim(workspace, identity)
    with pytest.raises(errors.ModelUnavailable) as failure:
        pipeline.suggest(workspace, job, pipeline.Loaded(Playback(before=break_down), "1", None))
    store.write(workspace, lambda db: jobs.fail(db, job, failure.value))
    with store.reader(workspace) as db:
        assert runs.listed(db)[0]["state"] == "failed"
    store.write(workspace, lambda db: jobs.retry(db, identity))
    again = pipeline.suggest(
        workspace, _claim(workspace, identity), pipeline.Loaded(Playback(), "1", None)
    )
    assert again["frames"] == 300


class Everywhere(Playback):
    """A model that sees one person at the same place in every picture."""

    def suggest(self, pictures: Iterator[Picture]) -> Iterator[FrameResult]:
        for picture in pictures:
            # Where the damage was hidden by the decoder a picture may show another number.
            assert clips.number(picture.image) == picture.index or 30 <= picture.index < 90
            self.seen.append(picture.index)
            person = Detection("person", Box(40.0, 30.0, 80.0, 160.0), 0.9)
            yield FrameResult(picture.index, (person,), 0.001)


def test_vid_12_a_run_skips_unreadable_frames_and_exports_carry_on(
    workspace: Workspace, clip: Callable[[str], Path], tmp_path: Path
) -> None:
    video = ingest.add(workspace, clip("damaged.mp4"), person="Ana")
    with store.reader(workspace) as db:
        unreadable = ingest.frame_times(db, video).unreadable
    bad = [n for n in range(120) if unreadable[n]]
    assert bad
    model = Everywhere()
    run = _run(workspace, video.id, model)
    assert model.seen == [n for n in range(120) if not unreadable[n]]
    assert (run["frames"], run["tracks"]) == (120 - len(bad), 1)
    with pytest.raises(errors.FrameUnreadable, match=f"Frame {bad[0]} of damaged.mp4"):
        _try(workspace, video.id, bad[0])
    # A person may label a frame that cannot be seen; formats with pictures leave it out and say so.
    edit = {"verb": "add", "class": 1, "frame": bad[0], "box": [1, 2, 30, 40]}
    store.write(
        workspace,
        lambda db: edits.apply(db, batch="b", person="Ana", video=video.id, edits=[edit]),
    )
    chosen = exports.selection(workspace, states=(), class_names=(), video_ids=())
    left_out = {}
    for form in ("ndjson", "coco"):
        report = exports.write(
            workspace, format=form, out=tmp_path / form, chosen=chosen, options=exports.Options()
        ).to_json()
        left_out[form] = {row["reason"]: row["count"] for row in report["skipped"]}
    # The run's track passes over the damage; the label of a person stands on one of its frames.
    assert left_out["ndjson"] == {}
    assert left_out["coco"] == {"frame_unreadable": len(bad) + 1, "no_frame_selected": 1}
    written = json.loads((tmp_path / "coco" / "annotations" / "instances.json").read_text())
    frames = sorted(row["image_id"] % 10**8 - 1 for row in written["annotations"])
    assert frames == model.seen


def _try(workspace: Workspace, video: int, frame: int) -> trials.Trial | None:
    parameters = {"model": "playback", "frame": frame, "parameters": {}}
    identity = store.write(
        workspace, lambda db: jobs.add(db, "try", video=video, parameters=parameters)
    )
    loaded = pipeline.Loaded(Playback(), "1", None)
    job = _claim(workspace, identity)
    result = trials.run_job(workspace, job, loaded)
    return trials.read(replace(job, result=json.loads(json.dumps(result))))


def test_a_try_shows_one_frame_and_keeps_nothing(workspace: Workspace, video: int) -> None:
    result = _try(workspace, video, 7)
    assert result is not None
    assert [seen.box for seen in result.detections] == [person.box for person in TRUTH[7]]
    assert _window(workspace, video) == []


@pytest.mark.parametrize("span", [(0, 300), (-1, 5), (9, 3)])
def test_a_range_outside_the_video_is_refused(
    workspace: Workspace, video: int, span: tuple[int, int]
) -> None:
    with pytest.raises(errors.BadInput):
        _queue(workspace, video, first=span[0], last=span[1])


class Reader:
    """A model that reads the number painted into each picture."""

    device = "cpu"

    def __init__(self) -> None:
        self.seen: list[tuple[int, int]] = []

    def suggest(self, pictures: Iterator[Picture]) -> Iterator[FrameResult]:
        for picture in pictures:
            self.seen.append((picture.index, clips.number(picture.image)))
            yield FrameResult(picture.index, (), 0.001)


@pytest.mark.parametrize(
    "name", ["cfr.mp4", "vfr.mp4", "rot90.mp4", "negative.mkv", "open_gop.ts", "mpeg4.avi"]
)
def test_dat_15_model_and_thumbnail_see_the_frame_they_are_told(
    workspace: Workspace, clip: Callable[[str], Path], name: str
) -> None:
    added = ingest.add(workspace, clip(name), person="Ana")
    reader = Reader()
    job = _claim(workspace, _queue(workspace, added.id, first=5, every=3))
    pipeline.suggest(workspace, job, pipeline.Loaded(reader, "1", None))
    assert reader.seen == [(frame, frame) for frame in range(5, added.frames, 3)]
    with store.reader(workspace) as db:
        chosen = previews.thumbnail_frame(ingest.frame_times(db, added))
    thumbnail = workspace.media_path(added.sha256, "thumbnail.jpg")
    assert clips.number(cv2.imread(str(thumbnail))) == chosen
