"""What persons do who share a phone: choose a PIN, take the phone up, put it down. By places, in whatever language."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.tools import screens

CHOICE = ".tile[data-person]"


def type_pin(page: Page, digits: str) -> None:
    """Presses the keys, then goes on."""
    for digit in digits:
        page.locator(".pin-keys").get_by_role("button", name=digit, exact=True).click()
    page.locator(".pin-keys button[data-kind=primary]").click()


def choose_pin(page: Page, name: str, digits: str) -> None:
    """Chooses a PIN for the person who is asked: twice the same."""
    title = page.locator(".pin-title")
    expect(title).to_contain_text(name)
    asked = title.inner_text()
    type_pin(page, digits)
    expect(title).not_to_have_text(asked)
    type_pin(page, digits)


def pick(page: Page, name: str) -> None:
    """Taps a name on the start screen."""
    page.locator(CHOICE, has_text=name).click()


def take_up(page: Page, name: str, digits: str) -> None:
    """Opens a person's own from the start screen."""
    pick(page, name)
    type_pin(page, digits)
    expect(page.locator("h1")).to_contain_text(name)


def put_down(page: Page) -> None:
    """Lets somebody else at the phone."""
    screens.show(page, "me")
    page.locator(".card", has=page.locator(".item")).locator("button[data-kind=primary]").first.click()
    expect(page.locator(CHOICE).first).to_be_visible()


def hand_to(page: Page, name: str, digits: str) -> None:
    """Leaves the phone with this person on their first screen, whatever it was left at."""
    screens.show(page, "")
    heading = page.locator("h1")
    expect(heading).to_be_visible()
    if name in heading.inner_text():
        return
    if page.locator(".pin").count():
        page.locator(".pin button[data-kind=quiet]").last.click()
    elif not page.locator(CHOICE).count():
        put_down(page)
    take_up(page, name, digits)


def join_others(page: Page, token: str) -> None:
    """Opens a link on a phone that is in use, and consents."""
    page.evaluate("token => { location.hash = '#/enrol/' + token }", token)
    page.locator("#consent-account").check()
    page.locator("main button[data-kind=primary]").last.click()
