"""Chapter 13: reports and data leave as files, for office, leader and supervisor; a volunteer finds no way to it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.handset import DESK, Handset


def download(phone: Handset, directory: Path) -> zipfile.ZipFile:
    """Taps the button on the screen for it and opens what came."""
    page = phone.page
    with page.expect_download() as coming:
        page.get_by_role("button", name="Tải tệp ZIP").click()
    path = directory / coming.value.suggested_filename
    coming.value.save_as(path)
    expect(page.locator("main")).to_contain_text(f"Tệp {path.name}")
    return zipfile.ZipFile(path)


def test_the_office_gets_every_record_as_a_table_that_opens(crew: Crew, tmp_path: Path) -> None:
    volunteer = crew.volunteer()
    screens.report(volunteer.page)
    screens.waits_for(volunteer.page, 0)
    office = crew.enrol(crew.tokens[2], DESK)
    screens.show(office.page, "office")
    office.page.locator("a[href='#/export']").click()
    files = download(office, tmp_path)
    (name,) = [name for name in files.namelist() if name.startswith("records-TNGT-01-")]
    (row,) = csv.DictReader(io.StringIO(files.read(name).decode("utf-8-sig"), newline=""))
    assert (row["author_name"], row["consequences/injured_seen"], row["state"]) == (
        "Thạch Thị Sóc Kha",
        "1",
        "submitted",
    )
    assert volunteer.page.locator("a[href='#/export']").count() == 0


def test_a_leader_finds_it_in_the_navigation(crew: Crew, tmp_path: Path) -> None:
    given = ["--name", "Lâm Văn Lãnh", "--role", "LD", "--place", "huyen-tra-cu"]
    person = int(crew.landing.flask("people", "add", *given).split()[-1])
    leader = crew.enrol(crew.landing.another_link(person))
    leader.page.locator("nav a[href='#/export']").click()
    assert "revisions.jsonl" in download(leader, tmp_path).namelist()


def taken(phone: Handset, button: str, directory: Path) -> Path:
    """Taps a button and keeps what is downloaded."""
    with phone.page.expect_download() as coming:
        phone.page.get_by_role("button", name=button).first.click()
    path = directory / coming.value.suggested_filename
    coming.value.save_as(path)
    expect(phone.page.locator("main")).to_contain_text(f"Tệp {path.name}")
    return path


def test_the_office_enters_the_same_period_and_takes_home_a_report_that_has_it(crew: Crew, tmp_path: Path) -> None:
    office = crew.enrol(crew.landing.another_link(3), DESK)
    screens.show(office.page, "export")
    page = office.page
    page.get_by_label("Kỳ báo cáo").select_option("2023-04-15")
    page.locator("summary").click()
    page.get_by_label("Số vụ tai nạn giao thông").fill("4")
    page.get_by_role("button", name="Lưu số cùng kỳ").click()
    expect(page.locator("details")).to_contain_text("Đã lưu.")
    report = Document(str(taken(office, "Tải báo cáo (Word)", tmp_path)))
    cells = [[cell.text for cell in row.cells] for table in report.tables for row in table.rows]
    (cases,) = [row for row in cells if row[1:2] == ["Số vụ tai nạn giao thông"]]
    assert cases[2:] == ["vụ", "0", "4", "-4", "-100,00"]
    assert "UBND HUYỆN TRÀ CÚ" in cells[0][0]
    book = load_workbook(taken(office, "Tải bảng Excel", tmp_path))
    assert book.active["A1"].value == "indicator"


def test_a_supervisor_has_their_own_communes_report_and_no_export_of_records(crew: Crew, tmp_path: Path) -> None:
    supervisor = crew.supervisor()
    screens.show(supervisor.page, "inbox")
    supervisor.page.locator("a[href='#/export']").click()
    report = Document(str(taken(supervisor, "Tải báo cáo (Word)", tmp_path)))
    assert "UBND XÃ NGÃI XUYÊN" in report.tables[0].rows[0].cells[0].text
    expect(supervisor.page.get_by_role("button", name="Tải tệp ZIP")).to_have_count(0)
    points = json.loads(taken(supervisor, "Tải các điểm", tmp_path).read_text(encoding="utf-8"))
    assert points["type"] == "FeatureCollection"


def test_without_network_it_says_so_and_can_be_tried_again(crew: Crew, tmp_path: Path) -> None:
    office = crew.enrol(crew.landing.another_link(3), DESK)
    screens.show(office.page, "export")
    office.lose_network()
    button = office.page.get_by_role("button", name="Tải tệp ZIP")
    button.click()
    expect(office.page.locator(".card", has=button).locator("[role=alert]").last).to_be_visible()
    office.regain_network()
    download(office, tmp_path)
