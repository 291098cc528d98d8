"""The protocol changes on purpose only: the hash of its schemas is written down, with the day and what changed."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields

from server.records import rules, schemas
from server.records.service import item_document
from server.records.tables import QuarantineRow
from sync.document import digest
from sync.store import Conflict, Decision, Record, Revision, Side
from tests.engine.builders import NOW

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"
ROW = re.compile(r"^\| (\d+) \| (\d{4}-\d{2}-\d{2}) \| `([\w-]{22})` \| (.+) \|$", re.MULTILINE)
SAID = (
    "the protocol's schemas are not those of the last line of docs/protocol.md, 'History of the protocol'; if that is \
meant, add a line with today's date, the hash {now}, what changed and what an older phone makes of it"
)


def described(thing: Any) -> Any:
    """A schema or a part of one as JSON: names, types, what is required and every bound."""
    if isinstance(thing, type) and issubclass(thing, Schema):
        thing = thing()
    if isinstance(thing, Schema):
        members = {field.data_key or name: described(field) for name, field in thing.fields.items()}
        return {"members": members, "unknown": str(thing.unknown)}
    if isinstance(thing, fields.Nested):
        return {"nested": described(thing.schema), "required": thing.required}
    if isinstance(thing, fields.Field):
        known = {"type": type(thing).__name__, "required": thing.required, "null": thing.allow_none}
        inside = [getattr(thing, name, None) for name in ("inner", "key_field", "value_field")]
        bounds = {name: getattr(thing, name) for name in ("strict", "low", "high") if hasattr(thing, name)}
        checks = [f"{type(check).__name__} {sorted(bounds_of(check))}" for check in thing.validators]
        return known | bounds | {"inside": [described(part) for part in inside if part], "checks": checks}
    raise TypeError(type(thing))


def bounds_of(check: Any) -> list[str]:
    """What a validator was made with."""
    return [f"{name}={getattr(value, 'pattern', value)}" for name, value in vars(check).items() if name != "error"]


def shape(value: Any) -> Any:
    """A document as names and types, at every depth."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(inner) for inner in value] if isinstance(value, list) else type(value).__name__


def full_record() -> dict[str, Any]:
    """A record with all that is left out of others: an item in a repeat, what its form doesn't know, a step, notes."""
    document: dict[str, Any] = {"a": "x", "r/17-5": 1, "r/17-5/b": ["x"], "unknown": 3}
    ours, theirs = Side("x", 1, 17, NOW), Side("y", 2, 18, NOW)
    conflicts = [Conflict("17-1", n, path, 1, None, ours, theirs, 1, NOW) for n, path in ((1, "a"), (2, "r/17-5/b"))]
    verdict = Decision("17-1", 1, "merge", "twice", 1, 1, 19, NOW, NOW, {"a": "see there"}, "18-1")
    record = Record(
        id="17-1",
        form=1,
        place=1,
        author=1,
        rev=2,
        document=document,
        hash="",
        state="approved",
        created=NOW,
        approved=1,
        conflicts=tuple(conflicts),
        level="locked",
        decision=verdict,
        step=Decision("17-1", 1, "lock", "2023-05", 1, 2, 19, NOW, NOW),
    )
    head = Revision("17-1", 2, document, frozenset(), "", "edit", 1, 17, 1, NOW, NOW)
    return rules.record_document(rules.head_of(record, head), ["a", "r", "r/b"])


def brief_record() -> dict[str, Any]:
    """A record just as it was created."""
    record = Record(id="1-1", form=1, place=1, author=1, rev=1, document={}, hash="", state="submitted", created=NOW)
    head = Revision("1-1", 1, {}, frozenset(), "", "create", 1, 1, 1, NOW, NOW)
    return rules.record_document(rules.head_of(record, head), ["a"])


def held_item() -> dict[str, Any]:
    """What is held at a place, of a record."""
    row = QuarantineRow(id=1, device_id=17, n=1, person_id=1, record_id="17-1", place_id=1, reason="not-valid")
    row.detail, row.payload, row.received_at, row.status = {}, {}, NOW, "held"
    return item_document(row)


def current() -> str:
    """The hash of all that POST /api/sync and POST /api/handins read and write."""
    documents = {"record": full_record(), "brief": brief_record(), "quarantine": held_item()}
    shapes = {
        "request": described(schemas.SyncRequestSchema),
        "answer": described(schemas.SyncAnswerSchema),
        "result": described(schemas.ResultSchema),
        "table": described(schemas.EditTableSchema),
        "mutations": {kind: described(schema) for kind, schema in schemas.KINDS.items()},
        "handed": {"request": described(schemas.HandInSchema), "answer": described(schemas.HandedInSchema)},
        "documents": {name: shape(document) for name, document in documents.items()},
    }
    return digest([rules.PROTOCOL, shapes])


def history() -> list[tuple[int, date, str]]:
    """The lines of the page's table."""
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return [(int(version), date.fromisoformat(day), hash_) for version, day, hash_, _what in found]


def test_the_schemas_are_those_that_the_history_ends_with() -> None:
    version, _day, hash_ = history()[-1]
    assert (version, hash_) == (rules.PROTOCOL, current()), SAID.format(now=current())


def test_the_history_goes_on_line_by_line_and_no_hash_comes_twice() -> None:
    lines = history()
    assert [line[:2] for line in lines] == sorted(line[:2] for line in lines)
    assert len({hash_ for *_, hash_ in lines}) == len(lines)


def test_the_records_that_are_hashed_hold_all_that_a_record_may_and_no_more_than_it_must() -> None:
    full, brief = full_record(), brief_record()
    assert set(full) - set(brief) == {"more", "stage", "step"}
    assert [len(entry) for entry in full["more"]] == [3, 3, 2]
    assert {conflict["field"] for conflict in full["conflicts"]} == {0, None}
    assert set(full["review"]) - set(full["step"]) == {"notes", "into"}


def test_a_bound_that_moves_a_field_that_comes_and_one_that_must_be_there_change_the_hash() -> None:
    class Narrow(Schema):
        n = fields.Integer(validate=schemas.NUMBER)

    class Wider(Schema):
        n = fields.Integer(validate=schemas.COUNT)

    class Required(Schema):
        n = fields.Integer(validate=schemas.NUMBER, required=True)

    class More(Narrow):
        m = fields.Integer()

    assert len({digest(described(schema)) for schema in (Narrow, Wider, Required, More)}) == 4
