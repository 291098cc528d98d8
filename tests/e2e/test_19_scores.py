"""Chapter 19: a commune scores itself, the office verifies, a leader settles; records stand behind the points."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Crew
from tests.tools import accessibility, screens
from tests.tools.handset import DESK, PHONE, Handset

# A directory: what the test looked at is kept there.
PICTURES = os.environ.get("BEN_PICTURES")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def line(page: Page, code: str) -> Locator:
    return page.locator(f".score-item[data-item='{code}']")


def put(page: Page, code: str, points: str, reason: str) -> None:
    """Puts down points for an item, in the column that is this person's."""
    line(page, code).locator(".score-actions button").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("input.figure").fill(points)
    dialog.locator("textarea").fill(reason)
    dialog.locator("button[data-kind=primary]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def added(crew: Crew, name: str, role: str) -> Handset:
    given = ["--name", name, "--role", role, "--place", "huyen-tra-cu"]
    person = int(crew.landing.flask("people", "add", *given).split()[-1])
    return crew.enrol(crew.landing.another_link(person), DESK)


def open_commune(page: Page) -> None:
    screens.show(page, "scores")
    page.get_by_role("link", name="Xã Ngãi Xuyên").click()
    expect(line(page, "I.1")).to_be_visible()


def look(page: Page, name: str) -> None:
    """The same screen on a phone and on a desk, in Vietnamese and Khmer: nothing sticks out, everybody can read it."""
    for screen in (PHONE, DESK):
        page.set_viewport_size(screen)
        picture(page, f"{name}-{screen['width']}")
        assert accessibility.violations(page) == []
        assert accessibility.sticks_out(page) == []


def test_three_hands_give_a_point_and_the_records_stand_behind_it(crew: Crew) -> None:
    volunteer = crew.volunteer()
    number = screens.report(volunteer.page, screens.OUTREACH, screens.OUTREACH_SESSION)
    screens.landed(volunteer.page)
    supervisor = crew.supervisor()
    page = supervisor.page
    screens.decide(page, number, "Duyệt")

    counted(page, number)
    own_points(page)
    supervisor.lose_network()
    put_offline(page)
    supervisor.regain_network()

    office = added(crew, "Cúc", "TT").page
    open_commune(office)
    put(office, "I.1", "4", "Ban hành chậm 3 ngày")
    office.get_by_role("button", name="Giữ nguyên").click()
    office.locator("dialog[open] button[data-kind=primary]").click()
    expect(office.locator("dialog[open]")).to_have_count(0)
    look(office, "scores-sheet-vi")
    screens.choose_language(office, "km")
    screens.show(office, "scores")
    office.locator(".score-unit").first.wait_for()
    look(office, "scores-km")

    leader = added(crew, "Lâm Văn Lãnh", "LD").page
    open_commune(leader)
    leader.get_by_role("button", name="như thẩm định").click()
    leader.locator("dialog[open] button[data-kind=primary]").click()
    expect(line(leader, "I.1").locator("[data-column=final] .number")).to_have_text("4")
    expect(line(leader, "I.1").locator("[data-column=verified]")).to_contain_text("Ban hành chậm 3 ngày")
    assert supervisor.errors == []


def counted(page: Page, number: str) -> None:
    """What was approved is points already, and opens from them."""
    screens.show(page, "campaign")
    page.locator("main a[href='#/scores']").click()
    expect(line(page, "II.3")).to_be_visible()
    for _ in range(20):  # the worker counts it
        if line(page, "II.3").locator("details").count():
            break
        page.wait_for_timeout(500)
        screens.show(page, "campaign")
        screens.show(page, "scores")
        line(page, "II.3").wait_for()
    expect(line(page, "II.3").locator(".score-counted .number")).to_have_text("2")
    line(page, "II.3").locator("summary").click()
    expect(line(page, "II.3").locator(f"a[href='#/review/{number}']")).to_be_visible()


def own_points(page: Page) -> None:
    """Points by hand need a reason; what was typed outlives a dialog that is closed."""
    line(page, "I.1").locator(".score-actions button").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("input.figure").fill("4,5")
    dialog.locator("button[data-kind=primary]").click()
    expect(dialog.locator(".field-error")).to_contain_text("Hãy ghi lý do")
    dialog.locator("textarea").fill("KH 05/KH-UBND ngày 30/3/2023")
    page.keyboard.press("Escape")  # nothing that was typed is lost
    line(page, "I.1").locator(".score-actions button").click()
    expect(dialog.locator("textarea")).to_have_value("KH 05/KH-UBND ngày 30/3/2023")
    picture(page, "scores-enter")
    dialog.locator("button[data-kind=primary]").click()
    expect(line(page, "I.1").locator("[data-column=self] .number")).to_have_text("4,5")


def put_offline(page: Page) -> None:
    """Without a network what was read last stays, says when that was, and nothing can be saved."""
    screens.show(page, "campaign")
    screens.show(page, "scores")
    expect(page.locator(".banner", has_text="Muốn sửa điểm phải có mạng")).to_be_visible()
    line(page, "I.2").locator(".score-actions button").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("input.figure").fill("5")
    dialog.locator("textarea").fill("Đủ 4 quý")
    dialog.locator("button[data-kind=primary]").click()
    expect(dialog.locator(".field-error")).to_contain_text("mạng")
    page.keyboard.press("Escape")
