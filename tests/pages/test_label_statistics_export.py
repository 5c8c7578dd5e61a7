"""Label, Statistics and Export: what they show and what a click leaves in the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core import change_numbers, classes, jobs, people, track_rows
from core import db as store
from core.labels import Box, Keyframe
from core.workspace import Workspace

Run = Callable[..., AppTest]


@pytest.fixture
def labelled(workspace: Workspace, add_video: Callable[..., int]) -> int:
    """A video with two manual tracks, a person and a glove."""
    video = add_video(name="[a](b) <b>.mp4")

    def add(db: store.Database) -> None:
        who = people.identify(db, "Ada")
        for name in ("person", "glove"):
            track = track_rows.add_row(
                db,
                video=video,
                class_id=classes.by_name(db, name),
                first=0,
                last=9,
                person=who,
                change=change_numbers.take(db),
            )
            track_rows.put_keyframes(db, track, [Keyframe(0, Box(1, 2, 30, 40))])

    store.write(workspace, add)
    return video


def test_label_keeps_the_video_in_the_address_and_steps_through_them(
    frame: Run, add_video: Callable[..., int]
) -> None:
    first, second = add_video(name="a.mp4"), add_video(name="b.mp4")
    app = frame("label", video=str(first))
    assert app.selectbox(key="label-video").value == first
    app.button(key="label-next").click().run()
    assert app.selectbox(key="label-video").value == second
    app.selectbox(key="label-video").set_value(first).run()
    assert app.selectbox(key="label-video").value == first
    assert app.button(key="label-previous").disabled
    app.session_state["dg.room"] = 700  # what the browser tells: the annotator is made then
    app.run()
    assert not app.exception
    assert str(first) in app.query_params["video"]


def test_label_of_an_unknown_video_is_an_error(frame: Run, add_video: Callable[..., int]) -> None:
    add_video()
    app = frame("label", video="404")
    assert "404" in app.error[0].value


def test_statistics_count_what_is_there(frame: Run, labelled: int) -> None:
    app = frame("statistics")
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Videos"] == "1"
    assert shown["Tracks"] == "2"
    assert shown["Labelled frames"] == "10"
    assert shown["Positions"] == "20"
    app.selectbox(key="stats-class").set_value(2).run()
    assert {metric.label: metric.value for metric in app.metric}["Tracks"] == "1"


def test_statistics_without_videos_lead_to_the_library(frame: Run) -> None:
    assert frame("statistics").button(key="to-library")


def test_export_counts_before_it_writes_and_queues_what_was_chosen(
    frame: Run, labelled: int, workspace: Workspace, started: list[Workspace]
) -> None:
    app = frame("export")
    assert app.metric[0].value == "2"
    app.multiselect(key="export-classes").set_value([1]).run()
    assert app.metric[0].value == "1"
    app.segmented_control(key="export-format").set_value("coco").run()
    app.checkbox(key="export-images").check().run()
    app.button(key="export-begin").click().run()
    with store.reader(workspace) as db:
        job = jobs.listed(db)[0]
    assert job.kind == "export"
    assert job.parameters["format"] == "coco"
    assert job.parameters["classes"] == [1]
    assert job.parameters["options"]["images"] is True
    assert started == [workspace]


def test_export_of_nothing_cannot_be_started(frame: Run, labelled: int) -> None:
    app = frame("export")
    app.pills(key="export-states").set_value(["rejected"]).run()
    assert app.button(key="export-begin").disabled


def test_a_finished_export_shows_its_link_its_hash_and_what_was_left_out(
    frame: Run, labelled: int, workspace: Workspace
) -> None:
    result = {
        "name": "coco-1",
        "format": "coco",
        "written": {"annotations": 10, "images": 10},
        "skipped": [{"kind": "track", "reason": "class_not_selected", "count": 1}],
        "archive": "coco-1-abc.zip",
        "bytes": 2_000_000,
        "sha256": "f" * 64,
        "content_sha256": "e" * 64,
    }

    def finish(db: store.Database) -> None:
        jobs.add(db, "export", person=people.identify(db, "**Ada**"))
        claimed = jobs.claim(db)
        assert claimed is not None
        jobs.finish(db, claimed, result)

    store.write(workspace, finish)
    app = frame("export")
    captions = " ".join(caption.value for caption in app.caption)
    assert "f" * 64 in captions
    assert r"\*\*Ada\*\*" in captions
    assert "1 label left out" in app.expander[0].label
