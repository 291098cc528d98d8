"""How approved records become figures, and figures a verdict. Pure.

1. Only approved content counts, once a record, on the day it happened (not the day it was sent or approved).
2. A question without an answer matches no condition and adds nothing: unknown is not 0.
3. Verdicts compare whole numbers, never rounded percentages. A missing baseline is not 0.
4. While a window is open a figure that can still get worse is 'progress', never 'met': it is compared with a whole
   period of the year before. What can't be undone any more ('not met', 'increased', a goal reached) is said at once.

What is counted in how many ways is in `tallying`, how a pack says it in `language`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

Verdict = Literal["no_baseline", "met", "exceeded", "not_met", "held_zero", "increased", "progress", "shown"]
GOOD: frozenset[Verdict] = frozenset({"met", "exceeded", "held_zero"})
BAD: frozenset[Verdict] = frozenset({"not_met", "increased"})
MINUTES = 60


@dataclass(frozen=True)
class Condition:
    """A test of one answer, or `any`/`all` of several tests."""

    operator: str
    path: str = ""
    value: object = None
    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Measure:
    """What a record adds: the number at `path`, or 1; 0 where a condition doesn't hold, nothing without an answer."""

    path: str | None = None
    where: tuple[Condition, ...] = ()

    def of(self, values: Mapping[str, object]) -> int | None:
        """What these answers add; None where they don't say."""
        if not all(holds(condition, values) for condition in self.where):
            return 0
        return 1 if self.path is None else whole(values.get(self.path))


COUNT = Measure()


@dataclass(frozen=True)
class Target:
    """What is to be reached; only the members that the indicator's kind needs are set, in whole units or percent."""

    minimum: int | None = None
    stretch: int | None = None
    fewer: int | None = None
    at_most: int | None = None
    at_least: int | None = None
    source: str | None = None

    def as_dict(self) -> dict[str, int | str]:
        """The wire's shape: members that are set."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class Indicator:
    """One indicator of a campaign, as its pack defines it.

    `kind`: reduction (against a baseline), at_most, at_least (a sum), count, ratio (numerator of denominator), rate (a
    sum per so many of a fact), all_of (of other indicators), days_since (the last), distinct (things), covered (things
    of all there are), median (of the numerator).
    `latest_by`: of records that give the same answers there, only the latest day's counts (a list signed further
    replaces itself; two sheets of one case are one case). `severity`: the mildest class that counts. `unless_named`:
    doesn't count where a record of that form names it at that path. `reports`: the indicator of what is not confirmed.
    `day`: the question whose day counts, if not the form's; `matures`: it counts once that day has passed. `per`: the
    span that the figure is of, if not the window. `every`, `each`: in every week, for each period. `targets`: of places
    that have one of their own, by their number as a text.
    """

    code: str
    name: Mapping[str, str]
    unit: Mapping[str, str]
    kind: str
    window: str
    target: Target
    forms: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    numerator: Measure = COUNT
    denominator: Measure | None = None
    latest_by: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    provisional: bool = False
    severity: str | None = None
    unless_named: tuple[str, str] | None = None
    reports: str | None = None
    day: str | None = None
    matures: bool = False
    thing: str | None = None
    per: str | None = None
    every: str | None = None
    each: str | None = None
    fact: str | None = None
    times: int = 1
    targets: Mapping[str, Target] = field(default_factory=dict)

    def at(self, place_id: int) -> Indicator:
        """The indicator as it is judged at a place: by the place's own target, where it has one."""
        own = self.targets.get(str(place_id))
        return self if own is None else replace(self, target=own)

    @property
    def counts_harm(self) -> bool:
        """Whether it counts what nobody wishes for (accidents, deaths): nothing about it is ever cheered."""
        return self.window == "outcome" or self.kind in ("reduction", "at_most", "all_of", "rate", "days_since")

    @property
    def moves_with_time(self) -> bool:
        """Whether its figures change from one day to the next without any record."""
        return bool(self.matures or self.per or self.every or self.each)


