"""Shapes of the set-up API."""

from __future__ import annotations

from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate, validates_schema

from server.milestones.rules import WAYS
from server.places.rules import KINDS

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


class WindowGivenSchema(Schema):
    """Local dates, both included."""

    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date(required=True)


class SpanGivenSchema(WindowGivenSchema):
    """Days that are reported on by themselves."""

    name = fields.Nested(NameGivenSchema, required=True)

    @validates_schema
    def _order(self, data: dict[str, Any], **_: Any) -> None:
        if data["to"] < data["from_"]:
            raise ValidationError("Ends before it begins.", "to")


class SpansGivenSchema(Schema):
    """All the days that are reported on by themselves."""

    spans = fields.List(fields.Nested(SpanGivenSchema), required=True, validate=validate.Length(max=30))


KEY = validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,63}\Z", error="must be the key of a place")
WRITTEN = validate.Regexp(r"\s*\S", error="needs a letter")


class PlaceNameGivenSchema(Schema):
    """What a place is called; what isn't said in a language is called as in Vietnamese."""

    vi = fields.String(required=True, validate=[validate.Length(max=120), WRITTEN])
    en = fields.String(validate=[validate.Length(max=120), WRITTEN])
    km = fields.String(validate=[validate.Length(max=200), WRITTEN])


class NewPlaceGivenSchema(Schema):
    """A place that isn't there yet."""

    name = fields.Nested(PlaceNameGivenSchema, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    code = fields.String(validate=LONGEST_CODE)


class PlaceAddedSchema(NewPlaceGivenSchema):
    """A place that lies in `parent` from a day on."""

    do = fields.String(required=True)
    parent = fields.String(required=True, validate=KEY)
    on = fields.Date(required=True)


class PlaceRenamedSchema(Schema):
    """A place that is called otherwise from a day on; without one it was written wrongly. Code and kind may too."""

    do = fields.String(required=True)
    place = fields.String(required=True, validate=KEY)
    name = fields.Nested(PlaceNameGivenSchema, required=True)
    kind = fields.String(validate=validate.OneOf(KINDS))
    code = fields.String(allow_none=True, validate=LONGEST_CODE)
    on = fields.Date(allow_none=True)


class PlaceEndedSchema(Schema):
    """A place that is no more from a day on, and goes into no other."""

    do = fields.String(required=True)
    place = fields.String(required=True, validate=KEY)
    on = fields.Date(required=True)


class PlacesMergedSchema(Schema):
    """Places that go as a whole into another (`into`), or into a `new` one, on a day."""

    do = fields.String(required=True)
    places = fields.List(fields.String(validate=KEY), required=True, validate=validate.Length(min=1, max=100))
    into = fields.String(validate=KEY)
    new = fields.Nested(NewPlaceGivenSchema)
    on = fields.Date(required=True)
    law = fields.String(validate=validate.Length(max=200))

    @validates_schema
    def _where(self, data: dict[str, Any], **_: Any) -> None:
        if ("into" in data) == ("new" in data):
            raise ValidationError("Needs either the place that they go into, or a new one.", "into")


DONE: dict[str, type[Schema]] = {
    "add": PlaceAddedSchema,
    "rename": PlaceRenamedSchema,
    "end": PlaceEndedSchema,
    "merge": PlacesMergedSchema,
}


class DoneGivenSchema(Schema):
    """Something done to places: by what is done, `DONE` says what belongs to it."""

    class Meta:
        """What belongs to it is looked at by the schema of what is done."""

        unknown = INCLUDE

    do = fields.String(required=True, validate=validate.OneOf(list(DONE)))

    @validates_schema
    def _whole(self, data: dict[str, Any], **_: Any) -> None:
        wrong = DONE[data["do"]]().validate(data) if data.get("do") in DONE else {}
        if wrong:
            raise ValidationError(wrong)


class WindowsSchema(Schema):
    """What is counted when: accidents in `outcome` against `against`, activities in `activity`."""

    outcome = fields.Nested(WindowGivenSchema, required=True)
    against = fields.Nested(WindowGivenSchema, required=True)
    activity = fields.Nested(WindowGivenSchema, required=True)


class WindowsGivenSchema(Schema):
    """A campaign's windows, and how many days after a period's last its report may come."""

    windows = fields.Nested(WindowsSchema, required=True)
    report_days = fields.Integer(strict=True, required=True, validate=validate.Range(min=0, max=60))


class IndicatorNamedSchema(Schema):
    """What an indicator and its unit are called."""

    name = fields.Nested(NameGivenSchema, required=True)
    unit = fields.Nested(NameGivenSchema, required=True)


VALUES: dict[str, type[Schema]] = {
    "targets": TargetGivenSchema,
    "indicators": IndicatorNamedSchema,
    "milestones": MilestoneGivenSchema,
    "calendar": SpansGivenSchema,
    "places": DoneGivenSchema,
}


class ChangeGivenSchema(Schema):
    """A change of one entry; a value of null takes back what was changed before.

    `targets`: of the indicator `code`, at a unit if `place` says so. `milestones`: without a code a new one.
    `indicators`: what the indicator `code` is called. `calendar`: all the days that are reported on by themselves,
    or with the code `windows` the campaign's own days. `places`: something done to places; `code` only where
    it is taken back.
    """

    part = fields.String(required=True, validate=validate.OneOf(list(VALUES)))
    code = fields.String(load_default=None, allow_none=True, validate=LONGEST_CODE)
    place = fields.Integer(strict=True, load_default=None, allow_none=True)
    value = fields.Dict(required=True, allow_none=True)

    @validates_schema
    def _value(self, data: dict[str, Any], **_: Any) -> None:
        targets = data["part"] == "targets"
        if data["part"] in ("targets", "indicators") and data["code"] is None:
            raise ValidationError("Needs its indicator's code.", "code")
        if data["value"] is None:
            return
        of_windows = data["part"] == "calendar" and data["code"] == "windows"
        wrong = (WindowsGivenSchema if of_windows else VALUES[data["part"]])().validate(data["value"])
        if wrong:
            raise ValidationError({"value": wrong})
        if targets and not data["value"]:
            raise ValidationError("A target needs a number.", "value")


class ChangesGivenSchema(Schema):
    """Changes to be looked at or made, and the last change that was known when they were begun."""

    changes = fields.List(fields.Nested(ChangeGivenSchema), required=True, validate=validate.Length(min=1, max=500))
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
    """An indicator; `decides`: what milestones may be decided by it."""

    code = fields.String(required=True)
    name = fields.Dict(required=True)
    unit = fields.Dict(required=True)
    kind = fields.String(required=True)
    changed = fields.Boolean(required=True)
    decides = fields.List(fields.String(validate=validate.OneOf(WAYS)), required=True)


class SetupFormSchema(Schema):
    """A form of the campaign, by what its newest version is called."""

    key = fields.String(required=True)
    title = fields.Dict(required=True)


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
    """The set-up of a campaign. `windows`: its days as they hold, as a change of them gives them."""

    seen = fields.Integer(required=True)
    units = fields.List(fields.Integer(), required=True)
    parts = fields.List(fields.Nested(SetupPartSchema), required=True)
    targets = fields.List(fields.Nested(SetupTargetSchema), required=True)
    milestones = fields.List(fields.Nested(SetupMilestoneSchema), required=True)
    indicators = fields.List(fields.Nested(SetupIndicatorSchema), required=True)
    forms = fields.List(fields.Nested(SetupFormSchema), required=True)
    special = fields.List(fields.Nested(SetupSpanSchema), required=True)
    special_of_pack = fields.List(fields.Nested(SetupSpanSchema), required=True)
    special_changed = fields.Boolean(required=True)
    windows = fields.Dict(required=True)
    windows_of_pack = fields.Dict(required=True)
    windows_changed = fields.Boolean(required=True)
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


class SetupPlaceSchema(Schema):
    """A place as phones have it; `mine`: the office may change it; `people` hold a role there."""

    id = fields.Integer(required=True)
    key = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True)
    name = fields.Dict(required=True)
    parent = fields.Integer(required=True, allow_none=True)
    from_ = fields.String(required=True, data_key="from", attribute="from")
    to = fields.String(required=True, allow_none=True)
    into = fields.Integer(required=True, allow_none=True)
    mine = fields.Boolean(required=True)
    people = fields.Integer(required=True)


