"""How approved records become figures, and figures a verdict. Pure.

1. Only approved content counts, once a record, on the day it happened (not the day it was sent or approved).
2. A question without an answer matches no condition and adds nothing: unknown is not 0.
3. Verdicts compare whole numbers, never rounded percentages. A missing baseline is not 0.
4. While a window is open a figure that can still get worse is 'progress', never 'met': it is compared with a whole
   period of the year before. What can't be undone any more ('not met', 'increased', a goal reached) is said at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

Verdict = Literal["no_baseline", "met", "exceeded", "not_met", "held_zero", "increased", "progress"]
GOOD: frozenset[Verdict] = frozenset({"met", "exceeded", "held_zero"})
BAD: frozenset[Verdict] = frozenset({"not_met", "increased"})


@dataclass(frozen=True)
class Condition:
    """A test of one answer, or `any`/`all` of several tests."""

    operator: str
    path: str = ""
    value: object = None
    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Target:
    """What is to be reached; only the members that the indicator's kind needs are set, in whole units or percent."""

    minimum: int | None = None
    stretch: int | None = None
    at_most: int | None = None
    at_least: int | None = None
    source: str | None = None

    def as_dict(self) -> dict[str, int | str]:
        """The wire's shape: members that are set."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class Indicator:
    """One indicator of a campaign, as its pack defines it.

    `kind`: reduction (against a baseline), at_most, at_least (a sum), ratio (numerator of denominator), all_of (of
    other indicators). `numerator` is the path that is summed, None to count records. `latest_by`: of records that
    give the same answers there, only the latest day's counts (a list signed further replaces itself).
    """

    code: str
    name: Mapping[str, str]
    unit: Mapping[str, str]
    kind: str
    window: str
    target: Target
    form: str | None = None
    where: tuple[Condition, ...] = ()
    numerator: str | None = None
    denominator: str | None = None
    latest_by: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    provisional: bool = False

    @property
    def counts_harm(self) -> bool:
        """Whether it counts what nobody wishes for (accidents, deaths): nothing about it is ever cheered."""
        return self.kind in ("reduction", "at_most", "all_of")


@dataclass(frozen=True)
class Contribution:
    """What one approved record adds. `order` breaks ties of a day: the later record wins."""

    on_date: date
    numerator: int
    denominator: int | None = None
    group_key: str | None = None
    order: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sums:
    """Figures of one place; `denominator` stays None where the indicator has none."""

    numerator: int = 0
    denominator: int | None = None

    def plus(self, other: Sums) -> Sums:
        """Both together."""
        if self.denominator is None and other.denominator is None:
            return Sums(self.numerator + other.numerator)
        return Sums(self.numerator + other.numerator, (self.denominator or 0) + (other.denominator or 0))


@dataclass(frozen=True)
class Standing:
    """What a figure means. `percent` as Vietnamese offices write it ('-18,74'); `budget`: the most that still meets."""

    verdict: Verdict
    percent: str | None = None
    budget: int | None = None


@dataclass(frozen=True)
class Fault:
    """What is wrong with a definition: its position in the list (from 0), its code if it has one, the message."""

    index: int
    code: str | None
    message: str


class DefinitionsRefused(Exception):
    """Definitions can't be installed; `faults` says why, in the order of the list."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.code or fault.index}: {fault.message}" for fault in faults))
        self.faults = list(faults)


# ------------------------------------------------------------------ from a pack's data to definitions

KINDS = ("reduction", "all_of", "at_most", "at_least", "ratio")
WINDOWS = ("outcome", "activity")
OPERATORS = ("equals", "not", "at_least", "at_most", "in", "includes")
# kind: the members of `target` that it must have, those that it may have
TARGETS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "reduction": (frozenset({"minimum"}), frozenset({"stretch"})),
    "at_most": (frozenset({"at_most"}), frozenset()),
    "at_least": (frozenset({"at_least"}), frozenset()),
    "ratio": (frozenset({"at_least"}), frozenset()),
    "all_of": (frozenset(), frozenset()),
}
MEMBERS = frozenset(field.name for field in fields(Indicator)) | {"measure"}


def parse(definitions: Sequence[Mapping[str, Any]]) -> list[Indicator]:
    """Indicators from a pack's data; raises `DefinitionsRefused` with every fault that was found."""
    faults: list[Fault] = []
    found: list[Indicator] = []
    codes = [item.get("code") for item in definitions]
    for index, item in enumerate(definitions):
        wrong = list(_faults(item, codes[:index], codes))
        faults += [Fault(index, item.get("code"), message) for message in wrong]
        if not wrong:
            found.append(build(item))
    if faults:
        raise DefinitionsRefused(faults)
    return found


