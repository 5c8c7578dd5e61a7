"""Names of folders for the frames of each video, whatever the videos are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from core.exports.folder import safe_name
from core.videos import Video


def folders(videos: Iterable[Video]) -> dict[int, str]:
    """A folder name by video id: its name and the start of its content's hash.

    Two videos never share one, also where a file system takes ``A`` for ``a``: where two would, the
    id is added.
    """
    names = {video.id: _name(video) for video in videos}
    known = Counter(name.casefold() for name in names.values())
    return {
        video: f"{name}-{video}" if known[name.casefold()] > 1 else name
        for video, name in names.items()
    }


def _name(video: Video) -> str:
    stem = safe_name(video.name.rpartition(".")[0] or video.name)
    return f"{stem}-{video.sha256[:8]}"
