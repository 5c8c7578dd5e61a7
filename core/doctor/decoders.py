"""What reads videos: the codecs that PyAV brings, and whether its decoders are new enough."""

from __future__ import annotations

import av

from core.doctor.finding import Check
from core.language import N_

CODECS = (
    ("libx264", "w", True),
    ("aac", "w", True),
    ("h264", "r", True),
    ("hevc", "r", False),
    ("vp9", "r", False),
    ("av1", "r", False),
    ("mpeg4", "r", False),
)
# They read the files of strangers: as new as those of the pinned PyAV (FFmpeg 8.1.2), or newer.
LEAST_DECODERS = {
    "libavcodec": (62, 28, 102),
    "libavformat": (62, 12, 102),
    "libavfilter": (11, 14, 102),
    "libavutil": (60, 26, 102),
    "libswresample": (6, 3, 102),
    "libswscale": (9, 5, 102),
}


def examine() -> list[Check]:
    """The codecs that are there, and the versions of the libraries."""
    return [_codecs(), _decoders()]


def _codecs() -> Check:
    lacking = []
    for name, mode, needed in CODECS:
        try:
            av.Codec(name, mode)  # type: ignore[arg-type]
        except ValueError:
            lacking.append((name, needed))
    values = {
        "lacking": ", ".join(name for name, _ in lacking),
        "known": ", ".join(name for name, *_ in CODECS),
        "pyav": str(av.__version__),
        "ffmpeg": av.ffmpeg_version_info,
    }
    if lacking:
        bad = any(needed for _, needed in lacking)
        return Check(
            "codecs",
            "missing" if bad else "warning",
            N_("PyAV {pyav} lacks: {lacking}."),
            N_("Install PyAV from its own wheel: pip install --force-reinstall av"),
            N_("reading such videos, and the proxy that the browser plays"),
            values,
        )
    return Check("codecs", "ok", N_("PyAV {pyav} knows: {known}."), values=values)


def _decoders() -> Check:
    """Known holes of decoders are closed by newer ones; what is older than the pin is refused."""
    found = av.library_versions
    old = [name for name, least in LEAST_DECODERS.items() if found.get(name, (0,)) < least]
    values = {
        "ffmpeg": av.ffmpeg_version_info,
        "libraries": ", ".join(
            f"{name} {'.'.join(map(str, found.get(name, (0,))))}" for name in LEAST_DECODERS
        ),
        "old": ", ".join(old),
    }
    if old:
        return Check(
            "decoders",
            "missing",
            N_("Too old to be given unknown files: {old} of FFmpeg {ffmpeg} ({libraries})."),
            N_("Run: pip install -r requirements.txt"),
            N_("reading videos of others safely"),
            values,
        )
    return Check("decoders", "ok", N_("FFmpeg {ffmpeg}: {libraries}."), values=values)
