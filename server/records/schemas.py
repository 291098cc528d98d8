"""Shapes of what a phone sends to and gets from the sync endpoint. Shape only: meaning is the engine's."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate

from server.problems import Problem
from server.records.rules import Parsed
from sync.document import digest
from sync.mutation import RECORD_ID

MAX_MUTATIONS = 1000
MAX_CURSORS = 5000
POSITION = validate.Range(min=0, max=5000)
NUMBER = validate.Range(min=1, max=2**31 - 1)
COUNT = validate.Range(min=0, max=2**31 - 1)
FEED_KEY = validate.Regexp(r"^[pcu][0-9]{1,12}$")


class SyncRequestSchema(Schema):
    """Body of POST /api/sync. Mutations are looked at one by one, so that one bad item delays no other."""

    class Meta:
        unknown = EXCLUDE

    protocol = fields.Integer(required=True, strict=True)
    epoch = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=64))
    cursors = fields.Dict(
        keys=fields.String(validate=FEED_KEY),
        values=fields.Integer(strict=True, validate=validate.Range(min=0, max=2**53)),
        load_default=dict,
        validate=validate.Length(max=MAX_CURSORS),
    )
    mutations = fields.List(fields.Raw(), load_default=list, validate=validate.Length(max=MAX_MUTATIONS))
    photos = fields.List(
        fields.String(validate=validate.Length(max=64)), load_default=list, validate=validate.Length(max=1000)
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
SET = fields.List(
    fields.Tuple((fields.Integer(strict=True, validate=POSITION), fields.Raw(allow_none=True))),
    required=True,
    validate=validate.Length(max=5000),
)


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
    closes = fields.List(
        fields.Integer(strict=True, validate=NUMBER), required=True, validate=validate.Length(min=1, max=1000)
    )
    set = SET


class ReviewSchema(MutationSchema):
    """A decision about one revision, pinned by its number and content hash."""

    rev = fields.Integer(required=True, strict=True, validate=NUMBER)
    hash = fields.String(required=True, validate=validate.Length(max=64))
    decision = fields.String(required=True, validate=validate.OneOf(["approve", "return", "reject"]))
    reason = fields.String(allow_none=True, load_default=None, validate=[validate.Length(max=2000), PLAIN_TEXT])


KINDS: dict[str, Schema] = {"edit": EditSchema(), "resolve": ResolveSchema(), "review": ReviewSchema()}


def parse(payload: Any) -> Parsed:
    """Checks one item's shape. Raises Problem 'invalid' when it has no number by which it could be answered."""
    n = payload.get("n") if isinstance(payload, dict) else None
    if type(n) is not int or not 0 < n < 2**31:
        raise Problem("invalid", errors={"mutations": ["each needs a whole number 'n' from 1"]})
    schema = KINDS.get(payload["kind"]) if isinstance(payload.get("kind"), str) else None
    if schema is None:
        return Parsed(payload, digest(payload), None, {"kind": ["unknown"]})
    try:
        return Parsed(payload, digest(payload), schema.load(payload))
    except ValidationError as error:
        return Parsed(payload, digest(payload), None, dict(error.messages_dict))


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


class SyncAnswerSchema(Schema):
    """Answer of POST /api/sync: one result a mutation, what changed in each feed, and the new cursors."""

    protocol = fields.Integer(required=True)
    epoch = fields.String(required=True)
    now = fields.AwareDateTime(required=True, format="iso")
    results = fields.List(fields.Nested(ResultSchema), required=True)
    changes = fields.Dict(keys=fields.String(), values=fields.List(fields.Dict()), required=True)
    cursors = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    forget = fields.List(fields.String(), required=True)
    lacks = fields.List(fields.String(), required=True)
    more = fields.Boolean(required=True)
    reoffer = fields.Boolean(required=True)
    people = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


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
