"""Shapes: of a pack's files, and of the campaigns API."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.campaigns.rules import CALENDARS, MAX_BASELINE, MAX_DEADLINE_DAYS, MAX_DEADLINE_HOURS
from server.people.rules import LANGUAGES, RIGHTS
from server.places.rules import CHANGES, KINDS, TREES

KEY = validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,63}\Z", error="must be small letters, digits and hyphens")


class Day(fields.Field[date]):
    """A date, as YAML already read it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> date:  # noqa: ARG002  # marshmallow calls it so
        if type(value) is not date:
            raise ValidationError("must be a date like 2023-03-20, without quotes")
        return value


class Text(fields.String):
    """A text that is not empty."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not text.strip():
            raise ValidationError("must not be empty")
        return str(text).strip()


class TextsSchema(Schema):
    """A text in the three languages; `km_unreviewed` says that no native reader has checked the Khmer."""

    vi = Text(required=True)
    en = Text(required=True)
    km = Text(required=True)
    km_unreviewed = fields.Boolean()


class PlanSchema(Schema):
    """The document that ordered the campaign."""

    number = Text(required=True)
    date = Day(required=True)
    issuer = fields.Nested(TextsSchema, required=True)
    title = fields.Nested(TextsSchema, required=True)
    carries_out = Text()
    theme = fields.Nested(TextsSchema, required=True)
    purposes = fields.List(fields.Nested(TextsSchema), required=True, validate=validate.Length(min=1))
    requirements = fields.List(fields.Nested(TextsSchema), required=True)


class WindowSchema(Schema):
    """Local dates, both included."""

    from_ = Day(required=True, data_key="from")
    to = Day(required=True)


class WindowsSchema(Schema):
    """What is counted when: accidents in `outcome` against `against`, activities in `activity`."""

    outcome = fields.Nested(WindowSchema, required=True)
    against = fields.Nested(WindowSchema, required=True)
    activity = fields.Nested(WindowSchema, required=True)


class FormFileSchema(Schema):
    """A form of the campaign; `occurrence` is the path of the date by which its records are counted.

    `roles` are those who may begin a record with it; all who may write, if none are named.
    """

    file = Text(required=True)
    occurrence = Text(required=True)
    roles = fields.List(
        fields.String(validate=validate.OneOf([role for role, rights in RIGHTS.items() if "write" in rights])),
        load_default=list,
        validate=validate.Length(min=1),
    )


class DeadlineSchema(Schema):
    """How soon a record is to be reviewed. `form`: of this form alone; `above_zero`: only if this question's answer is.

    `label` says why these come before all others.
    """

    form = Text()
    above_zero = Text()
    hours = fields.Integer(strict=True, validate=validate.Range(min=1, max=MAX_DEADLINE_HOURS))
    working_days = fields.Integer(strict=True, validate=validate.Range(min=1, max=MAX_DEADLINE_DAYS))
    label = fields.Nested(TextsSchema)

    @validates_schema
    def _whole(self, data: dict[str, Any], **_: Any) -> None:
        if ("hours" in data) == ("working_days" in data):
            raise ValidationError("must give either hours or working_days")
        if "above_zero" in data and "form" not in data:
            raise ValidationError("above_zero needs the form that asks the question")


class CampaignFileSchema(Schema):
    """campaign.yaml"""

    key = fields.String(required=True, validate=KEY)
    place = fields.String(required=True, validate=KEY)
    name = fields.Nested(TextsSchema, required=True)
    plan = fields.Nested(PlanSchema, required=True)
    windows = fields.Nested(WindowsSchema, required=True)
    zone = fields.String(required=True, validate=validate.OneOf(available_timezones(), error="is no time zone"))
    calendar = fields.String(required=True, validate=validate.OneOf(CALENDARS))
    rehearsal = Day(load_default=None)
    forms = fields.List(fields.Nested(FormFileSchema), required=True)
    review = fields.List(fields.Nested(DeadlineSchema), load_default=list)
    confirmed = fields.List(Text(), load_default=list)


class VersionSchema(WindowSchema):
    """What a place was from one day until before another (`to` left out: still)."""

    to = Day(load_default=None)
    code = fields.String(load_default=None, validate=validate.Length(min=1, max=16))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name = fields.Nested(TextsSchema, required=True)
    parent = fields.String(validate=KEY)
    tree = fields.String(load_default="admin", validate=validate.OneOf(TREES))


class PlaceSchema(Schema):
    """A place of places.yaml."""

    key = fields.String(required=True, validate=KEY)
    versions = fields.List(fields.Nested(VersionSchema), required=True, validate=validate.Length(min=1))


class ChangeLinkSchema(Schema):
    """A share of one place that went into another."""

    from_ = fields.String(required=True, data_key="from", validate=KEY)
    to = fields.String(required=True, validate=KEY)
    share = fields.Float(load_default=1.0, validate=validate.Range(min=0, max=1, min_inclusive=False))


class ChangeSchema(Schema):
    """A reform of units."""

    key = fields.String(required=True, validate=KEY)
    kind = fields.String(required=True, validate=validate.OneOf(CHANGES))
    effective_on = Day(required=True, data_key="on")
    law = Text(required=True)
    links = fields.List(fields.Nested(ChangeLinkSchema), required=True)


class PlacesFileSchema(Schema):
    """places.yaml"""

    places = fields.List(fields.Nested(PlaceSchema), required=True, validate=validate.Length(min=1))
    changes = fields.List(fields.Nested(ChangeSchema), load_default=list)


class RehearsalPersonSchema(Schema):
    """Somebody who is enrolled when the campaign is tried out."""

    name = Text(required=True, validate=validate.Length(max=120))
    role = fields.String(required=True, validate=validate.OneOf(list(RIGHTS)))
    place = fields.String(required=True, validate=KEY)
    language = fields.String(load_default="vi", validate=validate.OneOf(LANGUAGES))


class RehearsalFileSchema(Schema):
    """rehearsal.yaml"""

    people = fields.List(fields.Nested(RehearsalPersonSchema), required=True)


# ---------------------------------------------------------------- the API


class BaselinesSchema(Schema):
    """Figures of the period compared with, by indicator code; null: not known."""

    values = fields.Dict(
        keys=fields.String(validate=validate.Length(min=1, max=16)),
        values=fields.Integer(strict=True, allow_none=True, validate=validate.Range(min=0, max=MAX_BASELINE)),
        required=True,
        validate=validate.Length(min=1, max=50),
    )


class EntrySchema(Schema):
    """One entry of the history."""

    indicator = fields.String(required=True)
    value = fields.Integer(required=True, allow_none=True)
    by = fields.Integer(required=True)
    name = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class EnteredSchema(Schema):
    """The figures that count now, null where none is known, and every entry, latest first."""

    values = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True), required=True)
    history = fields.List(fields.Nested(EntrySchema), required=True)
