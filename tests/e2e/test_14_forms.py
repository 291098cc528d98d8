"""Chapter 14: the office brings a form of its own: mended at its cells, tried out, published, filled in, retired."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Crew
from tests.forms.books import SURVEY, Rows, form
from tests.tools import accessibility, screens
from tests.tools.handset import DESK, PHONE, Handset

TITLE = "Phiếu của huyện"
FORM = "[data-form='tuyen-truyen']"
SETTINGS: Rows = (("form_title", "form_id", "version"), (TITLE, "tuyen-truyen", 1))
BROKEN: Rows = (*SURVEY[:2], ("colour", "kind", "Loại", "Kind", None, None, None), *SURVEY[3:])
WITH_PICTURE: Rows = (
    (*SURVEY[0], "image"),
    *((*row, None) for row in SURVEY[1:]),
    ("note", "sign", "Biển báo", "Sign", None, None, None, "bien.png"),
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def office(crew: Crew) -> Handset:
    return crew.enrol(crew.tokens[2], DESK)


@pytest.fixture(scope="module")
def volunteer(crew: Crew) -> Handset:
    return crew.volunteer()


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, bytes], Path]:
    def write(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def upload(page: Page, *files: Path) -> None:
    screens.show(page, "forms")
    page.locator("main input[type=file]").set_input_files(files)


def well_made(page: Page) -> None:
    """Nobody is kept out, on a desk and on a phone."""
    assert [*accessibility.violations(page), *accessibility.sticks_out(page)] == []
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    found = [*accessibility.violations(page), *accessibility.sticks_out(page), *accessibility.too_small(page)]
    page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
    assert found == []


def test_what_is_wrong_is_shown_at_its_cell(office: Handset, written: Callable[[str, bytes], Path]) -> None:
    page = office.page
    upload(page, written("phieu.xlsx", form(BROKEN)))
    row = page.locator(".remarks tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("A3")
    expect(row).to_contain_text("Không có kiểu 'colour'; hãy viết một trong các kiểu")
    well_made(page)


def test_a_draft_is_tried_out_as_on_a_phone(office: Handset, written: Callable[[str, bytes], Path]) -> None:
    page = office.page
    upload(page, written("phieu.xlsx", form(WITH_PICTURE, settings=SETTINGS)), written("bien.png", PNG))
    expect(page.locator("main [role=status]").first).to_contain_text(TITLE)
    well_made(page)
    page.locator(FORM).get_by_role("link", name="Xem thử").click()
    expect(page.locator("h1")).to_have_text(TITLE)
    page.get_by_role("button", name="Kiểm tra các câu trả lời").click()
    expect(page.locator("main")).to_contain_text("Còn câu chưa đúng")
    assert page.locator("main img").first.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 1
    well_made(page)


def test_a_form_published_to_a_commune_is_filled_in_there(office: Handset, volunteer: Handset) -> None:
    page = office.page
    screens.show(page, "forms")
    page.locator(FORM).get_by_role("button", name="Phát hành").click()
    page.locator("dialog").get_by_label("Xã Ngãi Xuyên").check()
    well_made(page)
    page.locator("dialog").get_by_role("button", name="Phát hành").click()
    expect(page.locator(FORM)).to_contain_text("đang dùng")
    expect(page.locator(FORM)).to_contain_text("Xã Ngãi Xuyên")
    phone = volunteer.page
    screens.sync(phone)
    screens.show(phone, "")
    screens.begin(phone, TITLE)
    phone.locator("main img").first.evaluate("picture => picture.decode()")
    screens.answer(phone, "held_on", "2023-05-15")
    screens.finish(phone)
    screens.waits_for(phone, 0)


def test_what_the_form_shows_is_there_without_a_network(volunteer: Handset) -> None:
    phone = volunteer.page
    kept = "() => caches.open('ben-form-files').then((cache) => cache.keys()).then((keys) => keys.length === 1)"
    screens.wait_until(phone, kept)
    volunteer.lose_network()
    screens.show(phone, "")
    screens.begin(phone, TITLE)
    phone.locator("main img").first.evaluate("picture => picture.decode()")
    volunteer.regain_network()


def test_the_file_comes_back_as_it_was(office: Handset, tmp_path: Path) -> None:
    page = office.page
    screens.show(page, "forms")
    with page.expect_download() as coming:
        page.locator(FORM).get_by_role("button", name="Tải tệp gốc").click()
    assert coming.value.suggested_filename == "phieu.xlsx"
    coming.value.save_as(tmp_path / "back.xlsx")
    assert (tmp_path / "back.xlsx").read_bytes()[:4] == b"PK\x03\x04"


def test_a_retired_form_is_begun_by_nobody(office: Handset, volunteer: Handset) -> None:
    page = office.page
    screens.show(page, "forms")
    page.locator(FORM).get_by_role("button", name="Ngừng dùng").click()
    page.locator("dialog").get_by_role("button", name="Ngừng dùng").click()
    expect(page.locator(FORM)).to_contain_text("đã ngừng dùng")
    phone = volunteer.page
    screens.sync(phone)
    screens.show(phone, "")
    expect(phone.locator(".tile", has_text=TITLE)).to_have_count(0)


def test_no_page_broke(office: Handset, volunteer: Handset) -> None:
    assert [office.errors, volunteer.errors] == [[], []]
