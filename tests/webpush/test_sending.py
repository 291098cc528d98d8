"""Sending: real encryption to a real service over TLS, and everything that a service may answer."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import aiohttp
import pytest
import sqlalchemy as sa

from server.config import Settings, current_settings
from server.db import db, snapshot, transaction
from server.webpush import rules, sender, service
from server.webpush.sender import Answer
from server.webpush.tables import DeliveryRow, SubscriptionRow
from tests.tools.chain import DISTRICT, OTHER_COMMUNE, Chain
from tests.tools.clocks import StillClock
from tests.tools.push_behaviours import (
    Behaviour,
    accept,
    bad_vapid,
    gone,
    hang,
    not_found,
    rate_limited,
    redirect,
    reset,
    server_error,
    too_large,
)
from tests.webpush.conftest import Ears


@snapshot
def deliveries() -> list[tuple[str, int, int | None]]:
    query = sa.select(DeliveryRow.status, DeliveryRow.attempts, DeliveryRow.last_status)
    query = query.order_by(DeliveryRow.subscription_id)
    return [tuple(row) for row in db.session.execute(query)]


@snapshot
def waits(clock: StillClock) -> list[float]:
    """Seconds until each delivery is tried again, in the order of the subscriptions."""
    moments = db.session.scalars(sa.select(DeliveryRow.next_at).order_by(DeliveryRow.subscription_id))
    return [(moment - clock.now).total_seconds() for moment in moments]


@snapshot
def subscriptions() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(SubscriptionRow)) or 0


def reached(chain: Chain) -> None:
    """The commune's first milestone: 100 people reached."""
    chain.approved("TT-04", attendees_total=100)


def test_each_is_told_once_in_their_own_language(chain: Chain, ears: Ears) -> None:
    vi, km = ears.listen(chain.volunteer, "vi"), ears.listen(chain.supervisor, "km")
    reached(chain)
    assert service.send_due() == 2
    assert service.send_due() == 0
    assert len(ears.push.requests) == 2
    (vietnamese,), (khmer,) = vi.requests, km.requests
    assert vietnamese.json() == {
        "web_push": 8030,
        "mutable": True,
        "notification": {
            "title": "100 lượt người được tuyên truyền",
            "body": "Xã Ngãi Xuyên: đã đạt ngày 16/05/2023. Cảm ơn mọi người đã góp sức!",
            "lang": "vi",
            "tag": vietnamese.topic,
            "navigate": f"http://localhost:8000/#/campaign/{chain.campaign}",
            "data": {"url": f"/#/campaign/{chain.campaign}"},
        },
        "app_badge": 1,
    }
    assert khmer.json()["notification"]["title"] == "អ្នកទទួលការផ្សព្វផ្សាយ 100 លើក"
    assert (vietnamese.ttl, vietnamese.urgency) == (3 * 24 * 3600, "normal")
    assert vietnamese.vapid is not None
    assert khmer.vapid is not None
    assert vietnamese.vapid["sub"] == "mailto:ops@example.org"
    assert vietnamese.vapid["aud"] == ears.push.url
    assert deliveries() == [("sent", 1, 201), ("sent", 1, 201)]


def test_a_communes_milestone_is_told_there_and_above_the_districts_to_all(chain: Chain, ears: Ears) -> None:
    elsewhere = ears.listen(chain.phone("Kim Bình", place=OTHER_COMMUNE))
    office = ears.listen(chain.phone("Cúc", "TT", DISTRICT))
    chain.approved("TT-04", attendees_total=500)
    service.send_due()
    assert [len(who.requests) for who in (elsewhere, office)] == [0, 1]
    chain.approved("TT-04", attendees_total=500)
    service.send_due()
    assert [len(who.requests) for who in (elsewhere, office)] == [1, 2]
    assert elsewhere.requests[0].json()["notification"]["title"] == "1.000 lượt người được tuyên truyền"


def test_a_subscription_that_is_gone_is_removed(chain: Chain, ears: Ears) -> None:
    ears.listen(chain.volunteer).behave(gone())
    ears.listen(chain.phone("Kim Bình")).behave(not_found())
    ears.listen(chain.supervisor)
    reached(chain)
    service.send_due()
    assert subscriptions() == 1
    assert deliveries() == [("sent", 1, 201)]


def test_a_refusal_is_final_and_a_redirect_is_not_followed(chain: Chain, ears: Ears, clock: StillClock) -> None:
    behaviours = [bad_vapid(), too_large(), redirect("https://127.0.0.1:1/stolen")]
    for number, behaviour in enumerate(behaviours):
        ears.listen(chain.phone(f"Người {number}")).behave(behaviour)
    reached(chain)
    service.send_due()
    clock.advance(days=2)
    assert service.send_due() == 0
    assert deliveries() == [("refused", 1, 403), ("refused", 1, 413), ("refused", 1, 307)]
    assert len(ears.push.requests) == 3


