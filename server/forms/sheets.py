"""An XLSForm as sheets of rows whose cells know their place, and the errors that name it.

What a heading means is decided here, once: `caption` is `label`, `bind::relevant` is `relevant`, `Label : English` is
`label::English`. `workbooks.py` reads files into sheets; everything behind it knows the plain names only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.forms.remarks import Said, say

LANGUAGES = ("vi", "en", "km")
KNOWN_SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")

_LANGUAGE = re.compile(r"^(?P<base>[a-z_-]+)::(?P<label>.+?)\s*\((?P<language>[a-z]{2})\)$")
# What each sheet's headings may also be called (https://xlsform.org/en/ref-table/), in small letters.
_SURVEY = {
    "command": "type",
    "tag": "name",
    "value": "name",
    "caption": "label",
    "relevance": "relevant",
    "calculate": "calculation",
    "readonly": "read_only",
    "constraining_message": "constraint_message",
    "jr:constraintmsg": "constraint_message",
    "requiredmsg": "required_message",
    "jr:requiredmsg": "required_message",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "noapperrorstring": "no_app_error_string",
}
_CHOICES = {"list name": "list_name", "caption": "label", "value": "name"}
_SETTINGS = {
    "set_form_title": "form_title",
    "title": "form_title",
    "set_form_id": "form_id",
    "id_string": "form_id",
    "set form title": "form_title",
    "set form id": "form_id",
}
_ALIASES = {"survey": _SURVEY, "choices": _CHOICES, "external_choices": _CHOICES, "settings": _SETTINGS}
_BIND = {
    "relevant": "relevant",
    "constraint": "constraint",
    "calculate": "calculation",
    "required": "required",
    "readonly": "read_only",
    "jr:constraintmsg": "constraint_message",
    "jr:requiredmsg": "required_message",
}
_BODY = {"appearance": "appearance", "jr:count": "repeat_count"}
_MEDIA = ("image", "big-image", "audio", "video")
TRANSLATED = ("label", "hint", "guidance_hint", "constraint_message", "required_message", *_MEDIA)


@dataclass(frozen=True)
class FormError:
    """One thing that is wrong in a form's source.

    `row` is the line of the file or sheet, counted from 1 (0: the file as a whole); `column` is the column's heading as
    it is written ('' when the whole row is meant); `cell` is its place in a spreadsheet ('B7'), '' in other files;
    `message` tells in English what was found and what to write instead; `code` and `values` are for saying it in other
    languages.
    """

    file: str
    row: int
    column: str
    message: str
    sheet: str = ""
    cell: str = ""
    code: str = ""
    values: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, said: Said, file: str, *, row: int = 0, column: str = "", sheet: str = "", cell: str = "") -> FormError:
        """What is said of a place in a file."""
        told = said.document()
        return cls(file, row, column, told["message"], sheet, cell, told["code"], told["values"])

    def __str__(self) -> str:
        place = f"{self.file}:{self.row}" if self.row else self.file
        sheet = f"{self.sheet}: " if self.sheet else ""
        return f"{place}: {f'[{self.column}] ' if self.column else ''}{sheet}{self.message}"


class FormRefused(Exception):
    """The form can't be used; `errors` holds all that was found, each once."""

    def __init__(self, errors: Iterable[FormError]) -> None:
        self.errors = list(dict.fromkeys(errors))
        super().__init__("\n".join(str(error) for error in self.errors))


