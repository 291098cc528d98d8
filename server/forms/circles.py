"""Values that depend on themselves: whether a question shows, or what it is worked out to, would have no answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server.forms.reads import Read, reads

Node = Mapping[str, Any]


def circles(nodes: Sequence[Node]) -> list[tuple[str, str]]:
    """(path, column) of everything in a circle of relevance and calculation.

    A calculation may read its own value and those of other items: what counts is the value as it was. A question's
    value depends on its relevance, and that on the relevance of what is around it.
    """
    needs = {node["path"]: _needs(node) for node in nodes}
    known = list(needs)
    edges = {
        path: {read.place for read in found if read.place in needs and not read.below} - {path}
        for path, found in needs.items()
    }
    for path in known:
        parent = path.rpartition("/")[0]
        while parent and parent not in edges:
            parent = parent.rpartition("/")[0]
        if parent:
            edges[path].add(parent)
    waiting = _in_circles(edges)
    by_path = {node["path"]: node for node in nodes}
    return [
        (path, "relevant" if "relevant" in by_path[path] else "calculation")
        for path in sorted(waiting)
        if "relevant" in by_path[path] or "calculate" in by_path[path]
    ]


def _needs(node: Node) -> list[Read]:
    """What it takes to know the node: what its relevance and its calculation read."""
    return [read for name in ("relevant", "calculate") if name in node for read in reads(node[name], node["path"])]


def _in_circles(edges: Mapping[str, set[Any]]) -> set[str]:
    """What is left without all that depends on nothing left, and then without all that nothing left depends on."""
    waiting = set(edges)
    while ready := {path for path in waiting if not edges[path] & waiting}:
        waiting -= ready
    while loose := {path for path in waiting if not any(path in edges[other] for other in waiting)}:
        waiting -= loose
    return waiting
