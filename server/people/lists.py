"""A list of people as an office has it, into rows: a workbook, CSV, or what was pasted from a spreadsheet.

Rules:
- What a file is, its bytes say. Text is UTF-8, or UTF-16 as Excel writes it; its columns are parted by tabs, semicolons
  or commas: whichever makes headings out of a row.
- The headings stand in one of the first rows, below whatever title there is; of several sheets the one counts in which
  most of them are known. Names are needed, everything else can be chosen on screen.
- What Bến has no room for (phone numbers, addresses) is left where it is, and named.
- A row without name, role and place is nobody's. Numbers of rows are the file's own.
"""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server import bounded, spreadsheets
from server.people import words
from server.spreadsheets import UNCOUNTED, Line, Unreadable

# With what a request has around it, within the million bytes that a landing takes unless it is told otherwise.
MOST_BYTES = 900_000
MOST_PEOPLE = 1_000
MOST_LEFT_OUT = 30
HEADING_ROWS = 30
# Longer texts are cut: none of them is a name, a role or a place.
LONGEST_TEXT = 200
TELLING = ("name", "role", "place")


@dataclass(frozen=True)
class Rows:
    """What a list says: rows of texts by field, with their number as `line`; headings by field; columns left out."""

    rows: Sequence[Mapping[str, Any]]
    headings: Mapping[str, str]
    left_out: Sequence[str]


def read_list(data: bytes) -> Rows:
    """Reads a list, a workbook in a process with limits; raises `Unreadable`."""
    if len(data) > MOST_BYTES:
        raise Unreadable("file-bytes", count=len(data), most=MOST_BYTES)
    if not spreadsheets.kind_of(data):
        return read(data)
    answer = bounded.ask("server.people.lists", base64.b64encode(data).decode("ascii"))
    if answer is None:
        raise Unreadable("list-heavy")
    if "refused" in answer:
        raise Unreadable(answer["refused"], **answer["values"])
    return Rows(answer["rows"], answer["headings"], answer["left_out"])


def read(data: bytes) -> Rows:
    """The same in this process."""
    best: tuple[int, list[Line], int, dict[str, int]] | None = None
    for lines in _tables(data):
        for at, (_, cells) in enumerate(lines[:HEADING_ROWS]):
            columns = words.columns_of(cells)
            if "name" in columns and (best is None or len(columns) > best[0]):
                best = len(columns), lines, at, columns
    if best is None:
        raise Unreadable("heading-missing")
    _, lines, at, columns = best
    rows = list(_rows(lines[at + 1 :], columns))
    if not rows:
        raise Unreadable("list-empty")
    if len(rows) > MOST_PEOPLE:
        raise Unreadable("list-rows", count=len(rows), most=MOST_PEOPLE)
    heads = [cell[:LONGEST_TEXT] for cell in lines[at][1]]
    headings = {field: heads[column] for field, column in columns.items()}
    left_out = [head for column, head in enumerate(heads) if head and column not in columns.values()]
    return Rows(rows, headings, left_out[:MOST_LEFT_OUT])


def _rows(lines: Iterable[Line], columns: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for number, cells in lines:
        said = {field: _cell(cells, column) for field, column in columns.items()}
        if family := said.pop("family", ""):
            said["name"] = f"{family} {said['name']}".strip()
        if any(said.get(field) for field in TELLING):
            yield {"line": number, **{field: said.get(field, "") for field in words.FIELDS}}


def _cell(cells: Sequence[str], column: int) -> str:
    text = " ".join(cells[column].split()) if column < len(cells) else ""
    return "" if text == UNCOUNTED else text[:LONGEST_TEXT]


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


def _answer(asked: str) -> dict[str, Any]:
    try:
        found = read(base64.b64decode(asked))
    except Unreadable as refused:
        return {"refused": refused.code, "values": refused.values}
    return {"rows": found.rows, "headings": found.headings, "left_out": found.left_out}


if __name__ == "__main__":
    bounded.serve(_answer)
