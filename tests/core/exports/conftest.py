"""A small, varied store for export tests."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

import pytest
from sqlite_utils import Database

from core import change_numbers, clock, edits, frame_times, track_rows
from core import db as store
from core.labels import Box, Joint, Keyframe
from core.workspace import Workspace


@pytest.fixture
def timed_video(workspace: Workspace, add_video: Callable[..., int]) -> Callable[..., int]:
    """``timed_video(frames=50)``: a video without a file but with a frame table, 30000/1001 fps."""

    def add(*, frames: int = 50, name: str = "clip.mp4", unreadable: tuple[int, ...] = ()) -> int:
        video = add_video(frames=frames, name=name)
        times = frame_times.constant(frames, Fraction(30000, 1001), unreadable=unreadable)
        store.write(
            workspace,
            lambda db: db.execute(
                "INSERT INTO frame_times (video, data, digest) VALUES (?, ?, ?)",
                [video, times.to_blob(), times.digest()],
            ),
        )
        return video

    return add


@pytest.fixture
def add_run(workspace: Workspace) -> Callable[[int], int]:
    """``add_run(video)``: the row of a finished run of the model "dots" 1.0."""

    def add(video: int) -> int:
        def change(db: Database) -> int:
            cursor = db.execute(
                "INSERT INTO runs (video, model, version, first_frame, last_frame, state, "
                "created_at) VALUES (?, 'dots', '1.0', 0, 49, 'done', ?)",
                [video, clock.now()],
            )
            return int(cursor.lastrowid or 0)

        return store.write(workspace, change)

    return add


@pytest.fixture
def add_track(workspace: Workspace) -> Callable[..., int]:
    """``add_track(video, run, {0: (x, y, w, h), 9: ...})``: a suggested track."""

    def add(
        video: int,
        run: int,
        boxes: dict[int, tuple[float, float, float, float] | None],
        *,
        class_id: int = 1,
        skeleton: str | None = None,
        joints: tuple[Joint, ...] | None = None,
        last: int | None = None,
    ) -> int:
        keyframes = [
            Keyframe(
                frame,
                Box(*(box or (0, 0, 1, 1))),
                joints,
                outside=box is None,
                score=0.5,
                source="model",
            )
            for frame, box in boxes.items()
        ]

        def change(db: Database) -> int:
            identity = track_rows.add_row(
                db,
                video=video,
                class_id=class_id,
                first=min(boxes),
                last=max(boxes) if last is None else last,
                change=change_numbers.take(db),
                run=run,
                skeleton=skeleton,
                score=0.5,
            )
            track_rows.put_keyframes(db, identity, keyframes)
            return identity

        return store.write(workspace, change)

    return add


@pytest.fixture
def edit(workspace: Workspace) -> Callable[..., edits.Outcome]:
    """``edit(video, "accept", track, by="Ada", range=[0, 3])``."""
    count = iter(range(10_000))

    def apply(video: int, verb: str, track: int, by: str = "Ada", **more: object) -> edits.Outcome:
        change = {"verb": verb, "id": track, **more}
        return store.write(
            workspace,
            lambda db: edits.apply(
                db, batch=f"batch-{next(count)}", person=by, video=video, edits=[change]
            ),
        )

    return apply


@pytest.fixture
def varied(
    workspace: Workspace,
    timed_video: Callable[..., int],
    add_run: Callable[[int], int],
    add_track: Callable[..., int],
    edit: Callable[..., edits.Outcome],
) -> list[int]:
    """Three videos, 24 tracks in all states, parts, gaps, poses of two skeletons, 4 segments."""
    chance = random.Random(7)
    videos = [
        timed_video(name="a.mp4", unreadable=(5, 6)),
        timed_video(name="b.mp4"),
        timed_video(name="c.mp4"),
    ]
    runs = {video: add_run(video) for video in videos}
    for number in range(24):
        video = videos[number % 3]
        pose, size = (("coco17", 17), ("blazepose33", 33), (None, 0))[chance.randrange(3)]
        joints = tuple(
            Joint(chance.uniform(0, 640), chance.uniform(0, 360), 0.9, chance.randrange(3))
            for _ in range(size)
        )
        first = chance.randrange(30)
        boxes = {
            first: (10.0, 20.0, 30.0, 40.0),
            first + 5: None if number % 5 == 0 else (700.0, 20.0, 30.0, 40.0),
            first + 9: (50.5, 60.25, 70.0, 80.0),
        }
        track = add_track(
            video,
            runs[video],
            boxes,
            class_id=1 + number % 2,
            skeleton=pose,
            joints=joints or None,
            last=first + 12,
        )
        verb = ("accept", "reject", "fix", "skip", "delete", None)[number % 6]
        more = {
            "fix": {"frame": first + 2, "box": [1, 2, 3, 4]},
            "delete": {"scope": "track"},
            "accept": {} if number % 4 else {"range": [first, first + 3]},
        }.get(verb or "", {})
        if verb:
            edit(video, verb, track, by=chance.choice(["Ada", "Bo"]), **more)
    store.write(workspace, lambda db: _more(db, videos))
    return videos


def _more(db: Database, videos: list[int]) -> None:
    db.execute("UPDATE tracks SET hidden = 1 WHERE id IN (6, 12)")
    for number, state in enumerate(("manual", "accepted", "rejected", "suggested")):
        db.execute(
            "INSERT INTO segments (video, kind, class, first_frame, last_frame, text, person, "
            "state) VALUES (?, 'caption', NULL, 3, 9, 'jab', ?, ?)",
            [videos[number % 3], 1, state],
        )
    db.execute("UPDATE videos SET state = 'removed' WHERE id = ?", [videos[2]])
