"""Korean particles follow the sound before them."""

from __future__ import annotations

import pytest

from core.particles import fill


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("사람 1", "사람 1을 사람 1로 사람 1은"),
        ("사람 2", "사람 2를 사람 2로 사람 2는"),
        ("사람 3", "사람 3을 사람 3으로 사람 3은"),
        ("사람 10", "사람 10을 사람 10으로 사람 10은"),
        ("글러브", "글러브를 글러브로 글러브는"),
        ("샌드백", "샌드백을 샌드백으로 샌드백은"),
        ("발", "발을 발로 발은"),
        ("clip.mp4", "clip.mp4를 clip.mp4로 clip.mp4는"),
        ("ring", "ring을(를) ring(으)로 ring은(는)"),
        ("", "을(를) (으)로 은(는)"),
    ],
)
def test_the_form_follows_the_last_sound(name: str, wanted: str) -> None:
    assert fill("{name}을(를) {name}(으)로 {name}은(는)", {"name": name}) == wanted


def test_what_people_write_is_left_alone_and_formats_are_kept() -> None:
    assert fill("{name}이(가)", {"name": "{n}을(를) 이(가)"}) == "{n}을(를) 이(가)이(가)"
    assert fill("{n:,}과(와) {x:.1f}이(가)", {"n": 1234, "x": 0.25}) == "1,234와 0.2가"
    with pytest.raises(KeyError):
        fill("{name}을(를)", {})
