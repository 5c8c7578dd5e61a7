"""Generated scenes: a textured thing that moves over a textured ground, with its exact place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt

from core import containers
from core.labels import Box, Picture

Image = npt.NDArray[np.uint8]
RATE = 30


def texture(
    width: int, height: int, seed: int, tint: tuple[int, int, int], grain: int = 6
) -> Image:
    """Smooth blobs of a colour, of ``grain`` pixels: something that can be followed."""
    cells = (height // grain + 2, width // grain + 2, 3)
    noise = np.random.default_rng(seed).integers(0, 256, cells)
    blobs = cv2.resize(noise.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(0.5 * blobs + 0.6 * np.array(tint), 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Scene:
    """A thing at ``place(frame)``; a post of the ground's kind stands at ``post`` before it."""

    place: Callable[[int], Box]
    frames: int = 60
    width: int = 320
    height: int = 240
    post: Box | None = None

    def image(self, frame: int) -> Image:
        """RGB, shape (height, width, 3)."""
        made = texture(self.width, self.height, 1, (30, 60, 150))
        box = self.place(frame)
        thing = texture(96, 96, 2, (220, 110, 30), grain=16)
        # Pixel centres: the thing covers its box exactly, also between whole pixels.
        across, down = box.w / 96, box.h / 96
        turn = np.array(
            [
                [across, 0, box.x + across / 2 - 0.5],
                [0, down, box.y + down / 2 - 0.5],
            ]
        )
        size = (self.width, self.height)
        cover = cv2.warpAffine(np.ones((96, 96), np.float32), turn, size, flags=cv2.INTER_LINEAR)
        shown = cv2.warpAffine(
            thing, turn, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        mixed: Any = made + (shown.astype(np.float32) - made) * cover[..., None]
        if self.post is not None:
            p = self.post
            left, top, right, bottom = int(p.x), int(p.y), int(p.x + p.w), int(p.y + p.h)
            mixed[top:bottom, left:right] = texture(self.width, self.height, 3, (60, 140, 60))[
                top:bottom, left:right
            ]
        return np.ascontiguousarray(np.clip(mixed, 0, 255).astype(np.uint8))

    def picture(self, frame: int) -> Picture:
        return Picture(frame, frame / RATE, self.image(frame))

    def pictures(self, first: int, last: int) -> list[Picture]:
        """Both ends included; falling where ``last`` is before ``first``."""
        step = 1 if last >= first else -1
        return [self.picture(frame) for frame in range(first, last + step, step)]

    def encode(self, path: Path, *, group: int = 12) -> Path:
        """Write the scene as a video without visible loss."""
        with containers.create_media(path, container="mp4") as out:
            stream: Any = out.add_stream("libx264", rate=RATE)
            stream.width, stream.height, stream.pix_fmt = self.width, self.height, "yuv420p"
            stream.codec_context.gop_size = group
            stream.codec_context.options = {"preset": "veryfast", "crf": "10", "sc_threshold": "0"}
            for frame in range(self.frames):
                shown = av.VideoFrame.from_ndarray(self.image(frame), format="rgb24")
                shown.pts = frame
                for packet in stream.encode(shown):
                    out.mux(packet)
            for packet in stream.encode(None):
                out.mux(packet)
        return path


def across(frame: int) -> Box:
    """From left to right and a little down, 2.5 pixels a frame, growing slowly."""
    return Box(20 + 2.5 * frame, 60 + 0.5 * frame, 60 + 0.3 * frame, 70 + 0.35 * frame)
