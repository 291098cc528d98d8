"""A screen in a state: on which device, and the steps there and away from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.tools import screens
from tests.tools.handset import Handset

Step = Callable[[Page], None]


@dataclass(frozen=True)
class Scene:
    """One screen: its name, the device that shows it, and the steps there and away from it."""

    name: str
    device: Handset
    enter: Step
    leave: Step = lambda page: page.keyboard.press("Escape")


def at(path: str) -> Step:
    """Goes to an address of the app and waits until it is drawn."""

    def enter(page: Page) -> None:
        screens.show(page, path)
        drawn(page)

    return enter


def drawn(page: Page) -> None:
    """Waits until the screen says something else than that it is loading."""
    expect(page.locator("main [role=status].soft, main > p.soft:only-child")).to_have_count(0)
    page.wait_for_timeout(250)


def then(path: str, *clicks: str) -> Step:
    """Goes to an address, then presses these, one after the other."""

    def enter(page: Page) -> None:
        screens.show(page, path)
        for selector in clicks:
            page.locator(selector).first.click()
        page.wait_for_timeout(250)

    return enter
