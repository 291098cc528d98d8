"""Whether a document fits its form, now: the same answer on the server and on the phone (`pwa/src/forms/validate.ts`).

Rules:
- A hidden question (its own or a group's relevance is false) is asked nothing and counts as empty in expressions.
- A value of the wrong type, length or choice is named, hidden or not, and counts as empty in expressions.
- `required` asks shown questions for a value; `constraint` is asked only of values.
- Validating never raises, whatever JSON the document holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.forms.evaluate import holds
from server.forms.expressions import paths
from server.forms.messages import MESSAGES, Texts
from server.forms.values import fault, is_empty

ZONE = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong with a document: where, what kind, and words for it in each language.

    Kinds: 'type', 'length', 'choice', 'required', 'constraint', 'unknown' (no such question in this form).
    """

    path: str
    kind: str
    message: Texts


@dataclass(frozen=True)
class _Moment:
    """What does not change while one document is looked at."""

    values: Mapping[str, Any]
    at: datetime


def relevant_paths(
    compiled: Mapping[str, Any], document: Mapping[str, Any], at: datetime, *, zone: str = ZONE
) -> set[str]:
    """The paths of the nodes (groups and notes too) that are shown for this document at this moment (aware)."""
    return _shown(walk(compiled), document, at.astimezone(ZoneInfo(zone)))


def validate(
    compiled: Mapping[str, Any],
    document: Mapping[str, Any],
    at: datetime,
    *,
    zone: str = ZONE,
    changed: Collection[str] | None = None,
) -> list[Violation]:
    """What is wrong with `document` (path → value) at the aware moment `at`, in the form's order; [] when nothing is.

    `now()` and `today()` are `at` in `zone`. Given `changed`, the constraints of other questions are asked only where
    they read a changed one: a value that was right when it was written isn't refused because time went by.
    """
    nodes = walk(compiled)
    found: dict[str, str] = {}
    sound: dict[str, Any] = {}
    for node in nodes:
        value = document.get(node["path"])
        if "pos" not in node or is_empty(value):
            continue
        kind = fault(node, value)
        if kind:
            found[node["path"]] = kind
        else:
            sound[node["path"]] = value
    local = at.astimezone(ZoneInfo(zone))
    shown = _shown(nodes, sound, local)
    moment = _Moment({path: value for path, value in sound.items() if path in shown}, local)
    for node in nodes:
        if "pos" in node and node["path"] in shown and node["path"] not in found:
            kind = _asked(node, moment, changed)
            if kind:
                found[node["path"]] = kind
    wrong = [(node, found[node["path"]]) for node in nodes if node["path"] in found]
    return [Violation(node["path"], kind, _words(node, kind)) for node, kind in wrong] + _unknown(nodes, document)


def walk(compiled: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every node of a compiled form in its order, groups before what they hold."""
    found: list[dict[str, Any]] = []
    waiting = list(reversed(compiled["nodes"]))
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(reversed(node.get("children", ())))
    return found


def _shown(nodes: list[dict[str, Any]], values: Mapping[str, Any], at: datetime) -> set[str]:
    """Relevance, repeated until it rests: hiding one question empties it for the next. Circles can't be compiled."""
    shown = {node["path"] for node in nodes}
    for _round in range(len(nodes) + 1):
        seen = {path: value for path, value in values.items() if path in shown}
        before, shown = shown, set()
        for node in nodes:
            parent = node["path"].rpartition("/")[0]
            if parent and parent not in shown:
                continue
            if "relevant" not in node or holds(node["relevant"], seen, now=at):
                shown.add(node["path"])
        if shown == before:
            break
    return shown


def _asked(node: Mapping[str, Any], moment: _Moment, changed: Collection[str] | None) -> str | None:
    """'required', 'constraint' or None for a shown question whose value is sound."""
    path = node["path"]
    value = moment.values.get(path)
    if value is None:
        required = "required" in node and holds(node["required"], moment.values, now=moment.at)
        return "required" if required else None
    if "constraint" not in node:
        return None
    if changed is not None and path not in changed and not paths(node["constraint"]) & set(changed):
        return None
    return None if holds(node["constraint"], moment.values, value, now=moment.at) else "constraint"


def _words(node: Mapping[str, Any], kind: str) -> Texts:
    if kind == "constraint" and node.get("message"):
        message: Texts = node["message"]
        return message
    return MESSAGES[kind]


def _unknown(nodes: list[dict[str, Any]], document: Mapping[str, Any]) -> list[Violation]:
    known = {node["path"] for node in nodes if "pos" in node}
    strange = sorted(path for path, value in document.items() if path not in known and not is_empty(value))
    return [Violation(path, "unknown", MESSAGES["unknown"]) for path in strange]
