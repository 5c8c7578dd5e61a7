from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import models
from core.workspace import ROOT
from tools import documents

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("sample_videos/*.md")])
VARIABLE = re.compile(r"\bDATAGUARD_[A-Z_]+\b")


def test_pages_written_from_the_program_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert documents.outdated() == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "Makefile"], cwd=ROOT, capture_output=True, text=True
    ).stdout.split()
    used = {
        name
        for path in listed
        for name in VARIABLE.findall((ROOT / path).read_text("utf-8"))
        if not path.startswith("tests/components")
    }
    documented = set(VARIABLE.findall((ROOT / "docs" / "install.md").read_text("utf-8")))
    assert used == documented


def test_make_commands_named_in_the_docs_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        name for page in PAGES for name in re.findall(r"`?make ([a-z]+)`", page.read_text("utf-8"))
    }
    assert named <= targets


def test_the_repository_speaks_of_the_product_alone() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True
    ).stdout.split("\n")
    machine_path = re.compile(r"(?<![\w.])/(work|root|home/\w+)/(?!\w*\*)")
    found = []
    for name in listed:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".js", ".toml", ".yml", ".css", ".po", ".json", ".sh"}:
            text = path.read_text("utf-8")
            found += [f"{name}: {hit.group()}" for hit in machine_path.finditer(text)]
    assert found == []


def test_models_and_docs_name_the_same_checkpoints() -> None:
    page = (ROOT / "docs" / "models.md").read_text("utf-8")
    listed = [model for entry in models.catalogue([]) if (model := entry.model).checkpoint]
    for model in listed:
        assert model.checkpoint is not None
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{model.name}`")]
        named = re.findall(r"`([\w-]+/[\w.-]+)`", row)
        assert sorted(named) == sorted(hub.id for hub in model.checkpoint.hubs)
        assert {hub.licence for hub in model.checkpoint.hubs} == {"Apache-2.0"}
    described = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    settings = {parameter.name for model in listed for parameter in model.parameters}
    assert described == settings | {model.name for model in listed}
