"""What the functions of an expression give. `functions.py` says which there are; `pwa/src/forms/calls.ts` is the twin.

Rules:
- Where a function wants one value, nodes are the text of the first; those that take many (`sum`, `join`, `max` …) take
  all nodes of each argument.
- Only a phone has chance: here `random()` and `uuid()` are always the same. What depends on the language is in the
  form's own.

https://getodk.github.io/xforms-spec/#xpath-functions
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
from collections.abc import Callable

import re2

from server.forms import geometry, mathematics
from server.forms.choices import choice_name, text_of
from server.forms.context import LONGEST_MADE, Context, Parts, Run, RunMany, RunNodes, TooMuchWork
from server.forms.expressions import Expr
from server.forms.moments import (
    FARTHEST_DAY,
    SPACES,
    Day,
    Value,
    as_boolean,
    as_number,
    as_text,
    format_moment,
    read_day,
    words,
)
from server.forms.nodes import DOCUMENT_ROW, Cell, Node, Part, Table
from server.forms.patterns import core_of

NO_UUID = "00000000-0000-4000-8000-000000000000"


def call(tree: Expr, parts: Parts) -> Run:
    """A function that gives a value, ready to run."""
    name, arguments = tree[1], tree[2:]
    if name in _SPECIAL:
        return _SPECIAL[name](tree, parts)
    if name in _OF_NODES:
        of_nodes, nodes = _OF_NODES[name], parts.nodes(arguments[0] if arguments else ["self"])
        return lambda context: of_nodes(context, nodes(context))
    if name in _OF_MANY:
        of_many, many = _OF_MANY[name], parts.many(arguments)
        return lambda context: of_many(many(context), context)
    ones = [parts.one(each) for each in arguments]
    if name in _OF_NUMBERS:
        of_numbers = _OF_NUMBERS[name]
        return lambda context: of_numbers([as_number(one(context), context.offset) for one in ones])
    if name in _OF_TEXTS:
        of_texts = _OF_TEXTS[name]
        return lambda context: of_texts([as_text(one(context), context.offset) for one in ones])
    other = _OTHER[name]
    return lambda context: other([one(context) for one in ones], context)


def _if(tree: Expr, parts: Parts) -> Run:
    test, yes, no = parts.truth(tree[2]), parts.one(tree[3]), parts.one(tree[4])
    return lambda context: (yes if test(context) else no)(context)


def _truth(tree: Expr, parts: Parts) -> Run:
    wanted, test = tree[1] == "boolean", parts.truth(tree[2])
    return lambda context: test(context) == wanted


def _where(tree: Expr, parts: Parts) -> Run:
    """position(): of nodes their place beside their like, else the place among those that a predicate tests."""
    if len(tree) == 2:
        return lambda context: float(context.position)
    nodes = parts.nodes(tree[2])
    return lambda context: _position(context, nodes(context))


def _choice(tree: Expr, parts: Parts) -> Run:
    wanted, question = parts.one(tree[2]), parts.nodes(tree[3])
    return lambda context: choice_name(context, as_text(wanted(context), context.offset), question(context), parts)


def _pattern(tree: Expr, parts: Parts) -> Run:
    """'regex' asks whether the whole text fits, 'match' whether it fits anywhere; a dot is any sign."""
    text, pattern = parts.one(tree[2]), tree[3][1]
    if tree[1] == "regex":
        whole = re2.compile(f"(?s){core_of(pattern)}")
        return lambda context: whole.fullmatch(as_text(text(context), context.offset)) is not None
    part = re2.compile(f"(?s){pattern}")
    return lambda context: part.search(as_text(text(context), context.offset)) is not None


# ---------------------------------------------------------------- one value each


def _words_at(values: list[Value], context: Context) -> str:
    """The choice at an index, counted from 0; '' where there is none."""
    listed, index = words(as_text(values[0], context.offset)), as_number(values[1], context.offset)
    return listed[int(index)] if index.is_integer() and 0 <= index < len(listed) else ""


def _translate(text: str, before: str, after: str) -> str:
    table: dict[str, str] = {}
    for place, sign in enumerate(before):
        table.setdefault(sign, after[place] if place < len(after) else "")
    return "".join(table.get(sign, sign) for sign in text)


def _substring(values: list[Value], context: Context) -> str:
    """XPath 1.0: from a place counted from 1, so many signs; both rounded."""
    text = as_text(values[0], context.offset)
    first = mathematics.rounded(as_number(values[1], context.offset))
    end = math.inf if len(values) < 3 else first + mathematics.rounded(as_number(values[2], context.offset))
    if math.isnan(first) or math.isnan(end):
        return ""
    low = 0 if first < 1 else min(first - 1, len(text))
    high = 0 if end < 1 else min(end - 1, len(text))
    return text[int(low) : int(high)]


def _substr(values: list[Value], context: Context) -> str:
    """From an index counted from 0 up to before another; negative ones are counted from the end."""
    text = as_text(values[0], context.offset)
    ends = [as_number(value, context.offset) for value in values[1:]]
    first, last = [_index(end, len(text)) for end in (ends if len(ends) == 2 else [*ends, math.inf])]
    return text[first:last]


def _index(value: float, length: int) -> int:
    if math.isnan(value):
        return 0
    if math.isinf(value):
        return length if value > 0 else 0
    place = math.trunc(value)
    return min(max(0, place + length if place < 0 else place), length)


def _digest(texts: list[str]) -> str:
    """A checksum in Base64 or hexadecimal; '' for an algorithm or an encoding that there isn't."""
    name, encoding = texts[1], texts[2] if len(texts) > 2 else "base64"
    if name not in ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512") or encoding not in ("base64", "hex"):
        return ""
    found = hashlib.new(name.replace("-", ""), texts[0].encode("utf-8", "replace"), usedforsecurity=False).digest()
    return found.hex() if encoding == "hex" else base64.b64encode(found).decode()


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


