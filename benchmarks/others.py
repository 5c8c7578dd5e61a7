"""How soon another person's saved change is on the screen: two people in Chromium on one video.

From the moment at which the page of the one who moves a box says that it is saved, to the moment
at which the page of the other has drawn the box where it is now. Both moments are told by the pages
themselves, by the clock of the machine.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import figures, material, screen, server
from benchmarks.figures import Figure
from core import db as store
from core import edits, ingest
from core.videos import Video
from core.workspace import Workspace
from tests import clips
from tests.browser.driver import Annotator

CHANGES, SECONDS = 12, 2.0
BOX = (60.0, 60.0, 80.0, 100.0)
SHIFT = 24.0
QUESTIONS_MS = 1000
"""How often a page asks for what is new: changes fall on other moments between two questions."""

_NOTE = """(root, [name, wanted]) => {
  let last = root.dataset[name];
  window.__moments = [];
  new MutationObserver(() => {
    const now = root.dataset[name];
    if (now === last) return;
    last = now;
    if (wanted === null || now === wanted) window.__moments.push(Date.now());
  }).observe(root, { attributes: true, attributeFilter: [`data-${name}`] });
}"""


def measure() -> Iterator[Figure]:
    """One figure: the seconds of most changes."""
    with material.workspace() as place:
        video = _labelled(place)
        with server.running(place) as running, screen.page() as page:
            other = page.context.browser.new_context(viewport=screen.SCREEN).new_page()
            mine = screen.opened(page, running.port, video)
            theirs = screen.opened(other, running.port, video, person="somebody else")
            seconds = _seconds(mine, theirs)
    yield figures.at_most(
        "another person's saved change until it is on the screen, p95",
        figures.percentile(seconds, 95),
        "s",
        SECONDS,
        **figures.spread(seconds),
    )


def _labelled(place: Workspace) -> Video:
    """A short clip with one box over all of it."""
    video = ingest.add(place, clips.encode(place.root / "clip.mp4"), person=material.PERSON)
    screen.work(place)
    box = {"verb": "add", "class": 1, "frame": 0, "last": video.frames - 1, "box": list(BOX)}
    who = {"batch": "box", "person": material.PERSON}
    store.write(place, lambda db: edits.apply(db, **who, video=video.id, edits=[box]))
    return video


def _seconds(mine: Annotator, theirs: Annotator) -> list[float]:
    """A box is dragged to and fro on one page: from each "saved" to the place on the other page."""
    x, y = BOX[0] + BOX[2] / 2, BOX[1] + BOX[3] / 2
    for desk in (mine, theirs):
        desk.click(x, y)
        desk.wait("place", bool)
    mine.root.evaluate(_NOTE, ["unsaved", "0"])
    theirs.root.evaluate(_NOTE, ["place", None])
    for turn in range(CHANGES):
        mine.page.wait_for_timeout(QUESTIONS_MS * turn / CHANGES)
        to = x + (-SHIFT if turn % 2 else SHIFT)
        mine.drag((x, y), (to, y))
        x = to
        for desk in (mine, theirs):
            desk.page.wait_for_function("n => window.__moments.length > n", arg=turn)
    pairs = zip(_moments(mine), _moments(theirs), strict=True)
    return [max(seen - saved, 0) / 1e3 for saved, seen in pairs]


def _moments(desk: Annotator) -> list[float]:
    return [float(moment) for moment in desk.page.evaluate("window.__moments")]
