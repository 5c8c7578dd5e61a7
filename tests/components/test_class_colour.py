"""The colours of the palette are what the buttons that choose them look like."""

from __future__ import annotations

import re

from components.shell import STYLE
from core.colours import PALETTE


def test_each_button_has_the_colour_it_gives() -> None:
    rule = r"\.st-key-class-palette \[role=\"radio\"\]:nth-of-type\((\d+)\) \{ background: (#\w+)"
    found = dict(re.findall(rule, STYLE.read_text("utf-8")))
    assert found == {str(place): colour for place, colour in enumerate(PALETTE, 1)}
