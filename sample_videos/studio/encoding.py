"""Writes frames and sound as MP4: H.264 and AAC, the same bytes each time on one machine."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from sample_videos.studio import choreography, sound

QUALITY = "20.5"


def write(
    path: Path, frames: Iterable[npt.NDArray[np.uint8]], heard: npt.NDArray[np.float32]
) -> None:
    """Encodes uint8 RGB frames and mono samples (``sound.RATE``) into ``path``."""
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        video = container.add_stream("libx264", rate=choreography.FPS)
        video.width, video.height = choreography.WIDTH, choreography.HEIGHT
        video.pix_fmt = "yuv420p"
        video.codec_context.time_base = Fraction(1, choreography.FPS)
        video.codec_context.thread_count = 1
        video.options = {
            "crf": QUALITY, "preset": "slower", "profile": "high", "g": "60",
            "flags": "+bitexact", "threads": "1",
            "x264-params": "colorprim=bt709:transfer=bt709:colormatrix=bt709",
        }  # fmt: skip
        audio = container.add_stream("aac", rate=sound.RATE, layout="mono")
        audio.bit_rate = 80_000
        audio.options = {"flags": "+bitexact"}
        for number, picture in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame = frame.reformat(format="yuv420p", dst_colorspace="itu709")
            frame.pts, frame.time_base = number, Fraction(1, choreography.FPS)
            container.mux(video.encode(frame))
        container.mux(video.encode())
        _write_sound(container, audio, heard)


def _write_sound(
    container: av.container.OutputContainer,
    stream: av.AudioStream,
    heard: npt.NDArray[np.float32],
) -> None:
    size = 1024
    for start in range(0, len(heard), size):
        piece = np.ascontiguousarray(heard[None, start : start + size])
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
        frame.sample_rate = sound.RATE
        frame.pts, frame.time_base = start, Fraction(1, sound.RATE)
        container.mux(stream.encode(frame))
    container.mux(stream.encode())
