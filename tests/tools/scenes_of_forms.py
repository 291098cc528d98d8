"""Scenes of forms: filled in, left too early, with every kind of question, with pictures and sound."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.tools import screens
from tests.tools.kept_media import take
from tests.tools.scene import Scene, Step, at, then
from tests.tools.stage import Stage

FINISH = ".finish button[data-kind=primary]"


def fill_form(page: Page) -> None:
    """The first form of the list, begun."""
    screens.show(page, "")
    page.locator(".tile").first.click()
    page.locator(".question").first.wait_for()


def leave_form(page: Page) -> None:
    """Throws the draft away, as a person does."""
    if page.locator("dialog[open]").count() == 0:
        page.locator("main div > button[data-kind=quiet]").last.click()
    page.locator("dialog[open] button[data-kind=danger]").click()
    page.locator(".question").first.wait_for(state="detached")


def missing_answers(page: Page) -> None:
    """The form, finished too early."""
    fill_form(page)
    page.locator(FINISH).click()
    page.locator(".field-error").first.wait_for()


def asked_to_discard(page: Page) -> None:
    """The question whether a draft is to be thrown away."""
    fill_form(page)
    page.locator("main div > button[data-kind=quiet]").last.click()
    page.locator("dialog[open]").wait_for()


def begin_survey(page: Page, key: str) -> None:
    """A form of rich_forms.py, begun: in the app's language, by its place in the list."""
    screens.show(page, "")
    page.locator(f".tile[data-form='{key}']").click()
    page.locator(".question").first.wait_for()


def next_page(page: Page, times: int = 1) -> None:
    """Goes on, past what is missing: it is said once."""
    for _ in range(times):
        before = page.evaluate("location.hash")
        page.locator(".steps button[data-kind=primary]").click()
        page.wait_for_timeout(150)
        if page.evaluate("location.hash") == before:
            page.locator(".steps button[data-kind=primary]").click()
        page.wait_for_timeout(250)


def every_question(page: Page) -> None:
    """A question of every kind, some answered."""
    begin_survey(page, "MAU-01")
    page.locator("[data-path=remark], [data-path=plate]").first.wait_for()
    screens.question(page, "light").locator("button").last.click()
    screens.question(page, "stars").locator(".star").nth(3).click()
    screens.question(page, "safe").locator("input").nth(3).check()
    screens.question(page, "commune").locator("input").first.check()
    screens.question(page, "worst").locator("[data-way=down] button").first.click()
    screens.question(page, "riders").locator("summary").click()
    screens.question(page, "place").locator("summary").click()
    page.wait_for_timeout(250)


def many_missing(page: Page) -> None:
    """What is missing on a page, said when somebody wants to go on."""
    begin_survey(page, "MAU-01")
    page.locator(".steps button[data-kind=primary]").click()
    page.locator(".field-error").first.wait_for()


def a_table(page: Page) -> None:
    """Questions with the same answers, as a table."""
    begin_survey(page, "MAU-01")
    next_page(page)


def items_in_items(page: Page) -> None:
    """A repeat with three items, one of them open and with a repeat of its own."""
    begin_survey(page, "MAU-01")
    next_page(page, 2)
    for number in range(3):
        page.locator("[id='add-vehicles'] > button").click()
        page.locator(".repeat-item[data-path^='vehicles/']").nth(number).locator(".choice").first.click()
    last = page.locator(".repeat .repeat")
    last.locator("button", has=page.locator("svg")).last.click()
    page.wait_for_timeout(250)


def item_taken_out(page: Page) -> None:
    """The question whether an item is to go."""
    begin_survey(page, "MAU-01")
    next_page(page, 2)
    page.locator("[id='add-vehicles'] > button").click()
    page.locator(".repeat-item button[data-kind=quiet]").last.click()
    page.locator("dialog[open]").wait_for()


def keep_item(page: Page) -> None:
    """Keeps the item and throws the draft away."""
    page.locator("dialog[open] button:not([data-kind=danger])").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    leave_form(page)


def a_page(page: Page) -> None:
    """The second page of a form that goes page by page."""
    begin_survey(page, "MAU-02")
    next_page(page)


def survey_scenes(stage: Stage) -> Iterator[Scene]:
    """Every kind of question, pages and repeats."""
    steps: dict[str, Step] = {
        "every-question": every_question, "many-missing": many_missing, "table": a_table, "items": items_in_items,
        "page": a_page,
    }  # fmt: skip
    for name, enter in steps.items():
        yield Scene(f"volunteer-survey-{name}", stage.volunteer, enter, leave_form)
    yield Scene("volunteer-survey-item-out", stage.volunteer, item_taken_out, keep_item)


def media_asked(page: Page) -> None:
    """Everything that can be photographed, drawn, recorded, chosen or scanned, nothing of it answered."""
    begin_survey(page, "MAU-03")
    page.locator("[data-path=signature] canvas").wait_for()
    page.wait_for_timeout(250)


def recording(page: Page) -> None:
    """A recording under way, beside drawings."""
    media_asked(page)
    for path in ("sketch", "signature"):
        screens.draw(page, screens.question(page, path).locator("canvas"))
    screens.question(page, "sound").locator("button").first.click()
    page.locator(".media-recording").wait_for()


def stop_recording(page: Page) -> None:
    """Stops it and throws the draft away."""
    screens.question(page, "sound").locator("button").first.click()
    screens.question(page, "sound").locator(".media-picture").wait_for()
    leave_form(page)


def media_scenes(stage: Stage) -> Iterator[Scene]:
    """Photos, drawings, recordings and files: asked for, answered, looked at, on a phone that can't send them."""

    def answered(page: Page) -> None:
        media_asked(page)
        take(page, stage.photo, "photo")
        take(page, stage.paper, "paper")
        screens.question(page, "marked").locator("input[type=file]").first.set_input_files(stage.photo)
        screens.draw(page, screens.question(page, "marked").locator("canvas"))
        page.wait_for_timeout(1_000)  # longer than the pause after which a drawing is kept

    def unreadable(page: Page) -> None:
        media_asked(page)
        screens.question(page, "photo").locator("input[type=file]").first.set_input_files(stage.paper)
        page.locator("[data-path=photo] .banner").wait_for()

    steps: dict[str, Step] = {"asked": media_asked, "answered": answered, "unreadable": unreadable}
    for name, enter in steps.items():
        yield Scene(f"volunteer-media-{name}", stage.volunteer, enter, leave_form)
    yield Scene("volunteer-media-recording", stage.volunteer, recording, stop_recording)
    for device, path in ((stage.volunteer, "record"), (stage.supervisor, "review")):
        whose = "volunteer" if path == "record" else "supervisor"
        number = f"{path}/{stage.pictured}"
        yield Scene(f"{whose}-media-{path}", device, at(number))
        yield Scene(f"{whose}-media-whole", device, then(number, "main .media-picture"))
    yield Scene("revoked-media-record", stage.revoked, at(f"record/{stage.stuck}"))
    yield Scene("revoked-outbox", stage.revoked, at("outbox"))
