"""Chapter 18: the year before beside this one, the map of hazards, and the wall screen, also without a network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import Crew
from tests.tools import accessibility, screens
from tests.tools.handset import DESK, PHONE, Handset
from tests.tools.stage import Hand

# A directory: what the test looked at is kept there.
PICTURES = os.environ.get("BEN_PICTURES")
WALL: ViewportSize = {"width": 1920, "height": 1080}
SCREENS = (PHONE, DESK)
OPEN = {"vi": "Xem theo xã và theo kỳ", "km": "មើលតាមឃុំ និងតាមរយៈពេល"}
HAZARD: dict[str, Any] = {
    "found_on": "2023-05-15",
    "location": "9.6836 106.2604 3 12",
    "hazard_type": "pothole",
    "danger": 2,
    "photo": f"{'a' * 64}.jpg",
    "handling/status": "forwarded",
    "handling/due_date": "2023-06-30",
}


def picture(page: Page, name: str, whole: bool = True) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=whole)


def clean(page: Page) -> None:
    assert accessibility.violations(page) == []
    assert accessibility.sticks_out(page) == []


def office(crew: Crew) -> Handset:
    """The standing office's desk."""
    return crew.enrol(crew.tokens[2], DESK)


def hazards(crew: Crew) -> None:
    """Two approved hazards of Ngãi Xuyên, one of them in work, and a third that waits."""
    volunteer, supervisor = (Hand(crew.landing.port, crew.landing.another_link(person)) for person in (1, 2))
    waiting = volunteer.write(HAZARD, "NCO-03")
    at = "9.6990 106.2790 3 12"
    in_work = volunteer.write(HAZARD | {"handling/status": "in_work", "location": at}, "NCO-03")
    for number in (waiting, in_work):
        supervisor.decide(number, "approve")
    volunteer.write(HAZARD | {"location": "9.6900 106.2700 3 12"}, "NCO-03")


def test_the_year_before_the_map_and_the_wall(crew: Crew) -> None:
    hazards(crew)
    desk = office(crew)
    page = desk.page
    in_the_figures(page)
    on_the_map(page)
    on_the_wall(desk)
    assert desk.errors == []


def in_the_figures(page: Page) -> None:
    """The report of December is compared with December: the month is 3, and no percentage is made of so few."""
    screens.show(page, "export")
    page.locator("main select").nth(1).select_option("2022-12-15")
    page.get_by_text("Số liệu cùng kỳ năm trước").click()
    page.locator("form.figures input").first.fill("3")
    page.locator("form.figures button[type=submit]").click()
    expect(page.locator("form.figures .banner[data-tone=good]")).to_be_visible()
    for language in ("km", "vi"):
        screens.choose_language(page, language)
        screens.show(page, "campaign")
        page.get_by_role("button", name=OPEN[language]).click()
        for screen in SCREENS:
            page.set_viewport_size(screen)
            expect(page.locator(".trend canvas")).to_be_visible()
            picture(page, f"details-{language}-{screen['width']}")
            clean(page)
    words = "Đến 14/01/2023: 0 vụ. Cùng kỳ năm trước: 03 vụ (−3)."
    expect(page.locator(".year-before figcaption")).to_have_text(words)
    expect(page.locator(".figures-table").nth(1).locator("tbody tr").first).to_contain_text("cùng kỳ 03")
    expect(page.locator(".figures-table").nth(1).locator("tbody tr").nth(1)).to_contain_text("cùng kỳ: chưa có")
    expect(page.locator(".figures-table").nth(2)).to_contain_text("Nghỉ lễ 30/4 – 1/5")


def on_the_map(page: Page) -> None:
    """Hazards by state, each as a mark with its letter and in the list; nothing is fetched from elsewhere."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for language in OPEN:
        screens.choose_language(page, language)
        for screen in SCREENS:
            page.set_viewport_size(screen)
            screens.show(page, "map")
            expect(page.locator(".map-board .spot-box")).to_have_count(2)
            expect(page.locator(".map-list li")).to_have_count(2)
            picture(page, f"map-{language}-{screen['width']}")
            clean(page)
    screens.choose_language(page, "vi")
    screens.show(page, "map")
    page.get_by_label("Ổ gà, hư mặt đường, Chờ xử lý, Xã Ngãi Xuyên").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-list li")).to_have_count(1)
    page.locator(".map-states button", has_text="Chờ xử lý").click()
    expect(page.locator(".map-list li")).to_have_count(1)
    expect(page.locator(".map-list")).to_contain_text("Đang xử lý")
    here = page.evaluate("location.origin")
    assert [url for url in asked if not url.startswith((here, "data:", "blob:"))] == []


def on_the_wall(desk: Handset) -> None:
    """Counts, communes and hazards, without a point of any; without a network it stays, and says since when."""
    page = desk.page
    for language in OPEN:
        screens.choose_language(page, language)
        for screen in (*SCREENS, WALL):
            page.set_viewport_size(screen)
            screens.show(page, "wall")
            expect(page.locator(".wall .trend canvas")).to_have_count(3)
            picture(page, f"wall-{language}-{screen['width']}", screen is PHONE)
            clean(page)
    screens.choose_language(page, "vi")
    screens.show(page, "wall")
    page.set_viewport_size(WALL)
    expect(page.locator(".wall-communes tbody tr")).to_have_count(17)
    expect(page.locator(".wall-map .map-name")).to_have_text(["Xã Ngãi Xuyên"])
    expect(page.locator(".wall-map .spot-box .spot")).to_have_text(["2"])
    desk.lose_network()
    page.reload()
    expect(page.locator(".wall-state[data-silent]")).to_contain_text("Mất kết nối từ")
    expect(page.locator(".wall-communes tbody tr")).to_have_count(17)
    desk.regain_network()
    expect(page.locator(".wall-state")).to_contain_text("Số liệu lúc")
