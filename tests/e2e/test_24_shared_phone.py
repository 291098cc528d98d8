"""Chapter 24: two persons share one phone; each opens their own with a PIN, and nothing of either is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.handset import Handset
from tests.tools.landing import Landing
from tests.tools.pins import choose_pin, hand_to, join_others, pick, put_down, take_up, type_pin
from tests.tools.stage import IPHONE

FIRST, SECOND = "Thạch Thị Sóc Kha", "Kim Thị Ánh Nguyệt"
PINS = {FIRST: "2580", SECOND: "91735"}
CHOICE = "Ai đang dùng máy?"
FULL = """() => {
  window.put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException('no room', 'QuotaExceededError') };
}"""
ROOM = "() => { IDBObjectStore.prototype.put = window.put }"


class Shared:
    """The phone that both have, and what each has written on it."""

    def __init__(self, phone: Handset, second: int) -> None:
        self.phone = phone
        self.second = second
        self.records: dict[str, str] = {}


def look_again(page: Page) -> None:
    """What a browser says when a page comes back to the front."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def put_aside(page: Page) -> None:
    """The phone has lain about for six minutes, and is looked at again."""
    page.evaluate("localStorage.setItem('ben-used', String(Date.now() - 6 * 60_000))")
    look_again(page)


def to_the_draft(page: Page) -> None:
    """The first person has the phone, and their draft open."""
    hand_to(page, FIRST, PINS[FIRST])
    page.locator("a.item[href*='#/fill/']").click()
    expect(page.locator(".question").first).to_be_visible()


def leave(page: Page) -> None:
    """Signs out and takes all of one's own off the phone."""
    screens.show(page, "me")
    page.get_by_role("button", name="Đăng xuất").click()
    page.locator("dialog[open] input[type=checkbox]").check()
    page.locator("dialog[open] button[data-kind=danger]").click()
    expect(page.locator("h1")).to_have_text(CHOICE)


@pytest.fixture(scope="module")
def shared(landing: Landing, crew: Crew) -> Shared:
    """The first person's phone, with a draft and an unsent record, onto which the second one has come."""
    given = ["--name", SECOND, "--role", "TNV", "--place", "xa-ngai-xuyen"]
    second = int(landing.flask("people", "add", *given).split()[-1])
    made = Shared(crew.volunteer(), second)
    page = made.phone.page
    screens.begin(page, screens.OUTREACH)
    screens.fill(page, {"venue_type": "Chùa"})
    made.phone.net.down()
    made.records[FIRST] = screens.report(page)
    screens.not_landed(page)
    made.phone.net.up()
    return made


def test_a_link_on_a_phone_in_use_says_that_the_others_work_stays_and_everybody_chooses_a_pin(
    shared: Shared, landing: Landing
) -> None:
    page, net = shared.phone.page, shared.phone.net
    page.evaluate("token => { location.hash = '#/enrol/' + token }", landing.another_link(shared.second))
    expect(page.locator("main")).to_contain_text(f"Thêm {SECOND} vào máy này")
    expect(page.locator("main")).to_contain_text(f"Máy đang có: {FIRST}")
    page.locator("#consent-account").check()
    page.locator("main button[data-kind=primary]").last.click()
    choose_pin(page, FIRST, PINS[FIRST])
    choose_pin(page, SECOND, PINS[SECOND])
    expect(page.locator("h1")).to_contain_text(SECOND)
    expect(page.locator(".tile", has_text=screens.ACCIDENT)).to_be_visible()
    assert net.count("POST /api/enrolments/redeem") == 2
    cookies = [each["name"] for each in page.context.cookies() if "ben-" in each["name"]]
    assert len(cookies) == 2


def test_each_sees_only_their_own(shared: Shared) -> None:
    page = shared.phone.page
    expect(page.locator("main")).not_to_contain_text("Nháp")
    screens.show(page, "outbox")
    expect(page.locator("main")).not_to_contain_text(shared.records[FIRST])
    put_down(page)
    take_up(page, FIRST, PINS[FIRST])
    expect(page.locator("a.item[href*='#/fill/']")).to_have_count(1)  # the draft that was begun before


def test_what_the_other_one_left_is_told_and_lands_while_somebody_else_uses_the_phone(
    shared: Shared, crew: Crew
) -> None:
    page = shared.phone.page
    shared.phone.lose_network()
    shared.records[FIRST] = screens.report(page)
    screens.not_landed(page)
    put_down(page)
    expect(page.locator(".tile", has_text=FIRST)).to_contain_text("1 phiếu chờ gửi")
    take_up(page, SECOND, PINS[SECOND])
    shared.records[SECOND] = screens.report(page)
    screens.not_landed(page)
    screens.show(page, "me")
    expect(page.locator(".card .item", has_text=FIRST)).to_contain_text("1 phiếu chờ gửi")
    shared.phone.regain_network()
    expect(page.locator(".card .item", has_text=FIRST)).not_to_contain_text("chờ gửi", timeout=45_000)
    expect(page.locator(".card .item", has_text=SECOND)).not_to_contain_text("chờ gửi", timeout=45_000)
    landed = {record["id"]: record["by"] for record in crew.eye().documents("record")}
    assert set(shared.records.values()) <= set(landed)
    assert landed[shared.records[FIRST]] != landed[shared.records[SECOND]]


