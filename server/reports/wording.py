"""How Vietnamese offices write numbers, dates and changes, and the text of a report as blocks. Pure.

1. Thousands have a point, decimals a comma; a number below ten is written 01 to 09 in a sentence, 0 stays 0.
2. A change is told as a number first, then in percent in brackets with its sign: 'giảm 400 vụ (-18,74%)'.
3. Without a figure to compare with nothing is compared: 'chưa có số nền'. That is not 0.
4. Against 0 there is no percentage: 'tăng 03 vụ (không tính tỷ lệ)'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from server.campaigns.rules import Window
from server.indicators.rules import change_percent, grouped

NO_BASELINE = "chưa có số nền"
NOTHING = "–"
KINDS = {"tinh": "Tỉnh", "huyen": "Huyện", "xa": "Xã", "thi_tran": "Thị trấn", "phuong": "Phường"}


# ---------------------------------------------------------------- blocks of a document


@dataclass(frozen=True)
class Heading:
    """A heading of a section (level 1: capitals) or of a part of it."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body; italic for grounds and notes."""

    text: str
    italic: bool = False


@dataclass(frozen=True)
class Blank:
    """Lines for what only people can write."""

    lines: int = 2


@dataclass(frozen=True)
class Table:
    """A table; `widths` in millimetres. A row of one cell is a title across all columns; `left`: columns of words."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    left: Sequence[int] = (1,)


@dataclass(frozen=True)
class Appendix:
    """An appendix on a page of its own."""

    number: str
    title: str
    blocks: Sequence[Block]


Block = Heading | Paragraph | Blank | Table | Appendix


@dataclass(frozen=True)
class Official:
    """An official document as a draft: number and day stay empty, whoever signs writes them.

    `above` and `body` are the two lines of the head, `issuer` the body's name in a sentence, `place` where it sits.
    `kind` is what it is called, `short` its letters in the number; `beside` signs on the left where nobody receives it.
    """

    above: str
    body: str
    issuer: str
    mark: str
    place: str
    on: date
    title: str
    blocks: Sequence[Block]
    signature: Sequence[str]
    receivers: Sequence[str]
    appendices: Sequence[Appendix] = ()
    kind: str = "Báo cáo"
    short: str = "BC"
    beside: Sequence[str] = ()

    @property
    def number(self) -> str:
        """The line for the number."""
        return f"Số:          /{self.short}-{self.mark}"

    @property
    def attached(self) -> str:
        """What stands below the title of an appendix."""
        when = f"ngày       tháng {month(self.on.month)} năm {self.on.year}"
        return f"(Kèm theo {self.kind} số          /{self.short}-{self.mark} {when} của {self.issuer})"

    @property
    def dated(self) -> str:
        """Place and date; of months the first two have a 0 before them (Decree 30/2020/NĐ-CP, appendix I)."""
        return f"{self.place}, ngày       tháng {month(self.on.month)} năm {self.on.year}"


# ---------------------------------------------------------------- numbers


def month(number: int) -> str:
    """A month as documents have it: 01, 02, 3 … 12."""
    return f"{number:02d}" if number < 3 else str(number)


def day(on: date) -> str:
    """A date in figures: 05/6/2023."""
    return f"{on.day:02d}/{month(on.month)}/{on.year}"


def count(number: int) -> str:
    """A number in a sentence: 0, 03, 12, 1.734."""
    return f"{number:02d}" if 0 < number < 10 else grouped(number)


def change(current: int, before: int | None, what: str) -> str:
    """The change in words: 'giảm 47 người chết (-6,23%)'."""
    if before is None:
        return f"số {what} {NO_BASELINE}"
    if current == before:
        return f"số {what} không thay đổi"
    told = f"{'tăng' if current > before else 'giảm'} {count(abs(current - before))} {what}"
    percent = signed_percent(current, before)
    return f"{told} (không tính tỷ lệ)" if percent is None else f"{told} ({percent}%)"


def difference(current: int, before: int | None) -> str:
    """The change in a table's cell: '-400', '+3', '0'."""
    if before is None:
        return NOTHING
    number = current - before
    return f"{'+' if number > 0 else '-' if number < 0 else ''}{grouped(abs(number))}"


def signed_percent(current: int, before: int | None) -> str | None:
    """'-18,74', '+50,00', '0,00'; None where there is nothing to compare with, or 0."""
    percent = None if before is None else change_percent(before, current)
    return f"+{percent}" if percent is not None and before is not None and current > before else percent


# ---------------------------------------------------------------- names


def bare(name: str, kind: str) -> str:
    """A unit's name without its kind: 'Trà Cú'."""
    prefix = KINDS.get(kind, "") + " "
    return name.removeprefix(prefix)


def inside(name: str, kind: str) -> str:
    """A unit's name within a sentence: 'huyện Trà Cú'."""
    return f"{KINDS[kind].lower()} {bare(name, kind)}" if kind in KINDS else name


def span(kind: str, year: int, number: int) -> str:
    """What a report is of: 'tháng 6 năm 2023', '6 tháng đầu năm 2023', 'năm 2023'; `number`: the month it ends with."""
    if kind == "month":
        return f"tháng {month(number)} năm {year}"
    if kind == "half":
        return f"6 tháng {'đầu' if number <= 6 else 'cuối'} năm {year}"
    return f"năm {year}"


def points(hundredths: int | None) -> str:
    """Points as they are written here: '92,50'; two places always, so that a column can be compared."""
    return NOTHING if hundredths is None else f"{hundredths // 100},{hundredths % 100:02d}"


def full_day(on: date) -> str:
    """A date in words: 'ngày 20 tháng 3 năm 2023'."""
    return f"ngày {on.day:02d} tháng {month(on.month)} năm {on.year}"


def days(window: Window) -> str:
    """'từ ngày 15/5/2023 đến ngày 14/6/2023'."""
    return f"từ ngày {day(window.first)} đến ngày {day(window.last)}"
