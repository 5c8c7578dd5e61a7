"""People who work at the same time, by the protocol of the browser: annotators and leads."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol

from benchmarks.server import Client
from benchmarks.sessions import Tab
from core.videos import Video

ROOM = 800
LONGEST_WAIT = 60.0
LEADS_PAGES = ("library", "statistics", "library", "export", "library", "suggest")


@dataclass(slots=True)
class Diary:
    """What happened to everybody: seconds by kind of action, errors, acknowledged batches."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def took(self, kind: str, seconds: float) -> None:
        """An action that was answered."""
        with self._lock:
            self.seconds.setdefault(kind, []).append(seconds)

    def failed(self, text: str) -> None:
        """An action that was not."""
        with self._lock:
            self.errors.append(text[:300])

    def acknowledged(self, batch: str) -> None:
        """A batch of which the server said that it is kept."""
        with self._lock:
            self.saved.append(batch)

    @property
    def actions(self) -> int:
        """How many were answered."""
        return sum(len(taken) for taken in self.seconds.values())


class Member(Protocol):
    """Somebody in a crowd."""

    def act(self) -> None:
        """Do the next thing."""

    def close(self) -> None:
        """Leave."""


class Hand:
    """Moves a box of their own again and again, each time by one request."""

    def __init__(self, port: int, diary: Diary, video: int, name: str) -> None:
        self.client, self._diary, self._video, self._name = Client(port), diary, video, name
        self._turn = 0
        edit = {"verb": "add", "class": 1, "frame": 0, "last": 9, "box": [9, 9, 50, 90]}
        self._track = self._send(edit)["tracks"][0]

    def act(self) -> None:
        """Move the box."""
        self._turn += 1
        edit = {
            "verb": "fix",
            "id": self._track["id"],
            "revision": self._track["revision"],
            "frame": self._turn % 10,
            "box": [self._turn % 300, 9, 50, 90],
        }
        self._track = self._send(edit)["tracks"][0]

    def _send(self, edit: dict[str, Any]) -> Any:
        batch = uuid.uuid4().hex
        answer, seconds = self.client.post(
            "/edits", {"batch": batch, "person": self._name, "video": self._video, "edits": [edit]}
        )
        self._diary.acknowledged(batch)
        self._diary.took("edit", seconds)
        return answer

    def close(self) -> None:
        """Leave."""
        self.client.close()


class Annotator:
    """Has the annotator open: steps, moves the box, hears of others' changes, tells where it is."""

    def __init__(self, port: int, diary: Diary, video: Video, name: str) -> None:
        self._diary, self._video = diary, video
        self._hand = Hand(port, diary, video.id, name)
        self._stack = ExitStack()
        self._stack.callback(self._hand.close)
        self._tab = self._stack.enter_context(Tab(port, name))
        self._frame = random.randrange(video.frames)
        self._seen = 0
        self._tab.draw("label", **self._address())
        self._tab.tell("browser-room", room=ROOM)

    def act(self) -> None:
        """One gesture, with all that the page asks for around it."""
        self._frame = (self._frame + 1) % self._video.frames
        path = f"/videos/{self._video.id}"
        _, seconds = self._hand.client.get(
            f"{path}/frames/{self._frame}.jpg", v=self._video.sha256[:12]
        )
        self._diary.took("frame", seconds)
        self._hand.act()
        _, seconds = self._hand.client.get(f"{path}/changes", since=self._seen)
        self._diary.took("changes", seconds)
        status = {"frame": self._frame, "track": None, "unsaved": 0}
        self._tab.tell("annotator.own", status=status)
        _draw(self._tab, self._diary, "label", self._address())

    def _address(self) -> dict[str, str]:
        return {"w": "own", "video": str(self._video.id)}

    def close(self) -> None:
        """Leave."""
        self._stack.close()


class Lead:
    """Goes from screen to screen to see how far everything is."""

    def __init__(self, port: int, diary: Diary) -> None:
        self._stack = ExitStack()
        self._tab = self._stack.enter_context(Tab(port, "lead"))
        self._diary, self._turn = diary, 0

    def act(self) -> None:
        """Open the next screen."""
        page = LEADS_PAGES[self._turn % len(LEADS_PAGES)]
        self._turn += 1
        _draw(self._tab, self._diary, page, {"w": "own"})

    def close(self) -> None:
        """Leave."""
        self._stack.close()


def _draw(tab: Tab, diary: Diary, page: str, query: dict[str, str]) -> None:
    drawn = tab.draw(page, **query)
    diary.took("page", drawn.seconds)
    for text in drawn.exceptions:
        diary.failed(f"{page}: {text}")


def work(
    makers: Sequence[Callable[[], Member]],
    diary: Diary,
    *,
    think: float,
    seconds: float,
    meanwhile: Callable[[float], None] = lambda passed: None,
) -> None:
    """Let everybody act once every ``think`` seconds, out of step, for some time once all are in.

    An action that is late does not move the next one, as impatient people do not either; one that
    lasts longer than ``think`` is followed by the next at once.

    :param meanwhile: called about once a second with the seconds since the start.
    """
    here, start = threading.Semaphore(0), threading.Event()
    shift = _Shift(diary, think, seconds, here, start)
    threads = [threading.Thread(target=_live, args=(make, shift), daemon=True) for make in makers]
    for thread in threads:
        thread.start()
    for _ in threads:
        if not here.acquire(timeout=LONGEST_WAIT):
            diary.failed("somebody could not come in")
    start.set()
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        time.sleep(min(1.0, left))
        meanwhile(seconds - left)
    for thread in threads:
        thread.join(LONGEST_WAIT)
        if thread.is_alive():
            diary.failed("somebody still waits for an answer after a minute")


@dataclass(frozen=True, slots=True)
class _Shift:
    """What everybody is told: ``here`` counts those who came in, ``start`` lets them begin."""

    diary: Diary
    think: float
    seconds: float
    here: threading.Semaphore
    start: threading.Event


def _live(make: Callable[[], Member], shift: _Shift) -> None:
    with ExitStack() as stack:
        try:
            member = make()
        except Exception as error:
            shift.diary.failed(f"{type(error).__name__}: {error}")
            return
        finally:
            shift.here.release()
        stack.callback(member.close)
        shift.start.wait()
        ends = time.monotonic() + shift.seconds
        due = time.monotonic() + random.uniform(0, shift.think)
        while due < ends:
            time.sleep(max(due - time.monotonic(), 0))
            due = max(due + shift.think, time.monotonic())
            try:
                member.act()
            except Exception as error:
                shift.diary.failed(f"{type(error).__name__}: {error}")
