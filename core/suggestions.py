"""Suggestions: what a run's linked observations become in the store, while it is still running.

A track that grows is written again as long as nobody touched it. Once a person decided about it or
changed it, it is theirs: what the model sees afterwards becomes another suggestion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core import change_numbers, classes, sparsify, track_rows, tracks
from core.labels import Keyframe
from core.sqlite import Database
from core.tracking import Observation, RawTrack
from core.tracks import Track

SAME_IOU = 0.5
SAME_SHARE = 0.7
SAMPLES = 48


@dataclass(frozen=True, slots=True)
class Bound:
    """How true sparse keyframes stay to the raw output; see ``sparsify.sparsify``."""

    iou: float = 0.95
    joint_error: float = 0.03
    gap: int = 30
    leap: int = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A linked track ready to be written: what was observed (since the last cut) and keyframes."""

    number: int
    class_name: str
    skeleton: str | None
    observations: Sequence[Observation]
    keyframes: tuple[Keyframe, ...]
    mean_score: float
    bound: Bound

    @property
    def last(self) -> int:
        return self.observations[-1][0]

    @property
    def cut(self) -> int:
        """The keyframe from which the next one can be found without what lies before."""
        present = [keyframe.frame for keyframe in self.keyframes if not keyframe.outside]
        return present[-2] if len(present) > 1 else present[0]


def prepare(number: int, raw: RawTrack, mean_score: float, bound: Bound) -> Suggestion:
    """Reduce a track's observations to keyframes (no database; may take a while)."""
    seen = raw.observations
    keyframes = _reduced(seen, bound)
    return Suggestion(number, raw.class_name, raw.skeleton, seen, keyframes, mean_score, bound)


def _reduced(seen: Sequence[Observation], bound: Bound) -> tuple[Keyframe, ...]:
    return tuple(
        sparsify.sparsify(
            seen,
            iou=bound.iou,
            joint_error=bound.joint_error,
            gap=bound.gap,
            leap=bound.leap,
        )
    )


# A decision about a track or a part of it that was not taken back.
_DECISION = (
    "EXISTS (SELECT 1 FROM verdicts v WHERE v.kind = 'track' AND v.target = t.id "
    "AND v.decision IN ('accept', 'reject', 'fix') AND NOT EXISTS (SELECT 1 FROM verdicts w "
    "WHERE w.kind = 'track' AND w.target = t.id AND w.withdraws = v.seq))"
)


def decided(db: Database, video: int, first: int, last: int) -> list[Track]:
    """Tracks in a range that a person has decided about, if only in part; rejected and deleted
    ones included."""
    rows = db.execute(
        "SELECT t.id FROM tracks t WHERE t.video = ? AND t.hidden = 0 "
        f"AND (t.state != 'suggested' OR t.deleted = 1 OR {_DECISION}) "
        "AND t.first_frame <= ? AND t.last_frame >= ? ORDER BY t.id",
        [video, last, first],
    ).fetchall()
    return [tracks.get(db, row[0]) for row in rows]


def known(observations: Sequence[Observation], decisions: Iterable[Track]) -> bool:
    """Whether a decided track covers these observations (IoU over time), so not to be offered."""
    step = max(1, len(observations) // SAMPLES)
    sampled = observations[::step]
    covered = 0
    candidates = [
        track
        for track in decisions
        if track.first <= sampled[-1][0] and track.last >= sampled[0][0]
    ]
    for frame, seen in sampled:
        places = (track.at(frame) for track in candidates)
        covered += any(p is not None and p.box.iou(seen.box) >= SAME_IOU for p in places)
    return covered >= SAME_SHARE * len(sampled)


def write(
    db: Database, run: dict[str, Any], ready: Sequence[Suggestion], decisions: Sequence[Track]
) -> None:
    """Write suggestions of a run, new ones and those that have grown."""
    if not ready:
        return
    change = change_numbers.take(db)
    for suggestion in ready:
        row = db.execute(
            "SELECT id, state, revision, deleted, last_frame FROM tracks "
            "WHERE run = ? AND number = ? ORDER BY first_frame DESC, id DESC LIMIT 1",
            [run["id"], suggestion.number],
        ).fetchone()
        if row is None:
            if not known(suggestion.observations, decisions):
                _add(db, run, suggestion, suggestion.keyframes, change)
        elif row[1] == "suggested" and row[2] == 1 and not row[3]:
            _grow(db, int(row[0]), suggestion, change)
        else:
            rest = [seen for seen in suggestion.observations if seen[0] > row[4]]
            if len(rest) >= 2:
                _add(db, run, suggestion, _reduced(rest, suggestion.bound), change)


def _add(
    db: Database,
    run: dict[str, Any],
    suggestion: Suggestion,
    keyframes: tuple[Keyframe, ...],
    change: int,
) -> None:
    identity = track_rows.add_row(
        db,
        video=run["video"],
        class_id=classes.by_name(db, suggestion.class_name),
        first=keyframes[0].frame,
        last=suggestion.last,
        run=run["id"],
        number=suggestion.number,
        skeleton=suggestion.skeleton,
        score=suggestion.mean_score,
        change=change,
    )
    track_rows.put_keyframes(db, identity, keyframes)


def _grow(db: Database, identity: int, suggestion: Suggestion, change: int) -> None:
    start = suggestion.keyframes[0].frame
    db.execute("DELETE FROM keyframes WHERE track = ? AND frame >= ?", [identity, start])
    track_rows.put_keyframes(db, identity, suggestion.keyframes)
    db.execute(
        "UPDATE tracks SET last_frame = ?, score = ?, changed = ? WHERE id = ?",
        [suggestion.last, suggestion.mean_score, change, identity],
    )


def supersede(db: Database, run: dict[str, Any], *, reached: int) -> None:
    """Hide older runs' undecided suggestions of the same model that this run has looked at again.

    A suggestion is hidden when more than half of its span lies in the frames looked at; one with
    any decision, also over a part, is never touched.

    :param reached: the last frame looked at so far.
    """
    rows = db.execute(
        "SELECT t.id FROM tracks t JOIN runs r ON r.id = t.run WHERE t.video = ? AND t.deleted = 0 "
        "AND t.hidden = 0 AND t.state = 'suggested' AND r.model = ? AND r.id < ? "
        "AND 2 * (min(t.last_frame, ?) - max(t.first_frame, ?) + 1) "
        f"> t.last_frame - t.first_frame + 1 AND NOT {_DECISION}",
        [run["video"], run["model"], run["id"], reached, run["first_frame"]],
    ).fetchall()
    if rows:
        change = change_numbers.take(db)
        db.conn.executemany(
            "UPDATE tracks SET hidden = 1, changed = ? WHERE id = ?",
            [(change, row[0]) for row in rows],
        )