@dataclass
class Sheet:
    """A table: its name, the line of its headings, its columns by what they mean, and its rows.

    `headings` has each column as it is written, `letters` where it stands in a spreadsheet (empty for other files).
    """

    name: str
    file: str
    line: int = 0
    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)

    def error(self, line: int, column: str, said: Said) -> FormError:
        """An error at a line and column; the column may be one that the sheet doesn't have."""
        letter = self.letters.get(column, "")
        cell = f"{letter}{line}" if letter and line else ""
        heading = self.headings.get(column, column)
        return FormError.of(said, self.file, row=line, column=heading, sheet=self.name, cell=cell)


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its line and its cells by what their columns mean (empty cells left out)."""

    line: int
    cells: Mapping[str, str]
    sheet: Sheet

    def get(self, column: str) -> str:
        """The cell, '' when it is empty."""
        return self.cells.get(column, "")

    def any(self, base: str) -> str:
        """The cell of a column in whichever language it is filled in, '' when it is in none."""
        return next((cell for column, cell in self.cells.items() if column.partition("::")[0] == base), "")

    def error(self, column: str, said: Said) -> FormError:
        """An error at one of its cells; in any language where the column is given without one."""
        if column and column not in self.sheet.headings:
            column = next((each for each in self.sheet.columns if each.partition("::")[0] == column), column)
        return self.sheet.error(self.line, column, said)


def in_order(errors: Iterable[FormError], sheets: Mapping[str, Sheet]) -> list[FormError]:
    """The errors, each once, in the order of the file."""
    order = {name: place for place, name in enumerate(sheets)}
    return sorted(set(errors), key=lambda each: (order.get(each.sheet, -1), each.row, each.column, each.message))


def meaning(sheet: str, heading: str, *, single: bool = False) -> str:
    """What a heading means: 'label::English (en)' of 'Caption:: English (en)'; `single`: languages follow one colon."""
    heading = " ".join(heading.split())
    separator = "::" if "::" in heading or not single else ":"
    parts = [part.strip() for part in heading.split(separator)]
    if separator == ":" and "jr" in parts:
        at = parts.index("jr")
        parts[at : at + 2] = [":".join(parts[at : at + 2])]
    first = parts[0].lower().replace(" ", "_")
    aliases = _ALIASES.get(sheet, {})
    first = aliases.get(parts[0].lower(), aliases.get(first, first))
    if sheet == "settings":
        return "::".join([first, *parts[1:]])
    if len(parts) > 1:
        second = parts[1].lower()
        if first == "media" and second in _MEDIA:
            return "::".join([second, *parts[2:]])
        if first == "bind" and second in _BIND:
            return "::".join([_BIND[second], *parts[2:]])
        if first in ("body", "control"):
            return "::".join([_BODY[second]] if second in _BODY else ["body", *parts[1:]])
        known = first in TRANSLATED or first in ("bind", "instance", "sync") or sheet == "survey"
        return "::".join([first, *parts[1:]]) if (known and separator == "::") or first in TRANSLATED else heading
    # Other columns of choices keep the name that filters know them by.
    plain = sheet == "survey" or first in TRANSLATED or first in ("list_name", "name")
    return first if plain else heading


def fill(sheet: Sheet, table: Sequence[tuple[int, Sequence[str]]], *, letters: bool) -> list[FormError]:
    """Fills a sheet from its lines, headings first; gives what is wrong with them.

    `table` has (line, cells) of the rows that hold something; `letters`: cells are named as in a spreadsheet.
    """
    if not table:
        return []
    sheet.line, headings = table[0]
    single = not any("::" in heading for heading in headings)
    errors: list[FormError] = []
    for place, heading in enumerate(headings):
        column = meaning(sheet.name, heading, single=single) if heading else ""
        if column and column in sheet.headings:
            said = say("column-twice")
            if heading != sheet.headings[column]:
                said = say("column-same", found=heading, other=sheet.headings[column])
            cell = f"{letter_of(place)}{sheet.line}" if letters else ""
            error = FormError.of(said, sheet.file, row=sheet.line, column=heading, sheet=sheet.name, cell=cell)
            errors.append(error)
        sheet.columns.append(column)
        if column:
            sheet.headings.setdefault(column, heading)
            if letters:
                sheet.letters.setdefault(column, letter_of(place))
    for line, cells in table[1:]:
        beyond = next((place for place, cell in enumerate(cells) if cell and not _named(sheet, place)), None)
        if beyond is not None:
            errors.append(_unnamed(sheet, line, beyond, letters=letters))
        found = {column: cell for column, cell in zip(sheet.columns, cells, strict=False) if column and cell}
        if found:
            sheet.rows.append(Row(line, found, sheet))
    return errors


def _named(sheet: Sheet, place: int) -> bool:
    return place < len(sheet.columns) and bool(sheet.columns[place])


def _unnamed(sheet: Sheet, line: int, place: int, *, letters: bool) -> FormError:
    if letters:
        cell = f"{letter_of(place)}{line}"
        return FormError.of(say("cell-headless", cell=cell), sheet.file, row=line, sheet=sheet.name, cell=cell)
    return sheet.error(line, "", say("cells-many"))


def letter_of(place: int) -> str:
    """'A' of 0, 'AB' of 27: a column's name in a spreadsheet."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def language_of(column: str) -> tuple[str, str]:
    """('label', 'vi') of 'label::Tiếng Việt (vi)'; (column, '') of a column without a language."""
    match = _LANGUAGE.match(column)
    return (match["base"], match["language"]) if match else (column, "")
