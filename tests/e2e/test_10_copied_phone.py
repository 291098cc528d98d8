"""Chapter 10: a phone whose storage was copied takes a new number by itself, and nothing typed on either is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.handset import Handset


@pytest.fixture(scope="module")
def original(crew: Crew) -> Handset:
    """The volunteer's phone; closed, its storage is about to be copied."""
    phone = crew.volunteer()
    screens.report(phone.page)
    screens.landed(phone.page)
    phone.close()
    return phone


@pytest.fixture(scope="module")
def copied(original: Handset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handset]:
    """The phone that has the copy."""
    copied: Handset = original.copy(Path(tmp_path_factory.mktemp("copied")))
    yield copied
    copied.close()


def hamlets(crew: Crew) -> dict[str, str]:
    """Record number: what was typed as its hamlet, as the server has it."""
    eye = crew.eye()
    form = next(form for form in eye.documents("form") if form["key"] == "TNGT-01")
    position = form["compiled"]["fields"].index("hamlet")
    return {r["id"]: (r["values"] + [None] * 50)[position] for r in eye.documents("record")}


def test_the_copy_takes_a_new_number_by_itself_and_says_so(original: Handset, copied: Handset, crew: Crew) -> None:
    page = original.open()
    first = screens.report(page, answers={**screens.QUICK_REPORT, "hamlet": "Ấp Xoài Lơ"})
    screens.landed(page)
    original.close()

    page = copied.open()
    draft = begin_draft(copied)
    second = screens.report(page, answers={**screens.QUICK_REPORT, "hamlet": "Ấp Giồng Lớn"})
    assert second == first  # both phones count on from the same number
    told = page.get_by_text("Máy này có số mới")
    expect(told).to_be_visible(timeout=30_000)
    screens.sync(page)
    landed = hamlets(crew)
    assert landed[first] == "Ấp Xoài Lơ"
    assert sorted(value for value in landed.values() if value) == ["Ấp Giồng Lớn", "Ấp Xoài Lơ"]
    page.goto(f"{copied.net.url}/#/{draft}")
    expect(screens.question(page, "note").locator("textarea")).to_have_value("Chưa xong")


def begin_draft(phone: Handset) -> str:
    """Leaves a form half-way; where it is."""
    page = phone.page
    screens.begin(page, screens.ACCIDENT)
    screens.fill(page, {"note": "Chưa xong"})
    draft: str = page.evaluate("location.hash.slice(2)")
    screens.show(page, "")
    return draft


def test_what_was_held_is_put_aside_once_it_has_landed_under_the_new_number(copied: Handset, crew: Crew) -> None:
    page = copied.page
    screens.sync(page)
    for _ in range(50):
        items = crew.eye().documents("quarantine")
        if all(item["status"] == "discarded" for item in items):
            break
        page.wait_for_timeout(200)
    assert [(item["reason"], item["status"]) for item in items] == [("cloned", "discarded")]


def test_the_original_keeps_its_number(original: Handset, crew: Crew) -> None:
    before = hamlets(crew)
    page = original.open()
    number = screens.report(page, answers={**screens.QUICK_REPORT, "hamlet": "Ấp Chợ"})
    screens.landed(page)
    assert hamlets(crew) == {**before, number: "Ấp Chợ"}
    expect(page.get_by_text("Máy này có số mới")).to_have_count(0)


def test_no_page_broke(original: Handset, copied: Handset) -> None:
    assert [original.errors, copied.errors] == [[], []]
