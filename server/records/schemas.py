"""Shapes of what a phone sends to and gets from the sync endpoint. Shape only: meaning is the engine's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate, validates_schema

from server.problems import Problem
from server.records.rules import Parsed
from sync.approval import ACTIONS
from sync.document import digest
from sync.mutation import RECORD_ID

MAX_MUTATIONS = 1000
LARGEST = 2**31 - 1
LAST_SECOND = 253_402_300_799  # the year 9999 ends
MAX_CURSORS = 5000
LAST_CURSOR = 2**53
MAX_PHOTOS = 200
MAX_SEEN = 200
LONGEST_NAME = 70
LAST_POSITION = 5000
POSITION = validate.Range(min=0, max=LAST_POSITION)
MAX_DEPTH = 6  # repeats inside each other
NUMBER = validate.Range(min=1, max=2**31 - 1)
COUNT = validate.Range(min=0, max=2**31 - 1)
FEED_KEY = validate.Regexp(r"^[pqcu][0-9]{1,12}$")


HASH = fields.String(validate=validate.Length(max=64))


class Cursors(fields.Dict):
    """How far each feed has been read. An office has hundreds: they are looked at in one pass, and told as they are."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if type(value) is dict and all(
            type(position) is int and 0 <= position <= LAST_CURSOR and FEED_KEY.regex.match(key)
            for key, position in value.items()
        ):
            return value
        return super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]  # says what is wrong

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        return value


class OfferedSchema(Schema):
    """What a phone offers. Mutations are looked at one by one, so that one bad item delays no other."""

    class Meta:
        unknown = EXCLUDE

    mutations = fields.List(fields.Raw(), load_default=list, validate=validate.Length(max=MAX_MUTATIONS))
    tables = fields.List(fields.Raw(), load_default=list, validate=validate.Length(max=MAX_MUTATIONS))
    saw = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"^[1-9][0-9]{0,9}$")),
        values=HASH,
        load_default=dict,
        validate=validate.Length(max=MAX_MUTATIONS),
        metadata={"description": "by number: the hash of the base that was seen in an earlier epoch"},
    )


class SyncRequestSchema(OfferedSchema):
    """Body of POST /api/sync."""

    class Meta:
        unknown = EXCLUDE

    protocol = fields.Integer(required=True, strict=True)
    epoch = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=64))
    cursors = Cursors(
        keys=fields.String(validate=FEED_KEY),
        values=fields.Integer(strict=True, validate=validate.Range(min=0, max=LAST_CURSOR)),
        load_default=dict,
        validate=validate.Length(max=MAX_CURSORS),
    )
    photos = fields.List(
        fields.String(validate=validate.Length(max=LONGEST_NAME)),
        load_default=list,
        validate=validate.Length(max=MAX_PHOTOS),
        metadata={"description": "content names of photos and other files that this phone still has to send"},
    )
    seen = fields.List(
        fields.Integer(strict=True, validate=validate.Range(min=1, max=2**53)),
        load_default=list,
        validate=validate.Length(max=MAX_SEEN),
        metadata={"description": "messages that this person has read here"},
    )


class MutationSchema(Schema):
    """What every mutation has."""

    class Meta:
        unknown = RAISE

    n = fields.Integer(required=True, strict=True, validate=NUMBER)
    kind = fields.String(required=True)
    record = fields.String(required=True, validate=validate.Regexp(f"^{RECORD_ID.pattern}$"))
    at = fields.AwareDateTime(required=True, format="iso")


# What a text column of every database can hold: no NUL, no half of a surrogate pair.
PLAIN_TEXT = validate.Regexp("^[^\\x00\\ud800-\\udfff]*$")


