"""Files into sheets: Markdown tables, CSV, .xlsx and .xls, told apart by their bytes, whatever the file is called.

Rules:
- Sheets and rows are counted and bounded while they are read; a zip's directory is looked at before anything in it.
- A cell is text: stripped, in NFC, numbers and dates as pyxform writes them; a formula is its last value.
- Markdown tables are read as pyxform reads them (`|` in a cell is written `\\|`, lines that begin with # are comments).
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date, datetime, time
from typing import Any

import openpyxl
import xlrd
from openpyxl.utils.exceptions import InvalidFileException

from server.forms.remarks import Said, say
from server.forms.sheets import KNOWN_SHEETS, FormError, FormRefused, Sheet, fill, letter_of

MOST_BYTES = 5_000_000
MOST_UNPACKED = 50_000_000
MOST_ENTRIES = 200
MOST_ROWS = 5_000
MOST_COLUMNS = 300
LONGEST_SOURCE = 500_000
LONGEST_CELL = 32_767
# After so many empty rows nothing more is looked for: spreadsheets keep a million that were once touched.
EMPTY_ROWS = 1_000

_COMMENT = re.compile(r"^\s*#")
_INLINE_COMMENT = re.compile(r"^(.*)(#[^|]+)$")
_ROW = re.compile(r"\s*\|(.*)\|\s*")
_RULE = re.compile(r"^[|-]+$")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SPLIT = re.compile(r"(?<!\\)\|")

# A cell that holds a formula and no value, as a sheet's XML has it.
_FORMULA_ALONE = re.compile(r"<c\b([^>]*)><f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_REFERENCE = re.compile(r'\br="([A-Z]+[0-9]+)"')
# What such a cell is read as, since Excel has no sign for it.
_UNCOUNTED = "#UNCOUNTED!"

Line = tuple[int, list[str]]


def kind_of(data: bytes) -> str:
    """'xlsx', 'xls', 'xml', 'md' or 'csv': what a file's bytes are; 'zip' for another packed file, '' for none."""
    if data.startswith(b"PK\x03\x04"):
        return "xlsx" if b"xl/workbook" in data[-100_000:] or b"xl/workbook" in data[:100_000] else "zip"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return "xml"
    if any(line.lstrip().startswith(b"|") for line in start.splitlines()[:2000]):
        return "md"
    return "csv" if start and b"\x00" not in start and b"," in start else ""


def read_sheets(data: bytes, file: str) -> dict[str, Sheet]:
    """The sheets of a form by name, in small letters; those that no form has are there without rows.

    Raises `FormRefused` for what is no form, is too large, or holds cells that can't be read.
    """
    if len(data) > MOST_BYTES:
        raise _refused(file, say("file-bytes", count=len(data), most=MOST_BYTES))
    kind = kind_of(data)
    if kind in ("md", "csv") or (kind == "" and b"\x00" not in data):
        return _from_text(data, file, kind)
    if kind == "xlsx":
        tables = _xlsx(data, file)
    elif kind == "xls":
        tables = _xls(data, file)
    elif kind == "zip":
        raise _refused(file, say("file-packed"))
    else:
        raise _refused(file, say("file-no-form"))
    return _sheets(list(tables), file)


def _refused(file: str, said: Said) -> FormRefused:
    return FormRefused([FormError.of(said, file)])


def _sheets(tables: Sequence[tuple[str, list[Line]]], file: str) -> dict[str, Sheet]:
    names = [name for name, _lines in tables]
    sheets: dict[str, Sheet] = {}
    errors: list[FormError] = []
    for name, lines in tables:
        called = "survey" if len(names) == 1 and name not in KNOWN_SHEETS else name
        sheet = Sheet(called, file)
        if called in sheets:
            errors.append(FormError.of(say("sheet-twice"), file, sheet=called))
        sheets[called] = sheet
        errors += _unreadable(sheet, lines)
        errors += fill(sheet, lines, letters=True)
    if errors:
        raise FormRefused(errors)
    return sheets


def _unreadable(sheet: Sheet, lines: Iterable[Line]) -> Iterator[FormError]:
    for line, cells in lines:
        for place, cell in enumerate(cells):
            found = _CONTROL.search(cell)
            said = None
            if found:
                said = say("cell-control", sign=f"{ord(found[0]):04X}")
            elif len(cell) > LONGEST_CELL:
                said = say("cell-longest", count=len(cell), most=LONGEST_CELL)
            elif cell == _UNCOUNTED:
                said = say("cell-uncounted")
            elif cell.startswith("#") and cell in ("#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!"):
                said = say("cell-formula", found=cell)
            if said:
                yield FormError.of(said, sheet.file, row=line, sheet=sheet.name, cell=f"{letter_of(place)}{line}")


