"""The Suggest screen: choosing, trying, running."""

from __future__ import annotations

import json
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from core import db as store
from core import jobs, people
from core.workspace import Workspace
from tests.hub import SMALL

Run = Callable[..., AppTest]


def test_without_videos_it_leads_to_the_library(frame: Run) -> None:
    app = frame("suggest")
    assert app.button(key="to-library")


def test_the_address_chooses_videos_and_a_run_is_queued_per_video(
    frame: Run, add_video: Callable[..., int], workspace: Workspace, started: list[Workspace]
) -> None:
    first, second, _third = add_video(name="a"), add_video(name="b"), add_video(name="c")
    app = frame("suggest", videos=f"{first},{second}")
    assert app.multiselect(key="suggest-videos").value == [first, second]
    app.number_input(key="suggest-every").set_value(3)
    app.run()
    app.button(key="suggest-begin").click().run()
    with store.reader(workspace) as db:
        queued = [job for job in jobs.listed(db) if job.kind == "suggest"]
        names = people.names(db)
    assert sorted(job.video or 0 for job in queued) == [first, second]
    assert {job.parameters["model"] for job in queued} == {"blazepose"}
    assert {job.parameters["every"] for job in queued} == {3}
    assert {job.parameters["last"] for job in queued} == {99}
    assert names == [app.session_state["dg.person"]]
    assert started


def test_a_part_of_one_video_and_a_threshold(
    frame: Run, add_video: Callable[..., int], workspace: Workspace
) -> None:
    video = add_video(frames=50)
    app = frame("suggest", videos=str(video))
    app.slider(key=f"suggest-range.own.{video}").set_value((10, 20))
    app.slider(key="parameter.blazepose.detection").set_value(0.3)
    app.run()
    app.button(key="suggest-begin").click().run()
    with store.reader(workspace) as db:
        job = jobs.listed(db)[0]
    assert (job.parameters["first"], job.parameters["last"]) == (10, 20)
    assert job.parameters["parameters"]["detection"] == 0.3


def test_a_try_is_an_urgent_job_and_its_result_is_shown(
    frame: Run, add_video: Callable[..., int], workspace: Workspace
) -> None:
    video = add_video(frames=90)
    app = frame("suggest", videos=str(video))
    app.button(key="try-begin").click().run()
    with store.reader(workspace) as db:
        job = jobs.listed(db)[0]
    assert (job.kind, job.priority, job.parameters["frame"]) == ("try", jobs.HIGH, 30)
    result = {"seconds": 0.1, "detections": []}

    def finish(db: store.Database) -> None:
        claimed = jobs.claim(db, job=job.id)
        assert claimed is not None
        jobs.finish(db, claimed, result)

    store.write(workspace, finish)
    app.run()
    assert any("0.1 s per frame" in text.value.replace("\\", "") for text in app.markdown)


def test_nothing_can_be_run_before_a_video_is_chosen(
    frame: Run, add_video: Callable[..., int]
) -> None:
    add_video()
    add_video()
    app = frame("suggest")
    assert app.button(key="suggest-begin").disabled


def test_a_model_with_a_checkpoint_is_chosen_and_its_classes_are_written(
    frame: Run, add_video: Callable[..., int], workspace: Workspace
) -> None:
    for name, kind in (("org--boxes", "d_fine"), ("org--joints", "vitpose")):
        folder = workspace.root / "weights" / name
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(json.dumps({"model_type": kind}))
        (folder / "model.safetensors").write_bytes(SMALL)
    add_video()
    app = frame("suggest")
    assert app.button(key="choose.groundingdino").disabled
    shown = " ".join(message.value for message in app.warning).replace("\\", "")
    assert "IDEA-Research/grounding-dino-tiny" in shown
    app.button(key="choose.dfine").click().run()
    assert app.selectbox(key="parameter.dfine.checkpoint").options == ["auto", "org--boxes"]
    assert app.selectbox(key="parameter.dfine.pose").options == ["none", "auto", "org--joints"]
    app.selectbox(key="parameter.dfine.pose").set_value("org--joints")
    classes = app.text_input(key="parameter.dfine.classes")
    assert (classes.value, classes.max_chars) == ("person=person", 500)
    classes.set_value("").run()
    app.button(key="suggest-begin").click().run()
    assert any("classes must be one line" in message.value for message in app.error)
    with store.reader(workspace) as db:
        assert jobs.listed(db) == []
    app.text_input(key="parameter.dfine.classes").set_value("person=person, sports ball=bag").run()
    app.button(key="suggest-begin").click().run()
    with store.reader(workspace) as db:
        (job,) = jobs.listed(db)
    assert job.parameters["model"] == "dfine"
    assert job.parameters["parameters"]["classes"] == "person=person, sports ball=bag"
    assert job.parameters["parameters"]["pose"] == "org--joints"
