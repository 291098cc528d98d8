"""The app on a slow phone: the processor slowed down six times, the network as Chromium's 'slow 3G' has it.

`first_visit`: seconds from opening an enrolment link, with nothing of the app on the phone, until the person can
consent, and from the consent until a form can be opened. `second_visit`: the browser was closed and there is no
network; until a form can be opened. `tap`: from a finger's tap until its answer is drawn, by the browser's own event
timing, to 8 ms. The list of 5,000 records: from its opening to its first rows, and the frames while it is scrolled.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Locator, Page, sync_playwright

from tests.tools import screens
from tests.tools.handset import Handset
from tests.tools.http_phone import HttpPhone
from tests.tools.landing import Landing

SLOWER = 6
# What Chromium's own tools call slow 3G: 400 kbit/s, two seconds until an answer begins.
SLOW_3G = {"offline": False, "downloadThroughput": 50_000, "uploadThroughput": 50_000, "latency": 2_000}
RECORDS, BATCH = 5_000, 50
ROUNDS = 3  # of taps: one report's alone are too few for a part in twenty
SECONDS = 6  # of scrolling
GOALS = {"first_visit_s": 10, "second_visit_s": 1.5, "tap_p95_ms": 100, "frames_per_s": 60}
LOCAL = timezone(timedelta(hours=7))

NOTES_WHEN = """
    window.moments = {};
    new MutationObserver(() => {
        for (const [name, shown] of Object.entries({consent: '#consent-account', forms: 'button.tile'}))
            if (document.querySelector(shown)) window.moments[name] ??= performance.now();
    }).observe(document, { childList: true, subtree: true });
    window.taps = [];
    new PerformanceObserver((list) => {
        for (const { interactionId, duration, target } of list.getEntries())
            if (interactionId) window.taps.push([interactionId, duration, target?.textContent.slice(0, 30) ?? '']);
    }).observe({ type: 'event', durationThreshold: 16, buffered: true });
"""
# Scrolls down as a finger does, a screen in half a second; gives the milliseconds between frames.
SCROLL = """(seconds) => new Promise((done) => {
  const gaps = [];
  let before = performance.now();
  const began = before;
  const frame = (now) => {
    gaps.push(now - before);
    scrollBy(0, 1.28 * (now - before));
    before = now;
    if (now - began < 1000 * seconds) requestAnimationFrame(frame); else done(gaps.slice(1));
  };
  requestAnimationFrame(frame);
})"""


def measure() -> dict[str, Any]:
    """All of it on a fresh installation."""
    with tempfile.TemporaryDirectory(prefix="ben-app-") as name, sync_playwright() as playwright:
        directory = Path(name)
        running = Landing(directory).prepare()
        try:
            running.start()
            tokens = running.tokens()
            handset = Handset(playwright, directory / "handset", running.port)
            try:
                return {"goals": GOALS, **_on(handset, tokens[0]), **_long_list(handset, running)}
            finally:
                handset.end()
        finally:
            running.stop()


def _on(handset: Handset, token: str) -> dict[str, Any]:
    page = handset.open("/api/health")  # the browser is up, nothing of the app is loaded
    page.add_init_script(NOTES_WHEN)
    session = _slowed(page)
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    page = handset.enrol(token)
    page.locator("#consent-account").wait_for(timeout=90_000)
    consent = _moment(page, "consent")
    page.locator("#consent-account").check()
    began = page.evaluate("performance.now()")
    page.locator("main button[data-kind=primary]").last.click()
    page.locator("button.tile").first.wait_for(timeout=90_000)
    forms = _moment(page, "forms") - began
    session.detach()
    screens.wait_for_worker(page)
    screens.wait_for_languages(page)
    visits = {"first_visit_s": round(consent / 1000, 2), "consent_to_forms_s": round(forms / 1000, 2)}
    return visits | {"second_visit_s": _second_visits(handset), **_taps(handset.page)}


def _slowed(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return session


def _moment(page: Page, name: str) -> float:
    return float(page.evaluate(f"window.moments.{name}"))


def _second_visits(handset: Handset) -> float:
    """The median of five starts without a network."""
    handset.net.down()
    taken = []
    for _ in range(5):
        handset.close()
        page = handset.open("/app.webmanifest")  # the browser is up
        page.add_init_script(NOTES_WHEN)
        _slowed(page)
        page.goto(handset.net.url + "/")
        page.locator("button.tile").first.wait_for()
        taken.append(_moment(page, "forms"))
    return round(statistics.median(taken) / 1000, 2)


# What a quick report is filled in with, by finger; then the ways between the screens.
TAPS = (
    f".tile:has-text('{screens.ACCIDENT}')",
    "[data-path='occurred_at'] button",
    "[data-path=mode] .choice >> nth=0",
    "[data-path=vehicles] .choice >> nth=0",
    "[data-path=vehicles] .choice >> nth=1",
    "[data-path='consequences/deaths_seen'] input",
    "[data-path='consequences/injured_seen'] input",
    "[data-path=emergency_called] .choice >> nth=1",
    ".finish button[data-kind=primary]",
    ".receipt ~ * a >> nth=0",
)


def _taps(page: Page) -> dict[str, Any]:
    """Whole reports, filled in with taps, and the ways between the screens; the slowest three by name."""
    for _ in range(ROUNDS):
        for tapped in TAPS:
            _touch(page, page.locator(tapped).first)
            if tapped.endswith("input"):
                page.keyboard.type("1")
                page.wait_for_timeout(1_000)
        ways = page.locator("nav a")
        for place in [*range(1, ways.count()), 0]:  # one is at the first: a tap that draws nothing has no time
            _touch(page, ways.nth(place))
    slowest: dict[float, tuple[str, float]] = {}  # by interaction: a tap is several events
    for which, duration, what in page.evaluate("window.taps"):
        slowest[which] = max(slowest.get(which, ("", 0.0)), (what, float(duration)), key=lambda each: each[1])
    taken = sorted(slowest.values(), key=lambda each: each[1])
    return {
        "taps": len(taken),
        "tap_p95_ms": taken[int(len(taken) * 0.95)][1],
        "tap_slowest": [list(each) for each in taken[:-4:-1]],
    }


def _touch(page: Page, target: Locator) -> None:
    """A finger on the glass and nothing else: what a driver looks at before a tap takes the phone's time too."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None, target
    page.wait_for_timeout(300)
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(1_200)


