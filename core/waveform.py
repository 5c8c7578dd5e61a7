"""The sound of a video as one sees it on a timeline: peaks, and the moments at which sounds begin.

It is taken from the proxy, whose sound starts with the first frame, and kept beside it. The file is
``DGW1``, two little-endian uint32 (peaks, onsets), a float32 (peaks per second), then per peak the
lowest and the highest sample (two int8, 127 is full scale), then float32 seconds of the onsets.

Onsets follow Bello et al., "A Tutorial on Onset Detection in Music Signals" (IEEE Transactions on
Speech and Audio Processing 13(5), 2005): the half-wave rectified spectral flux of log magnitudes,
and the peak picking of Dixon, "Onset Detection Revisited" (DAFx 2006).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import numpy as np
import numpy.typing as npt

from core import containers, content, proxy_sound

RATE = 16_000
HOP = 160  # a hundredth of a second: a peak, and a step of the spectrum
MOST_PEAKS = 2**19  # an hour and a half at full detail; longer videos get fewer per second
_MAGIC = b"DGW1"
_WINDOW = 512
_PIECE = 4096  # spectra at once: 17 MB
# Dixon's w, m, alpha and delta: frames around, factor before, decay, height above the mean. The
# height is larger than his 0.35: edges snap to clear beginnings, not to each ripple of noise.
_AROUND, _BEFORE, _DECAY, _ABOVE = 3, 3, 0.84, 1.0
_CLOSEST = 5  # hundredths of a second between two onsets

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Waveform:
    """``peaks``: int8, shape (N, 2), lowest and highest, ``rate`` of them per second.

    ``onsets``: float32 seconds from the first frame, ascending.
    """

    peaks: npt.NDArray[np.int8]
    rate: float
    onsets: npt.NDArray[np.float32]

    def to_bytes(self) -> bytes:
        head = _MAGIC + struct.pack("<IIf", len(self.peaks), len(self.onsets), self.rate)
        return head + self.peaks.tobytes() + self.onsets.astype("<f4").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Waveform:
        peaks, onsets, rate = struct.unpack_from("<IIf", data, len(_MAGIC))
        start = len(_MAGIC) + struct.calcsize("<IIf")
        levels = np.frombuffer(data, np.int8, 2 * peaks, start).reshape(peaks, 2)
        return cls(levels, rate, np.frombuffer(data, "<f4", onsets, start + 2 * peaks))


def write(proxy: Path, target: Path) -> None:
    """Make the waveform of a proxy and keep it; one without sound gets an empty one.

    :raises VideoMissing, VideoUnreadable: there is no such proxy. :raises StorageFull:
    """
    try:
        made = of_samples(samples(proxy))
    except av.error.FFmpegError:  # sound that nobody can resample: there is none to show
        made = of_samples(iter(()))
    with content.replacing(target) as part:
        part.write_bytes(made.to_bytes())


def samples(path: Path) -> Iterator[Samples]:
    """The first sound stream as mono at 16 kHz, float32 -1..1, piece by piece from time 0."""
    with containers.open_media(path) as source:
        stream = containers.audio_stream(source)
        if stream is None:
            return
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        begun = False
        for frame in proxy_sound.decoded(source, stream):
            if not begun:
                late = int(frame.pts * frame.time_base * RATE)
                yield np.zeros(max(late, 0), np.float32)
                begun = True
            for piece in resampler.resample(frame):
                yield _flat(piece)
        if begun:
            for piece in resampler.resample(None):
                yield _flat(piece)


def _flat(piece: av.AudioFrame) -> Samples:
    return piece.to_ndarray().reshape(-1).astype(np.float32, copy=False)


def of_samples(pieces: Iterator[Samples]) -> Waveform:
    """Peaks and onsets of mono sound at 16 kHz; memory does not grow with its length."""
    peaks: list[npt.NDArray[np.int8]] = []
    fluxes: list[Samples] = []
    last = np.zeros(_WINDOW // 2 + 1, np.float32)
    for block in _blocks(pieces):
        hops = block[: len(block) - _WINDOW + HOP].reshape(-1, HOP)
        levels = np.stack([hops.min(axis=1), hops.max(axis=1)], axis=1)
        peaks.append(np.clip(np.rint(levels * 127), -127, 127).astype(np.int8))
        flux, last = _flux(block, last)
        fluxes.append(flux)
    if not peaks:
        return Waveform(np.zeros((0, 2), np.int8), RATE / HOP, np.zeros(0, np.float32))
    found, rate = _fewer(np.concatenate(peaks))
    return Waveform(found, rate, _onsets(np.concatenate(fluxes)))


def _blocks(pieces: Iterator[Samples]) -> Iterator[Samples]:
    """Whole hops with a window's rest behind them, so that spectra are seamless."""
    rest = _WINDOW - HOP
    held: list[Samples] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _PIECE * HOP + rest:
            joined = np.concatenate(held)
            hops = (size - rest) // HOP
            yield joined[: hops * HOP + rest]
            held = [joined[hops * HOP :]]
            size = len(held[0])
    if size:
        hops = -(-size // HOP)
        padding = np.zeros(hops * HOP + rest - size, np.float32)
        yield np.concatenate([*held, padding])


def _flux(block: Samples, last: Samples) -> tuple[Samples, Samples]:
    """How much the spectrum grows with each hop, and the spectrum that the next block follows."""
    windows = np.lib.stride_tricks.sliding_window_view(block, _WINDOW)[::HOP]
    shape = np.hanning(_WINDOW).astype(np.float32)
    found: list[Samples] = []
    for start in range(0, len(windows), _PIECE):
        spectra = np.abs(np.fft.rfft(windows[start : start + _PIECE] * shape, axis=1))
        spectra = np.log1p(10 * spectra).astype(np.float32)
        before = np.concatenate([last[None], spectra[:-1]])
        found.append(np.maximum(spectra - before, 0).mean(axis=1))
        last = spectra[-1]
    return np.concatenate(found), last


def _fewer(peaks: npt.NDArray[np.int8]) -> tuple[npt.NDArray[np.int8], float]:
    """Peaks joined until there are few enough to be sent."""
    joined = -(-len(peaks) // MOST_PEAKS)
    if joined == 1:
        return peaks, RATE / HOP
    padding = np.zeros((-len(peaks) % joined, 2), np.int8)
    groups = np.concatenate([peaks, padding]).reshape(-1, joined, 2)
    fewer = np.stack([groups[..., 0].min(axis=1), groups[..., 1].max(axis=1)], axis=1)
    return fewer, RATE / HOP / joined


def _onsets(flux: Samples) -> npt.NDArray[np.float32]:
    """Hops where the flux peaks, stands above its surroundings and above what came just before."""
    spread = float(flux.std())
    if spread == 0:
        return np.zeros(0, np.float32)
    flux = (flux - flux.mean()) / spread
    padded = np.pad(flux, (_BEFORE * _AROUND, _AROUND), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (_BEFORE + 1) * _AROUND + 1)
    peaks = flux >= windows[:, -2 * _AROUND - 1 :].max(axis=1)
    high = flux >= windows.mean(axis=1) + _ABOVE
    found: list[int] = []
    floor = -np.inf
    for hop in range(len(flux)):
        apart = not found or hop - found[-1] >= _CLOSEST
        if peaks[hop] and high[hop] and flux[hop] >= max(floor, 0) and apart:
            found.append(hop)
        floor = max(float(flux[hop]), _DECAY * floor + (1 - _DECAY) * float(flux[hop]))
    # A sound that begins makes the flux peak where the window's shape rises most steeply.
    steepest = _WINDOW * 3 // 4 - HOP // 2
    return ((np.array(found, np.float64) * HOP + steepest) / RATE).astype(np.float32)
