"""A campaign pack's files as data that remembers its lines, and what must hold of a campaign. Pure.

1. Every fault names file and line, and all faults of a pack are told at once.
2. A key given twice, a tag or an alias is a fault: what a reader of the file sees is what is loaded.
3. Text is NFC, whatever the editor wrote.
4. The days of a window are local dates, both ends included, as plans write them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

Path = tuple[str | int, ...]

# How the reporting periods of an authority are cut; a campaign names the one that it uses, or cuts its own.
CALENDARS: Mapping[str, Mapping[str, int]] = {
    "BATGT_15_14": {"month_from": 15},
    "BATGT_16_15": {"month_from": 16},
    "CAL": {"month_from": 1},
    "WEEK_THU_WED": {"week_from": 4},
}
# The kinds of places that report, and are compared side by side.
UNITS = ("xa", "thi_tran", "phuong")
MAX_BASELINE = 1_000_000
MAX_DEADLINE_HOURS = 1_000
MAX_DEADLINE_DAYS = 100
PLAIN = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong in a pack, and where."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class PackRefused(Exception):
    """A pack can't be loaded; nothing of it was. `faults` in order of file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class DefinitionFault:
    """What is wrong with an indicator or milestone: its position in the list (from 0), its code if any, the message."""

    index: int
    code: str | None
    message: str


class DefinitionsRefused(Exception):
    """Indicators or milestones can't be installed; `faults` says why, in the order of the list."""

    def __init__(self, faults: Sequence[DefinitionFault]) -> None:
        super().__init__("; ".join(f"{fault.code or fault.index}: {fault.message}" for fault in faults))
        self.faults = list(faults)


@dataclass(frozen=True)
class Lined:
    """Plain data and the line on which each of its parts begins."""

    file: str
    data: Any
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of the part at `path`, or of the nearest part around it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, message: str) -> Fault:
        """A fault at a part; the message is led by the part's name."""
        name = ".".join(str(step) for step in path)
        return Fault(self.file, self.line(path), f"{name}: {message}" if name else message)


@dataclass(frozen=True)
class Window:
    """Local dates from `first` to `last`, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.first <= day <= self.last

    def as_dict(self) -> dict[str, str]:
        """The wire's shape."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


@dataclass(frozen=True)
class Campaign:
    """A campaign as other folders see it. `windows`: outcome, against (the period compared with), activity.

    `confirmed` are the keys of the forms whose records the police confirm.
    """

    id: int
    key: str
    place_id: int
    name: Mapping[str, str]
    windows: Mapping[str, Window]
    zone: str
    calendar: str
    baseline_codes: tuple[str, ...] = ()
    confirmed: frozenset[str] = frozenset()
    # What figures are made with beside records: units, facts, severity, special spans, the calendar's cut, hazards.
    counting: Mapping[str, Any] = field(default_factory=dict)
    plan: Mapping[str, Any] = field(default_factory=dict)
    # What official reports say, as report.yaml has it; None where the pack has none.
    report: Mapping[str, Any] | None = None
    # How soon records are to be reviewed: of these lines the first that fits.
    review: Sequence[Mapping[str, Any]] = ()


def load_yaml_with_lines(text: str, filename: str) -> Lined:
    """The data in a YAML text with its lines; raises `PackRefused` when it can't be read at all."""
    try:
        aliases = [event for event in yaml.parse(text, Loader=yaml.SafeLoader) if isinstance(event, yaml.AliasEvent)]
        if aliases:
            raise PackRefused(Fault(filename, _line(at.start_mark), "aliases (*) are not read") for at in aliases)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it can't be read as YAML"
        raise PackRefused([Fault(filename, _line(mark), str(problem))]) from None
    if node is None:
        raise PackRefused([Fault(filename, 1, "the file is empty")])
    reader = _Reader(filename)
    data = reader.read(node, ())
    if reader.faults:
        raise PackRefused(reader.faults)
    return Lined(filename, data, reader.lines)


def _line(mark: Any) -> int:
    return 1 if mark is None else int(mark.line) + 1


