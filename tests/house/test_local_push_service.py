"""The push service that other tests trust: it takes what real ones take, and refuses what they refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from py_vapid import Vapid
from pywebpush import WebPushException, webpush

from tests.tools.local_push_service import LocalPushService
from tests.tools.push_behaviours import accept, rate_limited
from tests.tools.webpush_crypto import b64u, public_bytes


def new_key() -> Vapid:
    key = Vapid()
    key.generate_keys()
    return key


def send(key: Vapid, info: dict[str, Any], subject: str = "mailto:ben@example.org") -> int:
    answer = webpush(info, json.dumps({"title": "Trà Cú"}), key, {"sub": subject}, ttl=60, timeout=5)
    return answer.status_code


def test_a_signed_and_encrypted_message_arrives_readable(push_service: LocalPushService) -> None:
    key = new_key()
    subscription = push_service.create_subscription(b64u(public_bytes(key.public_key)))
    assert send(key, subscription.info) == 201
    request = push_service.wait_for(1)[0]
    assert request.json() == {"title": "Trà Cú"}
    assert b"Tr" not in request.body
    assert request.ttl == 60


def test_another_key_than_the_subscriptions_is_refused(push_service: LocalPushService) -> None:
    subscription = push_service.create_subscription(b64u(public_bytes(new_key().public_key)))
    with pytest.raises(WebPushException) as refusal:
        send(new_key(), subscription.info)
    assert refusal.value.response.status_code == 403


def test_a_subject_that_apple_refuses_is_refused(push_service: LocalPushService) -> None:
    with pytest.raises(WebPushException) as refusal:
        send(new_key(), push_service.create_subscription().info, subject="mailto:ben@localhost")
    assert refusal.value.response.status_code == 403


def test_answers_follow_the_script(push_service: LocalPushService) -> None:
    subscription = push_service.create_subscription().behave(rate_limited(2), accept())
    with pytest.raises(WebPushException) as refusal:
        send(new_key(), subscription.info)
    assert refusal.value.response.headers["Retry-After"] == "2"
    assert send(new_key(), subscription.info) == 201
