"""What a value of each question type looks like in a document: shapes and bounds. The phone's twin is `values.ts`."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
    return value is None or value in ("", [])


def fault(node: Mapping[str, Any], value: Any) -> str | None:
    """What kind of violation a value that isn't empty is in itself: 'type', 'length', 'choice' or None."""
    kind = node["t"]
    if kind == "integer":
        whole = isinstance(value, int) and not isinstance(value, bool)
        return None if whole and abs(value) <= LARGEST_INTEGER else "type"
    if kind == "select":
        return _fault_of_choices(node, value)
    if not isinstance(value, str):
        return "type"
    if kind == "select1":
        return None if any(choice["v"] == value for choice in node["choices"]) else "choice"
    if kind == "text":
        return _fault_of_text(value)
    return None if _SHAPES[kind](value) else "type"


def _fault_of_text(value: str) -> str | None:
    if len(value) > LONGEST_TEXT:
        return "length"
    return "type" if _UNWANTED.search(value) else None


def _fault_of_choices(node: Mapping[str, Any], value: Any) -> str | None:
    """Choices come in the form's order, each at most once, so that equal answers are equal values."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return "type"
    order = [choice["v"] for choice in node["choices"]]
    if len(value) > len(order):
        return "choice"
    return None if value == [name for name in order if name in value] else "choice"


def _is_date(value: str) -> bool:
    return len(value) == 10 and _DATE.fullmatch(value) is not None and read_day(value, 0) is not None


def _is_datetime(value: str) -> bool:
    return len(value) <= 40 and _DATETIME.fullmatch(value) is not None and read_day(value, 0) is not None


def _is_geopoint(value: str) -> bool:
    """'latitude longitude [altitude [accuracy]]' in degrees (WGS 84) and metres, as ODK writes it."""
    match = _GEOPOINT.fullmatch(value) if len(value) <= 80 else None
    return match is not None and abs(float(match.group(1))) <= 90 and abs(float(match.group(2))) <= 180


_SHAPES = {"date": _is_date, "datetime": _is_datetime, "geopoint": _is_geopoint}