class Entry(fields.Field[list[Any]]):
    """[position, value], and inside a repeat an item id for each repeat around the field."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:  # noqa: ARG002
        if type(value) is not list or not 2 <= len(value) <= 2 + MAX_DEPTH or type(value[0]) is not int:
            raise ValidationError("not [position, value] or [position, value, item id, …]")
        if not 0 <= value[0] <= LAST_POSITION or not all(type(item) is str for item in value[2:]):
            raise ValidationError(f"not a position up to {LAST_POSITION}, or not an item id")
        return value


SET = fields.List(Entry(), required=True, validate=validate.Length(max=5000))


class EditSchema(MutationSchema):
    """Creates a record (base 0, with form and place) or changes fields; `set` is [[position, value or null], …]."""

    base = fields.Integer(required=True, strict=True, validate=COUNT)
    form = fields.Integer(strict=True, validate=NUMBER)
    place = fields.Integer(strict=True, validate=NUMBER)
    after = fields.List(
        fields.Integer(strict=True, validate=NUMBER), load_default=list, validate=validate.Length(max=200)
    )
    set = SET


class ResolveSchema(MutationSchema):
    """Closes conflicts of a record with the values chosen."""

    base = fields.Integer(required=True, strict=True, validate=NUMBER)
    form = fields.Integer(strict=True, validate=NUMBER)
    closes = fields.List(
        fields.Integer(strict=True, validate=NUMBER), required=True, validate=validate.Length(min=1, max=1000)
    )
    set = SET


class ReviewSchema(MutationSchema):
    """A decision about one revision, pinned by its number and content hash."""

    rev = fields.Integer(required=True, strict=True, validate=NUMBER)
    hash = fields.String(required=True, validate=validate.Length(max=64))
    decision = fields.String(required=True, validate=validate.OneOf(list(ACTIONS)))
    reason = fields.String(allow_none=True, load_default=None, validate=[validate.Length(max=2000), PLAIN_TEXT])
    notes = fields.Dict(
        keys=fields.String(validate=[validate.Length(min=1, max=300), PLAIN_TEXT]),
        values=fields.String(validate=[validate.Length(min=1, max=500), PLAIN_TEXT]),
        load_default=dict,
        validate=validate.Length(max=50),
        metadata={"description": "remarks on single fields, by path"},
    )
    into = fields.String(load_default=None, validate=validate.Regexp(f"^{RECORD_ID.pattern}$"))


class MoveSchema(MutationSchema):
    """Takes a record, as it was seen at a place, to another place."""

    rev = fields.Integer(required=True, strict=True, validate=NUMBER)
    origin = fields.Integer(required=True, strict=True, validate=NUMBER, data_key="from")
    place = fields.Integer(required=True, strict=True, validate=NUMBER)


KINDS: dict[str, Schema] = {
    "edit": EditSchema(),
    "resolve": ResolveSchema(),
    "review": ReviewSchema(),
    "move": MoveSchema(),
}


UNTELLABLE = re.compile("[\x00\ud800-\udfff]")


def _told(messages: Any) -> Any:
    """What marshmallow says, as every database and phone can hold it: its keys may be the sender's own words."""
    if isinstance(messages, dict):
        return {UNTELLABLE.sub("?", str(name))[:100]: _told(message) for name, message in messages.items()}
    if isinstance(messages, list):
        return [_told(message) for message in messages]
    return UNTELLABLE.sub("?", str(messages))[:200]


def seen(parsed: Parsed, content: Any) -> Parsed:
    """The item with the hash of the base that its author saw in an earlier epoch; kept with it, no part of its hash."""
    if isinstance(content, str) and parsed.data is not None:
        parsed.payload = {**parsed.payload, "saw": content}
        parsed.data["saw"] = content
    return parsed


def parse_kept(payload: Any) -> Parsed:
    """An item as the quarantine has kept it."""
    return seen(parse({name: value for name, value in payload.items() if name != "saw"}), payload.get("saw"))


def parse(payload: Any) -> Parsed:
    """Checks one item's shape. Raises Problem 'invalid' when it has no number by which it could be answered."""
    n = payload.get("n") if isinstance(payload, dict) else None
    if type(n) is not int or not 0 < n <= LARGEST:
        raise Problem("invalid", errors={"mutations": ["each needs a whole number 'n' from 1"]})
    schema = KINDS.get(payload["kind"]) if isinstance(payload.get("kind"), str) else None
    if schema is None:
        return Parsed(payload, digest(payload), None, {"kind": ["unknown"]})
    try:
        return Parsed(payload, digest(payload), schema.load(payload))
    except ValidationError as error:
        return Parsed(payload, digest(payload), None, _told(error.messages_dict))


class Steps(fields.Field[list[int]]):
    """A column of whole numbers, each as its difference to the one before, the first to 0. Loads as the numbers."""

    def __init__(self, low: int, high: int = LARGEST, **options: Any) -> None:
        super().__init__(**options)
        self.low = low
        self.high = high

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[int]:  # noqa: ARG002
        whole = type(value) is list and 0 < len(value) <= MAX_MUTATIONS and all(type(step) is int for step in value)
        numbers = list(accumulate(value)) if whole else []
        if not numbers or min(numbers) < self.low or max(numbers) > self.high:
            raise ValidationError(f"not 1 to {MAX_MUTATIONS} steps between {self.low} and {self.high}")
        return numbers


class EditTableSchema(Schema):
    """Edits of one shape, column by column, as they compress best: all create (form and place) or none does (base).

    Row i is the mutation {n: n[i], kind: 'edit', record: '<device[i]>-<counter[i]>', base: base[i] or 0, at: at[i] (in
    seconds since 1970, UTC), set: [[fields[k], values[k][i]] …]}. A creation says nothing of fields that are null.
    """

    class Meta:
        unknown = RAISE

    n = Steps(1, required=True)
    device = Steps(1, required=True)
    counter = Steps(1, required=True)
    at = Steps(0, LAST_SECOND, required=True)
    base = Steps(1)
    form = fields.Integer(strict=True, validate=NUMBER)
    place = fields.Integer(strict=True, validate=NUMBER)
    fields_ = fields.List(
        fields.Integer(strict=True, validate=POSITION),
        data_key="fields",
        required=True,
        validate=validate.Length(max=5000),
    )
    values = fields.List(fields.Raw(), required=True)

    @validates_schema
    def _even(self, data: dict[str, Any], **_options: Any) -> None:
        if ("base" in data) == ("form" in data and "place" in data):
            raise ValidationError("either 'base', or 'form' and 'place'")
        rows = len(data["n"])
        columns = [data["device"], data["counter"], data["at"], data.get("base", data["n"]), *data["values"]]
        if any(type(column) is not list or len(column) != rows for column in columns):
            raise ValidationError("columns of different lengths")
        if len(data["values"]) != len(set(data["fields_"])):
            raise ValidationError("each field needs one column")


