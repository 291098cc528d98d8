"""Reporting periods: prepared by the standing office, signed by a leader, corrected afterwards by a new version only.

1. A period may be prepared once it is over. Preparing again before it is signed replaces what was prepared.
2. Who prepared it doesn't sign it. What is signed is exactly what was prepared: if figures have moved since, it is
   prepared again.
3. What is signed is never changed. What comes later waits (`held`), and counts once a correction, the next version, is
   signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from server import clock
from server.campaigns import service as campaigns
from server.campaigns.rules import Window
from server.db import db, snapshot, transaction
from server.indicators import counting, held, late, tallying
from server.indicators.book import Book, open_book, read_book
from server.indicators.tables import ClosingRow, ContributionRow, CorrectionRow
from server.people import service as people
from server.people.rules import Actor
from server.problems import Problem

Document = dict[str, Any]


@snapshot
def periods(actor: Actor, campaign_id: int) -> Document:
    """Every reporting period that has begun, its versions, what waits to correct it; 'not-found' for strangers."""
    _check(actor, campaign_id, ("office", "sign"))
    book = read_book(campaign_id)
    rows = _versions(campaign_id)
    waiting = held.waiting(book.rows)
    hands = {person for row in rows for person in (row.prepared_by, row.signed_by) if person}
    acting = _acting(book, rows, people.Acting(hands))
    called = people.names({*hands, *(whom for pair in acting.values() for whom in pair if whom)})
    shown = [
        (row, {**_version(book, row, called, acting[row.id]), "mine": row.prepared_by == actor.person_id})
        for row in rows
    ]
    return {"periods": [_period(book, period, shown, waiting) for period in _begun(book)]}


@transaction
def prepare(actor: Actor, campaign_id: int, starts_on: date) -> Document:
    """Stamps a period's figures for the signature: the first version, or a correction of what is signed.

    Problems: 'not-found', 'period-open' before it is over, 'period-signed' where nothing waits to be corrected.
    """
    _check(actor, campaign_id, ("office",))
    book = open_book(campaign_id)
    period = _whole(book, starts_on)
    last = _last(campaign_id, starts_on)
    if last is not None and last.signed_at is not None and not held.waiting(book.rows, starts_on):
        raise Problem("period-signed")
    stamp, counted = _stamp(book, period), figures(book, period)
    if last is None or last.signed_at is not None:
        version = 1 if last is None else last.version + 1
        last = ClosingRow(campaign_id=campaign_id, starts_on=starts_on, ends_on=period.last, version=version)
        db.session.add(last)
    last.stamp, last.figures = stamp, counted
    last.prepared_by, last.prepared_at = actor.person_id, clock.now()
    db.session.flush()
    return periods(actor, campaign_id)


@transaction
def sign(actor: Actor, campaign_id: int, starts_on: date) -> Document:
    """Signs what was prepared; of a correction, what waited counts from now on.

    Problems: 'not-found' (nothing is prepared), 'own-period' for who prepared it, 'period-changed' if figures moved.
    """
    _check(actor, campaign_id, ("sign",))
    book = open_book(campaign_id)
    period = _whole(book, starts_on)
    row = _last(campaign_id, starts_on)
    if row is None or row.signed_at is not None:
        raise Problem("not-found")
    if row.prepared_by == actor.person_id:
        raise Problem("own-period")
    if (row.stamp, row.figures) != (_stamp(book, period), figures(book, period)):
        raise Problem("period-changed")
    row.signed_by, row.signed_at = actor.person_id, clock.now()
    waited = held.waiting(book.rows, starts_on)
    corrected = late.of(waited)
    apply(book, waited)
    late.signed(book, starts_on, corrected, actor.person_id)
    return periods(actor, campaign_id)


def apply(book: Book, corrections: Sequence[CorrectionRow]) -> None:
    """Has what waited count."""
    moves: dict[int, list[counting.Move]] = {}
    for one in corrections:
        old = db.session.get(ContributionRow, (one.indicator_id, one.record_id))
        moves.setdefault(one.indicator_id, []).append((old, held.row_of(one, one.after)))
        db.session.delete(one)
    db.session.flush()
    for indicator_id, changes in moves.items():
        counting.move(book, indicator_id, changes)


# ---------------------------------------------------------------- what is stamped


def _stamp(book: Book, period: Window) -> Document:
    """By what it was counted: calendar, scale of severity, the mildest class that counts."""
    scopes = {one.code: one.severity for one in book.indicators.values() if one.severity is not None}
    scale = book.scales.scale_on(period.last).code if book.scales else None
    cut = dict(book.campaign.counting["cut"])
    return {"calendar": book.campaign.calendar, "cut": cut, "scale": scale, "scopes": scopes}


def figures(book: Book, period: Window) -> list[Document]:
    """The period's figures at every place, with what waits to correct it counted in."""
    # Of a group the latest counts, whose day may lie in another period: groups are read whole.
    inside = sa.or_(ContributionRow.on_date.between(period.first, period.last), ContributionRow.group_key.is_not(None))
    query = sa.select(ContributionRow).where(ContributionRow.indicator_id.in_(list(book.rows)), inside)
    rows = {(row.indicator_id, row.record_id): row for row in db.session.scalars(query)}
    for correction in held.waiting(book.rows, period.first):
        late = (correction.indicator_id, correction.record_id)
        after = held.row_of(correction, correction.after)
        rows.pop(late, None)
        if after is not None:
            rows[late] = after
    found: dict[tuple[int, int], list[tallying.Row]] = {}
    for key, tally in counting.tallied(book, rows.values()).items():
        if tally.period == period.first:
            found.setdefault((key[0], key[1]), []).append(tally)
    return [_figure(book, period, key, tallies) for key, tallies in sorted(found.items())]


