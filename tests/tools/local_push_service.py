"""A complete web push service on the loopback interface, for tests.

Two faces: HTTPS for the application server (RFC 8030, 8188, 8291, 8292) under a certificate made for the occasion, and
a plain WebSocket for Firefox (`dom.push.serverURL`). So Firefox subscribes and receives real, end-to-end encrypted
messages without any internet. Tests without a browser let the service hold the keys, and read what arrived:

    with LocalPushService() as push:  # the sender's process needs REQUESTS_CA_BUNDLE=push.ca_file
        subscription = push.create_subscription(vapid_public_key)
        ...  # the application stores subscription.info and sends to it
        assert push.wait_for(1)[0].json() == {"title": "hi"}

Failures are scripted per subscription: `subscription.behave(rate_limited(2), accept())`.
"""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import re
import secrets
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import certifi
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.tools.push_behaviours import Behaviour, accept
from tests.tools.push_browsers import BrowserSide
from tests.tools.push_records import PushRequest, Subscription
from tests.tools.webpush_crypto import DecryptError, VapidError, unb64u, verify_vapid

MAX_BODY = 4096  # RFC 8030 7.2: a push service must accept at least 4096 bytes
URGENCIES = {"very-low", "low", "normal", "high"}
HOST = "127.0.0.1"


class _Dropped(web.Response):
    """Stands for 'no answer'; the transport is already closed."""


