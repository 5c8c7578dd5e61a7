"""From videos and their counts to the rows of the library: found, sorted, put into words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components import escape, job_list, shell
from components.surroundings import Page
from components.video_list import Row
from core import language, particles
from core.jobs import Job
from core.videos import Video

STATES = ("suggested", "accepted", "fixed", "rejected", "manual")
SORTS = {
    "newest": language.mark("Newest first"),
    "oldest": language.mark("Oldest first"),
    "name": language.mark("Name"),
    "length": language.mark("Longest first"),
    "suggested": language.mark("Most to review"),
}
PAGE_SIZES = (25, 50, 100)


@dataclass(frozen=True, slots=True)
class Counts:
    """Tracks of one video by state, and how many people were found in it."""

    people: int = 0
    by_state: Mapping[str, int] = field(default_factory=dict)

    @property
    def suggested(self) -> int:
        return self.by_state.get("suggested", 0)


def found(videos: Sequence[Video], words: str) -> list[Video]:
    """Videos whose name or tags hold every word, in any case and any normal form."""
    wanted = [part for part in _plain(words).split() if part]
    if not wanted:
        return list(videos)
    return [
        video
        for video in videos
        if all(part in _plain(" ".join((video.name, *video.tags))) for part in wanted)
    ]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def ordered(videos: Sequence[Video], by: str, counts: Mapping[int, Counts]) -> list[Video]:
    """Videos in one of the orders of SORTS; equal ones newest first."""
    newest = sorted(videos, key=lambda video: -video.id)
    if by == "oldest":
        return newest[::-1]
    if by == "name":
        return sorted(newest, key=lambda video: _natural(video.name))
    if by == "length":
        return sorted(newest, key=lambda video: -video.duration)
    if by == "suggested":
        return sorted(newest, key=lambda video: -counts.get(video.id, Counts()).suggested)
    return newest


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Clip 2 before clip 10."""
    parts: list[tuple[int, int, str]] = []
    text = ""
    for letter in _plain(name) + "\0":
        if text and letter.isdecimal() != text[-1].isdecimal():
            parts.append((0, int(text), "") if text.isdecimal() else (1, 0, text))
            text = ""
        text += letter
    return parts


def row(page: Page, video: Video, counts: Counts, jobs: Sequence[Job]) -> Row:
    """One video as the list shows it."""
    _ = page.text
    is_ready = video.state == "ready"
    status, tone, progress = _status(page, video, counts, jobs)
    return Row(
        id=video.id,
        name=video.name,
        picture=picture(page, video) if is_ready else "",
        ready=is_ready,
        length=clock(video.duration) if video.frames else "",
        facts=_facts(page, video),
        tags=video.tags[:6],
        people=f"{counts.people:,}" if is_ready and any(counts.by_state.values()) else "",
        counts=tuple(
            (state, counts.by_state.get(state, 0), state_count(page, state, counts.by_state))
            for state in STATES
        ),
        status=status,
        tone=tone,
        progress=progress,
        remark=_remark(page, video),
    )


def picture(page: Page, video: Video) -> str:
    """The address of a video's thumbnail."""
    return f"/api/videos/{video.id}/thumbnail.jpg?w={page.key}&v={video.sha256[:12]}"


def clock(seconds: float) -> str:
    """Minutes and seconds, hours when there are some."""
    whole = int(seconds)
    if whole >= 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"
    return f"{whole // 60}:{whole % 60:02}" if whole >= 10 else f"0:{seconds:04.1f}"


def state_count(page: Page, state: str, by_state: Mapping[str, int]) -> str:
    """A state with its number, such as "3 accepted"."""
    n = by_state.get(state, 0)
    return page.text("{n} {state}", n=f"{n:,}", state=state_name(page, state))


def state_name(page: Page, state: str) -> str:
    """The word for a state in the reader's language."""
    _ = page.text
    return {
        "suggested": _("suggested"),
        "accepted": _("accepted"),
        "fixed": _("fixed"),
        "rejected": _("rejected"),
        "manual": _("manual"),
    }.get(state, state)


def _facts(page: Page, video: Video) -> str:
    if not video.frames:
        return ""
    frames = page.count("{n} frame", "{n} frames", video.frames)
    return f"{frames} · {video.width}×{video.height}"


def _remark(page: Page, video: Video) -> str:
    texts = []
    for remark in video.warnings:
        try:
            texts.append(particles.fill(page.text(remark["message"]), remark.get("values", {})))
        except (KeyError, IndexError, ValueError):
            texts.append(str(remark.get("text", "")))
    return escape.plain(" ".join(texts))


def _status(
    page: Page, video: Video, counts: Counts, jobs: Sequence[Job]
) -> tuple[str, str, float | None]:
    _ = page.text
    if video.state == "failed":
        return shell.error_text(page, video.error) or _("Failed"), "bad", None
    busy = [job for job in jobs if job.open and job.kind in ("suggest", "ingest", "proxy")]
    if busy:
        job = max(busy, key=lambda one: (one.state == "running", one.priority))
        share = job.done / job.total if job.total else 0.0
        kind = _(job_list.KINDS[job.kind])
        return f"{kind} · {job_list.short_progress(page, job)}", "busy", share
    if video.state == "ingesting":
        return _("Being read"), "busy", None
    searched = any(job.kind == "suggest" and job.state == "done" for job in jobs)
    return _words_of(page, counts, searched=searched)


def _words_of(page: Page, counts: Counts, *, searched: bool) -> tuple[str, str, None]:
    _ = page.text
    if counts.suggested:
        return page.count("{n} to review", "{n} to review", counts.suggested), "", None
    if any(counts.by_state.values()):
        return _("Reviewed"), "calm", None
    if searched:
        return _("Looked through, nothing found"), "calm", None
    return _("Ready, nothing suggested yet"), "calm", None
