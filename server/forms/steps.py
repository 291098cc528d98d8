"""Walking along a path: steps with predicates, over the record's nodes and those of long lists.

Rules:
- The predicates of a step choose among what it leads to from each node; those of '.' among all nodes found so far, so
  that `(path)[1]` is the first of all.
- A predicate that is a number asks for that place. Places of axes that look back are counted backwards.
- Rows that must equal something are found through the list's index, not by looking at each.
"""

from __future__ import annotations

from collections.abc import Callable

from server.forms.context import Context, Parts, RunNodes
from server.forms.expressions import Expr, is_nodes
from server.forms.moments import Value, as_boolean, words
from server.forms.nodes import DOCUMENT, ROOT_ROW, Cell, Node

Filter = Callable[[Context, list[Node]], list[Node]]
# The rows of a table that may pass.
Choose = Callable[[Context, Cell], list[int]]


def up(context: Context, node: Node, times: int) -> list[Node]:
    """The node so many steps above, in a list; [] above the document."""
    for _ in range(times):
        above = context.tree.parent(node)
        if above is None:
            return []
        node = above
    return [node]


def down(context: Context, nodes: list[Node], names: tuple[str, ...]) -> list[Node]:
    """The nodes below these along names."""
    for name in names:
        found = [child for node in nodes for child in context.tree.children(node, name)]
        context.spend(len(found) // 8)  # counting them is not yet reading them
        nodes = found
    return nodes


def prepare_steps(start: RunNodes | None, steps: list[Expr], parts: Parts) -> RunNodes:
    """A walk from a start (None: the document) along steps; `parts` makes predicates ready."""
    if start is None and steps[0][0] == "child":
        # The form doesn't keep what the record itself is called; the compiler has checked it.
        steps = [["child", "*", *steps[0][2:]], *steps[1:]]
    ready = [_step(step, parts) for step in steps]

    def run(context: Context) -> list[Node]:
        nodes: list[Node] = [DOCUMENT] if start is None else start(context)
        for step in ready:
            nodes = step(context, nodes)
        return nodes

    return run


def _step(step: Expr, parts: Parts) -> Filter:
    axis, name, tests = step[0], step[1], step[2:]
    filters = [_filter(test, parts) for test in tests]
    if axis == "self":
        return _filtering(name, filters)
    choose = _chooser(tests[0], parts) if axis == "child" and tests else None

    def run(context: Context, nodes: list[Node]) -> list[Node]:
        found: list[Node] = []
        for node in nodes:
            chosen = _along(context, axis, name, node) if choose is None else _choose(context, choose, name, node)
            context.spend(len(chosen) + 1)
            for each in filters:
                chosen = each(context, chosen)
            found += chosen
        return found if axis in ("child", "attribute") else context.tree.in_order(found)

    return run


def _along(context: Context, axis: str, name: str, node: Node) -> list[Node]:
    return list(context.tree.along(axis, node, name))


def _choose(context: Context, choose: Choose, name: str, node: Node) -> list[Node]:
    if isinstance(node, Cell) and node.row == ROOT_ROW and name in ("*", node.table.item):
        return [node.table.items[row] for row in choose(context, node)]
    return context.tree.children(node, name)


def _filtering(name: str, filters: list[Filter]) -> Filter:
    def run(context: Context, nodes: list[Node]) -> list[Node]:
        found = [node for node in nodes if context.tree.named(node, name)]
        for each in filters:
            found = each(context, found)
        return found

    return run


def _filter(test: Expr, parts: Parts) -> Filter:
    if test[0] == "lit" and isinstance(test[1], (int, float)) and not isinstance(test[1], bool):
        place = float(test[1])
        return lambda _context, nodes: nodes[int(place) - 1 : int(place)] if place.is_integer() and place > 0 else []
    truth, value_of = parts.truth(test), None if is_nodes(test) else parts.one(test)

    def run(context: Context, nodes: list[Node]) -> list[Node]:
        context.spend(len(nodes))
        kept = context.here, context.position, context.size
        context.size = len(nodes)
        found = []
        for place, node in enumerate(nodes, 1):
            context.here, context.position = node, place
            value = truth(context) if value_of is None else value_of(context)
            if value == place if value.__class__ is float else as_boolean(value):
                found.append(node)
        context.here, context.position, context.size = kept
        return found

    return run


# ---------------------------------------------------------------- long lists


def _chooser(test: Expr, parts: Parts) -> Choose | None:
    """What finds the rows that a predicate can hold for, where one of its parts says that a column equals something."""
    if _needs_place(test):
        return None
    for part in _all_of(test):
        found = _equality(part)
        if found is not None:
            column, wanted, listed = found
            return _by_index(column, parts.many([wanted]), listed=listed)
    return None


def _by_index(column: str, wanted: Callable[[Context], list[Value]], *, listed: bool) -> Choose:
    def choose(context: Context, root: Cell) -> list[int]:
        place = root.table.places.get(column)
        texts = [str(value) for value in wanted(context)]
        if listed:
            texts = words(texts[0]) if texts else []
        return [] if place is None else root.table.rows_with(place, texts)

    return choose


def _all_of(test: Expr) -> list[Expr]:
    """What must all hold."""
    return [*_all_of(test[2]), *_all_of(test[3])] if test[:2] == ["op", "and"] else [test]


def _equality(part: Expr) -> tuple[str, Expr, bool] | None:
    """The column that must equal a text, that text, and whether it is a list of which one is enough."""
    if part[:2] == ["op", "="]:
        for one, other in (part[2:], part[:1:-1]):
            if one[:2] == ["rel", 0] and "/" not in one[2] and one[2] and _is_text(other):
                return one[2], other, False
    if part[:2] == ["fn", "selected"] and part[3][:2] == ["rel", 0] and "/" not in part[3][2] and _is_text(part[2]):
        return part[3][2], part[2], True
    return None


def _is_text(tree: Expr) -> bool:
    """Whether it gives texts alone, whatever node is tested."""
    return tree[0] == "path" or (tree[0] == "lit" and isinstance(tree[1], str)) or tree[0] == "cur"


def _needs_place(test: Expr) -> bool:
    if test[0] == "fn" and (test[1] == "last" or (test[1] == "position" and len(test) == 2)):
        return True
    return any(_needs_place(part) for part in test[1:] if isinstance(part, list))
