"""HTTP/1.1 by hand, so that every byte on the wire is counted and the client costs little beside the server."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any

import orjson

WORTH_COMPRESSING = 512  # as in pwa/src/shared/api.ts
KEPT_SECONDS = 2.0  # less than the server keeps an idle connection
# What Chrome on an Android phone sends with a fetch() of the app.
BROWSER = (
    "User-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile "
    "Safari/537.36\r\n"
    "Accept: */*\r\n"
    "Accept-Language: vi-VN,vi;q=0.9\r\n"
    "Accept-Encoding: gzip, deflate\r\n"
    "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"
    "Connection: keep-alive\r\n"
)


@dataclass(frozen=True)
class Answer:
    """One answer and what the exchange cost in bytes, headers included."""

    status: int
    body: bytes
    cookie: str | None
    up: int
    down: int
    body_down: int  # of `down`, as it travelled

    def json(self) -> Any:
        """The parsed body."""
        return orjson.loads(self.body)


class Connection:
    """A connection to 127.0.0.1:`port`, opened again after a pause; who shares it waits for the answer before."""

    def __init__(self, port: int) -> None:
        self.lock = threading.Lock()
        self.port = port
        self.host = f"localhost:{port}"
        self.used = 0.0

    def _open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.socket.makefile("rb")

    def _close(self) -> None:
        self.reader.close()
        self.socket.close()

    def send(self, request: bytes) -> Answer:
        """Sends a whole request and reads the whole answer."""
        with self.lock:
            return self._send(request)

    def _send(self, request: bytes) -> Answer:
        if time.monotonic() - self.used > KEPT_SECONDS:
            if self.used:
                self._close()
            self._open()
        self.socket.sendall(request)
        head = []
        while (line := self.reader.readline()) not in (b"\r\n", b""):
            head.append(line)
        headers = {name.strip().lower(): value.strip() for name, _, value in (h.partition(b":") for h in head[1:])}
        raw = self.reader.read(int(headers.get(b"content-length", b"0")))
        self.used = time.monotonic()
        down = sum(map(len, head)) + 2 + len(raw)
        body = gzip.decompress(raw) if headers.get(b"content-encoding") == b"gzip" else raw
        cookie = headers.get(b"set-cookie")
        value = cookie.split(b";")[0].decode() if cookie else None
        return Answer(int(head[0].split()[1]), body, value, up=len(request), down=down, body_down=len(raw))

    def post(self, path: str, body: Any, profile: Profile | None = None) -> Answer:
        """POST of a JSON body, not compressed; raises RuntimeError unless it succeeds."""
        answer = self.send(request_bytes(self.host, path, json.dumps(body).encode(), profile=profile))
        if answer.status >= 300:
            raise RuntimeError(f"{path}: {answer.status} {answer.body[:500]!r}")
        return answer


@dataclass(frozen=True)
class Profile:
    """An enrolled phone: device number and cookie."""

    device: int
    cookie: str


def request_bytes(host: str, path: str, body: bytes, *, profile: Profile | None = None, packed: bool = False) -> bytes:
    """A POST as the app sends it; `packed` says that the body is gzip."""
    lines = [f"POST {path} HTTP/1.1\r\nHost: {host}\r\n", BROWSER, "Content-Type: application/json\r\n"]
    lines.append(f"Origin: http://{host}\r\nContent-Length: {len(body)}\r\n")
    if packed:
        lines.append("Content-Encoding: gzip\r\n")
    if profile:
        lines.append(f"Ben-Device: {profile.device}\r\nCookie: {profile.cookie}\r\n")
    return "".join(lines).encode() + b"\r\n" + body


def sync_bytes(host: str, profile: Profile, body: dict[str, Any]) -> bytes:
    """A sync request as the app sends it: compact JSON, gzip level 9 where that is worth it."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    packed = len(text) >= WORTH_COMPRESSING
    sent = gzip.compress(text, 9, mtime=0) if packed else text
    return request_bytes(host, "/api/sync", sent, profile=profile, packed=packed)
