"""Short rounds of what ``make bench ONLY=load`` and ``ONLY=soak`` do for minutes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import crowd, load, material, server, sessions, soak
from benchmarks.crowd import Diary
from benchmarks.figures import Figure
from benchmarks.server import Server
from core import background, videos
from core import db as store
from core.videos import Video
from core.workspace import Workspace

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="looks into /proc"),
    pytest.mark.xdist_group("load"),
]


@pytest.fixture(scope="module")
def office() -> Iterator[tuple[Server, Workspace, list[Video]]]:
    """A server on a workspace with a video and some labels."""
    with material.workspace() as place:
        videos = load.prepare(place, tracks=10, count=1)
        with server.running(place) as running:
            yield running, place, videos


def value(found: list[Figure], name: str) -> float:
    (figure,) = [figure for figure in found if figure.name.endswith(name)]
    assert figure.value is not None
    assert figure.budget is not None
    return figure.value


def test_load_01_everybody_is_answered(office: tuple[Server, Workspace, list[Video]]) -> None:
    running, place, videos = office
    found = list(
        load.at_the_screens(running, videos, people=6, leads=2, think=0.5, seconds=4, warm=1)
    )
    errors = found[4]
    assert (errors.value, errors.details["first"]) == (0, [])
    for kind in ("page", "edit", "frame", "changes"):
        assert value(found, f": {kind}, p95") > 0
    assert value(found, "growth of memory") < 1000
    assert 0 < value(found, ": memory") < load.MEMORY_MB
    with store.reader(place) as db:
        people = [row[0] for row in db.execute("SELECT name FROM people ORDER BY id")]
    assert sorted(people[-4:]) == [f"annotator {n}" for n in range(4)]  # leads change nothing


def test_load_01_what_a_page_says_is_wrong_counts_as_an_error(
    office: tuple[Server, Workspace, list[Video]],
) -> None:
    with sessions.Tab(office[0].port) as tab:
        assert tab.draw("library", w="own").exceptions == []
        drawn = tab.draw("label", w="own", video="99")
    assert len(drawn.exceptions) == 1
    assert "There is no video 99" in drawn.exceptions[0]


def test_load_02_what_closed_tabs_held_is_given_back(
    office: tuple[Server, Workspace, list[Video]], monkeypatch: pytest.MonkeyPatch
) -> None:
    running, _, videos = office
    found = list(soak.over_cycles(running, videos, cycles=14, warm=6, settle=1.0))
    assert value(found, "growth of memory per 100") is not None
    # Streamlit keeps closed sessions a while (the long round waits until these are all there): each
    # has an event loop of three descriptors. Beyond that nothing may stay.
    assert value(found, "more descriptors") <= 3 * 8
    assert value(found, "more threads") <= 1


def test_load_03_sixty_save_beside_a_run_and_an_export(
    office: tuple[Server, Workspace, list[Video]],
) -> None:
    running, place, videos = office
    with load.exporting(place) as exported:
        ends = time.monotonic() + 20
        while not exported() and time.monotonic() < ends:
            time.sleep(0.05)
        found = list(
            load.writing(
                running,
                place,
                videos,
                people=60,
                think=1.0,
                seconds=2.5,
                frames=lambda: 0,
                exported=exported,
            )
        )
    assert value(found, ": lost") == 0
    assert found[1].details["saved"] >= 60
    errors = found[2]
    assert (errors.value, errors.details["first"]) == (0, [])
    assert errors.details["exports"] >= 1
    with store.reader(place) as db:
        boxes = db.execute(
            "SELECT count(*) FROM tracks t JOIN people p ON p.id = t.person "
            "WHERE p.name LIKE 'writer %'"
        ).fetchone()[0]
    assert boxes == 60


def test_load_03_a_save_that_is_not_in_the_journal_is_missed(
    office: tuple[Server, Workspace, list[Video]],
) -> None:
    diary = Diary()
    hand = crowd.Hand(office[0].port, diary, office[2][0].id, "Ada")
    hand.act()
    hand.close()
    assert load.lost(office[1], diary) == 0
    diary.acknowledged("never-sent")
    assert load.lost(office[1], diary) == 1


def test_a_late_action_is_followed_by_the_next_at_once_and_failures_are_told() -> None:
    class Slow:
        def act(self) -> None:
            times.append(time.monotonic())
            time.sleep(0.3 if len(times) == 1 else 0)
            if len(times) == 2:
                raise ValueError("no")

        def close(self) -> None:
            times.append(0.0)

    times: list[float] = []
    diary = Diary()
    crowd.work([Slow], diary, think=0.2, seconds=1.2)
    assert times[-1] == 0.0
    first, second, third, *_ = times
    assert 0.3 <= second - first < 0.4
    assert third > second
    assert diary.errors == ["ValueError: no"]


def test_growth_is_the_slope_of_a_line() -> None:
    assert load.slope([(0, 10), (1, 12), (2, 14)]) == pytest.approx(2)


def test_the_servers_demo_stays_empty(tmp_path: Path) -> None:
    demo = Workspace(tmp_path / "demo")
    server._keep_empty(demo)
    background.open_demo(demo)
    with store.reader(demo) as db:
        assert videos.listed(db) == []
