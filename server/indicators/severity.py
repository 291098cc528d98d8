"""How serious an accident was, by a scale that a pack defines. Pure.

1. A scale is in force from a day on. A case is classed by the scale in force on the day on which it happened.
2. A case is in the worst class of which any condition holds; in the mildest class when none does.
3. What is not known is not 0: a class that was worked out without a fact is the lowest that it can be, and provisional.
4. The police's class is final where they used the scale in force. By another scale it stands as long as the facts don't
   make it worse, and is provisional.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Rule:
    """One condition of a class: all members that are set must hold. `injured`: so many with `each` percent or more."""

    deaths: int | None = None
    property: int | None = None
    injured: int | None = None
    each: int = 0
    sum: int = 0

    def holds(self, facts: Facts) -> bool:
        """Whether it surely holds by what is known."""
        if self.deaths is not None and facts.deaths < self.deaths:
            return False
        if self.property is not None and (facts.property is None or facts.property < self.property):
            return False
        if self.injured is None:
            return True
        counted = [share for share in facts.injuries if share is not None]
        return sum(share >= self.each for share in counted) >= self.injured and sum(counted) >= self.sum


@dataclass(frozen=True)
class Facts:
    """What is known of a case; None where it is not. `injuries`: each injured person's share of bodily injury."""

    deaths: int = 0
    property: int | None = None
    injuries: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Scale:
    """Classes from the worst to the mildest, each with its conditions; the last has none."""

    code: str
    first: date
    classes: tuple[tuple[str, tuple[Rule, ...]], ...]

    def classify(self, facts: Facts) -> str:
        """The lowest class that the case can be in."""
        for name, rules in self.classes:
            if any(rule.holds(facts) for rule in rules):
                return name
        return self.classes[-1][0]


@dataclass(frozen=True)
class Class:
    """A case's class, and whether it may still become another."""

    name: str
    provisional: bool


@dataclass(frozen=True)
class Scales:
    """The scales of a pack, and where each form says what they need."""

    order: tuple[str, ...]
    scales: tuple[Scale, ...]
    forms: Mapping[str, Mapping[str, Any]]

    def scale_on(self, day: date) -> Scale:
        """The scale in force on a day; before the first one, the first."""
        known = [scale for scale in self.scales if scale.first <= day]
        return known[-1] if known else self.scales[0]

    def of(self, form: str, values: Mapping[str, object], day: date) -> Class | None:
        """The class of a record's case; None for a form that says nothing of it."""
        reads = self.forms.get(form)
        if reads is None:
            return None
        facts = _facts(reads, values)
        scale = self.scale_on(day)
        worked_out = scale.classify(facts)
        given = values.get(reads["class"]) if "class" in reads else None
        if not isinstance(given, str) or given not in self.order:
            return Class(worked_out, True)
        if values.get(reads["scale"]) == scale.code:
            return Class(given, False)
        return Class(min(given, worked_out, key=self.order.index), True)

    def reaches(self, name: str, least: str) -> bool:
        """Whether a class is `least` or worse."""
        return self.order.index(name) <= self.order.index(least)


def build(data: Mapping[str, Any]) -> Scales:
    """The scales of a pack's severity.yaml, whose shape has been checked."""
    scales = tuple(
        Scale(
            scale["code"],
            date.fromisoformat(str(scale["from"])),
            tuple((name, tuple(Rule(**rule) for rule in scale["classes"].get(name, ()))) for name in data["order"]),
        )
        for scale in sorted(data["scales"], key=lambda scale: str(scale["from"]))
    )
    return Scales(tuple(data["order"]), scales, data["forms"])


def paths(reads: Mapping[str, Any]) -> set[str]:
    """The questions that a form's class is read from."""
    return {reads[name] for name in ("class", "scale", "deaths", "property", "injured", "injuries") if name in reads}


def _facts(reads: Mapping[str, Any], values: Mapping[str, object]) -> Facts:
    amount = values.get(reads.get("property", ""))
    if isinstance(amount, str):
        amount = reads.get("property_least", {}).get(amount)
    return Facts(_whole(values.get(reads.get("deaths", ""))) or 0, _whole(amount), _injuries(reads, values))


def _injuries(reads: Mapping[str, Any], values: Mapping[str, object]) -> tuple[int | None, ...]:
    """The shares that are known, and a None for each injured person of whom none is."""
    injured = _whole(values.get(reads.get("injured", ""))) or 0
    repeat, _, name = str(reads.get("injuries", "")).rpartition("/")
    found: Sequence[int] = [
        share
        for path, value in values.items()
        if repeat and path.startswith(f"{repeat}/") and path.rpartition("/")[2] == name
        if (share := _whole(value)) is not None
    ]
    return (*found, *(None for _ in range(injured - len(found))))


def _whole(value: object) -> int | None:
    """A whole number, also where a calculation or a decimal question gives it a fraction of nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == int(value) else None
