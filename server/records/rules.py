"""Records on the wire: values by position in the form version, mutations in, documents out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sync import positions
from sync.approval import Level, State, stage_of
from sync.document import Document, Value, same
from sync.mutation import Edit, Move, Mutation, Refused, Resolve, Review
from sync.store import Conflict, Decision, Moved, Record, Revision, Side

PROTOCOL = 1
NAMING = ("conflicts", "head", "theirs", "review", "step")  # parts of a document that name people
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Parsed:
    """A mutation whose shape has been checked but whose positions are not yet paths; `data` is None where it is wrong.

    `payload` is the mutation as one object, however it travelled; `hash` is the payload's.
    """

    payload: dict[str, Any]
    hash: str
    data: dict[str, Any] | None
    fault: dict[str, Any] | None = None
    # It came in a table: whose phone understands the answer's short forms.
    tabled: bool = False
    # What it sets, by path, once its form has been asked about it.
    changes: Mapping[str, Value | None] | None = None
    # The rest is what `payload` and `data` say; asked for many times over.
    n: int = field(init=False)
    record: str | None = field(init=False)
    base: int = field(init=False)  # the revision that its author saw; 0 for none
    form: int | None = field(init=False)
    after: Sequence[int] = field(init=False)  # the author's earlier mutations that it builds on
    unseen: bool = field(init=False)  # whether it changes a record of which its author had seen no revision
    into: str | None = field(init=False)  # the record that this one is merged into

    def __post_init__(self) -> None:
        """Reads what is asked for."""
        data = self.data or {}
        self.n = self.payload["n"]
        self.record = data.get("record")
        self.base = data.get("base") or data.get("rev") or 0
        self.form = data.get("form")
        self.after = data.get("after", ())
        self.unseen = not (self.base or self.after or self.form) and self.payload.get("kind") == "edit"
        self.into = data.get("into")


def mutation(parsed: Parsed, paths: Sequence[str] | None) -> Mutation:
    """The engine's mutation; `paths` are the fields of the form version used, None if that is not known.

    What can't be understood becomes `Refused`: the engine holds it whole.
    """
    data = parsed.data
    if data is None:
        return refused(parsed, "malformed", parsed.fault or {})
    common = {"n": parsed.n, "record": data["record"], "at": data["at"], "hash": parsed.hash, "payload": parsed.payload}
    if parsed.payload["kind"] == "review":
        seen = {"rev": data["rev"], "content": data["hash"], "decision": data["decision"], "reason": data["reason"]}
        return Review(**common, **seen, notes=data.get("notes") or {}, into=data.get("into"))
    if parsed.payload["kind"] == "move":
        return Move(**common, rev=data["rev"], origin=data["origin"], place=data["place"])
    if paths is None:
        return refused(parsed, "form-unknown" if data.get("form") else "record-unknown", {})
    try:
        changes = positions.decode(data["set"], paths) if parsed.changes is None else parsed.changes
    except positions.BadPosition as fault:
        return refused(parsed, "malformed", {"set": [str(fault)]})
    common["saw"] = data.get("saw")
    if parsed.payload["kind"] == "resolve":
        return Resolve(
            **common, base=data["base"], closes=frozenset(data["closes"]), changes=changes, form=data.get("form")
        )
    return Edit(
        **common,
        base=data["base"],
        changes=changes,
        form=data.get("form"),
        place=data.get("place"),
        after=tuple(data["after"]),
    )


def as_sent(payloads: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Any, Any]]:
    """The records whose heads the phone holds, since it sent them in this request: (rev, hash) by record.

    Only where all that it sent of the record was edits that were applied as they are: over anything else (a duplicate,
    a merge, a resolution) it could not be sure of the values.
    """
    heads: dict[str, tuple[Any, Any]] = {}
    unsure = set()
    for payload, result in zip(payloads, results, strict=True):
        record = payload.get("record")
        if not isinstance(record, str):
            continue
        heads[record] = (result.get("rev"), result.get("hash"))
        if payload.get("kind") != "edit" or result["status"] != "applied":
            unsure.add(record)
    return {record: head for record, head in heads.items() if record not in unsure}


def refused(parsed: Parsed, reason: str, detail: dict[str, Any]) -> Refused:
    """An item that is kept whole under a reason."""
    # A wrong shape has no trustworthy time; the engine never reads it for a refused item.
    return Refused(
        n=parsed.n,
        record=parsed.record,
        at=NO_TIME,
        hash=parsed.hash,
        payload=parsed.payload,
        reason=reason,
        detail=detail,
    )


def positional(document: Document, paths: Sequence[str]) -> list[Value | None]:
    """A document's values by position, trailing gaps cut."""
    values = list(map(document.get, paths))
    while values and values[-1] is None:
        values.pop()
    return values


