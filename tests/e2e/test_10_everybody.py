"""Chapter 10: every screen in every state can be used by everybody: in every language and look, large, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.tools import accessibility, enlarged, keyboard, screens
from tests.tools.handset import DESK, PHONE
from tests.tools.scenes import Scene, every_scene, later_scenes
from tests.tools.stage import Stage

# By what was looked at, then by scene.
Found = dict[str, dict[str, list[str]]]


@pytest.fixture(scope="module")
def stage(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Everybody, with records in every state."""
    made = Stage(tmp_path_factory.mktemp("stage"), playwright)
    try:
        yield made.play()
    finally:
        made.end()


@pytest.fixture(scope="module", params=["vi", "km", "en"])
def found(stage: Stage, request: pytest.FixtureRequest) -> Found:
    """What keeps somebody from using a screen: each scene is entered once in a language and looked at in every way.

    Colours and the way of Tab are the same in every language: they are looked at in Vietnamese. Large text is looked at
    in Khmer, whose lines are the highest and whose words the longest. English is set in the same letters as Vietnamese
    and is no longer: its sizes are a phone's.
    """
    language: str = request.param
    everything: Found = {}
    spoken: set[int] = set()
    for scene in every_scene(stage):
        page = scene.device.page
        page.set_viewport_size(PHONE)
        if id(page) not in spoken:
            screens.choose_language(page, language)
            spoken.add(id(page))
        scene.enter(page)
        for way, wrong in _looked_at(scene, language):
            if wrong:
                everything.setdefault(way, {})[scene.name] = wrong
        _leave(scene, everything)
    return everything


def _looked_at(scene: Scene, language: str) -> Iterator[tuple[str, list[str]]]:
    page = scene.device.page
    yield (
        "phone",
        [
            *accessibility.violations(page),
            *accessibility.sticks_out(page),
            *accessibility.too_small(page),
        ],
    )
    if language == "vi":
        yield "keyboard", keyboard.walk(page)
        for look in ("dark", "sun"):
            screens.wear(page, look)
            yield "look", accessibility.violations(page, ["wcag141", "wcag143"])
        screens.wear(page, "light")
    if language == "km":
        yield "large", enlarged.unbearable(page)
    if language != "en":
        yield "desk", _at_a_desk(page)


def _at_a_desk(page: Page) -> list[str]:
    page.set_viewport_size(DESK)
    try:
        return [*accessibility.violations(page), *accessibility.sticks_out(page)]
    finally:
        page.set_viewport_size(PHONE)


def _leave(scene: Scene, everything: Found) -> None:
    """Leaves it; a dialog that closes gives the keyboard back to where it was."""
    page = scene.device.page
    asked = page.locator("dialog[open]").count() > 0
    scene.leave(page)
    # The camera opens by itself, before anything had the focus that it could give back.
    asked = asked and scene.name != "guest-scan"
    if asked and not page.locator("dialog[open]").count() and not keyboard.is_somewhere(page):
        everything.setdefault("keyboard", {}).setdefault(scene.name, []).append("its dialog loses the focus")


def test_no_screen_keeps_anybody_out(found: Found) -> None:
    assert (found.get("phone", {}), found.get("desk", {})) == ({}, {})


@pytest.mark.parametrize("found", ["vi"], indirect=True)
def test_dark_and_high_contrast_can_be_read_by_everybody(found: Found) -> None:
    assert found.get("look", {}) == {}


@pytest.mark.parametrize("found", ["km"], indirect=True)
def test_text_twice_as_large_is_whole_and_hides_nothing(found: Found) -> None:
    assert found.get("large", {}) == {}


@pytest.mark.parametrize("found", ["vi"], indirect=True)
def test_tab_goes_everywhere_in_order_is_seen_and_is_never_caught(found: Found) -> None:
    assert found.get("keyboard", {}) == {}


def test_a_report_is_sent_with_the_keyboard_alone(stage: Stage) -> None:
    """From the link to 'it is on the server', with keys that every keyboard has."""
    page = stage.guest.page
    screens.show(page, "enrol")
    screens.choose_language(page, "vi")
    keyboard.reach(page, "#consent-account").press("Space")
    keyboard.reach(page, "main button[data-kind=primary] >> nth=-1").press("Enter")
    expect(page.locator("[data-testid=sync][data-state=idle]")).to_be_visible()
    keyboard.reach(page, f".tile:has-text('{screens.ACCIDENT}')").press("Enter")
    expect(page.locator(".question").first).to_be_visible()
    for path, value in screens.QUICK_REPORT.items():
        keyboard.answer(page, path, value)
    screens.kept(page)
    keyboard.reach(page, ".finish button[data-kind=primary]").press("Enter")
    expect(page.locator(".receipt")).to_be_visible()
    screens.landed(page)


def test_a_look_that_was_chosen_stays_whatever_the_phone_asks_and_without_a_network(stage: Stage) -> None:
    phone = stage.newcomer
    page = phone.page
    screens.show(page, "me")
    page.locator("input[name=look][value=sun]").check()
    page.locator("input[name=still]").check()
    worn = page.locator("html[data-theme=sun][data-still]")
    expect(worn).to_be_attached()
    page.emulate_media(color_scheme="dark")
    phone.lose_network()
    page.reload()
    expect(worn).to_be_attached()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.locator("meta[name=theme-color]").get_attribute("content") == "#00191f"
    screens.show(page, "me")
    page.locator("input[name=look][value=phone]").check()
    page.locator("input[name=still]").uncheck()
    expect(page.locator("html[data-theme=dark]:not([data-still])")).to_be_attached()
    screens.wear(page, "light")
    phone.regain_network()


def test_figures_that_are_compared_and_an_update_keep_nobody_out(stage: Stage) -> None:
    for scene in later_scenes(stage):
        scene.enter(scene.device.page)
        assert accessibility.violations(scene.device.page) == []


def test_no_page_broke(stage: Stage) -> None:
    assert [device.errors for device in stage.devices] == [[] for _ in stage.devices]
