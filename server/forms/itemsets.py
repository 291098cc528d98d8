"""Where the choices of a question come from: written out, from a list inside the form, or from a file beside it.

Rules:
- Choices that never change and are few are written out at the question; others name where they come from.
- A list is in the compiled form only if a question or an expression needs it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from server.forms.errors import ExpressionError, SourceError
from server.forms.expressions import Expr, segment
from server.forms.remarks import say
from server.forms.secondary import Instance, from_element, from_file, local
from server.forms.texts import Words

MOST_WRITTEN_OUT = 300
LAST_SAVED = "jr://instance/last-saved"

Files = Mapping[str, bytes]


class Lists:
    """The secondary instances of one form; `files` are those beside it, by name."""

    def __init__(self, instances: list[Element], words: Words, files: Files, read: Callable[[str], Expr]) -> None:
        self.words = words
        self.read = read
        self.files = files
        # names of files that the form reads and that aren't there yet
        self.missing: set[str] = set()
        self._elements = {element.get("id", ""): element for element in instances if element.get("id")}
        self._known: dict[str, Instance] = {}

    def instance(self, key: str) -> Instance:
        """The instance of that id; `SourceError` where there is none or its file can't be read."""
        if key not in self._known:
            self._known[key] = self._load(key)
        return self._known[key]

    def _load(self, key: str) -> Instance:
        element = self._elements.get(key)
        if element is None:
            raise SourceError(say("instance-unknown", list=key, there=", ".join(sorted(self._elements)) or "none"))
        source = element.get("src", "")
        if source == LAST_SAVED:
            return {"last": True}
        if not source:
            inside = [child for child in element if local(child.tag)]
            return from_element(inside[0]) if inside else {"tree": ["root", ""]}
        name = source.rpartition("/")[2]
        if name not in self.files:
            self.missing.add(name)
            return {"tree": ["root", ""]}
        return from_file(name, self.files[name])

    def choices(self, node: dict[str, Any], control: Element) -> None:
        """Gives a question its `choices` or `items`."""
        itemset = next((child for child in control if local(child.tag) == "itemset"), None)
        if itemset is None:
            items = [child for child in control if local(child.tag) == "item"]
            node["choices"] = [self._item(item) for item in items]
            return
        items_from = self._tree(itemset.get("nodeset") or "")
        value = self._tree(self._reference(itemset, "value") or "name")
        label = self._reference(itemset, "label")
        written = self._written_out(items_from, value, label)
        if written is not None:
            node["choices"] = written
            return
        node["items"] = {"from": items_from, "value": value}
        if label:
            node["items"]["label"] = self._tree(label)

    def _tree(self, text: str) -> Expr:
        try:
            return self.read(text)
        except ExpressionError as error:
            raise SourceError(error.said, "choice_filter") from None

    def _reference(self, itemset: Element, name: str) -> str:
        found = next((child for child in itemset if local(child.tag) == name), None)
        return "" if found is None else found.get("ref") or found.get("value") or ""

    def _item(self, item: Element) -> dict[str, Any]:
        """A choice that is written at the question."""
        parts = {local(child.tag): child for child in item}
        value = parts.get("value")
        if value is None:
            raise SourceError(say("choice-nameless"))
        found = self.words.of(parts.get("label"))
        return {"v": (value.text or "").strip(), "label": found.get("label", {}), **_media(found)}

    def _written_out(self, items: Expr, value: Expr, label: str) -> list[dict[str, Any]] | None:
        """The choices of a plain list inside the form; None for any other."""
        if items[0] != "walk" or items[1][:2] != ["fn", "instance"] or any(len(step) > 2 for step in items[2:]):
            return None
        key = items[1][2][1]
        instance = self.instance(key)
        rows = instance.get("rows")
        wanted = [["child", instance.get("root")], ["child", instance.get("item")]]
        if rows is None or self._elements[key].get("src") or len(rows) > MOST_WRITTEN_OUT or items[2:] != wanted:
            return None
        place = {column: index for index, column in enumerate(instance["cols"])}
        name = value[2] if value[0] == "rel" and value[1] == 0 else ""
        named = label.removeprefix("jr:itext(").removesuffix(")").strip() if label else name
        if name not in place or segment(named) not in place:
            return None
        translated = label.startswith("jr:itext(")
        return [self._row(row, place[name], place[segment(named)], translated=translated) for row in rows]

    def _row(self, row: list[str | None], name: int, label: int, *, translated: bool) -> dict[str, Any]:
        text = row[label] or ""
        if translated:
            found = self.words.of_id(text)
            return {"v": row[name] or "", "label": found.get("label", {}), **_media(found)}
        return {"v": row[name] or "", "label": dict.fromkeys(self.words.languages, text)}

    def needed(self, trees: list[Expr]) -> tuple[dict[str, Instance], dict[str, Any]]:
        """The instances that these trees name, and the texts that choices in them have."""
        instances = {key: self.instance(key) for tree in trees for key in instance_ids(tree)}
        ids = []
        for instance in instances.values():
            for place, column in enumerate(instance.get("cols", ())):
                if column == "itextId":
                    ids += [row[place] for row in instance["rows"] if row[place]]
        return instances, self.words.dynamic(ids)


def _media(found: Mapping[str, Any]) -> dict[str, Any]:
    return {"media": found["media"]} if "media" in found else {}


def instance_ids(tree: Expr) -> list[str]:
    """The ids of the instances that a tree names."""
    if tree[:2] == ["fn", "instance"]:
        return [tree[2][1]]
    return [key for part in tree if isinstance(part, list) for key in instance_ids(part)]
