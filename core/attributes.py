"""Attributes: what a class defines about its tracks, and the values that tracks hold.

A class defines them by name, in order: ``{"stance": {"type": "choice", "choices": [...], "names":
{"ko": "..."}, "default": ..., "changing": false}}``. A track holds a fixed one as its value and one
that changes along the track as ``[[frame, value], ...]``, rising, each value holding until the
next. Names that the class does not define are kept as they are: imported data has them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from core import errors, stored
from core.language import LANGUAGES

TYPES = ("choice", "number", "text", "yes/no")
MOST, MOST_CHOICES = 40, 60
LONGEST_NAME, LONGEST_TEXT = 60, 500
_FIELDS = frozenset(("type", "names", "choices", "default", "changing"))

Definitions = dict[str, dict[str, Any]]


def word(given: Any, most: int = LONGEST_NAME) -> str:
    """A name as it is kept: NFC, one line, single spaces.

    :raises BadInput: for an empty or over-long one, or for anything but text.
    """
    clean = unicodedata.normalize("NFC", given) if isinstance(given, str) else ""
    clean = " ".join("".join(c if c.isprintable() else " " for c in clean).split())
    if not clean or len(clean) > most:
        raise errors.BadInput("A name needs 1 to {limit} characters.", limit=most)
    return clean


def words(given: Any, most: int = LONGEST_NAME) -> dict[str, str]:
    """Names in the languages of the screens; empty ones are left out.

    :raises BadInput: for another language or for what is no name.
    """
    if not isinstance(given, Mapping) or not given.keys() <= LANGUAGES.keys():
        raise errors.BadInput(
            "Names are given by language: {known}.", known=", ".join(sorted(LANGUAGES))
        )
    return {code: word(name, most) for code, name in given.items() if str(name).strip()}


def checked(given: Any) -> Definitions:
    """Definitions as they are kept.

    :raises BadInput: when one of them makes no sense.
    """
    if not isinstance(given, Mapping) or len(given) > MOST:
        raise errors.BadInput("A class has at most {limit} attributes.", limit=MOST)
    found = {word(name): _checked_one(word(name), one) for name, one in given.items()}
    if len(found) < len(given):
        raise errors.BadInput("Two attributes have the same name.")
    return found


def _checked_one(name: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not given.keys() <= _FIELDS:
        raise errors.BadInput("The attribute {name} is not defined in a known way.", name=name)
    kind = given.get("type")
    if kind not in TYPES:
        raise errors.BadInput(
            "An attribute is one of {known}, not {kind}.", known=", ".join(TYPES), kind=kind
        )
    made: dict[str, Any] = {
        "type": kind,
        "names": words(given.get("names") or {}),
        "changing": bool(given.get("changing")),
    }
    if kind == "choice":
        made["choices"] = _choices(name, given.get("choices"))
    if given.get("default") is not None:
        made["default"] = checked_value(name, made, given["default"])
    return made


def _choices(name: str, given: Any) -> list[str]:
    choices = [word(one) for one in given] if isinstance(given, list | tuple) else []
    if not 1 <= len(choices) <= MOST_CHOICES or len(set(choices)) < len(choices):
        raise errors.BadInput(
            "The attribute {name} needs 1 to {limit} choices, all different.",
            name=name,
            limit=MOST_CHOICES,
        )
    return choices


def checked_value(name: str, definition: Mapping[str, Any], value: Any) -> Any:
    """A single value that the definition allows.

    :raises BadInput: for any other.
    """
    kind = definition["type"]
    if kind == "choice":
        fits = value in definition["choices"]
    elif kind == "number":
        fits = stored.number(value)
    elif kind == "yes/no":
        fits = isinstance(value, bool)
    else:
        fits = isinstance(value, str) and len(value) <= LONGEST_TEXT
        value = unicodedata.normalize("NFC", value) if fits else value
    if not fits:
        raise errors.BadInput(
            "{value} is no value of the attribute {name}.",
            "Choose one of: {choices}." if kind == "choice" else "",
            value=str(value)[:80],
            name=name,
            choices=", ".join(definition.get("choices", ())),
        )
    return value


def checked_table(
    definitions: Definitions, before: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """A track's whole table: each defined value that is new must be allowed.

    What was there before stays even where the class has changed its mind since.
    """
    made = dict(given)
    for name in definitions.keys() & given.keys():
        if name in before and given[name] == before[name]:
            continue
        one, value = definitions[name], given[name]
        if not one["changing"]:
            made[name] = checked_value(name, one, value)
        elif changes(value) is None:
            raise errors.BadInput("{name} changes along the track: give it by frame.", name=name)
        else:
            made[name] = [[f, checked_value(name, one, v)] for f, v in value]
    return made


def changes(value: Any) -> list[list[Any]] | None:
    """``[[frame, value], ...]`` with rising frames; None for anything else."""
    if not isinstance(value, list):
        return None
    last = -1
    for one in value:
        pair = isinstance(one, list | tuple) and len(one) == 2
        if not pair or type(one[0]) is not int or one[0] <= last:
            return None
        last = one[0]
    return value


def with_value(
    definitions: Definitions, table: Mapping[str, Any], name: str, value: Any, frame: int
) -> dict[str, Any]:
    """The table with one value set: from ``frame`` on where it changes, else for the whole track.

    :param value: None takes the value away (of a changing one: the change at that frame).
    :raises BadInput: for a value that the class does not allow; UnknownItem for another name.
    """
    one = definitions.get(name)
    if one is None:
        raise errors.UnknownItem("This class has no attribute {name}.", name=name)
    made = dict(table)
    new: Any = None if value is None else checked_value(name, one, value)
    if one["changing"]:
        kept = [[f, v] for f, v in changes(table.get(name)) or [] if f != frame]
        new = sorted([*kept, *([] if value is None else [[frame, new]])], key=lambda c: int(c[0]))
    if new is None or new == []:
        made.pop(name, None)
    else:
        made[name] = new
    return made


def at(definitions: Definitions, table: Mapping[str, Any], frame: int) -> dict[str, Any]:
    """The values in force at a frame; the class's default where there is none."""
    found = {name: value for name, value in table.items() if name not in definitions}
    for name, one in definitions.items():
        value = table.get(name)
        if one.get("changing"):
            held = [v for f, v in changes(value) or [] if f <= frame]
            value = held[-1] if held else None
        if value is None:
            value = one.get("default")
        if value is not None:
            found[name] = value
    return found