class Head(NamedTuple):
    """A record as it stands, as far as phones are told of it. The first are a row's columns: see `telling`."""

    id: str
    form: int
    place: int
    author: int
    rev: int
    state: State
    approved: int | None
    level: Level | None
    conflict_count: int
    document: Document
    hash: str
    at: datetime
    received: datetime
    conflicts: tuple[Conflict, ...] = ()
    decision: Decision | None = None
    step: Decision | None = None


def head_of(record: Record, revision: Revision) -> Head:
    """A record of the engine with its head revision."""
    return Head(
        record.id,
        record.form,
        record.place,
        record.author,
        record.rev,
        record.state,
        record.approved,
        record.level,
        record.conflict_count,
        record.document,
        record.hash,
        revision.at,
        revision.received,
        record.conflicts,
        record.decision,
        record.step,
    )


def record_document(head: Head, paths: Sequence[str]) -> dict[str, Any]:
    """A record as phones get it (docs/protocol.md, documents)."""
    return {
        "id": head.id,
        "form": head.form,
        "place": head.place,
        "by": head.author,
        "rev": head.rev,
        "hash": head.hash,
        # What phones know that learned of no other states; the rest is told by `stage`.
        "state": {"checking": "submitted", "merged": "rejected"}.get(head.state, head.state),
        "approved": head.approved,
        **_standing(head),
        **_values(head.document, paths),
        "at": _moment(head.at),
        "received": head.received.isoformat(),
        "conflicts": [conflict_document(conflict, paths) for conflict in head.conflicts],
        "review": decision_document(head.decision) if head.decision else None,
    }


def _moment(at: datetime) -> str:
    """A phone's moment in UTC, as it is read back: what was just written is told in the same words later."""
    return at.astimezone(UTC).isoformat()


def _standing(head: Head) -> dict[str, Any]:
    """What `state` doesn't tell: the stage, and the last step where it is no verdict."""
    told: dict[str, Any] = {}
    stage = stage_of(head.state, head.level)
    if stage not in ("received", "returned", "approved", "rejected"):
        told["stage"] = stage
    if head.step is not None and head.step != head.decision:
        told["step"] = decision_document(head.step)
    return told


def _values(document: Document, paths: Sequence[str]) -> dict[str, Any]:
    """`values` by position, and `more` for what is in items of repeats or unknown to the form version."""
    values = positional(document, paths)
    if len(values) - values.count(None) == len(document) and not positions.repeats(paths):
        return {"values": values}
    plain = {path: value for path, value in document.items() if "-" not in path}
    return {"values": positional(plain, paths), "more": positions.beyond(document, paths)}


def conflict_document(conflict: Conflict, paths: Sequence[str]) -> dict[str, Any]:
    """An open conflict with both values."""
    return {
        "id": conflict.number,
        "field": paths.index(conflict.path) if conflict.path in paths else None,
        "path": conflict.path,
        "base": conflict.base,
        "head": side_document(conflict.head),
        "theirs": side_document(conflict.theirs),
    }


def side_document(side: Side) -> dict[str, Any]:
    """One of the two values, with who typed it where and when."""
    return {"value": side.value, "by": side.person, "at": _moment(side.at), "device": side.device}


