"""Shapes of the set-up API."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

LONGEST_CODE = validate.Length(min=1, max=16)


class TargetGivenSchema(Schema):
    """A target's numbers."""

    minimum = fields.Integer(strict=True, validate=validate.Range(min=0, max=100))
    stretch = fields.Integer(strict=True, validate=validate.Range(min=0, max=100))
    fewer = fields.Integer(strict=True, validate=validate.Range(min=0, max=1_000_000))
    at_most = fields.Integer(strict=True, validate=validate.Range(min=0, max=1_000_000_000))
    at_least = fields.Integer(strict=True, validate=validate.Range(min=0, max=1_000_000_000))


class NameGivenSchema(Schema):
    """What a milestone is called; Vietnamese is needed."""

    vi = fields.String(required=True, validate=validate.Length(min=1, max=200))
    en = fields.String(validate=validate.Length(min=1, max=200))
    km = fields.String(validate=validate.Length(min=1, max=200))


class MilestoneGivenSchema(Schema):
    """A milestone as a pack writes it, without its code."""

    type = fields.String(required=True, validate=validate.Length(max=16))
    name = fields.Nested(NameGivenSchema, required=True)
    on = fields.String(validate=validate.Length(max=10))
    indicator = fields.String(validate=LONGEST_CODE)
    indicators = fields.List(fields.String(validate=LONGEST_CODE), validate=validate.Length(max=30))
    at_least = fields.Integer(strict=True)
    at_most = fields.Integer(strict=True)
    weeks = fields.Integer(strict=True)
    days = fields.Integer(strict=True)
    form = fields.String(validate=validate.Length(max=100))
    places = fields.String()
    off = fields.Boolean()


class SpanGivenSchema(Schema):
    """Days that are reported on by themselves, both included."""

    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date(required=True)
    name = fields.Nested(NameGivenSchema, required=True)

    @validates_schema
    def _order(self, data: dict[str, Any], **_: Any) -> None:
        if data["to"] < data["from_"]:
            raise ValidationError("Ends before it begins.", "to")


class SpansGivenSchema(Schema):
    """All the days that are reported on by themselves."""

    spans = fields.List(fields.Nested(SpanGivenSchema), required=True, validate=validate.Length(max=30))


VALUES = {"targets": TargetGivenSchema, "milestones": MilestoneGivenSchema, "calendar": SpansGivenSchema}


class ChangeGivenSchema(Schema):
    """A change of one entry; a value of null takes back what was changed before.

    `targets`: of the indicator `code`, at a unit if `place` says so. `milestones`: without a code a new one.
    `calendar`: all the days that are reported on by themselves.
    """

    part = fields.String(required=True, validate=validate.OneOf(list(VALUES)))
    code = fields.String(load_default=None, allow_none=True, validate=LONGEST_CODE)
    place = fields.Integer(strict=True, load_default=None, allow_none=True)
    value = fields.Dict(required=True, allow_none=True)

    @validates_schema
    def _value(self, data: dict[str, Any], **_: Any) -> None:
        targets = data["part"] == "targets"
        if targets and data["code"] is None:
            raise ValidationError("A target needs its indicator's code.", "code")
        if data["value"] is None:
            return
        wrong = VALUES[data["part"]]().validate(data["value"])
        if wrong:
            raise ValidationError({"value": wrong})
        if targets and not data["value"]:
            raise ValidationError("A target needs a number.", "value")


class ChangesGivenSchema(Schema):
    """Changes to be looked at or made, and the last change that was known when they were begun."""

    changes = fields.List(fields.Nested(ChangeGivenSchema), required=True, validate=validate.Length(min=1, max=100))
    seen = fields.Integer(strict=True, required=True, validate=validate.Range(min=0))


class SetupPartSchema(Schema):
    """A part of the set-up: how much there is of it and is missing, and who changed it last (null: its pack)."""

    part = fields.String(required=True)
    count = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True, allow_none=True)
    by = fields.String(required=True, allow_none=True)


class PlaceTargetSchema(Schema):
    """A unit's own target."""

    place = fields.Integer(required=True)
    target = fields.Dict(required=True)
    changed = fields.Boolean(required=True)


