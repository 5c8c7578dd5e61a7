"""Coordinates at any rotation: each point of the stored picture has one place in the upright frame.

In these pictures every pixel holds where it is stored, so that a frame says what went where.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core import containers, first_look
from core.frames import FrameReader, upright
from core.labels import Box
from core.media import MediaInfo

Size = tuple[int, int]
Point = tuple[float, float]
TURNS = st.sampled_from([0, 90, 180, 270])
NEAR = 1e-9


def shown(point: Any, size: Size, turn: int) -> Any:
    """Where a point (or an array of x and one of y) is once the picture is turned clockwise.

    :param size: width and height before the turn; the first pixel's centre is at (0.5, 0.5).
    """
    (x, y), (width, height) = point, size
    return {0: (x, y), 90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[turn]


def turned(size: Size, turn: int) -> Size:
    return size[::-1] if turn in (90, 270) else size


def shown_box(box: Box, size: Size, turn: int) -> Box:
    corners = (box.x, box.y), (box.x + box.w, box.y + box.h)
    (ax, ay), (bx, by) = (shown(corner, size, turn) for corner in corners)
    return Box(min(ax, bx), min(ay, by), abs(ax - bx), abs(ay - by))


def stored_picture(width: int, height: int) -> npt.NDArray[np.uint8]:
    """RGB; the pixel in column x of row y holds x and y, whatever the size up to 4096."""
    y, x = np.mgrid[:height, :width]
    high = x // 256 * 16 + y // 256
    return np.stack([x % 256, y % 256, high], axis=2).astype(np.uint8)


def stored_at(pixel: npt.NDArray[np.uint8]) -> tuple[int, int]:
    """Column and row that a pixel holds."""
    low_x, low_y, high = (int(value) for value in pixel)
    return high // 16 * 256 + low_x, high % 16 * 256 + low_y


def pixel_at(image: npt.NDArray[np.uint8], point: Point) -> npt.NDArray[np.uint8]:
    pixel: npt.NDArray[np.uint8] = image[int(point[1]), int(point[0])]
    return pixel


@st.composite
def points(draw: Any, size: Size) -> Point:
    """Anywhere in a picture, off the lines between pixels."""
    x, y = (draw(st.integers(0, side - 1)) for side in size)
    within = st.floats(0.01, 0.99)
    return x + draw(within), y + draw(within)


def assert_is_there(image: npt.NDArray[np.uint8], point: Point, size: Size, turn: int) -> None:
    """The pixel under a point of the stored picture is under the turned point, and back."""
    there = shown(point, size, turn)
    assert stored_at(pixel_at(image, there)) == (int(point[0]), int(point[1]))
    back = shown(there, turned(size, turn), -turn % 360)
    assert np.allclose(back, point, rtol=0, atol=NEAR)


def assert_box_is_there(image: npt.NDArray[np.uint8], box: Box, size: Size, turn: int) -> None:
    """What a box of whole pixels holds is what the turned box holds, and back."""
    there = shown_box(box, size, turn)
    left, top, width, height = (round(side) for side in there.values())
    held = image[top : top + height, left : left + width].reshape(-1, 3)
    columns, rows = (range(int(a), int(a + n)) for a, n in ((box.x, box.w), (box.y, box.h)))
    assert {stored_at(pixel) for pixel in held} == {(x, y) for y in rows for x in columns}
    back = shown_box(there, turned(size, turn), -turn % 360)
    assert np.allclose(back.values(), box.values(), rtol=0, atol=NEAR)


@st.composite
def boxes(draw: Any, size: Size) -> Box:
    """Of at most 40 x 40 whole pixels, inside a picture."""
    width, height = (draw(st.integers(1, min(side, 40))) for side in size)
    x, y = (draw(st.integers(0, s - n)) for s, n in zip(size, (width, height), strict=True))
    return Box(x, y, width, height)


@given(st.data(), st.tuples(st.integers(1, 700), st.integers(1, 700)), TURNS)
def test_points_and_boxes_of_a_picture_of_any_size(data: Any, size: Size, turn: int) -> None:
    image = upright(stored_picture(*size), turn)
    assert image.shape == (*turned(size, turn)[::-1], 3)
    assert_is_there(image, data.draw(points(size)), size, turn)
    assert_box_is_there(image, data.draw(boxes(size)), size, turn)
    plane = upright(stored_picture(*size)[:, :, 0], turn)
    assert np.array_equal(plane, image[:, :, 0])


def encoded(path: Path, size: Size, turn: int, sar: Fraction) -> MediaInfo:
    """A file without loss that asks for a turn, and what the first look says of it."""
    with containers.create_media(path) as out:
        stream: Any = out.add_stream("libx264rgb", rate=30)
        stream.width, stream.height = size
        stream.pix_fmt = "rgb24"
        stream.codec_context.options = {"qp": "0", "preset": "ultrafast"}
        stream.codec_context.sample_aspect_ratio = sar
        if turn:
            stream.set_display_rotation(-turn)
        out.start_encoding()
        out.mux(stream.encode(av.VideoFrame.from_ndarray(stored_picture(*size), format="rgb24")))
        out.mux(stream.encode(None))
    return first_look.look(path, lambda _done, _total: None)


@given(
    st.tuples(st.integers(16, 330), st.integers(16, 330)),
    TURNS,
    st.builds(Fraction, st.integers(10, 40), st.integers(10, 40)),
)
@example((321, 241), 90, Fraction(4, 3))
@example((33, 17), 270, Fraction(12, 11))
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_each_pixel_of_a_file_is_decoded_to_its_place(
    tmp_path: Path, size: Size, turn: int, sar: Fraction
) -> None:
    path = tmp_path / "stored.mp4"
    path.unlink(missing_ok=True)
    info = encoded(path, size, turn, sar)
    assert (info.rotation, info.size) == (turn, turned(size, turn))
    assert (info.coded_width, info.coded_height) == size
    # Turned or not, a picture is as wide on the screen as it asks to be.
    shape = size[0] * sar / size[1]
    assert info.width * info.sar / info.height == (1 / shape if turn in (90, 270) else shape)
    with FrameReader(path, info.times, info.rotation, size=info.size) as reader:
        image = reader.read(0).image
    assert image.shape == (info.height, info.width, 3)
    rows, columns = np.mgrid[: size[1], : size[0]] + 0.5
    x, y = (place.astype(int) for place in shown((columns, rows), size, turn))
    assert np.array_equal(image[y, x], stored_picture(*size))
