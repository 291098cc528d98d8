"""Chapter 5: the supervisor's inbox on a phone and on a desk: returned with a reason, corrected, approved."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.handset import DESK, PHONE, Handset

REMARK = "Trạm y tế báo 2 người bị thương."
REASON = "Số người bị thương chưa khớp, hãy hỏi lại trạm y tế."


@pytest.fixture(scope="module")
def volunteer(crew: Crew) -> Handset:
    """The volunteer's phone."""
    return crew.volunteer()


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["360x640", "1280x800"])
def test_a_record_is_returned_with_a_reason_corrected_and_approved(
    crew: Crew, volunteer: Handset, screen: ViewportSize
) -> None:
    phone = volunteer.page
    number = screens.report(phone)
    screens.landed(phone)
    supervisor = crew.supervisor(screen)
    desk = supervisor.page
    expect(desk.locator("main a[href='#/inbox']")).to_contain_text("chờ bạn duyệt")  # the first screen says so

    screens.decide(desk, number, "Trả lại", REASON)
    expect(desk.locator("main").first).to_contain_text(number)

    screens.sync(phone)
    screens.show(phone, "")
    expect(phone.locator("main")).to_contain_text(REASON)
    screens.open_record(phone, number)
    expect(screens.state(phone, "returned").first).to_be_visible()
    expect(phone.locator(".banner")).to_contain_text(REASON)
    screens.edit(phone, number, {"consequences/injured_seen": 4})
    screens.landed(phone)

    screens.sync(desk)
    screens.show(desk, f"review/{number}")
    expect(desk.locator("article.review")).to_contain_text(REASON)  # its history comes along
    screens.decide(desk, number, "Duyệt")
    expect(desk.locator("article.review .timeline strong").first).to_have_text("Duyệt")  # its own decision too

    screens.sync(phone)
    screens.open_record(phone, number)
    expect(screens.state(phone, "approved").first).to_be_visible()
    decisions = [entry for entry in crew.eye().get(f"/api/records/{number}")["history"] if entry["type"] == "review"]
    assert [(entry["decision"], entry["reason"]) for entry in decisions] == [("return", REASON), ("approve", "")]
    assert supervisor.errors == []


def test_a_reason_is_needed_to_return_a_record(crew: Crew, volunteer: Handset) -> None:
    number = screens.report(volunteer.page)
    screens.landed(volunteer.page)
    desk = crew.supervisor(DESK).page
    screens.show(desk, "inbox")
    desk.locator(f"a[data-record='{number}']").click()
    desk.locator(".decide").get_by_role("button", name="Trả lại").click()
    desk.locator("dialog[open]").get_by_role("button", name="Trả lại").click()
    expect(desk.locator("dialog[open] .field-error")).to_be_visible()
    assert [entry["type"] for entry in crew.eye().get(f"/api/records/{number}")["history"]] == ["revision"]


def test_a_decision_about_an_older_revision_shows_what_changed(crew: Crew, volunteer: Handset) -> None:
    phone = volunteer.page
    number = screens.report(phone)
    screens.landed(phone)
    supervisor = crew.supervisor(DESK)
    desk = supervisor.page
    screens.show(desk, f"review/{number}")
    expect(desk.locator(".decide")).to_be_visible()
    supervisor.lose_network()
    screens.edit(phone, number, {"consequences/deaths_seen": 1})
    screens.landed(phone)
    desk.locator(".decide").get_by_role("button", name="Duyệt").click()
    expect(desk.locator(".outcome")).to_be_visible()
    supervisor.regain_network()
    expect(desk.locator("article.review .banner", has_text="thay đổi").first).to_be_visible(timeout=30_000)
    record = next(each for each in crew.eye().documents("record") if each["id"] == number)
    assert (record["state"], record["approved"]) == ("submitted", None)


def test_a_remark_on_an_answer_leads_its_author_there_and_stays_in_the_history(crew: Crew, volunteer: Handset) -> None:
    phone = volunteer.page
    number = screens.report(phone)
    screens.landed(phone)
    desk = crew.supervisor(DESK).page
    screens.show(desk, f"review/{number}")
    desk.get_by_role("button", name="Góp ý: Số người bị thương").click()
    expect(desk.locator(".note-field textarea")).to_be_focused()  # a phone shows its keys, and no key is a shortcut
    desk.keyboard.type(REMARK)
    desk.locator(".decide").get_by_role("button", name="Trả lại").click()
    desk.locator("dialog[open]").get_by_role("button", name="Trả lại").click()
    expect(desk.locator("article.review .timeline")).to_contain_text(REMARK)

    screens.sync(phone)
    screens.open_record(phone, number)
    phone.locator("main button[data-wide=yes]").click()
    expect(phone.locator("[data-path='consequences/injured_seen'] .remark")).to_be_in_viewport()
