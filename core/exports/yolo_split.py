"""Which videos are for training and which for validation, and the file that says so."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from typing import Any

from core.skeletons import COCO_17
from core.videos import Video

DEFAULT_SHARE = 0.2
LARGEST_SHARE = 0.9
_NOT_PLAIN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def for_validation(videos: Iterable[Video], share: float | None) -> set[int]:
    """The videos kept for validation, about ``share`` of them.

    A video's place follows from its content, so it stays on its side in every later export. Only
    where a side would be empty is the video nearest to the border moved over.
    """
    share = DEFAULT_SHARE if share is None else share
    places = sorted((_place(video), video.sha256, video.id) for video in videos)
    if len(places) < 2 or not share:
        return set()
    kept = sum(place < share for place, *_ in places)
    return {video for *_, video in places[: min(max(kept, 1), len(places) - 1)]}


def _place(video: Video) -> float:
    """From 0 up to 1, evenly spread over videos."""
    return int(video.sha256[:12], 16) / 16**12


def data_yaml(
    classes: list[dict[str, Any]], validation: Collection[int], *, poses: bool, images: bool
) -> str:
    """The text of ``data.yaml``: folders, every class by its index, and the joints of poses.

    A class keeps its index for good: new ones come last, archived ones stay.
    """
    lines = ["# DataGuard export. README.txt says what is in this folder."]
    if not images:
        lines.append("# Without pictures: README.txt says how they have to be named.")
    lines += ['path: ""  # the folder of this file', "train: images/train"]
    lines.append(
        "val: images/val"
        if validation
        else "val: images/train  # no video was kept for validation: figures on it flatter"
    )
    if poses:
        lines += [
            f"kpt_shape: [{len(COCO_17.joints)}, 3]  # x, y, visibility",
            f"flip_idx: {flip_index()}",
        ]
    lines.append("names:")
    for index, row in enumerate(classes):
        note = "  # archived" if row["archived"] else ""
        lines.append(f"  {index}: {_quoted(row['name'])}{note}")
    return "\n".join(lines) + "\n"


def flip_index() -> list[int]:
    """For each joint the one that it becomes in a mirrored picture."""
    names = COCO_17.joints
    swapped = [name.replace("left_", "*").replace("right_", "left_") for name in names]
    return [names.index(name.replace("*", "right_")) for name in swapped]


def _quoted(name: str) -> str:
    """A name as a quoted YAML scalar; letters that YAML does not allow are escaped."""
    text = json.dumps(name, ensure_ascii=False)
    return _NOT_PLAIN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
