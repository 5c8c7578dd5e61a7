"""JSON and packed bytes as the database holds them, read with suspicion.

The file may come from others, or have been changed by another program: what people work with is
refused in words where it is not what we write; what is only shown counts as absent.
"""

from __future__ import annotations

import json
import math
import string
import zlib
from typing import Any, NoReturn

from core import errors


def damaged(place: str) -> errors.StorageDamaged:
    """The refusal of a value that we never wrote.

    :param place: where it is, such as ``track 5, attributes``.
    """
    return errors.StorageDamaged(
        "A value in the database cannot be used: {place}.",
        "It was damaged or changed by another program. Restore a backup: python cli.py restore "
        "FILE.",
        place=place,
    )


def table(text: Any, place: str) -> dict[str, Any]:
    """A JSON object.

    :raises StorageDamaged: for anything else.
    """
    found = perhaps(text)
    if found is None:
        raise damaged(place)
    return found


def items(text: Any, place: str) -> list[Any]:
    """A JSON array.

    :raises StorageDamaged: for anything else.
    """
    found = _parsed(text)
    if not isinstance(found, list):
        raise damaged(place)
    return found


def texts(text: Any) -> list[str]:
    """The texts of a JSON array; what is none is left out."""
    found = _parsed(text)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def names(text: Any) -> dict[str, str]:
    """The texts of a JSON object by name; what is none is left out."""
    return {key: one for key, one in shown(text).items() if isinstance(one, str)}


def shown(text: Any) -> dict[str, Any]:
    """A JSON object that is only shown; empty for anything else."""
    return perhaps(text) or {}


def perhaps(text: Any) -> dict[str, Any] | None:
    """A JSON object; None for anything else."""
    found = _parsed(text)
    return found if isinstance(found, dict) else None


def whole(text: Any, place: str) -> int:
    """A number at or above 0 of the settings, which are texts.

    :raises StorageDamaged: for anything else.
    """
    if not isinstance(text, str) or not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise damaged(place)
    return int(text)


def told(text: Any) -> dict[str, Any] | None:
    """The words of an error or a remark; None for what cannot be put into words."""
    return said(_parsed(text))


def remarks(text: Any) -> tuple[dict[str, Any], ...]:
    """The remarks of a JSON array that can be put into words."""
    found = _parsed(text)
    told_so = [said(one) for one in found] if isinstance(found, list) else []
    return tuple(one for one in told_so if one is not None)


def said(found: Any) -> dict[str, Any] | None:
    """As :func:`told`, of what was parsed already."""
    if not isinstance(found, dict):
        return None
    message, hint, values = found.get("message"), found.get("hint", ""), found.get("values", {})
    if not (isinstance(message, str) and isinstance(hint, str) and isinstance(values, dict)):
        return None
    if {"message", "hint", "self"} & values.keys():
        return None
    if not all(_fills(text, values) for text in (message, hint)):
        return None
    return {**found, "hint": hint, "values": values}


def _fills(text: str, values: dict[str, Any]) -> bool:
    """Whether values fill the fields of a text, which are plain names as in all our own."""
    try:
        fields = [part[1:] for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError:
        return False
    return all(name in values and not spec and not how for name, spec, how in fields)


def unpacked(data: Any, place: str, *, most: int) -> bytes:
    """Deflated bytes.

    :param most: bytes they may be unpacked; few packed ones can stand for gigabytes.
    :raises StorageDamaged: for anything else.
    """
    try:
        packed = zlib.decompressobj()
        found = packed.decompress(data, most)
    except (zlib.error, TypeError) as error:
        raise damaged(place) from error
    if not packed.eof:
        raise damaged(place)
    return found


def number(value: Any) -> bool:
    """Whether a value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _parsed(text: Any) -> Any:
    """What a JSON text says; None for what is none."""
    try:
        return json.loads(text, parse_constant=_refused)
    except (ValueError, TypeError, RecursionError):
        return None


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)