class LocalPushService:
    """Runs in a thread of its own; every public method may be called from any thread."""

    def __init__(self) -> None:
        self.default_behaviour: Behaviour = accept()
        self.subscriptions: dict[str, Subscription] = {}
        self.requests: list[PushRequest] = []  # all, in order
        self.url = ""
        self.ws_url = ""
        self._changed = threading.Condition()
        self._browsers = BrowserSide(self.subscriptions, self._acknowledged)
        self._directory = tempfile.TemporaryDirectory(prefix="local-push-")
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name="local-push-service", daemon=True)

    # -- life cycle

    def __enter__(self) -> LocalPushService:
        self._thread.start()
        self._run(self._serve())
        return self

    def __exit__(self, *exc: object) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._directory.cleanup()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _serve(self) -> None:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_get("/", self._browsers.handle)
        app.router.add_post("/wpush/v2/{token}", self._handle_post)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        secure = web.TCPSite(self._runner, HOST, 0, ssl_context=self._tls())
        plain = web.TCPSite(self._runner, HOST, 0)
        await secure.start()
        await plain.start()
        (tls_port, ws_port) = (address[1] for address in self._runner.addresses)
        self.url, self.ws_url = f"https://{HOST}:{tls_port}", f"ws://{HOST}:{ws_port}/"
        self._browsers.origin = self.url

    async def _end(self) -> None:
        self._stop.set()
        await self._browsers.disconnect()
        await self._runner.cleanup()

    @property
    def ca_file(self) -> str:
        """The certificate to trust beside the usual ones: REQUESTS_CA_BUNDLE for the sender's process."""
        return str(Path(self._directory.name, "ca.pem"))

    def _tls(self) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "local push service")])
        now = datetime.datetime.now(datetime.UTC)
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST)), x509.DNSName("localhost")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(names, critical=False)
            .sign(key, hashes.SHA256())
        )
        certificate_file, key_file = (
            Path(self._directory.name, "certificate.pem"),
            Path(self._directory.name, "key.pem"),
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        certificate_file.write_bytes(pem)
        Path(self.ca_file).write_bytes(Path(certifi.where()).read_bytes() + b"\n" + pem)
        traditional, bare = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, traditional, bare))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate_file, key_file)
        return context

    # -- what tests use

    def create_subscription(self, application_key: bytes | str | None = None) -> Subscription:
        """A subscription without a browser; the service keeps the private key.

        Give the application's VAPID public key to restrict the subscription to it, as every browser does.
        """
        subscription = Subscription(self.url, secrets.token_urlsafe(24))
        subscription.make_keys()
        subscription.application_key = unb64u(application_key) if isinstance(application_key, str) else application_key
        self.subscriptions[subscription.token] = subscription
        return subscription

    def subscription_for(self, endpoint: str) -> Subscription:
        """The subscription of an endpoint; raises KeyError."""
        return self.subscriptions[urlsplit(endpoint).path.rsplit("/", 1)[-1]]

    def wait_for(
        self,
        count: int = 1,
        timeout: float = 10.0,
        where: Callable[[PushRequest], Any] = lambda request: request.answered_at is not None,
    ) -> list[PushRequest]:
        """Waits until `count` requests fulfil `where`; returns those. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                found = [request for request in self.requests if where(request)]
                if len(found) >= count:
                    return found
                left = deadline - time.monotonic()
                if left <= 0:
                    log = [(request.status, request.error, request.ack) for request in self.requests]
                    raise TimeoutError(f"{len(found)} of {count} push requests after {timeout} s; log: {log!r}")
                self._changed.wait(left)

    def wait_acked(self, count: int = 1, timeout: float = 10.0) -> list[PushRequest]:
        """Waits until a browser has confirmed (ack) or refused (nack) `count` messages."""
        return self.wait_for(count, timeout, lambda request: request.ack is not None)

    def connected_browsers(self) -> int:
        """How many browsers hold a connection."""
        return self._browsers.connected

    def disconnect_browsers(self, code: int = 1001) -> None:
        """Cuts Firefox's connection; it comes back by itself unless `code` is push_browsers.STAY_AWAY."""
        self._run(self._browsers.disconnect(code))

    def forget_browsers(self) -> None:
        """Drops Firefox's subscriptions: it comes back, gets a new identity, and its worker is told."""
        self._run(self._browsers.forget())

    def _acknowledged(self, message_id: str, code: int) -> None:
        with self._changed:
            for request in reversed(self.requests):
                if request.message_id == message_id:
                    request.ack = code
                    break
            self._changed.notify_all()

    # -- the application server's side

    async def _handle_post(self, request: web.Request) -> web.StreamResponse:
        token = request.match_info["token"]
        headers = {name.lower(): value for name, value in request.headers.items()}
        record = PushRequest(token, time.time(), headers, await request.read())
        subscription = self.subscriptions.get(token)
        with self._changed:
            self.requests.append(record)
            if subscription:
                subscription.requests.append(record)
            self._changed.notify_all()
        try:
            response = await self._answer(request, record, subscription)
            record.status = 0 if isinstance(response, _Dropped) else response.status
            return response
        except asyncio.CancelledError:
            record.client_gone = True
            raise
        finally:
            record.answered_at = time.time()
            with self._changed:
                self._changed.notify_all()

    async def _answer(
        self, request: web.Request, record: PushRequest, subscription: Subscription | None
    ) -> web.StreamResponse:
        if subscription is None or not subscription.alive:
            return _refuse(record, 404 if subscription is None else 410, "unknown or dead subscription")
        behaviour = subscription.next_behaviour(self.default_behaviour)
        record.behaviour = behaviour.name
        if behaviour.delay and not await self._sleep(behaviour.delay, request):
            record.client_gone = True
            return _Dropped()
        if behaviour.drop:
            if request.transport is not None:
                request.transport.abort()
            return _Dropped()
        if not behaviour.accepts:
            return web.Response(status=behaviour.status, headers=list(behaviour.headers), text=behaviour.body)
        return self._check(record, subscription) or await self._take(record, subscription, behaviour)

    async def _take(self, record: PushRequest, subscription: Subscription, behaviour: Behaviour) -> web.Response:
        if subscription.private_key is not None:
            try:
                record.plaintext = subscription.decrypt(record.body) if record.body else b""
            except DecryptError as error:
                record.error = f"decryption: {error}"  # a real service can't know, a test must; the answer stays 201
        record.message_id = secrets.token_urlsafe(18)
        if subscription.channel_id is not None:
            await self._browsers.deliver(subscription, record)
        location = {"Location": f"{self.url}/m/{record.message_id}", "TTL": str(record.ttl or 0)}
        return web.Response(status=behaviour.status, headers=location)

    async def _sleep(self, seconds: float, request: web.Request) -> bool:
        """False when the client hung up or the service stops."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 0.1))
            if self._stop.is_set() or request.transport is None or request.transport.is_closing():
                return False
        return True

    def _check(self, record: PushRequest, subscription: Subscription) -> web.Response | None:
        """The checks every real service makes; None when all is well."""
        headers, size = record.headers, len(record.body)
        if not re.fullmatch(r"\d{1,10}", headers.get("ttl", "")):
            return _refuse(record, 400, "TTL header is missing or not a number (RFC 8030 5.2)")
        if headers.get("urgency", "normal") not in URGENCIES:
            return _refuse(record, 400, f"bad Urgency {headers['urgency']!r}")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", headers.get("topic", "none")):
            return _refuse(record, 400, f"bad Topic {headers['topic']!r}: at most 32 base64url characters")
        if size > MAX_BODY:
            return _refuse(record, 413, f"body is {size} bytes, at most {MAX_BODY}")
        if size and headers.get("content-encoding") != "aes128gcm":
            return _refuse(record, 400, f"Content-Encoding is {headers.get('content-encoding')!r}, must be aes128gcm")
        try:
            record.vapid = verify_vapid(headers.get("authorization"), self.url, subscription.application_key)
        except VapidError as error:
            return _refuse(record, error.status, "VAPID: " + error.reason)
        return None


def _refuse(record: PushRequest, status: int, why: str) -> web.Response:
    record.error = why
    return web.json_response({"code": status, "message": why}, status=status)
