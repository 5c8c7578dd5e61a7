"""Forward decoding from any keyframe, with every picture known by the packet that made it.

Time stamps are not trusted for this: after a seek the first packet is looked up in the file's
packet table, the following ones are checked against it, each packet carries its table index
through the decoder, and a picture is named by the index it comes out with.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av.error
import numpy as np

from core import containers
from core.frame_times import MISSING, FrameTimes

# Formats whose seek works on presentation times; the others seek on decoding times.
_SEEK_BY_PTS = ("matroska", "webm")
# Codecs whose decoder leaves out non-reference pictures without any effect on the others. Not so
# HEVC (temporal layers) and MPEG-4 part 2 (the picture after a skipped one is lost).
_SKIPPABLE = ("h264",)
_LONGEST_SEARCH = 200
# Each holds a picture of its own, and more of them delay the first one.
_MOST_THREADS = 8


class LandingError(Exception):
    """A seek landed too late or on packets that are not in the table."""


class Decoder:
    """One open file and its position. Not for use by two threads at once.

    :param threads: decoder threads, 0 for what suits this machine.
    :raises VideoMissing, VideoUnreadable: the file is gone or no longer a video.
    """

    def __init__(self, path: Path, times: FrameTimes, *, threads: int = 0) -> None:
        self._path = path
        self._times = times
        # Around errors a threaded decoder drops good pictures as well.
        shown = len(times.packets) - int(times.packets.discarded.sum())
        damaged = times.unreadable.any() or shown > times.count
        self._threads = 1 if damaged else threads or min((os.cpu_count() or 1) + 1, _MOST_THREADS)
        self._frame_of = np.full(len(times.packets), -1, dtype=np.int64)
        self._frame_of[times.packet] = np.arange(times.count)
        self._keys = np.flatnonzero(times.packets.keyframe)
        self._container: Any = None
        self._packets: Iterator[Any] = iter(())
        self.open()

    def open(self) -> None:
        """Open (again) at the first packet."""
        self.close()
        self._container = containers.open_media(self._path)
        self._stream: Any = containers.video_stream(self._container, self._path.name)
        context = self._stream.codec_context
        context.thread_type = "SLICE" if self._threads == 1 else "AUTO"
        context.thread_count = self._threads
        context.copy_opaque = True
        self._by_pts = any(name in self._container.format.name for name in _SEEK_BY_PTS)
        self._can_skip = context.name in _SKIPPABLE
        self._begin(0)

    def close(self) -> None:
        if self._container is not None:
            self._packets = iter(())
            self._container.close()
            self._container = None

    def _begin(self, packet: int) -> None:
        self._packets = containers.packets(self._container, self._stream)
        self._next = packet
        self._stream.codec_context.skip_frame = "DEFAULT"
        self._skipping = False
        self.ended = False
        self.last = -1

    def cost(self, frame: int) -> int:
        """Packets to decode from here to reach a frame; huge when it lies behind."""
        if frame <= self.last or self.ended:
            return 2**62
        return max(int(self._times.packet[frame]) - self._next, 0)

    def key_before(self, frame: int, *, back: int = 0) -> int:
        """The packet to start decoding at for a frame: the last keyframe that precedes it both in
        the file and on screen (``back`` more keyframes earlier), -1 for the start of the file."""
        packet = int(self._times.packet[frame])
        place = int(np.searchsorted(self._keys, packet, side="right")) - 1
        while place >= 0 and int(self._frame_of[self._keys[place]]) > frame:
            place -= 1
        place -= back
        return int(self._keys[place]) if place >= 0 else -1

    def seek(self, key: int) -> None:
        """Go to a keyframe packet, verified; -1 opens the file anew.

        :raises LandingError: the demuxer does not get there.
        """
        if key < 0:
            self.open()
            return
        table = self._times.packets
        targets = [int(table.dts[key]), int(table.pts[key])]
        if self._by_pts:
            targets.reverse()
        for target in targets:
            if target == MISSING:
                continue
            with contextlib.suppress(av.error.FFmpegError, LandingError):
                self._container.seek(target, backward=True, stream=self._stream)
                self._land(key)
                return
        raise LandingError

    def _land(self, key: int) -> None:
        """Read on to packet ``key`` without decoding."""
        self._begin(key)
        place: int | None = None
        for count, packet in enumerate(self._packets):
            if place is None:
                place = self._find(packet)
            else:
                place += 1
                if not self._same(place, packet):
                    raise LandingError
            if place is None:
                if count > _LONGEST_SEARCH:
                    raise LandingError
            elif place == key:
                self._packets = _chain(packet, self._packets)
                return
            elif place > key:
                raise LandingError
        raise LandingError

    def _find(self, packet: Any) -> int | None:
        """The table index of a packet, from its byte position, else from its times."""
        table = self._times.packets
        found = np.flatnonzero(table.position == _known(packet.pos))
        if len(found) != 1:
            same = (table.dts == _known(packet.dts)) & (table.pts == _known(packet.pts))
            found = np.flatnonzero(same)
        return int(found[0]) if len(found) == 1 else None

    def _same(self, place: int, packet: Any) -> bool:
        table = self._times.packets
        if place >= len(table):
            return False
        if packet.pos is not None and packet.pos >= 0 and table.position[place] >= 0:
            return bool(table.position[place] == packet.pos)
        return bool(table.dts[place] == _known(packet.dts))

    def step(self, *, skip_before: int = 0) -> list[tuple[int, Any]]:
        """Send one packet; the pictures that came out, with their frame numbers.

        :param skip_before: pictures of earlier frames may be left out where that saves time.
        At the end of the file ``ended`` is set and the last pictures come out.
        :raises LandingError: the file is not the one of the table.
        """
        if self.ended:
            return []
        packet = next(self._packets, None)
        if packet is None:
            return self._flush()
        place = self._next
        self._next += 1
        if not self._same(place, packet):
            raise LandingError
        self._skip(int(self._frame_of[place]), skip_before)
        # PyAV keeps it by the identity of the object: small integers would be shared.
        packet.opaque = (place,)
        try:
            frames = packet.decode()
        except (av.error.FFmpegError, EOFError):
            return []
        return self._named(frames)

    def _flush(self) -> list[tuple[int, Any]]:
        self.ended = True
        try:
            return self._named(self._stream.codec_context.decode(None))
        except (av.error.FFmpegError, EOFError):
            return []

    def _skip(self, frame: int, skip_before: int) -> None:
        skipping = self._can_skip and 0 <= frame < skip_before
        if skipping != self._skipping:
            self._stream.codec_context.skip_frame = "NONREF" if skipping else "DEFAULT"
            self._skipping = skipping

    def _named(self, frames: list[Any]) -> list[tuple[int, Any]]:
        named = []
        for picture in frames:
            if picture.opaque is None:
                raise LandingError
            frame = int(self._frame_of[picture.opaque[0]])
            if frame >= 0:
                named.append((frame, picture))
                self.last = max(self.last, frame)
        return named


def _known(value: int | None) -> int:
    return MISSING if value is None else value


def _chain(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest
