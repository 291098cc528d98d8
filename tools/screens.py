"""`make screens`: a picture of every screen in every state, at phone and desk size, in the three languages.

A real installation is started and lived in (tests/tools/stage.py); then each scene (tests/tools/scenes.py) is shown and
photographed into screens/<language>/<width>x<height>/<scene>.png, some of them in dark and in high contrast beside it.
Words after the command choose: `python -m tools.screens km 360 review` takes only what has all of them in its path.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.tools import screens  # noqa: E402
from tests.tools.handset import DESK, PHONE  # noqa: E402
from tests.tools.scenes import IN_EVERY_LOOK, Scene, every_scene, later_scenes  # noqa: E402
from tests.tools.stage import Stage  # noqa: E402

PICTURES = ROOT / "screens"
LANGUAGES = ("vi", "km", "en")
SIZES = (PHONE, DESK)


def picture(page: Page, path: Path) -> None:
    """The screen as it is seen first, and its whole length beside it where it is longer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    longer = page.evaluate("document.documentElement.scrollHeight > innerHeight + 8")
    if longer:
        page.screenshot(path=path.with_stem(path.stem + "-whole"), full_page=True)


def photograph(scene: Scene, path: Path) -> bool:
    """Takes one picture; false when the scene can't be entered, which is said and does not stop the others."""
    page = scene.device.page
    try:
        scene.enter(page)
        picture(page, path)
        for look in ("dark", "sun", "light") if scene.name in IN_EVERY_LOOK else ():
            screens.wear(page, look)
            if look != "light":
                picture(page, path.with_stem(f"{path.stem}-{look}"))
        scene.leave(page)
    except Error as error:
        print(f"{path.relative_to(PICTURES)}: {str(error).splitlines()[0]}", flush=True)
        return False
    return True


def wanted(path: Path, words: list[str]) -> bool:
    """Whether a picture is among those asked for."""
    return all(word in str(path.relative_to(PICTURES)) for word in words)


def photograph_all(stage: Stage, words: list[str]) -> int:
    """Takes every picture that is asked for; how many."""
    taken = 0
    for scenes in (every_scene(stage), list(later_scenes(stage))):
        for language in LANGUAGES:
            spoken: set[int] = set()
            for size in SIZES:
                folder = PICTURES / language / f"{size['width']}x{size['height']}"
                for scene in scenes:
                    path = folder / f"{scene.name}.png"
                    if not wanted(path, words):
                        continue
                    page = scene.device.page
                    page.set_viewport_size(size)
                    if id(page) not in spoken:
                        screens.choose_language(page, language)
                        spoken.add(id(page))
                    taken += photograph(scene, path)
    return taken


def main() -> None:
    """Starts the product, plays the story, photographs, ends it."""
    os.chdir(ROOT)
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ben-screens-") as name, sync_playwright() as playwright:
        stage = Stage(Path(name), playwright)
        try:
            print(f"{photograph_all(stage.play(), sys.argv[1:])} screens are in {PICTURES.relative_to(ROOT)}/")
        finally:
            stage.end()


if __name__ == "__main__":
    main()
