"""Chapter 7: a session that ended in mid-queue, and a revoked phone: the queue stays, and words say what to do."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Crew
from tests.tools import screens


def test_a_session_that_ended_keeps_the_queue_until_a_new_link_sends_it(crew: Crew) -> None:
    phone = crew.volunteer()
    page = phone.page
    phone.lose_network()
    number = screens.report(page)
    phone.context.clear_cookies()
    phone.regain_network()
    expect(page.locator("[data-testid=sync][data-state=signed_out]")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("alert")).to_contain_text("liên kết mới")
    screens.waits_for(page, 1)
    assert crew.eye().documents("record") == []

    page = phone.enrol(crew.landing.another_link(1))
    screens.join(page)
    screens.sync(page)
    screens.waits_for(page, 0)
    screens.open_record(page, number)
    expect(screens.state(page, "on_server").first).to_be_visible()
    assert [record["id"] for record in crew.eye().documents("record")] == [number]
    assert page.evaluate("indexedDB.databases().then(all => all.filter(d => d.name.startsWith('ben-')).length)") == 1


def test_what_a_revoked_phone_still_sends_is_held_and_the_phone_is_told(crew: Crew) -> None:
    phone = crew.second_volunteer("Sơn Thị Mỹ")
    page = phone.page
    phone.lose_network()
    number = screens.report(page)
    device = int(number.split("-")[0])
    crew.landing.flask("devices", "revoke", str(device))
    phone.regain_network()
    expect(page.locator("[data-testid=sync][data-state=revoked]")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("alert")).to_contain_text("thu hồi")
    eye = crew.eye()
    assert number not in {record["id"] for record in eye.documents("record")}
    (held,) = [item for item in eye.documents("quarantine") if item["record"] == number]
    assert held["reason"] == "device-revoked"
    assert held["status"] == "held"
    assert held["payload"]["set"]  # kept whole


def test_a_supervisor_revokes_a_lost_phone_in_the_app(crew: Crew) -> None:
    phone = crew.second_volunteer("Huỳnh Văn Tám")
    supervisor = crew.supervisor()
    page = supervisor.page
    screens.show(page, "people")
    page.get_by_role("button", name=re.compile("Thu hồi máy số .* của Huỳnh Văn Tám")).click()
    page.get_by_role("dialog").get_by_role("button", name="Thu hồi", exact=True).click()
    expect(page.locator("body")).to_contain_text("Đã thu hồi máy số")
    phone.page.reload()
    expect(phone.page.get_by_role("alert")).to_contain_text("thu hồi", timeout=30_000)