def decision_document(decision: Decision) -> dict[str, Any]:
    """A review's decision."""
    return {
        "decision": decision.decision,
        "reason": decision.reason,
        "by": decision.person,
        "at": _moment(decision.at),
        "rev": decision.rev,
        **({"notes": dict(decision.notes)} if decision.notes else {}),
        **({"into": decision.into} if decision.into else {}),
    }


def history(
    revisions: Sequence[Revision],
    conflicts: Sequence[Conflict],
    decisions: Sequence[Decision],
    moves: Sequence[Moved] = (),
) -> list[dict[str, Any]]:
    """Everything that happened to a record, in the order in which the server learned of it."""
    entries: list[tuple[Any, int, dict[str, Any]]] = []
    before: Document = {}
    for revision in revisions:
        entries.append((revision.received, revision.rev * 4, _revision_entry(revision, before)))
        before = revision.document
    for conflict in conflicts:
        entries.append((conflict.opened, conflict.rev * 4 + 1, _conflict_entry(conflict)))
        if conflict.closing:
            entries.append((conflict.closing.received, conflict.closing.rev * 4 + 2, _closing_entry(conflict)))
    for decision in decisions:
        entry = {"type": "review", **decision_document(decision), "received": decision.received.isoformat()}
        entries.append((decision.received, decision.rev * 4 + 3, entry))
    entries += [(moved.received, moved.rev * 4 + 3, _move_entry(moved)) for moved in moves]
    entries.sort(key=lambda entry: entry[:2])
    return [entry for _, _, entry in entries]


def _revision_entry(revision: Revision, before: Document) -> dict[str, Any]:
    changes = {path: {"from": before.get(path), "to": revision.document.get(path)} for path in sorted(revision.changed)}
    return {
        "type": "revision",
        "rev": revision.rev,
        "kind": revision.kind,
        "by": revision.person,
        "device": revision.device,
        "at": revision.at.isoformat(),
        "received": revision.received.isoformat(),
        "changes": changes,
    }


def _move_entry(moved: Moved) -> dict[str, Any]:
    return {
        "type": "move",
        "from": moved.origin,
        "to": moved.place,
        "rev": moved.rev,
        "by": moved.person,
        "at": moved.at.isoformat(),
        "received": moved.received.isoformat(),
    }


def _conflict_entry(conflict: Conflict) -> dict[str, Any]:
    return {
        "type": "conflict",
        "id": conflict.number,
        "path": conflict.path,
        "by": conflict.theirs.person,
        "at": conflict.theirs.at.isoformat(),
        "received": conflict.opened.isoformat(),
        "head": side_document(conflict.head),
        "theirs": side_document(conflict.theirs),
    }


def _closing_entry(conflict: Conflict) -> dict[str, Any]:
    closing = conflict.closing
    assert closing is not None  # noqa: S101  # only called for closed ones
    return {
        "type": "resolution",
        "id": conflict.number,
        "path": conflict.path,
        "value": closing.value,
        "rev": closing.rev,
        "rule": closing.rule,
        "by": closing.person,
        "at": closing.at.isoformat(),
        "received": closing.received.isoformat(),
        "head": side_document(conflict.head),
        "theirs": side_document(conflict.theirs),
    }


def closing_event(conflict: Conflict) -> dict[str, Any] | None:
    """That a person decided, and whose value was not chosen; None where a merge policy did, as the form says."""
    closing = conflict.closing
    if closing is None or closing.rule is not None:
        return None
    sides = (conflict.head, conflict.theirs)
    return {
        "record_id": conflict.record,
        "conflict_id": conflict.number,
        "by": closing.person,
        "not_chosen": sorted({side.person for side in sides if not same(side.value, closing.value)}),
    }


def people_in(documents: Sequence[Mapping[str, Any]]) -> set[int]:
    """The ids of all people whom documents or history entries name."""
    found: set[int] = set()
    waiting: list[Any] = list(documents)
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            found.update(item[name] for name in ("by", "for") if type(item.get(name)) is int)
            # Answers are never looked into: a form may have a field that is called 'by'.
            waiting += [inner for name in NAMING if (inner := item.get(name))]
        elif isinstance(item, list):
            waiting += item
    return found
