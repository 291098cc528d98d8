"""Chromium-only powers for tests, over CDP from Playwright (sync API): push and sync events, quota, a push service.

with sync_playwright() as playwright:
    browser = launch(playwright)
    context = browser.new_context()
    page = context.new_page(); page.goto(url)
    worker = ServiceWorkerControl(page); worker.wait_activated()
    worker.push('{"title": "hi"}'); worker.sync("outbox")
"""

from __future__ import annotations

import json
import shutil
import time
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Playwright

from tests.tools.local_push_service import LocalPushService
from tests.tools.push_records import Subscription

# The system's browser; None: the one that `playwright install chromium` brought.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]  # root in a container


def launch(playwright: Playwright) -> Browser:
    """A headless browser."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


def launch_kept(playwright: Playwright, profile: str, *more: str, **options: Any) -> BrowserContext:
    """A headless browser whose profile directory outlives it: closing and opening again is a restart.

    `more`: further switches of its command line.
    """
    arguments = [*ARGUMENTS, *more]
    return playwright.chromium.launch_persistent_context(profile, executable_path=CHROMIUM, args=arguments, **options)


def origin_of(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class ServiceWorkerControl:
    """The CDP ServiceWorker domain of one page's origin."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.registrations: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, dict[str, Any]] = {}
        self.errors: list[dict[str, Any]] = []
        self.cdp.on("ServiceWorker.workerRegistrationUpdated", self._on_registrations)
        self.cdp.on("ServiceWorker.workerVersionUpdated", self._on_versions)
        self.cdp.on("ServiceWorker.workerErrorReported", lambda event: self.errors.append(event["errorMessage"]))
        self.cdp.send("ServiceWorker.enable")

    def _on_registrations(self, event: dict[str, Any]) -> None:
        for registration in event["registrations"]:
            if registration["isDeleted"]:
                self.registrations.pop(registration["registrationId"], None)
            else:
                self.registrations[registration["registrationId"]] = registration

    def _on_versions(self, event: dict[str, Any]) -> None:
        for version in event["versions"]:
            self.versions[version["versionId"]] = version

    def _target(self) -> dict[str, str]:
        origin = origin_of(self.page.url)
        for number, registration in self.registrations.items():
            if registration["scopeURL"].startswith(origin):
                return {"origin": origin, "registrationId": number}
        raise LookupError(f"no service worker registration of {origin}: {self.registrations}")

    def wait_activated(self, timeout: float = 15) -> None:
        """Returns when the worker is active; raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            active = {v["registrationId"] for v in self.versions.values() if v["status"] == "activated"}
            if active & set(self.registrations):
                return
            self.page.wait_for_timeout(50)  # lets Playwright deliver CDP events
        raise TimeoutError("service worker not activated")

    def push(self, data: str | dict[str, Any]) -> None:
        """A push event with this (already decrypted) payload; works with no push service at all."""
        text = data if isinstance(data, str) else json.dumps(data)
        self.cdp.send("ServiceWorker.deliverPushMessage", {**self._target(), "data": text})

    def sync(self, tag: str, *, last_chance: bool = False) -> None:
        """A Background Sync event."""
        self.cdp.send("ServiceWorker.dispatchSyncEvent", {**self._target(), "tag": tag, "lastChance": last_chance})

    def stop_all(self) -> None:
        """As the browser does when a worker idles: its global state is gone, the next event restarts it."""
        self.cdp.send("ServiceWorker.stopAllWorkers")


def set_quota(page: Page, size: int | None) -> CDPSession:
    """Limits the origin's storage to `size` bytes while the returned session is kept; None lifts the limit.

    Writes then fail with QuotaExceededError. IndexedDB needs about 1 MB of slack: under 3 MB nearly every write fails.
    """
    session = page.context.new_cdp_session(page)
    parameters: dict[str, Any] = {"origin": origin_of(page.url)}
    if size is not None:
        parameters["quotaSize"] = size
    session.send("Storage.overrideQuotaForOrigin", parameters)
    return session


BRIDGE = r"""(() => {
  const plain = s => s.replace(/-/g, '+').replace(/_/g, '/');
  const bytes = s => Uint8Array.from(atob(plain(s)), c => c.charCodeAt(0)).buffer;
  const url = s => s.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const text = b => url(btoa(String.fromCharCode(...new Uint8Array(b.buffer || b))));
  const wrap = (i, options) => i && ({ endpoint: i.endpoint, expirationTime: null, options,
    getKey: n => bytes(i.keys[n]), toJSON: () => i, unsubscribe: () => window.__pushUnsubscribe() });
  PushManager.prototype.getSubscription = async function () { return wrap(await window.__pushGet(), {}); };
  PushManager.prototype.subscribe = async function (o = {}) {
    if (Notification.permission !== 'granted')
      throw new DOMException('Registration failed - permission denied', 'NotAllowedError');
    const k = o.applicationServerKey;
    return wrap(await window.__pushSubscribe(typeof k === 'string' ? k : text(k)), o);
  };
})()"""


class PushBridge:
    """Chromium has no push service offline; this gives its pages one.

    subscribe() in the page yields a subscription of LocalPushService; the application sends to it as to any other; the
    service checks VAPID and decrypts; deliver() hands the plaintext to the real service worker as a real push event.
    Only the browser's own decryption is left out; the Firefox test has that. Make it before the first page.goto().
    """

    def __init__(self, context: BrowserContext, service: LocalPushService) -> None:
        self.service = service
        self.subscription: Subscription | None = None
        self._done = 0
        context.expose_function("__pushGet", lambda: self._live() and self._live().info)
        context.expose_function("__pushSubscribe", self._subscribe)
        context.expose_function("__pushUnsubscribe", self._unsubscribe)
        context.add_init_script(BRIDGE)

    def _live(self) -> Subscription | None:
        return self.subscription if self.subscription is not None and self.subscription.alive else None

    def _subscribe(self, key: str) -> dict[str, Any]:
        if self._live() is None:
            self.subscription, self._done = self.service.create_subscription(key), 0
        return self.subscription.info

    def _unsubscribe(self) -> bool:
        if self.subscription:
            self.subscription.alive = False
        return True

    def deliver(self, worker: ServiceWorkerControl, count: int = 1, timeout: float = 20) -> list[dict[str, Any]]:
        """Waits for `count` new accepted messages and dispatches them; returns their payloads. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        payloads: list[dict[str, Any]] = []
        while len(payloads) < count and time.monotonic() < deadline:
            for request in self.subscription.requests[self._done :] if self.subscription else []:
                if request.answered_at is None:
                    break
                self._done += 1
                if request.plaintext is not None and 200 <= request.status < 300:
                    worker.push(request.plaintext.decode())
                    payloads.append(request.json())
            worker.page.wait_for_timeout(20)
        if len(payloads) < count:
            raise TimeoutError(f"{len(payloads)} of {count} push messages")
        return payloads
