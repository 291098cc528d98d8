"""A number that is given up, and the one that takes its place on this phone (inherit.ts)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tests.simulation.phone.overlay import is_creation
from tests.simulation.phone.storage import Base, Mutation, Row, Sent, Storage


def inherit(fresh: Storage, old: Storage, device: int, former: int) -> dict[int, int]:
    """Says anew, under the new number, what was never sent and what was held as a clone's; old numbers to new ones.

    What was answered under the `former` number is kept under that one, for a server that is restored.
    """
    rows = _left(old)
    answered = tuple(old.sent[n] for n in sorted(old.sent) if not _is_twice(old.sent[n]))
    fresh.former = {**old.former, former: answered}
    fresh.due = old.due
    numbers: dict[int, int] = {}
    creations = frozenset(row.n for row in old.sent.values() if is_creation(row.mutation))
    records: dict[str, str] = {}
    for row in rows:
        n = fresh.count("mutation")
        if is_creation(row.mutation):
            records[row.record] = f"{device}-{fresh.count('record')}"
        record = records.get(row.record, row.record)
        mutation = _renumbered(row.mutation | {"n": n, "record": record}, numbers, creations)
        fresh.outbox[n] = Row(n, record, mutation, row.form, row.place, saw=None if _is_unknown(mutation) else row.saw)
        numbers[row.n] = n
    for draft in old.drafts.values():
        record_of = records.get(draft.record, draft.record) if draft.record else None
        base = _based(draft.base, numbers, creations) if draft.base else None
        fresh.drafts[draft.id] = draft._replace(record=record_of, base=base)
    return numbers


def _left(old: Storage) -> list[Row | Sent]:
    twice = [row for row in old.sent.values() if _is_twice(row)]
    unsent = [row for row in old.outbox.values() if not row.frozen]
    rows: list[Row | Sent] = sorted([*twice, *unsent], key=lambda row: row.n)
    created = {row.record: row.n for row in rows if is_creation(row.mutation)}  # the last of each
    return [row for row in rows if not (is_creation(row.mutation) and created[row.record] > row.n)]


def _is_twice(row: Sent) -> bool:
    return row.open == "held" and row.result.get("reason") == "cloned"


def _renumbered(mutation: Mutation, numbers: Mapping[int, int], creations: Collection[int]) -> Mutation:
    if mutation["kind"] != "edit" or is_creation(mutation):
        return mutation
    base = _based(Base(mutation["base"], tuple(mutation.get("after", ())), {}), numbers, creations)
    rest = {name: value for name, value in mutation.items() if name != "after"}
    return rest | {"base": base.rev} | ({"after": list(base.after)} if base.after else {})


def _based(base: Base, numbers: Mapping[int, int], creations: Collection[int]) -> Base:
    """What was answered under the old number can't be named; but for a creation, which made revision 1, that leaves a
    base that nobody knows."""
    missing = [n for n in base.after if n not in numbers]
    if any(n not in creations for n in missing):
        return Base(0, (), base.values)
    return base._replace(rev=1 if missing else base.rev, after=tuple(numbers[n] for n in base.after if n in numbers))


def _is_unknown(mutation: Mutation) -> bool:
    return mutation["kind"] == "edit" and not mutation["base"] and "after" not in mutation
