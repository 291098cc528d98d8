"""Chapter 12: ten thousand records come down to a new phone, page by page, and the form list never waits for them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Crew
from tests.e2e.test_8_power_cut import reports
from tests.tools import screens
from tests.tools.handset import Handset
from tests.tools.http_phone import HttpPhone

MANY = 10_000
BATCH = 500
KEPT = """async () => {
    const [{ name }] = (await indexedDB.databases()).filter(({ name }) => /^ben-\\d+$/.test(name))
    const open = indexedDB.open(name)
    await new Promise((done) => (open.onsuccess = done))
    const count = open.result.transaction("records").objectStore("records").count()
    await new Promise((done) => (count.onsuccess = done))
    open.result.close()
    return count.result
}"""


def picture(page: Page, name: str) -> None:
    """A picture, where BEN_PICTURES says that somebody wants to look."""
    if directory := os.environ.get("BEN_PICTURES"):
        page.screenshot(path=Path(directory) / f"{name}.png")


def test_ten_thousand_records_arrive_while_forms_are_filled_in_and_a_cut_reading_goes_on(
    crew: Crew, handset: Callable[[], Handset]
) -> None:
    writer = HttpPhone(crew.landing.port, crew.tokens[0])
    everything = reports(writer, MANY)
    for first in range(0, MANY, BATCH):
        writer.sync(everything[first : first + BATCH])

    device = handset()
    added = ["people", "add", "--name", "Kim Thị Ánh Nguyệt", "--role", "TNV", "--place", "xa-ngai-xuyen"]
    page = device.enrol(crew.landing.another_link(int(crew.landing.flask(*added).split()[-1])))
    waiting: list[Route] = []
    passed: list[Route] = []
    until = [2]

    def slowly(route: Route) -> None:
        """The first two pages come; the others wait."""
        if len(passed) < until[0]:
            passed.append(route)
            route.continue_()
        else:
            waiting.append(route)

    page.route("**/api/sync", slowly)
    page.locator("#consent-account").check()
    page.locator("main button[data-kind=primary]").last.click()
    expect(page.locator(".tile").first).to_be_visible()
    told = page.locator(".arriving")
    expect(told).to_contain_text("Đang tải phiếu")
    expect(told).to_contain_text("10.0")  # of about ten thousand
    picture(page, "arriving")
    number = screens.report(page)  # nothing of this waits for the records
    screens.not_landed(page)
    assert page.evaluate(KEPT) < MANY

    until[0], before = MANY, len(passed)  # from here on all pass
    waiting[0].abort()  # and the reading is cut where it is; what was saved meanwhile begins another one at once
    expect(page.locator("[data-testid=sync][data-state=idle]")).to_be_visible(timeout=240_000)
    expect(told).to_have_count(0)
    assert page.evaluate(KEPT) == MANY + 1
    assert len(passed) - before < MANY / BATCH + 1  # it went on where it was: fewer pages than from the start
    screens.open_record(page, everything[-1]["record"])
    screens.open_record(page, number)
    expect(screens.state(page, "on_server").first).to_be_visible()
