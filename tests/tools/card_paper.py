"""Enrolment cards on paper: the pages of a PDF that the browser printed, and what a camera reads on them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from pdfminer.high_level import extract_pages
from pdfminer.layout import LTContainer, LTCurve, LTPage, LTTextLine
from PIL import Image, ImageDraw

DOTS = 300 / 72  # dots in a point, as an office's printer has them


def words_on(paper: Path) -> list[str]:
    """All words of each page, its lines with one space between them."""
    return [" ".join(_lines(page)) for page in extract_pages(paper)]


def codes_on(paper: Path) -> list[list[str]]:
    """What the QR codes on each page say, read from a picture of what is black on it."""
    read = []
    for number, page in enumerate(extract_pages(paper)):
        picture = paper.with_name(f"{paper.stem}-{number}.png")
        _ink(page).save(picture)
        command = ["node", str(Path(__file__).with_name("qr_read.mjs")), str(picture)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
        read.append(json.loads(done.stdout))
    return read


def sizes_of(paper: Path) -> list[tuple[int, int]]:
    """Width and height of each page in whole millimetres."""
    return [(round(page.width / 72 * 25.4), round(page.height / 72 * 25.4)) for page in extract_pages(paper)]


def _ink(page: LTPage) -> Image.Image:
    picture = Image.new("L", (round(page.width * DOTS), round(page.height * DOTS)), 255)
    draw = ImageDraw.Draw(picture)
    for shape in _shapes(page):
        left, right = (round(x * DOTS) for x in (shape.x0, shape.x1))
        top, bottom = (round((page.height - y) * DOTS) for y in (shape.y1, shape.y0))
        draw.rectangle((left, top, right - 1, bottom - 1), fill=0)
    return picture


def _shapes(within: LTContainer) -> Iterator[LTCurve]:  # type: ignore[type-arg]
    for item in within:
        if isinstance(item, LTContainer):
            yield from _shapes(item)
        elif isinstance(item, LTCurve) and item.fill and _is_black(item.non_stroking_color):
            yield item


def _is_black(colour: object) -> bool:
    parts = colour if isinstance(colour, tuple | list) else (colour,)
    return all(part == 0 for part in parts)


def _lines(within: LTContainer) -> Iterator[str]:  # type: ignore[type-arg]
    for item in within:
        if isinstance(item, LTTextLine):
            yield item.get_text().strip()
        elif isinstance(item, LTContainer):
            yield from _lines(item)
