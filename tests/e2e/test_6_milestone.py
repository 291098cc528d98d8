"""Chapter 6: approval counts; the first milestone is crossed; each subscription gets one push in its language."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.firefox_bidi import BINARY, Firefox
from tests.tools.handset import DESK, Handset
from tests.tools.local_push_service import LocalPushService
from tests.tools.net_gate import NetGate

SUBSCRIBE = "PUT /api/webpush/subscription"
TITLE = {
    "vi": "100 lượt người được tuyên truyền",
    "km": "អ្នកទទួលការផ្សព្វផ្សាយ 100 លើក",
    "en": "100 people reached",
}


@pytest.fixture(scope="module")
def volunteer(crew: Crew) -> Handset:
    """The volunteer, who reads Vietnamese and wants to be told."""
    phone = crew.volunteer()
    subscribe(phone.page)
    return phone


@pytest.fixture(scope="module")
def supervisor(crew: Crew) -> Handset:
    """The supervisor, who reads Khmer on her desk and wants to be told."""
    desk = crew.supervisor(DESK)
    screens.show(desk.page, "me")
    desk.page.locator("[lang=km]").first.click()
    expect(desk.page.locator("html")).to_have_attribute("lang", "km")
    subscribe(desk.page)
    return desk


@pytest.fixture(scope="module")
def firefox(crew: Crew, push: LocalPushService) -> Iterator[Firefox]:
    """A second volunteer on Firefox, who gets what really was encrypted for her browser; she reads English."""
    if not BINARY:
        pytest.skip("Firefox is not installed: apt-get install firefox-esr")
    number = crew.landing.flask("people", "add", "--name", "Lâm Thị Bé", "--role", "TNV", "--place", "xa-ngai-xuyen")
    token = crew.landing.another_link(int(number.split()[-1]))
    with NetGate(crew.landing.port) as net, Firefox(push_server=push.ws_url) as browser:
        page = browser.page(f"{net.url}/#/enrol/{token}")
        page.wait_for("!!document.querySelector('#consent-account')")
        page.eval("document.querySelector('[lang=en]').click()")
        page.wait_for("document.documentElement.lang === 'en'")
        page.eval("document.querySelector('#consent-account').click()")
        page.eval("[...document.querySelectorAll('main button[data-kind=primary]')].at(-1).click()")
        page.wait_for("!!document.querySelector('.tile')", timeout=30)
        page.eval("navigator.serviceWorker.ready.then(() => true)")
        page.eval("location.hash = '#/campaign'")
        page.wait_for("!!document.querySelector('main section.card button[data-kind=primary]')")
        page.click("main section.card button[data-kind=primary]")
        page.wait_for("!document.querySelector('main section.card button[data-kind=primary]')", timeout=30)
        browser.tab, browser.net = page, net
        yield browser


def subscribe(page: Page) -> None:
    """Asks for notifications on the campaign's page."""
    screens.show(page, "campaign")
    page.locator("main section.card button[data-kind=primary]").click()
    expect(page.locator("main section.card button[data-kind=primary]")).to_have_count(0)


def reached(page: Page) -> str:
    """What the campaign's page says of P2, people reached by outreach."""
    screens.sync(page)
    screens.show(page, "campaign")
    return page.locator(".indicators [data-code=P2]").inner_text()


def test_a_subscription_that_the_push_service_has_dropped_is_renewed_by_the_worker(
    firefox: Firefox, push: LocalPushService
) -> None:
    before = set(push.subscriptions)
    told = firefox.net.count(SUBSCRIBE)
    push.forget_browsers()
    deadline = time.monotonic() + 30
    while firefox.net.count(SUBSCRIBE) == told:  # the browser comes back, and the worker tells the server
        assert time.monotonic() < deadline, (set(push.subscriptions) - before, firefox.net.requests[-5:])
        time.sleep(0.2)
    renewed = set(push.subscriptions) - before
    assert [push.subscriptions[token].alive for token in renewed] == [True]


