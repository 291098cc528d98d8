"""Shapes of the scores API. Points travel in whole hundredths."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.scores.rules import HUNDRED

LONGEST_REASON = 2000


class ScoreEntryGivenSchema(Schema):
    """Points for an item (null: it doesn't apply), and why."""

    item = fields.String(required=True, validate=validate.Length(min=1, max=12))
    points = fields.Integer(
        strict=True, required=True, allow_none=True, validate=validate.Range(min=0, max=1000 * HUNDRED)
    )
    reason = fields.String(load_default="", validate=validate.Length(max=LONGEST_REASON))


class ScoreGivenSchema(Schema):
    """Entries for a column, and the last entry of the sheet that was seen."""

    entries = fields.List(fields.Nested(ScoreEntryGivenSchema), required=True, validate=validate.Length(min=1, max=200))
    seen = fields.Integer(strict=True, required=True, validate=validate.Range(min=0))

    @validates_schema
    def _once(self, data: dict[str, Any], **_: Any) -> None:
        items = [entry["item"] for entry in data.get("entries", ())]
        if len(set(items)) != len(items):
            raise ValidationError("Each item once.", "entries")


class ScoreGroupTotalSchema(Schema):
    """A group's points, of those that apply."""

    code = fields.String(required=True)
    points = fields.Integer(required=True)
    of = fields.Integer(required=True)


class ScoreTotalSchema(Schema):
    """What a column comes to. `missing`: items without any points yet; `left`: items nobody put down here."""

    points = fields.Integer(required=True, allow_none=True)
    rank = fields.String(required=True, allow_none=True)
    limits = fields.List(fields.String(), required=True)
    groups = fields.List(fields.Nested(ScoreGroupTotalSchema), required=True)
    bonus = fields.Integer(required=True)
    deduction = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    left = fields.Integer(required=True)


class ScoreAboutSchema(Schema):
    """The table as its pack has it, its version; `running`: figures are those so far."""

    version = fields.Integer(required=True)
    loaded_at = fields.AwareDateTime(required=True)
    today = fields.Date(required=True)
    running = fields.Boolean(required=True)
    table = fields.Dict(required=True)


class ScoreUnitSchema(Schema):
    """A unit's totals by column; `order`: its place among all, for who sees all."""

    place = fields.Integer(required=True)
    name = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)
    order = fields.Integer(required=True, allow_none=True)
    columns = fields.Dict(keys=fields.String(), values=fields.Nested(ScoreTotalSchema), required=True)


class ScoreOverviewSchema(ScoreAboutSchema):
    """Every unit that I score."""

    units = fields.List(fields.Nested(ScoreUnitSchema), required=True)


class ScoreEntrySchema(Schema):
    """What somebody put down; `counted` and `records`: what the app had counted by then."""

    item = fields.String(required=True)
    column = fields.String(required=True)
    points = fields.Integer(required=True, allow_none=True)
    counted = fields.Integer(required=True, allow_none=True)
    records = fields.Integer(required=True)
    reason = fields.String(required=True)
    by = fields.String(required=True)
    for_ = fields.String(required=True, allow_none=True, data_key="for", attribute="for")
    mine = fields.Boolean(required=True)
    at = fields.AwareDateTime(required=True)


class ScoreCountedSchema(Schema):
    """What the app fills in: points by a figure, of so many approved records."""

    state = fields.String(required=True)
    points = fields.Integer(required=True, allow_none=True)
    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True, allow_none=True)
    baseline = fields.Integer(required=True, allow_none=True)
    records = fields.Integer(required=True)


class ScoreMarkSchema(Schema):
    """Points; null: it doesn't apply."""

    points = fields.Integer(required=True, allow_none=True)


class ScoreItemSchema(Schema):
    """An item as it stands: `entries` by column, and what an entry there follows (null: nothing yet).

    `refused`: why I can't put down anything in a column, if I can't.
    """

    code = fields.String(required=True)
    most = fields.Integer(required=True)
    counted = fields.Nested(ScoreCountedSchema, required=True, allow_none=True)
    entries = fields.Dict(keys=fields.String(), values=fields.Nested(ScoreEntrySchema), required=True)
    follows = fields.Dict(keys=fields.String(), values=fields.Nested(ScoreMarkSchema, allow_none=True), required=True)
    refused = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True), required=True)


class ScoreLimitSchema(Schema):
    """A limit, and how many it counts; null: it depends on a deduction."""

    code = fields.String(required=True)
    count = fields.Integer(required=True, allow_none=True)


class ScoreSheetSchema(ScoreAboutSchema):
    """One unit's sheet. `mine`: the columns in which I may put something down."""

    place = fields.Integer(required=True)
    name = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)
    columns = fields.Dict(keys=fields.String(), values=fields.Nested(ScoreTotalSchema), required=True)
    seen = fields.Integer(required=True)
    mine = fields.List(fields.String(), required=True)
    items = fields.List(fields.Nested(ScoreItemSchema), required=True)
    limits = fields.List(fields.Nested(ScoreLimitSchema), required=True)
    history = fields.List(fields.Nested(ScoreEntrySchema), required=True)


class ScoredRecordSchema(Schema):
    """A record that counts, and the day on which it does."""

    record = fields.String(required=True)
    day = fields.Date(required=True)


class ScoredRecordsSchema(Schema):
    """The records behind an item, the latest first; `total`: all of them."""

    total = fields.Integer(required=True)
    records = fields.List(fields.Nested(ScoredRecordSchema), required=True)
