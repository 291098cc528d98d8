"""Reporting calendars: how an authority cuts its year into periods. Pure; days are local dates, both ends included.

A calendar is data: the day of the month, or of the week, on which a period begins. 15 means that month M runs from the
15th of the month before to the 14th, and the year from 15 December to 14 December, as traffic-safety committees count;
1 is the calendar's own month, as the police count. Special spans (Tết, a holiday) are named by a pack beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from server.campaigns.rules import CALENDARS, Window

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MONTHS = 12


@dataclass(frozen=True)
class Calendar:
    """Periods that begin on a day of the month (1 to 28), or on a day of the week (1 Monday to 7 Sunday)."""

    month_from: int = 0
    week_from: int = 0

    def period(self, day: date) -> Window:
        """The period that holds a day: a reporting month, or a reporting week."""
        if self.week_from:
            first = day - timedelta(days=(day.isoweekday() - self.week_from) % 7)
            return Window(first, first + WEEK - DAY)
        first = self._begins(*self.month(day))
        return Window(first, self._begins(*_shifted(*self.month(day), 1)) - DAY)

    def month(self, day: date) -> tuple[int, int]:
        """The year and month by which the period of a day is called: from the 15th on it is the next month's."""
        late = self.month_from > 1 and day.day >= self.month_from
        return _shifted(day.year, day.month, int(late))

    def quarter(self, day: date) -> Window:
        """The three reporting months that hold a day."""
        return self.span(day, 3)

    def span(self, day: date, many: int) -> Window:
        """The 1, 3, 6 or 12 reporting months (of a calendar of weeks: calendar months) of a year that hold a day."""
        year, month = self.months.month(day)
        first = month - (month - 1) % many
        return Window(self.months._begins(year, first), self.months._begins(*_shifted(year, first, many)) - DAY)

    @property
    def months(self) -> Calendar:
        """The calendar by whose months longer spans are made."""
        return self if self.month_from else Calendar(1)

    def periods(self, window: Window) -> list[Window]:
        """The periods that touch a window, in order, cut at its ends."""
        found: list[Window] = []
        day = window.first
        while day <= window.last:
            period = self.period(day)
            found.append(Window(max(period.first, window.first), min(period.last, window.last)))
            day = period.last + DAY
        return found

    def _begins(self, year: int, month: int) -> date:
        if self.month_from <= 1:
            return date(year, month, 1)
        return date(*_shifted(year, month, -1), self.month_from)


def _shifted(year: int, month: int, by: int) -> tuple[int, int]:
    whole = year * MONTHS + month - 1 + by
    return whole // MONTHS, whole % MONTHS + 1


def calendar(cut: Mapping[str, Any] | str) -> Calendar:
    """The calendar of a code that is known here, or of a pack's own `month_from` or `week_from`."""
    return Calendar(**(CALENDARS[cut] if isinstance(cut, str) else cut))


def year_before(day: date) -> date:
    """The same date of the year before; 29 February answers to the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
