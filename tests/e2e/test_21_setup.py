"""Chapter 21: the office sets its campaign up on screen: it sees before what will change, and a pack undoes nothing."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.handset import DESK, Handset


def office_of(crew: Crew, name: str = "Cúc") -> Handset:
    """Somebody of the district's standing office at their desk."""
    given = ["--name", name, "--role", "TT", "--place", "huyen-tra-cu"]
    person = crew.landing.flask("people", "add", *given).split()[-1]
    return crew.enrol(crew.landing.another_link(int(person)), DESK)


def card(page: Page, title: str) -> Locator:
    return page.locator("section.card", has=page.get_by_role("heading", name=title))


def save(page: Page) -> None:
    """What will change is on the screen; it is saved."""
    page.locator("dialog[open] button[data-kind=primary]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".banner[data-tone=good]")).to_be_in_viewport()


def test_a_target_and_a_milestone_are_changed_on_screen_and_no_pack_undoes_it(crew: Crew) -> None:
    volunteer = crew.volunteer()
    number = screens.report(volunteer.page, screens.OUTREACH, screens.OUTREACH_SESSION)
    screens.landed(volunteer.page)
    screens.decide(crew.supervisor().page, number, "Duyệt")
    office = office_of(crew)
    page = office.page
    wait_until_counted(page)

    screens.show(page, "office")
    page.locator("a[href='#/setup']").click()
    expect(page.locator("main a.item[href='#/people/import']")).to_contain_text("xã chưa có giám sát viên")
    page.locator("a[href$='/targets']").click()
    change_target(page)
    screens.show(page, "setup")
    expect(page.locator("a[href$='/targets']")).to_contain_text("Cúc sửa lúc")

    page.locator("a[href$='/milestones']").click()
    add_milestone(page)
    add_a_warning_and_a_streak(page)
    switch_off(page)

    screens.sync(volunteer.page)
    screens.show(volunteer.page, "campaign")
    reached = volunteer.page.locator(".indicator[data-code=P2]")
    expect(reached).to_contain_text("ít nhất 100")
    expect(reached.locator(".chip")).to_contain_text("Đạt")
    expect(volunteer.page.get_by_text("Trăm lượt người đầu tiên").first).to_be_visible()
    screens.show(volunteer.page, "messages")
    expect(volunteer.page.get_by_text("Trăm lượt người đầu tiên")).to_have_count(0)  # nobody is told of what was so

    told = crew.landing.flask("campaign", "load", crew.landing.campaign)
    assert "target of P2" in told
    assert "milestone O1" in told
    page.reload()
    screens.show(page, "setup/1/targets")
    expect(card(page, "P2 ·").locator("input.figure").first).to_have_value("100")
    assert office.errors == []
    assert volunteer.errors == []


def test_what_another_office_saves_meanwhile_is_not_undone_unseen(crew: Crew) -> None:
    first, second = office_of(crew), office_of(crew, "Lan")
    for page in (first.page, second.page):
        screens.show(page, "setup/1/milestones")
        card(page, "Tổng kết phong trào").get_by_role("button", name="Sửa").click()
    mine, theirs = (card(page, "Tổng kết phong trào") for page in (first.page, second.page))
    mine.locator("input[lang=vi]").fill("Tổng kết năm")
    theirs.locator("input[lang=en]").fill("The year's review")
    theirs.locator("button[type=submit]").click()
    save(second.page)

    mine.locator("button[type=submit]").click()
    expect(first.page.locator(".banner[data-tone=problem]")).to_contain_text("đã được sửa sau khi bạn bắt đầu")
    expect(first.page.locator("dialog[open]")).to_have_count(0)
    expect(mine.locator("input[lang=vi]")).to_have_value("Tổng kết năm")
    expect(mine.locator("input[lang=en]")).to_have_value("The year's review")
    mine.locator("button[type=submit]").click()
    expect(first.page.locator("dialog[open]")).to_contain_text("Tổng kết phong trào → Tổng kết năm")
    save(first.page)
    expect(card(first.page, "Tổng kết năm")).to_be_visible()
    assert [first.errors, second.errors] == [[], []]


def wait_until_counted(page: Page) -> None:
    """Returns when the worker has counted what was approved."""
    for _ in range(20):
        screens.sync(page)
        screens.show(page, "campaign")
        found = page.locator(".indicator[data-code=P2] .big-number strong")
        found.wait_for()
        if found.inner_text() != "0":
            return
        page.wait_for_timeout(500)
    raise AssertionError("nothing was counted")


def change_target(page: Page) -> None:
    """What is typed outlives leaving the screen; what it will change is shown; it is kept with its author."""
    field = card(page, "P2 ·").locator("input.figure").first
    field.fill("100")
    screens.show(page, "office")
    screens.show(page, "setup/1/targets")
    expect(field).to_have_value("100")
    page.get_by_role("button", name="Xem trước 1 thay đổi").click()
    preview = page.locator("dialog[open] .figure-changes li", has_text="P2")
    expect(preview).to_contain_text("→ ít nhất 100")
    expect(preview).to_contain_text("→ Đạt")
    save(page)
    page.locator("main > form > details summary").click()
    expect(page.locator("main > form > details .entries li").first).to_contain_text("Cúc")


def add_a_warning_and_a_streak(page: Page) -> None:
    """Every kind can be added; a figure is offered for those that it may decide."""
    page.get_by_role("button", name="Thêm cột mốc").click()
    form = page.locator("main form")
    form.get_by_label("Loại").select_option("guard")
    form.get_by_label("Số liệu").select_option("A5")
    expect(form.get_by_label("Số liệu").locator("option[value=P2]")).to_have_count(0)
    form.get_by_label("Loại").select_option("weeks")
    form.get_by_label("Số tuần liên tục").fill("6")
    form.locator("input[lang=vi]").fill("6 tuần liên tục có tuyên truyền")
    form.locator("button[type=submit]").click()
    expect(form.locator(".field-error")).to_contain_text("Hãy chọn số liệu")
    form.get_by_label("P2 ·").check()
    form.locator("button[type=submit]").click()
    save(page)
    expect(card(page, "6 tuần liên tục có tuyên truyền")).to_contain_text("6 tuần liên tục có “")


def add_milestone(page: Page) -> None:
    """One that has been crossed already says where, and that nobody is told."""
    page.get_by_role("button", name="Thêm cột mốc").click()
    form = page.locator("main form")
    form.get_by_label("Số liệu").select_option("P2")
    form.get_by_label("Đạt khi ít nhất").fill("100")
    form.locator("input[lang=vi]").fill("Trăm lượt người đầu tiên")
    form.locator("button[type=submit]").click()
    expect(page.locator("dialog[open]")).to_contain_text("Tính là đã đạt ngay")
    save(page)
    expect(card(page, "Trăm lượt người đầu tiên")).to_contain_text("Đã đạt")


def switch_off(page: Page) -> None:
    """It stays in the list, switched off."""
    one = card(page, "Tổng kết phong trào")
    one.get_by_role("button", name="Tắt").click()
    save(page)
    expect(one).to_contain_text("Đang tắt")


def test_a_figure_is_called_otherwise_and_the_campaigns_days_are_moved_on_screen(crew: Crew) -> None:
    office = office_of(crew, "Hạnh")
    page = office.page
    screens.show(page, "setup")
    page.locator("main a.item[href$='/indicators']").click()
    figure = page.locator("details.card", has=page.get_by_text("P4", exact=True))
    figure.locator("summary").click()
    figure.locator("input[lang=vi]").first.fill("")
    page.locator(".setup-review button").click()
    expect(figure.locator(".field-error")).to_contain_text("Hãy ghi bằng tiếng Việt")
    figure.locator("input[lang=vi]").first.fill("Buổi ra quân của tổ tự quản")
    screens.show(page, "office")  # what is typed stays while one looks elsewhere
    screens.show(page, "setup/1/indicators")
    page.locator(".setup-review button").click()
    expect(page.locator("dialog[open]")).to_contain_text("→ Buổi ra quân của tổ tự quản")
    save(page)
    other = page.locator("details.card", has=page.get_by_text("P5", exact=True))
    other.locator("summary").click()
    other.locator("input[lang=en]").first.fill("Typed meanwhile")
    figure.locator("summary").click()  # closed since one looked elsewhere
    figure.get_by_role("button", name="Theo kế hoạch ban đầu").click()
    save(page)
    expect(other.locator("input[lang=en]").first).to_have_value("Typed meanwhile")  # of another figure: it stays
    figure.locator("input[lang=vi]").first.fill("Buổi ra quân của tổ tự quản")
    page.locator(".setup-review button").click()
    save(page)

    screens.show(page, "setup/1/calendar")
    page.locator("a[href$='/windows']").click()
    first = card(page, "Hoạt động").locator("input[type=date]").first
    first.fill("2024-01-01")
    page.locator(".setup-review button").first.click()
    expect(card(page, "Hoạt động").locator(".field-error")).to_contain_text("ngày cuối không trước ngày đầu")
    first.fill("2023-03-15")
    page.locator(".setup-review button").first.click()
    expect(page.locator("dialog[open]")).to_contain_text("20/03/2023 – 14/12/2023 → 15/03/2023 – 14/12/2023")
    save(page)
    told = crew.landing.flask("campaign", "load", crew.landing.campaign)
    assert "name of P4" in told
    screens.show(page, "setup/1/calendar")
    expect(card(page, "Thời gian của chiến dịch")).to_contain_text("15/03/2023 – 14/12/2023")
    screens.sync(page)
    screens.show(page, "campaign")
    expect(page.get_by_text("Buổi ra quân của tổ tự quản").first).to_be_visible()
