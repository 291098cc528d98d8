"""Chapter 10: every screen in every state can be used by everybody, on a phone and on a desk, in two scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, ViewportSize, expect

from tests.tools import accessibility, screens
from tests.tools.handset import DESK, PHONE
from tests.tools.scenes import IN_EVERY_LOOK, every_scene, later_scenes
from tests.tools.stage import Stage


@pytest.fixture(scope="module")
def stage(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Everybody, with records in every state."""
    made = Stage(tmp_path_factory.mktemp("stage"), playwright)
    try:
        yield made.play()
    finally:
        made.end()


@pytest.mark.parametrize("language", ["vi", "km"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360x640", "1280x800"])
def test_no_screen_keeps_anybody_out(stage: Stage, language: str, size: ViewportSize) -> None:
    found: dict[str, list[str]] = {}
    spoken: set[int] = set()
    for scene in every_scene(stage):
        page = scene.device.page
        page.set_viewport_size(size)
        if id(page) not in spoken:
            screens.choose_language(page, language)
            spoken.add(id(page))
        scene.enter(page)
        wrong = [*accessibility.violations(page), *accessibility.sticks_out(page)]
        if size is PHONE:
            wrong += accessibility.too_small(page)
        if wrong:
            found[scene.name] = wrong
        scene.leave(page)
    assert found == {}


def test_dark_and_high_contrast_can_be_read_by_everybody(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    for scene in every_scene(stage):
        if scene.name not in IN_EVERY_LOOK:
            continue
        page = scene.device.page
        page.set_viewport_size(PHONE)
        scene.enter(page)
        for look in ("dark", "sun"):
            screens.wear(page, look)
            if wrong := accessibility.violations(page, ["wcag141", "wcag143"]):
                found[f"{scene.name}-{look}"] = wrong
        screens.wear(page, "light")
        scene.leave(page)
    assert found == {}


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