def test_approval_moves_the_indicator_and_each_subscription_is_told_once_in_its_language(
    crew: Crew, volunteer: Handset, supervisor: Handset, firefox: Firefox, push: LocalPushService
) -> None:
    before = reached(volunteer.page)
    assert "120" not in before
    number = screens.report(volunteer.page, screens.OUTREACH, screens.OUTREACH_SESSION)
    screens.landed(volunteer.page)
    assert reached(volunteer.page) == before  # only what is approved counts
    screens.sync(supervisor.page)
    screens.decide(supervisor.page, number, "អនុម័ត")

    tried = push.wait_for(4, timeout=40)
    # The subscription that Firefox had before is gone; the one that its worker has renewed is told.
    assert sorted(request.status for request in tried) == [201, 201, 201, 410], [(r.status, r.error) for r in tried]
    sent = [request for request in tried if request.status == 201]
    read = {
        request.json()["notification"]["title"]: request.json() for request in sent if request.plaintext is not None
    }
    assert set(read) == {TITLE["vi"], TITLE["km"]}  # Firefox's own only Firefox can read: the next test does
    assert {urlsplit(payload["notification"]["navigate"]).fragment for payload in read.values()} == {"/campaign/1"}
    assert len({request.token for request in sent}) == 3


def test_a_real_browser_decrypts_it_and_a_click_opens_the_campaign(firefox: Firefox, push: LocalPushService) -> None:
    acked = push.wait_acked(1, timeout=30)
    assert [request.ack for request in acked] == [100]
    firefox.tab.goto("about:blank")
    firefox.click_alert(TITLE["en"], timeout=20)
    deadline = time.monotonic() + 20
    while not any(url.endswith("/#/campaign/1") for url in firefox.urls()):
        assert time.monotonic() < deadline, firefox.urls()
        time.sleep(0.2)


def test_the_phone_shows_it_and_its_indicator_stands_beside_its_target(volunteer: Handset) -> None:
    (told,) = volunteer.bridge.deliver(volunteer.worker())
    deadline = time.monotonic() + 40
    again = time.monotonic() + 10
    while not (shown := notifications(volunteer.page)):  # the worker shows it in its own time
        assert time.monotonic() < deadline
        volunteer.page.wait_for_timeout(200)
        if time.monotonic() > again:  # a browser that was just starting its worker may drop what is dispatched by hand
            volunteer.worker().push(json.dumps(told))
            again = time.monotonic() + 10
    assert [note["title"] for note in shown] == [TITLE["vi"]]
    deadline = time.monotonic() + 20
    while "120" not in (after := reached(volunteer.page)):
        assert time.monotonic() < deadline, after
    assert "1.000" in after


def test_the_milestone_stands_on_the_campaigns_page_of_every_role(volunteer: Handset, supervisor: Handset) -> None:
    for device, language in ((volunteer, "vi"), (supervisor, "km")):
        screens.sync(device.page)
        screens.show(device.page, "campaign")
        milestone = device.page.locator("main li", has_text=TITLE[language]).first
        expect(milestone).to_contain_text("16/05/2023")


def test_a_second_approval_tells_nobody_again(volunteer: Handset, supervisor: Handset, push: LocalPushService) -> None:
    told = len(push.requests)
    number = screens.report(volunteer.page, screens.OUTREACH, screens.OUTREACH_SESSION)
    screens.landed(volunteer.page)
    screens.sync(supervisor.page)
    screens.decide(supervisor.page, number, "អនុម័ត")
    deadline = time.monotonic() + 20
    while "240" not in reached(volunteer.page):
        assert time.monotonic() < deadline
    assert len(push.requests) == told


def notifications(page: Page) -> list[dict[str, str]]:
    """The notifications on show now, as the service worker has them."""
    shown: list[dict[str, str]] = page.evaluate(
        "() => navigator.serviceWorker.ready.then(r => r.getNotifications())"
        ".then(found => found.map(n => ({ title: n.title, body: n.body, tag: n.tag })))"
    )
    return shown
