"""The nodes that paths lead to: those of a record, and those of the form's secondary instances. Twin: `nodes.ts`.

Rules:
- A node of the record is its path in the document, with items' ids ('vehicles/17-5/kind'); the record itself is '',
  and what is above it DOCUMENT. A node of a list is a `Cell`, one of any other instance a `Part`.
- Every question, group and repeat of the form is a node, whether there is an answer or not; notes and groups that are
  on the screen only are none. An item of a repeat is a node of the repeat's name: it is there while its own value is.
- Axes give nodes in their own order: backwards for those that look back. Sets are put in the order of the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from server.forms.moments import SPACES, as_stored

DOCUMENT = "/"
# The rows of a table's cells that are none of its items: the document itself, and its root.
DOCUMENT_ROW = -2
ROOT_ROW = -1


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a form: its names below, in the form's order; none for an answer."""

    path: str
    order: int
    repeat: bool
    below: tuple[str, ...]


@dataclass(eq=False)
class Places:
    """What a compiled form says about nodes: made once for a form, never changed."""

    at: dict[str, Place]
    questions: dict[str, Mapping[str, Any]]
    instances: dict[str, Table | Part]
    texts: Mapping[str, Any]
    language: str
    # item sets that were made ready, by the question's path
    ready: dict[str, Any] = field(default_factory=dict)


def places_of(compiled: Mapping[str, Any], nodes: Iterable[Mapping[str, Any]]) -> Places:
    """The places of a form, whose nodes `nodes` are, hidden ones too."""
    questions = {node["path"]: node for node in nodes}
    below: dict[str, list[str]] = {"": []}
    for path in compiled["fields"]:
        above, left = "", path.split("/")
        for name in left:
            here = f"{above}/{name}" if above else name
            if here not in below:
                below[here] = []
                below[above].append(name)
            above = here
    at = {
        path: Place(path, order, questions.get(path, {}).get("t") == "repeat", tuple(names))
        for order, (path, names) in enumerate(below.items())
    }
    instances = {key: _instance(instance) for key, instance in compiled.get("instances", {}).items()}
    language = next(iter(compiled.get("languages") or ("vi",)))
    return Places(at, questions, instances, compiled.get("texts", {}), language)


def _instance(instance: Mapping[str, Any]) -> Table | Part:
    if "rows" in instance:
        return Table(instance["root"], instance["item"], instance["cols"], instance["rows"])
    above = Part(None)
    if "tree" in instance:
        _grow(above, instance["tree"], [0])
    return above


class Cell(NamedTuple):
    """A node of a table: a cell, or (column -1) an item, the root or the document."""

    table: Table
    row: int
    column: int