_OF_NUMBERS: dict[str, Callable[[list[float]], float]] = mathematics.FUNCTIONS

_OF_TEXTS: dict[str, Callable[[list[str]], Value]] = {
    "string": lambda texts: texts[0],
    "coalesce": lambda texts: texts[0] or texts[1],
    "contains": lambda texts: texts[1] in texts[0],
    "starts-with": lambda texts: texts[0].startswith(texts[1]),
    "ends-with": lambda texts: texts[0].endswith(texts[1]),
    "substring-before": lambda texts: texts[0].partition(texts[1])[0] if texts[1] and texts[1] in texts[0] else "",
    "substring-after": lambda texts: texts[0].partition(texts[1])[2] if texts[1] else texts[0],
    "string-length": lambda texts: float(len(texts[0])),
    "normalize-space": lambda texts: " ".join(words(texts[0])),
    "translate": lambda texts: _translate(*texts),
    "selected": lambda texts: texts[1].strip(SPACES) in words(texts[0]),
    "count-selected": lambda texts: float(len(words(texts[0]))),
    "boolean-from-string": lambda texts: texts[0] in ("1", "true"),
    "digest": _digest,
    "base64-decode": lambda texts: _from_base64(texts[0]),
    "geofence": lambda texts: geometry.inside(geometry.points_of(texts[:1]), geometry.points_of(texts[1:])),
}


# ---------------------------------------------------------------- moments


def _now(_values: list[Value], context: Context) -> Value:
    moment = context.now.isoformat(timespec="milliseconds")
    return read_day(moment, context.offset) or Day(math.nan, timed=True)


def _today(_values: list[Value], context: Context) -> Value:
    return Day(float(math.floor(as_number(_now([], context), context.offset))), timed=False)


def _date(values: list[Value], context: Context) -> Value:
    days = as_number(values[0], context.offset)
    return Day(float(math.floor(days)), timed=False) if abs(days) < FARTHEST_DAY else ""


