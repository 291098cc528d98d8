"""`make screens`: a picture of every screen in every state, at phone and desk size, in every language and look.

A real installation is started and lived in (tests/tools/stage.py); then each scene (tests/tools/scenes.py) is shown and
photographed into screens/<language>/<width>x<height>/<look>/<scene>.png; screens/index.html shows all side by side.
`make screens SCENES=home,inbox LANGS=km SIZES=360 LOOKS=dark` takes only those; a scene is named by a part of its name.
"""

from __future__ import annotations

import argparse
import html
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Error, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.tools import screens  # noqa: E402
from tests.tools.handset import DESK, PHONE  # noqa: E402
from tests.tools.scenes import Scene, every_scene, later_scenes  # noqa: E402
from tests.tools.stage import Stage  # noqa: E402

PICTURES = ROOT / "screens"
LANGUAGES = ("vi", "km", "en")
SIZES = (PHONE, DESK)
LOOKS = ("light", "dark", "sun")
SHEET = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Screens</title>
<style>
  body {{ margin: 1rem; font: 1rem/1.4 system-ui, sans-serif; }}
  section {{ display: flex; flex-wrap: wrap; align-items: start; gap: 1rem; }}
  h2 {{ position: sticky; top: 0; margin: 1.5rem 0 0.5rem; padding: 0.25rem 0; background: #fff; font-size: 1rem; }}
  figure {{ margin: 0; }}
  figcaption {{ font-size: 0.8rem; }}
  img {{ display: block; height: 20rem; border: 1px solid #888; }}
</style>
{sections}
</html>
"""


class Album:
    """The pictures that are asked for, and where they go."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.taken = 0

    def wants(self, scene: Scene) -> bool:
        """Whether a scene is among them."""
        return not self.asked.scenes or any(part in scene.name for part in self.asked.scenes)

    def photograph(self, scene: Scene, language: str) -> None:
        """Enters once, takes it in every size and look; one that can't be entered is said and stops no other."""
        page = scene.device.page
        page.set_viewport_size(PHONE)
        try:
            scene.enter(page)
            for size in self.asked.sizes:
                page.set_viewport_size(size)
                for look in self.asked.looks:
                    screens.wear(page, look)
                    self._picture(page, folder(language, size, look) / f"{scene.name}.png")
            screens.wear(page, "light")
            page.set_viewport_size(PHONE)
            scene.leave(page)
        except Error as error:
            print(f"{language} {scene.name}: {str(error).splitlines()[0]}", flush=True)

    def _picture(self, page: Page, path: Path) -> None:
        """The screen as it is seen first, and its whole length beside it where it is longer."""
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path)
        self.taken += 1
        if page.evaluate("document.documentElement.scrollHeight > innerHeight + 8"):
            page.screenshot(path=path.with_stem(path.stem + "-whole"), full_page=True)


def folder(language: str, size: ViewportSize, look: str) -> Path:
    """Where pictures of a kind are."""
    return PICTURES / language / f"{size['width']}x{size['height']}" / look


def photograph_all(stage: Stage, album: Album) -> None:
    """Takes every picture that is asked for."""
    for scenes in (every_scene(stage), list(later_scenes(stage))):
        for language in album.asked.langs:
            spoken: set[int] = set()
            for scene in filter(album.wants, scenes):
                page = scene.device.page
                if id(page) not in spoken:
                    page.set_viewport_size(PHONE)
                    screens.choose_language(page, language)
                    spoken.add(id(page))
                album.photograph(scene, language)


def contact_sheet() -> Path:
    """All pictures there are, those of one scene beside each other, in a page that needs nothing else."""
    by_scene: dict[str, list[Path]] = {}
    for language in LANGUAGES:
        for size in SIZES:
            for look in LOOKS:
                for path in folder(language, size, look).glob("*.png"):
                    if not path.stem.endswith("-whole"):
                        by_scene.setdefault(path.stem, []).append(path)
    sections = "\n".join(f"<h2>{html.escape(name)}</h2>\n{_row(paths)}" for name, paths in sorted(by_scene.items()))
    sheet = PICTURES / "index.html"
    sheet.write_text(SHEET.format(sections=sections), "utf-8")
    return sheet


def _row(paths: Iterable[Path]) -> str:
    figures = []
    for path in paths:
        where = path.relative_to(PICTURES)
        whole = where.with_stem(where.stem + "-whole")
        opened = whole if (PICTURES / whole).exists() else where
        said = html.escape(" · ".join(where.parts[:-1]))
        picture = f'<a href="{opened}"><img loading="lazy" src="{where}" alt="{html.escape(where.stem)}, {said}"></a>'
        figures.append(f"<figure>{picture}<figcaption>{said}</figcaption></figure>")
    return f"<section>{''.join(figures)}</section>"


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Photographs the app's screens.")

    def words(text: str) -> list[str]:
        return [word for word in text.split(",") if word]

    parser.add_argument("--scenes", type=words, default=[], help="parts of scenes' names")
    parser.add_argument("--langs", type=words, default=LANGUAGES, help=", ".join(LANGUAGES))
    parser.add_argument("--sizes", type=words, default=[], help="widths: 360, 1280")
    parser.add_argument("--looks", type=words, default=LOOKS, help=", ".join(LOOKS))
    asked = parser.parse_args()
    asked.langs, asked.looks = asked.langs or LANGUAGES, asked.looks or LOOKS
    if unknown := {*asked.langs} - {*LANGUAGES} | {*asked.looks} - {*LOOKS}:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    asked.sizes = [size for size in SIZES if not asked.sizes or str(size["width"]) in asked.sizes]
    return asked


def main() -> None:
    """Starts the product, plays the story, photographs, ends it."""
    os.chdir(ROOT)
    album = Album(_asked())
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ben-screens-") as name, sync_playwright() as playwright:
        stage = Stage(Path(name), playwright)
        try:
            photograph_all(stage.play(), album)
        finally:
            stage.end()
    print(f"{album.taken} pictures; {contact_sheet().relative_to(ROOT)} shows all there are")


if __name__ == "__main__":
    main()
