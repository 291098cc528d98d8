"""An XForm taken apart: its instance as places, binds, repeats and actions. `controls.py` makes the nodes of it.

https://getodk.github.io/xforms-spec/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from server.forms.errors import ExpressionError, SourceError
from server.forms.expressions import Expr, parse, segment
from server.forms.reads import NOWHERE, place_of
from server.forms.remarks import Said, say
from server.forms.secondary import local

JR = "{http://openrosa.org/javarosa}"
CONTROLS = frozenset({"input", "secret", "select1", "select", "rank", "range", "upload", "trigger"})
EVENTS = {
    "odk-instance-first-load": "first",
    "odk-instance-load": "load",
    "odk-new-repeat": "item",
    "xforms-value-changed": "change",
}


# An item of a repeat as a new record begins with it: answers, and items of repeats in it, by path below it.
Item = dict[str, Any]


@dataclass
class Place:
    """One place of the primary instance: a question, a group, a repeat."""

    path: str
    leaf: bool
    default: str = ""
    repeat: bool = False
    # of a repeat: the items that a new record begins with, by path below the item
    items: list[Item] = field(default_factory=list)


@dataclass
class Action:
    """Something that sets a value; `of` is the question that sets it off, `within` where it stands in the body."""

    target: str
    on: str
    value: str
    of: str | None
    here: bool


class XForm:
    """One XForm; raises `SourceError` where it is none."""

    def __init__(self, root: Element) -> None:
        self.head = _child(root, "head")
        self.model = _child(self.head, "model")
        self.body = _child(root, "body")
        self.instances = [child for child in self.model if local(child.tag) == "instance"]
        if not self.instances or not len(self.instances[0]):
            raise SourceError(say("xform-instance"))
        self.instance = self.instances[0][0]
        self.root = segment(local(self.instance.tag))
        self.places: dict[str, Place] = {}
        self.repeats = {self.absolute(each, "") for each in self.body.iter() if local(each.tag) == "repeat"}
        self._places(self.instance, "")
        # what is said of places that there aren't: ODK leaves it out, and the author is told
        self.aside: list[Said] = []
        self.binds = self._binds()
        self.actions = list(self._actions())

    def absolute(self, element: Element, base: str) -> str:
        """The path that an element of the body is about; `base` is the path of what it stands in."""
        if element.get("bind"):
            bind = next((each for each in self.model if each.get("id") == element.get("bind")), None)
            text = bind.get("nodeset", "") if bind is not None else ""
        else:
            text = element.get("nodeset") or element.get("ref") or ""
        return self.path(text, base) if text else base

    def path(self, text: str, base: str) -> str:
        """The path that an XPath without predicates names, seen from `base`."""
        try:
            tree = self.read(text)
        except ExpressionError as error:
            raise SourceError(say("path-wrong", path=text, error=error.said)) from None
        place = place_of(tree, base).place
        if place is None or place == NOWHERE:
            raise SourceError(say("path-outside", path=text))
        return place

    def read(self, text: str) -> Expr:
        """The tree of an expression."""
        return parse(text, f"/{self.root}/")

    def bind(self, path: str) -> Element:
        """The bind of a place; an empty one where it has none."""
        bind = self.binds.get(path)
        return Element("bind") if bind is None else bind

    def _places(self, parent: Element, base: str) -> None:
        for child in parent:
            if not local(child.tag):
                continue
            name = segment(local(child.tag))
            path = f"{base}/{name}" if base else name
            known = self.places.get(path)
            if path in self.repeats:
                self._repeat(child, path, known)
            elif known is None:
                self.places[path] = Place(path, not len(child), "" if len(child) else _text(child))
                self._places(child, path)

    def _repeat(self, item: Element, path: str, known: Place | None) -> None:
        if known is None:
            known = self.places[path] = Place(path, leaf=False, repeat=True)
            self._places(item, path)
            if item.get(f"{JR}template") is None:
                # Without a template what the first item holds is its own, and others begin empty.
                for place in self.places.values():
                    if place.path.startswith(f"{path}/"):
                        place.default = ""
        if item.get(f"{JR}template") is None:
            known.items.append(dict(self._differing(item, path, "")))

    def _differing(self, element: Element, path: str, below: str) -> Iterator[tuple[str, str | list[Item]]]:
        """What an item holds beside what the first one (the template) does, and the items of repeats inside it."""
        inside: dict[str, list[Item]] = {}
        for child in element:
            name = segment(local(child.tag))
            place = f"{path}/{name}"
            known = self.places.get(place)
            if known is None:
                continue
            if known.repeat:
                if child.get(f"{JR}template") is None:
                    inside.setdefault(f"{below}{name}", []).append(dict(self._differing(child, place, "")))
                continue
            if known.leaf and _text(child) != known.default:
                yield f"{below}{name}", _text(child)
            yield from self._differing(child, place, f"{below}{name}/")
        yield from inside.items()

    def _binds(self) -> dict[str, Element]:
        found: dict[str, Element] = {}
        for bind in self.model:
            if local(bind.tag) != "bind":
                continue
            nodeset = bind.get("nodeset", "")
            if nodeset.startswith("/") and segment(nodeset.split("/")[1]) != self.root:
                self.aside.append(say("bind-outside", path=nodeset, root=self.root))
                continue
            path = self.path(nodeset, "")
            merged = found.setdefault(path, Element("bind"))
            merged.attrib.update(bind.attrib)
        return found

    def _actions(self) -> Iterator[Action]:
        for element in self.model:
            yield from self._action(element, "", None)
        yield from self._actions_in(self.body, "", None)

    def _actions_in(self, parent: Element, base: str, control: str | None) -> Iterator[Action]:
        for element in parent:
            tag = local(element.tag)
            if tag in ("group", "repeat"):
                yield from self._actions_in(element, self.absolute(element, base), None)
            elif tag in CONTROLS:
                path = self.absolute(element, base)
                yield from self._actions_in(element, path, path)
            else:
                yield from self._action(element, base, control)

    def _action(self, element: Element, base: str, control: str | None) -> Iterator[Action]:
        kind = local(element.tag)
        if kind == "recordaudio":
            raise SourceError(say("background-audio"))
        if kind not in ("setvalue", "setgeopoint"):
            return
        target = self.absolute(element, base)
        if not element.get("ref") and not element.get("bind"):
            raise SourceError(say("action-ref", kind=kind))
        value = element.get("value")
        text = f"'{_text(element)}'" if value is None and _text(element) else value or "''"
        for event in (element.get("event") or "").split():
            if event not in EVENTS:
                raise SourceError(say("event-unknown", event=event, there=", ".join(EVENTS)))
            # A change outside of a question has nothing that could change.
            if EVENTS[event] != "change" or control is not None:
                yield Action(target, EVENTS[event], text, control, kind == "setgeopoint")


def _child(parent: Element, name: str) -> Element:
    found = next((child for child in parent if local(child.tag) == name), None)
    if found is None:
        raise SourceError(say("xform-part", part=name))
    return found


def _text(element: Element) -> str:
    return (element.text or "").strip() if not len(element) else ""
