"""What the office changes on screen, over what the pack says. Pure.

1. What the office changed stands, whatever a pack that is loaded later says of the same entry, until it is taken back.
2. An entry that nobody changed follows the pack.
3. A change is of one entry: a target of an indicator, at the campaign's place (`P2`) or at another (`P2@12`), or what
   an indicator and its unit are called, or a milestone (`T100`), which is given whole, or the days that are reported on
   by themselves, all together (`special`), or the campaign's windows and how long a report may take (`windows`),
   or one thing that was done to places (`W1`, `W2`, …: `reshaping`), which stands until it is taken back.
   Milestones that the office adds are `O1`, `O2`, …: no pack may use such a code.
4. What is shown of a change is what making it does: see `compared`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Definition = dict[str, Any]
PARTS = ("indicators", "milestones", "calendar", "places")
CHANGED = ("targets", "indicators", "milestones", "calendar", "places")
SPECIAL = "special"
WINDOWS = "windows"
JUDGED = ("target", "verdict", "percent", "budget", "numerator", "denominator")


@dataclass(frozen=True)
class Change:
    """A change of one entry of a part; a value of None takes back what was changed before."""

    part: str
    entry: str
    value: Mapping[str, Any] | None


def entry(code: str, place_id: int | None = None) -> str:
    """How a target is named: by its indicator, and by its place where that is not the campaign's own."""
    return code if place_id is None else f"{code}@{place_id}"


def latest(changes: Iterable[Change], part: str) -> dict[str, Mapping[str, Any]]:
    """What counts of each entry of a part, from its changes in order; what was taken back is left out."""
    found: dict[str, Mapping[str, Any] | None] = {}
    for change in changes:
        if change.part == part:
            found[change.entry] = change.value
    return {name: value for name, value in found.items() if value is not None}


def with_targets(definitions: Sequence[Mapping[str, Any]], changes: Iterable[Change]) -> list[Definition]:
    """Indicators with the targets that the office set."""
    given: dict[str, dict[str, Mapping[str, Any]]] = {}
    for name, value in latest(changes, "targets").items():
        code, _, place = name.partition("@")
        given.setdefault(code, {})[place] = value
    found = []
    for definition in definitions:
        mine = dict(given.get(str(definition.get("code")), {}))
        made = {**definition, **({"target": dict(mine.pop(""))} if "" in mine else {})}
        if mine:
            made["targets"] = {**(made.get("targets") or {}), **{place: dict(own) for place, own in mine.items()}}
        found.append(made)
    return found


def with_names(definitions: Sequence[Mapping[str, Any]], changes: Iterable[Change]) -> list[Definition]:
    """Indicators as the office calls them and their units."""
    given = latest(changes, "indicators")
    return [{**definition, **given.get(str(definition.get("code")), {})} for definition in definitions]


def with_milestones(definitions: Sequence[Mapping[str, Any]], changes: Iterable[Change]) -> list[Definition]:
    """The pack's milestones as the office has them, then the office's own."""
    given = latest(changes, "milestones")
    codes = [str(definition.get("code")) for definition in definitions]
    mine = [dict(given.get(code, definition)) for code, definition in zip(codes, definitions, strict=True)]
    return [*mine, *(dict(value) for code, value in given.items() if code not in codes)]


def special(spans: Sequence[Mapping[str, Any]], changes: Iterable[Change]) -> list[Definition]:
    """The days that are reported on by themselves: as the office has them, else as the pack does."""
    given = latest(changes, "calendar").get(SPECIAL)
    return [dict(span) for span in (spans if given is None else given["spans"])]


def windows(of_pack: Mapping[str, Any], changes: Iterable[Change]) -> Definition:
    """The campaign's windows and how long a report may take: as the office has them, else as the pack does."""
    return dict(latest(changes, "calendar").get(WINDOWS, of_pack))


def is_own(code: str) -> bool:
    """Whether this is the code of a milestone that the office added."""
    return re.fullmatch(r"O[0-9]+", code) is not None


def dropped(definitions: Sequence[Mapping[str, Any]], changes: Iterable[Change], part: str) -> list[str]:
    """The codes of what the office changed in a part, and its pack no longer has."""
    known = {str(definition.get("code")) for definition in definitions}
    codes = dict.fromkeys(name.partition("@")[0] for name in latest(changes, part))
    return [code for code in codes if code not in known and not (part == "milestones" and is_own(code))]


def next_code(known: Collection[str]) -> str:
    """The code of a milestone that the office adds: O1, O2, …"""
    return next(f"O{number}" for number in range(1, len(known) + 2) if f"O{number}" not in known)


def compared(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[Definition]:
    """The figures that are judged otherwise after a change, as they were and as they will be."""
    known = {(one["code"], one["place"]): one for one in before}
    found = []
    for one in after:
        old = known.get((one["code"], one["place"]), {})
        was, will = ({name: shown.get(name) for name in JUDGED} for shown in (old, one))
        if was != will:
            found.append({"code": one["code"], "place": one["place"], "before": was, "after": will})
    return found


def moved(
    before: Mapping[str, set[tuple[int, str]]], after: Mapping[str, set[tuple[int, str]]], touched: Collection[str]
) -> list[Definition]:
    """Of milestones that move or were touched: where they stand afterwards, where newly, where no more."""
    found = []
    for code in sorted({*before, *after}):
        was, will = before.get(code, set()), after.get(code, set())
        if was == will and code not in touched:
            continue
        found.append(
            {
                "code": code,
                "standing": sorted({place for place, _ in will}),
                "reached": sorted({place for place, _ in will - was}),
                "gone": sorted({place for place, _ in was} - {place for place, _ in will}),
            }
        )
    return found
