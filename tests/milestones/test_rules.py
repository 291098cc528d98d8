"""When milestones are reached and undone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.campaigns.rules import DefinitionFault, DefinitionsRefused
from server.milestones import rules, runs
from server.milestones.rules import Known, Milestone
from server.milestones.runs import Reached, Run

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


def week_run(first: int, last: int) -> Run:
    return Run(week(first), week(last, 7))


def stood(days: list[date], weeks: int, today: date) -> dict[str, Reached]:
    return runs.standing(runs.weeks_of(days), 7 * weeks, today, weeks=True)


def test_a_gap_ends_a_streak_and_the_next_begins_at_one() -> None:
    days = [week(10), week(11, 7), week(12, 3), week(14), week(15)]
    assert runs.weeks_of(days) == [week_run(10, 12), week_run(14, 15)]


def test_iso_weeks_go_on_over_new_year() -> None:
    days = [date(2026, 12, 28), date(2027, 1, 3), date(2027, 1, 4)]
    assert runs.weeks_of(days) == [Run(date(2026, 12, 28), date(2027, 1, 10))]
    assert runs.week_name(date(2026, 12, 28)) == "2026-W53"
    assert runs.first_day("2026-W53") == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("weeks", "stands", "fresh"),
    [
        ((17, 18, 19, 20), True, True),
        ((16, 17, 18, 19), True, True),  # this week may still see its activity
        ((14, 15, 16, 17), True, False),  # it ended long ago: shown, and told to nobody
        ((18, 19, 20), False, False),
    ],
)
def test_only_a_streak_that_goes_on_now_is_news(weeks: tuple[int, ...], stands: bool, fresh: bool) -> None:
    found = stood([week(number) for number in weeks], 4, TUESDAY)
    assert [reached.fresh for reached in found.values()] == ([fresh] if stands else [])


def test_a_streak_of_weeks_is_called_by_its_first_and_was_reached_on_the_day_it_was_long_enough() -> None:
    assert stood([week(number) for number in range(17, 21)], 4, TUESDAY) == {"2023-W17": Reached(TUESDAY)}
    assert stood([week(number) for number in range(14, 21)], 4, TUESDAY) == {"2023-W14": Reached(week(17, 7))}


def test_days_without_end_with_the_day_before_and_begin_with_the_day_after() -> None:
    first, last = date(2023, 1, 1), date(2023, 3, 31)
    happened = [date(2023, 1, 31), date(2023, 2, 1), date(2023, 3, 31), date(2022, 12, 31), date(2023, 4, 1)]
    assert runs.days_without(happened, first, last) == [
        Run(first, date(2023, 1, 30)),
        Run(date(2023, 2, 2), date(2023, 3, 30)),
    ]
    assert runs.days_without([], first, last) == [Run(first, last)]


def test_thirty_days_without_are_reached_on_the_thirtieth_and_news_only_while_they_last() -> None:
    found = runs.days_without([date(2023, 4, 16)], date(2023, 4, 1), TUESDAY)
    assert runs.standing(found, 30, TUESDAY, weeks=False) == {"2023-04-17": Reached(TUESDAY)}
    assert runs.standing(found, 31, TUESDAY, weeks=False) == {}
    over = runs.days_without([TUESDAY], date(2023, 4, 1), TUESDAY)
    assert runs.standing(over, 30, TUESDAY, weeks=False) == {"2023-04-01": Reached(date(2023, 4, 30), fresh=False)}


def test_a_streak_that_grows_at_its_edge_stays_the_same_crossing() -> None:
    found = [week_run(14, 20)]
    assert runs.renamed({"2023-W17": True}, found, {"2023-W14"}, 28) == {"2023-W17": "2023-W14"}


def test_one_that_was_taken_back_goes_on_only_where_none_that_stands_does() -> None:
    found = [week_run(14, 20)]
    known = {"2023-W17": False, "2023-W15": True}
    assert runs.renamed(known, found, {"2023-W14"}, 28) == {"2023-W15": "2023-W14"}


def test_a_second_streak_after_a_gap_is_a_crossing_of_its_own() -> None:
    found = [week_run(10, 13), week_run(17, 20)]
    assert runs.renamed({"2023-W10": True}, found, {"2023-W10", "2023-W17"}, 28) == {}


days_of_year = st.lists(st.dates(date(2023, 1, 1), date(2023, 12, 31)), max_size=60)


@given(st.lists(days_of_year, min_size=1, max_size=6), st.integers(1, 5))
def test_whatever_was_known_before_what_stands_is_what_the_data_say(history: list[list[date]], weeks: int) -> None:
    known: dict[str, bool] = {}
    for days in history:
        found = runs.weeks_of(days)
        wanted = stood(days, weeks, TUESDAY)
        moved = runs.renamed(known, found, wanted, 7 * weeks)
        assert len(set(moved.values())) == len(moved)
        assert not set(moved.values()) & known.keys()
        known = {moved.get(name, name): stands for name, stands in known.items()}
        known = dict.fromkeys(known, False) | dict.fromkeys(wanted, True)
    last = stood(history[-1], weeks, TUESDAY)
    assert {name for name, stands in known.items() if stands} == last.keys()


@given(st.sets(st.dates(date(2023, 1, 1), date(2023, 12, 31)), max_size=60))
def test_streaks_hold_every_week_of_activity_once(days: set[date]) -> None:
    held = [run.first + timedelta(weeks=step) for run in runs.weeks_of(days) for step in range(run.days // 7)]
    assert held == sorted({runs.monday(day) for day in days})


@given(st.sets(st.dates(date(2023, 1, 1), date(2023, 12, 31)), max_size=40))
def test_every_day_is_one_on_which_it_happened_or_in_one_streak_without(days: set[date]) -> None:
    found = runs.days_without(days, date(2023, 1, 1), date(2023, 12, 31))
    assert sum(run.days for run in found) + len(days) == 365


KNOWN = Known({"P2": "at_least", "A5": "at_most", "A6": "days_since", "P10": "median"}, {"A5", "A6"}, {"BC-09"})


def test_definitions_become_milestones() -> None:
    name = {"vi": "Sơ kết 6 tháng"}
    parsed = rules.parse(
        [
            {"code": "M1", "type": "date", "name": name, "on": date(2023, 6, 14)},
            {"code": "M2", "type": "threshold", "name": name, "indicator": "P2", "at_least": 1000},
            {"code": "M3", "type": "streak", "name": name, "weeks": 4, "indicators": ["P2"], "places": "each"},
            {"code": "M4", "type": "streak", "name": name, "days": 30, "indicator": "A6"},
            {"code": "M5", "type": "guard", "name": name, "indicator": "A5", "at_most": 0},
            {"code": "M6", "type": "first", "name": name, "indicator": "P2", "places": "each"},
            {"code": "M7", "type": "deadline", "name": name, "days": 3, "form": "BC-09"},
        ],
        KNOWN,
    )
    assert parsed == [
        Milestone("M1", "date", name, on=date(2023, 6, 14)),
        Milestone("M2", "threshold", name, indicator="P2", at_least=1000),
        Milestone("M3", "streak", name, weeks=4, indicators=("P2",), places="each"),
        Milestone("M4", "streak", name, days=30, indicator="A6"),
        Milestone("M5", "guard", name, indicator="A5", at_most=0),
        Milestone("M6", "first", name, indicator="P2", places="each"),
        Milestone("M7", "deadline", name, days=3, form="BC-09"),
    ]


WEEKS = {"type": "streak", "indicator": ..., "at_least": ..., "weeks": 4, "indicators": ["P2"]}
NO_GOAL = "indicator {} counts harm or doesn't grow with the work: it is no goal to be reached"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"code": "M 2"}, "code must be 1 to 16 letters and digits"),
        ({"name": {"en": "1,000"}}, "name needs a text in Vietnamese (vi)"),
        ({"type": "prize"}, "type must be one of date, threshold, streak, guard, first, deadline"),
        ({"at_least": 0}, "at_least must be a whole number, 1 or more"),
        ({"at_least": True}, "at_least must be a whole number, 1 or more"),
        ({"indicator": "P9"}, "there is no indicator P9 in this campaign"),
        ({"indicator": ["P2"]}, "there is no indicator ['P2'] in this campaign"),
        ({"weeks": 4}, "'weeks' is no member of a threshold"),
        ({"places": "commune"}, "places must be one of campaign, each"),
        ({"code": "M1"}, "this code is used twice"),
        ({"indicator": "A5"}, NO_GOAL.format("A5")),
        ({"indicator": "P10"}, NO_GOAL.format("P10")),
        ({"type": "first", "at_least": ..., "indicator": "A6"}, NO_GOAL.format("A6")),
        (WEEKS | {"indicators": "P2"}, "indicators must be a list of codes"),
        (WEEKS | {"indicators": ["A5"]}, "indicator A5 counts harm: nobody is told of weeks in a row of it"),
        (WEEKS | {"days": 3}, "a streak needs either 'weeks' and 'indicators', or 'days' and 'indicator'"),
        (
            {"type": "streak", "at_least": ..., "days": 30},
            "indicator P2 doesn't count days: a streak of days needs one of kind days_since",
        ),
        (
            {"type": "guard", "at_least": ..., "at_most": 0},
            "indicator P2 is no figure to be guarded: a guard needs one of kind at_most or count",
        ),
        ({"type": "guard", "at_least": ..., "indicator": "A5"}, "a guard needs 'at_most'"),
        ({"type": "deadline", "at_least": ..., "indicator": ..., "days": 3}, "a deadline needs 'form'"),
        (
            {"type": "deadline", "at_least": ..., "indicator": ..., "days": 3, "form": "X"},
            "the campaign has no form X",
        ),
        (
            {"type": "deadline", "at_least": ..., "indicator": ..., "days": 400, "form": "BC-09"},
            "days may be 366 at most",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place_in_the_list(changed: dict[str, Any], message: str) -> None:
    good = {"code": "M1", "type": "date", "name": {"vi": "Lễ phát động"}, "on": "2023-03-20"}
    other = {"code": "M2", "type": "threshold", "name": {"vi": "1.000"}, "indicator": "P2", "at_least": 1000}
    given = {member: value for member, value in {**other, **changed}.items() if value is not ...}
    with pytest.raises(DefinitionsRefused) as refused:
        rules.parse([good, given], KNOWN)
    assert refused.value.faults == [DefinitionFault(1, changed.get("code", "M2"), message)]


def test_a_date_must_be_one() -> None:
    with pytest.raises(DefinitionsRefused) as refused:
        rules.parse([{"code": "M1", "type": "date", "name": {"vi": "x"}, "on": "14/6/2023"}], KNOWN)
    assert refused.value.faults[0].message == "on must be a date like 2023-06-14"
