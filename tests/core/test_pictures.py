from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from core import pictures
from core.pictures import PictureCache


def decoded(data: bytes) -> npt.NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8)


@pytest.fixture
def image() -> npt.NDArray[np.uint8]:
    made = np.zeros((256, 340, 3), np.uint8)
    made[:, :, 0] = np.linspace(0, 255, 340).astype(np.uint8)
    made[:128, :, 2] = 200
    return made


def test_jpeg_keeps_size_and_colour_order(image: npt.NDArray[np.uint8]) -> None:
    data = pictures.jpeg(image)
    assert data[:2] == b"\xff\xd8"
    back = decoded(data)
    assert back.shape == image.shape
    assert np.abs(back.astype(int) - image).mean() < 4


def test_jpeg_scales_down_and_never_up(image: npt.NDArray[np.uint8]) -> None:
    assert decoded(pictures.jpeg(image, width=85)).shape == (64, 85, 3)
    assert decoded(pictures.jpeg(image, width=4000)).shape == image.shape


def test_png_is_exact(image: npt.NDArray[np.uint8]) -> None:
    assert np.array_equal(decoded(pictures.png(image)), image)


def test_a_thumbnail_has_square_pixels(image: npt.NDArray[np.uint8]) -> None:
    assert decoded(pictures.thumbnail(image)).shape == (241, 320, 3)
    assert decoded(pictures.thumbnail(image, sar=2.0, width=100)).shape == (38, 100, 3)


def test_a_picture_of_one_column(image: npt.NDArray[np.uint8]) -> None:
    assert decoded(pictures.thumbnail(image[:, :1])).shape == (640, 320, 3)


def test_the_cache_makes_once_and_stays_small() -> None:
    cache = PictureCache(100)
    made: list[int] = []

    def make(key: int, size: int = 40) -> bytes:
        made.append(key)
        return bytes([key]) * size

    assert cache.get(1, lambda: make(1)) == cache.get(1, lambda: make(1))
    cache.get(2, lambda: make(2))
    cache.get(1, lambda: make(1))
    cache.get(3, lambda: make(3))
    assert made == [1, 2, 3]
    assert (1 in cache, 2 in cache, 3 in cache) == (True, False, True)
    assert cache.size == 80
    assert cache.get(4, lambda: make(4, 500)) == bytes([4]) * 500
    assert 4 not in cache
