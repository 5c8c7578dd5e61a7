"""The copy of a video that a browser can play and scrub: frame n of it is frame n of the source.

H.264 without B-frames, a keyframe at least every 15 frames, the source's frame times shifted to
start at 0, upright, square pixels, even size, AAC sound, index at the front. The whole source
picture is mapped on the whole proxy picture: ``x_proxy = x * proxy_width / width``, likewise y.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import PictureType
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from core import containers, errors, first_look, frame_order, frames, proxy_sound
from core.frames import FrameReader
from core.media import MediaInfo

LONGEST_SIDE = 1920
GROUP = 15
SAMPLES = 7
# Grey levels, mean over the small pictures that are compared.
_ALIKE = 16.0
_CLEARLY = 1.0
_CHECK_SIZE = (48, 27)

Progress = Callable[[int, int | None], None]


def proxy_size(width: int, height: int) -> tuple[int, int]:
    """The proxy's size for an upright size: even, at most 1920 pixels on the longer side."""
    scale = min(1.0, LONGEST_SIDE / max(width, height))
    return _even(width * scale), _even(height * scale)


def _even(side: float) -> int:
    return max(round(side / 2) * 2, 2)


def make_proxy(
    path: Path,
    info: MediaInfo,
    out: Path,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Write the proxy of a video and prove it: frame count, times and sampled pictures.

    ``out`` appears only when complete; until then a ``.part`` beside it is written. Frames that
    cannot be read repeat the picture before them (the first readable one at the start).

    :param progress: called with (frames done, frames in all).
    :param cancelled: asked before each frame.
    :raises Cancelled, VideoMissing, VideoUnreadable, StorageFull, StorageError:
    """
    part = out.with_name(out.name + ".part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _write(path, info, part, progress, cancelled)
        _check(path, info, part)
        _settle(part, out)
    except OSError as error:
        raise _storage_error(out, error) from error
    except (av.error.FFmpegError, MemoryError) as error:
        raise _impossible(path.name) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _write(
    path: Path,
    info: MediaInfo,
    part: Path,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    times = info.times
    with (
        containers.create_media(part, options={"movflags": "+faststart"}) as target,
        proxy_sound.Sound(path, target, -times.seconds(0), times.duration) as sound,
        FrameReader(path, times, info.rotation, size=info.size) as reader,
    ):
        stream = _video_stream(target, info)
        sound.add_stream()
        for frame, picture in enumerate(_pictures(reader, info)):
            if cancelled is not None and cancelled():
                raise errors.Cancelled("Making the proxy of {name} was stopped.", name=path.name)
            picture.pts = int(times.pts[frame] - times.pts[0])
            picture.time_base = times.time_base
            _mux(target, stream.encode(picture), info)
            sound.write_until(picture.pts * times.time_base)
            if progress is not None:
                progress(frame + 1, times.count)
        _mux(target, stream.encode(None), info)
        sound.write_until(None)


def _video_stream(target: Any, info: MediaInfo) -> Any:
    stream = target.add_stream("libx264", rate=info.times.fps.limit_denominator(100_000))
    stream.width, stream.height = proxy_size(info.width, info.height)
    stream.pix_fmt = "yuv420p"
    stream.time_base = info.times.time_base
    context = stream.codec_context
    context.time_base = info.times.time_base
    context.gop_size = GROUP
    context.max_b_frames = 0
    context.sample_aspect_ratio = Fraction(1)
    context.color_range = ColorRange.MPEG
    context.options = {"preset": "veryfast", "crf": "23"}
    return stream


def _mux(target: Any, packets: list[Any], info: MediaInfo) -> None:
    """Write packets with exact durations (a player shows the last frame as long as it lasts)."""
    times = info.times
    for packet in packets:
        ticks = round(packet.pts * packet.time_base / times.time_base) + int(times.pts[0])
        frame = int(np.searchsorted(times.pts, ticks))
        following = frame + 1 < times.count
        end = times.pts[frame + 1] if following else times.pts[frame] + times.tail
        packet.duration = int((int(end) - ticks) * times.time_base / packet.time_base)
        target.mux(packet)


def _pictures(reader: FrameReader, info: MediaInfo) -> Iterator[Any]:
    """One YUV picture per frame, upright and of the proxy's size."""
    reformatter = VideoReformatter()
    last: Any = None
    waiting = 0
    for _, picture in reader.decoded_sequence():
        if picture is not None:
            last = _fitted(picture, info, reformatter)
        if last is None:
            waiting += 1
            continue
        for _ in range(waiting + 1):
            yield last
        waiting = 0


def _fitted(picture: Any, info: MediaInfo, reformatter: VideoReformatter) -> Any:
    """A decoder's picture as 4:2:0 of limited range, in its own colour space."""
    width, height = proxy_size(info.width, info.height)
    if info.rotation in (90, 270):
        width, height = height, width
    space = frames.colour_space(picture)
    fitted = reformatter.reformat(
        picture,
        width,
        height,
        format="yuv420p",
        src_colorspace=space,
        dst_colorspace=space,
        src_color_range=frames.colour_range(picture),
        dst_color_range=ColorRange.MPEG,
        interpolation=Interpolation.BICUBIC,
    )
    fitted = fitted if not info.rotation else _turned(fitted, info.rotation)
    fitted.pict_type = PictureType.NONE  # the encoder chooses keyframes, not the source
    return fitted


def _turned(picture: Any, rotation: int) -> Any:
    """A 4:2:0 picture turned plane by plane; its sides are even."""
    width, height = picture.width, picture.height
    stacked = np.ascontiguousarray(picture.to_ndarray())
    planes = [stacked[:height]]
    planes += list(stacked[height:].reshape(2, height // 2, width // 2))
    turned = [frames.upright(plane, rotation) for plane in planes]
    wide = turned[0].shape[1]
    stacked = np.concatenate([plane.reshape(-1, wide) for plane in turned])
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(stacked), format="yuv420p")


def _check(path: Path, info: MediaInfo, part: Path) -> None:
    """Prove that proxy frame n is source frame n: number, times, sampled pictures.

    :raises VideoUnreadable: when it is not.
    """
    times = info.times
    with containers.open_media(part) as made:
        stream = containers.video_stream(made, path.name)
        packets, durations = first_look.packet_table(made, stream, path.name)
        table = frame_order.assemble(
            packets,
            durations,
            frame_order.Decoded(range(len(packets))),
            time_base=Fraction(stream.time_base or 1),
            rates=times.rates,
        )
    start = times.seconds(0)
    if table.count != times.count or any(
        table.seconds(frame) != times.seconds(frame) - start for frame in range(times.count)
    ):
        raise _not_exact(path.name)
    samples = np.unique(np.linspace(0, times.count - 1, SAMPLES).astype(int)).tolist()
    with (
        FrameReader(path, times, info.rotation, size=info.size) as source,
        FrameReader(part, table) as copy,
    ):
        for frame in samples:
            if not times.unreadable[frame] and not _same_frame(source, copy, frame):
                raise _not_exact(path.name)


def _same_frame(source: FrameReader, copy: FrameReader, frame: int) -> bool:
    """Whether the copy's frame looks like the source's, and no neighbour looks more like it."""
    wanted = _small(source, frame)
    around = [n for n in (frame - 1, frame, frame + 1) if 0 <= n < copy.times.count]
    off = {n: float(np.abs(_small(copy, n) - wanted).mean()) for n in around}
    return off[frame] <= _ALIKE and off[frame] <= min(off.values()) + _CLEARLY


def _small(reader: FrameReader, frame: int) -> npt.NDArray[np.float32]:
    grey = cv2.cvtColor(reader.read(frame).image, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, _CHECK_SIZE, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32)


def _settle(part: Path, out: Path) -> None:
    """Make the finished file durable and give it its name."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(out)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(out.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _not_exact(name: str) -> errors.VideoUnreadable:
    return errors.VideoUnreadable(
        "The proxy of {name} does not match it frame by frame and was thrown away.",
        "Label it without a proxy, or convert it to H.264 in an MP4 file and add that.",
        name=name,
    )


def _impossible(name: str) -> errors.VideoUnreadable:
    return errors.VideoUnreadable(
        "No proxy can be made of {name}: its pictures, sound or times do not fit into one.",
        "Label it without a proxy, or convert it to H.264 in an MP4 file and add that.",
        name=name,
    )


def _storage_error(out: Path, error: Exception) -> errors.StorageError:
    if getattr(error, "errno", None) == errno.ENOSPC:
        return errors.StorageFull(
            "There is no space left to write {name}.",
            "Free some space and try again.",
            name=out.name,
        )
    return errors.StorageError(
        "{name} cannot be written.", "Check the folder's rights and space.", name=out.name
    )
