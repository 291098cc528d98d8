"""Shapes: of a pack's files, and of the campaigns API."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.campaigns.rules import CALENDARS, MAX_BASELINE, MAX_DEADLINE_DAYS, MAX_DEADLINE_HOURS, UNITS
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


class CutSchema(Schema):
    """How a calendar cuts time: at a day of the month (1 to 28), or of the week (1 Monday to 7 Sunday)."""

    month_from = fields.Integer(strict=True, validate=validate.Range(min=1, max=28))
    week_from = fields.Integer(strict=True, validate=validate.Range(min=1, max=7))

    @validates_schema
    def _whole(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ValidationError("must give either month_from or week_from")


class SpecialSchema(WindowSchema):
    """Days that are reported on by themselves: Tết, a holiday, a festival."""

    name = fields.Nested(TextsSchema, required=True)


HAZARD_STATES = ("waiting", "in_work", "done")


class HazardsSchema(Schema):
    """What is shown on a map, by its state: paths of a form's questions, what their answers mean, indicators' codes."""

    form = Text(required=True)
    point = Text(required=True)
    kind = Text(required=True)
    status = Text(required=True)
    due = Text(required=True)
    states = fields.Dict(
        keys=fields.String(validate=validate.OneOf(HAZARD_STATES)), values=fields.List(fields.String()), required=True
    )
    counts = fields.Dict(
        keys=fields.String(validate=validate.OneOf((*HAZARD_STATES, "late"))), values=fields.String(), required=True
    )


class CampaignFileSchema(Schema):
    """campaign.yaml"""

    key = fields.String(required=True, validate=KEY)
    place = fields.String(required=True, validate=KEY)
    name = fields.Nested(TextsSchema, required=True)
    plan = fields.Nested(PlanSchema, required=True)
    windows = fields.Nested(WindowsSchema, required=True)
    zone = fields.String(required=True, validate=validate.OneOf(available_timezones(), error="is no time zone"))
    calendar = fields.String(required=True, validate=validate.Length(min=1, max=16))
    cut = fields.Nested(CutSchema, load_default=None)
    special = fields.List(fields.Nested(SpecialSchema), load_default=list)
    report_days = fields.Integer(strict=True, load_default=0, validate=validate.Range(min=0, max=60))
    few = fields.Integer(strict=True, load_default=20, validate=validate.Range(min=0))
    units = fields.List(fields.String(validate=validate.OneOf(KINDS)), load_default=lambda: list(UNITS))
    facts = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"^[a-z][a-z_]{0,30}\Z", error="must be small letters")),
        values=fields.Dict(
            keys=fields.String(validate=KEY), values=fields.Integer(strict=True, validate=validate.Range(min=1))
        ),
        load_default=dict,
    )
    hazards = fields.Nested(HazardsSchema, load_default=None)
    rehearsal = Day(load_default=None)
    forms = fields.List(fields.Nested(FormFileSchema), required=True)
    review = fields.List(fields.Nested(DeadlineSchema), load_default=list)
    confirmed = fields.List(Text(), load_default=list)

    @validates_schema
    def _known(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("cut") is None and data.get("calendar") not in CALENDARS:
            known = ", ".join(CALENDARS)
            raise ValidationError(f"must be one of {known}, or be cut by 'cut'", "calendar")


WHOLE = fields.Integer(strict=True, validate=validate.Range(min=0))


class ClassRuleSchema(Schema):
    """One condition of a class of severity; all that it names must hold."""

    deaths = WHOLE
    property = WHOLE
    injured = WHOLE
    each = WHOLE
    sum = WHOLE

    @validates_schema
    def _whole(self, data: dict[str, Any], **_: Any) -> None:
        if not data or ({"each", "sum"} & set(data) and "injured" not in data):
            raise ValidationError("must name deaths, property or injured; each and sum are of the injured")


class ScaleSchema(Schema):
    """A scale of severity, in force from a day on."""

    code = Text(required=True)
    from_ = Day(required=True, data_key="from")
    classes = fields.Dict(
        keys=fields.String(), values=fields.List(fields.Nested(ClassRuleSchema), required=True), required=True
    )


class ReadsSchema(Schema):
    """Where a form says how serious its case was: the questions' paths."""

    class_ = Text(data_key="class")
    scale = Text()
    deaths = Text()
    property = Text()
    property_least = fields.Dict(keys=fields.String(), values=WHOLE)
    injured = Text()
    injuries = Text()

    @validates_schema
    def _both(self, data: dict[str, Any], **_: Any) -> None:
        if ("class_" in data) != ("scale" in data):
            raise ValidationError("class and scale go together")


class SeverityFileSchema(Schema):
    """severity.yaml"""

    order = fields.List(Text(), required=True, validate=validate.Length(min=1))
    scales = fields.List(fields.Nested(ScaleSchema), required=True, validate=validate.Length(min=1))
    forms = fields.Dict(keys=fields.String(), values=fields.Nested(ReadsSchema), required=True)

    @validates_schema
    def _named(self, data: dict[str, Any], **_: Any) -> None:
        for index, scale in enumerate(data.get("scales", ())):
            for name in scale["classes"]:
                if name not in data.get("order", ()):
                    raise ValidationError({"scales": {index: {"classes": [f"'{name}' is not in order"]}}})


def as_written(severity: Any) -> Any:
    """What was read of severity.yaml as JSON keeps it: members under their own names, days as texts."""
    if isinstance(severity, dict):
        return {str(name).rstrip("_"): as_written(value) for name, value in severity.items()}
    if isinstance(severity, list):
        return [as_written(value) for value in severity]
    return severity.isoformat() if isinstance(severity, date) else severity


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
