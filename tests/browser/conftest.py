"""A real server, a real worker and a real Chromium."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from core import background, edits, ingest, jobs, runs, suggestions, tracks, videos
from core import db as store
from core.labels import Box, Detection
from core.suggestions import Bound
from core.tracking import RawTrack
from core.worker import Worker
from core.workspace import ROOT, Workspace
from tests.browser.driver import FLAGS, Annotator, chromium_path, wait_until
from tests.browser.hand import Hand
from tests.browser.serving import Server
from tests.ports import free_port

ARTIFACTS = ROOT / ".artifacts"
PATIENCE = 60_000
FAILED = pytest.StashKey[bool]()
expect.set_options(timeout=PATIENCE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = report.failed or item.stash.get(FAILED, False)
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium on PATH; set DATAGUARD_CHROMIUM")
        pytest.skip("no Chromium on PATH; set DATAGUARD_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def empty_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that counts as opened: looking at its samples would take a core from the test."""
    demo = Workspace(tmp_path_factory.mktemp("demo") / "demo")
    opened = str(len(background.SAMPLES))
    store.write(
        demo,
        lambda db: db.execute(
            "INSERT INTO settings (key, value) VALUES ('demo_opened', ?)", [opened]
        ),
    )
    store.close_all()
    return demo.root


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server that is not started yet; its worker ends with the test.

    Only a test marked ``first_start`` gets the demo with its samples.
    """
    environment = {
        "DATAGUARD_WORKSPACE": str(tmp_path / "own"),
        "DATAGUARD_DEMO": str(tmp_path / "demo"),
    }
    made = Server(tmp_path, free_port(), environment)
    if request.node.get_closest_marker("first_start") is None:
        shutil.copytree(request.getfixturevalue("empty_demo"), made.demo.root)
    yield made
    made.stop()
    made.stop_workers()
    store.close_all()


@pytest.fixture
def open_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens a page: ``open_page(url, width=1440, height=900, language="en-US", scheme="light")``.

    With ``person`` the browser remembers who works there, as after the first visit.

    Unexpected errors on the console fail the test; a failing test leaves a screenshot.
    """
    opened: list[Page] = []
    complaints: list[str] = []

    def make(
        url: str,
        *,
        width: int = 1440,
        height: int = 900,
        language: str = "en-US",
        scheme: str = "light",
        person: str | None = None,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        if person is not None:
            context.add_cookies([{"name": "dataguard_person", "value": person, "url": url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        opened.append(page)
        page.goto(url)
        return page

    yield make
    for number, page in enumerate(opened):
        if not page.is_closed():
            if complaints or request.node.stash.get(FAILED, False):
                shoot(page, f"last-{request.node.name}-{number}".replace("/", "-"))
            page.context.close()
    assert complaints == []


@pytest.fixture
def annotator() -> Callable[[Page], Annotator]:
    return Annotator


def shoot(page: Page, name: str) -> Path:
    """Keep a screenshot under .artifacts/ for people to look at."""
    ARTIFACTS.mkdir(exist_ok=True)
    path = ARTIFACTS / f"{name}.png"
    page.screenshot(path=path)
    return path


@pytest.fixture
def keep_screenshot() -> Callable[[Page, str], Path]:
    return shoot


@pytest.fixture
def until() -> Callable[..., Any]:
    return wait_until


@pytest.fixture
def visible_tracks() -> Callable[[Workspace, int], list[tracks.Track]]:
    """What the database shows of a video."""

    def read(workspace: Workspace, video: int) -> list[tracks.Track]:
        with store.reader(workspace) as db:
            return tracks.window(db, video)

    return read


@pytest.fixture
def open_jobs() -> Callable[[Workspace], list[jobs.Job]]:
    def read(workspace: Workspace) -> list[jobs.Job]:
        if not workspace.exists:
            return []
        with store.reader(workspace) as db:
            return [job for job in jobs.listed(db) if job.open]

    return read


def _work_off(workspace: Workspace) -> None:
    worker = Worker(workspace, lambda *wanted: pytest.fail(f"no model, and no {wanted[0]}"))
    while worker.work_one():
        pass


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """``furnished(file)``: a workspace with a file and all that is made of it, to be copied."""
    places: dict[Path, Path] = {}

    def furnish(path: Path) -> Path:
        if path not in places:
            place = Workspace(tmp_path_factory.mktemp("furnished") / "own")
            ingest.add(place, path, person="Ana")
            _work_off(place)
            store.close_all()
            places[path] = place.root
        return places[path]

    return furnish


@pytest.fixture
def add_clip(server: Server, furnished: Callable[[Path], Path]) -> Callable[..., int]:
    """Adds a file to the server's own workspace before (or while) it runs; gives the video's id.

    Its playing copy is there as well; with ``add_clip(path, proxy=False)`` the app's worker has to
    make that.
    """

    def add(path: Path, *, proxy: bool = True) -> int:
        if proxy and not server.own.exists:
            shutil.copytree(furnished(path), server.own.root, dirs_exist_ok=True)
            with store.reader(server.own) as db:
                (video,) = videos.listed(db)
            return video.id
        identity = ingest.add(server.own, path, person="Ana").id
        if proxy and server.process is None:
            _work_off(server.own)
        store.close_all()
        return identity

    return add


@pytest.fixture
def edit(server: Server) -> Callable[..., edits.Outcome]:
    """Edits as another person would: ``edit(video, {"verb": "add", ...}, person="Bo")``."""

    def apply(video: int, *changes: dict[str, Any], person: str = "Ana") -> edits.Outcome:
        batch = uuid.uuid4().hex
        return store.write(
            server.own,
            lambda db: edits.apply(db, batch=batch, person=person, video=video, edits=changes),
        )

    return apply


@pytest.fixture
def label(server: Server, open_page: Callable[..., Page]) -> Callable[..., Annotator]:
    """Opens the Label screen on a video of the own workspace: ``label(video, person="Ana")``."""

    def open_label(video: int, *, person: str = "Ana", **options: Any) -> Annotator:
        page = open_page(f"{server.url}/label?w=own&video={video}", person=person, **options)
        desk = Annotator(page)
        desk.focus()
        return desk

    return open_label


@pytest.fixture
def hand() -> Callable[[Any], Hand]:
    """The hand on the timeline of an open annotator: ``hand(desk)``."""
    return Hand


@pytest.fixture
def suggest(server: Any) -> Callable[..., list[int]]:
    """Suggests tracks as a run would: ``suggest(video, (first, last, score), ...)`` gives ids."""

    def make(video: int, *spans: tuple[int, int, float]) -> list[int]:
        def write(db: store.Database) -> list[int]:
            job = runs.queue(db, video=video, model="scripted")
            claimed = jobs.claim(db, job=job)
            assert claimed is not None
            run = runs.start(db, claimed, version="1", weights_hash=None, device="cpu")
            ready = []
            for number, (first, last, score) in enumerate(spans):
                seen = [
                    (f, Detection("person", Box(10 + 50 * number + 0.4 * f, 40, 36, 80), score))
                    for f in range(first, last + 1)
                ]
                raw = RawTrack("person", None, seen)
                ready.append(suggestions.prepare(number, raw, score, Bound()))
            suggestions.write(db, run, ready, [])
            runs.end(db, run["id"], "done")
            jobs.finish(db, claimed, {})
            return [row[0] for row in db.execute("SELECT id FROM tracks ORDER BY id").fetchall()]

        found = store.write(server.own, write)
        store.close_all()
        return found

    return make
