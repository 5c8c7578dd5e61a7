"""Classes of events to begin with. A workspace gets them when somebody asks for them."""

from __future__ import annotations

import uuid

from core import class_changes, classes, people
from core.sqlite import Database

BOXING = (
    ("jab", {"en": "jab", "ko": "잽"}, "#22b8cf", "1"),
    ("cross", {"en": "cross", "ko": "스트레이트"}, "#ff922b", "2"),
    ("hook", {"en": "hook", "ko": "훅"}, "#82c91e", "3"),
    ("uppercut", {"en": "uppercut", "ko": "어퍼컷"}, "#f06595", "4"),
    ("block", {"en": "block", "ko": "블록"}, "#9a8cff", "5"),
)


def add_boxing(db: Database, person: str | None = None) -> None:
    """Add the classes of blows that are not there yet. Needs a write transaction.

    A name that is taken, also by a class of objects, is left as it is; a key that is taken stays
    with the class that has it.
    """
    who = person or people.operating_system_user()
    known = classes.every(db)
    names_taken = {row["name"].casefold() for row in known}
    keys_taken = {row["hotkey"] for row in known if row["kind"] == "event" and not row["archived"]}
    for name, names, colour, key in BOXING:
        if name in names_taken:
            continue
        class_changes.add(
            db,
            batch=uuid.uuid4().hex,
            person=who,
            name=name,
            kind="event",
            names=names,
            colour=colour,
            hotkey=None if key in keys_taken else key,
        )
