"""What a benchmark reports: figures with a budget and a verdict, as plain JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

Verdict = Literal["ok", "missed", "info", "skipped", "failed"]
DIGITS = 4


class Skipped(Exception):
    """An input of a benchmark is not on this machine; the text says which."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    :ivar value: None where nothing could be measured. :ivar budget: as text, such as "<= 150".
    :ivar verdict: ok or missed where there is a budget, info where there is none, skipped or
        failed where there is no value; ``details`` then holds the reason.
    """

    name: str
    value: float | int | None
    unit: str
    budget: str | None = None
    verdict: Verdict = "info"
    details: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The form that is printed; numbers keep four digits."""
        return {key: _rounded(value) for key, value in asdict(self).items()}


def info(name: str, value: float | int, unit: str, **details: Any) -> Figure:
    """A number without a budget."""
    return Figure(name, value, unit, details=details)


def at_most(name: str, value: float, unit: str, limit: float, **details: Any) -> Figure:
    """A number that must not exceed a limit."""
    verdict: Verdict = "ok" if value <= limit else "missed"
    return Figure(name, value, unit, f"<= {limit:g}", verdict, details)


def at_least(name: str, value: float, unit: str, limit: float, **details: Any) -> Figure:
    """A number that must reach a limit."""
    verdict: Verdict = "ok" if value >= limit else "missed"
    return Figure(name, value, unit, f">= {limit:g}", verdict, details)


def without_value(name: str, verdict: Literal["skipped", "failed"], reason: str) -> Figure:
    """Says why there is no number."""
    return Figure(name, None, "", verdict=verdict, details={"reason": reason})


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` percent lie, interpolated between neighbours.

    :raises ValueError: for no values.
    """
    if not values:
        raise ValueError("no values")
    return float(np.percentile(np.asarray(values, dtype=float), share))


def spread(seconds: Sequence[float]) -> dict[str, float | int]:
    """Median, p95, p99 and largest of some durations, in milliseconds, and their number."""
    return {
        "p50_ms": 1e3 * percentile(seconds, 50),
        "p95_ms": 1e3 * percentile(seconds, 95),
        "p99_ms": 1e3 * percentile(seconds, 99),
        "largest_ms": 1e3 * max(seconds),
        "n": len(seconds),
    }


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return percentile(values, 50)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        if not np.isfinite(value):
            return None
        return float(f"{value:.{DIGITS}g}") if abs(value) < 10**DIGITS else round(value)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
