"""The shape of commendation.yaml of a campaign pack: how nominations become awards. (`commendations` has the rest.)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.campaigns.schemas import Day, Text, TextsSchema

SOME = validate.Length(min=1, max=30)
HUNDREDTHS = fields.Integer(strict=True, validate=validate.Range(min=0, max=10_000))


class SpanSchema(Schema):
    """From a day on, to a day (both included); `to` left out: still."""

    from_ = Day(required=True, data_key="from")
    to = Day()

    @validates_schema
    def _order(self, data: dict[str, Any], **_: Any) -> None:
        if "to" in data and data["to"] < data["from_"]:
            raise ValidationError("ends before it begins", "to")


class ReadsSchema(Schema):
    """The paths of the form's questions."""

    nominee = Text(required=True)
    sex = Text(required=True)
    members = Text(required=True)
    women = Text(required=True)
    organisation = Text(required=True)
    position = Text(required=True)
    list = Text(required=True)
    achievement = Text(required=True)
    evidence = Text(required=True)
    award = Text(required=True)
    consent = Text(required=True)


class Share(fields.List[int]):
    """A share as two whole numbers: [2, 3]."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            fields.Integer(strict=True, validate=validate.Range(min=1, max=100)),
            required=True,
            validate=[validate.Length(equal=2), _at_most_whole],
            **kwargs,
        )


def _at_most_whole(share: Sequence[int]) -> None:
    if len(share) == 2 and share[0] > share[1]:
        raise ValidationError("must not be more than the whole")


class VoteSchema(Schema):
    """When a unit's meeting counts (`present`: at least), and when it proposes (`agree`: more than)."""

    present = Share()
    agree = Share()
    source = fields.Nested(TextsSchema, required=True)


class LawSchema(SpanSchema):
    """The law in force."""

    title = Text(required=True)


class BaseSchema(SpanSchema):
    """The base salary, in đồng."""

    amount = fields.Integer(strict=True, required=True, validate=validate.Range(min=1, max=1_000_000_000))


class GrantSchema(SpanSchema):
    """Who grants an award in a span."""

    title = fields.Nested(TextsSchema, required=True)
    of = fields.String(required=True, validate=validate.OneOf(["unit", "campaign", "above"]))


class MoneySchema(SpanSchema):
    """Hundredths of the base salary by who is awarded."""

    person = HUNDREDTHS
    group = HUNDREDTHS
    household = HUNDREDTHS


class AwardSchema(Schema):
    """An award that the form may propose."""

    key = Text(required=True)
    kind = fields.String(required=True)
    grants = fields.List(fields.Nested(GrantSchema), required=True, validate=SOME)
    money = fields.List(fields.Nested(MoneySchema), load_default=list, validate=validate.Length(max=30))

    @validates_schema
    def _thematic(self, data: dict[str, Any], **_: Any) -> None:
        if data["kind"] == "merit":
            message = "results of a thematic campaign are no ground for awards of merit (Decree 152/2025/NĐ-CP)"
            raise ValidationError(message, "kind")
        if data["kind"] not in ("praise", "thematic"):
            raise ValidationError("must be praise or thematic", "kind")


class CommendationFileSchema(Schema):
    """commendation.yaml"""

    form = Text(required=True)
    reads = fields.Nested(ReadsSchema, required=True)
    vote = fields.Nested(VoteSchema, required=True)
    laws = fields.List(fields.Nested(LawSchema), required=True, validate=SOME)
    base = fields.List(fields.Nested(BaseSchema), load_default=list, validate=validate.Length(max=30))
    round_up_to = fields.Integer(strict=True, load_default=1, validate=validate.Range(min=1, max=1_000_000))
    awards = fields.List(fields.Nested(AwardSchema), required=True, validate=SOME)
