"""Reporting calendars: every day lies in one period, and boundaries are those of the authorities."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.campaigns.calendars import Calendar, calendar, year_before
from server.campaigns.rules import CALENDARS, Window

DAYS = st.dates(date(2015, 1, 1), date(2032, 12, 31))


@pytest.mark.parametrize(
    ("code", "day", "first", "last"),
    [
        ("BATGT_15_14", date(2023, 5, 14), date(2023, 4, 15), date(2023, 5, 14)),
        ("BATGT_15_14", date(2023, 5, 15), date(2023, 5, 15), date(2023, 6, 14)),
        ("BATGT_15_14", date(2022, 12, 31), date(2022, 12, 15), date(2023, 1, 14)),
        ("BATGT_15_14", date(2024, 2, 29), date(2024, 2, 15), date(2024, 3, 14)),
        ("BATGT_16_15", date(2014, 12, 16), date(2014, 12, 16), date(2015, 1, 15)),
        ("BATGT_16_15", date(2015, 8, 15), date(2015, 7, 16), date(2015, 8, 15)),
        ("CAL", date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29)),
        ("CAL", date(2023, 2, 28), date(2023, 2, 1), date(2023, 2, 28)),
        ("WEEK_THU_WED", date(2023, 5, 17), date(2023, 5, 11), date(2023, 5, 17)),
        ("WEEK_THU_WED", date(2023, 5, 18), date(2023, 5, 18), date(2023, 5, 24)),
    ],
)
def test_boundaries_are_local_days_both_included(code: str, day: date, first: date, last: date) -> None:
    assert calendar(code).period(day) == Window(first, last)


@pytest.mark.parametrize(
    ("code", "day", "first", "last"),
    [
        ("BATGT_15_14", date(2022, 12, 15), date(2022, 12, 15), date(2023, 3, 14)),
        ("BATGT_15_14", date(2023, 5, 16), date(2023, 3, 15), date(2023, 6, 14)),
        ("BATGT_15_14", date(2023, 12, 14), date(2023, 9, 15), date(2023, 12, 14)),
        ("CAL", date(2023, 5, 16), date(2023, 4, 1), date(2023, 6, 30)),
        ("WEEK_THU_WED", date(2023, 5, 16), date(2023, 4, 1), date(2023, 6, 30)),
    ],
)
def test_quarters_are_three_months_of_the_reporting_year(code: str, day: date, first: date, last: date) -> None:
    assert calendar(code).quarter(day) == Window(first, last)


def test_the_committees_year_has_twelve_periods() -> None:
    year = Window(date(2022, 12, 15), date(2023, 12, 14))
    periods = calendar("BATGT_15_14").periods(year)
    assert len(periods) == 12
    assert (periods[0].first, periods[-1].last) == (year.first, year.last)


def test_periods_are_cut_at_the_windows_ends() -> None:
    periods = Calendar(15).periods(Window(date(2023, 3, 20), date(2023, 5, 1)))
    assert periods == [Window(date(2023, 3, 20), date(2023, 4, 14)), Window(date(2023, 4, 15), date(2023, 5, 1))]


@given(st.sampled_from(sorted(CALENDARS)), DAYS)
def test_a_day_lies_in_exactly_one_period(code: str, day: date) -> None:
    cut = calendar(code)
    period = cut.period(day)
    assert period.holds(day)
    assert cut.period(period.first) == cut.period(period.last) == period
    assert cut.period(period.last + timedelta(days=1)).first == period.last + timedelta(days=1)
    assert cut.quarter(day).holds(day)


def test_a_pack_may_cut_its_own_periods() -> None:
    assert calendar({"month_from": 21}).period(date(2023, 5, 20)) == Window(date(2023, 4, 21), date(2023, 5, 20))


def test_the_same_day_of_the_year_before() -> None:
    assert year_before(date(2023, 5, 16)) == date(2022, 5, 16)
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)
