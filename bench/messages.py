"""Ten thousand phones are told of one milestone: by the worker's own sender, over TLS, to a service on this machine.

The service runs in a process of its own and checks each signature, as real ones do; what came in is decrypted
afterwards, for some of it.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from pywebpush import WebPusher

from server import clock
from server.app import create_app
from server.campaigns import service as campaigns
from server.config import Settings
from server.db import db, transaction
from server.milestones import service as milestones
from server.milestones.tables import CrossingRow, MilestoneRow
from server.people import service as people
from server.places import service as places
from server.reviews.tables import MessageRow
from server.setup.loading import load
from server.webpush import service as webpush
from server.webpush.tables import DeliveryRow, SubscriptionRow
from tests.tools.local_push_service import LocalPushService
from tests.tools.phones import Phone

PHONES = 10_000
SAMPLE = 500
PACK = Path(__file__).parents[1] / "campaigns" / "tra-cu-2023"


def _serve(pipe: Connection, phones: int) -> None:
    """The push service: subscriptions that share one pair of keys, so that making them costs nothing."""
    with LocalPushService() as service:
        application_key = pipe.recv()
        first = service.create_subscription(application_key)
        private, made = first.private_key, [first]
        for _ in range(phones - 1):
            made.append(service.create_subscription(application_key))
            made[-1].private_key, made[-1].auth = private, first.auth
        keys = first.info["keys"]
        for one in made:
            one.private_key = None  # a real service can't read what it carries
        pipe.send((service.url, service.ca_file, keys, [one.endpoint for one in made]))
        pipe.recv()
        told = [len(one.requests) for one in made]
        for one in made[:SAMPLE]:
            one.private_key = private
            json.loads(one.decrypt(one.requests[0].body))
        pipe.send((min(told), max(told), {request.status for request in service.requests}))


@contextlib.contextmanager
def _service(phones: int, application_key: str) -> Iterator[tuple[Connection, tuple[Any, ...]]]:
    mine, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(theirs, phones))
    process.start()
    try:
        mine.send(application_key)
        yield mine, mine.recv()
    finally:
        process.join(30)
        process.kill()


@transaction
def _deliveries(phone: Phone, keys: dict[str, str], endpoints: list[str]) -> None:
    """One milestone that was reached, and a subscription for each endpoint."""
    milestone = db.session.scalars(sa.select(MilestoneRow).where(MilestoneRow.code == "T1000")).one()
    place = places.by_key("huyen-tra-cu")
    crossing = CrossingRow(milestone_id=milestone.id, place_id=place, period="campaign", reached_on=date(2023, 5, 16))
    db.session.add(crossing)
    db.session.flush()
    milestones.on_reached({"crossing_id": crossing.id})
    message = db.session.scalars(sa.select(MessageRow.id).where(MessageRow.person_id == phone.person)).one()
    whose = {"person_id": phone.person, "device_id": phone.device, "language": "vi", "created_at": clock.now(), **keys}
    made = [SubscriptionRow(endpoint=endpoint, **whose) for endpoint in endpoints]
    db.session.add_all(made)
    db.session.flush()
    due = {"message_id": message, "status": "due", "attempts": 0, "next_at": clock.now()}
    db.session.execute(sa.insert(DeliveryRow), [{**due, "subscription_id": row.id} for row in made])


def _phone(app: Flask) -> Phone:
    person = people.install_person({"name": "Sơn", "role": "TNV", "place": "xa-ngai-xuyen", "language": "vi"})
    return Phone(app).enrol(people.install_link(person)["url"].rpartition("/")[2], "vi")


def _encryption(keys: dict[str, str]) -> float:
    """Milliseconds that encrypting one message takes: what nothing above it can be faster than."""
    pusher = WebPusher({"endpoint": "https://x", "keys": keys})
    began = time.process_time()
    for _ in range(500):
        pusher.encode(b"x" * 350)
    return (time.process_time() - began) * 1000 / 500


def measure(database_url: str | None = None, phones: int = PHONES) -> dict[str, Any]:
    """Seconds until every delivery is written down as sent, and what encryption alone takes."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "var"
        url = database_url or f"sqlite:///{Path(folder) / 'ben.db'}"
        app = create_app(Settings(data_dir=data, database_url=url, app_dir=Path(folder) / "no-app"))
        with app.app_context():
            upgrade()
            app.extensions["ben.clock"].frozen = datetime(2023, 5, 16, 3, tzinfo=UTC)
            load(campaigns.read_pack(PACK))
            with _service(phones, webpush.keys().public) as (pipe, (origin, ca_file, keys, endpoints)):
                app.extensions["ben.settings"] = Settings(
                    data_dir=data, database_url=url, app_dir=Path(folder) / "no-app", push_hosts=(origin,),
                    vapid_subject="mailto:ops@example.org",
                )  # fmt: skip
                os.environ["REQUESTS_CA_BUNDLE"] = ca_file
                _deliveries(_phone(app), keys, endpoints)
                sent, began, worked = 0, time.perf_counter(), time.process_time()
                while tried := webpush.send_due():
                    sent += tried
                took, busy = time.perf_counter() - began, time.process_time() - worked
                pipe.send("end")
                least, most, statuses = pipe.recv()
            db.session.remove()
            db.engine.dispose()
    assert (sent, least, most, statuses) == (phones, 1, 1, {201}), (sent, least, most, statuses)
    return {
        "deliveries": phones,
        "seconds": round(took, 2),
        "of them the sender's own": round(busy, 2),
        "encrypting one, ms": round(_encryption(keys), 3),
    }


if __name__ == "__main__":
    print(measure(phones=int(sys.argv[1]) if len(sys.argv) > 1 else PHONES))
