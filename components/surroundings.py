"""What a page needs to know: where it works, for whom and in which language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import streamlit as st

from components import address
from core import db, language, particles
from core.sqlite import Database
from core.workspace import Workspace

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("library", "suggest", "label", "statistics", "export", "classes", "models")


@dataclass(frozen=True, slots=True)
class Page:
    """What a page needs to know: where it works, for whom and in which language."""

    workspace: Workspace
    key: str
    person: str
    language: str

    def text(self, message: str, /, **values: object) -> str:
        """A message in the reader's language; pages call it ``_``."""
        found = language.translator(self.language)(message)
        return particles.fill(found, values) if values else found

    def count(self, one: str, many: str, n: int, /, **values: object) -> str:
        """A message that depends on a number, ``{n}``; pages call it ``_n``."""
        found = language.translations(self.language).ngettext(one, many, n)
        return particles.fill(found, {"n": f"{n:,}", **values})

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """A connection for reading, closed at the end."""
        with db.reader(self.workspace) as connection:
            yield connection

    def write(self, change: Callable[[Database], T]) -> T:
        """Run a change in the one writer; returns when it is on disk."""
        return db.write(self.workspace, change)

    def address(self, **values: object) -> None:
        """Make the address name the workspace and what is on screen."""
        address.show(w=self.key, **values)

    def open(self, name: str, **values: object) -> None:
        """Go to another page; ends this run."""
        wanted = {key: str(value) for key, value in values.items() if value is not None}
        st.switch_page(ROOT / "pages" / f"{name}.py", query_params={"w": self.key, **wanted})
