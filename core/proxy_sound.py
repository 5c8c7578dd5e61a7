"""The sound of a proxy: the source's first sound stream as AAC, on the proxy's clock."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av.error
import av.filter

from core import containers

_FRAME = 1024
_BITS_PER_SECOND = 128_000
_KEPT_RATES = (44_100, 48_000)


class Sound:
    """Copies sound into an open MP4 beside its pictures; does nothing for a silent file.

    Gaps become silence and what sounds before the first picture is cut, so that sound and
    pictures stay together. Packets that cannot be decoded are left out.

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
        self._written = Fraction(-1)
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
        while seconds is None or self._written < seconds:
            frame = next(self._frames, None)
            if frame is None:
                if self._graph is not None and seconds is None:
                    self._push(None)
                if seconds is None:
                    self._mux(self._output.encode(None))
                return
            self._written = frame.pts * Fraction(frame.time_base)
            self._push(frame)

    def _decoded(self) -> Generator[Any, None, None]:
        """Sound frames on the proxy's clock, those within its length."""
        if self._input is None:
            return
        packets = self._source.demux(self._input)
        while True:
            try:
                packet = next(packets, None)
            except av.error.FFmpegError:
                return
            if packet is None:
                return
            with contextlib.suppress(av.error.FFmpegError, EOFError):
                for frame in packet.decode():
                    if frame.pts is None or frame.time_base is None:
                        continue
                    frame.pts += round(self._shift / frame.time_base)
                    start = frame.pts * frame.time_base
                    if start >= self._end:
                        return
                    if start + Fraction(frame.samples, frame.sample_rate) > 0:
                        yield frame

    def _push(self, frame: Any | None) -> None:
        if self._graph is None:
            self._graph = self._new_graph(frame)
        self._graph.push(frame)
        while True:
            try:
                ready = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            self._mux(self._output.encode(ready))

    def _new_graph(self, frame: Any) -> Any:
        """Resample with gaps filled from time 0 on, in frames as AAC wants them."""
        graph = av.filter.Graph()
        nodes = [
            graph.add_abuffer(
                sample_rate=frame.sample_rate,
                format=frame.format.name,
                layout=frame.layout.name,
                time_base=frame.time_base,
            ),
            graph.add("aresample", f"{self._rate}:async=1000:first_pts=0"),
            graph.add(
                "aformat",
                f"sample_fmts=fltp:sample_rates={self._rate}:channel_layouts={self._layout}",
            ),
            graph.add("asetnsamples", f"n={_FRAME}:p=0"),
            graph.add("abuffersink"),
        ]
        graph.link_nodes(*nodes).configure()
        return graph

    def _mux(self, packets: list[Any]) -> None:
        for packet in packets:
            self._target.mux(packet)
