"""Chapter 1: a one-time link becomes a phone's profile; an expired or used link says what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from bench import first_load
from tests.tools import screens
from tests.tools.handset import Handset
from tests.tools.landing import Landing


@pytest.fixture(scope="module")
def tokens(landing: Landing) -> list[str]:
    """A volunteer's, the supervisor's and the office's link."""
    return landing.tokens()


def test_the_link_shows_who_it_is_for_and_joins_only_after_consent(
    handset: Callable[[], Handset], tokens: list[str]
) -> None:
    phone = handset()
    page = phone.enrol(tokens[0])
    expect(page.locator(".who")).to_have_text("Thạch Thị Sóc Kha")
    expect(page.locator("main")).to_contain_text("Xã Ngãi Xuyên")
    assert tokens[0] not in page.url  # it leaves the address bar at once
    page.locator("main button[data-kind=primary]").last.click()
    expect(page.locator("#consent-account")).to_be_focused()
    assert phone.net.count("POST /api/enrolments/redeem") == 0
    screens.join(page)
    expect(page.locator(".tile", has_text=screens.ACCIDENT)).to_be_visible()
    expect(page.locator(".tile")).to_have_count(5)  # those that a volunteer may begin, of the campaign's nine
    expect(page.locator("body")).to_contain_text("Diễn tập: 16/05/2023")


def test_the_list_of_forms_costs_a_phone_at_most_60_kb(handset: Callable[[], Handset], landing: Landing) -> None:
    loaded = first_load.load(handset(), landing.another_link(1))
    # Answers' headers included; over HTTP/2 they take less.
    assert loaded["list"]["bodies"] + loaded["list"]["headers"] <= first_load.GOAL, loaded


def test_the_session_cookie_is_out_of_the_pages_reach(handset: Callable[[], Handset], landing: Landing) -> None:
    phone = handset()
    page = phone.enrol(landing.another_link(1))
    screens.join(page)
    (cookie,) = [each for each in phone.context.cookies() if "ben-" in each["name"]]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert page.evaluate("document.cookie") == ""


def test_a_used_link_says_that_it_was_used(handset: Callable[[], Handset], tokens: list[str]) -> None:
    page = handset().enrol(tokens[0])
    expect(page.get_by_role("alert")).to_contain_text("đã được dùng")
    expect(page.locator("#consent-account")).to_have_count(0)


def test_an_unknown_link_says_so(handset: Callable[[], Handset]) -> None:
    page = handset().enrol("A" * 43)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#consent-account")).to_have_count(0)


def test_a_phone_without_network_keeps_the_link_and_tries_again(
    handset: Callable[[], Handset], landing: Landing
) -> None:
    phone = handset()
    page = phone.open()
    screens.wait_for_worker(page)
    phone.net.down()
    page.evaluate("token => { location.hash = '#/enrol/' + token }", landing.another_link(1))
    expect(page.get_by_role("status").or_(page.get_by_role("alert")).first).to_be_visible()
    phone.net.up()
    page.locator(".banner button").click()
    screens.join(page)


def test_the_app_can_be_put_on_the_home_screen(handset: Callable[[], Handset]) -> None:
    page = handset().open()
    screens.wait_for_worker(page)
    manifest = page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then(r => r.json())")
    assert manifest["display"] == "standalone"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    session = page.context.new_cdp_session(page)
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
