"""What a value is in an expression, and what it becomes as text, number or boolean. Twin: `pwa/src/forms/moments.ts`.

Rules:
- In an expression each answer of a document is text: nothing is '', a list is its names joined by spaces.
- A moment is days since 1970-01-01 in local time: the offset of `now` for all. A date is a whole number of days.
- As a number, text is what XPath 1.0 reads, or the days of an ISO 8601 date or date-time, or not a number (NaN).

https://getodk.github.io/xforms-spec/#xpath-functions, https://www.w3.org/TR/1999/REC-xpath-19991116/#corelib
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

EPOCH_DAY = date(1970, 1, 1).toordinal()
MILLISECONDS_A_DAY = 86_400_000
# Beyond it a number is no moment any more (the year 9999 ends at 2,932,897).
FARTHEST_DAY = 3_000_000
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
SPACES = " \t\r\n"
_SPACE = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True)
class Day:
    """A moment: days since 1970-01-01 in local time; `timed` when it has an hour."""

    days: float
    timed: bool


Value = str | float | bool | Day


def as_stored(value: Any) -> str:
    """The text of a document's value; '' for what a document can't hold."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        return str(value)
    if isinstance(value, list):
        return " ".join(item for item in value if isinstance(item, str))
    return ""


def decimal_text(value: float) -> str:
    """A decimal answer's text, which always has its point."""
    text = as_text(float(value), 0)
    return text if "." in text else f"{text}.0"


def as_boolean(value: Value) -> bool:
    """XPath's boolean(): text is true unless empty, a number unless 0 or NaN, a moment always."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value != ""
    if isinstance(value, Day):
        return True
    return value != 0 and not math.isnan(value)


def as_number(value: Value, offset: int) -> float:
    """XPath's number(), with dates as days."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, float):
        return value
    if isinstance(value, Day):
        return value.days
    text = value.strip(SPACES)
    if _NUMBER.fullmatch(text):
        return float(text)
    day = read_day(text, offset)
    return day.days if day else math.nan


def as_text(value: Value, offset: int) -> str:
    """XPath's string(): numbers without exponent, moments in ISO 8601 (date-times with milliseconds and offset)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Day):
        return show_day(value, offset)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_day(text: str, offset: int) -> Day | None:
    """The moment that an ISO 8601 date or date-time means, or None. Without an offset it is local time."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        days = date(int(year), int(month), int(day)).toordinal() - EPOCH_DAY
    except ValueError:
        return None
    if hour is None:
        return Day(float(days), timed=False)
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return None
    east = offset if zone is None else _offset(zone)
    if east is None:
        return None
    milliseconds = int(((fraction or "") + "000")[:3])
    minutes = int(hour) * 60 + int(minute) + offset - east
    part = (minutes * 60 + int(second or 0)) * 1000 + milliseconds
    return Day((days * MILLISECONDS_A_DAY + part) / MILLISECONDS_A_DAY, timed=True)


def _offset(zone: str) -> int | None:
    """Minutes east of UTC; None beyond 14 hours, which no place on earth has."""
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    if int(zone[4:6]) > 59 or minutes > 14 * 60:
        return None
    return -minutes if zone[0] == "-" else minutes


def show_day(day: Day, offset: int) -> str:
    """ISO 8601 of a moment; '' outside the years 1 to 9999."""
    if not abs(day.days) < FARTHEST_DAY:
        return ""
    total = math.floor(day.days * MILLISECONDS_A_DAY + 0.5)
    days, part = divmod(total, MILLISECONDS_A_DAY)
    if not 1 <= days + EPOCH_DAY <= date.max.toordinal():
        return ""
    text = date.fromordinal(days + EPOCH_DAY).isoformat()
    if not day.timed:
        return text
    seconds, milliseconds = divmod(part, 1000)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{milliseconds:03}"
    sign = "-" if offset < 0 else "+"
    return f"{text}T{clock}{sign}{abs(offset) // 60:02}:{abs(offset) % 60:02}"


def words(text: str) -> list[str]:
    """The names in an answer that lists some."""
    return text.split() if text.isascii() else [word for word in _SPACE.split(text) if word]


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_OF_DATES = re.compile("%([Yymnbdea])")
_OF_MOMENTS = re.compile("%([YymnbdeaHhMS3])")


def format_moment(days: float, pattern: str, *, timed: bool) -> str:
    """A moment as ODK's format-date() writes it, with hours where `timed`; '' for what is no moment."""
    if not abs(days) < FARTHEST_DAY:
        return ""
    whole, part = divmod(math.floor(days * MILLISECONDS_A_DAY + 0.5), MILLISECONDS_A_DAY)
    if not 1 <= whole + EPOCH_DAY <= date.max.toordinal():
        return ""
    day = date.fromordinal(whole + EPOCH_DAY)
    seconds, milliseconds = divmod(part, 1000)
    shown = {
        "Y": f"{day.year:04}",
        "y": f"{day.year % 100:02}",
        "m": f"{day.month:02}",
        "n": str(day.month),
        "b": MONTHS[day.month - 1],
        "d": f"{day.day:02}",
        "e": str(day.day),
        "a": WEEKDAYS[day.weekday()],
        "H": f"{seconds // 3600:02}",
        "h": str(seconds // 3600),
        "M": f"{seconds // 60 % 60:02}",
        "S": f"{seconds % 60:02}",
        "3": f"{milliseconds:03}",
    }
    return (_OF_MOMENTS if timed else _OF_DATES).sub(lambda match: shown[match.group(1)], pattern)
