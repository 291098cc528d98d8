"""An XForm in, compiled form out: the JSON that the phone and the server run (docs/xlsform.md).

The merge policies, which XForms don't know, and the places of errors come from the sheets (`sources.py`). Everything
the result needs is decided here, once; nothing is parsed at run time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from server.forms.circles import circles
from server.forms.controls import Builder
from server.forms.errors import SourceError
from server.forms.expressions import Expr
from server.forms.itemsets import Files, Lists
from server.forms.messages import say_other
from server.forms.reads import NOWHERE, reads
from server.forms.remarks import Said, say
from server.forms.rules import walk
from server.forms.sheets import FormError, FormRefused, Row, Sheet
from server.forms.texts import Words
from server.forms.xform import XForm

CompiledForm = dict[str, Any]

# Members of a node that are expressions, with the column that they are written in.
EXPRESSIONS = {
    "required": "required",
    "relevant": "relevant",
    "constraint": "constraint",
    "readonly": "read_only",
    "calculate": "calculation",
    "count": "repeat_count",
}
SILENT = frozenset({"calculate", "hidden"})


def form_hash(compiled: Mapping[str, Any]) -> str:
    """SHA-256 of what the form says, without its hash: hexadecimal."""
    content = {key: value for key, value in compiled.items() if key != "hash"}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Source:
    """Where a path was written, and the errors found so far."""

    file: str
    rows: Mapping[str, Row] = field(default_factory=dict)
    errors: list[FormError] = field(default_factory=list)
    warnings: list[FormError] = field(default_factory=list)
    settings: Row = field(init=False)

    def __post_init__(self) -> None:
        self.settings = Row(0, {}, Sheet("settings", self.file))

    def refuse(self, path: str, column: str, said: Said) -> None:
        """Adds an error at the row that a path was written in."""
        self._add(self.errors, path, column, said)

    def warn(self, path: str, column: str, said: Said) -> None:
        """Adds something that the form's author should know and that refuses nothing."""
        self._add(self.warnings, path, column, said)

    def _add(self, to: list[FormError], path: str, column: str, said: Said) -> None:
        row = self.rows.get(path)
        if row and column == "calculation" and not row.get(column) and row.get("repeat_count"):
            column = "repeat_count"  # pyxform counts in a question of its own
        error = row.error(column, said) if row else FormError.of(said, self.file, column=column)
        if error not in to:
            to.append(error)

    def policy(self, path: str, kind: str) -> str:
        """The merge policy that the row names, else the type's own."""
        row = self.rows.get(path)
        return (row.get("sync::merge") if row else "") or ("latest" if kind in SILENT else "ask")


def build(root: Element, source: Source, *, languages: Sequence[str] = (), files: Files | None = None) -> CompiledForm:
    """The compiled form of an XForm, still without key, version, title, occurrence and hash.

    What is wrong is added to `source.errors`; raises `FormRefused` where nothing can be made of it.
    """
    try:
        xform = XForm(root)
        words = Words(xform.model, xform.read, languages)
    except SourceError as error:
        raise FormRefused([FormError.of(error.said, source.file)]) from error
    lists = Lists(xform.instances[1:], words, files or {}, xform.read)
    builder = Builder(xform, words, lists, refuse=source.refuse, policy=source.policy)
    nodes = builder.nodes(xform.body, "")
    for words_aside in xform.aside:
        source.warn("", "", words_aside)
    hidden = builder.hidden()
    every = [*walk({"nodes": nodes}), *hidden]
    used = {place for node in every for _column, tree in trees(node) for place in _places(tree, node["path"])}
    used |= {place for tree in words.out for place in _places(tree, "")}
    hidden = [node for node in hidden if node.get("meta") != "instanceID" or node["path"] in used]
    every = [*walk({"nodes": nodes}), *hidden]
    fields = _fields(xform, every)
    for node in every:
        for column, tree in trees(node):
            _check(tree, node, column, (xform, source))
        _settle(node, xform)
    compiled: CompiledForm = {"languages": words.languages, "fields": fields, "nodes": nodes, "hidden": hidden}
    compiled["out"] = [_through_repeats(tree, xform) for tree in words.out]
    compiled["called"] = words.called
    compiled["style"] = "pages" if "pages" in xform.body.get("class", "").split() else None
    _add_lists(compiled, lists, source)
    compiled["files"] = sorted(words.files)
    compiled["missing"] = sorted(lists.missing)
    for name in compiled["missing"]:
        source.warn("", "", say("files-missing", file=name))
    say_other(every)
    for path, column in circles(every):
        source.refuse(path, column, say("circle"))
    return {name: part for name, part in compiled.items() if part or name in ("languages", "fields", "nodes")}


