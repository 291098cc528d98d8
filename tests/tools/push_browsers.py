"""The side of the local push service that Firefox talks to: a WebSocket with hello, register, notification and ack.

It keeps messages by their TTL while the browser is away, replaces by topic, and resends until acknowledged.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import hashlib
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web
from cryptography.hazmat.primitives.asymmetric import ec

from tests.tools.push_records import PushRequest, Subscription
from tests.tools.webpush_crypto import b64u, unb64u

STAY_AWAY = 4774  # close code: "do not reconnect by yourself"


@dataclasses.dataclass
class _Message:
    id: str
    token: str
    body: bytes
    headers: dict[str, str]
    expires: float
    topic: str | None
    sent_on: web.WebSocketResponse | None = None


class _Agent:
    """One browser profile."""

    def __init__(self, agent_id: str) -> None:
        self.id = agent_id
        self.socket: web.WebSocketResponse | None = None
        self.queue: collections.OrderedDict[str, _Message] = collections.OrderedDict()

    @property
    def connected(self) -> bool:
        return self.socket is not None and not self.socket.closed


class BrowserSide:
    """Lives in the service's event loop; `acknowledged(message id, code)` is called for each ack and nack."""

    def __init__(self, subscriptions: dict[str, Subscription], acknowledged: Callable[[str, int], None]) -> None:
        self.subscriptions = subscriptions
        self.acknowledged = acknowledged
        self.origin = ""  # of the endpoints, known when the service listens
        self.agents: dict[str, _Agent] = {}

    @property
    def connected(self) -> int:
        """How many browsers are connected."""
        return sum(agent.connected for agent in self.agents.values())

    async def disconnect(self, code: int = 1001) -> None:
        """Cuts every connection; Firefox comes back by itself unless `code` is STAY_AWAY."""
        for agent in list(self.agents.values()):
            if agent.socket is not None:
                await agent.socket.close(code=code)

    async def forget(self) -> None:
        """Knows no browser any more: each that comes back gets a new identity, and must subscribe anew."""
        for subscription in self.subscriptions.values():
            subscription.alive = subscription.alive and subscription.agent_id not in self.agents
        forgotten = list(self.agents.values())
        self.agents.clear()
        for agent in forgotten:
            if agent.socket is not None:
                await agent.socket.close(code=1001)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection of one browser."""
        socket = web.WebSocketResponse(protocols=("push-notification",), heartbeat=None)
        if not socket.can_prepare(request).ok:
            return web.Response(text="local push service\n")
        await socket.prepare(request)
        agent: _Agent | None = None
        try:
            async for raw in socket:
                if raw.type != WSMsgType.TEXT:
                    break
                message = json.loads(raw.data)
                if not message or message.get("messageType") == "ping":
                    await socket.send_str("{}")
                elif message["messageType"] == "hello":
                    agent = await self._hello(socket, message)
                elif agent is None:
                    break
                else:
                    await self._answer(socket, agent, message)
        finally:
            if agent is not None and agent.socket is socket:
                agent.socket = None
        return socket

    async def _answer(self, socket: web.WebSocketResponse, agent: _Agent, message: dict[str, Any]) -> None:
        kind = message["messageType"]
        if kind == "register":
            await self._register(socket, agent, message)
        elif kind == "unregister":
            await self._unregister(socket, agent, message)
        elif kind == "ack":
            for update in message.get("updates", ()):
                self._acknowledge(agent, update["version"], update.get("code", 100))
        elif kind == "nack":
            self._acknowledge(agent, message["version"], message.get("code", 301))

    async def _hello(self, socket: web.WebSocketResponse, message: dict[str, Any]) -> _Agent:
        agent = self.agents.get(message.get("uaid") or "")
        if agent is None:
            agent = _Agent(uuid.uuid4().hex)
            self.agents[agent.id] = agent
        agent.socket = socket
        answer = {"messageType": "hello", "uaid": agent.id, "status": 200, "use_webpush": True, "broadcasts": {}}
        await socket.send_json(answer)
        await self._flush(agent)
        return agent

    async def _register(self, socket: web.WebSocketResponse, agent: _Agent, message: dict[str, Any]) -> None:
        channel = message.get("channelID", "")
        answer = {"messageType": "register", "channelID": channel, "uaid": agent.id}
        try:
            key = unb64u(message["key"]) if message.get("key") else None
            if key is not None:
                ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
        except ValueError:
            await socket.send_json({**answer, "status": 400, "pushEndpoint": ""})
            return
        # The same channel and key give the same endpoint, as at Mozilla's.
        token = b64u(hashlib.sha256(f"{agent.id}:{channel}:{message.get('key')}".encode()).digest()[:24])
        found = self.subscriptions.setdefault(token, Subscription(self.origin, token))
        found.agent_id, found.channel_id, found.application_key, found.alive = agent.id, channel, key, True
        await socket.send_json({**answer, "status": 200, "pushEndpoint": found.endpoint})

    async def _unregister(self, socket: web.WebSocketResponse, agent: _Agent, message: dict[str, Any]) -> None:
        channel = message.get("channelID", "")
        for subscription in self.subscriptions.values():
            if subscription.agent_id == agent.id and subscription.channel_id == channel:
                subscription.alive = False
        answer = {"messageType": "unregister", "channelID": channel, "status": 200, "uaid": agent.id}
        await socket.send_json(answer)

    def _acknowledge(self, agent: _Agent, message_id: str, code: int) -> None:
        # A nack (301, 302: the worker's handler failed) comes after the ack of the same message.
        agent.queue.pop(message_id, None)
        self.acknowledged(message_id, code)

    async def deliver(self, subscription: Subscription, request: PushRequest) -> None:
        """Hands an accepted message to the browser, now or when it is back."""
        agent = self.agents.get(subscription.agent_id or "")
        if agent is None or (not agent.connected and not request.ttl):  # TTL 0: now or never
            return
        if request.topic:  # RFC 8030 5.4: replaces an undelivered message of the same topic
            same = [m for m in agent.queue.values() if m.token == subscription.token and m.topic == request.topic]
            for old in same:
                del agent.queue[old.id]
        headers = {"encoding": request.headers.get("content-encoding", "aes128gcm")} if request.body else {}
        message_id, expires = request.message_id or "", time.time() + (request.ttl or 0)
        agent.queue[message_id] = _Message(
            message_id, subscription.token, request.body, headers, expires=expires, topic=request.topic
        )
        if agent.connected:
            await self._flush(agent)

    async def _flush(self, agent: _Agent) -> None:
        for message in list(agent.queue.values()):
            subscription = self.subscriptions.get(message.token)
            if subscription is None or not subscription.alive or message.expires < time.time() - 1:
                agent.queue.pop(message.id, None)
                continue
            socket = agent.socket
            if socket is None or socket.closed or message.sent_on is socket:
                continue
            message.sent_on = socket
            out = {"messageType": "notification", "channelID": subscription.channel_id, "version": message.id}
            if message.body:
                out |= {"data": b64u(message.body), "headers": message.headers}
            with contextlib.suppress(ConnectionError):
                await socket.send_json(out)
