from __future__ import annotations

import json

import pytest

from benchmarks import figures, machine


def test_percentile_interpolates_between_neighbours() -> None:
    values = [4.0, 1.0, 3.0, 2.0]
    assert figures.percentile(values, 0) == 1.0
    assert figures.percentile(values, 50) == 2.5
    assert figures.percentile(values, 95) == pytest.approx(3.85)
    assert figures.percentile(values, 100) == 4.0
    assert figures.median([7.0]) == 7.0


def test_percentile_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="no values"):
        figures.percentile([], 50)


def test_spread_is_in_milliseconds() -> None:
    found = figures.spread([0.010, 0.020, 0.030])
    assert found == {
        "p50_ms": pytest.approx(20),
        "p95_ms": pytest.approx(29),
        "p99_ms": pytest.approx(29.8),
        "largest_ms": pytest.approx(30),
        "n": 3,
    }


@pytest.mark.parametrize(("value", "verdict"), [(149.9, "ok"), (150, "ok"), (150.1, "missed")])
def test_a_limit_is_met_at_the_limit(value: float, verdict: str) -> None:
    figure = figures.at_most("edit saved", value, "ms", 150)
    assert (figure.verdict, figure.budget) == (verdict, "<= 150")


@pytest.mark.parametrize(("value", "verdict"), [(0.9, "ok"), (0.89, "missed"), (1.2, "ok")])
def test_a_floor_is_met_at_the_floor(value: float, verdict: str) -> None:
    figure = figures.at_least("pipeline", value, "x", 0.9)
    assert (figure.verdict, figure.budget) == (verdict, ">= 0.9")


def test_a_figure_as_json() -> None:
    figure = figures.at_most("edit saved", 12.345678, "ms", 150, n=3, each=[0.123456, 98765.4])
    assert figure.to_json() == {
        "name": "edit saved",
        "value": 12.35,
        "unit": "ms",
        "budget": "<= 150",
        "verdict": "ok",
        "details": {"n": 3, "each": [0.1235, 98765]},
    }


def test_numbers_that_json_cannot_hold_become_null() -> None:
    found = figures.info("share", float("nan"), "", worst=float("inf")).to_json()
    assert (found["value"], found["details"]) == (None, {"worst": None})
    json.dumps(found, allow_nan=False)


def test_what_could_not_be_measured_has_a_reason_and_no_value() -> None:
    figure = figures.without_value("pipeline", "skipped", "no weights")
    assert (figure.value, figure.verdict, figure.details) == (
        None,
        "skipped",
        {"reason": "no weights"},
    )


def test_the_header_names_machine_and_versions() -> None:
    header = machine.header()
    assert header["machine"]["cores"] >= 1
    assert header["versions"]["sqlite"].count(".") == 2
    json.dumps(header, allow_nan=False)
