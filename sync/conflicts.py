"""Opening and closing conflicts: both values are kept until a person decides."""

from __future__ import annotations

from dataclasses import replace

from sync.batch import Batch
from sync.document import Document, same
from sync.mutation import Edit, Resolve
from sync.store import Closing, Conflict, Record, Side


def open_for(batch: Batch, by: Edit | Resolve, contested: frozenset[str], base: Document | None) -> tuple[int, ...]:
    """Opens a conflict for each field that a person must decide; an equal one that is open stands for it."""
    record = batch.records[by.record]
    numbers = []
    for path in sorted(contested):
        value = by.changes[path]
        theirs = Side(value, batch.author.person, batch.author.device, by.at)
        standing = [c for c in record.open_on(path) if c.theirs.person == theirs.person and same(c.theirs.value, value)]
        if standing:
            numbers.append(standing[0].number)
            continue
        conflict = Conflict(
            record=record.id,
            number=record.conflict_count + 1,
            path=path,
            rev=record.rev,
            base=base.get(path) if base is not None else None,
            head=_head_side(batch, record, path),
            theirs=theirs,
            n=by.n,
            opened=batch.received,
        )
        record = replace(record, conflicts=(*record.conflicts, conflict), conflict_count=conflict.number)
        batch.put(record)
        batch.plan.opened.append(conflict)
        numbers.append(conflict.number)
    return tuple(numbers)


def _head_side(batch: Batch, record: Record, path: str) -> Side:
    """Who typed the head's value: the newest loaded revision that changed the field, else the head's own."""
    known = [rev for (owner, _), rev in batch.revisions.items() if owner == record.id]
    setters = [rev for rev in known if path in rev.changed] or known
    setter = max(setters, key=lambda rev: rev.rev)
    return Side(record.document.get(path), setter.person, setter.device, setter.at)


def close(batch: Batch, by: Resolve, contested: frozenset[str]) -> None:
    """Closes what the resolution names; a field that somebody changed meanwhile stays open."""
    record = batch.records[by.record]
    still_open = []
    for conflict in record.conflicts:
        if conflict.number not in by.closes or conflict.path in contested:
            still_open.append(conflict)
            continue
        value = record.document.get(conflict.path)
        closing = Closing(value, batch.author.person, by.at, batch.received, record.rev)
        batch.plan.closed.append(replace(conflict, closing=closing))
    batch.put(replace(record, conflicts=tuple(still_open)))
