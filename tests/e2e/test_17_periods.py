"""Chapter 17: a period is closed by two people; what comes too late says so, and counts once it is corrected."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Crew
from tests.tools import accessibility, screens
from tests.tools.handset import DESK, PHONE, Handset
from tests.tools.stage import SESSION, Hand

# A directory: what the test looked at is kept there.
PICTURES = os.environ.get("BEN_PICTURES")
MAY = "15/04/2023 – 14/05/2023"


def look(page: Page, path: str, text: str, name: str) -> None:
    """A screen in Vietnamese and Khmer, on a phone and on a desk."""
    for language in ("km", "vi"):
        screens.choose_language(page, language)
        screens.show(page, path)
        page.get_by_text(text).first.wait_for()
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            if PICTURES:
                page.wait_for_timeout(300)
                page.screenshot(path=Path(PICTURES) / f"{name}-{language}-{size['width']}.png", full_page=True)
            assert accessibility.violations(page) == []
            assert accessibility.sticks_out(page) == []


def session(author: Hand, supervisor: Hand, day: str) -> str:
    """A session of that day, approved."""
    number = author.write({**SESSION, "held_on": day}, "TT-04")
    supervisor.decide(number, "approve")
    return number


def counted(reader: Hand, people: int) -> None:
    """Waits until the worker has counted so many people who came to sessions of the district."""
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        found = {one["numerator"] for one in reader.documents("indicator") if one["code"] == "P2"}
        if people in found:
            return
        time.sleep(0.3)
    raise AssertionError("not counted")


def enrolled(crew: Crew, name: str, role: str) -> Handset:
    """The desk of somebody of the district's committee."""
    given = ["--name", name, "--role", role, "--place", "huyen-tra-cu"]
    person = crew.landing.flask("people", "add", *given).split()[-1]
    return crew.enrol(crew.landing.another_link(int(person)), DESK)


def press(device: Handset, button: str, *, asked: bool = False) -> None:
    """The first button of that name on the periods' screen, and the one that it asks for."""
    page = device.page
    screens.show(page, "me")
    screens.show(page, "periods")
    period = page.locator(".period", has_text=MAY)
    period.get_by_role("button", name=button, exact=True).click()
    if asked:
        page.locator("dialog[open]").get_by_role("button", name=button, exact=True).click()
    expect(period.locator(".banner[data-tone=good]")).to_be_visible()


def shows(page: Page, number: str, state: str) -> None:
    """A record's chip, in the list and on its own screen, once it has come down."""
    item = page.locator(f"a[href='#/record/{number}']:visible").first
    for _ in range(20):
        screens.sync(page)
        screens.show(page, "records")
        item.wait_for()
        if item.locator(f".chip[data-state={state}]").count():
            break
        page.wait_for_timeout(500)
    expect(item.locator(f".chip[data-state={state}]")).to_be_visible()
    screens.open_record(page, number)
    expect(page.locator(f".receipt-head .chip[data-state={state}]")).to_be_visible()


def test_a_period_is_signed_locks_its_records_and_is_corrected_for_a_late_one(crew: Crew) -> None:
    office, leader = enrolled(crew, "Kim Thị Cúc", "TT"), enrolled(crew, "Trần Văn Lãnh", "LD")
    volunteer = crew.volunteer()
    author, supervisor = (Hand(crew.landing.port, crew.landing.another_link(person)) for person in (1, 2))
    early = session(author, supervisor, "2023-05-10")
    counted(author, 120)
    press(office, "Lập số liệu")
    press(leader, "Ký chốt", asked=True)
    page = volunteer.page
    shows(page, early, "locked")
    expect(page.get_by_text(f"Đã chốt số liệu kỳ {MAY}")).to_be_visible()

    coming = author.write({**SESSION, "held_on": "2023-05-11"}, "TT-04")
    screens.sync(page)
    screens.open_record(page, coming)
    expect(page.get_by_text(f"Kỳ {MAY} đã chốt số liệu")).to_be_visible()
    supervisor.decide(coming, "approve")
    shows(page, coming, "late")
    look(page, f"record/{coming}", MAY, "late")
    look(page, f"record/{early}", MAY, "locked")
    look(page, "messages", coming, "messages")
    expect(page.locator("main")).to_contain_text("Kỳ đã chốt: phiếu chờ đính chính")

    press(office, "Lập đính chính")
    look(office.page, "periods", MAY, "periods")
    press(leader, "Ký đính chính", asked=True)
    expect(leader.page.locator(".period", has_text=MAY)).to_contain_text(re.compile("Đính chính lần 1"))
    shows(page, coming, "locked")
    screens.show(page, "messages")
    expect(page.locator("main")).to_contain_text("Đính chính đã ký: phiếu được tính")
    counted(author, 240)
    assert [*office.errors, *leader.errors, *volunteer.errors] == []
