from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import errors, frame_order, frame_times
from core.frame_order import Decoded
from core.frame_times import MISSING, FrameTimes, Packets

NTSC = Fraction(30000, 1001)


def packets(
    pts: list[int | None], dts: list[int | None] | None = None, *, keys: tuple[int, ...] = (0,)
) -> Packets:
    known = np.array([MISSING if value is None else value for value in pts], dtype=np.int64)
    decode = pts if dts is None else dts
    return Packets(
        pts=known,
        dts=np.array([MISSING if value is None else value for value in decode], dtype=np.int64),
        position=np.arange(len(pts), dtype=np.int64) * 100,
        keyframe=np.isin(np.arange(len(pts)), keys),
        discarded=np.zeros(len(pts), dtype=np.bool_),
    )


def table(
    pts: list[int | None],
    *,
    base: Fraction = Fraction(1, 1000),
    rate: Fraction = Fraction(25),
    decoded: Decoded | None = None,
    dts: list[int | None] | None = None,
) -> FrameTimes:
    known = [(value if value is not None else -(10**9), i) for i, value in enumerate(pts)]
    output = [i for _, i in sorted(known)]
    return frame_order.assemble(
        packets(pts, dts),
        np.zeros(len(pts), dtype=np.int64),
        decoded or Decoded(output),
        time_base=base,
        rates=(rate,),
    )


def times_of(made: FrameTimes) -> list[Fraction]:
    return [made.seconds(n) for n in range(made.count)]


def test_b_frames_are_numbered_as_shown() -> None:
    made = table([0, 120, 40, 80])
    assert made.packet.tolist() == [0, 2, 3, 1]
    assert made.keyframes.tolist() == [True, False, False, False]
    assert made.fps == 25
    assert made.duration == Fraction(4, 25)


def test_exact_ntsc_times() -> None:
    made = table([n * 1001 for n in range(300)], base=Fraction(1, 30000), rate=NTSC)
    assert made.seconds(299) == 299 / NTSC
    assert made.fps == NTSC
    assert made.duration == 300 / NTSC
    assert not made.vfr


def test_milliseconds_are_still_a_constant_rate() -> None:
    made = table([round(n * 1000 / 24) for n in range(100)], rate=Fraction(24))
    assert made.fps == 24
    assert not made.vfr


def test_a_hole_makes_the_rate_variable_and_fps_an_average() -> None:
    made = table([n * 40 if n < 50 else n * 40 + 200 for n in range(100)])
    assert made.vfr
    assert made.fps == 100 / Fraction(4200, 1000)


def test_missing_times_at_the_start_follow_the_rate_backwards() -> None:
    made = table([None, None, 0, 40, 80])
    assert times_of(made) == [Fraction(n, 25) for n in (-2, -1, 0, 1, 2)]


def test_missing_times_in_the_middle_are_spread() -> None:
    made = frame_order.assemble(
        packets([0, None, None, 100]),
        np.zeros(4, dtype=np.int64),
        Decoded([0, 1, 2, 3]),
        time_base=Fraction(1, 1000),
        rates=(Fraction(25),),
    )
    assert times_of(made) == [Fraction(n, 30) for n in range(4)]


def test_equal_times_are_parted() -> None:
    made = table([0, 1, 1, 2, 2, 3], rate=Fraction(2000))
    assert times_of(made) == [Fraction(n, 2000) for n in (0, 2, 3, 4, 5, 6)]


def test_times_that_jump_back_come_from_dts() -> None:
    made = frame_order.assemble(
        packets([1, 3, 2, 4], [0, 1, 2, 3]),
        np.ones(4, dtype=np.int64),
        Decoded([0, 1, 2, 3]),
        time_base=Fraction(1, 25),
        rates=(Fraction(25),),
    )
    assert times_of(made) == [Fraction(n, 25) for n in range(4)]


def test_without_any_time_frames_are_counted() -> None:
    made = frame_order.assemble(
        packets([None] * 5),
        np.zeros(5, dtype=np.int64),
        Decoded(range(5)),
        time_base=Fraction(1, 1000),
        rates=(NTSC,),
    )
    assert times_of(made) == [n / NTSC for n in range(5)]


