"""From figures to points, from points to totals and ranks: vectors to the digit, and what holds of all numbers."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.scores import rules
from server.scores.rules import HUNDRED, Counted, Item, Mark, Table, Total
from tests.tools.chain import pack

TRA_CU = pack().scores
assert TRA_CU is not None
TABLE = rules.build(TRA_CU.data)
FIGURE = st.integers(0, 10_000)


def item(code: str) -> Item:
    return TABLE.items[code]


def points(code: str, numerator: int, denominator: int | None = None, baseline: int | None = None) -> Any:
    found = rules.counted(item(code), numerator, denominator, baseline)
    return found.state if found.points is None else found.points / HUNDRED


# ---------------------------------------------------------------- the pack's table


def test_the_table_comes_to_100_points_and_5_more() -> None:
    groups: dict[str, int] = {}
    for one in TABLE.items.values():
        if one.part == "group":
            groups[one.group] = groups.get(one.group, 0) + one.most // HUNDRED
    assert groups == {"I": 15, "II": 20, "III": 20, "IV": 30, "V": 10, "VI": 5}
    assert (sum(groups.values()), TABLE.most_bonus, TABLE.most_deduction) == (100, 500, 1000)


# ---------------------------------------------------------------- what the app counts


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (20, 18, 10),  # −10,00 %
        (20, 19, 8),  # −5,00 %
        (21, 20, 5),  # −4,76 %
        (40, 39, 5),  # −2,50 %
        (100, 91, 8),  # −9,00 %
        (1000, 901, 8),  # −9,90 %
        (1000, 900, 10),
        (1000, 950, 8),
        (1000, 951, 5),
        (12, 12, 3),
        (12, 13, 0),
        (3, 2, 10),
        (1, 0, 10),
        (0, 0, 10),
        (0, 1, 0),
        (None, 4, "not_applicable"),
        (None, 0, "not_applicable"),
    ],
)
def test_fewer_accidents_get_points_by_whole_numbers(before: int | None, now: int, expected: object) -> None:
    assert [points(code, now, None, before) for code in ("IV.1", "IV.2", "IV.3")] == [expected] * 3


@pytest.mark.parametrize(("signed", "of", "expected"), [
    (90, 100, 6), (100, 100, 6), (45, 100, 3), (30, 100, 2), (89, 100, 5.93), (8999, 10_000, 5.99), (0, 100, 0),
    (0, 0, 0), (1, 3, 2.22), (0, None, "unknown"),
])  # fmt: skip
def test_a_share_gets_its_part_of_the_points_and_all_only_at_its_target(
    signed: int, of: int | None, expected: object
) -> None:
    assert points("II.2", signed, of) == expected


def test_where_nothing_was_due_there_is_nothing_to_judge() -> None:
    assert points("III.2", 0, 0) == "not_applicable"
    assert points("III.2", 0, 1) == 0


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 2), (4, 2), (5, 5), (8, 5), (9, 8), (500, 8)])
def test_a_count_gets_the_points_of_the_highest_step_that_it_reaches(count: int, expected: int) -> None:
    assert points("III.1", count) == expected


@pytest.mark.parametrize(("there", "due", "expected"), [(9, 9, 7), (8, 9, 6), (2, 9, 0), (0, 9, 0), (0, 0, 7)])
def test_each_report_that_is_late_or_missing_costs_a_point(there: int, due: int, expected: int) -> None:
    assert points("V.1", there, due) == expected


@given(st.sampled_from(["IV.1", "II.2", "III.1", "V.1"]), FIGURE, FIGURE, FIGURE)
def test_points_lie_between_none_and_the_most_of_the_item(code: str, one: int, other: int, before: int) -> None:
    found = rules.counted(item(code), one, other, before).points
    assert found is None or 0 <= found <= item(code).most


@given(FIGURE, FIGURE, st.integers(0, 500))
def test_who_does_better_never_gets_fewer_points(first: int, more: int, of: int) -> None:
    low, high = first, first + more
    for code in ("II.2", "III.1", "V.1"):
        assert points(code, low, of) <= points(code, high, of)
    assert points("IV.1", low, None, of) >= points("IV.1", high, None, of)


# ---------------------------------------------------------------- columns


SELF, NEXT = Mark(300), Mark(200)


def test_a_column_without_an_entry_shows_the_one_before_it_and_the_first_what_was_counted() -> None:
    one, known = item("II.2"), Counted("counted", 250)
    assert [rules.standing(one, known, {}, column) for column in rules.COLUMNS] == [Mark(250)] * 3
    marks: dict[rules.Column, Mark] = {"self": SELF, "verified": NEXT}
    assert [rules.standing(one, known, marks, column) for column in rules.COLUMNS] == [SELF, NEXT, NEXT]
    assert rules.standing(one, Counted("unknown"), {}, "self") is None
    assert rules.standing(item("I.1"), None, {}, "final") is None
    assert rules.standing(item("T.1"), None, {}, "final") == Mark(0)


def test_a_reason_is_needed_wherever_an_entry_departs_from_something() -> None:
    assert not rules.needs_reason(250, Mark(250), None)
    assert rules.needs_reason(250, Mark(300), None)
    assert rules.needs_reason(250, None, None)
    assert rules.needs_reason(250, Mark(250), Mark(300))
    assert rules.needs_reason(None, Mark(0), None)


def test_only_points_that_an_item_can_have_may_stand() -> None:
    assert [rules.may_stand(item("I.1"), None, given) for given in (0, 333, 500, 501, None)] == [True] * 3 + [False] * 2
    assert rules.may_stand(item("III.3"), Counted("counted", 0), None)  # optional
    assert rules.may_stand(item("IV.1"), Counted("not_applicable"), None)
    assert not rules.may_stand(item("IV.1"), Counted("counted", 0), None)
    assert [rules.may_stand(item("G.1"), None, given) for given in (0, 100, 200, 1000, 1001)] == [
        True, False, True, True, False,
    ]  # fmt: skip
    assert [rules.may_stand(item("UT"), None, given) for given in (0, 100, 50, None)] == [True, True, False, False]


@pytest.mark.parametrize(
    ("column", "authors", "slug"),
    [
        ("self", {}, None),
        ("self", {"self": 1}, None),
        ("self", {"self": 2}, None),  # somebody else's: the history keeps both
        ("self", {"self": 1, "verified": 2}, "score-taken"),
        ("verified", {}, None),
        ("verified", {"self": 2}, None),
        ("verified", {"self": 1}, "own-score"),
        ("verified", {"self": 2, "verified": 1, "final": 3}, "score-taken"),
        ("final", {"self": 2}, "score-unverified"),
        ("final", {"self": 2, "verified": 3}, None),
        ("final", {"self": 2, "verified": 1}, "own-score"),
        ("final", {"self": 1, "verified": 2}, "own-score"),
        ("final", {"verified": 2, "final": 1}, None),
    ],
)
def test_each_step_is_somebody_elses_and_none_goes_back(
    column: rules.Column, authors: Mapping[rules.Column, int], slug: str | None
) -> None:
    assert rules.refusal(column, authors, 1) == slug


# ---------------------------------------------------------------- totals


def full(**changes: int | None) -> dict[str, Mark | None]:
    """All points of every group; `I_1=300`: others for item I.1."""
    marks: dict[str, Mark | None] = {one.code: Mark(one.most) for one in TABLE.items.values() if one.part == "group"}
    return marks | {code.replace("_", "."): Mark(given) for code, given in changes.items()}


def of(marks: Mapping[str, Mark | None], **figures: int) -> Total:
    return rules.total(TABLE, marks, figures)


@pytest.mark.parametrize(
    ("total", "rank"),
    [
        (10_000, "xuat_sac"), (9_000, "xuat_sac"), (8_999, "tot"), (8_000, "tot"), (7_999, "kha"), (6_500, "kha"),
        (6_499, "trung_binh"), (5_000, "trung_binh"), (4_999, "yeu"), (0, "yeu"),
    ],
)  # fmt: skip
def test_ranks_begin_exactly_at_their_bounds(total: int, rank: str) -> None:
    marks, left = full(), 10_000 - total
    for code, mark in marks.items():
        taken = min(left, mark.points or 0) if mark else 0
        marks[code], left = Mark(item(code).most - taken), left - taken
    assert (of(marks).shown, of(marks).rank) == (total, rank)


def test_what_does_not_apply_is_left_out_and_the_rest_is_scaled_up() -> None:
    found = of(full(IV_1=None, IV_2=None, IV_3=None, I_1=0))
    assert found.points == Fraction(6500 * 10_000, 7000)
    assert (found.shown, found.rank, found.groups["IV"]) == (9286, "xuat_sac", (0, 0))
    # 63 of 70 is 90 exactly; a hundredth less isn't, although it reads so
    assert of(full(IV_1=None, IV_2=None, IV_3=None, II_1=100)).rank == "xuat_sac"
    almost = of(full(IV_1=None, IV_2=None, IV_3=None, II_1=99))
    assert (almost.shown, almost.rank) == (8999, "tot")
    assert of({one.code: Mark(None) for one in TABLE.items.values()}).points is None


def test_what_nobody_has_put_down_counts_as_nothing_and_says_so() -> None:
    found = of({**full(), "I.1": None})
    assert (found.shown, found.missing, found.rank) == (9500, 1, None)
    assert of({}).missing == 15


def test_bonuses_and_deductions_have_a_most_and_no_total_is_below_0() -> None:
    assert of(full(T_1=300)).shown == 10_300
    assert of(full(T_1=500, T_2=500)).shown == 10_500
    assert of(full(G_1=400)).shown == 9600
    assert of(full(G_1=1000, G_2=1000)).shown == 9000
    nothing = {code: Mark(0) for code in full()}
    assert (of({**nothing, "G.1": Mark(1000)}).shown, of(nothing).rank) == (0, "yeu")


def test_an_especially_serious_accident_or_false_reporting_holds_the_rank_down_at_fair() -> None:
    assert (of(full(), A5=1).rank, of(full(), A5=1).limits, of(full(), A5=0).rank) == ("kha", ("L.1",), "xuat_sac")
    assert (of(full(G_2=200)).rank, of(full(G_2=200)).limits, of(full(G_2=0)).limits) == ("kha", ("L.2",), ())
    worse = {code: Mark(0) for code in full()}
    assert of(worse, A5=1).rank == "yeu"  # a limit holds down, and lifts nobody up


MARKS = st.fixed_dictionaries({
    one.code: st.one_of(st.none(), st.builds(Mark, st.one_of(st.none(), st.integers(0, one.most))))
    for one in TABLE.items.values()
})  # fmt: skip


@given(MARKS, st.integers(0, 2))
def test_a_total_lies_between_0_and_everything_with_the_bonus(marks: Mapping[str, Mark | None], worst: int) -> None:
    found = of(marks, A5=worst)
    assert found.points is None or 0 <= found.points <= 10_500
    assert (found.rank is None) == (found.points is None or found.missing > 0)
    if worst and found.rank is not None:
        assert found.rank not in ("xuat_sac", "tot")


@given(MARKS, st.sampled_from(sorted(TABLE.items)), st.integers(1, 300))
def test_more_points_never_make_a_total_smaller_and_a_deduction_never_larger(
    marks: Mapping[str, Mark | None], code: str, more: int
) -> None:
    mark = marks[code]
    if mark is None or mark.points is None:
        return
    raised = {**marks, code: Mark(min(item(code).most, mark.points + more))}
    before, after = of(marks).points, of(raised).points
    if before is not None and after is not None:
        assert before >= after if item(code).part == "deduction" else before <= after


# ---------------------------------------------------------------- order


def placed(*units: dict[str, Mark | None], table: Table = TABLE) -> list[int]:
    totals = {number: (rules.total(table, marks, {}), marks) for number, marks in enumerate(units)}
    found = rules.order(table, totals)
    return [found[number] for number in range(len(units))]


def test_equals_share_a_place_and_the_next_one_is_left_free() -> None:
    best, same = full(), full(I_1=400)
    assert placed(same, best, same, full(I_1=300)) == [2, 1, 2, 4]


def test_of_equal_totals_the_mark_comes_first_then_the_points_of_accidents() -> None:
    fewer, more = full(IV_1=500), full(I_1=0)  # 95 both
    assert placed(fewer, more) == [2, 1]
    assert placed({**fewer, "UT": Mark(100)}, more) == [1, 2]


def test_who_is_held_down_stands_behind_those_of_a_better_rank() -> None:
    held, good = full(G_2=200), full(I_1=0, I_2=0, I_3=0)  # 98 and 85
    assert placed(held, good) == [2, 1]


def test_who_is_not_scored_yet_and_whom_nothing_applies_to_have_no_place() -> None:
    nobody: dict[str, Mark | None] = {one.code: Mark(None) for one in TABLE.items.values()}
    unfinished = {**full(), "I.1": None}
    units = {number: (of(marks), marks) for number, marks in enumerate((nobody, full(), unfinished))}
    assert rules.order(TABLE, units) == {1: 1}
