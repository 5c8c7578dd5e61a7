"""The pictures of exported frames, exact and at full resolution."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core import db as store
from core import ingest, pictures
from core.exports.positions import Marked
from core.exports.work import Work
from core.videos import Video

QUALITY = 95
SUMS = "images.sha256"


def write(work: Work, folder: Path, frames: Marked, name_of: Callable[[Video, int], str]) -> None:
    """Write the marked frames of each video, and their hashes into ``images.sha256``.

    :param name_of: where the picture of a frame lies in the folder.
    :raises VideoMissing: when a file is gone or was changed.
    :raises FrameUnreadable: for a frame that can no longer be decoded.
    """
    with (folder / SUMS).open("w", encoding="utf-8", newline="\n") as sums:
        for identity in sorted(frames):
            wanted = np.flatnonzero(frames[identity]).tolist()
            if not wanted:
                continue
            video = work.known.videos[identity]
            with store.reader(work.workspace) as db:
                reader = ingest.open_reader(db, work.workspace, video)
            (folder / name_of(video, 0)).parent.mkdir(parents=True)
            with reader:
                for done, frame in enumerate(wanted):
                    if done % 20 == 0:
                        work.progress(done, len(wanted))
                    name = name_of(video, frame)
                    data = pictures.jpeg(reader.read(frame).image, QUALITY)
                    (folder / name).write_bytes(data)
                    sums.write(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
