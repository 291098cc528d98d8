"""Chapter 20: the volunteer's story in other families of browsers: Firefox, and WebKit as on an iPhone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.http_phone import HttpPhone
from tests.tools.other_phone import FAMILIES, OtherPhone, present

WAITING = "main ul.list a[href^='#/record/']"


@pytest.fixture(scope="module", params=FAMILIES)
def phone(request: pytest.FixtureRequest, crew: Crew, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OtherPhone]:
    """A volunteer's phone, enrolled, its forms kept; then the network goes."""
    if not present(request.param):
        pytest.skip(f"{request.param} is not installed: tools/browsers.py names the packages")
    made = OtherPhone(request.param, Path(tmp_path_factory.mktemp(request.param)), crew.landing.port)
    try:
        made.enrol(crew.landing.another_link(1))
        made.net.down()
        yield made
    finally:
        made.end()


@pytest.fixture(scope="module")
def eye(crew: Crew) -> HttpPhone:
    """What the server holds."""
    return crew.eye()


def records(eye: HttpPhone) -> dict[str, int]:
    """Record number: revision, as the server has them."""
    return {record["id"]: record["rev"] for record in eye.documents("record")}


def found_again(phone: OtherPhone) -> None:
    """Opens the draft on the home screen, with what was answered before."""
    phone.press("document.querySelector(\"a[href^='#/fill/']\")")
    phone.page.wait_for("document.querySelectorAll('.question[data-path=vehicles] input:checked').length === 2")


def land(phone: OtherPhone) -> None:
    """Has the app send now, on its outbox, and waits until it says that nothing is left there."""
    phone.press("document.querySelector('main button[data-kind=primary]')")
    phone.page.wait_for("!!document.querySelector('main .empty')", timeout=30)


def test_a_report_is_begun_and_finished_without_network_though_the_browser_closed(
    phone: OtherPhone, eye: HttpPhone
) -> None:
    before = records(eye)
    phone.close()
    phone.open()
    phone.begin(screens.ACCIDENT)
    some = {path: screens.QUICK_REPORT[path] for path in ("occurred_at", "mode", "vehicles")}
    phone.fill(some)
    phone.close()  # half-way

    phone.open()
    found_again(phone)
    phone.fill({path: value for path, value in screens.QUICK_REPORT.items() if path not in some})
    number = phone.finish()
    assert "Đã lưu trên máy này" in phone.text(".receipt")
    phone.close()
    phone.open("/#/outbox")
    phone.page.wait_for(f"document.querySelectorAll({WAITING!r}).length === 1")
    assert records(eye) == before

    phone.net.requests.clear()
    phone.net.up()
    land(phone)
    assert phone.net.count("POST /api/sync") == 1
    assert records(eye) == {**before, number: 1}
    phone.show(f"record/{number}")
    phone.page.wait_for("!!document.querySelector('.chip[data-state=on_server]')")


def test_what_was_called_kept_is_there_though_the_browser_was_killed(phone: OtherPhone, eye: HttpPhone) -> None:
    """An iPhone ends an app in the background, and the process behind its IndexedDB first, without a word."""
    before = records(eye)
    phone.net.down()
    phone.close()  # as it was put away before; a page that is left for another one is no way of a phone's
    phone.open()
    phone.begin(screens.ACCIDENT)
    some = {path: screens.QUICK_REPORT[path] for path in ("occurred_at", "mode", "vehicles")}
    phone.fill(some)
    phone.kill()

    phone.open()
    found_again(phone)
    phone.fill({path: value for path, value in screens.QUICK_REPORT.items() if path not in some})
    number = phone.finish()
    phone.kill()

    phone.net.up()
    phone.open("/#/outbox")
    land(phone)
    assert records(eye) == {**before, number: 1}
