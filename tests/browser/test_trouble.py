"""Trouble with the disk or the database, as people see it: nothing is lost, work goes on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from core import backup, restore, segments, tracks
from core import db as store
from core.labels import Box

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOX = {"verb": "add", "class": 1, "frame": 0, "last": 100, "box": [60, 60, 80, 100]}


@pytest.fixture
def small_disk(server: Any) -> Iterator[Path]:
    """The own workspace lies on a file system of 24 MB."""
    folder = server.own.root
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield folder
    server.stop()
    store.close_all()
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_dur_04_c_a_full_disk_says_not_saved_keeps_the_change_and_saves_it_later(
    small_disk: Path,
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    made = edit(video, BOX).tracks[0]
    store.close_all()
    server.start()
    desk = label(video)
    free = os.statvfs(small_disk)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize))

    desk.click(100, 110)
    desk.wait("selected", lambda value: value == str(made.id))
    for _ in range(3):
        desk.page.keyboard.press("Shift+ArrowRight")
        desk.page.wait_for_timeout(500)
        desk.page.keyboard.press("q")
    desk.wait("save", lambda value: value == "offline")
    said = desk.root.locator(".save")
    expect(said).to_contain_text("NOT saved")
    assert "no space left" in (said.get_attribute("title") or "")
    keep_screenshot(desk.page, "trouble-full")
    waiting = int(desk.data("unsaved"))
    assert waiting > 0

    desk.page.reload()
    desk = type(desk)(desk.page)
    desk.wait("unsaved", lambda value: value == str(waiting))
    with store.reader(server.own) as db:
        assert tracks.get(db, made.id).keyframes[0].box == Box(60, 60, 80, 100)

    ballast.unlink()
    desk.wait_saved()
    with store.reader(server.own) as db:
        now = tracks.get(db, made.id).keyframes[0]
    assert (now.box, now.occluded) == (Box(63, 60, 80, 100), True)


def test_a_page_that_is_open_follows_a_restore(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    tmp_path: Path,
) -> None:
    video = add_clip(clip("cfr.mp4"))
    first = edit(video, BOX).tracks[0]
    made = backup.make(server.own, tmp_path / "a.db")
    moved = edit(video, {"verb": "fix", "id": first.id, "frame": 0, "box": [10, 10, 50, 50]})
    edit(video, {**BOX, "box": [200, 60, 80, 100]})
    server.start()
    desk = label(video)
    desk.go_to(30)
    desk.wait("shown", lambda value: value == "2")

    restore.restore(server.own, made.path)

    desk = type(desk)(desk.page)
    desk.wait("shown", lambda value: value == "1")
    desk.wait_exact(30)
    desk.focus()
    desk.click(140, 110)
    desk.wait("selected", lambda value: value == str(first.id))
    desk.page.keyboard.press("a")
    desk.wait_saved()
    with store.reader(server.own) as db:
        now = tracks.get(db, first.id)
    assert (now.keyframes[0].box, now.state) == (Box(60, 60, 80, 100), "accepted")
    assert now.revision > moved.tracks[0].revision


def test_dat_05_what_one_person_has_not_sent_is_never_shown_to_another(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    made = edit(video, BOX).tracks[0]
    spoken = {"kind": "segment", "verb": "add", "type": "caption", "first": 0, "last": 90}
    edit(video, {**spoken, "text": "Jab", "language": "en"})
    server.start()
    desk = label(video, person="Ana")
    page = desk.page
    desk.click(100, 110)
    desk.wait("selected", lambda value: value == str(made.id))
    page.route("**/api/edits?**", lambda route: route.abort())
    page.keyboard.press("x")
    desk.wait("unsaved", lambda value: value == "1")

    def caption() -> Locator:
        page.get_by_role("tab", name="Events").click()
        page.locator("[role='option'][data-segment]").first.click()
        return page.locator(".segment-text textarea")

    # Half a word is left behind, too: it is kept in the browser, for her.
    caption().press_sequentially(" and hook")

    def become(name: str) -> Any:
        page.context.clear_cookies()
        page.context.add_cookies([{"name": "dataguard_person", "value": name, "url": server.url}])
        page.goto(f"{server.url}/label?w=own&video={video}")
        return type(desk)(page)

    other = become("Bo")
    other.wait("unsaved", lambda value: value == "0")
    page.unroute("**/api/edits?**")
    expect(caption()).to_have_value("Jab")
    other.focus()
    other.click(100, 110)
    other.wait("selected", lambda value: value == str(made.id))
    page.keyboard.press("q")
    other.wait_saved()
    with store.reader(server.own) as db:
        now = tracks.get(db, made.id)
        assert (now.state, now.keyframes[0].occluded) == ("manual", True)

    # Ana's change is still hers: it meets Bo's, and she is asked.
    again = become("Ana")
    again.wait("unsaved", lambda value: int(value or 0) > 0)
    page.get_by_role("button", name="Apply mine again").click()
    again.wait_saved()
    with store.reader(server.own) as db:
        now = tracks.get(db, made.id)
    assert (now.state, now.keyframes[0].occluded) == ("rejected", True)
    field = caption()
    expect(field).to_have_value("Jab and hook")
    field.press("Enter")
    again.wait_saved()
    with store.reader(server.own) as db:
        (said,) = segments.shown(db, video)
    assert (said.text, said.person) == ("Jab and hook", "Ana")

    # In a browser that keeps nothing she is told so.
    page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    page.reload()
    expect(page.get_by_text("This browser keeps nothing")).to_be_visible()


def test_a_file_that_is_gone_is_said_over_the_film_until_it_is_back(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    tmp_path: Path,
) -> None:
    path = tmp_path / "moved.mp4"
    path.write_bytes(clip("cfr.mp4").read_bytes())
    video = add_clip(path)
    away = path.rename(tmp_path / "elsewhere.mp4")
    server.start()
    desk = label(video)
    notice = desk.root.locator(".notice.on")
    expect(notice).to_contain_text("moved.mp4")
    desk.page.keyboard.press("g")
    desk.page.keyboard.type("50")
    desk.page.keyboard.press("Enter")
    desk.wait("picture", lambda value: value == "preview")
    # Labels are asked for every second, and come: that is no news of the picture.
    with desk.page.expect_response(lambda answer: "/changes" in answer.url):
        pass
    expect(notice).to_contain_text("moved.mp4")
    assert desk.data("exact") == "false"
    away.rename(path)
    desk.wait_exact(50)
    assert desk.number() == 50
    expect(notice).to_have_count(0)