def _faults(item: Mapping[str, Any], before: Sequence[object], codes: Sequence[object]) -> Iterable[str]:
    code, kind = item.get("code"), item.get("kind")
    if not isinstance(code, str) or not 0 < len(code) <= 16 or not code.isalnum():
        yield "code must be 1 to 16 letters and digits"
    elif code in before:
        yield "this code is used twice"
    yield from (f"'{name}' is no member of an indicator" for name in sorted(set(item) - MEMBERS))
    for member in ("name", "unit"):
        text = item.get(member)
        if not isinstance(text, Mapping) or not isinstance(text.get("vi"), str):
            yield f"{member} needs a text in Vietnamese (vi)"
    if item.get("window") not in WINDOWS:
        yield f"window must be one of {', '.join(WINDOWS)}"
    if kind not in KINDS:
        yield f"kind must be one of {', '.join(KINDS)}"
        return
    yield from _target_faults(str(kind), item.get("target") or {})
    if kind == "all_of":
        parts = item.get("of") or []
        if not parts:
            yield "all_of needs the codes of other indicators in 'of'"
        strangers = (part for part in parts if part not in codes or part == code)
        yield from (f"'of' names {part}, which is no other indicator" for part in strangers)
        return
    if not isinstance(item.get("form"), str):
        yield "form must name the form that it counts"
    yield from _measure_faults(item)
    yield from (message for part in item.get("where") or [] for message in _condition_faults(part))


def _target_faults(kind: str, target: Mapping[str, Any]) -> Iterable[str]:
    needed, allowed = TARGETS[kind]
    yield from (f"target needs '{name}'" for name in sorted(needed - set(target)))
    yield from (f"target can't have '{name}' here" for name in sorted(set(target) - needed - allowed - {"source"}))
    for name in sorted((needed | allowed) & set(target)):
        if _whole(target[name]) is None or target[name] < 0:
            yield f"target '{name}' must be a whole number, 0 or more"


def _measure_faults(item: Mapping[str, Any]) -> Iterable[str]:
    if item["kind"] == "ratio":
        for member in ("numerator", "denominator"):
            if not isinstance(item.get(member), str):
                yield f"a ratio needs the path of its {member}"
    elif item.get("measure", "count") != "count" and not _sum_path(item.get("measure")):
        yield "measure must be 'count' or {sum: path}"


def _condition_faults(part: Mapping[str, Any]) -> Iterable[str]:
    for several in ("any", "all"):
        if several in part:
            yield from (message for inner in part[several] for message in _condition_faults(inner))
            return
    operators = [name for name in part if name != "path"]
    if not isinstance(part.get("path"), str) or len(operators) != 1 or operators[0] not in OPERATORS:
        yield f"a condition is a path and one of {', '.join(OPERATORS)}, or any/all of several"


def _sum_path(measure: object) -> str | None:
    path = measure.get("sum") if isinstance(measure, Mapping) else None
    return path if isinstance(path, str) else None


def build(item: Mapping[str, Any]) -> Indicator:
    """The indicator of a definition that `parse` has accepted."""
    return Indicator(
        code=item["code"],
        name=dict(item["name"]),
        unit=dict(item["unit"]),
        kind=item["kind"],
        window=item["window"],
        target=Target(**(item.get("target") or {})),
        form=item.get("form"),
        where=tuple(_condition(part) for part in item.get("where") or []),
        numerator=item["numerator"] if item["kind"] == "ratio" else _sum_path(item.get("measure")),
        denominator=item.get("denominator"),
        latest_by=tuple(item.get("latest_by") or ()),
        of=tuple(item.get("of") or ()),
        provisional=bool(item.get("provisional", False)),
    )


def _condition(part: Mapping[str, Any]) -> Condition:
    for several in ("any", "all"):
        if several in part:
            return Condition(several, parts=tuple(_condition(inner) for inner in part[several]))
    operator = next(name for name in part if name != "path")
    return Condition(operator, part["path"], part[operator])


def paths(indicator: Indicator) -> set[str]:
    """The paths of the form that an indicator reads."""
    found = {path for path in (indicator.numerator, indicator.denominator, *indicator.latest_by) if path}
    waiting = list(indicator.where)
    while waiting:
        condition = waiting.pop()
        waiting += condition.parts
        found |= {condition.path} - {""}
    return found


# ------------------------------------------------------------------ from an approved record to a contribution


def holds(condition: Condition, values: Mapping[str, object]) -> bool:
    """Whether the answers meet the condition; an unanswered question never does."""
    if condition.operator == "any":
        return any(holds(part, values) for part in condition.parts)
    if condition.operator == "all":
        return all(holds(part, values) for part in condition.parts)
    answer, wanted = values.get(condition.path), condition.value
    if answer is None:
        return False
    if condition.operator in ("at_least", "at_most"):
        if not isinstance(answer, int) or not isinstance(wanted, int):
            return False
        return answer >= wanted if condition.operator == "at_least" else answer <= wanted
    if condition.operator == "in":
        return isinstance(wanted, (list, tuple)) and answer in wanted
    if condition.operator == "includes":
        return isinstance(answer, (list, tuple)) and wanted in answer
    return answer != wanted if condition.operator == "not" else answer == wanted


