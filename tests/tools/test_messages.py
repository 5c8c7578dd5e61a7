"""The message tool: what it finds, what it keeps, and what it complains about."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from core import language
from tools import messages

ERRORS = {"DataGuardError", "BadInput"}


def ids(source: str) -> list[messages.Id]:
    return [found.id for found in messages.in_python(source, "x.py", ERRORS)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('_("One")', ["One"]),
        ('page.text("One", name=1)', ["One"]),
        ('language.mark("One")\nN_("Two")\nremark("Three {n}", n=1)', ["One", "Two", "Three {n}"]),
        ('_n("{n} a", "{n} as", 2)', [("{n} a", "{n} as")]),
        ('page.count("{n} a", "{n} as", 2)', [("{n} a", "{n} as")]),
        ('raise errors.BadInput("What.", "Do.", name=1)', ["What.", "Do."]),
        ('raise BadInput("What." if a else "Other.")', ["What.", "Other."]),
        ('errors.BadInput("What.", hint)', ["What."]),
        ("_(variable)", []),
        ('"a".count("b")', []),
        ('print("no")', []),
    ],
)
def test_texts_are_found_in_python(source: str, expected: list[messages.Id]) -> None:
    assert ids(source) == expected


def test_texts_are_found_in_scripts() -> None:
    source = """
      label.textContent = t("Saved");
      const other = t('It\\'s {n}', { n });
      const plain = `${t(`Ready`)}`;
      start("Not this"); object.t("Nor this"); t(variable);
    """
    found = messages.in_script(source, "x.js")
    assert [item.id for item in found] == ["Saved", "It's {n}", "Ready"]
    assert found[0].line == 2


def test_merging_keeps_translations_and_drops_what_is_gone() -> None:
    known = Catalog(locale="ko")
    known.add("Kept", "남음")
    known.add("Gone", "없어짐")
    found = [messages.Found("Kept", "b.py", 1), messages.Found("New", "a.py", 1)]
    merged = messages.merged(found, known, "ko")
    assert {message.id: message.string for message in merged if message.id} == {
        "Kept": "남음",
        "New": "",
    }


def test_writing_twice_gives_the_same_bytes() -> None:
    found = [messages.Found("A {n}", "a.py", 1), messages.Found(("{n} x", "{n} xs"), "a.py", 2)]
    first = messages.text_of(messages.merged(found, Catalog(locale="ko"), "ko"))
    assert first == messages.text_of(messages.merged(found, Catalog(locale="ko"), "ko"))
    assert b"#, fuzzy" not in first


@pytest.mark.parametrize(
    ("korean", "complaint"),
    [
        ("", "no Korean"),
        ("{other} 개", "other fields"),
        ("개 {", "other fields"),
        ("{n} 개", None),
    ],
)
def test_problems(korean: str, complaint: str | None) -> None:
    catalog = Catalog(locale="ko")
    catalog.add("{n} things", korean)
    found = messages.problems(catalog)
    assert bool(found) == (complaint is not None)
    assert complaint is None or complaint in found[0]


def test_a_fuzzy_translation_is_a_problem() -> None:
    catalog = Catalog(locale="ko")
    catalog.add("Thing", "것", flags=["fuzzy"])
    assert "fuzzy" in messages.problems(catalog)[0]


def test_check_sees_a_catalogue_that_is_out_of_date(tmp_path: Path) -> None:
    messages.update(tmp_path)
    assert not [line for line in messages.check(tmp_path) if "out of date" in line]
    path = tmp_path / "en" / "LC_MESSAGES" / "dataguard.po"
    path.write_text(path.read_text("utf-8").replace('msgid "Library"', 'msgid "Lbrary"'), "utf-8")
    assert any("en is out of date" in line for line in messages.check(tmp_path))


def test_both_catalogues_are_complete_and_fresh() -> None:
    assert messages.check() == []


def test_the_program_reads_what_the_tool_wrote() -> None:
    assert language.translator("ko")("Library") == "라이브러리"
    assert language.translations("ko").ngettext("{n} video", "{n} videos", 2) == "영상 {n}개"
    assert language.translations("en").ngettext("{n} video", "{n} videos", 2) == "{n} videos"
    assert language.translator("en")("Library") == "Library"


def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert messages.main([]) == 2
    assert "update" in capsys.readouterr().err
