"""Who boxes: builds, stances, colours. Colours are linear RGB, 0..1."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Boxer:
    """One person of the sample.

    ``scale`` is the height over 1.80 m, ``bulk`` multiplies muscle radii; ``lead`` is the hand in
    front (the one that jabs); ``phase`` shifts the rhythm of bouncing, in turns.
    """

    id: int
    name: str
    names: dict[str, str]
    scale: float
    bulk: float
    lead: str
    phase: float
    rhythm: float
    skin: Colour
    hair: Colour
    beard: float
    shorts: Colour
    trim: Colour
    gloves: Colour
    shoes: Colour

    @property
    def mirror(self) -> float:
        """+1 where the left side leads (orthodox), -1 where the right side does (southpaw)."""
        return 1.0 if self.lead == "left" else -1.0

    @property
    def rear(self) -> str:
        return "right" if self.lead == "left" else "left"


RED = Boxer(
    id=1,
    name="red",
    names={"en": "the boxer in red", "ko": "빨간 글러브 선수"},
    scale=1.03,
    bulk=1.0,
    lead="left",
    phase=0.0,
    rhythm=1.85,
    skin=(0.235, 0.115, 0.066),
    hair=(0.012, 0.010, 0.009),
    beard=0.0,
    shorts=(0.62, 0.022, 0.030),
    trim=(0.86, 0.70, 0.30),
    gloves=(0.66, 0.020, 0.026),
    shoes=(0.62, 0.62, 0.62),
)

BLUE = Boxer(
    id=2,
    name="blue",
    names={"en": "the boxer in blue", "ko": "파란 글러브 선수"},
    scale=0.965,
    bulk=1.12,
    lead="right",
    phase=0.37,
    rhythm=1.7,
    skin=(0.62, 0.375, 0.255),
    hair=(0.095, 0.045, 0.020),
    beard=1.0,
    shorts=(0.030, 0.085, 0.48),
    trim=(0.85, 0.85, 0.85),
    gloves=(0.022, 0.10, 0.60),
    shoes=(0.030, 0.032, 0.040),
)

CAST = (RED, BLUE)
