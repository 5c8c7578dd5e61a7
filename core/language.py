"""Texts in the reader's language, read from the .po catalogues; nothing is installed globally."""

from __future__ import annotations

import functools
import gettext
import io
from collections.abc import Callable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "ko": "한국어"}
DEFAULT = "en"
_FOLDER = Path(__file__).resolve().parent.parent / "locales"


def mark(text: str) -> str:
    """Mark a literal for translation where it is defined; it is translated where it is shown."""
    return text


def N_(text: str) -> str:
    """Mark a text for translation where it is defined; the door translates it where it is shown."""
    return text


@functools.cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; English keys themselves where there is none."""
    path = _FOLDER / language / "LC_MESSAGES" / "dataguard.po"
    if language not in LANGUAGES or not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)


@functools.cache
def translator(language: str) -> Callable[[str], str]:
    """A function from an English key to its text in a language."""
    return translations(language).gettext


@functools.cache
def messages(language: str) -> dict[str, str]:
    """Every key with its text, for the browser."""
    path = _FOLDER / language / "LC_MESSAGES" / "dataguard.po"
    if language not in LANGUAGES or not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {
        message.id: message.string or message.id
        for message in catalogue
        if isinstance(message.id, str) and message.id and isinstance(message.string, str)
    }


def best(preferred: str | None) -> str:
    """The language we have for a wish such as ``ko-KR`` or ``ko_KR.UTF-8``."""
    for wish in (preferred or "").replace(";", ",").split(","):
        code = wish.strip().lower().replace("_", "-").split("-")[0].split(".")[0]
        if code in LANGUAGES:
            return code
    return DEFAULT
