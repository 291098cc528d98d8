"""A record that belongs to another place.

Rules:
- It is moved by somebody who answers for the place where it is, to any place where its form is filled in.
- A move counts only where the record still is what the mover saw: at that place, in that revision.
- Nothing else of the record changes: values, conflicts, decisions and the approved revision go with it. One that had
  been returned or was being checked waits for review again, since whoever was at it may not see it any more.
- Whoever worked where it was is told where it went, and nothing else of it.
"""

from __future__ import annotations

from sync.approval import State
from sync.batch import Batch, Hold
from sync.mutation import Move
from sync.store import Moved, Result


def move(batch: Batch, by: Move) -> Result:
    """Moves the record, or answers 'stale'."""
    record = batch.records.get(by.record)
    if record is None or record.place not in batch.knows - batch.author.former | batch.author.moves:
        raise batch.out_of_reach(record)
    if record.place not in batch.author.moves:
        raise Hold("not-mover")
    if not batch.forms.known(record.form, by.place):
        raise Hold("not-reached", {"place": by.place})
    if record.place == by.place:
        return batch.result(by, "applied")  # somebody else has done the same
    if record.place != by.origin or record.rev != by.rev:
        return batch.result(by, "stale", reason="head-moved")
    moved = Moved(
        record=record.id,
        rev=record.rev,
        origin=by.origin,
        place=by.place,
        person=batch.author.person,
        n=by.n,
        device=batch.author.device,
        at=by.at,
        received=batch.received,
    )
    batch.plan.moves.append(moved)
    state: State = "submitted" if record.state in ("returned", "checking") else record.state
    batch.put(record._replace(place=by.place, state=state, was=(record.was | {by.origin}) - {by.place}))
    return batch.result(by, "applied")
