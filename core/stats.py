"""Numbers from the database alone: what is there, in which state, how good the models are, who did
what.

*Labelled frames* are distinct frames with at least one label; *positions* are one per label and
frame. A track counts where it is present: its span without the stretches in which it is outside.
Deleted and superseded labels do not count.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from core import classes
from core.labels import STATES
from core.sqlite import Database

DECIDED = ("accepted", "fixed", "rejected", "deleted")

# A filter is a fixed condition per column; None lets everything through.
_WANTED = (
    "(:video IS NULL OR t.video = :video) AND (:class IS NULL OR t.class = :class) "
    "AND (:state IS NULL OR t.state = :state) AND (:model IS NULL OR r.model = :model) "
    "AND (:person IS NULL OR EXISTS (SELECT 1 FROM edits e WHERE e.kind = 'track' "
    "AND e.target = t.id AND e.person = :person))"
)
_TRACKS = (
    "FROM tracks t JOIN videos v ON v.id = t.video AND v.state = 'ready' "
    "JOIN classes c ON c.id = t.class LEFT JOIN runs r ON r.id = t.run "
    "WHERE t.deleted = 0 AND t.hidden = 0 AND " + _WANTED
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which labels to count; ``video``, ``class_id`` and ``person`` are ids, None means all.

    ``person`` means labels that this person made, changed or decided.
    """

    video: int | None = None
    class_id: int | None = None
    state: str | None = None
    model: str | None = None
    person: int | None = None

    def values(self) -> dict[str, Any]:
        """The parameters of the conditions above."""
        return {
            "video": self.video,
            "class": self.class_id,
            "state": self.state,
            "model": self.model,
            "person": self.person,
        }


NO_FILTER = Filter()


def library(db: Database) -> dict[int, dict[str, Any]]:
    """Per video: ``people`` (tracks of persons), tracks by state, and its newest open job.

    Two queries, however many videos there are. Videos without labels are there too. Rejected
    persons are no people found.
    """
    rows: dict[int, dict[str, Any]] = {
        row[0]: {"people": 0, "tracks": 0, **dict.fromkeys(STATES, 0), "jobs": 0, "job": None}
        for row in db.execute("SELECT id FROM videos WHERE state != 'removed'")
    }
    person = classes.known_as(db, "person")
    for video, state, class_id, count in db.execute(
        "SELECT video, state, class, count(*) FROM tracks "
        "WHERE deleted = 0 AND hidden = 0 GROUP BY video, state, class"
    ):
        if video in rows:
            rows[video][state] += count
            rows[video]["tracks"] += count
            rows[video]["people"] += count if class_id == person and state != "rejected" else 0
    for row in db.query(
        "SELECT id, video, kind, state, done, total, started_at FROM jobs "
        "WHERE state IN ('queued', 'running') AND video IS NOT NULL ORDER BY id"
    ):
        if found := rows.get(row.pop("video")):
            found["jobs"] += 1
            running = found["job"] is not None and found["job"]["state"] == "running"
            if not running or row["state"] == "running":
                found["job"] = dict(row)
    return rows


def overview(db: Database, wanted: Filter = NO_FILTER) -> dict[str, Any]:
    """Totals, and tracks, positions and labelled frames by state and class.

    :returns: ``videos``, ``seconds``, ``hours``, ``frames`` (of the videos), ``tracks``,
        ``keyframes``, ``positions``, ``labelled_frames``, and ``groups``: one per class and state.
    """
    videos = db.execute(
        "SELECT count(*), coalesce(sum(duration), 0), coalesce(sum(frames), 0) FROM videos "
        "WHERE state = 'ready' AND (? IS NULL OR id = ?)",
        [wanted.video, wanted.video],
    ).fetchone()
    spans = _spans(db, wanted)
    gaps = _gaps(db, wanted)
    groups = [
        {
            "class": name,
            "state": state,
            "tracks": len(members),
            "keyframes": sum(span.keyframes for span in members),
            **_frames(members, gaps),
        }
        for (name, state), members in sorted(_grouped(spans).items())
    ]
    return {
        "videos": videos[0],
        "seconds": round(videos[1], 3),
        "hours": round(videos[1] / 3600, 4),
        "frames": videos[2],
        "tracks": len(spans),
        "keyframes": sum(span.keyframes for span in spans),
        **_frames(spans, gaps),
        "groups": groups,
    }


def by_class(db: Database, wanted: Filter = NO_FILTER) -> list[dict[str, Any]]:
    """Per class: tracks by state, positions and labelled frames."""
    return _by(db, wanted, "class")


