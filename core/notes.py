"""Notes pinned to a spot of a frame: threads that are answered, resolved and reopened.

Append-only: an answer is a row that points at the first one, and so is a change of state.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from core import clock, errors, people, stored, videos
from core.sqlite import Database

LONGEST_TEXT = 10_000
STATES = ("open", "resolved")


def add(
    db: Database,
    *,
    client: str,
    person: str,
    video: int,
    text: str = "",
    frame: int | None = None,
    x: float | None = None,
    y: float | None = None,
    replies_to: int | str | None = None,
    state: str | None = None,
) -> int:
    """Begin a thread, answer one, or change its state; once however often it is sent.

    Needs a write transaction. Returns the note's number.

    :param client: an id made by the sender.
    :param frame: of a new thread; with ``x`` and ``y`` in pixels of the upright frame.
    :param replies_to: number or client id of a note of the thread; None begins one.
    :param state: ``open`` or ``resolved``, of an answer only; its text may then be empty.
    :raises BadInput: for an empty or over-long text, a place outside the video, a bad state.
    :raises UnknownItem: when there is no such video or note.
    """
    if not isinstance(client, str) or not 1 <= len(client) <= 80:
        raise errors.BadInput("A note needs an id of 1 to 80 characters.")
    known = db.execute("SELECT seq FROM notes WHERE client = ?", [client]).fetchone()
    if known is not None:
        return int(known[0])
    found = videos.ready(db, video)
    thread = None if replies_to is None else _thread(db, found.id, replies_to)
    words = checked_text(text, required=state is None)
    if thread is None:
        place: tuple[Any, ...] = _checked_place(found, frame, x, y)
        if state is not None:
            raise errors.BadInput("Only a note that is there can be resolved or reopened.")
    else:
        place = (None, None, None)
        if state is not None and state not in STATES:
            raise errors.BadInput("A note is open or resolved, not {state}.", state=state)
    cursor = db.execute(
        "INSERT INTO notes (video, frame, x, y, replies_to, text, person, at, client, state) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(found.id, *place, thread, words),
            *(people.identify(db, person), clock.now(), client, state),
        ],
    )
    return int(cursor.lastrowid or 0)


def checked_text(text: Any, *, required: bool = True) -> str:
    """A note's text as it is kept: NFC, without spaces around it and without control characters.

    :raises BadInput: for anything but text, for none where it is required, for too much of it.
    """
    clean = unicodedata.normalize("NFC", text) if isinstance(text, str) else ""
    clean = "".join(c for c in clean if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    clean = clean.strip()
    if (required and not clean) or len(clean) > LONGEST_TEXT:
        raise errors.BadInput("A note needs 1 to {limit} characters.", limit=LONGEST_TEXT)
    return clean


def _checked_place(
    video: videos.Video, frame: Any, x: Any, y: Any
) -> tuple[int, float | None, float | None]:
    if not isinstance(frame, int) or isinstance(frame, bool) or not 0 <= frame < video.frames:
        raise errors.BadInput(
            "A note needs a frame from 0 to {last}, not {frame}.",
            last=video.frames - 1,
            frame=frame,
        )
    if x is None and y is None:
        return frame, None, None
    inside = stored.number(x) and stored.number(y)
    if not inside or not (0 <= x <= video.width and 0 <= y <= video.height):
        raise errors.BadInput("A note must lie within the picture.")
    return frame, float(x), float(y)


def _thread(db: Database, video: int, note: int | str) -> int:
    column = "client" if isinstance(note, str) else "seq"
    row = db.execute(
        f"SELECT coalesce(replies_to, seq) FROM notes WHERE {column} = ? AND video = ?",
        [note, video],
    ).fetchone()
    if row is None:
        raise errors.UnknownItem("There is no note {name} in this video.", name=note)
    return int(row[0])


def newest(db: Database, video: int) -> int:
    """The number of a video's newest note; 0 when it has none."""
    row = db.execute("SELECT max(seq) FROM notes WHERE video = ?", [video]).fetchone()
    return int(row[0] or 0)


def threads(db: Database, video: int) -> list[dict[str, Any]]:
    """The threads of a video in the order they were begun, each with its answers and state."""
    found: dict[int, dict[str, Any]] = {}
    for row in db.query(
        "SELECT n.seq, n.frame, n.x, n.y, n.replies_to, n.text, n.client, n.state, n.at, "
        "p.name AS person FROM notes n JOIN people p ON p.id = n.person "
        "WHERE n.video = ? ORDER BY n.seq",
        [video],
    ):
        said = {"id": row["seq"], "text": row["text"], "person": row["person"], "at": row["at"]}
        thread = found.get(row["replies_to"])
        if row["replies_to"] is None:
            place = {name: row[name] for name in ("client", "frame", "x", "y")}
            found[row["seq"]] = {**said, **place, "state": "open", "replies": []}
        elif thread is not None:
            thread["replies"].append({**said, "state": row["state"]})
            thread["state"] = row["state"] or thread["state"]
    return list(found.values())
