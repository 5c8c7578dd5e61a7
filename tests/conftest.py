"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import pytest
from hypothesis import HealthCheck, settings

from core import clock, intake, probe
from core import db as store
from core.media import MediaInfo
from core.videos import Video
from core.workspace import ROOT, Workspace
from tests import media_clips
from tests.network_guard import sitecustomize as network_guard

# Where Python may not keep what it compiled beside the sources, each of the hundreds of processes
# that tests start would compile its libraries anew, which takes a server five seconds.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".pytest_cache" / "bytecode"))
sys.dont_write_bytecode, sys.pycache_prefix = False, os.environ["PYTHONPYCACHEPREFIX"]

# On a machine with other work an example may take any time.
settings.register_profile(
    "busy", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy")

DATA = Path(os.environ.get("DATAGUARD_TEST_DATA") or ROOT.parent / "shared" / "data")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that at the end no process waits for another's browser."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """SEC-07: which decoders the tests ran with; a test of the doctor holds them to a floor."""
    versions = (f"{name} {'.'.join(map(str, v))}" for name, v in av.library_versions.items())
    terminalreporter.write_line("decoders: " + ", ".join(versions))


@pytest.fixture
def shared_data() -> Path:
    """The folder of real clips and annotation files; tests that need it skip without it."""
    if not DATA.is_dir():
        pytest.skip(f"no {DATA}")
    return DATA


# --- network -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def network_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """SEC-05: this process and all that it starts reach this machine alone; what they tried."""
    log = tmp_path_factory.mktemp("network") / "tried"
    log.touch()
    patch = pytest.MonkeyPatch()
    patch.setenv(network_guard.LOG, str(log))
    patch.setenv("PYTHONPATH", str(Path(network_guard.__file__).parent), prepend=os.pathsep)
    network_guard.install()
    yield log
    patch.undo()


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine(network_log: Path) -> Iterator[None]:
    """Fails a test that asked another machine for anything, also where it went on regardless."""
    yield
    tried = network_log.read_text("utf-8")
    network_log.write_text("")
    assert tried == ""


# --- store -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def empty_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace as the program makes one, to be copied: to make it takes longer than a test."""
    made = Workspace(tmp_path_factory.mktemp("empty") / "workspace")
    store.open_workspace(made)
    store.close_all()
    return made.root


@pytest.fixture
def workspace(tmp_path: Path, empty_workspace: Path) -> Iterator[Workspace]:
    """An empty workspace; its writer is stopped at the end."""
    made = Workspace(tmp_path / "workspace")
    shutil.copytree(empty_workspace, made.root)
    yield made
    store.close_all()


@pytest.fixture
def add_video(workspace: Workspace) -> Callable[..., int]:
    """Adds the row of a ready video without a file: ``add_video(frames=100)`` gives its id."""

    def add(frames: int = 100, width: int = 640, height: int = 360, name: str = "clip.mp4") -> int:
        def insert(db: store.Database) -> int:
            number = db.execute("SELECT count(*) FROM videos").fetchone()[0]
            cursor = db.execute(
                "INSERT INTO videos (sha256, name, bytes, width, height, frames, fps_num, fps_den, "
                "duration, state, added_at) VALUES (?, ?, 1, ?, ?, ?, 30, 1, ?, 'ready', ?)",
                [f"{number:064x}", name, width, height, frames, frames / 30, clock.now()],
            )
            return int(cursor.lastrowid or 0)

        return store.write(workspace, insert)

    return add


# --- media -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """``clip("vfr.mp4")``: a generated clip of ``tests/media_clips.py``, made once per session.

    Its pictures hold their frame number: ``tests.clips.number(image)``. Do not change the file.
    """
    folder = tmp_path_factory.mktemp("clips")

    def make(name: str) -> Path:
        path = folder / name
        return path if path.exists() else media_clips.make(name, folder)

    return make


@pytest.fixture(scope="session")
def probed(clip: Callable[[str], Path]) -> Callable[[str], MediaInfo]:
    """``probed("vfr.mp4")``: what the first look says about a generated clip."""
    known: dict[str, MediaInfo] = {}

    def look(name: str) -> MediaInfo:
        if name not in known:
            known[name] = probe.probe(clip(name))
        return known[name]

    return look


@pytest.fixture(scope="session")
def real_video() -> Callable[[str], Path]:
    """``real_video("tai_chi_solo.mp4")``: a clip of the shared data; skips where there is none."""

    def find(name: str) -> Path:
        path = DATA / "videos" / name
        if not path.exists():
            pytest.skip(f"no {path}")
        return path

    return find


# --- server ------------------------------------------------------------------------------------


@pytest.fixture
def video(
    workspace: Workspace, clip: Callable[[str], Path], probed: Callable[[str], MediaInfo]
) -> Video:
    """A clip of 40 numbered frames in the workspace, ready; its file is shared by all tests."""
    path, info = clip("rot90.mp4"), probed("rot90.mp4")
    file = intake.File(path, path.name, info.sha256, info.bytes, path.stat().st_mtime_ns)
    return store.write(workspace, lambda db: intake.keep(db, file, info, "Ada"))
