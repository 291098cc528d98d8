"""Web push: subscriptions of phones, one delivery per crossing and subscription, and the sender.

The sender claims what is due under a lease, commits, and talks to the network with no transaction open; then it writes
down what came of it. A sender that is killed in between leaves its claim to run out: the message goes again, with the
same tag and Topic, so that a phone shows it once.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from flask import current_app
from py_vapid import Vapid
from pywebpush import WebPushException, webpush
from urllib3.exceptions import HTTPError

from server import clock, events
from server.config import current_settings
from server.db import db, snapshot, transaction
from server.milestones import service as milestones
from server.milestones.service import Crossing
from server.people import service as people
from server.people.rules import Actor
from server.problems import Problem
from server.webpush import rules
from server.webpush.rules import News
from server.webpush.tables import DeliveryRow, SubscriptionRow

log = logging.getLogger(__name__)
Document = dict[str, Any]

BATCH = 32
SENDERS = 8
# A batch takes at most BATCH / SENDERS times the timeouts; the lease is longer than that.
LEASE = timedelta(minutes=3)
TIMEOUT = (5.0, 10.0)
TIME_TO_LIVE = 3 * 24 * 3600
LONGEST_ANSWER = 4096


def register() -> None:
    """Follows milestones, and phones whose access is taken back."""
    events.on("milestone.reached", on_reached)
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
    row = db.session.scalars(
        sa.select(SubscriptionRow).where(SubscriptionRow.endpoint == endpoint).with_for_update()
    ).first()
    if row is None:
        row = SubscriptionRow(endpoint=endpoint, created_at=clock.now())
        db.session.add(row)
    row.person_id, row.device_id = actor.person_id, actor.device_id
    row.p256dh, row.auth, row.language = given_keys["p256dh"], given_keys["auth"], given["language"]
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


# ---------------------------------------------------------------- from a crossing to deliveries


def on_reached(event: Mapping[str, Any]) -> None:
    """One delivery for each subscription of those who should know; a second time it adds nothing."""
    crossing = milestones.crossings([event["crossing_id"]]).get(event["crossing_id"])
    if crossing is None:
        return
    mine = SubscriptionRow.person_id.in_(milestones.audience(crossing))
    told = sa.select(DeliveryRow.subscription_id).where(DeliveryRow.crossing_id == crossing.id)
    ids = db.session.scalars(sa.select(SubscriptionRow.id).where(mine, SubscriptionRow.id.not_in(told)))
    first = rules.after_quiet(clock.now(), crossing.zone)
    for subscription_id in ids.all():
        row = DeliveryRow(crossing_id=crossing.id, subscription_id=subscription_id, status="due", attempts=0)
        row.next_at = first
        db.session.add(row)


# ---------------------------------------------------------------- the sender


@dataclass(frozen=True)
class Claim:
    """A delivery that this sender holds until `lease_until`, with all that sending needs."""

    delivery_id: int
    lease_until: datetime
    endpoint: str
    p256dh: str
    auth: str
    payload: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What came of sending: the outcome, the service's status if it gave one, and the wait that it asked for."""

    outcome: rules.Outcome
    status: int | None = None
    retry_after: str | None = None


def send_due() -> int:
    """Sends what is due, a batch at most; the number of messages tried. Outside any transaction."""
    if not _anything_due():
        return 0
    claims = claim_due()
    if not claims:
        return 0
    settings, private = current_settings(), keys().private
    with ThreadPoolExecutor(SENDERS) as pool:
        waiting = {
            pool.submit(send, claim, private, subject=settings.vapid_subject, hosts=settings.push_hosts): claim
            for claim in claims
        }
        for done in as_completed(waiting):
            record_outcome(waiting[done], done.result())
    return len(claims)


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
        sa.select(DeliveryRow, SubscriptionRow)
        .join(SubscriptionRow, SubscriptionRow.id == DeliveryRow.subscription_id)
        .where(_due())
        .order_by(DeliveryRow.next_at, DeliveryRow.id)
        .limit(BATCH)
        .with_for_update(of=DeliveryRow, skip_locked=True)
    )
    rows = db.session.execute(query).all()
    told = milestones.crossings({row.crossing_id for row, _ in rows})
    claims = (_claim(row, subscription, told[row.crossing_id]) for row, subscription in rows)
    return [claim for claim in claims if claim is not None]


