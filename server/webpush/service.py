"""Web push: subscriptions of phones, one delivery per crossing and subscription, and the sender.

The sender claims what is due under a lease, commits, and talks to the network with no transaction open; then it writes
down what came of it. A sender that is killed in between leaves its claim to run out: the message goes again, with the
same tag and Topic, so that a phone shows it once.
"""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from flask import current_app
from py_vapid import Vapid

from server import clock, events
from server.config import current_settings
from server.db import db, snapshot, transaction
from server.people import service as people
from server.people.rules import Actor
from server.problems import Problem
from server.reviews import service as reviews
from server.statements import among, listed
from server.webpush import rules
from server.webpush.sender import Answer, Claim, Sender, Signatures
from server.webpush.tables import DeliveryRow, SubscriptionRow
from server.webpush.wording import Words

log = logging.getLogger(__name__)
Document = dict[str, Any]

DELIVERIES: sa.Table = DeliveryRow.__table__
SUBSCRIPTIONS: sa.Table = SubscriptionRow.__table__
# What a sender that is killed may send again. It takes BATCH / IN_FLIGHT timeouts at most, less than the lease.
BATCH = 900
LEASE = timedelta(minutes=3)
# Seconds after which the worker looks after other things again.
ROUND = 20.0


def register() -> None:
    """Follows messages, and phones whose access is taken back."""
    events.on("message.told", on_told)
    events.on("device.revoked", on_revoked)


# ---------------------------------------------------------------- keys


@dataclass(frozen=True)
class Keys:
    """The installation's VAPID key pair (RFC 8292); `public` is what browsers subscribe with, in base64url."""

    private: Vapid
    public: str


def keys() -> Keys:
    """The key pair in the data directory, made if it isn't there yet; of several processes one makes it."""
    known: Keys | None = current_app.extensions.get("ben.vapid")
    if known is None:
        path = current_settings().data_dir / "vapid.pem"
        if not path.exists():
            _make_key(path)
        known = _read_key(path)
        current_app.extensions["ben.vapid"] = known
    return known


def _make_key(path: Path) -> None:
    vapid = Vapid()
    vapid.generate_keys()
    handle, name = tempfile.mkstemp(dir=path.parent)  # mode 0600 from the start
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(vapid.private_pem())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)  # whole or not at all, and never over a key that is there
        except FileExistsError:
            log.info("another process has made the VAPID key")
    finally:
        Path(name).unlink()


def _read_key(path: Path) -> Keys:
    path.chmod(0o600)
    private = Vapid.from_pem(path.read_bytes())
    point = private.public_key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return Keys(private, rules.encoded(point))


# ---------------------------------------------------------------- subscriptions


@transaction
def subscribe(actor: Actor, given: Mapping[str, Any]) -> None:
    """Makes the actor's phone be told of milestones at this endpoint, in this language.

    An endpoint belongs to a browser: the profile that gives it last has it. A phone keeps its newest five. Raises
    Problem 'push-endpoint-refused' for a host that isn't allowed, 'invalid' for keys that aren't keys.
    """
    endpoint, given_keys = given["endpoint"], given["keys"]
    if not rules.endpoint_allowed(endpoint, current_settings().push_hosts):
        raise Problem("push-endpoint-refused")
    if faults := rules.key_faults(given_keys["p256dh"], given_keys["auth"]):
        raise Problem("invalid", errors={"keys": {name: [message] for name, message in faults.items()}})
    people.lock_device(actor.device_id)
    chosen = sa.select(SubscriptionRow.kinds).where(SubscriptionRow.device_id == actor.device_id)
    before = db.session.scalars(chosen.order_by(SubscriptionRow.id.desc()).limit(1)).first()
    row = db.session.scalars(
        sa.select(SubscriptionRow).where(SubscriptionRow.endpoint == endpoint).with_for_update()
    ).first()
    if row is None:  # perhaps the browser has renewed it: the choice stays
        row = SubscriptionRow(endpoint=endpoint, created_at=clock.now(), kinds=before)
        db.session.add(row)
    row.person_id, row.device_id = actor.person_id, actor.device_id
    row.p256dh, row.auth, row.language = given_keys["p256dh"], given_keys["auth"], given["language"]
    if "kinds" in given:
        row.kinds = given["kinds"]
    db.session.flush()
    mine = sa.select(SubscriptionRow).where(SubscriptionRow.device_id == actor.device_id)
    oldest_last = mine.order_by(SubscriptionRow.created_at.desc(), SubscriptionRow.id.desc())
    for old in db.session.scalars(oldest_last.offset(rules.SUBSCRIPTIONS_PER_DEVICE)).all():
        db.session.delete(old)