def by_video(db: Database, wanted: Filter = NO_FILTER) -> list[dict[str, Any]]:
    """Per video that has labels: tracks by state, positions and labelled frames."""
    return _by(db, wanted, "video")


@dataclass(frozen=True, slots=True)
class _Span:
    track: int
    video: int
    class_name: str
    state: str
    first: int
    last: int
    keyframes: int


def _spans(db: Database, wanted: Filter) -> list[_Span]:
    return [
        _Span(*row)
        for row in db.execute(
            "SELECT t.id, t.video, c.name, t.state, t.first_frame, t.last_frame, "
            "t.keyframes " + _TRACKS,
            wanted.values(),
        )
    ]


def _grouped(spans: list[_Span]) -> dict[tuple[str, str], list[_Span]]:
    groups: dict[tuple[str, str], list[_Span]] = defaultdict(list)
    for span in spans:
        groups[span.class_name, span.state].append(span)
    return groups


def _by(db: Database, wanted: Filter, what: str) -> list[dict[str, Any]]:
    spans = _spans(db, wanted)
    gaps = _gaps(db, wanted)
    groups: dict[Any, list[_Span]] = defaultdict(list)
    for span in spans:
        groups[span.class_name if what == "class" else span.video].append(span)
    return [
        {
            what: key,
            "tracks": len(members),
            **{state: sum(span.state == state for span in members) for state in STATES},
            **_frames(members, gaps),
        }
        for key, members in sorted(groups.items())
    ]


def _gaps(db: Database, wanted: Filter) -> dict[int, list[tuple[int, int]]]:
    """Per track, the stretches in which it is outside: from such a keyframe to the next one."""
    gaps: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for track, first, following, last in db.execute(
        # Materialized, so that the few such keyframes are found by their own index first.
        "WITH k AS MATERIALIZED (SELECT track, frame FROM keyframes WHERE outside = 1) "
        "SELECT k.track, k.frame, (SELECT min(n.frame) FROM keyframes n WHERE n.track = k.track "
        "AND n.frame > k.frame), g.last_frame FROM k CROSS JOIN tracks g ON g.id = k.track "
        "WHERE k.track IN (SELECT t.id " + _TRACKS + ")",
        wanted.values(),
    ):
        end = last if following is None else min(following - 1, last)
        if first <= end:
            gaps[track].append((first, end))
    return gaps


def _frames(spans: list[_Span], gaps: dict[int, list[tuple[int, int]]]) -> dict[str, int]:
    """Positions, and distinct frames of videos: a sweep over starts and ends."""
    starts: list[int] = []
    ends: list[int] = []
    for span in spans:
        base = span.video << 32
        starts.append(base + span.first)
        ends.append(base + span.last + 1)
        for first, last in gaps.get(span.track, ()):
            ends.append(base + first)
            starts.append(base + last + 1)
    at = np.array(starts + ends, dtype=np.int64)
    change = np.repeat(np.array([1, -1]), [len(starts), len(ends)])
    order = np.argsort(at, kind="stable")
    present = np.cumsum(change[order])[:-1]
    lengths = np.diff(at[order])
    return {
        "positions": int((present * lengths).sum()),
        "labelled_frames": int(lengths[present > 0].sum()),
    }


def by_model(db: Database, wanted: Filter = NO_FILTER) -> list[dict[str, Any]]:
    """How people judged what each version of a model suggested.

    ``decided`` = accepted + fixed + rejected + deleted (a suggestion that was deleted was wrong).
    ``acceptance`` = (accepted + fixed) / decided: found rightly, perhaps corrected.
    ``untouched`` = accepted / decided: right as suggested. Both are None while nothing is decided.
    Superseded suggestions are counted apart.
    """
    models: dict[tuple[str, str], dict[str, Any]] = {}
    for model, version, state, deleted, hidden, count in db.execute(
        "SELECT r.model, r.version, t.state, t.deleted, t.hidden, count(*) FROM tracks t "
        "JOIN runs r ON r.id = t.run JOIN videos v ON v.id = t.video AND v.state = 'ready' "
        "WHERE " + _WANTED + " GROUP BY r.model, r.version, t.state, t.deleted, t.hidden",
        wanted.values(),
    ):
        row = models.setdefault(
            (model, version),
            {
                "model": model,
                "version": version,
                **dict.fromkeys((*DECIDED, "suggested", "superseded"), 0),
            },
        )
        row["deleted" if deleted else "superseded" if hidden else state] += count
    for row in models.values():
        row["decided"] = sum(row[name] for name in DECIDED)
        good = row["accepted"] + row["fixed"]
        row["acceptance"] = round(good / row["decided"], 4) if row["decided"] else None
        row["untouched"] = round(row["accepted"] / row["decided"], 4) if row["decided"] else None
    runs = db.execute(
        "SELECT model, version, count(*), sum(frames), sum(seconds) FROM runs "
        "WHERE (? IS NULL OR video = ?) GROUP BY model, version",
        [wanted.video, wanted.video],
    )
    for model, version, count, frames, seconds in runs:
        if found := models.get((model, version)):
            found |= {"runs": count, "frames": frames, "seconds": round(seconds, 3)}
    return [models[key] for key in sorted(models)]


