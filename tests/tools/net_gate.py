"""A switchable network between a browser and the app under test: one TCP proxy on loopback.

Works the same for every browser, for pages and service workers alike; the browsers' own offline emulation doesn't.

    with NetGate(app_port) as net:
        page.goto(net.url)          # always browse through the gate: it is the origin
        net.down()                  # connections refused, open ones cut
        net.black_hole()            # connections accepted, nothing ever answered
        net.swallowed               # ["POST /api/sync", ...] that it took in and never answered
        net.let_hang()              # what hangs goes on hanging, new connections pass
        net.lose_answers()          # requests reach the app, answers are lost
        net.cut_after(40_000)       # so many more bytes reach the app, then the link is gone
        net.cut_parts(30_000)       # every part of an upload is cut when so many bytes of it have reached the app
        net.up()
        net.requests                # ["GET /", "POST /api/sync", ...] that reached the app
        net.parts                   # the parts of uploads (PATCH) that reached it, byte by byte
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
import time
from dataclasses import dataclass

REQUEST = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.1\r\n")
END_OF_HEAD = b"\r\n\r\n"
FIELD = re.compile(rb"\r\n(upload-offset|content-length): *(\d+)", re.IGNORECASE)
HOST = "127.0.0.1"


@dataclass
class Part:
    """One part of an upload on its way: a PATCH of tus."""

    path: str
    offset: int
    length: int
    # After so many bytes the link breaks; None: it doesn't.
    cut_at: int | None
    # How many bytes of it have reached the app.
    passed: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether the link has broken in it: its answer was never heard."""
        return self.cut_at is not None and self.passed >= self.cut_at


class NetGate:
    """Listens on a port of its own and passes everything on to `target_port`, or not."""

    def __init__(self, target_port: int) -> None:
        self.target_port, self.port = target_port, 0
        self.requests: list[str] = []
        self.swallowed: list[str] = []
        self.parts: list[Part] = []
        self.bytes_up = 0
        self.bytes_down = 0
        self._mode = "up"
        self._left: int | None = None
        self._part_cut: int | None = None
        self._hang = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="net-gate", daemon=True)

    # -- switches (any thread)

    def up(self) -> None:
        """All passes."""
        self._switch("up")

    def down(self) -> None:
        """Connections are refused, open ones cut."""
        self._switch("down")

    def black_hole(self) -> None:
        """Connections are accepted and nothing is ever answered."""
        self.swallowed.clear()
        self._switch("black_hole")

    def wait_for_swallowed(self, request: str, seconds: float = 30) -> None:
        """Returns once such a request hangs in the black hole. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while request not in self.swallowed:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{request} never came; swallowed: {self.swallowed}")
            time.sleep(0.05)

    def let_hang(self) -> None:
        """All passes that is new; connections swallowed before are never answered and never cut."""
        self._mode = "up"

    def lose_answers(self) -> None:
        """Requests reach the app, and the connection breaks before the answer."""
        self._switch("lose_answers")

    def cut_after(self, count: int) -> None:
        """The link breaks once `count` more bytes have reached the app; the answer to the last of them is lost."""
        self._left = count

    def cut_parts(self, after: int | None, *, hang: bool = False) -> None:
        """Every part of an upload is cut after `after` bytes of it, at its end when it is shorter. None: no more.

        Only its own connection breaks, or hangs until an end of it is gone. What was cut before its end passes next.
        """
        self._part_cut, self._hang = after, hang

    @property
    def cuts(self) -> int:
        """How many parts were cut."""
        return sum(part.is_cut for part in self.parts)

    @property
    def is_cut(self) -> bool:
        """Whether that has happened, and the link is not up again."""
        return self._mode == "cut"

    def count(self, request: str) -> int:
        """How many requests like "POST /api/sync" reached the app."""
        return self.requests.count(request)

    @property
    def url(self) -> str:
        """The origin to browse."""
        return f"http://localhost:{self.port}"

    def _switch(self, mode: str) -> None:
        async def change() -> None:
            self._mode, self._left = mode, None
            for writer in list(self._writers):  # keep-alive connections must not outlive the change
                writer.transport.abort()
            if mode == "down" and self._server is not None:
                self._server.close()
                self._server = None
            elif mode != "down" and self._server is None:
                await self._listen()

        asyncio.run_coroutine_threadsafe(change(), self._loop).result(10)

    # -- life cycle

    def __enter__(self) -> NetGate:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(self, *exc: object) -> None:
        self._switch("down")
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._client, HOST, self.port, reuse_address=True)
        self.port = self._server.sockets[0].getsockname()[1]

    # -- data

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers = [writer]
        self._writers.add(writer)
        try:
            if self._mode == "cut":
                writer.transport.abort()
                return
            if self._mode == "black_hole":
                while data := await reader.read(65536):
                    if found := REQUEST.match(data):
                        self.swallowed.append(_named(found))
                return
            up_reader, up_writer = await asyncio.open_connection(HOST, self.target_port)
            writers.append(up_writer)
            self._writers.add(up_writer)
            tasks = [
                asyncio.create_task(self._pump_up(reader, up_writer, writer)),
                asyncio.create_task(self._pump_down(up_reader, writer)),
            ]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
        except OSError:
            pass
        finally:
            for each in writers:
                self._writers.discard(each)
                each.close()

    async def _pump_up(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sender: asyncio.StreamWriter
    ) -> None:
        part: Part | None = None
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while data := await reader.read(65536):
                head = 0
                if found := REQUEST.match(data):  # a request begins where a chunk does: browsers don't pipeline
                    self.requests.append(_named(found))
                    head = data.index(END_OF_HEAD) + len(END_OF_HEAD)
                    part = self._part(found[2].decode(), data[:head]) if found[1] == b"PATCH" else None
                if part is not None:
                    data = data[: head + _passing(part, len(data) - head)]
                self.bytes_up += len(data)
                writer.write(data)
                if part is not None and part.is_cut:
                    while self._hang and await reader.read(65536):
                        pass
                    sender.transport.abort()
                    return
                await writer.drain()
                if self._left is not None:
                    self._left -= len(data)
                    if self._left <= 0:
                        self._cut()

    def _part(self, path: str, head: bytes) -> Part:
        told = {name.lower(): int(value) for name, value in FIELD.findall(head)}
        offset, length = told[b"upload-offset"], told[b"content-length"]
        before = next((part for part in reversed(self.parts) if part.path == path), None)
        goes_on = before is not None and before.is_cut and before.passed < before.length
        cut_at = None if goes_on or self._part_cut is None else min(self._part_cut, length)
        self.parts.append(Part(path, offset, length, cut_at))
        return self.parts[-1]

    def _cut(self) -> None:
        self._mode, self._left = "cut", None
        for writer in list(self._writers):
            if writer.get_extra_info("sockname")[1] == self.port:  # what the app has been sent, it gets
                writer.transport.abort()

    async def _pump_down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while data := await reader.read(65536):
                if self._mode == "lose_answers":
                    writer.transport.abort()
                    return
                self.bytes_down += len(data)
                writer.write(data)
                await writer.drain()


def _named(found: re.Match[bytes]) -> str:
    return f"{found[1].decode()} {found[2].decode()}"


def _passing(part: Part, count: int) -> int:
    """How many of the next `count` bytes of a part get through."""
    if part.cut_at is not None:
        count = min(count, part.cut_at - part.passed)
    part.passed += count
    return count
