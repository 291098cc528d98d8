"""What a milestone may be, and when one is reached. Pure; streaks are in `runs`.

1. A crossing is unique per milestone, place and period: an indicator that falls and rises again announces nothing new.
2. What stands is what dates and approved data say now, whatever the order in which they came.
3. A crossing that approved data no longer support is retracted, quietly.
4. Nothing that counts harm is a goal to be reached: a threshold needs an indicator that grows with the work. Harm has
   guards (told to those who lead and verify) and days without it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.campaigns.rules import DefinitionFault, DefinitionsRefused

WHOLE_CAMPAIGN = "campaign"
PLACES = ("campaign", "each")
MOST_DAYS = 366
# type: the members that it must have besides code, type and name; those that it may have, as `off` everywhere
MEMBERS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "date": (frozenset({"on"}), frozenset()),
    "threshold": (frozenset({"indicator", "at_least"}), frozenset({"places"})),
    "streak": (frozenset(), frozenset({"weeks", "indicators", "days", "indicator", "places"})),
    "guard": (frozenset({"indicator", "at_most"}), frozenset({"places"})),
    "first": (frozenset({"indicator"}), frozenset({"places"})),
    "deadline": (frozenset({"days", "form"}), frozenset()),
}
TYPES = tuple(MEMBERS)
STREAKS = (frozenset({"weeks", "indicators"}), frozenset({"days", "indicator"}))
# member: the least that it may be
NUMBERS: Mapping[str, int] = {"at_least": 1, "at_most": 0, "weeks": 1, "days": 1}
# Kinds of indicators that only grow with the work: a threshold of them can be crossed.
GROWING = ("at_least", "count", "ratio", "distinct", "covered")
# What an indicator may decide: types, and streaks by what they count.
WAYS = ("threshold", "first", "weeks", "days", "guard")


@dataclass(frozen=True)
class Known:
    """What definitions may name: indicator codes with their kinds and whether they count harm, and forms."""

    kinds: Mapping[str, str]
    harmful: Collection[str] = ()
    forms: Collection[str] = ()


@dataclass(frozen=True)
class Milestone:
    """A milestone as a campaign's pack defines it.

    date: `on`, a local date. threshold: `indicator` reaches `at_least` (percent for a ratio). streak: `weeks` in a row
    in which one of `indicators` got an approved contribution, or `days` in a row on which `indicator` (of days since)
    got none. guard: `indicator` goes beyond `at_most`. first: `indicator` gets its first contribution. deadline: `days`
    are left for the units' reports (`form`) of a reporting period. `places`: the campaign's own, or each place below.
    `off`: shown and told to nobody; what was told of it is remembered.
    """

    code: str
    type: str
    name: Mapping[str, str]
    on: date | None = None
    indicator: str | None = None
    at_least: int | None = None
    at_most: int | None = None
    weeks: int | None = None
    days: int | None = None
    indicators: tuple[str, ...] = ()
    form: str | None = None
    places: str = "campaign"
    off: bool = False

    @property
    def reads(self) -> tuple[str, ...]:
        """The codes of the indicators that it is decided by."""
        return (*((self.indicator,) if self.indicator else ()), *self.indicators)


def parse(definitions: Sequence[Mapping[str, Any]], known: Known) -> list[Milestone]:
    """Milestones from a pack's data; raises `DefinitionsRefused`."""
    faults: list[DefinitionFault] = []
    found: list[Milestone] = []
    codes = [item.get("code") for item in definitions]
    for index, item in enumerate(definitions):
        wrong = list(_faults(item, codes[:index], known))
        faults += [DefinitionFault(index, item.get("code"), message) for message in wrong]
        if not wrong:
            found.append(build(item))
    if faults:
        raise DefinitionsRefused(faults)
    return found


def _faults(item: Mapping[str, Any], before: Sequence[object], known: Known) -> Iterable[str]:
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
    yield from _member_faults(item, str(kind))
    if "on" in item and not isinstance(item["on"], date) and not _is_date(item["on"]):
        yield "on must be a date like 2023-06-14"
    for member, least in NUMBERS.items():
        if member in item and (type(item[member]) is not int or item[member] < least):
            yield f"{member} must be a whole number, {least} or more"
    if type(item.get("days")) is int and item["days"] > MOST_DAYS:
        yield f"days may be {MOST_DAYS} at most"
    if not isinstance(item.get("off", False), bool):
        yield "off must be true or false"
    if item.get("places", "campaign") not in PLACES:
        yield f"places must be one of {', '.join(PLACES)}"
    yield from _named_faults(item, str(kind), known)


def _member_faults(item: Mapping[str, Any], kind: str) -> Iterable[str]:
    needed, allowed = MEMBERS[kind]
    given = set(item) - {"code", "type", "name", "off"}
    yield from (f"a {kind} needs '{member}'" for member in sorted(needed - given))
    yield from (f"'{member}' is no member of a {kind}" for member in sorted(given - needed - allowed))
    if kind == "streak" and given & frozenset().union(*STREAKS) not in STREAKS:
        yield "a streak needs either 'weeks' and 'indicators', or 'days' and 'indicator'"


def _named_faults(item: Mapping[str, Any], kind: str, known: Known) -> Iterable[str]:
    listed = item.get("indicators", [])
    if not isinstance(listed, list) or not all(isinstance(code, str) for code in listed):
        yield "indicators must be a list of codes"
        listed = []
    named = [*listed, *([str(item["indicator"])] if "indicator" in item else [])]
    strangers = [code for code in named if code not in known.kinds]
    yield from (f"there is no indicator {code} in this campaign" for code in strangers)
    if not strangers and "indicator" in item:
        yield from _kind_faults(item["indicator"], kind, known)
    if not strangers and kind == "streak":
        for code in listed:
            if "weeks" not in ways(known.kinds[code], harmful=code in known.harmful):
                yield f"indicator {code} counts harm: nobody is told of weeks in a row of it"
    if "form" in item and str(item["form"]) not in known.forms:
        yield f"the campaign has no form {item['form']}"


def _kind_faults(code: str, kind: str, known: Known) -> Iterable[str]:
    may = ways(known.kinds[code], harmful=code in known.harmful)
    if kind in ("threshold", "first") and kind not in may:
        yield f"indicator {code} counts harm or doesn't grow with the work: it is no goal to be reached"
    if kind == "streak" and "days" not in may:
        yield f"indicator {code} doesn't count days: a streak of days needs one of kind days_since"
    if kind == "guard" and "guard" not in may:
        yield f"indicator {code} is no figure to be guarded: a guard needs one of kind at_most or count"


def ways(kind: str, *, harmful: bool) -> list[str]:
    """What an indicator of this kind may decide, of `WAYS`; nothing that counts harm is a goal (rule 4)."""
    goal = kind in GROWING and not harmful
    may = (goal, goal, not harmful, kind == "days_since", kind in ("at_most", "count"))
    return [way for way, it_may in zip(WAYS, may, strict=True) if it_may]


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


def threshold_reached(at_least: int, numerator: int, denominator: int | None) -> bool:
    """Whether a sum, or a ratio in percent, has reached the threshold; on whole numbers."""
    if denominator is None:
        return numerator >= at_least
    return denominator > 0 and 100 * numerator >= at_least * denominator
