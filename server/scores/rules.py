"""From figures and people's marks to points, totals and ranks. Pure; points are whole hundredths, totals exact.

1. What the app can count it fills in. Bounds are compared on whole numbers; a share of a target is rounded down, so
   that nobody has all points who hasn't reached it.
2. Three columns follow each other: self, verified, final. Where nobody has put down anything, what stands in the
   column before holds (before self: what was counted).
3. What doesn't apply to a unit counts neither for nor against it: the others are scaled up to the whole.
4. Bonuses and deductions have a most of their own. No total is below 0.
5. There is no rank before every item has points. A limit ("điểm liệt") holds the rank down, whatever the total. Of
   equal rank and total, ties decide in their order; who is equal in all of them shares the place.
6. An entry needs a reason unless it puts down just what it follows. Nobody settles what they put down a step before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

Column = Literal["self", "verified", "final"]
COLUMNS: tuple[Column, ...] = ("self", "verified", "final")
# column: the right that somebody needs on a unit to put something down there
RIGHTS: Mapping[Column, str] = {"self": "score", "verified": "verify", "final": "conclude"}
HUNDRED = 100
State = Literal["counted", "not_applicable", "unknown"]
Part = Literal["group", "bonus", "deduction", "tie"]


@dataclass(frozen=True)
class Item:
    """Something that is scored or marked. `most` in hundredths; `how` as the pack says it; `group`: of a group."""

    code: str
    part: Part
    most: int
    how: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""

    @property
    def indicator(self) -> str | None:
        """The indicator that fills it in; None: by hand."""
        return self.how.get("indicator")


@dataclass(frozen=True)
class Table:
    """A scoring table, as its pack defines it."""

    items: Mapping[str, Item]
    most_bonus: int
    most_deduction: int
    limits: Sequence[Mapping[str, Any]]
    ranks: Sequence[tuple[str, int]]
    ties: Sequence[Mapping[str, Any]]

    @property
    def indicators(self) -> list[str]:
        """The codes of every indicator that it reads, each once."""
        codes = [item.indicator for item in self.items.values()] + [limit.get("indicator") for limit in self.limits]
        return list(dict.fromkeys(code for code in codes if code is not None))


@dataclass(frozen=True)
class Mark:
    """Points in hundredths; None: it doesn't apply."""

    points: int | None


@dataclass(frozen=True)
class Counted:
    """What a figure is worth. 'unknown': it can't be said without a person (what it is a share of is not known)."""

    state: State
    points: int | None = None

    @property
    def mark(self) -> Mark | None:
        """As a mark that others may follow; None where there is none."""
        return None if self.state == "unknown" else Mark(self.points)


@dataclass(frozen=True)
class Total:
    """A unit's total. `missing`: how many items have no points yet (they count as 0).

    `points` is None where nothing applies; `groups`: points, and the most of what applies.
    """

    points: Fraction | None
    rank: str | None
    groups: Mapping[str, tuple[int, int]]
    bonus: int
    deduction: int
    limits: tuple[str, ...]
    missing: int

    @property
    def shown(self) -> int | None:
        """In hundredths, rounded half-up: to be read, never to be compared."""
        return (
            None
            if self.points is None
            else (2 * self.points.numerator + self.points.denominator) // (2 * self.points.denominator)
        )


def build(definition: Mapping[str, Any]) -> Table:
    """A table from its checked definition (`server.campaigns.scoresfile`)."""
    items = [
        Item(item["code"], "group", item["points"] * HUNDRED, item, group["code"])
        for group in definition["groups"]
        for item in group["items"]
    ]
    beside: dict[str, int] = {}
    parts: tuple[tuple[str, Part], ...] = (("bonus", "bonus"), ("deductions", "deduction"))
    for member, part in parts:
        given = definition.get(member) or {"most": 0, "items": []}
        beside[part] = given["most"] * HUNDRED
        items += [Item(item["code"], part, item["points"] * HUNDRED, item) for item in given["items"]]
    items += [Item(tie["code"], "tie", HUNDRED, tie) for tie in definition["ties"] if "code" in tie]
    return Table(
        items={item.code: item for item in items},
        most_bonus=beside["bonus"],
        most_deduction=beside["deduction"],
        limits=definition["limits"],
        ranks=[(rank["code"], rank["at_least"]) for rank in definition["ranks"]],
        ties=definition["ties"],
    )


# ------------------------------------------------------------------ what the app counts


def counted(item: Item, numerator: int, denominator: int | None, baseline: int | None) -> Counted:
    """What a figure is worth for an item that has an indicator."""
    how = item.how
    if "fall" in how:
        return _fall(how, numerator, baseline)
    if "counts" in how:
        found = [step["points"] for step in how["counts"] if _reaches(step, numerator, 1)]
        return Counted("counted", HUNDRED * (found[0] if found else 0))
    if denominator is None:
        return Counted("unknown")
    if "each_missing" in how:
        missing = max(0, denominator - numerator)
        return Counted("counted", max(0, item.most - HUNDRED * how["each_missing"] * missing))
    if denominator == 0:
        return Counted("not_applicable") if how.get("without") == "not_applicable" else Counted("counted", 0)
    reached = item.most * HUNDRED * numerator // (how["share_of"] * denominator)
    return Counted("counted", min(item.most, reached))