@dataclass(frozen=True)
class Contribution:
    """What one approved record adds. `key`: the thing it is counted as; `order` breaks ties of a day: the later."""

    on_date: date
    numerator: int
    denominator: int | None = None
    group_key: str | None = None
    key: str = ""
    provisional: bool = False
    order: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sums:
    """Figures of one place; `denominator` stays None where the indicator has none."""

    numerator: int = 0
    denominator: int | None = None


@dataclass(frozen=True)
class Standing:
    """What a figure means. `percent` as Vietnamese offices write it ('-18,74'); `budget`: the most that still meets."""

    verdict: Verdict
    percent: str | None = None
    budget: int | None = None


# ------------------------------------------------------------------ from answers to what they add


def holds(condition: Condition, values: Mapping[str, object]) -> bool:
    """Whether the answers meet the condition; an unanswered question never does."""
    if condition.operator in ("any", "all"):
        parts = [holds(part, values) for part in condition.parts]
        return any(parts) if condition.operator == "any" else all(parts)
    answer, wanted = values.get(condition.path), condition.value
    if answer is None:
        return False
    if condition.operator == "not_after":
        other = values.get(str(wanted))
        return other is not None and str(answer)[:10] <= str(other)[:10]
    if condition.operator in ("at_least", "at_most"):
        return _bounded(condition.operator, whole(answer), whole(wanted))
    if condition.operator == "in":
        return isinstance(wanted, (list, tuple)) and answer in wanted
    if condition.operator == "includes":
        return isinstance(answer, (list, tuple)) and wanted in answer
    return (answer == wanted) == (condition.operator == "equals")


def _bounded(operator: str, number: int | None, bound: int | None) -> bool:
    if number is None or bound is None:
        return False
    return number >= bound if operator == "at_least" else number <= bound


def group_key(indicator: Indicator, values: Mapping[str, object]) -> str | None:
    """One text for the answers that `latest_by` names; None where none of them is answered: it stands for itself."""
    answers = [folded(values.get(path)) for path in indicator.latest_by]
    if all(answer is None for answer in answers):
        return None
    return json.dumps(answers, ensure_ascii=False, separators=(",", ":"))


def folded(value: object) -> object:
    """Typed names are the same whatever their capitals and spaces."""
    return " ".join(value.split()).casefold() if isinstance(value, str) else value


