"""``README.txt`` of a YOLO export, in every language we have: whoever opens the folder may be
somebody who never saw the program."""

from __future__ import annotations

from core.language import LANGUAGES, N_, translator

_LABELS = N_(
    "labels/: one file per frame, one line per object: class, centre x, centre y, width, height, "
    "as parts of the width and height of the upright picture. Boxes end at the edge of the "
    "picture; clipped.json lists the tracks that reached beyond it."
)
_POSES = N_(
    "Behind the box stand the 17 joints of COCO as x, y, visibility: 2 visible, 1 hidden, 0 not "
    "labelled or outside the picture. Only classes that have poses are here; an object without a "
    "pose has 17 joints that are 0 0 0."
)
_EMPTY = N_(
    "An empty file: all that a model suggested in this frame was rejected by a person. A frame "
    "without a file was not looked at or not chosen; most training programs take its picture, "
    "where there is one, for one without objects."
)
_FRAMES = N_(
    "frames.ndjson names for every frame its picture, video, number from 0 and exact time; "
    "videos.json the videos with their hash, folder and part (train or val). The part follows from "
    "the content of a video."
)
_CLASSES = N_(
    "data.yaml: a class keeps its index for good. New classes come last, archived ones stay."
)
_SKIPPED = N_("skipped.json names every label that was left out, and why.")
_WITH = N_("images/: the exact frames, upright and in full size; images.sha256 has their hashes.")
_WITHOUT = N_(
    "There are no pictures in this export. Export again with pictures, or write frame n of a video "
    "as images/PART/FOLDER/n.jpg with eight digits, as frames.ndjson says; rotated upright, in "
    "full size."
)


def text(*, poses: bool, images: bool) -> str:
    """The whole note."""
    paragraphs = [_LABELS, *([_POSES] if poses else []), _EMPTY, _WITH if images else _WITHOUT]
    paragraphs += [_FRAMES, _CLASSES, _SKIPPED]
    parts = []
    for language in LANGUAGES:
        words = translator(language)
        parts.append("\n\n".join([words(N_("YOLO export of DataGuard")), *map(words, paragraphs)]))
    return "\n\n---\n\n".join(parts) + "\n"
