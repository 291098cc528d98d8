"""Where tables are written: a zip of CSV files or one XLSX workbook, a row at a time, so that memory doesn't grow.

A workbook's texts are written as texts, whatever they begin with, and marked so that Excel doesn't take one for a
formula when somebody edits its cell; in CSV, which has no types, an apostrophe stands before them (`rules.cell`).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any, Protocol, Self

import xlsxwriter

from server.reports import rules

Row = Sequence[object]
MOST_ROWS = 1_048_575  # of a sheet, below its header
MOST_LETTERS = 32_767  # of a cell
LONGEST_NAME = 31
EXACT = 2**53
CUT = " […]"


class Target(Protocol):
    """Takes tables by name; the file is whole at the end of its `with`, and given up where that ends in an error."""

    def __enter__(self) -> Self:
        """Begins."""

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        """Ends."""

    def table(self, name: str, header: Sequence[str], rows: Iterable[Row]) -> None:
        """Writes a table."""

    def text(self, name: str, content: str) -> None:
        """Writes a text for people."""


class Zip:
    """A zip of CSV files as spreadsheets open them: UTF-8 with a byte order mark, CRLF (RFC 4180)."""

    def __init__(self, file: IO[bytes], now: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._now = now

    def table(self, name: str, header: Sequence[str], rows: Iterable[Row]) -> None:
        """A CSV file."""
        with self.open(f"{name}.csv", "", "utf-8-sig") as text:
            write_csv(text, header, rows)

    def text(self, name: str, content: str) -> None:
        """A text file with the lines' ends of Windows."""
        with self.open(f"{name}.txt", "\r\n", "utf-8") as text:
            text.write(content)

    def open(self, name: str, newline: str, encoding: str) -> io.TextIOWrapper:
        """A file of the zip to be written."""
        entry = zipfile.ZipInfo(name, self._now.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        opened = self._zip.open(entry, "w", force_zip64=True)
        # What a phone typed may hold what UTF-8 can't carry (half of a surrogate pair): it is written as \udc00.
        return io.TextIOWrapper(opened, encoding=encoding, errors="backslashreplace", newline=newline)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self._zip.close()


class Workbook:
    """An XLSX workbook: a table is a sheet, and goes on in another one where a sheet is full."""

    def __init__(self, file: IO[bytes], folder: str) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": folder}
        self._book = xlsxwriter.Workbook(file, {**options, "strings_to_numbers": False, "use_zip64": True})
        self._bold = self._book.add_format({"bold": True, "text_wrap": False})
        self._plain = self._book.add_format({"quote_prefix": True})
        self._names: set[str] = set()

    def table(self, name: str, header: Sequence[str], rows: Iterable[Row]) -> None:
        """A sheet with its first line frozen."""
        sheet, number = self._sheet(name, header), 0
        for row in rows:
            number += 1
            if number > MOST_ROWS:
                sheet, number = self._sheet(name, header), 1
            for column, value in enumerate(row):
                self._write(sheet, number, column, rules.plain(value))

    def text(self, name: str, content: str) -> None:
        """A sheet of lines."""
        self.table(name, ["Bến"], ([line] for line in content.splitlines()))

    def _sheet(self, name: str, header: Sequence[str]) -> Any:
        sheet = self._book.add_worksheet(self._named(name))
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, self._bold)
        sheet.freeze_panes(1, 0)
        return sheet

    def _named(self, name: str) -> str:
        """A name that no other sheet has: Excel takes 31 letters and doesn't tell capitals from small ones."""
        found, number = name[:LONGEST_NAME], 1
        while found.lower() in self._names:
            number += 1
            found = f"{name[: LONGEST_NAME - len(str(number)) - 1]}~{number}"
        self._names.add(found.lower())
        return found

    def _write(self, sheet: Any, *at_and_value: Any) -> None:
        row, column, value = at_and_value
        if isinstance(value, int | float) and abs(value) < EXACT:
            sheet.write_number(row, column, value)
        elif value != "":
            text = str(value).encode("utf-8", "backslashreplace").decode()
            if len(text) > MOST_LETTERS:
                text = text[: MOST_LETTERS - len(CUT)] + CUT
            sheet.write_string(row, column, text, *([self._plain] if rules.would_run(text) else []))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None:
            self._book.close()


def write_csv(text: io.TextIOBase, header: Sequence[str], rows: Iterable[Row]) -> None:
    """A table as CSV."""
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([rules.cell(value) for value in row] for row in rows)
