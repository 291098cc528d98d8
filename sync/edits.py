"""Creating a record, changing its fields, deciding its conflicts.

Rules:
- What an author typed is checked against what the author saw (base and own changes), not against the merged head: a
  contradiction between two valid edits is for a person to see, and nobody's typing error.
- A value that a merge policy makes out of two is checked in the merged head; where the form refuses it, it is asked.
- A record keeps the form version that it was created with. An edit that was written with another version is checked by
  that one and merged by path; fields that a version doesn't know are kept.
- A resolution is one mutation for any number of conflicts. Where it sets nothing, it keeps what the person saw.
"""

from __future__ import annotations

from dataclasses import replace

from sync import conflicts
from sync.approval import State
from sync.batch import Batch, Hold
from sync.conflicts import Meeting
from sync.document import Document, apply, content_hash, differing, field_of, homeless, inside
from sync.forms import Seen
from sync.items import Last
from sync.merge import Merged, Rules, merge
from sync.mutation import Edit, Resolve, creator
from sync.store import Record, Result, Revision, RevisionKind


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
    if not batch.forms.offered(edit.form, edit.place, edit.at):
        raise Hold("form-not-offered", {"form": edit.form})
    document = apply({}, edit.changes)
    _check(batch, edit.form, document, edit)
    revision = _revision(batch, edit, Merged(document, frozenset(document)), rev=1, kind="create", form=edit.form)
    record = Record(
        id=edit.record,
        form=edit.form,
        place=edit.place,
        author=batch.author.person,
        rev=revision.rev,
        document=document,
        hash=revision.hash,
        state="submitted",
        created=batch.received,
    )
    batch.revise(record, revision)
    return batch.result(edit, "applied")


def change(batch: Batch, edit: Edit) -> Result:
    """Merges an edit into the head; what both sides changed goes by its policy."""
    record = batch.writable(edit.record)
    form = _form(batch, record, edit)
    base = base_of(batch, record, edit)
    seen = apply(record.document if base is None else base, edit.changes)
    _check(batch, form, seen, edit)
    merged = _merged(batch, record, base, edit)
    met = Meeting(edit, record, base, merged)
    if merged.taken:
        record = _revise(batch, record, edit, merged)
    conflicts.settle(batch, met)
    numbers = conflicts.open_for(batch, met)
    _settle(batch, edit.record)
    if numbers:
        return batch.result(edit, "conflict", numbers)
    # The head is exactly what the author's phone shows: it needs no copy.
    same = base is not None and dict(record.document) == seen
    return batch.result(edit, "applied" if same else "merged")


def resolve(batch: Batch, by: Resolve) -> Result:
    """Sets the values that a person chose and closes the conflicts that they named."""
    record = batch.writable(by.record)
    base = base_of(batch, record, by)
    _check(batch, _form(batch, record, by), apply(record.document if base is None else base, by.changes), by)
    left_open = [conflict.path for conflict in record.conflicts if conflict.number not in by.closes]
    rules = Rules(lambda _path: "ask", _last(batch, record), left_open, decision=True)
    merged = merge(base, record.document, by.changes, rules)
    met = Meeting(by, record, base, merged)
    if base is None or by.saw is not None:  # then it is not known which conflicts the numbers stood for
        unseen = frozenset(conflict.path for conflict in record.conflicts)
    else:
        unseen = differing(base, record.document) - by.changes.keys()
    if merged.taken:
        record = _revise(batch, record, by, merged)
    conflicts.close(batch, by, merged.conflicts, unseen)
    numbers = conflicts.open_for(batch, met)
    _settle(batch, record.id)
    return batch.result(by, "conflict" if numbers else "applied", numbers)


def _form(batch: Batch, record: Record, edit: Edit | Resolve) -> int:
    """The form version that the author used."""
    if edit.form is None or edit.form == record.form:
        return record.form
    if not batch.forms.known(edit.form, record.place):
        raise Hold("form-unknown", {"form": edit.form})
    return edit.form


