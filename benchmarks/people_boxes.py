"""Recall and precision on boxes made by hand; the protocol is in the README of those boxes.

IoU 0.5, one to one; ``small`` people and ignore regions count neither way; pooled over all boxes,
and as the mean over the clips.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks import figures, matching, material
from benchmarks.figures import Figure
from benchmarks.matching import Tally
from core import db as store
from core import tracks
from core.labels import Box
from core.videos import Video
from core.workspace import Workspace

TRUTH = material.DATA / "annotations" / "people_boxes" / "people.json"

Found = Callable[[int], list[Box]]
"""The boxes that were found in a frame."""


CHOSEN_ON = ("arm_wrestling_glitch_end.mp4", "basketball_two_players.mp4")
"""The clips on which parameters of the model and of linking were chosen."""

PASSES = {1: "", 2: ", both passes"}


def measure() -> Iterator[Figure]:
    """Run the model over the clips and compare its tracks, and its raw output, with the boxes."""
    truth = json.loads(material.required(TRUTH).read_text("utf-8"))
    for passes, suffix in PASSES.items():
        of_tracks: dict[str, Tally] = {}
        of_raw: dict[str, Tally] = {}
        with material.workspace() as place:
            clips = {name: material.add(place, material.CLIPS / name) for name in sorted(truth)}
            runs = material.suggest(place, list(clips.values()), {"passes": passes})
            for (name, video), run in zip(clips.items(), runs, strict=True):
                of_tracks[name] = compare(truth[name], from_tracks(place, video))
                of_raw[name] = compare(truth[name], _from_log(place, run["id"]))
        yield from summary(f"tracks{suffix}", of_tracks)
        yield from apart(f"tracks{suffix}", of_tracks)
        yield from summary(f"raw detections{suffix}", of_raw)
        speed = sum(run["frames"] for run in runs) / sum(run["model_seconds"] for run in runs)
        yield figures.info(f"frames per second of the model, five clips{suffix}", speed, "fps")


def apart(what: str, clips: Mapping[str, Tally]) -> Iterator[Figure]:
    """The clips that parameters were chosen on, and the others; mean IoU of all."""
    total = Tally()
    for group, chosen in (("clips chosen on", True), ("other clips", False)):
        pooled = Tally()
        for name, one in clips.items():
            if (name in CHOSEN_ON) is chosen:
                pooled.add(one)
        total.add(pooled)
        yield figures.info(f"recall, {group}, {what}", pooled.recall, "", **pooled.to_json())
        yield figures.info(f"precision, {group}, {what}", pooled.precision, "")
    yield figures.info(f"mean IoU of matched boxes, pooled, {what}", total.mean_iou, "")


def from_tracks(place: Workspace, video: Video) -> Found:
    """The boxes of all tracks of a video."""
    with store.reader(place) as db:
        found = tracks.window(db, video.id)
    return lambda frame: [at.box for track in found if (at := track.at(frame)) is not None]


def _from_log(place: Workspace, run: int) -> Found:
    boxes = {
        result.index: [seen.box for seen in result.detections]
        for result in material.raw_results(place, run)
    }
    return lambda frame: boxes.get(frame, [])


def compare(clip: Mapping[str, Any], found: Found) -> Tally:
    """Compare the frames of a clip that have boxes made by hand.

    :param clip: its part of ``people.json``.
    """
    total = Tally()
    for frame, people in clip["frames"].items():
        boxes = {small: [_box(p) for p in people if p["small"] == small] for small in (False, True)}
        ignore = [Box(*map(float, region)) for region in clip["ignore"].get(frame, [])]
        total.add(
            matching.tally(boxes[False], found(int(frame)), neither=boxes[True], ignore=ignore)
        )
    return total


def _box(person: Mapping[str, Any]) -> Box:
    return Box(*(float(person[side]) for side in "xywh"))


def summary(what: str, clips: Mapping[str, Tally]) -> list[Figure]:
    """Recall and precision, pooled and as the mean over the clips."""
    pooled = Tally()
    for one in clips.values():
        pooled.add(one)
    each = {name: one.to_json() for name, one in clips.items()}
    mean = {
        "recall": sum(one.recall for one in clips.values()) / len(clips),
        "precision": sum(one.precision for one in clips.values()) / len(clips),
    }
    return [
        figures.info(f"recall, pooled, {what}", pooled.recall, "", **pooled.to_json(), clips=each),
        figures.info(f"precision, pooled, {what}", pooled.precision, "", **pooled.to_json()),
        figures.info(f"recall, mean over clips, {what}", mean["recall"], ""),
        figures.info(f"precision, mean over clips, {what}", mean["precision"], ""),
    ]
