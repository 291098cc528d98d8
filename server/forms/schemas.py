"""The shape of a compiled form as it goes out (what it holds was decided when it was compiled)."""

from __future__ import annotations

from marshmallow import Schema, fields


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
    occurrence = fields.String(required=True, metadata={"description": "Path of the date that records are counted by"})
    nodes = fields.List(fields.Dict(), required=True, metadata={"description": "See docs/xlsform.md"})
