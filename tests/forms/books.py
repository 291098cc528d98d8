"""Real workbooks for tests, built with openpyxl."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

Rows = Sequence[Sequence[object]]

SURVEY: Rows = (
    ("type", "name", "label::Tiếng Việt (vi)", "label::English (en)", "required", "constraint", "constraint_message"),
    ("date", "held_on", "Ngày tổ chức", "Date held", "yes", ". <= today()", "Ngày không được ở tương lai."),
    ("select_one kind", "kind", "Loại", "Kind", None, None, None),
    ("integer", "people", "Số người", "People", None, ". >= 0", "Không được âm."),
)
CHOICES: Rows = (
    ("list_name", "name", "label::Tiếng Việt (vi)", "label::English (en)"),
    ("kind", "talk", "Nói chuyện", "Talk"),
    ("kind", "march", "Diễu hành", "March"),
)
SETTINGS: Rows = (("form_title", "form_id", "version"), ("Buổi tuyên truyền", "tuyen-truyen", 1))


def workbook(**sheets: Rows) -> bytes:
    """An .xlsx with these sheets."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def form(
    survey: Rows = SURVEY, *, choices: Rows = CHOICES, settings: Rows = SETTINGS, more: Mapping[str, Rows] | None = None
) -> bytes:
    """A form's .xlsx; what isn't given is a small form that has nothing wrong with it."""
    return workbook(survey=survey, choices=choices, settings=settings, **(more or {}))
