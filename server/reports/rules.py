"""What an export's files look like. Pure.

1. Nothing is left out: every answer of every record is in a table or, where its form doesn't know it, under `other`.
2. A text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV injection). Where the exact
   text matters, it is in `revisions.jsonl` as it was typed.
3. A table of records has one line a record; each repeat has a table of its own, one line an item.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Row = Sequence[object]
# As the app says it.
STOOD_IN = {"vi": "{name}, thay {whom}", "en": "{name}, for {whom}", "km": "{name} ជំនួស {whom}"}
# What Excel, LibreOffice and Google Sheets may take for a formula: these signs, also full-width or small ones (Excel in
# East Asian languages reads them too) and behind blanks; and whatever comes behind a tab or a line's end.
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠﹦﹢﹣﹫]|[\t\r\n]")
PLAIN_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
ITEM = re.compile(r"[1-9]\d*-[1-9]\d*")


@dataclass(frozen=True)
class Names:
    """What numbers are called in this export: people, places (code and name), forms (key and version)."""

    people: Mapping[int, str]
    places: Mapping[int, tuple[str, str]]
    forms: Mapping[int, tuple[str, str]]
    zone: ZoneInfo
    # For whom a person did at places what takes a decision (None: between two values), at that moment; or None.
    acting: Callable[[int, Collection[int], datetime, str | None], int | None] = lambda *_: None
    language: str = "vi"

    def person(self, number: int | None) -> list[object]:
        """Two cells: number and name."""
        return [number, "" if number is None else self.people[number]]

    def decider(self, number: int, places: Collection[int], at: datetime, decision: str | None) -> list[object]:
        """Number and name of who decided, with the name of for whom they stood in."""
        whom = self.acting(number, places, at, decision)
        name = self.people[number]
        return [number, name if whom is None else STOOD_IN[self.language].format(name=name, whom=self.people[whom])]

    def place(self, number: int | None) -> list[object]:
        """Two cells: code and name."""
        return ["", ""] if number is None else list(self.places[number])

    def moment(self, moment: datetime | None) -> str:
        """Local time as spreadsheets read it."""
        return "" if moment is None else moment.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")


def cell(value: object) -> object:
    """What stands in a cell of a CSV file: `plain`, with an apostrophe before texts that a spreadsheet would run."""
    shown = plain(value)
    return f"'{shown}" if isinstance(shown, str) and would_run(shown) else shown


def plain(value: object) -> object:
    """What stands in one cell: numbers as they are, lists by their names, everything else as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def would_run(text: str) -> bool:
    """Whether a spreadsheet may take a text for a formula."""
    return FORMULA.match(text) is not None and not PLAIN_NUMBER.fullmatch(text)


# ---------------------------------------------------------------- answers


@dataclass(frozen=True)
class Split:
    """A document as tables have it: answers outside repeats, items by repeat and ids, what the form doesn't know."""

    plain: Mapping[str, object]
    items: Mapping[str, Mapping[tuple[str, ...], Mapping[str, object]]]
    other: Mapping[str, object]


class Layout:
    """The columns of a form version: those of its records, and those of each repeat."""

    def __init__(self, fields: Sequence[str]) -> None:
        around = {path: _prefixes(path.rpartition("/")[0]) for path in fields}
        known = set(fields)
        # A repeat is a field that other fields lie in.
        self.repeats = frozenset(prefix for prefixes in around.values() for prefix in prefixes if prefix in known)
        # The innermost repeat that each field lies in; a repeat's own value is in its own items.
        self._owner: dict[str, str | None] = {}
        self._columns: dict[str | None, list[str]] = {None: []}
        for path in fields:
            within = [prefix for prefix in around[path] if prefix in self.repeats]
            self._owner[path] = path if path in self.repeats else within[-1] if within else None
            if path not in self.repeats:
                self._columns.setdefault(self._owner[path], []).append(path)

    def columns(self, repeat: str | None = None) -> list[str]:
        """The fields of a record's own line, or of an item of a repeat."""
        return self._columns.get(repeat, [])

    def split(self, document: Mapping[str, object]) -> Split:
        """Sorts the answers of a document into tables."""
        plain: dict[str, object] = {}
        items: dict[str, dict[tuple[str, ...], dict[str, object]]] = {}
        other: dict[str, object] = {}
        for path, value in document.items():
            ids: tuple[str, ...] = ()
            name = path
            if "-" in path:
                parts = path.split("/")
                ids = tuple(part for part in parts if ITEM.fullmatch(part))
                name = "/".join(part for part in parts if not ITEM.fullmatch(part))
            repeat = self._owner.get(name)
            if name not in self._owner or bool(ids) != (repeat is not None):
                other[path] = value
            elif repeat is None:
                plain[name] = value
            else:
                items.setdefault(repeat, {}).setdefault(ids, {})[name] = value
        return Split(plain, items, other)


