"""The Export screen's words."""

from __future__ import annotations

import re

from components import export_screen
from core.workspace import ROOT

PATTERN = re.compile(r'return "(\w+)"|left_out\["(\w+)"\]|skip\("\w+", "(\w+)"')


def test_every_reason_for_leaving_a_label_out_has_words() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "core" / "exports").glob("*.py"))
    found = {"".join(groups) for groups in PATTERN.findall(source)}
    assert {"deleted", "frame_not_selected", "pose_is_not_coco17", "no_frame_selected"} <= found
    assert found <= set(export_screen.REASONS)
