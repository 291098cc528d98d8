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
from collections.abc import Iterable, Iterator, Sequence

from server import spreadsheets
from server.forms.remarks import Said, say
from server.forms.sheets import KNOWN_SHEETS, FormError, FormRefused, Sheet, fill, letter_of
from server.spreadsheets import UNCOUNTED, Line, Unreadable, clean

MOST_BYTES = 5_000_000
LONGEST_SOURCE = 500_000
LONGEST_CELL = 32_767

_COMMENT = re.compile(r"^\s*#")
_INLINE_COMMENT = re.compile(r"^(.*)(#[^|]+)$")
_ROW = re.compile(r"\s*\|(.*)\|\s*")
_RULE = re.compile(r"^[|-]+$")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SPLIT = re.compile(r"(?<!\\)\|")


def kind_of(data: bytes) -> str:
    """'xlsx', 'xls', 'xml', 'md' or 'csv': what a file's bytes are; 'zip' for another packed file, '' for none."""
    if kind := spreadsheets.kind_of(data):
        return kind
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
    if kind in ("", "xml"):
        raise _refused(file, say("file-no-form"))
    try:
        return _sheets(list(spreadsheets.sheets(data, _wanted)), file)
    except Unreadable as found:
        raise _refused(file, say(found.code, **found.values)) from found


def _wanted(name: str, alone: bool) -> bool:
    return alone or name in KNOWN_SHEETS


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
            elif cell == UNCOUNTED:
                said = say("cell-uncounted")
            elif cell.startswith("#") and cell in ("#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!"):
                said = say("cell-formula", found=cell)
            if said:
                yield FormError.of(said, sheet.file, row=line, sheet=sheet.name, cell=f"{letter_of(place)}{line}")


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
