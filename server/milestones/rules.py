"""When a milestone is reached, and when it is not any more. Pure.

1. A crossing is unique per milestone, place and period: an indicator that falls and rises again announces nothing new.
2. Weeks are ISO weeks. A streak counts weeks with approved activity; a week without any ends it, and the next begins
   at one. The current streak is the one that ends this week or last week (this week may still see its activity).
3. A streak that changes at its edges, because a report of an older week is approved or one is taken back, stays the
   same crossing as long as it is long enough and overlaps the weeks that were announced.
4. A crossing that approved data no longer support is retracted, quietly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from server.campaigns.rules import DefinitionFault, DefinitionsRefused

WEEK = timedelta(days=7)
WHOLE_CAMPAIGN = "campaign"
TYPES = ("date", "threshold", "streak")
PLACES = ("campaign", "each")
# type: the members that it must have besides code, type and name; those that it may have
MEMBERS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "date": (frozenset({"on"}), frozenset()),
    "threshold": (frozenset({"indicator", "at_least"}), frozenset({"places"})),
    "streak": (frozenset({"weeks", "indicators"}), frozenset({"places"})),
}


@dataclass(frozen=True)
class Milestone:
    """A milestone as a campaign's pack defines it.

    date: `on`, a local date. threshold: `indicator` reaches `at_least` (percent for a ratio). streak: `weeks` in a row
    in which one of `indicators` got an approved contribution. `places`: the campaign's own place, or each place below.
    """

    code: str
    type: str
    name: Mapping[str, str]
    on: date | None = None
    indicator: str | None = None
    at_least: int | None = None
    weeks: int | None = None
    indicators: tuple[str, ...] = ()
    places: str = "campaign"


def parse(definitions: Sequence[Mapping[str, Any]], indicators: Collection[str]) -> list[Milestone]:
    """Milestones from a pack's data, given the campaign's indicator codes; raises `DefinitionsRefused`."""
    faults: list[DefinitionFault] = []
    found: list[Milestone] = []
    codes = [item.get("code") for item in definitions]
    for index, item in enumerate(definitions):
        wrong = list(_faults(item, codes[:index], indicators))
        faults += [DefinitionFault(index, item.get("code"), message) for message in wrong]
        if not wrong:
            found.append(build(item))
    if faults:
        raise DefinitionsRefused(faults)
    return found


def _faults(item: Mapping[str, Any], before: Sequence[object], indicators: Collection[str]) -> Iterable[str]:
    code, kind = item.get("code"), item.get("type")
    if not isinstance(code, str) or not 0 < len(code) <= 16 or not code.isalnum():
        yield "code must be 1 to 16 letters and digits"
    elif code in before:
        yield "this code is used twice"
    name = item.get("name")
    if not isinstance(name, Mapping) or not isinstance(name.get("vi"), str):
        yield "name needs a text in Vietnamese (vi)"
    if kind not in TYPES:
        yield f"type must be one of {', '.join(TYPES)}"
        return
    needed, allowed = MEMBERS[str(kind)]
    given = set(item) - {"code", "type", "name"}
    yield from (f"a {kind} needs '{member}'" for member in sorted(needed - given))
    yield from (f"'{member}' is no member of a {kind}" for member in sorted(given - needed - allowed))
    if "on" in item and not isinstance(item["on"], date) and not _is_date(item["on"]):
        yield "on must be a date like 2023-06-14"
    for member in {"at_least", "weeks"} & given:
        if not isinstance(item[member], int) or item[member] < 1:
            yield f"{member} must be a whole number, 1 or more"
    named = [*item.get("indicators", ()), *([item["indicator"]] if "indicator" in item else [])]
    yield from (f"there is no indicator {code} in this campaign" for code in named if code not in indicators)
    if item.get("places", "campaign") not in PLACES:
        yield f"places must be one of {', '.join(PLACES)}"


def _is_date(text: object) -> bool:
    try:
        date.fromisoformat(str(text))
    except ValueError:
        return False
    return True


def build(item: Mapping[str, Any]) -> Milestone:
    """The milestone of a definition that `parse` has accepted."""
    members = {name: value for name, value in item.items() if name not in ("on", "indicators")}
    if "on" in item:
        members["on"] = date.fromisoformat(str(item["on"]))
    return Milestone(**members, indicators=tuple(item.get("indicators") or ()))


# ------------------------------------------------------------------ dates and thresholds


def date_period(on: date, today: date) -> str | None:
    """The period of a date that has come, None before it."""
    return on.isoformat() if on <= today else None


def threshold_reached(at_least: int, numerator: int, denominator: int | None) -> bool:
    """Whether a sum, or a ratio in percent, has reached the threshold; on whole numbers."""
    if denominator is None:
        return numerator >= at_least
    return denominator > 0 and 100 * numerator >= at_least * denominator


# ------------------------------------------------------------------ streaks


@dataclass(frozen=True)
class Run:
    """Weeks in a row with activity: the first one's Monday and how many they are."""

    first: date
    weeks: int

    @property
    def last(self) -> date:
        """The last week's Monday."""
        return self.first + WEEK * (self.weeks - 1)


def monday(day: date) -> date:
    """The Monday of the day's ISO week."""
    return day - timedelta(days=day.weekday())


def period_of(week: date) -> str:
    """The period's name of the week that begins on this Monday: '2023-W20'."""
    year, number, _ = week.isocalendar()
    return f"{year}-W{number:02d}"


def week_of(period: str) -> date:
    """The Monday of the week that a period's name says."""
    year, number = period.split("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def runs(days: Iterable[date]) -> list[Run]:
    """The streaks that these days of activity make, in order of time."""
    found: list[Run] = []
    for week in sorted({monday(day) for day in days}):
        if found and found[-1].last + WEEK == week:
            found[-1] = Run(found[-1].first, found[-1].weeks + 1)
        else:
            found.append(Run(week, 1))
    return found


def current(found: Sequence[Run], today: date) -> Run | None:
    """The streak that ends this week or last week, if there is one."""
    this_week = monday(today)
    alive = [run for run in found if this_week - WEEK <= run.last <= this_week]
    return alive[-1] if alive else None


@dataclass(frozen=True)
class StreakDecision:
    """What approved data say: a `reached` period that is new (or back again), and the periods to retract."""

    reached: str | None
    retract: frozenset[str]


def decide_streak(days: Iterable[date], weeks: int, today: date, crossed: Collection[str]) -> StreakDecision:
    """Which crossings of a streak of `weeks` hold, given the periods (first weeks) that stand as crossed."""
    long_enough = [run for run in runs(days) if run.weeks >= weeks]
    retract = {period for period in crossed if not any(_supports(run, period, weeks) for run in long_enough)}
    now = current(long_enough, today)
    if now is None or any(_supports(now, period, weeks) for period in crossed):
        return StreakDecision(None, frozenset(retract))
    return StreakDecision(period_of(now.first), frozenset(retract))


def _supports(run: Run, period: str, weeks: int) -> bool:
    first = week_of(period)
    return run.first < first + WEEK * weeks and first <= run.last
