"""How changes made from a base meet a head that has moved on.

Rules, per field:
- head = base: take theirs. head = theirs: nothing to do. Otherwise the field's policy decides.
- A field that theirs did not change is the head's.
- Missing base (purged or unknown): every field that differs from the head is a conflict. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sync.document import Changes, Document, Value, apply, same
from sync.policies import policy


@dataclass(frozen=True)
class Merged:
    """The new head, which of its fields came from theirs, and which fields a person must decide."""

    document: dict[str, Value]
    taken: frozenset[str]
    conflicts: frozenset[str]


def merge(base: Document | None, head: Document, theirs: Changes, policy_of: Callable[[str], str]) -> Merged:
    """Merges the changes `theirs`, made by somebody who saw `base`, into `head`. Pure; raises `UnknownPolicy`."""
    taken: dict[str, Value | None] = {}
    conflicts = set()
    for path, value in theirs.items():
        ours = head.get(path)
        if same(ours, value):
            continue
        if base is None:
            conflicts.add(path)
        elif same(ours, base.get(path)):
            taken[path] = value
        elif not same(value, base.get(path)):
            decision = policy(policy_of(path))(base.get(path), ours, value)
            if decision.conflict:
                conflicts.add(path)
            if not same(decision.value, ours):
                taken[path] = decision.value
    return Merged(apply(head, taken), frozenset(taken), frozenset(conflicts))