_THEIRS = "(:video IS NULL OR b.video = :video) AND (:person IS NULL OR b.person = :person)"


def by_person(db: Database, wanted: Filter = NO_FILTER) -> list[dict[str, Any]]:
    """What each person did: actions, edits by verb, verdicts that stand, undone, and per day.

    An action is one batch (a click or a command), undone ones too. Days are UTC. Of the filter,
    ``video`` and ``person`` apply.
    """
    people: dict[int, dict[str, Any]] = {
        row[0]: {
            "person": row[1],
            "actions": 0,
            "undone": 0,
            "edits": {},
            "verdicts": {"accept": 0, "reject": 0, "fix": 0, "skip": 0},
            "labels": 0,
            "last": None,
            "days": {},
        }
        for row in db.execute("SELECT id, name FROM people ORDER BY name")
    }
    for count in (_count_actions, _count_edits, _count_labels, _count_verdicts):
        count(db, wanted, people)
    return [row for row in people.values() if row["last"] is not None]


def _count_actions(db: Database, wanted: Filter, people: dict[int, dict[str, Any]]) -> None:
    for person, kind, day, count, last in db.execute(
        "SELECT b.person, b.kind, substr(b.at, 1, 10), count(*), max(b.at) FROM batches b "
        f"WHERE {_THEIRS} GROUP BY b.person, b.kind, substr(b.at, 1, 10) ORDER BY 3",
        wanted.values(),
    ):
        row = people[person]
        row["last"] = max(row["last"] or "", last)
        if kind == "do":
            row["actions"] += count
            row["days"][day] = row["days"].get(day, 0) + count
        elif kind == "undo":
            row["undone"] += count


def _count_edits(db: Database, wanted: Filter, people: dict[int, dict[str, Any]]) -> None:
    for person, verb, count in db.execute(
        "SELECT e.person, e.verb, count(*) FROM batches b JOIN edits e ON e.batch = b.seq "
        f"WHERE b.kind = 'do' AND {_THEIRS} GROUP BY e.person, e.verb ORDER BY e.verb",
        wanted.values(),
    ):
        people[person]["edits"][verb] = count


def _count_labels(db: Database, wanted: Filter, people: dict[int, dict[str, Any]]) -> None:
    for person, labels in db.execute(
        "SELECT e.person, count(DISTINCT e.target) FROM batches b JOIN edits e ON e.batch = b.seq "
        f"AND e.kind = 'track' WHERE {_THEIRS} GROUP BY e.person",
        wanted.values(),
    ):
        people[person]["labels"] = labels


def _count_verdicts(db: Database, wanted: Filter, people: dict[int, dict[str, Any]]) -> None:
    for person, decision, count in db.execute(
        "SELECT d.person, d.decision, count(*) FROM batches b JOIN verdicts d ON d.batch = b.seq "
        "LEFT JOIN verdicts w ON w.kind = d.kind AND w.target = d.target AND w.withdraws = d.seq "
        f"WHERE d.decision != 'withdraw' AND w.seq IS NULL AND {_THEIRS} "
        "GROUP BY d.person, d.decision",
        wanted.values(),
    ):
        people[person]["verdicts"][decision] = count


def everything(db: Database, wanted: Filter = NO_FILTER) -> dict[str, Any]:
    """All of the above in one document."""
    found = library(db)
    names = {row[0]: row[1] for row in db.execute("SELECT id, name FROM videos")}
    return {
        **overview(db, wanted),
        "library": [
            {"video": video, "name": names[video], **row}
            for video, row in found.items()
            if wanted.video in (None, video)
        ],
        "classes": by_class(db, wanted),
        "models": by_model(db, wanted),
        "people": by_person(db, wanted),
    }
