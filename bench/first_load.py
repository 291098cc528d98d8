"""Bytes of a volunteer's first load: from the enrolment link to the list of forms, as they cross the network."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from tests.tools import screens
from tests.tools.handset import Handset
from tests.tools.landing import Landing

GOAL = 60_000  # bytes until the list of forms is there, fonts apart


def measure() -> dict[str, Any]:
    """`page`: what the page asked for until the forms showed; `everything`: what crossed the network until quiet."""
    with tempfile.TemporaryDirectory(prefix="ben-first-load-") as name, sync_playwright() as playwright:
        directory = Path(name)
        running = Landing(directory).prepare()
        try:
            running.start()
            handset = Handset(playwright, directory / "handset", running.port)
            try:
                return _load(handset, running.tokens()[0])
            finally:
                handset.end()
        finally:
            running.stop()


def _load(handset: Handset, token: str) -> dict[str, Any]:
    page = handset.open("/api/health")  # an empty page of the origin: the browser is up, nothing of the app is loaded
    taken = _count(page)
    before = handset.net.bytes_down
    page = handset.enrol(token)
    screens.join(page)
    page.locator(".tile").first.wait_for()
    by_kind = Counter[str]()
    for url, size in taken:
        by_kind[_kind(url)] += size
    screens.wait_for_worker(page)
    page.wait_for_timeout(3_000)
    fonts = by_kind.pop("fonts", 0)
    return {
        "page": dict(by_kind),
        "page_without_fonts": sum(by_kind.values()),
        "fonts": fonts,
        "everything": handset.net.bytes_down - before,
        "goal": GOAL,
    }


def _count(page: Page) -> list[tuple[str, int]]:
    """(url, bytes on the network) of each request of the page, growing as they end."""
    session = page.context.new_cdp_session(page)
    urls: dict[str, str] = {}
    taken: list[tuple[str, int]] = []
    session.on("Network.requestWillBeSent", lambda event: urls.setdefault(event["requestId"], event["request"]["url"]))
    session.on(
        "Network.loadingFinished",
        lambda event: taken.append((urls.get(event["requestId"], ""), int(event["encodedDataLength"]))),
    )
    session.send("Network.enable")
    return taken


def _kind(url: str) -> str:
    path = urlsplit(url).path
    if path.endswith(".woff2"):
        return "fonts"
    if path.startswith("/api/"):
        return "api"
    return path.rsplit(".", 1)[-1] if "." in path else "html"
