"""What a played annotator does next, given what is saved and what is true.

Again and again, until what is saved is good enough, the first of these that applies:

1. *A track of nobody* (hardly any of its boxes is a person): reject it.
2. *A track that changes its person*: split it where it does. Without identity tools its part from
   there on is deleted.
3. *A person in several tracks*: merge them, in their order. Without identity tools the earliest
   stays, is copied on over the frames of the next, and that one is deleted.
4. *A person whose track begins late or ends early*: make the track begin or end where the person
   does.
5. *A person who is seen where their track is absent*: let it be there, and absent again after.
6. *A track that is there while its person is not seen*: let it be absent, and there again after.
7. *The worst box*: go to the frame of the lowest IoU and drag two corners where they belong.

An annotator sees what is wrong; the script knows it from the truth. It sees persons of whom a
quarter is visible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from benchmarks import accuracy, matching
from benchmarks.hand import Hand
from core.labels import Box
from core.tracks import Track

NOBODY = 0.3
CHANGE = 5
"""Frames in a row from which a track counts as having changed its person."""


@dataclass(frozen=True)
class Scene:
    """The truth by frame, the tracks that are saved, and whether that is good enough."""

    people: accuracy.People
    found: list[Track]
    good_enough: bool

    @cached_property
    def owners(self) -> dict[int, dict[int, int]]:
        """By track and frame, the person whom the track's box is on."""
        owned: dict[int, dict[int, int]] = {track.id: {} for track in self.found}
        for frame, people in self.people.items():
            here = accuracy.present(self.found, frame)
            truth = [Box(*map(float, one["box"])) for one in people]
            for row, column, _ in matching.pairs(truth, [at.box for _, at in here]):
                owned[here[column][0].id][frame] = people[row]["id"]
        return owned

    def owner(self, track: Track) -> int | None:
        """Whose track it mostly is."""
        counts = Counter(self.owners[track.id].values())
        return counts.most_common(1)[0][0] if counts else None

    def truth(self, person: int) -> dict[int, Box]:
        """Where a person is, at the frames where enough of them is visible."""
        return {
            frame: Box(*map(float, one["box"]))
            for frame, people in self.people.items()
            for one in people
            if one["id"] == person and accuracy.counts(one)
        }

    def boxes(self, frame: int, without: int) -> list[Box]:
        """All boxes at a frame but that of a track."""
        return [at.box for track, at in accuracy.present(self.found, frame) if track.id != without]


Look = Callable[[], Scene]


def correct(hand: Hand, look: Look, *, tools: bool, most: int) -> None:
    """Work until it is good enough, or until so many actions are done."""
    while hand.actions < most:
        scene = look()
        if scene.good_enough:
            return
        if not any(step(hand, scene, tools) for step in STEPS):
            return
        hand.saved()


def _choose(hand: Hand, scene: Scene, track: Track, frame: int) -> None:
    at = track.at(frame)
    assert at is not None
    hand.go_to(frame)
    hand.select(track.id, at.box, scene.boxes(frame, track.id))


def _present(track: Track) -> list[int]:
    return [keyframe.frame for keyframe in track.dense()]


def _reject(hand: Hand, scene: Scene, tools: bool) -> bool:
    for track in scene.found:
        frames = _present(track)
        if len(scene.owners[track.id]) < NOBODY * len(frames):
            _choose(hand, scene, track, frames[len(frames) // 2])
            hand.key("x")
            return True
    return False


def _changes(scene: Scene, track: Track) -> Iterator[int]:
    """Frames at which a track goes over to another person and stays with them."""
    owned = sorted(scene.owners[track.id].items())
    for index in range(CHANGE, len(owned) - CHANGE + 1):
        before = {person for _, person in owned[index - CHANGE : index]}
        after = {person for _, person in owned[index : index + CHANGE]}
        if len(before) == len(after) == 1 and before != after:
            yield owned[index][0]


def _split(hand: Hand, scene: Scene, tools: bool) -> bool:
    for track in scene.found:
        for frame in _changes(scene, track):
            _choose(hand, scene, track, frame)
            hand.key("s") if tools else hand.delete("onward")
            return True
    return False


def _parts(scene: Scene) -> Iterator[tuple[Track, Track]]:
    """Two tracks of one person, one after the other."""
    by_person: dict[int, list[Track]] = {}
    for track in sorted(scene.found, key=lambda track: track.first):
        person = scene.owner(track)
        if person is not None:
            by_person.setdefault(person, []).append(track)
    for parts in by_person.values():
        yield from pairwise(parts)


def _merge(hand: Hand, scene: Scene, tools: bool) -> bool:
    for first, second in _parts(scene):
        if tools:
            _choose(hand, scene, first, _present(first)[-1])
            hand.merge_with(second.id)
        else:
            _choose(hand, scene, second, _present(second)[0])
            hand.delete("track")
            hand.saved()
            _choose(hand, scene, first, _present(first)[-1])
            hand.copy_forward(second.last - first.last)
        return True
    return False


def _extend(hand: Hand, scene: Scene, tools: bool) -> bool:
    for track in scene.found:
        person = scene.owner(track)
        frames = sorted(scene.truth(person)) if person is not None else []
        if not frames:
            continue
        for wanted, key, edge in (
            (frames[0], "Shift+BracketLeft", track.first),
            (frames[-1], "Shift+BracketRight", track.last),
        ):
            if (wanted < edge) if edge == track.first else (wanted > edge):
                _choose(hand, scene, track, edge)
                hand.go_to(wanted)
                hand.key(key)
                return True
    return False


def _return(hand: Hand, scene: Scene, tools: bool) -> bool:
    for track in scene.found:
        person = scene.owner(track)
        seen = scene.truth(person) if person is not None else {}
        present = set(_present(track))
        missed = [f for f in sorted(seen) if track.first <= f <= track.last and f not in present]
        if not missed:
            continue
        after = missed[0]
        while after in missed:
            after += 1
        _choose(hand, scene, track, max(f for f in present if f < missed[0]))
        hand.go_to(missed[0])
        hand.key("Shift+Q")
        if after <= track.last and after not in present:
            hand.saved()
            hand.go_to(after)
            hand.key("Shift+Q")
        return True
    return False


def _leave(hand: Hand, scene: Scene, tools: bool) -> bool:
    for track in scene.found:
        person = scene.owner(track)
        seen = scene.truth(person) if person is not None else {}
        bare = [f for f in _present(track) if f not in seen and f not in scene.owners[track.id]]
        if len(bare) < CHANGE:
            continue
        after = bare[0]
        while after in bare:
            after += 1
        _choose(hand, scene, track, bare[0])
        hand.key("Shift+Q")
        if after <= track.last:
            hand.saved()
            hand.go_to(after)
            hand.key("Shift+Q")
        return True
    return False


def _fit(hand: Hand, scene: Scene, tools: bool) -> bool:
    worst: tuple[float, Track, int, Box] | None = None
    for track in scene.found:
        person = scene.owner(track)
        for frame, box in (scene.truth(person) if person is not None else {}).items():
            at = track.at(frame)
            if at is not None and (worst is None or at.box.iou(box) < worst[0]):
                worst = at.box.iou(box), track, frame, box
    if worst is None:
        return False
    _, track, frame, box = worst
    _choose(hand, scene, track, frame)
    hand.fit(box)
    return True


STEPS = (_reject, _split, _merge, _extend, _return, _leave, _fit)
