"""What a value of each question type looks like in a document: shapes and bounds. The phone's twin is `values.ts`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from server.forms.evaluate import read_day

LONGEST_TEXT = 4000
LARGEST_INTEGER = 999_999_999
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_GEOPOINT = re.compile(
    r"(-?[0-9]{1,2}(?:\.[0-9]{1,12})?) (-?[0-9]{1,3}(?:\.[0-9]{1,12})?)"
    r"(?: -?[0-9]{1,5}(?:\.[0-9]{1,12})?(?: [0-9]{1,6}(?:\.[0-9]{1,12})?)?)?"
)
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: null, '' or no choice."""
    return value is None or value == "" or value == []  # noqa: PLR1714  # three times faster than 'in'


Check = Callable[[Any], str | None]


def checker(node: Mapping[str, Any]) -> Check:
    """What says which kind of violation a value that isn't empty is in itself: 'type', 'length', 'choice' or None."""
    kind = node["t"]
    if kind == "integer":
        return _fault_of_integer
    if kind == "repeat":
        return _fault_of_place
    if kind == "select":
        return _choices_checker(node)
    if kind == "text":
        return _fault_of_text
    if kind == "select1":
        names = frozenset(choice["v"] for choice in node["choices"])
        return lambda value: ("choice" if value not in names else None) if isinstance(value, str) else "type"
    shape = _SHAPES[kind]
    return lambda value: None if isinstance(value, str) and shape(value) else "type"


def _fault_of_integer(value: Any) -> str | None:
    whole = type(value) is int and -LARGEST_INTEGER <= value <= LARGEST_INTEGER
    return None if whole else "type"


def _fault_of_place(value: Any) -> str | None:
    """An item of a repeat holds its place in the order."""
    return None if type(value) in (int, float) and abs(value) <= LARGEST_INTEGER else "type"


def _fault_of_text(value: Any) -> str | None:
    if not isinstance(value, str):
        return "type"
    if len(value) > LONGEST_TEXT:
        return "length"
    return None if value.isprintable() or not _UNWANTED.search(value) else "type"


def _choices_checker(node: Mapping[str, Any]) -> Check:
    """Choices come in the form's order, each at most once, so that equal answers are equal values."""
    order = {choice["v"]: place for place, choice in enumerate(node["choices"])}

    def check(value: Any) -> str | None:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return "type"
        places = [order.get(item, -1) for item in value[: len(order) + 1]]
        rising = all(before < after for before, after in zip([-1, *places], places, strict=False))
        return None if rising else "choice"

    return check


def _is_date(value: str) -> bool:
    return len(value) == 10 and _DATE.fullmatch(value) is not None and read_day(value, 0) is not None


def _is_datetime(value: str) -> bool:
    return len(value) <= 40 and _DATETIME.fullmatch(value) is not None and read_day(value, 0) is not None


def _is_geopoint(value: str) -> bool:
    """'latitude longitude [altitude [accuracy]]' in degrees (WGS 84) and metres, as ODK writes it."""
    match = _GEOPOINT.fullmatch(value) if len(value) <= 80 else None
    return match is not None and abs(float(match.group(1))) <= 90 and abs(float(match.group(2))) <= 180


_SHAPES = {"date": _is_date, "datetime": _is_datetime, "geopoint": _is_geopoint}
