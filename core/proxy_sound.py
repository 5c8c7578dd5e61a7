"""The sound of a proxy: the source's first sound stream as AAC, on the proxy's clock."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import av.error
import av.filter
import numpy as np

from core import containers

_FRAME = 1024
_BITS_PER_SECOND = 128_000
_KEPT_RATES = (44_100, 48_000)
# The resampler fills a gap at once, in memory; longer ones are filled here, piece by piece.
_LONGEST_GAP = 10
# Times may lie: nobody waits until days of silence are written.
_LONGEST_SILENCE = 3600
_LARGEST_TIME = 2**62


class Sound:
    """Copies sound into an open MP4 beside its pictures; does nothing for a silent file.

    Gaps become silence and what sounds before the first picture is cut, so that sound and
    pictures stay together. Sound that cannot be decoded is left out, and so is what stands behind
    more than an hour of silence.

    :param target: the container that is written.
    :param shift: seconds added to the source's times; :param duration: seconds of the proxy.
    """

    def __init__(self, path: Path, target: Any, shift: Fraction, duration: Fraction) -> None:
        self._source = containers.open_media(path)
        self._target = target
        self._shift = shift
        self._end = duration
        self._input = containers.audio_stream(self._source)
        self._output: Any = None
        self._graph: Any = None
        self._form: tuple[Any, ...] = ()
        self._waiting = av.AudioFifo()
        self._made = 0  # samples that came out of the resampler
        self._sent = 0  # samples given to the encoder
        self._reached = Fraction(-1)
        self._frames = self._decoded()

    def __enter__(self) -> Sound:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._frames.close()
        self._source.close()

    def add_stream(self) -> None:
        """Add the sound stream; before anything is written."""
        if self._input is None or not self._input.codec_context.sample_rate:
            self._input = None
            return
        rate = self._input.codec_context.sample_rate
        rate = rate if rate in _KEPT_RATES else _KEPT_RATES[-1]
        layout = "mono" if self._input.codec_context.channels == 1 else "stereo"
        self._output = self._target.add_stream("aac", rate=rate, layout=layout)
        self._output.bit_rate = _BITS_PER_SECOND
        self._rate, self._layout = rate, layout

    def write_until(self, seconds: Fraction | None) -> None:
        """Write the sound up to a time of the proxy; None writes all the rest."""
        if self._input is None:
            return
        while seconds is None or self._reached < seconds:
            frame = next(self._frames, None)
            if frame is None:
                if seconds is None:
                    self._finish()
                return
            self._reached = frame.pts * Fraction(frame.time_base)
            self._take(frame)

    def _decoded(self) -> Generator[Any, None, None]:
        """Sound frames on the proxy's clock, those within its length."""
        if self._input is None:
            return
        for frame in decoded(self._source, self._input):
            ticks = frame.pts + round(self._shift / frame.time_base)
            if abs(ticks) > _LARGEST_TIME:
                continue
            frame.pts = ticks
            start = ticks * frame.time_base
            if start >= self._end:
                return
            if start + Fraction(frame.samples, frame.sample_rate) > 0:
                yield frame

    def _take(self, frame: Any) -> None:
        """Resample a frame; one of another form than the last begins a new resampler."""
        form = (frame.sample_rate, frame.format.name, frame.layout.name)
        start = int(self._reached * self._rate)
        late = start - self._made > _LONGEST_GAP * self._rate
        if form != self._form or late:
            self._drain()
            if start - self._made > _LONGEST_SILENCE * self._rate:
                self._frames.close()
                return
            if late:
                self._be_silent(start)
            self._graph = self._new_graph(frame)
            self._form = form
        if self._graph is not None:
            with contextlib.suppress(av.error.FFmpegError):
                self._graph.push(frame)
            self._pull()

    def _new_graph(self, frame: Any) -> Any | None:
        """Resample, with gaps filled from what is made on; None for what nobody can resample."""
        graph = av.filter.Graph()
        try:
            nodes = [
                graph.add_abuffer(
                    sample_rate=frame.sample_rate,
                    format=frame.format.name,
                    layout=frame.layout.name,
                    time_base=frame.time_base,
                ),
                graph.add("aresample", f"{self._rate}:async=1000:first_pts={self._made}"),
                graph.add(
                    "aformat",
                    f"sample_fmts=fltp:sample_rates={self._rate}:channel_layouts={self._layout}",
                ),
                graph.add("abuffersink"),
            ]
            graph.link_nodes(*nodes).configure()
        except (av.error.FFmpegError, ValueError):
            return None
        return graph

    def _pull(self) -> None:
        while True:
            try:
                ready = self._graph.pull()
            except av.error.FFmpegError:  # no more for now, or at all
                return
            self._add(ready)

    def _drain(self) -> None:
        """Get the last samples out of the resampler."""
        if self._graph is not None:
            with contextlib.suppress(av.error.FFmpegError):
                self._graph.push(None)
            self._pull()
            self._graph = None

    def _be_silent(self, until: int) -> None:
        channels = 1 if self._layout == "mono" else 2
        while self._made < until:
            samples = np.zeros((channels, min(_FRAME, until - self._made)), np.float32)
            silence = av.AudioFrame.from_ndarray(samples, format="fltp", layout=self._layout)
            silence.sample_rate = self._rate
            self._add(silence)

    def _add(self, ready: Any) -> None:
        """Queue resampled sound, and encode what fills frames as AAC wants them."""
        self._made += ready.samples
        ready.pts = None  # it follows what was queued before
        self._waiting.write(ready)
        while (piece := self._waiting.read(_FRAME)) is not None:
            self._encode(piece)

    def _encode(self, piece: Any) -> None:
        piece.pts, piece.time_base = self._sent, Fraction(1, self._rate)
        self._sent += piece.samples
        self._mux(self._output.encode(piece))

    def _finish(self) -> None:
        self._drain()
        rest = self._waiting.read(0, partial=True) if self._made else None
        if rest is not None:
            self._encode(rest)
        self._mux(self._output.encode(None))

    def _mux(self, packets: list[Any]) -> None:
        for packet in packets:
            self._target.mux(packet)


def decoded(source: Any, stream: Any) -> Generator[Any, None, None]:
    """The sound frames of a stream that can be decoded and have a time."""
    for packet in containers.packets(source, stream):
        with contextlib.suppress(av.error.FFmpegError, EOFError):
            for frame in packet.decode():
                if frame.pts is not None and frame.time_base and frame.sample_rate:
                    yield frame