@dataclass(eq=False)
class Table:
    """A list of items with texts. `rows` may be many: what equals a text is found through an index, made when asked."""

    root: str
    item: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | None]]
    items: list[Cell] = field(init=False)
    places: dict[str, int] = field(init=False)
    _indexes: dict[int, dict[str, list[int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.items = [Cell(self, row, -1) for row in range(len(self.rows))]
        self.places = {name: place for place, name in enumerate(self.columns)}

    def rows_with(self, column: int, texts: Iterable[str]) -> list[int]:
        """The rows that have one of the texts in a column, in order; with or without the spaces around it."""
        index = self._indexes.get(column)
        if index is None:
            index = {}
            for place, row in enumerate(self.rows):
                if (text := row[column]) is not None:
                    index.setdefault(text, []).append(place)
                    if (bare := text.strip(SPACES)) != text:
                        index.setdefault(bare, []).append(place)
            self._indexes[column] = index
        return sorted({row for text in texts for row in index.get(text, ())})


class Part:
    """An element or attribute of a secondary instance that is no table; the document itself has no name."""

    __slots__ = ("above", "attributes", "below", "name", "order", "text")

    def __init__(self, above: Part | None, name: str = "", *, text: str = "", order: int = 0) -> None:
        self.above = above
        self.name = name
        self.text = text
        self.order = order
        self.below: list[Part] = []
        self.attributes: list[Part] = []


def _grow(above: Part, element: Sequence[Any], count: list[int]) -> None:
    count[0] += 1
    name, content, *rest = element
    part = Part(above, name, text=content if isinstance(content, str) else "", order=count[0])
    part.attributes = [Part(part, key, text=text, order=count[0]) for key, text in (rest[0] if rest else {}).items()]
    above.below.append(part)
    for child in () if isinstance(content, str) else content:
        _grow(part, child, count)


Node = str | Cell | Part


def field_of(path: str) -> str:
    """The path without its items' ids, which alone hold a hyphen."""
    return "/".join([part for part in path.split("/") if "-" not in part]) if "-" in path else path


class Tree:
    """The nodes of one record: the places of its form, filled with the values of a document."""

    def __init__(self, places: Places, document: Mapping[str, Any]) -> None:
        self.places = places
        self.document = document
        self._items: dict[str, list[str]] | None = None

    def items(self, repeat: str) -> list[str]:
        """The items of a repeat (its path with the ids of items around it): by their number, then their id."""
        if self._items is None:
            found: dict[str, list[str]] = {}
            for path in self.document:
                above, _, name = path.rpartition("/")
                if "-" in name:
                    found.setdefault(above, []).append(path)
            for paths in found.values():
                paths.sort(key=self._order)
            self._items = found
        return self._items.get(repeat, [])

    def _order(self, item: str) -> tuple[float, tuple[int, int]]:
        place = self.document[item]
        return (place if type(place) in (int, float) else 0, item_number(item.rpartition("/")[2]))

    # ------------------------------------------------------------ axes

    def children(self, node: Node, name: str) -> list[Node]:
        """The nodes below of that name ('*' for any)."""
        if isinstance(node, str):
            return self._children(node, name)
        if isinstance(node, Cell):
            return _below_cell(node, name)
        return [part for part in node.below if name in ("*", part.name)]

    def _children(self, path: str, name: str) -> list[Node]:
        if path == DOCUMENT:
            return [""] if name == "*" else []
        place = self.places.at.get(field_of(path))
        if place is None:
            return []
        if name == "*":
            return [node for each in place.below for node in self._children(path, each)]
        inside = f"{place.path}/{name}" if place.path else name
        child = self.places.at.get(inside)
        if child is None:
            return []
        here = f"{path}/{name}" if path else name
        return [*self.items(here)] if child.repeat else [here]

    def parent(self, node: Node) -> Node | None:
        """The node above."""
        if isinstance(node, str):
            return above(node)
        if isinstance(node, Cell):
            if node.column >= 0:
                return node.table.items[node.row]
            return None if node.row == DOCUMENT_ROW else Cell(node.table, min(node.row, 0) - 1, -1)
        return node.above

    def named(self, node: Node, name: str) -> bool:
        """Whether the node has that name."""
        return name == "*" or name == self.name(node)

    def name(self, node: Node) -> str:
        """The node's name; '' of the record itself, whose name the form doesn't keep."""
        if isinstance(node, str):
            return "" if node in ("", DOCUMENT) else field_of(node).rpartition("/")[2]
        if isinstance(node, Cell):
            if node.column >= 0:
                return node.table.columns[node.column]
            return node.table.item if node.row >= 0 else node.table.root if node.row == ROOT_ROW else ""
        return node.name

    def descendants(self, node: Node) -> Iterator[Node]:
        """All that is below, in the order of the document."""
        for child in self.children(node, "*"):
            yield child
            yield from self.descendants(child)

    def ancestors(self, node: Node) -> Iterator[Node]:
        """All that is above, nearest first; the document itself is none."""
        parent = self.parent(node)
        while parent is not None and (above := self.parent(parent)) is not None:
            yield parent
            parent = above

    def siblings(self, node: Node, *, after: bool) -> list[Node]:
        """What stands beside the node, before or after it, nearest first."""
        parent = self.parent(node)
        beside = [] if parent is None else self.children(parent, "*")
        place = next((at for at, each in enumerate(beside) if each == node), None)
        if place is None:
            return []
        return beside[place + 1 :] if after else beside[:place][::-1]

    def along(self, axis: str, node: Node, name: str) -> Iterable[Node]:
        """The nodes on an axis that have the name, in the axis' order."""
        if axis == "child":
            return self.children(node, name)
        if axis == "attribute":
            there = node.attributes if isinstance(node, Part) else []
            return [part for part in there if name in ("*", part.name)]
        found: Iterable[Node]
        if axis == "self":
            found = [node]
        elif axis == "parent":
            parent = self.parent(node)
            found = [] if parent is None else [parent]
        elif axis in ("descendant", "descendant-or-self"):
            found = self.descendants(node)
        elif axis in ("ancestor", "ancestor-or-self"):
            found = self.ancestors(node)
        else:
            found = self.siblings(node, after=axis == "following-sibling")
        if axis.endswith("-or-self"):
            found = [node, *found]
        return [each for each in found if self.named(each, name)]

    # ------------------------------------------------------------ what nodes say

    def is_leaf(self, node: Node) -> bool:
        """Whether the node is an answer or a text, and holds no nodes."""
        if isinstance(node, str):
            place = self.places.at.get(field_of(node))
            return node != DOCUMENT and (place is None or not (place.below or place.repeat))
        return node.column >= 0 if isinstance(node, Cell) else not node.below

    def text(self, node: Node) -> str:
        """The node's text: of an answer its own, of all else the texts in it, one after the other."""
        if not self.is_leaf(node):
            return "".join(self.text(child) for child in self.children(node, "*"))
        if isinstance(node, str):
            return as_stored(self.document.get(node))
        return (node.table.rows[node.row][node.column] or "") if isinstance(node, Cell) else node.text

    def position(self, node: Node) -> int:
        """The node's place among those beside it that have its name, counted from 1."""
        name = self.name(node)
        return 1 + sum(self.named(each, name) for each in self.siblings(node, after=False))

    def in_order(self, nodes: Iterable[Node]) -> list[Node]:
        """Each node once, in the order of the document; those of the record first."""
        unique = list(dict.fromkeys(nodes))
        return unique if len(unique) < 2 else sorted(unique, key=self._key)

    def _key(self, node: Node) -> tuple[int, tuple[Any, ...]]:
        if isinstance(node, Cell):
            return (1, (id(node.table), node.row, node.column))
        if isinstance(node, Part):
            top = node
            while top.above is not None:
                top = top.above
            return (2, (id(top), node.order))
        key: list[Any] = []
        here = ""
        for part in [] if node == DOCUMENT else node.split("/"):
            here = f"{here}/{part}" if here else part
            if "-" in part:
                key.append(self._order(here) if here in self.document else (0, item_number(part)))
            else:
                place = self.places.at.get(field_of(here))
                key.append((place.order if place else -1, (0, 0)))
        return (0, tuple(key))


def above(path: str) -> str | None:
    """The path of the node above: an item's is what is around its repeat."""
    if path in ("", DOCUMENT):
        return DOCUMENT if path == "" else None
    rest, _, name = path.rpartition("/")
    return rest.rpartition("/")[0] if "-" in name else rest


def item_number(name: str) -> tuple[int, int]:
    """An item's id as numbers: the device's and the counter's."""
    device, _, counter = name.partition("-")
    return (int(device), int(counter)) if device.isdecimal() and counter.isdecimal() else (0, 0)


def _below_cell(node: Cell, name: str) -> list[Node]:
    table, row = node.table, node.row
    if node.column >= 0:
        return []
    if row == DOCUMENT_ROW:
        return [Cell(table, ROOT_ROW, -1)] if name in ("*", table.root) else []
    if row == ROOT_ROW:
        return [*table.items] if name in ("*", table.item) else []
    if name == "*":
        return [Cell(table, row, place) for place, text in enumerate(table.rows[row]) if text is not None]
    place = table.places.get(name, -1)
    return [Cell(table, row, place)] if place >= 0 and table.rows[row][place] is not None else []
