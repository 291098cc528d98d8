"""Values on the wire: by position in a form version's fields. The phone's twin is `pwa/src/shared/positions.ts`.

Rules:
- An entry is `[position, value]`; inside a repeat `[position, value, item id, …]`, one id for each repeat around the
  field, the outermost first. A repeat has a position of its own: the value there is the item's place in the order.
- Which fields are repeats can be seen from their paths: a repeat is a field that other fields lie in (a group is none).
- What the version doesn't know travels by name: `[path, value]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from sync.document import Document, Value, field_of, items_of
from sync.mutation import RECORD_ID

Entry = Sequence[Any]


class BadPosition(Exception):
    """An entry names no place in this form version."""


def decode(entries: Iterable[Entry], fields: Sequence[str]) -> dict[str, Value | None]:
    """Path → value of these entries; raises `BadPosition`."""
    parts = _parts(tuple(fields))
    if not repeats(fields):
        with suppress(IndexError, ValueError):  # what is wrong is found below
            return {fields[position]: value for position, value in entries}
    found: dict[str, Value | None] = {}
    for position, value, *ids in entries:
        if not 0 <= position < len(fields):
            raise BadPosition("a position beyond the form's fields")
        if len(ids) != len(parts[position]) - 1 or not all(RECORD_ID.fullmatch(item) for item in ids):
            raise BadPosition("an item id for each repeat around the field, and no other")
        found[_joined(parts[position], ids)] = value
    return found


def encode(changes: Mapping[str, Value | None], fields: Sequence[str]) -> list[list[Any]]:
    """The entries of these values, by position and then by item; what the fields don't know comes last, by name."""
    places = {path: position for position, path in enumerate(fields)}
    parts = _parts(tuple(fields))
    known: list[list[Any]] = []
    unknown: list[list[Any]] = []
    for path, value in changes.items():
        position = places.get(field_of(path))
        ids = [item.rpartition("/")[2] for item in items_of(path)]
        if position is not None and _joined(parts[position], ids) == path:
            known.append([position, value, *ids])
        else:
            unknown.append([path, value])
    known.sort(key=lambda entry: (entry[0], [_number(item) for item in entry[2:]]))
    return [*known, *sorted(unknown, key=lambda entry: entry[0])]


def beyond(document: Document, fields: Sequence[str]) -> list[list[Any]]:
    """The entries of what a plain list of values by position has no room for."""
    plain = {path for path, parts in zip(fields, _parts(tuple(fields)), strict=True) if len(parts) == 1}
    return encode({path: value for path, value in document.items() if path not in plain}, fields)


def repeats(fields: Sequence[str]) -> bool:
    """Whether any of these fields is a repeat."""
    return _repeats(tuple(fields))


@lru_cache(maxsize=256)
def _repeats(fields: tuple[str, ...]) -> bool:
    return any(len(parts) > 1 for parts in _parts(fields))


@lru_cache(maxsize=256)
def _parts(fields: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Each field's path, cut behind each repeat: an item's id belongs into every cut."""
    known = frozenset(fields)
    around = {path[: match.start()] for path in fields for match in re.finditer("/", path)}
    repeated = known & around
    cut = []
    for path in fields:
        pieces, piece = [], ""
        steps = path.split("/")
        for depth, step in enumerate(steps, 1):
            piece += f"/{step}" if depth > 1 else step
            if "/".join(steps[:depth]) in repeated:
                pieces.append(piece)
                piece = ""
        cut.append((*pieces, piece))
    return tuple(cut)


def _joined(parts: Sequence[str], ids: Sequence[str]) -> str:
    if len(ids) != len(parts) - 1:
        return ""
    return parts[0] + "".join(f"/{item}{part}" for item, part in zip(ids, parts[1:], strict=True))


def _number(item: str) -> tuple[int, ...]:
    return tuple(int(number) for number in item.split("-"))
