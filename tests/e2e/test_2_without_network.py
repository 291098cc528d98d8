"""Chapter 2: without any network a form is opened, half filled, found again after the browser closed, and finished."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.tools import screens
from tests.tools.handset import Handset
from tests.tools.landing import Landing


@pytest.fixture(scope="module")
def phone(handset: Callable[[], Handset], landing: Landing) -> Handset:
    """The volunteer's phone, enrolled, its forms cached; then the network goes."""
    volunteer = handset()
    page = volunteer.enrol(landing.tokens()[0])
    screens.join(page)
    screens.wait_for_worker(page)
    screens.wait_for_languages(page)
    volunteer.net.down()
    volunteer.close()
    return volunteer


def test_a_draft_survives_the_closing_of_the_browser_and_is_finished(phone: Handset) -> None:
    page = phone.open()
    screens.begin(page, screens.ACCIDENT)
    some = {path: screens.QUICK_REPORT[path] for path in ("occurred_at", "mode", "vehicles")}
    screens.fill(page, some)
    phone.close()  # half-way

    page = phone.open()
    draft = page.locator("a[href^='#/fill/']")
    expect(draft).to_have_count(1)
    expect(draft).to_be_in_viewport()  # nobody has to look for it below all the forms
    draft.click()
    for label in screens.QUICK_REPORT["vehicles"]:
        expect(screens.question(page, "vehicles").get_by_label(label, exact=True)).to_be_checked()
    expect(screens.question(page, "mode").get_by_label("Đường bộ", exact=True)).to_be_checked()
    rest = {path: value for path, value in screens.QUICK_REPORT.items() if path not in some}
    screens.fill(page, rest)
    number = screens.finish(page)
    expect(page.locator(".receipt")).to_contain_text("Đã lưu trên máy này")
    screens.not_landed(page)
    screens.waits_for(page, 1)

    phone.close()
    page = phone.open("/#/outbox")
    expect(page.locator(f"main a[href='#/record/{number}']")).to_have_count(1)
    screens.show(page, "")
    expect(page.locator("a[href^='#/fill/']")).to_have_count(0)


def test_missing_answers_are_named_and_nothing_is_sent_off(phone: Handset) -> None:
    page = phone.open()
    screens.show(page, "")
    screens.begin(page, screens.ACCIDENT)
    screens.answer(page, "mode", "Đường thủy nội địa")
    page.locator(".finish button[data-kind=primary]").click()
    expect(page.locator(".field-error").first).to_be_visible()
    expect(screens.question(page, "vehicles").locator(".field-error")).to_be_visible()
    screens.waits_for(page, 1)


def test_a_question_is_shown_only_when_it_is_relevant(phone: Handset) -> None:
    page = phone.open()
    screens.show(page, "")
    screens.begin(page, screens.ACCIDENT)
    expect(screens.question(page, "collision_type")).to_have_count(0)
    screens.answer(page, "mode", "Đường bộ")
    expect(screens.question(page, "collision_type")).to_be_visible()
    screens.answer(page, "mode", "Đường thủy nội địa")
    expect(screens.question(page, "collision_type")).to_have_count(0)


def test_a_place_is_taken_once_when_it_is_asked_for(phone: Handset) -> None:
    page = phone.open()
    screens.show(page, "")
    screens.begin(page, screens.ACCIDENT)
    screens.question(page, "location").get_by_role("button").first.click()
    expect(screens.question(page, "location").locator(".point")).to_contain_text("9.68530, 106.25710")
    screens.kept(page)


def test_every_language_can_be_chosen_though_it_was_never_used(phone: Handset) -> None:
    page = phone.open()
    for language, word in (("km", "ភាសា"), ("en", "Language"), ("vi", "Ngôn ngữ")):
        screens.choose_language(page, language)
        expect(page.locator("legend", has_text=word)).to_be_visible()
    assert page.evaluate("document.fonts.check('700 16px \"Noto Sans Khmer\"', 'ភាសា')")


def test_no_page_broke(phone: Handset) -> None:
    assert phone.errors == []
