"""Every screen of the app in every state that matters, as a list: who looks at it, and how they got there."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.tools import pins, screens
from tests.tools.scene import Scene, Step, at, drawn, then
from tests.tools.scenes_of_forms import (
    asked_to_discard,
    fill_form,
    leave_form,
    media_scenes,
    missing_answers,
    survey_scenes,
)
from tests.tools.scenes_of_setup import (
    begin_list,
    begin_merge,
    leave_setup,
    list_of_places,
    new_milestone,
    open_indicator,
    preview_days,
    preview_merge,
    preview_milestone,
    preview_targets,
)
from tests.tools.stage import PIN, SHARING, Stage

PRIMARY = "main button[data-kind=primary]"


def something_else(page: Page) -> None:
    """Choosing between two answers, neither of which is right."""
    page.locator("fieldset.card > .choice input").first.check()


def volunteer_scenes(stage: Stage) -> Iterator[Scene]:
    """What a volunteer sees on a good day."""
    own = {
        "home": "", "records": "records", "outbox": "outbox", "campaign": "campaign", "messages": "messages",
        "me": "me", "record-returned": f"record/{stage.returned}", "record-approved": f"record/{stage.approved}",
        "record-disputed": f"record/{stage.disputed}", "record-locked": f"record/{stage.locked}",
        "record-late": f"record/{stage.late}", "record-receipt": f"record/{stage.approved}/receipt",
        "saved-arrived": f"saved/{stage.pending}",
        "conflict": f"record/{stage.disputed}/conflict", "record-missing": "record/99-1", "no-such-page": "nowhere",
    }  # fmt: skip
    for name, path in own.items():
        yield Scene(f"volunteer-{name}", stage.volunteer, at(path))
    conflict = f"record/{stage.disputed}/conflict"
    yield Scene("volunteer-conflict-chosen", stage.volunteer, then(conflict, "fieldset.card > .choice input"))
    yield Scene("volunteer-fill", stage.volunteer, fill_form, leave_form)
    yield Scene("volunteer-fill-missing", stage.volunteer, missing_answers, leave_form)
    yield Scene("volunteer-fill-discard", stage.volunteer, asked_to_discard, leave_form)
    yield Scene("volunteer-draft", stage.volunteer, then("", "main a[href^='#/fill/']"))


def consent(page: Page) -> None:
    """Whose link was opened, and what is asked of them."""
    screens.show(page, "enrol")
    page.locator("#consent-account").wait_for()


def another_servers_link(page: Page) -> None:
    """A link that belongs elsewhere, typed where an enrolment code is scanned."""
    at("scan")(page)
    page.keyboard.press("Escape")
    page.locator("#scan-link").fill(f"https://ben.tra-vinh.example/#/enrol/{'A' * 43}")
    page.locator("form button[type=submit]").click()
    page.locator(".banner").wait_for()


def edge_scenes(stage: Stage) -> Iterator[Scene]:
    """The first day, and days on which something is in the way."""
    yield Scene("guest-enrol", stage.guest, consent)
    yield Scene("guest-home", stage.guest, at(""))
    yield Scene("guest-scan", stage.guest, then("scan", "video"))
    yield Scene("guest-scan-other", stage.guest, another_servers_link, consent)
    for name, path in {"home": "", "records": "records", "outbox": "outbox", "messages": "messages"}.items():
        yield Scene(f"newcomer-{name}", stage.newcomer, at(path))
    yield Scene("newcomer-no-link", stage.newcomer, at("enrol"))
    waiting = {"home": "", "outbox": "outbox", "saved": f"saved/{stage.waiting}", "record": f"record/{stage.waiting}"}
    for name, path in waiting.items():
        yield Scene(f"offline-{name}", stage.offline, at(path))
    yield Scene("signed-out-home", stage.signed_out, at(""))
    yield Scene("signed-out-outbox", stage.signed_out, at("outbox"))
    yield Scene("revoked-home", stage.revoked, at(""))
    yield Scene("replaced-home", stage.replaced, at(""))
    yield Scene("replaced-outbox", stage.replaced, at("outbox"))
    yield Scene("replaced-held", stage.replaced, then("outbox", "main a[href^='#/held/']"))


def shared_scenes(stage: Stage) -> Iterator[Scene]:
    """A phone that two persons share: who is there, their PIN, one to be chosen, a link for a third person, 'Me'."""

    def tapped(name: str) -> Step:
        def enter(page: Page) -> None:
            pins.pick(page, name)
            page.locator(".pin-keys").wait_for()

        return enter

    def back(page: Page) -> None:
        page.locator(".pin > button[data-kind=quiet]").click()

    def invited(page: Page) -> None:
        page.evaluate("token => { location.hash = '#/enrol/' + token }", stage.joining)
        page.locator(".banner").wait_for()

    def me(page: Page) -> None:
        language = page.evaluate("document.documentElement.lang")
        pins.take_up(page, SHARING[1], PIN)
        screens.choose_language(page, language)
        page.locator(".card .item").first.wait_for()

    shared = stage.shared
    yield Scene("shared-choice", shared, at(""))
    yield Scene("shared-pin", shared, tapped(SHARING[1]), back)
    yield Scene("shared-pin-new", shared, tapped(SHARING[0]), back)
    yield Scene("shared-link", shared, invited, lambda page: screens.show(page, ""))
    yield Scene("shared-me", shared, me, pins.put_down)


def reviewing_scenes(stage: Stage) -> Iterator[Scene]:
    """A supervisor's screens."""
    own = {
        "home": "", "inbox": "inbox", "register": "register", "quarantine": "quarantine", "campaign": "campaign",
        "people": "people", "messages": "messages", "me": "me", "review": f"review/{stage.pending}",
        "review-urgent": f"review/{stage.urgent}", "review-disputed": f"review/{stage.disputed}",
        "review-corrected": f"review/{stage.corrected}", "review-approved": f"review/{stage.approved}",
        "review-missing": "review/99-1", "export": "export", "map": "map", "map-inbox": "map?of=inbox",
        "scores": "scores", "review-late": f"review/{stage.late}",
    }  # fmt: skip
    for name, path in own.items():
        yield Scene(f"supervisor-{name}", stage.supervisor, at(path))
    reason = then(f"review/{stage.pending}", ".decide-row button:nth-of-type(2)")
    yield Scene("supervisor-review-reason", stage.supervisor, reason)
    yield Scene("supervisor-inbox-zero", stage.elsewhere, at("inbox"))
    yield Scene("supervisor-scores-enter", stage.supervisor, then("scores", ".score-actions button"))
    yield Scene("supervisor-people-add", stage.supervisor, then("people", PRIMARY))
    yield Scene("supervisor-commendations", stage.supervisor, at("commendations"))
    waiting = f"main a[href$='/{stage.nominated}']"
    yield Scene("supervisor-commendation-vote", stage.supervisor, commended(waiting, "main .card button"))


