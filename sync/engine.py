"""The engine: what becomes of a batch of mutations. `plan` is pure; a store loads before it and saves after it.

Rules:
- A mutation takes effect at most once: same (device, n) and same payload gives the same answer again; the same number
  with another payload means that the phone's storage was cloned or restored, so the item is held and the phone told to
  take a new number.
- Each mutation gets its own answer and none delays another.
- What can't be applied is held whole in the quarantine, with the reason; it is never dropped.
- What an author typed is checked against what the author saw (base and own changes), not against the merged head: a
  contradiction between two valid edits is for a person to see, and nobody's typing error.
- A review counts only for the revision and content that the reviewer saw; nobody reviews a record of their own; a
  record with open conflicts can't be approved. An approved revision goes on counting until the next decision replaces
  or rejects it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sync.document import Changes, Document, apply, content_hash, same
from sync.merge import Merged, merge
from sync.mutation import Edit, Mutation, Refused, Resolve, Review, creator
from sync.store import (
    Answered,
    Author,
    Closing,
    Conflict,
    Decision,
    Held,
    Loaded,
    Plan,
    Record,
    Result,
    Revision,
    RevisionKind,
    Side,
    State,
)


@dataclass(frozen=True)
class Seen:
    """A document as its author saw it: the form version, which fields they changed, and the moment they call now."""

    form: int
    document: Document
    changed: frozenset[str]
    at: datetime


class Forms(Protocol):
    """What the engine must know of forms."""

    def known(self, form: int, place: int) -> bool:
        """Whether this form version exists and is filled in at this place."""

    def policy(self, form: int, path: str) -> str:
        """The merge policy of a field; 'ask' for a field that the version does not have."""

    def violations(self, seen: Seen) -> Sequence[Mapping[str, Any]]:
        """What is wrong with what an author saw and sent, as JSON-ready mappings."""


class _Hold(Exception):
    """The mutation at hand goes to the quarantine."""

    def __init__(self, reason: str, detail: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail or {}


def plan(loaded: Loaded, author: Author, mutations: Sequence[Mutation], *, forms: Forms, received: datetime) -> Plan:
    """Plans the whole batch, in order. `received` is the server's time. Never raises for anything a device sent."""
    batch = _Batch(loaded, author, forms, received)
    for mutation in mutations:
        batch.take(mutation)
    return batch.plan


def release(loaded: Loaded, author: Author, mutation: Mutation, *, forms: Forms, received: datetime) -> Plan:
    """Plans one item that a person releases from the quarantine, in its author's name and with its old number.

    The plan's only result says 'quarantined' again, with the reason that still stands, or what became of it.
    """
    batch = _Batch(loaded, author, forms, received)
    result = batch.effect(mutation)
    known = loaded.answered.get(mutation.n)
    if known is None or known.hash == mutation.hash:
        batch.answer(mutation, result)
    else:  # a clone's item: the number's own answer stands
        batch.plan.results.append(result)
    return batch.plan


