"""A phone as the real server sees it over HTTP, without a browser: for what happens between request and answer."""

from __future__ import annotations

import gzip
import http.client
import json
from typing import Any


class Refused(AssertionError):
    """The server answered with a problem; `status` is the answer's."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class HttpPhone:
    """One enrolled profile that talks to `port` on this machine."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.device = 0
        self.cookie = ""
        given = {"token": token, "language": "vi", "consents": ["account"]}
        self.profile = self.post("/api/enrolments/redeem", given)
        self.device = self.profile["device"]
        self.place: int = self.profile["roles"][0]["place"]["id"]

    def get(self, path: str) -> dict[str, Any]:
        """The parsed answer to a GET."""
        return self._call("GET", path, None)

    def post(self, path: str, body: dict[str, Any], *, packed: bool = False) -> dict[str, Any]:
        """The parsed answer; raises OSError when none comes, `Refused` when it is no success."""
        return self._call("POST", path, json.dumps(body, ensure_ascii=False).encode(), packed=packed)

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """As `post`, with PUT."""
        return self._call("PUT", path, json.dumps(body, ensure_ascii=False).encode())

    def _call(self, method: str, path: str, data: bytes | None, *, packed: bool = False) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
        if self.device:
            headers |= {"Ben-Device": str(self.device), "Cookie": self.cookie}
        if packed and data is not None:
            data, headers["Content-Encoding"] = gzip.compress(data), "gzip"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()
        if answer.status >= 300:
            raise Refused(answer.status, text)
        self.cookie = (answer.headers.get("Set-Cookie") or self.cookie).split(";")[0]
        parsed: dict[str, Any] = json.loads(text or "{}")
        return parsed

    def sync(self, mutations: list[dict[str, Any]], cursors: dict[str, int] | None = None) -> dict[str, Any]:
        """One round trip."""
        body = {"protocol": 1, "epoch": self.profile["epoch"], "cursors": cursors or {}, "mutations": mutations}
        return self.post("/api/sync", {**body, "photos": []}, packed=True)

    def documents(self, kind: str) -> list[dict[str, Any]]:
        """Every document of a kind in its scope, pulled from the beginning."""
        found: dict[str, dict[str, Any]] = {}
        cursors: dict[str, int] = {}
        while True:
            answer = self.sync([], cursors)
            cursors = answer["cursors"]
            for documents in answer["changes"].values():
                found |= {document["id"]: document for document in documents if document["k"] == kind}
            if not answer["more"]:
                return list(found.values())
