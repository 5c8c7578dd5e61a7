"""How good suggestions are on each sample, against its exact truth; figures name the clip.

Persons of whom at least a quarter is visible count; others count neither way, found or not.
Boxes: IoU 0.5, one to one. Poses: OKS-AP as COCO defines it (ten thresholds, COCO's sigmas and
17 joints, hidden joints included, area = visible pixels). Linking: HOTA and CLEAR of ``trackers``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import figures, keypoints, matching, material
from benchmarks.figures import Figure
from benchmarks.matching import Tally
from core import db as store
from core import tracks
from core.labels import Box, Keyframe
from core.tracks import Track

VISIBLE = 0.25

People = Mapping[int, Sequence[Mapping[str, Any]]]
"""By frame, the people of the truth of whom anything is visible."""


def measure() -> Iterator[Figure]:
    """Suggest on every sample and compare the tracks, and the raw output, with its truth."""
    for path in material.truths():
        yield from measure_sample(path)


def measure_sample(path: Path) -> Iterator[Figure]:
    """The figures of one sample, of which ``path`` is the truth, named by its clip."""
    truth = json.loads(material.required(path).read_text("utf-8"))
    people = people_by_frame(truth)
    with material.workspace() as place:
        video = material.add(place, path.with_name(truth["video"]["file"]))
        run = material.suggest(place, [video])[0]
        with store.reader(place) as db:
            found = tracks.window(db, video.id)
        raw = material.raw_results(place, run["id"])
    of_raw = {
        result.index: [
            keypoints.found(seen.box, seen.joints, seen.skeleton, seen.score)
            for seen in result.detections
        ]
        for result in raw
    }
    for made in (
        *_pose_figures(truth, people, _poses(found, people), of_raw),
        *_box_figures(people, found),
        *_link_figures(people, found),
    ):
        yield replace(made, name=f"{made.name}, {truth['video']['file']}")


def people_by_frame(truth: Mapping[str, Any]) -> dict[int, list[Mapping[str, Any]]]:
    """Those of whom anything is visible."""
    return {
        frame["frame"]: [person for person in frame["people"] if person["box"] is not None]
        for frame in truth["frames"]
    }


def counts(person: Mapping[str, Any]) -> bool:
    """Whether enough of a person is visible to be asked for."""
    return bool(person["visible"] >= VISIBLE)


def _poses(found: Sequence[Track], people: People) -> dict[int, list[keypoints.Found]]:
    return {
        frame: [
            keypoints.found(at.box, at.joints, track.skeleton, at.score or 0.0)
            for track, at in present(found, frame)
        ]
        for frame in people
    }


def present(found: Sequence[Track], frame: int) -> list[tuple[Track, Keyframe]]:
    """The tracks that are there at a frame, and where."""
    return [(track, at) for track in found if (at := track.at(frame)) is not None]


def _pose_figures(
    truth: Mapping[str, Any],
    people: People,
    of_tracks: Mapping[int, list[keypoints.Found]],
    of_raw: Mapping[int, list[keypoints.Found]],
) -> list[Figure]:
    known = {
        frame: [
            keypoints.Truth(
                Box(*map(float, one["box"])),
                [tuple(joint) for joint in one["keypoints"]],
                float(one["pixels"]),
                counts(one),
            )
            for one in present_people
        ]
        for frame, present_people in people.items()
    }
    size = truth["video"]["width"], truth["video"]["height"]
    protocol = {"protocol": f"truth from {VISIBLE} visible, others ignored; COCO sigmas"}
    made = []
    for name, results in (("tracks", of_tracks), ("raw detections", of_raw)):
        ground, detections = keypoints.documents(known, results, size)
        scores = keypoints.average_precision(ground, detections)
        made.append(figures.info(f"OKS-AP, {name}", scores["AP"], "", **scores, **protocol))
    return made


def boxes(people: People, found: Sequence[Track]) -> Tally:
    """The boxes of tracks beside the true ones, over all frames of the truth."""
    total = Tally()
    for frame, present_people in people.items():
        here = [at.box for _, at in present(found, frame)]
        asked, neither = _split(present_people)
        total.add(matching.tally(asked, here, neither=neither))
    return total


def _box_figures(people: People, found: Sequence[Track]) -> list[Figure]:
    total = boxes(people, found)
    return [
        figures.info("recall of boxes, tracks", total.recall, "", **total.to_json()),
        figures.info("precision of boxes, tracks", total.precision, ""),
        figures.info("mean IoU of matched boxes, tracks", total.mean_iou, ""),
    ]


def _split(people: Sequence[Mapping[str, Any]]) -> tuple[list[Box], list[Box]]:
    boxes = [(counts(one), Box(*map(float, one["box"]))) for one in people]
    return [box for asked, box in boxes if asked], [box for asked, box in boxes if not asked]


def _link_figures(people: People, found: Sequence[Track]) -> list[Figure]:
    scores = linking(people, {frame: present(found, frame) for frame in people})
    return [
        figures.info("HOTA, tracks", scores["HOTA"], "", **scores),
        figures.info("identity switches, tracks", scores["identity_switches"], ""),
        figures.info("tracks per person", len(found) / _persons(people), "", tracks=len(found)),
    ]


def _persons(people: People) -> int:
    return max(len({one["id"] for frame in people.values() for one in frame}), 1)


def linking(
    people: People, found: Mapping[int, Sequence[tuple[Track, Keyframe]]]
) -> dict[str, float]:
    """HOTA and its parts, identity switches and IDF1.

    Found boxes that match a person who does not count are left out first, as MOTChallenge does.
    """
    from trackers import eval as scoring

    sides = _sides(people, found)
    hota = scoring.compute_hota_metrics(*sides)
    clear = scoring.compute_clear_metrics(*sides)
    identity = scoring.compute_identity_metrics(*sides)
    return {
        **{name: float(hota[name]) for name in ("HOTA", "DetA", "AssA", "LocA")},
        "MOTA": float(clear["MOTA"]),
        "IDF1": float(identity["IDF1"]),
        "identity_switches": int(clear["IDSW"]),
        "fragments": int(clear["Frag"]),
    }


def idf1(people: People, found: Mapping[int, Sequence[tuple[Track, Keyframe]]]) -> float:
    """IDF1 alone, as in :func:`linking`; HOTA takes much longer."""
    from trackers import eval as scoring

    return float(scoring.compute_identity_metrics(*_sides(people, found))["IDF1"])


def _sides(
    people: People, found: Mapping[int, Sequence[tuple[Track, Keyframe]]]
) -> tuple[list[Any], list[Any], list[Any]]:
    """Ids of the truth and of what was found, and their similarity, frame by frame."""
    true_ids, found_ids, similarities = [], [], []
    for frame, present_people in people.items():
        asked = [one for one in present_people if counts(one)]
        truth, neither = _split(present_people)
        here = list(found[frame])
        places = [at.box for _, at in here]
        taken = {column for _, column, _ in matching.pairs(truth, places)}
        rest = [column for column in range(len(here)) if column not in taken]
        excused = matching.pairs(neither, [places[column] for column in rest])
        dropped = {rest[column] for _, column, _ in excused}
        kept = [column for column in range(len(here)) if column not in dropped]
        true_ids.append(np.array([one["id"] for one in asked], dtype=int))
        found_ids.append(np.array([here[column][0].id for column in kept], dtype=int))
        similarities.append(matching.ious(truth, [places[column] for column in kept]))
    return true_ids, found_ids, similarities
