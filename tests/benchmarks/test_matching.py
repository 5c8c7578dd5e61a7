from __future__ import annotations

import pytest

from benchmarks import matching
from benchmarks.matching import Tally
from core.labels import Box


def box(x: float, y: float = 0, w: float = 10, h: float = 10) -> Box:
    return Box(x, y, w, h)


def test_pairs_are_one_to_one_and_from_the_threshold_on() -> None:
    assert matching.pairs([box(0)], [box(0, h=5)]) == [(0, 0, 0.5)]
    assert matching.pairs([box(0)], [box(0, h=4.9)]) == []
    assert len(matching.pairs([box(0)], [box(0), box(1)])) == 1


def test_as_many_pairs_as_possible_come_before_a_better_pair() -> None:
    truth = [box(0), box(3)]
    found = [box(1.5), box(-1.5)]
    # The nearest pair alone (1.5 with 0 or 3) would leave one true box without a partner.
    assert {(row, column) for row, column, _ in matching.pairs(truth, found)} == {(0, 1), (1, 0)}


def test_recall_and_precision_of_a_frame() -> None:
    found = matching.tally([box(0), box(50)], [box(1), box(200), box(300)])
    assert (found.truth, found.found, found.matched) == (2, 3, 1)
    assert (found.recall, found.precision) == (0.5, pytest.approx(1 / 3))
    assert found.mean_iou == pytest.approx(9 / 11)


def test_small_people_count_neither_way() -> None:
    small = [box(100, w=4, h=4)]
    seen = matching.tally([box(0)], [box(0), box(100, w=4, h=4)], neither=small)
    unseen = matching.tally([box(0)], [box(0)], neither=small)
    for found in (seen, unseen):
        assert (found.truth, found.found, found.matched) == (1, 1, 1)


def test_a_second_box_on_a_small_person_is_wrong() -> None:
    small = box(100, w=4, h=4)
    found = matching.tally([], [small, small], neither=[small])
    assert (found.found, found.matched) == (1, 0)


def test_ignore_regions_excuse_what_lies_mostly_in_them() -> None:
    region = [Box(100, 0, 50, 50)]
    inside, half, outside = box(110), box(95), box(94)
    assert matching.tally([], [inside], ignore=region).found == 0
    assert matching.tally([], [half], ignore=region).found == 1  # half is not mostly
    assert matching.tally([], [outside], ignore=region).found == 1


def test_boxes_are_matched_before_ignore_regions() -> None:
    found = matching.tally([box(110)], [box(110)], ignore=[Box(100, 0, 50, 50)])
    assert (found.truth, found.found, found.matched) == (1, 1, 1)


def test_overlapping_regions_are_not_counted_twice() -> None:
    regions = [box(0), box(0), Box(5, 0, 5, 10)]
    assert matching.share_inside(Box(5, 0, 10, 10), regions) == pytest.approx(0.5)
    assert matching.share_inside(Box(0, 0, 20, 10), [box(0), box(10)]) == pytest.approx(1)
    assert matching.share_inside(box(50), regions) == 0


def test_tallies_add_up() -> None:
    total = Tally()
    total.add(Tally(4, 3, 2, [0.5, 0.7]))
    total.add(Tally(1, 1, 1, [0.9]))
    assert total.to_json() == {
        "truth": 5,
        "found": 4,
        "matched": 3,
        "recall": 0.6,
        "precision": 0.75,
        "mean_iou": pytest.approx(0.7),
    }


def test_nothing_to_find_and_nothing_found_is_no_error() -> None:
    found = matching.tally([], [])
    assert (found.recall, found.precision, found.mean_iou) == (1.0, 1.0, 0.0)