def _add_lists(compiled: CompiledForm, lists: Lists, source: Source) -> None:
    """The instances that something names, and the texts of their choices."""
    named = [tree for node in walk(compiled, hidden=True) for _column, tree in trees(node)]
    try:
        compiled["instances"], compiled["texts"] = lists.needed([*named, *compiled["out"]])
    except SourceError as error:
        source.refuse("", "", error.said)


def trees(node: Mapping[str, Any]) -> Iterator[tuple[str, Expr]]:
    """Every expression of a node, with the column that it is written in."""
    for name, column in EXPRESSIONS.items():
        if name in node:
            yield column, node[name]
    if "items" in node:
        # value and label are looked up at each of the items
        yield "choice_filter", node["items"]["from"]
        for part in ("value", "label"):
            if part in node["items"] and node["items"][part][0] != "rel":
                yield "choice_filter", node["items"][part]
    for action in node.get("set", ()):
        if "value" in action:
            yield "default", action["value"]


def _places(tree: Expr, context: str) -> set[str]:
    return {read.place for read in reads(tree, context) if read.place is not None}


def _fields(xform: XForm, nodes: Sequence[dict[str, Any]]) -> list[str]:
    """Leaves and repeats in the order of the instance, each told its position."""
    holding = {node["path"]: node for node in nodes if node["t"] not in ("note", "group")}
    fields = [path for path in xform.places if path in holding]
    for position, path in enumerate(fields):
        holding[path]["pos"] = position
    return fields


def _check(tree: Expr, node: Mapping[str, Any], column: str, where: tuple[XForm, Source]) -> None:
    """Refuses a path that is no question (typed by hand instead of as ${name}), and relevance that reads itself."""
    xform, source = where
    if column == "choice_filter" and tree == node.get("items", {}).get("label"):
        return
    for place in sorted(_places(tree, node["path"])):
        if place == NOWHERE:
            source.refuse(node["path"], column, say("path-climbs"))
        elif place and place not in xform.places:
            shown = f"/{xform.root}/{place}".replace("~", "-")
            inside = xform.places.get(place.rpartition("/")[0])
            if inside is not None and inside.leaf:
                word = place.rpartition("/")[2].replace("~", "-")
                words = say("path-dead", word=word)
                source.warn(node["path"], column, words)
            else:
                source.refuse(node["path"], column, say("path-unknown", path=shown))
    if column == "relevant" and node["path"] in _places(tree, node["path"]):
        source.refuse(node["path"], column, say("circle"))


def _settle(node: dict[str, Any], xform: XForm) -> None:
    """Paths through repeats give many nodes: those trees are 'all' instead of 'path'."""
    for name in EXPRESSIONS:
        if name in node:
            node[name] = _through_repeats(node[name], xform)
    for holder in (*([node["items"]] if "items" in node else []), *node.get("set", ())):
        for name in ("from", "value", "label"):
            if name in holder:
                holder[name] = _through_repeats(holder[name], xform)


def _through_repeats(tree: Expr, xform: XForm) -> Expr:
    if tree[0] == "path":
        parts = tree[1].split("/")
        inside = any("/".join(parts[: end + 1]) in xform.repeats for end in range(len(parts)))
        place = xform.places.get(tree[1])
        return ["all", tree[1]] if inside or (place and not place.leaf) else tree
    return [_through_repeats(part, xform) if isinstance(part, list) else part for part in tree]


def check_occurrence(compiled: CompiledForm, source: Source, occurrence: str) -> None:
    """A record is counted by the day it happened, so that day can't be missing."""
    node = next((node for node in walk(compiled) if node["path"] == occurrence), None)
    if node is None:
        source.refuse("", "", say("occurrence-unknown", path=occurrence))
    elif node["t"] not in ("date", "datetime"):
        source.refuse(occurrence, "type", say("occurrence-type", type=node["t"]))
    elif node.get("required") != ["lit", True]:
        source.refuse(occurrence, "required", say("occurrence-required"))
