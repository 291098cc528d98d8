"""Chapter 9: a phone without room says so before anything is lost; a new version waits for the person's yes."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.chromium_tools import set_quota
from tests.tools.handset import Handset
from tests.tools.landing import ROOT, Landing
from tests.tools.local_push_service import LocalPushService

NOTE = "Đường trơn sau mưa, cần biển báo. "


@pytest.fixture(scope="module")
def app_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the built app, so that a test can deploy another version of it."""
    built = Path(os.environ.get("BEN_APP_DIR", ROOT / "pwa" / "dist"))
    return Path(shutil.copytree(built, tmp_path_factory.mktemp("app") / "dist"))


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory, push: LocalPushService, app_directory: Path) -> Iterator[Landing]:
    """An installation that serves that copy."""
    made = Landing(tmp_path_factory.mktemp("landing"), BEN_APP_DIR=str(app_directory))
    try:
        yield made.prepare().start()
    finally:
        made.stop()


def test_a_phone_without_room_says_so_and_never_says_saved(crew: Crew) -> None:
    phone = crew.volunteer()
    page = phone.page
    screens.begin(page, screens.ACCIDENT)
    screens.fill(page, screens.QUICK_REPORT)
    draft = page.evaluate("location.hash")
    phone.close()
    page = phone.open("/app.webmanifest")  # no script runs yet: the limit holds before the app's first write
    limit = set_quota(page, 1)
    page = phone.open("/" + draft)
    note = screens.question(page, "note").locator("textarea")
    note.fill(NOTE * 12)
    full = page.locator("dialog[open]")
    # The browser asks for the room that is left twice a minute, perhaps before it was limited: typing goes on.
    for _ in range(60):
        note.press_sequentially("!")  # digits would become a telephone number, which the form refuses
        page.wait_for_timeout(1_000)
        if full.count():
            break
    expect(full).to_be_visible()
    written = note.input_value()
    assert written.startswith(NOTE * 12)
    expect(page.locator(".kept[data-state=kept]")).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator(".finish button[data-kind=primary]").click()
    expect(page.locator(".receipt")).to_have_count(0)
    expect(full).to_be_visible()
    expect(note).to_have_value(written)  # nothing typed is gone

    limit.detach()
    set_quota(page, None)
    full.locator("button[data-kind=primary]").click()
    expect(page.locator(".kept[data-state=kept]")).to_be_visible()
    page.keyboard.press("Escape")
    number = screens.finish(page)
    screens.landed(page)
    (record,) = crew.eye().documents("record")
    assert record["id"] == number
    assert NOTE.strip() in str(record["values"])


def test_a_phone_whose_storage_was_cleared_says_so_and_goes_on_under_a_new_number(crew: Crew) -> None:
    phone = crew.second_volunteer("Sơn Thị Ngọc Lan")
    page = phone.page
    before = screens.report(page)
    screens.landed(page)
    page.goto(phone.net.url + "/app.webmanifest")  # no script of the app runs meanwhile
    everything = {"origin": phone.net.url, "storageTypes": "indexeddb,local_storage,cache_storage,service_workers"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", everything)

    page = phone.open()
    expect(page.locator("main")).to_contain_text("Sơn Thị Ngọc Lan, bộ nhớ của máy này đã bị xoá")
    page.locator("main button[data-kind=primary]").click()
    expect(page.locator(".tile").first).to_be_visible(timeout=30_000)
    screens.open_record(page, before)  # what had reached the server is here again
    after = screens.report(page)
    screens.landed(page)
    assert after.split("-")[0] != before.split("-")[0]  # the counters were lost: no number is ever used twice
    assert {before, after} <= {record["id"] for record in crew.eye().documents("record")}


def deploy_another_version(landing: Landing, app: Path) -> None:
    """As an update of the installation: new files, and the server started again."""
    landing.stop_server()
    page = app / "index.html"
    page.write_text(page.read_text("utf-8").replace("</head>", "<meta name=another-version></head>"), "utf-8")
    worker = app / "sw.js"
    text = worker.read_text("utf-8")
    renewed = re.sub(r"""(["'`]?/index\.html["'`],\s*["']?revision["']?:\s*["'`])\w""", r"\g<1>_", text)
    renewed = re.sub(r"""(["'`])([0-9a-f]{12})\1""", r"\1f\2\1", renewed)
    assert renewed != text
    worker.write_text(renewed, "utf-8")
    for compressed in (*app.glob("*.gz"), *app.glob("*.br")):
        compressed.unlink()
    landing.start_server()


def is_another_version(page: Page) -> bool:
    """Whether the page that runs is the updated one."""
    return bool(page.evaluate("document.querySelector('meta[name=another-version]') !== null"))


def test_an_update_waits_for_the_yes_and_never_touches_a_draft(
    crew: Crew, handset: Callable[[], Handset], app_directory: Path
) -> None:
    phone = crew.second_volunteer()
    page = phone.page
    screens.begin(page, screens.ACCIDENT)
    screens.fill(page, {"mode": "Đường bộ", "note": "Chưa xong"})
    draft = page.evaluate("location.hash")
    deploy_another_version(crew.landing, app_directory)

    page.reload()  # the browser looks for a new worker; the app that runs is still the old one
    update = page.get_by_role("status").filter(has_text="Có phiên bản mới")
    expect(update).to_be_visible(timeout=30_000)
    assert not is_another_version(page)
    expect(screens.question(page, "note").locator("textarea")).to_have_value("Chưa xong")
    assert page.evaluate("location.hash") == draft

    screens.answer(page, "hamlet", "Ấp Chợ")
    screens.kept(page)
    page.get_by_role("button", name="Tải lại").click()
    screens.wait_until(page, "() => document.querySelector('meta[name=another-version]') !== null")
    expect(screens.question(page, "note").locator("textarea")).to_have_value("Chưa xong")
    expect(screens.question(page, "hamlet").locator("input")).to_have_value("Ấp Chợ")
