"""The only place that opens media: what is allowed, and what is said when it fails.

Without the whitelists an ``.mp4`` that is really an ``ffconcat`` list opens its neighbours, and a
playlist opens network addresses. ``max_pixels`` keeps a header from asking for gigabytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import av
import av.container
import av.error
import av.stream
import av.video.stream

from core import errors

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts"
PROTOCOLS = "file"
LARGEST_PICTURE = 8192 * 4320
# zip, gzip, bzip2, xz, 7-Zip, RAR, Zstandard
_ARCHIVES = (
    *(b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"),
    *(b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd"),
)


def open_media(path: Path) -> av.container.InputContainer:
    """Open a media file for reading.

    Only the formats and protocols above; broken text in its tags is replaced, never an error.

    :raises VideoMissing: no such file.
    :raises VideoUnreadable: it is no video, is incomplete or may not be read.
    """
    path = path.absolute()
    try:
        there = path.is_file()
    except OSError:  # a name longer than the system allows
        there = False
    if not there:
        raise errors.VideoMissing(
            "The file of {name} is gone.",
            "Put it back where it was, or add it again from its new place.",
            name=path.name,
        )
    options = {
        "format_whitelist": FORMATS,
        "protocol_whitelist": PROTOCOLS,
        "max_pixels": str(LARGEST_PICTURE),
    }
    try:
        return av.open(str(path), options=options, metadata_errors="replace")
    except (av.error.PermissionError, PermissionError) as error:
        raise errors.VideoUnreadable(
            "{name} may not be read.", "Check the rights of the file.", name=path.name
        ) from error
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise _not_a_video(path) from error


def create_media(
    path: Path, *, container: str = "mp4", options: Mapping[str, str] | None = None
) -> av.container.OutputContainer:
    """Open one of our own files for writing (proxies, clips, samples).

    The file itself appears with the first packet.

    :raises StorageError: the folder does not exist or cannot be written.
    """
    path = path.absolute()
    if not os.access(path.parent, os.W_OK):
        raise errors.StorageError(
            "{name} cannot be written.", "Check the folder's rights and space.", name=path.name
        )
    return av.open(str(path), mode="w", format=container, options=dict(options or {}))


def video_stream(container: Any, name: str) -> av.video.stream.VideoStream:
    """The stream whose frames we number: the first that is no cover picture.

    :raises VideoUnreadable: the file holds no moving picture, or one this machine cannot decode.
    """
    for stream in container.streams.video:
        if int(stream.disposition) & int(av.stream.Disposition.attached_pic):
            continue
        if stream.codec_context is None:
            raise errors.VideoUnreadable(
                "No decoder for the pictures of {name}.",
                "Convert it to H.264 in an MP4 file first.",
                name=name,
            )
        stream.codec_context.options = {"max_pixels": str(LARGEST_PICTURE)}
        found: av.video.stream.VideoStream = stream
        return found
    if container.streams.audio:
        raise errors.VideoUnreadable(
            "{name} holds sound but no pictures.", "Choose a file with video.", name=name
        )
    raise errors.VideoUnreadable(
        "{name} holds no pictures.", "Choose a file with video.", name=name
    )


def audio_stream(container: Any) -> Any | None:
    """The first sound stream with a decoder, or None."""
    return next((s for s in container.streams.audio if s.codec_context is not None), None)


def packets(container: Any, stream: Any) -> Iterator[Any]:
    """The packets of a stream that have content, as far as the file can be read."""
    index = stream.index
    try:
        for packet in container.demux(stream):
            if packet.size and packet.stream.index == index:
                yield packet
    # IndexError: PyAV does not know streams that begin in the middle of an MPEG-TS recording.
    except (av.error.FFmpegError, IndexError):
        return


def _not_a_video(path: Path) -> errors.VideoUnreadable:
    """Say why a file did not open, from its first bytes."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError:
        head = b"?"
    if not head:
        return errors.VideoUnreadable(
            "{name} is empty.", "Copy or download the file again.", name=path.name
        )
    if head[4:8] in (b"ftyp", b"mdat", b"moov", b"wide", b"free"):
        return errors.VideoUnreadable(
            "{name} is incomplete: its index is missing.",
            "Copy or download the file again; a recording that was cut off needs a repair tool.",
            name=path.name,
        )
    # Nothing is unpacked here: what an archive holds may lie elsewhere, or be without end.
    if head.startswith(_ARCHIVES) or head[257:262] == b"ustar":
        return errors.VideoUnreadable(
            "{name} is an archive, not a video.",
            "Unpack it first, then add the videos that are in it.",
            name=path.name,
        )
    return errors.VideoUnreadable(
        "{name} is not a video that can be opened.",
        "Use MP4, MOV, MKV, WebM, AVI or MPEG-TS.",
        name=path.name,
    )
