"""What a value of each question type looks like in a document: shapes and bounds. The phone's twin is `values.ts`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from server.forms.moments import read_day

LONGEST_TEXT = 4000
# Of texts that nobody types: what a calculation joins can be long.
LONGEST_MADE = 100_000
LARGEST_INTEGER = 999_999_999
LARGEST_DECIMAL = 1e15
MOST_POINTS = 5000
# Of UTC, or west of it: no place on earth has more.
FARTHEST_EAST = timedelta(hours=14)
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-5][0-9])"
)
_GEOPOINT = re.compile(
    r"(-?[0-9]{1,2}(?:\.[0-9]{1,12})?) (-?[0-9]{1,3}(?:\.[0-9]{1,12})?)"
    r"(?: -?[0-9]{1,5}(?:\.[0-9]{1,12})?(?: [0-9]{1,6}(?:\.[0-9]{1,12})?)?)?"
)
# The file's content: the SHA-256 of its bytes, and its kind.
_FILE = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: null, '' or no choice."""
    return value is None or value == "" or value == []  # noqa: PLR1714  # three times faster than 'in'


Check = Callable[[Any], str | None]


def kind_of(node: Mapping[str, Any]) -> str:
    """The type of a node's values: what a calculation gives, what a range is of, else the node's own."""
    kind: str = node["t"]
    if kind in ("calculate", "hidden"):
        return str(node.get("type", "text"))
    return kind


def checker(node: Mapping[str, Any]) -> Check:
    """What says which kind of violation a value that isn't empty is in itself: 'type', 'length', 'choice' or None.

    Whether a choice of a changing list is there is not asked here: that takes the rest of the document.
    """
    kind = kind_of(node)
    if kind == "text" and node["t"] != "text":
        return _fault_of_made
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "range":
        return _range_checker(node)
    if kind == "select1":
        if "choices" not in node:
            return lambda value: None if isinstance(value, str) else "type"
        names = frozenset(choice["v"] for choice in node["choices"])
        return lambda value: ("choice" if value not in names else None) if isinstance(value, str) else "type"
    if kind in ("select", "rank"):
        return _choices_checker(node)
    shape = _SHAPES[kind]
    return lambda value: None if isinstance(value, str) and shape(value) else "type"


def _fault_of_integer(value: Any) -> str | None:
    whole = type(value) is int and -LARGEST_INTEGER <= value <= LARGEST_INTEGER
    return None if whole else "type"


def _fault_of_decimal(value: Any) -> str | None:
    return None if type(value) in (int, float) and -LARGEST_DECIMAL <= value <= LARGEST_DECIMAL else "type"


def _fault_of_place(value: Any) -> str | None:
    """An item of a repeat holds its place in the order."""
    return None if type(value) in (int, float) and abs(value) <= LARGEST_INTEGER else "type"


def _fault_of_text(value: Any) -> str | None:
    if not isinstance(value, str):
        return "type"
    if len(value) > LONGEST_TEXT:
        return "length"
    return None if value.isprintable() or not _UNWANTED.search(value) else "type"


def _fault_of_made(value: Any) -> str | None:
    """A text that nobody typed."""
    if not isinstance(value, str):
        return "type"
    if len(value) > LONGEST_MADE:
        return "length"
    return "type" if _UNWANTED.search(value) else None


def _fault_of_points(value: Any, fewest: int, *, closed: bool = False) -> str | None:
    """Points separated by ';'; where the line is `closed` its last is its first."""
    if not isinstance(value, str):
        return "type"
    points = value.split(";")
    if len(points) > MOST_POINTS:
        return "length"
    if len(points) < fewest or not all(_is_geopoint(point) for point in points):
        return "type"
    return None if not closed or points[0] == points[-1] else "type"


_PLAIN: dict[str, Check] = {
    "integer": _fault_of_integer,
    "decimal": _fault_of_decimal,
    "repeat": _fault_of_place,
    "text": _fault_of_text,
    "barcode": _fault_of_text,
    "geotrace": lambda value: _fault_of_points(value, 2),
    "geoshape": lambda value: _fault_of_points(value, 4, closed=True),
}


def _range_checker(node: Mapping[str, Any]) -> Check:
    """A number between the ends, so many steps from where the range begins."""
    start, end, step = node["range"]
    low, high, each = min(start, end), max(start, end), abs(step)
    number = _fault_of_decimal if node.get("type") == "decimal" else _fault_of_integer

    def check(value: Any) -> str | None:
        if number(value) or not low <= value <= high:
            return "type"
        steps = (value - start) / each
        return None if abs(steps - round(steps)) < 1e-6 else "type"

    return check


def _choices_checker(node: Mapping[str, Any]) -> Check:
    """Choices come in the form's order, each at most once, so that equal answers are equal values; all are ranked."""
    if "choices" not in node:
        return _fault_of_names
    order = {choice["v"]: place for place, choice in enumerate(node["choices"])}
    if node["t"] == "rank":
        names = sorted(order)
        return lambda value: _fault_of_names(value) or (None if sorted(value) == names else "choice")

    def check(value: Any) -> str | None:
        if not isinstance(value, list):
            return "type"
        fault, before = None, -1
        for item in value:
            if not isinstance(item, str):
                return "type"
            place = order.get(item, -1)
            if place <= before:
                fault = "choice"
            before = place
        return fault

    return check


def _fault_of_names(value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return "type"
    return None if len(set(value)) == len(value) else "choice"


def _is_date(value: str) -> bool:
    return len(value) == 10 and _is_day(value)


@lru_cache(maxsize=1024)  # what comes in on one day was mostly seen on few
def _is_day(value: str) -> bool:
    return read_day(value, 0) is not None


def _is_time(value: str) -> bool:
    return len(value) <= 30 and _TIME.fullmatch(value) is not None and read_day(f"1970-01-01T{value}", 0) is not None


def _is_datetime(value: str) -> bool:
    if len(value) > 40 or not _DATETIME.fullmatch(value):
        return False
    try:
        east = datetime.fromisoformat(value).utcoffset()
    except ValueError:
        return False
    return east is not None and abs(east) <= FARTHEST_EAST


def _is_geopoint(value: str) -> bool:
    """'latitude longitude [altitude [accuracy]]' in degrees (WGS 84) and metres, as ODK writes it."""
    match = _GEOPOINT.fullmatch(value) if len(value) <= 80 else None
    return match is not None and abs(float(match.group(1))) <= 90 and abs(float(match.group(2))) <= 180


def _is_file(value: str) -> bool:
    return _FILE.fullmatch(value) is not None


_SHAPES: dict[str, Callable[[str], bool]] = {
    "date": _is_date,
    "time": _is_time,
    "datetime": _is_datetime,
    "geopoint": _is_geopoint,
    "image": _is_file,
    "audio": _is_file,
    "video": _is_file,
    "file": _is_file,
    "acknowledge": lambda value: value == "OK",
}
