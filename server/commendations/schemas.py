"""Shapes of the commendations API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.commendations.rules import ACTIONS, GROUNDS

REASON = validate.Length(max=500)
PEOPLE = validate.Range(min=0, max=10_000)


class VoteSchema(Schema):
    """The record of a unit's meeting, in numbers."""

    held_on = fields.Date(required=True)
    members = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=10_000))
    present = fields.Integer(required=True, strict=True, validate=PEOPLE)
    agree = fields.Integer(required=True, strict=True, validate=PEOPLE)
    against = fields.Integer(required=True, strict=True, validate=PEOPLE)
    abstained = fields.Integer(required=True, strict=True, validate=PEOPLE)


class DecisionSchema(Schema):
    """The decision of who grants: its number and day, and the number in the golden book."""

    number = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))
    on = fields.Date(load_default=None, allow_none=True)
    book = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))


class StepSchema(Schema):
    """A step about a nomination, as it was seen: after so many steps, on that revision."""

    action = fields.String(required=True, validate=validate.OneOf(ACTIONS))
    after = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=10_000))
    rev = fields.Integer(required=True, strict=True, allow_none=True)
    reason = fields.String(load_default="", validate=REASON)
    ground = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(GROUNDS))
    vote = fields.Nested(VoteSchema, load_default=None, allow_none=True)
    decision = fields.Nested(DecisionSchema, load_default=None, allow_none=True)


class VoteRuleSchema(Schema):
    """When a meeting counts (at least `present` of the members) and agrees (more than `agree` of who is there)."""

    present = fields.List(fields.Integer(), required=True)
    agree = fields.List(fields.Integer(), required=True)
    source = fields.Dict(required=True)


class AwardSchema(Schema):
    """An award that may be proposed. `by_unit`: each unit's own chair grants it, so that its lists are by unit."""

    key = fields.String(required=True)
    name = fields.Dict(required=True)
    by_unit = fields.Boolean(required=True)


class PublishedSchema(Schema):
    """What everybody may know of an award: no name, nothing without consent."""

    place = fields.Integer(required=True)
    kind = fields.String(required=True)
    award = fields.String(required=True)
    number = fields.String(required=True, allow_none=True)
    on = fields.String(required=True, allow_none=True)


class SummarySchema(Schema):
    """A nomination in a list. `may`: the steps that are mine to take now."""

    record = fields.String(required=True)
    place = fields.Integer(required=True)
    kind = fields.String(required=True)
    organisation = fields.String(required=True)
    list = fields.String(required=True)
    award = fields.String(required=True)
    consent = fields.Boolean(required=True)
    preferred = fields.Boolean(required=True)
    stage = fields.String(required=True)
    since = fields.AwareDateTime(required=True, allow_none=True)
    agree = fields.Integer(required=True, allow_none=True)
    present = fields.Integer(required=True, allow_none=True)
    may = fields.List(fields.String(), required=True)


class AnswerSchema(Schema):
    """An answer of a record that is evidence."""

    question = fields.Dict(required=True)
    answer = fields.List(fields.Dict(), required=True)


class EvidenceSchema(Schema):
    """A record that is named as evidence. `others`: further nominations that name it."""

    record = fields.String(required=True)
    counted = fields.Boolean(required=True)
    form = fields.Dict(required=True, allow_none=True)
    place = fields.Integer(required=True, allow_none=True)
    day = fields.Date(required=True, allow_none=True)
    answers = fields.List(fields.Nested(AnswerSchema), required=True)
    others = fields.List(fields.String(), required=True)


class AlikeSchema(Schema):
    """Another nomination, perhaps of the same nominee (`nominee`), or with the same evidence (`evidence`)."""

    record = fields.String(required=True)
    stage = fields.String(required=True)
    why = fields.String(required=True)


class TakenSchema(Schema):
    """A step that was taken."""

    number = fields.Integer(required=True)
    action = fields.String(required=True)
    was = fields.String(required=True)
    reached = fields.String(required=True)
    rev = fields.Integer(required=True)
    by = fields.String(required=True)
    whom = fields.String(required=True, allow_none=True, data_key="for", attribute="for")
    at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True, allow_none=True)
    ground = fields.String(required=True, allow_none=True)
    vote = fields.Dict(required=True, allow_none=True)
    decision = fields.Dict(required=True, allow_none=True)


class NominationSchema(SummarySchema):
    """A nomination. `own`: steps that another person takes, since I wrote it or took an earlier one."""

    rev = fields.Integer(required=True, allow_none=True)
    after = fields.Integer(required=True)
    day = fields.Date(required=True, allow_none=True)
    sex = fields.String(required=True, allow_none=True)
    members = fields.Integer(required=True, allow_none=True)
    women = fields.Integer(required=True, allow_none=True)
    position = fields.String(required=True)
    achievement = fields.String(required=True)
    evidence = fields.List(fields.Nested(EvidenceSchema), required=True)
    alike = fields.List(fields.Nested(AlikeSchema), required=True)
    own = fields.List(fields.String(), required=True)
    grantor = fields.Dict(required=True, allow_none=True)
    law = fields.String(required=True, allow_none=True)
    money = fields.Integer(required=True, allow_none=True)
    steps = fields.List(fields.Nested(TakenSchema), required=True)


class OverviewSchema(Schema):
    """A campaign's commendations as I see them."""

    today = fields.Date(required=True)
    vote = fields.Nested(VoteRuleSchema, required=True)
    awards = fields.List(fields.Nested(AwardSchema), required=True)
    nominations = fields.List(fields.Nested(SummarySchema), required=True)
    published = fields.List(fields.Nested(PublishedSchema), required=True)
