"""Streaks: days or weeks in a row. Pure.

1. Weeks are ISO weeks. A streak of weeks counts weeks with approved activity; one of days counts days on which nothing
   of a kind happened. A gap ends it, and the next begins at one.
2. Which streaks stand is what approved data say on the day, whatever the order in which they came: every streak that
   is long enough, called by its first week or day.
3. A streak that changes at its edges, because a report of an older week is approved or one is taken back, stays the
   same crossing as long as it is long enough and overlaps what was announced; it takes the new first week's name.
4. Only a streak that goes on now is announced; one that was found to have been long ago is shown, and told to nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Reached:
    """A milestone's period that stands: the day on which it was reached, and whether people are told if it is new.

    `exact`: data say the day, which moves when they change; of others it is the day on which they were found reached.
    """

    on: date
    fresh: bool = True
    exact: bool = False


@dataclass(frozen=True)
class Run:
    """Days in a row, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1

    def meets(self, other: Run) -> bool:
        """Whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last


def monday(day: date) -> date:
    """The Monday of the day's ISO week."""
    return day - timedelta(days=day.weekday())


def week_name(week: date) -> str:
    """The name of the week that begins on this Monday: '2023-W20'."""
    year, number, _ = week.isocalendar()
    return f"{year}-W{number:02d}"


def first_day(period: str) -> date:
    """The first day of a streak by its period's name: of a week its Monday."""
    if "-W" not in period:
        return date.fromisoformat(period)
    year, number = period.split("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def weeks_of(days: Iterable[date]) -> list[Run]:
    """The whole weeks in a row that these days of activity make, in order of time."""
    found: list[Run] = []
    for week in sorted({monday(day) for day in days}):
        if found and found[-1].last + DAY == week:
            found[-1] = Run(found[-1].first, week + WEEK - DAY)
        else:
            found.append(Run(week, week + WEEK - DAY))
    return found


def days_without(days: Iterable[date], first: date, last: date) -> list[Run]:
    """The days in a row from `first` to `last` on which nothing happened, given the days on which something did."""
    happened = sorted({day for day in days if first <= day <= last})
    starts = [first, *(day + DAY for day in happened)]
    ends = [*(day - DAY for day in happened), last]
    return [Run(start, end) for start, end in zip(starts, ends, strict=True) if start <= end]


def standing(found: Sequence[Run], length: int, today: date, *, weeks: bool) -> dict[str, Reached]:
    """The streaks of at least `length` days, by name. Of weeks the current one ends this week or last week, which may
    still see its activity; of days it ends today."""
    edge = monday(today) - DAY if weeks else today
    return {
        week_name(run.first) if weeks else run.first.isoformat(): Reached(
            min(today, run.first + DAY * (length - 1)), fresh=run.last >= edge
        )
        for run in found
        if run.days >= length
    }


def renamed(known: Mapping[str, bool], found: Sequence[Run], wanted: Collection[str], length: int) -> dict[str, str]:
    """Which crossings go on under another name (rule 3): old name to new. `known`: names, and whether each stands.

    Crossings that stand go before those that were taken back; of several in one streak the oldest goes on.
    """
    runs = {run.first: run for run in found}
    free = {name: runs[first_day(name)] for name in sorted(wanted) if name not in known}
    moved: dict[str, str] = {}
    for old in sorted(known.keys() - set(wanted), key=lambda name: (not known[name], first_day(name))):
        told = Run(first_day(old), first_day(old) + DAY * (length - 1))
        if any(name in known and runs[first_day(name)].meets(told) for name in wanted):
            continue  # another crossing is this streak already
        new = next((name for name, run in free.items() if run.meets(told)), None)
        if new is not None:
            moved[old] = new
            del free[new]
    return moved
