"""What a person does, as writes in one transaction each (writes.ts)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tests.simulation.phone.overlay import draft_base, only_held, overlay, pieces_of, seen_in
from tests.simulation.phone.storage import Base, Draft, FormMissing, Mutation, Row, Saw, Storage, Values
from tests.simulation.phone.values import FieldSet, difference, positions, squash


class Submission(NamedTuple):
    """When and under which number a draft becomes a mutation."""

    at: str
    device: int


def edit_record(storage: Storage, record: str, draft_id: str) -> Draft | None:
    """The draft that edits this record: the open one, or a new one begun on the values shown now (not yet written)."""
    for draft in storage.drafts.values():
        if draft.record == record:
            return draft
    pieces = pieces_of(storage, record)
    view = overlay(pieces)
    if view is None:
        return None
    return Draft(draft_id, view.form, view.place, view.values, record, draft_base(view, pieces, storage.progress))


def save_draft(storage: Storage, draft: Draft) -> None:
    """Writes the draft."""
    storage.drafts[draft.id] = draft


def submit_draft(storage: Storage, draft_id: str, by: Submission) -> str:
    """The draft becomes a mutation, or part of one that was never sent; gives the record's id."""
    draft = storage.drafts.pop(draft_id)
    fields = storage.fields_of(draft.form)
    if fields is None:
        raise FormMissing
    if draft.record is None:
        return _create(storage, draft, fields, by)
    return _submit_edit(storage, draft, fields, by)


def _create(storage: Storage, draft: Draft, fields: Sequence[str], by: Submission) -> str:
    record = draft.record or f"{by.device}-{storage.count('record')}"
    n = storage.count("mutation")
    set_ = difference({}, draft.values, fields)
    mutation = {"n": n, "kind": "edit", "record": record, "base": 0, "form": draft.form, "place": draft.place}
    _enqueue(storage, mutation | {"at": by.at, "set": set_}, draft.form, draft.place)
    return record


def _submit_edit(storage: Storage, draft: Draft, fields: Sequence[str], by: Submission) -> str:
    record = draft.record
    assert record is not None
    base = draft.base or Base(0, (), {})
    set_ = difference(base.values, draft.values, fields)
    if not set_:
        return record
    if only_held(pieces_of(storage, record)):
        return _create(storage, draft, fields, by)
    last = _last_unsent(storage, record)
    if last and last.mutation["kind"] == "edit" and last.mutation["base"] == base.rev and last.saw == base.saw:
        _replace(storage, last, last.mutation | {"at": by.at, "set": squashed(last.mutation, set_)})
        return record
    n = storage.count("mutation")
    mutation = {"n": n, "kind": "edit", "record": record, "base": base.rev, "at": by.at, "set": set_}
    if base.after:
        mutation["after"] = list(base.after)
    _enqueue(storage, mutation, draft.form, draft.place, base.saw)
    return record


def squashed(mutation: Mutation, set_: FieldSet) -> FieldSet:
    """An unsent edit with the next one in it."""
    both = squash(mutation["set"], set_)
    return both if "form" not in mutation else [[position, value] for position, value in both if value is not None]


def resolve(storage: Storage, record: str, closes: Sequence[int], chosen: Values, at: str) -> None:
    """A person's decision about conflicts."""
    copy = storage.records[record]
    doc = copy.doc
    fields = storage.fields_of(doc["form"])
    assert fields is not None
    set_ = positions(chosen, fields)
    last = _last_unsent(storage, record)
    saw = Saw(seen_in(copy, storage.progress), doc["hash"])
    open_ = last is not None and _is_seen_by_a_draft(storage, last)
    same = last is not None and last.mutation["kind"] == "resolve" and last.mutation["base"] == doc["rev"]
    if last is not None and same and last.saw == saw and not open_:
        all_ = list(dict.fromkeys([*last.mutation["closes"], *closes]))
        both = squash(last.mutation["set"], set_)
        _replace(storage, last, last.mutation | {"at": at, "closes": all_, "set": both})
        return
    n = storage.count("mutation")
    mutation = {"n": n, "kind": "resolve", "record": record, "base": doc["rev"], "at": at}
    _enqueue(storage, mutation | {"closes": list(closes), "set": set_}, doc["form"], doc["place"], saw)


def review(storage: Storage, decided: Mapping[str, Any], at: str) -> None:
    """A supervisor's decision about what they see: record, rev, hash, decision, reason."""
    doc = storage.records[decided["record"]].doc
    content = {"kind": "review", **decided, "at": at}
    last = _last_unsent(storage, decided["record"])
    if last and last.mutation["kind"] == "review":
        _replace(storage, last, {"n": last.n, **content})
        return
    _enqueue(storage, {"n": storage.count("mutation"), **content}, doc["form"], doc["place"])


def _enqueue(storage: Storage, mutation: Mutation, form: int, place: int, saw: Saw | None = None) -> None:
    storage.outbox[mutation["n"]] = Row(mutation["n"], mutation["record"], mutation, form, place, saw=saw)


def _last_unsent(storage: Storage, record: str) -> Row | None:
    waiting = storage.waiting(record)
    return waiting[-1] if waiting and not waiting[-1].frozen else None


def _is_seen_by_a_draft(storage: Storage, row: Row) -> bool:
    """A form that is being filled in stands on what this says now, so it may not come to say more."""
    return any(draft.base and row.n in draft.base.after for draft in storage.drafts.values())


def _replace(storage: Storage, row: Row, mutation: Mutation) -> None:
    storage.outbox[row.n] = row._replace(mutation=mutation)
