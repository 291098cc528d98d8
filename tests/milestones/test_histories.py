"""Whatever is approved and corrected, in whatever order: the milestones that stand are those that the data say.

The records are made up and the database is real, as in `tests/indicators/test_histories.py`: the examples are one long
history, and `BEN_HISTORIES=3000` makes it that long.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings

from server.campaigns import service as campaigns
from server.db import db, snapshot, transaction
from server.indicators import counting
from server.indicators.book import open_book
from server.milestones import rules, service
from server.milestones.reading import Reading
from server.milestones.tables import CrossingRow, MilestoneRow
from server.places import service as places
from server.records.approved import ApprovedContent
from tests.indicators.test_histories import FIRST, MANY, book, content, steps
from tests.tools.chain import Chain
from tests.tools.clocks import StillClock

__all__ = ["book"]

Standing = set[tuple[str, int, str]]


@snapshot
def standing() -> Standing:
    """What stands: milestone, place and period."""
    query = sa.select(MilestoneRow.code, CrossingRow.place_id, CrossingRow.period).join(MilestoneRow)
    return {tuple(row) for row in db.session.execute(query.where(CrossingRow.retracted_at.is_(None)))}


@transaction
def said(chain: Chain) -> Standing:
    """What dates and approved data say, without anything that was known before."""
    campaign = campaigns.find(chain.campaign)
    assert campaign is not None
    reading = Reading(campaign)
    found: Standing = set()
    for row in db.session.scalars(sa.select(MilestoneRow)).all():
        milestone = rules.build(row.definition)
        for place in reading.places(milestone):
            found |= {(row.code, place, period) for period in reading.reached(milestone, place)}
    return found


@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=steps)
def test_what_stands_is_what_the_data_say_in_whatever_order_they_came(
    chain: Chain, app: Flask, clock: StillClock, book: dict[str, ApprovedContent], asked: list[Any]
) -> None:
    @transaction
    def follow(record: str) -> None:
        counting.replace(open_book(chain.campaign), [record])

    for what, which, form, number, days, commune in asked:
        record = f"1-{which}"
        if what == "tomorrow":
            clock.advance(days=1 + number // 8)
        elif what == "reject":
            book.pop(record, None)
            follow(record)
        else:
            kind = book[record].form_key if record in book else form
            # Near each other, so that weeks come in a row; every second session is in Khmer.
            day = FIRST + timedelta(days=120 + days % 60)
            made = content(chain, record, kind, number, day, places.by_key(commune))
            made.values["language"] = ["km"] if number % 2 else ["vi"]  # type: ignore[index]
            book[record] = made
            follow(record)
        service.tick()
        chain.work()
    assert standing() == said(chain)
