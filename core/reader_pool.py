"""Few open decoders for many requests, each served by the one best placed for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from core import errors, labels
from core.frames import FrameReader

Opener = Callable[[], FrameReader]

# A reader that has to decode fewer packets than this is near enough not to open another.
_NEAR = 40


@dataclass(slots=True, eq=False)
class _Slot:
    key: str
    reader: FrameReader
    busy: bool
    used: int


class ReaderPool:
    """Readers by video hash. Safe for many threads; each reader serves one at a time.

    :param limit: readers open at once over all videos.
    :param per_video: readers open at once on one video, so that somebody else's seek, or the
        prefetch of neighbours, does not move the decoder under a person who steps.
    """

    def __init__(self, *, limit: int = 3, per_video: int = 2) -> None:
        self._limit = limit
        self._per_video = per_video
        self._slots: list[_Slot] = []
        self._opening: list[str] = []
        self._clock = 0
        self._changed = threading.Condition()

    def read(self, key: str, frame: int, opener: Opener) -> labels.Picture:
        """One exact frame of the video ``key``.

        :param opener: opens a reader on that video; called outside the lock.
        :raises BadInput, FrameUnreadable, VideoMissing, VideoUnreadable: as the reader.
        """
        slot = self._borrow(key, frame, opener)
        try:
            picture = slot.reader.read(frame)
        except (errors.BadInput, errors.FrameUnreadable):
            self._give_back(slot)
            raise
        except BaseException:
            self._give_back(slot, broken=True)
            raise
        self._give_back(slot)
        return picture

    def forget(self, key: str) -> None:
        """Close the readers of a video that was removed or changed, as soon as they are idle."""
        with self._changed:
            for slot in [slot for slot in self._slots if slot.key == key]:
                self._drop(slot)

    def close(self) -> None:
        """Close all readers."""
        with self._changed:
            for slot in list(self._slots):
                self._drop(slot)

    @property
    def open_readers(self) -> int:
        with self._changed:
            return len(self._slots)

    def _borrow(self, key: str, frame: int, opener: Opener) -> _Slot:
        with self._changed:
            while True:
                slot = self._best(key, frame)
                if slot is not None:
                    slot.busy = True
                    return slot
                if self._may_open(key):
                    self._opening.append(key)
                    break
                self._changed.wait()
        reader: FrameReader | None = None
        try:
            reader = opener()
        finally:
            with self._changed:
                self._opening.remove(key)
                if reader is not None:
                    slot = _Slot(key, reader, busy=True, used=self._clock)
                    self._slots.append(slot)
                self._changed.notify_all()
        assert slot is not None
        return slot

    def _best(self, key: str, frame: int) -> _Slot | None:
        """The idle reader with the least to decode; none when a new one would do better."""
        own = [slot for slot in self._slots if slot.key == key]
        idle = [slot for slot in own if not slot.busy]
        if not idle:
            return None
        best = min(idle, key=lambda slot: (slot.reader.cost(frame), -slot.used))
        if best.reader.cost(frame) <= _NEAR or len(own) >= self._per_video:
            return best
        full = len(self._slots) + len(self._opening) >= self._limit
        return best if full else None

    def _may_open(self, key: str) -> bool:
        own = sum(slot.key == key for slot in self._slots) + self._opening.count(key)
        if own >= self._per_video:
            return False
        if len(self._slots) + len(self._opening) < self._limit:
            return True
        idle = [slot for slot in self._slots if not slot.busy]
        if not idle:
            return False
        self._drop(min(idle, key=lambda slot: slot.used))
        return True

    def _give_back(self, slot: _Slot, *, broken: bool = False) -> None:
        with self._changed:
            self._clock += 1
            slot.used = self._clock
            slot.busy = False
            if slot not in self._slots:
                slot.reader.close()
            elif broken:
                self._drop(slot)
            self._changed.notify_all()

    def _drop(self, slot: _Slot) -> None:
        self._slots.remove(slot)
        if not slot.busy:
            slot.reader.close()
