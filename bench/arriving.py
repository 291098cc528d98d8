"""10,000 records come to a new phone, on a slow processor and 'slow 3G' (app.py): what is there when, and what waits.

The real app on the real server. `forms_s`: from the consent until a form can be opened; `all_s`: until every record is
kept on the phone, while three reports are filled in, whose `opened_s` and `saved_s` are from the tap until it is drawn.
`blocks`: how long the main thread answered nobody, by the browser's own count of tasks of 50 ms and more, from the
first form on the screen until all is there: the longest, and how many of 100 and of 200 ms.
"""

from __future__ import annotations

import random
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.app import LOCAL, NOTES_WHEN, SLOW_3G, SLOWER
from bench.pack import HAMLETS, NOTES, ROADS
from tests.tools import screens
from tests.tools.handset import Handset
from tests.tools.http_phone import HttpPhone
from tests.tools.landing import Landing

RECORDS, BATCH = 10_000, 500
REPORTS = 3
PATIENCE = 900  # seconds
GOALS = {"all_s": 300}
NEW = ("--name", "Kim Thị Ánh Nguyệt", "--role", "TNV", "--place", "xa-ngai-xuyen")

NOTES_BLOCKS = """
    window.blocks = [];
    new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries()) window.blocks.push([startTime, duration]);
    }).observe({ type: 'longtask', buffered: true });
"""
# How many records are kept on this phone; another connection than the app's own, which must not notice.
KEPT = """async () => {
    const [{ name }] = (await indexedDB.databases()).filter(({ name }) => /^ben-\\d+$/.test(name));
    const result = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
    const opened = await result(indexedDB.open(name));
    const count = await result(opened.transaction('records').objectStore('records').count());
    opened.close();
    return count;
}"""


def measure() -> dict[str, Any]:
    """All of it on a fresh installation."""
    with tempfile.TemporaryDirectory(prefix="ben-arriving-") as name, sync_playwright() as playwright:
        directory = Path(name)
        running = Landing(directory).prepare()
        try:
            running.start()
            send(HttpPhone(running.port, running.tokens()[0]))
            person = int(running.flask("people", "add", *NEW).split()[-1])
            handset = Handset(playwright, directory / "handset", running.port)
            try:
                return {"goals": GOALS, "records": RECORDS, **_arrive(handset, running.another_link(person))}
            finally:
                handset.end()
        finally:
            running.stop()


def _arrive(handset: Handset, token: str) -> dict[str, Any]:
    page = handset.open("/api/health")  # the browser is up, nothing of the app is loaded
    page.add_init_script(NOTES_WHEN + NOTES_BLOCKS)
    slowed(page)
    page = handset.enrol(token)
    page.locator("#consent-account").wait_for(timeout=90_000)
    page.locator("#consent-account").check()
    before, began = handset.net.bytes_down, page.evaluate("performance.now()")
    page.locator("main button[data-kind=primary]").last.click()
    page.locator("button.tile").first.wait_for(timeout=90_000)
    forms = float(page.evaluate("window.moments.forms"))
    reports = [_report(page) for _ in range(REPORTS)]
    screens.wait_until(page, f"async () => await ({KEPT})() === {RECORDS + REPORTS}", seconds=PATIENCE)
    ended = page.evaluate("performance.now()")
    blocks = [length for at, length in page.evaluate("window.blocks") if forms <= at <= ended]
    return {
        "forms_s": round((forms - began) / 1000, 2),
        "all_s": round((ended - began) / 1000, 1),
        "bytes": handset.net.bytes_down - before,
        "reports": reports,
        "blocks": {"longest_ms": max(blocks, default=0), **{f"of_{ms}_ms": _over(ms, blocks) for ms in (100, 200)}},
    }


def _over(least: int, blocks: list[float]) -> int:
    return sum(length >= least for length in blocks)


def slowed(page: Page) -> CDPSession:
    """The processor and the network of a slow phone, for this page."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return session


def _report(page: Page) -> dict[str, Any]:
    """One report, filled in and finished: seconds from each tap until it is drawn, and what had come by then."""
    screens.show(page, "")
    began = time.perf_counter()
    page.locator(".tile", has_text=screens.ACCIDENT).click()
    page.locator(".question").first.wait_for(timeout=PATIENCE * 1000)
    opened = time.perf_counter() - began
    for path, value in screens.QUICK_REPORT.items():
        screens.answer(page, path, value)
    began = time.perf_counter()
    page.locator(".kept[data-state=kept]").wait_for(timeout=PATIENCE * 1000)
    kept = time.perf_counter() - began
    began = time.perf_counter()
    page.locator(".finish button[data-kind=primary]").click()
    page.locator(".receipt").wait_for(timeout=PATIENCE * 1000)
    saved = time.perf_counter() - began
    taken = {"opened_s": opened, "kept_s": kept, "saved_s": saved}
    return {name: round(seconds, 2) for name, seconds in taken.items()} | {"come": page.evaluate(KEPT)}


def send(phone: HttpPhone) -> None:
    """A neighbour's records of the commune, no two alike."""
    form = next(form for form in phone.documents("form") if form["key"] == "TNGT-01")
    position = {path: number for number, path in enumerate(form["compiled"]["fields"])}
    now = datetime.fromisoformat(phone.sync([])["now"]).astimezone(LOCAL)
    chance = random.Random(1)
    common = {"kind": "edit", "base": 0, "form": form["id"], "place": phone.place}
    for first in range(1, RECORDS + 1, BATCH):
        sent = []
        for number in range(first, first + BATCH):
            at = now - timedelta(minutes=chance.randint(1, 30_000))
            filled = [[position[path], value] for path, value in values(at, chance).items()]
            whole = {"n": number, "record": f"{phone.device}-{number}", "at": at.isoformat(timespec="seconds")}
            sent.append(whole | common | {"set": filled})
        refused = [result for result in phone.sync(sent)["results"] if result["status"] != "applied"]
        if refused:
            raise RuntimeError(f"not taken: {refused[:3]}")


def values(at: datetime, chance: random.Random) -> dict[str, Any]:
    """A quick report with all that a volunteer can say without a picture."""
    told = {
        "occurred_at": at.isoformat(timespec="minutes"),
        "mode": "road",
        "location": f"{9.6 + chance.random() / 5:.6f} {106.2 + chance.random() / 5:.6f} 0 {chance.randint(4, 30)}",
        "vehicles": chance.choice([["motorbike"], ["motorbike", "truck"], ["bicycle", "car"]]),
        "consequences/deaths_seen": chance.randint(0, 1),
        "consequences/injured_seen": chance.randint(0, 4),
        "consequences/property_est": chance.choice(["under_10m", "from_10m", "unknown"]),
        "emergency_called": [chance.choice(["police_113", "ambulance_115", "nobody"])],
        "collision_type": chance.choice(["head_on", "side", "single"]),
        "alcohol_suspected": chance.choice(["yes", "no"]),
        "road_name": chance.choice(ROADS),
        "hamlet": chance.choice(HAMLETS),
    }
    note = chance.choice(NOTES)
    return told | ({"note": f"{note} {chance.choice(HAMLETS)}, {chance.randint(1, 90)} m."} if note else {})


if __name__ == "__main__":
    import json
    import sys

    sys.stdout.write(json.dumps(measure(), indent=1) + "\n")
