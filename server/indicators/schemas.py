"""Shapes of the indicators API."""

from __future__ import annotations

from marshmallow import Schema, fields


class PeriodSchema(Schema):
    """A reporting period: open, prepared or signed, and how many records wait for a correction of it."""

    from_ = fields.Date(required=True, data_key="from", attribute="from")
    to = fields.Date(required=True)
    state = fields.String(required=True)
    corrections = fields.Integer(required=True)


class UnitFigureSchema(Schema):
    """An indicator at one unit."""

    place = fields.Integer(required=True)
    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True, allow_none=True)
    percent = fields.String(required=True, allow_none=True)


class PeriodFigureSchema(Schema):
    """An indicator in one period."""

    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True, allow_none=True)


class DetailSchema(Schema):
    """An indicator by unit, and by period in the order of `periods` (null: it has no figure of its own there)."""

    code = fields.String(required=True)
    places = fields.List(fields.Nested(UnitFigureSchema), required=True)
    periods = fields.List(fields.Nested(PeriodFigureSchema, allow_none=True), required=True)
    special = fields.List(
        fields.Nested(PeriodFigureSchema, allow_none=True),
        required=True,
        metadata={"description": "its figure of the days of each entry of `special`"},
    )


class ComparedPointSchema(Schema):
    """A reporting period of the outcome window, this year and the year before (null: nobody knows it)."""

    from_ = fields.Date(required=True, data_key="from", attribute="from")
    to = fields.Date(required=True)
    now = fields.Integer(required=True, allow_none=True)
    so_far = fields.Integer(required=True, allow_none=True)
    same = fields.Integer(required=True, allow_none=True)
    same_so_far = fields.Integer(required=True, allow_none=True)


class ComparedIndicatorSchema(Schema):
    """An indicator that is compared with the year before, at the campaign's place."""

    code = fields.String(required=True)
    points = fields.List(fields.Nested(ComparedPointSchema), required=True)


class SpecialSchema(Schema):
    """Days that are reported on by themselves."""

    from_ = fields.Date(required=True, data_key="from", attribute="from")
    to = fields.Date(required=True)
    name = fields.Dict(required=True)


class MiddleSchema(Schema):
    """Where a unit's hazards are, to about a kilometre."""

    place = fields.Integer(required=True)
    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)


class HazardsSchema(Schema):
    """Hazards by commune: the indicators that count them by state, and where each commune is."""

    counts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    middles = fields.List(fields.Nested(MiddleSchema), required=True)


class ProgressSchema(Schema):
    """A campaign's figures in detail. `few`: below so many in what a share is of, it isn't given in percent."""

    today = fields.Date(required=True)
    periods = fields.List(fields.Nested(PeriodSchema), required=True)
    places = fields.List(fields.Integer(), required=True)
    few = fields.Integer(required=True)
    tiles = fields.String(required=True, metadata={"description": "the background of maps, empty for none"})
    indicators = fields.List(fields.Nested(DetailSchema), required=True)
    compared = fields.List(fields.Nested(ComparedIndicatorSchema), required=True)
    special = fields.List(fields.Nested(SpecialSchema), required=True)
    hazards = fields.Nested(HazardsSchema, required=True, allow_none=True)


class FigureSchema(Schema):
    """A figure as it was stamped when a period was closed."""

    code = fields.String(required=True)
    place = fields.Integer(required=True)
    records = fields.Integer(required=True)
    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True, allow_none=True)
    provisional = fields.Boolean(required=True)


class StampSchema(Schema):
    """By what the figures of a closed period were counted."""

    calendar = fields.String(required=True)
    cut = fields.Dict(required=True)
    scale = fields.String(required=True, allow_none=True)
    scopes = fields.Dict(required=True, metadata={"description": "the mildest class that counts, by indicator"})


class ClosingSchema(Schema):
    """A version of a closed period: the first, or a dated correction."""

    from_ = fields.Date(required=True, data_key="from", attribute="from")
    to = fields.Date(required=True)
    version = fields.Integer(required=True)
    stamp = fields.Nested(StampSchema, required=True)
    figures = fields.List(fields.Nested(FigureSchema), required=True)
    prepared_by = fields.String(required=True)
    prepared_for = fields.String(required=True, allow_none=True, metadata={"description": "who was away"})
    mine = fields.Boolean(required=True)
    prepared_at = fields.AwareDateTime(required=True)
    signed_by = fields.String(required=True, allow_none=True)
    signed_for = fields.String(required=True, allow_none=True)
    signed_at = fields.AwareDateTime(required=True, allow_none=True)


class CorrectionSchema(Schema):
    """A record that came too late for its period: what it counts as, and what it would."""

    record = fields.String(required=True)
    code = fields.String(required=True)
    place = fields.Integer(required=True)
    before = fields.Integer(required=True, allow_none=True)
    after = fields.Integer(required=True, allow_none=True)
    found_at = fields.AwareDateTime(required=True)


class ClosedPeriodSchema(PeriodSchema):
    """A reporting period with its versions, latest first, and what waits to correct it; `starts` is its name."""

    starts = fields.Date(required=True)

    versions = fields.List(fields.Nested(ClosingSchema), required=True)
    waiting = fields.List(fields.Nested(CorrectionSchema), required=True)


class PeriodsSchema(Schema):
    """The reporting periods of a campaign, in order."""

    periods = fields.List(fields.Nested(ClosedPeriodSchema), required=True)
