"""Lines put in the order of their frames on disk: tracks come one by one, files are per frame."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

FRAMES_PER_BLOCK = 256
HELD_BYTES = 16 * 2**20


class Spool:
    """Lines by video and frame; only the newest ones are in memory. Use as a context.

    :param folder: a new folder, removed at the end.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[tuple[int, int], list[str]] = {}
        self._bytes = 0
        self._blocks: dict[int, set[int]] = {}

    def __enter__(self) -> Spool:
        self._folder.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, video: int, frame: int, line: str) -> None:
        """Keep a line of a frame, behind those that the frame has already."""
        block = frame // FRAMES_PER_BLOCK
        self._blocks.setdefault(video, set()).add(block)
        self._held.setdefault((video, block), []).append(f"{frame} {line}\n")
        self._bytes += len(line)
        if self._bytes > HELD_BYTES:
            self._write()

    def videos(self) -> set[int]:
        """The videos that have lines."""
        return set(self._blocks)

    def frames(self, video: int) -> Iterator[tuple[int, list[str]]]:
        """Every frame that has lines, in order, with its lines in the order they came."""
        self._write()
        for block in sorted(self._blocks.get(video, ())):
            frames: dict[int, list[str]] = {}
            with self._path(video, block).open(encoding="ascii", newline="\n") as file:
                for row in file:
                    frame, _, line = row.rstrip("\n").partition(" ")
                    frames.setdefault(int(frame), []).append(line)
            yield from sorted(frames.items())

    def _write(self) -> None:
        for (video, block), lines in self._held.items():
            with self._path(video, block).open("a", encoding="ascii", newline="\n") as file:
                file.writelines(lines)
        self._held.clear()
        self._bytes = 0

    def _path(self, video: int, block: int) -> Path:
        return self._folder / f"{video}-{block}"
