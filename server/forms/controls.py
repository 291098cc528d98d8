"""The nodes of a compiled form, made of an XForm's body, binds and instance.

Rules:
- What is shown comes from the body, in its order; what nothing shows from the instance, in its order.
- A control that the phone can't show, and an expression that it can't run, is named to `refuse`; the rest goes on, so
  that all that is wrong is found at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from server.forms.errors import ExpressionError, SourceError
from server.forms.expressions import Expr
from server.forms.itemsets import Lists
from server.forms.remarks import Said, say
from server.forms.secondary import local
from server.forms.texts import Words
from server.forms.xform import CONTROLS, JR, XForm

Node = dict[str, Any]

TYPES = {
    "string": "text",
    "int": "integer",
    "integer": "integer",
    "decimal": "decimal",
    "boolean": "text",
    "date": "date",
    "time": "time",
    "dateTime": "datetime",
    "datetime": "datetime",
    "geopoint": "geopoint",
    "geotrace": "geotrace",
    "geoshape": "geoshape",
    "barcode": "barcode",
    "select1": "text",
    "select": "text",
    "rank": "text",
    "note": "text",
    "intent": "text",
    "binary": "file",
}
TRUE: Expr = ["lit", True]
FALSE: Expr = ["lit", False]
META = {
    ("timestamp", "start"): "start",
    ("timestamp", "end"): "end",
    ("date", "today"): "today",
    **{("property", name): name for name in ("deviceid", "username", "email", "phonenumber")},
}
BIND_COLUMNS = (
    ("required", "required"),
    ("relevant", "relevant"),
    ("constraint", "constraint"),
    ("readonly", "read_only"),
    ("calculate", "calculation"),
)
# Words of a control's element that say something about the question, and stay as they are.
PARAMETERS = (
    *("max-pixels", "quality", "accuracyThreshold", "unacceptableAccuracyThreshold", "allow-mock-accuracy"),
    *("incremental", "rows", "maxlength", "query", "tick-interval", "tick-labelset", "placeholder"),
)
UPLOADS = {"image": "image", "audio": "audio", "video": "video"}

Refuse = Callable[[str, str, Said], None]
Policy = Callable[[str, str], str]


class Builder:
    """Makes the nodes; `refuse(path, column, message)` takes what can't be."""

    def __init__(self, xform: XForm, words: Words, lists: Lists, *, refuse: Refuse, policy: Policy) -> None:
        self.xform = xform
        self.words = words
        self.lists = lists
        self.refuse = refuse
        self.policy = policy
        self.shown: set[str] = set()
        self._screen_groups = 0

    def nodes(self, parent: Element, base: str) -> list[Node]:
        """The nodes for the controls of a body, group or repeat, in order."""
        found = []
        for control in parent:
            try:
                node = self.node(control, base)
            except SourceError as error:
                self.refuse(self.place_of(control, base), error.column, error.said)
                continue
            if node is not None:
                found.append(node)
        return found

    def place_of(self, control: Element, base: str) -> str:
        """The path that a control is about, as far as it can be told: for errors."""
        try:
            return self.xform.absolute(control, base)
        except SourceError:
            return base

    def node(self, control: Element, base: str) -> Node | None:
        """One group, repeat, note or question; None for what is none."""
        tag = local(control.tag)
        if tag in ("group", "repeat"):
            return self.section(control, base)
        if tag not in CONTROLS:
            return None
        path = self.xform.absolute(control, base)
        place = self.xform.places.get(path)
        if place is None:
            ref = control.get("ref") or control.get("bind")
            self.xform.aside.append(say("asked-nowhere", path=str(ref)))
            return None
        if not place.leaf:
            raise SourceError(say("question-no-leaf", path=str(control.get("ref"))))
        around = [f"{each}/" for each in self.xform.repeats if path.startswith(f"{each}/")]
        if not all(f"{base}/".startswith(each) for each in around):
            self.xform.aside.append(say("asked-outside", path=path))
            return None
        node = self.start(self.kind(control, path), path)
        self.shown.add(path)
        self.labels(node, control)
        self.expressions(node)
        self.special(node, control)
        if node["t"] != "note":
            self.answer(node)
        return node

    def start(self, kind: str, path: str) -> Node:
        node = {"t": kind, "name": path.rpartition("/")[2].replace("~", "-"), "path": path}
        if kind not in ("group", "repeat", "note"):
            node["merge"] = self.policy(path, kind)
        return node

    def section(self, control: Element, base: str) -> Node:
        """A group or repeat; a group around nothing but a repeat of the same place is that repeat."""
        inside = [child for child in control if local(child.tag) in ("group", "repeat", *CONTROLS)]
        path = self.xform.absolute(control, base)
        repeat = control if local(control.tag) == "repeat" else None
        if repeat is None and len(inside) == 1 and local(inside[0].tag) == "repeat":
            inner = self.xform.absolute(inside[0], path)
            if not control.get("ref") or inner == path:
                repeat, path = inside[0], inner
        if repeat is None and (not control.get("ref") or path in self.xform.repeats or path in self.shown):
            return self.screen_group(control, path)
        if path not in self.xform.places:
            raise SourceError(say("group-nowhere", path=path))
        self.shown.add(path)
        node = self.start("group" if repeat is None else "repeat", path)
        self.labels(node, control)
        if repeat is not None and repeat is not control:
            self.labels(node, repeat)
        self.expressions(node)
        if repeat is not None:
            self.repeat(node, repeat)
        node["children"] = self.nodes(control if repeat is None else repeat, path)
        return node

    def screen_group(self, control: Element, path: str) -> Node:
        """A group that the instance doesn't have."""
        self._screen_groups += 1
        name = f"~{self._screen_groups}"
        node: Node = {"t": "group", "name": name, "path": f"{path}/{name}" if path else name}
        self.labels(node, control)
        node["children"] = self.nodes(control, path)
        return node

    def repeat(self, node: Node, control: Element) -> None:
        place = self.xform.places[node["path"]]
        count = control.get(f"{JR}count")
        if count:
            self.expression(node, "count", count, "repeat_count")
        started = [self.typed_below(node["path"], item) for item in place.items]
        # A count makes its items; those that the form has already are the first of them where they hold something.
        if started and (not count or any(started)):
            node["start"] = started
        if (control.get(f"{JR}noAddRemove") or "").strip() == "true()":
            node["fixed"] = True

    def typed_below(self, path: str, item: dict[str, Any]) -> dict[str, Any]:
        """An item's answers as a record holds them; what is in an item of it begins as that one says."""
        return {
            below: as_value(self.type_of(f"{path}/{below}"), held)
            if isinstance(held, str)
            else [self.typed_below(f"{path}/{below}", inner) for inner in held]
            for below, held in item.items()
        }

    def kind(self, control: Element, path: str) -> str:
        """The node's type."""
        tag = local(control.tag)
        bind = self.xform.bind(path)
        if tag == "upload":
            return UPLOADS.get((control.get("mediatype") or "").partition("/")[0], "file")
        if tag in ("select", "select1", "rank", "range"):
            return tag
        if tag == "trigger":
            return "acknowledge"
        kind = self.type_of(path)
        if kind == "file":
            raise SourceError(say("binary-control"))
        silent = not (bind.get("calculate") or self.xform.places[path].default or self.actions(path))
        return "note" if kind == "text" and bind.get("readonly", "").strip() == "true()" and silent else kind

    def type_of(self, path: str) -> str:
        """What the bind says that the answer is."""
        word = self.xform.bind(path).get("type", "string").rpartition(":")[2]
        return TYPES.get(word, "text")

    def actions(self, path: str) -> list[Any]:
        return [action for action in self.xform.actions if action.target == path]

    def labels(self, node: Node, control: Element) -> None:
        """Label, hint, guidance and media."""
        label = self.words.of(next((each for each in control if local(each.tag) == "label"), None))
        hint = self.words.of(next((each for each in control if local(each.tag) == "hint"), None))
        found = {
            "label": label.get("label"),
            "media": label.get("media"),
            "hint": hint.get("label"),
            "guidance": hint.get("guidance"),
        }
        node.update({name: part for name, part in found.items() if part})
        if node["t"] not in ("group", "repeat"):
            node.setdefault("label", {})
        if appearance := " ".join(control.get("appearance", "").lower().split()):
            node["appearance"] = appearance

    def expressions(self, node: Node) -> None:
        """What the bind says, with the messages for it."""
        bind = self.xform.bind(node["path"])
        for name, column in BIND_COLUMNS:
            if text := bind.get(name, "").strip():
                self.expression(node, name, text, column)
        if node["t"] in ("group", "repeat", "note"):
            for name in ("required", "constraint", "calculate", *(("readonly",) if node["t"] == "note" else ())):
                node.pop(name, None)
        if "constraint" in node:
            node["message"] = self.words.of_message(bind.get(f"{JR}constraintMsg"))
        if "required" in node and (message := self.words.of_message(bind.get(f"{JR}requiredMsg"))):
            node["requiredMessage"] = message

    def expression(self, node: Node, name: str, text: str, column: str) -> None:
        try:
            tree = self.xform.read(text)
        except ExpressionError as error:
            self.refuse(node["path"], column, error.said)
            return
        # What is always so need not be asked.
        if tree == (TRUE if name in ("relevant", "constraint") else FALSE) and name != "calculate":
            return
        node[name] = tree

    def special(self, node: Node, control: Element) -> None:
        """What only some types have."""
        kind = node["t"]
        if kind in ("select1", "select", "rank"):
            self.lists.choices(node, control)
        if kind == "range":
            node["range"] = self.bounds(node, control)
            node["type"] = "decimal" if self.type_of(node["path"]) == "decimal" else "integer"
        if kind == "file" and (mediatype := control.get("mediatype")):
            node["accept"] = mediatype
        parameters = {
            local(name): value for name, value in control.attrib.items() if local(name) in PARAMETERS and value != ""
        }
        bind = self.xform.bind(node["path"])
        parameters |= {local(name): value for name, value in bind.attrib.items() if local(name) in PARAMETERS}
        if parameters:
            node["params"] = parameters

    def bounds(self, node: Node, control: Element) -> list[int | float]:
        found = [number(control.get(name, "")) for name in ("start", "end", "step")]
        if any(value is None for value in found) or not found[2]:
            raise SourceError(say("range-bounds", path=node["path"]))
        start, end, step = (value for value in found if value is not None)
        if self.type_of(node["path"]) == "integer" and not all(
            float(value).is_integer() for value in (start, end, step)
        ):
            raise SourceError(say("range-whole", path=node["path"]))
        if (end - start) / abs(step) > 1_000_000 or (start > end and step > 0):
            raise SourceError(say("range-span", path=node["path"], start=str(start), end=str(end), step=str(step)))
        return [start, end, step]

    def answer(self, node: Node) -> None:
        """What an answer begins with, and what sets it."""
        path = node["path"]
        bind = self.xform.bind(path)
        default = self.xform.places[path].default
        if default and not node.get("meta"):
            kind = node["type"] if node["t"] in ("range", "calculate", "hidden") and "type" in node else node["t"]
            node["default"] = as_value(kind, default)
        preload = (bind.get(f"{JR}preload", ""), bind.get(f"{JR}preloadParams", ""))
        if meta := META.get(preload):
            node["meta"] = meta
        sets = [found for action in self.actions(path) if (found := self.action(node, action))]
        if sets:
            node["set"] = sets

    def action(self, node: Node, action: Any) -> dict[str, Any] | None:
        found: dict[str, Any] = {"on": action.on}
        if action.on == "change":
            found["of"] = action.of
        if action.here:
            return {**found, "here": True}
        holder = {"path": node["path"]}
        self.expression(holder, "value", action.value, "default" if action.on != "change" else "calculation")
        return {**found, "value": holder["value"]} if "value" in holder else None

    def hidden(self) -> list[Node]:
        """The nodes of what nothing shows: leaves, and groups that have something to say."""
        found = []
        for path, place in self.xform.places.items():
            if path in self.shown:
                continue
            bind = self.xform.bind(path)
            if place.repeat:
                node = self.start("repeat", path)
                if place.items:
                    node["start"] = [self.typed_below(path, item) for item in place.items]
            else:
                node = self.start(("calculate" if bind.get("calculate") else "hidden") if place.leaf else "group", path)
            self.expressions(node)
            if place.leaf:
                self.silent_leaf(node, bind)
            if place.leaf or place.repeat or len(node) > 3:
                found.append(node)
        return found

    def silent_leaf(self, node: Node, bind: Element) -> None:
        kind = self.type_of(node["path"])
        if kind != "text":
            node["type"] = kind
        for name in ("required", "constraint", "message", "requiredMessage"):
            node.pop(name, None)
        if bind.get(f"{JR}preload") == "uid" or node["path"] == "meta/instanceID":
            node.update({"t": "hidden", "meta": "instanceID"})
            node.pop("calculate", None)
        elif node["path"] == "meta/audit":
            node["meta"] = "audit"
        self.answer(node)


def number(text: str) -> int | float | None:
    """The number that a text is, whole where it can be; None for anything else."""
    try:
        value = float(text)
    except ValueError:
        return None
    if value != value or abs(value) > 2**53:  # noqa: PLR0124  # NaN alone differs from itself
        return None
    return int(value) if value.is_integer() else value


def as_value(kind: str, text: str) -> Any:
    """A text of the instance as a record holds it; a text that is none of its type stays a text, and is found wrong."""
    if kind in ("integer", "decimal", "range"):
        value = number(text)
        whole = value is not None and (kind != "integer" or isinstance(value, int))
        return value if whole else text
    if kind in ("select", "rank"):
        return list(dict.fromkeys(text.split()))
    return text
