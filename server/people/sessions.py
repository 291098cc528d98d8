"""Which living sessions a browser still has: for a phone whose storage was cleared while its cookie lives on."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from flask import request

from server import clock
from server.config import current_settings
from server.db import db, snapshot
from server.people import rules
from server.people.service import refuse_other_sites
from server.people.tables import Device, DeviceSession, Person

Document = dict[str, Any]
MOST = 20


def here() -> list[Document]:
    """The phone numbers whose session this browser can prove, the one seen last first."""
    refuse_other_sites()
    pattern = re.compile(
        re.escape(rules.cookie_name(0, current_settings().secure)).removesuffix("0") + r"([1-9]\d{0,8})"
    )
    found = [(pattern.fullmatch(name), token) for name, token in request.cookies.items()]
    hashes = {rules.token_hash(token): int(match[1]) for match, token in found if match}
    return _living(dict(list(hashes.items())[:MOST])) if hashes else []


def living_phones(person_ids: Collection[int]) -> int:
    """How many phones these people have in use; inside a transaction or snapshot."""
    lives = sa.and_(DeviceSession.ended_at.is_(None), DeviceSession.expires_at > clock.now())
    query = sa.select(sa.func.count(Device.id.distinct())).join(DeviceSession, DeviceSession.device_id == Device.id)
    mine = query.where(Device.person_id.in_(sorted(person_ids)), Device.revoked_at.is_(None), lives)
    return db.session.scalar(mine) or 0


@snapshot
def _living(hashes: dict[str, int]) -> list[Document]:
    query = (
        sa.select(DeviceSession.token_hash, Device, Person)
        .join(Device, Device.id == DeviceSession.device_id)
        .join(Person, Person.id == Device.person_id)
        .where(DeviceSession.token_hash.in_(hashes), DeviceSession.ended_at.is_(None))
        .where(DeviceSession.expires_at > clock.now(), Device.revoked_at.is_(None))
        .order_by(Device.seen_at.desc())
    )
    return [
        {"device": device.id, "person": {"id": person.id, "name": person.name}, "seen": device.seen_at}
        for token_hash, device, person in db.session.execute(query)
        if hashes[token_hash] == device.id
    ]
