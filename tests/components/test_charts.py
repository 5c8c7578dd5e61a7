"""Charts: every part has a colour, a texture and a word."""

from __future__ import annotations

from components import charts, palette


def test_states_differ_in_colour_and_in_texture() -> None:
    looks = list(palette.STATES.values())
    assert len({look.colour for look in looks}) == len(looks)
    assert len({look.pattern for look in looks}) == len(looks)


def test_bars_are_named_and_empty_parts_left_out() -> None:
    names = {state: state for state in palette.STATES}
    figure = charts.stacked(
        [("person", {"accepted": 3, "fixed": 0})], palette.STATES, names, unit="Tracks"
    )
    assert [bar.name for bar in figure.data] == ["accepted"]
    assert list(figure.data[0].x) == [3]


def test_sec_08_names_are_not_read_as_tags() -> None:
    assert charts.label("<b>x</b> & <a href='javascript:1'>y</a>").startswith("&lt;b&gt;x")
    assert "<" not in charts.label("<img src=x>")


def test_labels_are_cut_by_the_room_they_take() -> None:
    assert charts.label("a" * 34) == "a" * 34
    assert charts.label("a" * 35) == "a" * 33 + "…"
    assert charts.label("가" * 17) == "가" * 17
    assert charts.label("가" * 18) == "가" * 16 + "…"


def test_people_keep_their_look_while_the_list_is_the_same() -> None:
    people = [f"person {number}" for number in range(20)]
    looks = charts.looks_of(people)
    assert looks == charts.looks_of(people)
    assert len({(look.colour, look.pattern) for look in looks.values()}) == 20


def test_of_few_things_no_number_stands_twice_on_the_axis() -> None:
    def step(count: int) -> object:
        rows = [("person", {"accepted": count, "fixed": 1, "other": 900})]
        figure = charts.stacked(rows, palette.STATES, dict.fromkeys(palette.STATES, ""), unit="")
        return figure.layout.xaxis.dtick

    assert step(1) == 1
    assert step(400) is None
