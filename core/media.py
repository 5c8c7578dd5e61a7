"""What is known about a video file after the first look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from core import particles
from core.frame_times import FrameTimes


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a person should know about a file that could be read all the same.

    ``message`` is a gettext key with ``{fields}`` that ``values`` fill.
    """

    message: str
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The remark in a language."""
        return particles.fill(translate(self.message), self.values)

    def to_json(self) -> dict[str, Any]:
        return {"message": self.message, "values": self.values, "text": self.text()}


def remark(message: str, **values: Any) -> Remark:
    """A remark from a literal key and its values."""
    return Remark(message, values)


@dataclass(frozen=True, eq=False, slots=True)
class MediaInfo:
    """A probed video.

    :param width, height: upright size in pixels; the space of all coordinates.
    :param coded_width, coded_height: size as stored, before rotation.
    :param rotation: degrees clockwise from stored to upright.
    :param sar: width of an upright pixel over its height; a matter of display alone.
    :param frames_claimed: what the header says, 0 where it says nothing.
    :param container: mp4, mov, matroska, webm, avi or mpegts, from the content.
    :param audio: codec of the first sound stream, None without sound.
    """

    width: int
    height: int
    coded_width: int
    coded_height: int
    rotation: int
    sar: Fraction
    times: FrameTimes
    codec: str
    pixel_format: str
    container: str
    frames_claimed: int = 0
    audio: str | None = None
    audio_rate: int = 0
    audio_channels: int = 0
    bytes: int = 0
    sha256: str = ""
    warnings: tuple[Remark, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Upright width and height."""
        return self.width, self.height