def test_a_redirect_to_an_allowed_host_is_not_followed_either(chain: Chain, ears: Ears) -> None:
    other = ears.push.create_subscription()
    ears.listen(chain.volunteer).behave(redirect(other.endpoint))
    reached(chain)
    service.send_due()
    assert other.requests == []


def test_trouble_is_tried_again_when_the_service_says(chain: Chain, ears: Ears, clock: StillClock) -> None:
    cases: list[tuple[Behaviour, float, int | None]] = [
        (server_error(500), 60, 500),
        (server_error(503, retry_after=600), 600, 503),
        (rate_limited(5), 60, 429),
        (rate_limited(900), 900, 429),
        (rate_limited("soon"), 60, 429),
        (rate_limited(None), 60, 429),
        (rate_limited(10**8), rules.LONGEST_DELAY, 429),
        (reset(), 60, None),
    ]
    listening = [ears.listen(chain.phone(f"Người {number}")) for number in range(len(cases))]
    for mine, (behaviour, _, _) in zip(listening, cases, strict=True):
        mine.behave(behaviour, accept())
    reached(chain)
    assert service.send_due() == len(cases)
    assert deliveries() == [("due", 1, status) for _, _, status in cases]
    assert waits(clock) == [seconds for _, seconds, _ in cases]
    clock.advance(seconds=59)
    assert service.send_due() == 0
    clock.advance(seconds=1)
    assert service.send_due() == 5
    clock.advance(seconds=rules.LONGEST_DELAY)
    assert service.send_due() == 3
    assert set(deliveries()) == {("sent", 2, 201)}
    assert len({request.topic for request in ears.push.requests}) == 1


def test_retry_after_may_be_a_date_of_the_worlds_clock(chain: Chain, ears: Ears, clock: StillClock) -> None:
    ears.listen(chain.volunteer).behave(rate_limited(600, as_date=True))
    reached(chain)
    service.send_due()
    assert 590 <= waits(clock)[0] <= 601


def test_it_gives_up_after_so_many_tries(chain: Chain, ears: Ears, clock: StillClock) -> None:
    ears.listen(chain.volunteer).behave(server_error())
    reached(chain)
    for _ in range(rules.ATTEMPTS + 2):
        service.send_due()
        clock.advance(hours=24)
    assert deliveries() == [("given_up", rules.ATTEMPTS, 500)]
    assert subscriptions() == 1


def test_a_silent_service_costs_the_timeout_and_holds_nothing(
    chain: Chain, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "TIMEOUT", aiohttp.ClientTimeout(total=1, connect=1))
    ears.listen(chain.volunteer).behave(hang(60))
    ears.listen(chain.supervisor)
    reached(chain)
    before = time.monotonic()
    service.send_due()
    assert time.monotonic() - before < 10
    assert sorted(deliveries(), key=str) == [("due", 1, None), ("sent", 1, 201)]


