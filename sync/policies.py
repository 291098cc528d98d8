"""Merge policies: what becomes of one field that two people changed from the same base.

Rules:
- A policy is asked only when head and theirs both differ from the base and from each other; `sum` also when they are
  the same, since two who each counted one more have counted two.
- `ask` (the default) keeps the head's value and leaves a conflict for a person to decide.
- `latest` takes the value that arrived last: the server's order rules, a phone's clock is never an arbiter. The
  older value stays in its revision.
- `max`, `min`, `union`, `sum` and `text` give the same value in whichever order the two arrive.
- Where a policy has nothing to go by (one side cleared the field, values of different types, texts that overlap) it
  asks. Only `union` takes a cleared field for what it is, the empty selection, and `latest`, which never asks, for a
  value like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sync.document import Value
from sync.errors import UnknownPolicy
from sync.texts import merge_texts

# What every JSON reader holds without rounding.
LARGEST_NUMBER = 2**53 - 1


@dataclass(frozen=True)
class Decision:
    """The value that the head gets, and whether a person must still decide."""

    value: Value | None
    conflict: bool


Policy = Callable[[Value | None, Value | None, Value | None], Decision]


def ask(_base: Value | None, head: Value | None, _theirs: Value | None) -> Decision:
    """Keep the head's value and ask a person."""
    return Decision(head, conflict=True)


def latest(_base: Value | None, _head: Value | None, theirs: Value | None) -> Decision:
    """Take what arrived last."""
    return Decision(theirs, conflict=False)


def largest(base: Value | None, head: Value | None, theirs: Value | None) -> Decision:
    """Take the greater number or the later moment."""
    ordered = _ordered(head, theirs)
    return Decision(ordered[1], conflict=False) if ordered else ask(base, head, theirs)


def smallest(base: Value | None, head: Value | None, theirs: Value | None) -> Decision:
    """Take the smaller number or the earlier moment."""
    ordered = _ordered(head, theirs)
    return Decision(ordered[0], conflict=False) if ordered else ask(base, head, theirs)


def _ordered(one: Value | None, other: Value | None) -> tuple[Value, Value] | None:
    """Both in their order; None for what has none."""
    if _is_number(one) and _is_number(other):
        assert isinstance(one, int | float)  # noqa: S101  # says it to the type checker
        assert isinstance(other, int | float)  # noqa: S101
        return (one, other) if (one, type(one) is float) <= (other, type(other) is float) else (other, one)
    if isinstance(one, str) and isinstance(other, str):
        try:
            keys = [_moment(one), _moment(other)]
        except ValueError:
            return None
        if (keys[0].tzinfo is None) != (keys[1].tzinfo is None):
            return None
        return (one, other) if (keys[0], one) <= (keys[1], other) else (other, one)
    return None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _is_number(value: Value | None) -> bool:
    return type(value) in (int, float)


def union(base: Value | None, head: Value | None, theirs: Value | None) -> Decision:
    """Everything that either side chose, without what either side took out; in the order of the letters."""
    before, ours, others = (_choices(value) for value in (base, head, theirs))
    if before is None or ours is None or others is None:
        return ask(base, head, theirs)
    chosen = {*ours, *others} - (set(before) - set(ours)) - (set(before) - set(others))
    return Decision(sorted(chosen) or None, conflict=False)


def _choices(value: Value | None) -> Sequence[str] | None:
    if value is None:
        return []
    return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else None


def total(base: Value | None, head: Value | None, theirs: Value | None) -> Decision:
    """Add both sides' differences; a field that was empty counts from 0."""
    if not (_is_number(head) and _is_number(theirs) and (base is None or _is_number(base))):
        return ask(base, head, theirs)
    added = head + theirs - (base or 0)  # type: ignore[operator]
    if abs(added) > LARGEST_NUMBER:
        return ask(base, head, theirs)
    return Decision(added, conflict=False)


def text(base: Value | None, head: Value | None, theirs: Value | None) -> Decision:
    """Take both sides' changes of a text; ask where they meet."""
    if not (isinstance(head, str) and isinstance(theirs, str) and isinstance(base, str | None)):
        return ask(base, head, theirs)
    merged = merge_texts(base or "", head, theirs)
    return ask(base, head, theirs) if merged is None else Decision(merged or None, conflict=False)


POLICIES: dict[str, Policy] = {
    "ask": ask,
    "latest": latest,
    "max": largest,
    "min": smallest,
    "union": union,
    "sum": total,
    "text": text,
}


def policy(name: str) -> Policy:
    """The policy of that name; raises `UnknownPolicy`."""
    try:
        return POLICIES[name]
    except KeyError:
        raise UnknownPolicy(name) from None
