"""Chapter 4: two phones edit one record: another field merges without a question, the same field keeps both values."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.handset import Handset

INJURED = "consequences/injured_seen"

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
    page.locator(".sides label", has=page.get_by_text("7", exact=True)).check()
    leave_at_once(page)
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


def test_every_answer_ever_typed_is_in_the_history(record: str, crew: Crew) -> None:
    entries = history(crew, record)
    told = str(entries)
    for value in ("Ấp Xoài Lơ", "5", "7", "2"):
        assert value in told
    resolution = next(entry for entry in entries if entry["type"] == "resolution")
    assert resolution["value"] == 7


def test_no_page_broke(phones: tuple[Handset, Handset]) -> None:
    assert [phone.errors for phone in phones] == [[], []]
