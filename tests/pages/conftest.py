"""Fixtures for the pages: a frame around two workspaces, driven by Streamlit's AppTest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import db as store
from core import worker
from core.workspace import ROOT, Workspace


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Workspace]:
    """The workspaces a worker was asked for; none is started."""
    asked: list[Workspace] = []
    monkeypatch.setattr(worker, "ensure", lambda workspace, **_: asked.append(workspace))
    return asked


@pytest.fixture
def demo(tmp_path: Path) -> Workspace:
    """The empty demo workspace."""
    return Workspace(tmp_path / "demo")


@pytest.fixture
def frame(
    workspace: Workspace,
    demo: Workspace,
    started: list[Workspace],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., AppTest]]:
    """``frame("label", video="1")`` runs a page inside the frame, in the own workspace."""
    monkeypatch.setenv("DATAGUARD_WORKSPACE", str(workspace.root))
    monkeypatch.setenv("DATAGUARD_DEMO", str(demo.root))

    def run(page: str = "library", locale: str = "en", **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "components" / "shell.py"), default_timeout=120)
        app.context = {"locale": locale}
        app.query_params.update({"w": "own", **address})
        app.run()
        if page != "library":
            app.switch_page(f"../pages/{page}.py")
            app.query_params.update({"w": "own", **address})
            app.run()
        assert not app.exception
        return app

    yield run
    store.close_all()