def commended(*clicks: str) -> Step:
    """A nomination, opened from the list, and what is pressed there."""

    def enter(page: Page) -> None:
        at("commendations")(page)
        for selector in clicks:
            page.locator(selector).first.click()
            drawn(page)

    return enter


def figures_in_detail(page: Page) -> None:
    """The progress page with its chart and tables."""
    at("campaign")(page)
    page.locator("section[data-gap=small] > button").last.click()
    page.locator(".figures-table").first.wait_for()
    page.locator(".trend canvas").wait_for()


def office_scenes(stage: Stage) -> Iterator[Scene]:
    """The standing office's screens."""
    paths = (
        "office", "campaign", "people", "register", "forms", "export", "periods", "undelivered", "scores", "messages",
        "me", "wall", "setup",
    )  # fmt: skip
    for path in paths:
        yield Scene(f"office-{path}", stage.office, at(path))
    for name, enter in {
        "targets": at("setup/1/targets"), "targets-preview": preview_targets, "milestones": at("setup/1/milestones"),
        "milestone-new": new_milestone, "milestone-preview": preview_milestone, "calendar": at("setup/1/calendar"),
        "calendar-preview": preview_days, "places": at("setup/1/places"), "places-merge": begin_merge,
        "places-preview": preview_merge, "places-list": begin_list, "places-list-read": list_of_places,
        "windows": at("setup/1/windows"), "indicators": open_indicator,
    }.items():  # fmt: skip
        yield Scene(f"office-setup-{name}", stage.office, enter, leave_setup)
    yield Scene("office-commendations", stage.office, at("commendations"))
    voted = f"main a[href$='/{stage.voted}']"
    yield Scene("office-commendation", stage.office, commended(voted))
    yield Scene("office-commendation-check", stage.office, commended(voted, "main .card button"))
    yield Scene("office-campaign-details", stage.office, figures_in_detail)
    yield Scene("office-review", stage.office, at(f"review/{stage.approved}"))
    yield Scene("office-scores-sheet", stage.office, then("scores", ".score-unit a"))
    yield Scene("office-people-add", stage.office, then("people", PRIMARY))
    yield Scene("office-people-link", stage.office, then("people", "[data-person] .row button"))
    yield Scene("office-people-cards", stage.office, at("people/cards"))
    yield Scene("office-people-cards-made", stage.office, cards_made, at("people"))
    yield Scene("office-people-import", stage.office, at("people/import"))
    yield Scene("office-people-import-rows", stage.office, list_of_people, drop_list)
    yield Scene("office-people-roles", stage.office, then("people", "[data-person] .row button:nth-of-type(2)"))
    yield Scene("office-people-away", stage.office, someone_away)
    yield Scene("office-people-revoke", stage.office, then("people", ".phone-line button"))
    yield Scene("office-baseline-preview", stage.office, preview_baselines, forget_baselines)


