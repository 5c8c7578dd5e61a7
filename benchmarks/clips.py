"""Generated clips with few keyframes, whose pictures carry their frame number as black and white
squares, and the plainest way to read such a clip: PyAV alone."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
BITS = 16
SQUARE = 24
KEYFRAME_EVERY = 250
TICKS = 30_000
QUALITY = 85


def make(path: Path, *, size: tuple[int, int], frames: int, vfr: bool = False) -> Path:
    """Write an H.264 clip with a keyframe every 250 frames.

    :param size: width and height. :param vfr: irregular times, 10 to 60 ms apart.
    """
    chance = random.Random(7)
    scene = _scene(size)
    ticks = 0
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=30)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS)
        stream.codec_context.options = {
            "preset": "veryfast",
            "crf": "26",
            "x264-params": f"keyint={KEYFRAME_EVERY}:min-keyint={KEYFRAME_EVERY}:scenecut=0",
        }
        for number in range(frames):
            picture = av.VideoFrame.from_ndarray(_picture(scene, size, number), format="rgb24")
            picture.pts, picture.time_base = ticks, Fraction(1, TICKS)
            ticks += chance.randrange(300, 1800, 100) if vfr else TICKS // 30
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def _scene(size: tuple[int, int]) -> Image:
    """A soft texture, twice as large as the picture."""
    noise = np.random.default_rng(3).integers(0, 255, (size[1] // 8, size[0] // 8, 3), np.uint8)
    large = cv2.resize(noise, (size[0] * 2, size[1] * 2), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, np.uint8)


def _picture(scene: Image, size: tuple[int, int], number: int) -> Image:
    """A view that pans over the scene, with the number stamped on."""
    width, height = size
    x, y = (number * 2) % width, round((1 + np.sin(number / 40)) * height / 2)
    view = scene[y : y + height, x : x + width].copy()
    for bit in range(BITS):
        left = bit * SQUARE
        view[:SQUARE, left : left + SQUARE] = 255 if number >> bit & 1 else 0
    return view


def number_in(image: Image) -> int:
    """The frame number stamped on a picture (any channel order)."""
    middle = SQUARE // 2
    patches = [
        image[middle - 4 : middle + 4, bit * SQUARE + middle - 4 : bit * SQUARE + middle + 4]
        for bit in range(BITS)
    ]
    return sum(int(patch.mean() > 127) << bit for bit, patch in enumerate(patches))


def number_in_jpeg(data: bytes) -> int:
    """The frame number stamped on a JPEG."""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return number_in(np.asarray(image, np.uint8))


class Alone:
    """PyAV alone: a table of presentation times, seek, decode on, match; then a JPEG by OpenCV."""

    def __init__(self, path: Path) -> None:
        with av.open(str(path)) as container:
            packets = container.demux(container.streams.video[0])
            self.pts = sorted(packet.pts for packet in packets if packet.pts is not None)
        self._container = av.open(str(path))
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"

    def random(self, number: int) -> bytes:
        """One frame as JPEG, after a seek.

        :raises LookupError: when it is not found.
        """
        self._container.seek(self.pts[number], stream=self._stream)
        for frame in self._container.decode(self._stream):
            if frame.pts == self.pts[number]:
                return _jpeg(frame)
        raise LookupError(number)

    def first(self, count: int) -> list[bytes]:
        """The first frames as JPEG, in one pass."""
        self._container.seek(self.pts[0], stream=self._stream)
        found = []
        for frame in self._container.decode(self._stream):
            found.append(_jpeg(frame))
            if len(found) == count:
                break
        return found

    def close(self) -> None:
        """Close the file."""
        self._container.close()


def _jpeg(frame: Any) -> bytes:
    image = frame.to_ndarray(format="bgr24")
    return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1])