def contribution(
    indicator: Indicator, values: Mapping[str, object], on_date: date, order: tuple[int, ...] = ()
) -> Contribution | None:
    """What a record's answers add to an indicator; None when it doesn't concern them or the answer is missing."""
    if not all(holds(condition, values) for condition in indicator.where):
        return None
    numerator = 1 if indicator.numerator is None else _whole(values.get(indicator.numerator))
    denominator = None if indicator.denominator is None else _whole(values.get(indicator.denominator))
    if numerator is None or (denominator is None and indicator.denominator is not None):
        return None
    return Contribution(on_date, numerator, denominator, group_key(indicator, values), order)


def group_key(indicator: Indicator, values: Mapping[str, object]) -> str | None:
    """One text for the answers that `latest_by` names; None when the indicator doesn't group."""
    if not indicator.latest_by:
        return None
    answers = [_folded(values.get(path)) for path in indicator.latest_by]
    return json.dumps(answers, ensure_ascii=False, separators=(",", ":"))


def _folded(value: object) -> object:
    """Typed names are the same group whatever their capitals and spaces."""
    return " ".join(value.split()).casefold() if isinstance(value, str) else value


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def total(indicator: Indicator, contributions: Iterable[Contribution]) -> Sums:
    """Adds up one place's own contributions; of each group only the latest."""
    kept: Iterable[Contribution] = contributions
    if indicator.latest_by:
        latest: dict[str | None, Contribution] = {}
        for item in contributions:
            known = latest.get(item.group_key)
            if known is None or (known.on_date, known.order) < (item.on_date, item.order):
                latest[item.group_key] = item
        kept = latest.values()
    sums = Sums()
    for item in kept:
        sums = sums.plus(Sums(item.numerator, item.denominator))
    return sums


# ------------------------------------------------------------------ from a figure to a verdict


def standing(indicator: Indicator, sums: Sums, baseline: int | None, *, closed: bool) -> Standing:
    """What the figure means; `closed` once the window has ended. Not for kind all_of: see `combined`."""
    if indicator.kind == "reduction":
        return _reduction(indicator.target, sums.numerator, baseline, closed=closed)
    if indicator.kind == "at_most":
        return _at_most(indicator.target.at_most or 0, sums.numerator, closed=closed)
    if indicator.kind == "ratio":
        return _ratio(indicator.target.at_least or 0, sums, closed=closed)
    if sums.numerator >= (indicator.target.at_least or 0):
        return Standing("met")
    return Standing("not_met" if closed else "progress")


def _reduction(target: Target, current: int, baseline: int | None, *, closed: bool) -> Standing:
    if baseline is None:
        return Standing("no_baseline")
    allowed = budget(baseline, target.minimum or 0)
    percent = change_percent(baseline, current)
    verdict = reduction_verdict(target, current, baseline)
    if not closed and verdict in ("met", "exceeded"):
        verdict = "progress"
    return Standing(verdict, percent, allowed)


def reduction_verdict(target: Target, current: int, baseline: int) -> Verdict:
    """The verdict on a whole period: 100·(B−C) ≥ minimum·B, and the same with the stretch."""
    if baseline == 0:
        return "held_zero" if current == 0 else "increased"
    fall = 100 * (baseline - current)
    if target.stretch is not None and fall >= target.stretch * baseline:
        return "exceeded"
    return "met" if fall >= (target.minimum or 0) * baseline else "not_met"


def budget(baseline: int, percent: int) -> int:
    """The most that still is a fall of `percent`: floor((100−percent)/100·B)."""
    return (100 - percent) * baseline // 100


def _at_most(most: int, current: int, *, closed: bool) -> Standing:
    if current > most:
        return Standing("not_met", budget=most)
    if most == 0:
        return Standing("held_zero", budget=0)
    return Standing("met" if closed else "progress", budget=most)


def _ratio(at_least: int, sums: Sums, *, closed: bool) -> Standing:
    if not sums.denominator:
        return Standing("not_met" if closed else "progress")
    reached = 100 * sums.numerator >= at_least * sums.denominator
    verdict: Verdict = "met" if reached else "not_met" if closed else "progress"
    return Standing(verdict, percent_of(sums.numerator, sums.denominator))


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
    """Two decimals, rounded half-up by size, decimal comma, thousands point."""
    hundredths = (2 * 10_000 * abs(part) + whole) // (2 * whole)
    sign = "-" if part < 0 and hundredths else ""
    return f"{sign}{grouped(hundredths // 100)},{hundredths % 100:02d}"


def grouped(number: int) -> str:
    """A whole number with a point between thousands: '1.734'."""
    return f"{number:,}".replace(",", ".")
