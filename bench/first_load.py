"""Bytes of a volunteer's first load: from the enrolment link to the list of forms, as they cross the network."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Request, expect, sync_playwright

from tests.tools import screens
from tests.tools.handset import Handset
from tests.tools.landing import Landing

GOAL = 60_000  # bytes, fonts apart


def measure() -> dict[str, Any]:
    """Compressed bodies that the page fetches until the form list stands; and, at the network gate, everything."""
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
    bodies: list[int] = []

    def finished(request: Request) -> None:
        # What the service worker fetches beside (for offline use) is not on the way to the list; it is in `whole`.
        if not request.service_worker and (response := request.response()) and not response.from_service_worker:
            bodies.append(request.sizes()["responseBodySize"])

    handset.open("/api/health")  # a browser that has not seen the app
    assert handset.context is not None
    handset.context.on("requestfinished", finished)
    handset.net.bytes_down = 0
    page = handset.enrol(token)
    screens.join(page)
    expect(page.locator(".tile")).to_have_count(3)
    needed = sum(bodies)
    whole = 0
    screens.wait_for_worker(page)
    while whole != handset.net.bytes_down:  # until the service worker has fetched all that it keeps
        whole = handset.net.bytes_down
        page.wait_for_timeout(1500)
    return {
        "to_the_form_list": needed,
        "whole_with_headers_and_offline_files": whole,
        "goal": GOAL,
        "ratio": needed / GOAL,
    }
