"""Chapter 27: help for the screen that is open, in pictures, without a network, and nothing typed is lost by it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.handset import Handset

NAMES = {"vi": "Trợ giúp", "en": "Help", "km": "ជំនួយ"}
OWN = ("", "records", "outbox", "handin", "campaign", "messages", "me", "scan")


@pytest.fixture(scope="module")
def phone(crew: Crew) -> Handset:
    """The volunteer's phone, which has never been shown any help and now has no network."""
    made = crew.volunteer()
    screens.wait_for_languages(made.page)
    screens.report(made.page)
    screens.landed(made.page)
    made.lose_network()
    made.page.reload()
    return made


def ask(page: Page, language: str = "vi") -> Locator:
    """Opens the help of the screen that is open."""
    page.get_by_role("button", name=NAMES[language], exact=True).click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text(NAMES[language])
    assert sheet.evaluate("sheet => sheet.scrollTop") == 0  # read from its beginning
    return sheet


def closed(page: Page, sheet: Locator) -> None:
    """Returns when it is closed, and its step of the way back is undone."""
    expect(sheet).to_have_count(0)
    expect(page.locator(".help-steps")).to_have_count(0)  # goes when the step back has been taken


def steps(sheet: Locator) -> list[str]:
    """What it says, step by step; each beside a picture that is nothing to a screen reader."""
    listed = sheet.get_by_role("list").get_by_role("listitem")
    said = listed.all_inner_texts()
    assert 2 <= len(said) <= 5
    assert all(text.strip() for text in said)
    expect(sheet.locator("ol > li > svg[aria-hidden=true]")).to_have_count(len(said))
    expect(sheet.get_by_role("img")).to_have_count(0)
    return said


@pytest.mark.parametrize("language", ["vi", "km", "en"])
def test_every_screen_of_a_volunteer_has_its_own_help_without_a_network(phone: Handset, language: str) -> None:
    page = phone.page
    screens.choose_language(page, language)
    screens.show(page, "records")
    number = page.locator("main a[href^='#/record/']").first.get_attribute("href")
    assert number is not None
    record = number.removeprefix("#/")
    found: dict[str, tuple[str, ...]] = {}
    for path in (*OWN, record, f"{record}/receipt", record.replace("record/", "saved/")):
        screens.show(page, path)
        sheet = ask(page, language)
        found[path] = tuple(steps(sheet))
        page.keyboard.press("Escape")
        closed(page, sheet)
    assert len(set(found.values())) == len(found)  # of this screen, not of any


def test_escape_and_the_way_back_close_it_and_the_focus_returns(phone: Handset) -> None:
    page = phone.page
    screens.choose_language(page, "vi")
    screens.show(page, "records")
    button = page.get_by_role("button", name="Trợ giúp", exact=True)
    for close in (lambda: page.keyboard.press("Escape"), page.go_back, lambda: page.get_by_text("Đóng").click()):
        sheet = ask(page)
        close()
        closed(page, sheet)
        expect(button).to_be_focused()
        assert page.evaluate("location.hash") == "#/records"
    page.go_back()
    expect(page).not_to_have_url(f"{phone.net.url}/#/records")  # no step of the way back was left behind


def test_what_is_typed_stays_while_help_is_read(phone: Handset) -> None:
    page = phone.page
    screens.show(page, "")
    screens.begin(page, screens.OUTREACH)
    screens.answer(page, "attendees_total", 47)
    sheet = ask(page)
    assert any("không mất" in text for text in steps(sheet))
    page.go_back()
    closed(page, sheet)
    expect(screens.question(page, "attendees_total").locator("input")).to_have_value("47")
    screens.kept(page)
    page.reload()
    expect(screens.question(page, "attendees_total").locator("input")).to_have_value("47")


def test_help_tells_of_the_questions_that_are_there(phone: Handset) -> None:
    page = phone.page
    screens.show(page, "")
    screens.begin(page, screens.OUTREACH)
    asked = set(page.locator(".question").evaluate_all("all => all.map(each => each.dataset.type)"))
    sheet = ask(page)
    told = " ".join(steps(sheet))
    page.keyboard.press("Escape")
    closed(page, sheet)
    assert ("Chụp ảnh" in told) == ("image" in asked)
    assert ("Lấy vị trí" in told) == ("geopoint" in asked)


def test_large_letters_fit_on_a_small_phone(phone: Handset) -> None:
    page = phone.page
    screens.show(page, "")
    sheet = ask(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert sheet.evaluate("sheet => sheet.scrollWidth <= sheet.clientWidth")
    page.keyboard.press("Escape")
    closed(page, sheet)
    page.evaluate("document.documentElement.style.fontSize = ''")


def test_a_supervisors_help_is_on_the_supervisors_phone(crew: Crew) -> None:
    desk = crew.supervisor()
    page = desk.page
    screens.wait_for_groups(page, "supervisor")
    desk.lose_network()
    screens.show(page, "inbox")
    assert any("Chọn nhiều phiếu" in text for text in steps(ask(page)))
    page.keyboard.press("Escape")
    assert desk.errors == []


def test_what_is_saved_after_the_session_ended_is_not_said_to_be_on_its_way(phone: Handset) -> None:
    assert phone.context is not None
    phone.context.clear_cookies()
    phone.regain_network()
    page = phone.page
    expect(page.locator("[data-testid=sync][data-state=signed_out]")).to_be_visible(timeout=30_000)
    screens.report(page)
    expect(page.locator("[data-testid=sync][data-state=signed_out]")).to_be_visible(timeout=30_000)
    expect(page.locator(".receipt")).to_contain_text("hãy xin giám sát viên một liên kết mới")
    expect(page.locator(".receipt")).not_to_contain_text("đang gửi")
    assert phone.errors == []
