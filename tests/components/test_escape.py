"""User text never becomes Markdown: what reaches Streamlit is the text with every mark disarmed."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import escape

CORPUS = [
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<script>alert(1)</script>",
    "[a](javascript:alert(1))",
    "![x](http://127.0.0.1:9/b.png)",
    "![x][y]",
    ":material/home:",
    ":red[danger]",
    ":red-background[x]",
    ":smile:",
    "$\\href{javascript:alert(1)}{x}$",
    "$$x^2$$",
    "**bold** __bold__ *it* _it_",
    "# heading",
    "> quote",
    "- item",
    "1. item",
    "| a | b |",
    "~~gone~~",
    "`code`",
    "&lt;b&gt;",
    "a--b -> c <- d >= e",
    "http://evil.example/x",
    "www.evil.example",
    "someone@example.org",
    "line\nbreak\r\n\ttab",
    "back\\slash",
    "---",
    "\u202etxt.exe",
    "한글 [링크](x)",
]


def shown(text: str) -> str:
    """What CommonMark shows of a text in which every mark is escaped."""
    return re.sub(r"\\([" + re.escape(string.punctuation) + "])", r"\1", text).replace("\u2060", "")


@pytest.mark.parametrize("text", CORPUS)
def test_sec_08_every_mark_is_escaped_and_the_text_is_kept(text: str) -> None:
    made = escape.markdown(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]()*_`#<>!|~$:]", re.sub(r"\\.", "", made))
    assert shown(made) == escape.plain(text)


@pytest.mark.parametrize(
    "text", [":material/home:", ":smile:", "http://x.y", "www.x.y", "a@b.c", "a--b", "->", "<-"]
)
def test_sec_08_what_streamlit_replaces_after_parsing_is_kept_apart(text: str) -> None:
    assert "\u2060" in escape.markdown(text)


def test_sec_08_control_and_direction_marks_do_not_reach_the_screen() -> None:
    assert escape.plain("a\u202eb\x00c\nd") == "a\ufffdb c d"


def test_sec_08_ten_thousand_letters_are_cut() -> None:
    assert len(escape.plain("x" * 10_000)) == escape.LONGEST


@given(st.text())
def test_sec_08_any_text_comes_out_as_one_line_that_shows_itself(text: str) -> None:
    made = escape.markdown(text)
    assert "\n" not in made
    assert shown(made) == escape.plain(text).replace("\u2060", "")
