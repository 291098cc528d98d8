"""When milestones are reached and undone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.campaigns.rules import DefinitionFault, DefinitionsRefused
from server.milestones import rules
from server.milestones.rules import Milestone, Run, StreakDecision

TUESDAY = date(2023, 5, 16)  # in ISO week 20


def week(number: int, day: int = 1) -> date:
    return date.fromisocalendar(2023, number, day)


@pytest.mark.parametrize(
    ("at_least", "numerator", "denominator", "reached"),
    [
        (1000, 999, None, False),
        (1000, 1000, None, True),
        (100, 199, 200, False),
        (100, 200, 200, True),
        (90, 0, 0, False),
        (90, 8_999_999, 10_000_000, False),
    ],
)
def test_a_threshold_is_crossed_on_whole_numbers(
    at_least: int, numerator: int, denominator: int | None, reached: bool
) -> None:
    assert rules.threshold_reached(at_least, numerator, denominator) is reached


def test_a_gap_ends_a_streak_and_the_next_begins_at_one() -> None:
    days = [week(10), week(11, 7), week(12, 3), week(14), week(15)]
    assert rules.runs(days) == [Run(week(10), 3), Run(week(14), 2)]


def test_iso_weeks_go_on_over_new_year() -> None:
    days = [date(2026, 12, 28), date(2027, 1, 3), date(2027, 1, 4)]
    assert rules.runs(days) == [Run(date(2026, 12, 28), 2)]
    assert rules.period_of(date(2026, 12, 28)) == "2026-W53"
    assert rules.week_of("2026-W53") == date(2026, 12, 28)


def test_the_current_streak_ends_this_week_or_last_week() -> None:
    assert rules.current([Run(week(17), 3)], TUESDAY) == Run(week(17), 3)
    assert rules.current([Run(week(18), 3)], TUESDAY) == Run(week(18), 3)
    assert rules.current([Run(week(15), 4)], TUESDAY) is None
    assert rules.current([Run(week(20), 3)], TUESDAY) is None


def test_a_streak_is_reached_once_and_goes_on_quietly() -> None:
    four = [week(17), week(18), week(19), week(20)]
    assert rules.decide_streak(four[1:], 4, TUESDAY, []) == StreakDecision(None, frozenset())
    assert rules.decide_streak(four, 4, TUESDAY, []) == StreakDecision("2023-W17", frozenset())
    assert rules.decide_streak([*four, week(21)], 4, week(21), ["2023-W17"]) == StreakDecision(None, frozenset())


def test_an_older_week_approved_late_announces_nothing_again() -> None:
    days = [week(number) for number in range(14, 21)]
    assert rules.decide_streak(days, 4, TUESDAY, ["2023-W17"]) == StreakDecision(None, frozenset())


def test_a_streak_that_a_correction_breaks_is_retracted() -> None:
    days = [week(17), week(18), week(20)]
    assert rules.decide_streak(days, 4, TUESDAY, ["2023-W17"]) == StreakDecision(None, frozenset({"2023-W17"}))


def test_a_second_streak_after_a_gap_is_a_crossing_of_its_own() -> None:
    days = [week(number) for number in (10, 11, 12, 13, 17, 18, 19, 20)]
    assert rules.decide_streak(days, 4, TUESDAY, ["2023-W10"]) == StreakDecision("2023-W17", frozenset())


def test_a_streak_that_ended_long_ago_is_not_announced() -> None:
    days = [week(number) for number in (10, 11, 12, 13)]
    assert rules.decide_streak(days, 4, TUESDAY, []) == StreakDecision(None, frozenset())


@given(st.lists(st.dates(date(2023, 1, 1), date(2023, 12, 31)), max_size=60), st.integers(1, 5))
def test_deciding_again_on_the_same_data_changes_nothing(days: list[date], weeks: int) -> None:
    first = rules.decide_streak(days, weeks, TUESDAY, [])
    crossed = [first.reached] if first.reached else []
    assert rules.decide_streak(days, weeks, TUESDAY, crossed) == StreakDecision(None, frozenset())


@given(st.sets(st.dates(date(2023, 1, 1), date(2023, 12, 31)), max_size=60))
def test_streaks_hold_every_week_of_activity_once(days: set[date]) -> None:
    held = [run.first + timedelta(weeks=step) for run in rules.runs(days) for step in range(run.weeks)]
    assert held == sorted({rules.monday(day) for day in days})


def test_definitions_become_milestones() -> None:
    name = {"vi": "Sơ kết 6 tháng"}
    parsed = rules.parse(
        [
            {"code": "M1", "type": "date", "name": name, "on": date(2023, 6, 14)},
            {"code": "M2", "type": "threshold", "name": name, "indicator": "P2", "at_least": 1000},
            {"code": "M3", "type": "streak", "name": name, "weeks": 4, "indicators": ["P2"], "places": "each"},
        ],
        ["P2"],
    )
    assert parsed == [
        Milestone("M1", "date", name, on=date(2023, 6, 14)),
        Milestone("M2", "threshold", name, indicator="P2", at_least=1000),
        Milestone("M3", "streak", name, weeks=4, indicators=("P2",), places="each"),
    ]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"code": "M 2"}, "code must be 1 to 16 letters and digits"),
        ({"name": {"en": "1,000"}}, "name needs a text in Vietnamese (vi)"),
        ({"type": "first"}, "type must be one of date, threshold, streak"),
        ({"at_least": 0}, "at_least must be a whole number, 1 or more"),
        ({"indicator": "P9"}, "there is no indicator P9 in this campaign"),
        ({"weeks": 4}, "'weeks' is no member of a threshold"),
        ({"places": "commune"}, "places must be one of campaign, each"),
        ({"code": "M1"}, "this code is used twice"),
    ],
)
def test_a_mistake_is_named_with_its_place_in_the_list(changed: dict[str, Any], message: str) -> None:
    good = {"code": "M1", "type": "date", "name": {"vi": "Lễ phát động"}, "on": "2023-03-20"}
    other = {"code": "M2", "type": "threshold", "name": {"vi": "1.000"}, "indicator": "P2", "at_least": 1000}
    with pytest.raises(DefinitionsRefused) as refused:
        rules.parse([good, other | changed], ["P2"])
    assert refused.value.faults == [DefinitionFault(1, changed.get("code", "M2"), message)]


def test_a_date_must_be_one() -> None:
    with pytest.raises(DefinitionsRefused) as refused:
        rules.parse([{"code": "M1", "type": "date", "name": {"vi": "x"}, "on": "14/6/2023"}], [])
    assert refused.value.faults[0].message == "on must be a date like 2023-06-14"
