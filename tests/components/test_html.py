"""Markup and scripts come from files of ours alone."""

from __future__ import annotations

import re

from core.workspace import ROOT

ALLOWED = {"components/shell.py": 1}
PATTERN = re.compile(r"unsafe_allow_html|unsafe_allow_javascript|components\.html|st\.html\(")


def test_sec_09_raw_html_is_used_once_with_a_constant_file() -> None:
    used = {}
    for folder in ("components", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            count = len(PATTERN.findall(path.read_text("utf-8")))
            if count:
                used[path.relative_to(ROOT).as_posix()] = count
    assert used == ALLOWED
    assert "st.html(STYLE)" in (ROOT / "components/shell.py").read_text("utf-8")


def test_sec_08_our_scripts_set_text_never_markup() -> None:
    for path in (ROOT / "components").glob("*/assets/*.js"):
        source = path.read_text("utf-8")
        for found in re.findall(r"innerHTML\s*=\s*(`[^`]*`|[^;]+)", source):
            assert found.startswith("`"), path
            assert "${" not in found, path
        assert "insertAdjacentHTML" not in source
        assert "outerHTML" not in source


def test_private_media_never_pass_through_streamlit() -> None:
    for folder in ("components", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            source = path.read_text("utf-8")
            found = re.findall(r"st\.(image|video|audio|download_button|file_uploader)\(", source)
            # What the program draws itself is no media.
            assert found == (["image"] if path.name == "drawn.py" else []), path