@transaction
def unsubscribe(actor: Actor, endpoint: str) -> None:
    """Ends a subscription of the actor's phone; Problem 'not-found' for any other."""
    row = db.session.scalars(
        sa.select(SubscriptionRow).where(
            SubscriptionRow.endpoint == endpoint, SubscriptionRow.device_id == actor.device_id
        )
    ).first()
    if row is None:
        raise Problem("not-found")
    db.session.delete(row)


def on_revoked(event: Mapping[str, Any]) -> None:
    """A phone whose access was taken back is told nothing more."""
    db.session.execute(sa.delete(SubscriptionRow).where(SubscriptionRow.device_id == event["device_id"]))


# ---------------------------------------------------------------- from messages to deliveries


def on_told(event: Mapping[str, Any]) -> None:
    """One delivery for each subscription of those who are told that takes the kind; a second time it adds nothing.

    What was told anew goes again; what was withdrawn before it went, and holds again, goes after all.
    """
    told = {key: one for key, one in reviews.told(event["ids"]).items() if not one.silent}
    mine = sa.select(*SUBSCRIPTIONS.c["id", "person_id", "kinds"])
    mine = mine.where(among(SUBSCRIPTIONS.c.person_id, "people"))
    by_person: dict[int, list[Any]] = {}
    for row in db.session.execute(mine, {"people": listed({one.person_id for one in told.values()})}):
        by_person.setdefault(row.person_id, []).append(row)
    known = sa.select(*DELIVERIES.c["id", "message_id", "subscription_id", "status"])
    known = known.where(among(DELIVERIES.c.message_id, "messages"))
    before = {
        (row.message_id, row.subscription_id): row
        for row in db.session.execute(known, {"messages": listed(sorted(told))})
    }
    again = [row.id for row in before.values() if event["renewed"] or row.status == "withdrawn"]
    _change(again, status="due", attempts=0, next_at=clock.now(), lease_until=None)
    new = [
        {"message_id": one.id, "subscription_id": row.id, "status": "due", "attempts": 0, "next_at": clock.now()}
        for one in told.values()
        for row in by_person.get(one.person_id, ())
        if rules.takes(row.kinds, one.kind) and (one.id, row.id) not in before
    ]
    if new:
        db.session.execute(sa.insert(DELIVERIES), new)


# ---------------------------------------------------------------- the sender


def send_due(stopping: Callable[[], bool] = lambda: False) -> int:
    """Sends what is due, until nothing is, a round is over or `stopping`; how many messages were tried.

    Outside any transaction. What is under way is finished and written down first, a batch at a time.
    """
    return asyncio.run(_send_due(stopping)) if _anything_due() else 0


async def _send_due(stopping: Callable[[], bool]) -> int:
    settings, tried = current_settings(), 0
    elapsed = asyncio.get_running_loop().time
    end = elapsed() + ROUND
    async with Sender(_signatures(), subject=settings.vapid_subject, hosts=settings.push_hosts) as sender:
        while elapsed() < end and not stopping():
            claims = claim_due()
            if not claims:
                break
            record_outcomes(list(zip(claims, await sender.send_all(claims), strict=True)))
            tried += len(claims)
    return tried


def _signatures() -> Signatures:
    known: Signatures | None = current_app.extensions.get("ben.vapid-headers")
    if known is None:
        known = current_app.extensions["ben.vapid-headers"] = Signatures(keys().private)
    return known


def _due() -> sa.ColumnElement[bool]:
    now = clock.now()
    free = sa.or_(DeliveryRow.lease_until.is_(None), DeliveryRow.lease_until <= now)
    return sa.and_(DeliveryRow.status == "due", DeliveryRow.next_at <= now, free)


