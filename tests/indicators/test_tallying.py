"""What a record adds, and what tallies come to: one thing counts once, however often it is reported."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.campaigns.calendars import Calendar
from server.campaigns.rules import Window
from server.indicators import rules, tallying
from server.indicators.rules import Condition, Contribution, Indicator, Measure, Target
from server.indicators.tallying import Figure, Row, Setting

COMMITTEE = Calendar(month_from=15)
WINDOW = Window(date(2023, 3, 20), date(2023, 12, 14))
DAY = date(2023, 5, 16)
MONTH = date(2023, 5, 15)


def made(kind: str = "reduction", **more: Any) -> Indicator:
    target = more.pop("target", Target())
    return Indicator("X1", {"vi": "Chỉ tiêu"}, {"vi": "vụ"}, kind, "activity", target, **more)


def added(indicator: Indicator, values: dict[str, object], day: date = DAY) -> Contribution | None:
    return tallying.contribution(indicator, values, day, COMMITTEE)


def row(key: str = "", period: date = MONTH, records: int = 1, numerator: int = 1) -> Row:
    return Row(period, key, records, numerator, 0, 0)


def setting(today: date = DAY, **more: Any) -> Setting:
    return Setting(today, WINDOW, COMMITTEE, more.pop("units", 17), **more)


def test_an_unknown_number_adds_nothing_rather_than_zero() -> None:
    deaths = made(numerator=Measure("deaths"))
    assert added(deaths, {}) is None
    assert added(deaths, {"deaths": None}) is None
    assert added(deaths, {"deaths": 0}) == Contribution(DAY, 0)
    assert added(made(), {}) == Contribution(DAY, 1)


def test_a_number_that_a_form_worked_out_is_whole() -> None:
    assert added(made(numerator=Measure("deaths")), {"deaths": 2.0}) == Contribution(DAY, 2)
    assert added(made(numerator=Measure("deaths")), {"deaths": 2.5}) is None


def test_a_ratio_needs_both_its_numbers() -> None:
    pledges = made("ratio", numerator=Measure("signed"), denominator=Measure("asked"))
    assert added(pledges, {"signed": 4}) is None
    assert added(pledges, {"signed": 4, "asked": 5}) == Contribution(DAY, 4, 5)


def test_a_share_of_records_counts_those_that_meet_its_condition() -> None:
    in_time = Measure(where=(Condition("not_after", "done", "due"),))
    hazards = made("ratio", numerator=in_time, denominator=Measure())
    assert added(hazards, {"done": "2023-05-10", "due": "2023-05-10"}) == Contribution(DAY, 1, 1)
    assert added(hazards, {"done": "2023-05-11", "due": "2023-05-10"}) == Contribution(DAY, 0, 1)
    assert added(hazards, {"due": "2023-05-10"}) == Contribution(DAY, 0, 1)


def test_conditions_choose_which_records_count() -> None:
    worst = made("at_most", where=(Condition("at_least", "deaths", 3),), target=Target(at_most=0))
    assert added(worst, {"deaths": 2}) is None
    assert added(worst, {"deaths": 3}) == Contribution(DAY, 1)


def test_of_one_group_only_the_latest_day_counts_and_who_names_none_stands_alone() -> None:
    pledges = made("ratio", numerator=Measure("signed"), denominator=Measure("asked"), latest_by=("school", "pledge"))

    def one(school: str, signed: int, day: int) -> Contribution:
        answers = {"school": school, "pledge": "helmet", "signed": signed, "asked": 100}
        found = added(pledges, answers, date(2023, 5, day))
        assert found is not None
        return found

    first, second = one("THCS  Ngãi Xuyên", 40, 2), one("thcs ngãi xuyên", 70, 9)
    assert first.group_key == second.group_key
    assert rules.latest([second, first]) is second
    assert rules.group_key(made(latest_by=("case_ref",)), {"case_ref": None}) is None


@pytest.mark.parametrize(
    ("indicator", "values", "key"),
    [
        (made("distinct", thing="@author"), {"@author": 7}, "7"),
        (made("covered", thing="@unit"), {"@unit": 4}, "4"),
        (made("covered", thing="@unit", every="week"), {"@unit": 4}, "4:2023-05-15"),
        (made("covered", thing="@unit", each="period"), {"@unit": 4}, "4:2023-05-15"),
        (made("covered", thing="hamlet"), {"@unit": 4, "hamlet": "Ấp  Chợ"}, "4:ấp chợ"),
        (made("days_since"), {}, "2023-05-16"),
        (made("median", numerator=Measure("@approval_minutes")), {"@approval_minutes": 95}, "95"),
    ],
)
def test_what_is_counted_once_has_a_key(indicator: Indicator, values: dict[str, object], key: str) -> None:
    found = added(indicator, values)
    assert found is not None
    assert found.key == key


def test_a_session_that_names_no_hamlet_covers_none() -> None:
    hamlets = made("covered", thing="hamlet")
    assert added(hamlets, {"@unit": 4}) is None
    assert added(hamlets, {"@unit": 4, "hamlet": " "}) is None


def test_volunteers_are_counted_once_and_only_in_the_month_that_runs() -> None:
    active = made("distinct", thing="@author", per="month")
    rows = [row("7", records=3), row("8"), row("9", period=date(2023, 4, 15))]
    assert tallying.figure(active, rows, setting()).numerator == 2
    assert tallying.figure(active, rows, setting(date(2023, 5, 14))).numerator == 1
    assert tallying.figure(active, rows, setting(date(2024, 2, 1))).numerator == 0


def test_hamlets_are_counted_in_the_quarter_of_the_reporting_year() -> None:
    hamlets = made("covered", thing="hamlet", per="quarter", fact="hamlets")
    rows = [row("4:ấp chợ"), row("4:ấp chợ", period=date(2023, 3, 15)), row("5:ấp chợ")]
    rows.append(row("6:ấp chợ", period=date(2023, 2, 15)))
    found = tallying.figure(hamlets, rows, setting(fact=138))
    assert (found.numerator, found.denominator) == (2, 138)
    assert tallying.figure(hamlets, rows, setting()).denominator is None


def test_a_commune_counts_only_with_activity_in_every_week_that_has_ended() -> None:
    weekly = made("covered", thing="@unit", every="week")
    rows = [row(f"4:{monday}") for monday in ("2023-03-20", "2023-03-27")] + [row("5:2023-03-27")]
    assert tallying.figure(weekly, rows, setting(date(2023, 3, 26))).sums == rules.Sums(0, 0)
    assert tallying.figure(weekly, rows, setting(date(2023, 4, 2))).sums == rules.Sums(1, 17)
    assert tallying.figure(weekly, rows, setting(date(2023, 4, 3))).sums == rules.Sums(1, 17)
    assert tallying.figure(weekly, rows, setting(date(2023, 4, 10))).sums == rules.Sums(0, 17)


def test_reports_are_due_some_days_after_their_period_and_count_when_they_came_in_time() -> None:
    monthly = made("covered", thing="@unit", each="period")
    rows = [row("4:2023-03-15"), row("5:2023-03-15", numerator=0), row("4:2023-04-15")]
    assert tallying.figure(monthly, rows, setting(date(2023, 4, 19), report_days=5)).sums == rules.Sums(0, 0)
    assert tallying.figure(monthly, rows, setting(date(2023, 4, 20), report_days=5)).sums == rules.Sums(1, 17)
    assert tallying.figure(monthly, rows, setting(date(2023, 5, 20), report_days=5)).sums == rules.Sums(2, 34)


@pytest.mark.parametrize(
    ("minutes", "middle"), [([5], 5), ([5, 6], 6), ([5, 7], 6), ([1, 2, 90], 2), ([3, 3, 3, 9], 3)]
)
def test_a_median_of_two_is_rounded_up(minutes: list[int], middle: int) -> None:
    rows = [row(str(value), records=count) for value, count in Counter(minutes).items()]
    assert tallying.figure(made("median"), rows, setting()).sums == rules.Sums(middle, len(minutes))


@given(st.lists(st.integers(0, 3000), min_size=1))
def test_a_median_has_as_many_below_it_as_above(minutes: list[int]) -> None:
    rows = [row(str(value), records=count) for value, count in Counter(minutes).items()]
    middle = tallying.figure(made("median"), rows, setting()).numerator
    assert sum(value < middle for value in minutes) <= (len(minutes) + 1) // 2
    assert sum(value > middle for value in minutes) <= len(minutes) // 2


def test_the_last_day_counts_whatever_came_after_it_was_sent() -> None:
    fatal = made("days_since")
    rows = [row("2023-05-02"), row("2023-04-30", period=date(2023, 4, 15))]
    assert tallying.figure(fatal, rows, setting()).since == date(2023, 5, 2)
    assert tallying.figure(fatal, [], setting()) == Figure()


def test_a_figure_with_one_provisional_case_in_it_is_provisional() -> None:
    rows = [row(), Row(MONTH, "", 1, 1, 0, 1)]
    assert tallying.figure(made(), rows, setting()).provisional
    assert not tallying.figure(made(), rows[:1], setting()).provisional


@given(st.dates(date(2023, 3, 1), date(2024, 1, 31)))
def test_weeks_that_have_ended_lie_whole_in_the_window(today: date) -> None:
    for monday in tallying.whole_weeks(WINDOW, today):
        assert monday.weekday() == 0
        assert WINDOW.first <= monday
        assert monday + timedelta(days=6) <= min(WINDOW.last, today - timedelta(days=1))
