"""What a person of a film is like: build, stance, clothes. Colours are linear RGB, 0..1."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Boxer:
    """One person of a film.

    ``scale`` is the height over 1.80 m, ``bulk`` multiplies muscle radii, ``breadth`` and ``hips``
    the distance of shoulder and hip joints, ``bust`` and ``belly`` (0..1) shape the trunk; ``lead``
    is the hand in front (the one that jabs); ``phase`` shifts the rhythm of bouncing, in turns.
    ``bladed`` is how far the body turns its side to the other, 1 for a boxer. ``holds`` says what
    is on the hands, gloves or pads; ``haircut`` is short, quiff, tail or bald. ``top`` colours a
    tank top or a loose ``shirt`` (none: bare); ``trousers`` reach down to the boots.
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
    haircut: str = "short"
    breadth: float = 1.0
    hips: float = 1.0
    bust: float = 0.0
    belly: float = 0.0
    bladed: float = 1.0
    holds: str = "gloves"
    top: Colour | None = None
    shirt: bool = False
    trousers: bool = False

    @property
    def mirror(self) -> float:
        """+1 where the left side leads (orthodox), -1 where the right side does (southpaw)."""
        return 1.0 if self.lead == "left" else -1.0

    @property
    def rear(self) -> str:
        return "right" if self.lead == "left" else "left"
