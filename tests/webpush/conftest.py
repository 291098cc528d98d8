"""The campaign of Trà Cú at work, and a real push service on this machine that it may send to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.config import Settings
from tests.tools.local_push_service import LocalPushService
from tests.tools.phones import Phone
from tests.tools.push_records import Subscription


@pytest.fixture
def push(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalPushService]:
    """The push service; its certificate is trusted by this process."""
    with LocalPushService() as service:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", service.ca_file)
        yield service


@pytest.fixture
def settings(database_url: str, tmp_path: Path, push: LocalPushService) -> Settings:
    """Settings that allow the push service and nothing else."""
    return Settings(
        data_dir=tmp_path / "var",
        database_url=database_url,
        app_dir=tmp_path / "no-app",
        push_hosts=(push.url,),
        vapid_subject="mailto:ops@example.org",
    )


class Ears:
    """Phones that are subscribed."""

    def __init__(self, push: LocalPushService) -> None:
        self.push = push

    def listen(self, phone: Phone, language: str = "vi", **changes: Any) -> Subscription:
        """Subscribes a phone as its browser would; AssertionError unless the server takes it."""
        key = phone.get("/api/webpush/key").get_json()["key"]
        subscription = self.push.create_subscription(key)
        answer = phone.put("/api/webpush/subscription", {**subscription.info, "language": language, **changes})
        assert answer.status_code == 204, answer.get_data(as_text=True)
        return subscription


@pytest.fixture
def ears(push: LocalPushService) -> Ears:
    """Subscribes phones."""
    return Ears(push)
