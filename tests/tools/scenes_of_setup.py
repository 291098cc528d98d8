"""The steps to the screens on which an office sets its campaign up, and away from them."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.tools.scene import at, drawn


def preview_targets(page: Page) -> None:
    """Targets typed, one of them a commune's own, and what they will change."""
    at("setup/1/targets")(page)
    card = page.locator(".card", has=page.locator("h2", has_text="P2 ·"))
    card.locator("input.figure").first.fill("50")
    card.locator("summary").click()
    card.locator("select").select_option(index=3)
    card.locator("details input.figure").first.fill("20")
    page.locator(".setup-review button").click()
    page.locator("dialog[open] .figure-changes li").first.wait_for()


def new_milestone(page: Page) -> None:
    """A milestone begun, and asked for what is missing."""
    at("setup/1/milestones")(page)
    page.locator(".setup-review button").click()
    page.locator("form button[type=submit]").click()
    page.locator(".field-error").first.wait_for()


def preview_milestone(page: Page) -> None:
    """A milestone that has been crossed somewhere already."""
    new_milestone(page)
    page.locator("form select").nth(1).select_option("P2")
    page.locator("form select").nth(2).select_option("each")
    page.locator("form input.figure").fill("50")
    page.locator("form input[lang=vi]").fill("50 lượt người đầu tiên")
    page.locator("form button[type=submit]").click()
    page.locator("dialog[open] .figure-changes li").first.wait_for()


def preview_days(page: Page) -> None:
    """Days that come, with what they add up to, and days that go."""
    at("setup/1/calendar")(page)
    page.locator(".setup-cards .pair button").last.click()
    page.locator(".setup-review button").last.click()
    fresh = page.locator(".setup-cards .card").last
    fresh.locator("input[type=date]").first.fill("2023-05-08")
    fresh.locator("input[type=date]").last.fill("2023-05-16")
    fresh.locator("input[lang=vi]").fill("Tuần lễ an toàn")
    page.locator(".setup-review button").first.click()
    page.locator("dialog[open] .figure-changes li").first.wait_for()


def begin_merge(page: Page) -> None:
    """A merge begun, and asked for what is missing."""
    at("setup/1/places")(page)
    page.locator(".setup-review button").nth(1).click()
    page.locator("form button[type=submit]").click()
    page.locator(".field-error").first.wait_for()


def begin_list(page: Page) -> None:
    """Asked for a list of places."""
    at("setup/1/places")(page)
    page.locator(".setup-review button").nth(2).click()
    page.locator("textarea").wait_for()


def list_of_places(page: Page) -> None:
    """A list that was pasted, with rows that can't be understood."""
    begin_list(page)
    page.locator("textarea").fill("Mã\tTên\tLoại\n29990\tẤp Chợ Mới\tấp\n\t\txã\n29991\tXã Lạ\tlâu đài")
    page.locator("section:has(textarea) button").last.click()
    page.locator("form .banner").wait_for()


def preview_merge(page: Page) -> None:
    """What a merge of two communes will change."""
    begin_merge(page)
    for name in ("ngai xuyen", "thanh son"):
        page.locator("form input[type=search]").fill(name)
        page.locator(".places-merged label").first.click()
    page.locator("form input[lang=vi]").fill("Xã Ngãi Sơn")
    page.locator("form input[type=date]").fill("2023-05-10")
    page.locator("form button[type=submit]").click()
    page.locator("dialog[open] .figure-changes li").first.wait_for()


def open_indicator(page: Page) -> None:
    at("setup/1/indicators")(page)
    page.locator("main details.card summary").nth(1).click()


def leave_setup(page: Page) -> None:
    """Takes back what is typed: leaving alone would keep it."""
    page.reload()
    drawn(page)
