"""Shapes of the people API: form only; who may do what is the service's."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema, ValidationError, fields, validate

from server.people.lists import MOST_PEOPLE
from server.people.rules import CONSENTS, LANGUAGES, LINKS_AT_ONCE, RIGHTS

# What fits into a cell of a list, with some room for what is typed on screen.
TEXT = validate.Length(max=500)
LARGEST = 2_147_483_647
NAME = validate.And(validate.Length(min=1, max=120), validate.Regexp(r"\s*\S", error="A name needs a letter."))


def _each_once(ids: Sequence[int]) -> None:
    if len(set(ids)) < len(ids):
        raise ValidationError("Somebody is named twice.")


class NamesSchema(Schema):
    """A name in the three languages."""

    vi = fields.String(required=True)
    en = fields.String(required=True)
    km = fields.String(required=True)


class PlaceNameSchema(Schema):
    """A place and what it is called today."""

    id = fields.Integer(required=True)
    name = fields.Nested(NamesSchema, required=True)


class PersonNameSchema(Schema):
    """A person and their name."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


class RoleSchema(Schema):
    """A role in force, its place, and the rights it gives there and below."""

    role = fields.String(required=True)
    place = fields.Nested(PlaceNameSchema, required=True)
    rights = fields.List(fields.String(), required=True)
    end = fields.Date(allow_none=True, data_key="to", attribute="to", metadata={"description": "until before this day"})
    for_ = fields.Nested(PersonNameSchema, data_key="for", attribute="for", metadata={"description": "who is away"})


class StandInSchema(Schema):
    """Who stands in for the holder of a role, and when; `role` is what they hold for it."""

    role = fields.Integer(required=True)
    person = fields.Nested(PersonNameSchema, required=True)
    start = fields.Date(required=True, data_key="from", attribute="from")
    end = fields.Date(required=True, data_key="to", attribute="to")


class HeldRoleSchema(RoleSchema):
    """A role as those who manage people see it, with its first day and who stands in for it."""

    id = fields.Integer(required=True)
    start = fields.Date(required=True, data_key="from", attribute="from")
    away = fields.List(fields.Nested(StandInSchema), required=True)


class TokenSchema(Schema):
    """The token of an enrolment link: what follows `#/enrol/`."""

    token = fields.String(required=True, validate=validate.Length(min=20, max=200), load_only=True)


class InspectedSchema(Schema):
    """Whose link this is, before it is used."""

    person = fields.Nested(PersonNameSchema, required=True)
    role = fields.String(required=True)
    role_name = fields.Dict(required=True, metadata={"description": "in the app's languages"})
    place = fields.Nested(PlaceNameSchema, required=True)
    roles = fields.List(fields.Nested(RoleSchema), required=True)
    language = fields.String(required=True)
    consents = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "purpose: wording"})
    expires = fields.AwareDateTime(required=True)


class RedeemSchema(TokenSchema):
    """Using a link: the language, what is consented to, and this phone's device number if it already has one."""

    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))
    consents = fields.List(
        fields.String(validate=validate.OneOf(list(CONSENTS))), required=True, validate=validate.Length(max=10)
    )
    device = fields.Integer(allow_none=True, strict=True, validate=validate.Range(min=1, max=LARGEST))
    attempt = fields.String(
        validate=validate.Length(min=16, max=64),
        metadata={"description": "random, the same when the phone asks again because no answer came"},
    )


class OfferSchema(Schema):
    """A form by its name, before the phone has the form itself."""

    key = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class EnrolledSchema(Schema):
    """A profile as the phone keeps it. `forms` are those that the person may begin records with."""

    device = fields.Integer(required=True)
    person = fields.Nested(PersonNameSchema, required=True)
    roles = fields.List(fields.Nested(RoleSchema), required=True)
    language = fields.String(required=True)
    epoch = fields.String(required=True)
    forms = fields.List(fields.Nested(OfferSchema), required=True)


class MeSchema(Schema):
    """Who the server takes this phone for."""

    device = fields.Integer(required=True)
    person = fields.Nested(PersonNameSchema, required=True)
    roles = fields.List(fields.Nested(RoleSchema), required=True)
    language = fields.String(required=True)


class SessionHereSchema(Schema):
    """A phone number that the asking browser has a living session of; `seen` is when it was last used, to the hour."""

    device = fields.Integer(required=True)
    person = fields.Nested(PersonNameSchema, required=True)
    seen = fields.AwareDateTime(required=True)


class LanguageSchema(Schema):
    """The language a person wants to be told things in."""

    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))


