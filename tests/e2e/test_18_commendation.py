"""Chapter 18: a nomination: the unit votes, office and council check, a leader lists it, and what is public of it."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Crew
from tests.tools import accessibility, screens
from tests.tools.handset import DESK, Handset
from tests.tools.stage import NOMINATION, SESSION, Hand

# A directory: what the test looked at is kept there.
PICTURES = os.environ.get("BEN_PICTURES")
VOTE = {"members": 9, "present": 8, "agree": 7, "against": 0, "abstained": 1}


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def person(crew: Crew, name: str, role: str, place: str) -> int:
    added = crew.landing.flask("people", "add", "--name", name, "--role", role, "--place", place)
    return int(added.split()[-1])


def nominated(crew: Crew) -> str:
    """A nomination by a second supervisor, with a session as evidence; both approved by the first."""
    author = person(crew, "Kim Sa Rinh", "GSV", "xa-ngai-xuyen")
    rinh, lanh = (Hand(crew.landing.port, crew.landing.another_link(one)) for one in (author, 2))
    session = rinh.write(SESSION, "TT-04")
    lanh.decide(session, "approve")
    number = rinh.write({**NOMINATION, "evidence": session}, "DX-08")
    lanh.decide(number, "approve")
    return number


def opened(device: Handset, number: str) -> Page:
    """The nomination, found in the list."""
    page = device.page
    screens.show(page, "commendations")
    page.locator(f"main a.item[href$='/{number}']").click()
    expect(page.locator(".card .chip").first).to_be_visible()
    return page


def step(page: Page, name: str, reached: str) -> None:
    """Takes a step and waits until the nomination stands there."""
    page.get_by_role("button", name=name, exact=True).click()
    page.locator("form.step button[type=submit]").click()
    expect(page.locator(f".card > p > .chip[data-state={reached}]")).to_be_visible()


def test_a_nomination_goes_from_the_units_vote_to_a_public_award(crew: Crew) -> None:
    number = nominated(crew)
    supervisor = crew.supervisor()
    page = opened(supervisor, number)
    page.get_by_role("button", name="Nhập biên bản họp").click()
    for name, count in VOTE.items():
        page.locator(f"form.step [name={name}]").fill(str(count))
    page.locator("form.step [name=agree]").fill("8")
    page.locator("form.step button[type=submit]").click()
    expect(page.locator(".field-error")).to_contain_text("phải bằng số có mặt")
    picture(page, "vote-wrong-360")
    assert accessibility.violations(page) == []
    assert accessibility.sticks_out(page) == []
    page.locator("form.step [name=agree]").fill("7")
    page.locator("form.step button[type=submit]").click()
    expect(page.locator(".card > p > .chip[data-state=voted]")).to_be_visible()
    with page.expect_download() as got:
        page.get_by_role("button", name="Tải biên bản họp (Word)").click()
    assert got.value.suggested_filename == f"BB-{number}.docx"

    office = crew.enrol(crew.landing.another_link(3), DESK)
    step(opened(office, number), "Minh chứng đạt", "checked")
    council = crew.enrol(crew.landing.another_link(person(crew, "Phan Hội", "TDKT", "huyen-tra-cu")))
    page = opened(council, number)
    page.locator(".proof summary").click()
    expect(page.locator(".proof")).to_contain_text("120")
    picture(page, "council-360")
    assert accessibility.violations(page) == []
    assert accessibility.sticks_out(page) == []
    step(page, "Không vướng mắc", "cleared")
    leader = crew.enrol(crew.landing.another_link(person(crew, "Trần Lãnh", "LD", "huyen-tra-cu")), DESK)
    step(opened(leader, number), "Đưa vào danh sách trình", "listed")

    page = opened(office, number)
    page.get_by_role("button", name="Ghi quyết định khen").click()
    page.locator("form.step [name=number]").fill("12/QĐ-UBND")
    page.locator("form.step [name=book]").fill("07")
    page.locator("form.step button[type=submit]").click()
    expect(page.locator(".card > p > .chip[data-state=granted]")).to_be_visible()
    step(page, "Công bố", "published")
    picture(page, "published-1280")
    everybody_sees_it(crew)
    assert [one.errors for one in (supervisor, office, council, leader)] == [[], [], [], []]


def everybody_sees_it(crew: Crew) -> None:
    """A volunteer reads what is public, also once the network is gone; no nomination is theirs to see."""
    volunteer = crew.volunteer()
    page = volunteer.page
    screens.show(page, "campaign")
    page.locator("main a[href='#/commendations']").click()
    award = page.locator("main .item", has_text="Giấy khen của xã")
    expect(award).to_contain_text("Xã Ngãi Xuyên")
    expect(page.locator("main a.item")).to_have_count(0)
    screens.show(page, "campaign")
    volunteer.lose_network()
    screens.show(page, "commendations")
    expect(page.locator(".banner")).to_contain_text("Không có mạng")
    expect(award).to_be_visible()
    assert volunteer.errors == []