class _Batch:
    """One run of `plan`: the state as the batch has changed it so far, and the plan that grows."""

    def __init__(self, loaded: Loaded, author: Author, forms: Forms, received: datetime) -> None:
        self.author = author
        self.forms = forms
        self.received = received
        self.records = dict(loaded.records)
        self.revisions = dict(loaded.revisions)
        self.answered = dict(loaded.answered)
        self.held = set(loaded.held)
        self.plan = Plan(author)

    # -- identity

    def take(self, mutation: Mutation) -> None:
        """Answers one mutation, from memory if it has been answered before."""
        known = self.answered.get(mutation.n)
        if known is not None and known.hash == mutation.hash:
            self.plan.results.append(known.result.again())
        elif known is not None:
            self._clone(mutation)
        else:
            self.answer(mutation, self.effect(mutation))

    def _clone(self, mutation: Mutation) -> None:
        result = Result(mutation.n, "quarantined", reason="cloned", renumber=True)
        if (mutation.n, mutation.hash) in self.held:
            result = result.again()
        else:
            self._hold(mutation, _Hold("cloned"))
        self.plan.results.append(result)

    def answer(self, mutation: Mutation, result: Result) -> None:
        """Writes the answer down beside its effects."""
        typed: Changes = mutation.changes if isinstance(mutation, Edit) and mutation.base else {}
        answered = Answered(mutation.n, mutation.hash, mutation.record, result, typed)
        self.answered[mutation.n] = answered
        self.plan.answered.append(answered)
        self.plan.results.append(result)

    def effect(self, mutation: Mutation) -> Result:
        """Does what the mutation asks, or holds it."""
        try:
            if self.author.revoked:
                raise _Hold("device-revoked")
            if isinstance(mutation, Refused):
                raise _Hold(mutation.reason, mutation.detail)
            if isinstance(mutation, Edit):
                return self._edit(mutation) if mutation.base or mutation.after else self._create(mutation)
            if isinstance(mutation, Resolve):
                return self._resolve(mutation)
            assert isinstance(mutation, Review)  # noqa: S101  # the four kinds above are all there are
            return self._review(mutation)
        except _Hold as hold:
            self._hold(mutation, hold)
            return Result(mutation.n, "quarantined", reason=hold.reason, detail=hold.detail)

    def _hold(self, mutation: Mutation, hold: _Hold) -> None:
        record = self.records.get(mutation.record or "")
        place = record.place if record else getattr(mutation, "place", None)
        if place not in self.author.writes | self.author.reviews:
            place = None  # an item names a place to its supervisor only if its author had a part there
        self.held.add((mutation.n, mutation.hash))
        self.plan.held.append(Held(mutation, hold.reason, hold.detail, place))

    # -- edits

    def _create(self, edit: Edit) -> Result:
        if creator(edit.record) != self.author.device:
            raise _Hold("foreign-record")
        if edit.record in self.records:
            raise _Hold("record-exists")
        if edit.place is None or edit.place not in self.author.writes:
            raise _Hold("outside-scope")
        if edit.form is None or not self.forms.known(edit.form, edit.place):
            raise _Hold("form-unknown", {"form": edit.form})
        document = apply({}, edit.changes)
        self._check(edit.form, {}, edit)
        record = Record(
            id=edit.record,
            form=edit.form,
            place=edit.place,
            author=self.author.person,
            rev=0,
            document={},
            hash="",
            state="submitted",
            created=self.received,
        )
        self._revise(record, edit, document, frozenset(document))
        return self._result(edit, "applied")

    def _edit(self, edit: Edit) -> Result:
        record = self._writable(edit.record)
        base = self._base(record, edit)
        seen = record.document if base is None else base
        self._check(record.form, seen, edit)
        merged = merge(base, record.document, edit.changes, lambda path: self.forms.policy(record.form, path))
        if merged.taken:
            record = self._revise(record, edit, merged.document, merged.taken)
        numbers = self._open(record, edit, merged, base)
        self._settle(edit.record)
        if numbers:
            return self._result(edit, "conflict", numbers)
        return self._result(edit, "applied" if self._unchanged_since(record, edit, seen) else "merged")

    def _base(self, record: Record, edit: Edit | Resolve) -> Document | None:
        """What the author saw: the base revision and what they had typed since then; None when it can't be known."""
        based = self.revisions.get((record.id, edit.base or 1))  # base 0 after an own creation: that was revision 1
        if based is None:
            return None
        seen = based.document
        for n in edit.after if isinstance(edit, Edit) else ():
            earlier = self.answered.get(n)
            if earlier is not None and earlier.record == record.id and earlier.result.status != "quarantined":
                seen = apply(seen, earlier.typed)
        return seen

    def _unchanged_since(self, record: Record, edit: Edit, seen: Document) -> bool:
        """Whether the new head is exactly what the author's phone shows, so that it needs no copy."""
        return dict(record.document) == apply(seen, edit.changes)

    def _writable(self, record_id: str) -> Record:
        record = self.records.get(record_id)
        if record is None or record.place not in self.author.writes:
            raise _Hold("record-unknown")  # the same word for both: nothing is told of records elsewhere
        return record

    def _check(self, form: int, base: Document, by: Edit | Resolve) -> None:
        seen = Seen(form, apply(base, by.changes), frozenset(by.changes), by.at)
        violations = self.forms.violations(seen)
        if violations:
            raise _Hold("not-valid", {"violations": [dict(violation) for violation in violations]})

    def _revise(self, record: Record, by: Edit | Resolve, document: Document, changed: frozenset[str]) -> Record:
        revision = Revision(
            record=record.id,
            rev=record.rev + 1,
            document=document,
            changed=changed,
            hash=content_hash(record.form, document),
            kind=_kind(record, by),
            person=self.author.person,
            device=self.author.device,
            n=by.n,
            at=by.at,
            received=self.received,
        )
        self.revisions[(record.id, revision.rev)] = revision
        self.plan.revisions.append(revision)
        return self._put(replace(record, rev=revision.rev, document=document, hash=revision.hash, state="submitted"))

    # -- conflicts

    def _open(self, record: Record, by: Edit | Resolve, merged: Merged, base: Document | None) -> tuple[int, ...]:
        """Opens a conflict for each field that a person must decide; an equal one that is open stands for it."""
        numbers = []
        for path in sorted(merged.conflicts):
            value = by.changes[path]
            theirs = Side(value, self.author.person, self.author.device, by.at)
            standing = [
                c for c in record.open_on(path) if c.theirs.person == theirs.person and same(c.theirs.value, value)
            ]
            if standing:
                numbers.append(standing[0].number)
                continue
            conflict = Conflict(
                record=record.id,
                number=record.conflict_count + 1,
                path=path,
                rev=record.rev,
                base=base.get(path) if base is not None else None,
                head=self._head_side(record, path),
                theirs=theirs,
                n=by.n,
                opened=self.received,
            )
            record = self._put(replace(record, conflicts=(*record.conflicts, conflict), conflict_count=conflict.number))
            self.plan.opened.append(conflict)
            numbers.append(conflict.number)
        return tuple(numbers)

    def _head_side(self, record: Record, path: str) -> Side:
        """Who typed the head's value: the newest loaded revision that changed the field, else the head's own."""
        known = [rev for (owner, _), rev in self.revisions.items() if owner == record.id]
        setters = [rev for rev in known if path in rev.changed] or known
        setter = max(setters, key=lambda rev: rev.rev)
        return Side(record.document.get(path), setter.person, setter.device, setter.at)

    def _resolve(self, resolve: Resolve) -> Result:
        record = self._writable(resolve.record)
        base = self._base(record, resolve)
        self._check(record.form, record.document if base is None else base, resolve)
        merged = merge(base, record.document, resolve.changes, lambda _path: "ask")
        if merged.taken:
            record = self._revise(record, resolve, merged.document, merged.taken)
        self._close(record, resolve, merged.conflicts)
        numbers = self._open(self.records[record.id], resolve, merged, base)
        self._settle(record.id)
        return self._result(resolve, "conflict" if numbers else "applied", numbers)

    def _close(self, record: Record, by: Resolve, contested: frozenset[str]) -> None:
        """Closes what the resolution names; a field that somebody changed meanwhile stays open."""
        still_open = []
        for conflict in record.conflicts:
            if conflict.number not in by.closes or conflict.path in contested:
                still_open.append(conflict)
                continue
            value = record.document.get(conflict.path)
            closing = Closing(value, self.author.person, by.at, self.received, record.rev)
            self.plan.closed.append(replace(conflict, closing=closing))
        self._put(replace(record, conflicts=tuple(still_open)))

    # -- reviews

    def _review(self, review: Review) -> Result:
        record = self.records.get(review.record)
        if record is None or record.place not in self.author.writes | self.author.reviews:
            raise _Hold("record-unknown")
        if record.place not in self.author.reviews:
            raise _Hold("not-reviewer")
        if record.author == self.author.person:
            raise _Hold("own-record")
        if review.decision != "approve" and not (review.reason or "").strip():
            raise _Hold("reason-missing")
        if review.rev != record.rev or review.content != record.hash:
            return self._result(review, "stale", reason="head-moved")
        if review.decision == "approve" and record.conflicts:
            return self._result(review, "stale", reason="open-conflicts")
        decision = Decision(
            record=record.id,
            rev=record.rev,
            decision=review.decision,
            reason=review.reason,
            person=self.author.person,
            n=review.n,
            device=self.author.device,
            at=review.at,
            received=self.received,
        )
        self.plan.decisions.append(decision)
        self._put(_decided(record, decision))
        return self._result(review, "applied")

    # -- state

    def _put(self, record: Record) -> Record:
        self.records[record.id] = record
        self.plan.records[record.id] = record
        return record

    def _settle(self, record_id: str) -> None:
        """A record that changed or has something to decide waits for review; one that is as approved stays approved."""
        record = self.records[record_id]
        if record_id not in self.plan.records:
            return
        as_approved = record.approved == record.rev and not record.conflicts
        state: State = "approved" if as_approved else record.state
        if record.conflicts and record.state == "approved":
            state = "submitted"
        self._put(replace(record, state=state))

    def _result(self, by: Mutation, status: Any, conflicts: tuple[int, ...] = (), reason: str | None = None) -> Result:
        record = self.records[by.record or ""]
        return Result(by.n, status, record.rev, record.hash, conflicts, reason)


def _kind(record: Record, by: Edit | Resolve) -> RevisionKind:
    if isinstance(by, Resolve):
        return "resolve"
    if not record.rev:
        return "create"
    return "edit" if by.base == record.rev else "merge"


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