class DeviceSchema(Schema):
    """A phone of a person."""

    number = fields.Integer(required=True)
    browser = fields.String(required=True)
    created = fields.AwareDateTime(required=True)
    last_seen = fields.AwareDateTime(required=True)
    revoked = fields.AwareDateTime(required=True, allow_none=True)


class PersonSchema(PersonNameSchema):
    """A person as those who manage people see them."""

    language = fields.String(required=True)
    roles = fields.List(fields.Nested(HeldRoleSchema), required=True)
    devices = fields.List(fields.Nested(DeviceSchema), required=True)
    manageable = fields.Boolean(required=True, metadata={"description": "whether you may give them a link"})


class NewPersonSchema(Schema):
    """Somebody to add, with a first role."""

    name = fields.String(required=True, validate=NAME)
    role = fields.String(required=True, validate=validate.OneOf(list(RIGHTS)))
    place = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=LARGEST))
    language = fields.String(load_default="vi", validate=validate.OneOf(LANGUAGES))


class ListedSchema(Schema):
    """A row of a list as somebody wrote it; what is chosen on screen (`place_id`, `namesake`) goes before the texts."""

    line = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=LARGEST))
    name = fields.String(required=True, validate=TEXT)
    role = fields.String(required=True, validate=TEXT)
    place = fields.String(required=True, validate=TEXT)
    language = fields.String(required=True, validate=TEXT)


class ListedAsSchema(ListedSchema):
    """A row that is looked at or added."""

    place_id = fields.Integer(allow_none=True, strict=True, validate=validate.Range(min=1, max=LARGEST))
    namesake = fields.String(
        allow_none=True,
        validate=validate.OneOf(["other", "same"]),
        metadata={"description": "who has this name already is somebody else, or the same person"},
    )


class ListSchema(Schema):
    """What a list says, and which of its columns were left out."""

    rows = fields.List(fields.Nested(ListedSchema), required=True)
    headings = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    left_out = fields.List(fields.String(), required=True)


class RowsSchema(Schema):
    """Rows of a list."""

    rows = fields.List(fields.Nested(ListedAsSchema), required=True, validate=validate.Length(min=1, max=MOST_PEOPLE))


class FaultSchema(Schema):
    """What is wrong in a field of a row."""

    field = fields.String(required=True)
    code = fields.String(required=True)
    candidates = fields.List(fields.Integer(), required=True, metadata={"description": "places that may be meant"})


class SameNameSchema(Schema):
    """Somebody of the same name: a person, or who comes with an earlier row."""

    name = fields.String(required=True)
    role = fields.String(required=True)
    place = fields.Integer(required=True)
    person = fields.Integer(required=True, allow_none=True)
    line = fields.Integer(required=True, allow_none=True)


class LineSchema(Schema):
    """What a row does: 'new', 'known', 'twice', 'namesake' (to be decided), 'left' (decided so) or 'fault'."""

    outcome = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, allow_none=True)
    place = fields.Integer(required=True, allow_none=True)
    language = fields.String(required=True)
    faults = fields.List(fields.Nested(FaultSchema), required=True)
    others = fields.List(fields.Nested(SameNameSchema), required=True)
    person = fields.Integer(required=True, allow_none=True)


class TemplateSchema(Schema):
    """In which language an empty list is to be."""

    language = fields.String(load_default="vi", validate=validate.OneOf(LANGUAGES))


class NewRoleSchema(Schema):
    """Another role for somebody, from a day (today) until before another (open)."""

    role = fields.String(required=True, validate=validate.OneOf(list(RIGHTS)))
    place = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=LARGEST))
    start = fields.Date(data_key="from")
    end = fields.Date(data_key="to", allow_none=True)
    replaces = fields.Integer(strict=True, validate=validate.Range(min=1, max=LARGEST))


class NewStandInSchema(Schema):
    """Who is to stand in, from a day (today) until before another."""

    person = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=LARGEST))
    start = fields.Date(data_key="from")
    end = fields.Date(required=True, data_key="to")


class RoleEndSchema(Schema):
    """The first day on which a role is no more; today if left out."""

    end = fields.Date(data_key="to")


class LinkSchema(Schema):
    """A one-time link; it is shown this once."""

    url = fields.String(required=True)
    expires = fields.AwareDateTime(required=True)


class LinksForSchema(Schema):
    """Several people, each once, who are to have a link at a time."""

    people = fields.List(
        fields.Integer(strict=True, validate=validate.Range(min=1, max=LARGEST)),
        required=True,
        validate=[validate.Length(min=1, max=LINKS_AT_ONCE), _each_once],
    )


class LinkOfSchema(LinkSchema):
    """Whose link it is."""

    person = fields.Integer(required=True)
