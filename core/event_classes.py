"""Classes of events to begin with. A workspace gets them when somebody asks for them."""

from __future__ import annotations

import json

from sqlite_utils import Database

BOXING = (
    ("jab", {"en": "jab", "ko": "잽"}, "#22b8cf", "1"),
    ("cross", {"en": "cross", "ko": "스트레이트"}, "#ff922b", "2"),
    ("hook", {"en": "hook", "ko": "훅"}, "#82c91e", "3"),
    ("uppercut", {"en": "uppercut", "ko": "어퍼컷"}, "#f06595", "4"),
    ("block", {"en": "block", "ko": "블록"}, "#9a8cff", "5"),
)


def add_boxing(db: Database) -> None:
    """Add the classes of blows that are not there yet. Needs a write transaction.

    A name that is taken, also by a class of objects, is left as it is.
    """
    for name, names, colour, hotkey in BOXING:
        db.execute(
            "INSERT INTO classes (name, names, kind, colour, hotkey) "
            "VALUES (?, ?, 'event', ?, ?) ON CONFLICT (name) DO NOTHING",
            [name, json.dumps(names, ensure_ascii=False), colour, hotkey],
        )
