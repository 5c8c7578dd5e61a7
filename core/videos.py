"""Videos as the store knows them: one per content, under any number of paths."""

from __future__ import annotations

import json
import os
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from core import clock, errors, stored
from core.sqlite import Database
from core.workspace import Workspace

LONGEST_NAME = 200
CHANGEABLE = frozenset(("name", "tags", "state"))


@dataclass(frozen=True, slots=True)
class Video:
    """A video in the workspace; sizes are of the upright full-resolution frame."""

    id: int
    sha256: str
    name: str
    bytes: int
    width: int
    height: int
    rotation: int
    sar: Fraction
    frames: int
    unreadable: int
    fps: Fraction
    duration: float
    vfr: bool
    codec: str | None
    container: str | None
    audio: str | None
    tags: tuple[str, ...]
    warnings: tuple[dict[str, Any], ...]
    licence: str
    source: str
    state: str
    error: dict[str, Any] | None
    added_at: str
    revision: int

    def to_json(self) -> dict[str, Any]:
        """The form of ``cli.py videos --json`` and of the API."""
        return {
            "id": self.id,
            "sha256": self.sha256,
            "name": self.name,
            "bytes": self.bytes,
            "frames": self.frames,
            "unreadable": self.unreadable,
            "duration": self.duration,
            "fps": float(self.fps),
            "fps_exact": f"{self.fps.numerator}/{self.fps.denominator}",
            "width": self.width,
            "height": self.height,
            "rotation": self.rotation,
            "sar": [self.sar.numerator, self.sar.denominator],
            "vfr": self.vfr,
            "codec": self.codec,
            "container": self.container,
            "audio": self.audio,
            "tags": list(self.tags),
            "warnings": list(self.warnings),
            "state": self.state,
            "error": self.error,
            "added_at": self.added_at,
            "revision": self.revision,
        }


def _video(row: dict[str, Any]) -> Video:
    return Video(
        id=row["id"],
        sha256=row["sha256"],
        name=row["name"],
        bytes=row["bytes"],
        width=row["width"],
        height=row["height"],
        rotation=row["rotation"],
        sar=Fraction(row["sar_num"], row["sar_den"]),
        frames=row["frames"],
        unreadable=row["unreadable"],
        fps=Fraction(row["fps_num"], row["fps_den"]),
        duration=row["duration"],
        vfr=bool(row["vfr"]),
        codec=row["codec"],
        container=row["container"],
        audio=row["audio"],
        tags=tuple(stored.texts(row["tags"])),
        warnings=stored.remarks(row["warnings"]),
        licence=row["licence"],
        source=row["source"],
        state=row["state"],
        error=stored.told(row["error"]),
        added_at=row["added_at"],
        revision=row["revision"],
    )


def get(db: Database, identity: int) -> Video:
    """One video, in any state but removed.

    :raises UnknownItem: when there is none.
    """
    rows = list(db.query("SELECT * FROM videos WHERE id = ? AND state != 'removed'", [identity]))
    if not rows:
        raise errors.UnknownItem("There is no video {name}.", name=identity)
    return _video(rows[0])


def ready(db: Database, identity: int) -> Video:
    """One video whose frame index is verified.

    :raises UnknownItem: when there is none; :raises BadInput: when it is not ready.
    """
    video = get(db, identity)
    if video.state != "ready":
        raise not_ready(video)
    return video


def not_ready(video: Video) -> errors.BadInput:
    """Why a video cannot be worked on."""
    if video.state == "failed":
        return errors.BadInput("{name} is not ready: it could not be read.", name=video.name)
    if video.state == "removed":
        return errors.BadInput("{name} was removed from the library.", name=video.name)
    return errors.BadInput("{name} is not ready: it is still being read.", name=video.name)


def listed(db: Database) -> list[Video]:
    """All videos that were not removed, oldest first."""
    return [
        _video(row) for row in db.query("SELECT * FROM videos WHERE state != 'removed' ORDER BY id")
    ]


def by_id(db: Database, identity: int) -> Video | None:
    """One video in any state, removed ones too; None when there is none."""
    rows = list(db.query("SELECT * FROM videos WHERE id = ?", [identity]))
    return _video(rows[0]) if rows else None


def by_sha256(db: Database, sha256: str) -> Video | None:
    """The video of a content, removed or not; None when it was never added."""
    rows = list(db.query("SELECT * FROM videos WHERE sha256 = ?", [sha256]))
    return _video(rows[0]) if rows else None


