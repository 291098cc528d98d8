"""What everybody is told in the same words is kept beside its place in the feed, and always says what is so now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa

from server import feeds
from server.db import db, transaction
from server.records import rules, telling
from sync.store import Conflict, Decision, Side
from tests.records.test_moves import move, result, there
from tests.records.test_sync import documents
from tests.tools.chain import Chain
from tests.tools.phones import Phone


def read(phone: Phone) -> dict[str, Any]:
    """Everything in the phone's feeds, the same in the words that are kept and in those that are made anew."""
    answer: dict[str, Any] = phone.sync()
    kept = without_words()
    anew = phone.sync()
    with_words(kept)
    assert (answer["changes"], answer["people"]) == (anew["changes"], anew["people"])
    return answer


@transaction
def without_words() -> list[tuple[Any, ...]]:
    """Takes the words out of the feeds, and gives them."""
    rows = feeds.FEED_ROWS.c
    kept = sa.select(rows.feed, rows.kind, rows.ref, rows.told).where(rows.told.is_not(None))
    found = [tuple(row) for row in db.session.execute(kept)]
    assert found
    db.session.execute(sa.update(feeds.FEED_ROWS).values(told=None))
    return found


@transaction
def with_words(kept: list[tuple[Any, ...]]) -> None:
    """Puts them back."""
    rows = feeds.FEED_ROWS.c
    for feed, kind, ref, told in kept:
        here = (rows.feed == feed, rows.kind == kind, rows.ref == ref)
        db.session.execute(sa.update(feeds.FEED_ROWS).where(*here).values(told=told))


def test_a_record_is_told_as_it_is_after_each_thing_that_happens_to_it(chain: Chain) -> None:
    sent = chain.submit("CK-05")
    readers = (chain.volunteer, chain.supervisor, chain.phone("Văn phòng", "TT", "huyen-tra-cu"))
    seen = []
    for happens in (
        lambda: None,
        lambda: chain.review(sent, "return", reason="why"),
        lambda: chain.edit("CK-05", sent, signed_count=31),
        lambda: chain.edit("CK-05", sent, chain.supervisor, signed_count=33),
    ):
        happens()
        told = [documents(read(reader), "record")[sent["record"]] for reader in readers]
        assert told[0] == told[1] == told[2]
        seen.append((told[0]["rev"], told[0]["state"], len(told[0]["conflicts"])))
    assert seen == [(1, "submitted", 0), (1, "returned", 0), (2, "submitted", 0), (2, "submitted", 1)]


def test_a_record_that_went_elsewhere_is_gone_where_it_was_for_all_who_remember_it(chain: Chain) -> None:
    sent = chain.submit("CK-05")
    other, office = there(chain), chain.phone("Văn phòng", "TT", "huyen-tra-cu")
    for reader in (chain.volunteer, office):
        assert read(reader)["changes"][f"p{chain.commune}"][-1]["rev"] == 1
    assert result(chain.supervisor, move(1, sent["record"], chain.commune, chain.other_commune))["status"] == "applied"
    for reader in (chain.volunteer, office):
        assert "gone" in read(reader)["changes"][f"p{chain.commune}"][-1]
    assert documents(read(other), "record")[sent["record"]]["place"] == chain.other_commune


def test_other_words_than_these_take_a_migration_that_empties_those_that_stand_in_feeds() -> None:
    at = datetime(2023, 5, 16, 7, 30, tzinfo=timezone(timedelta(hours=7)))
    decided = Decision("17-1", 2, "approve", None, 5, 4, 9, at, at, {"a": "ok"})
    sides = Side(1, 3, 17, at), Side(2, 4, 18, at)
    conflict = Conflict("17-1", 1, "a", 1, None, *sides, n=2, opened=at)
    standing = ("17-1", 6, 7, 3, 2, "approved", 2, "confirmed", 1, {"a": 1}, "hash", at, at.astimezone(UTC))
    head = rules.Head(*standing, conflicts=(conflict,), decision=decided, step=decided)
    told = telling.told({"17-1": rules.record_document(head, ["a", "b"])})["17-1"]
    assert told.people == [3, 4, 5]
    assert told.json == (
        '{"k":"record","id":"17-1","form":6,"place":7,"by":3,"rev":2,"hash":"hash","state":"approved","approved":2,"stage":"confirmed",'
        '"values":[1],"at":"2023-05-16T00:30:00+00:00","received":"2023-05-16T00:30:00+00:00",'
        '"conflicts":[{"id":1,"field":0,"path":"a","base":null,'
        '"head":{"value":1,"by":3,"at":"2023-05-16T00:30:00+00:00","device":17},'
        '"theirs":{"value":2,"by":4,"at":"2023-05-16T00:30:00+00:00","device":18}}],'
        '"review":{"decision":"approve","reason":null,"by":5,"at":"2023-05-16T00:30:00+00:00","rev":2,"notes":{"a":"ok"}}}'
    )
