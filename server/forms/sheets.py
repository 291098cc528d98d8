"""An XLSForm in Markdown tables as rows with line numbers, and the errors that name them.

The tables are read as pyxform reads them (`|` in a cell is written `\\|`, lines that begin with # are comments), so
that what is refused here is what pyxform would have been given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

LANGUAGES = ("vi", "en", "km")
LONGEST_SOURCE = 500_000

_COMMENT = re.compile(r"^\s*#")
_INLINE_COMMENT = re.compile(r"^(.*)(#[^|]+)$")
_ROW = re.compile(r"\s*\|(.*)\|\s*")
_RULE = re.compile(r"^[|-]+$")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SPLIT = re.compile(r"(?<!\\)\|")
_LANGUAGE = re.compile(r"^(?P<base>[a-z_]+)::(?P<label>.+?)\s*\((?P<language>[a-z]{2})\)$")


@dataclass(frozen=True, order=True)
class FormError:
    """One thing that is wrong in a form's source.

    `row` is the line of the file, counted from 1 (0: the file as a whole); `column` is the column's heading ('' when
    the whole row is meant); `message` names the sheet, what was found and what to write instead.
    """

    file: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.row}" if self.row else self.file
        return f"{place}: {f'[{self.column}] ' if self.column else ''}{self.message}"


class FormRefused(Exception):
    """The form can't be used; `errors` holds all that was found, in the order of the file."""

    def __init__(self, errors: Iterable[FormError]) -> None:
        self.errors = sorted(set(errors))
        super().__init__("\n".join(str(error) for error in self.errors))


@dataclass(frozen=True)
class Row:
    """One line of a sheet: its line number in the file and its cells by column heading (empty cells left out)."""

    line: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """The cell, '' when it is empty."""
        return self.cells.get(column, "")


@dataclass
class Sheet:
    """A table: its name, the line and headings of its first row, and its rows."""

    name: str
    line: int
    columns: list[str]
    rows: list[Row] = field(default_factory=list)


def read(text: str, file: str) -> dict[str, Sheet]:
    """The sheets of a Markdown XLSForm by name, in lower case.

    Raises `FormRefused` for text that is no table, too long, holds control characters, has a sheet twice or a row
    longer than its headings.
    """
    if len(text) > LONGEST_SOURCE:
        raise FormRefused([FormError(file, 0, "", f"the file has {len(text)} characters; at most {LONGEST_SOURCE}")])
    sheets: dict[str, Sheet] = {}
    errors: list[FormError] = []
    current: Sheet | None = None
    for line, raw in enumerate(text.split("\n"), 1):
        if found := _CONTROL.search(raw):
            words = f"there is a control character (U+{ord(found.group()):04X}) in this line; take it out"
            errors.append(FormError(file, line, "", words))
            continue
        cells = _cells(raw)
        if cells is None:
            continue
        name = cells[0].lower()
        if name:
            if name in sheets:
                errors.append(FormError(file, line, "", f"the sheet '{name}' is there twice; join the two"))
            current = sheets[name] = Sheet(name, line, [])
        _add(current, cells[1:], (file, line), errors)
    if not sheets:
        errors.append(FormError(file, 0, "", "there is no table; begin with a line '| survey |'"))
    if errors:
        raise FormRefused(errors)
    return sheets


def _cells(raw: str) -> list[str] | None:
    """The cells of a table's line, the sheet's name first; None for any other line."""
    if _COMMENT.match(raw):
        return None
    inline = _INLINE_COMMENT.match(raw)
    match = _ROW.match(inline.group(1) if inline else raw)
    if match is None or _RULE.match(match.group(1)):
        return None
    return [cell.strip().replace("\\|", "|") for cell in _SPLIT.split(match.group(1))]


def _add(sheet: Sheet | None, cells: list[str], place: tuple[str, int], errors: list[FormError]) -> None:
    file, line = place
    if not any(cells):
        return
    if sheet is None:
        errors.append(FormError(file, line, "", "this row is in no sheet; put a line '| survey |' before it"))
    elif not sheet.columns:
        sheet.columns = cells
        sheet.line = line
        twice = sorted({name for name in cells if name and cells.count(name) > 1})
        errors += [
            FormError(file, line, column, f"{sheet.name}: this column is there twice; keep one") for column in twice
        ]
    elif any(cells[len(sheet.columns) :]):
        errors.append(FormError(file, line, "", f"{sheet.name}: more cells than headings (write \\| for a |)"))
    else:
        found = {column: cell for column, cell in zip(sheet.columns, cells, strict=False) if cell}
        sheet.rows.append(Row(line, found))


def language_of(column: str) -> tuple[str, str]:
    """('label', 'vi') of 'label::Tiếng Việt (vi)'; (column, '') of a column without a language."""
    match = _LANGUAGE.match(column)
    return (match["base"], match["language"]) if match else (column, "")