def display_name(name: str) -> str:
    """A file name as it is shown: NFC, no control or direction marks, at most 200 characters."""
    clean = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    clean = "".join(
        letter if unicodedata.category(letter)[0] != "C" else "�" for letter in clean
    ).strip()
    if len(clean) > LONGEST_NAME:
        stem, dot, suffix = clean.rpartition(".")
        keep = dot + suffix if dot and len(suffix) <= 10 else ""
        clean = (stem if keep else clean)[: LONGEST_NAME - len(keep)] + keep
    return clean or "video"


def rename(db: Database, identity: int, name: str) -> None:
    """Give a video another display name; the file keeps its own.

    :raises BadInput: for an empty name.
    """
    if not name.strip():
        raise errors.BadInput("A video needs a name.")
    get(db, identity)
    db.execute(
        "UPDATE videos SET name = ?, revision = revision + 1 WHERE id = ?",
        [display_name(name), identity],
    )


def tag(db: Database, identity: int, tags: list[str]) -> None:
    """Replace a video's tags.

    :raises BadInput: for more than 50 tags or one over 60 characters.
    """
    clean = list(dict.fromkeys(display_name(text) for text in tags if text.strip()))
    if len(clean) > 50 or any(len(text) > 60 for text in clean):
        raise errors.BadInput("At most 50 tags of 60 characters each.")
    get(db, identity)
    db.execute(
        "UPDATE videos SET tags = ?, revision = revision + 1 WHERE id = ?",
        [json.dumps(clean, ensure_ascii=False), identity],
    )


def remove(db: Database, identity: int) -> None:
    """Take a video out of the workspace. Its labels and the person's own file stay.

    Adding the same content again brings everything back. Open jobs of it are cancelled.
    """
    get(db, identity)
    db.execute(
        "UPDATE videos SET state = 'removed', revision = revision + 1 WHERE id = ?", [identity]
    )
    db.execute(
        "UPDATE jobs SET cancel = 1, state = CASE state WHEN 'queued' THEN 'cancelled' "
        "ELSE state END, finished_at = coalesce(finished_at, ?) "
        "WHERE video = ? AND state IN ('queued', 'running')",
        [clock.now(), identity],
    )


def columns(db: Database, identity: int) -> dict[str, Any]:
    """What people can change about a video, and its revision; also of a removed one."""
    row = next(db.query("SELECT name, tags, state, revision FROM videos WHERE id = ?", [identity]))
    return {**row, "tags": stored.texts(row["tags"])}


def put_back(db: Database, identity: int, values: dict[str, Any]) -> None:
    """Set some of :func:`columns` to what they were."""
    now = {**columns(db, identity), **values}
    db.execute(
        "UPDATE videos SET name = ?, tags = ?, state = ?, revision = revision + 1 WHERE id = ?",
        [now["name"], json.dumps(now["tags"], ensure_ascii=False), now["state"], identity],
    )


def files(db: Database, identity: int) -> list[dict[str, Any]]:
    """The known paths of a video: path, name, stored (in the workspace), bytes, modified_ns."""
    return list(
        db.query(
            "SELECT path, name, stored, bytes, modified_ns FROM video_files "
            "WHERE video = ? ORDER BY stored DESC, id DESC",
            [identity],
        )
    )


def path_text(path: Path) -> str:
    """A path as the store keeps it: itself, or a ``file:`` URI where its name is not Unicode."""
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return path.as_uri()
    return text


def path_from(text: str) -> Path:
    """The inverse of :func:`path_text`."""
    if not text.startswith("file:///"):
        return Path(text)
    return Path(os.fsdecode(unquote_to_bytes(text[7 if os.name == "posix" else 8 :])))


def file_path(db: Database, workspace: Workspace, video: Video) -> Path:
    """A path that holds exactly this video's bytes now.

    A path in the store is believed only while size and modification time are what they were when
    its content was hashed.

    :raises VideoMissing: when the file is gone or was changed.
    """
    for row in files(db, video.id):
        stored = workspace.media_path(video.sha256, "original")
        path = stored if row["stored"] else path_from(row["path"])
        try:
            found = path.stat()
        except (OSError, ValueError):
            continue
        unchanged = row["stored"] or found.st_mtime_ns == row["modified_ns"]
        if found.st_size == video.bytes == row["bytes"] and unchanged and path.is_file():
            return path
    raise errors.VideoMissing(
        "The file of {name} is gone or was changed since it was added.",
        "Add the file again: its labels are kept and come back with it.",
        name=video.name,
    )