@snapshot
def _anything_due() -> bool:
    return db.session.scalar(sa.select(DeliveryRow.id).where(_due()).limit(1)) is not None


@transaction
def claim_due() -> list[Claim]:
    """Takes a batch of what is due under a lease; what no longer holds, or would wake somebody, is not taken."""
    query = (
        sa.select(*DELIVERIES.c["id", "message_id"], *SUBSCRIPTIONS.c["endpoint", "p256dh", "auth", "language"])
        .join_from(DELIVERIES, SUBSCRIPTIONS, SUBSCRIPTIONS.c.id == DELIVERIES.c.subscription_id)
        .where(_due())
        .order_by(DELIVERIES.c.next_at, DELIVERIES.c.id)
        .limit(BATCH)
        .with_for_update(of=DELIVERIES, skip_locked=True)
    )
    rows = db.session.execute(query).all()
    words = Words(row.message_id for row in rows)
    now = clock.now()
    waits = {row.id: rules.after_quiet(now, words.zone(row.message_id)) for row in rows}
    silent = {row.id for row in rows if words.silent(row.message_id)}
    awake = [row for row in rows if waits[row.id] <= now and row.id not in silent]
    _change(silent, status="withdrawn")
    for moment in {waits[row.id] for row in rows if waits[row.id] > now}:
        _change([row.id for row in rows if waits[row.id] == moment and row.id not in silent], next_at=moment)
    _change([row.id for row in awake], attempts=DELIVERIES.c.attempts + 1, lease_until=now + LEASE)
    return [
        Claim(
            delivery_id=row.id,
            lease_until=now + LEASE,
            endpoint=row.endpoint,
            p256dh=row.p256dh,
            auth=row.auth,
            payload=words.sealed(row.message_id, row.language),
            headers=words.headers(row.message_id),
        )
        for row in awake
    ]


def _change(ids: Collection[int], **values: Any) -> None:
    """Writes the same into many deliveries, in one statement."""
    if ids:
        update = sa.update(DELIVERIES).where(among(DELIVERIES.c.id, "ids")).values(**values)
        db.session.execute(update, {"ids": listed(sorted(ids))})


@transaction
def record_outcomes(answered: Sequence[tuple[Claim, Answer]]) -> None:
    """Writes down what came of messages. Only 'sent' and 'gone' count when the lease has passed to another sender."""
    asked = {"ids": listed(sorted(claim.delivery_id for claim, _ in answered))}
    query = sa.select(*DELIVERIES.c["id", "subscription_id", "attempts", "lease_until"])
    query = query.where(among(DELIVERIES.c.id, "ids"), DELIVERIES.c.status == "due").order_by(DELIVERIES.c.id)
    rows = {row.id: row for row in db.session.execute(query.with_for_update(), asked)}
    still = [(rows[claim.delivery_id], claim, answer) for claim, answer in answered if claim.delivery_id in rows]
    same: dict[tuple[str, int | None], list[int]] = {}
    for row, claim, answer in still:
        if answer.outcome == "sent" or (answer.outcome == "refused" and row.lease_until == claim.lease_until):
            same.setdefault((answer.outcome, answer.status), []).append(row.id)
        elif answer.outcome == "later" and row.lease_until == claim.lease_until:
            _later(row, answer)
    for (status, last), ids in same.items():
        _change(ids, status=status, last_status=last, lease_until=None)
        if status == "refused":
            log.warning("%s deliveries were refused with status %s, the first is %s", len(ids), last, ids[0])
    gone = {row.subscription_id for row, _, answer in still if answer.outcome == "gone"}
    if gone:
        db.session.execute(sa.delete(SubscriptionRow).where(SubscriptionRow.id.in_(sorted(gone))))


def _later(row: Any, answer: Answer) -> None:
    if row.attempts >= rules.ATTEMPTS:
        log.warning("delivery %s: given up after %s tries, last status %s", row.id, row.attempts, answer.status)
        _change([row.id], status="given_up", last_status=answer.status, lease_until=None)
        return
    asked = rules.retry_after(answer.retry_after, clock.real_now())
    next_at = clock.now() + timedelta(seconds=rules.delay(row.attempts, asked))
    _change([row.id], next_at=next_at, last_status=answer.status, lease_until=None)
