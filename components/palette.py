"""One colour and one texture per state and verdict: a state is never told by its colour alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """A colour that reads on light and dark, and a plotly pattern ("" is solid)."""

    colour: str
    pattern: str


STATES = {
    "suggested": Look("#d99a2b", "/"),
    "accepted": Look("#2fa36b", ""),
    "fixed": Look("#8b6fe0", "."),
    "rejected": Look("#d9534f", "x"),
    "manual": Look("#3b8eea", "-"),
    "deleted": Look("#8a94a3", "\\"),
}
VERDICTS = {
    "accept": STATES["accepted"],
    "fix": STATES["fixed"],
    "reject": STATES["rejected"],
    "skip": Look("#8a94a3", "\\"),
}
