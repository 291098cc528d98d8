"""Chapter 13: a form with a question of every kind, filled in on a phone by thumb, by keyboard and in two scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.handset import Handset
from tests.tools.landing import Landing
from tests.tools.screens import question


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landing]:
    """An installation whose campaign has the two forms of rich_forms.py as well."""
    made = Landing(tmp_path_factory.mktemp("landing"), rich=True)
    try:
        yield made.prepare().start()
    finally:
        made.stop()


@pytest.fixture(scope="module")
def phone(crew: Crew) -> Handset:
    """A volunteer's phone, ready to work without network."""
    return crew.volunteer()


@pytest.fixture
def survey(phone: Handset) -> Callable[[str], Page]:
    """Begins one of the two forms."""

    def begin(form: str) -> Page:
        screens.show(phone.page, "")
        screens.begin(phone.page, form)
        return phone.page

    return begin


def go_on(page: Page) -> None:
    """Presses 'next'."""
    page.locator(".steps button[data-kind=primary]").click()


def answer_everything(page: Page) -> None:
    """The first page: what is typed, chosen, measured."""
    question(page, "day").get_by_role("button").first.click()
    question(page, "story").locator("textarea").fill("Đường hẹp, có trường học.")
    question(page, "riders").locator("input").fill("120")
    question(page, "width").locator("input").fill("3,5")
    question(page, "light").get_by_role("button", name="Thêm").click()
    question(page, "light").get_by_role("button", name="Thêm").click()
    question(page, "stars").locator(".star").nth(3).click()
    question(page, "began").get_by_role("button").first.click()
    question(page, "built").locator("select").select_option("05")
    question(page, "built").locator("input").fill("2019")
    question(page, "safe").get_by_label("Đồng ý", exact=True).check()
    question(page, "law").locator("select").select_option("even")
    question(page, "risks").get_by_label("Rượu bia").check()
    question(page, "hamlet").locator("input[type=search]").fill("dau giong")
    question(page, "hamlet").get_by_label("Đầu Giồng").check()
    question(page, "commune").get_by_label("Ngãi Xuyên").check()
    question(page, "school").get_by_label("Tiểu học Ngãi Xuyên B").check()
    question(page, "worst").get_by_role("button", name="Đưa lên: Rượu bia").click()
    question(page, "place").get_by_role("button", name="Lấy vị trí").click()
    expect(question(page, "place").locator(".point")).to_be_visible()
    question(page, "plate").locator("input").first.fill("TC-0042")


def test_answers_of_every_kind_survive_the_app_being_closed_and_arrive(
    phone: Handset, survey: Callable[[str], Page], crew: Crew
) -> None:
    page = survey(screens.EVERY_QUESTION)
    answer_everything(page)
    go_on(page)
    question(page, "table/belt").get_by_label("Có", exact=True).check()
    go_on(page)
    # ODK's forms begin with one item
    vehicle = page.locator(".repeat-item[data-path^='vehicles/']").first
    vehicle.get_by_label("Mô tô, xe máy").check()
    vehicle.locator("input[inputmode=numeric]").fill("2")
    if not vehicle.locator(".repeat-item").count():
        page.get_by_role("button", name="Thêm: Lỗi").click()
    vehicle.locator(".repeat-item input").first.fill("Chở quá số người")
    screens.kept(page)
    where = page.evaluate("location.hash.split('?')[0]")
    phone.close()

    page = phone.open("/" + where)
    expect(page.locator(".repeat-item .repeat-item input")).to_have_value("Chở quá số người")
    expect(page.locator(".note", has_text="Tổng cộng 2 người")).to_be_visible()
    page.locator("[data-path=checked] input").check()
    screens.kept(page)
    number = screens.finish(page)
    screens.landed(page)
    found = next(each for each in crew.eye().documents("record") if each["id"] == number)
    fields = next(f for f in crew.eye().documents("form") if f["id"] == found["form"])["compiled"]["fields"]
    values = {fields[place]: value for place, value in enumerate(found["values"]) if value is not None}
    assert values["width"] == 3.5
    assert (values["light"], values["stars"], values["riders"]) == (1, 4, 120)
    assert (values["built"], values["safe"], values["law"]) == ("2019-05-01", "rather_yes", "even")
    assert (values["hamlet"], values["school"], values["worst"][0]) == ("h9", "b", "alcohol")
    assert (values["plate"], values["checked"]) == ("TC-0042", "OK")
    inside = {fields[place]: value for place, value, *_ids in found["more"]}
    assert (inside["vehicles/kind"], inside["vehicles/people"]) == ("motorbike", 2)
    assert inside["vehicles/faults/what"] == "Chở quá số người"

    screens.open_record(page, number)
    answers = page.locator("dl.facts").first
    expect(answers).to_contain_text("Phương tiện 1")
    expect(answers).to_contain_text("Mô tô, xe máy")
    expect(answers).to_contain_text("Tiểu học Ngãi Xuyên B")
    expect(answers).to_contain_text("3,5")