# ---------------------------------------------------------------- spreadsheets


def _xlsx(data: bytes, file: str) -> Iterator[tuple[str, list[Line]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _refused(file, say("book-damaged")) from None
    if len(entries) > MOST_ENTRIES:
        raise _refused(file, say("book-parts", count=len(entries), most=MOST_ENTRIES))
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise _refused(file, say("book-unpacked", count=unpacked, most=MOST_UNPACKED))
    try:
        with warnings.catch_warnings():
            # What openpyxl can't keep (drawings, extensions) is nothing that a form reads.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            for sheet in book:
                name = sheet.title.strip().lower()
                known = (name in KNOWN_SHEETS or len(book.sheetnames) == 1) and hasattr(sheet, "iter_rows")
                rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True) if known else ()
                yield name, _lines(_texts(rows, _uncounted(data, sheet) if known else frozenset()), file)
    except (
        *(zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, AttributeError),
        *(IndexError, OSError, EOFError, SyntaxError, NotImplementedError),
    ) as error:
        raise _refused(file, say("book-unread")) from error


def _texts(rows: Iterable[Iterable[Any]], uncounted: Set[str]) -> Iterator[list[str]]:
    for line, row in enumerate(rows, 1):
        cells = [_text(value) for value in row]
        if uncounted:
            cells = [_UNCOUNTED if f"{letter_of(at)}{line}" in uncounted else cell for at, cell in enumerate(cells)]
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


def _xls(data: bytes, file: str) -> Iterator[tuple[str, list[Line]]]:
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True)
        for sheet in book.sheets():
            name = sheet.name.strip().lower()
            known = name in KNOWN_SHEETS or book.nsheets == 1
            rows = sheet.get_rows() if known else ()
            yield name, _lines(([_xls_text(cell, book.datemode) for cell in row] for row in rows), file)
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, AssertionError, LookupError, ValueError, TypeError) as error:
        raise _refused(file, say("book-locked")) from error


def _lines(rows: Iterable[Iterable[str]], file: str) -> list[Line]:
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
            raise _refused(file, say("sheet-rows", most=MOST_ROWS))
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


# ---------------------------------------------------------------- text


def _from_text(data: bytes, file: str, kind: str) -> dict[str, Sheet]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(file, say("text-encoding")) from None
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    if len(text) > LONGEST_SOURCE:
        raise _refused(file, say("text-long", count=len(text), most=LONGEST_SOURCE))
    errors = [
        FormError.of(say("line-control", sign=f"{ord(found[0]):04X}"), file, row=line)
        for line, raw in enumerate(text.split("\n"), 1)
        if (found := _CONTROL.search(raw))
    ]
    if errors:
        raise FormRefused(errors)
    tables = _tables(_csv(text) if kind == "csv" else _markdown(text), file, errors)
    if not tables and not errors:
        raise _refused(file, say("table-none"))
    sheets = {name: Sheet(name, file) for name in tables}
    for name, sheet in sheets.items():
        errors += fill(sheet, tables[name], letters=False)
    if errors:
        raise FormRefused(sorted(errors, key=lambda each: each.row))
    return sheets


def _tables(lines: Iterable[Line], file: str, errors: list[FormError]) -> dict[str, list[Line]]:
    """The lines of each sheet, whose name stands in the first cell of its first line."""
    tables: dict[str, list[Line]] = {}
    current: list[Line] | None = None
    for line, cells in lines:
        name = cells[0].lower()
        if name:
            if name in tables:
                errors.append(FormError.of(say("sheet-twice"), file, row=line, sheet=name))
            current = tables[name] = []
        if any(cells[1:]):
            if current is None:
                errors.append(FormError.of(say("row-sheetless"), file, row=line))
            else:
                current.append((line, cells[1:]))
    return tables


def _csv(text: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text))
    for cells in reader:
        if cells:
            yield reader.line_num, [clean(cell) for cell in cells]


def _markdown(text: str) -> Iterator[Line]:
    for line, raw in enumerate(text.split("\n"), 1):
        cells = _cells(raw)
        if cells is not None:
            yield line, cells


def _cells(raw: str) -> list[str] | None:
    """The cells of a table's line, the sheet's name first; None for any other line."""
    if _COMMENT.match(raw):
        return None
    inline = _INLINE_COMMENT.match(raw)
    match = _ROW.match(inline.group(1) if inline else raw)
    if match is None or _RULE.match(match.group(1)):
        return None
    return [cell.strip().replace("\\|", "|") for cell in _SPLIT.split(match.group(1))]
