"""The table that says when each frame is shown and how to reach it.

Frame ``n`` is the n-th picture the decoder puts out. Its time is ``pts[n] * time_base``, exact.
``packet[n]`` is the place of its packet in the file's own order, so that a reader can seek to a
keyframe packet, recognise where it landed and name every picture without trusting time stamps.
"""

from __future__ import annotations

import functools
import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from core import errors, stored

MISSING = -(2**63)
_MAGIC = b"DGFT1\n"
# Unpacked; two million frames take 90 MB.
_LARGEST = 256 * 2**20
_STANDARD_RATES = [
    Fraction(n, d)
    for n, d in (
        (24000, 1001),
        (24, 1),
        (25, 1),
        (30000, 1001),
        (30, 1),
        (50, 1),
        (60000, 1001),
        (60, 1),
    )
]

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Packets:
    """All video packets of a file in file order; ``MISSING`` where the container says nothing.

    ``position`` is the byte offset in the file. Times are in the stream's own ticks.
    """

    pts: Integers
    dts: Integers
    position: Integers
    keyframe: Flags
    discarded: Flags

    def __len__(self) -> int:
        return len(self.pts)


@dataclass(frozen=True, eq=False)
class FrameTimes:
    """Times and places of all frames of a video, in presentation order.

    :param pts: strictly rising ticks of ``time_base`` seconds, one per frame.
    :param keyframes: frames decodable by themselves.
    :param unreadable: frames whose data is broken; they keep their number.
    :param packet: index into ``packets`` of the packet that makes each frame.
    :param tail: ticks the last frame is shown.
    :param tick: one tick of the file's own clock in ``time_base`` ticks (1 unless refined).
    :param rates: frame rates that the container claims, most trusted first.
    """

    pts: Integers
    time_base: Fraction
    keyframes: Flags
    unreadable: Flags
    packet: Integers
    packets: Packets
    tail: int
    tick: int = 1
    rates: tuple[Fraction, ...] = ()

    @property
    def count(self) -> int:
        """How many frames there are, unreadable ones included."""
        return len(self.pts)

    def seconds(self, frame: int) -> Fraction:
        """The exact time of a frame in seconds of the stream's clock, which may start off 0."""
        return int(self.pts[frame]) * self.time_base

    def all_seconds(self) -> npt.NDArray[np.float64]:
        """Times of all frames, rounded to float64 once."""
        base = self.time_base
        return self.pts.astype(np.float64) * base.numerator / base.denominator

    def at(self, seconds: Fraction | float) -> int:
        """The frame on screen at a time: the last one that starts at or before it.

        A hundredth of a tick is forgiven, so that a time that went through a float finds its
        own frame again.
        """
        ticks = Fraction(seconds) / self.time_base + Fraction(1, 100)
        return max(int(np.searchsorted(self.pts, int(ticks // 1), side="right")) - 1, 0)

    @property
    def duration(self) -> Fraction:
        """Seconds from the start of the first frame to the end of the last."""
        return int(self.pts[-1] - self.pts[0] + self.tail) * self.time_base

    @functools.cached_property
    def vfr(self) -> bool:
        """Some interval differs from the median by more than 2 % and by more than one tick."""
        if self.count < 3:
            return False
        gaps = np.diff(self.pts)
        off = np.abs(gaps - np.median(gaps))
        return bool(np.any((off > 0.02 * np.median(gaps)) & (off > self.tick)))

    @functools.cached_property
    def fps(self) -> Fraction:
        """The exact nominal rate where there is one (30000/1001), else the average."""
        average = self.count / self.duration if self.duration > 0 else Fraction(25)
        if self.vfr:
            return average
        near = sorted(_STANDARD_RATES, key=lambda rate: abs(rate - average))
        return next((rate for rate in (*self.rates, *near) if self._fits(rate)), average)

    def _fits(self, rate: Fraction) -> bool:
        """Whether every frame lies within one tick of a constant rate."""
        if rate <= 0:
            return False
        if self.count == 1:
            return abs(1 / rate / self.time_base - self.tail) <= self.tick
        step = float(1 / rate / self.time_base)
        ideal = np.arange(self.count) * step
        return bool(np.max(np.abs(self.pts - self.pts[0] - ideal)) <= self.tick + 1e-3)

    def to_blob(self) -> bytes:
        """A compact, versioned form: a JSON line and delta-coded arrays, deflated."""
        head = {
            "frames": self.count,
            "packets": len(self.packets),
            "time_base": _pair(self.time_base),
            "tail": self.tail,
            "tick": self.tick,
            "rates": [_pair(rate) for rate in self.rates],
        }
        p = self.packets
        body = b"".join(_deltas(a) for a in (self.pts, self.packet, p.pts, p.dts, p.position))
        flags = (self.keyframes, self.unreadable, p.keyframe, p.discarded)
        body += b"".join(np.packbits(a).tobytes() for a in flags)
        return _MAGIC + zlib.compress(json.dumps(head).encode() + b"\n" + body, 6)

    @classmethod
    def from_blob(cls, blob: bytes) -> FrameTimes:
        """The inverse of :meth:`to_blob`.

        :raises StorageError: the blob is not one of ours.
        """
        try:
            if not blob.startswith(_MAGIC):
                raise ValueError("another form")
            return cls._from_bytes(
                stored.unpacked(blob[len(_MAGIC) :], "frame_times", most=_LARGEST)
            )
        except (
            ValueError,
            LookupError,
            TypeError,
            ArithmeticError,
            errors.StorageDamaged,
        ) as error:
            raise errors.StorageError(
                "The frame table of a video cannot be read.", "Remove the video and add it again."
            ) from error

    @classmethod
    def _from_bytes(cls, data: bytes) -> FrameTimes:
        line, _, body = data.partition(b"\n")
        head = stored.table(line, "frame_times")
        frames, packets = head["frames"], head["packets"]
        if min(frames, packets) < 0:
            raise ValueError("counts")
        arrays, offset = [], 0
        for size in (frames, frames, packets, packets, packets):
            deltas = np.frombuffer(body, "<i8", size, offset)
            arrays.append(np.cumsum(deltas, dtype=np.int64))
            offset += size * 8
        flags = []
        for size in (frames, frames, packets, packets):
            packed = np.frombuffer(body, np.uint8, (size + 7) // 8, offset)
            flags.append(np.unpackbits(packed, count=size).astype(np.bool_))
            offset += len(packed)
        return cls(
            pts=arrays[0],
            time_base=Fraction(*head["time_base"]),
            keyframes=flags[0],
            unreadable=flags[1],
            packet=arrays[1],
            packets=Packets(arrays[2], arrays[3], arrays[4], flags[2], flags[3]),
            tail=head["tail"],
            tick=head["tick"],
            rates=tuple(Fraction(*rate) for rate in head["rates"]),
        )

    def digest(self) -> str:
        """SHA-256 of everything that gives frames their number and time."""
        return hashlib.sha256(zlib.decompress(self.to_blob()[len(_MAGIC) :])).hexdigest()


def constant(count: int, rate: Fraction, *, unreadable: Sequence[int] = ()) -> FrameTimes:
    """A table of ``count`` frames at a constant rate, each packet a keyframe (for pictures that
    come from no container)."""
    index = np.arange(count, dtype=np.int64)
    broken = np.zeros(count, dtype=np.bool_)
    broken[list(unreadable)] = True
    every, none = np.ones(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    return FrameTimes(
        pts=index,
        time_base=1 / rate,
        keyframes=every,
        unreadable=broken,
        packet=index,
        packets=Packets(index, index, np.full(count, MISSING), every, none),
        tail=1,
        rates=(rate,),
    )


def _pair(value: Fraction) -> list[int]:
    return [value.numerator, value.denominator]


def _deltas(values: Integers) -> bytes:
    """First differences; int64 wraps around, and wraps back in ``cumsum``."""
    return np.diff(values, prepend=np.int64(0)).astype("<i8").tobytes()