def shifted(table: Mapping[str, Any], by: int) -> dict[str, Any]:
    """The table of a label that was moved by some frames: what changes along it moves too.

    Of changes that would lie before the video, the last counts from its first frame on.
    """
    made = dict(table)
    for name, value in table.items():
        held = {max(0, frame + by): one for frame, one in changes(value) or []}
        if held:
            made[name] = [[frame, one] for frame, one in held.items()]
    return made


def spliced(
    table: Mapping[str, Any], parts: Iterable[tuple[Mapping[str, Any], int, int]]
) -> dict[str, Any]:
    """The table of a track that goes on as parts of others.

    Fixed values stay; what changes along a track goes with the frames that it is about.

    :param parts: a table with the first and last frame it counts for, by time.
    """
    stretches = list(parts)
    tables = [table, *(one for one, _, _ in stretches)]
    names = [name for one in tables for name, value in one.items() if value and changes(value)]
    made = dict(table)
    for name in dict.fromkeys(names):
        new: list[list[Any]] = []
        for one, first, last in stretches:
            held = changes(one.get(name)) or []
            before = [v for f, v in held if f <= first]
            start = [[first, before[-1] if before else None]]
            for change in start + [[f, v] for f, v in held if first < f <= last]:
                if change[1] != (new[-1][1] if new else None):
                    new.append(change)
        made.pop(name, None)
        if new:
            made[name] = new
    return made
