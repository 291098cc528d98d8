"""What web push gave up on, for the office: whom it didn't reach, with what, since when and why.

1. The office sees the people it looks after, each phone by its number: no endpoint and no key, nothing of a message but
   its kind.
2. What its person has read in the app, or got on another phone, or what was withdrawn is nobody's worry any more: so a
   line goes by itself once they open the app.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from server import clock
from server.db import db, snapshot
from server.people import service as people
from server.people.rules import Actor
from server.problems import Problem
from server.reviews import service as reviews
from server.statements import among, listed
from server.webpush import rules
from server.webpush.tables import DeliveryRow, SubscriptionRow

Document = dict[str, Any]

LOOKED_BACK = timedelta(days=30)
MOST = 5_000


@snapshot
def undelivered(actor: Actor) -> Document:
    """The phones that messages of the last 30 days didn't reach, the longest first; 'not-found' for no office."""
    if not actor.places("office"):
        raise Problem("not-found")
    rows = _given_up(people.looked_after(actor))
    told = reviews.told({row.message_id for row in rows})
    elsewhere = _sent(told, {row.person_id for row in rows})
    waiting = [
        row for row in rows if not told[row.message_id].silent and (row.message_id, row.person_id) not in elsewhere
    ]
    phones: dict[int, list[Any]] = {}
    for row in waiting:
        phones.setdefault(row.device_id, []).append(row)
    called = people.names({row.person_id for row in waiting})
    shown = [_phone(device_id, lost, told, called) for device_id, lost in phones.items()]
    return {"messages": len(waiting), "phones": sorted(shown, key=lambda one: (one["since"], one["device"]))}


def _given_up(person_ids: list[int]) -> list[Any]:
    table, whose = DeliveryRow, SubscriptionRow
    query = sa.select(table.message_id, table.last_status, whose.person_id, whose.device_id)
    query = query.join(whose, whose.id == table.subscription_id).where(
        table.status.in_(("given_up", "refused")),
        table.next_at >= clock.now() - LOOKED_BACK,
        among(whose.person_id, "people"),
    )
    query = query.order_by(table.id.desc()).limit(MOST)
    return list(db.session.execute(query, {"people": listed(person_ids)}))


def _sent(message_ids: Mapping[int, Any], person_ids: set[int]) -> set[tuple[int, int]]:
    """Which of these messages reached another phone of their person."""
    query = sa.select(DeliveryRow.message_id, SubscriptionRow.person_id)
    query = query.join(SubscriptionRow, SubscriptionRow.id == DeliveryRow.subscription_id).where(
        DeliveryRow.status == "sent",
        among(DeliveryRow.message_id, "messages"),
        among(SubscriptionRow.person_id, "people"),
    )
    given = {"messages": listed(sorted(message_ids)), "people": listed(sorted(person_ids))}
    return {(row.message_id, row.person_id) for row in db.session.execute(query, given)}


def _phone(device_id: int, lost: list[Any], told: Mapping[int, reviews.Told], called: Mapping[int, str]) -> Document:
    moments: list[datetime] = [told[row.message_id].at for row in lost]
    person_id = lost[0].person_id
    return {
        "device": device_id,
        "person": {"id": person_id, "name": called[person_id]},
        "messages": len(lost),
        "kinds": dict(Counter(rules.KIND_OF[told[row.message_id].kind] for row in lost)),
        "reasons": dict(Counter(rules.why_lost(row.last_status) for row in lost)),
        "since": min(moments),
        "last": max(moments),
    }
