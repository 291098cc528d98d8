"""The score sheets of a campaign's units as they stand: what the app counts, what people put down, what it comes to."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from server import clock
from server.campaigns import same_period
from server.campaigns import service as campaigns
from server.campaigns.rules import Campaign, Window
from server.db import db
from server.indicators.spans import Span
from server.scores import rules
from server.scores.rules import COLUMNS, Column, Counted, Item, Mark, Table, Total
from server.scores.tables import ScoreRow, ScoreTableRow

Marks = Mapping[str, Mark | None]


@dataclass(frozen=True)
class Number:
    """What an indicator comes to at a unit over its whole window, of so many approved records."""

    numerator: int
    denominator: int | None
    records: int
    baseline: int | None


@dataclass(frozen=True)
class Sheet:
    """One unit's: numbers by indicator, entries that stand by item and column, all entries in their order."""

    place_id: int
    table: Table
    numbers: Mapping[str, Number]
    entries: Mapping[str, Mapping[Column, ScoreRow]]
    history: Sequence[ScoreRow]

    def counted(self, item: Item) -> Counted | None:
        """What the app fills in for an item; None for one that is scored by hand."""
        if item.indicator is None:
            return None
        number = self.numbers[item.indicator]
        return rules.counted(item, number.numerator, number.denominator, number.baseline)

    def marks(self, item: Item) -> dict[Column, Mark]:
        """What people put down for an item."""
        return {column: Mark(row.points) for column, row in self.entries.get(item.code, {}).items()}

    def standing(self, column: Column) -> Marks:
        """What stands in a column, by item."""
        return {
            item.code: rules.standing(item, self.counted(item), self.marks(item), column)
            for item in self.table.items.values()
        }

    @functools.cached_property
    def figures(self) -> dict[str, int]:
        """Numerators by indicator, for limits."""
        return {code: number.numerator for code, number in self.numbers.items()}

    def total(self, column: Column) -> Total:
        """What a column comes to."""
        return rules.total(self.table, self.standing(column), self.figures)

    def left(self, column: Column) -> int:
        """How many items nobody has put down anything for in a column: bonuses and the like aren't waited for."""
        groups = [item.code for item in self.table.items.values() if item.part == "group"]
        return sum(column not in self.entries.get(code, {}) for code in groups)


@dataclass(frozen=True)
class Binder:
    """The sheets of several units of a campaign, by one table (a version of its pack's)."""

    campaign: Campaign
    row: ScoreTableRow
    table: Table
    span: Span
    sheets: Mapping[int, Sheet] = field(default_factory=dict)

    @property
    def definition(self) -> Mapping[str, Any]:
        """The table as the pack has it."""
        return self.row.definition or {}

    @property
    def running(self) -> bool:
        """Whether what is counted still goes on: until then every figure is one so far."""
        last = max(window.last for window in (self.campaign.windows["outcome"], self.campaign.windows["activity"]))
        return clock.today(self.campaign.zone) <= last


def latest(campaign_id: int) -> ScoreTableRow | None:
    """The table that a campaign is scored by; None where its pack has none."""
    query = sa.select(ScoreTableRow).where(ScoreTableRow.campaign_id == campaign_id)
    row = db.session.scalars(query.order_by(ScoreTableRow.version.desc()).limit(1)).first()
    return None if row is None or row.definition is None else row


def whole(campaign: Campaign) -> Window:
    """From the first to the last day on which anything counts."""
    both = (campaign.windows["outcome"], campaign.windows["activity"])
    return Window(min(window.first for window in both), max(window.last for window in both))


def open_binder(campaign: Campaign, row: ScoreTableRow, units: Collection[int]) -> Binder:
    """The sheets of these units: a fixed number of statements, however many they are."""
    table = rules.build(row.definition or {})
    span = Span(campaign.id, whole(campaign))
    numbers = _numbers(span, table, units)
    history = _history(campaign.id, units)
    valid = _valid(campaign.id, table)
    sheets = {}
    for place_id in units:
        standing: dict[str, dict[Column, ScoreRow]] = {}
        for entry in history.get(place_id, []):
            if (entry.table_id, entry.item) in valid:
                standing.setdefault(entry.item, {})[column_of(entry)] = entry
        sheets[place_id] = Sheet(place_id, table, numbers[place_id], standing, history.get(place_id, []))
    return Binder(campaign, row, table, span, sheets)


