"""Bytes of a volunteer's first load: from the enrolment link to the list of forms, as they cross the network."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.tools.handset import Handset
from tests.tools.landing import Landing

GOAL = 60_000  # bytes, fonts apart


def measure() -> dict[str, Any]:
    """Counts at the network gate, so that what the service worker fetches is in it."""
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
