"""A phone as the API sees it: a cookie, the Ben-Device header, and requests."""

from __future__ import annotations

import contextvars
import functools
import gzip
import json
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

USER_AGENT = "Mozilla/5.0 (Linux; Android 10) Chrome/120 Mobile"


class Phone:
    """One enrolled profile on one phone; `device` is its device number, None before enrolment."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.device: int | None = None
        self.profile: dict[str, Any] = {}

    def enrol(
        self, token: str, language: str = "vi", *, consents: tuple[str, ...] = ("account",), **more: Any
    ) -> Phone:
        """Redeems an enrolment token; the answer is kept in `profile`. Raises AssertionError unless it is 201."""
        body = {"token": token, "language": language, "consents": list(consents), **more}
        answer = self.post("/api/enrolments/redeem", body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        self.profile = answer.get_json()
        self.device = self.profile["device"]
        return self

    @property
    def person(self) -> int:
        """The id of the person who is enrolled."""
        return int(self.profile["person"]["id"])

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> TestResponse:
        """One request as the app makes it: same origin, the device in a header, JSON in and out."""
        headers = {"User-Agent": USER_AGENT, "Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
        if self.device is not None:
            headers["Ben-Device"] = str(self.device)
        headers.update(options.pop("headers", {}))
        if body is not None:
            options.setdefault("json", body)
        send = functools.partial(self.client.open, path, method=method, headers=headers, **options)
        # In a context of its own: inside the test's application context Flask would share `g` and the session with it.
        return contextvars.Context().run(send)

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET `path`."""
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        """POST `body` as JSON."""
        return self.call("POST", path, {} if body is None else body, **options)

    def put(self, path: str, body: Any, **options: Any) -> TestResponse:
        """PUT `body` as JSON."""
        return self.call("PUT", path, body, **options)

    def patch(self, path: str, body: Any, **options: Any) -> TestResponse:
        """PATCH `body` as JSON."""
        return self.call("PATCH", path, body, **options)

    def delete(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        """DELETE, with a JSON body if one is given."""
        return self.call("DELETE", path, body, **options)

    def sync(self, *mutations: dict[str, Any], cursors: dict[str, int] | None = None, **more: Any) -> dict[str, Any]:
        """One round trip, gzip both ways; returns the answer. Raises AssertionError unless it is 200."""
        request = {"protocol": 1, "epoch": self.profile.get("epoch"), "cursors": cursors or {}}
        request |= {"mutations": list(mutations), "photos": [], **more}
        answer = self.call(
            "POST",
            "/api/sync",
            data=gzip.compress(json.dumps(request, ensure_ascii=False).encode()),
            content_type="application/json",
            headers={"Content-Encoding": "gzip", "Accept-Encoding": "gzip"},
        )
        data = answer.get_data()
        if answer.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        assert answer.status_code == 200, data.decode()
        parsed: dict[str, Any] = json.loads(data)
        return parsed
