"""Charts of the statistics, as plotly figures. Imported by the Statistics screen alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from components import escape
from components.palette import Look

BAR = 26
AROUND = 92
LONGEST_LABEL = 34
FEW = 6


def label(text: object) -> str:
    """User text for plotly, which reads a few tags in any text: shown as it is, and shortened."""
    clean = escape.plain(text)
    short = clean if _width(clean) <= LONGEST_LABEL else _kept(clean) + "…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _width(text: str) -> int:
    """In letters of English: those of Korean, Chinese and Japanese are as wide as two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _kept(text: str) -> str:
    """The beginning that leaves room for the sign of what was left out."""
    return next(
        text[:end] for end in range(len(text), -1, -1) if _width(text[:end]) < LONGEST_LABEL
    )


def stacked(
    rows: Sequence[tuple[str, Mapping[str, int]]],
    looks: Mapping[str, Look],
    names: Mapping[str, str],
    *,
    unit: str,
) -> go.Figure:
    """One horizontal bar per row, divided into parts.

    :param rows: title and the number per part; the first is drawn at the top.
    :param looks: colour and texture per part, in order. :param names: their words.
    :param unit: what is counted, for the axis.
    """
    places = list(range(len(rows)))
    bars = []
    for part, look in looks.items():
        values = [row[1].get(part, 0) for row in rows]
        if not any(values):
            continue
        bars.append(
            go.Bar(
                y=places,
                x=values,
                orientation="h",
                name=names[part],
                text=[f"{value:,}" if value else "" for value in values],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                insidetextfont={"color": "#12161b", "size": 12},
                marker=_marker(look),
                hovertemplate=f"%{{x:,}} {label(names[part])}<extra></extra>",
            )
        )
    layout = _frame(height=len(rows) * BAR + AROUND, unit=unit)
    totals = (sum(row[1].get(part, 0) for part in looks) for row in rows)
    layout["xaxis"] |= _whole(max(totals, default=0))
    layout["yaxis"] = {
        "tickvals": places,
        "ticktext": [label(title) for title, _ in rows],
        "autorange": "reversed",
        "automargin": True,
    }
    return go.Figure(bars, layout)


def by_day(
    days: Mapping[str, Mapping[str, int]], looks: Mapping[str, Look], *, unit: str
) -> go.Figure:
    """One column per day, divided by person.

    :param days: per person, the number of actions per day (ISO dates).
    """
    bars = [
        go.Bar(
            x=sorted(counts),
            y=[counts[day] for day in sorted(counts)],
            name=label(person),
            width=min(0.5, 0.1 * len({day for dates in days.values() for day in dates})),
            marker=_marker(looks[person]),
            hovertemplate=f"%{{y:,}} · %{{x}} · {label(person)}<extra></extra>",
        )
        for person, counts in days.items()
    ]
    layout = _frame(height=240, unit="")
    layout["xaxis"] |= {"type": "category", "categoryorder": "category ascending"}
    most = sum(max(counts.values(), default=0) for counts in days.values())
    layout["yaxis"] = {"title": {"text": unit, "standoff": 18}, "automargin": True} | _whole(most)
    return go.Figure(bars, layout)


def looks_of(people: Sequence[str]) -> dict[str, Look]:
    """A colour and texture per person, the same on every visit while the list is the same."""
    colours = ("#3b8eea", "#2fa36b", "#d99a2b", "#8b6fe0", "#d9534f", "#1fa3a3", "#c2619f")
    patterns = ("", "/", ".", "x", "-", "\\", "+")
    return {
        person: Look(colours[i % 7], patterns[(i + i // 7) % 7]) for i, person in enumerate(people)
    }


def _whole(most: int) -> dict[str, int]:
    """Of few things, each has its line: fractions, rounded, would show one number twice."""
    return {"dtick": 1} if most <= FEW else {}


def _marker(look: Look) -> dict[str, object]:
    return {
        "color": look.colour,
        "line": {"width": 0},
        "pattern": {
            "shape": look.pattern,
            "fgcolor": "rgba(255,255,255,0.4)",
            "bgcolor": look.colour,
            "size": 5,
            "solidity": 0.28,
        },
    }


def _frame(*, height: int, unit: str) -> dict[str, Any]:
    """What all layouts have. Made at once: changing a layout takes plotly far longer."""
    return {
        "barmode": "stack",
        "bargap": 0.32,
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 34, "b": 48},
        "legend": {
            "orientation": "h",
            "y": 1.0,
            "yanchor": "bottom",
            "x": 0,
            "traceorder": "normal",
        },
        "hovermode": "closest",
        "xaxis": {
            "title": {"text": unit, "standoff": 10},
            "tickformat": ",d",
            "nticks": 6,
            "rangemode": "tozero",
        },
    }