class _Reader:
    """Turns YAML nodes into data, keeping lines; dates and numbers as YAML's safe schema reads them."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.lines: dict[Path, int] = {}
        self.faults: list[Fault] = []

    def read(self, node: yaml.Node, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.CollectionNode) and node.tag not in PLAIN:
            self._fault(node, f"the tag {node.tag} is not read")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = unicodedata.normalize("NFC", str(key_node.value))
            if key in found:
                self._fault(key_node, f"'{key}' is given twice")
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            found[key] = self.read(value_node, (*path, key))
        return found

    def _scalar(self, node: yaml.Node) -> Any:
        constructor = yaml.SafeLoader("")
        try:
            value = constructor.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self._fault(node, f"{node.value!r} can't be read as {node.tag.rpartition(':')[2]}")
            return None
        return unicodedata.normalize("NFC", value) if isinstance(value, str) else value

    def _fault(self, node: yaml.Node, message: str) -> None:
        self.faults.append(Fault(self.filename, node.start_mark.line + 1, message))


def flatten(messages: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """marshmallow's nested error messages as (path, message)."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from flatten(inner, path if key == "_schema" else (*path, key))
    elif isinstance(messages, list):
        for message in messages:
            yield from flatten(message, path)
    else:
        yield path, str(messages)


def review_faults(review: Lined, forms: Mapping[str, Sequence[str]]) -> Iterator[Fault]:
    """What a campaign's deadlines say of its forms that isn't so; `forms`: the paths of each form's questions."""
    for index, deadline in enumerate(review.data):
        form, question = deadline.get("form"), deadline.get("above_zero")
        if form is not None and form not in forms:
            yield review.fault(("review", index, "form"), f"the pack has no form '{form}'")
        elif question is not None and question not in forms[str(form)]:
            yield review.fault(("review", index, "above_zero"), f"the form {form} has no question '{question}'")


def confirmed_faults(campaign: Lined, keys: Iterable[str]) -> Iterator[Fault]:
    """The forms that are to be confirmed and that the pack doesn't have."""
    for index, form in enumerate(campaign.data):
        if form not in keys:
            yield campaign.fault(("confirmed", index), f"the pack has no form '{form}'")


def hazard_faults(hazards: Lined, forms: Mapping[str, Sequence[str]], codes: Collection[str]) -> Iterator[Fault]:
    """What the map of hazards says of the pack's forms and indicators that isn't so."""
    if hazards.data is None:
        return
    form = hazards.data["form"]
    if form not in forms:
        yield hazards.fault(("hazards", "form"), f"the pack has no form '{form}'")
        return
    for member in ("point", "kind", "status", "due"):
        if hazards.data[member] not in forms[form]:
            message = f"the form {form} has no question '{hazards.data[member]}'"
            yield hazards.fault(("hazards", member), message)
    for state, code in hazards.data["counts"].items():
        if code not in codes:
            yield hazards.fault(("hazards", "counts", state), f"indicators.yaml has no indicator '{code}'")


def severity_faults(severity: Lined, forms: Mapping[str, Sequence[str]]) -> Iterator[Fault]:
    """What severity.yaml says of the pack's forms that isn't so; `forms`: the paths of each form's questions."""
    for form, reads in severity.data["forms"].items():
        if form not in forms:
            yield severity.fault(("forms", form), f"the pack has no form '{form}'")
            continue
        for member, path in reads.items():
            if isinstance(path, str) and path not in forms[form]:
                name = member.rstrip("_")
                yield severity.fault(("forms", form, name), f"the form {form} has no question '{path}'")


def window_faults(windows: Mapping[str, Mapping[str, date]]) -> Iterator[tuple[Path, str]]:
    """What is wrong with a campaign's windows, by path below `windows`."""
    for name, window in windows.items():
        if window["to"] < window["from"]:
            yield (name, "to"), "the window ends before it begins"
    if {"outcome", "against"} <= set(windows) and windows["against"]["to"] >= windows["outcome"]["from"]:
        yield ("against", "to"), "the period compared with must end before the outcome window begins"
