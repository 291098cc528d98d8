"""scores.yaml of a campaign pack: how its units are scored. Its shape, and what must hold of it.

1. A figure fills an item in only where its kind can: a fall needs a reduction, a share a share, late reports a figure
   for each period.
2. Steps go down: who did better never gets fewer points, and nobody more than the item has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.campaigns.rules import Fault, Lined, Path
from server.campaigns.schemas import Text, TextsSchema

CODE = validate.Regexp(r"^[A-Za-z0-9.]{1,12}\Z", error="must be letters, digits and points")
NAME = validate.Regexp(r"^[a-z][a-z0-9_]{0,30}\Z", error="must be small letters, digits and underscores")
SOME = validate.Length(min=1, max=30)
WAYS = ("fall", "counts", "share_of", "each_missing")
# way: the kinds of indicators that it can be worked out from
KINDS: Mapping[str, Collection[str]] = {
    "fall": ("reduction",),
    "counts": ("count", "at_least", "at_most", "distinct"),
    "share_of": ("ratio", "covered"),
    "each_missing": ("covered",),
}


def _whole(least: int, most: int = 1000, **more: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(min=least, max=most), **more)


class StepSchema(Schema):
    """So many points from a bound on, or above it."""

    at_least = _whole(0, 1_000_000)
    more_than = _whole(0, 1_000_000)
    points = _whole(0, required=True)

    @validates_schema
    def _one(self, data: dict[str, Any], **_: Any) -> None:
        if ("at_least" in data) == ("more_than" in data):
            raise ValidationError("must give either at_least or more_than")


class NamedSchema(Schema):
    """What has a code and a name."""

    code = fields.String(required=True, validate=CODE)
    name = fields.Nested(TextsSchema, required=True)


class ItemSchema(NamedSchema):
    """An item of a group: by hand, or by the figure of an indicator in one of four ways."""

    points = _whole(1, required=True)
    indicator = Text()
    fall = fields.List(fields.Nested(StepSchema), validate=SOME)
    kept_zero = _whole(0)
    counts = fields.List(fields.Nested(StepSchema), validate=SOME)
    share_of = _whole(1, 100)
    each_missing = _whole(1)
    without = fields.String(validate=validate.OneOf(["not_applicable"]))
    optional = fields.Boolean()

    @validates_schema
    def _consistent(self, data: dict[str, Any], **_: Any) -> None:
        ways = [way for way in WAYS if way in data]
        if len(ways) != ("indicator" in data):
            raise ValidationError(f"an indicator goes with one of {', '.join(WAYS)}, and none without")
        if ("fall" in data) != ("kept_zero" in data):
            raise ValidationError("fall goes with kept_zero: the points of who had none and has none")
        if "without" in data and "share_of" not in data:
            raise ValidationError("without goes with share_of")
        given = [step["points"] for step in data.get("fall", data.get("counts", ()))]
        if max([*given, data.get("kept_zero", 0)]) > data.get("points", 0):
            raise ValidationError("a step gives more points than the item has")
        bounds = [_bound(step) for step in data.get("fall", data.get("counts", ()))]
        if bounds != sorted(set(bounds), reverse=True) or given != sorted(given, reverse=True):
            raise ValidationError("steps must go down, in bounds and in points")


def _bound(step: Mapping[str, int]) -> tuple[int, bool]:
    return step.get("at_least", step.get("more_than", 0)), "more_than" in step


class GroupSchema(NamedSchema):
    """Items that belong together."""

    items = fields.List(fields.Nested(ItemSchema), required=True, validate=SOME)


class ByHandSchema(NamedSchema):
    """A bonus or a deduction of `least` to `points` points."""

    points = _whole(1, required=True)
    least = _whole(1)


class BesideSchema(Schema):
    """Bonuses, or deductions: together at most `most` points."""

    most = _whole(1, required=True)
    items = fields.List(fields.Nested(ByHandSchema), required=True, validate=SOME)


class LimitSchema(NamedSchema):
    """When a rank is the best that can be had: by a figure, or by a deduction that was made."""

    rank = Text(required=True)
    indicator = Text()
    at_least = _whole(1)
    deduction = Text()

    @validates_schema
    def _one(self, data: dict[str, Any], **_: Any) -> None:
        if ("indicator" in data) == ("deduction" in data) or ("indicator" in data) != ("at_least" in data):
            raise ValidationError("must give either indicator and at_least, or deduction")


class RankSchema(Schema):
    """A rank, from so many points on."""

    code = fields.String(required=True, validate=NAME)
    name = fields.Nested(TextsSchema, required=True)
    at_least = _whole(0, required=True)


class TieSchema(Schema):
    """What decides between equal totals: a mark that is set by hand, or the points of a group."""

    code = fields.String(validate=CODE)
    name = fields.Nested(TextsSchema)
    group = Text()

    @validates_schema
    def _one(self, data: dict[str, Any], **_: Any) -> None:
        if ("group" in data) == ("code" in data) or ("code" in data) != ("name" in data):
            raise ValidationError("must give either group, or code and name")


class ScoresFileSchema(Schema):
    """scores.yaml"""

    source = fields.String(validate=validate.OneOf(["proposed"]))
    groups = fields.List(fields.Nested(GroupSchema), required=True, validate=SOME)
    bonus = fields.Nested(BesideSchema)
    deductions = fields.Nested(BesideSchema)
    limits = fields.List(fields.Nested(LimitSchema), load_default=list)
    ranks = fields.List(fields.Nested(RankSchema), required=True, validate=SOME)
    ties = fields.List(fields.Nested(TieSchema), load_default=list)

    @validates_schema
    def _down(self, data: dict[str, Any], **_: Any) -> None:
        bounds = [rank["at_least"] for rank in data.get("ranks", ())]
        if bounds and (bounds != sorted(set(bounds), reverse=True) or bounds[-1] != 0):
            raise ValidationError("ranks must go down to 0", "ranks")


def faults(scores: Lined, indicators: Sequence[Mapping[str, Any]], compared: Collection[str]) -> Iterator[Fault]:
    """What scores.yaml says of the pack that isn't so; `compared`: codes for which units enter the same period."""
    known = {str(item.get("code")): str(item.get("kind")) for item in indicators}
    yield from _twice(scores)
    for path, item in _items(scores.data):
        yield from _item_faults(scores, path, item, known)
        if "fall" in item and item["indicator"] not in compared:
            message = f"report.yaml doesn't count '{item['indicator']}': nobody could enter what it is compared with"
            yield scores.fault((*path, "indicator"), message)
    ranks = {rank["code"] for rank in scores.data["ranks"]}
    deductions = {item["code"] for item in scores.data.get("deductions", {}).get("items", ())}
    for index, limit in enumerate(scores.data["limits"]):
        if limit["rank"] not in ranks:
            yield scores.fault(("limits", index, "rank"), f"there is no rank '{limit['rank']}'")
        if "deduction" in limit and limit["deduction"] not in deductions:
            yield scores.fault(("limits", index, "deduction"), f"there is no deduction '{limit['deduction']}'")
        if "indicator" in limit and limit["indicator"] not in known:
            yield scores.fault(("limits", index, "indicator"), _unknown(limit["indicator"]))
    groups = {group["code"] for group in scores.data["groups"]}
    for index, tie in enumerate(scores.data["ties"]):
        if "group" in tie and tie["group"] not in groups:
            yield scores.fault(("ties", index, "group"), f"there is no group '{tie['group']}'")


