"""A list as an office has it, into rows of texts by field: a workbook, CSV, or what was pasted from a spreadsheet.

Rules:
- What a file is, its bytes say. Text is UTF-8, or UTF-16 as Excel writes it; its columns are parted by tabs, semicolons
  or commas: whichever makes headings out of a row.
- The headings stand in one of the first rows, below whatever title there is; of several sheets the one counts in which
  most of them are known. Capitals, diacritics and punctuation make no difference, nor does the app's language.
- Columns that no heading names are left where they are, and told.
- A row that says nothing in its telling fields is nobody's. Numbers of rows are the file's own.
"""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from server import bounded, spreadsheets
from server.folding import folded
from server.spreadsheets import UNCOUNTED, Line, Unreadable

# With what a request has around it, within the million bytes that a landing takes unless it is told otherwise.
MOST_BYTES = 900_000
MOST_LEFT_OUT = 30
HEADING_ROWS = 30


@dataclass(frozen=True)
class Layout:
    """What a kind of list holds.

    `headings`: what the column of each field may be called; of two such columns the one whose heading comes first here
    is read. The `needed` field has a column in every such list. A text longer than `longest` is cut there.
    """

    headings: Mapping[str, Sequence[str]]
    needed: str
    telling: Sequence[str]
    most_rows: int
    longest: int = 200


@dataclass(frozen=True)
class Rows:
    """What a list says: rows of texts by field ('' where there is none), with their number as `line`.

    `headings`: by field, as they are written; `left_out`: the columns that are no field's.
    """

    rows: Sequence[Mapping[str, Any]]
    headings: Mapping[str, str]
    left_out: Sequence[str]


def read(data: bytes, layout: Layout) -> Rows:
    """Reads a list, a workbook in a process with limits; raises `Unreadable`."""
    if len(data) > MOST_BYTES:
        raise Unreadable("file-bytes", count=len(data), most=MOST_BYTES)
    if not spreadsheets.kind_of(data):
        return _read(data, layout)
    asked = {"data": base64.b64encode(data).decode("ascii"), "layout": asdict(layout)}
    answer = bounded.ask("server.lists", asked)
    if answer is None:
        raise Unreadable("list-heavy")
    if "refused" in answer:
        raise Unreadable(answer["refused"], **answer["values"])
    return Rows(**answer)


def _read(data: bytes, layout: Layout) -> Rows:
    """The same in this process."""
    best: tuple[int, list[Line], int, dict[str, int]] | None = None
    ranked = _ranked(layout)
    for lines in _tables(data):
        for at, (_, cells) in enumerate(lines[:HEADING_ROWS]):
            columns = _columns(cells, ranked)
            if layout.needed in columns and (best is None or len(columns) > best[0]):
                best = len(columns), lines, at, columns
    if best is None:
        raise Unreadable("heading-missing")
    _, lines, at, columns = best
    rows = list(_rows(lines[at + 1 :], columns, layout))
    if not rows:
        raise Unreadable("list-empty")
    if len(rows) > layout.most_rows:
        raise Unreadable("list-rows", count=len(rows), most=layout.most_rows)
    heads = [cell[: layout.longest] for cell in lines[at][1]]
    headings = {field: heads[column] for field, column in columns.items()}
    left_out = [head for column, head in enumerate(heads) if head and column not in columns.values()]
    return Rows(rows, headings, left_out[:MOST_LEFT_OUT])


def _ranked(layout: Layout) -> dict[str, dict[str, int]]:
    return {field: {folded(one): rank for rank, one in enumerate(known)} for field, known in layout.headings.items()}


def _columns(cells: Sequence[str], ranked: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Where each field stands in a row of headings; fields that no cell names are left out."""
    found: dict[str, int] = {}
    heads = [folded(cell) for cell in cells]
    for field, known in ranked.items():
        named = sorted((known[head], at) for at, head in enumerate(heads) if head in known)
        if named:
            found[field] = named[0][1]
    return found


def _rows(lines: Iterable[Line], columns: Mapping[str, int], layout: Layout) -> Iterator[dict[str, Any]]:
    for number, cells in lines:
        said = {field: _cell(cells, column)[: layout.longest] for field, column in columns.items()}
        if any(said.get(field) for field in layout.telling):
            yield {"line": number, **{field: said.get(field, "") for field in layout.headings}}


def _cell(cells: Sequence[str], column: int) -> str:
    text = " ".join(cells[column].split()) if column < len(cells) else ""
    return "" if text == UNCOUNTED else text


def _tables(data: bytes) -> Iterator[list[Line]]:
    """Each way of reading the file as a table: sheets of a workbook, or a text by each sign that may part columns."""
    if spreadsheets.kind_of(data):
        yield from (lines for _, lines in spreadsheets.sheets(data, lambda _name, _alone: True))
        return
    text = _text(data)
    for sign in ("\t", ";", ","):
        if sign in text:
            yield list(_parted(text, sign))
    yield list(_parted(text, "\t"))  # one column has no sign at all


def _parted(text: str, sign: str) -> Iterator[Line]:
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=sign), 1):
            if any(cells):
                yield number, [spreadsheets.clean(cell) for cell in cells[: spreadsheets.MOST_COLUMNS]]
            if number > spreadsheets.MOST_ROWS:
                raise Unreadable("sheet-rows", most=spreadsheets.MOST_ROWS)
    except csv.Error:
        raise Unreadable("file-no-list") from None


def _text(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("file-no-list" if b"\x00" in data else "text-encoding") from None
    if "\x00" in text or text.lstrip().startswith(("<", "%PDF")):
        raise Unreadable("file-no-list")
    return text


def _answer(asked: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return asdict(_read(base64.b64decode(asked["data"]), Layout(**asked["layout"])))
    except Unreadable as refused:
        return {"refused": refused.code, "values": refused.values}


if __name__ == "__main__":
    bounded.serve(_answer)
