"""The shape of a compiled form as it goes out (what it holds was decided when it was compiled)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class CompiledFormSchema(Schema):
    """A form version as the phone runs it."""

    key = fields.String(required=True, metadata={"example": "TNGT-01"})
    version = fields.String(required=True)
    hash = fields.String(required=True, metadata={"description": "SHA-256 of the rest, hexadecimal"})
    languages = fields.List(fields.String(), required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    fields_ = fields.List(
        fields.String(),
        required=True,
        attribute="fields",
        data_key="fields",
        metadata={"description": "Path of each question by its position on the wire"},
    )
    occurrence = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Path of the date that records are counted by; null: by the day they were created"},
    )
    nodes = fields.List(fields.Dict(), required=True, metadata={"description": "See docs/xlsform.md"})


class FormErrorSchema(Schema):
    """One thing that is wrong with a form, or that its author should know."""

    file = fields.String(required=True)
    sheet = fields.String(required=True, metadata={"example": "survey"})
    row = fields.Integer(required=True, metadata={"description": "Line of the file or sheet; 0: the file as a whole"})
    column = fields.String(required=True, metadata={"description": "Heading of the column"})
    cell = fields.String(required=True, metadata={"description": "Its place in a spreadsheet", "example": "B7"})
    message = fields.String(required=True, metadata={"description": "What was found; what to write instead"})
    code = fields.String(metadata={"description": "What kind of remark it is", "example": "type-unknown"})
    values = fields.Dict(metadata={"description": "The values in the message, by name, for saying it in other words"})


class VersionSchema(Schema):
    """A version of a form as its office sees it."""

    id = fields.Integer(required=True)
    key = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    version = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("draft", "published", "retired")))
    filename = fields.String(required=True)
    created = fields.AwareDateTime(required=True)
    by = fields.String(required=True, allow_none=True, metadata={"description": "Who uploaded it; null: a pack"})
    published = fields.AwareDateTime(required=True, allow_none=True)
    retired = fields.AwareDateTime(required=True, allow_none=True)
    roles = fields.List(fields.String(), required=True, metadata={"description": "Empty: every role that may write"})
    places = fields.List(fields.Integer(), required=True, metadata={"description": "Empty: everywhere"})
    occurrence = fields.String(required=True, allow_none=True)
    dates = fields.List(fields.String(), required=True, metadata={"description": "What it could be counted by"})
    questions = fields.Integer(required=True)
    files = fields.List(fields.String(), required=True)
    missing = fields.List(fields.String(), required=True)
    warnings = fields.List(fields.Nested(FormErrorSchema), required=True)


class FormListSchema(Schema):
    """A form of a campaign with its versions, newest first."""

    key = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    versions = fields.List(fields.Nested(VersionSchema), required=True)


class AudienceSchema(Schema):
    """Whom a version is published to."""

    roles = fields.List(fields.String(validate=validate.Length(max=8)), required=True, validate=validate.Length(max=20))
    places = fields.List(fields.Integer(strict=True), required=True, validate=validate.Length(max=500))
