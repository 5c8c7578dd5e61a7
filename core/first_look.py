"""The first look at an unknown file: its packets, one full decode, its frame table.

Runs inside the limited child (:mod:`core.probe_child`); nothing else should call it on a file
that has not been probed.
"""

from __future__ import annotations

import array
import dataclasses
import itertools
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av.error
import numpy as np

from core import containers, errors, frame_order, media
from core.frame_times import MISSING, FrameTimes, Integers, Packets

MOST_FRAMES = 2_000_000
THREADS = 4
_LARGE_PICTURE = 4096 * 2304
# Codecs with packets that are decoded but never shown.
_HIDING = ("vp8", "vp9", "av1")
# Containers that store decoding times alone.
_GUESSING = ("avi",)

Progress = Callable[[int, int | None], None]


def look(path: Path, progress: Progress, *, threads: int = THREADS) -> media.MediaInfo:
    """Everything about a file but its hash and size.

    :param progress: called with (packets done, packets in all or None) many times a second.
    :param threads: of the decoder.
    :raises VideoMissing: no such file; :raises VideoUnreadable: no video, too large, no frames.
    """
    with containers.open_media(path) as container:
        stream = containers.video_stream(container, path.name)
        _check_header(stream, path.name)
        packets, durations = packet_table(container, stream, path.name, progress)
    seen = _decode(path, len(packets), progress, threads)
    if seen.troubled(packets) and threads != 1:
        seen = _decode(path, len(packets), progress, 1)
    return _describe(path, packets, durations, seen)


def too_much_memory(name: str) -> errors.VideoUnreadable:
    """The refusal of a file that hits the memory limit."""
    return errors.VideoUnreadable(
        "{name} needs more memory to decode than a video may take.",
        "Convert it to H.264 in an MP4 file, or scale it down.",
        name=name,
    )


@dataclasses.dataclass(slots=True)
class _Seen:
    """What came out of a full decode."""

    output: list[int] = dataclasses.field(default_factory=list)
    failed: set[int] = dataclasses.field(default_factory=set)
    sizes: dict[tuple[int, int], int] = dataclasses.field(default_factory=dict)
    rotation: int = 0
    mirrored: bool = False
    interlaced: bool = False
    pixel_format: str = ""

    def troubled(self, packets: Packets) -> bool:
        shown = len(set(self.output))
        return bool(self.failed) or shown < len(packets) - int(packets.discarded.sum())

    def take(self, place: int, frame: Any) -> None:
        if not self.output:
            self.rotation = int(frame.rotation)
            self.mirrored = _mirrored(frame)
            self.pixel_format = frame.format.name
        self.output.append(place)
        size = (frame.width, frame.height)
        self.sizes[size] = self.sizes.get(size, 0) + 1
        self.interlaced = self.interlaced or bool(frame.interlaced_frame)


def _check_header(stream: Any, name: str) -> None:
    context = stream.codec_context
    _check_size(context.width, context.height, name)
    if stream.frames > MOST_FRAMES:
        raise _too_long(name)


def _check_size(width: int, height: int, name: str) -> None:
    if width * height > containers.LARGEST_PICTURE:
        raise errors.VideoUnreadable(
            "{name} has pictures of {width} x {height} pixels; the limit is 8192 x 4320.",
            "Scale the video down first.",
            name=name,
            width=width,
            height=height,
        )


def _too_long(name: str) -> errors.VideoUnreadable:
    return errors.VideoUnreadable(
        "{name} has more than {limit} frames.",
        "Cut it into shorter videos.",
        name=name,
        limit=MOST_FRAMES,
    )


def packet_table(
    container: Any, stream: Any, name: str, progress: Progress | None = None
) -> tuple[Packets, Integers]:
    """The packets of a stream with content, and the ticks each lasts (0 unknown).

    :raises VideoUnreadable: there are none, or too many.
    """
    pts, dts, position, durations = (array.array("q") for _ in range(4))
    flags = bytearray()
    # What can be read is what there is; the count is compared with the header's.
    for packet in containers.packets(container, stream):
        pts.append(MISSING if packet.pts is None else packet.pts)
        dts.append(MISSING if packet.dts is None else packet.dts)
        position.append(MISSING if packet.pos is None else packet.pos)
        durations.append(packet.duration or 0)
        flags.append(bool(packet.is_keyframe) + 2 * bool(packet.is_discard))
        if len(flags) > MOST_FRAMES:
            raise _too_long(name)
        if progress is not None:
            progress(0, None)
    if not flags:
        raise errors.VideoUnreadable(
            "{name} has no frames.", "Choose another file or record it again.", name=name
        )
    marks = np.frombuffer(bytes(flags), np.uint8)
    table = Packets(
        np.frombuffer(pts, np.int64),
        np.frombuffer(dts, np.int64),
        np.frombuffer(position, np.int64),
        (marks & 1).astype(np.bool_),
        (marks & 2).astype(np.bool_),
    )
    return table, np.frombuffer(durations, np.int64)


