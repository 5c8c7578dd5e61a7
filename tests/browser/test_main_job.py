"""The whole main job, as a person does it, on the sample and on a real clip."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core import db as store
from core import jobs, journal, skeletons, videos
from core.labels import Box, Joint
from core.workspace import ROOT, Workspace
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAMPLE = ROOT / "sample_videos" / "sparring.mp4"
TRUTH = json.loads(SAMPLE.with_suffix(".json").read_text())


def _start_work(page: Page, name: str) -> None:
    page.get_by_role("textbox", name="Your name").fill(name)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("button", name="Start")).to_have_count(0)
    wait_until(lambda: "dataguard_person" in [one["name"] for one in page.context.cookies()])
    page.reload()
    expect(page.locator(".st-key-frame")).to_contain_text(name)
    expect(page.get_by_role("button", name="Start")).to_have_count(0)


def _ready(workspace: Workspace, name: str) -> int | None:
    if not workspace.exists:
        return None
    with store.reader(workspace) as db:
        return next(
            (v.id for v in videos.listed(db) if v.name == name and v.state == "ready"), None
        )


def _suggest(page: Page, server: Any, video: int) -> None:
    page.goto(f"{server.url}/suggest?w=own&videos={video}")
    page.get_by_role("button", name="Suggest for 1 video").click()
    expect(page.get_by_role("progressbar").first).to_be_visible()


def _history(workspace: Workspace, track: int) -> list[dict[str, Any]]:
    with store.reader(workspace) as db:
        return journal.history(db, "track", track)


def _people_at(frame: int) -> list[dict[str, Any]]:
    return list(TRUTH["frames"][frame]["people"])


def test_add_suggest_correct_kill_and_find_everything_again(
    server: Any,
    open_page: Callable[..., Page],
    annotator: Callable[[Page], Any],
    until: Callable[..., Any],
    visible_tracks: Callable[..., Any],
    open_jobs: Callable[..., Any],
    keep_screenshot: Callable[[Page, str], Path],
    real_video: Callable[[str], Path],
) -> None:
    clip = real_video("tai_chi_solo.mp4")
    server.environment["DATAGUARD_ROOTS"] = str(clip.parent)
    server.start()
    page = open_page(f"{server.url}/?w=own")
    _start_work(page, "Ana")

    # Add: one file uploaded, one by its path.
    page.locator("input[type=file]").set_input_files(SAMPLE)
    sample = until(
        lambda: _ready(server.own, "sparring.mp4"), seconds=300, what="the uploaded sample"
    )
    page.goto(f"{server.url}/?w=own")
    page.get_by_role("button", name="Add videos").click()
    page.get_by_role("textbox", name="Or a folder or file on this computer").fill(str(clip))
    page.get_by_role("button", name="Add", exact=True).click()
    real = until(
        lambda: _ready(server.own, clip.name), seconds=300, what="the clip added by its path"
    )

    # Suggest, and watch the progress.
    for video in (sample, real):
        _suggest(page, server, video)
    keep_screenshot(page, "suggest-running")
    until(lambda: not open_jobs(server.own), seconds=600, what="the runs")
    assert {t.state for t in visible_tracks(server.own, real)} == {"suggested"}

    # Open: the skeleton is where the person is, in the database, in the truth and on the screen.
    page.goto(f"{server.url}/label?w=own&video={sample}")
    desk = annotator(page)
    frame = 40
    desk.go_to(frame)
    found = visible_tracks(server.own, sample)
    matched = {}
    for person in _people_at(frame):
        box = Box(*person["box"])
        best = max(found, key=lambda t: ((p := t.at(frame)) and p.box.iou(box)) or 0.0)
        place = best.at(frame)
        assert place is not None
        assert place.box.iou(box) > 0.6
        pose = skeletons.to_coco17(place.joints, best.skeleton)
        truth = [Joint(x, y, 1, v) for x, y, v in person["keypoints"]]
        assert skeletons.oks(truth, pose, area=box.area) > 0.6
        matched[person["id"]] = best
    assert len({track.id for track in matched.values()}) == 2
    keep_screenshot(page, "label-suggested")
    first, second = matched[1], matched[2]
    place = first.at(frame)
    shoulder = place.joints[skeletons.BLAZEPOSE_33.joints.index("right_shoulder")]
    with_labels = desk.colour(shoulder.x, shoulder.y)
    page.keyboard.press("h")
    until(lambda: desk.colour(shoulder.x, shoulder.y) != with_labels, what="labels hidden")
    page.keyboard.press("h")
    until(lambda: desk.colour(shoulder.x, shoulder.y) == with_labels, what="labels shown")

    # Move a box.
    middle = (place.box.x + place.box.w * 0.45, place.box.y + place.box.h * 0.62)
    desk.click(*middle)
    desk.wait("selected", lambda value: value == str(first.id))
    desk.drag(middle, (middle[0] + 12, middle[1] + 6))
    desk.wait_saved()
    moved = next(t for t in visible_tracks(server.own, sample) if t.id == first.id)
    assert moved.state == "fixed"
    assert moved.at(frame).box.x == pytest.approx(place.box.x + 12, abs=1.5)
    assert moved.at(frame).box.y == pytest.approx(place.box.y + 6, abs=1.5)

    # Drag a joint.
    number = skeletons.BLAZEPOSE_33.joints.index("right_hip")
    hip = moved.at(frame).joints[number]
    desk.drag((hip.x, hip.y), (hip.x - 10, hip.y + 8))
    desk.wait_saved()
    dragged = next(t for t in visible_tracks(server.own, sample) if t.id == first.id)
    assert dragged.at(frame).joints[number].x == pytest.approx(hip.x - 10, abs=1.5)
    assert dragged.at(frame).joints[number].y == pytest.approx(hip.y + 8, abs=1.5)

    # Accept one, reject another.
    page.keyboard.press("a")
    desk.wait_saved()
    other = second.at(frame).box
    desk.click(other.x + other.w * 0.5, other.y + other.h * 0.62)
    desk.wait("selected", lambda value: value == str(second.id))
    page.keyboard.press("x")
    desk.wait_saved()
    keep_screenshot(page, "label-corrected")
    states = {t.id: t.state for t in visible_tracks(server.own, sample)}
    assert {row["person"] for row in _history(server.own, first.id)} == {"Ana"}
    assert (states[first.id], states[second.id]) == ("accepted", "rejected")
    steps = page.evaluate("window.__dataguard.edits.map(e => e.ms)")
    print(json.dumps({"mouse-up to saved, ms": [round(step) for step in steps]}))

    # kill -9, start again: every acknowledged change is there.
    acknowledged = [visible_tracks(server.own, sample), _history(server.own, first.id)]
    server.kill()
    desk.click(5, 5)
    server.start()
    assert [visible_tracks(server.own, sample), _history(server.own, first.id)] == acknowledged
    page.goto(f"{server.url}/label?w=own&video={sample}&frame={frame}")
    desk = annotator(page)
    desk.wait_exact(frame)
    desk.focus()

    # Undo everything, step by step.
    expected = [
        (first.id, "accepted", second.id, "suggested"),
        (first.id, "fixed", second.id, "suggested"),
        (first.id, "fixed", second.id, "suggested"),
        (first.id, "suggested", second.id, "suggested"),
    ]
    for one, one_state, two, two_state in expected:
        page.keyboard.press("Control+z")

        def undone() -> bool:
            now = {t.id: t.state for t in visible_tracks(server.own, sample)}
            return (now[one], now[two]) == (one_state, two_state)  # noqa: B023

        until(undone, what="undo")
        desk.wait_saved()
    before = {t.id: (t.first, t.last, t.keyframes) for t in found}
    now = {t.id: (t.first, t.last, t.keyframes) for t in visible_tracks(server.own, sample)}
    assert now == before


@pytest.mark.first_start
def test_first_start_shows_the_demo_being_labelled(
    server: Any,
    open_page: Callable[..., Page],
    until: Callable[..., Any],
    visible_tracks: Callable[..., Any],
    open_jobs: Callable[..., Any],
    annotator: Callable[[Page], Any],
    keep_screenshot: Callable[[Page, str], Path],
) -> None:
    server.start()
    page = open_page(server.url)
    expect(page.get_by_text("This is the demo.")).to_be_visible()
    until(lambda: _ready(server.demo, "sparring.mp4"), seconds=300, what="the sample in the demo")
    until(lambda: visible_tracks(server.demo, 1), seconds=600, what="suggestions")
    page.goto(f"{server.url}/label?w=demo&video=1")
    desk = annotator(page)
    desk.wait("tracks", lambda value: int(value or 0) >= 2)
    until(
        lambda: not [job for job in open_jobs(server.demo) if job.video == 1],
        seconds=600,
        what="the run",
    )
    # The other samples would take both cores.
    store.write(
        server.demo,
        lambda db: [jobs.cancel(db, job.id) for job in jobs.listed(db) if job.open],
    )
    page.goto("about:blank")
    for language, name in (("en-US", "label"), ("ko-KR", "label-ko")):
        shown = open_page(
            f"{server.url}/label?w=demo&video=1", language=language, scheme="dark", person="Ana"
        )
        desk = annotator(shown)
        desk.go_to(60)
        box = visible_tracks(server.demo, 1)[0].at(60).box
        desk.click(box.x + box.w * 0.45, box.y + box.h * 0.62)
        desk.wait("selected", lambda value: bool(value))
        # The page of the first start is forgotten some seconds after it was left.
        expect(shown.locator(".people")).to_be_hidden(timeout=60_000)
        shown.wait_for_timeout(700)
        keep_screenshot(shown, name)
    page.goto(f"{server.url}/?w=demo")
    page.get_by_role("button", name="Open my own workspace").click()
    page.wait_for_url("**w=own**")
    assert visible_tracks(server.own, 1) == []
