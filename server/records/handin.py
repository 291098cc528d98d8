"""Handing in what another phone could not send: a saved outbox, brought by any enrolled phone.

Rules:
- Brought by the author, it is a push in the name of the phone that saved it: same numbers, same answers.
- Brought by anybody else, nothing proves who wrote it. Each item is held whole under `handed-in`, in the name of the
  phone's person, until they themselves or a reviewer of the place take it in; never the one who brought it.
- An item that is only held has no answer: the phone that it came from, should it live, sends it as if nothing had been.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from server import clock
from server.db import db, transaction
from server.epoch import current_epoch
from server.people import service as people
from server.people.rules import Actor
from server.problems import Problem
from server.records import rules, service
from server.records.tables import MutationRow, QuarantineRow, RecordRow
from sync.document import digest

Answer = dict[str, Any]
REASON = "handed-in"


def hand_in(actor: Actor, given: Mapping[str, Any], offered: Sequence[rules.Parsed]) -> Answer:
    """Takes in what the phone `device` saved; the result of each item. Raises Problem 'not-found' for no such phone.

    All is answered 'retry' where the server was restored since the bringer's phone last heard of it: `saw` would be
    wrong. Somebody whose access was taken back hands in their own alone (held like all that such a phone sends).
    """
    if given["epoch"] not in (None, current_epoch()):
        return {"results": [{"n": item.n, "status": "retry"} for item in offered]}
    owner = _owner(given, actor)
    if owner.person_id == actor.person_id:
        own = replace(actor, device_id=owner.device_id, revoked=owner.revoked or actor.revoked)
        return {"results": service.push(own, offered).results}
    if actor.revoked:
        raise Problem("device-revoked")
    return {"results": _hold(actor, owner, offered)}


@transaction
def _owner(given: Mapping[str, Any], actor: Actor) -> Actor:
    device, former = given["device"], given["former"]
    owner = people.owner(device) or (people.reclaim(device, actor.person_id) if former else None)
    if owner is None or (former and owner.person_id != actor.person_id):
        raise Problem("not-found")
    return owner


@transaction
def _hold(actor: Actor, owner: Actor, offered: Sequence[rules.Parsed]) -> list[Answer]:
    people.lock_device(owner.device_id)
    numbers = [item.n for item in offered]
    mine = sa.and_(MutationRow.device_id == owner.device_id, MutationRow.n.in_(numbers))
    answered = set(db.session.execute(sa.select(MutationRow.n, MutationRow.hash).where(mine)).all())
    held = set(db.session.scalars(sa.select(QuarantineRow.hash).where(QuarantineRow.device_id == owner.device_id)))
    places = _places(owner, offered)
    reason = "device-revoked" if owner.revoked else REASON
    results, rows = [], []
    for item in offered:
        own_hash = digest([REASON, item.hash])  # beside the phone's own item, which may still come and be held too
        known = (item.n, item.hash) in answered or own_hash in held
        results.append({"n": item.n, "status": "duplicate" if known else "quarantined", "reason": reason})
        if not known:
            held.add(own_hash)
            rows.append(
                QuarantineRow(
                    device_id=owner.device_id,
                    n=item.n,
                    hash=own_hash,
                    person_id=owner.person_id,
                    record_id=item.record,
                    place_id=places.get(item.n),
                    reason=reason,
                    detail={"by": actor.person_id, "name": actor.name},
                    payload=item.payload,
                    received_at=clock.now(),
                    status="held",
                )
            )
    db.session.add_all(rows)
    db.session.flush()
    service.tell_quarantine([row.id for row in rows])
    return results


def _places(owner: Actor, offered: Sequence[rules.Parsed]) -> dict[int, int]:
    """Where each item belongs, if the phone's person has or had a part there: only then is it shown at the place."""
    records = [item.record for item in offered if item.record]
    found = db.session.execute(sa.select(RecordRow.id, RecordRow.place_id).where(RecordRow.id.in_(records)))
    of_record = dict(found.all())
    knows = {place for place, allowed in owner.rights.items() if allowed & {"write", "review"}} | owner.former
    places = {
        item.n: of_record.get(item.record or "", item.data.get("place") if item.data else None) for item in offered
    }
    return {n: place for n, place in places.items() if place in knows}