def _date_time(values: list[Value], context: Context) -> Value:
    days = as_number(values[0], context.offset)
    return Day(days, timed=True) if abs(days) < FARTHEST_DAY else ""


def _decimal_time(values: list[Value], context: Context) -> float:
    """The part of the day that has gone by, of a time, a date-time or days."""
    value = values[0]
    at = read_day(f"1970-01-01T{value.strip(SPACES)}", context.offset) if isinstance(value, str) else None
    days = at.days if at else as_number(value, context.offset)
    return days - math.floor(days) if math.isfinite(days) else math.nan


def _format(values: list[Value], context: Context, *, timed: bool) -> str:
    value = values[0]
    day = read_day(value.strip(SPACES), context.offset) if isinstance(value, str) else None
    days = math.nan if isinstance(value, str) else as_number(value, context.offset)
    return format_moment(day.days if day else days, as_text(values[1], context.offset), timed=timed)


def _once(values: list[Value], context: Context) -> Value:
    """What the node holds already, else the value."""
    return context.tree.text(context.at) or as_text(values[0], context.offset)


def _uuid(values: list[Value], context: Context) -> str:
    length = as_number(values[0], context.offset) if values else 36.0
    return (NO_UUID * 8)[: int(length)] if 0 <= length <= 288 else ""


_OTHER: dict[str, Callable[[list[Value], Context], Value]] = {
    "selected-at": _words_at,
    "substring": _substring,
    "substr": _substr,
    "now": _now,
    "today": _today,
    "date": _date,
    "date-time": _date_time,
    "decimal-date-time": lambda values, context: as_number(values[0], context.offset),
    "decimal-time": _decimal_time,
    "format-date": lambda values, context: _format(values, context, timed=False),
    "format-date-time": lambda values, context: _format(values, context, timed=True),
    "once": _once,
    "uuid": _uuid,
    "last": lambda _values, context: float(context.size),
    "jr:itext": lambda values, context: text_of(context, as_text(values[0], context.offset)),
}


# ---------------------------------------------------------------- nodes and many values


def _position(context: Context, nodes: list[Node]) -> float:
    return float(context.tree.position(nodes[0])) if nodes else math.nan


def _count_non_empty(context: Context, nodes: list[Node]) -> float:
    return float(sum(context.tree.text(node) != "" for node in nodes))


def _name(context: Context, nodes: list[Node]) -> str:
    return context.tree.name(nodes[0]).replace("~", "-") if nodes else ""


def _sum(context: Context, nodes: list[Node]) -> float:
    context.spend(len(nodes))
    return float(sum(as_number(context.tree.text(node), context.offset) for node in nodes))


_OF_NODES: dict[str, Callable[[Context, list[Node]], Value]] = {
    "count": lambda _context, nodes: float(len(nodes)),
    "count-non-empty": _count_non_empty,
    "sum": _sum,
    "local-name": _name,
    "name": _name,
}


