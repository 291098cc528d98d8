"""What the local push service remembers: subscriptions, and each message that came in for them."""

from __future__ import annotations

import collections
import dataclasses
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from tests.tools.push_behaviours import Behaviour
from tests.tools.webpush_crypto import DecryptError, b64u, decrypt_aes128gcm, public_bytes


@dataclasses.dataclass
class PushRequest:
    """One POST as it came in, and what became of it."""

    token: str
    received_at: float
    headers: dict[str, str]  # lower-case names
    body: bytes
    status: int = 0  # the answer given; 0: connection cut, or the client went away first
    error: str | None = None  # why the service itself said no (not for scripted behaviours)
    behaviour: str = ""
    vapid: dict[str, Any] | None = None  # verified claims
    plaintext: bytes | None = None  # only where the service holds the keys
    message_id: str | None = None
    ack: int | None = None  # Firefox's code; 100: delivered, 101: can't decrypt, 302: its handler failed
    answered_at: float | None = None
    client_gone: bool = False

    @property
    def ttl(self) -> int | None:
        """Seconds the service should keep it, as asked."""
        value = self.headers.get("ttl", "")
        return int(value) if value.isdigit() else None

    @property
    def urgency(self) -> str | None:
        """RFC 8030 5.3."""
        return self.headers.get("urgency")

    @property
    def topic(self) -> str | None:
        """RFC 8030 5.4: a newer message of the same topic replaces it."""
        return self.headers.get("topic")

    def json(self) -> Any:
        """The decrypted payload; raises ValueError where the keys are in a browser."""
        if self.plaintext is None:
            raise ValueError("not decrypted: " + (self.error or "the keys are in a browser"))
        return json.loads(self.plaintext)


class Subscription:
    """A subscription the service knows: made by a browser, or by `LocalPushService.create_subscription`."""

    def __init__(self, origin: str, token: str) -> None:
        self.token = token
        self.endpoint = f"{origin}/wpush/v2/{token}"
        self.private_key: ec.EllipticCurvePrivateKey | None = None
        self.auth = b""
        self.application_key: bytes | None = None
        self.agent_id: str | None = None  # browser subscriptions only
        self.channel_id: str | None = None
        self.alive = True
        self.requests: list[PushRequest] = []
        self._script: collections.deque[Behaviour] = collections.deque()

    def make_keys(self) -> None:
        """Gives it keys that the service holds, as if it were the browser."""
        self.private_key = ec.generate_private_key(ec.SECP256R1())
        self.auth = secrets.token_bytes(16)

    @property
    def info(self) -> dict[str, Any]:
        """What PushSubscription.toJSON() gives, for one whose keys the service holds."""
        if self.private_key is None:
            raise ValueError("the keys of this subscription are in the browser")
        keys = {"p256dh": b64u(public_bytes(self.private_key.public_key())), "auth": b64u(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def behave(self, *script: Behaviour) -> Subscription:
        """Scripts the next answers; the last one stays in force. No argument: back to normal.

        A scripted refusal comes before any check of the request, so it hides a bad VAPID header.
        """
        self._script = collections.deque(script)
        return self

    def next_behaviour(self, default: Behaviour) -> Behaviour:
        """How to answer the next message."""
        if not self._script:
            return default
        return self._script.popleft() if len(self._script) > 1 else self._script[0]

    def decrypt(self, body: bytes) -> bytes:
        """The plaintext, as the browser would get it; raises DecryptError."""
        if self.private_key is None:
            raise DecryptError("the keys of this subscription are in the browser")
        return decrypt_aes128gcm(body, self.private_key, self.auth)
