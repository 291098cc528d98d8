"""Running an expression: ODK XPath semantics over one document. The phone's `pwa/src/forms/evaluate.ts` is its twin.

Rules:
- A document gives a question's value by path: text, whole number, list of choices, or nothing. In an expression each
  is text: nothing is '', a list is its names joined by spaces.
- A moment is days since 1970-01-01 in local time: the offset of `now` for all. A date is a whole number of days.
- As a number, text is what XPath 1.0 reads, or the days of an ISO 8601 date or date-time, or not a number (NaN).
- NaN: every comparison is false except `!=`. Booleans, then numbers and moments, then text decide how `=` compares.
- Running never raises for a tree from `expressions.parse` and any JSON document.

https://getodk.github.io/xforms-spec/#xpath-functions, https://www.w3.org/TR/1999/REC-xpath-19991116/#corelib
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import re2

from server.forms.expressions import Expr
from server.forms.patterns import core_of

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


@dataclass(frozen=True)
class Day:
    """A moment: days since 1970-01-01 in local time; `timed` when it has an hour."""

    days: float
    timed: bool


Value = str | float | bool | Day


@dataclass(slots=True)
class Context:
    """What an expression sees: the document, the question's own value (set before each run), and the moment."""

    document: Mapping[str, Any]
    own: Any
    now: datetime
    # minutes east of UTC that local time is counted at
    offset: int


Run = Callable[[Context], Value]


def context_of(document: Mapping[str, Any], now: datetime, own: Any = None) -> Context:
    """A context at the aware moment `now`, whose offset local time is counted at."""
    return Context(document, own, now, round((now.utcoffset() or timedelta()).total_seconds() / 60))


def evaluate(tree: Expr, document: Mapping[str, Any], own: Any = None, *, now: datetime) -> Value:
    """The value of `tree`: text, number (float), boolean or `Day`. `own` is what `.` means; `now` must be aware."""
    return prepare(tree)(context_of(document, now, own))


def prepare(tree: Expr) -> Run:
    """The tree as a function to call with a context, many times: twice as fast as walking it each time."""
    kind = tree[0]
    if kind == "lit":
        value: Value = tree[1] if isinstance(tree[1], (bool, str)) else float(tree[1])
        return lambda _context: value
    if kind == "path":
        path = tree[1]
        return lambda context: as_stored(context.document.get(path))
    if kind == "self":
        return lambda context: as_stored(context.own)
    if kind == "neg":
        inner = prepare(tree[1])
        return lambda context: -as_number(inner(context), context.offset)
    return _operator(tree) if kind == "op" else _call(tree)


