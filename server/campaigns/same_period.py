"""Figures of the same period a year before, as offices entered them for a place and span. Missing is not 0."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from server import clock
from server.campaigns.rules import Window
from server.campaigns.tables import SamePeriodRow
from server.db import db


@dataclass(frozen=True)
class Of:
    """What a figure is of: a campaign's place, and the span of this year that it is compared with."""

    campaign_id: int
    place_id: int
    window: Window


def entered(of: Of) -> dict[str, int | None]:
    """The figures that count, by indicator; None where one was taken back."""
    query = sa.select(SamePeriodRow.indicator, SamePeriodRow.value).where(*_rows(of)).order_by(SamePeriodRow.id)
    return {row.indicator: row.value for row in db.session.execute(query)}


def at_places(campaign_id: int, place_ids: Collection[int], window: Window) -> dict[int, dict[str, int | None]]:
    """What `entered` gives, of many places at once: one statement."""
    table = SamePeriodRow
    query = sa.select(table.place_id, table.indicator, table.value).order_by(table.id)
    span = (table.starts_on == window.first, table.ends_on == window.last)
    rows = query.where(table.campaign_id == campaign_id, table.place_id.in_(sorted(place_ids)), *span)
    found: dict[int, dict[str, int | None]] = {place_id: {} for place_id in place_ids}
    for place_id, code, value in db.session.execute(rows):
        found[place_id][code] = value
    return found


def last_entry(of: Of) -> tuple[int, datetime] | None:
    """Who entered the latest of them, and when."""
    query = sa.select(SamePeriodRow.entered_by, SamePeriodRow.at).where(*_rows(of))
    row = db.session.execute(query.order_by(SamePeriodRow.id.desc()).limit(1)).first()
    return None if row is None else (row[0], row[1])


def enter(of: Of, person_id: int, values: Mapping[str, int | None]) -> None:
    """Adds entries; the earlier ones stay as history."""
    for code, value in sorted(values.items()):
        row = SamePeriodRow(campaign_id=of.campaign_id, place_id=of.place_id, indicator=code, value=value)
        row.starts_on, row.ends_on = of.window.first, of.window.last
        row.entered_by, row.at = person_id, clock.now()
        db.session.add(row)
    db.session.flush()


def of_place(campaign_id: int, place_id: int) -> dict[str, dict[tuple[date, date], int | None]]:
    """All that count at a place: by indicator, then by the first and last day of the span."""
    table = SamePeriodRow
    query = sa.select(table.indicator, table.starts_on, table.ends_on, table.value)
    query = query.where(table.campaign_id == campaign_id, table.place_id == place_id).order_by(table.id)
    found: dict[str, dict[tuple[date, date], int | None]] = {}
    for code, first, last, value in db.session.execute(query):
        found.setdefault(code, {})[first, last] = value
    return found


def latest(campaign_id: int) -> int:
    """The number of a campaign's latest entry; 0 before the first."""
    query = sa.select(sa.func.max(SamePeriodRow.id)).where(SamePeriodRow.campaign_id == campaign_id)
    return db.session.scalar(query) or 0


def _rows(of: Of) -> tuple[sa.ColumnElement[bool], ...]:
    table = SamePeriodRow
    return (
        table.campaign_id == of.campaign_id,
        table.place_id == of.place_id,
        table.starts_on == of.window.first,
        table.ends_on == of.window.last,
    )
