"""Opening and closing conflicts: both values are kept until a person decides.

Rules:
- The same value of the same person for a field that is open joins the conflict that is there.
- An item of a repeat that stays although somebody took it away: one side is the item, the other is nothing.
- Where a field's policy took something else than what was typed, a conflict that is closed at once keeps both values.
- A resolution closes what it names, but not where somebody changed the field, or the item that it is in, since the
  person who decides looked at it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from sync.batch import Batch
from sync.document import Document, items_of, same
from sync.merge import Merged
from sync.mutation import Edit, Resolve
from sync.store import Closing, Conflict, Record, Revision, Side


@dataclass(frozen=True)
class Meeting:
    """What was done by a mutation: the record as it met it, what its author had seen, and what came of it."""

    by: Edit | Resolve
    before: Record
    base: Document | None
    merged: Merged


def open_for(batch: Batch, met: Meeting) -> tuple[int, ...]:
    """Opens a conflict for each path that a person must decide; gives their numbers, also of one that stood already."""
    numbers = []
    for path in sorted(met.merged.conflicts):
        record = batch.records[met.before.id]
        conflict = _conflict(batch, met, path)
        standing = [other.number for other in record.open_on(path) if _equal(conflict.theirs, other.theirs)]
        if standing:
            numbers.append(standing[0])
            continue
        batch.put(record._replace(conflicts=(*record.conflicts, conflict), conflict_count=conflict.number))
        batch.plan.opened.append(conflict)
        numbers.append(conflict.number)
    return tuple(numbers)


def settle(batch: Batch, met: Meeting) -> None:
    """Keeps what was typed where a policy took something else."""
    for path, rule in sorted(met.merged.settled.items()):
        conflict = _conflict(batch, met, path)
        record = batch.put(batch.records[met.before.id]._replace(conflict_count=conflict.number))
        value = record.document.get(path)
        closing = Closing(value, batch.author.person, met.by.at, batch.received, record.rev, rule)
        batch.plan.closed.append(replace(conflict, closing=closing))


def close(batch: Batch, by: Resolve, contested: frozenset[str], moved: Collection[str]) -> None:
    """Closes what the resolution names; `moved` are the paths whose value is not what the person looked at."""
    record = batch.records[by.record]
    still_open = []
    for conflict in record.conflicts:
        asked = conflict.path in contested or not contested.isdisjoint(items_of(conflict.path))
        if conflict.number not in by.closes or asked or conflict.path in moved:
            still_open.append(conflict)
            continue
        value = record.document.get(conflict.path)
        closing = Closing(value, batch.author.person, by.at, batch.received, record.rev)
        batch.plan.closed.append(replace(conflict, closing=closing))
    batch.put(record._replace(conflicts=tuple(still_open)))


def _equal(one: Side, other: Side) -> bool:
    return one.person == other.person and same(one.value, other.value)


def _conflict(batch: Batch, met: Meeting, path: str) -> Conflict:
    record = batch.records[met.before.id]
    head, theirs = _sides(batch, met, path)
    return Conflict(
        record=record.id,
        number=record.conflict_count + 1,
        path=path,
        rev=record.rev,
        base=met.base.get(path) if met.base is not None else None,
        head=head,
        theirs=theirs,
        n=met.by.n,
        opened=batch.received,
    )


def _sides(batch: Batch, met: Meeting, path: str) -> tuple[Side, Side]:
    """What the head holds and what theirs would; of an item that was put back, theirs is whoever took it away."""
    setter = next(_setters(batch, met.before, path), batch.revisions[met.before.id, met.before.rev])
    own = Side(met.by.changes.get(path), batch.author.person, batch.author.device, met.by.at)
    other = Side(met.before.document.get(path), setter.person, setter.device, setter.at)
    if path in met.merged.restored:
        return replace(own, value=met.merged.document[path]), other
    return other, own


def _setters(batch: Batch, record: Record, path: str) -> Iterator[Revision]:
    """The loaded revisions that changed a path or something in it, the newest first."""
    within = f"{path}/"
    for rev in range(record.rev, 0, -1):
        revision = batch.revisions.get((record.id, rev))
        if revision is None:
            return
        if path in revision.changed or any(other.startswith(within) for other in revision.changed):
            yield revision
