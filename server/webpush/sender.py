"""Many messages to push services at once: one HTTP session, one signature an origin, no transaction open.

Why it is our own few lines around pywebpush's encryption: its `webpush_async` follows redirects, writes `aud` and `exp`
into the caller's claims, signs anew for each message and waits without end unless told.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

import aiohttp
import certifi
from py_vapid import Vapid
from pywebpush import WebPusher, WebPushException

from server import clock
from server.webpush import rules

IN_FLIGHT = 150
TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
LONGEST_ANSWER = 4096
# A signature holds for so long (RFC 8292, 2: a day at the most), and is made anew when half of it is over.
SIGNED_FOR = timedelta(hours=12)


@dataclass(frozen=True)
class Claim:
    """A delivery that this sender holds until `lease_until`, with all that sending needs."""

    delivery_id: int
    lease_until: datetime
    endpoint: str
    p256dh: str
    auth: str
    payload: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What came of sending: the outcome, the service's status if it gave one, and the wait that it asked for."""

    outcome: rules.Outcome
    status: int | None = None
    retry_after: str | None = None


class Signatures:
    """The VAPID headers of one installation, one for each push service's origin (RFC 8292)."""

    def __init__(self, private: Vapid) -> None:
        self._private = private
        self._known: dict[tuple[str, str], tuple[str, datetime]] = {}

    def of(self, endpoint: str, subject: str) -> str:
        """The Authorization header for an endpoint."""
        parts = urlsplit(endpoint)
        origin = f"{parts.scheme}://{parts.netloc}"
        now = clock.real_now()
        header, until = self._known.get((origin, subject), ("", now))
        if until - now <= SIGNED_FOR / 2:
            until = now + SIGNED_FOR
            claims = {"sub": subject, "aud": origin, "exp": int(until.timestamp())}
            header = self._private.sign(claims)["Authorization"]
            self._known[origin, subject] = (header, until)
        return header


class Sender:
    """Talks to push services while it is open: `async with Sender(…) as sender`."""

    def __init__(self, signatures: Signatures, *, subject: str, hosts: Collection[str]) -> None:
        self._signatures, self._subject, self._hosts = signatures, subject, tuple(hosts)

    async def __aenter__(self) -> Self:
        # What requests calls its bundle: an office whose services stand behind its own certificate names it there.
        trusted = ssl.create_default_context(cafile=os.environ.get("REQUESTS_CA_BUNDLE") or certifi.where())
        connector = aiohttp.TCPConnector(limit=IN_FLIGHT, ssl=trusted)
        self._session = aiohttp.ClientSession(connector=connector, timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def send_all(self, claims: Sequence[Claim]) -> list[Answer]:
        """What came of each message, in order; at most `IN_FLIGHT` are under way at once."""
        free = asyncio.Semaphore(IN_FLIGHT)

        async def one(claim: Claim) -> Answer:
            async with free:
                return await self.send(claim)

        return list(await asyncio.gather(*(one(claim) for claim in claims)))

    async def send(self, claim: Claim) -> Answer:
        """One message to one push service; never raises for what the service or the network does."""
        if not rules.endpoint_allowed(claim.endpoint, self._hosts):
            return Answer("refused")
        try:
            pusher = WebPusher({"endpoint": claim.endpoint, "keys": {"p256dh": claim.p256dh, "auth": claim.auth}})
            body = pusher.encode(claim.payload)["body"]
        except (ValueError, WebPushException):  # keys that are of the right length and no point of the curve
            return Answer("refused")
        headers = {
            **claim.headers,
            "Content-Encoding": "aes128gcm",
            "Authorization": self._signatures.of(claim.endpoint, self._subject),
        }
        try:
            return await self._post(claim.endpoint, body, headers)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Answer("later")

    async def _post(self, endpoint: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        async with self._session.post(endpoint, data=body, headers=headers, allow_redirects=False) as response:
            answer = Answer(rules.outcome(response.status), response.status, response.headers.get("Retry-After"))
            with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):  # nothing but the status is used
                await response.content.read(LONGEST_ANSWER)
            return answer
