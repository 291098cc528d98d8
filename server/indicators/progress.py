"""The progress page's details: every unit side by side, and how the figures grew from period to period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app

from server import clock, feeds
from server.campaigns import service as campaigns
from server.campaigns.rules import Campaign, Window
from server.db import db, snapshot
from server.epoch import stored
from server.indicators import counting, held, language, service, tallying
from server.indicators.book import Book
from server.indicators.tables import ClosingRow, CorrectionRow, IndicatorRow
from server.indicators.tallying import Row
from server.people.rules import Actor
from server.problems import Problem

Document = dict[str, Any]


@snapshot
def progress(actor: Actor, campaign_id: int) -> Document:
    """A campaign's figures by unit and by reporting period, for whoever reads it; Problem 'not-found' for others.

    Everybody is told the same: it is worked out once, and again when something of it has changed. Nobody may change it.
    """
    campaign = campaigns.find(campaign_id)
    if campaign is None or f"c{campaign_id}" not in campaigns.scope(actor):
        raise Problem("not-found")
    known: dict[int, tuple[Any, Document]] = current_app.extensions.setdefault("ben.progress", {})
    now = _version(campaign)
    if campaign_id not in known or known[campaign_id][0] != now:
        known[campaign_id] = (now, _worked_out(campaign))
    return known[campaign_id][1]


def _version(campaign: Campaign) -> Any:
    """What differs whenever an answer would: the feed is told of figures; closed periods and what waits are rows."""
    closed = sa.select(sa.func.count(), sa.func.count(ClosingRow.signed_at), sa.func.max(ClosingRow.prepared_at))
    closed = closed.where(ClosingRow.campaign_id == campaign.id)
    late = sa.select(sa.func.count(), sa.func.max(CorrectionRow.found_at))
    read = [tuple(db.session.execute(query).one()) for query in (closed, late)]
    return (stored(), clock.today(campaign.zone), feeds.position(f"c{campaign.id}"), *read)


def _worked_out(campaign: Campaign) -> Document:
    query = sa.select(IndicatorRow).where(IndicatorRow.campaign_id == campaign.id).order_by(IndicatorRow.position)
    rows = {row.id: row for row in db.session.scalars(query)}
    book = Book(campaign, rows, {key: language.build(row.definition) for key, row in rows.items()})
    book.learn(book.units)
    periods = _periods(book)
    shelf = service.shelve([campaign.id], [campaign.place_id, *book.units])
    tallies = counting.tally_rows(rows, [campaign.place_id])
    return {
        "today": clock.today(campaign.zone),
        "periods": _told(book, periods),
        "places": sorted(book.units),
        "indicators": [
            {
                "code": row.code,
                "places": _by_unit(book, row, shelf),
                "periods": _trend(book, row, tallies.get((row.id, campaign.place_id), ()), periods),
            }
            for row in rows.values()
        ],
    }


def _periods(book: Book) -> list[Window]:
    """The reporting periods of the campaign's windows that have begun."""
    windows = book.campaign.windows
    first = min(windows["outcome"].first, windows["activity"].first)
    last = max(windows["outcome"].last, windows["activity"].last)
    today = clock.today(book.campaign.zone)
    return [period for period in book.calendar.periods(Window(first, last)) if period.first <= today]


def _told(book: Book, periods: Sequence[Window]) -> list[Document]:
    signed = {window.first for window in book.signed}
    query = sa.select(ClosingRow.starts_on).where(ClosingRow.campaign_id == book.campaign.id)
    prepared = set(db.session.scalars(query.where(ClosingRow.signed_at.is_(None))))
    waiting: dict[Any, set[str]] = {}
    for correction in held.waiting(book.rows):
        waiting.setdefault(correction.starts_on, set()).add(correction.record_id)
    return [
        {
            "from": period.first,
            "to": period.last,
            "state": "signed" if period.first in signed else "prepared" if period.first in prepared else "open",
            "corrections": len(waiting.get(book.calendar.period(period.first).first, ())),
        }
        for period in periods
    ]


def _by_unit(book: Book, row: IndicatorRow, shelf: service.Shelf) -> list[Document]:
    found = []
    for place_id in sorted(book.units):
        if service.has_figure(row, place_id, shelf):
            standing, figure, _ = service.judge(row, place_id, shelf)
            numbers = {"numerator": figure.numerator, "denominator": figure.denominator, "percent": standing.percent}
            found.append({"place": place_id, **numbers})
    return found


def _trend(book: Book, row: IndicatorRow, rows: Sequence[Row], periods: Sequence[Window]) -> list[Document | None]:
    """The figure of each period alone; None where it has none of its own."""
    indicator = book.indicators[row.id]
    goes_on = bool(indicator.latest_by and indicator.denominator)
    if goes_on or indicator.kind in ("all_of", "days_since"):
        return [None for _ in periods]
    by_period: dict[Any, list[Row]] = {}
    for one in rows:
        by_period.setdefault(one.period, []).append(one)
    found: list[Document | None] = []
    for period in periods:
        if period.last < row.starts_on or period.first > row.ends_on:
            found.append(None)
            continue
        setting = book.setting(row.id, [book.campaign.place_id], period)
        figure = tallying.of_period(indicator, by_period.get(book.calendar.period(period.first).first, ()), setting)
        found.append({"numerator": figure.numerator, "denominator": figure.denominator})
    return found
