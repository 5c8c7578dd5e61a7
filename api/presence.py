"""Who has a video open: told by each page with its questions for changes, kept in memory only."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Query

from core.workspace import Workspace

LASTING = 12.0
"""Seconds after which a page that asked no more counts as closed; hidden pages ask every 5."""
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Here:
    """One open page: whose it is, and which track is selected in it."""

    page: str
    person: str
    track: int | None
    at: float = field(default_factory=time.monotonic)


def here(
    page: Annotated[str | None, Query(min_length=1, max_length=80)] = None,
    person: Annotated[str | None, Query(min_length=1, max_length=80)] = None,
    track: Annotated[int | None, Query(ge=1)] = None,
) -> Here | None:
    """What a question says about the page that asks; None when it says nothing."""
    return None if page is None or person is None else Here(page, person, track)


_open: dict[tuple[str, int], dict[str, Here]] = {}
_lock = threading.Lock()


def others(workspace: Workspace, video: int, me: Here | None) -> list[dict[str, Any]]:
    """Note that a page is open, and name the other people who have the same video open.

    One entry a person, by name, with the tracks that are selected on their pages.
    """
    now = time.monotonic()
    with _lock:
        pages = _open.setdefault((str(workspace.root), video), {})
        for key in [key for key, one in pages.items() if now - one.at > LASTING]:
            del pages[key]
        if me is not None and (me.page in pages or len(pages) < MOST):
            pages[me.page] = me
        found = [one for one in pages.values() if me is None or one.person != me.person]
        if not pages:
            del _open[str(workspace.root), video]
    by_person: dict[str, set[int]] = {}
    for one in found:
        chosen = by_person.setdefault(one.person, set())
        if one.track is not None:
            chosen.add(one.track)
    return [{"person": name, "tracks": sorted(by_person[name])} for name in sorted(by_person)]
