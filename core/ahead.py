"""Decodes ahead in a thread, so that whoever looks at pictures does not wait for them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

from core.labels import Picture

PREFETCHED_PICTURES = 8


class Ahead:
    """Pictures of an iterator that runs in a thread, a few ahead of whoever takes them.

    The iterator is used by that thread alone, and no more once the context is left.
    """

    def __init__(self, pictures: Iterator[Picture]) -> None:
        self._pictures = pictures
        self._queue: queue.Queue[Picture | BaseException | None]
        self._queue = queue.Queue(PREFETCHED_PICTURES)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._decode, name="decode", daemon=True)

    def __enter__(self) -> Iterator[Picture]:
        self._thread.start()
        return self._taken()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _decode(self) -> None:
        try:
            for picture in self._pictures:
                if not self._put(picture):
                    return
            self._put(None)
        except BaseException as error:
            self._put(error)

    def _put(self, item: Picture | BaseException | None) -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

    def _taken(self) -> Iterator[Picture]:
        while (item := self._queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
