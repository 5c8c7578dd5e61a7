"""One finding of the examination."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from core import particles

State = Literal["ok", "warning", "missing"]


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; ``message``, ``hint`` and ``needed_for`` are gettext keys for ``values``."""

    name: str
    state: State
    message: str
    hint: str = ""
    needed_for: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The finding in a language."""
        return particles.fill(translate(self.message), self.values)

    def to_json(self, translate: Callable[[str], str] = str) -> dict[str, Any]:
        """The form of ``cli.py doctor --json``."""
        return {
            "name": self.name,
            "state": self.state,
            "text": self.text(translate),
            "hint": particles.fill(translate(self.hint), self.values) if self.hint else "",
            "needed_for": translate(self.needed_for) if self.needed_for else "",
            "values": self.values,
        }