def column_of(entry: ScoreRow) -> Column:
    """In which column somebody put something down."""
    return next(column for column in COLUMNS if column == entry.column)


def _history(campaign_id: int, units: Collection[int]) -> dict[int, list[ScoreRow]]:
    query = sa.select(ScoreRow).join(ScoreTableRow, ScoreTableRow.id == ScoreRow.table_id)
    mine = (ScoreTableRow.campaign_id == campaign_id, ScoreRow.place_id.in_(sorted(units)))
    found: dict[int, list[ScoreRow]] = {}
    for row in db.session.scalars(query.where(*mine).order_by(ScoreRow.id)):
        found.setdefault(row.place_id, []).append(row)
    return found


def _valid(campaign_id: int, table: Table) -> set[tuple[int, str]]:
    """The items of each version of the table that are scored today as they were then: entries of others are history."""
    query = sa.select(ScoreTableRow).where(ScoreTableRow.campaign_id == campaign_id)
    found: set[tuple[int, str]] = set()
    for row in db.session.scalars(query):
        then = rules.build(row.definition).items if row.definition else {}
        found |= {(row.id, code) for code, item in table.items.items() if code in then and _same(item, then[code])}
    return found


def _same(one: Item, other: Item) -> bool:
    how, then = ({key: value for key, value in item.how.items() if key != "name"} for item in (one, other))
    return (one.part, one.group, how) == (other.part, other.group, then)


# ---------------------------------------------------------------- what the app counts


def _numbers(span: Span, table: Table, units: Collection[int]) -> dict[int, dict[str, Number]]:
    campaign = span.book.campaign
    before = same_period.at_places(campaign.id, units, campaign.windows["outcome"])
    if campaign.place_id in before:
        before[campaign.place_id] |= campaigns.baselines(campaign.id)
    found: dict[int, dict[str, Number]] = {place_id: {} for place_id in units}
    parts = {code: list(_parts(span, code)) for code in table.indicators if span.indicator(code).per}
    wholes = [code for code in table.indicators if code not in parts]
    for (code, place_id), figure in span.figures(wholes, units).items():
        if figure is not None:
            numbers = (figure.numerator, figure.denominator, figure.records)
            found[place_id][code] = Number(*numbers, before[place_id].get(code))
    for code, windows in parts.items():
        each = [span.within(window).figures([code], units) for window in windows]
        for place_id in units:
            figures = [one for one in (part[code, place_id] for part in each) if one is not None]
            wanted = [one.denominator for one in figures]
            of = None if None in wanted or not wanted else sum(one for one in wanted if one is not None)
            counts = (sum(one.numerator for one in figures), of, sum(one.records for one in figures))
            found[place_id][code] = Number(*counts, None)
    return found


def _parts(span: Span, code: str) -> Iterator[Window]:
    """The months or quarters of an indicator's window that have begun: of one counted in each, all count together."""
    row = span.book.rows[span.codes[code]]
    day, last = row.starts_on, min(row.ends_on, clock.today(span.book.campaign.zone))
    while day <= last:
        calendar = span.book.calendar
        part = calendar.period(day) if span.indicator(code).per == "month" else calendar.quarter(day)
        yield Window(max(part.first, row.starts_on), min(part.last, row.ends_on))
        day = part.last + timedelta(days=1)


def evidence(binder: Binder, code: str, place_id: int) -> list[tuple[str, date]]:
    """The approved records that an indicator counts at a unit, the latest first: number and day."""
    return sorted(binder.span.records(code, place_id), key=lambda one: (one[1], one[0]), reverse=True)
