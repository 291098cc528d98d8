"""Shapes of the reports API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.campaigns.rules import MAX_BASELINE


class ChoiceSchema(Schema):
    """Which report: of a place, and of the span that holds a day; dated in the month of `on` (today)."""

    place = fields.Integer(required=True)
    day = fields.Date(required=True)
    on = fields.Date(load_default=None)


class ProposalSchema(Schema):
    """Which list for decision: of an award, and of a unit, where the unit's own chair grants it."""

    award = fields.String(required=True, validate=validate.Length(min=1, max=64))
    place = fields.Integer(load_default=None)


class ExportSchema(Schema):
    """As a zip of CSV files, or as a workbook."""

    format = fields.String(load_default="zip", validate=validate.OneOf(["zip", "xlsx"]))


class ScoresSchema(Schema):
    """As CSV or as a workbook."""

    format = fields.String(load_default="xlsx", validate=validate.OneOf(["csv", "xlsx"]))


class TableSchema(Schema):
    """Figures of a place and of the span that holds a day, as CSV or as a workbook."""

    place = fields.Integer(required=True)
    day = fields.Date(required=True)
    format = fields.String(load_default="csv", validate=validate.OneOf(["csv", "xlsx"]))


class NamedPlaceSchema(Schema):
    """A place by name."""

    id = fields.Integer(required=True)
    name = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class SpanSchema(Schema):
    """A span that is reported on: a month, half a year, a year; `number`: the month that it ends with."""

    kind = fields.String(required=True)
    from_ = fields.Date(required=True, data_key="from", attribute="from")
    to = fields.Date(required=True)
    year = fields.Integer(required=True)
    number = fields.Integer(required=True)


class OfferedSchema(Schema):
    """The reports that I may have, and the indicators that they compare with the same period."""

    today = fields.Date(required=True)
    places = fields.List(fields.Nested(NamedPlaceSchema), required=True)
    spans = fields.List(fields.Nested(SpanSchema), required=True)
    compared = fields.List(fields.String(), required=True)


class EnteredFiguresSchema(Schema):
    """Figures of the same period by indicator code; null: not known."""

    values = fields.Dict(
        keys=fields.String(validate=validate.Length(min=1, max=16)),
        values=fields.Integer(strict=True, allow_none=True, validate=validate.Range(min=0, max=MAX_BASELINE)),
        required=True,
        validate=validate.Length(min=1, max=20),
    )


class ComparedSchema(Schema):
    """What a report is compared with. `fixed`: the campaign's baselines, entered elsewhere; `mine`: I may enter."""

    values = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True), required=True)
    fixed = fields.List(fields.String(), required=True)
    mine = fields.Boolean(required=True)
    by = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True, allow_none=True)