def test_unreadable_frames_keep_their_number() -> None:
    made = table([0, 120, 40, 80, 160], decoded=Decoded([0, 3, 1, 4], failed={2}))
    assert made.count == 5
    assert made.packet.tolist() == [0, 2, 3, 1, 4]
    assert made.unreadable.tolist() == [False, True, False, False, False]


def test_unreadable_frames_without_times_stay_where_the_file_has_them() -> None:
    made = table([None] * 5, decoded=Decoded([0, 1, 3, 4], failed={2}))
    assert made.packet.tolist() == [0, 1, 2, 3, 4]
    assert made.unreadable.tolist() == [False, False, True, False, False]


def test_pictures_before_the_first_decodable_one_are_no_frames() -> None:
    made = table([80, 0, 40, 120], decoded=Decoded([0, 3]))
    assert made.packet.tolist() == [0, 3]


def test_hidden_packets_are_no_frames() -> None:
    made = table([0, 40, 41, 80], decoded=Decoded([0, 1, 3], hiding=True))
    assert made.count == 3


def test_one_frame_has_a_length() -> None:
    made = table([0], rate=Fraction(25))
    assert (made.count, made.duration, made.fps, made.vfr) == (1, Fraction(1, 25), 25, False)


def test_the_frame_at_a_time() -> None:
    made = table([0, 40, 80])
    assert [made.at(t) for t in (-1, 0, 0.039, Fraction(1, 25), 0.08, 9)] == [0, 0, 0, 1, 2, 2]


@pytest.mark.parametrize("rate", [NTSC, Fraction(24), Fraction(60000, 1001)])
def test_a_time_written_as_a_float_finds_its_frame(rate: Fraction) -> None:
    made = frame_times.constant(5000, rate)
    assert [made.at(float(made.seconds(n))) for n in range(5000)] == list(range(5000))


@given(
    st.lists(st.integers(1, 5000), min_size=1, max_size=80),
    st.integers(-(10**12), 10**12),
    st.randoms(use_true_random=False),
)
def test_a_blob_holds_everything(gaps: list[int], start: int, chance: random.Random) -> None:
    pts = (start + np.cumsum(gaps)).tolist()
    chance.shuffle(pts)
    made = table(pts, base=Fraction(1, 90000))
    back = FrameTimes.from_blob(made.to_blob())
    assert back.digest() == made.digest()
    assert times_of(back) == times_of(made)
    assert (back.fps, back.vfr, back.duration) == (made.fps, made.vfr, made.duration)
    for name in ("pts", "dts", "position", "keyframe", "discarded"):
        assert np.array_equal(getattr(back.packets, name), getattr(made.packets, name))


@given(
    st.lists(st.one_of(st.none(), st.integers(-200, 200)), min_size=1, max_size=40),
    st.sampled_from([Fraction(25), NTSC, Fraction(2000)]),
)
def test_times_always_rise(pts: list[int | None], rate: Fraction) -> None:
    """Whatever a container claims, frame times rise strictly."""
    made = frame_order.assemble(
        packets(pts),
        np.zeros(len(pts), dtype=np.int64),
        Decoded(range(len(pts))),
        time_base=Fraction(1, 1000),
        rates=(rate,),
    )
    assert made.count == len(pts)
    assert np.all(np.diff(made.pts) > 0)
    assert made.tail > 0


def test_a_long_table_stays_small() -> None:
    made = table([n * 3003 for n in range(36_000)], base=Fraction(1, 90000), rate=NTSC)
    assert len(made.to_blob()) < 20_000


def test_a_foreign_blob_is_refused() -> None:
    with pytest.raises(errors.StorageError):
        FrameTimes.from_blob(b"something else")


def test_constant_needs_no_file() -> None:
    made = frame_times.constant(10, NTSC, unreadable=[3])
    assert made.fps == NTSC
    assert made.unreadable.tolist().index(True) == 3
