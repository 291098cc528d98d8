"""Reviews: the inbox of what waits for a decision, and messages about what was decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
# So many messages are told by one event: what follows for each of them is done in one transaction.
PAGE = 1000


def register() -> None:
    """Shows messages in people's own feeds, and follows records."""
    feeds.provide("message", documents)
    events.on("record.reviewed", on_reviewed)
    events.on("record.moved", on_moved)
    events.on("conflict.opened", on_conflict)
    events.on("conflict.closed", on_decided)
    events.on("item.quarantined", on_quarantined)
    events.on("item.settled", on_settled)
    events.on("role.lent", on_role_lent)
    events.on("role.returned", on_role_returned)
    events.on("messages.seen", on_seen)


# ---------------------------------------------------------------- events


def on_reviewed(event: Mapping[str, Any]) -> None:
    """A decision was made: the author is told what isn't an approval."""
    tell(rules.of_review(event))


def on_moved(event: Mapping[str, Any]) -> None:
    """A record belongs to another place now."""
    tell(rules.of_move(event))


def on_conflict(event: Mapping[str, Any]) -> None:
    """Two values for one field."""
    tell(rules.of_conflict(event))


def on_decided(event: Mapping[str, Any]) -> None:
    """A person decided between two values."""
    tell(rules.of_decision(event))


def on_quarantined(event: Mapping[str, Any]) -> None:
    """An item was held."""
    tell(rules.of_quarantine(event))


def on_settled(event: Mapping[str, Any]) -> None:
    """A held item was released or discarded."""
    tell(rules.of_settlement(event))


def on_role_lent(event: Mapping[str, Any]) -> None:
    """Somebody is to stand in for another."""
    tell(rules.of_role_lent(event))


def on_role_returned(event: Mapping[str, Any]) -> None:
    """They stand in no more."""
    withdraw(f"stands_in:{event['role_id']}", holds=False)


def on_seen(event: Mapping[str, Any]) -> None:
    """A person has read messages on one of their phones: the others are told."""
    mine = sa.and_(MessageRow.person_id == event["person_id"], MessageRow.id.in_(event["ids"]))
    for row in db.session.scalars(sa.select(MessageRow).where(mine, MessageRow.read_at.is_(None))):
        row.read_at = clock.now()
        feeds.publish(f"u{row.person_id}", "message", str(row.id))


@dataclass(frozen=True)
class Told:
    """A message that was told, as web push sees it. `silent`: it was withdrawn, or it has been read."""

    id: int
    person_id: int
    kind: str
    record_id: str | None
    text: str | None
    cause: str
    place_id: int | None
    about: str | None
    at: datetime
    silent: bool


def tell(messages: Iterable[Message]) -> None:
    """Leaves each message in its person's feed; of one person and cause there is one, with what is said now."""
    wanted = {(message.person_id, message.cause): message for message in messages}
    known = _by_cause({message.cause for message in wanted.values()})
    new, now = [], clock.now()
    for key, message in wanted.items():
        row = known.get(key)
        if row is None:
            row = MessageRow(person_id=message.person_id, cause=message.cause)
            new.append(row)
        row.kind, row.record_id, row.by = message.kind, message.record_id, message.by
        row.text = message.text[: rules.LONGEST_TEXT] if message.text else None
        row.about, row.place_id = message.about, message.place_id
        row.at, row.withdrawn_at, row.read_at = now, None, None
    db.session.add_all(new)
    db.session.flush()
    _publish([*new, *(known[key] for key in wanted if key in known)], renewed=True)


def tell_only(messages: Iterable[Message], causes: Collection[str]) -> None:
    """Makes exactly these messages stand of what can be told for `causes`.

    What stands already is not told again; what stands and isn't among them is withdrawn, quietly.
    """
    wanted = {(message.person_id, message.cause): message for message in messages}
    standing = {key: row for key, row in _by_cause(causes).items() if row.withdrawn_at is None}
    _withdraw([row for key, row in standing.items() if key not in wanted], holds=False)
    tell(message for key, message in wanted.items() if key not in standing)


def withdraw(cause: str, *, holds: bool) -> None:
    """Says of what was told for a cause that it doesn't hold any more, or that it does again: quietly."""
    _withdraw([row for row in _by_cause([cause]).values() if (row.withdrawn_at is None) != holds], holds=holds)


def _withdraw(rows: Sequence[MessageRow], *, holds: bool) -> None:
    for row in rows:
        row.withdrawn_at = None if holds else clock.now()
    db.session.flush()
    _publish(rows, renewed=False)


def _by_cause(causes: Collection[str]) -> dict[tuple[int, str], MessageRow]:
    rows = db.session.scalars(sa.select(MessageRow).where(MessageRow.cause.in_(sorted(causes))).with_for_update())
    return {(row.person_id, row.cause): row for row in rows}


def _publish(rows: Sequence[MessageRow], *, renewed: bool) -> None:
    for row in rows:
        feeds.publish(f"u{row.person_id}", "message", str(row.id))
    for start in range(0, len(rows), PAGE):
        ids = [row.id for row in rows[start : start + PAGE]]
        events.emit("message.told", {"ids": ids, "renewed": renewed})


def told(ids: Collection[int]) -> dict[int, Told]:
    """Messages by id; inside a transaction or snapshot."""
    rows = db.session.scalars(sa.select(MessageRow).where(MessageRow.id.in_(sorted(set(ids)))))
    return {
        row.id: Told(
            id=row.id,
            person_id=row.person_id,
            kind=row.kind,
            record_id=row.record_id,
            text=row.text,
            cause=row.cause,
            place_id=row.place_id,
            about=row.about,
            at=row.at,
            silent=row.withdrawn_at is not None or row.read_at is not None,
        )
        for row in rows
    }


def unread(person_ids: Collection[int]) -> dict[int, int]:
    """How many messages each of these people has not read; inside a transaction or snapshot."""
    mine = sa.and_(MessageRow.person_id.in_(sorted(person_ids)), MessageRow.read_at.is_(None))
    query = sa.select(MessageRow.person_id, sa.func.count()).where(mine, MessageRow.withdrawn_at.is_(None))
    return dict(db.session.execute(query.group_by(MessageRow.person_id)).all())


def causes_told(causes: Collection[str]) -> set[str]:
    """Those of these causes for which somebody was told; inside a transaction or snapshot."""
    query = sa.select(MessageRow.cause).where(MessageRow.cause.in_(sorted(causes))).distinct()
    return set(db.session.scalars(query))


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
            **_further(row),
        }
        for row in rows
    }


def _further(row: MessageRow) -> Document:
    """Members that only some messages have."""
    withdrawn = row.withdrawn_at.isoformat() if row.withdrawn_at else None
    read = row.read_at.isoformat() if row.read_at else None
    found = {"about": row.about, "place": row.place_id, "withdrawn": withdrawn, "read": read}
    return {name: value for name, value in found.items() if value is not None}


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
