"""Figures and verdicts: the tables of the traffic-safety domain, and laws."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.indicators import rules
from server.indicators.rules import Condition, Indicator, Standing, Sums, Target

FALL = Target(minimum=5, stretch=10)


def indicator(kind: str = "reduction", **more: Any) -> Indicator:
    given_target = more.pop("target", FALL)
    return Indicator("A1", {"vi": "Số vụ"}, {"vi": "vụ"}, kind, "outcome", given_target, **more)


@pytest.mark.parametrize(
    ("baseline", "current", "percent", "verdict", "budgets"),
    [
        (20, 19, "-5,00", "met", (19, 18)),
        (20, 18, "-10,00", "exceeded", (19, 18)),
        (21, 20, "-4,76", "not_met", (19, 18)),
        (40, 39, "-2,50", "not_met", (38, 36)),
        (12, 12, "0,00", "not_met", (11, 10)),
        (3, 2, "-33,33", "exceeded", (2, 2)),
        (1, 0, "-100,00", "exceeded", (0, 0)),
        (0, 0, None, "held_zero", (0, 0)),
        (0, 1, None, "increased", (0, 0)),
        (20, 21, "5,00", "not_met", (19, 18)),
    ],
)
def test_a_closed_period_is_judged_on_whole_numbers(
    baseline: int, current: int, percent: str | None, verdict: str, budgets: tuple[int, int]
) -> None:
    judged = rules.standing(indicator(), Sums(current), baseline, closed=True)
    assert judged == Standing(verdict, percent, budgets[0])  # type: ignore[arg-type]
    assert rules.budget(baseline, Target(minimum=10)) == budgets[1]


@pytest.mark.parametrize(
    ("before", "after", "difference", "percent"),
    [
        (2134, 1734, -400, "-18,74"),
        (755, 708, -47, "-6,23"),
        (859, 798, -61, "-7,10"),
        (511, 378, -133, "-26,03"),
        (1275, 936, -339, "-26,59"),
    ],
)
def test_published_figures_come_out_as_published(before: int, after: int, difference: int, percent: str) -> None:
    assert after - before == difference
    assert rules.change_percent(before, after) == percent


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(1, 3, "33,33"), (2, 3, "66,67"), (1, 800, "0,13"), (1, 1600, "0,06"), (37, 3, "1.233,33"), (0, 7, "0,00")],
)
def test_percentages_round_half_up_with_comma_and_point(part: int, whole: int, text: str) -> None:
    assert rules.percent_of(part, whole) == text


def test_a_change_that_rounds_to_nothing_has_no_sign() -> None:
    assert rules.change_percent(100_000, 99_999) == "0,00"


def test_a_missing_baseline_is_not_zero() -> None:
    assert rules.standing(indicator(), Sums(0), None, closed=True) == Standing("no_baseline")


def test_an_open_period_is_never_met_only_in_progress_or_lost() -> None:
    def judge(current: int, baseline: int) -> str:
        return rules.standing(indicator(), Sums(current), baseline, closed=False).verdict

    assert judge(3, 20) == "progress"
    assert judge(19, 20) == "progress"
    assert judge(20, 20) == "not_met"
    assert judge(0, 0) == "held_zero"
    assert judge(1, 0) == "increased"


def test_at_most_zero_is_held_until_the_first_case() -> None:
    none_wanted = indicator("at_most", target=Target(at_most=0))
    assert rules.standing(none_wanted, Sums(0), None, closed=False).verdict == "held_zero"
    assert rules.standing(none_wanted, Sums(1), None, closed=False).verdict == "not_met"
    few = indicator("at_most", target=Target(at_most=2))
    assert rules.standing(few, Sums(2), None, closed=False).verdict == "progress"
    assert rules.standing(few, Sums(2), None, closed=True).verdict == "met"
    assert rules.standing(few, Sums(3), None, closed=True).verdict == "not_met"


def test_a_sum_is_met_as_soon_as_the_target_is_reached() -> None:
    reach = indicator("at_least", target=Target(at_least=1000, source="proposed"))
    assert rules.standing(reach, Sums(999), None, closed=False).verdict == "progress"
    assert rules.standing(reach, Sums(999), None, closed=True).verdict == "not_met"
    assert rules.standing(reach, Sums(1000), None, closed=False).verdict == "met"


def test_a_ratio_compares_without_rounding_and_needs_something_to_compare() -> None:
    ratio = indicator("ratio", target=Target(at_least=90))
    assert rules.standing(ratio, Sums(0, 0), None, closed=False) == Standing("progress")
    assert rules.standing(ratio, Sums(8_999_999, 10_000_000), None, closed=False) == Standing("progress", "90,00")
    assert rules.standing(ratio, Sums(9, 10), None, closed=False) == Standing("met", "90,00")


@pytest.mark.parametrize(
    ("parts", "verdict", "met"),
    [
        (["met", "exceeded", "met"], "met", 3),
        (["met", "met", "not_met"], "not_met", 2),
        (["met", "no_baseline", "increased"], "not_met", 1),
        (["met", "no_baseline", "met"], "no_baseline", 2),
        (["progress", "held_zero", "progress"], "progress", 1),
        (["held_zero", "held_zero", "held_zero"], "held_zero", 3),
        ([], "no_baseline", 0),
    ],
)
def test_all_three_criteria_must_be_met_not_one(parts: list[Any], verdict: str, met: int) -> None:
    judged, sums = rules.combined([Standing(part) for part in parts])
    assert judged.verdict == verdict
    assert sums == Sums(met, len(parts))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("equals", "pledge", "drink"), True),
        (Condition("equals", "missing", None), False),
        (Condition("not", "pledge", "helmet"), True),
        (Condition("not", "missing", "helmet"), False),
        (Condition("at_least", "deaths", 3), True),
        (Condition("at_least", "deaths", 4), False),
        (Condition("at_most", "missing", 4), False),
        (Condition("at_most", "deaths", 3), True),
        (Condition("at_least", "pledge", 1), False),
        (Condition("in", "pledge", ["drink", "speed"]), True),
        (Condition("includes", "topics", "helmet"), True),
        (Condition("includes", "topics", "speed"), False),
        (Condition("includes", "pledge", "drink"), False),
        (Condition("any", parts=(Condition("at_least", "deaths", 9), Condition("equals", "pledge", "drink"))), True),
        (Condition("all", parts=(Condition("at_least", "deaths", 9), Condition("equals", "pledge", "drink"))), False),
    ],
)
def test_an_unanswered_question_matches_nothing(condition: Condition, expected: bool) -> None:
    assert rules.holds(condition, {"pledge": "drink", "deaths": 3, "topics": ["helmet"], "empty": None}) is expected


@given(st.integers(1, 10_000), st.integers(0, 10_000))
def test_the_budget_is_the_last_count_that_meets_the_target(baseline: int, current: int) -> None:
    met = rules.standing(indicator(), Sums(current), baseline, closed=True).verdict in rules.GOOD
    assert met == (current <= rules.budget(baseline, FALL))


@pytest.mark.parametrize(
    ("baseline", "current", "verdict", "budget"),
    [(5, 4, "met", 4), (5, 5, "not_met", 4), (1, 0, "met", 0), (0, 0, "held_zero", 0), (0, 1, "increased", 0)],
)
def test_fewer_than_before_is_a_target_of_its_own(baseline: int, current: int, verdict: str, budget: int) -> None:
    fewer = indicator(target=Target(fewer=1))
    judged = rules.standing(fewer, Sums(current), baseline, closed=True)
    assert (judged.verdict, judged.budget) == (verdict, budget)


def test_a_rate_is_shown_with_two_decimals_and_without_its_fact_not_at_all() -> None:
    rate = indicator("rate", target=Target(), times=100_000)
    assert rules.standing(rate, Sums(9, 146_329), None, closed=True) == Standing("shown", "6,15")
    assert rules.standing(rate, Sums(9, None), None, closed=True) == Standing("shown")


@pytest.mark.parametrize(
    ("minutes", "closed", "verdict"),
    [(1440, True, "met"), (1441, True, "not_met"), (1440, False, "progress"), (3000, False, "progress")],
)
def test_a_median_is_judged_in_minutes_at_the_end(minutes: int, closed: bool, verdict: str) -> None:
    median = indicator("median", target=Target(at_most=24))
    assert rules.standing(median, Sums(minutes, 7), None, closed=closed).verdict == verdict
    assert rules.standing(median, Sums(0, 0), None, closed=closed).verdict == "progress"


def test_what_must_hold_every_week_is_not_met_before_the_window_ends() -> None:
    weekly = indicator("covered", target=Target(at_least=80), thing="@unit", every="week")
    assert rules.standing(weekly, Sums(17, 17), None, closed=False).verdict == "progress"
    assert rules.standing(weekly, Sums(17, 17), None, closed=True).verdict == "met"
    once = indicator("covered", target=Target(at_least=100), thing="@unit")
    assert rules.standing(once, Sums(17, 17), None, closed=False).verdict == "met"


def test_without_a_target_a_figure_is_shown_and_not_judged() -> None:
    share = rules.standing(indicator("ratio", target=Target()), Sums(1, 3), None, closed=True)
    assert share == Standing("shown", "33,33")
    assert rules.standing(indicator("count", target=Target()), Sums(1), None, closed=True) == Standing("shown")
