"""A supervisor's decision.

Rules:
- It counts only for the revision and content that the reviewer saw; nobody reviews a record of their own; a record with
  open conflicts can't be approved.
- An approved revision goes on counting until the next decision replaces or rejects it.
"""

from __future__ import annotations

from dataclasses import replace

from sync.batch import Batch, Hold
from sync.mutation import Review
from sync.store import Decision, Record, Result, State


def review(batch: Batch, by: Review) -> Result:
    """Writes the decision down, or answers 'stale'."""
    record = batch.records.get(by.record or "")
    if record is None or record.place not in batch.author.writes | batch.author.reviews:
        raise batch.out_of_reach(record)
    if record.place not in batch.author.reviews:
        raise Hold("not-reviewer")
    if record.author == batch.author.person:
        raise Hold("own-record")
    if by.decision != "approve" and not (by.reason or "").strip():
        raise Hold("reason-missing")
    if by.rev != record.rev or by.content != record.hash:
        return batch.result(by, "stale", reason="head-moved")
    if by.decision == "approve" and record.conflicts:
        return batch.result(by, "stale", reason="open-conflicts")
    decision = Decision(
        record=record.id,
        rev=record.rev,
        decision=by.decision,
        reason=by.reason,
        person=batch.author.person,
        n=by.n,
        device=batch.author.device,
        at=by.at,
        received=batch.received,
    )
    batch.plan.decisions.append(decision)
    batch.put(_decided(record, decision))
    return batch.result(by, "applied")


def _decided(record: Record, decision: Decision) -> Record:
    approved = record.approved
    state: State
    if decision.decision == "approve":
        state, approved = "approved", record.rev
    elif decision.decision == "return":
        state = "returned"
    else:
        state, approved = "rejected", None
    return replace(record, state=state, approved=approved, decision=decision)
