"""HTTP/1.1 by hand, so that every byte on the wire is counted and the client costs little beside the server."""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any

import orjson

WORTH_COMPRESSING = 512  # as in pwa/src/shared/api.ts
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
PACKED = re.compile(rb"\r\ncontent-encoding: *gzip", re.IGNORECASE)
COOKIE = re.compile(rb"\r\nset-cookie: *([^;\r]+)", re.IGNORECASE)
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

    def send(self, request: bytes) -> Answer:
        """Sends a whole request and reads the whole answer."""
        with self.lock:
            return self._send(request)

    def _send(self, request: bytes) -> Answer:
        if time.monotonic() - self.used > KEPT_SECONDS:
            if self.used:
                self.socket.close()
            self._open()
        self.socket.sendall(request)
        head, raw = self._receive()
        self.used = time.monotonic()
        body = gzip.decompress(raw) if PACKED.search(head) else raw
        cookie = COOKIE.search(head)
        value = cookie[1].decode() if cookie else None
        down = len(head) + len(raw)
        return Answer(int(head.split(b" ", 2)[1]), body, value, up=len(request), down=down, body_down=len(raw))

    def _receive(self) -> tuple[bytes, bytes]:
        """An answer's head, with the empty line, and its body."""
        taken = self._more()
        while (end := taken.find(b"\r\n\r\n") + 4) < 4:
            taken += self._more()
        length = LENGTH.search(taken, 0, end)
        whole = end + (int(length[1]) if length else 0)
        while len(taken) < whole:
            taken += self._more()
        return taken[:end], taken[end:whole]

    def _more(self) -> bytes:
        if not (got := self.socket.recv(1 << 20)):
            raise ConnectionError("the answer ended before it was whole")
        return got

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
