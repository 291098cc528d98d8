"""What people are told of signed periods: that each is signed, and which records wait to correct one.

1. Whoever reads the campaign's feed knows its signed periods, so that a phone shows of each record that counts in one
   that its figures are locked. Nothing is written into the records: thousands of them would go into feeds at once.
2. A record that waits for a correction is told of in the feed of its place, to those who read the record.
3. Who wrote it and who decided on it are told that it waits, and that its correction was signed: once a record and
   period. A change that is taken back before that withdraws what was told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from server import feeds
from server.db import db
from server.indicators import language
from server.indicators.book import Book
from server.indicators.tables import ClosingRow, CorrectionRow, IndicatorRow
from server.people.rules import Actor
from server.records import approved
from server.reviews import service as reviews
from server.reviews.rules import Message

Document = dict[str, Any]


class Late(NamedTuple):
    """A record that waits to correct the period that begins on a day, and the place in whose feed that is told."""

    record_id: str
    starts_on: date
    place_id: int


# ---------------------------------------------------------------- telling


def of(rows: Iterable[CorrectionRow]) -> set[Late]:
    """The records of these corrections."""
    return {Late(row.record_id, row.starts_on, row.place_id) for row in rows}


def follow(book: Book, before: Collection[Late], after: Collection[Late]) -> None:
    """Tells of the records that have begun to wait, and of those that wait no more without having been corrected."""
    known = {(one.record_id, one.starts_on) for one in before}
    waits = {(one.record_id, one.starts_on) for one in after}
    _tell(book, [one for one in after if (one.record_id, one.starts_on) not in known], "late", None)
    for record_id, starts_on in sorted(known - waits):
        reviews.withdraw(_cause(record_id, starts_on), holds=False)
    _publish(set(before) ^ set(after))


def signed(book: Book, starts_on: date, corrected: Collection[Late], by: int) -> None:
    """Tells of a period that was signed, and of the records that its correction made count."""
    publish_period(book.campaign.id, starts_on)
    _tell(book, corrected, "corrected", by)
    _publish(corrected)


def publish_period(campaign_id: int, starts_on: date) -> None:
    """Tells the campaign's feed of a period."""
    feeds.publish(f"c{campaign_id}", "period", f"{campaign_id}:{starts_on}")


def publish_all(book: Book) -> None:
    """Tells of every signed period, and of everything that waits."""
    for period in book.signed:
        publish_period(book.campaign.id, period.first)
    _publish(of(db.session.scalars(sa.select(CorrectionRow).where(CorrectionRow.indicator_id.in_(list(book.rows))))))


def _publish(found: Iterable[Late]) -> None:
    for place_id, record_id in sorted({(one.place_id, one.record_id) for one in found}):
        feeds.publish(f"p{place_id}", "correction", record_id)


def _tell(book: Book, found: Collection[Late], kind: str, by: int | None) -> None:
    hands = approved.hands({one.record_id for one in found})
    told = []
    for record_id, starts_on in sorted({(one.record_id, one.starts_on) for one in found}):
        period = book.calendar.period(starts_on)
        message = Message(0, kind, record_id, by, f"{period.first}/{period.last}", _cause(record_id, starts_on))
        told += [replace(message, person_id=person_id) for person_id in sorted(hands.get(record_id, ()))]
    if told:
        reviews.tell(told)


def _cause(record_id: str, starts_on: date) -> str:
    return f"late:{record_id}:{starts_on}"


# ---------------------------------------------------------------- showing


def documents(refs: Sequence[str], _viewer: object) -> Mapping[str, Document]:
    """Signed periods, in their last version, with the forms whose records count in them."""
    asked = [one.split(":") for one in refs]
    wanted = {(int(campaign_id), date.fromisoformat(day)) for campaign_id, day in asked}
    campaign_ids = sorted({campaign_id for campaign_id, _ in wanted})
    forms: dict[int, set[str]] = defaultdict(set)
    for row in db.session.scalars(sa.select(IndicatorRow).where(IndicatorRow.campaign_id.in_(campaign_ids))):
        forms[row.campaign_id].update(language.build(row.definition).forms)
    table = ClosingRow
    query = sa.select(table.campaign_id, table.starts_on, table.ends_on, table.version, table.signed_at)
    query = query.where(table.campaign_id.in_(campaign_ids), table.signed_at.is_not(None)).order_by(table.version)
    found: dict[str, Document] = {}
    for campaign_id, starts_on, ends_on, version, signed_at in db.session.execute(query):
        if signed_at is not None and (campaign_id, starts_on) in wanted:
            found[f"{campaign_id}:{starts_on}"] = {
                "campaign": campaign_id,
                "from": starts_on.isoformat(),
                "to": ends_on.isoformat(),
                "version": version,
                "signed": signed_at.isoformat(),
                "forms": sorted(forms[campaign_id]),
            }
    return found


def corrections(refs: Sequence[str], viewer: Actor) -> Mapping[str, Document]:
    """Records that wait to correct a signed period, where the viewer reads: which period, the earliest of several."""
    query = sa.select(CorrectionRow).where(CorrectionRow.record_id.in_(list(refs)))
    found: dict[str, Document] = {}
    for row in db.session.scalars(query.order_by(CorrectionRow.starts_on.desc())):
        if viewer.may("read", row.place_id):
            found[row.record_id] = {"place": row.place_id, "period": row.starts_on.isoformat()}
    return found
