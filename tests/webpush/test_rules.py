"""Where pushes may go, what answers mean, when to try again, and the words."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.config import PUSH_HOSTS
from server.webpush import rules
from server.webpush.rules import News, Shown

NOW = datetime(2023, 5, 16, 0, 30, tzinfo=UTC)
VIETNAM = "Asia/Ho_Chi_Minh"


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/c8:APA91b",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
        "https://eu.push.services.mozilla.com/wpush/v2/gAAAA",
        "https://web.push.apple.com/QGzK",
        "https://api.push.apple.com:443/QGzK",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d",
        "https://FCM.googleapis.com/fcm/send/x",
    ],
)
def test_the_push_services_of_browsers_are_allowed(endpoint: str) -> None:
    assert rules.endpoint_allowed(endpoint, PUSH_HOSTS)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com:8443/fcm/send/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilpush.apple.com/x",
        "https://push.apple.com/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://evil.example\\@fcm.googleapis.com/x",
        "https://evil.example/\\@fcm.googleapis.com/x",
        "https://evil.example#@fcm.googleapis.com/x",
        "https://fcm.googleapis.com./x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "http://127.0.0.1:9099/wpush/v2/x",
        "https://fcm.googleapis.com/x y",
        "https://fcm.googleapis.com/x\n",
        "https://fcm.googleapis.com",
        "https://ﬀcm.googleapis.com/x",
        "file:///etc/passwd",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "",
    ],
)
def test_every_other_address_is_refused(endpoint: str) -> None:
    assert not rules.endpoint_allowed(endpoint, PUSH_HOSTS)


def test_a_whole_origin_allows_exactly_itself() -> None:
    hosts = ["http://127.0.0.1:9099"]
    assert rules.endpoint_allowed("http://127.0.0.1:9099/wpush/v2/x", hosts)
    assert not rules.endpoint_allowed("http://127.0.0.1:9098/wpush/v2/x", hosts)
    assert not rules.endpoint_allowed("https://127.0.0.1:9099/wpush/v2/x", hosts)
    assert not rules.endpoint_allowed("http://127.0.0.1:90990/wpush/v2/x", hosts)


@given(st.text(max_size=60))
def test_an_allowed_endpoint_goes_to_an_allowed_host(tail: str) -> None:
    for endpoint in (f"https://{tail}", f"https://web.push.apple.com{tail}", f"https://{tail}.push.apple.com/"):
        if rules.endpoint_allowed(endpoint, PUSH_HOSTS):
            import urllib3

            host = urllib3.util.parse_url(endpoint).host or ""
            assert host in PUSH_HOSTS or host.endswith((".push.apple.com", ".notify.windows.com"))


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_keys_must_be_a_point_and_sixteen_bytes() -> None:
    point, secret = b64(b"\x04" + b"x" * 64), b64(b"s" * 16)
    assert rules.key_faults(point, secret) == {}
    assert rules.key_faults(point + "=", secret + "==") == {}
    assert set(rules.key_faults(b64(b"\x02" + b"x" * 32), b64(b"s" * 15))) == {"p256dh", "auth"}
    assert set(rules.key_faults("not base64!", "")) == {"p256dh", "auth"}
    assert set(rules.key_faults("A", secret)) == {"p256dh"}


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (201, "sent"), (200, "sent"), (202, "sent"), (404, "gone"), (410, "gone"), (429, "later"), (500, "later"),
        (503, "later"), (None, "later"), (307, "refused"), (400, "refused"), (403, "refused"), (413, "refused"),
    ],
)  # fmt: skip
def test_answers_mean(status: int | None, meaning: str) -> None:
    assert rules.outcome(status) == meaning


def test_retry_after_is_seconds_or_a_date() -> None:
    assert rules.retry_after("120", NOW) == 120
    assert rules.retry_after("Tue, 16 May 2023 00:32:00 GMT", NOW) == 120
    assert rules.retry_after("Mon, 15 May 2023 00:32:00 GMT", NOW) == 0
    for unusable in (None, "soon", "-5", "1.5", "99999999999", ""):
        assert rules.retry_after(unusable, NOW) is None


def test_waiting_doubles_obeys_the_service_and_has_an_end() -> None:
    assert [rules.delay(attempts, None) for attempts in (1, 2, 3)] == [60, 120, 240]
    assert rules.delay(1, 600) == 600
    assert rules.delay(3, 5) == 240
    assert rules.delay(1, 10**9) == rules.LONGEST_DELAY
    assert rules.delay(1000, None) == rules.LONGEST_DELAY


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2023-05-16T07:30", "2023-05-16T07:30"),
        ("2023-05-16T20:59", "2023-05-16T20:59"),
        ("2023-05-16T21:00", "2023-05-17T06:00"),
        ("2023-05-17T00:10", "2023-05-17T06:00"),
        ("2023-05-17T05:59", "2023-05-17T06:00"),
        ("2023-05-17T06:00", "2023-05-17T06:00"),
    ],
)
def test_nobody_is_woken(local: str, expected: str) -> None:
    zone = ZoneInfo(VIETNAM)
    moment = datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)
    assert rules.after_quiet(moment, VIETNAM) == datetime.fromisoformat(expected).replace(tzinfo=zone)


@given(st.datetimes())
def test_quiet_hours_end_within_nine_hours(moment: datetime) -> None:
    start = moment.replace(tzinfo=UTC)
    assert timedelta() <= rules.after_quiet(start, VIETNAM) - start <= timedelta(hours=9)


def news(**changed: object) -> News:
    whole = {
        "crossing_id": 7,
        "campaign_id": 1,
        "type": "threshold",
        "name": {"vi": "1.000 lượt người được tuyên truyền", "en": "1,000 people reached"},
        "place": {"vi": "Huyện Trà Cú", "en": "Trà Cú district", "km": "ស្រុកត្រាគូ"},
        "campaign": {"vi": "Thi đua 2023", "en": "Emulation 2023"},
        "reached_on": date(2023, 5, 16),
        "counts_harm": False,
    }
    return News(**{**whole, **changed})  # type: ignore[arg-type]


def test_a_notification_is_in_the_receivers_language() -> None:
    assert rules.payload(news(), "vi") == Shown(
        "1.000 lượt người được tuyên truyền",
        "Huyện Trà Cú: đã đạt ngày 16/05/2023. Cảm ơn mọi người đã góp sức!",
        "milestone-7",
        "/#/campaign/1",
        "vi",
    )
    assert rules.payload(news(), "en").body.startswith("Trà Cú district: reached on 16/05/2023.")
    assert "ស្រុកត្រាគូ" in rules.payload(news(), "km").body


def test_a_missing_translation_falls_back_to_vietnamese() -> None:
    assert rules.payload(news(), "km").title == "1.000 lượt người được tuyên truyền"
    assert rules.payload(news(type="date"), "km").body == "Thi đua 2023៖ ថ្ងៃទី 16/05/2023។"


@pytest.mark.parametrize("language", ["vi", "en", "km"])
@pytest.mark.parametrize("kind", ["threshold", "streak", "guard"])
def test_nothing_that_counts_harm_is_cheered(language: str, kind: str) -> None:
    body = rules.payload(news(type=kind, counts_harm=True), language).body
    assert rules.THANKS[language] not in body
    assert "!" not in body


def test_a_message_is_one_that_browsers_may_show_by_themselves() -> None:
    shown = rules.payload(news(), "vi")
    assert json.loads(rules.sealed(shown, "https://ben.example", unread=3)) == {
        "web_push": 8030,
        "mutable": True,
        "notification": {
            "title": shown.title,
            "body": shown.body,
            "lang": "vi",
            "tag": "milestone-7",
            "navigate": "https://ben.example/#/campaign/1",
            "data": {"url": "/#/campaign/1"},
        },
        "app_badge": 3,
    }


@given(st.text(), st.text(max_size=40))
def test_no_message_is_longer_than_a_service_must_take(title: str, place: str) -> None:
    found = news(name={"vi": title * 50}, place={"vi": place * 300})
    data = rules.sealed(rules.payload(found, "vi"), "https://ben.example")
    assert len(data) <= rules.LONGEST_PAYLOAD
    assert json.loads(data)["notification"]["navigate"] == "https://ben.example/#/campaign/1"


@pytest.mark.parametrize("kind", ["date", "threshold", "streak", "guard", "first", "deadline"])
def test_a_topic_is_what_a_service_takes_and_only_a_guard_may_wake_a_sparing_phone(kind: str) -> None:
    headers = rules.headers(kind, rules.tag(10**15))
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,32}", headers["Topic"])
    assert (headers["Urgency"] == "high") is (kind == "guard")
    assert 0 < int(headers["TTL"]) <= 28 * 24 * 3600
