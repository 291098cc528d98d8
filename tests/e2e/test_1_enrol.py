"""Chapter 1: a one-time link becomes a phone's profile; an expired or used link says what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bench import first_load
from tests.tools import screens
from tests.tools.card_paper import codes_on, sizes_of, words_on
from tests.tools.handset import DESK, Handset
from tests.tools.http_phone import HttpPhone
from tests.tools.landing import Landing
from tests.tools.pictures import camera_film, qr_code

SCAN = "Quét mã ghi danh"


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


@pytest.mark.usefixtures("tokens")
def test_a_link_is_scanned_from_another_screen(
    handset: Callable[[], Handset], landing: Landing, tmp_path: Path
) -> None:
    desk = handset().enrol(landing.another_link(3))
    screens.join(desk)
    screens.show(desk, "people")
    desk.locator("[data-person='1'] .row button").first.click()
    code = desk.get_by_role("img", name="Mã QR của liên kết cho Thạch Thị Sóc Kha")
    code.screenshot(path=tmp_path / "code.png")
    secret = desk.locator("dialog[open] textarea").input_value().rpartition("/")[2]
    phone = handset()
    phone.camera = camera_film(tmp_path / "code.mjpeg", tmp_path / "code.png")
    page = phone.open()
    page.context.grant_permissions(["camera"], origin=landing.url)
    page.goto(landing.url)  # the link's own server, not the phone's gate
    page.get_by_role("link", name=SCAN).click()
    expect(page.locator(".who")).to_have_text("Thạch Thị Sóc Kha", timeout=30_000)
    assert secret not in page.url
    screens.join(page)
    page.go_back()
    assert secret not in page.url


@pytest.mark.usefixtures("tokens")
def test_what_is_no_link_of_this_server_is_told_and_a_link_can_be_typed(
    handset: Callable[[], Handset], landing: Landing, tmp_path: Path
) -> None:
    phone = handset()
    strange = f"{landing.url}/#/enrol/{'A' * 43}"  # this phone's server is its gate
    phone.camera = camera_film(tmp_path / "code.mjpeg", qr_code(tmp_path / "code.png", strange))
    page = phone.open("/#/scan")
    expect(page.get_by_role("status")).to_contain_text(f"máy chủ khác: {landing.url}", timeout=30_000)
    assert phone.net.count("POST /api/enrolments/inspect") == 0
    page.locator("#scan-link").fill("8934563138165")
    page.get_by_role("button", name="Dùng liên kết này").click()
    expect(page.get_by_role("status")).to_contain_text("Đọc được: 8934563138165")
    page.locator("#scan-link").fill(f"Liên kết của bạn: {phone.net.url}/#/enrol/{landing.another_link(1)}")
    page.get_by_role("button", name="Dùng liên kết này").click()
    screens.join(page)


@pytest.mark.usefixtures("tokens")
def test_a_camera_that_is_refused_leaves_the_other_ways(
    handset: Callable[[], Handset], landing: Landing, tmp_path: Path
) -> None:
    phone = handset()
    page = phone.open()
    refused = {"permission": {"name": "camera"}, "setting": "denied", "origin": phone.net.url}
    page.context.new_cdp_session(page).send("Browser.setPermission", refused)
    page.get_by_role("link", name=SCAN).click()
    expect(page.get_by_role("status")).to_contain_text("Không mở được máy ảnh")
    picture = qr_code(tmp_path / "code.png", f"{phone.net.url}/#/enrol/{landing.another_link(1)}")
    page.locator("main input[type=file]").set_input_files(picture)
    screens.join(page)


@pytest.mark.usefixtures("tokens")
def test_cards_are_printed_for_those_without_a_phone_each_with_its_own_code(
    handset: Callable[[], Handset], landing: Landing, tmp_path: Path
) -> None:
    office = HttpPhone(landing.port, landing.another_link(3))
    commune = office.get("/api/people")[0]["roles"][0]["place"]["id"]
    names = [f"Kim Thị Sa {number}" for number in range(1, 9)]
    for name in names:
        office.post("/api/people", {"name": name, "role": "TNV", "place": commune, "language": "km"})
    desk = handset()
    page = desk.enrol(landing.another_link(3))
    page.set_viewport_size(DESK)
    screens.join(page)
    screens.show(page, "people")
    page.get_by_role("link", name="Thẻ để in").click()
    page.locator(".card-people input").first.wait_for()
    for name in names:
        expect(page.get_by_label(name)).to_be_checked()
    chosen = page.locator(".card-people input:checked").count()
    page.get_by_role("button", name="Tạo thẻ").click()
    expect(page.locator(".enrolment-card")).to_have_count(chosen)
    paper = tmp_path / "cards.pdf"
    paper.write_bytes(page.pdf(prefer_css_page_size=True))
    links = [link for on_page in codes_on(paper) for link in on_page]
    assert sizes_of(paper) == [(210, 297)] * ((chosen + 5) // 6)
    assert len(links) == len(set(links)) == chosen
    words = words_on(paper)
    assert all(any(name in each for each in words) for name in names)
    assert not any("Tạo thẻ" in each or "Hãy in ngay" in each for each in words)  # nothing of the screen around them
    shown = {card.locator("h2").inner_text(): card.locator(".enrolment-card-link").inner_text() for card in cards(page)}
    assert sorted(shown.values()) == sorted(links)
    joined = handset().enrol(shown[names[3]].rpartition("/")[2])
    expect(joined.locator(".who")).to_have_text(names[3])
    expect(joined.locator("html")).to_have_attribute("lang", "km")


def cards(page: Page) -> list[Locator]:
    """The cards on the screen."""
    return page.locator(".enrolment-card").all()


def test_the_app_can_be_put_on_the_home_screen(handset: Callable[[], Handset]) -> None:
    page = handset().open()
    screens.wait_for_worker(page)
    manifest = page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then(r => r.json())")
    assert manifest["display"] == "standalone"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    session = page.context.new_cdp_session(page)
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
