"""A network that does to a request whatever networks do; one for each phone.

gate.faults.append("lose_answer")     # what happens to the next request; without an entry all passes
"""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.0.1"
PATIENCE = 30
# What can happen to a request, in the order of its way. `hold_…` waits for `release()`; `twice` is a request that the
# network repeats; `again_later` repeats it when `replay()` is called; `kill` ends the server while it works on it.
FAULTS = (
    "lose_request",
    "cut_request",
    "hold_request",
    "twice",
    "again_later",
    "kill",
    "lose_answer",
    "cut_answer",
    "short_answer",
    "hold_answer",
    "portal",
    "bad_gateway",
)
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


@dataclass(frozen=True)
class Request:
    """What a phone sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Gate:
    """Passes what comes to a port of its own on to the server's port, or not; `kill` ends the server."""

    def __init__(self, target_port: int, kill: Callable[[], None]) -> None:
        self.target_port = target_port
        self.kill = kill
        self.faults: deque[str] = deque()
        self.kill_after = 0.0
        self.requests: list[str] = []
        self.ghosts: list[Request] = []
        self.reached = threading.Event()
        self._released = threading.Event()
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                gate.pass_on(self)

            def do_POST(self) -> None:
                gate.pass_on(self)

            def log_message(self, *_arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """The origin to browse."""
        return f"http://localhost:{self._server.server_address[1]}"

    def close(self) -> None:
        """Nobody listens any more."""
        self.release()
        self._server.shutdown()
        self._server.server_close()

    def release(self) -> None:
        """What is held goes on."""
        self._released.set()

    def held_or(self, ended: Callable[[], bool], seconds: float) -> bool:
        """Waits until a request is held here; false: what was to send it has ended. AssertionError after so long."""
        until = time.monotonic() + seconds
        while not self.reached.wait(0.02):
            if ended():
                return self.reached.is_set()
            assert time.monotonic() < until, "nothing was sent"
        return True

    def replay(self) -> None:
        """A request of long ago arrives once more; nobody hears the answer."""
        try:
            self._ask(self.ghosts.pop(0))
        except (OSError, http.client.HTTPException):
            return

    def pass_on(self, phone: BaseHTTPRequestHandler) -> None:
        """One request on its way, in a thread of its own."""
        body = phone.rfile.read(int(phone.headers.get("Content-Length") or 0))
        request = Request(phone.command, phone.path, dict(phone.headers.items()), body)
        self.requests.append(f"{request.method} {request.path}")
        fault = self.faults.popleft() if self.faults else "none"
        try:
            answer = self._there(fault, request)
        except (OSError, http.client.HTTPException):
            answer = None
        if fault == "hold_answer":
            self._hold()
        phone.close_connection = True
        if answer is not None and fault not in ("lose_answer", "kill"):
            with contextlib.suppress(OSError):  # the phone has gone meanwhile
                give(phone, answer, fault)

    def _there(self, fault: str, request: Request) -> Answer | None:
        """The server's side of it; None: no answer comes back."""
        if fault == "hold_request":
            self._hold()
        if fault == "lose_request":
            return None
        if fault == "portal":
            return Answer(200, [("Content-Type", "text/html")], b"<html>Pay here</html>")
        if fault == "cut_request":
            return self._ask(request, sent=len(request.body) // 2)
        if fault == "kill":
            return self._ask_a_dying_server(request)
        if fault == "twice":
            self._ask(request)
        if fault == "again_later":
            self.ghosts.append(request)
        answer = self._ask(request)
        return Answer(502, [("Content-Type", "text/html")], b"<html>502</html>") if fault == "bad_gateway" else answer

    def _hold(self) -> None:
        self._released.clear()
        self.reached.set()
        assert self._released.wait(PATIENCE), "nobody released what was held"
        self.reached.clear()

    def _ask_a_dying_server(self, request: Request) -> None:
        connection = self._send(request, len(request.body))
        time.sleep(self.kill_after)
        self.kill()
        connection.close()

    def _send(self, request: Request, sent: int) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(HOST, self.target_port, timeout=PATIENCE)
        connection.putrequest(request.method, request.path, skip_accept_encoding=True)
        for name, value in request.headers.items():
            if name.lower() not in HOP:
                connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body[:sent])
        return connection

    def _ask(self, request: Request, sent: int | None = None) -> Answer | None:
        connection = self._send(request, len(request.body) if sent is None else sent)
        try:
            if sent is not None:
                return None
            answer = connection.getresponse()
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP]
            return Answer(answer.status, headers, answer.read())
        finally:
            connection.close()


def give(phone: BaseHTTPRequestHandler, answer: Answer, fault: str) -> None:
    """The phone's side of an answer: whole, or half of it (`cut_answer`: less than was announced)."""
    phone.send_response(answer.status)
    for name, value in answer.headers:
        phone.send_header(name, value)
    if fault != "short_answer":
        phone.send_header("Content-Length", str(len(answer.body)))
    phone.end_headers()
    whole = fault not in ("cut_answer", "short_answer")
    phone.wfile.write(answer.body if whole else answer.body[: len(answer.body) // 2])
