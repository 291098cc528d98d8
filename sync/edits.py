"""Creating a record, changing its fields, deciding its conflicts.

Rule: what an author typed is checked against what the author saw (base and own changes), not against the merged head: a
contradiction between two valid edits is for a person to see, and nobody's typing error.
"""

from __future__ import annotations

from dataclasses import replace

from sync import conflicts
from sync.batch import Batch, Hold
from sync.document import Document, apply, content_hash
from sync.forms import Seen
from sync.merge import Merged, merge
from sync.mutation import Edit, Resolve, creator
from sync.store import Record, Result, Revision, RevisionKind, State


def create(batch: Batch, edit: Edit) -> Result:
    """A new record, under the author's own device number, where they may write."""
    if creator(edit.record) != batch.author.device:
        raise Hold("foreign-record")
    if edit.record in batch.records:
        raise Hold("record-exists")
    if edit.place is None or edit.place not in batch.author.writes:
        raise Hold("outside-scope")
    if edit.form is None or not batch.forms.known(edit.form, edit.place):
        raise Hold("form-unknown", {"form": edit.form})
    document = apply({}, edit.changes)
    _check(batch, edit.form, {}, edit)
    record = Record(
        id=edit.record,
        form=edit.form,
        place=edit.place,
        author=batch.author.person,
        rev=0,
        document={},
        hash="",
        state="submitted",
        created=batch.received,
    )
    _revise(batch, record, edit, Merged(document, frozenset(document), frozenset()))
    return batch.result(edit, "applied")


def change(batch: Batch, edit: Edit) -> Result:
    """Merges an edit into the head; what both sides changed is asked."""
    record = batch.writable(edit.record)
    base = _base(batch, record, edit)
    seen = record.document if base is None else base
    _check(batch, record.form, seen, edit)
    merged = merge(base, record.document, edit.changes, lambda path: batch.forms.policy(record.form, path))
    if merged.taken:
        record = _revise(batch, record, edit, merged)
    numbers = conflicts.open_for(batch, edit, merged.conflicts, base)
    _settle(batch, edit.record)
    if numbers:
        return batch.result(edit, "conflict", numbers)
    # The head is exactly what the author's phone shows: it needs no copy.
    unchanged = dict(record.document) == apply(seen, edit.changes)
    return batch.result(edit, "applied" if unchanged else "merged")


def resolve(batch: Batch, by: Resolve) -> Result:
    """Sets the values that a person chose and closes the conflicts that they named."""
    record = batch.writable(by.record)
    base = _base(batch, record, by)
    _check(batch, record.form, record.document if base is None else base, by)
    merged = merge(base, record.document, by.changes, lambda _path: "ask")
    if merged.taken:
        record = _revise(batch, record, by, merged)
    conflicts.close(batch, by, merged.conflicts)
    numbers = conflicts.open_for(batch, by, merged.conflicts, base)
    _settle(batch, record.id)
    return batch.result(by, "conflict" if numbers else "applied", numbers)


def _base(batch: Batch, record: Record, edit: Edit | Resolve) -> Document | None:
    """What the author saw: the base revision and what they had typed since then; None when it can't be known."""
    based = batch.revisions.get((record.id, edit.base or 1))  # base 0 after an own creation: that was revision 1
    if based is None:
        return None
    seen = based.document
    for n in edit.after if isinstance(edit, Edit) else ():
        earlier = batch.answered.get(n)
        if earlier is not None and earlier.record == record.id and earlier.result.status != "quarantined":
            seen = apply(seen, earlier.typed)
    return seen


def _check(batch: Batch, form: int, base: Document, by: Edit | Resolve) -> None:
    seen = Seen(form, apply(base, by.changes), frozenset(by.changes), by.at)
    violations = batch.forms.violations(seen)
    if violations:
        raise Hold("not-valid", {"violations": [dict(violation) for violation in violations]})


def _revise(batch: Batch, record: Record, by: Edit | Resolve, merged: Merged) -> Record:
    revision = Revision(
        record=record.id,
        rev=record.rev + 1,
        document=merged.document,
        changed=merged.taken,
        hash=content_hash(record.form, merged.document),
        kind=_kind(record, by),
        person=batch.author.person,
        device=batch.author.device,
        n=by.n,
        at=by.at,
        received=batch.received,
    )
    moved = replace(record, rev=revision.rev, document=merged.document, hash=revision.hash, state="submitted")
    return batch.revise(moved, revision)


def _kind(record: Record, by: Edit | Resolve) -> RevisionKind:
    if isinstance(by, Resolve):
        return "resolve"
    if not record.rev:
        return "create"
    return "edit" if by.base == record.rev else "merge"


def _settle(batch: Batch, record_id: str) -> None:
    """A record that changed or has something to decide waits for review; one that is as approved stays approved."""
    record = batch.records[record_id]
    if record_id not in batch.plan.records:
        return
    as_approved = record.approved == record.rev and not record.conflicts
    state: State = "approved" if as_approved else record.state
    if record.conflicts and record.state == "approved":
        state = "submitted"
    batch.put(replace(record, state=state))
