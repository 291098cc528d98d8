"""Subscriptions: whose they are, what they must be, and the key that they are made with."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from server.config import current_settings
from server.db import db, snapshot, transaction
from server.webpush import service
from server.webpush.tables import SubscriptionRow
from tests.tools.chain import Chain
from tests.tools.local_push_service import LocalPushService
from tests.tools.webpush_crypto import unb64u
from tests.webpush.conftest import Ears


@snapshot
def endpoints(device: int | None) -> list[str]:
    query = sa.select(SubscriptionRow.endpoint).where(SubscriptionRow.device_id == device)
    return list(db.session.scalars(query.order_by(SubscriptionRow.id)))


def test_the_key_is_made_once_and_only_its_owner_may_read_it(chain: Chain) -> None:
    key = chain.volunteer.get("/api/webpush/key").get_json()["key"]
    assert len(unb64u(key)) == 65
    path = current_settings().data_dir / "vapid.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    chain.app.extensions.pop("ben.vapid")
    path.chmod(0o644)  # as a careless copy would leave it
    assert chain.supervisor.get("/api/webpush/key").get_json()["key"] == key
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_of_two_processes_that_start_at_once_one_makes_the_key(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from server.webpush import service\n"
        "path = Path(sys.argv[1])\n"
        "sys.stdin.readline()\n"
        "service._make_key(path)\n"
        "print(service._read_key(path).public)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "vapid.pem")]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, **pipes, env={**os.environ, "PYTHONPATH": "."}) for _ in range(2)]
    for process in started:  # all of them have imported and wait
        process.stdin.write("go\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
    said = {process.communicate(timeout=60)[0] for process in started}
    assert len(said) == 1
    assert said != {""}
    assert [path.name for path in tmp_path.iterdir()] == ["vapid.pem"]


def test_without_an_enrolled_phone_there_is_no_key_and_no_subscription(chain: Chain, push: LocalPushService) -> None:
    stranger = type(chain.volunteer)(chain.app)
    assert stranger.get("/api/webpush/key").status_code == 401
    info = push.create_subscription().info
    assert stranger.put("/api/webpush/subscription", {**info, "language": "vi"}).status_code == 401


def test_an_endpoint_off_the_list_is_refused(chain: Chain, push: LocalPushService) -> None:
    for endpoint in (
        "https://fcm.googleapis.com/fcm/send/x",
        "http://169.254.169.254/latest/meta-data",
        "https://127.0.0.1:1/wpush/v2/x",
        "file:///etc/passwd",
        "nonsense",
    ):
        given = {**push.create_subscription().info, "endpoint": endpoint, "language": "vi"}
        answer = chain.volunteer.put("/api/webpush/subscription", given)
        assert (answer.status_code, answer.get_json()["slug"]) == (400, "push-endpoint-refused"), endpoint
    assert endpoints(chain.volunteer.device) == []


def test_what_is_no_subscription_is_invalid(chain: Chain, push: LocalPushService) -> None:
    wrong: list[dict[str, Any]] = [
        {"endpoint": "https://127.0.0.1/" + "x" * 1000},
        {"endpoint": ""},
        {"keys": {"p256dh": "AAAA", "auth": "AAAA"}},
        {"keys": {"p256dh": "not base64!"}},
        {"keys": {}},
        {"language": "fr"},
        {"language": None},
        {"extra": 1},
    ]
    for changes in wrong:
        given = {**push.create_subscription().info, "language": "vi", **changes}
        answer = chain.volunteer.put("/api/webpush/subscription", given)
        assert (answer.status_code, answer.get_json()["slug"]) == (422, "invalid"), changes
    assert endpoints(chain.volunteer.device) == []


def test_giving_an_endpoint_again_replaces_its_language(chain: Chain, ears: Ears) -> None:
    mine = ears.listen(chain.volunteer, "vi")
    answer = chain.volunteer.put("/api/webpush/subscription", {**mine.info, "language": "km"})
    assert answer.status_code == 204
    assert endpoints(chain.volunteer.device) == [mine.endpoint]
    assert transaction(lambda: db.session.scalars(sa.select(SubscriptionRow.language)).all())() == ["km"]


def test_two_profiles_of_one_browser_share_an_endpoint_and_the_last_has_it(chain: Chain, ears: Ears) -> None:
    shared = ears.listen(chain.volunteer)
    answer = chain.supervisor.put("/api/webpush/subscription", {**shared.info, "language": "vi"})
    assert answer.status_code == 204
    assert endpoints(chain.volunteer.device) == []
    assert endpoints(chain.supervisor.device) == [shared.endpoint]


def test_a_phone_keeps_its_newest_five(chain: Chain, ears: Ears) -> None:
    made = [ears.listen(chain.volunteer).endpoint for _ in range(7)]
    other = ears.listen(chain.supervisor).endpoint
    assert endpoints(chain.volunteer.device) == made[2:]
    assert endpoints(chain.supervisor.device) == [other]


def test_only_the_phone_itself_ends_its_subscription(chain: Chain, ears: Ears) -> None:
    mine = ears.listen(chain.volunteer)
    body = {"endpoint": mine.endpoint}
    assert chain.supervisor.delete("/api/webpush/subscription", body).status_code == 404
    assert endpoints(chain.volunteer.device) == [mine.endpoint]
    assert chain.volunteer.delete("/api/webpush/subscription", body).status_code == 204
    assert chain.volunteer.delete("/api/webpush/subscription", body).status_code == 404


def test_a_phone_whose_access_was_taken_back_is_told_nothing_more(chain: Chain, ears: Ears) -> None:
    ears.listen(chain.volunteer)
    ears.listen(chain.supervisor)
    assert chain.supervisor.post(f"/api/devices/{chain.volunteer.device}/revoke").status_code in (200, 204)
    chain.volunteer = chain.phone("Kim Bình")
    chain.approved("TT-04", attendees_total=100)
    assert service.send_due() == 1
    (request,) = ears.push.wait_for(1)
    assert request.status == 201
