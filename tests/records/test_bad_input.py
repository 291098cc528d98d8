"""What bad input gets: a problem with a slug and what to do, no driver text, and nothing stored."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from server.config import current_settings
from tests.records.conftest import World
from tests.tools.phones import Phone


def post(phone: Phone, data: bytes, encoding: str | None = None, kind: str = "application/json") -> TestResponse:
    headers = {"Content-Encoding": encoding} if encoding else {}
    return phone.call("POST", "/api/sync", data=data, content_type=kind, headers=headers)


def problem(answer: TestResponse) -> dict[str, Any]:
    assert answer.mimetype == "application/problem+json"
    body: dict[str, Any] = answer.get_json()
    assert body["status"] == answer.status_code
    assert body["todo"]
    assert "Traceback" not in answer.get_data(as_text=True)
    return body


@pytest.mark.parametrize(
    "text", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"protocol": NaN}', b'{"a":' * 60 + b"1" + b"}" * 60]
)
def test_what_is_not_strict_json_is_not_json(volunteer: Phone, text: bytes) -> None:
    body = problem(post(volunteer, text))
    assert (body["slug"], body["status"]) == ("not-json", 400)


def test_a_body_over_the_limit_is_refused_with_the_limit(volunteer: Phone) -> None:
    limit = current_settings().max_body
    body = problem(post(volunteer, b" " * (limit + 1)))
    assert (body["slug"], body["status"], body["limit"]) == ("body-too-large", 413, limit)


def test_a_gzip_bomb_is_refused_where_the_limit_is_reached(volunteer: Phone) -> None:
    bomb = gzip.compress(b" " * 200_000_000)
    assert len(bomb) < current_settings().max_body
    body = problem(post(volunteer, bomb, "gzip"))
    assert (body["status"], body["limit"]) == (413, current_settings().max_unpacked)


@pytest.mark.parametrize("data", [b"not gzip", gzip.compress(b"{}", mtime=0)[:-9]], ids=["plain", "cut"])
def test_a_body_that_is_not_what_it_says_is_unsupported(volunteer: Phone, data: bytes) -> None:
    assert problem(post(volunteer, data, "gzip"))["slug"] == "unsupported-media"


def test_other_encodings_and_kinds_are_unsupported(volunteer: Phone) -> None:
    assert problem(post(volunteer, b"{}", "br"))["status"] == 415
    assert problem(post(volunteer, b"protocol=1", kind="application/x-www-form-urlencoded"))["status"] == 415


def test_a_request_of_a_wrong_shape_names_what_is_wrong(volunteer: Phone) -> None:
    body = problem(volunteer.post("/api/sync", {"protocol": "1", "cursors": {"x": -1}, "mutations": {}}))
    assert body["slug"] == "invalid"
    assert {"protocol", "cursors", "mutations"} <= set(body["errors"]["json"])


def test_an_item_without_a_number_refuses_the_request_and_stores_nothing(world: World, volunteer: Phone) -> None:
    request = {"protocol": 1, "cursors": {}, "mutations": [world.create(volunteer, 1), {"kind": "edit"}]}
    assert problem(volunteer.post("/api/sync", request))["slug"] == "invalid"
    assert volunteer.sync(world.create(volunteer, 1))["results"][0]["status"] == "applied"


def test_another_protocol_version_is_told_which_one_is_spoken(volunteer: Phone) -> None:
    body = problem(volunteer.post("/api/sync", {"protocol": 99}))
    assert (body["slug"], body["speaks"]) == ("protocol-unknown", [1])


def test_without_a_session_nothing_is_answered(volunteer: Phone) -> None:
    volunteer.client.delete_cookie(f"ben-{volunteer.device}")
    body = problem(volunteer.post("/api/sync", {"protocol": 1}))
    assert (body["slug"], body["status"]) == ("sign-in", 401)


def test_a_session_counts_only_for_its_own_device(world: World, volunteer: Phone, colleague: Phone) -> None:
    assert (
        problem(volunteer.post("/api/sync", {"protocol": 1}, headers={"Ben-Device": str(colleague.device)}))["status"]
        == 401
    )


def test_unknown_addresses_and_methods_are_problems_too(volunteer: Phone) -> None:
    assert problem(volunteer.get("/api/nothing"))["slug"] == "not-found"
    assert problem(volunteer.get("/api/sync"))["slug"] == "not-allowed"
    assert problem(volunteer.get("/api/records/17-1000"))["slug"] == "not-found"
    assert problem(volunteer.post("/api/quarantine/1000/release"))["slug"] == "not-found"


def test_json_is_read_as_utf_8_and_given_back_as_it_was(world: World, volunteer: Phone, colleague: Phone) -> None:
    volunteer.sync(world.create(volunteer, 1, hamlet="Ấp Xoài Xiêm · ភូមិ"))
    text = json.dumps(colleague.sync()["changes"], ensure_ascii=False)
    assert "Ấp Xoài Xiêm · ភូមិ" in text
