"""Reads a YOLO data set back as a training program does, and refuses what such a program would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from core.labels import Box

JOINTS = 17


@dataclass(frozen=True, slots=True)
class Object:
    """A line: its video, frame, class index, box in pixels and joints as (x, y, visibility)."""

    video: int
    frame: int
    index: int
    box: Box
    joints: tuple[tuple[float, float, int], ...]


def settings(out: Path) -> dict[str, Any]:
    """``data.yaml``, checked as Ultralytics does before it trains."""
    found = yaml.safe_load((out / "data.yaml").read_text("utf-8"))
    assert {"train", "val", "names"} <= found.keys()
    assert list(found["names"]) == list(range(len(found["names"])))
    assert all(isinstance(name, str) for name in found["names"].values())
    assert (Path(found["path"] or out) / found["train"]).parent.name == "images"
    return found


def videos(out: Path) -> dict[int, dict[str, Any]]:
    """``videos.json`` by id."""
    return {row["id"]: row for row in json.loads((out / "videos.json").read_text())["videos"]}


def frames(out: Path) -> list[dict[str, Any]]:
    """``frames.ndjson``."""
    return [json.loads(line) for line in (out / "frames.ndjson").read_text().splitlines()]


def label_file(image: str) -> str:
    """Where a training program looks for the labels of a picture."""
    before, _, after = f"/{image}".rpartition("/images/")
    return f"{before}/labels/{after}".rpartition(".")[0].removeprefix("/") + ".txt"


def objects(out: Path) -> Iterator[Object]:
    """Every line of every label file that belongs to a listed frame; no file may be left over."""
    found = settings(out)
    columns = 5 + (3 * JOINTS if "kpt_shape" in found else 0)
    known = videos(out)
    left = {str(path.relative_to(out)) for path in (out / "labels").rglob("*") if path.is_file()}
    for row in frames(out):
        name = label_file(row["image"])
        if row["labels"] is None:
            assert name not in left
            continue
        left.remove(name)
        lines = (out / name).read_text("ascii").splitlines()
        assert len(lines) == row["labels"]
        for line in lines:
            index, *numbers = line.split()
            assert len(numbers) == columns - 1
            assert 0 <= int(index) < len(found["names"])
            yield _object(row, int(index), [float(text) for text in numbers], known[row["video"]])
    assert not left


def _object(row: dict[str, Any], index: int, numbers: list[float], video: dict[str, Any]) -> Object:
    x, y, w, h, *rest = numbers
    points = [x, y, w, h, *rest[0::3], *rest[1::3]]
    assert 0 <= min(points) <= max(points) <= 1
    wide, high = video["width"], video["height"]
    box = Box((x - w / 2) * wide, (y - h / 2) * high, w * wide, h * high)
    joints = tuple(
        (rest[at] * wide, rest[at + 1] * high, int(rest[at + 2])) for at in range(0, len(rest), 3)
    )
    return Object(row["video"], row["frame"], index, box, joints)