def _joined(values: list[Value], context: Context, glue: str) -> str:
    text = glue.join(as_text(value, context.offset) for value in values)
    if len(text) > LONGEST_MADE:
        raise TooMuchWork
    context.spend(len(text) // 100)
    return text


def _join(tree: Expr, parts: Parts) -> Run:
    """What stands between is one value, of nodes the first or nothing; of the others each may be nodes."""
    glue, many = parts.one(tree[2]), parts.many(tree[3:])
    return lambda context: _joined(many(context), context, as_text(glue(context), context.offset))


def _extreme(values: list[Value], context: Context, pick: Callable[[list[float]], float]) -> float:
    numbers = [as_number(value, context.offset) for value in values]
    return math.nan if not numbers or any(math.isnan(number) for number in numbers) else pick(numbers)


_OF_MANY: dict[str, Callable[[list[Value], Context], Value]] = {
    "concat": lambda values, context: _joined(values, context, ""),
    "min": lambda values, context: _extreme(values, context, min),
    "max": lambda values, context: _extreme(values, context, max),
    "area": lambda values, context: geometry.area(_points(values, context)),
    "distance": lambda values, context: geometry.distance(_points(values, context)),
}


def _points(values: list[Value], context: Context) -> list[geometry.Point] | None:
    return geometry.points_of(as_text(value, context.offset) for value in values)


def _checklist(tree: Expr, parts: Parts) -> Run:
    """Whether so many answers are true, or what they weigh, is between two bounds; below 0 a bound is none."""
    arguments, weighted = tree[2:], tree[1] != "checklist"
    low, high = parts.one(arguments[0]), parts.one(arguments[1])
    step = 2 if weighted else 1
    flags: list[RunMany] = [parts.many([each]) for each in arguments[2::step]]
    weights: list[RunMany] = [parts.many([each]) for each in arguments[3::2]] if weighted else []

    def run(context: Context) -> bool:
        total = 0.0
        for place, flag in enumerate(flags):
            found = [as_boolean(value) for value in flag(context)]
            if weighted:
                heavy = [as_number(value, context.offset) for value in weights[place](context)]
                total += sum(weight for holds, weight in zip(found, heavy, strict=False) if holds)
            else:
                total += sum(found)
        least, most = as_number(low(context), context.offset), as_number(high(context), context.offset)
        return (total >= least or least < 0) and (total <= most or most < 0)

    return run


_SPECIAL: dict[str, Callable[[Expr, Parts], Run]] = {
    "if": _if,
    "join": _join,
    "not": _truth,
    "boolean": _truth,
    "position": _where,
    "jr:choice-name": _choice,
    "regex": _pattern,
    "match": _pattern,
    "checklist": _checklist,
    "weighted-checklist": _checklist,
}


# ---------------------------------------------------------------- functions that give nodes


def call_nodes(tree: Expr, parts: Parts) -> RunNodes:
    """A function that gives nodes, ready to run."""
    name, arguments = tree[1], tree[2:]
    if name == "instance":
        key = arguments[0][1]
        return lambda context: _instance(context, key)
    nodes = parts.nodes(arguments[0])
    if name == "randomize":
        seed = parts.one(arguments[1]) if len(arguments) > 1 else None
        return lambda context: _shuffled(nodes(context), None if seed is None else seed(context), context)
    pairs = [(parts.nodes(each), parts.one(at)) for each, at in zip(arguments[1::2], arguments[2::2], strict=False)]
    return lambda context: _indexed(context, nodes(context), pairs)


def _instance(context: Context, key: str) -> list[Node]:
    found = context.tree.places.instances.get(key)
    if isinstance(found, Table):
        return [Cell(found, DOCUMENT_ROW, -1)]
    return [found] if isinstance(found, Part) else []


def _indexed(context: Context, nodes: list[Node], pairs: list[tuple[RunNodes, Run]]) -> list[Node]:
    """The nodes inside the items that repeats have at these places, counted from 1; the outer repeats come first."""
    found = [(repeats(context), as_number(at(context), context.offset)) for repeats, at in pairs]
    found.sort(key=lambda pair: str(pair[0][0]).count("/") if pair[0] else 0)
    around = ""
    for items, at in found:
        within = [item for item in items if not around or str(item).startswith(f"{around}/")]
        if not at.is_integer() or not 1 <= at <= len(within):
            return []
        around = str(within[int(at) - 1])
    return [node for node in nodes if str(node).startswith(f"{around}/")]


def _shuffled(nodes: list[Node], seed: Value | None, context: Context) -> list[Node]:
    """ODK's order for a seed; without one, which only a phone can draw, the order of the list."""
    if seed is None:
        return nodes
    number, text = as_number(seed, context.offset), as_text(seed, context.offset)
    if math.isnan(number):
        hashed = hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8]
        return mathematics.shuffled(nodes, int.from_bytes(hashed, "big", signed=True) if text not in ("", "NaN") else 0)
    return mathematics.shuffled(nodes, math.trunc(max(-(2.0**63), min(2.0**63 - 1, number))))
