"""Whether a document fits its form, now: the same answer on the server and on the phone (`pwa/src/forms/validate.ts`).

Rules:
- A hidden question (its own or a group's relevance is false) is asked nothing and counts as empty in expressions.
- A value of the wrong type, length or choice is named, hidden or not, and counts as empty in expressions.
- `required` asks shown questions for a value; `constraint` is asked only of values.
- What is inside an item of a repeat ('vehicles/17-5/kind') is a value of the question 'vehicles/kind', and looked at by
  itself: `required` and `constraint` are not asked there.
- Given what changed, a value that the form doesn't know is named only if it is among that: other versions of the form
  may have put it there, and it is kept.
- Validating never raises, whatever JSON the document holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.forms.evaluate import Context, Run, as_boolean, context_of, prepare
from server.forms.expressions import paths
from server.forms.messages import MESSAGES, Texts
from server.forms.values import Check, checker, is_empty

ZONE = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong with a document: where, what kind, and words for it in each language.

    Kinds: 'type', 'length', 'choice', 'required', 'constraint', 'unknown' (no such question in this form).
    """

    path: str
    kind: str
    message: Texts


@dataclass(frozen=True, slots=True)
class _Question:
    """A node with its checks and expressions ready to run; `required` is None where the answer is always no."""

    node: Mapping[str, Any]
    path: str
    parent: str
    check: Check | None
    required: Run | None
    relevant: Run | None
    constraint: Run | None
    reads: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A form ready to validate with: its nodes, which of them ask, hide, or must be looked at when shown."""

    questions: tuple[_Question, ...]
    in_items: dict[str, Check]
    answering: dict[str, Check]
    paths: frozenset[str]
    hiding: bool
    asking: tuple[_Question, ...]


# Forms are immutable and few, so what was made ready for one is kept, by its hash.
_ready: dict[str, _Ready] = {}
MOST_READY = 200


def relevant_paths(
    compiled: Mapping[str, Any], document: Mapping[str, Any], at: datetime, *, zone: str = ZONE
) -> set[str]:
    """The paths of the nodes (groups and notes too) that are shown for this document at this moment (aware)."""
    form = _form(compiled)
    sound, _wrong = _sort(form, document)
    return set(_shown(form, context_of(sound, at.astimezone(ZoneInfo(zone)))))


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
    form = _form(compiled)
    sound, wrong = _sort(form, document)
    context = context_of(sound, at.astimezone(ZoneInfo(zone)))
    shown = _shown(form, context)
    if form.hiding:
        context.document = {path: value for path, value in sound.items() if path in shown}
    touched = None if changed is None else frozenset(changed)
    for question in form.asking:
        if question.path in shown and question.path not in wrong:
            kind = _asked(question, context, touched)
            if kind:
                wrong[question.path] = kind
    if touched is not None:
        wrong = {path: kind for path, kind in wrong.items() if kind != "unknown" or path in touched}
    if not wrong:
        return []
    named = [
        Violation(question.path, wrong[question.path], _words(question.node, wrong[question.path]))
        for question in form.questions
        if question.check and question.path in wrong
    ]
    rest = sorted((path, kind) for path, kind in wrong.items() if kind == "unknown" or "-" in path)
    return named + [Violation(path, kind, MESSAGES[kind]) for path, kind in rest]


def walk(compiled: Mapping[str, Any], *, hidden: bool = False) -> list[dict[str, Any]]:
    """Every node of a compiled form in its order, groups before what they hold; then, if asked, what nothing shows."""
    found: list[dict[str, Any]] = []
    waiting = list(reversed(compiled["nodes"]))
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(reversed(node.get("children", ())))
    return [*found, *compiled.get("hidden", ())] if hidden else found


def _form(compiled: Mapping[str, Any]) -> _Ready:
    known = _ready.get(compiled["hash"])
    if known is None:
        questions = tuple(_question(node) for node in walk(compiled))
        repeats = tuple(f"{question.path}/" for question in questions if question.node["t"] == "repeat")
        in_items = {q.path for q in questions if repeats and f"{q.path}/".startswith(repeats)}
        checks = {question.path: question.check for question in questions if question.check}
        known = _Ready(
            questions,
            {path: check for path, check in checks.items() if path in in_items},
            {path: check for path, check in checks.items() if path not in in_items},
            frozenset(question.path for question in questions),
            any(question.relevant for question in questions),
            tuple(
                question
                for question in questions
                if question.check and (question.required or question.constraint) and question.path not in in_items
            ),
        )
        if len(_ready) >= MOST_READY:
            _ready.clear()
        _ready[compiled["hash"]] = known
    return known


def _question(node: Mapping[str, Any]) -> _Question:
    ready = {name: prepare(node[name]) if name in node else None for name in ("required", "relevant", "constraint")}
    reads = frozenset(paths(node["constraint"])) if "constraint" in node else frozenset()
    parent = node["path"].rpartition("/")[0]
    return _Question(node, node["path"], parent, checker(node) if "pos" in node else None, reads=reads, **ready)


def _sort(form: _Ready, document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Values that can be used, and what is wrong with the others, by path."""
    sound: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    answering = form.answering
    for path, value in document.items():
        if is_empty(value):
            continue
        check = form.in_items.get(_field_of(path)) if "-" in path else answering.get(path)
        kind = check(value) if check else "unknown"
        if kind:
            wrong[path] = kind
        else:
            sound[path] = value
    return sound, wrong


def _field_of(path: str) -> str:
    """The path without its items' ids, which alone hold a hyphen."""
    return "/".join(part for part in path.split("/") if "-" not in part)


def _shown(form: _Ready, context: Context) -> Collection[str]:
    """Relevance, repeated until it rests: hiding one question empties it for the next. Circles can't be compiled."""
    if not form.hiding:
        return form.paths
    values = context.document
    shown: Collection[str] = form.paths
    for _round in range(len(form.questions) + 1):
        before, shown = shown, _shown_now(form, context)
        if shown == before:
            break
        context.document = {path: value for path, value in values.items() if path in shown}
    return shown


def _shown_now(form: _Ready, context: Context) -> set[str]:
    shown: set[str] = set()
    for question in form.questions:
        if question.parent and question.parent not in shown:
            continue
        if question.relevant is None or as_boolean(question.relevant(context)):
            shown.add(question.path)
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
