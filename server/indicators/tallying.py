"""From one record to its contribution, and from tallies to a figure. Pure.

A tally counts contributions of one indicator at one place and all below it, in one reporting period, by `key`: the
thing that is counted (a volunteer, a commune and week, a number of minutes), or nothing where numbers are added. Since
a tally only ever counts up and down, figures come out the same in whatever order decisions arrive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from server.campaigns.calendars import Calendar
from server.campaigns.rules import Window
from server.indicators import rules
from server.indicators.rules import Contribution, Indicator, Sums

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


class Row(NamedTuple):
    """A tally: of this period (its first day, uncut) and key, so many records with these sums."""

    period: date
    key: str
    records: int
    numerator: int
    denominator: int
    provisional: int


@dataclass(frozen=True)
class Setting:
    """What a figure depends on beside its tallies. `units`: how many places of the campaign's kind there are here."""

    today: date
    window: Window
    calendar: Calendar
    units: int
    report_days: int = 0
    fact: int | None = None


@dataclass(frozen=True)
class Figure:
    """An indicator at a place. `since`: the last day on which it happened, for `days_since`."""

    records: int = 0
    numerator: int = 0
    denominator: int | None = None
    provisional: bool = False
    since: date | None = None

    @property
    def sums(self) -> Sums:
        """Both numbers."""
        return Sums(self.numerator, self.denominator)


# ------------------------------------------------------------------ from a record to its contribution


def contribution(
    indicator: Indicator, values: Mapping[str, object], on_date: date, calendar: Calendar, *, provisional: bool = False
) -> Contribution | None:
    """What a record's answers add to an indicator; None when it doesn't concern them or the answer is missing.

    `values` hold what the house knows too (`language.KNOWN`), among it the class that `provisional` speaks of.
    """
    if not all(rules.holds(condition, values) for condition in indicator.where):
        return None
    numerator = indicator.numerator.of(values)
    denominator = None if indicator.denominator is None else indicator.denominator.of(values)
    if numerator is None or (denominator is None and indicator.denominator is not None):
        return None
    key = _key(indicator, {**values, "@day": on_date, "@number": numerator}, on_date, calendar)
    if key is None:
        return None
    group = rules.group_key(indicator, values)
    return Contribution(on_date, numerator, denominator, group, key, provisional)


def _key(indicator: Indicator, values: Mapping[str, object], on_date: date, calendar: Calendar) -> str | None:
    if indicator.kind in ("days_since", "median"):
        return str(values["@day" if indicator.kind == "days_since" else "@number"])
    if indicator.thing is None:
        return ""
    thing = rules.folded(values.get(indicator.thing))
    if thing is None or thing == "":
        return None
    if not indicator.thing.startswith("@"):  # what people typed means something in its own commune only
        thing = f"{values.get('@unit')}:{thing}"
    if indicator.every:
        return f"{thing}:{_monday(on_date)}"
    if indicator.each:
        return f"{thing}:{calendar.period(on_date).first}"
    return str(thing)[:200]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


# ------------------------------------------------------------------ from tallies to a figure


def figure(indicator: Indicator, rows: Iterable[Row], setting: Setting) -> Figure:
    """What the tallies of a place come to, as on `setting.today`."""
    everything = list(rows)
    here = _of_span(indicator, everything, setting)
    records = sum(row.records for row in everything)
    provisional = any(row.provisional for row in here)
    numerator = sum(row.numerator for row in here)
    kind = indicator.kind
    if kind == "days_since":
        last = max((date.fromisoformat(row.key) for row in here), default=None)
        return Figure(records, numerator, None, provisional, last)
    if kind == "distinct":
        return Figure(records, len({row.key for row in here}))
    if kind == "median":
        return Figure(records, *_median(here))
    if kind == "covered":
        return Figure(records, *_covered(indicator, here, setting))
    if kind == "rate":
        return Figure(records, numerator, setting.fact, provisional)
    denominator = sum(row.denominator for row in here) if indicator.denominator is not None else None
    return Figure(records, numerator, denominator, provisional)


