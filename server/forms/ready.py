"""A form made ready to look at documents with: done once for a compiled form, by its hash, and kept.

What depends on what is followed here: relevance and calculations run in an order in which each comes after all that it
reads, so once is enough; circles can't be compiled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.forms.choices import ItemSet
from server.forms.context import Run, Test
from server.forms.evaluate import holds, prepare, prepare_items
from server.forms.expressions import Expr
from server.forms.functions import UNREPEATABLE
from server.forms.moments import decimal_text
from server.forms.nodes import Places, places_of
from server.forms.reads import Read, reads
from server.forms.values import Check, checker, kind_of

Node = Mapping[str, Any]

# What depends on the phone's language, or on what else is kept on it.
_OF_THE_PHONE = UNREPEATABLE | {"jr:choice-name", "jr:itext"}


@dataclass(frozen=True, slots=True)
class Question:
    """A node with its checks and expressions ready to run; None where there is nothing to ask."""

    node: Node
    path: str
    # its paths where no repeat is around it
    alone: tuple[str, ...]
    check: Check | None
    required: Test | None
    relevant: Test | None
    constraint: Test | None
    calculate: Run | None
    items: ItemSet | None
    # of a repeat: how many items it must have, where the form and nobody else says so
    count: Run | None
    # the repeats that it is in, and the repeat that it is itself, the outermost first
    repeats: tuple[str, ...]
    # the answers in it, and whether there are items among them
    fields: tuple[str, ...]
    repeating: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """A form ready to validate with."""

    places: Places
    # in the form's order, then what nothing shows
    questions: tuple[Question, ...]
    by_path: Mapping[str, Question]
    # the questions that may hide or be worked out, each after what it reads
    settling: tuple[Question, ...]
    # those that must be looked at when they are shown
    asking: tuple[Question, ...]
    # the repeats whose items the form counts
    counting: tuple[Question, ...]
    # what nobody writes: a question's path with the only answer that it may have, None where it may have none
    closed: Mapping[str, Any]
    in_items: Mapping[str, Check]
    answering: Mapping[str, Check]
    decimals: frozenset[str]
    # a question's place in the form's order; from `shown` on nothing shows it
    order: Mapping[str, int]
    shown: int
    # the values inside texts
    out: tuple[Run, ...]


_ready: dict[str, Ready] = {}
MOST_READY = 200


def ready(compiled: Mapping[str, Any]) -> Ready:
    """The form ready to run; forms are immutable and few, so what was made is kept, by their hash."""
    known = _ready.get(compiled["hash"])
    if known is None:
        known = _make(compiled)
        if len(_ready) >= MOST_READY:
            _ready.clear()
        _ready[compiled["hash"]] = known
    return known


def walk(compiled: Mapping[str, Any], *, hidden: bool = False) -> list[dict[str, Any]]:
    """Every node of a compiled form in its order, groups before what they hold; then, if asked, what nothing shows."""
    found: list[dict[str, Any]] = []
    waiting = list(reversed(compiled["nodes"]))
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(reversed(node.get("children", ())))
    return [*found, *compiled.get("hidden", ())] if hidden else found


def _make(compiled: Mapping[str, Any]) -> Ready:
    nodes = walk(compiled, hidden=True)
    repeats = [node["path"] for node in nodes if node["t"] == "repeat"]
    questions = tuple(_question(node, compiled["fields"], repeats) for node in nodes)
    checks = {question.path: question.check for question in questions if question.check}
    in_items = {question.path for question in questions if question.repeats}
    return Ready(
        places=places_of(compiled, nodes),
        questions=questions,
        by_path={question.path: question for question in questions},
        settling=tuple(_in_order([each for each in questions if each.relevant or each.calculate])),
        asking=tuple(each for each in questions if each.check and (each.required or each.constraint or each.items)),
        counting=tuple(each for each in questions if each.count),
        closed={each.path: as_seen(each.node) for each in questions if _is_closed(each.node, nodes)},
        in_items={path: check for path, check in checks.items() if path in in_items},
        answering={path: check for path, check in checks.items() if path not in in_items},
        decimals=frozenset(each.path for each in questions if _is_decimal(each.node)),
        order={question.path: place for place, question in enumerate(questions)},
        shown=len(nodes) - len(compiled.get("hidden", ())),
        out=tuple(prepare(tree) for tree in compiled.get("out", ())),
    )


def _question(node: Node, fields: list[str], repeats: list[str]) -> Question:
    path = node["path"]
    inside = tuple(repeat for repeat in repeats if path == repeat or path.startswith(f"{repeat}/"))
    below = tuple(field for field in fields if field == path or field.startswith(f"{path}/"))
    return Question(
        node=node,
        path=path,
        alone=() if inside else (path,),
        check=checker(node) if "pos" in node else None,
        required=_test(node, "required"),
        relevant=_test(node, "relevant"),
        constraint=_test(node, "constraint"),
        calculate=prepare(node["calculate"]) if _is_done_again(node) else None,
        items=prepare_items(node["items"]) if "items" in node else None,
        count=_count(node, inside),
        repeats=tuple(sorted(inside, key=len)),
        fields=below,
        repeating=any(repeat in below for repeat in repeats),
    )


def _test(node: Node, name: str) -> Test | None:
    return holds(node[name]) if name in node else None


def _is_done_again(node: Node) -> bool:
    """Whether its value is worked out here, too; somebody may have written over what can be written over."""
    closed = node["t"] in ("calculate", "hidden") or node.get("readonly") == ["lit", True]
    return "calculate" in node and "set" not in node and closed and repeatable(node["calculate"])


def _count(node: Node, inside: tuple[str, ...]) -> Run | None:
    """How many items a repeat must have: as its count says, or, where nobody adds any, as many as it begins with."""
    if "count" in node:
        return prepare(node["count"]) if repeatable(node["count"]) else None
    # An item around it may begin with others of its own.
    alone = len(inside) == 1
    return prepare(["lit", len(node.get("start", ()))]) if node.get("fixed") and alone else None


def as_seen(node: Node) -> Any:
    """The default as expressions see it; None without one."""
    default = node.get("default")
    return decimal_text(default) if isinstance(default, int | float) and _is_decimal(node) else default


def _is_decimal(node: Node) -> bool:
    return "decimal" in (kind_of(node), node.get("type"))


def _is_closed(node: Node, nodes: Sequence[Node]) -> bool:
    """Whether nobody writes there and nothing sets it: no calculation, no action, not the phone, no item's start."""
    if node.get("readonly") != ["lit", True] or {"calculate", "set", "meta"} & node.keys() or "pos" not in node:
        return False
    return not any("start" in each and node["path"].startswith(f"{each['path']}/") for each in nodes)