class SetupTargetSchema(Schema):
    """An indicator that has or may have a target; `members`: the numbers that it may have."""

    code = fields.String(required=True)
    name = fields.Dict(required=True)
    unit = fields.Dict(required=True)
    kind = fields.String(required=True)
    per = fields.String(required=True, allow_none=True)
    members = fields.List(fields.String(), required=True)
    target = fields.Dict(required=True, allow_none=True)
    of_pack = fields.Dict(required=True, allow_none=True)
    changed = fields.Boolean(required=True)
    places = fields.List(fields.Nested(PlaceTargetSchema), required=True)


class SetupMilestoneSchema(Schema):
    """A milestone, and the places where it stands."""

    code = fields.String(required=True)
    definition = fields.Dict(required=True)
    of_pack = fields.Boolean(required=True)
    changed = fields.Boolean(required=True)
    standing = fields.List(fields.Integer(), required=True)


class SetupIndicatorSchema(Schema):
    """An indicator; `goal`: a new milestone may be reached by it."""

    code = fields.String(required=True)
    name = fields.Dict(required=True)
    kind = fields.String(required=True)
    goal = fields.Boolean(required=True)


class SetupSpanSchema(Schema):
    """Days that are reported on by themselves."""

    from_ = fields.String(required=True, data_key="from", attribute="from")
    to = fields.String(required=True)
    name = fields.Dict(required=True)


class SetupHistorySchema(Schema):
    """A change that was made."""

    part = fields.String(required=True)
    entry = fields.String(required=True)
    value = fields.Dict(required=True, allow_none=True)
    by = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class SetupSchema(Schema):
    """The set-up of a campaign."""

    seen = fields.Integer(required=True)
    units = fields.List(fields.Integer(), required=True)
    parts = fields.List(fields.Nested(SetupPartSchema), required=True)
    targets = fields.List(fields.Nested(SetupTargetSchema), required=True)
    milestones = fields.List(fields.Nested(SetupMilestoneSchema), required=True)
    indicators = fields.List(fields.Nested(SetupIndicatorSchema), required=True)
    special = fields.List(fields.Nested(SetupSpanSchema), required=True)
    special_of_pack = fields.List(fields.Nested(SetupSpanSchema), required=True)
    special_changed = fields.Boolean(required=True)
    history = fields.List(fields.Nested(SetupHistorySchema), required=True)


class JudgedSchema(Schema):
    """A figure and what it is judged to be."""

    target = fields.Dict(required=True, allow_none=True)
    verdict = fields.String(required=True, allow_none=True)
    percent = fields.String(required=True, allow_none=True)
    budget = fields.Integer(required=True, allow_none=True)
    numerator = fields.Integer(required=True, allow_none=True)
    denominator = fields.Integer(required=True, allow_none=True)


class MovedFigureSchema(Schema):
    """A figure that will be judged otherwise."""

    code = fields.String(required=True)
    place = fields.Integer(required=True)
    before = fields.Nested(JudgedSchema, required=True)
    after = fields.Nested(JudgedSchema, required=True)


class MovedMilestoneSchema(Schema):
    """A milestone as it was and will be, and where it will stand: everywhere, newly (nobody is told), and no more."""

    code = fields.String(required=True)
    before = fields.Dict(required=True, allow_none=True)
    after = fields.Dict(required=True, allow_none=True)
    standing = fields.List(fields.Integer(), required=True)
    reached = fields.List(fields.Integer(), required=True)
    gone = fields.List(fields.Integer(), required=True)


class SpanFigureSchema(Schema):
    """What some days add up to, at the campaign's place."""

    code = fields.String(required=True)
    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True, allow_none=True)


class SpanFiguresSchema(Schema):
    """Days that will be reported on by themselves and have begun, with their figures."""

    from_ = fields.Date(required=True, data_key="from", attribute="from")
    to = fields.Date(required=True)
    name = fields.Dict(required=True)
    figures = fields.List(fields.Nested(SpanFigureSchema), required=True)


class PreviewSchema(Schema):
    """What changes will do."""

    figures = fields.List(fields.Nested(MovedFigureSchema), required=True)
    milestones = fields.List(fields.Nested(MovedMilestoneSchema), required=True)
    special = fields.List(fields.Nested(SpanFiguresSchema), required=True)