def _figure(book: Book, period: Window, key: tuple[int, int], tallies: Sequence[tallying.Row]) -> Document:
    indicator_id, place_id = key
    setting = book.setting(indicator_id, [place_id], period)
    figure = tallying.of_period(book.indicators[indicator_id], tallies, setting)
    return {
        "code": book.rows[indicator_id].code,
        "place": place_id,
        "records": sum(tally.records for tally in tallies),
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "provisional": any(tally.provisional for tally in tallies),
    }


# ---------------------------------------------------------------- looking


def _check(actor: Actor, campaign_id: int, rights: Sequence[str]) -> None:
    campaign = campaigns.find(campaign_id)
    if campaign is None or not any(actor.may(right, campaign.place_id) for right in rights):
        raise Problem("not-found")


def _begun(book: Book) -> list[Window]:
    windows = book.campaign.windows
    first = min(windows["outcome"].first, windows["activity"].first)
    last = max(windows["outcome"].last, windows["activity"].last)
    today = clock.today(book.campaign.zone)
    return [period for period in book.calendar.periods(Window(first, last)) if period.first <= today]


def _whole(book: Book, starts_on: date) -> Window:
    """The period that begins on a day, if it is the campaign's and over."""
    windows = book.campaign.windows
    period = book.calendar.period(starts_on)
    mine = (windows["outcome"], windows["activity"])
    inside = any(window.first <= period.last and period.first <= window.last for window in mine)
    if not inside or period.first != starts_on:
        raise Problem("not-found")
    if period.last >= clock.today(book.campaign.zone):
        raise Problem("period-open")
    return period


def _versions(campaign_id: int) -> list[ClosingRow]:
    query = sa.select(ClosingRow).where(ClosingRow.campaign_id == campaign_id)
    return list(db.session.scalars(query.order_by(ClosingRow.starts_on, ClosingRow.version.desc())))


def _last(campaign_id: int, starts_on: date) -> ClosingRow | None:
    query = sa.select(ClosingRow).where(ClosingRow.campaign_id == campaign_id, ClosingRow.starts_on == starts_on)
    return db.session.scalars(query.order_by(ClosingRow.version.desc()).limit(1)).first()


def _period(
    book: Book, period: Window, rows: Sequence[tuple[ClosingRow, Document]], waiting: Sequence[CorrectionRow]
) -> Document:
    starts = book.calendar.period(period.first).first
    versions = [shown for row, shown in rows if row.starts_on == starts]
    late = [one for one in waiting if one.starts_on == starts]
    state = "open" if not versions else "prepared" if versions[0]["signed_at"] is None else "signed"
    return {
        "starts": starts,
        "from": period.first,
        "to": period.last,
        "state": state,
        "corrections": len({one.record_id for one in late}),
        "versions": versions,
        "waiting": [_waiting(book, one) for one in late],
    }


def _acting(book: Book, rows: Sequence[ClosingRow], known: people.Acting) -> dict[int, tuple[int | None, ...]]:
    """By version: for whom it was prepared and signed, where somebody stood in for another."""

    def whom(person_id: int | None, at: datetime | None, role: str) -> int | None:
        if person_id is None or at is None:
            return None
        return known.whom(person_id, [book.campaign.place_id], clock.local_day(at, book.campaign.zone), [role])

    return {
        row.id: (whom(row.prepared_by, row.prepared_at, "TT"), whom(row.signed_by, row.signed_at, "LD")) for row in rows
    }


def _version(book: Book, row: ClosingRow, called: dict[int, str], acting: Sequence[int | None]) -> Document:
    """A version with its figures of the campaign's own place, in their order; those of all places are kept."""
    order = {one.code: one.position for one in book.rows.values()}
    here = [one for one in row.figures if one["place"] == book.campaign.place_id]
    return {
        "from": row.starts_on,
        "to": row.ends_on,
        "version": row.version,
        "stamp": row.stamp,
        "figures": sorted(here, key=lambda one: order.get(one["code"], 0)),
        "prepared_by": called[row.prepared_by],
        "prepared_for": called[acting[0]] if acting[0] else None,
        "prepared_at": row.prepared_at,
        "signed_by": called[row.signed_by] if row.signed_by else None,
        "signed_for": called[acting[1]] if acting[1] else None,
        "signed_at": row.signed_at,
    }


def _waiting(book: Book, correction: CorrectionRow) -> Document:
    before, after = correction.before, correction.after
    return {
        "record": correction.record_id,
        "code": book.rows[correction.indicator_id].code,
        "place": correction.place_id,
        "before": before["numerator"] if before else None,
        "after": after["numerator"] if after else None,
        "found_at": correction.found_at,
    }