def _decode(path: Path, total: int, progress: Progress, threads: int) -> _Seen:
    """Decode the file from end to end, each picture named by its packet."""
    seen = _Seen()
    with containers.open_media(path) as container:
        stream = containers.video_stream(container, path.name)
        context = stream.codec_context
        large = context.width * context.height > _LARGE_PICTURE
        context.thread_count = 1 if large else threads
        context.thread_type = "SLICE" if threads == 1 or large else "AUTO"
        context.copy_opaque = True
        place = 0
        for packet in itertools.chain(containers.packets(container, stream), (None,)):
            if packet is not None:
                packet.opaque = (place,)
            _take_pictures(context, packet, place, seen, path.name)
            place += packet is not None
            progress(min(place, total), total)
    return seen


def _take_pictures(context: Any, packet: Any, place: int, seen: _Seen, name: str) -> None:
    try:
        frames = context.decode(packet)
    except MemoryError as error:
        raise too_much_memory(name) from error
    except (av.error.FFmpegError, EOFError):
        seen.failed.add(place)
        return
    for frame in frames:
        _check_size(frame.width, frame.height, name)
        if frame.opaque is not None:
            seen.take(frame.opaque[0], frame)


def _mirrored(frame: Any) -> bool:
    """Whether the display matrix flips the picture (its determinant is negative)."""
    for data in frame.side_data:
        if data.type.name == "DISPLAYMATRIX":
            a, b, _, c, d = struct.unpack("<5i", bytes(data)[:20])
            return bool(a * d - b * c < 0)
    return False


def _describe(path: Path, packets: Packets, durations: Integers, seen: _Seen) -> media.MediaInfo:
    name = path.name
    if not seen.output:
        raise errors.VideoUnreadable(
            "None of the pictures of {name} can be decoded.",
            "Copy or download the file again, or convert it to H.264 in an MP4 file.",
            name=name,
        )
    with containers.open_media(path) as container:
        stream = containers.video_stream(container, name)
        codec = stream.codec_context.codec.canonical_name
        audio = containers.audio_stream(container)
        claims = (stream.guessed_rate, stream.average_rate, stream.base_rate)
        times = frame_order.assemble(
            packets,
            durations,
            frame_order.Decoded(
                list(dict.fromkeys(seen.output)),
                seen.failed,
                hiding=codec in _HIDING or seen.interlaced,
                guessed=container.format.name in _GUESSING,
            ),
            time_base=Fraction(stream.time_base or 1),
            rates=tuple(dict.fromkeys(Fraction(rate) for rate in claims if rate)),
        )
        claimed = int(stream.frames)
        times = _without_cut_end(times, claimed > len(packets))
        width, height = max(seen.sizes, key=lambda size: seen.sizes[size])
        rotation = round(-seen.rotation / 90) * 90 % 360
        turned = rotation in (90, 270)
        sar = Fraction(stream.sample_aspect_ratio or 1) or Fraction(1)
        return media.MediaInfo(
            width=height if turned else width,
            height=width if turned else height,
            coded_width=width,
            coded_height=height,
            rotation=rotation,
            sar=1 / sar if turned else sar,
            times=times,
            codec=codec,
            pixel_format=seen.pixel_format,
            container=_container_name(container, codec, audio),
            frames_claimed=claimed,
            audio=audio.codec_context.codec.canonical_name if audio else None,
            audio_rate=int(audio.codec_context.sample_rate) if audio else 0,
            audio_channels=int(audio.codec_context.channels) if audio else 0,
            warnings=tuple(_remarks(name, times, claimed, len(packets), seen)),
        )


def _without_cut_end(times: FrameTimes, truncated: bool) -> FrameTimes:
    """In a file cut short the frames half written at the end are no frames."""
    readable = np.flatnonzero(~times.unreadable)
    end = int(readable[-1]) + 1
    if not truncated or end == times.count:
        return times
    return dataclasses.replace(
        times,
        pts=times.pts[:end],
        keyframes=times.keyframes[:end],
        unreadable=times.unreadable[:end],
        packet=times.packet[:end],
    )


def _container_name(container: Any, codec: str, audio: Any) -> str:
    names = str(container.format.name)
    if names.startswith("mov"):
        return "mov" if container.metadata.get("major_brand", "").strip() == "qt" else "mp4"
    if names.startswith("matroska"):
        sound = audio.codec_context.codec.canonical_name if audio else "opus"
        return "webm" if codec in _HIDING and sound in ("opus", "vorbis") else "matroska"
    return names.split(",")[0]


def _remarks(
    name: str, times: FrameTimes, claimed: int, packets: int, seen: _Seen
) -> list[media.Remark]:
    remarks = []
    readable = int((~times.unreadable).sum())
    if claimed > packets:
        remarks.append(
            media.remark(
                "{name} is cut short: {readable} of {total} frames can be read.",
                name=name,
                readable=readable,
                total=claimed,
            )
        )
    elif readable < times.count:
        remarks.append(
            media.remark(
                "{name} is damaged: {readable} of {total} frames can be read.",
                name=name,
                readable=readable,
                total=times.count,
            )
        )
    if len(seen.sizes) > 1:
        remarks.append(
            media.remark("{name} changes its picture size; all are scaled to one.", name=name)
        )
    if seen.rotation % 90:
        remarks.append(
            media.remark("{name} is turned by an odd angle; it is shown by quarters.", name=name)
        )
    if seen.mirrored:
        remarks.append(
            media.remark("{name} asks to be mirrored; it is shown as stored.", name=name)
        )
    return remarks
