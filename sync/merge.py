"""How changes made from a base meet a head that has moved on.

Rules, per field (items of repeats: `items`):
- head = base: take theirs. head = theirs: nothing to do (but tallies add up). Otherwise the field's policy decides.
- A field that theirs did not change is the head's.
- Missing base (purged or unknown): every field that differs from the head is a conflict. Nothing is guessed.
- Two items never collide, since their ids differ. An item in both goes field by field; of two places in the order, the
  one that arrives later is taken.
- A decision is what a person chose between values that they saw. Where the head has moved since, it is asked about,
  even if it is the value that the field had before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from sync.document import Changes, Document, Value, apply, field_of, inside, is_item, outermost, same
from sync.items import Last, put_back, untouched
from sync.policies import policy


@dataclass(frozen=True)
class Merged:
    """The new head, which of its fields are changed, and what a person must decide.

    `restored` are items, among `conflicts`, that were put back. `settled` are the fields whose policy took something
    else than what theirs typed, with the policy's name.
    """

    document: dict[str, Value]
    taken: frozenset[str]
    conflicts: frozenset[str] = frozenset()
    restored: frozenset[str] = frozenset()
    settled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """What a merge must know beside the values.

    `policy_of` gives the policy of a field of the form, `last` an item as it was before it was taken away, `left_open`
    the paths with a conflict that theirs leaves open; `decision` says that theirs is one.
    """

    policy_of: Callable[[str], str]
    last: Last | None = None
    left_open: Collection[str] = ()
    decision: bool = False


def merge(base: Document | None, head: Document, theirs: Changes, rules: Rules) -> Merged:
    """Merges the changes `theirs`, made by somebody who saw `base`, into `head`. Pure; raises `UnknownPolicy`."""
    theirs = outermost(theirs)
    back, restored = put_back(base, head, theirs, rules.last)
    whole = {**head, **back} if back else head
    taken: dict[str, Value | None] = dict(back)
    conflicts = set(restored)
    settled: dict[str, str] = {}
    for path, value in theirs.items():
        ours = whole.get(path)
        if same(ours, value) and not _counts_twice(path, value, base, rules):
            continue
        if value is None and "-" in path and is_item(path):
            if untouched(path, base, whole, rules.left_open):
                taken |= dict.fromkeys(inside(whole, path))
            elif base is None or rules.decision or path in base:
                conflicts.add(path)
        elif base is None:
            conflicts.add(path)
        elif same(ours, base.get(path)):
            taken[path] = value
        elif rules.decision or not same(value, base.get(path)):
            name = _policy(path, rules)
            decision = policy(name)(base.get(path), ours, value)
            if decision.conflict:
                conflicts.add(path)
            elif not same(decision.value, value):
                settled[path] = name
            if not same(decision.value, ours):
                taken[path] = decision.value
    return Merged(apply(head, taken), frozenset(taken), frozenset(conflicts), restored, settled)


def _counts_twice(path: str, value: Value | None, base: Document | None, rules: Rules) -> bool:
    """Whether two who typed the same number did not mean the same: two who each counted one more are two more."""
    return base is not None and not rules.decision and _policy(path, rules) == "sum" and not same(value, base.get(path))


def _policy(path: str, rules: Rules) -> str:
    return "latest" if "-" in path and is_item(path) else rules.policy_of(field_of(path))
