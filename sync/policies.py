"""Merge policies: what becomes of one field that two people changed from the same base.

Rules:
- A policy is asked only when head and theirs both differ from the base and from each other.
- `ask` (the default) keeps the head's value and leaves a conflict for a person to decide.
- `latest` takes the value that arrived last: the server's order rules, a phone's clock is never an arbiter. The
  older value stays in its revision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sync.document import Value
from sync.errors import UnknownPolicy


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


POLICIES: dict[str, Policy] = {"ask": ask, "latest": latest}


def policy(name: str) -> Policy:
    """The policy of that name; raises `UnknownPolicy`."""
    try:
        return POLICIES[name]
    except KeyError:
        raise UnknownPolicy(name) from None
