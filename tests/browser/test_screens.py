"""The screens in a real browser: nothing from the internet, user text stays text, uploads."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from core import clock, edits, frame_times, jobs, people, videos
from core import db as store
from core.workspace import Workspace
from tests.browser import review

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CORPUS = [
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[a](javascript:alert(1))",
    "![x](http://127.0.0.1:9/b.png)",
    "<a href='javascript:alert(1)'>a</a>",
    ":material/home: :red[x] :smile:",
    "$\\href{javascript:alert(1)}{x}$",
    "**bold** _it_ `code` ~~gone~~ # h",
    "a--b -> c http://evil.example/x www.evil.example a@evil.example",
    "\u202etxt.exe",
    "x" * 190,
    "글러브 [링크](javascript:alert(1)).mp4",
    "<script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
    "<input autofocus onfocus=alert(1)>",
    "<b>bold</b> &lt;b&gt; &#60;b&#62;",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "`${alert(1)}` {{7*7}} {0} {name} %s %(a)s",
    "</style><style>*{display:none}</style>",
    "--></textarea></title><svg/onload=alert(1)>",
    "![bold](//evil.example/x.png)",
    "[r]: javascript:alert(1) [r]",
    "<javascript:alert(1)>",
    "[bold](data:text/html;base64,PHNjcmlwdD4=)",
    "$$\\url{http://evil.example}$$",
    ":blue-background[bold] :orange-badge[bold]",
    "| a | b |\\n|---|---| * - + 1. > bold",
    "zero\u200bwidth\u2060joiner",
    "A\u0300\u0301\u0302\u0303\u0304 z\u0310\u0311",
    "\u2067right to left\u2069 עברית العربية",
    "=cmd|' /C calc'!A0",
    "\x1b[31mred\x07",
]
# What would stand alone in its element if Markdown or HTML of the corpus were read.
MADE_BOLD = re.compile(r"^\s*(bold|it|gone)\s*$")
PATIENCE = 60_000
PAGES = ("", "suggest", "label", "statistics", "export", "classes", "models")


def _fill(workspace: Workspace) -> None:
    """The corpus in every place that holds the words of a person, a file, a model or a message."""

    def add(db: store.Database) -> None:
        for number, name in enumerate(CORPUS, start=1):
            shown = videos.display_name(name)
            told = json.dumps({"message": "{name}", "hint": "{name}", "values": {"name": name}})
            db.execute(
                "INSERT INTO videos (sha256, name, bytes, width, height, frames, fps_num, fps_den, "
                "duration, tags, warnings, state, error, added_at) "
                "VALUES (?, ?, 1, 640, 360, 10, 30, 1, 0.3, '[]', ?, 'ready', NULL, ?)",
                [f"{number:064x}", shown, f"[{told}]", clock.now()],
            )
            times = frame_times.constant(10, Fraction(30))
            db.execute(
                "INSERT INTO frame_times (video, data, digest) VALUES (?, ?, ?)",
                [number, times.to_blob(), times.digest()],
            )
            videos.tag(db, number, [name[:60]])
            person = people.identify(db, name[:80])
            db.execute(
                "INSERT INTO classes (name, names, colour) VALUES (?, ?, '#123456')",
                [name[:80], json.dumps({"en": name, "ko": name})],
            )
            kind = db.execute("SELECT max(id) FROM classes").fetchone()[0]
            edit = {"verb": "add", "class": kind, "frame": 1, "box": [1, 2, 30, 40]}
            edits.apply(db, batch=f"b{number}", person=name[:80], video=number, edits=[edit])
            db.execute(
                "INSERT INTO segments (video, kind, first_frame, last_frame, text, question, "
                "person, state) VALUES (?, 'caption', 0, 5, ?, ?, ?, 'manual')",
                [number, name, name, person],
            )
            for job, state, result in (
                ("suggest", "done", {"tracks": 1, "frames": 1, "seconds": 1.0}),
                ("suggest", "failed", None),
                ("export", "done", _exported(name)),
            ):
                identity = jobs.add(
                    db, job, video=number, parameters={"model": name, "name": name}, person=person
                )
                db.execute(
                    "UPDATE jobs SET state = ?, result = ?, error = ?, finished_at = ? "
                    "WHERE id = ?",
                    [state, json.dumps(result), None if result else told, clock.now(), identity],
                )
            db.execute(
                "INSERT INTO runs (video, model, version, first_frame, last_frame, state, "
                "created_at) VALUES (?, ?, ?, 0, 9, 'done', ?)",
                [number, name, name, clock.now()],
            )

    store.open_workspace(workspace)
    store.write(workspace, add)
    store.close_all()


def _exported(name: str) -> dict[str, Any]:
    skipped = [{"reason": name, "count": 1, "kind": name}]
    return {
        "name": name, "format": name, "written": {"tracks": 1}, "skipped": skipped,
        "content_sha256": "0" * 64, "archive": name, "bytes": 1, "sha256": "0" * 64,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en-US", "ko-KR"])
def test_sec_08_user_text_is_shown_as_it_is_on_every_page(
    server: Any,
    open_page: Callable[..., Page],
    keep_screenshot: Callable[[Page, str], Path],
    language: str,
) -> None:
    assert len(CORPUS) >= 30
    _fill(server.own)
    server.start()
    page = open_page(f"{server.url}/?w=own", language=language)
    dialogs: list[str] = []
    strangers: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on(
        "request",
        lambda request: (
            strangers.append(request.url)
            if request.url.startswith("http") and not request.url.startswith(server.url)
            else None
        ),
    )
    page.locator(".st-key-greeting-name input").fill("**Eve** <img src=x> [a](b) :smile:")
    page.locator(".st-key-greeting-ok button").click()
    expect(page.locator(".st-key-frame-person")).to_contain_text(
        "<img src=x> [a](b)", timeout=PATIENCE
    )
    for name in PAGES if language == "en-US" else ("", "label"):
        given = "next=javascript:alert(1)&url=https://evil.example"
        page.goto(f"{server.url}/{name}?w=own&videos=1,2,3&video=2&{given}")
        page.locator(".st-key-frame-person").wait_for()
        review.settled(page)
        keep_screenshot(page, f"corpus-{name or 'library'}-{language}")
        assert urlsplit(page.url).netloc == urlsplit(server.url).netloc
        links = page.locator("a[href]").evaluate_all("all => all.map(a => a.origin)")
        assert set(links) <= {server.url}
        bold = page.locator("main strong, main del, main b, main em", has_text=MADE_BOLD)
        assert bold.count() == 0
        assert page.locator("main iframe[srcdoc], main math, main script").count() == 0
    unseen = {videos.display_name(text) for text in CORPUS}
    page.goto(f"{server.url}/?w=own")
    for newest in (CORPUS[-1], CORPUS[0]):
        row = page.locator(".row").get_by_text(videos.display_name(newest), exact=True)
        expect(row.first).to_be_visible(timeout=PATIENCE)
        unseen -= {text for text in unseen if page.get_by_text(text, exact=True).count()}
        if newest != CORPUS[0]:
            page.get_by_label("Next page").click()
    assert unseen == set()
    assert (dialogs, strangers) == ([], [])


def test_an_upload_becomes_a_video_and_a_broken_one_says_why(
    server: Any,
    open_page: Callable[..., Page],
    until: Callable[..., Any],
    clip: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    server.start()
    good, broken = tmp_path / "ring side.mp4", tmp_path / "broken.mp4"
    shutil.copy(clip("rot90.mp4"), good)
    broken.write_bytes(good.read_bytes()[:4000])
    page = open_page(f"{server.url}/?w=own", person="Ana")
    page.locator("input[type=file]").set_input_files([good, broken])
    expect(page.get_by_text("Uploaded", exact=True)).to_have_count(2, timeout=PATIENCE)
    row = page.locator(".row", has_text="ring side.mp4")
    expect(row.get_by_role("button", name="Label", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(row.locator("img")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Failed").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".st-key-jobs")).to_contain_text("broken.mp4 holds", timeout=PATIENCE)

    def stored() -> list[str]:
        with store.reader(server.own) as db:
            return [video.name for video in videos.listed(db) if video.state == "ready"]

    assert until(stored, what="the upload") == ["ring side.mp4"]
    assert good.exists()
    assert broken.exists()


def test_an_upload_goes_on_after_a_cut_and_can_be_cancelled(
    server: Any, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    server.start()
    big = tmp_path / "big.mp4"
    big.write_bytes(bytes(20 * 2**20))
    page = open_page(f"{server.url}/?w=own", person="Ana")
    sent: list[str] = []
    cut: list[str] = []

    def meddle(route: Route) -> None:
        if route.request.method != "PUT":
            route.continue_()
        elif len(sent) == 1 and not cut:
            cut.append(route.request.url)
            route.abort()
        else:
            sent.append(route.request.url.partition("offset=")[2].partition("&")[0])
            route.continue_()

    page.route("**/api/uploads/*", meddle)
    page.locator("input[type=file]").set_input_files(big)
    # The page is drawn anew around the first video: for a moment the list is there twice.
    expect(page.get_by_text("Uploaded", exact=True).first).to_be_visible(timeout=PATIENCE)
    assert len(cut) == 1
    assert sent == ["0", str(8 * 2**20), str(16 * 2**20)]

    page.unroute("**/api/uploads/*")
    page.route("**/api/uploads/*offset*", lambda route: None)  # never answered
    page.locator("input[type=file]").set_input_files(big)
    # The first upload turns out to be no video: the page is drawn anew around it once more.
    expect(page.get_by_text("Failed").first).to_be_visible(timeout=PATIENCE)
    page.wait_for_timeout(1000)
    expect(page.locator(".item.sending")).to_have_count(1, timeout=PATIENCE)
    with page.expect_request(lambda request: request.method == "DELETE"):
        page.locator(".item.sending button").click()
    expect(page.locator(".item")).to_have_count(1, timeout=PATIENCE)


def test_language_colours_and_person_survive_a_reload(
    server: Any, open_page: Callable[..., Page]
) -> None:
    server.start()
    page = open_page(f"{server.url}/?w=own")
    page.locator(".st-key-greeting-name input").fill("김민수")
    page.locator(".st-key-greeting-ok button").click()
    expect(page.locator(".st-key-frame-person")).to_contain_text("김민수", timeout=PATIENCE)
    page.locator(".st-key-frame-person button").first.click()
    page.get_by_text("한국어").click()
    expect(page.get_by_text("라이브러리").first).to_be_visible(timeout=PATIENCE)
    page.get_by_role("radio", name="어둡게").click()
    # Another colour scheme loads the page anew: for a moment there is no app in it.
    dark = "[...document.querySelectorAll('.stApp')].map(a => getComputedStyle(a).backgroundColor)"
    page.wait_for_function(f"{dark}[0] === 'rgb(18, 22, 27)'")
    expect(page.locator(".st-key-frame-person")).to_contain_text("김민수", timeout=PATIENCE)
    page.goto(f"{server.url}/statistics?w=own")
    expect(page.get_by_text("통계").first).to_be_visible(timeout=PATIENCE)
    assert page.evaluate(dark) == ["rgb(18, 22, 27)"]
    expect(page.locator(".st-key-greeting")).to_have_count(0, timeout=PATIENCE)


def test_a_lost_server_is_told_in_the_readers_language_and_the_page_comes_back(
    server: Any, open_page: Callable[..., Page]
) -> None:
    server.start()
    page = open_page(f"{server.url}/?w=own", language="ko-KR", person="Ana")
    page.locator(".st-key-library-demo button").wait_for()
    server.kill()
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("서버가 응답하지 않습니다", timeout=PATIENCE)
    expect(box).to_contain_text("다시 시작하세요")
    expect(box).not_to_contain_text("Streamlit")
    server.start()
    expect(box).to_have_count(0, timeout=PATIENCE)
    expect(page.locator(".st-key-library-demo button")).to_be_enabled(timeout=PATIENCE)


def test_tags_are_saved_with_one_click_whatever_they_are_called(
    server: Any,
    open_page: Callable[..., Page],
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
) -> None:
    video = add_clip(clip("rot90.mp4"))
    server.start()
    page = open_page(f"{server.url}/?w=own", language="ko-KR", person="Ana")
    for typed in ("라운드 1, **x** :red[b]", "gym"):
        page.locator(".row .icon").click()
        page.get_by_text("태그", exact=True).last.click()
        page.locator(".st-key-dialog-new-tags input").fill(typed)
        page.locator(".st-key-dialog-ok button").click()
        expect(page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE)
    with store.reader(server.own) as db:
        assert videos.get(db, video).tags == ("라운드 1", "**x** :red[b]", "gym")
    store.close_all()


def _held_job(workspace: Workspace) -> Callable[[], None]:
    """Claim the next job as a living worker would; it ends when the returned function is called."""
    job = store.write(workspace, jobs.claim)
    assert job is not None
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(1):
            store.write(workspace, lambda db: jobs.beat(db, job))

    heart = threading.Thread(target=beat, daemon=True)
    heart.start()

    def finish() -> None:
        ended.set()
        heart.join()
        store.write(workspace, lambda db: jobs.finish(db, job))

    return finish


def test_an_open_menu_and_a_chosen_row_outlive_what_happens_meanwhile(
    server: Any,
    open_page: Callable[..., Page],
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
) -> None:
    add_clip(clip("rot90.mp4"), proxy=False)
    finish_proxy = _held_job(server.own)
    server.start()
    page = open_page(f"{server.url}/?w=own", person="Ana")
    row = page.locator(".row[data-video]")
    expect(row).to_contain_text("Preparing playback", timeout=PATIENCE)
    row.get_by_role("checkbox").check()
    row.locator(".icon").click()
    rename = page.get_by_role("menuitem", name="Rename")
    expect(rename).to_be_focused()
    row.locator(".main").evaluate("button => (button.pressed = true)")
    finish_proxy()
    expect(row).to_contain_text("Ready, nothing suggested yet", timeout=PATIENCE)
    expect(rename).to_be_focused()
    expect(row.get_by_role("checkbox")).to_be_checked()
    assert row.locator(".main").evaluate("button => button.pressed === true")
    rename.click()
    expect(page.get_by_role("dialog").get_by_label("Name")).to_have_value("rot90.mp4")
    store.close_all()
