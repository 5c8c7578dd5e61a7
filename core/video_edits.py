"""What people change about a video itself: its name, its tags, whether it is there. Journalled.

Such a batch belongs to no video's undo in the annotator; ``undo`` without a video takes it back.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from core import journal, people, videos
from core.sqlite import Database


def rename(db: Database, identity: int, name: str, *, person: str) -> None:
    """Give a video another display name; raises as :func:`videos.rename`."""
    _journalled(db, identity, "rename", person, lambda: videos.rename(db, identity, name))


def tag(db: Database, identity: int, tags: list[str], *, person: str) -> None:
    """Replace a video's tags; raises as :func:`videos.tag`."""
    _journalled(db, identity, "tag", person, lambda: videos.tag(db, identity, tags))


def remove(db: Database, identity: int, *, person: str) -> None:
    """Take a video out of the workspace; see :func:`videos.remove`."""
    _journalled(db, identity, "remove", person, lambda: videos.remove(db, identity))


def _journalled(
    db: Database, identity: int, verb: str, person: str, change: Callable[[], None]
) -> None:
    before = videos.columns(db, identity)
    change()
    after = videos.columns(db, identity)
    touched = [name for name in ("name", "tags", "state") if before[name] != after[name]]
    if not touched:
        return
    who = people.identify(db, person)
    batch = journal.open_batch(db, uuid.uuid4().hex, person=who, video=None, kind="do")

    journal.record_video(
        db,
        batch,
        who,
        verb,
        identity,
        before={name: before[name] for name in touched},
        after={name: after[name] for name in touched},
        revision=after["revision"],
    )
