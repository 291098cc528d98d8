"""Shapes of the reviews API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class InboxQuerySchema(Schema):
    """Which part of the inbox."""

    place = fields.Integer(strict=False, metadata={"description": "only this place"})
    form = fields.String(validate=validate.Length(max=20), metadata={"description": "only this form, by its key"})
    after = fields.String(validate=validate.Length(max=80), metadata={"description": "'next' of the page before"})
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class AuthorSchema(Schema):
    """Who sent a record."""

    id = fields.Integer(required=True)
    name = fields.String(required=True, allow_none=True)


class WaitingSchema(Schema):
    """A record that waits for a decision."""

    record = fields.String(required=True)
    place = fields.Integer(required=True)
    form = fields.String(required=True)
    form_version = fields.Integer(required=True)
    rev = fields.Integer(required=True)
    author = fields.Nested(AuthorSchema, required=True)
    conflicts = fields.Integer(required=True, metadata={"description": "open ones: to be resolved first"})
    since = fields.AwareDateTime(required=True)


class InboxSchema(Schema):
    """A page of the inbox, oldest first."""

    items = fields.List(fields.Nested(WaitingSchema), required=True)
    next = fields.String(required=True, allow_none=True)
