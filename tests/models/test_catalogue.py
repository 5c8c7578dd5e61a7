"""The catalogue lists without loading, and says what is wrong and what helps."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import models
from core import errors
from models.base import Parameter

HEAVY = ["torch", "transformers", "mediapipe", "cv2", "tensorflow", "trackers", "supervision", "av"]


def test_listing_imports_nothing_heavy() -> None:
    code = (
        "import sys, json, models; models.catalogue([]); "
        "print(json.dumps([name for name in sys.argv[1:] if name in sys.modules]))"
    )
    root = Path(models.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code, *HEAVY], cwd=root, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []


def test_importing_tracking_and_sparsify_imports_nothing_heavy() -> None:
    code = (
        "import sys, json, core.tracking, core.sparsify; "
        "print(json.dumps([name for name in sys.argv[1:] if name in sys.modules]))"
    )
    root = Path(models.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code, *HEAVY], cwd=root, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []


def test_hidden_models_are_loaded_and_not_listed() -> None:
    assert "scripted" not in [entry.model.name for entry in models.catalogue([])]
    assert "scripted" in [entry.model.name for entry in models.catalogue([], hidden=True)]
    assert models.find("scripted").hidden


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(errors.UnknownItem) as caught:
        models.load("blazepoes", [])
    assert "blazepose" in caught.value.hint_text()
    assert "scripted" not in caught.value.hint_text()


def test_missing_modules_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "needy.py").write_text(
        "from models.base import Model\n"
        "MODEL = Model('needy', 'box', '1', 'MIT', load=None, requires=('no_such_module_here',))\n"
    )
    monkeypatch.setenv("DATAGUARD_EXTRA_MODELS", str(tmp_path))
    entry = next(entry for entry in models.catalogue([]) if entry.model.name == "needy")
    assert not entry.available
    assert "no_such_module_here" in entry.reason.format(**entry.values)
    assert "pip install" in entry.hint
    with pytest.raises(errors.ModelUnavailable, match="no_such_module_here"):
        models.load("needy", [])


def test_every_entry_tells_its_licence_and_parameters() -> None:
    for entry in models.catalogue([]):
        assert entry.model.licence
        assert entry.model.description
        for parameter in entry.model.parameters:
            assert parameter.label
            assert parameter.checked(parameter.default) == parameter.default


@pytest.mark.parametrize("value", [0.3, "0.3", 1, "1e-1"])
def test_numbers_are_read_from_text(value: object) -> None:
    parameter = Parameter("detection", "number", 0.5, "Threshold", minimum=0.05, maximum=1.0)
    assert parameter.checked(value) == float(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["much", None, True, float("nan"), "inf", 1.1, -1, [0.5]])
def test_bad_numbers_are_refused(value: object) -> None:
    parameter = Parameter("detection", "number", 0.5, "Threshold", minimum=0.05, maximum=1.0)
    with pytest.raises(errors.BadInput, match="detection"):
        parameter.checked(value)


def test_whole_numbers() -> None:
    parameter = Parameter("people", "integer", 6, "People", minimum=1, maximum=20)
    assert [parameter.checked(value) for value in (3, "3", 3.0)] == [3, 3, 3]
    for value in ("3.5", 0, 21, ""):
        with pytest.raises(errors.BadInput, match="people"):
            parameter.checked(value)


def test_unknown_parameters_are_refused() -> None:
    with pytest.raises(errors.UnknownItem) as caught:
        models.find("blazepose").checked_parameters({"peple": 3})
    assert "people" in caught.value.hint_text()
