"""Following as a job: what is kept, where it ends, what undo gives back. The follower knows the
truth of a generated scene, so that every row can be compared with it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from core import db as store
from core import (
    edits,
    errors,
    follow_jobs,
    following,
    ingest,
    jobs,
    journal,
    pipeline,
    runs,
    tracks,
    verdicts,
    worker,
)
from core.jobs import Job
from core.labels import Box, FollowResult, FrameResult, Lost, Picture, Sighting
from core.tracks import Track
from core.workspace import Workspace
from tests.moving import Scene, across

SCENE = Scene(across, frames=60)


class Playback:
    """Answers each picture with the truth of its frame, until it loses the object."""

    device = "cpu"

    def __init__(
        self,
        *,
        lost_at: int | None = None,
        before: Callable[[int], None] = lambda frame: None,
    ) -> None:
        self._lost_at, self._before = lost_at, before
        self.seen: list[int] = []
        self.first: int | None = None

    def follow(
        self, first: Picture, boxes: Sequence[Box], pictures: Iterable[Picture]
    ) -> Iterator[FollowResult]:
        self.first = first.index
        for picture in pictures:
            self._before(picture.index)
            self.seen.append(picture.index)
            lost = picture.index == self._lost_at
            found = Lost("left") if lost else Sighting(across(picture.index), 0.9)
            yield FollowResult(picture.index, (found,), 0.001)
            if lost:
                return

    def close(self) -> None: ...


class Killed(BaseException):
    """Stands for the end of the process: nothing of ours catches it."""


@pytest.fixture(scope="module")
def scene_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return SCENE.encode(tmp_path_factory.mktemp("scene") / "scene.mp4")


@pytest.fixture
def video(workspace: Workspace, scene_file: Path) -> int:
    return ingest.add(workspace, scene_file, person="Ana").id


@pytest.fixture(autouse=True)
def keeps_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_jobs, "MOST_UNKEPT", 5)


def edit(workspace: Workspace, video: int, person: str = "Ana", **change: Any) -> Track:
    return store.write(
        workspace,
        lambda db: edits.apply(
            db, batch=uuid.uuid4().hex, person=person, video=video, edits=[change]
        ),
    ).tracks[0]


def drawn(workspace: Workspace, video: int, frame: int = 10, **more: Any) -> Track:
    box = list(across(frame).values())
    return edit(workspace, video, verb="add", **{"class": 1}, frame=frame, box=box, **more)


def ask(workspace: Workspace, track: Track, frame: int, direction: int = 1, **more: Any) -> int:
    return ask_as(workspace, track, {"frame": frame, "direction": direction, **more})


def ask_as(workspace: Workspace, track: Track, given: dict[str, Any]) -> int:
    wanted = {
        "batch": uuid.uuid4().hex,
        "person": "Ana",
        "video": track.video,
        "track": track.id,
        "revision": track.revision,
        "direction": 1,
        "model": "playback",
        **given,
    }
    return store.write(workspace, lambda db: following.queue(db, **wanted))


def claim(workspace: Workspace, identity: int) -> Job:
    claimed = store.write(workspace, lambda db: jobs.claim(db, job=identity))
    assert claimed is not None
    return claimed


def follow(
    workspace: Workspace,
    track: Track,
    frame: int,
    direction: int = 1,
    backend: Playback | None = None,
) -> dict[str, Any]:
    job = claim(workspace, ask(workspace, track, frame, direction))
    result = follow_jobs.run_job(workspace, job, backend or Playback())
    store.write(workspace, lambda db: jobs.finish(db, job, result))
    return result


def now(workspace: Workspace, identity: int) -> Track:
    with store.reader(workspace) as db:
        return tracks.get(db, identity)


def assert_true(track: Track, first: int, last: int) -> None:
    """The track is where the thing is, within the bound."""
    for frame in range(first, last + 1):
        place = track.at(frame)
        assert place is not None
        assert place.box.iou(across(frame)) >= 0.949


@pytest.mark.parametrize(("direction", "end"), [(1, 59), (-1, 0)])
def test_it_is_followed_to_the_end_as_the_persons_own_track(
    workspace: Workspace, video: int, direction: int, end: int
) -> None:
    before = drawn(workspace, video, 30)
    backend = Playback()
    result = follow(workspace, before, 30, direction, backend)
    assert backend.first == 30
    assert backend.seen == list(range(30 + direction, end + direction, direction))
    assert (result["reached"], result["reason"]) == (end, "end" if end else "begin")
    after = now(workspace, before.id)
    assert (after.first, after.last) == (min(30, end), max(30, end))
    assert_true(after, after.first, after.last)
    assert (after.state, after.person, after.run) == ("manual", "Ana", None)
    assert [k.source for k in after.keyframes if k.frame != 30] == ["model"] * (
        len(after.keyframes) - 1
    )
    assert len(after.keyframes) <= 4


def test_one_undo_takes_all_of_it_back_and_one_redo_brings_it_again(
    workspace: Workspace, video: int
) -> None:
    before = drawn(workspace, video)
    follow(workspace, before, 10)
    followed = now(workspace, before.id)
    with store.reader(workspace) as db:
        history = journal.history(db, "track", before.id)
    assert len({row["batch"] for row in history}) == 2
    assert len(history) > 4, "it was kept as it went on"

    def turn(kind: Callable[..., edits.Outcome]) -> Track:
        batch = uuid.uuid4().hex
        store.write(workspace, lambda db: kind(db, batch=batch, person="Ana", video=video))
        return now(workspace, before.id)

    undone = turn(edits.undo)
    assert (undone.keyframes, undone.first, undone.last) == (before.keyframes, 10, 10)
    again = turn(edits.redo)
    assert (again.keyframes, again.first, again.last) == (followed.keyframes, 10, 59)


@pytest.mark.parametrize("direction", [1, -1])
def test_a_keyframe_of_a_person_ends_it_and_stays(
    workspace: Workspace, video: int, direction: int
) -> None:
    track = drawn(workspace, video, 30)
    mine = edit(
        workspace,
        video,
        verb="fix",
        id=track.id,
        revision=track.revision,
        frame=30 + 12 * direction,
        box=[5, 5, 40, 40],
    )
    result = follow(workspace, mine, 30, direction)
    assert result["reason"] == "keyframe"
    assert result["next"] == 30 + 12 * direction
    assert result["reached"] == 30 + 11 * direction
    after = now(workspace, track.id)
    kept = after.at(30 + 12 * direction)
    assert kept is not None
    assert (kept.box, kept.source) == (Box(5, 5, 40, 40), "human")
    assert_true(after, min(30, result["reached"]), max(30, result["reached"]))


def test_what_a_model_said_before_gives_way_and_the_other_side_does_not_move(
    workspace: Workspace, video: int
) -> None:
    """Followed wrongly once, fixed in the middle, followed again from there."""
    track = drawn(workspace, video, 0, last=59)
    wrong = Playback(lost_at=50)
    wrong.follow = lambda first, boxes, pictures: (  # type: ignore[method-assign]
        FollowResult(p.index, (Sighting(Box(5.0 * (p.index % 7), 5, 30, 30), 0.9),), 0.0)
        for p in pictures
    )
    follow(workspace, track, 0, 1, wrong)
    before = now(workspace, track.id)
    fixed = edit(
        workspace,
        video,
        verb="fix",
        id=track.id,
        revision=before.revision,
        frame=20,
        box=list(across(20).values()),
    )
    follow(workspace, fixed, 20)
    after = now(workspace, track.id)
    assert_true(after, 20, 59)
    for frame in range(20):
        assert after.at(frame) == fixed.at(frame)


def test_beginning_between_keyframes_pins_that_place(workspace: Workspace, video: int) -> None:
    track = drawn(workspace, video, 0, last=59)
    held = track.at(15)
    assert held is not None
    result = follow(workspace, track, 15, 1, Playback(lost_at=40))
    assert (result["reason"], result["reached"], result["frames"]) == ("left", 39, 24)
    after = now(workspace, track.id)
    for frame in range(16):
        place = after.at(frame)
        assert place is not None
        assert place.box == held.box
    assert_true(after, 16, 39)
    assert after.last == 59


@pytest.fixture
def long(workspace: Workspace, video: int) -> Callable[[int], Track]:
    """A track of all frames without a person's keyframe ahead: drawn to the end and held there,
    or followed back to the beginning before."""

    def make(direction: int) -> Track:
        if direction > 0:
            return drawn(workspace, video, 0, last=59)
        back = drawn(workspace, video, 45, last=59)
        follow(workspace, back, 45, -1)
        return now(workspace, back.id)

    return make


@pytest.mark.parametrize(
    ("frame", "direction", "lost_at", "absent"),
    [(15, 1, 40, (40, 59)), (45, -1, 20, (0, 20)), (15, 1, 16, (16, 59)), (45, -1, 44, (0, 44))],
)
def test_where_it_is_lost_it_is_absent_and_one_undo_brings_all_back(
    workspace: Workspace,
    video: int,
    long: Callable[[int], Track],
    frame: int,
    direction: int,
    lost_at: int,
    absent: tuple[int, int],
) -> None:
    track = long(direction)
    identity = ask(workspace, track, frame, direction)
    job = claim(workspace, identity)
    result = follow_jobs.run_job(workspace, job, Playback(lost_at=lost_at))
    store.write(workspace, lambda db: jobs.finish(db, job, result))
    assert (result["reached"], result["absent"]) == (lost_at - direction, absent)
    after = now(workspace, track.id)
    there = [f for f in range(60) if after.at(f) is not None]
    assert there == [f for f in range(60) if not absent[0] <= f <= absent[1]]
    for f in there:
        place, was = after.at(f), track.at(f)
        assert place is not None
        assert was is not None
        behind = (frame - f) * direction >= 0
        assert place.box == was.box if behind else place.box.iou(across(f)) >= 0.949
    assert (after.first, after.last) == ((0, 59) if direction > 0 else (lost_at + 1, 59))
    with store.reader(workspace) as db:
        ending = following.report(db, identity)["ending"]
    first, last = absent
    assert ending == {
        "message": "Followed to frame {frame}. Then it left the picture.",
        "hint": "It is absent from frame {first} to {last}.",
        "values": {"frame": lost_at - direction, "next": None, "first": first, "last": last},
    }
    store.write(workspace, lambda db: edits.undo(db, batch="u", person="Ana", video=video))
    undone = now(workspace, track.id)
    assert (undone.first, undone.last, undone.keyframes) == (0, 59, track.keyframes)
    store.write(workspace, lambda db: edits.redo(db, batch="r", person="Ana", video=video))
    again = now(workspace, track.id)
    assert (again.first, again.last, again.keyframes) == (after.first, after.last, after.keyframes)


@pytest.mark.parametrize(("begin", "mine"), [(0, 50), (50, 0)])
def test_lost_before_a_persons_keyframe_it_goes_on_to_that(
    workspace: Workspace, video: int, begin: int, mine: int
) -> None:
    track = drawn(workspace, video, 0, last=59)
    box = list(across(50).values())
    track = edit(workspace, video, verb="fix", id=track.id, frame=50, box=box)
    direction = 1 if mine > begin else -1
    result = follow(workspace, track, begin, direction, Playback(lost_at=30))
    assert (result["reason"], result["next"], result["absent"]) == ("left", mine, None)
    after = now(workspace, track.id)
    assert all(after.at(frame) is not None for frame in range(60))


def test_what_an_earlier_follow_said_ahead_gives_way(workspace: Workspace, video: int) -> None:
    track = drawn(workspace, video, 0, last=59)
    follow(workspace, track, 0, 1, Playback(lost_at=50))
    follow(workspace, now(workspace, track.id), 10, 1, Playback(lost_at=30))
    twice = now(workspace, track.id)
    assert [f for f in range(60) if twice.at(f) is not None] == list(range(30))


@pytest.mark.parametrize(("frame", "lost_at", "absent"), [(10, 30, (30, 44)), (59, 50, (46, 50))])
def test_what_a_run_said_ahead_stays(
    workspace: Workspace, video: int, frame: int, lost_at: int, absent: tuple[int, int]
) -> None:
    track = drawn(workspace, video, 0, last=59)
    for change in (
        "INSERT INTO runs (id, video, model, version, parameters, device, first_frame, last_frame, "
        f"every, created_at) VALUES (1, {video}, 'm', '1', '{{}}', 'cpu', 0, 59, 1, '')",
        "UPDATE tracks SET run = 1, state = 'suggested', person = NULL",
        "UPDATE keyframes SET source = 'model'",
        "INSERT INTO keyframes (track, frame, x, y, w, h, source) "
        "SELECT track, 45, x, y, w, h, source FROM keyframes",
    ):
        store.write(workspace, lambda db, change=change: db.execute(change))
    direction = 1 if lost_at > frame else -1
    suggested = now(workspace, track.id)
    result = follow(workspace, suggested, frame, direction, Playback(lost_at=lost_at))
    assert result["absent"] == absent
    after = now(workspace, track.id)
    gone = [f for f in range(60) if after.at(f) is None]
    assert gone == list(range(absent[0], absent[1] + 1))
    assert (after.first, after.last, after.state) == (0, 59, "fixed")


@pytest.mark.parametrize("killed_at", [11, 14, 16, 33, 59])
def test_a_killed_worker_goes_on_and_doubles_nothing(
    workspace: Workspace, video: int, killed_at: int
) -> None:
    def kill(frame: int) -> None:
        if frame == killed_at:
            raise Killed

    track = drawn(workspace, video)
    identity = ask(workspace, track, 10)
    with pytest.raises(Killed):
        follow_jobs.run_job(workspace, claim(workspace, identity), Playback(before=kill))
    store.write(workspace, lambda db: db.execute("UPDATE jobs SET heartbeat = 0"))
    rest = Playback()
    job = claim(workspace, identity)
    result = follow_jobs.run_job(workspace, job, rest)
    kept = 10 + job.done
    assert killed_at - 6 <= kept < killed_at
    assert (rest.first, rest.seen) == (kept, list(range(kept + 1, 60)))
    assert (result["reached"], result["frames"]) == (59, 49)
    after = now(workspace, track.id)
    assert_true(after, 10, 59)
    with store.reader(workspace) as db:
        batches = db.execute("SELECT count(*) FROM batches").fetchone()[0]
    assert batches == 2


def test_what_somebody_else_changes_meanwhile_is_left_alone(
    workspace: Workspace, video: int
) -> None:
    track = drawn(workspace, video)
    theirs: list[Track] = []

    def change(frame: int) -> None:
        if frame == 30:
            theirs.append(
                edit(workspace, video, "Bo", verb="fix", id=track.id, frame=12, occluded=1)
            )

    result = follow(workspace, track, 10, 1, Playback(before=change))
    assert result["reason"] == "edited"
    assert 20 <= result["reached"] < 30
    assert now(workspace, track.id) == theirs[0]


def test_undo_while_it_goes_on_ends_it(workspace: Workspace, video: int) -> None:
    track = drawn(workspace, video)

    def undo(frame: int) -> None:
        if frame == 30:
            store.write(
                workspace, lambda db: edits.undo(db, batch="undo", person="Ana", video=video)
            )

    result = follow(workspace, track, 10, 1, Playback(before=undo))
    assert result["reason"] == "edited"
    assert now(workspace, track.id).keyframes == track.keyframes


def test_stop_keeps_what_was_kept(workspace: Workspace, video: int) -> None:
    track = drawn(workspace, video)
    identity = ask(workspace, track, 10)
    job = claim(workspace, identity)

    def stop(frame: int) -> None:
        if frame == 30:
            store.write(workspace, lambda db: jobs.cancel(db, identity))

    with pytest.raises(errors.Cancelled) as caught:
        follow_jobs.run_job(workspace, job, Playback(before=stop))
    store.write(workspace, lambda db: jobs.fail(db, job, caught.value))
    with store.reader(workspace) as db:
        told = following.report(db, identity)
    assert (told["state"], told["reason"]) == ("cancelled", "stopped")
    after = now(workspace, track.id)
    assert after.last == told["reached"]
    assert 20 <= told["reached"] < 30
    assert_true(after, 10, told["reached"])


def test_a_suggestion_that_is_followed_counts_as_fixed_once(
    workspace: Workspace, video: int
) -> None:
    track = drawn(workspace, video)
    store.write(
        workspace,
        lambda db: db.execute(
            "INSERT INTO runs (id, video, model, version, parameters, device, first_frame, "
            "last_frame, every, created_at) VALUES (1, ?, 'm', '1', '{}', 'cpu', 0, 9, 1, '')",
            [video],
        ),
    )
    store.write(
        workspace,
        lambda db: db.execute("UPDATE tracks SET run = 1, state = 'suggested', person = NULL"),
    )
    follow(workspace, now(workspace, track.id), 10)
    assert now(workspace, track.id).state == "fixed"
    with store.reader(workspace) as db:
        assert [row["decision"] for row in verdicts.live(db, "track", track.id)] == ["fix"]
    store.write(workspace, lambda db: edits.undo(db, batch="u", person="Ana", video=video))
    assert now(workspace, track.id).state == "suggested"


def test_what_cannot_be_asked_for(workspace: Workspace, video: int) -> None:
    track = drawn(workspace, video)
    for wanted, kind in (
        ({"revision": track.revision + 1}, errors.Stale),
        ({"frame": 11}, errors.BadInput),
        ({"track": track.id + 1}, errors.UnknownItem),
        ({"video": video + 1}, errors.UnknownItem),
    ):
        with pytest.raises(kind):
            ask_as(workspace, track, {"frame": 10, **wanted})
    with store.reader(workspace) as db:
        assert not [job for job in jobs.listed(db) if job.kind == "follow"]


def test_asked_twice_with_one_batch_it_is_one_job(workspace: Workspace, video: int) -> None:
    track = drawn(workspace, video)
    first = ask(workspace, track, 10, batch="once")
    assert ask(workspace, track, 10, batch="once") == first
    with store.reader(workspace) as db:
        of_an_edit = db.execute("SELECT id FROM batches LIMIT 1").fetchone()[0]
    with pytest.raises(errors.BadInput):
        ask(workspace, track, 10, batch=of_an_edit)


def test_a_model_that_suggests_cannot_follow(workspace: Workspace, video: int) -> None:
    track = drawn(workspace, video)
    job = claim(workspace, ask(workspace, track, 10))
    with pytest.raises(errors.BadInput, match="playback cannot follow"):
        follow_jobs.run_job(workspace, job, object())


class Finder:
    """Suggests nothing, frame by frame; ``then`` is done after some frames."""

    device = "cpu"

    def __init__(self, then: dict[int, Callable[[], None]]) -> None:
        self._then = then
        self.seen: list[int] = []

    def suggest(self, pictures: Iterator[Picture]) -> Iterator[FrameResult]:
        for picture in pictures:
            self.seen.append(picture.index)
            self._then.get(picture.index, lambda: None)()
            yield FrameResult(picture.index, (), 0.001)

    def close(self) -> None: ...


def test_a_run_gives_way_in_the_middle_of_a_chunk_and_a_follow_to_another(
    workspace: Workspace, video: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "URGENT_SECONDS", 0.0)
    one, two = drawn(workspace, video, 10), drawn(workspace, video, 20)
    finder = Finder({3: lambda: ask(workspace, one, 10, model="first") and None})
    order: list[tuple[str, int]] = []

    def second(frame: int) -> None:
        order.append(("first", frame))
        if frame == 15:
            ask(workspace, two, 20, model="second")

    def last(frame: int) -> None:
        order.append(("second", frame))

    known: dict[str, Any] = {
        "finder": finder,
        "first": Playback(before=second),
        "second": Playback(before=last),
    }
    here = worker.Worker(
        workspace, lambda name, parameters, device: pipeline.Loaded(known[name], "1", None)
    )
    store.write(workspace, lambda db: runs.queue(db, video=video, model="finder"))
    monkeypatch.setattr(ingest, "run_proxy", lambda *_, **__: {})
    seen_before: list[int] = []
    known["first"]._before = lambda frame: (seen_before.append(len(finder.seen)), second(frame))
    here.serve(once=True)
    assert finder.seen == list(range(60))
    assert set(seen_before) == {4}, "the run waits, after the frame it was at"
    assert [name for name, _ in order] == ["first"] * 5 + ["second"] * 39 + ["first"] * 44
    assert now(workspace, one.id).last == now(workspace, two.id).last == 59
    with store.reader(workspace) as db:
        assert {job.state for job in jobs.listed(db)} == {"done"}


def test_a_model_that_follows_is_refused_as_one_that_suggests(
    workspace: Workspace, video: int
) -> None:
    job = claim(
        workspace, store.write(workspace, lambda db: runs.queue(db, video=video, model="playback"))
    )
    with pytest.raises(errors.BadInput, match="finds none by itself"):
        pipeline.suggest(workspace, job, pipeline.Loaded(Playback(), "1", None))
    with store.reader(workspace) as db:
        assert runs.listed(db) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("frame", None), ("direction", 2), ("track", "7"), ("person", True), ("batch", 5)],
)
def test_what_another_program_wrote_is_refused_in_words(
    workspace: Workspace, video: int, name: str, value: object
) -> None:
    track = drawn(workspace, video)
    identity = ask(workspace, track, 10)
    store.write(
        workspace,
        lambda db: db.execute(
            "UPDATE jobs SET parameters = json_set(parameters, ?, json(?)) WHERE id = ?",
            [f"$.{name}", json.dumps(value), identity],
        ),
    )
    with store.reader(workspace) as db, pytest.raises(errors.StorageDamaged):
        following.report(db, identity)
    with pytest.raises(errors.StorageDamaged):
        follow_jobs.run_job(workspace, claim(workspace, identity), Playback())
    assert now(workspace, track.id) == track
