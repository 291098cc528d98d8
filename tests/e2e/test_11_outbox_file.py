"""Chapter 11: a phone that can't send saves its outbox as a file; another phone hands it in, and nothing is doubled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.handset import Handset


@pytest.fixture(scope="module")
def broken(crew: Crew) -> Handset:
    """The volunteer's phone, whose network never comes back in time."""
    return crew.volunteer()


@pytest.fixture(scope="module")
def saved(broken: Handset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that it saved."""
    page = broken.page
    broken.lose_network()
    screens.report(page)
    screens.show(page, "outbox")
    with page.expect_download() as download:
        page.get_by_role("button", name="Lưu thành tệp").click()
    path = tmp_path_factory.mktemp("file") / download.value.suggested_filename
    download.value.save_as(path)
    return path


def hand_in(phone: Handset, path: Path) -> None:
    """Chooses the file on the screen for it, and hands it in."""
    page = phone.page
    screens.show(page, "outbox")
    page.locator("a[href='#/handin']").click()
    page.locator("input[type=file]").set_input_files(path)
    expect(page.locator("main")).to_contain_text("Thạch Thị Sóc Kha")
    page.get_by_role("button", name="Nộp", exact=True).click()


def test_a_neighbours_phone_hands_it_in_and_a_supervisor_takes_it_in(broken: Handset, saved: Path, crew: Crew) -> None:
    neighbour = crew.second_volunteer()
    hand_in(neighbour, saved)
    expect(neighbour.page.locator("main")).to_contain_text("Giữ riêng, chờ người có quyền quyết định: 1")
    eye = crew.eye()
    assert eye.documents("record") == []
    (item,) = eye.documents("quarantine")
    assert (item["reason"], item["detail"]["name"]) == ("handed-in", "Kim Thị Ánh Nguyệt")
    supervisor = crew.supervisor()
    screens.show(supervisor.page, f"held/{item['id']}")
    expect(supervisor.page.locator("main")).to_contain_text("Kim Thị Ánh Nguyệt")
    supervisor.page.get_by_role("button", name="Thử nhận lại").click()
    expect(supervisor.page.locator("main")).to_contain_text("Đã đưa vào phiếu")
    (record,) = crew.eye().documents("record")
    assert record["id"] == json.loads(saved.read_text("utf-8"))["mutations"][0]["record"]


def test_the_phone_that_comes_back_after_all_sends_it_once_more_and_nothing_is_doubled(
    broken: Handset, saved: Path, crew: Crew
) -> None:
    (before,) = crew.eye().documents("record")
    broken.regain_network()
    screens.sync(broken.page)
    screens.waits_for(broken.page, 0)
    screens.open_record(broken.page, before["id"])
    expect(screens.state(broken.page, "on_server").first).to_be_visible()
    (after,) = crew.eye().documents("record")
    assert after["rev"] == before["rev"]
    hand_in(broken, saved)
    expect(broken.page.locator("main")).to_contain_text("Đã lên máy chủ: 1")


def test_a_file_that_is_no_outbox_is_refused_in_words(broken: Handset, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"kind": "holiday"}', "utf-8")
    screens.show(broken.page, "handin")
    broken.page.locator("input[type=file]").set_input_files(other)
    expect(broken.page.get_by_role("alert")).to_contain_text("Đây không phải tệp Bến đã lưu")


def test_no_page_broke(broken: Handset) -> None:
    assert broken.errors == []
