"""Whether a document fits its form, now: the same answer on the server and on the phone (`pwa/src/forms/validate.ts`).

Rules:
- A hidden question (its own or a group's relevance is false) is asked nothing and counts as empty in expressions.
- A value of the wrong type, length or choice is named, hidden or not, and counts as empty in expressions.
- `required` asks shown questions for a value; `constraint` is asked only of values.
- Validating never raises, whatever JSON the document holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.forms.evaluate import Context, Run, as_boolean, context_of, prepare
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
class _Question:
    """A node with its expressions ready to run."""

    node: Mapping[str, Any]
    path: str
    parent: str
    answers: bool
    required: Run | None
    relevant: Run | None
    constraint: Run | None
    reads: frozenset[str]


# Forms are immutable and few, so what was made ready for one is kept, by its hash.
_ready: dict[str, tuple[_Question, ...]] = {}
MOST_READY = 200


def relevant_paths(
    compiled: Mapping[str, Any], document: Mapping[str, Any], at: datetime, *, zone: str = ZONE
) -> set[str]:
    """The paths of the nodes (groups and notes too) that are shown for this document at this moment (aware)."""
    questions = _questions(compiled)
    sound, _wrong = _sort(questions, document)
    return _shown(questions, context_of(sound, at.astimezone(ZoneInfo(zone))))


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
    questions = _questions(compiled)
    sound, wrong = _sort(questions, document)
    context = context_of(sound, at.astimezone(ZoneInfo(zone)))
    shown = _shown(questions, context)
    context.document = {path: value for path, value in sound.items() if path in shown}
    touched = None if changed is None else frozenset(changed)
    for question in questions:
        if question.answers and question.path in shown and question.path not in wrong:
            kind = _asked(question, context, touched)
            if kind:
                wrong[question.path] = kind
    found = [(question, wrong[question.path]) for question in questions if question.path in wrong]
    named = [Violation(question.path, kind, _words(question.node, kind)) for question, kind in found]
    return named + _unknown(questions, document)


def walk(compiled: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every node of a compiled form in its order, groups before what they hold."""
    found: list[dict[str, Any]] = []
    waiting = list(reversed(compiled["nodes"]))
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(reversed(node.get("children", ())))
    return found


def _questions(compiled: Mapping[str, Any]) -> tuple[_Question, ...]:
    known = _ready.get(compiled["hash"])
    if known is None:
        known = tuple(_question(node) for node in walk(compiled))
        if len(_ready) >= MOST_READY:
            _ready.clear()
        _ready[compiled["hash"]] = known
    return known


def _question(node: Mapping[str, Any]) -> _Question:
    ready = {name: prepare(node[name]) if name in node else None for name in ("required", "relevant", "constraint")}
    reads = frozenset(paths(node["constraint"])) if "constraint" in node else frozenset()
    parent = node["path"].rpartition("/")[0]
    return _Question(node, node["path"], parent, "pos" in node, reads=reads, **ready)


def _sort(questions: Sequence[_Question], document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Values that can be used, and what is wrong with the others, by path."""
    sound: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for question in questions:
        value = document.get(question.path)
        if not question.answers or is_empty(value):
            continue
        kind = fault(question.node, value)
        if kind:
            wrong[question.path] = kind
        else:
            sound[question.path] = value
    return sound, wrong


def _shown(questions: Sequence[_Question], context: Context) -> set[str]:
    """Relevance, repeated until it rests: hiding one question empties it for the next. Circles can't be compiled."""
    values = context.document
    shown = {question.path for question in questions}
    for _round in range(len(questions) + 1):
        before, shown = shown, set()
        for question in questions:
            if question.parent and question.parent not in shown:
                continue
            if question.relevant is None or as_boolean(question.relevant(context)):
                shown.add(question.path)
        if shown == before:
            break
        context.document = {path: value for path, value in values.items() if path in shown}
    return shown


def _asked(question: _Question, context: Context, changed: frozenset[str] | None) -> str | None:
    """'required', 'constraint' or None for a shown question whose value is sound."""
    context.own = context.document.get(question.path)
    if context.own is None:
        return "required" if question.required and as_boolean(question.required(context)) else None
    if question.constraint is None:
        return None
    if changed is not None and question.path not in changed and not question.reads & changed:
        return None
    return None if as_boolean(question.constraint(context)) else "constraint"


def _words(node: Mapping[str, Any], kind: str) -> Texts:
    if kind == "constraint" and node.get("message"):
        message: Texts = node["message"]
        return message
    return MESSAGES[kind]


def _unknown(questions: Sequence[_Question], document: Mapping[str, Any]) -> list[Violation]:
    known = {question.path for question in questions if question.answers}
    strange = sorted(path for path, value in document.items() if path not in known and not is_empty(value))
    return [Violation(path, "unknown", MESSAGES["unknown"]) for path in strange]
