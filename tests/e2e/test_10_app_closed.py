"""Chapter 10: the app is closed while something waits; network returns, and the worker lands it by itself."""

from __future__ import annotations

from tests.e2e.conftest import Crew
from tests.tools import screens

TAG = "ben-outbox"
ASKED = "async tag => (await (await navigator.serviceWorker.ready).sync.getTags()).includes(tag)"
QUIET = "async () => !(await navigator.locks.query()).held.some(lock => lock.name.startsWith('ben-sync-'))"


def test_what_waits_when_the_app_is_closed_is_landed_by_the_worker_alone(crew: Crew) -> None:
    phone, eye = crew.volunteer(), crew.eye()
    page, worker = phone.page, phone.worker()
    phone.lose_network()
    number = screens.report(page)
    screens.wait_until(page, ASKED, TAG)  # the page has asked the browser to go on without it
    page.goto("about:blank")  # no page of the app is open any more
    phone.regain_network()
    page.goto(phone.net.url + "/api/health")  # the origin without the app, so that CDP finds its worker
    worker.stop_all()
    phone.net.requests.clear()
    worker.sync(TAG)
    for _ in range(100):
        if landed := eye.documents("record"):
            break
        page.wait_for_timeout(200)
    assert [(record["id"], record["rev"]) for record in landed] == [(number, 1)]
    # Nobody opened the app; for the page of plain data the browser itself may ask for an icon.
    assert set(phone.net.requests) <= {"POST /api/sync", "GET /favicon.ico"}
    screens.wait_until(page, QUIET)  # its answer is taken in: the server has it a moment before
    phone.lose_network()
    page.goto(phone.net.url)
    screens.waits_for(page, 0)  # the app knows it from the worker alone
    assert phone.errors == []