def _unknown(code: str) -> str:
    return f"indicators.yaml has no indicator '{code}'"


def _items(data: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for number, group in enumerate(data["groups"]):
        for index, item in enumerate(group["items"]):
            yield ("groups", number, "items", index), item


def _item_faults(scores: Lined, path: Path, item: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[Fault]:
    code = item.get("indicator")
    if code is None:
        return
    if code not in known:
        yield scores.fault((*path, "indicator"), _unknown(code))
        return
    way = next(way for way in WAYS if way in item)
    if known[code] not in KINDS[way]:
        yield scores.fault((*path, way), f"'{code}' is a {known[code]}: {way} goes with {' or '.join(KINDS[way])}")


def _twice(scores: Lined) -> Iterator[Fault]:
    """Everything that is scored or marked has a code of its own."""
    data = scores.data
    places: list[tuple[Path, str]] = [(path, item["code"]) for path, item in _items(data)]
    for part in ("bonus", "deductions"):
        listed = data.get(part, {}).get("items", ())
        places += [((part, "items", index), item["code"]) for index, item in enumerate(listed)]
    for part in ("limits", "ties"):
        places += [((part, index), one["code"]) for index, one in enumerate(data[part]) if "code" in one]
    seen: set[str] = set()
    for path, code in places:
        if code in seen:
            yield scores.fault((*path, "code"), f"'{code}' is given twice")
        seen.add(code)
