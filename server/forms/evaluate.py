"""Running an expression: ODK XPath semantics over one document. The phone's `pwa/src/forms/evaluate.ts` is its twin.

Rules:
- What values are and become: `moments.py`; what nodes there are: `nodes.py`; what functions give: `calls.py`.
- Nodes where one value is wanted are the text of the first of them, '' where there is none.
- A set of nodes compares as XPath 1.0 has it: true if it is for any of them, so never for an empty set.
- NaN: every comparison is false except `!=`. Booleans, then numbers and moments, then text decide how `=` compares.
- Running raises nothing but `TooMuchWork` for a tree from `expressions.parse` and any JSON document.

https://getodk.github.io/xforms-spec/#xpath-functions, https://www.w3.org/TR/1999/REC-xpath-19991116/#corelib
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from server.forms.calls import call, call_nodes
from server.forms.choices import ItemSet
from server.forms.context import Context, Run, RunMany, RunNodes, Test, context_of
from server.forms.expressions import Expr, is_nodes
from server.forms.moments import Day, Value, as_boolean, as_number, as_stored
from server.forms.nodes import Places
from server.forms.steps import down, prepare_steps, up

__all__ = ["context_of", "evaluate", "holds", "prepare", "prepare_items", "prepare_nodes"]


def evaluate(
    tree: Expr,
    document: Mapping[str, Any],
    own: Any = None,
    *,
    now: datetime,
    places: Places | None = None,
    at: str = "",
) -> Value:
    """The value of `tree`: text, number (float), boolean or `Day`. `own` is what `.` means; `now` must be aware.

    `places` are those of the form, `at` is the path of the node that the expression belongs to. Raises `TooMuchWork`.
    """
    context = context_of(dict(document), now, own, places)
    context.stand(at, own)
    return prepare(tree)(context)


def prepare(tree: Expr, *, inside: bool = False) -> Run:
    """The tree as a function to call with a context, many times: twice as fast as walking it each time.

    `inside` a predicate `.` is the node that is tested.
    """
    kind = tree[0]
    if kind == "lit":
        value: Value = tree[1] if isinstance(tree[1], (bool, str)) else float(tree[1])
        return lambda _context: value
    if kind == "path":
        path = tree[1]
        return lambda context: as_stored(context.document.get(path))
    if kind == "self" and not inside:
        return lambda context: as_stored(context.own)
    if is_nodes(tree):
        return _first(prepare_nodes(tree, inside=inside))
    if kind == "neg":
        inner = prepare(tree[1], inside=inside)
        return lambda context: -as_number(inner(context), context.offset)
    return _operator(tree, inside=inside) if kind == "op" else call(tree, _Parts(inside=inside))


def holds(tree: Expr, *, inside: bool = False) -> Test:
    """A condition as a function: nodes hold where one of them has nodes or a text."""
    if not _is_set(tree):
        run = prepare(tree, inside=inside)
        return lambda context: as_boolean(run(context))
    nodes = prepare_nodes(tree, inside=inside)

    def test(context: Context) -> bool:
        tree = context.tree
        return any(not tree.is_leaf(node) or tree.text(node) != "" for node in nodes(context))

    return test


class _Parts:
    """What the arguments of a function and the predicates of a path are made ready with."""

    def __init__(self, *, inside: bool) -> None:
        self.inside = inside

    def one(self, tree: Expr) -> Run:
        """A part that is one value."""
        return prepare(tree, inside=self.inside)

    def truth(self, tree: Expr) -> Test:
        """A part that holds or doesn't."""
        return holds(tree, inside=self.inside)

    def nodes(self, tree: Expr) -> RunNodes:
        """A part that is nodes."""
        return prepare_nodes(tree, inside=self.inside)

    def many(self, trees: Sequence[Expr]) -> RunMany:
        """Parts of which each may be nodes: the values of all."""
        runs = [_values(tree, inside=self.inside) for tree in trees]
        return lambda context: [value for run in runs for value in run(context)]

    def item_set(self, items: Mapping[str, Expr]) -> ItemSet:
        """A question's item set."""
        return prepare_items(items)


def prepare_items(items: Mapping[str, Expr]) -> ItemSet:
    """A question's item set, ready to run where a context stands at the question."""
    label = prepare(items["label"], inside=True) if "label" in items else None
    # Answers are kept in the order of the list, in whatever order the choices are shown.
    source = items["from"][2] if items["from"][:2] == ["fn", "randomize"] else items["from"]
    return ItemSet(prepare_nodes(source), prepare(items["value"], inside=True), label)


