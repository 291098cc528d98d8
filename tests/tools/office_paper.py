"""A document as an office sees it: opened by LibreOffice, printed as PDF, and measured on the page with pdfminer."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar, LTContainer, LTCurve, LTPage, LTTextLine

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
POINTS = 72 / 25.4  # points in a millimetre
PATIENCE = 120  # seconds


@dataclass(frozen=True)
class Line:
    """A line of text: millimetres from the page's left and upper edge, points of its letters, its font."""

    page: int
    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    font: str

    @property
    def middle(self) -> float:
        """Between left and right."""
        return (self.left + self.right) / 2


@dataclass(frozen=True)
class Stroke:
    """A horizontal stroke."""

    page: int
    left: float
    right: float
    top: float

    @property
    def length(self) -> float:
        """In millimetres."""
        return self.right - self.left


@dataclass(frozen=True)
class Printed:
    """A printed document: pages as (width, height) in millimetres, lines from top to bottom, strokes."""

    pages: list[tuple[float, float]]
    lines: list[Line]
    strokes: list[Stroke]

    def line(self, text: str) -> Line:
        """The first line that begins with a text; AssertionError if none does."""
        found = [line for line in self.lines if line.text.startswith(text)]
        assert found, f"no line begins with {text!r}: {[line.text for line in self.lines]}"
        return found[0]

    @property
    def text(self) -> str:
        """All words, one space between them: where lines break doesn't matter."""
        return " ".join(" ".join(line.text for line in self.lines).split())

    def below(self, line: Line) -> Stroke:
        """The stroke right below a line."""
        near = [one for one in self.strokes if one.page == line.page and 0 <= one.top - line.bottom < 3]
        assert near, f"no stroke below {line.text!r}"
        return min(near, key=lambda one: abs((one.left + one.right) / 2 - line.middle))


def printed(document: bytes, directory: Path) -> Printed:
    """Opens a DOCX with LibreOffice and reads the PDF that it prints; AssertionError if it can't be opened."""
    assert SOFFICE is not None
    source = directory / "document.docx"
    source.write_bytes(document)
    command = [SOFFICE, f"-env:UserInstallation={(directory / 'office').as_uri()}", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(directory), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    target = directory / "document.pdf"
    assert target.exists(), done.stderr
    return _read(target)


def _read(path: Path) -> Printed:
    pages: list[tuple[float, float]] = []
    lines: list[Line] = []
    strokes: list[Stroke] = []
    for number, page in enumerate(extract_pages(path)):
        pages.append((page.width / POINTS, page.height / POINTS))
        lines += sorted(_lines(number, page, page), key=lambda line: (round(line.top), line.left))
        strokes += _strokes(number, page, page)
    return Printed(pages, lines, strokes)


def _lines(number: int, page: LTPage, within: LTContainer) -> Iterator[Line]:  # type: ignore[type-arg]
    for item in within:
        if isinstance(item, LTTextLine):
            letters = [one for one in item if isinstance(one, LTChar) and one.get_text().strip()]
            if letters:
                where = (min(one.x0 for one in letters), max(one.x1 for one in letters))
                top, bottom = page.height - item.y1, page.height - item.y0
                measured = [one / POINTS for one in (*where, top, bottom)]
                yield Line(number, item.get_text().strip(), *measured, round(letters[0].size, 1), letters[0].fontname)
        elif isinstance(item, LTContainer):
            yield from _lines(number, page, item)


def _strokes(number: int, page: LTPage, within: LTContainer) -> Iterator[Stroke]:  # type: ignore[type-arg]
    for item in within:
        if isinstance(item, LTCurve) and item.height < 2 and item.width > 5:
            middle = page.height - (item.y0 + item.y1) / 2
            yield Stroke(number, item.x0 / POINTS, item.x1 / POINTS, middle / POINTS)
