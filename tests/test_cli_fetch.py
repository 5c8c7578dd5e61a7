"""`fetch` in the terminal: terms first, one JSON document, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
from commands import fetching
from core import checkpoints
from core import db as store
from tests.hub import REVISION, FakeHub, running, small

Run = Callable[..., Result]
NAME = "org/boxes"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    """A hub with one model, and a folder of weights to put it into."""
    with running() as made:
        made.models[NAME] = small()
        monkeypatch.setenv("HF_ENDPOINT", made.url)
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        monkeypatch.setenv("DATAGUARD_WEIGHTS", str(tmp_path / "weights"))
        monkeypatch.setenv("LC_ALL", "C.UTF-8")
        yield made


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    def invoke(*words: str, code: int = 0, answer: str = "") -> Result:
        given = ["--workspace", str(tmp_path / "ws"), *words]
        result = CliRunner().invoke(cli.root, given, input=answer)
        assert result.exit_code == code, (result.output, result.exception)
        return result

    yield invoke
    store.close_all()


def test_fetch_says_size_and_licence_and_answers_with_one_document(
    hub: FakeHub, run: Run, tmp_path: Path
) -> None:
    result = run("fetch", NAME, "--accept-licence", "--json")
    for said in ("Licence: apache-2.0", "Size: 0.0 MB", REVISION[:12], "org--boxes"):
        assert said in result.stderr
    folder = tmp_path / "weights" / "org--boxes"
    told = json.loads(result.stdout)
    assert (told["hub"], told["licence"], told["revision"]) == (NAME, "apache-2.0", REVISION)
    assert (told["fetched"]["path"], told["fetched"]["sha256"]) == (
        str(folder),
        checkpoints.digest(folder),
    )
    models = json.loads(run("models", "--json").stdout)["models"]
    assert [row["name"] for row in models if row["files"] == ["org--boxes"]] == ["dfine"]
    assert "is there already" in run("fetch", NAME, "--accept-licence", code=1).stderr


def test_nothing_is_fetched_before_the_licence_is_accepted(
    hub: FakeHub, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = json.loads(run("fetch", NAME, "--json", code=1).stdout)["error"]
    assert told["code"] == "refused"
    assert told["values"]["licence"] == "apache-2.0"
    assert "--accept-licence" in told["hint"]
    monkeypatch.setattr(fetching, "_somebody_is_there", lambda: True)
    assert "was not accepted" in run("fetch", NAME, code=1, answer="n\n").stderr
    assert not (tmp_path / "weights").exists()
    assert hub.sent["model.safetensors"] == 0
    assert "org--boxes is in" in run("fetch", NAME, answer="y\n").stdout


def test_fetch_can_be_left_to_a_worker(hub: FakeHub, run: Run, tmp_path: Path) -> None:
    told = json.loads(run("fetch", NAME, "--accept-licence", "--queue", "--json").stdout)
    assert told["fetched"] is None
    run("work", "--once")
    (job,) = json.loads(run("jobs", "--json").stdout)["jobs"]
    assert (job["id"], job["kind"], job["state"]) == (told["job"], "download", "done")
    assert (tmp_path / "weights" / "org--boxes").is_dir()


def test_a_kind_that_no_model_loads_and_a_failing_hub_are_clear_errors(
    hub: FakeHub, run: Run
) -> None:
    hub.models["org/words"] = small("llama")
    assert "of the kind llama" in run("fetch", "org/words", code=1).stderr
    assert "There is no model org/none" in run("fetch", "org/none", code=1).stderr
    assert "no name of a model" in run("fetch", "none", code=1).stderr
    hub.models[NAME].files["model.safetensors"] = b"no safetensors"
    result = run("fetch", NAME, "--accept-licence", "--json", code=1)
    assert "no safetensors file" in json.loads(result.stdout)["error"]["text"]
