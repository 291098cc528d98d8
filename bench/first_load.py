"""Bytes of a volunteer's first load: from the enrolment link to the list of forms, and on until the forms can be used.

Counted is what the page has been sent by the moment in which the list stands: compressed bodies by kind, and the
headers of the answers apart. `usable` is the same for the moment in which a form can be opened; `everything` is all
that has come, to the worker too, when the app works without a network.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from tests.tools import screens
from tests.tools.handset import Handset
from tests.tools.landing import Landing

GOAL = 60_000  # bytes until the list of forms is there, fonts apart
# What is on the screen at which moment: the forms by name; a form that can be opened.
MOMENTS = {"list": ".to-come, .tile", "usable": "button.tile"}
NOTES_WHEN = """
    window.moments = {};
    new MutationObserver(() => {
        for (const [name, shown] of Object.entries(%s))
            if (document.querySelector(shown)) window.moments[name] ??= Date.now() / 1000;
    }).observe(document, { childList: true, subtree: true });
"""


def measure() -> dict[str, Any]:
    """What a fresh installation sends to a volunteer's phone that has nothing of the app."""
    with tempfile.TemporaryDirectory(prefix="ben-first-load-") as name, sync_playwright() as playwright:
        directory = Path(name)
        running = Landing(directory).prepare()
        try:
            running.start()
            handset = Handset(playwright, directory / "handset", running.port)
            try:
                return load(handset, running.tokens()[0])
            finally:
                handset.end()
        finally:
            running.stop()


def load(handset: Handset, token: str) -> dict[str, Any]:
    """The same for a phone and a link that are there."""
    page = handset.open("/api/health")  # an empty page of the origin: the browser is up, nothing of the app is loaded
    page.add_init_script(NOTES_WHEN % json.dumps(MOMENTS))
    taken = Taken(page)
    before = handset.net.bytes_down
    page = handset.enrol(token)
    page.locator("#consent-account").check()
    page.locator("main button[data-kind=primary]").last.click()
    page.locator(MOMENTS["usable"]).first.wait_for()
    screens.wait_for_worker(page)
    page.wait_for_timeout(3_000)
    everything = handset.net.bytes_down - before
    moments = page.evaluate("window.moments")
    return {name: taken.until(moments[name]) for name in MOMENTS} | {"everything": everything, "goal": GOAL}


@dataclass
class Taken:
    """What a page has been sent, by address and time, growing as it comes."""

    page: Page
    urls: dict[str, str] = field(default_factory=dict)
    came: list[tuple[float, str, str, int]] = field(default_factory=list)  # when, request, what, bytes
    started: float = 0.0  # the browser's clock, in seconds of the wall's

    def __post_init__(self) -> None:
        session = self.page.context.new_cdp_session(self.page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.dataReceived", self._data)
        session.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        self.urls.setdefault(event["requestId"], event["request"]["url"])
        self.started = event["wallTime"] - event["timestamp"]

    def _answered(self, event: dict[str, Any]) -> None:
        self._add(event, "headers", event["response"]["encodedDataLength"])

    def _data(self, event: dict[str, Any]) -> None:
        self._add(event, "bodies", event["encodedDataLength"])

    def _add(self, event: dict[str, Any], what: str, size: float) -> None:
        if self.urls.get(event["requestId"], "").startswith("http"):
            self.came.append((event["timestamp"], event["requestId"], what, int(size)))

    def until(self, moment: float) -> dict[str, Any]:
        """What had come by this time (seconds): bodies by kind, their sum, and headers; fonts apart."""
        kinds, headers = Counter[str](), Counter[str]()
        for at, request, what, size in self.came:
            if at + self.started <= moment:
                (kinds if what == "bodies" else headers)[_kind(self.urls[request])] += size
        fonts = kinds.pop("fonts", 0) + headers.pop("fonts", 0)
        sums = {"bodies": kinds.total(), "headers": headers.total(), "fonts": fonts}
        return {"by_kind": dict(kinds), **sums}


def _kind(url: str) -> str:
    path = urlsplit(url).path
    if path.endswith(".woff2"):
        return "fonts"
    if path.startswith("/api/"):
        return "api"
    return path.rsplit(".", 1)[-1] if "." in path else "html"
