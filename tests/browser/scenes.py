"""What the workspaces hold that the forms of the screens are looked at with."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core import class_changes, edits, errors, event_classes, ingest, notes, segments, tracks
from core import db as store
from core.skeletons import COCO_17
from core.workspace import ROOT, Workspace

SAMPLE = ROOT / "sample_videos" / "sparring.mp4"
ATTRIBUTES = {
    "stance": {
        "type": "choice",
        "choices": ["orthodox", "southpaw"],
        "names": {"en": "stance", "ko": "스탠스"},
    },
    "guard": {
        "type": "choice",
        "choices": ["high", "low"],
        "names": {"en": "guard", "ko": "가드"},
        "changing": True,
    },
}
LONG = {
    "en": ("counterpunchcombination" * 3)[:58],
    "ko": ("앞손잽을흘리며뒷손으로받아치는연속동작" * 4)[:58],
}
PERSON = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren"
VIDEO = f"{'2026_11_26_RING_A_CAM_7_' * 5}"[:116] + ".mp4"
WORDS = {
    *("ana", "stance", "guard", "sparring", "orthodox", "southpaw", "high", "low"),
    *(LONG["en"], LONG["ko"], PERSON.lower()),
}
"""What the people of these scenes typed, in small letters."""


def apply(workspace: Workspace, video: int, *changes: dict[str, Any], person: str) -> edits.Outcome:
    batch = uuid.uuid4().hex
    return store.write(
        workspace,
        lambda db: edits.apply(db, batch=batch, person=person, video=video, edits=changes),
    )


def furnish(server: Any, video: int, suggest: Callable[..., Any]) -> None:
    """What the sparring sample holds after some work: poses, suggestions, events, a long talk."""
    truth = json.loads(SAMPLE.with_suffix(".json").read_text("utf-8"))
    for person in (0, 1):
        _person(server.own, video, truth, person)
    suggest(video, (0, 120, 0.91), (20, 299, 0.34))

    def change(db: store.Database) -> None:
        event_classes.add_boxing(db)
        class_changes.change(db, 1, batch="a", person="Bo", attributes=ATTRIBUTES)
        _talk(db, video, "L / R?", ("L!", "1 – 2 – 3\n" * 4), "Bo", x=200)

    store.write(server.own, change)
    event = {"kind": "segment", "verb": "add", "class": 5, "first": 30, "last": 44}
    caption = {**event, "type": "caption", "first": 60, "last": 90, "text": "1 – 2 – 3"}
    del caption["class"]
    apply(server.own, video, event, caption, person="Bo")


def _person(workspace: Workspace, video: int, truth: Any, number: int) -> None:
    """One of the two boxers, with a keyframe every second."""
    order = [truth["keypoint_names"].index(name) for name in COCO_17.joints]

    def place(frame: int) -> dict[str, Any]:
        seen = truth["frames"][frame]["people"][number]
        joints = [[*seen["keypoints"][n][:2], 1, seen["keypoints"][n][2]] for n in order]
        return {"frame": frame, "box": seen["box"], "joints": joints}

    add = {"verb": "add", "class": 1, "skeleton": "coco17", "last": 299, **place(0)}
    (track,) = apply(workspace, video, add, person="Bo").tracks
    for frame in range(30, 300, 30):
        apply(workspace, video, {"verb": "fix", "id": track.id, **place(frame)}, person="Bo")


def _talk(
    db: store.Database, video: int, text: str, answers: tuple[str, ...], person: str, *, x: int
) -> None:
    """A note with a dozen answers."""
    said = {"video": video, "person": person}
    note = notes.add(db, **said, client=f"{video}", frame=30, x=x, y=120, text=text)  # type: ignore[arg-type]
    for turn in range(12):
        answer = {"client": f"{video}-{turn}", "text": answers[turn % len(answers)]}
        notes.add(db, **said, **answer, replies_to=note)  # type: ignore[arg-type]


def add_faults(server: Any, clip: Callable[[str], Path], folder: Path) -> dict[str, int]:
    """Videos of the own workspace: without a label, damaged, gone, and one that failed."""
    gone = folder / "0004.mp4"
    gone.write_bytes(clip("one.mp4").read_bytes())
    files = {
        "0002.mp4": clip("three.mp4"),
        "0003.mp4": clip("damaged.mp4"),
        "0004.mp4": gone,
        "0005.mp4": clip("portrait.mp4"),
    }
    found = {
        name: ingest.add(server.own, path, name=name, person="Ana").id
        for name, path in files.items()
    }
    gone.unlink()
    error = errors.VideoUnreadable(
        "None of the pictures of {name} can be decoded.",
        "Copy or download the file again, or convert it to H.264 in an MP4 file.",
        name="0005.mp4",
    )
    store.write(
        server.own,
        lambda db: db.execute(
            "UPDATE videos SET state = 'failed', error = ? WHERE id = ?",
            [json.dumps(error.to_json()), found["0005.mp4"]],
        ),
    )
    return found


def stretch(workspace: Workspace, clip: Callable[[str], Path]) -> int:
    """A video with the longest names there can be, 40 classes and a dozen attributes; its id."""
    video = ingest.add(workspace, clip("cfr.mp4"), name=VIDEO, person=PERSON).id

    def names(number: int) -> dict[str, str]:
        return {language: f"{text}{number:02}" for language, text in LONG.items()}

    def attribute(number: int) -> dict[str, Any]:
        kind = ("choice", "text", "number", "yes/no")[number % 4]
        given = {"type": kind, "names": names(number), "changing": number % 2 == 1}
        return {**given, "choices": ["A1", "B2"]} if kind == "choice" else given

    def classes(db: store.Database) -> int:
        event_classes.add_boxing(db)
        for number in range(5, 36):
            given = {"name": f"{LONG['en']}{number:02}", "names": names(number)}
            kind = "event" if number > 30 else "object"
            added = class_changes.add(db, batch=f"c{number}", person=PERSON, kind=kind, **given)
        defined = {names(number)["en"]: attribute(number) for number in range(12)}
        for number in (10, added):
            class_changes.change(db, number, batch=f"d{number}", person=PERSON, attributes=defined)
        return added

    last = store.write(workspace, classes)
    box = {"verb": "add", "class": 10, "frame": 0, "last": 119}
    places = ([20, 60, 60, 100], [130, 60, 60, 100], [240, 60, 60, 100])
    made = [
        apply(workspace, video, {**box, "box": place}, person=PERSON).tracks[0].id
        for place in places
    ]
    range_of = {"kind": "segment", "verb": "add", "first": 10, "last": 60}
    event = {**range_of, "type": "event", "class": last}
    caption = {**range_of, "type": "caption", "text": " ".join([LONG["en"]] * 3)}
    (segment, _text) = apply(workspace, video, event, caption, person=PERSON).segments
    bind = {"kind": "segment", "verb": "bind", "id": segment.id, "track": made[0]}
    apply(workspace, video, {**bind, "revision": segment.revision}, person=PERSON)
    text = LONG["en"] + "0" * 120
    store.write(workspace, lambda db: _talk(db, video, text, (text,), PERSON, x=100))
    return video


class Others:
    """What somebody else does to the labels of a video meanwhile."""

    def __init__(self, server: Any, video: int) -> None:
        self.server, self.video, self.added = server, video, 0

    def add(self) -> int:
        """A track; its number."""
        box = {"verb": "add", "class": 2, "frame": 20, "last": 60, "box": [500, 20, 60, 40]}
        self.added = self._change(box).tracks[0].id
        return self.added

    def delete(self) -> None:
        """What was added."""
        self._change({"verb": "delete", "id": self.added, "scope": "track"})

    def move_track(self) -> None:
        """The first one, on frame 30."""
        with store.reader(self.server.own) as db:
            first = tracks.window(db, self.video)[0]
        place = first.at(30)
        assert place is not None
        x, y, w, h = place.box.values()
        self._change({"verb": "fix", "id": first.id, "frame": 30, "box": [x, y - 8, w, h]})

    def move_event(self) -> None:
        """The end of the first one."""
        with store.reader(self.server.own) as db:
            first = segments.shown(db, self.video)[0]
        seen = {"kind": "segment", "id": first.id, "revision": first.revision}
        self._change({**seen, "verb": "span", "first": first.first, "last": first.last + 1})

    def _change(self, edit: dict[str, Any]) -> Any:
        return apply(self.server.own, self.video, edit, person="Bo")
