"""What the program will do with a file later, done once while the limits hold.

The first look decodes from end to end. Later frames are decoded from any keyframe and converted,
and the sound is decoded for the proxy, in processes without such limits: a file that makes the
decoder fail there shall have failed here before.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import av.error
import numpy as np

from core import containers, decoding, proxy_sound
from core.media import MediaInfo

_PLACES = 8
_PACKETS = 16

Progress = Callable[[int, int | None], None]


def rehearse(path: Path, info: MediaInfo, progress: Progress) -> None:
    """Decode pictures behind some keyframes, and all sound. What cannot be decoded is no error.

    :param progress: called with (frames in all but one, frames in all), as a sign of life.
    """

    def alive() -> None:
        progress(info.times.count - 1, info.times.count)

    _pictures(path, info, alive)
    _sound(path, alive)


def _pictures(path: Path, info: MediaInfo, alive: Callable[[], None]) -> None:
    keys = np.flatnonzero(info.times.packets.keyframe)
    chosen = np.unique(np.linspace(0, len(keys) - 1, _PLACES).astype(int)) if len(keys) else keys
    # Several threads, as the readers have: what they share is where decoders fail.
    decoder = decoding.Decoder(path, info.times, threads=2)
    with contextlib.closing(decoder):
        for key in keys[chosen].tolist():
            alive()
            with contextlib.suppress(decoding.LandingError):
                decoder.seek(key)
                _some(decoder)


def _some(decoder: decoding.Decoder) -> None:
    for _ in range(_PACKETS):
        for _, picture in decoder.step():
            with contextlib.suppress(av.error.FFmpegError, ValueError):
                picture.reformat(format="rgb24")


def _sound(path: Path, alive: Callable[[], None]) -> None:
    with containers.open_media(path) as source:
        stream = containers.audio_stream(source)
        if stream is not None:
            for _ in proxy_sound.decoded(source, stream):
                alive()
