"""A decision about a record: a step of its approval (`sync.approval` has the table).

Rules:
- It counts only for the revision and content that the reviewer saw, and at a stage where it is theirs to take: one
  that comes too late is 'stale'. A record with open conflicts goes no further.
- Nobody decides about a record of their own; who signs is not who prepared.
- An approved revision goes on counting until the next decision replaces or rejects it.
"""

from __future__ import annotations

from sync import approval
from sync.approval import Stage
from sync.batch import Batch, Hold
from sync.mutation import Review
from sync.store import Decision, Record, Result


def review(batch: Batch, by: Review) -> Result:
    """Writes the decision down, or answers 'stale'."""
    record = batch.records.get(by.record or "")
    if record is None or record.place not in batch.author.writes | batch.author.decides.keys():
        raise batch.out_of_reach(record)
    roles = batch.author.decides.get(record.place, frozenset())
    if not approval.ever(by.decision, roles):
        raise Hold("not-reviewer")
    if record.author == batch.author.person:
        raise Hold("own-record")
    if by.decision in approval.NEEDS_REASON and not (by.reason or "").strip() and not by.notes:
        raise Hold("reason-missing")
    if by.rev != record.rev or by.content != record.hash:
        return batch.result(by, "stale", reason="head-moved")
    if by.decision not in approval.DISPUTED and record.conflicts:
        return batch.result(by, "stale", reason="open-conflicts")
    reached = approval.step(record.stage, by.decision, roles, confirmed=batch.forms.confirmed(record.form))
    if reached is None:
        return batch.result(by, "stale", reason="other-stage")
    if by.decision == "merge" and not _countable(batch, record, by.into):
        return batch.result(by, "stale", reason="other-stage")
    if by.decision in approval.SECOND_PERSON and record.step and record.step.person == batch.author.person:
        raise Hold("own-step")
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
        notes=by.notes,
        into=by.into if by.decision == "merge" else None,
    )
    batch.plan.decisions.append(decision)
    batch.put(_decided(record, decision, reached))
    return batch.result(by, "applied")


def _countable(batch: Batch, record: Record, into: str | None) -> bool:
    """Whether another record can stand for this one: known to who decides, and itself neither merged nor rejected."""
    other = batch.records.get(into or "")
    if other is None or other.id == record.id or "GSV" not in batch.author.decides.get(other.place, ()):
        raise Hold("record-unknown")
    return other.stage not in ("merged", "rejected")


def _decided(record: Record, decision: Decision, reached: Stage) -> Record:
    state, level = approval.standing(reached, record.level)
    verdict = decision if decision.decision in approval.VERDICTS else record.decision
    counts = record.rev if decision.decision in ("approve", "correct") else record.approved
    return record._replace(
        state=state,
        level=level,
        approved=None if level is None else counts,
        decision=verdict,
        step=decision,
    )