def cards_made(page: Page) -> None:
    """Enrolment cards for everybody who has no phone, and for the commune's people too."""
    at("people/cards")(page)
    for box in page.locator(".card-people input").all()[:7]:
        box.check()
    page.locator("main > button[data-kind=primary]").click()
    page.locator(".enrolment-card").first.wait_for()
    page.evaluate("document.fonts.ready.then(() => true)")


# Somebody new; a place that may be two, on two rows; a role that isn't there; a name that somebody has elsewhere.
LIST = """Họ và tên\tVai trò\tĐơn vị\tĐiện thoại
Lâm Thị Sa Mết\tTình nguyện viên\tXã Ngãi Xuyên\t0912345678
Thạch Sa Rương\tTNV\tTrà Cú\t
Kim Ngọc Sáng\tĐội trưởng thanh niên\tTrà Cú\t
Trần Văn Lành\tGSV\tXã Đại An\t
Trần Văn Lành\tGSV\tXã Ngãi Xuyên\t
"""


def list_of_people(page: Page) -> None:
    """A list that was pasted, with rows that ask for something."""
    at("people/import")(page)
    page.locator("main textarea").fill(LIST)
    page.locator("main section button").last.click()
    page.locator(".import-row .field-error").first.wait_for()
    page.locator(".import-line").first.wait_for()


def drop_list(page: Page) -> None:
    """Drops it again: it would be kept."""
    page.locator(".import-summary button[data-kind=quiet]").click()
    page.locator("dialog[open] button[data-kind=danger]").click()
    page.locator("main textarea").wait_for()


def someone_away(page: Page) -> None:
    """Who is to stand in for the commune's supervisor."""
    at("people")(page)
    page.locator("[data-person='2'] .row button:nth-of-type(2)").click()
    page.locator("dialog[open] .role-steps button").first.click()
    page.wait_for_timeout(250)


def preview_baselines(page: Page) -> None:
    """Figures typed and looked at, not saved."""
    at("office")(page)
    for field, figure in zip(page.locator("input.figure").all(), (20, 9, 14), strict=False):
        field.fill(str(figure))
    page.locator("form.figures button[type=submit]").click()
    page.locator("dialog[open]").wait_for()


def forget_baselines(page: Page) -> None:
    """Takes them back."""
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    for field in page.locator("input.figure").all():
        field.fill("")


def help_scenes(stage: Stage) -> Iterator[Scene]:
    """The help of a screen, over it."""

    def helped(enter: Step) -> Step:
        def ask(page: Page) -> None:
            enter(page)
            page.locator("button.help").click()
            page.locator("dialog[open] .help-steps svg").first.wait_for()

        return ask

    def leave_helped_form(page: Page) -> None:
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        leave_form(page)

    yield Scene("volunteer-help-home", stage.volunteer, helped(at("")))
    yield Scene("volunteer-help-fill", stage.volunteer, helped(fill_form), leave_helped_form)
    yield Scene("volunteer-help-record", stage.volunteer, helped(at(f"record/{stage.returned}")))
    yield Scene("supervisor-help-inbox", stage.supervisor, helped(at("inbox")))
    yield Scene("office-help-setup", stage.office, helped(at("setup")))


def later_scenes(stage: Stage) -> Iterator[Scene]:
    """After the office has entered figures and the app was updated. To be shown last, in this order."""

    def enter(page: Page) -> None:
        at("office")(page)
        if not page.locator("input.figure").first.input_value():
            preview_baselines(page)
            page.locator("dialog[open] button[data-kind=primary]").click()
            expect(page.locator("dialog[open]")).to_have_count(0)
            at("office")(page)

    def compared(page: Page) -> None:
        enter(page)  # where this scene alone is asked for
        screens.show(page, "campaign")
        # The server's worker reckons anew, and the next round trip brings it.
        while page.locator("[data-code=A1] .chip[data-tone=slate]").count():
            screens.sync(page)
            at("campaign")(page)

    yield Scene("office-baseline-entered", stage.office, enter)
    yield Scene("office-campaign-compared", stage.office, compared)

    def outdated(page: Page) -> None:
        if not page.locator(".notices").count():
            stage.update()
        at("")(page)

    yield Scene("newcomer-update-waiting", stage.newcomer, outdated)


def every_scene(stage: Stage) -> list[Scene]:
    """All that can be shown again and again, in any language and at any size."""
    return [
        *volunteer_scenes(stage),
        *survey_scenes(stage),
        *media_scenes(stage),
        *edge_scenes(stage),
        *shared_scenes(stage),
        *reviewing_scenes(stage),
        *office_scenes(stage),
        *help_scenes(stage),
    ]