def _claim(row: DeliveryRow, subscription: SubscriptionRow, crossing: Crossing) -> Claim | None:
    now = clock.now()
    if crossing.retracted:
        row.status = "withdrawn"
        return None
    allowed_at = rules.after_quiet(now, crossing.zone)
    if allowed_at > now:
        row.next_at = allowed_at
        return None
    row.attempts += 1
    row.lease_until = now + LEASE
    news = News(
        crossing_id=crossing.id,
        campaign_id=crossing.campaign_id,
        type=crossing.type,
        name=crossing.name,
        place=crossing.place,
        campaign=crossing.campaign,
        reached_on=crossing.reached_on,
        counts_harm=crossing.counts_harm,
    )
    return Claim(
        delivery_id=row.id,
        lease_until=row.lease_until,
        endpoint=subscription.endpoint,
        p256dh=subscription.p256dh,
        auth=subscription.auth,
        payload=rules.payload(news, subscription.language),
    )


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps the VAPID header: without a choice of its own a session would take a password from ~/.netrc instead."""
    return request


class _OneHop(requests.Session):
    """Follows no redirect, adds no password of this machine's, and reads no more of an answer than it needs."""

    def __init__(self) -> None:
        super().__init__()
        self.auth = _as_it_is

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **options: Any) -> requests.Response:
        options |= {"allow_redirects": False, "stream": True}
        response = super().request(method, url, *args, **options)
        try:
            response._content = response.raw.read(LONGEST_ANSWER, decode_content=False)
        except HTTPError:  # the status has arrived, and nothing else is used
            response._content = b""
        response.close()
        return response


def send(claim: Claim, private: Vapid, *, subject: str, hosts: Iterable[str]) -> Answer:
    """One message to one push service; never raises for what the service or the network does."""
    if not rules.endpoint_allowed(claim.endpoint, tuple(hosts)):
        return Answer("refused")
    try:
        with _OneHop() as session:
            response = webpush(
                {"endpoint": claim.endpoint, "keys": {"p256dh": claim.p256dh, "auth": claim.auth}},
                data=json.dumps(claim.payload, ensure_ascii=False),
                vapid_private_key=private,
                vapid_claims={"sub": subject},  # its own: the library writes aud and exp into it
                ttl=TIME_TO_LIVE,
                timeout=TIMEOUT,
                headers={"Urgency": "normal", "Topic": claim.payload["tag"]},
                requests_session=session,
            )
    except WebPushException as error:
        response = error.response
    except (requests.RequestException, OSError):
        return Answer("later")
    except ValueError:  # keys that are of the right length and no point of the curve
        response = None
    if response is None:
        return Answer("refused")
    status = response.status_code
    return Answer(rules.outcome(status), status, response.headers.get("Retry-After"))


@transaction
def record_outcome(claim: Claim, answer: Answer) -> None:
    """Writes down what came of a message. Only 'sent' and 'gone' count when the lease has passed to another sender."""
    row = db.session.scalars(
        sa.select(DeliveryRow).where(DeliveryRow.id == claim.delivery_id).with_for_update()
    ).first()
    if row is None or row.status != "due":
        return
    if answer.outcome == "gone":
        db.session.execute(sa.delete(SubscriptionRow).where(SubscriptionRow.id == row.subscription_id))
        return
    if row.lease_until != claim.lease_until and answer.outcome != "sent":
        return
    row.last_status = answer.status
    row.lease_until = None
    if answer.outcome == "later" and row.attempts < rules.ATTEMPTS:
        asked = rules.retry_after(answer.retry_after, clock.real_now())
        row.next_at = clock.now() + timedelta(seconds=rules.delay(row.attempts, asked))
        return
    row.status = {"sent": "sent", "refused": "refused", "later": "given_up"}[answer.outcome]
    if row.status != "sent":
        log.warning("delivery %s: %s after %s tries, last status %s", row.id, row.status, row.attempts, answer.status)
