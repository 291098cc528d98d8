"""Chapter 13: the office takes everything out as one file, and so does a leader; a volunteer finds no way to it."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

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


def test_without_network_it_says_so_and_can_be_tried_again(crew: Crew, tmp_path: Path) -> None:
    office = crew.enrol(crew.landing.another_link(3), DESK)
    screens.show(office.page, "export")
    office.lose_network()
    office.page.get_by_role("button", name="Tải tệp ZIP").click()
    expect(office.page.locator("main [role=alert]")).to_be_visible()
    office.regain_network()
    download(office, tmp_path)
