"""The daily examination: is the database sound, and are the videos still what was added?

Every page and reference of the database is looked at, and one video file in a hundred is read
again, in turn, so that each has its day. What was found is kept in a file of its own: a database
that is damaged could not take it.
"""

from __future__ import annotations

import json
import math
import time
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core import clock, connections, content, errors, jobs, probe, videos
from core import db as store
from core.connections import FAILURES
from core.language import N_
from core.videos import Video
from core.workspace import Workspace

EVERY_SECONDS = 24 * 3600.0
LATE_SECONDS = 26 * 3600.0
SHARE = 0.01
LEAST_FILES = 2
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Checkup:
    """What an examination found; ``damage`` is empty for a sound database.

    ``changed`` and ``missing`` are names of videos; ``upto`` is where the next one goes on.
    """

    at: str
    seconds: float
    damage: str
    read: int
    videos: int
    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    upto: str = ""

    @property
    def sound(self) -> bool:
        return not self.damage and not self.changed

    @property
    def age(self) -> float:
        """Seconds since then; 0 when the clock was set back."""
        return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(self.at)).total_seconds())

    @property
    def late(self) -> bool:
        return self.age > LATE_SECONDS

    def to_json(self) -> dict[str, Any]:
        """The form of the file and of ``cli.py doctor --json``."""
        return asdict(self)


def examine(workspace: Workspace, *, share: float = SHARE) -> Checkup:
    """Look at everything of the database and at a share of the video files; keep what was found.

    :param share: of the videos, at least two, beginning where the last examination ended.
    :raises StorageError: when the workspace cannot be read at all for another reason than damage.
    """
    started = time.monotonic()
    before = last(workspace)
    damage = _damage(workspace.database)
    found = Checkup(clock.now(), 0.0, damage, 0, 0, upto=before.upto if before else "")
    if not damage:
        found = _files(workspace, found, share)
    found = Checkup(**{**found.to_json(), "seconds": round(time.monotonic() - started, 2)})
    with suppress(OSError, errors.StorageError), content.replacing(_path(workspace)) as part:
        part.write_text(json.dumps(found.to_json(), ensure_ascii=False, indent=1), "utf-8")
    return found


def last(workspace: Workspace) -> Checkup | None:
    """What the last examination found; None when there was none (or its file makes no sense)."""
    try:
        found = Checkup(**json.loads(_path(workspace).read_text("utf-8")))
        found.age  # noqa: B018 - the time can be read
    except (OSError, ValueError, TypeError):
        return None
    return found


def words(found: Checkup) -> tuple[str, dict[str, Any]]:
    """What to say about it: a gettext key and its values."""
    values: dict[str, Any] = {
        "at": found.at[:16].replace("T", " "),
        "read": found.read,
        "videos": found.videos,
        "reason": found.damage,
        "names": ", ".join(videos.display_name(name) for name in found.changed[:_NAMED]),
        "count": len(found.changed),
    }
    if found.damage:
        return N_("Examined {at} UTC: the database is damaged: {reason}."), values
    if found.changed:
        return N_("Examined {at} UTC: changed since they were added: {names} ({count})."), values
    return (
        N_(
            "Examined {at} UTC: the database is sound, {read} of {videos} video files were read "
            "again and are what was added."
        ),
        values,
    )


def hint(found: Checkup) -> str:
    """What to do about it, a gettext key; empty when nothing is."""
    if found.damage:
        return N_("Stop working here and restore a backup: python cli.py restore FILE.")
    if found.changed:
        return N_("Put back the original files, or add them again from a good copy.")
    if found.late:
        return N_(
            "That is more than a day ago. Leave the app running when nothing is to be done, or "
            "run: python cli.py doctor --deep"
        )
    return ""


def is_due(workspace: Workspace) -> bool:
    """Whether a day has gone by, and nothing else is to be done in the workspace.

    :raises StorageError: when that cannot be read.
    """
    before = last(workspace)
    if not workspace.exists or (before is not None and before.age < EVERY_SECONDS):
        return False
    try:
        with store.reader(workspace) as db:
            return not any(job.open for job in jobs.listed(db)) and bool(videos.listed(db))
    except errors.StorageDamaged:
        return True  # it is to be written down


def _path(workspace: Workspace) -> Path:
    return workspace.logs / "checkup.json"


def _damage(path: Path) -> str:
    try:
        db, _ = connections.opened(path)
        with closing(db.conn):
            broken = db.execute("PRAGMA foreign_key_check").fetchone()
            return connections.damage(db) or ("foreign_key_check" if broken else "")
    except FAILURES as error:
        found = connections.explained(error, path)
        if isinstance(found, errors.StorageDamaged):
            return str(error)
        raise found from error


def _files(workspace: Workspace, found: Checkup, share: float) -> Checkup:
    with store.reader(workspace) as db:
        ready = [video for video in videos.listed(db) if video.state == "ready"]
    chosen = _in_turn(ready, found.upto, max(LEAST_FILES, math.ceil(share * len(ready))))
    changed, missing = [], []
    for video in chosen:
        try:
            same = _hash(workspace, video) == video.sha256
        except errors.VideoMissing:
            missing.append(video.name)
        except errors.VideoUnreadable:
            changed.append(video.name)
        else:
            changed += [] if same else [video.name]
    return Checkup(
        at=found.at,
        seconds=0.0,
        damage="",
        read=len(chosen) - len(missing),
        videos=len(ready),
        changed=changed,
        missing=missing,
        upto=chosen[-1].sha256 if chosen else "",
    )


def _hash(workspace: Workspace, video: Video) -> str:
    with store.reader(workspace) as db:
        path = videos.file_path(db, workspace, video)
    return probe.sha256_of(path)


def _in_turn(ready: list[Video], upto: str, count: int) -> list[Video]:
    """The next videos in the order of their contents, round and round."""
    ordered = sorted(ready, key=lambda video: video.sha256)
    after = [video for video in ordered if video.sha256 > upto]
    return (after + ordered[: len(ordered) - len(after)])[:count]
