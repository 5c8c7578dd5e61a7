"""The pictures of exported frames, exact and at full resolution."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core import db as store
from core import ingest, pictures
from core.exports import coco
from core.exports.work import Work

QUALITY = 95
SUMS = "images.sha256"


def write(work: Work, folder: Path, frames: dict[int, npt.NDArray[np.bool_]]) -> None:
    """Write the marked frames of each video, and their hashes into ``images.sha256``.

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
            (folder / coco.file_name(video, 0)).parent.mkdir(parents=True)
            with reader:
                for done, frame in enumerate(wanted):
                    if done % 20 == 0:
                        work.progress(done, len(wanted))
                    name = coco.file_name(video, frame)
                    data = pictures.jpeg(reader.read(frame).image, QUALITY)
                    (folder / name).write_bytes(data)
                    sums.write(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
