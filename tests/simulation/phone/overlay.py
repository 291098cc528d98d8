"""What is shown of a record: the server's copy with this phone's own changes over it (overlay.ts, pieces.ts)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.simulation.phone.storage import Base, Copy, Mutation, Progress, Row, Saw, Sent, Storage
from tests.simulation.phone.values import apply_set, to_paths


class Own(NamedTuple):
    """A change of this phone's: waiting, sending, landing or held."""

    mutation: Mutation
    form: int
    place: int
    standing: str
    contained: bool


@dataclass
class Pieces:
    """All that a view is made of."""

    id: str
    copy: Copy | None
    own: list[Own]
    fields: list[str]


@dataclass
class View:
    """A record as its person sees it."""

    id: str
    form: int
    place: int
    rev: int
    hash: str
    values: dict[str, Any]
    conflicts: list[dict[str, Any]]
    local: str
    gone: bool  # it has left this phone's scope: only what is still to be sent is shown


def pieces_of(storage: Storage, record: str) -> Pieces:
    """Gathers what `overlay` needs of one record."""
    copy = storage.records.get(record)
    own = [_answered(row) for row in storage.answered(record) if row.open] + [
        _waiting(row) for row in storage.waiting(record)
    ]
    own.sort(key=lambda item: item.mutation["n"])
    form = copy.doc["form"] if copy else own[-1].form if own else None
    return Pieces(record, copy, own, (storage.fields_of(form) if form is not None else None) or [])


def _answered(row: Sent) -> Own:
    return Own(row.mutation, row.form, row.place, str(row.open), row.contained)


def _waiting(row: Row) -> Own:
    return Own(row.mutation, row.form, row.place, "sending" if row.sending else "waiting", row.contained)


def overlay(pieces: Pieces) -> View | None:
    """The view; None: nothing of this record is on the phone."""
    copy, own = pieces.copy, pieces.own
    if copy is None and not own:
        return None
    doc: dict[str, Any] = copy.doc if copy else {}
    values = doc.get("values", [])
    for item in own:
        if _is_shown(item, pieces):
            values = apply_set(values, item.mutation["set"])
    resolving = {number for item in own if _resolves(item) for number in item.mutation["closes"]}
    return View(
        id=pieces.id,
        form=doc.get("form") or own[-1].form,
        place=doc.get("place") or own[-1].place,
        rev=doc.get("rev", 0),
        hash=doc.get("hash", ""),
        values=to_paths(values, pieces.fields),
        conflicts=[conflict for conflict in doc.get("conflicts", []) if conflict["id"] not in resolving],
        local=_local(own),
        gone=copy is None and not any(is_creation(item.mutation) for item in own),
    )


def view_of(storage: Storage, record: str) -> View | None:
    """What this phone shows of one record."""
    return overlay(pieces_of(storage, record))


def ids(storage: Storage) -> list[str]:
    """Every record that is on this phone."""
    own = {row.record for row in storage.outbox.values()} | {row.record for row in storage.sent.values() if row.open}
    return sorted({*storage.records, *own})


def seen_in(copy: Copy | None, progress: Progress) -> str | None:
    """The epoch that a copy is of; None: an earlier one, since the reading that is under way has not met it."""
    return progress.epoch if copy is None or copy.generation == progress.generation else None


def draft_base(view: View, pieces: Pieces, progress: Progress) -> Base:
    """What an edit begun now would be based on."""
    seen = [
        item
        for item in pieces.own
        if item.mutation["kind"] in ("edit", "resolve") and item.standing != "held" and _is_shown(item, pieces)
    ]
    saw = Saw(seen_in(pieces.copy, progress), view.hash) if view.rev else None
    return Base(view.rev, tuple(item.mutation["n"] for item in seen), view.values, saw)


def is_creation(mutation: Mutation) -> bool:
    """Whether it begins a record."""
    return mutation["kind"] == "edit" and mutation["base"] == 0 and "form" in mutation


def only_held(pieces: Pieces) -> bool:
    """Nothing of the record has been accepted: it is in the quarantine from its creation on."""
    return (
        pieces.copy is None
        and any(is_creation(item.mutation) for item in pieces.own)
        and all(item.standing == "held" for item in pieces.own)
    )


def _is_shown(item: Own, pieces: Pieces) -> bool:
    if item.mutation["kind"] == "review":
        return False
    if pieces.copy is not None and item.contained:
        return False
    return item.standing != "held" or (pieces.copy is None and all(other.standing == "held" for other in pieces.own))


def _resolves(item: Own) -> bool:
    return item.mutation["kind"] == "resolve" and item.standing != "held"


def _local(own: list[Own]) -> str:
    if any(item.standing == "sending" for item in own):
        return "sending"
    if any(item.standing == "waiting" for item in own):
        return "waiting"
    return "quarantined" if own and own[-1].standing == "held" else "on_server"
