"""Chapter 16: the figures of the campaign, as everybody reads them: what is reported, what counts, where and when."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Crew
from tests.tools import accessibility, screens
from tests.tools.handset import DESK, PHONE

# A directory: what the test looked at is kept there.
PICTURES = os.environ.get("BEN_PICTURES")
OPEN = {"vi": "Xem theo xã và theo kỳ", "km": "មើលតាមឃុំ និងតាមរយៈពេល"}


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def test_a_report_stands_beside_the_accidents_and_communes_side_by_side(crew: Crew) -> None:
    volunteer = crew.volunteer()
    number = screens.report(volunteer.page)
    screens.landed(volunteer.page)
    reader = crew.supervisor(PHONE)
    page = reader.page
    screens.decide(page, number, "Duyệt")
    accidents = page.locator(".indicator[data-code=A1]")
    reported = accidents.locator(".with-icon").first
    for _ in range(20):  # the worker counts it
        screens.sync(page)
        screens.show(page, "campaign")
        accidents.wait_for()
        if reported.count():
            break
        page.wait_for_timeout(500)
    expect(reported).to_contain_text("Tin báo tai nạn chưa xác nhận: 01 tin")
    expect(accidents.locator(".big-number strong")).to_have_text("0")  # the police have confirmed none
    expect(page.locator(".indicator[data-code=R1]")).to_have_count(0)
    for language in OPEN:
        screens.choose_language(page, language)
        look(page, language)
    assert reader.errors == []


def look(page: Page, language: str) -> None:
    """Communes and periods, on a phone and on a desk."""
    page.set_viewport_size(PHONE)
    screens.show(page, "campaign")
    page.get_by_role("button", name=OPEN[language]).click()
    tables = page.locator(".figures-table")
    expect(tables.first.locator("tbody tr")).to_have_count(17)
    expect(tables.nth(1).locator("tbody tr")).to_have_count(6)
    for screen in (PHONE, DESK):
        page.set_viewport_size(screen)
        picture(page, f"figures-{language}-{screen['width']}")
        assert accessibility.violations(page) == []
        assert accessibility.sticks_out(page) == []