EDIT_TABLE = EditTableSchema()


def parse_table(table: Any) -> Iterator[Parsed]:
    """The edits in a table. Raises Problem 'invalid' when its shape is wrong: no row of it can be trusted then."""
    try:
        found = EDIT_TABLE.load(table)
    except ValidationError as error:
        raise Problem("invalid", errors={"tables": error.messages}) from None
    creates = "base" not in found
    common = {"form": found["form"], "place": found["place"]} if creates else {}
    positions = found["fields_"]
    values = zip(*found["values"], strict=True) if positions else iter([()] * len(found["n"]))
    bases = [0] * len(found["n"]) if creates else found["base"]
    for n, device, counter, at, base, row in zip(
        found["n"], found["device"], found["counter"], found["at"], bases, values, strict=True
    ):
        record, moment = f"{device}-{counter}", datetime.fromtimestamp(at, UTC)
        pairs = [pair for pair in zip(positions, row, strict=True) if pair[1] is not None or not creates]
        said = {"record": record, "base": base, "set": pairs, **common}
        data = {**said, "at": moment, "after": ()}
        payload = {**said, "n": n, "kind": "edit", "at": moment.isoformat()}
        yield Parsed(payload, digest(payload), data, tabled=True)


def parse_all(asked: Mapping[str, Any]) -> list[Parsed]:
    """All mutations of a request, in the order of their numbers. Raises Problem 'invalid'."""
    offered = [parse(item) for item in asked["mutations"]]
    for table in asked["tables"]:
        offered += parse_table(table)
        if len(offered) > MAX_MUTATIONS:
            raise Problem("invalid", errors={"tables": [f"more than {MAX_MUTATIONS} mutations"]})
    return sorted((seen(item, asked["saw"].get(str(item.n))) for item in offered), key=lambda parsed: parsed.n)


class ResultSchema(Schema):
    """The answer to one mutation; what is empty is left out."""

    n = fields.Integer(required=True)
    status = fields.String(required=True)
    rev = fields.Integer()
    hash = fields.String()
    conflicts = fields.List(fields.Integer())
    reason = fields.String()
    detail = fields.Dict()
    first = fields.String()
    renumber = fields.Boolean()


class Made(fields.List[Any]):
    """A list whose items were made in their shape already; the schema says which, and isn't run over each of them."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        return value


class SyncAnswerSchema(Schema):
    """Answer of POST /api/sync: one result a mutation, what changed in each feed, and the new cursors."""

    protocol = fields.Integer(required=True)
    epoch = fields.String(required=True)
    now = fields.AwareDateTime(required=True, format="iso")
    results = Made(fields.Nested(ResultSchema), required=True)
    changes = fields.Raw(
        required=True,
        metadata={
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"oneOf": [{"type": "object"}, {"type": "string"}]}},
            "description": "Documents by feed; a string is the id of a record that stands as this request created it.",
        },
    )
    cursors = Cursors(keys=fields.String(), values=fields.Integer(), required=True)
    forget = fields.List(fields.String(), required=True)
    lacks = fields.List(fields.String(), required=True)
    more = fields.Boolean(required=True)
    left = fields.Integer(metadata={"description": "with `more`: how many documents are still to come"})
    reoffer = fields.Boolean(required=True)
    people = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    person = fields.Integer(required=True)


class HandInSchema(OfferedSchema):
    """A saved outbox: the number of the phone that saved it, and its mutations as in POST /api/sync."""

    class Meta:
        unknown = EXCLUDE

    device = fields.Integer(required=True, strict=True, validate=NUMBER)
    epoch = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=40),
        metadata={"description": "the epoch against which 'saw' was made; if it has ended, all is answered 'retry'"},
    )
    former = fields.Boolean(
        load_default=False,
        metadata={"description": "what this very phone wrote under a number that it has given up"},
    )


class HandedInSchema(Schema):
    """What became of each item that was handed in."""

    results = fields.List(fields.Nested(ResultSchema), required=True)


class HistorySchema(Schema):
    """Answer of GET /api/records/<id>: the record and everything that happened to it, oldest first."""

    record = fields.Dict(required=True)
    history = fields.List(fields.Dict(), required=True)
    people = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class QuarantineSchema(Schema):
    """An item of the quarantine after somebody settled it."""

    id = fields.String(required=True)
    status = fields.String(required=True)
    result = fields.Nested(ResultSchema)


class AttachmentQuerySchema(Schema):
    """What of an attachment is wanted."""

    class Meta:
        unknown = EXCLUDE

    preview = fields.Boolean(load_default=False, metadata={"description": "the small preview instead of the whole"})