def _long_list(handset: Handset, running: Landing) -> dict[str, Any]:
    """A neighbour has sent 5,000 records of the commune; the phone has them, and its owner looks through all."""
    handset.net.up()
    neighbour = HttpPhone(running.port, running.another_link(2))
    _send(neighbour)
    page = handset.page
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 1})
    screens.sync(page)
    session = _slowed(page)
    screens.show(page, "")
    began = time.perf_counter()
    screens.show(page, "records")
    page.locator(".segments button").last.click()
    page.locator("main ul.list a[href^='#/record/']").nth(10).wait_for(timeout=120_000)
    opened = time.perf_counter() - began
    gaps = sorted(page.evaluate(SCROLL, SECONDS))
    session.detach()
    rate = 1000 * len(gaps) / sum(gaps)
    return {
        "list_opens_s": round(opened, 2),
        "frames_per_s": round(rate, 1),
        "frame_p95_ms": round(gaps[int(len(gaps) * 0.95)], 1),
        "frame_most_ms": round(gaps[-1], 1),
    }


def _send(phone: HttpPhone) -> None:
    form = next(form for form in phone.documents("form") if form["key"] == "TNGT-01")
    position = {path: number for number, path in enumerate(form["compiled"]["fields"])}
    now = datetime.fromisoformat(phone.sync([])["now"]).astimezone(LOCAL)
    values = {
        "mode": "road",
        "vehicles": ["motorbike"],
        "consequences/deaths_seen": 0,
        "consequences/injured_seen": 1,
        "emergency_called": ["nobody"],
    }
    common = {"kind": "edit", "base": 0, "form": form["id"], "place": phone.place}
    for first in range(1, RECORDS + 1, BATCH):
        sent = []
        for number in range(first, first + BATCH):
            happened = (now - timedelta(hours=number % 2000)).isoformat(timespec="minutes")
            filled = [[position[path], value] for path, value in (values | {"occurred_at": happened}).items()]
            whole = {"n": number, "record": f"{phone.device}-{number}", "at": now.isoformat(timespec="seconds")}
            sent.append(whole | common | {"set": filled})
        phone.sync(sent)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(), indent=1) + "\n")
