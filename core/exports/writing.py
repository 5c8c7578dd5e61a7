"""From a selection to a finished folder: files, ``skipped.json`` and ``manifest.json``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import change_numbers, clock, errors, probe
from core import db as store
from core.exports import coco, frame_images, ndjson, source, yolo, yolo_files, yolo_split
from core.exports import folder as folders
from core.exports.source import Selection
from core.exports.work import JsonArray, Options, Progress, Work
from core.workspace import Workspace

FORMATS: dict[str, Callable[[Work, Path], None]] = {
    "ndjson": ndjson.write,
    "coco": coco.write,
    "yolo": yolo.write_boxes,
    "yolo-pose": yolo.write_poses,
}
SUMS = {"images": frame_images.SUMS, "labels": yolo_files.LABEL_SUMS}
"""Folders with a file per frame, and the file that lists their hashes."""
SKIPPED = "skipped.json"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Report:
    """What an export holds; the same that its ``manifest.json`` says."""

    out: Path
    manifest: dict[str, Any]

    @property
    def sha256(self) -> str:
        """The hash of everything in the folder but the manifest."""
        return str(self.manifest["sha256"])

    def to_json(self) -> dict[str, Any]:
        """The answer of ``cli.py export``."""
        return {"out": str(self.out), **self.manifest}


def write(
    workspace: Workspace,
    *,
    format: str,
    out: Path,
    chosen: Selection | None = None,
    options: Options | None = None,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Export labels into a new folder, which appears whole or not at all.

    :param chosen: which labels; by default all but rejected ones.
    :raises BadInput: for an unknown format, an option it does not have, or a folder in use.
    :raises StorageError: when the folder cannot be written.
    :raises VideoMissing: when pictures are wanted of a file that is gone.
    """
    options = options or Options()
    require(format, options)
    with folders.appearing(out) as folder:
        work = _work(workspace, folder, chosen or Selection(), options, progress)
        with work.skipped:
            FORMATS[format](work, folder)
        manifest = _manifest(work, format, folder)
        text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        (folder / MANIFEST).write_text(text, encoding="utf-8")
    return Report(out.absolute(), manifest)


def require(format: str, options: Options) -> None:
    """Check that a format exists and can do what is wanted.

    :raises BadInput: when not.
    """
    if format not in FORMATS:
        raise errors.BadInput(
            "There is no export format {name}.",
            "Choose from: {choices}.",
            name=format,
            choices=", ".join(FORMATS),
        )
    if options.every < 1:
        raise errors.BadInput("One frame in {count} is not possible.", count=options.every)
    if format == "ndjson" and options.images:
        raise errors.BadInput(
            "{format} holds no frame images.",
            "Choose the format coco or yolo for them.",
            format=format,
        )
    if format != "ndjson" and options.dense:
        raise errors.BadInput(
            "{format} always holds every frame.", "Leave out --dense.", format=format
        )
    if options.val is not None:
        _require_share(format, options.val)


def _require_share(format: str, share: float) -> None:
    if not format.startswith("yolo"):
        raise errors.BadInput(
            "{format} is not split into training and validation.",
            "Choose the format yolo for that.",
            format=format,
        )
    if not 0 <= share <= yolo_split.LARGEST_SHARE:
        raise errors.BadInput(
            "A share of {share} cannot be kept for validation.",
            "Choose a number from 0 to {most}.",
            share=share,
            most=yolo_split.LARGEST_SHARE,
        )


def _work(
    workspace: Workspace, folder: Path, chosen: Selection, options: Options, progress: Progress
) -> Work:
    return Work(
        workspace=workspace,
        chosen=chosen,
        options=options,
        known=source.catalogue(workspace),
        clock=source.Clock(workspace),
        skipped=JsonArray(folder / SKIPPED, '{"skipped":[', "]}\n"),
        progress=progress,
    )


def _manifest(work: Work, format: str, folder: Path) -> dict[str, Any]:
    with store.reader(work.workspace) as db:
        change = change_numbers.newest(db)
    apart = {folder / name for name in SUMS}
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = [
        {
            "path": path.relative_to(folder).as_posix(),
            "bytes": path.stat().st_size,
            "sha256": probe.sha256_of(path),
        }
        for path in paths
        if apart.isdisjoint(path.parents)  # those have a list of their own
    ]
    listing = "".join(f"{row['sha256']}  {row['path']}\n" for row in files)
    chosen, names = work.chosen, work.known.names
    return {
        "format": format,
        "created_at": clock.now(),
        "sha256": hashlib.sha256(listing.encode()).hexdigest(),
        "states": list(chosen.states),
        "classes": None if chosen.classes is None else [names[i] for i in sorted(chosen.classes)],
        "videos": None if chosen.videos is None else sorted(chosen.videos),
        "options": {
            "images": work.options.images,
            "dense": work.options.dense,
            "every": work.options.every,
            "frames": work.options.frames,
            "val": work.options.val,
        },
        **{name: sums if (folder / sums).exists() else None for name, sums in SUMS.items()},
        "written": dict(sorted(work.counts.items())),
        "skipped": [
            {"kind": kind, "reason": reason, "count": count}
            for (kind, reason), count in sorted(work.skips.items())
        ],
        "changed_meanwhile": change != work.known.change,
        "files": files,
    }
