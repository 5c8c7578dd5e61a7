"""Clips whose pictures say which frame they are, in the shapes that real files come in.

Each picture is a grid of 4 x 4 black and white cells: the bits of the frame number, most
significant first, row by row, in the upright picture. :func:`number` reads them back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from core import containers

Image = npt.NDArray[np.uint8]
Times = Callable[[int], int]

FRAMES = 120
_QUARTERS = {0: 0, 90: 1, 180: 2, 270: 3}


def picture(frame: int, width: int = 320, height: int = 240) -> Image:
    """The upright RGB picture of a frame number below 65,536."""
    bits = np.array([frame >> bit & 1 for bit in range(15, -1, -1)], np.uint8).reshape(4, 4)
    rows = np.arange(height) * 4 // height
    columns = np.arange(width) * 4 // width
    grey = 30 + 200 * bits[np.ix_(rows, columns)]
    return np.repeat(grey[:, :, None].astype(np.uint8), 3, axis=2)


def number(image: Image) -> int:
    """The frame number that a picture shows."""
    height, width = image.shape[:2]
    rows = [(2 * row + 1) * height // 8 for row in range(4)]
    columns = [(2 * column + 1) * width // 8 for column in range(4)]
    bits = (image[np.ix_(rows, columns)].mean(axis=2) > 128).reshape(16)
    return int("".join("1" if bit else "0" for bit in bits), 2)


def encode(
    path: Path,
    *,
    frames: int = FRAMES,
    size: tuple[int, int] = (320, 240),
    codec: str = "libx264",
    container: str = "mp4",
    pixel_format: str = "yuv420p",
    rate: Fraction = Fraction(30),
    time_base: Fraction | None = None,
    pts: Times | None = None,
    shift: int = 0,
    rotation: int = 0,
    sar: Fraction | None = None,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    b_frames: int = 3,
    group: int = 30,
    sound: str | None = None,
    sound_form: tuple[int, str] = (44100, "stereo"),
    sound_start: int = 0,
) -> Path:
    """Write a clip.

    :param size: upright size; :param rotation: degrees clockwise that the container asks for.
    :param pts: ticks of a frame (its number by default), of ``time_base``.
    :param shift: ticks added to the packets after encoding.
    :param sound: codec of a sound track of 440 Hz, none by default; :param sound_form: its rate
        and layout; :param sound_start: the second it begins at.
    """
    base = time_base or 1 / rate
    with containers.create_media(path, container=container, options=container_options) as out:
        stream: Any = out.add_stream(codec, rate=rate)
        coded = size[::-1] if rotation in (90, 270) else size
        stream.width, stream.height = coded
        stream.pix_fmt = pixel_format
        stream.time_base = stream.codec_context.time_base = base
        stream.codec_context.gop_size = group
        stream.codec_context.max_b_frames = b_frames
        stream.codec_context.options = {
            "preset": "veryfast",
            "sc_threshold": "0",
            **(options or {}),
        }
        if sar:
            stream.codec_context.sample_aspect_ratio = sar
        if rotation:
            stream.set_display_rotation(-rotation)
        pitch, layout = sound_form
        voice: Any = out.add_stream(sound, rate=pitch, layout=layout) if sound else None
        out.start_encoding()
        for frame in range(frames):
            image = np.rot90(picture(frame, *size), _QUARTERS[rotation])
            shown = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            shown.pts = pts(frame) if pts else frame
            shown.time_base = base
            _mux(out, stream.encode(shown), shift)
        _mux(out, stream.encode(None), shift)
        if voice is not None:
            for packet in _tone(voice, Fraction(frames) / rate, first=sound_start * pitch):
                out.mux(packet)
    return path


def tone(path: Path, *, seconds: int = 2) -> Path:
    """A file with sound alone."""
    with containers.create_media(path) as out:
        stream = out.add_stream("aac", rate=44100, layout="stereo")
        for packet in _tone(stream, Fraction(seconds)):
            out.mux(packet)
    return path


def cut_copy(source: Path, path: Path, *, first: int, group: int = 30) -> Path:
    """Copy from the keyframe before ``first``; an edit list hides what lies before ``first``."""
    key = first // group * group
    with containers.open_media(source) as media, containers.create_media(path) as out:
        stream = media.streams.video[0]
        copy = out.add_stream_from_template(stream)
        packets = [packet for packet in media.demux(stream) if packet.size]
        start = sorted(packet.pts for packet in packets if packet.pts is not None)[first]
        for packet in packets[key:]:
            assert packet.pts is not None
            assert packet.dts is not None
            packet.pts -= start
            packet.dts -= start
            packet.stream = copy
            out.mux(packet)
    return path


def _mux(out: Any, packets: list[Any], shift: int) -> None:
    for packet in packets:
        if shift:
            packet.pts += shift
            packet.dts += shift
        out.mux(packet)


def _tone(stream: Any, seconds: Fraction, *, first: int = 0) -> Iterator[Any]:
    rate, chunk = stream.codec_context.sample_rate, 1024
    channels = stream.codec_context.channels
    for start in range(0, int(seconds * rate), chunk):
        wave = np.sin(np.arange(start, start + chunk) * 440 * 2 * np.pi / rate) * 0.2
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(np.stack([wave] * channels).astype(np.float32)),
            format="fltp",
            layout=stream.codec_context.layout.name,
        )
        frame.sample_rate = rate
        frame.pts = first + start
        frame.time_base = Fraction(1, rate)
        yield from stream.encode(frame)
    yield from stream.encode(None)
