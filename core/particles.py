"""Filling the fields of a message, with the Korean particles that depend on the word before them.

A translation writes both forms after a field, ``{name}을(를)``; which one is right is known once
the word is. After letters whose sound is not known here both stay, as Koreans write it themselves.
``assets/messages.js`` does the same in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_FORMS = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "과(와)": ("과", "와"),
    "(으)로": ("으로", "로"),
}
_FIELD = re.compile(r"\{(\w+)(:[^{}]*)?\}(" + "|".join(map(re.escape, _FORMS)) + ")")
_FIRST, _LAST, _FINALS, _RIEUL = 0xAC00, 0xD7A3, 28, 8
_DIGITS = {"0": 21, "1": _RIEUL, "3": 16, "6": 1, "7": _RIEUL, "8": _RIEUL}
"""The final consonant of a digit's name, as syllables count them; the others have none."""


def fill(text: str, values: Mapping[str, Any]) -> str:
    """A message with its fields filled.

    :raises KeyError: for a field that has no value.
    """

    def chosen(found: re.Match[str]) -> str:
        name, spec, forms = found.groups()
        word = format(values[name], (spec or ":")[1:]) if name in values else ""
        return f"{{{name}{spec or ''}}}{particle(word, forms)}"

    return _FIELD.sub(chosen, text).format(**values)


def particle(word: str, forms: str) -> str:
    """The form that follows a word, or both where its last sound is not known."""
    final = _final(word[-1:])
    if final is None:
        return forms
    closed, opened = _FORMS[forms]
    return opened if final == 0 or (final == _RIEUL and forms == "(으)로") else closed


def _final(letter: str) -> int | None:
    """The number of a syllable's final consonant, 0 without one; None for other letters."""
    if letter.isascii() and letter.isdigit():
        return _DIGITS.get(letter, 0)
    if letter and _FIRST <= ord(letter) <= _LAST:
        return (ord(letter) - _FIRST) % _FINALS
    return None
