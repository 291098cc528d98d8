"""The progress page's details, and the wall screen's: units side by side, figures from period to period, as far as the
office has entered the year before beside them, days that are reported on by themselves, and where hazards are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app

from server import clock, feeds
from server.campaigns import same_period
from server.campaigns import service as campaigns
from server.campaigns.rules import Campaign, Window
from server.config import current_settings
from server.db import db, snapshot
from server.epoch import stored
from server.indicators import comparing, counting, hazards, held, language, service, tallying
from server.indicators.book import Book, read_book
from server.indicators.rules import Indicator
from server.indicators.tables import ClosingRow, CorrectionRow, IndicatorRow
from server.indicators.tallying import Row
from server.people.rules import Actor
from server.problems import Problem

Document = dict[str, Any]
# Whose figure of some days is a sum of what these days added: the others are of things that are counted once.
ADDED = ("reduction", "at_most", "at_least", "count", "ratio", "rate")


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
    """What differs whenever an answer would: the feed is told of figures; what offices enter and close are rows."""
    closed = sa.select(sa.func.count(), sa.func.count(ClosingRow.signed_at), sa.func.max(ClosingRow.prepared_at))
    closed = closed.where(ClosingRow.campaign_id == campaign.id)
    late = sa.select(sa.func.count(), sa.func.max(CorrectionRow.found_at))
    read = [tuple(db.session.execute(query).one()) for query in (closed, late)]
    entered = same_period.latest(campaign.id)
    return (stored(), clock.today(campaign.zone), feeds.position(f"c{campaign.id}"), entered, *read)


def _worked_out(campaign: Campaign) -> Document:
    query = sa.select(IndicatorRow).where(IndicatorRow.campaign_id == campaign.id).order_by(IndicatorRow.position)
    rows = {row.id: row for row in db.session.scalars(query)}
    book = Book(campaign, rows, {key: language.build(row.definition) for key, row in rows.items()})
    book.learn(book.units)
    periods = _periods(book)
    begun = [period for period in periods if period.first <= clock.today(campaign.zone)]
    shelf = service.shelve([campaign.id], [campaign.place_id, *book.units])
    tallies = counting.tally_rows(rows, [campaign.place_id])
    special, alone = _special(book)
    trends = {row.code: _trend(book, row, tallies.get((row.id, campaign.place_id), ()), begun) for row in rows.values()}
    here = {row.code: shelf.of(row.id, campaign.place_id).numerator for row in rows.values()}
    return {
        "today": clock.today(campaign.zone),
        "few": campaign.counting.get("few", 0),
        "tiles": current_settings().tiles,
        "periods": _told(book, begun),
        "places": sorted(book.units),
        "indicators": [
            {
                "code": row.code,
                "places": _by_unit(book, row, shelf),
                "periods": trends[row.code],
                "special": alone[row.id],
            }
            for row in rows.values()
        ],
        "compared": _compared(book, trends),
        "special": special,
        "hazards": hazards.middles(book, here),
    }


def _compared(book: Book, figures: Mapping[str, Sequence[Document | None]]) -> list[Document]:
    """Of what is compared with the year before: each reporting period of the window, and what came up to its end."""
    campaign = book.campaign
    entered = same_period.of_place(campaign.id, campaign.place_id)
    baselines = campaigns.baselines(campaign.id)
    outcome = campaign.windows["outcome"]
    every = _periods(book)
    inside = [number for number, period in enumerate(every) if period.first <= outcome.last]
    periods = [every[number] for number in inside]
    found = []
    for code in campaign.baseline_codes:
        mine = figures.get(code, ())
        now = [mine[one] for one in inside if one < len(mine)]
        numbers = [None if one is None else one["numerator"] for one in now]
        numbers += [None] * (len(periods) - len(numbers))
        same = comparing.same(periods, entered.get(code, {}))
        before = comparing.so_far(periods, entered.get(code, {}), baselines.get(code))
        columns = zip(periods, numbers, comparing.added(numbers), same, before, strict=True)
        points = [
            {"from": period.first, "to": period.last, "now": one, "so_far": many, "same": was, "same_so_far": were}
            for period, one, many, was, were in columns
        ]
        found.append({"code": code, "points": points})
    return found


def _special(book: Book) -> tuple[list[Document], dict[int, list[Document | None]]]:
    """The days that are reported on by themselves and have begun; the figures of each by indicator."""
    named = book.campaign.counting["special"]
    today = clock.today(book.campaign.zone)
    windows = {number: campaigns.window(one) for number, one in enumerate(named)}
    begun = {number: window for number, window in windows.items() if window.first <= today}
    found: dict[int, list[Document | None]] = {key: [None for _ in begun] for key in book.rows}
    for at, window in enumerate(begun.values()):
        for key, (numerator, denominator) in counting.sums_within(book, _summed(book), window).items():
            row, indicator = book.rows[key], book.indicators[key]
            if row.starts_on <= window.last and window.first <= row.ends_on:
                setting = book.setting(key, [book.campaign.place_id], window)
                of_what = setting.fact if indicator.kind == "rate" else denominator if indicator.denominator else None
                found[key][at] = {"numerator": numerator, "denominator": of_what}
    told = [{"from": window.first, "to": window.last, "name": named[one]["name"]} for one, window in begun.items()]
    return told, found


def special_figures(campaign_id: int) -> list[Document]:
    """The days that are reported on by themselves and have begun, with their figures; in a transaction or snapshot."""
    book = read_book(campaign_id)
    told, figures = _special(book)
    by_position = sorted(book.rows.values(), key=lambda row: row.position)
    for number, span in enumerate(told):
        alone = {row.code: figures[row.id][number] for row in by_position}
        span["figures"] = [{"code": code, **found} for code, found in alone.items() if found is not None]
    return told


def _summed(book: Book) -> list[int]:
    return [key for key, one in book.indicators.items() if one.kind in ADDED and not _goes_on(one)]


def _periods(book: Book) -> list[Window]:
    """The reporting periods of the campaign's windows."""
    windows = book.campaign.windows
    first = min(windows["outcome"].first, windows["activity"].first)
    last = max(windows["outcome"].last, windows["activity"].last)
    return book.calendar.periods(Window(first, last))


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
    if _goes_on(indicator) or indicator.kind in ("all_of", "days_since"):
        return [None for _ in periods]
    by_period: dict[Any, list[Row]] = {}
    for one in rows:
        by_period.setdefault(one.period, []).append(one)
    found: list[Document | None] = []
    for period in periods:
        if period.last < row.starts_on or period.first > row.ends_on:
            found.append(None)
            continue
        here = by_period.get(book.calendar.period(period.first).first, ())
        figure = tallying.of_period(indicator, here, book.setting(row.id, [book.campaign.place_id], period))
        found.append({"numerator": figure.numerator, "denominator": figure.denominator})
    return found


def _goes_on(indicator: Indicator) -> bool:
    """Whether its lists go on from one period to the next, so that no period has a figure of its own."""
    return bool(indicator.latest_by and indicator.denominator)