def of_period(indicator: Indicator, rows: Sequence[Row], setting: Setting) -> Figure:
    """What the tallies of one period alone come to: of things counted once, those of this period.

    `setting.window` is the period, cut at the ends of the indicator's window.
    """
    if indicator.kind == "distinct":
        return Figure(numerator=len({row.key for row in rows}))
    if indicator.kind == "median":
        return Figure(0, *_median(rows))
    numerator = sum(row.numerator for row in rows)
    if indicator.kind == "covered":
        keys = {row.key for row in rows if row.numerator > 0}
        if indicator.every:
            return Figure(0, *_every_week(keys, setting))
        return Figure(numerator=len(keys), denominator=setting.units if indicator.fact is None else setting.fact)
    if indicator.kind == "rate":
        return Figure(numerator=numerator, denominator=setting.fact)
    denominator = sum(row.denominator for row in rows) if indicator.denominator is not None else None
    return Figure(numerator=numerator, denominator=denominator)


def span(indicator: Indicator, setting: Setting) -> Window:
    """The days that the figure is of: the window, or the month or quarter that is running (at its end, the last)."""
    day = max(setting.window.first, min(setting.window.last, setting.today))
    if indicator.per == "month":
        return setting.calendar.period(day)
    if indicator.per == "quarter":
        return setting.calendar.quarter(day)
    return setting.window


def _of_span(indicator: Indicator, rows: Sequence[Row], setting: Setting) -> Sequence[Row]:
    if indicator.per is None:
        return rows
    days = span(indicator, setting)
    return [row for row in rows if days.holds(row.period)]


def _median(rows: Iterable[Row]) -> tuple[int, int]:
    """The middle value, of two the mean rounded up by half; and of how many."""
    counts: dict[int, int] = {}
    for row in rows:
        counts[int(row.key)] = counts.get(int(row.key), 0) + row.records
    many = sum(counts.values())
    if not many:
        return 0, 0
    low, high = _at(counts, (many - 1) // 2), _at(counts, many // 2)
    return (low + high + 1) // 2, many


def _at(counts: Mapping[int, int], position: int) -> int:
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if position < seen:
            return value
    raise AssertionError("a position beyond the last")


def _covered(indicator: Indicator, rows: Sequence[Row], setting: Setting) -> tuple[int, int | None]:
    keys = {row.key for row in rows if row.numerator > 0}
    if indicator.every:
        return _every_week(keys, setting)
    if indicator.each:
        due = {str(setting.calendar.period(period.first).first) for period in due_periods(setting)}
        return sum(key.rpartition(":")[2] in due for key in keys), setting.units * len(due)
    return len(keys), setting.units if indicator.fact is None else setting.fact


def _every_week(keys: Iterable[str], setting: Setting) -> tuple[int, int]:
    """How many things were there in every week that lies whole in the window and has ended; of how many."""
    weeks = {str(week) for week in whole_weeks(setting.window, setting.today)}
    done: dict[str, set[str]] = {}
    for key in keys:
        thing, _, week = key.rpartition(":")
        if week in weeks:
            done.setdefault(thing, set()).add(week)
    return sum(len(found) == len(weeks) for found in done.values()), setting.units if weeks else 0


def whole_weeks(window: Window, today: date) -> list[date]:
    """The Mondays of the weeks that lie whole in a window and have ended."""
    first = window.first + timedelta(days=-window.first.weekday() % 7)
    last = min(window.last, today - DAY)
    return [first + WEEK * number for number in range(((last - first).days + 1) // 7)]


def due_periods(setting: Setting) -> list[Window]:
    """The reporting periods whose reports should be there by now."""
    whole = setting.calendar.periods(setting.window)
    return [period for period in whole if period.last + DAY * setting.report_days < setting.today]
