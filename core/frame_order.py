"""From packets and decoded pictures to frame numbers and times (pure functions, no decoding)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core import frame_times
from core.frame_times import MISSING, FrameTimes, Integers, Packets

# Ticks per second that MP4 and encoders can still hold.
_FINEST_CLOCK = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one full decode said.

    :param output: packet index of each picture, in the order they came out.
    :param failed: packets whose decoding raised an error.
    :param hiding: packets without a picture are normal here (alternate reference frames, fields).
    :param guessed: the container stores no presentation times; those given were guessed.
    """

    output: Sequence[int]
    failed: Collection[int] = ()
    hiding: bool = False
    guessed: bool = False


def assemble(
    packets: Packets,
    durations: Integers,
    decoded: Decoded,
    *,
    time_base: Fraction,
    rates: Sequence[Fraction] = (),
) -> FrameTimes:
    """Number and time all frames.

    Decode output order is the presentation order. Packets that should have given a picture and
    did not are frames too, marked unreadable. Times come from pts where these are complete and
    rising; gaps are filled at the nominal rate; where they jump back they come from dts, then
    from the rate alone.

    :param durations: ticks per packet, 0 where unknown.
    """
    lost = _lost(packets, decoded)
    order = _presentation(packets, np.asarray(decoded.output, dtype=np.int64), lost)
    rate = rates[0] if rates else Fraction(25)
    pts, refinement = _times(packets, order, time_base, rate, guessed=decoded.guessed)
    base = time_base / refinement
    unreadable = np.isin(order, np.fromiter(lost, dtype=np.int64, count=len(lost)))
    return FrameTimes(
        pts=pts,
        time_base=base,
        keyframes=packets.keyframe[order],
        unreadable=unreadable,
        packet=order,
        packets=packets,
        tail=_tail(pts, int(durations[order[-1]]) * refinement, base, rate),
        tick=refinement,
        rates=tuple(rates),
    )


def _lost(packets: Packets, decoded: Decoded) -> set[int]:
    """Packets that are frames without a picture.

    Not counted: discarded packets (edit lists), hidden ones, and the pictures before the first
    decodable one in a stream that was cut in the middle of a group.
    """
    shown = set(decoded.output)
    silent = {i for i in range(len(packets)) if i not in shown and not packets.discarded[i]}
    if not silent:
        return silent
    failed = silent & set(decoded.failed)
    if decoded.hiding and not decoded.failed:
        return set()
    keys = np.flatnonzero(packets.keyframe)
    first_key = int(keys[0]) if len(keys) else 0
    if first_key not in shown:
        return silent
    start = packets.pts[decoded.output[0]]
    leading = {
        i
        for i in silent - failed
        if i < first_key or (MISSING != packets.pts[i] < start and start != MISSING)
    }
    return silent - leading


def _presentation(packets: Packets, output: Integers, lost: set[int]) -> Integers:
    """Packet index per frame; lost frames take the place that their pts, else their
    predecessor in the file, gives them."""
    if not lost:
        return output
    everything = np.concatenate([output, np.array(sorted(lost), dtype=np.int64)])
    pts = packets.pts[everything]
    shown = packets.pts[output]
    if MISSING not in pts and len(np.unique(pts)) == len(pts) and np.all(np.diff(shown) > 0):
        return everything[np.argsort(pts)]
    place_of = dict(zip(output.tolist(), range(len(output)), strict=True))
    rank = [(float(place), packet) for packet, place in place_of.items()]
    before = -1
    for packet in range(len(packets)):
        before = place_of.get(packet, before)
        if packet in lost:
            rank.append((before + 0.5, packet))
    return np.array([packet for _, packet in sorted(rank)], dtype=np.int64)


def _times(
    packets: Packets, order: Integers, time_base: Fraction, rate: Fraction, *, guessed: bool
) -> tuple[Integers, int]:
    """Strictly rising ticks per frame, and by how much the clock had to be refined for them."""
    pts = packets.pts[order]
    known = pts != MISSING
    steps = np.diff(pts[known])
    if not guessed and known.all() and np.all(steps > 0):
        return pts.copy(), 1
    if not guessed and known.any() and np.all(steps >= 0):
        return _filled(pts, known, time_base, rate)
    dts = packets.dts[np.sort(order)]
    if MISSING not in dts and np.all(np.diff(dts) > 0):
        return dts.copy(), 1
    return _counted(len(order), 0, time_base, rate)


def _counted(count: int, start: int, time_base: Fraction, rate: Fraction) -> tuple[Integers, int]:
    """Frame times at a constant rate from ``start`` ticks, in a clock that holds it exactly."""
    step = 1 / rate / time_base
    refinement = step.denominator
    ticks = start * refinement + np.arange(count, dtype=np.int64) * step.numerator
    return ticks, refinement


def _filled(
    pts: Integers, known: frame_times.Flags, time_base: Fraction, rate: Fraction
) -> tuple[Integers, int]:
    """Fill missing times and part equal ones.

    Before the first and after the last known time frames follow at the rate; between two known
    times they are spread evenly.
    """
    places = np.flatnonzero(known)
    _, firsts = np.unique(pts[places], return_index=True)
    anchors = places[firsts]
    step = 1 / rate / time_base
    refinement = int(np.lcm.reduce([*map(int, np.unique(np.diff(anchors))), step.denominator]))
    if (time_base / refinement).denominator > _FINEST_CLOCK:
        return _counted(len(pts), int(pts[anchors[0]]), time_base, rate)
    stride = int(step * refinement)
    fixed = pts[anchors] * refinement
    frames = np.arange(len(pts), dtype=np.int64)
    slot = np.clip(np.searchsorted(anchors, frames, side="right") - 1, 0, None)
    after = np.clip(slot + 1, None, len(anchors) - 1)
    span = np.maximum(anchors[after] - anchors[slot], 1)
    pace = np.where(after > slot, (fixed[after] - fixed[slot]) // span, stride)
    pace = np.where(frames < anchors[0], stride, pace)
    return fixed[slot] + (frames - anchors[slot]) * pace, refinement


def _tail(pts: Integers, said: int, time_base: Fraction, rate: Fraction) -> int:
    """How long the last frame is shown: as the container says, else as long as most."""
    if len(pts) == 1:
        return said if said > 0 else max(round(1 / rate / time_base), 1)
    usual = int(np.median(np.diff(pts)))
    return said if 0 < said <= 10 * usual else max(usual, 1)