def test_pages_turn_both_ways_and_nothing_that_was_typed_is_lost(survey: Callable[[str], Page]) -> None:
    page = survey(screens.IN_PAGES)
    go_on(page)
    expect(page.locator(".field-error")).to_have_text("Cần trả lời câu này.")
    question(page, "day").get_by_role("button").first.click()
    go_on(page)
    # 'quick': choosing goes on by itself, to a page that only this answer brings
    question(page, "helmet").get_by_label("Không", exact=True).check()
    expect(question(page, "why")).to_be_visible()
    question(page, "why").locator("input").fill("Để quên")
    page.go_back()
    expect(question(page, "helmet").get_by_label("Không", exact=True)).to_be_checked()
    page.go_forward()
    expect(question(page, "why").locator("input")).to_have_value("Để quên")
    page.get_by_role("button", name="Trước").click()
    expect(question(page, "helmet")).to_be_visible()
    go_on(page)
    go_on(page)
    # a field list is one page; who goes on all the same is told once and let through
    expect(question(page, "counts/men")).to_be_visible()
    question(page, "counts/women").locator("input").fill("7")
    go_on(page)
    go_on(page)
    expect(question(page, "remark")).to_be_visible()
    page.locator(".finish button[data-kind=primary]").click()
    # 'finish' opens the page of the first thing that is missing, with the cursor in it
    expect(question(page, "counts/men").locator(".field-error")).to_be_visible()
    expect(question(page, "counts/men").locator("input")).to_be_focused()
    page.keyboard.type("5")
    go_on(page)
    screens.finish(page)
    screens.landed(page)


def test_an_item_is_taken_out_after_a_question_and_its_numbers_go_with_it(survey: Callable[[str], Page]) -> None:
    page = survey(screens.EVERY_QUESTION)
    for _ in range(4):
        if not page.locator(".repeat").count():
            go_on(page)
            page.wait_for_timeout(300)
    people = page.locator(".repeat-item[data-path^='vehicles/'] input[inputmode=numeric]")
    people.last.fill("2")
    page.get_by_role("button", name="Thêm: Phương tiện").click()
    people.last.fill("3")
    expect(page.locator(".note", has_text="Tổng cộng 5 người")).to_be_visible()
    page.get_by_role("button", name="Xóa Phương tiện 1").click()
    page.locator("dialog[open]").get_by_role("button", name="Xóa mục").click()
    expect(page.locator(".note", has_text="Tổng cộng 3 người")).to_be_visible()
    expect(people).to_have_count(1)


def test_the_form_is_read_in_another_language_at_any_time(survey: Callable[[str], Page]) -> None:
    page = survey(screens.EVERY_QUESTION)
    question(page, "road").locator("input").fill("QL 53")
    page.locator(".tongue select").select_option("km")
    expect(question(page, "road").locator("label")).to_contain_text("ឈ្មោះផ្លូវ")
    expect(question(page, "road").locator("input")).to_have_value("QL 53")
    expect(page.locator(".steps button[data-kind=primary]")).to_contain_text("Tiếp")


@pytest.mark.parametrize(
    ("steps", "word"),
    [(["d", "dd", "ddu", "đu", "đươ", "đươn", "đường"], "đường"), (["ក", "ក្", "ក្រ", "ក្រុ", "ក្រុង"], "ក្រុង")],
    ids=["vi", "km"],
)
def test_what_an_input_method_composes_is_left_alone_and_kept(
    survey: Callable[[str], Page], steps: list[str], word: str
) -> None:
    page = survey(screens.EVERY_QUESTION)
    box = question(page, "road").locator("input")
    box.focus()
    session = page.context.new_cdp_session(page)
    for text in steps:
        session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        page.wait_for_timeout(60)
        expect(box).to_have_value(text)
    # still composing: soon the word is on the disk all the same, and the box was not touched
    draft = page.evaluate("location.hash.split('/')[2].split('?')[0]")
    screens.wait_until(page, f"async ([draft, word]) => (await ({READ_DRAFTS})(draft))?.includes(word)", [draft, word])
    expect(box).to_have_value(word)
    session.send("Input.insertText", {"text": word})
    expect(box).to_have_value(word)
    page.keyboard.type(" 53")
    expect(box).to_have_value(f"{word} 53")


READ_DRAFTS = """async draft => {
  for (const { name } of await indexedDB.databases()) {
    const opened = await new Promise((resolve, reject) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    try {
      if (!opened.objectStoreNames.contains('drafts')) continue;
      const row = await new Promise(resolve => {
        const asked = opened.transaction('drafts').objectStore('drafts').get(draft);
        asked.onsuccess = () => resolve(asked.result);
      });
      if (row) return JSON.stringify(row);
    } finally {
      opened.close();
    }
  }
  return '';
}"""


def test_a_form_is_filled_in_with_the_keyboard_alone(survey: Callable[[str], Page]) -> None:
    page = survey(screens.IN_PAGES)
    question(page, "day").locator("button").first.focus()
    page.keyboard.press("Enter")
    page.locator(".steps button[data-kind=primary]").focus()
    page.keyboard.press("Enter")
    question(page, "helmet").locator("input").first.focus()
    page.keyboard.press("Space")
    expect(question(page, "counts/men")).to_be_visible()


def test_no_page_broke(phone: Handset) -> None:
    assert phone.errors == []
