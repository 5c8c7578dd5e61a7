"""Pictures as files: JPEG for the screen, PNG for exports, and a cache for both."""

from __future__ import annotations

import collections
import threading
from collections.abc import Callable, Hashable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from core import errors

Image = npt.NDArray[np.uint8]
THUMBNAIL_WIDTH = 320


def jpeg(image: Image, quality: int = 85, width: int | None = None) -> bytes:
    """An RGB picture as JPEG.

    :param image: uint8 RGB, shape (H, W, 3).
    :param quality: 1..100; :param width: scale down to this many pixels, never up.
    """
    return _encoded(".jpg", scaled(image, width), [cv2.IMWRITE_JPEG_QUALITY, quality])


def png(image: Image) -> bytes:
    """An RGB picture as PNG, without loss."""
    return _encoded(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 3])


def thumbnail(image: Image, *, sar: float = 1.0, width: int = THUMBNAIL_WIDTH) -> bytes:
    """A small JPEG with square pixels, for lists; at most twice as high as wide.

    :param sar: width of a pixel of ``image`` over its height.
    """
    height = round(image.shape[0] / image.shape[1] / sar * width)
    height = min(max(height, 1), 2 * width)
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    return jpeg(np.asarray(small, dtype=np.uint8), 80)


def scaled(image: Image, width: int | None) -> Image:
    """The picture scaled down to a width, its shape kept; itself when it is not wider."""
    if width is None or width >= image.shape[1]:
        return image
    height = max(round(image.shape[0] * width / image.shape[1]), 1)
    small = cv2.resize(image, (max(width, 1), height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def _encoded(suffix: str, image: Image, options: list[int]) -> bytes:
    done, data = cv2.imencode(suffix, cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)
    if not done:
        raise errors.BadInput("The picture cannot be written as {format}.", format=suffix)
    return bytes(data)


class PictureCache:
    """Encoded pictures by key, the longest unused dropped first. Safe for many threads.

    :param limit: bytes kept at most.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._items: collections.OrderedDict[Hashable, bytes] = collections.OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The picture of a key, made when it is not there (two threads may both make it)."""
        with self._lock:
            found = self._items.get(key)
            if found is not None:
                self._items.move_to_end(key)
                return found
        made = make()
        with self._lock:
            self._store(key, made)
        return made

    def __contains__(self, key: Any) -> bool:
        with self._lock:
            return key in self._items

    @property
    def size(self) -> int:
        """Bytes held."""
        return self._size

    def _store(self, key: Hashable, data: bytes) -> None:
        self._size -= len(self._items.pop(key, b""))
        if len(data) > self._limit:
            return
        self._items[key] = data
        self._size += len(data)
        while self._size > self._limit:
            _, old = self._items.popitem(last=False)
            self._size -= len(old)
