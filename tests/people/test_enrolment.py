"""A one-time link makes a phone its person's, once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from server.app import create_app
from server.config import Settings
from server.db import db, snapshot
from server.people import rules
from server.people.tables import Consent, Device, DeviceSession, Enrolment
from tests.people.conftest import Village
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone


def rows(table: type) -> list[object]:
    return snapshot(lambda: list(db.session.scalars(sa.select(table))))()


def slug(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["slug"]  # type: ignore[attr-defined]


def redeem(phone: Phone, token: str, **more: object) -> object:
    return phone.post("/api/enrolments/redeem", {"token": token, "language": "vi", "consents": ["account"], **more})


def test_a_link_tells_whose_it_is_without_being_used(village: Village) -> None:
    token = village.token("volunteer")
    for _ in range(2):
        answer = village.phone().post("/api/enrolments/inspect", {"token": token})
        assert answer.status_code == 200
        shown = answer.get_json()
        assert shown["person"] == {"id": village.people["volunteer"], "name": "volunteer"}
        assert shown["role"] == "TNV"
        assert shown["place"] == {
            "id": village.places["commune"],
            "name": {"vi": "commune", "en": "commune", "km": "commune"},
        }
        assert shown["expires"].startswith("2023-05-23")
    assert redeem(village.phone(), token).status_code == 201  # type: ignore[attr-defined]


def test_using_a_link_gives_a_number_a_cookie_and_what_may_be_done(village: Village) -> None:
    phone = village.phone()
    answer = redeem(phone, village.token("supervisor"), language="km")
    assert answer.status_code == 201  # type: ignore[attr-defined]
    profile = answer.get_json()  # type: ignore[attr-defined]
    assert profile["person"] == {"id": village.people["supervisor"], "name": "supervisor"}
    assert profile["language"] == "km"
    assert profile["roles"][0]["rights"] == ["decide", "people", "read", "review", "score", "write"]
    assert profile["epoch"]
    [cookie] = answer.headers.getlist("Set-Cookie")  # type: ignore[attr-defined]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert cookie.startswith(f"ben-{profile['device']}=")
    assert {"httponly", "path=/", "samesite=strict"} <= attributes
    assert "secure" not in attributes
    assert not any(part.startswith("domain=") for part in attributes)


def test_on_https_the_cookie_is_bound_to_its_host(settings: Settings, village: Village) -> None:
    public = Settings(
        data_dir=settings.data_dir, database_url=settings.database_url, public_url="https://ben.example.org"
    )
    app = create_app(public)
    StillClock(app)
    token = village.token("volunteer")
    answer = redeem(Phone(app), token)
    [cookie] = answer.headers.getlist("Set-Cookie")  # type: ignore[attr-defined]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert cookie.startswith("__Host-ben-")
    assert {"secure", "httponly", "path=/", "samesite=strict"} <= attributes
    with app.app_context():
        db.engine.dispose()


def test_on_another_plain_http_address_no_cookie_is_sent_and_the_link_stays_good(village: Village) -> None:
    token = village.token("volunteer")
    body = {"token": token, "language": "vi", "consents": ["account"]}
    answer = village.phone().post("/api/enrolments/redeem", body, base_url="http://192.168.1.5:8000")
    assert slug(answer) == (400, "needs-https")
    assert "Set-Cookie" not in answer.headers
    assert redeem(village.phone(), token).status_code == 201  # type: ignore[attr-defined]


def test_a_link_works_once(village: Village) -> None:
    token = village.token("volunteer")
    redeem(village.phone(), token)
    assert slug(redeem(village.phone(), token)) == (410, "enrolment-used")
    assert slug(village.phone().post("/api/enrolments/inspect", {"token": token})) == (410, "enrolment-used")
    assert len(rows(DeviceSession)) == 1


def test_a_phone_that_lost_the_answer_may_ask_again_and_is_the_same_phone(village: Village, clock: StillClock) -> None:
    token, attempt = village.token("volunteer"), "a" * 32
    first = redeem(village.phone(), token, attempt=attempt).get_json()  # type: ignore[attr-defined]
    phone = village.phone()
    again = redeem(phone, token, attempt=attempt)
    assert again.status_code == 201  # type: ignore[attr-defined]
    phone.device = again.get_json()["device"]  # type: ignore[attr-defined]
    assert phone.device == first["device"]
    assert phone.get("/api/me").status_code == 200
    assert len(rows(Device)) == 1
    living = sa.select(sa.func.count(DeviceSession.id)).where(DeviceSession.ended_at.is_(None))
    assert snapshot(lambda: db.session.scalar(living))() == 1
    assert slug(redeem(village.phone(), token, attempt="b" * 32)) == (410, "enrolment-used")
    clock.advance(hours=1, seconds=1)
    assert slug(redeem(village.phone(), token, attempt=attempt)) == (410, "enrolment-used")


def test_a_link_ends_after_seven_days(village: Village, clock: StillClock) -> None:
    token = village.token("volunteer")
    clock.advance(days=7, seconds=-1)
    assert village.phone().post("/api/enrolments/inspect", {"token": token}).status_code == 200
    clock.advance(seconds=1)
    assert slug(redeem(village.phone(), token)) == (410, "enrolment-expired")


def test_a_link_that_nobody_made_is_unknown(village: Village) -> None:
    assert slug(redeem(village.phone(), "x" * 43)) == (404, "enrolment-unknown")


def test_a_link_bears_only_so_many_attempts(village: Village) -> None:
    token = village.token("volunteer")
    for _ in range(rules.LINK_ATTEMPTS):
        assert slug(redeem(village.phone(), token, consents=[])) == (422, "consent-needed")
    assert slug(redeem(village.phone(), token)) == (410, "enrolment-expired")


def test_without_consent_to_the_account_nothing_is_made(village: Village) -> None:
    answer = redeem(village.phone(), village.token("volunteer"), consents=["webpush"])
    assert slug(answer) == (422, "consent-needed")
    assert rows(Device) == rows(Consent) == rows(DeviceSession) == []


def test_each_consent_is_kept_with_its_purpose_time_and_wording(village: Village, clock: StillClock) -> None:
    village.phone().enrol(village.token("volunteer"), consents=("account", "webpush"))
    kept = [(row.purpose, row.wording, row.given_at, row.withdrawn_at) for row in rows(Consent)]  # type: ignore[attr-defined]
    assert kept == [(purpose, rules.CONSENTS[purpose], clock.now, None) for purpose in ("account", "webpush")]


def test_no_token_is_kept_as_it_is(village: Village) -> None:
    token = village.token("volunteer")
    phone = village.phone().enrol(token)
    cookie = phone.client.get_cookie(f"ben-{phone.device}")
    assert cookie is not None
    stored = {row.token_hash for row in (*rows(Enrolment), *rows(DeviceSession))}  # type: ignore[attr-defined]
    assert stored >= {rules.token_hash(token), rules.token_hash(cookie.value)}
    assert not stored & {token, cookie.value}
    assert len(cookie.value) >= 43  # 256 bits in base64


def test_enrolling_again_keeps_the_number_and_ends_the_session_before(village: Village) -> None:
    phone = village.enrolled("volunteer")
    again = village.phone().enrol(village.token("volunteer"), device=phone.device)
    assert again.device == phone.device
    assert again.get("/api/me").status_code == 200
    assert slug(phone.get("/api/me")) == (401, "sign-in")


def test_a_number_of_somebody_else_or_of_a_revoked_phone_is_not_given_again(village: Village) -> None:
    other = village.enrolled("stranger")
    phone = village.phone().enrol(village.token("volunteer"), device=other.device)
    assert phone.device != other.device
    assert village.enrolled("supervisor").post(f"/api/devices/{phone.device}/revoke").status_code == 204
    assert village.phone().enrol(village.token("volunteer"), device=phone.device).device not in (phone.device, None)


def test_numbers_count_up(village: Village) -> None:
    numbers = [village.enrolled(who).device for who in ("volunteer", "volunteer", "stranger")]
    assert numbers == sorted(set(numbers))  # type: ignore[type-var]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"token": 5, "language": "vi", "consents": ["account"]},
        {"token": "x" * 43, "language": "fr", "consents": ["account"]},
        {"token": "x" * 43, "language": "vi", "consents": ["everything"]},
        {"token": "x" * 43, "language": "vi", "consents": ["account"], "device": "1"},
        {"token": "x" * 43, "language": "vi", "consents": ["account"], "device": 10**12},
        {"token": "x" * 43, "language": "vi", "consents": ["account"], "admin": True},
    ],
)
def test_a_body_of_another_shape_is_told_what_is_wrong(village: Village, body: dict[str, object]) -> None:
    answer = village.phone().post("/api/enrolments/redeem", body)
    assert slug(answer) == (422, "invalid")
    assert answer.get_json()["errors"]


def test_another_site_can_use_no_link(village: Village) -> None:
    body = {"token": village.token("volunteer"), "language": "vi", "consents": ["account"]}
    answer = village.phone().post("/api/enrolments/redeem", body, headers={"Sec-Fetch-Site": "cross-site"})
    assert slug(answer) == (403, "cross-site")


def test_of_two_uses_at_once_exactly_one_succeeds(app: Flask, village: Village, phone: Callable[[], Phone]) -> None:
    for _ in range(5):
        token = village.token("volunteer")
        together = threading.Barrier(4)
        statuses: list[int] = []

        def use(token: str = token, together: threading.Barrier = together, statuses: list[int] = statuses) -> None:
            together.wait()
            statuses.append(redeem(phone(), token).status_code)  # type: ignore[attr-defined]

        racers = [threading.Thread(target=use) for _ in range(4)]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()
        assert sorted(statuses) == [201, 410, 410, 410]
    assert len(rows(DeviceSession)) == len(rows(Device)) == 5


def test_the_token_never_reaches_the_servers_log(village: Village, caplog: pytest.LogCaptureFixture) -> None:
    token = village.token("volunteer")
    with caplog.at_level("DEBUG"):
        village.phone().post("/api/enrolments/inspect", {"token": token})
        village.phone().enrol(token)
        redeem(village.phone(), token)
    assert token not in caplog.text