def as_stored(value: Any) -> str:
    """The text of a document's value; '' for what a document can't hold."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        return str(value)
    if isinstance(value, list):
        return " ".join(item for item in value if isinstance(item, str))
    return ""


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
    if not _is_date(int(year), int(month), int(day)):
        return None
    days = date(int(year), int(month), int(day)).toordinal() - EPOCH_DAY
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


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


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


def _operator(tree: Expr) -> Run:
    sign, left, right = tree[1], prepare(tree[2]), prepare(tree[3])
    if sign == "or":
        return lambda context: as_boolean(left(context)) or as_boolean(right(context))
    if sign == "and":
        return lambda context: as_boolean(left(context)) and as_boolean(right(context))
    if sign in ("=", "!="):
        same = sign == "="
        return lambda context: _equal(left(context), right(context), context.offset, same=same)
    work = _ORDER.get(sign) or _ARITHMETIC[sign]
    return lambda context: work(as_number(left(context), context.offset), as_number(right(context), context.offset))


def _equal(left: Value, right: Value, offset: int, *, same: bool) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return (as_boolean(left) == as_boolean(right)) == same
    if isinstance(left, (float, Day)) or isinstance(right, (float, Day)):
        a, b = as_number(left, offset), as_number(right, offset)
        return a == b if same else a != b
    return (left == right) == same


def _divide(a: float, b: float) -> float:
    if b != 0:
        return a / b
    if a == 0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def _remainder(a: float, b: float) -> float:
    """The sign follows the dividend, as XPath and JavaScript have it."""
    if b == 0 or math.isinf(a) or math.isnan(a) or math.isnan(b):
        return math.nan
    return math.fmod(a, b)


_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "div": _divide,
    "mod": _remainder,
}


def _call(tree: Expr) -> Run:
    name, parts = tree[1], [prepare(part) for part in tree[2:]]
    if name == "if":
        test, yes, no = parts
        return lambda context: (yes if as_boolean(test(context)) else no)(context)
    if name in ("regex", "match"):
        return _pattern(name, tree[3][1], parts[0])
    if name in _OF_NUMBERS:
        of_numbers = _OF_NUMBERS[name]
        return lambda context: of_numbers([as_number(part(context), context.offset) for part in parts])
    if name in _OF_TEXTS:
        of_texts = _OF_TEXTS[name]
        return lambda context: of_texts([as_text(part(context), context.offset) for part in parts])
    if name in ("not", "boolean"):
        inner, wanted = parts[0], name == "boolean"
        return lambda context: as_boolean(inner(context)) == wanted
    if name == "selected-at":
        listed, index = parts
        return lambda context: _selected_at(
            as_text(listed(context), context.offset), as_number(index(context), context.offset)
        )
    return lambda context: _moment(name, [part(context) for part in parts], context)


def _pattern(name: str, pattern: str, text: Run) -> Run:
    """'regex' asks whether the whole text fits, 'match' whether it fits anywhere; a dot is any sign."""
    if name == "regex":
        whole = re2.compile(f"(?s){core_of(pattern)}")
        return lambda context: whole.fullmatch(as_text(text(context), context.offset)) is not None
    part = re2.compile(f"(?s){pattern}")
    return lambda context: part.search(as_text(text(context), context.offset)) is not None


def _moment(name: str, arguments: list[Value], context: Context) -> Value:
    offset = context.offset
    if name in ("now", "today"):
        day = read_day(context.now.isoformat(timespec="milliseconds"), offset) or Day(math.nan, timed=True)
        return day if name == "now" else Day(float(math.floor(day.days)), timed=False)
    days = as_number(arguments[0], offset)
    if name == "decimal-date-time":
        return days
    if not abs(days) < FARTHEST_DAY:
        return ""
    return Day(float(math.floor(days)), timed=False) if name == "date" else Day(days, timed=True)


def _round(value: float) -> float:
    """Half goes up, towards positive infinity (XPath 1.0, section 4.4)."""
    if not math.isfinite(value):
        return value
    low = float(math.floor(value))
    return low if value - low < 0.5 else low + 1


def _whole(value: float, how: Callable[[float], int]) -> float:
    return float(how(value)) if math.isfinite(value) else value


def _least(values: list[float], pick: Callable[[list[float]], float]) -> float:
    return math.nan if any(math.isnan(value) for value in values) else pick(values)


_OF_NUMBERS: dict[str, Callable[[list[float]], float]] = {
    "number": lambda values: values[0],
    "int": lambda values: _whole(values[0], math.trunc),
    "floor": lambda values: _whole(values[0], math.floor),
    "ceiling": lambda values: _whole(values[0], math.ceil),
    "round": lambda values: _round(values[0]),
    "abs": lambda values: abs(values[0]),
    "min": lambda values: _least(values, min),
    "max": lambda values: _least(values, max),
}


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[ \t\r\n]+", text) if word]


def _selected_at(text: str, index: float) -> str:
    """The choice at `index`, counted from 0; '' where there is none."""
    words = _words(text)
    return words[int(index)] if index.is_integer() and 0 <= index < len(words) else ""


def _translate(text: str, before: str, after: str) -> str:
    table: dict[str, str] = {}
    for place, sign in enumerate(before):
        table.setdefault(sign, after[place] if place < len(after) else "")
    return "".join(table.get(sign, sign) for sign in text)


_OF_TEXTS: dict[str, Callable[[list[str]], Value]] = {
    "string": lambda texts: texts[0],
    "concat": "".join,
    "coalesce": lambda texts: texts[0] or texts[1],
    "contains": lambda texts: texts[1] in texts[0],
    "starts-with": lambda texts: texts[0].startswith(texts[1]),
    "ends-with": lambda texts: texts[0].endswith(texts[1]),
    "substring-before": lambda texts: texts[0].partition(texts[1])[0] if texts[1] and texts[1] in texts[0] else "",
    "substring-after": lambda texts: texts[0].partition(texts[1])[2] if texts[1] else texts[0],
    "string-length": lambda texts: float(len(texts[0])),
    "normalize-space": lambda texts: " ".join(_words(texts[0])),
    "translate": lambda texts: _translate(*texts),
    "selected": lambda texts: texts[1].strip(SPACES) in _words(texts[0]),
    "count-selected": lambda texts: float(len(_words(texts[0]))),
    "boolean-from-string": lambda texts: texts[0] in ("1", "true"),
}
