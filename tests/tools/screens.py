"""What a person does on the app's screens, in the words and places where they see them."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Error, Locator, Page, expect

from tests.tools import accessibility
from tests.tools.landing import ROOT

WORKER = ROOT / "pwa" / "dist" / "sw.js"
ACCIDENT = "Báo nhanh tai nạn giao thông"
OUTREACH = "Buổi tuyên truyền"
EVERY_QUESTION = "Khảo sát đầy đủ"
ALL_MEDIA = "Khảo sát bằng hình và tiếng"
IN_PAGES = "Khảo sát từng trang"
# A quick report, complete: what is tapped or typed, by question.
QUICK_REPORT: Mapping[str, Any] = {
    "occurred_at": "now",
    "mode": "Đường bộ",
    "vehicles": ["Mô tô, xe máy", "Xe đạp"],
    "consequences/deaths_seen": 0,
    "consequences/injured_seen": 1,
    "emergency_called": ["Cấp cứu 115"],
}
OUTREACH_SESSION: Mapping[str, Any] = {
    "held_on": "now",
    "venue_type": "Chùa",
    "topics": ["Mũ bảo hiểm"],
    "language": ["Tiếng Việt"],
    "attendees_total": 120,
    "lead_org": "Ban ATGT xã",
}


def join(page: Page) -> None:
    """Consents on the enrolment screen and waits for the forms."""
    page.locator("#consent-account").check()
    page.locator("main button[data-kind=primary]").last.click()
    expect(page.locator("[data-testid=sync][data-state=idle]")).to_be_visible()
    expect(page.locator("h1")).to_be_visible()


def wait_for_worker(page: Page) -> None:
    """Returns when the service worker controls the page and has its files: from here on no network is needed."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wait_until(page, "() => navigator.serviceWorker.controller !== null")


def wait_until(page: Page, asked: str, arg: Any = None, seconds: float = 60) -> None:
    """Returns when a function of the page gives, or promises, something true. Raises AssertionError after `seconds`.

    Playwright's own `wait_for_function` takes any promise for a yes.
    """
    deadline = time.monotonic() + seconds
    while not _says_yes(page, asked, arg):
        assert time.monotonic() < deadline, f"not so within {seconds} s: {asked} {arg or ''}"
        page.wait_for_timeout(50)


def _says_yes(page: Page, asked: str, arg: Any) -> bool:
    try:
        return bool(page.evaluate(asked, arg))
    except Error as error:
        if "because of a navigation" in error.message:
            return False
        raise


def wait_for_groups(page: Page, *groups: str) -> None:
    """Returns when the phone keeps these groups of files whole: from here on no network is needed for them."""
    worker = WORKER.read_text("utf-8")
    found = [re.search(rf"[{{,]{group}:\[(`[^]]+`)\]", worker) for group in groups]
    assert all(found), f"the worker doesn't know of {groups}"
    wanted = [url for each in found if each for url in re.findall("`([^`]+)`", each[1])]
    kept = """async wanted => {
        const kept = (await (await caches.open('ben-groups')).keys()).map(({ url }) => new URL(url).pathname);
        return wanted.every(each => kept.includes(each));
    }"""
    wait_until(page, kept, wanted)


def wait_for_languages(page: Page) -> None:
    """Returns when the words and the fonts of every language are kept for use without network."""
    wait_for_groups(page, "english", "khmer")


def choose_language(page: Page, language: str) -> None:
    """Changes the app's language as a person does."""
    if not page.locator("#consent-account").count():  # who has not joined yet chooses on that very page
        show(page, "me")
    page.locator(f"label [lang={language}]").click()
    expect(page.locator(f"html[lang={language}]")).to_have_count(1, timeout=30_000)
    page.evaluate("document.fonts.ready.then(() => true)")


def wear(page: Page, look: str) -> None:
    """What the phone asks of the app's colours: light, dark, or the high contrast that is read in full sun."""
    page.emulate_media(
        color_scheme="dark" if look == "dark" else "light", contrast="more" if look == "sun" else "no-preference"
    )
    page.locator(f"html[data-theme={look}]").wait_for(state="attached")
    accessibility.settle(page)


def begin(page: Page, form: str) -> None:
    """Taps a form on the home screen."""
    page.locator(".tile", has_text=form).click()
    expect(page.locator(".question").first).to_be_visible()


