"""Chapter 4: two phones edit one record: another field merges without a question, the same field keeps both values."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.handset import DESK, Handset

INJURED = "consequences/injured_seen"
Answers = dict[str, Any]

# Whether the decision is on its way, or kept until it is known to have landed.
DECIDED = """async () => {
    const [{ name }] = (await indexedDB.databases()).filter(({ name }) => /^ben-\\d+$/.test(name))
    const open = indexedDB.open(name)
    await new Promise((done) => (open.onsuccess = done))
    const rows = ["outbox", "sent"].map((store) => open.result.transaction(store).objectStore(store).getAll())
    await new Promise((done) => (rows.at(-1).transaction.oncomplete = done))
    open.result.close()
    return rows.some(({ result }) => result.some(({ mutation }) => mutation.kind === "resolve"))
}"""


@pytest.fixture(scope="module")
def phones(crew: Crew) -> tuple[Handset, Handset]:
    """Two volunteers of one commune."""
    return crew.volunteer(), crew.second_volunteer()


@pytest.fixture(scope="module")
def record(phones: tuple[Handset, Handset]) -> str:
    """A record that both have."""
    first, second = phones
    number = screens.report(first.page)
    screens.landed(first.page)
    screens.sync(second.page)
    screens.open_record(second.page, number)
    return number


def answers(page: Page) -> str:
    """All that a record's page shows."""
    return page.locator("main").inner_text()


def test_edits_of_different_questions_merge_without_a_question(phones: tuple[Handset, Handset], record: str) -> None:
    first, second = phones
    for phone in phones:
        phone.lose_network()
    screens.edit(first.page, record, {"hamlet": "Ấp Xoài Lơ"})
    screens.edit(second.page, record, {INJURED: 2})
    for phone in (first, second, first):
        phone.regain_network()
        screens.sync(phone.page)
    for phone in phones:
        screens.open_record(phone.page, record)
        expect(phone.page.locator("main")).to_contain_text("Ấp Xoài Lơ")
        expect(screens.state(phone.page, "conflict")).to_have_count(0)
        expect(phone.page.locator("a[href$='/conflict']")).to_have_count(0)


def test_two_answers_to_one_question_are_both_kept_shown_and_resolved(
    phones: tuple[Handset, Handset], record: str, crew: Crew
) -> None:
    first, second = phones
    for phone in phones:
        phone.lose_network()
    screens.edit(first.page, record, {INJURED: 5})
    screens.edit(second.page, record, {INJURED: 7})
    first.regain_network()
    screens.sync(first.page)
    screens.show(second.page, f"saved/{record}")
    second.regain_network()
    screens.landed(second.page)
    expect(second.page.locator("main a[href$='/conflict']")).to_be_visible()  # who lands it is told at once
    screens.sync(first.page)

    supervisor = crew.supervisor()
    for page in (first.page, second.page, supervisor.page):
        screens.show(page, f"record/{record}/conflict")
        sides = page.locator(".sides")
        expect(sides).to_be_visible()
        assert {text.split("\n")[0] for text in sides.locator("label").all_inner_texts()} == {"5", "7"}
        expect(sides).to_contain_text("Kim Thị Ánh Nguyệt" if page is not second.page else "Thạch Thị Sóc Kha")

    page = second.page
    second.lose_network()
    choose(page, "7")
    leave_at_once(page)
    second.regain_network()
    screens.sync(page)
    screens.sync(first.page)
    for phone in phones:
        screens.open_record(phone.page, record)
        expect(phone.page.locator("a[href$='/conflict']")).to_have_count(0)
        expect(phone.page.locator(".facts").last).to_contain_text("7")
    kinds = [entry["type"] for entry in history(crew, record)]
    assert kinds.count("conflict") == 1
    assert kinds.count("resolution") == 1
    screens.open_record(first.page, record)
    expect(first.page.locator(".timeline")).to_contain_text("Kim Thị Ánh Nguyệt")


def choose(page: Page, answer: str) -> None:
    """Chooses among answers that stand against each other."""
    page.locator(".sides label", has=page.get_by_text(answer, exact=True)).check()


def leave_at_once(page: Page) -> None:
    """Saves the choice and goes elsewhere before it is on the disk: nobody is fetched back from there."""
    page.evaluate("""() => {
        document.querySelector("main button[data-kind=primary]").click()
        location.hash = "#/outbox"
    }""")
    expect(page.locator("h1")).to_have_text("Chờ gửi")
    screens.wait_until(page, DECIDED)
    assert page.evaluate("location.hash") == "#/outbox"


def history(crew: Crew, record: str) -> list[dict[str, object]]:
    """The record's history, as the server gives it to the supervisor."""
    entries: list[dict[str, object]] = crew.eye().get(f"/api/records/{record}")["history"]
    return entries


