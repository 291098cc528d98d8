"""Workbooks into sheets of texts: .xlsx and .xls, told apart by their bytes, whatever the file is called.

Rules:
- Sheets and rows are counted and bounded while they are read; a zip's directory is looked at before anything in it.
- A cell is text: stripped, in NFC, numbers and dates as pyxform writes them; a formula is its last value.
- The libraries have no limits of their own: what nobody vouches for is read in a process that has (`server.bounded`).
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Set
from datetime import date, datetime, time
from typing import Any

import openpyxl
import xlrd
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

MOST_UNPACKED = 50_000_000
MOST_ENTRIES = 200
MOST_ROWS = 5_000
MOST_COLUMNS = 300
# After so many empty rows nothing more is looked for: spreadsheets keep a million that were once touched.
EMPTY_ROWS = 1_000

# A cell that holds a formula and no value, as a sheet's XML has it.
_FORMULA_ALONE = re.compile(r"<c\b([^>]*)><f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_REFERENCE = re.compile(r'\br="([A-Z]+[0-9]+)"')
# What such a cell is read as, since Excel has no sign for it.
UNCOUNTED = "#UNCOUNTED!"

Line = tuple[int, list[str]]
# Whether a sheet is read, by its name in small letters and whether it is the only one.
Wanted = Callable[[str, bool], bool]


class Unreadable(Exception):
    """A file that can't be read: `code` says why, `values` with which numbers."""

    def __init__(self, code: str, **values: int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def kind_of(data: bytes) -> str:
    """'xlsx' or 'xls': what a workbook's bytes are; 'zip' for another packed file, '' for no workbook."""
    if data.startswith(b"PK\x03\x04"):
        return "xlsx" if b"xl/workbook" in data[-100_000:] or b"xl/workbook" in data[:100_000] else "zip"
    return "xls" if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") else ""


def sheets(data: bytes, wanted: Wanted) -> Iterator[tuple[str, list[Line]]]:
    """The sheets of a workbook by name, in small letters: the rows that hold something, with their numbers.

    Those that aren't wanted have none. Raises `Unreadable`.
    """
    kind = kind_of(data)
    if kind not in ("xlsx", "xls"):
        raise Unreadable("file-packed" if kind == "zip" else "file-no-book")
    return _xlsx(data, wanted) if kind == "xlsx" else _xls(data, wanted)


def _xlsx(data: bytes, wanted: Wanted) -> Iterator[tuple[str, list[Line]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Unreadable("book-damaged") from None
    if len(entries) > MOST_ENTRIES:
        raise Unreadable("book-parts", count=len(entries), most=MOST_ENTRIES)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise Unreadable("book-unpacked", count=unpacked, most=MOST_UNPACKED)
    try:
        with warnings.catch_warnings():
            # What openpyxl can't keep (drawings, extensions) is nothing that a form reads.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            for sheet in book:
                name = sheet.title.strip().lower()
                known = wanted(name, len(book.sheetnames) == 1) and hasattr(sheet, "iter_rows")
                rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True) if known else ()
                yield name, _lines(_texts(rows, _uncounted(data, sheet) if known else frozenset()))
    except (
        *(zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, AttributeError),
        *(IndexError, OSError, EOFError, SyntaxError, NotImplementedError),
    ) as error:
        raise Unreadable("book-unread") from error


def _texts(rows: Iterable[Iterable[Any]], uncounted: Set[str]) -> Iterator[list[str]]:
    for line, row in enumerate(rows, 1):
        cells = [_text(value) for value in row]
        if uncounted:
            cells = [
                UNCOUNTED if f"{get_column_letter(at + 1)}{line}" in uncounted else cell
                for at, cell in enumerate(cells)
            ]
        yield cells


def _uncounted(data: bytes, sheet: Any) -> Set[str]:
    """The cells of a sheet whose formula has no value: a program wrote them, and no Excel has worked them out yet.

    openpyxl takes them for empty. A formula that gives an empty text says that it is a text.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        text = packed.read(sheet._worksheet_path.lstrip("/")).decode("utf-8", "replace")  # it has no other name
    if "<f" not in text:
        return frozenset()
    found = (match[1] for match in _FORMULA_ALONE.finditer(text))
    return {reference[1] for cell in found if (reference := _REFERENCE.search(cell)) and 't="str"' not in cell}


def _xls(data: bytes, wanted: Wanted) -> Iterator[tuple[str, list[Line]]]:
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True)
        for sheet in book.sheets():
            name = sheet.name.strip().lower()
            known = wanted(name, book.nsheets == 1)
            rows = sheet.get_rows() if known else ()
            yield name, _lines([_xls_text(cell, book.datemode) for cell in row] for row in rows)
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, AssertionError, LookupError, ValueError, TypeError) as error:
        raise Unreadable("book-locked") from error


def _lines(rows: Iterable[Iterable[str]]) -> list[Line]:
    """The rows that hold something, with their numbers."""
    found: list[Line] = []
    empty = 0
    for line, row in enumerate(rows, 1):
        cells = list(row)
        if any(cells):
            found.append((line, cells))
            empty = 0
        else:
            empty += 1
        if len(found) > MOST_ROWS + 1:
            raise Unreadable("sheet-rows", most=MOST_ROWS)
        if empty > EMPTY_ROWS:
            break
    return found


def _text(value: Any) -> str:
    """A cell of .xlsx as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float | datetime | date | time):
        return str(value)
    return clean(str(value))


def _xls_text(cell: xlrd.sheet.Cell, datemode: int) -> str:
    """A cell of .xls as text."""
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return _text(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            year, month, day, *rest = xlrd.xldate_as_tuple(cell.value, datemode)
        except xlrd.XLDateError:
            return f"{cell.value}"
        return str(datetime(year, month, day, *rest)) if year else str(time(*rest))  # noqa: DTZ001  # a cell has no zone
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#VALUE!"))
    return clean(str(cell.value))


def clean(text: str) -> str:
    """A cell's text as it is kept."""
    text = text.replace("\u00a0", " ").replace("\r\n", "\n").replace("\r", "\n").strip()
    return unicodedata.normalize("NFC", text)
