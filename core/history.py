"""The journal as people read it: newest first, page by page, of a video or of one label."""

from __future__ import annotations

from typing import Any

from core import journal
from core.batches import DECISIONS
from core.kinds import Parts
from core.sqlite import Database

LONGEST_PAGE = 200
_LONGEST_TEXT = 80
_SHOWN = 3

# The index of a video's edits leads from the newest of one batch to the newest of the one before.
_BATCHES = (
    "WITH RECURSIVE page (newest, oldest, number) AS ("
    "SELECT e.seq, (SELECT min(f.seq) FROM edits f WHERE f.batch = e.batch), 1 FROM edits e "
    "WHERE e.seq = (SELECT max(seq) FROM edits WHERE video = :video AND seq < :before) "
    "UNION ALL SELECT e.seq, (SELECT min(f.seq) FROM edits f WHERE f.batch = e.batch), number + 1 "
    "FROM page JOIN edits e ON e.seq = "
    "(SELECT max(seq) FROM edits WHERE video = :video AND seq < page.oldest) "
    "WHERE number < :limit) SELECT oldest, newest FROM page ORDER BY oldest DESC"
)
_OF_LABEL = (
    "SELECT seq AS oldest, seq AS newest FROM edits "
    "WHERE kind = :kind AND target = :target AND seq < :before ORDER BY seq DESC LIMIT :limit"
)
_ENTRY = (
    "SELECT b.seq AS batch, b.kind, p.name AS person, b.at, "
    "(SELECT count(*) FROM edits c WHERE c.batch = b.seq) AS changes, "
    "coalesce((SELECT l.kind FROM batches l WHERE l.of = b.seq "
    "AND EXISTS (SELECT 1 FROM edits x WHERE x.batch = l.seq) "
    "ORDER BY l.seq DESC LIMIT 1), '') = 'undo' AS undone, "
    "(SELECT o.verb FROM edits o WHERE o.batch = b.of ORDER BY o.seq LIMIT 1) AS origin "
    "FROM edits e JOIN batches b ON b.seq = e.batch JOIN people p ON p.id = b.person "
    "WHERE e.seq = ?"
)
_EDITS = (
    "SELECT e.seq, e.kind, e.target, e.verb, e.before, e.after, v.first_frame, v.last_frame "
    "FROM edits e JOIN batches b ON b.seq = e.batch "
    "LEFT JOIN verdicts v ON v.kind = e.kind AND v.target = e.target AND v.first_frame IS NOT NULL "
    "AND v.batch = coalesce(b.of, b.seq) "
    "WHERE e.seq BETWEEN ? AND ? GROUP BY e.seq ORDER BY e.seq LIMIT ?"
)


def page(
    db: Database,
    video: int,
    *,
    before: int,
    limit: int,
    kind: str | None = None,
    target: int | None = None,
) -> dict[str, Any]:
    """Batches that changed a video, or one of its labels, newest first.

    :param before: the ``next`` of the page before; a number beyond all for the first page.
    :returns: ``entries`` and ``next``, None after the last page. An entry says who, when, how many
        changes, and what the first of them were.
    """
    size = max(1, min(limit, LONGEST_PAGE))
    places = {"video": video, "before": before, "limit": size, "kind": kind, "target": target}
    rows = list(db.query(_OF_LABEL if kind else _BATCHES, places))
    entries = [_entry(db, row["oldest"], row["newest"]) for row in rows]
    return {"entries": entries, "next": rows[-1]["oldest"] if len(rows) == size else None}


def _entry(db: Database, oldest: int, newest: int) -> dict[str, Any]:
    found = next(iter(db.query(_ENTRY, [oldest])))
    origin = found.pop("origin")
    edits = [_summary(row, origin) for row in db.query(_EDITS, [oldest, newest, _SHOWN])]
    return {**found, "undone": bool(found["undone"]), "edits": edits}


def _summary(row: dict[str, Any], origin: str | None) -> dict[str, Any]:
    """An edit in a few values; one that took back or repeated another names that one's verb.

    ``range`` are the frames of a verdict on a part.
    """
    before = journal.side(row["before"], row["seq"])
    after = journal.side(row["after"], row["seq"])
    columns = {
        name: [_short(values.get(name)), _short(value)]
        for section, values in before.items()
        if section != "keyframes"
        for name, value in after[section].items()
    }
    verb = origin or row["verb"]
    # Other edits may carry verdicts on parts along with the frames; they are not about those.
    of_part = verb in DECISIONS and row["first_frame"] is not None
    return {
        "kind": row["kind"],
        "id": row["target"],
        "verb": verb,
        "columns": columns,
        "range": [row["first_frame"], row["last_frame"]] if of_part else None,
        **_frames(before, after),
    }


def _short(value: Any) -> Any:
    text = isinstance(value, str) and len(value) > _LONGEST_TEXT
    return f"{value[:_LONGEST_TEXT]}\N{HORIZONTAL ELLIPSIS}" if text else value


def _frames(before: Parts, after: Parts) -> dict[str, Any]:
    """Which keyframes differ, and of a single one what of it does."""
    were, are = before.get("keyframes", {}), after.get("keyframes", {})
    frames = sorted(map(int, are))
    if not frames:
        return {"frames": None, "parts": []}
    # A correction makes a keyframe where none was: then the box or the pose is what it is about.
    single = str(frames[-1]) if len(frames) == 1 else None
    was, now = were.get(single or ""), are.get(single or "")
    parts: list[str] = []
    if was and now:
        pairs = {"box": "xywh", "joints": ("joints",), "occluded": ("occluded",)}
        pairs["outside"] = ("outside",)
        parts = [part for part, names in pairs.items() if any(was[n] != now[n] for n in names)]
    elif now:
        parts = ["outside"] if now["outside"] else ["joints" if now["joints"] else "box"]
    return {"frames": [frames[0], frames[-1], len(frames)], "parts": parts}
