"""Chapter 25: the office adds people from a list of its own: who will be added is shown before, and gets a card."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Crew
from tests.forms.books import workbook
from tests.tools import accessibility, screens
from tests.tools.handset import DESK, PHONE, Handset

COMMUNES = ("Xã Ngãi Xuyên", "dai an", "29473")
PEOPLE = [(number, f"Kim Thị Sa {number}", "tinh nguyen vien", COMMUNES[number % 3], "0912") for number in range(1, 11)]
LIST = (
    ("DANH SÁCH TÌNH NGUYỆN VIÊN",),
    ("STT", "Họ và tên", "Vai trò", "Đơn vị", "Điện thoại"),
    *PEOPLE,
    (11, "Thạch Sa Rây", "Đội viên", "Xã Ngãi Xuyên", ""),
    (12, "Sơn Ngọc Hà", "Giám sát viên", "Trà Cú", ""),
)
PASTED = "Họ tên\tVai trò\tĐịa bàn\nLâm Thị Bé\tTNV\tNgãi Xuyên\nKim Thị Sa 1\tTNV\tXã Ngãi Xuyên\n"


@pytest.fixture(scope="module")
def office(crew: Crew) -> Handset:
    """Somebody of the district's standing office at their desk."""
    given = ["--name", "Cúc", "--role", "TT", "--place", "huyen-tra-cu"]
    person = crew.landing.flask("people", "add", *given).split()[-1]
    return crew.enrol(crew.landing.another_link(int(person)), DESK)


def load(page: Page, directory: Path) -> None:
    path = directory / "danh-sach.xlsx"
    path.write_bytes(workbook(people=LIST))
    screens.show(page, "people/import")
    page.locator("main input[type=file]").set_input_files(path)


def summary(page: Page) -> Locator:
    return page.locator(".import-summary [role=status]")


def row(page: Page, line: int) -> Locator:
    return page.locator(f"[data-line='{line}']")


def well_made(page: Page) -> None:
    """Nobody is kept out, on a desk and on a phone."""

    assert [*accessibility.violations(page), *accessibility.sticks_out(page)] == []
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    found = [*accessibility.violations(page), *accessibility.sticks_out(page), *accessibility.too_small(page)]
    page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
    assert found == []


def test_what_a_list_will_do_is_shown_and_kept_while_one_is_away(office: Handset, tmp_path: Path) -> None:
    page = office.page
    screens.show(page, "setup")
    page.locator("main a.item[href='#/people/import']").click()
    expect(page.locator("h1")).to_have_text("Thêm người từ danh sách")
    load(page, tmp_path)
    expect(summary(page)).to_contain_text("Sẽ thêm 10 người")
    expect(summary(page)).to_contain_text("2 dòng cần xem lại")
    expect(page.get_by_text("Các cột không dùng đến")).to_contain_text("STT, Điện thoại")
    expect(row(page, 13)).to_contain_text("Không có vai trò “Đội viên”")
    expect(row(page, 14)).to_contain_text("“Trà Cú” có thể là nhiều nơi")
    well_made(page)
    screens.show(page, "people")
    expect(page.locator(".person", has_text="Kim Thị Sa 1")).to_have_count(0)
    page.reload()
    screens.show(page, "people/import")
    expect(summary(page)).to_contain_text("Sẽ thêm 10 người")


def test_rows_are_mended_on_screen_and_added(office: Handset) -> None:
    page = office.page
    row(page, 13).get_by_label("Vai trò").select_option("TNV")
    expect(row(page, 13)).to_contain_text("Dòng này sẽ được thêm")
    row(page, 14).get_by_label("Địa bàn").select_option("Thị trấn Trà Cú")
    expect(summary(page)).to_contain_text("Sẽ thêm 12 người")
    page.get_by_role("button", name="Thêm 12 người").click()
    expect(page.locator(".banner[data-tone=good]")).to_contain_text("Đã thêm 12 người")
    well_made(page)


def test_cards_are_printed_for_just_these_people_and_one_of_them_enrols(
    office: Handset, handset: Callable[[], Handset]
) -> None:
    page = office.page
    page.get_by_role("link", name="In thẻ cho những người này").click()
    expect(page.locator(".card-people input:checked")).to_have_count(12)
    page.get_by_role("button", name="Tạo thẻ").click()
    expect(page.locator(".enrolment-card")).to_have_count(12)
    card = page.locator(".enrolment-card", has_text="Thạch Sa Rây")
    phone = handset().enrol(card.locator(".enrolment-card-link").inner_text().rpartition("/")[2])
    expect(phone.locator(".who")).to_have_text("Thạch Sa Rây")
    screens.join(phone)
    expect(phone.locator(".tile").first).to_be_visible()


def test_the_same_list_adds_nobody_twice(office: Handset, tmp_path: Path) -> None:
    page = office.page
    load(page, tmp_path)
    expect(summary(page)).to_contain_text("Chưa có ai để thêm")
    expect(summary(page)).to_contain_text("10 dòng không làm gì")
    page.get_by_role("button", name="Bỏ danh sách này").click()
    page.locator("dialog[open] button[data-kind=danger]").click()
    expect(page.locator("main input[type=file]")).to_have_count(1)


def test_what_was_pasted_outlives_a_lost_network_and_a_namesake_is_asked_about(office: Handset) -> None:
    page = office.page
    page.locator("main textarea").fill(PASTED)
    office.lose_network()
    page.get_by_role("button", name="Đọc phần đã dán").click()
    expect(page.locator(".banner[data-tone=problem]")).to_contain_text("Cần mạng để đọc và kiểm tra danh sách")
    page.reload()
    expect(page.locator("main textarea")).to_have_value(PASTED)
    office.regain_network()
    page.get_by_role("button", name="Đọc phần đã dán").click()
    expect(summary(page)).to_contain_text("Sẽ thêm 1 người")
    expect(row(page, 3)).to_contain_text("Kim Thị Sa 1, Tình nguyện viên · Xã Đại An")
    well_made(page)
    row(page, 3).get_by_label("Cùng một người").check()
    expect(summary(page)).to_contain_text("1 dòng không làm gì")
    page.get_by_role("button", name="Thêm 1 người").click()
    expect(page.locator(".banner[data-tone=good]")).to_contain_text("Đã thêm 1 người")
    screens.show(page, "people")
    expect(page.locator(".person", has_text="Lâm Thị Bé")).to_have_count(1)


def test_no_page_broke(office: Handset) -> None:
    assert office.errors == []
