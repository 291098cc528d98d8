"""A number that is given up, and the one that takes its place on this phone (inherit.ts)."""

from __future__ import annotations

from collections.abc import Mapping

from tests.simulation.phone.overlay import is_creation
from tests.simulation.phone.storage import Base, Mutation, Row, Sent, Storage


def inherit(fresh: Storage, old: Storage, device: int) -> dict[int, int]:
    """Says anew, under the new number, what was never sent and what was held as a clone's; old numbers to new ones."""
    rows = _left(old)
    numbers: dict[int, int] = {}
    records: dict[str, str] = {}
    for row in rows:
        n = fresh.count("mutation")
        if is_creation(row.mutation):
            records[row.record] = f"{device}-{fresh.count('record')}"
        record = records.get(row.record, row.record)
        mutation = _renumbered(row.mutation | {"n": n, "record": record}, numbers)
        fresh.outbox[n] = Row(n, record, mutation, row.form, row.place, saw=row.saw)
        numbers[row.n] = n
    for draft in old.drafts.values():
        record_of = records.get(draft.record, draft.record) if draft.record else None
        base = _rebased(draft.base, numbers) if draft.base else None
        fresh.drafts[draft.id] = draft._replace(record=record_of, base=base)
    return numbers


def _left(old: Storage) -> list[Row | Sent]:
    twice = [row for row in old.sent.values() if row.open == "held" and row.result.get("reason") == "cloned"]
    unsent = [row for row in old.outbox.values() if not row.frozen]
    rows: list[Row | Sent] = sorted([*twice, *unsent], key=lambda row: row.n)
    created = {row.record: row.n for row in rows if is_creation(row.mutation)}  # the last of each
    return [row for row in rows if not (is_creation(row.mutation) and created[row.record] > row.n)]


def _renumbered(mutation: Mutation, numbers: Mapping[int, int]) -> Mutation:
    if mutation["kind"] != "edit":
        return mutation
    after = [numbers[n] for n in mutation.get("after", ()) if n in numbers]
    rest = {name: value for name, value in mutation.items() if name != "after"}
    base = _base_of(mutation["base"], creates="form" in mutation, follows=bool(after))
    return rest | {"base": base} | ({"after": after} if after else {})


def _base_of(base: int, *, creates: bool, follows: bool) -> int:
    """Typed over a creation that was answered under the old number: what that made is revision 1."""
    return 1 if base == 0 and not creates and not follows else base


def _rebased(base: Base, numbers: Mapping[int, int]) -> Base:
    after = tuple(numbers[n] for n in base.after if n in numbers)
    return base._replace(after=after, rev=_base_of(base.rev, creates=False, follows=bool(after)))
