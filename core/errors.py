"""Everything that can go wrong for a reason a person can understand.

    DataGuardError
    ├── BadInput            what was given cannot be used (a value, a name, a range)
    │   └── UnknownItem     an id or a name that does not exist
    ├── VideoUnreadable     a file that is no video, is broken, or asks for too much
    │   └── FrameUnreadable one frame that cannot be decoded
    ├── VideoMissing        the file of a known video is gone or has changed
    ├── ModelUnavailable    a model that cannot run here, and what would help
    ├── Unreachable         another machine that does not answer; trying again may help
    ├── Stale               somebody changed the object first; carries its current state
    ├── NothingToUndo       the journal holds nothing (more) for this person
    ├── StorageError        the workspace cannot be read or written
    │   ├── StorageFull     no space left
    │   ├── StorageDamaged  a database that cannot be trusted; it was left as it is
    │   └── NewerWorkspace  written by a newer DataGuard; nothing was touched
    ├── Cancelled           a person stopped the work
    └── Refused             not allowed (a path outside its root, a foreign origin)

``message`` and ``hint`` are English gettext keys; ``values`` fill their ``{fields}``. Core and API
raise them, each door translates them once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from core import particles


def _same(text: str) -> str:
    return text


def _is_json_number(value: Any) -> bool:
    return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))


class DataGuardError(Exception):
    """What happened, to what, and what to do about it.

    :param message: gettext key, a full sentence, with ``{name}`` fields.
    :param hint: gettext key that says what to do; may be empty.
    :param values: fill the fields of both.
    """

    code = "error"

    def __init__(self, message: str, hint: str = "", **values: Any) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint
        self.values = values

    def text(self, translate: Callable[[str], str] = _same) -> str:
        """The message in a language: ``translate`` maps a gettext key to its text."""
        return particles.fill(translate(self.message), self.values)

    def hint_text(self, translate: Callable[[str], str] = _same) -> str:
        """The hint in a language; empty when there is none."""
        return particles.fill(translate(self.hint), self.values) if self.hint else ""

    def to_json(self) -> dict[str, Any]:
        """The error as the API and the jobs table keep it."""
        values = {
            name: value if _is_json_number(value) else str(value)
            for name, value in self.values.items()
        }
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "values": values,
            "text": self.text(),
        }

    def __str__(self) -> str:
        return " ".join(part for part in (self.text(), self.hint_text()) if part)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.message, self.hint, self.values))


def _rebuild(
    kind: type[DataGuardError], message: str, hint: str, values: dict[str, Any]
) -> DataGuardError:
    return kind(message, hint, **values)


class BadInput(DataGuardError):
    """What was given cannot be used."""

    code = "bad_input"


class UnknownItem(BadInput):
    """An id or name that does not exist."""

    code = "unknown"


class VideoUnreadable(DataGuardError):
    """A file that is no video, is broken, or asks for too much."""

    code = "video_unreadable"


class FrameUnreadable(VideoUnreadable):
    """One frame that cannot be decoded."""

    code = "frame_unreadable"


class VideoMissing(DataGuardError):
    """The file of a known video is gone or has changed."""

    code = "video_missing"


class ModelUnavailable(DataGuardError):
    """A model that cannot run here, and what would help."""

    code = "model_unavailable"


class Unreachable(DataGuardError):
    """Another machine does not answer as it should; trying again may help.

    :ivar pause: seconds after which it wants to be asked again; 0 where it said nothing.
    """

    code = "unreachable"

    def __init__(self, message: str, hint: str = "", *, pause: float = 0.0, **values: Any) -> None:
        super().__init__(message, hint, **values)
        self.pause = pause


class Stale(DataGuardError):
    """Somebody changed the object first."""

    code = "stale"

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        current: list[dict[str, Any]] | None = None,
        **values: Any,
    ) -> None:
        super().__init__(message, hint, **values)
        self.current = current or []


class NothingToUndo(DataGuardError):
    """The journal holds nothing (more) for this person."""

    code = "nothing"


class StorageError(DataGuardError):
    """The workspace cannot be read or written."""

    code = "storage"


class StorageFull(StorageError):
    """No space left."""

    code = "storage_full"


class StorageDamaged(StorageError):
    """A database that cannot be trusted any more."""

    code = "storage_damaged"


class NewerWorkspace(StorageError):
    """Written by a newer DataGuard."""

    code = "newer_workspace"


class Cancelled(DataGuardError):
    """A person stopped the work."""

    code = "cancelled"


class Refused(DataGuardError):
    """Not allowed."""

    code = "refused"