class SetupPlacesSchema(Schema):
    """The places of a campaign; `seen`: the last change that they know; `today`: the campaign's."""

    seen = fields.Integer(required=True)
    today = fields.Date(required=True)
    places = fields.List(fields.Nested(SetupPlaceSchema), required=True)


class ListedPlaceSchema(Schema):
    """A row of a list as somebody wrote it, and its number there; '' where it says nothing."""

    line = fields.Integer(required=True)
    vi = fields.String(required=True)
    en = fields.String(required=True)
    km = fields.String(required=True)
    code = fields.String(required=True)
    kind = fields.String(required=True)
    parent = fields.String(required=True)


class PlaceListSchema(Schema):
    """What a list says, and which of its columns were left out."""

    rows = fields.List(fields.Nested(ListedPlaceSchema), required=True)
    headings = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    left_out = fields.List(fields.String(), required=True)


class MovedPlaceSchema(Schema):
    """A place as phones have it and will have it (null: not yet)."""

    id = fields.Integer(required=True)
    before = fields.Dict(required=True, allow_none=True)
    after = fields.Dict(required=True)


class MovedRoleSchema(Schema):
    """A role that goes into another place with its own."""

    person = fields.Integer(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    before = fields.Integer(required=True)
    after = fields.Integer(required=True)


class MovedWaitingSchema(Schema):
    """How many records wait in a place that ends, and how many people may decide on them, before and after."""

    place = fields.Integer(required=True)
    count = fields.Integer(required=True)
    before = fields.Integer(required=True)
    after = fields.Integer(required=True)


class PlaceTargetNamedSchema(Schema):
    """A target of a place that ends."""

    code = fields.String(required=True)
    place = fields.Integer(required=True)


class MovedPlacesSchema(Schema):
    """What changes of places will do. Of roles that move some are named, and `role_count` says how many there are."""

    moved = fields.List(fields.Nested(MovedPlaceSchema), required=True)
    roles = fields.List(fields.Nested(MovedRoleSchema), required=True)
    role_count = fields.Integer(required=True)
    people = fields.Integer(required=True)
    phones = fields.Integer(required=True)
    records = fields.Integer(required=True)
    waiting = fields.List(fields.Nested(MovedWaitingSchema), required=True)
    targets = fields.List(fields.Nested(PlaceTargetNamedSchema), required=True)


class PreviewSchema(Schema):
    """What changes will do; `places`: null where none was changed."""

    places = fields.Nested(MovedPlacesSchema, required=True, allow_none=True)

    figures = fields.List(fields.Nested(MovedFigureSchema), required=True)
    milestones = fields.List(fields.Nested(MovedMilestoneSchema), required=True)
    special = fields.List(fields.Nested(SpanFiguresSchema), required=True)
