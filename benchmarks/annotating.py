"""An annotator, played by a script in the real editor, brings suggestions to the truth.

Both arms begin from the same suggestions on the sample. With *sparse keyframes and identity tools*
a track keeps the few keyframes that a run stores, and may be split and merged. With *a keyframe on
every frame* each frame of a suggestion is a keyframe of its own, as other tools store what a model
saw and what a person copies forward, and there is no split, merge or swap. The policy is that of
``policy``, the same in both; one key, click or drag is one action.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from benchmarks import accuracy, figures, material, policy, screen, server
from benchmarks.figures import Figure
from benchmarks.hand import Hand
from core import db as store
from core import ingest, track_rows, tracks
from core.videos import Video
from core.workspace import Workspace

IDF1, MEAN_IOU = 0.99, 0.85
MOST_ACTIONS = 1500


@dataclass(frozen=True, slots=True)
class Arm:
    """A way to work: how suggestions are stored, and whether identities can be repaired."""

    name: str
    dense: bool
    tools: bool


ARMS = (
    Arm("sparse keyframes and identity tools", dense=False, tools=True),
    Arm("a keyframe on every frame, no identity tools", dense=True, tools=False),
)


def measure() -> Iterator[Figure]:
    """Actions, seconds and quality of each arm."""
    truth = json.loads(material.SAMPLE.with_suffix(".json").read_text("utf-8"))
    for arm in ARMS:
        with material.workspace() as place:
            video = _suggested(place, material.SAMPLE)
            with server.running(place) as running, screen.page() as page:
                desk = screen.opened(page, running.port, video)
                hand = Hand(desk)
                began = time.perf_counter()
                before = _scores(place, video, truth)
                look = _look(place, video, truth, dense=arm.dense)
                policy.correct(hand, look, tools=arm.tools, most=MOST_ACTIONS)
                seconds = time.perf_counter() - began
            yield from _figures(arm, hand, seconds, before, _scores(place, video, truth))


def _suggested(place: Workspace, path: Path) -> Video:
    video = ingest.add(place, path, person=material.PERSON)
    screen.work(place)
    material.suggest(place, [video])
    return video


def _make_dense(db: Database, video: int) -> None:
    """Store every position as a keyframe; none of them moves."""
    for track in tracks.window(db, video):
        track_rows.put_keyframes(db, track.id, [*track.dense()])


def _look(place: Workspace, video: Video, truth: Any, *, dense: bool) -> policy.Look:
    """What is saved now, beside the truth."""
    people = accuracy.people_by_frame(truth)

    def look() -> policy.Scene:
        if dense:
            store.write(place, lambda db: _make_dense(db, video.id))
        with store.reader(place) as db:
            found = [t for t in tracks.window(db, video.id) if t.state != "rejected"]
        return policy.Scene(people, found, good_enough=_good(people, found))

    return look


def _good(people: accuracy.People, found: list[tracks.Track]) -> bool:
    if accuracy.boxes(people, found).mean_iou < MEAN_IOU:
        return False
    here = {frame: accuracy.present(found, frame) for frame in people}
    return accuracy.idf1(people, here) >= IDF1


def _scores(place: Workspace, video: Video, truth: Any) -> dict[str, float]:
    people = accuracy.people_by_frame(truth)
    with store.reader(place) as db:
        found = [t for t in tracks.window(db, video.id) if t.state != "rejected"]
    return {**_measured(people, found), "keyframes": sum(len(t.keyframes) for t in found)}


def _measured(people: accuracy.People, found: list[tracks.Track]) -> dict[str, float]:
    linked = accuracy.linking(people, {frame: accuracy.present(found, frame) for frame in people})
    return {**linked, "mean_iou": accuracy.boxes(people, found).mean_iou}


def _figures(
    arm: Arm, hand: Hand, seconds: float, before: dict[str, float], after: dict[str, float]
) -> Iterator[Figure]:
    yield figures.info(f"actions, {arm.name}", hand.actions, "", **hand.counts)
    yield figures.info(f"seconds, {arm.name}", seconds, "s")
    for name, wanted in (("IDF1", IDF1), ("mean_iou", MEAN_IOU)):
        yield figures.at_least(f"{name}, {arm.name}", after[name], "", wanted, before=before[name])
    yield figures.info(f"HOTA, {arm.name}", after["HOTA"], "", before=before["HOTA"])
    yield figures.info(f"keyframes, {arm.name}", after["keyframes"], "", before=before["keyframes"])
