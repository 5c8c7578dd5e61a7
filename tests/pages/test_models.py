"""The Models screen: the catalogue, getting a checkpoint, what lies in the folders, a try."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import models
from core import db as store
from core import devices, downloads, jobs, people
from core.devices import Device
from core.workspace import Workspace
from tests import hub as hub_files
from tests.hub import REVISION, FakeHub, running, small

Run = Callable[..., AppTest]
SMALL = "ustc-community/dfine-small-coco"


@pytest.fixture(autouse=True)
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of shared weights."""
    folder = tmp_path / "weights"
    folder.mkdir()
    monkeypatch.setenv("DATAGUARD_WEIGHTS", str(folder))
    return folder


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A hub on this machine with one small model."""
    with running() as made:
        made.models[SMALL] = small()
        monkeypatch.setenv("HF_ENDPOINT", made.url)
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        yield made


def words(app: AppTest) -> str:
    """All that is said on the page, without the escapes of Markdown."""
    kinds: tuple[Any, ...] = (app.markdown, app.caption, app.warning, app.error, app.info)
    said = [element.value for kind in kinds for element in kind]
    return "\n".join(said).replace("\\", "").replace("\u2060", "")


def put(weights: Path, name: str, model_type: str) -> Path:
    folder = weights / name
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": model_type}))
    (folder / "model.safetensors").write_bytes(hub_files.SMALL)
    return folder


def test_every_model_of_the_catalogue_is_listed_and_described(frame: Run) -> None:
    app = frame("models")
    names = [entry.model.name for entry in models.catalogue([])]
    assert [button.key for button in app.button if (button.key or "").startswith("show.")] == [
        f"show.{name}" for name in names
    ]
    for name in names:
        app.button(key=f"show.{name}").click().run()
        assert not app.exception
        entry = next(entry for entry in models.catalogue([]) if entry.model.name == name)
        assert entry.model.description in words(app)
        assert entry.model.version in words(app)
        assert f"Licence {entry.model.licence}" in words(app)
        assert app.query_params["model"] == name


def test_the_address_chooses_a_model_and_a_wrong_one_is_harmless(frame: Run) -> None:
    assert "Boxes of whatever you name" in words(frame("models", model="groundingdino"))
    assert "People with 33 joints" in words(frame("models", model="../etc"))


def test_the_embedded_model_says_what_it_cannot_see(frame: Run) -> None:
    said = words(frame("models", model="blazepose"))
    assert "misses small people in crowds" in said
    assert "Detectors such as dfine" in said
    assert "Runs on the processor." in said


def test_size_and_licence_are_shown_and_accepted_before_a_download(
    frame: Run, hub: FakeHub, workspace: Workspace, started: list[Workspace], weights: Path
) -> None:
    app = frame("models", model="dfine")
    assert hub.url.removeprefix("http://") in words(app)
    assert hub.asked == []
    app.button(key=f"hub.{SMALL}").click().run()
    said = words(app)
    assert "apache-2.0" in said
    assert str(weights / "ustc-community--dfine-small-coco") in said
    assert REVISION[:12] in said
    assert "Used by: dfine" in said
    assert app.button(key="download-begin").disabled
    app.checkbox(key=f"accept.{SMALL}.{REVISION}").check().run()
    app.button(key="download-begin").click().run()
    with store.reader(workspace) as db:
        (job,) = jobs.listed(db)
        names = people.names(db)
    assert (job.kind, job.parameters["hub"], job.parameters["revision"]) == (
        downloads.KIND,
        SMALL,
        REVISION,
    )
    assert job.parameters["licence"] == "apache-2.0"
    assert names == [app.session_state["dg.person"]]
    assert started
    assert hub.sent["model.safetensors"] == 0
    assert f"Downloading** · {SMALL}" in words(app)
    assert app.button(key=f"job.cancel.{job.id}")


def test_a_model_that_nothing_here_loads_cannot_be_accepted(frame: Run, hub: FakeHub) -> None:
    hub.models["org/words"] = small("llama", licence="")
    app = frame("models", model="dfine")
    app.text_input(key="hub-id.dfine").set_value("org/words")
    app.button(key="hub-look.dfine").click().run()
    assert "the kind llama, which no model here can load" in words(app)
    assert "none stated" in words(app)
    assert app.checkbox(key=f"accept.org/words.{REVISION}").disabled
    assert app.button(key="download-begin").disabled
    app.button(key="download-no").click().run()
    assert app.text_input(key="hub-id.dfine")


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "There is no model org/none"), ("ko", "org/none 모델이 없거나")]
)
def test_what_the_hub_refuses_is_said_beside_the_field(
    frame: Run, hub: FakeHub, locale: str, said: str
) -> None:
    app = frame("models", locale, model="dfine")
    app.text_input(key="hub-id.dfine").set_value("org/none")
    app.button(key="hub-look.dfine").click().run()
    assert said in app.error[0].value.replace("\\", "")
    app.text_input(key="hub-id.dfine").set_value("no name")
    app.button(key="hub-look.dfine").click().run()
    assert len(app.error) == 1
    assert len(hub.asked) == 1


def test_offline_it_says_so_and_offers_the_folder_alone(
    frame: Run, hub: FakeHub, monkeypatch: pytest.MonkeyPatch, weights: Path
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    app = frame("models", model="dfine")
    assert "HF_HUB_OFFLINE" in app.error[0].value.replace("\\", "")
    assert not [button for button in app.button if (button.key or "").startswith("hub")]
    assert app.code[0].value == str(weights / "ustc-community--dfine-small-coco")
    assert hub.asked == []


def test_what_lies_in_the_folders_is_checked_and_its_faults_are_said(
    frame: Run, weights: Path
) -> None:
    put(weights, "org--good", "d_fine")
    put(weights, "org--llama", "llama")
    (put(weights, "org--pickled", "d_fine") / "pytorch_model.bin").write_bytes(b"")
    inner = weights / "org--deep" / "dfine"
    inner.mkdir(parents=True)
    (inner / "config.json").write_text("{}")
    (weights / ".org--coming.0123.part").mkdir()
    app = frame("models", model="dfine")
    said = words(app)
    assert "org--pickled holds pytorch_model.bin, which can run code" in said
    assert "The files of org--deep lie too deep: in org--deep/dfine." in said
    assert "No model here loads this kind of checkpoint." in said
    assert said.count("**org--good**") == 2
    assert "org--coming" not in said


def test_a_model_with_none_but_broken_checkpoints_cannot_run_and_says_why(
    frame: Run, weights: Path
) -> None:
    folder = put(weights, "org--cut", "d_fine")
    (folder / "model.safetensors").write_bytes(hub_files.SMALL[:-1])
    app = frame("models", model="dfine")
    assert "model.safetensors in org--cut is not complete. Download the model again" in words(app)
    assert app.warning
    assert "Not available" in words(app)
    put(weights, "org--whole", "d_fine")
    said = words(frame("models", model="dfine"))
    assert "Not available" not in said
    assert "model.safetensors in org--cut is not complete." in said


def test_device_and_memory_are_estimates_of_this_machine(
    frame: Run, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "automatic", lambda: Device("", False, 8 * 10**9))
    assert "Runs on the processor. It takes about 0.8 GB of 8.0 GB of memory." in words(
        frame("models", model="dfine")
    )
    monkeypatch.setattr(devices, "automatic", lambda: Device("Tiny GPU", True, 10**9))
    said = words(frame("models", model="groundingdino"))
    assert "Runs on Tiny GPU. It takes about 1.1 GB of 1.0 GB of memory." in said
    assert "probably too much" in said


def test_a_try_on_a_frame_of_any_video(
    frame: Run, add_video: Callable[..., int], workspace: Workspace, weights: Path
) -> None:
    put(weights, "org--good", "d_fine")
    first, second = add_video(name="a.mp4", frames=90), add_video(name="b.mp4", frames=30)
    app = frame("models", model="dfine")
    app.selectbox(key="models-video.own").set_value(first).run()
    app.slider(key=f"try-frame.own.{first}").set_value(77).run()
    app.button(key="try-begin").click().run()
    with store.reader(workspace) as db:
        (job,) = jobs.listed(db)
    assert (job.kind, job.video, job.parameters["frame"]) == ("try", first, 77)
    assert job.parameters["model"] == "dfine"
    assert second != first


def test_without_videos_or_a_checkpoint_it_says_what_is_missing(
    frame: Run, add_video: Callable[..., int]
) -> None:
    app = frame("models", model="dfine")
    assert app.button(key="models-to-library")
    add_video()
    assert "as soon as the model can run" in words(frame("models", model="dfine"))


def test_suggest_leads_here(frame: Run, add_video: Callable[..., int]) -> None:
    add_video()
    app = frame("suggest")
    app.button(key="get.owlv2").click().run()
    assert app.query_params["model"] == "owlv2"
