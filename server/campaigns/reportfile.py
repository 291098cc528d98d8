"""report.yaml of a campaign pack: what official reports say and in whose name. Its shape, and what must hold of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from server.campaigns.rules import Fault, Lined, Path
from server.campaigns.schemas import Text

SOME = validate.Length(min=1, max=30)


class ReceiversSchema(Schema):
    """Who gets a report of the campaign's own place, and one of a unit below it."""

    above = fields.List(Text(), required=True, validate=SOME)
    unit = fields.List(Text(), required=True, validate=SOME)


class BreakdownSchema(Schema):
    """Cases by the choices of a question; `is_`: by what the house knows of them, named like the choices."""

    title = Text(required=True)
    path = Text(required=True)
    is_ = fields.String(data_key="is", validate=validate.OneOf(["@severity"]))


class AccidentsSchema(Schema):
    """Section I: the first three are cases, deaths and injured."""

    counts = fields.List(Text(), required=True, validate=validate.Length(min=3, max=12))
    by = fields.List(fields.Nested(BreakdownSchema), load_default=list, validate=validate.Length(max=12))


class ResultsSchema(Schema):
    """A group of section II."""

    title = Text(required=True)
    indicators = fields.List(Text(), required=True, validate=SOME)


class ColumnSchema(Schema):
    """A column of the appendix by unit: an indicator, and a short title."""

    indicator = Text(required=True)
    title = Text(required=True)


class NarrativeSchema(Schema):
    """The questions in which units wrote what figures don't say."""

    form = Text(required=True)
    results = Text(required=True)
    difficulties = Text(required=True)
    proposals = Text(required=True)


class ReportFileSchema(Schema):
    """report.yaml"""

    committee = Text(required=True)
    mark = fields.String(required=True, validate=validate.Regexp(r"^[A-ZĐ]{1,12}\Z", error="must be capital letters"))
    subject = Text(required=True)
    signature = fields.List(Text(), required=True, validate=validate.Length(min=1, max=4))
    receivers = fields.Nested(ReceiversSchema, required=True)
    accidents = fields.Nested(AccidentsSchema, required=True)
    results = fields.List(fields.Nested(ResultsSchema), required=True, validate=SOME)
    narrative = fields.Nested(NarrativeSchema)
    by_unit = fields.List(fields.Nested(ColumnSchema), required=True, validate=validate.Length(min=1, max=8))


def faults(
    report: Lined, forms: Mapping[str, Sequence[str]], indicators: Sequence[Mapping[str, Any]]
) -> Iterator[Fault]:
    """What report.yaml says of the pack that isn't so; `forms`: the paths of each form's questions."""
    known = {item.get("code"): item for item in indicators}
    for path, code in _codes(report.data):
        if code not in known:
            yield report.fault(path, f"indicators.yaml has no indicator '{code}'")
    first = known.get(report.data["accidents"]["counts"][0], {}).get("form")
    counted = first if isinstance(first, list) else [first]
    for index, breakdown in enumerate(report.data["accidents"]["by"]):
        at: Path = ("accidents", "by", index, "path")
        if not any(breakdown["path"] in forms.get(str(form), ()) for form in counted):
            yield report.fault(
                at, f"no question '{breakdown['path']}' in the form of the first indicator that is counted"
            )
    yield from _narrative_faults(report, forms)


def _codes(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for index, code in enumerate(data["accidents"]["counts"]):
        yield ("accidents", "counts", index), code
    for number, group in enumerate(data["results"]):
        for index, code in enumerate(group["indicators"]):
            yield ("results", number, "indicators", index), code
    for index, column in enumerate(data["by_unit"]):
        yield ("by_unit", index, "indicator"), column["indicator"]


def _narrative_faults(report: Lined, forms: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    narrative = report.data.get("narrative")
    if narrative is None:
        return
    if narrative["form"] not in forms:
        yield report.fault(("narrative", "form"), f"the pack has no form '{narrative['form']}'")
        return
    for member in ("results", "difficulties", "proposals"):
        if narrative[member] not in forms[narrative["form"]]:
            message = f"the form {narrative['form']} has no question '{narrative[member]}'"
            yield report.fault(("narrative", member), message)
