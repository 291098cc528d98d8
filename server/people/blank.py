"""An empty list to write people into: headings, an example, and the roles and places that one may give."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from server import clock
from server.db import snapshot
from server.people import lists, roles, rules
from server.people.rules import Actor
from server.places import service as places
from server.problems import Problem

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (32, 34, 34, 16)
LANGUAGES = {
    "vi": {"vi": "Tiếng Việt", "km": "Tiếng Khmer", "en": "Tiếng Anh"},
    "en": {"vi": "Vietnamese", "km": "Khmer", "en": "English"},
    "km": {"vi": "ភាសាវៀតណាម", "km": "ភាសាខ្មែរ", "en": "ភាសាអង់គ្លេស"},
}
HEADINGS = {
    "vi": ("Họ và tên", "Vai trò", "Địa bàn", "Ngôn ngữ"),
    "en": ("Full name", "Role", "Place", "Language"),
    "km": ("ឈ្មោះ", "តួនាទី", "ទីកន្លែង", "ភាសា"),
}
# Sheets: the list itself, what may be written in it, an example; and the heading of the codes of places.
SHEETS = {
    "vi": ("Danh sách", "Vai trò và địa bàn", "Ví dụ", "Mã"),
    "en": ("List", "Roles and places", "Example", "Code"),
    "km": ("បញ្ជី", "តួនាទី និងទីកន្លែង", "ឧទាហរណ៍", "លេខកូដ"),
}
EXAMPLES = ("Thạch Thị Sa Rương", "Trần Văn Lành")


@snapshot
def workbook(actor: Actor, language: str) -> bytes:
    """The list as a workbook; Problem 'not-found' for who looks after nobody."""
    mine = actor.places("people")
    if not mine:
        raise Problem("not-found")
    held = roles.in_force([actor.person_id])[actor.person_id]
    standing = places.standing(mine, clock.today())
    units = sorted((found.names.as_dict()[language], found.code or "") for found in standing.values())
    gives = [role for role in rules.ROLE_NAMES if any(rules.may_give(held, role, place) for place in standing)]
    return _written(language, [rules.ROLE_NAMES[role][language] for role in gives], units)


def _written(language: str, role_names: list[str], units: list[tuple[str, str]]) -> bytes:
    headings = HEADINGS[language]
    list_name, choices_name, example_name, code = SHEETS[language]
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E3F1F4"})
        sheet = _headed(book, list_name, headings, bold)
        choices = book.add_worksheet(choices_name)
        spoken = list(LANGUAGES[language].values())
        columns = (role_names, [name for name, _ in units], [code for _, code in units], spoken)
        _, role, place, spoken_in = headings
        for column, (head, values) in enumerate(zip((role, place, code, spoken_in), columns, strict=True)):
            choices.set_column(column, column, 34 if column < 2 else 16)
            choices.write_string(0, column, head, bold)
            choices.write_column(1, column, values)
        for column, (letter, count) in enumerate((("A", len(role_names)), ("B", len(units)), ("D", len(spoken))), 1):
            source = f"='{choices_name}'!${letter}$2:${letter}${count + 1}"
            # A code, or a name without diacritics, does as well: what isn't in the list is not refused.
            allowed = {"validate": "list", "source": source, "error_type": "information", "show_error": False}
            sheet.data_validation(1, column, lists.MOST_PEOPLE, column, allowed)
        example = _headed(book, example_name, headings, bold)
        for row, name in enumerate(EXAMPLES if units and role_names else (), 1):
            example.write_row(row, 0, [name, role_names[0], units[-1][0], spoken[0]])
    return file.getvalue()


def _headed(book: Any, name: str, headings: tuple[str, ...], bold: Any) -> Any:
    sheet = book.add_worksheet(name)
    for column, (heading, width) in enumerate(zip(headings, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, bold)
    sheet.freeze_panes(1, 0)
    return sheet