def test_two_questions_are_decided_in_one_tap_without_network(
    phones: tuple[Handset, Handset], record: str, crew: Crew
) -> None:
    first, second = phones
    for phone in phones:
        phone.lose_network()
    screens.edit(first.page, record, {INJURED: 8, "collision_type": "Đối đầu"})
    screens.edit(second.page, record, {INJURED: 9, "collision_type": "Ngang"})
    for phone in (first, second, first):
        phone.regain_network()
        screens.sync(phone.page)
    badge = first.page.locator("nav .count[data-tone=plum]")
    expect(badge).to_contain_text("2")

    first.lose_network()
    screens.show(first.page, f"record/{record}/conflict")
    first.page.get_by_role("button", name="Lưu tất cả theo bạn").click()
    expect(first.page.locator(".receipt-id strong").first).to_have_text(record)
    expect(badge).to_have_count(0)
    first.regain_network()
    for phone in phones:
        screens.sync(phone.page)
    resolutions = [entry for entry in history(crew, record) if entry["type"] == "resolution"][-2:]
    assert sorted(str(entry["value"]) for entry in resolutions) == ["8", "head_on"]
    assert resolutions[0]["received"] == resolutions[1]["received"]  # one mutation closed both
    screens.open_record(second.page, record)
    expect(second.page.locator("nav .count[data-tone=plum]")).to_have_count(0)
    decided = second.page.locator(".timeline li", has_text="Số người bị thương").first
    expect(decided).to_contain_text("8 (được chọn)")
    expect(decided).to_contain_text("9 (không chọn)")


def both_type(phones: tuple[Handset, Handset], record: str, first: Answers, second: Answers) -> None:
    """Both correct the record as it is, without network, and then both corrections land."""
    for phone in phones:
        screens.sync(phone.page)
        phone.lose_network()
    for phone, answers in zip(phones, (first, second), strict=True):
        screens.edit(phone.page, record, answers)
    for phone in (*phones, phones[0]):
        phone.regain_network()
        screens.sync(phone.page)


@pytest.fixture(scope="module")
def desk(crew: Crew) -> Handset:
    """The supervisor's, at a desk."""
    return crew.supervisor(DESK)


def opened(desk: Handset, record: str) -> Page:
    """The desk's page with the record as it is by now, to be decided about."""
    screens.sync(desk.page)
    screens.show(desk.page, f"review/{record}")
    return desk.page


def test_at_the_desk_each_question_is_decided_by_itself_and_who_was_not_chosen_is_told(
    phones: tuple[Handset, Handset], record: str, desk: Handset, crew: Crew
) -> None:
    both_type(phones, record, {INJURED: 3, "collision_type": "Cùng chiều"}, {INJURED: 4, "collision_type": "Ngang"})
    page = opened(desk, record)
    save = page.get_by_role("button", name="Lưu lựa chọn")
    choose(page, "4")
    save.click()
    expect(page.get_by_text("Còn 1 câu chưa chọn.")).to_be_visible()
    choose(page, "Cùng chiều")
    save.click()
    expect(save).to_have_count(0)
    screens.sync(page)
    decided = [entry for entry in history(crew, record) if entry["type"] == "resolution"][-2:]
    assert sorted(str(entry["value"]) for entry in decided) == ["4", "same_direction"]
    for phone in phones:
        screens.sync(phone.page)
        screens.show(phone.page, "messages")
        told = phone.page.locator("main").get_by_text("Đã chọn một câu trả lời khác với của bạn")
        expect(told.first).to_be_visible()


def test_at_the_desk_one_tap_decides_all_for_one_person(
    phones: tuple[Handset, Handset], record: str, desk: Handset, crew: Crew
) -> None:
    both_type(phones, record, {INJURED: 1, "collision_type": "Đối đầu"}, {INJURED: 6, "collision_type": "Ngang"})
    page = opened(desk, record)
    page.get_by_role("button", name="Lưu tất cả theo Kim Thị Ánh Nguyệt").click()
    expect(page.get_by_role("button", name="Lưu lựa chọn")).to_have_count(0)
    screens.sync(page)
    decided = [entry for entry in history(crew, record) if entry["type"] == "resolution"][-2:]
    assert sorted(str(entry["value"]) for entry in decided) == ["6", "side"]


def test_nobody_decides_over_an_answer_that_came_later_without_seeing_it(
    phones: tuple[Handset, Handset], record: str, desk: Handset, crew: Crew
) -> None:
    """A third answer, typed on top of two that stand against each other, is no side of their conflict."""
    first, _second = phones
    both_type(phones, record, {INJURED: 10}, {INJURED: 11})
    page = opened(desk, record)
    choose(page, "11")
    screens.edit(first.page, record, {INJURED: 12})
    screens.landed(first.page)
    expect(page.locator(".sides label")).to_have_count(3, timeout=60_000)  # it comes by itself
    expect(page.locator(".sides label", has_text="Phiếu đang ghi")).to_contain_text("12")
    expect(page.locator(".sides input:checked")).to_have_count(0)
    page.get_by_role("button", name="Lưu lựa chọn").click()
    expect(page.get_by_text("Còn 1 câu chưa chọn.")).to_be_visible()
    choose(page, "11")
    page.get_by_role("button", name="Lưu lựa chọn").click()
    expect(page.get_by_role("button", name="Lưu lựa chọn")).to_have_count(0)
    screens.sync(page)
    (decided,) = [entry for entry in history(crew, record) if entry["type"] == "resolution"][-1:]
    assert decided["value"] == 11
    screens.sync(first.page)
    screens.open_record(first.page, record)
    expect(first.page.locator("a[href$='/conflict']")).to_have_count(0)


def test_every_answer_ever_typed_is_in_the_history(record: str, crew: Crew) -> None:
    entries = history(crew, record)
    told = str(entries)
    for value in ("Ấp Xoài Lơ", "5", "7", "2"):
        assert value in told
    resolution = next(entry for entry in entries if entry["type"] == "resolution")
    assert resolution["value"] == 7


def test_no_page_broke(phones: tuple[Handset, Handset], desk: Handset) -> None:
    assert [phone.errors for phone in (*phones, desk)] == [[], [], []]
