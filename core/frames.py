"""Exact frames of a video: the same picture for a number, however one gets there."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from core import decoding, errors, labels
from core.frame_times import FrameTimes

_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}
# H.273 matrix numbers to the scaler's.
_SPACES = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
_HD_HEIGHT = 720
# What a seek costs more than decoding on, in packets.
_SEEK_COST = 6
_LONGEST_STEP_BACK = 32
_OVERTAKEN = 6
_FIRST_RUN = 8
_RUN_BYTES = 192 * 2**20
# Pixels above which several threads convert a picture faster than one.
_LARGE_PICTURE = 2560 * 1440


class FrameReader:
    """Random and sequential access to the frames of one file. Not for two threads at once.

    :param rotation: degrees clockwise that make the stored picture upright (0, 90, 180, 270).
    :param size: upright width and height; pictures of another size are scaled to it.
    :param cache_bytes: decoded pictures kept, so that stepping either way is quick.
    :raises VideoMissing, VideoUnreadable: when the file is gone or is no video (any more).
    """

    def __init__(
        self,
        path: Path,
        times: FrameTimes,
        rotation: int = 0,
        *,
        size: tuple[int, int] | None = None,
        cache_bytes: int = 32 * 2**20,
        threads: int = 0,
    ) -> None:
        self.path = path
        self.times = times
        self.rotation = rotation
        self._coded = size[::-1] if size and rotation in (90, 270) else size
        self._decoder = decoding.Decoder(path, times, threads=threads)
        self._reformatter = VideoReformatter()
        self._cache: collections.OrderedDict[int, Any] = collections.OrderedDict()
        self._cache_bytes = cache_bytes
        self._cached = 0
        self._picture_bytes = 1
        self._asked = -1

    def __enter__(self) -> FrameReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and drop all pictures."""
        self._cache.clear()
        self._cached = 0
        self._decoder.close()

    def cost(self, frame: int) -> int:
        """How many packets must be decoded to get a frame; 0 when it is at hand."""
        if frame in self._cache or not 0 <= frame < self.times.count:
            return 0
        return min(self._decoder.cost(frame), self._from_key(frame))

    def read(self, frame: int) -> labels.Picture:
        """One frame, upright, contiguous RGB.

        :raises BadInput: there is no such frame; :raises FrameUnreadable: its data is broken.
        """
        return self._picture(frame, self.decoded(frame))

    def sequence(
        self, first: int = 0, last: int | None = None, every: int = 1
    ) -> Iterator[labels.Picture]:
        """Frames ``first``..``last`` (both included), each ``every``-th, unreadable ones left out.

        One forward pass; the quickest way through a file.
        """
        for frame, picture in self.decoded_sequence(first, last, every):
            if picture is not None:
                yield self._picture(frame, picture)

    def backwards(self, first: int, last: int = 0) -> Iterator[labels.Picture]:
        """Frames ``first`` down to ``last`` (both included), unreadable ones left out.

        Runs of frames are decoded forwards and handed out in reverse. The first ones are short, so
        that the first picture comes soon; later ones are as long as memory allows, because each
        begins at a keyframe.
        """
        length = _FIRST_RUN
        while first >= last:
            start = max(last, first - length + 1)
            run = list(self.decoded_sequence(start, first))
            while run:
                frame, picture = run.pop()
                if picture is not None:
                    yield self._picture(frame, picture)
            first = start - 1
            length = max(_FIRST_RUN, min(2 * length, _RUN_BYTES // self._picture_bytes))

    def decoded_sequence(
        self, first: int = 0, last: int | None = None, every: int = 1
    ) -> Iterator[tuple[int, Any]]:
        """As :meth:`sequence`, but (number, decoder's own picture), None where unreadable."""
        last = self.times.count - 1 if last is None else last
        self._check(first)
        self._check(last)
        for frame in range(first, last + 1, every):
            try:
                yield frame, self.decoded(frame)
            except errors.FrameUnreadable:
                yield frame, None

    def decoded(self, frame: int) -> Any:
        """The decoder's own picture (an ``av.VideoFrame``, not turned) of a frame.

        :raises BadInput, FrameUnreadable: as :meth:`read`.
        """
        self._check(frame)
        if self.times.unreadable[frame]:
            raise self._unreadable(frame)
        stepping_back = 0 <= self._asked - frame <= _LONGEST_STEP_BACK
        self._asked = frame
        if frame in self._cache:
            self._cache.move_to_end(frame)
            return self._cache[frame]
        window = min(self._cache_bytes // self._picture_bytes, _LONGEST_STEP_BACK)
        # Requests of a browser overtake each other: the frames just before are asked for next.
        keep_from = frame - (max(window - 2, 0) if stepping_back else _OVERTAKEN)
        return self._reach(frame, keep_from)

    def _check(self, frame: int) -> None:
        if not 0 <= frame < self.times.count:
            raise errors.BadInput(
                "{name} has frames 0 to {last}; there is no frame {frame}.",
                name=self.path.name,
                last=self.times.count - 1,
                frame=frame,
            )

    def _unreadable(self, frame: int) -> errors.FrameUnreadable:
        return errors.FrameUnreadable(
            "Frame {frame} of {name} cannot be read: the file is damaged there.",
            "The other frames can be used.",
            frame=frame,
            name=self.path.name,
        )

    def _reach(self, frame: int, keep_from: int) -> Any:
        """Decode until the frame is out."""
        skip_before = keep_from
        for start in self._starts(frame):
            try:
                if start is not None:
                    self._decoder.seek(start)
                picture = self._forward(frame, keep_from, skip_before)
            except decoding.LandingError:
                picture = None
            if picture is not None:
                return picture
            skip_before = 0
        raise self._unreadable(frame)

    def _starts(self, frame: int) -> Iterator[int | None]:
        """Where to decode from, one after the other until the frame comes: from here (None) where
        that is quickest, from its keyframe, from earlier ones, from the start of the file (-1)."""
        ahead = self._decoder.cost(frame)
        if ahead <= _SEEK_COST or ahead <= self._from_key(frame):
            yield None
        tried = set()
        for back in (0, 1, 2, 4):
            key = self._decoder.key_before(frame, back=back)
            if key not in tried:
                tried.add(key)
                yield key
        if -1 not in tried:
            yield -1

    def _from_key(self, frame: int) -> int:
        return int(self.times.packet[frame]) - self._decoder.key_before(frame) + _SEEK_COST

    def _forward(self, frame: int, keep_from: int, skip_before: int) -> Any | None:
        """Decode on until ``frame`` or something behind it is out."""
        found = None
        while found is None and not self._decoder.ended and self._decoder.last < frame:
            for number, picture in self._decoder.step(skip_before=skip_before):
                if number >= keep_from:
                    self._keep(number, picture)
                if number == frame:
                    found = picture
        return found

    def _keep(self, frame: int, picture: Any) -> None:
        """Remember a picture; the oldest go first, but never one that is still to be asked for
        by somebody who reads on (the decoder puts out many at once at the end of a file)."""
        if frame in self._cache:
            return
        self._picture_bytes = _bytes(picture)
        self._cache[frame] = picture
        self._cached += self._picture_bytes
        while self._cached > self._cache_bytes:
            oldest = next(iter(self._cache))
            if self._asked <= oldest <= frame:
                break
            self._cached -= _bytes(self._cache.pop(oldest))

    def _picture(self, frame: int, picture: Any) -> labels.Picture:
        image = np.ascontiguousarray(upright(self.rgb(picture), self.rotation), dtype=np.uint8)
        return labels.Picture(frame, float(self.times.seconds(frame)), image)

    def rgb(self, picture: Any) -> npt.NDArray[Any]:
        """A decoder's picture as RGB, not turned; rows may be padded."""
        width, height = self._coded or (picture.width, picture.height)
        converted = self._reformatter.reformat(
            picture,
            width,
            height,
            format="rgb24",
            src_colorspace=colour_space(picture),
            src_color_range=colour_range(picture),
            threads=0 if width * height > _LARGE_PICTURE else 1,
        )
        image: npt.NDArray[Any] = converted.to_ndarray()
        return image


def upright(image: npt.NDArray[Any], rotation: int) -> npt.NDArray[Any]:
    """A stored picture, or one plane of it, as people see it.

    :param image: shape (H, W) or (H, W, C).
    :param rotation: degrees clockwise from stored to upright (0, 90, 180, 270).
    """
    turn = _TURNS.get(rotation)
    return image if turn is None else np.asarray(cv2.rotate(image, turn))


def colour_space(picture: Any) -> int:
    """The YUV matrix of a decoder's picture, as the scaler numbers it; where the picture does not
    say, what browsers guess from its height."""
    guess = Colorspace.ITU709 if picture.height >= _HD_HEIGHT else Colorspace.ITU601
    return int(_SPACES.get(int(picture.colorspace), guess))


def colour_range(picture: Any) -> int:
    """Full or limited range of a decoder's picture; limited where a YUV picture does not say."""
    full = picture.format.is_rgb or picture.format.name.startswith("yuvj")
    full = full or int(picture.color_range) == ColorRange.JPEG
    return int(ColorRange.JPEG if full else ColorRange.MPEG)


def _bytes(picture: Any) -> int:
    return max(sum(int(plane.buffer_size) for plane in picture.planes), 1)
