"""User text on its way to the screen: shown as it is, never read as Markdown or HTML.

Streamlit reads Markdown in nearly every text it shows (labels, captions, errors, toasts, titles).
Names of videos, people, tags, classes and messages of files pass through :func:`markdown` first.
"""

from __future__ import annotations

import re
import string

LONGEST = 2_000

_PUNCTUATION = re.compile("([" + re.escape(string.punctuation) + "])")
# Streamlit replaces these after Markdown was parsed, so a backslash does not help: a word joiner,
# which is invisible and of no width, keeps them apart.
_REPLACED = re.compile(
    r"(?i)(:(?=[\w+\-/]+:)|(?:https?|ftp|mailto)(?=:)|www(?=\.)|@"
    r"|-(?=[->])|<(?=[-=])|[>~!](?==)|=(?=>))"
)
_JOINER = "\u2060"
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: object) -> str:
    """One line of text without control and direction marks, at most 2,000 characters."""
    clean = _DIRECTIONS.sub("\ufffd", str(text))
    clean = " ".join("".join(c if c.isprintable() else " " for c in clean).split())
    return clean if len(clean) <= LONGEST else clean[: LONGEST - 1] + "…"


def markdown(text: object) -> str:
    """Text that Streamlit's Markdown shows letter by letter."""
    apart = _REPLACED.sub(lambda found: found.group(1) + _JOINER, plain(text))
    return _PUNCTUATION.sub(r"\\\1", apart)