def repeatable(tree: Expr) -> bool:
    """Whether the same answers always give the same, on every phone and here."""
    if tree[0] == "fn":
        if tree[1] in _OF_THE_PHONE or (tree[1] == "randomize" and len(tree) == 3):
            return False
        if tree[:2] == ["fn", "instance"] and tree[2][1].startswith("__last-saved"):
            return False
    return all(repeatable(part) for part in tree[1:] if isinstance(part, list))


def _in_order(questions: list[Question]) -> Iterator[Question]:
    """Each after all that it reads; where '//' and the like read each other, in the form's order."""
    by_path = {question.path: question for question in questions}
    needs = {question.path: _needs(question.node, by_path) for question in questions}
    seen: set[str] = set()
    for question in questions:
        waiting: list[tuple[str, bool]] = [(question.path, False)]
        while waiting:
            path, done = waiting.pop()
            if done:
                yield by_path[path]
            elif path not in seen:
                seen.add(path)
                waiting.append((path, True))
                waiting.extend((need, False) for need in needs[path] if need not in seen)


def _needs(node: Node, known: Mapping[str, Any]) -> list[str]:
    trees = [node[name] for name in ("relevant", "calculate") if name in node]
    found = [read for tree in trees for read in reads(tree, node["path"])]
    places = {path for read in found for path in _read(read, known)}
    around = {path for path in known if any(f"{place}/".startswith(f"{path}/") for place in (*places, node["path"]))}
    return sorted((places | around) - {node["path"]}, key=list(known).index)


def _read(read: Read, known: Mapping[str, Any]) -> list[str]:
    if read.place is None:
        return []
    inside = f"{read.place}/" if read.place else ""
    below = [path for path in known if path.startswith(inside)] if read.below else []
    return [*below, *([read.place] if read.place in known else [])]
