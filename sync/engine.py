"""The engine: what becomes of a batch of mutations. `plan` is pure; a store loads before it and saves after it.

Rules:
- A mutation takes effect at most once: same (device, n) and same payload gives the same answer again; the same number
  with another payload means that the phone's storage was cloned or restored, so the item is held and the phone told to
  take a new number.
- Each mutation gets its own answer and none delays another.
- What can't be applied is held whole in the quarantine, with the reason; it is never dropped.
- What a mutation does is in `edits`, `conflicts`, `reviews` and `moves`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sync import edits, moves, reviews
from sync.batch import Batch, Hold
from sync.document import Changes
from sync.forms import Forms
from sync.mutation import Edit, Move, Mutation, Refused, Resolve, Review
from sync.store import Answered, Author, Loaded, Plan, Result


def plan(loaded: Loaded, author: Author, mutations: Sequence[Mutation], *, forms: Forms, received: datetime) -> Plan:
    """Plans the whole batch, in order. `received` is the server's time. Never raises for anything a device sent."""
    batch = Batch(loaded, author, forms, received)
    for mutation in mutations:
        _take(batch, mutation)
    return batch.plan


def release(loaded: Loaded, author: Author, mutation: Mutation, *, forms: Forms, received: datetime) -> Plan:
    """Plans one item that a person releases from the quarantine, in its author's name and with its old number.

    The plan's only result says 'quarantined' again, with the reason that still stands, or what became of it.
    """
    batch = Batch(loaded, author, forms, received)
    result = _effect(batch, mutation)
    known = loaded.answered.get(mutation.n)
    if known is None or known.hash == mutation.hash:
        _answer(batch, mutation, result)
    else:  # a clone's item: the number's own answer stands
        batch.plan.results.append(result)
    return batch.plan


def _take(batch: Batch, mutation: Mutation) -> None:
    """Answers one mutation, from memory if it has been answered before."""
    known = batch.answered.get(mutation.n)
    if known is not None and known.hash == mutation.hash:
        batch.plan.results.append(known.result.again())
    elif known is not None:
        _clone(batch, mutation)
    else:
        _answer(batch, mutation, _effect(batch, mutation))


def _clone(batch: Batch, mutation: Mutation) -> None:
    result = Result(mutation.n, "quarantined", reason="cloned", renumber=True)
    if (mutation.n, mutation.hash) in batch.held:
        result = result.again()
    else:
        batch.hold(mutation, Hold("cloned"))
    batch.plan.results.append(result)


def _answer(batch: Batch, mutation: Mutation, result: Result) -> None:
    """Writes the answer down beside its effects."""
    left = _left_seen(batch, mutation, result)
    answered = Answered(mutation.n, mutation.hash, mutation.record, result, left)
    batch.answered[mutation.n] = answered
    batch.plan.answered.append(answered)
    batch.plan.results.append(result)


def _left_seen(batch: Batch, mutation: Mutation, result: Result) -> Changes:
    """What one who types over this has seen where it set something: its values, or what it hides while it is held.

    A creation is revision 1, which is kept as it is.
    """
    if not isinstance(mutation, Edit | Resolve) or (isinstance(mutation, Edit) and mutation.creates):
        return {}
    if result.status != "quarantined":
        return mutation.changes
    record = batch.records.get(mutation.record)
    hidden = edits.base_of(batch, record, mutation) if record else None
    return {} if hidden is None else {path: hidden.get(path) for path in mutation.changes}


def _effect(batch: Batch, mutation: Mutation) -> Result:
    """Does what the mutation asks, or holds it."""
    try:
        if batch.author.revoked:
            raise Hold("device-revoked")
        if isinstance(mutation, Refused):
            raise Hold(mutation.reason, mutation.detail)
        if isinstance(mutation, Edit):
            return edits.create(batch, mutation) if mutation.creates else edits.change(batch, mutation)
        if isinstance(mutation, Resolve):
            return edits.resolve(batch, mutation)
        if isinstance(mutation, Move):
            return moves.move(batch, mutation)
        assert isinstance(mutation, Review)  # noqa: S101  # the kinds above are all there are
        return reviews.review(batch, mutation)
    except Hold as hold:
        batch.hold(mutation, hold)
        return Result(mutation.n, "quarantined", reason=hold.reason, detail=hold.detail)
