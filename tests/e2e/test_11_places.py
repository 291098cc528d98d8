"""Chapter 11: a record for the wrong commune, a role in another commune, a role that ends."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.field_phone import FieldPhone
from tests.tools.handset import DESK, PHONE
from tests.tools.http_phone import HttpPhone

RECORDS_HERE = """async () => {
    const name = (await indexedDB.databases()).find(each => /^ben-\\d+$/.test(each.name)).name;
    const database = await new Promise(done => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); });
    const all = database.transaction('records').objectStore('records').getAllKeys();
    return await new Promise(done => { all.onsuccess = () => { database.close(); done(all.result); }; });
}"""


def added(crew: Crew, name: str, role: str, place: str) -> int:
    """A new person's number."""
    return int(crew.landing.flask("people", "add", "--name", name, "--role", role, "--place", place).split()[-1])


def sees(phone: HttpPhone) -> dict[str, dict[str, Any]]:
    """The records that a phone is sent, by id."""
    return {record["id"]: record for record in phone.documents("record") if not record.get("gone")}


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["360x640", "1280x800"])
def test_a_supervisor_moves_a_record_to_the_right_commune(crew: Crew, screen: ViewportSize) -> None:
    phone = crew.volunteer().page if screen is PHONE else crew.second_volunteer("Kim Thị Sáu").page
    number = screens.report(phone)
    screens.landed(phone)
    desk = crew.supervisor(screen).page
    screens.show(desk, f"review/{number}")
    desk.get_by_role("button", name="Chuyển sang xã khác").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("button", name="Chuyển", exact=True).click()
    expect(dialog).to_contain_text("Hãy chọn xã")
    dialog.get_by_label("Xã đúng").select_option(label="Xã Đại An")
    dialog.get_by_role("button", name="Chuyển", exact=True).click()
    expect(dialog).not_to_be_visible()
    screens.sync(desk)
    screens.waits_for(desk, 0)
    other = crew.landing.another_link(added(crew, "Lâm Văn Đạt", "GSV", "xa-dai-an"))
    there = HttpPhone(crew.landing.port, other)
    assert number in sees(there)
    assert number not in sees(crew.eye())
    (moved,) = [entry for entry in there.get(f"/api/records/{number}")["history"] if entry["type"] == "move"]
    assert moved["to"] == there.place
    screens.show(phone, "messages")
    phone.reload()
    expect(phone.locator("main")).to_contain_text("Xã Đại An")
    assert number not in phone.evaluate(RECORDS_HERE)


def test_a_role_in_another_commune_is_there_after_the_next_sync_with_what_was_reported_before(crew: Crew) -> None:
    neighbour = crew.landing.another_link(added(crew, "Kim Thị Năm", "TNV", "xa-thanh-son"))
    earlier = FieldPhone(crew.landing.port, neighbour)
    before = earlier.create(hamlet="Ấp Đầu Giồng")["record"]
    earlier.land()
    person = added(crew, "Thạch Văn Bảy", "TNV", "xa-ngai-xuyen")
    page = crew.enrol(crew.landing.another_link(person)).page
    screens.sync(page)
    assert before not in page.evaluate(RECORDS_HERE)
    crew.landing.flask("people", "role", str(person), "--role", "TNV", "--place", "xa-thanh-son")
    screens.sync(page)
    screens.wait_until(page, f"async id => (await ({RECORDS_HERE})()).includes(id)", before)
    screens.show(page, f"record/{before}")
    expect(page.locator("main")).to_contain_text("Ấp Đầu Giồng")
    screens.show(page, "")
    page.locator(".tile", has_text=screens.ACCIDENT).click()
    page.get_by_role("dialog").get_by_role("button", name="Xã Thanh Sơn").click()
    expect(page.locator(".question").first).to_be_visible()
    screens.fill(page, screens.QUICK_REPORT)
    number = screens.finish(page)
    screens.landed(page)
    there = HttpPhone(crew.landing.port, crew.landing.another_link(added(crew, "Sơn Tư", "GSV", "xa-thanh-son")))
    assert number in sees(there)


def test_what_is_sent_after_a_role_ended_waits_for_the_supervisor_and_the_phone_forgets_the_place(crew: Crew) -> None:
    person = added(crew, "Kim Ngọc Tám", "TNV", "xa-ngai-xuyen")
    phone = crew.enrol(crew.landing.another_link(person))
    page = phone.page
    before = screens.report(page)
    screens.landed(page)
    phone.lose_network()
    late = screens.report(page)
    given = ["--role", "TNV", "--place", "xa-ngai-xuyen"]
    crew.landing.flask("people", "end-role", str(person), *given)
    phone.regain_network()
    screens.sync(page)
    screens.waits_for(page, 0)
    assert before not in page.evaluate(RECORDS_HERE)
    screens.show(page, f"record/{late}")
    expect(screens.state(page, "quarantined").first).to_be_visible()

    desk = crew.supervisor().page
    screens.show(desk, "quarantine")
    item = desk.locator(".held", has_text=late)
    expect(item).to_contain_text("Kim Ngọc Tám")
    expect(item).to_contain_text("Phiếu thuộc địa bàn ngoài quyền")
    expect(item).to_contain_text("Xã Ngãi Xuyên")
    item.get_by_role("button", name="Nhận vào").click()
    expect(item.get_by_role("status").or_(item.locator(".banner"))).not_to_have_count(0)
    assert late in sees(crew.eye())


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["360x640", "1280x800"])
def test_the_office_sends_a_volunteer_to_another_commune_and_ends_the_role_there(
    crew: Crew, screen: ViewportSize
) -> None:
    name = "Kim Văn Chín" if screen is PHONE else "Thạch Văn Mười"
    page = crew.enrol(crew.landing.another_link(added(crew, name, "TNV", "xa-ngai-xuyen"))).page
    before = screens.report(page)
    screens.landed(page)
    office = crew.enrol(crew.landing.another_link(3), screen).page
    screens.show(office, "people")
    office.get_by_role("button", name=f"Vai trò, địa bàn: {name}").click()
    dialog = office.get_by_role("dialog")
    dialog.get_by_role("button", name="Giao", exact=True).click()
    expect(dialog).to_contain_text("Hãy chọn địa bàn")
    dialog.get_by_label("Địa bàn").select_option(label="Xã Đại An")
    dialog.get_by_label("Với vai trò đang giữ").select_option(index=1)
    dialog.get_by_role("button", name="Giao", exact=True).click()
    card = office.locator(".person", has_text=name)
    expect(card).to_contain_text("Tình nguyện viên · Xã Đại An")
    expect(card).not_to_contain_text("Xã Ngãi Xuyên")
    screens.sync(page)
    assert before not in page.evaluate(RECORDS_HERE)
    office.get_by_role("button", name=f"Vai trò, địa bàn: {name}").click()
    end = office.get_by_role("dialog").get_by_role("button", name="Kết thúc: Tình nguyện viên · Xã Đại An")
    end.click()
    expect(end).to_contain_text("Kết thúc hôm nay")
    end.click()
    expect(office.locator("main")).to_contain_text(f"Đã kết thúc vai trò của {name}")
