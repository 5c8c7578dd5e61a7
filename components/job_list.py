"""Work in progress: what runs, how far it is, how long it will take, and how to stop it."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

import streamlit as st

from components import browser, escape, polling, session, shell
from components.surroundings import Page
from core import errors, ingest, jobs, language, videos, worker
from core.jobs import Job

POLL_SECONDS = 2
SHOWN = 100
SHOWN_WAITING = 2
REMEMBERED = 20
SLOWEST_TOLD = 10_000
"""Bytes per second; a download that is slower stands still, and no time can be told."""
KINDS = {
    "suggest": language.mark("Suggesting"),
    "proxy": language.mark("Preparing playback"),
    "ingest": language.mark("Adding"),
    "try": language.mark("Trying one frame"),
    "follow": language.mark("Following an object"),
    "export": language.mark("Exporting"),
    "download": language.mark("Downloading"),
}


def show(page: Page, *, kinds: Sequence[str] = tuple(KINDS)) -> None:
    """Open jobs of some kinds and those that failed, kept up to date by itself."""
    with page.reading() as db:
        listed = jobs.listed(db, limit=SHOWN)
    running, ended = _counted(listed)
    # What the page read before this may be older: then it is run once more, by the next poll.
    late = session.get("jobs_ended") not in (None, ended)
    session.put("jobs_open", running)
    session.put("jobs_ended", ended)
    session.put("jobs_changed", late)
    polling.repeat(_draw, POLL_SECONDS if running or late else None, tuple(kinds))


def _counted(listed: Sequence[Job]) -> tuple[bool, int]:
    """Whether jobs are open, and how many have ended."""
    ended = sum(1 for job in listed if not job.open)
    return ended < len(listed), ended


def _draw(kinds: tuple[str, ...]) -> bool:
    """Whether the page around shows numbers that are old now, or keeps what was dismissed."""
    with shell.guard() as page:
        with page.reading() as db:
            listed = jobs.listed(db, limit=SHOWN)
            names = {job.video: _name(db, job) for job in listed if job.video}
        shown = chosen(listed, kinds, dismissed=_dismissed())
        if shown:
            with st.container(border=True, key="jobs", gap="small"):
                _lines(page, shown, names)
        drawn = session.get("jobs_open"), session.get("jobs_ended")
        return bool(session.get("jobs_changed")) or drawn != _counted(listed)
    return False


def _lines(page: Page, shown: Sequence[Job], names: Mapping[int | None, str]) -> None:
    folded, rest = shown, []
    if not session.get("jobs_unfolded"):
        folded, rest = fold(shown)
    for job in folded:
        _line(page, job, names.get(job.video, ""))
    if rest:
        st.button(
            page.count("{n} more is waiting", "{n} more are waiting", len(rest)),
            key="jobs-more",
            type="tertiary",
            on_click=session.put,
            args=("jobs_unfolded", True),
        )
    elif len(fold(shown)[1]):
        st.button(
            page.text("Show fewer"),
            key="jobs-fewer",
            type="tertiary",
            on_click=session.put,
            args=("jobs_unfolded", False),
        )


def fold(shown: Sequence[Job]) -> tuple[list[Job], list[Job]]:
    """Jobs to show at once, and waiting ones that only count."""
    waiting = [job for job in shown if job.state == "queued"]
    rest = waiting[SHOWN_WAITING:] if len(waiting) > SHOWN_WAITING + 1 else []
    return [job for job in shown if job not in rest], rest


def chosen(
    listed: Sequence[Job], kinds: Sequence[str], *, dismissed: Collection[str] = ()
) -> list[Job]:
    """Failed jobs that nobody dismissed, then open ones in the order they are worked off."""
    wanted = [job for job in listed if job.kind in kinds and job.kind != "try"]
    open_jobs = sorted(
        (job for job in wanted if job.open),
        key=lambda job: (job.state != "running", -job.priority, job.id),
    )
    failed = [job for job in wanted if job.state == "failed" and mark(job) not in dismissed]
    return failed + open_jobs


def _name(db: object, job: Job) -> str:
    try:
        return videos.get(db, job.video or 0).name  # type: ignore[arg-type]
    except errors.UnknownItem:
        return ""


def _line(page: Page, job: Job, name: str) -> None:
    widths = [5, 6, 3] if job.state == "failed" else [7, 6, 2]
    what, bar, side = st.columns(widths, vertical_alignment="center", gap="small")
    what.markdown(title(page, job, name))
    if job.state == "failed":
        bar.markdown(f":small[{escape.markdown(shell.error_text(page, job.error))}]")
        with side.container(horizontal=True, horizontal_alignment="right", gap="small"):
            _button(page, page.text("Try again"), "retry", job)
            _button(page, page.text("Dismiss"), "dismiss", job)
        return
    share = min(job.done / job.total, 1.0) if job.total else 0.0
    bar.progress(share, text=escape.markdown(progress_text(page, job)))
    with side.container(horizontal=True, horizontal_alignment="right"):
        _button(page, page.text("Cancel"), "cancel", job)


def _button(page: Page, text: str, verb: str, job: Job) -> None:
    st.button(
        text,
        key=session.key("job", verb, job.id),
        on_click=_ACTIONS[verb],
        args=(page, job.id),
        disabled=verb == "cancel" and job.cancel,
    )


def title(page: Page, job: Job, name: str) -> str:
    """What a job does to what, as Markdown."""
    kind = page.text(KINDS.get(job.kind, job.kind))
    shown = name or str(job.parameters.get("shown") or job.parameters.get("format") or "")
    parts = [f"**{escape.markdown(kind)}**", escape.markdown(shown)]
    if job.state == "failed":
        parts.insert(0, f":red[**{escape.markdown(page.text('Failed'))}**]")
    if job.kind == "suggest":
        parts.append(escape.markdown(job.parameters.get("model", "")))
    return " · ".join(part for part in parts if part)


def progress_text(page: Page, job: Job, now: datetime | None = None) -> str:
    """How far a job is, how fast and how long it will take."""
    _ = page.text
    if job.cancel:
        return _("Stopping …")
    if job.state == "queued":
        return _("Waiting for its turn")
    if not job.total or not job.done:
        return _("Starting …")
    counted = job.kind in ("suggest", "follow", "proxy")
    text = _how_far(page, job, counted=counted)
    speed = rate(job, now or datetime.now(UTC))
    if not speed or (job.kind == "download" and speed < SLOWEST_TOLD):
        return text
    parts = [text]
    if counted:
        parts.append(_("{speed} per second", speed=f"{speed:.3g}"))
    if job.kind == "download":
        parts.append(_("{speed} MB per second", speed=f"{speed / 1e6:,.2f}"))
    parts.append(_("{time} left", time=duration(page, (job.total - job.done) / speed)))
    return " · ".join(parts)


def _how_far(page: Page, job: Job, *, counted: bool) -> str:
    _ = page.text
    if job.kind == "download":
        done, total = (f"{count / 1e6:,.1f}" for count in (job.done, job.total))
        return _("{done} of {total} MB", done=done, total=total)
    if counted:
        return _("{done} of {total} frames", done=f"{job.done:,}", total=f"{job.total:,}")
    return _("{percent} %", percent=round(100 * job.done / job.total))


def short_progress(page: Page, job: Job) -> str:
    """How far a job is, in a word or two."""
    if job.state == "running" and not job.cancel and job.total and job.done:
        return page.text("{percent} %", percent=round(100 * job.done / job.total))
    return progress_text(page, job)


def rate(job: Job, now: datetime) -> float:
    """Units per second since a worker took the job last; 0.0 where that is not known yet."""
    done = job.done - job.claimed_done
    if not job.claimed_at or done <= 0:
        return 0.0
    seconds = (now - datetime.fromisoformat(job.claimed_at)).total_seconds()
    return done / seconds if seconds > 0.5 else 0.0


def duration(page: Page, seconds: float) -> str:
    """A time span in the two units a person wants to know."""
    _ = page.text
    whole = max(round(seconds), 0)
    if whole < 60:
        return _("{n} s", n=whole)
    if whole < 3600:
        return _("{m} min {s} s", m=whole // 60, s=whole % 60)
    return _("{h} h {m} min", h=whole // 3600, m=whole % 3600 // 60)


def cancel(page: Page, job: int) -> None:
    """Stop a job; one that has ended meanwhile is left as it is."""
    with shell.guard(page):
        page.write(lambda db: jobs.cancel(db, job) if jobs.get(db, job).open else None)
        ingest.clean(page.workspace)


def retry(page: Page, job: int) -> None:
    """Queue a failed job again and make sure somebody works on it."""
    with shell.guard(page):
        page.write(lambda db: jobs.retry(db, job))
        worker.ensure(page.workspace)


def dismiss(page: Page, job: int) -> None:
    """Stop showing a failed job in this browser."""
    with shell.guard(page):
        with page.reading() as db:
            known = (*_dismissed(), mark(jobs.get(db, job)))
        session.put("jobs_dismissed", known[-REMEMBERED:])
        session.put("jobs_changed", True)


def mark(job: Job) -> str:
    """A short name of a job that no job of another workspace shares."""
    return f"{zlib.crc32(f'{job.id} {job.created_at}'.encode()):08x}"


def _dismissed() -> tuple[str, ...]:
    known = session.get("jobs_dismissed")
    if known is None:
        return tuple(part for part in browser.cookie("dismissed").split(".") if part)
    return tuple(known)


_ACTIONS = {"cancel": cancel, "retry": retry, "dismiss": dismiss}