def test_no_transaction_is_open_while_it_talks_to_the_network(
    chain: Chain, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    ears.listen(chain.volunteer)
    reached(chain)
    open_connections: list[int] = []
    send, pool = sender.Sender.send, db.engine.pool

    async def watched(self: sender.Sender, claim: sender.Claim) -> Answer:
        open_connections.append(pool.checkedout())
        return await send(self, claim)

    monkeypatch.setattr(sender.Sender, "send", watched)
    service.send_due()
    assert open_connections == [0]


def sent_and_killed() -> None:
    """A sender that dies after it has sent what it claimed: the outcome is never written down."""

    async def send() -> None:
        settings = current_settings()
        signatures = sender.Signatures(service.keys().private)
        async with sender.Sender(signatures, subject=settings.vapid_subject, hosts=settings.push_hosts) as made:
            await made.send_all(service.claim_due())

    asyncio.run(send())


def test_a_sender_that_dies_before_the_outcome_sends_again_under_the_same_tag(
    chain: Chain, ears: Ears, clock: StillClock
) -> None:
    mine = ears.listen(chain.volunteer)
    reached(chain)
    sent_and_killed()
    assert service.send_due() == 0
    clock.advance(seconds=service.LEASE.total_seconds())
    assert service.send_due() == 1
    first, second = mine.requests
    assert first.topic == second.topic
    assert first.json()["notification"]["tag"] == second.json()["notification"]["tag"] == first.topic
    assert deliveries() == [("sent", 2, 201)]


def test_two_senders_never_hold_the_same_delivery(chain: Chain, ears: Ears, clock: StillClock) -> None:
    for name in ("Một", "Hai", "Ba"):
        ears.listen(chain.phone(name))
    reached(chain)
    first = service.claim_due()
    assert len(first) == 3
    assert service.claim_due() == []
    clock.advance(seconds=service.LEASE.total_seconds())
    second = service.claim_due()
    service.record_outcomes([(first[0], Answer("later", 500))])  # late: the lease is another's now
    assert deliveries()[0] == ("due", 2, None)
    service.record_outcomes([(second[0], Answer("sent", 201))])
    assert deliveries()[0] == ("sent", 2, 201)


def test_the_list_of_hosts_is_checked_again_at_sending(chain: Chain, ears: Ears) -> None:
    ears.listen(chain.volunteer)
    reached(chain)
    before: Settings = chain.app.extensions["ben.settings"]
    chain.app.extensions["ben.settings"] = Settings(data_dir=before.data_dir, database_url=before.database_url)
    service.send_due()
    assert ears.push.requests == []
    assert deliveries() == [("refused", 1, None)]


def test_keys_of_no_point_of_the_curve_are_a_refusal_not_a_crash(chain: Chain, ears: Ears) -> None:
    mine = ears.listen(chain.volunteer)
    ears.listen(chain.supervisor)
    broken = rules.encoded(b"\x04" + b"\x01" * 64)
    body = {**mine.info, "keys": {**mine.info["keys"], "p256dh": broken}, "language": "vi"}
    assert chain.volunteer.put("/api/webpush/subscription", body).status_code == 204
    reached(chain)
    service.send_due()
    assert sorted(status for status, _, _ in deliveries()) == ["refused", "sent"]


def test_a_milestone_that_was_taken_back_meanwhile_is_not_told(chain: Chain, ears: Ears) -> None:
    ears.listen(chain.volunteer)
    sent = chain.approved("TT-04", attendees_total=100)
    chain.review(chain.edit("TT-04", sent, attendees_total=10))
    chain.work()
    assert service.send_due() == 0
    assert deliveries() == [("withdrawn", 0, None)]


def test_nobody_is_woken_at_night(chain: Chain, ears: Ears, clock: StillClock) -> None:
    ears.listen(chain.volunteer)
    clock.set(datetime(2023, 5, 16, 14, 30, tzinfo=UTC))  # 21:30 in Việt Nam
    reached(chain)
    assert service.send_due() == 0
    clock.set(datetime(2023, 5, 16, 22, 59, tzinfo=UTC))
    assert service.send_due() == 0
    clock.set(datetime(2023, 5, 16, 23, 0, tzinfo=UTC))
    assert service.send_due() == 1


def test_a_retry_waits_for_the_morning_too(chain: Chain, ears: Ears, clock: StillClock) -> None:
    ears.listen(chain.volunteer).behave(server_error(503, retry_after=3600), accept())
    clock.set(datetime(2023, 5, 16, 13, 30, tzinfo=UTC))  # 20:30
    reached(chain)
    assert service.send_due() == 1
    clock.advance(hours=1)
    assert service.send_due() == 0
    clock.set(datetime(2023, 5, 16, 23, 0, tzinfo=UTC))
    assert service.send_due() == 1
    assert deliveries() == [("sent", 2, 201)]


def test_an_event_that_is_handled_twice_tells_nobody_twice(chain: Chain, ears: Ears) -> None:
    ears.listen(chain.volunteer)
    reached(chain)
    message = transaction(lambda: db.session.scalars(sa.select(DeliveryRow.message_id)).one())()
    transaction(lambda: service.on_told({"ids": [message], "renewed": False}))()
    assert len(deliveries()) == 1


def test_many_are_told_in_batches_over_few_connections(
    chain: Chain, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 4)
    monkeypatch.setattr(sender, "IN_FLIGHT", 2)
    listening = [ears.listen(chain.phone(f"Người {number}")) for number in range(10)]
    reached(chain)
    assert service.send_due() == 10
    assert {len(who.requests) for who in listening} == {1}
    assert len({request.headers["authorization"] for request in ears.push.requests}) == 1


def test_a_round_ends_after_the_batch_that_is_under_way(
    chain: Chain, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 2)
    for number in range(5):
        ears.listen(chain.phone(f"Người {number}"))
    reached(chain)
    asked = iter([False, True])
    assert service.send_due(lambda: next(asked)) == 2
    assert sorted(status for status, _, _ in deliveries()) == ["due"] * 3 + ["sent"] * 2
    assert service.send_due() == 3