def test_a_wrong_pin_opens_nothing_and_waits_also_after_the_app_was_closed(shared: Shared) -> None:
    page = shared.phone.page
    put_down(page)
    pick(page, FIRST)
    for _ in range(3):
        type_pin(page, "1470")
        expect(page.locator(".pin-trouble")).to_contain_text("Mã PIN chưa đúng")
    expect(page.locator(".pin-trouble")).to_contain_text("Nhập lại được sau")
    shared.phone.close()
    page = shared.phone.open()
    pick(page, FIRST)
    expect(page.locator(".pin-trouble")).to_contain_text("Nhập lại được sau")
    expect(page.locator(".pin-keys button[data-kind=primary]")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Chọn người khác").click()
    take_up(page, SECOND, PINS[SECOND])  # one's wrong tries keep nobody else out


def test_enter_on_the_help_for_a_forgotten_pin_is_no_try(shared: Shared) -> None:
    page = shared.phone.page
    hand_to(page, SECOND, PINS[SECOND])
    put_down(page)
    pick(page, SECOND)
    expect(page.locator(".pin-title")).to_contain_text(SECOND)
    page.keyboard.type("1470")
    page.locator(".pin summary").press("Enter")
    expect(page.locator(".pin details[open]")).to_be_visible()
    expect(page.locator(".pin-dots [data-on]")).to_have_count(4)
    expect(page.locator(".pin [role=alert]")).to_be_empty()
    page.get_by_role("button", name="Chọn người khác").click()
    take_up(page, SECOND, PINS[SECOND])


def test_a_forgotten_pin_is_chosen_anew_with_a_link_and_nothing_is_lost(shared: Shared, landing: Landing) -> None:
    page = shared.phone.page
    hand_to(page, SECOND, PINS[SECOND])
    put_down(page)
    PINS[FIRST] = "864209"
    join_others(page, landing.another_link(1))
    choose_pin(page, FIRST, PINS[FIRST])
    expect(page.locator("h1")).to_contain_text(FIRST)
    expect(page.locator("a.item[href*='#/fill/']")).to_have_count(1)
    screens.show(page, "records")
    expect(page.locator("main")).to_contain_text(shared.records[FIRST])


def test_a_phone_that_was_put_aside_asks_who_is_there_and_the_form_opens_again(shared: Shared) -> None:
    page = shared.phone.page
    to_the_draft(page)
    screens.fill(page, {"attendees_total": 87})
    at = page.evaluate("location.hash")
    put_aside(page)
    expect(page.locator("h1")).to_have_text(CHOICE)
    pick(page, FIRST)
    type_pin(page, PINS[FIRST])
    expect(page.locator(".question").first).to_be_visible()
    assert page.evaluate("location.hash") == at
    expect(screens.question(page, "attendees_total").locator("input").first).to_have_value("87")


def test_a_short_look_elsewhere_asks_for_no_pin(shared: Shared) -> None:
    page = shared.phone.page
    to_the_draft(page)
    page.reload()
    expect(page.locator(".question").first).to_be_visible()


def test_a_full_phone_is_not_put_down_before_what_was_typed_is_on_it(shared: Shared) -> None:
    page = shared.phone.page
    to_the_draft(page)
    total = screens.question(page, "attendees_total").locator("input").first
    page.evaluate(FULL)
    total.fill("88")
    expect(page.locator("dialog[open]")).to_be_visible()
    put_aside(page)
    page.wait_for_timeout(4_000)  # longer than it is waited for what is being written
    expect(page.locator(".tile[data-person]")).to_have_count(0)
    expect(total).to_have_value("88")
    page.evaluate(ROOM)
    look_again(page)
    expect(page.locator("h1")).to_have_text(CHOICE)
    pick(page, FIRST)
    type_pin(page, PINS[FIRST])
    expect(total).to_have_value("88")


def test_a_form_that_was_left_on_a_full_phone_opens_again_as_it_was(shared: Shared) -> None:
    page = shared.phone.page
    to_the_draft(page)
    total = screens.question(page, "attendees_total").locator("input").first
    at = page.evaluate("location.hash.slice(2)")
    page.evaluate(FULL)
    total.fill("89")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    screens.show(page, "me")
    page.get_by_role("button", name="Đổi người dùng").click()
    expect(page.locator(".card [role=alert]")).to_contain_text("chưa lưu được", timeout=10_000)
    page.evaluate("path => { location.hash = '#/' + path }", at)
    expect(total).to_have_value("89")
    page.evaluate(ROOM)
    look_again(page)
    screens.kept(page)


def test_another_person_begins_in_a_page_that_knows_nothing_of_the_one_before(shared: Shared) -> None:
    page = shared.phone.page
    hand_to(page, FIRST, PINS[FIRST])
    page.evaluate("window.mark = 1")
    put_down(page)
    pick(page, FIRST)
    type_pin(page, PINS[FIRST])
    expect(page.locator(".pin")).to_have_count(0)
    assert page.evaluate("window.mark") == 1
    put_down(page)
    take_up(page, SECOND, PINS[SECOND])
    assert page.evaluate("window.mark ?? null") is None


def test_a_tab_that_was_told_nothing_finds_out_when_it_is_looked_at(shared: Shared) -> None:
    page, context = shared.phone.page, shared.phone.context
    assert context is not None
    hand_to(page, SECOND, PINS[SECOND])
    context.add_init_script("delete window.BroadcastChannel")
    tab = shared.phone.new_tab()
    expect(tab.locator("h1")).to_contain_text(SECOND)
    put_down(page)
    look_again(tab)
    expect(tab.locator("h1")).to_have_text(CHOICE)
    take_up(page, FIRST, PINS[FIRST])
    look_again(tab)
    expect(tab.locator("h1")).to_contain_text(FIRST)
    tab.close()


def test_who_leaves_the_phone_takes_nothing_of_the_other_one_along(shared: Shared) -> None:
    page = shared.phone.page
    hand_to(page, SECOND, PINS[SECOND])
    leave(page)
    expect(page.locator(".tile")).to_have_count(1)
    take_up(page, FIRST, PINS[FIRST])
    expect(page.locator("a.item[href*='#/fill/']")).to_have_count(1)
    page.reload()
    expect(page.locator("h1")).to_contain_text(FIRST)  # alone, without a PIN


def test_who_is_left_alone_and_has_no_pin_chooses_none(
    handset: Callable[[], Handset], landing: Landing, shared: Shared
) -> None:
    phone = handset()
    page = phone.enrol(landing.another_link(1))
    screens.join(page)
    screens.wait_for_worker(page)
    join_others(page, landing.another_link(shared.second))
    page.get_by_role("button", name=f"{FIRST} không có ở đây").click()
    choose_pin(page, SECOND, PINS[SECOND])
    expect(page.locator("h1")).to_contain_text(SECOND)
    leave(page)
    pick(page, FIRST)
    expect(page.locator("h1")).to_contain_text(FIRST)


def test_nobody_shares_a_phone_that_has_one_person(handset: Callable[[], Handset], landing: Landing) -> None:
    phone = handset()
    page = phone.enrol(landing.another_link(1))
    screens.join(page)
    screens.wait_for_worker(page)
    phone.close()
    page = phone.open()
    expect(page.locator(".tile").first).to_be_visible()
    screens.show(page, "me")
    expect(page.get_by_role("button", name="Đổi người dùng")).to_have_count(0)


def test_how_to_install_is_shown_after_the_first_report_in_pictures_and_found_again(
    handset: Callable[[], Handset], landing: Landing
) -> None:
    phone = handset()
    phone.before = IPHONE
    page = phone.enrol(landing.another_link(1))
    screens.join(page)
    expect(page.locator(".tile").first).to_be_visible()
    expect(page.locator(".install-steps")).to_have_count(0)
    screens.report(page)
    screens.landed(page)
    expect(page.locator(".install-picture")).to_have_count(3)
    expect(page.locator("main")).to_contain_text("có thể xóa dữ liệu")
    page.get_by_role("button", name="Để sau").click()
    expect(page.locator(".install-steps")).to_have_count(0)
    screens.report(page)
    screens.landed(page)
    expect(page.locator(".install-steps")).to_have_count(0)
    screens.show(page, "me")
    expect(page.locator(".install-picture")).to_have_count(3)


def test_messages_are_offered_only_when_a_report_is_on_the_server(
    handset: Callable[[], Handset], landing: Landing
) -> None:
    phone = handset()
    phone.before = (
        "localStorage.setItem('ben-install-hint', 'hidden');"  # the way to the home screen is shown first, alone
        "Notification.requestPermission = () => { window.asked = true; return Promise.resolve('granted') }"
    )
    landing.tokens()  # whoever joined before isn't given a link again
    page = phone.enrol(landing.another_link(1))
    screens.join(page)
    screens.wait_for_worker(page)
    expect(page.locator("button.tile").first).to_be_visible()  # the forms have come
    phone.net.down()
    screens.report(page)
    screens.not_landed(page)
    expect(page.locator("main")).not_to_contain_text("Có nhận tin về phiếu không?")
    phone.net.up()
    screens.landed(page)
    expect(page.locator("main")).to_contain_text("Có nhận tin về phiếu không?")
    assert page.evaluate("window.asked") is None
    page.get_by_role("button", name="Bật thông báo").click()
    expect(page.locator("main")).to_contain_text("Đang bật")
    assert page.evaluate("window.asked") is True
