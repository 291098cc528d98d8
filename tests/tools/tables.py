"""Edits as a phone sends them: the mutations of one shape in one table (the twin of `pwa/src/shared/tables.ts`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any


def tables(mutations: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The tables of plain edits: creations by form and place, the others by the positions that they set."""
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for mutation in mutations:
        creates = mutation["base"] == 0
        shape = (mutation["form"], mutation["place"]) if creates else tuple(pair[0] for pair in mutation["set"])
        groups[(creates, *shape)].append(mutation)
    return [_table(group) for group in groups.values()]


def _table(group: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first = group[0]
    positions = sorted({pair[0] for mutation in group for pair in mutation["set"]})
    rows = [dict(mutation["set"]) for mutation in group]
    ids = [[int(part) for part in mutation["record"].split("-")] for mutation in group]
    if first["base"] == 0:
        told = {"form": first["form"], "place": first["place"]}
    else:
        told = {"base": steps([mutation["base"] for mutation in group])}
    return {
        **told,
        "fields": positions,
        "n": steps([mutation["n"] for mutation in group]),
        "device": steps([device for device, _ in ids]),
        "counter": steps([counter for _, counter in ids]),
        "at": steps([int(datetime.fromisoformat(mutation["at"]).timestamp()) for mutation in group]),
        "values": [[row.get(position) for row in rows] for position in positions],
    }


def steps(numbers: Sequence[int]) -> list[int]:
    """Each number as its difference to the one before, the first to 0."""
    return [number - before for number, before in zip(numbers, [0, *numbers], strict=False)]
