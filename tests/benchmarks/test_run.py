from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from benchmarks import figures, run

EXPECTED = {
    "accuracy",
    "annotating",
    "crash",
    "detectors",
    "edits",
    "export",
    "follow",
    "frames",
    "gpu",
    "load",
    "memory",
    "mutations",
    "others",
    "people_boxes",
    "pipeline",
    "screen",
    "soak",
    "storage",
    "window",
}


def test_benchmarks_are_found_by_what_they_define() -> None:
    assert set(run.names()) >= EXPECTED
    assert {"run", "figures", "bare_loop"}.isdisjoint(run.names())


def test_an_unknown_name_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["nonsense"]) == 2
    captured = capsys.readouterr()
    assert "nonsense" in captured.err
    assert captured.out == ""


def _module(monkeypatch: pytest.MonkeyPatch, measure: Any) -> None:
    module = ModuleType("benchmarks.made_up")
    module.measure = measure  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "benchmarks.made_up", module)


def test_a_child_writes_its_figures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _module(monkeypatch, lambda: [figures.info("speed", 2.0, "x")])
    into = tmp_path / "figures.json"
    assert run.main([run.CHILD, "made_up", str(into)]) == 0
    assert json.loads(into.read_text()) == [figures.info("speed", 2.0, "x").to_json()]


def test_a_missing_input_is_a_skip_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def measure() -> list[figures.Figure]:
        raise figures.Skipped("people.json is not there")

    _module(monkeypatch, measure)
    into = tmp_path / "figures.json"
    run.main([run.CHILD, "made_up", str(into)])
    (found,) = json.loads(into.read_text())
    assert (found["verdict"], found["value"]) == ("skipped", None)
    assert found["details"]["reason"] == "people.json is not there"


def test_only_names_what_is_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measured(name: str, limit: float) -> list[dict[str, Any]]:
        return [figures.at_most(name, 1, "s", 2).to_json()]

    monkeypatch.setattr(run, "_measured", measured)
    monkeypatch.setenv("ONLY", "edits,frames")
    assert run.main([]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [item["benchmark"] for item in document["figures"]] == ["edits", "frames"]
    assert {"machine", "date", "versions", "seconds"} <= document.keys()


def test_a_failure_shows_in_the_exit_code_and_a_missed_budget_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def measured(name: str, limit: float) -> list[dict[str, Any]]:
        if name == "edits":
            return [figures.at_most(name, 3, "s", 2).to_json()]
        return [figures.without_value(name, "failed", "it broke").to_json()]

    monkeypatch.setattr(run, "_measured", measured)
    assert run.main(["edits"]) == 0
    assert run.main(["frames"]) == 1


def test_what_was_measured_before_a_failure_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def measure() -> Iterator[figures.Figure]:
        yield figures.info("speed", 2.0, "x")
        raise RuntimeError("broken")

    _module(monkeypatch, measure)
    into = tmp_path / "figures.json"
    with pytest.raises(RuntimeError):
        run.main([run.CHILD, "made_up", str(into)])
    assert [item["name"] for item in json.loads(into.read_text())] == ["speed"]


def test_long_rounds_run_when_asked_for_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "_measured", lambda name, limit: [])
    monkeypatch.setattr(run, "names", lambda: sorted(EXPECTED))
    run.main([])
    assert not json.loads(capsys.readouterr().out)["seconds_each"].keys() & set(run.LONG_ROUNDS)
    run.main(["rounds"])
    assert json.loads(capsys.readouterr().out)["seconds_each"].keys() == set(run.LONG_ROUNDS)
