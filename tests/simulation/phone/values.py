"""A record's values: by path on the phone, by position on the wire (pwa/src/shared/document.ts)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tests.simulation.phone.storage import Values

FieldSet = list[list[Any]]


def blank(value: Any) -> bool:
    """Empty text and an empty selection are no answer."""
    return value is None or value in ("", [])


def same(left: Any, right: Any) -> bool:
    """Whether two answers are the same."""
    return type(left) is type(right) and left == right


def to_paths(values: Sequence[Any], fields: Sequence[str]) -> dict[str, Any]:
    """By path what is by position; positions that the form hasn't are left out."""
    return {path: value for path, value in zip(fields, values, strict=False) if value is not None}


def apply_set(values: Sequence[Any], set_: Iterable[Sequence[Any]]) -> list[Any]:
    """The values after these fields were set; trailing nulls cut."""
    changed = list(values)
    for position, value in set_:
        changed += [None] * (position + 1 - len(changed))
        changed[position] = value
    while changed and changed[-1] is None:
        changed.pop()
    return changed


def difference(before: Values, after: Values, fields: Sequence[str]) -> FieldSet:
    """What was changed from `before` to `after`, by position."""
    changed = []
    for position, path in enumerate(fields):
        left = None if blank(before.get(path)) else before.get(path)
        right = None if blank(after.get(path)) else after.get(path)
        if not same(left, right):
            changed.append([position, right])
    return changed


def positions(chosen: Values, fields: Sequence[str]) -> FieldSet:
    """Values chosen by path, as positions."""
    return sorted([fields.index(path), None if blank(value) else value] for path, value in chosen.items())


def squash(earlier: FieldSet, later: FieldSet) -> FieldSet:
    """Both sets in one: where both set a field, the later value."""
    merged = dict([*earlier, *later])
    return [[position, merged[position]] for position in sorted(merged)]
