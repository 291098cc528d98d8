"""Chapter 3: network returns and one request lands it; lost answers and two tabs never make a second record."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.handset import Handset
from tests.tools.http_phone import HttpPhone


@pytest.fixture(scope="module")
def phone(crew: Crew) -> Handset:
    """The volunteer's phone."""
    return crew.volunteer()


@pytest.fixture(scope="module")
def eye(crew: Crew) -> HttpPhone:
    """What the server holds."""
    return crew.eye()


def revisions(eye: HttpPhone) -> dict[str, int]:
    """Record number: revision, as the server has them."""
    return {record["id"]: record["rev"] for record in eye.documents("record")}


def test_one_request_lands_what_was_saved_without_network(phone: Handset, eye: HttpPhone) -> None:
    page = phone.page
    phone.lose_network()
    number = screens.report(page)
    screens.not_landed(page)
    expect(page.locator("[data-testid=sync][data-state=offline]")).to_be_visible()
    phone.net.requests.clear()
    phone.regain_network()
    screens.landed(page)
    assert phone.net.count("POST /api/sync") == 1
    expect(page.locator(".receipt")).to_contain_text("Đã lên máy chủ")
    assert revisions(eye) == {number: 1}
    screens.waits_for(page, 0)
    screens.open_record(page, number)
    expect(screens.state(page, "on_server").first).to_be_visible()


def test_a_lost_answer_never_makes_a_second_record(phone: Handset, eye: HttpPhone) -> None:
    page = phone.page
    before = revisions(eye)
    phone.net.lose_answers()
    number = screens.report(page)
    screens.not_landed(page)
    deadline = time.monotonic() + 20
    while (landed := revisions(eye)) == before and time.monotonic() < deadline:
        time.sleep(0.2)  # it is on its way
    assert landed == {**before, number: 1}  # the server has it; the phone doesn't know
    expect(page.locator("[data-testid=sync]:not([data-state=idle])")).to_be_visible()
    screens.waits_for(page, 1)
    phone.net.up()
    screens.sync(page)
    screens.waits_for(page, 0)
    assert revisions(eye) == landed


def test_two_open_tabs_send_it_once(phone: Handset, eye: HttpPhone) -> None:
    page = phone.page
    before = revisions(eye)
    phone.lose_network()
    number = screens.report(page)
    other = phone.new_tab("/#/outbox")
    expect(other.locator(f"main a[href='#/record/{number}']")).to_be_visible()
    phone.net.requests.clear()
    phone.regain_network()  # both hear of it at once
    screens.landed(page)
    expect(other.locator(f"main a[href='#/record/{number}']")).to_have_count(0)  # and the other tab shows it too
    assert revisions(eye) == {**before, number: 1}
    other.close()


def test_a_real_stop_of_the_server_is_told_and_outlived(phone: Handset, eye: HttpPhone, crew: Crew) -> None:
    page = phone.page
    before = revisions(eye)
    crew.landing.stop_server()
    number = screens.report(page)
    screens.not_landed(page)
    expect(page.locator("[data-testid=sync]:not([data-state=idle])")).to_be_visible()
    crew.landing.start_server()
    screens.sync(page)
    assert revisions(eye) == {**before, number: 1}


def test_the_service_worker_sends_when_no_page_is_looked_at(phone: Handset, eye: HttpPhone) -> None:
    page = phone.page
    before = revisions(eye)
    worker = phone.worker()
    phone.lose_network()
    number = screens.report(page)
    page.goto("about:blank")  # no page of the app is open any more
    phone.regain_network()
    page.goto(phone.net.url + "/app.webmanifest")  # the origin without the app's script, so that CDP finds its worker
    worker.sync("ben-outbox")
    for _ in range(100):
        if number in revisions(eye):
            break
        page.wait_for_timeout(200)
    assert revisions(eye) == {**before, number: 1}


def test_a_request_that_hangs_is_made_anew_when_the_network_is_another_one(phone: Handset, eye: HttpPhone) -> None:
    page = phone.page
    page.goto(phone.net.url)
    before = revisions(eye)
    phone.net.black_hole()
    number = screens.report(page)
    phone.net.wait_for_swallowed("POST /api/sync")
    phone.net.let_hang()  # as after a change from one mast to another: nobody ever answers on the old connection
    page.evaluate("dispatchEvent(new Event('online'))")
    screens.landed(page)
    assert revisions(eye) == {**before, number: 1}


def test_a_person_may_ask_again_while_a_request_hangs(phone: Handset, eye: HttpPhone) -> None:
    page = phone.page
    before = revisions(eye)
    phone.net.black_hole()
    number = screens.report(page)
    screens.show(page, "outbox")
    phone.net.wait_for_swallowed("POST /api/sync")
    phone.net.let_hang()
    expect(page.locator("main")).to_contain_text("Máy chủ chưa trả lời")
    page.get_by_role("button", name="Thử lại").click()
    expect(page.locator("[data-testid=sync][data-state=idle]")).to_be_visible()
    assert revisions(eye) == {**before, number: 1}


def test_a_request_of_the_service_worker_that_hangs_holds_no_page_up(phone: Handset, eye: HttpPhone) -> None:
    page = phone.page
    before = revisions(eye)
    worker = phone.worker()
    phone.lose_network()
    number = screens.report(page)
    page.goto("about:blank")
    phone.regain_network()
    phone.net.black_hole()
    page.goto(phone.net.url + "/")  # the app comes from the worker's cache
    worker.sync("ben-outbox")
    phone.net.wait_for_swallowed("POST /api/sync")
    phone.net.let_hang()
    screens.sync(page)
    assert revisions(eye) == {**before, number: 1}


def test_no_page_broke(phone: Handset) -> None:
    assert phone.errors == []
