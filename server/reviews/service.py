"""Reviews: the inbox of what waits for a decision, and messages about what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from server import clock, events, feeds
from server.db import db, snapshot
from server.forms import service as forms
from server.people import service as people
from server.people.rules import Actor
from server.problems import Problem
from server.records import service as records
from server.records.service import Waiting, WaitingQuery
from server.reviews import rules
from server.reviews.rules import Message
from server.reviews.tables import MessageRow

Document = dict[str, Any]


def register() -> None:
    """Shows messages in people's own feeds, and follows records."""
    feeds.provide("message", documents)
    events.on("record.reviewed", on_reviewed)
    events.on("record.moved", on_moved)
    events.on("conflict.opened", on_conflict)
    events.on("conflict.closed", on_decided)
    events.on("item.quarantined", on_quarantined)
    events.on("item.settled", on_settled)


# ---------------------------------------------------------------- events


def on_reviewed(event: Mapping[str, Any]) -> None:
    """A decision was made: the author is told what isn't an approval."""
    _tell(rules.of_review(event))


def on_moved(event: Mapping[str, Any]) -> None:
    """A record belongs to another place now."""
    _tell(rules.of_move(event))


def on_conflict(event: Mapping[str, Any]) -> None:
    """Two values for one field."""
    _tell(rules.of_conflict(event))


def on_decided(event: Mapping[str, Any]) -> None:
    """A person decided between two values."""
    _tell(rules.of_decision(event))


def on_quarantined(event: Mapping[str, Any]) -> None:
    """An item was held."""
    _tell(rules.of_quarantine(event))


def on_settled(event: Mapping[str, Any]) -> None:
    """A held item was released or discarded."""
    _tell(rules.of_settlement(event))


def _tell(messages: Iterable[Message]) -> None:
    for message in messages:
        row = MessageRow(
            person_id=message.person_id,
            kind=message.kind,
            record_id=message.record_id,
            by=message.by,
            text=message.text[: rules.LONGEST_TEXT] if message.text else None,
            at=clock.now(),
        )
        db.session.add(row)
        db.session.flush()
        feeds.publish(f"u{message.person_id}", "message", str(row.id))


# ---------------------------------------------------------------- messages


def documents(refs: Sequence[str], viewer: Actor) -> Mapping[str, Document]:
    """The viewer's own messages among `refs`; a reason goes with the record that it was about (rule 4)."""
    query = sa.select(MessageRow).where(
        MessageRow.id.in_([int(ref) for ref in refs]), MessageRow.person_id == viewer.person_id
    )
    rows = list(db.session.scalars(query))
    spoken = {row.record_id for row in rows if row.record_id and row.kind in rules.SPOKEN}
    places = records.places_of(spoken)
    silent = {record_id for record_id in spoken if not viewer.may("read", places.get(record_id, 0))}
    return {
        str(row.id): {
            "kind": row.kind,
            "record": row.record_id,
            "text": None if row.kind in rules.SPOKEN and row.record_id in silent else row.text,
            "by": row.by,
            "at": row.at.isoformat(),
        }
        for row in rows
    }


# ---------------------------------------------------------------- the inbox


@snapshot
def inbox(actor: Actor, asked: Mapping[str, Any]) -> Document:
    """One page of what waits for this actor's decision, oldest first: `items`, and `next` to go on from (or None).

    `asked`: limit, and optionally place, form (its key), after. A place where the actor doesn't review shows nothing;
    Problem 'invalid' for an `after` that no page gave.
    """
    place_ids = actor.places("review")
    if asked.get("place") is not None:
        place_ids = [place_id for place_id in place_ids if place_id == asked["place"]]
    after = _position(asked["after"]) if asked.get("after") is not None else None
    limit = asked["limit"]
    wanted = WaitingQuery(place_ids, actor.person_id, asked.get("form"), after)
    found = records.waiting(wanted, limit + 1)
    called = people.names([item.author_id for item in found])
    page = found[:limit]
    last = f"{page[-1].since.isoformat()}~{page[-1].record_id}" if len(found) > limit else None
    return {"items": [_item(item, called) for item in page], "next": last}


def _position(after: str) -> tuple[datetime, str]:
    since, _, record_id = after.partition("~")
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not record_id:
        raise Problem("invalid", errors={"after": ["Take it from 'next' of the page before."]})
    return moment, record_id


def _item(item: Waiting, called: Mapping[int, str]) -> Document:
    return {
        "record": item.record_id,
        "place": item.place_id,
        "form": forms.compiled(item.form_version_id)["key"],
        "form_version": item.form_version_id,
        "rev": item.rev,
        "author": {"id": item.author_id, "name": called.get(item.author_id)},
        "conflicts": item.conflicts,
        "since": item.since,
    }