def question(page: Page, path: str) -> Locator:
    """One question on the form."""
    return page.locator(f".question[data-path='{path}']")


def answer(page: Page, path: str, value: Any) -> None:
    """Answers a question: 'now' for moments, labels for choices, a number or a text."""
    asked = question(page, path)
    if value == "now":
        asked.get_by_role("button").first.click()
    elif isinstance(value, list):
        for label in value:
            asked.get_by_label(label, exact=True).check()
    elif asked.locator("input[type=radio]").count():
        asked.get_by_label(value, exact=True).check()
    else:
        asked.locator("input, textarea").first.fill(str(value))


def fill(page: Page, answers: Mapping[str, Any]) -> None:
    """Answers several questions, then waits until they are kept on this phone."""
    for path, value in answers.items():
        answer(page, path, value)
    kept(page)


def kept(page: Page) -> None:
    """Waits until the form says that the draft is kept."""
    expect(page.locator(".kept[data-state=kept]")).to_be_visible()
    page.wait_for_timeout(400)  # longer than the pause after which typing is written
    expect(page.locator(".kept[data-state=kept]")).to_be_visible()


def finish(page: Page) -> str:
    """Finishes the form; returns the record's number as the receipt shows it."""
    page.locator(".finish button[data-kind=primary]").click()
    expect(page.locator(".receipt")).to_be_visible()
    return page.locator(".receipt-id strong").inner_text()


def landed(page: Page) -> None:
    """Waits until the receipt says that the record is on the server."""
    expect(page.locator(".receipt[data-arrived=yes]")).to_be_visible(timeout=30_000)


def not_landed(page: Page) -> None:
    """Asserts that the receipt says that the record is saved on this phone, and no more."""
    expect(page.locator(".receipt[data-arrived=no]")).to_contain_text("Đã lưu trên máy này")


def report(page: Page, form: str = ACCIDENT, answers: Mapping[str, Any] = QUICK_REPORT) -> str:
    """Fills and finishes a whole form from the home screen; returns the record's number."""
    show(page, "")
    begin(page, form)
    fill(page, answers)
    return finish(page)


def show(page: Page, path: str) -> None:
    """Goes to a screen inside the running app."""
    page.evaluate("path => { location.hash = '#/' + path }", path)
    expect(page.locator("h1")).to_be_visible()


def state(page: Page, name: str) -> Locator:
    """The chips of a state that are seen: waiting, on_server, returned, approved …"""
    return page.locator(f".chip[data-state={name}]:visible")


def sync(page: Page, expected: str = "idle") -> None:
    """Has the app synchronise now, by hand, and waits for how it ends."""
    show(page, "outbox")
    page.locator("main button[data-kind=primary]").first.click()
    expect(page.locator(f"[data-testid=sync][data-state={expected}]")).to_be_visible(timeout=30_000)


def waits_for(page: Page, count: int) -> None:
    """Asserts how many items the outbox shows."""
    show(page, "outbox")
    expect(page.locator("main ul.list a[href^='#/record/']")).to_have_count(count)


def open_record(page: Page, number: str) -> None:
    """Opens a record's page."""
    show(page, f"record/{number}")
    expect(page.locator(".receipt-id strong").first).to_have_text(number)


def edit(page: Page, number: str, answers: Mapping[str, Any]) -> None:
    """Corrects a record and saves the correction."""
    open_record(page, number)
    page.locator("main button[data-wide=yes]").click()
    expect(page.locator(".question").first).to_be_visible()
    fill(page, answers)
    assert finish(page) == number


def decide(page: Page, number: str, decision: str, reason: str = "") -> None:
    """As a supervisor: opens a record of the inbox, decides in the app's words, waits until the server has it."""
    show(page, "inbox")
    page.locator(f"a[data-record='{number}']").click()
    article = page.locator("article.review")
    expect(article).to_contain_text(number)
    article.locator(".decide").get_by_role("button", name=decision).click()
    if reason:
        page.locator("dialog[open] textarea").fill(reason)
        page.locator("dialog[open]").get_by_role("button", name=decision).click()
    expect(article.locator(".outcome[data-state=server]")).to_be_visible(timeout=30_000)


def draw(page: Page, paper: Locator) -> None:
    """Two strokes of a finger."""
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box is not None
    for row in (0.3, 0.6):
        page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * row)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * (row + 0.2), steps=5)
        page.mouse.up()