def whole(value: object) -> int | None:
    """A whole number, also where a calculation gives it a fraction of nothing; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == int(value) else None


def latest(group: Iterable[Contribution]) -> Contribution | None:
    """Of contributions of one group, the one that counts."""
    return max(group, key=lambda item: (item.on_date, item.order), default=None)


# ------------------------------------------------------------------ from a figure to a verdict


def standing(indicator: Indicator, sums: Sums, baseline: int | None, *, closed: bool) -> Standing:
    """What the figure means; `closed` once the window has ended. Not for kind all_of: see `combined`."""
    kind, target = indicator.kind, indicator.target
    if kind == "reduction":
        return _reduction(target, sums.numerator, baseline, closed=closed)
    if kind == "at_most":
        return _at_most(target.at_most or 0, sums.numerator, closed=closed)
    if kind == "rate":
        return Standing("shown", _per(sums, indicator.times))
    if kind == "median":
        return _median(target.at_most, sums, closed=closed)
    if kind in ("ratio", "covered"):
        settled = closed or not (indicator.matures or indicator.every or indicator.each)
        return _ratio(target.at_least, sums, closed=closed, settled=settled)
    if target.at_least is None:
        return Standing("shown")
    if sums.numerator >= target.at_least:
        return Standing("met")
    return Standing("not_met" if closed else "progress")


def _per(sums: Sums, times: int) -> str | None:
    """A rate with two decimals: so many per `times` of its fact; None where the fact is not known."""
    return _quotient(sums.numerator * times, sums.denominator) if sums.denominator else None


def _median(at_most: int | None, sums: Sums, *, closed: bool) -> Standing:
    """Minutes against hours; `denominator` says of how many it is the median."""
    if at_most is None or not sums.denominator:
        return Standing("shown" if at_most is None else "progress")
    if sums.numerator > MINUTES * at_most:
        return Standing("not_met" if closed else "progress")
    return Standing("met" if closed else "progress")


def _reduction(target: Target, current: int, baseline: int | None, *, closed: bool) -> Standing:
    if baseline is None:
        return Standing("no_baseline")
    allowed = budget(baseline, target)
    percent = change_percent(baseline, current)
    verdict = reduction_verdict(target, current, baseline)
    if not closed and verdict in ("met", "exceeded"):
        verdict = "progress"
    return Standing(verdict, percent, allowed)


def reduction_verdict(target: Target, current: int, baseline: int) -> Verdict:
    """The verdict on a whole period: 100·(B−C) ≥ minimum·B, and the same with the stretch; or C ≤ B − fewer."""
    if baseline == 0:
        return "held_zero" if current == 0 else "increased"
    if target.fewer is not None:
        return "met" if current <= baseline - target.fewer else "not_met"
    fall = 100 * (baseline - current)
    if target.stretch is not None and fall >= target.stretch * baseline:
        return "exceeded"
    return "met" if fall >= (target.minimum or 0) * baseline else "not_met"


def budget(baseline: int, target: Target) -> int:
    """The most that still meets a target: floor((100−minimum)/100·B), or B − fewer; never below 0."""
    if target.fewer is not None:
        return max(0, baseline - target.fewer)
    return (100 - (target.minimum or 0)) * baseline // 100


def _at_most(most: int, current: int, *, closed: bool) -> Standing:
    if current > most:
        return Standing("not_met", budget=most)
    if most == 0:
        return Standing("held_zero", budget=0)
    return Standing("met" if closed else "progress", budget=most)


def _ratio(at_least: int | None, sums: Sums, *, closed: bool, settled: bool) -> Standing:
    """`settled`: it can't fall any more."""
    percent = percent_of(sums.numerator, sums.denominator) if sums.denominator else None
    if at_least is None:
        return Standing("shown", percent)
    if not sums.denominator:
        return Standing("not_met" if closed else "progress")
    if 100 * sums.numerator >= at_least * sums.denominator:
        return Standing("met" if settled else "progress", percent)
    return Standing("not_met" if closed else "progress", percent)


def combined(parts: Sequence[Standing]) -> tuple[Standing, Sums]:
    """The verdict on all of several indicators, and how many of them are met; without any part there is no verdict."""
    verdicts = [part.verdict for part in parts]
    sums = Sums(sum(verdict in GOOD for verdict in verdicts), len(verdicts))
    if any(verdict in BAD for verdict in verdicts):
        return Standing("not_met"), sums
    if not verdicts or "no_baseline" in verdicts:
        return Standing("no_baseline"), sums
    if "progress" in verdicts:
        return Standing("progress"), sums
    return Standing("held_zero" if set(verdicts) == {"held_zero"} else "met"), sums


# ------------------------------------------------------------------ numbers as Vietnamese offices write them


def change_percent(baseline: int, current: int) -> str | None:
    """The change against the baseline in percent: '-18,74'; None for a baseline of 0."""
    return None if baseline == 0 else _percent(current - baseline, baseline)


def percent_of(part: int, whole: int) -> str:
    """A share in percent: '95,12'."""
    return _percent(part, whole)


def _percent(part: int, whole: int) -> str:
    return _quotient(100 * part, whole)


def _quotient(part: int, whole: int) -> str:
    """Two decimals, rounded half-up by size, decimal comma, thousands point."""
    hundredths = (2 * 100 * abs(part) + whole) // (2 * whole)
    sign = "-" if part < 0 and hundredths else ""
    return f"{sign}{grouped(hundredths // 100)},{hundredths % 100:02d}"


def grouped(number: int) -> str:
    """A whole number with a point between thousands: '1.734'."""
    return f"{number:,}".replace(",", ".")
