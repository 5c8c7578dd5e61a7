"""What a timeline shows of tracks: when they have keyframes of which kind, never where."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from core import tracks
from core.sqlite import Database

OCCLUDED, OUTSIDE, HUMAN = 1, 2, 4


def marks(db: Database, video: int, identities: Sequence[int]) -> list[dict[str, Any]]:
    """The keyframes of visible tracks of a video, as columns; other ids give nothing.

    ``frames`` ascend; ``flags`` add up occluded 1, outside 2, set by a person 4; ``scores`` are
    0..1 or None; ``partial`` are verdicts on parts: (first, last, decision).
    """
    found = {
        track.id: {
            "id": track.id,
            "revision": track.revision,
            "first": track.first,
            "last": track.last,
            "frames": [],
            "flags": [],
            "scores": [],
            "partial": track.partial,
        }
        for track in tracks.several(db, identities, keyframes=False)
        if track.video == video and not track.deleted and not track.hidden
    }
    rows = db.execute(
        "SELECT track, frame, occluded + 2 * outside + 4 * (source = 'human'), round(score, 3) "
        "FROM keyframes JOIN json_each(?) wanted ON wanted.value = track ORDER BY track, frame",
        [json.dumps(list(found))],
    )
    for track, frame, flags, score in rows:
        columns: dict[str, Any] = found[track]
        columns["frames"].append(frame)
        columns["flags"].append(flags)
        columns["scores"].append(score)
    return list(found.values())
