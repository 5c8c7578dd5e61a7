"""The sound: a bell, gloves that hit at the contact frames, steps on canvas, a murmuring crowd."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sample_videos.studio import choreography, feet

RATE = 44100
SECONDS = choreography.FRAMES / choreography.FPS
Samples = npt.NDArray[Any]  # float64 throughout


@dataclass(frozen=True, slots=True)
class Noises:
    """What is heard besides breath and steps: ``bells`` as (frame, loudness), what gloves hit
    (a ``body``, a ``bag``, a ``pad``), how loud the ``voices`` are, and the seed of the noise.
    """

    bells: tuple[tuple[int, float], ...]
    hit: str
    voices: float
    seed: int


def track(script: choreography.Script, noises: Noises) -> npt.NDArray[np.float32]:
    """The whole sound, mono, -1..1, RATE samples a second."""
    random = np.random.default_rng(noises.seed)
    length = int(RATE * SECONDS)
    mixed = noises.voices * _crowd(script, length, random)
    for frame, loud in noises.bells:
        _add(mixed, _bell(), frame, loud)
    for action in script.actions:
        if action.kind in choreography.PUNCHES:
            if action.outcome != "missed":
                loud = 0.75 if action.outcome == "landed" else 0.5
                loud *= {"jab": 0.8, "cross": 1.1, "hook": 1.0}[action.kind]
                strike = _impact(random, noises.hit, action.outcome == "landed")
                _add(mixed, strike, action.contact, loud)
                if noises.hit == "bag":
                    _add(mixed, _chain(random), action.contact + 1, 0.10 * loud)
            _add(mixed, _breath(random), action.first + 2, 0.10)
    for boxer in script.cast:
        for made in feet.steps(script, boxer.id).values():
            for step in made:
                _add(mixed, _footfall(random), step.start + feet.STEP_FRAMES, 0.05)
    peak = float(np.abs(mixed).max())
    quiet = np.minimum(np.arange(length)[::-1] / (0.15 * RATE), 1)
    return (np.tanh(mixed / max(peak, 0.9) * 1.15) * 0.85 * quiet).astype(np.float32)


def _add(mixed: Samples, sound: Samples, frame: int, loud: float) -> None:
    start = round(frame / choreography.FPS * RATE)
    if 0 <= start < len(mixed):
        piece = sound[: len(mixed) - start]
        mixed[start : start + len(piece)] += loud * piece


def _band(noise: Samples, low: float, high: float) -> Samples:
    """Noise limited to a band of frequencies, largest value 1."""
    spectrum = np.fft.rfft(noise)
    hertz = np.fft.rfftfreq(len(noise), 1 / RATE)
    shape = 1 / (1 + (low / np.maximum(hertz, 1.0)) ** 4) / (1 + (hertz / high) ** 4)
    filtered: Samples = np.fft.irfft(spectrum * shape, len(noise))
    filtered /= np.abs(filtered).max()
    return filtered


def _bell() -> Samples:
    time = np.arange(int(RATE * 2.4)) / RATE
    sound = np.zeros_like(time)
    partials = ((1, 0.5, 1.6), (2.0, 0.3, 2.4), (2.76, 0.6, 2.6), (5.40, 0.35, 5.0),
                (8.93, 0.2, 9.0), (2.771, 0.4, 2.7))  # fmt: skip
    for ratio, share, fade in partials:
        sound += share * np.sin(2 * np.pi * 640 * ratio * time) * np.exp(-fade * time)
    struck: Samples = sound * np.minimum(time / 0.002, 1) / 1.6
    return struck


def _impact(random: np.random.Generator, hit: str, landed: bool) -> Samples:
    """A glove that hits: a slap over a thump; a bag is dull and long, a pad bright and short."""
    time = np.arange(int(RATE * 0.28)) / RATE
    bright, fade, thump_share = {
        "body": (2600 if landed else 1700, 55 if landed else 75, 0.9 if landed else 0.6),
        "bag": (1300, 45, 1.2),
        "pad": (4200, 85, 0.4),
    }[hit]
    slap = _band(random.standard_normal(len(time)), 350, bright)
    thump = np.sin(2 * np.pi * (95 * time - 70 * time * time)) * np.exp(-time * 22)
    return slap * np.exp(-time * fade) * 0.9 + thump * thump_share


def _chain(random: np.random.Generator) -> Samples:
    """Links that jump and settle after a blow."""
    time = np.arange(int(RATE * 0.5)) / RATE
    rattle = _band(random.standard_normal(len(time)), 2800, 7800)
    jumps = np.maximum(np.sin(2 * np.pi * (15 * time - 6 * time * time)), 0) ** 6
    links: Samples = rattle * jumps * np.exp(-time * 7)
    return links


def _breath(random: np.random.Generator) -> Samples:
    time = np.arange(int(RATE * 0.16)) / RATE
    hiss = _band(random.standard_normal(len(time)), 1800, 6500)
    breath: Samples = hiss * np.sin(np.pi * np.minimum(time / 0.16, 1)) ** 2
    return breath


def _footfall(random: np.random.Generator) -> Samples:
    time = np.arange(int(RATE * 0.09)) / RATE
    return _band(random.standard_normal(len(time)), 60, 420) * np.exp(-time * 60)


def _crowd(script: choreography.Script, length: int, random: np.random.Generator) -> Samples:
    """Voices far away: bands of noise that swell, more after a landed punch."""
    frames = np.arange(length) / RATE * choreography.FPS
    excited = np.zeros(length)
    for action in script.actions:
        if action.outcome == "landed":
            since = (frames - action.contact - 3) / 30
            excited += np.where(since > 0, since * np.exp(1 - since * 1.6), 0) * 0.6
    sound = np.zeros(length)
    voices = ((180, 420, 0.5), (400, 900, 0.45), (900, 2000, 0.28), (2000, 3800, 0.1))
    for low, high, share in voices:
        swell = np.interp(
            np.arange(length), np.linspace(0, length, 60), random.uniform(0.5, 1.0, 60)
        )
        sound += share * swell * _band(random.standard_normal(length), low, high)
    return sound * (0.10 + 0.13 * np.minimum(excited, 1.3))