def base_of(batch: Batch, record: Record, edit: Edit | Resolve) -> Document | None:
    """What the author saw: the base revision and what they had typed since then; None when it can't be known."""
    if edit.unseen:
        return None
    based = batch.revisions.get((record.id, edit.base or 1))  # base 0 after an own creation: that was revision 1
    if based is None or edit.saw not in (None, based.hash):
        return None
    seen = based.document
    for n in edit.after if isinstance(edit, Edit) else ():
        if batch.used_twice(n):
            return None
        earlier = batch.answered.get(n)
        if earlier is not None and earlier.record == record.id:
            seen = apply(seen, earlier.seen)
    return seen


def _check(batch: Batch, form: int, seen: Document, by: Edit | Resolve) -> None:
    """Holds what the form refuses, given the document as its author saw it with what they typed."""
    if strays := homeless(seen, by.changes):
        raise Hold("item-unknown", {"paths": strays})
    violations = batch.forms.violations(Seen(by.record, form, seen, frozenset(by.changes), by.at))
    if violations:
        raise Hold("not-valid", {"violations": [dict(violation) for violation in violations]})


def _merged(batch: Batch, record: Record, base: Document | None, edit: Edit) -> Merged:
    rules = Rules(
        lambda path: batch.forms.policy(record.form, path),
        _last(batch, record),
        [conflict.path for conflict in record.conflicts],
    )
    merged = _ordered(batch, record, merge(base, record.document, edit.changes, rules))
    made = frozenset(path for path in merged.settled if path in merged.taken)
    if not made:
        return merged
    found = batch.forms.violations(Seen(record.id, record.form, merged.document, made, edit.at))
    refused = {field_of(str(violation.get("path"))) for violation in found} & {field_of(path) for path in made}
    if not refused:
        return merged
    asking = replace(rules, policy_of=lambda path: "ask" if path in refused else rules.policy_of(path))
    return _ordered(batch, record, merge(base, record.document, edit.changes, asking))


def _ordered(batch: Batch, record: Record, merged: Merged) -> Merged:
    """Choices stand in the form's order, so that equal answers are equal values."""
    if not merged.settled:
        return merged
    document = dict(merged.document)
    for path, rule in merged.settled.items():
        value = document.get(path)
        if rule == "union" and isinstance(value, list):
            places = {name: place for place, name in enumerate(batch.forms.choices(record.form, field_of(path)))}
            document[path] = sorted(value, key=lambda name: (places.get(name, len(places)), name))
    return replace(merged, document=document)


def _last(batch: Batch, record: Record) -> Last:
    """How an item was before it was taken away: as in the newest loaded revision that has it."""

    def last(item: str) -> Document:
        for rev in range(record.rev, 0, -1):
            revision = batch.revisions.get((record.id, rev))
            if revision is None:
                return {}
            if item in revision.document:
                return inside(revision.document, item)
        return {}

    return last


def _revise(batch: Batch, record: Record, by: Edit | Resolve, merged: Merged) -> Record:
    revision = _revision(batch, by, merged, rev=record.rev + 1, kind=_kind(record, by), form=record.form)
    moved = record._replace(rev=revision.rev, document=merged.document, hash=revision.hash, state="submitted")
    return batch.revise(moved, revision)


def _revision(batch: Batch, by: Edit | Resolve, merged: Merged, *, rev: int, kind: RevisionKind, form: int) -> Revision:
    return Revision(
        record=by.record,
        rev=rev,
        document=merged.document,
        changed=merged.taken,
        hash=content_hash(form, merged.document),
        kind=kind,
        person=batch.author.person,
        device=batch.author.device,
        n=by.n,
        at=by.at,
        received=batch.received,
    )


def _kind(record: Record, by: Edit | Resolve) -> RevisionKind:
    if isinstance(by, Resolve):
        return "resolve"
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
    if state != record.state:
        batch.put(record._replace(state=state))
