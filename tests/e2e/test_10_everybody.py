"""Chapter 10: every screen in every state can be used by everybody, on a phone and on a desk, in two scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from tests.tools import accessibility, screens
from tests.tools.handset import DESK, PHONE
from tests.tools.scenes import every_scene, later_scenes
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
def test_no_screen_keeps_anybody_out(stage: Stage, language: str, size: dict[str, int]) -> None:
    found: dict[str, list[str]] = {}
    spoken: set[int] = set()
    for scene in every_scene(stage):
        page = scene.device.page
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
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


def test_figures_that_are_compared_and_an_update_keep_nobody_out(stage: Stage) -> None:
    for scene in later_scenes(stage):
        scene.enter(scene.device.page)
        assert accessibility.violations(scene.device.page) == []


def test_no_page_broke(stage: Stage) -> None:
    assert [device.errors for device in stage.devices] == [[] for _ in stage.devices]
