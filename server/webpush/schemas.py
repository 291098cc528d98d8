"""Shapes of the web push API; what an endpoint and keys must be is in `rules`."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.people.rules import LANGUAGES
from server.people.schemas import PersonNameSchema
from server.webpush.rules import KINDS, LONGEST_ENDPOINT

ENDPOINT = validate.Length(min=1, max=LONGEST_ENDPOINT)


class KeySchema(Schema):
    """The server's public key, as PushManager.subscribe() takes it."""

    key = fields.String(required=True)


class SubscriptionKeysSchema(Schema):
    """A subscription's keys, in base64url."""

    p256dh = fields.String(required=True, validate=validate.Length(max=100))
    auth = fields.String(required=True, validate=validate.Length(max=32))


class SubscriptionSchema(Schema):
    """What PushSubscription.toJSON() gives, and the language in which this phone is told things."""

    endpoint = fields.String(required=True, validate=ENDPOINT)
    keys = fields.Nested(SubscriptionKeysSchema, required=True)
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))
    kinds = fields.List(
        fields.String(validate=validate.OneOf(list(KINDS))),
        allow_none=True,
        validate=validate.Length(max=len(KINDS)),
        metadata={"description": "the kinds of message that this phone takes; null: all; left out: as before"},
    )
    expirationTime = fields.Float(allow_none=True, metadata={"description": "not used"})  # noqa: N815  # W3C's name


class EndpointSchema(Schema):
    """Which subscription."""

    endpoint = fields.String(required=True, validate=ENDPOINT)


class UnreachedPhoneSchema(Schema):
    """A phone that messages didn't reach: how many of each kind, for which reason (busy, silent, refused)."""

    device = fields.Integer(required=True)
    person = fields.Nested(PersonNameSchema, required=True)
    messages = fields.Integer(required=True)
    kinds = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    reasons = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    since = fields.AwareDateTime(required=True, metadata={"description": "the first message that didn't arrive"})
    last = fields.AwareDateTime(required=True)


class UndeliveredSchema(Schema):
    """What web push gave up on in the last 30 days and nobody has read since."""

    messages = fields.Integer(required=True)
    phones = fields.List(fields.Nested(UnreachedPhoneSchema), required=True)
