"""Chapter 22: one sign says where my work is, a receipt says it to others, and home and inbox have it in order."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.handset import DESK, Handset


@pytest.fixture(scope="module")
def phone(crew: Crew) -> Handset:
    """The volunteer's phone."""
    return crew.volunteer()


@pytest.fixture(scope="module")
def desk(crew: Crew) -> Page:
    """The supervisor's desk."""
    return crew.supervisor(DESK).page


def says(page: Page, sign: str) -> None:
    """The sign in the bar has this name."""
    expect(page.locator(f"[data-testid=sync][data-sign={sign}]")).to_be_visible(timeout=30_000)


def test_without_a_network_it_says_what_waits_and_what_happens_next(phone: Handset) -> None:
    page = phone.page
    says(page, "done")
    phone.lose_network()
    number = screens.report(page)
    says(page, "offline")
    expect(page.locator(".sync-word")).to_have_text("Ngoại tuyến · 1 chờ gửi")
    page.locator("[data-testid=sync]").click()
    told = page.locator(".sync-now")
    expect(told).to_contain_text("1 việc")
    expect(told).to_contain_text("Gửi ngay khi có mạng")
    phone.regain_network()
    says(page, "done")
    screens.open_record(page, number)


def test_a_network_without_the_server_is_another_thing(phone: Handset) -> None:
    page = phone.page
    phone.net.down()
    screens.report(page)
    says(page, "unreachable")
    expect(page.locator(".sync-word")).to_contain_text("Mất máy chủ từ ")
    page.locator("[data-testid=sync]").click()
    expect(page.locator(".sync-now")).to_contain_text("Tự thử lại, chậm nhất ")
    phone.net.up()
    screens.sync(page)
    says(page, "done")


def test_a_server_that_says_nothing_is_told_and_may_be_stopped_and_nothing_is_lost(phone: Handset) -> None:
    page = phone.page
    phone.net.black_hole()
    number = screens.report(page)
    says(page, "silent")
    page.locator("[data-testid=sync]").click()
    page.locator(".sync-now").get_by_role("button", name="Tạm dừng").click()
    says(page, "paused")
    phone.net.up()
    page.wait_for_timeout(2_000)  # stopped is stopped, whatever the network does
    says(page, "paused")
    expect(page.locator(f"main a[href='#/record/{number}']")).to_be_visible()
    page.locator(".sync-now").get_by_role("button", name="Tiếp tục").click()
    says(page, "done")
    screens.waits_for(page, 0)


def test_a_stop_ends_when_something_new_is_saved(phone: Handset) -> None:
    page = phone.page
    phone.net.black_hole()
    screens.report(page)
    says(page, "silent")
    page.locator("[data-testid=sync]").click()
    page.locator(".sync-now").get_by_role("button", name="Tạm dừng").click()
    says(page, "paused")
    expect(page.locator(".sync-now")).to_contain_text("lưu thêm phiếu")
    phone.net.up()
    screens.report(page)
    says(page, "done")
    screens.waits_for(page, 0)


def test_the_receipt_tells_where_it_is_without_a_network_and_nothing_of_what_it_holds(phone: Handset) -> None:
    page = phone.page
    phone.lose_network()
    number = screens.report(page)
    screens.show(page, f"record/{number}/receipt")
    card = page.locator(".paper-receipt")
    expect(card).to_contain_text(number)
    expect(card).to_contain_text("Chưa lên máy chủ")
    expect(card).to_contain_text("Đã lưu trên máy này")
    assert "Mô tô" not in card.inner_text()
    phone.regain_network()
    expect(card).not_to_contain_text("Chưa lên máy chủ", timeout=30_000)
    expect(card).to_contain_text("Chờ duyệt")


def test_the_receipts_number_finds_that_record_and_no_other(phone: Handset, desk: Page) -> None:
    number = phone.page.locator(".receipt-id strong").inner_text()
    screens.show(desk, "register")
    desk.get_by_role("searchbox").fill(number)
    expect(desk.locator(".desk-list .item, main .list .item")).to_have_count(1)
    expect(desk.locator("main")).to_contain_text(number)


def test_what_was_returned_comes_first_with_the_reason(phone: Handset, desk: Page) -> None:
    page = phone.page
    number = page.locator(".receipt-id strong").inner_text()
    screens.decide(desk, number, "Trả lại", "Thiếu tên đường.")
    screens.sync(page)
    screens.show(page, "")
    first = page.locator("main section").first
    expect(first).to_contain_text(number)
    expect(first).to_contain_text("Thiếu tên đường.")


def test_a_receipt_names_who_decided_only_while_the_state_comes_from_it(phone: Handset) -> None:
    page = phone.page
    number = page.locator("main section").first.locator("a[href^='#/record/']").first.get_attribute("href")
    assert number is not None
    number = number.removeprefix("#/record/")
    screens.show(page, f"record/{number}/receipt")
    card = page.locator(".paper-receipt")
    expect(card).to_contain_text("Bị trả lại")
    decided = card.locator("p:not([class])").inner_text()
    screens.edit(page, number, {"consequences/injured_seen": 2})
    screens.sync(page)
    screens.show(page, f"record/{number}/receipt")
    expect(card).to_contain_text("Chờ duyệt")
    expect(card).not_to_contain_text(decided)


def test_the_keys_of_the_inbox_are_told_by_one_of_them_and_can_be_switched_off(desk: Page) -> None:
    screens.show(desk, "inbox")
    article = desk.locator("article.review")
    expect(article).to_be_visible()
    first = str(article.get_attribute("aria-label"))
    told = desk.get_by_role("dialog", name="Phím tắt")
    open_dialog = desk.locator("dialog[open]")
    desk.keyboard.press("?")
    expect(told).to_contain_text("phiếu sau")
    told.get_by_role("checkbox", name="Bật phím tắt").click()
    told.get_by_role("button", name="Đóng").click()
    expect(open_dialog).to_have_count(0)  # until then keys are the dialog's
    desk.keyboard.press("j")
    desk.keyboard.press("?")
    expect(told).to_be_hidden()
    expect(article).to_have_attribute("aria-label", first)
    desk.get_by_role("button", name="Phím tắt").click()
    told.get_by_role("checkbox", name="Bật phím tắt").click()
    told.get_by_role("button", name="Đóng").click()
    expect(open_dialog).to_have_count(0)  # until then keys are the dialog's
    desk.keyboard.press("j")
    expect(article).not_to_have_attribute("aria-label", first)


def test_after_a_decision_the_next_record_is_one_key_away_and_then_the_inbox_is_empty(desk: Page) -> None:
    screens.show(desk, "inbox")
    waiting = desk.locator("a[data-record]")
    expect(waiting.first).to_be_visible()
    article = desk.locator("article.review")
    desk.keyboard.press("a")
    expect(desk.locator(".outcome")).to_be_visible()
    while waiting.count():
        before = str(article.get_attribute("aria-label"))
        desk.keyboard.press("n")
        expect(article).not_to_have_attribute("aria-label", before)
        expect(article.locator(".decide button").first).to_be_visible()
        desk.wait_for_timeout(200)  # nobody is faster than the next record's keys
        desk.keyboard.press("a")
        expect(desk.locator(".outcome")).to_be_visible()
    screens.show(desk, "inbox")
    expect(desk.locator(".empty")).to_contain_text("Bến đã vắng thuyền")
    expect(desk.locator(".empty")).to_contain_text("Hôm nay bạn đã xem")