def prepare_nodes(tree: Expr, *, inside: bool = False) -> RunNodes:
    """A tree that gives nodes as a function that gives them, in the order of the document."""
    kind = tree[0]
    if kind == "path":
        return lambda _context: [tree[1]]
    if kind == "self":
        return lambda context: [context.here]
    if kind == "all":
        names = tuple(tree[1].split("/"))
        return lambda context: down(context, [""], names)
    if kind in ("rel", "cur"):
        return _near(tree)
    if kind == "walk":
        start = None if tree[1] == ["root"] else prepare_nodes(tree[1], inside=inside)
        return prepare_steps(start, tree[2:], _Parts(inside=True))
    if kind == "op":
        left, right = (prepare_nodes(part, inside=inside) for part in tree[2:])
        return lambda context: context.tree.in_order([*left(context), *right(context)])
    return call_nodes(tree, _Parts(inside=inside))


def _near(tree: Expr) -> RunNodes:
    climb, below = tree[1], tuple(tree[2].split("/")) if tree[2] else ()
    if tree[0] == "rel":
        return lambda context: down(context, up(context, context.here, climb), below)
    return lambda context: down(context, up(context, context.at, climb), below)


def _first(nodes: RunNodes) -> Run:
    def run(context: Context) -> Value:
        found = nodes(context)
        return context.tree.text(found[0]) if found else ""

    return run


def _is_set(tree: Expr) -> bool:
    """Whether there may be no node or more than one."""
    return is_nodes(tree) and tree[0] not in ("path", "self")


def _values(tree: Expr, *, inside: bool) -> RunMany:
    if not _is_set(tree):
        one = prepare(tree, inside=inside)
        return lambda context: [one(context)]
    nodes = prepare_nodes(tree, inside=inside)

    def run(context: Context) -> list[Value]:
        found = nodes(context)
        context.spend(len(found))
        return [context.tree.text(node) for node in found]

    return run


# ---------------------------------------------------------------- operators


def _operator(tree: Expr, *, inside: bool) -> Run:
    sign = tree[1]
    if sign in ("or", "and"):
        one, other = holds(tree[2], inside=inside), holds(tree[3], inside=inside)
        if sign == "or":
            return lambda context: one(context) or other(context)
        return lambda context: one(context) and other(context)
    if sign in ("=", "!=", *_ORDER) and (_is_set(tree[2]) or _is_set(tree[3])):
        return _compare_sets(tree, inside=inside)
    left, right = prepare(tree[2], inside=inside), prepare(tree[3], inside=inside)
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


def _compare_sets(tree: Expr, *, inside: bool) -> Run:
    """Whether any pair compares so, in time that grows with how many there are and not with the pairs."""
    sign: str = tree[1]
    same = sign == "="
    left, right = (_values(part, inside=inside) for part in tree[2:])
    left_holds, right_holds = (holds(part, inside=inside) for part in tree[2:])

    def run(context: Context) -> bool:
        some, others, offset = left(context), right(context), context.offset
        if sign in _ORDER:
            return _any_in_order(sign, _numbers(some, offset), _numbers(others, offset))
        if any(isinstance(value, bool) for value in (*some[:1], *others[:1])):
            return (left_holds(context) == right_holds(context)) == same
        if any(isinstance(value, (float, Day)) for value in (*some[:1], *others[:1])):
            sides = ([as_number(value, offset) for value in side] for side in (some, others))
            return _any_equal(*sides, same=same)
        return _any_equal(some, others, same=same)

    return run


def _numbers(values: list[Value], offset: int) -> list[float]:
    return [number for value in values if not math.isnan(number := as_number(value, offset))]


def _any_equal(some: list[Any], others: list[Any], *, same: bool) -> bool:
    if not some or not others:
        return False
    if same:
        known = set(others)
        return any(value in known and value == value for value in some)  # noqa: PLR0124  # NaN equals nothing
    return len({*some, *others}) > 1 or bool(some[0] != some[0])


def _any_in_order(sign: str, some: list[float], others: list[float]) -> bool:
    if not some or not others:
        return False
    if sign in ("<", "<="):
        return _ORDER[sign](min(some), max(others))
    return _ORDER[sign](max(some), min(others))


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
