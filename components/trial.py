"""Trying a model on one frame before it runs over everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import escape, job_list, polling, preview, session, shell
from components.suggest_screen import Plan
from components.surroundings import Page
from core import classes, jobs, people, trials, worker
from core.jobs import HIGH, Job
from core.labels import Detection
from core.trials import Trial
from core.videos import Video

POLL_SECONDS = 1
WIDEST = 1280


def show(page: Page, plan: Plan) -> None:
    """Choose a frame, try, and see what was found and how long everything would take."""
    _ = page.text
    video = plan.videos[0]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        frame = 0
        if video.frames > 1:
            frame = st.slider(
                _("Try on one frame first"),
                0,
                video.frames - 1,
                video.frames // 3,
                key=session.key("try-frame", page.key, video.id),
                width="stretch",
            )
        st.button(
            _("Try on this frame"),
            key="try-begin",
            on_click=begin,
            args=(page, plan, int(frame)),
            disabled=not plan.model.available,
        )
    job = _current(page, video)
    interval = POLL_SECONDS if job is not None and job.open else None
    polling.repeat(_draw, interval, video, int(frame), plan.frames(), _asked(plan, frame))


def begin(page: Page, plan: Plan, frame: int) -> None:
    """Queue the try with high priority: it runs between the chunks of a running job."""

    def queue(db: Any) -> int:
        return jobs.add(
            db,
            "try",
            video=plan.videos[0].id,
            parameters=_asked(plan, frame),
            priority=HIGH,
            person=people.identify(db, page.person),
        )

    with shell.guard(page):
        session.put("try_job", (page.key, page.write(queue)))
        worker.ensure(page.workspace)


def _asked(plan: Plan, frame: int) -> dict[str, Any]:
    """What a try is asked for; the answer holds for nothing else."""
    return {
        "model": plan.model.model.name,
        "frame": int(frame),
        "parameters": dict(plan.parameters),
    }


def _current(page: Page, video: Video) -> Job | None:
    known = session.get("try_job")
    if not known or known[0] != page.key:
        return None
    with page.reading() as db:
        job = jobs.get(db, known[1])
    return job if job.video == video.id else None


def _draw(video: Video, frame: int, frames: int, asked: Mapping[str, Any]) -> bool:
    """Whether the try has ended: the page is then drawn once more, without polling."""
    with shell.guard() as page:
        _ = page.text
        job = _current(page, video)
        fresh = job if job is not None and job.parameters == asked else None
        trial = trials.read(fresh) if fresh is not None else None
        with page.reading() as db:
            known = classes.every(db)
            bones = {name: found["bones"] for name, found in classes.skeletons(db).items()}
        preview.show(
            picture(page, video, frame),
            width=video.width,
            height=video.height,
            ratio=float(video.sar),
            detections=_labelled(page, trial.detections if trial else (), known),
            bones=bones,
            colours={row["name"]: row["colour"] for row in known},
            note=_("Trying …") if fresh is not None and fresh.open else "",
            missing=_("This frame cannot be shown."),
            key=session.key("preview", page.key),
        )
        if fresh is None:
            return False
        _words(page, fresh, frames, trial)
        return not fresh.open
    return False


def picture(page: Page, video: Video, frame: int) -> str:
    """The address of an exact frame, not wider than a screen."""
    width = f"&width={WIDEST}" if video.width > WIDEST else ""
    return f"/api/videos/{video.id}/frames/{frame}.jpg?w={page.key}&v={video.sha256[:12]}{width}"


def _labelled(
    page: Page, detections: Sequence[Detection], known: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    names = {row["name"]: row["names"].get(page.language, row["name"]) for row in known}
    return [
        {
            "class": seen.class_name,
            "label": names.get(seen.class_name, seen.class_name),
            "score": seen.score,
            "box": list(seen.box.values()),
            "skeleton": seen.skeleton,
            "joints": [list(joint.values()) for joint in seen.joints or ()],
        }
        for seen in detections
    ]


def _words(page: Page, job: Job, frames: int, trial: Trial | None) -> None:
    _ = page.text
    if job.state in ("failed", "cancelled"):
        st.error(escape.markdown(shell.error_text(page, job.error)))
        return
    if trial is None:
        return
    found, seconds = len(trial.detections), trial.seconds
    number = page.count("{n} found", "{n} found", found)
    st.markdown(
        f"**{escape.markdown(number)}** · "
        + escape.markdown(_("{seconds} s per frame", seconds=f"{seconds:.3g}"))
        + " · "
        + escape.markdown(
            _("about {time} for everything", time=job_list.duration(page, seconds * frames))
        )
    )
    if not found:
        st.caption(_("Nothing was found here. Try a lower threshold or another frame."))