def _prefixes(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


# ---------------------------------------------------------------- tables

RECORD = (
    "record", "form", "version", "place_code", "place", "author", "author_name", "first_received", "rev", "state",
    "approved_rev", "open_conflicts", "typed_at", "received_at", "decision", "decision_reason", "decided_by",
    "decided_by_name", "decided_at", "decided_rev", "hash",
)  # fmt: skip
HEADERS: Mapping[str, Sequence[str]] = {
    "conflicts": (
        "record", "conflict", "question", "opened_at", "rev", "base",
        "head_value", "head_by", "head_by_name", "head_device", "head_at",
        "their_value", "their_by", "their_by_name", "their_device", "their_at",
        "state", "chosen", "decided_by", "decided_by_name", "decided_at", "decided_rev", "rule",
    ),
    "decisions": ("record", "rev", "decision", "reason", "by", "by_name", "at", "received_at"),
    "moves": (
        "record", "rev", "from_code", "from", "to_code", "to", "by", "by_name", "at", "received_at",
    ),
    "held": (
        "item", "record", "place_code", "place", "author", "author_name", "device", "number", "reason", "detail",
        "received_at", "status", "settled_by", "settled_by_name", "settled_at", "content",
    ),
    "questions": ("form", "version", "question", "type", "label_vi", "label_en", "label_km"),
    "choices": ("form", "version", "question", "value", "label_vi", "label_en", "label_km"),
}  # fmt: skip
LANGUAGES = ("vi", "en", "km")


def record_row(head: Mapping[str, Any], names: Names, layout: Layout) -> list[object]:
    """A record's line: what is known of it, its answers, and as JSON what its form version doesn't know."""
    found = layout.split(head["values"])
    review = head["review"] or {}
    key, version = names.forms[head["form"]]
    decided = datetime.fromisoformat(review["at"]) if review else None
    return [
        head["record"], key, version, *names.place(head["place"]), *names.person(head["by"]),
        names.moment(head["created"]), head["rev"], head["state"], head["approved"], head["conflicts"],
        names.moment(head["at"]), names.moment(head["received"]),
        review.get("decision"), review.get("reason"), *_reviewer(head, names), names.moment(decided),
        review.get("rev"), head["hash"],
        *(found.plain.get(path) for path in layout.columns()),
        dict(found.other) or None,
    ]  # fmt: skip


def _reviewer(head: Mapping[str, Any], names: Names) -> list[object]:
    review = head["review"]
    if review is None:
        return names.person(None)
    return names.decider(review["by"], head["places"], review["received"], review["decision"])


def record_header(layout: Layout) -> list[str]:
    """The first line above `record_row`."""
    return [*RECORD, *layout.columns(), "other"]


def item_header(layout: Layout, repeat: str) -> list[str]:
    """The first line above `item_rows`: the record, ids of the items around, place in the order, answers."""
    around = [prefix for prefix in _prefixes(repeat) if prefix in layout.repeats]
    return ["record", *(f"{path}#" for path in around), "order", *layout.columns(repeat)]


def item_rows(head: Mapping[str, Any], layout: Layout, repeat: str) -> Iterator[list[object]]:
    """A line for each item of a repeat, in their order."""
    items = layout.split(head["values"]).items.get(repeat, {})

    def place(entry: tuple[tuple[str, ...], Mapping[str, object]]) -> tuple[object, ...]:
        ids, answers = entry
        order = answers.get(repeat)
        number = order if isinstance(order, int | float) else 0
        return (*ids[:-1], number, *(int(part) for part in ids[-1].split("-")))

    for ids, answers in sorted(items.items(), key=place):
        yield [head["record"], *ids, answers.get(repeat), *(answers.get(path) for path in layout.columns(repeat))]


def conflict_row(conflict: Mapping[str, Any], names: Names) -> list[object]:
    """Both values, who typed them, and what was decided by whom."""
    row: list[object] = [conflict["record"], conflict["conflict"], conflict["path"], names.moment(conflict["opened"])]
    row += [conflict["rev"], conflict["base"]]
    for side in (conflict["head"], conflict["theirs"]):
        at = names.moment(datetime.fromisoformat(side["at"]))
        row += [side["value"], *names.person(side["by"]), side["device"], at]
    decided = conflict["decided"]
    if decided is None:
        return [*row, "open", None, None, None, None, None, None]
    # Where the field's rule decided, nobody did.
    by = names.person(None)
    if not decided["rule"]:
        by = names.decider(decided["by"], conflict["places"], decided["received"], None)
    row += ["decided", decided["value"], *by, names.moment(decided["at"]), decided["rev"]]
    return [*row, decided["rule"]]


def decision_row(decision: Mapping[str, Any], names: Names) -> list[object]:
    """One review."""
    said = [decision["record"], decision["rev"], decision["decision"], decision["reason"]]
    by = names.decider(decision["by"], decision["places"], decision["received"], decision["decision"])
    return [*said, *by, names.moment(decision["at"]), names.moment(decision["received"])]


def move_row(moved: Mapping[str, Any], names: Names) -> list[object]:
    """One move."""
    where = [*names.place(moved["from"]), *names.place(moved["to"])]
    when = [names.moment(moved["at"]), names.moment(moved["received"])]
    return [moved["record"], moved["rev"], *where, *names.person(moved["by"]), *when]


def held_row(item: Mapping[str, Any], names: Names) -> list[object]:
    """One item of the quarantine, its content whole as JSON."""
    return [
        item["item"], item["record"], *names.place(item["place"]), *names.person(item["by"]), item["device"], item["n"],
        item["reason"], item["detail"] or None, names.moment(item["received"]), item["status"],
        *names.person(item["settled_by"]), names.moment(item["settled"]), item["payload"],
    ]  # fmt: skip


def question_rows(form: tuple[str, str], nodes: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """What the columns of a form version ask."""
    for node in nodes:
        if "pos" in node:
            yield [*form, node["path"], node["t"], *_words(node.get("label"))]


def choice_rows(form: tuple[str, str], nodes: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """What the values of choices mean."""
    for node in nodes:
        for choice in node.get("choices", ()) if "pos" in node else ():
            yield [*form, node["path"], choice["v"], *_words(choice.get("label"))]


def _words(label: object) -> list[object]:
    words = label if isinstance(label, Mapping) else {}
    return [words.get(language, "") for language in LANGUAGES]


def line(entry: Mapping[str, Any]) -> str:
    """An entry as one line of JSON."""
    return json.dumps(entry, ensure_ascii=False, default=_iso, separators=(",", ":"))


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def file_name(text: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.") or "x"


ABOUT = """Bến: dữ liệu của chiến dịch / data of a campaign

{campaign}
{now} ({zone}) · {by}

records-*.csv    mỗi phiếu một dòng, đúng như lúc xuất; mỗi nhóm lặp có bảng riêng (cột # là mã mục)
                 one line a record as it stood; each repeat has its own table (columns with # are item ids)
revisions.jsonl  mọi bản của mọi phiếu, nguyên văn / every revision of every record, exactly as typed
decisions.csv    duyệt, trả lại, từ chối / approvals, returns, rejections
conflicts.csv    hai giá trị khác nhau, ai ghi, ai chọn / both values, whose they are, who decided
moves.csv        phiếu chuyển địa bàn / records that went to another place
held.csv         mục đang giữ riêng hoặc đã xử lý / what was held, and what became of it
questions.csv, choices.csv   câu hỏi và lựa chọn / questions and choices

Số liệu chính thức chỉ tính bản đã duyệt (cột approved_rev; nội dung bản ấy ở revisions.jsonl).
Official figures count approved revisions only (approved_rev; their content is in revisions.jsonl).
Chữ có thể bị bảng tính hiểu là công thức được thêm dấu ' ở trước.
A text that a spreadsheet might run as a formula has ' put before it.
"""
ABOUT_BOOK = """Dữ liệu của chiến dịch / data of a campaign
{campaign}
{now} ({zone}) · {by}

Mỗi biểu mẫu một trang, mỗi phiếu một dòng, đúng như lúc xuất; mỗi nhóm lặp có trang riêng (cột # là mã mục).
A sheet for each form, one line a record as it stood; each repeat has its own sheet (columns with # are item ids).
Ô dài hơn 32.767 ký tự bị cắt và có dấu […] ở cuối; bản đầy đủ có trong tệp ZIP.
A cell longer than 32,767 characters is cut and ends with […]; the ZIP file has it whole.
Số liệu chính thức chỉ tính bản đã duyệt (cột approved_rev).
Official figures count approved revisions only (approved_rev).
"""