def _fall(how: Mapping[str, Any], current: int, baseline: int | None) -> Counted:
    """How much less than in the same period before: 100·(B−C) against bound·B."""
    if baseline is None:
        return Counted("not_applicable")
    if baseline == 0:
        return Counted("counted", HUNDRED * how["kept_zero"] if current == 0 else 0)
    found = [step["points"] for step in how["fall"] if _reaches(step, 100 * (baseline - current), baseline)]
    return Counted("counted", HUNDRED * (found[0] if found else 0))


def _reaches(step: Mapping[str, int], value: int, unit: int) -> bool:
    return value > step["more_than"] * unit if "more_than" in step else value >= step["at_least"] * unit


# ------------------------------------------------------------------ what people put down


def basis(item: Item, known: Counted | None, marks: Mapping[Column, Mark], column: Column) -> Mark | None:
    """What an entry in a column follows: what stands before it. A bonus, a deduction, a mark is 0 until it is given."""
    for before in reversed(COLUMNS[: COLUMNS.index(column)]):
        if before in marks:
            return marks[before]
    if known is not None:
        return known.mark
    return None if item.part == "group" else Mark(0)


def standing(item: Item, known: Counted | None, marks: Mapping[Column, Mark], column: Column) -> Mark | None:
    """What stands in a column: its own entry, or what it follows."""
    return marks.get(column) or basis(item, known, marks, column)


def may_stand(item: Item, known: Counted | None, points: int | None) -> bool:
    """Whether these points can be put down for an item at all."""
    if points is None:
        return item.part == "group" and (
            bool(item.how.get("optional")) or (known is not None and known.state == "not_applicable")
        )
    if item.part == "tie":
        return points in (0, HUNDRED)
    return points == 0 or HUNDRED * item.how.get("least", 0) <= points <= item.most


def needs_reason(points: int | None, follows: Mark | None, before: Mark | None) -> bool:
    """Whether an entry must say why: it departs from what it follows, or from what stood in its column."""
    return follows is None or follows.points != points or (before is not None and before.points != points)


def refusal(column: Column, authors: Mapping[Column, int], person: int) -> str | None:
    """Why somebody may not put anything down in a column: a problem's slug; None: they may."""
    place = COLUMNS.index(column)
    if any(later in authors for later in COLUMNS[place + 1 :]):
        return "score-taken"
    if column == "final" and "verified" not in authors:
        return "score-unverified"
    if any(authors.get(earlier) == person for earlier in COLUMNS[:place]):
        return "own-score"
    return None


# ------------------------------------------------------------------ totals, ranks, order


def total(table: Table, marks: Mapping[str, Mark | None], figures: Mapping[str, int]) -> Total:
    """What marks (by item) come to; `figures`: numerators by indicator, for limits. Missing marks count as 0 points."""
    groups: dict[str, tuple[int, int]] = {}
    missing = whole = 0
    for item in table.items.values():
        if item.part != "group":
            continue
        whole += item.most
        mark = marks.get(item.code)
        missing += mark is None
        got, most = groups.get(item.group, (0, 0))
        worth = (0, item.most) if mark is None else (mark.points or 0, 0 if mark.points is None else item.most)
        groups[item.group] = (got + worth[0], most + worth[1])
    bonus = min(table.most_bonus, _sum(table, marks, "bonus"))
    deduction = min(table.most_deduction, _sum(table, marks, "deduction"))
    limits = tuple(limit["code"] for limit in table.limits if _limited(limit, marks, figures))
    got, most = (sum(one[part] for one in groups.values()) for part in (0, 1))
    points = None if not most else max(Fraction(0), Fraction(got * whole, most) + bonus - deduction)
    rank = None if points is None or missing else _rank(table, points, limits)
    return Total(points, rank, groups, bonus, deduction, limits, missing)


def _sum(table: Table, marks: Mapping[str, Mark | None], part: Part) -> int:
    found = (marks.get(item.code) for item in table.items.values() if item.part == part)
    return sum(mark.points or 0 for mark in found if mark is not None)


def _limited(limit: Mapping[str, Any], marks: Mapping[str, Mark | None], figures: Mapping[str, int]) -> bool:
    if "indicator" in limit:
        return figures.get(limit["indicator"], 0) >= int(limit["at_least"])
    mark = marks.get(limit["deduction"])
    return mark is not None and bool(mark.points)


def _rank(table: Table, points: Fraction, limits: Iterable[str]) -> str:
    codes = [code for code, _ in table.ranks]
    held = [codes.index(limit["rank"]) for limit in table.limits if limit["code"] in limits]
    earned = next(index for index, (_, least) in enumerate(table.ranks) if points >= least * HUNDRED)
    return codes[max([earned, *held])]


def order(table: Table, units: Mapping[int, tuple[Total, Mapping[str, Mark | None]]]) -> dict[int, int]:
    """The place of each unit that has a rank, from 1: by rank, total, ties. Equals share one, the next is left free."""
    keys = {place: _key(table, found, marks) for place, (found, marks) in units.items() if found.rank is not None}
    return {place: 1 + sum(other > key for other in keys.values()) for place, key in keys.items()}


def _key(table: Table, found: Total, marks: Mapping[str, Mark | None]) -> tuple[Fraction, ...]:
    codes = [code for code, _ in table.ranks]
    ties = []
    for tie in table.ties:
        if "group" in tie:
            got, most = found.groups[tie["group"]]
            ties.append(Fraction(got, most) if most else Fraction(0))
        else:
            mark = marks.get(tie["code"])
            ties.append(Fraction(mark.points or 0) if mark else Fraction(0))
    return (Fraction(-codes.index(str(found.rank))), found.points or Fraction(0), *ties)
