"""A large workspace, written straight into the store: many tracks on one long video, or hundreds
of people on every frame of a short one."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from core import classes, clock, frame_times, people
from core import db as store
from core.videos import Video
from core.workspace import Workspace

WIDTH, HEIGHT = 1280, 720
TRACKS, FRAMES, KEYFRAMES = 10_000, 36_000, 100
JOINTS = 33
PART = 200
DECIDED_EVERY, PERSON_EVERY = 4, 10


def fill(
    place: Workspace,
    *,
    step: int = 3,
    posed_every: int = 5,
    tracks: int = TRACKS,
    video: Video | None = None,
) -> int:
    """Write tracks of 100 keyframes each and return the id of their video.

    A quarter of the tracks is accepted, a tenth was made by a person, the rest is suggested.

    :param step: frames from one keyframe to the next.
    :param posed_every: one track in this many has 33 joints per keyframe; 0 for none.
    :param video: the one they are on; without it one of 36,000 frames that has no file.
    """
    size = _Size() if video is None else _Size(video.width, video.height, video.frames)
    ids = store.write(place, lambda db: _base(db, video.id if video else _video(db), size.frames))
    chance = random.Random(5)
    for first in range(0, tracks, PART):
        store.write(
            place,
            lambda db, first=first: _part(  # type: ignore[misc]
                db, ids, range(first, min(first + PART, tracks)), step, posed_every, chance, size
            ),
        )
    newest = "INSERT INTO settings (key, value) VALUES ('change', ?)"
    store.write(place, lambda db: db.execute(newest, [str(tracks)]))
    return ids[0]


@dataclass(frozen=True, slots=True)
class _Size:
    """Of the video: pixels and frames."""

    width: int = WIDTH
    height: int = HEIGHT
    frames: int = FRAMES


def _video(db: store.Database) -> int:
    video = db.execute(
        "INSERT INTO videos (sha256, name, bytes, width, height, frames, fps_num, fps_den, "
        "duration, state, added_at) VALUES (?, 'long.mp4', 1, ?, ?, ?, 30, 1, ?, 'ready', ?)",
        ["1" * 64, WIDTH, HEIGHT, FRAMES, FRAMES / 30, clock.now()],
    ).lastrowid
    times = frame_times.constant(FRAMES, Fraction(30))
    db.execute("INSERT INTO frame_times VALUES (?, ?, ?)", [video, times.to_blob(), times.digest()])
    return int(video or 0)


def _base(db: store.Database, video: int, frames: int) -> tuple[int, int, int]:
    """The video, a run over it and a batch of a person who decided."""
    who = people.identify(db, "generated")
    now = clock.now()
    run = db.execute(
        "INSERT INTO runs (video, model, version, first_frame, last_frame, state, created_at) "
        "VALUES (?, 'blazepose', '1', 0, ?, 'done', ?)",
        [video, frames - 1, now],
    ).lastrowid
    batch = db.execute(
        "INSERT INTO batches (id, person, video, kind, at) VALUES ('generated', ?, ?, 'do', ?)",
        [who, video, now],
    ).lastrowid
    return video, int(run or 0), int(batch or 0)


def _part(
    db: store.Database,
    ids: tuple[int, int, int],
    numbers: range,
    step: int,
    posed_every: int,
    chance: random.Random,
    size: _Size,
) -> None:
    """One transaction's worth of tracks."""
    video, run, batch = ids
    who, person = people.identify(db, "generated"), classes.by_name(db, "person")
    made = [
        _Made(number, chance.randrange(max(size.frames - KEYFRAMES * step, 1)), posed_every)
        for number in numbers
    ]
    db.conn.executemany(
        "INSERT INTO tracks (id, video, class, run, number, person, skeleton, first_frame, "
        "last_frame, score, state, keyframes, changed) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(one.id, video, person),
                *one.origin(run, who),
                *(one.skeleton, one.first, one.first + (KEYFRAMES - 1) * step),
                *(one.score, one.state, KEYFRAMES, one.id),
            )
            for one in made
        ],
    )
    db.conn.executemany(
        "INSERT INTO keyframes (track, frame, x, y, w, h, joints, score, source) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        itertools.chain.from_iterable(_keyframes(one, step, size) for one in made),
    )
    db.conn.executemany(
        "INSERT INTO verdicts (kind, target, decision, person, batch, at) "
        "VALUES ('track', ?, 'accept', ?, ?, ?)",
        [(one.id, who, batch, clock.now()) for one in made if one.state == "accepted"],
    )


class _Made:
    """One track: who made it, its state and whether it has a pose follow from its number."""

    def __init__(self, number: int, first: int, posed_every: int) -> None:
        manual = number % PERSON_EVERY == 0
        decided = number % DECIDED_EVERY == 1
        self.number, self.id, self.first = number, number + 1, first
        self.state = "manual" if manual else "accepted" if decided else "suggested"
        self.source = "human" if manual else "model"
        self.score = None if manual else 0.8
        self.posed = posed_every > 0 and number % posed_every == 0
        self.skeleton = "blazepose33" if self.posed else None

    def origin(self, run: int, person: int) -> tuple[int | None, int | None, int | None]:
        """Its run and number in it, or its person."""
        return (None, None, person) if self.source == "human" else (run, self.number, None)


def _keyframes(made: _Made, step: int, size: _Size) -> Iterator[tuple[Any, ...]]:
    """A smooth walk over the picture."""
    chance = np.random.default_rng(made.id)
    time = np.arange(KEYFRAMES)
    across = (chance.uniform(0.2, 0.8) + 0.1 * np.sin(time / chance.uniform(8, 30))) * size.width
    down = (chance.uniform(0.2, 0.6) + 0.05 * np.cos(time / chance.uniform(8, 30))) * size.height
    width = (60 + 10 * np.sin(time / 9)) * size.width / WIDTH
    boxes = np.stack([across, down, width, 2.5 * width], axis=1).astype("<f4").astype(float)
    pose = chance.uniform(0, 1, (JOINTS, 4))
    for number, (x, y, w, h) in enumerate(boxes.tolist()):
        joints = None
        if made.posed:
            rows = pose * [w, h, 1, 0] + [x, y, 0, 2]
            joints = rows.astype("<f4").tobytes()
        frame = made.first + number * step
        yield (made.id, frame, x, y, w, h, joints, made.score, made.source)
