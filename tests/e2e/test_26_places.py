"""Chapter 26: the office merges communes on screen: what waits in them waits for who answers for the new one."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.e2e.conftest import Crew
from tests.forms.books import workbook
from tests.tools import accessibility, screens
from tests.tools.handset import DESK, PHONE, Handset

NEW = "Xã Ngãi Sơn"
PASTED = "MÃ\tTÊN ĐỊA BÀN\tThuộc\n29990\tẤp Chợ Mới\tXã Đại An\n29991\tẤp Lạ\tXã Không Có"
LIST = (
    ("DANH SÁCH ĐỊA BÀN",),
    ("STT", "Mã", "Tên địa bàn", "Thuộc", "Dân số"),
    (1, 29990, "Ấp Chợ Mới", "xa dai an", 1200),
    (2, 29482, "Xã Kim Sơn B", "", 9000),
)


def person(crew: Crew, name: str, role: str, place: str, screen: ViewportSize = PHONE) -> Handset:
    given = ["--name", name, "--role", role, "--place", place]
    number = int(crew.landing.flask("people", "add", *given).split()[-1])
    return crew.enrol(crew.landing.another_link(number), screen)


def row(page: Page, name: str) -> Locator:
    return page.locator("main ul.list > li", has_text=name)


def choose(page: Page, *names: str) -> None:
    """Looks for places as one types on a phone, and takes each."""
    for name in names:
        page.locator("form input[type=search]").fill(name)
        page.locator(".places-merged label").first.click()


def merge(page: Page) -> None:
    page.get_by_role("button", name="Nhập địa bàn", exact=True).click()
    page.locator("form button[type=submit]").click()
    expect(page.locator(".field-error")).to_contain_text("ít nhất một địa bàn")
    choose(page, "ngai xuyen", "thanh son")
    expect(page.locator("form")).to_contain_text("Đã chọn: Xã Ngãi Xuyên, Xã Thanh Sơn")
    page.locator("form input[lang=vi]").fill(NEW)
    page.locator("form input[type=date]").fill("2023-05-10")
    page.get_by_label("Văn bản quyết định").fill("Nghị quyết 12")
    page.locator("form button[type=submit]").click()


def test_two_communes_become_one_and_what_waits_goes_along(crew: Crew) -> None:
    volunteer = crew.volunteer()
    number = screens.report(volunteer.page)
    screens.landed(volunteer.page)
    neighbour = person(crew, "Lâm Văn Đạt", "GSV", "xa-thanh-son")
    screens.show(neighbour.page, "inbox")
    expect(neighbour.page.locator(f"a[href*='{number}']")).to_have_count(0)

    office = person(crew, "Cúc", "TT", "huyen-tra-cu", DESK)
    page = office.page
    screens.show(page, "setup")
    page.locator("a[href$='/places']").click()
    page.get_by_label("Tìm địa bàn").fill("ngai xuyen")
    expect(page.locator("main ul.list > li")).to_have_count(1)
    expect(row(page, "Xã Ngãi Xuyên")).to_contain_text("mã 29479")
    page.get_by_label("Tìm địa bàn").fill("")
    merge(page)

    will = page.locator("dialog[open]")
    expect(will).to_contain_text(f"Địa bàn mới: {NEW}")
    expect(will).to_contain_text(f"Xã Thanh Sơn nhập vào {NEW}")
    expect(will).to_contain_text(f"Lâm Văn Đạt (Giám sát viên): Xã Thanh Sơn → {NEW}")
    expect(will).to_contain_text("Xã Ngãi Xuyên: 1 phiếu đang chờ")
    will.get_by_role("button", name="Hủy").click()
    screens.sync(neighbour.page)
    expect(neighbour.page.locator(f"a[href*='{number}']")).to_have_count(0)  # looking changes nothing
    page.locator("form button[type=submit]").click()
    save(page)
    expect(row(page, NEW)).to_be_visible()
    expect(row(page, "Xã Thanh Sơn")).to_have_count(0)
    page.locator("main details summary").click()
    expect(page.locator("main details .entries li").first).to_contain_text("Cúc")

    told = crew.landing.flask("campaign", "load", crew.landing.campaign)
    assert "places: W2" in told
    screens.sync(neighbour.page)
    screens.show(neighbour.page, "inbox")
    expect(neighbour.page.locator(f"a[href*='{number}']").first).to_be_visible()
    screens.decide(neighbour.page, number, "Duyệt")
    page.reload()
    expect(row(page, NEW)).to_be_visible()
    assert [office.errors, neighbour.errors, volunteer.errors] == [[], [], []]


def save(page: Page) -> None:
    page.locator("dialog[open] button[data-kind=primary]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".banner[data-tone=good]")).to_be_visible()


def test_a_place_is_renamed_and_what_cannot_be_done_is_said(crew: Crew) -> None:
    office = person(crew, "Lan", "TT", "huyen-tra-cu")
    page = office.page
    screens.show(page, "setup/1/places")
    page.get_by_role("button", name="Sửa Xã Kim Sơn").click()
    row(page, "Xã Kim Sơn").get_by_role("button", name="Thôi dùng").click()
    page.locator("form input[type=date]").fill("2023-05-16")
    page.locator("form button[type=submit]").click()
    expect(page.locator(".banner[data-tone=problem]")).to_contain_text("Những gì bạn gõ còn nguyên")
    page.get_by_role("button", name="Hủy").click()

    row(page, "Xã Kim Sơn").get_by_role("button", name="Đổi tên").click()
    page.locator("form input[lang=vi]").fill("Xã Kim Sơn Mới")
    screens.show(page, "office")
    screens.show(page, "setup/1/places")
    expect(page.locator("form input[lang=vi]")).to_have_value("Xã Kim Sơn Mới")  # leaving loses nothing
    page.locator("form button[type=submit]").click()
    expect(page.locator("dialog[open]")).to_contain_text("Xã Kim Sơn → Xã Kim Sơn Mới")
    save(page)
    expect(row(page, "Xã Kim Sơn Mới")).to_be_visible()
    page.locator("main details summary").click()
    page.get_by_role("button", name="Bỏ: Sửa tên").click()
    save(page)
    expect(row(page, "Xã Kim Sơn Mới")).to_have_count(0)
    assert office.errors == []


def well_made(page: Page) -> None:
    """Nobody is kept out."""
    assert [*accessibility.violations(page), *accessibility.sticks_out(page), *accessibility.too_small(page)] == []


def test_a_lists_faults_are_said_before_anything_is_added_and_a_workbook_is_read(crew: Crew, tmp_path: Path) -> None:
    office = person(crew, "Hai", "TT", "huyen-tra-cu")
    page = office.page
    screens.show(page, "setup/1/places")
    page.get_by_role("button", name="Nhập từ danh sách").click()
    page.locator("main textarea").fill(PASTED)
    well_made(page)
    page.get_by_role("button", name="Đọc phần đã dán").click()
    expect(page.locator("form .banner")).to_contain_text("Dòng 3, cột Thuộc: không tìm thấy địa bàn cấp trên")
    expect(page.locator("p:focus")).to_have_text("Danh sách đã dán: 2 dòng")  # the keyboard goes on from here
    well_made(page)
    screens.show(page, "office")
    screens.show(page, "setup/1/places")
    page.get_by_role("button", name="Nhập từ danh sách").click()
    expect(page.locator("form")).to_contain_text("Danh sách đã dán: 2 dòng")  # leaving loses nothing
    page.get_by_role("button", name="Đưa danh sách vào lại").click()
    expect(page.locator("main textarea")).to_have_value(PASTED)

    letter, book = tmp_path / "cong-van.pdf", tmp_path / "dia-ban.xlsx"
    letter.write_bytes(b"%PDF-1.7")
    page.locator("main input[type=file]").set_input_files(letter)
    expect(page.locator(".banner[data-tone=problem]")).to_contain_text("Hãy lưu thành .xlsx rồi thử lại")
    book.write_bytes(workbook(places=LIST))
    page.locator("main input[type=file]").set_input_files(book)
    expect(page.locator("form")).to_contain_text("Tệp dia-ban.xlsx: 2 dòng")
    expect(page.locator("form")).to_contain_text("không được lưu: STT, Dân số")
    page.locator("form button[type=submit]").click()
    expect(page.locator("dialog[open]")).to_contain_text("Địa bàn mới: Ấp Chợ Mới")
    expect(page.locator("dialog[open]")).to_contain_text("Xã Kim Sơn → Xã Kim Sơn B")
    save(page)
    expect(row(page, "Ấp Chợ Mới")).to_be_visible()
    expect(row(page, "Xã Kim Sơn B")).to_be_visible()
    expect(page.get_by_role("button", name="Nhập từ danh sách")).to_be_visible()
    assert office.errors == []
