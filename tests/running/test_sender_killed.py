"""kill -9 at any point of sending: no message is lost, and none is shown twice."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from server import clock
from server.db import db, transaction
from server.people import service as people
from server.reviews import service as reviews
from server.reviews.rules import Message
from server.webpush import service as webpush
from server.webpush.tables import DeliveryRow, SubscriptionRow
from tests.running.conftest import Site
from tests.tools.local_push_service import LocalPushService
from tests.tools.push_behaviours import accept

# More than a sender claims at once, so that some of them are written down and others are not.
PHONES = 1_000
KILLS = 6
SECONDS = 60


@pytest.fixture
def push(site: Site) -> Iterator[LocalPushService]:
    """A push service that takes its time, known to the site's worker."""
    with LocalPushService() as service:
        service.default_behaviour = accept(delay=0.02)
        known = {"BEN_PUSH_HOSTS": service.url, "REQUESTS_CA_BUNDLE": service.ca_file}
        site.landing.environment |= known | {"BEN_VAPID_SUBJECT": "mailto:ops@example.org"}
        yield service


def subscribe(site: Site, push: LocalPushService) -> None:
    """One message to a person who listens at many addresses; nothing of it is sent yet."""
    with site.operator() as app:
        token = site.tokens(1)[0]
        phone = app.test_client().post(
            "/api/enrolments/redeem", json={"token": token, "language": "vi", "consents": ["account"]}
        )
        device, person = phone.get_json()["device"], phone.get_json()["person"]["id"]
        made = [push.create_subscription(webpush.keys().public) for _ in range(PHONES)]

        @transaction
        def write() -> None:
            whose = {"person_id": person, "device_id": device, "language": "vi", "created_at": clock.now()}
            db.session.add_all(
                [SubscriptionRow(endpoint=one.endpoint, **one.info["keys"], **whose) for one in made]  # type: ignore[arg-type]
            )
            reviews.tell([Message(person, "late", "1-1", text="2023-04-15/2023-05-14", cause="late:1-1")])

        write()
        assert people.has_phone(person)


def lease_runs_out(site: Site) -> None:
    """The minutes that a dead sender's claims are held are not waited for."""
    with site.operator():

        @transaction
        def forget() -> None:
            past = clock.now() - timedelta(seconds=1)
            db.session.execute(sa.update(DeliveryRow).where(DeliveryRow.status == "due").values(lease_until=past))

        forget()


def sent(site: Site) -> int:
    return int(site.evidence.rows("SELECT count(*) FROM deliveries WHERE status = 'sent'")[0][0])


def test_a_sender_killed_at_any_point_loses_no_message_and_none_is_shown_twice(
    site: Site, push: LocalPushService
) -> None:
    subscribe(site, push)
    chance = random.Random(5)
    unwritten = 0
    for point in [1, *(chance.randrange(2, PHONES) for _ in range(KILLS - 1))]:
        before = len(push.requests)
        site.landing.start_worker()
        assert site.landing.worker is not None
        push.wait_for(before + point, SECONDS, lambda request: request.received_at > 0)
        site.landing.worker.kill()
        site.landing.worker.wait()
        unwritten += len(push.requests) - before
        lease_runs_out(site)
        if sent(site) == PHONES:
            break
    assert unwritten > sent(site)  # some were sent and not written down: those go again

    site.landing.start_worker()
    ends = time.monotonic() + SECONDS
    while sent(site) < PHONES and time.monotonic() < ends:
        time.sleep(0.1)
    site.landing.stop_worker()
    assert site.evidence.rows("SELECT status, count(*) FROM deliveries GROUP BY status") == [("sent", PHONES)]
    told = [[request for request in one.requests if request.status == 201] for one in push.subscriptions.values()]
    assert min(len(requests) for requests in told) >= 1
    assert max(len(requests) for requests in told) > 1
    # What comes twice replaces itself: on the way by its topic, on the phone by its tag.
    shown = {(request.topic, request.json()["notification"]["tag"]) for requests in told for request in requests}
    assert len(shown) == 1
    ((topic, tag),) = shown
    assert topic == tag
