"""The frame: navigation, who works, which workspace, which language, and errors."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components import shell
from core import db as store
from core.workspace import ROOT, Workspace

PAGES = sorted((ROOT / "pages").glob("*.py"))


@pytest.mark.parametrize("name", shell.PAGES)
def test_the_frame_runs_around_every_page(frame: Callable[..., AppTest], name: str) -> None:
    app = frame(name)
    assert app.segmented_control(key="frame-workspace").value == "own"
    assert not app.error


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_enters_the_frame_first_and_stays_short(path) -> None:
    source = path.read_text("utf-8")
    statements = ast.parse(source).body
    first = next(item for item in statements if isinstance(item, ast.Assign))
    assert ast.unparse(first) == "page = shell.enter()"
    assert len(source.splitlines()) <= 150


def test_every_page_of_the_folder_is_in_the_navigation() -> None:
    assert {path.stem for path in PAGES} == set(shell.PAGES)


def test_the_first_visit_opens_the_demo_and_a_workspace_with_videos_opens_itself(
    frame: Callable[..., AppTest], add_video: Callable[..., int]
) -> None:
    empty = frame(w="")
    assert empty.segmented_control(key="frame-workspace").value == "demo"
    add_video()
    filled = frame(w="")
    assert filled.segmented_control(key="frame-workspace").value == "own"
    assert "own" in filled.query_params["w"]


def test_one_click_leads_to_my_own_workspace_and_back(frame: Callable[..., AppTest]) -> None:
    app = frame(w="demo")
    app.button(key="demo-leave").click().run()
    assert app.segmented_control(key="frame-workspace").value == "own"
    app.segmented_control(key="frame-workspace").set_value("demo").run()
    assert app.button(key="demo-leave")


def test_who_works_is_asked_once_and_can_be_changed(frame: Callable[..., AppTest]) -> None:
    app = frame()
    app.text_input(key="greeting-name").set_value("Mina Kim")
    app.button(key="greeting-ok").click().run()
    assert app.session_state["dg.person"] == "Mina Kim"
    assert not [field for field in app.text_input if field.key == "greeting-name"]
    app.text_input(key="frame-name").set_value("  ").run()
    assert app.session_state["dg.person"] == "Mina Kim"
    app.text_input(key="frame-name").set_value("박지훈").run()
    assert app.session_state["dg.person"] == "박지훈"


def test_the_language_follows_the_browser_and_the_switch(frame: Callable[..., AppTest]) -> None:
    app = frame(locale="ko-KR")
    assert any("라이브러리" in text.value for text in app.markdown)
    app.segmented_control(key="frame-language").set_value("en").run()
    assert any("Library" in text.value for text in app.markdown)


def test_st_10_the_address_changes_nothing(
    frame: Callable[..., AppTest], add_video: Callable[..., int], workspace: Workspace
) -> None:
    video = add_video()
    frame(delete="1", remove=str(video), video=f"{video};drop", w="own")
    with store.reader(workspace) as db:
        assert db.execute("SELECT state FROM videos").fetchall() == [("ready",)]


def test_an_error_is_a_message_in_the_readers_language(
    frame: Callable[..., AppTest], add_video: Callable[..., int]
) -> None:
    add_video()
    app = frame("label", video="999", locale="ko")
    assert "999" in app.error[0].value
    assert "영상" in app.error[0].value


def test_an_unexpected_error_shows_no_traceback_and_is_logged(
    frame: Callable[..., AppTest], workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_db: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("core.stats.library", broken)
    app = frame()
    assert "secret detail" not in app.error[0].value
    assert "secret detail" in (workspace.logs / "screens.log").read_text("utf-8")


def test_a_damaged_workspace_is_said_and_the_frame_stays(
    frame: Callable[..., AppTest], workspace: Workspace
) -> None:
    store.close_all()
    workspace.database.write_bytes(b"not a database at all" * 100)
    app = frame()
    assert "damaged" in app.error[0].value or "another program" in app.error[0].value
    assert app.segmented_control(key="frame-workspace").value == "own"
