"""Which class of a model becomes which of ours, as a person writes it in one line.

``person=person, sports ball=ball`` maps classes of a checkpoint; ``person. boxing glove.`` are the
words that a model which reads is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core import errors

MOST_WORDS = 40
SHOWN = 12


def mapping(text: str) -> dict[str, str]:
    """Our class by the model's word, in the order written; words are in lower case.

    :raises BadInput: for a part that is not ``word=class``, or a word that is named twice.
    """
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        word, given, name = (piece.strip() for piece in part.partition("="))
        if not word or not name or not given or "=" in name or word.lower() in found:
            raise errors.BadInput(
                "{value} is no list of classes.",
                "Write it as: class of the model=class here, with commas between; each class of "
                "the model once. Such as: person=person, sports ball=ball.",
                value=repr(text),
            )
        found[word.lower()] = name
    if not 0 < len(found) <= MOST_WORDS:
        raise errors.BadInput(
            "From 1 to {most} classes can be looked for, not {count}.",
            most=MOST_WORDS,
            count=len(found),
        )
    return found


def prompt(text: str, names: Mapping[str, str]) -> dict[str, str]:
    """Our class by each word of a prompt; a word without a mapping is a class of ours itself.

    :param text: words with full stops between.
    :raises BadInput: for a prompt without words, or with too many.
    """
    words = [" ".join(word.lower().split()) for word in text.replace("?", ".").split(".")]
    words = list(dict.fromkeys(word for word in words if word))
    if not 0 < len(words) <= MOST_WORDS:
        raise errors.BadInput(
            "A prompt needs 1 to {most} words with full stops between, such as: "
            "person. boxing glove.",
            most=MOST_WORDS,
        )
    return {word: names.get(word, word) for word in words}


def columns(wanted: Mapping[str, str], known: Mapping[int, str], name: str) -> dict[int, str]:
    """Our class by the number of a checkpoint's class.

    :param known: the checkpoint's classes, ``id2label`` of its config.
    :param name: of the checkpoint.
    :raises UnknownItem: for a class that the checkpoint does not have.
    """
    numbers: dict[str, list[int]] = {}
    for number, label in known.items():
        numbers.setdefault(str(label).lower(), []).append(int(number))
    for word in wanted:
        if word not in numbers:
            raise errors.UnknownItem(
                "{name} knows no class {word}.",
                "It knows {count} classes, such as: {choices}.",
                name=name,
                word=word,
                count=len(numbers),
                choices=", ".join(_likely(word, numbers)),
            )
    return {number: ours for word, ours in wanted.items() for number in numbers[word]}


def _likely(word: str, known: Iterable[str]) -> list[str]:
    """Names that share a word with the one looked for, then others."""
    parts = set(word.split())
    ordered = sorted(known, key=lambda name: (parts.isdisjoint(name.split()), name))
    return ordered[:SHOWN]
