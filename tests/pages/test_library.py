"""The Library: rows, search, dialogs, adding by path."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import video_dialogs
from core import db as store
from core import jobs, videos
from core.workspace import Workspace

Run = Callable[..., AppTest]


def asked(frame: Run, action: str, *chosen: int) -> AppTest:
    """The library with a dialog open, as after a click in the list."""
    app = frame()
    app.session_state["dg.dialog"] = (action, *chosen)
    return app.run()


def test_an_empty_workspace_leads_to_adding(frame: Run) -> None:
    app = frame()
    assert any("No videos yet" in text.value for text in app.markdown)
    assert app.text_input(key="add-path")
    app.button(key="library-demo").click().run()
    assert app.segmented_control(key="frame-workspace").value == "demo"


def test_renaming_writes_the_name(
    frame: Run, add_video: Callable[..., int], workspace: Workspace
) -> None:
    video = add_video(name="a.mp4")
    app = asked(frame, "rename", video)
    app.text_input(key="dialog-name").set_value("Round 3.mp4")
    app.button(key="dialog-ok").click().run()
    with store.reader(workspace) as db:
        assert videos.get(db, video).name == "Round 3.mp4"
    assert app.session_state["dg.dialog"] is None


def test_tags_are_kept(frame: Run, add_video: Callable[..., int], workspace: Workspace) -> None:
    video = add_video()
    store.write(workspace, lambda db: videos.tag(db, video, ["ring"]))
    app = asked(frame, "tag", video)
    app.pills(key="dialog-tags").set_value([])
    app.text_input(key="dialog-new-tags").set_value("round 1, , gym")
    app.button(key="dialog-ok").click().run()
    with store.reader(workspace) as db:
        assert videos.get(db, video).tags == ("round 1", "gym")


def test_removing_asks_first(
    frame: Run, add_video: Callable[..., int], workspace: Workspace
) -> None:
    first, second = add_video(), add_video()
    app = asked(frame, "remove", first, second)
    app.button(key="dialog-cancel").click().run()
    with store.reader(workspace) as db:
        assert len(videos.listed(db)) == 2
    app = asked(frame, "remove", first, second)
    app.button(key="dialog-ok").click().run()
    with store.reader(workspace) as db:
        assert videos.listed(db) == []


def test_a_video_that_went_away_meanwhile_is_an_error_not_a_crash(frame: Run) -> None:
    app = asked(frame, "rename", 77)
    assert "77" in app.error[0].value


def test_a_folder_is_queued_and_a_worker_is_asked_for(
    frame: Run,
    workspace: Workspace,
    started: list[Workspace],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATAGUARD_ROOTS", str(tmp_path))
    folder = tmp_path / "clips"
    folder.mkdir()
    for name in ("a.mp4", "b.webm", "notes.txt"):
        (folder / name).write_bytes(b"x")
    app = frame()
    app.text_input(key="add-path").set_value(str(folder))
    app.button(key="add-submit").click().run()
    with store.reader(workspace) as db:
        queued = jobs.listed(db)
    assert sorted(Path(job.parameters["path"]).name for job in queued) == ["a.mp4", "b.webm"]
    assert started == [workspace]
    assert "2 videos are being added" in app.success[0].value


@pytest.mark.parametrize("typed", ["https://example.org/a.mp4", "/etc", "nowhere/at/all"])
def test_what_may_not_be_added_is_refused_clearly(
    frame: Run,
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
) -> None:
    monkeypatch.setenv("DATAGUARD_ROOTS", str(tmp_path))
    app = frame()
    app.text_input(key="add-path").set_value(typed)
    app.button(key="add-submit").click().run()
    assert app.error
    with store.reader(workspace) as db:
        assert jobs.listed(db) == []


def test_a_job_is_shown_and_cancelled(
    frame: Run, add_video: Callable[..., int], workspace: Workspace
) -> None:
    video = add_video()
    job = store.write(workspace, lambda db: jobs.add(db, "proxy", video=video, total=10))
    app = frame()
    app.button(key=f"job.cancel.{job}").click().run()
    with store.reader(workspace) as db:
        assert jobs.get(db, job).state == "cancelled"


def test_ask_forgets_what_an_earlier_dialog_held(frame: Run, add_video: Callable[..., int]) -> None:
    first, second = add_video(name="one.mp4"), add_video(name="two.mp4")
    app = asked(frame, "rename", first)
    app.text_input(key="dialog-name").set_value("typed but not saved")
    app.button(key="dialog-cancel").click().run()
    app.session_state["dg.dialog"] = ("rename", second)
    app.run()
    assert app.text_input(key="dialog-name").value == "two.mp4"
    assert video_dialogs.ask
