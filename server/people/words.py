"""What a list of people calls things: headings, roles, languages, places. Pure.

Rules:
- Capitals, diacritics and punctuation make no difference, nor does the app's language: "Ho ten" is "Họ và tên".
- A place is meant by its code, else by its whole name, else by its name without its kind ("Ngãi Xuyên"). Of these the
  first that fits anything counts, and as it is spelled before as it is without diacritics.
- What fits several places is nobody's to guess: all are given back. A kind that is written must be the place's own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from server.folding import folded, spelled
from server.people.rules import LANGUAGES, ROLE_NAMES

FIELDS = ("name", "role", "place", "language")
# What columns are called (`server.lists.Layout`); `family`: what of a name stands in a column of its own.
HEADINGS: Mapping[str, Sequence[str]] = {
    "name": (
        *("ho va ten", "ho ten", "ho ten day du", "ho va ten nguoi dung", "ten day du", "full name", "fullname"),
        *("name", "ten", "nguoi", "ឈ្មោះ", "ឈ្មោះពេញ", "គោត្តនាម និងនាម"),
    ),
    "family": ("ho", "ho dem", "ho va dem", "ho va ten dem", "ho va chu dem", "ho lot", "surname", "last name"),
    "role": ("vai tro", "vai tro trong ben", "role", "nhiem vu", "tu cach", "chuc danh", "chuc vu", "តួនាទី"),
    "place": (
        *("dia ban", "place", "ma dia ban", "ma don vi", "ma xa", "place code", "code", "don vi hanh chinh"),
        *("xa phuong thi tran", "xa thi tran", "xa phuong", "xa", "phuong", "commune", "dia phuong", "don vi"),
        *("unit", "noi phu trach", "noi lam viec", "noi", "ទីកន្លែង", "ឃុំ", "អង្គភាព"),
    ),
    "language": ("ngon ngu", "language", "tieng", "ភាសា"),
}
_ROLES = {
    "tnv": "TNV", "thanh nien tinh nguyen": "TNV",
    "giam sat": "GSV",
    "thuong truc": "TT", "van phong ban atgt": "TT",
    "lanh dao": "LD", "leader": "LD", "ថ្នាក់ដឹកនាំគណៈកម្មាធិការ": "LD",
    "cong an xa": "CAX", "commune police": "CAX", "នគរបាលឃុំ": "CAX",
    "hoi dong thi dua khen thuong": "TDKT", "thi dua khen thuong": "TDKT",
    "dau moi": "TH", "truong hoc": "TH", "doan the": "TH",
    "quan tri": "QT", "admin": "QT",
    "viewer": "XEM",
}  # fmt: skip
_LANGUAGES = {
    "vi": ("viet", "tieng viet", "vietnamese", "kinh", "វៀតណាម", "ភាសាវៀតណាម"),
    "km": (
        "khmer",
        "tieng khmer",
        "kho me",
        "khome",
        "tieng kho me",
        "khmer language",
        "cambodian",
        "ខ្មែរ",
        "ភាសាខ្មែរ",
    ),
    "en": ("anh", "tieng anh", "english", "អង់គ្លេស", "ភាសាអង់គ្លេស"),
}
# How the kind of a unit is written before its name, or after it in English; the short ones as people write them.
_SHORT = {
    "x": "xa",
    "p": "phuong",
    "tt": "thi tran",
    "h": "huyen",
    "t": "tinh",
    "tp": "thanh pho",
    "tx": "thi xa",
    "q": "quan",
}
_KINDS = ("thi tran", "thanh pho", "thi xa", "xa", "phuong", "huyen", "quan", "tinh", "ap", "khom")
_KINDS_AFTER = ("commune", "township", "district", "province", "ward", "city", "town", "hamlet")
_KINDS_KHMER = ("ឃុំ", "ទីរួមស្រុក", "ស្រុក", "ខេត្ត", "សង្កាត់", "ភូមិ")
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LONGEST_NAME = 120
MOST_NEAR = 5


def name_of(text: str) -> str:
    """A person's name as it is kept: NFC, one space between words."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def name_fault(name: str) -> str | None:
    """What is wrong with a name as `name_of` gives it; None: nothing."""
    if not name:
        return "name-missing"
    if len(name) > LONGEST_NAME:
        return "name-long"
    if _CONTROL.search(name) or name.startswith("#") or not any(letter.isalpha() for letter in name):
        return "name-unread"
    return None


def same_name(one: str) -> str:
    """What two spellings of one name have in common: capitals and spaces make no difference, diacritics do."""
    return name_of(one).casefold()


def _by_folded(given: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {folded(name): code for name, code in given}


ROLES = _by_folded(
    [
        *((name, role) for role, names in ROLE_NAMES.items() for name in names.values()),
        *((role, role) for role in ROLE_NAMES),
        *_ROLES.items(),
    ]
)
SPOKEN = _by_folded(
    [
        *((code, code) for code in LANGUAGES),
        *((name, code) for code, names in _LANGUAGES.items() for name in names),
    ]
)


@dataclass(frozen=True)
class Unit:
    """A place with its code and its names."""

    id: int
    code: str | None
    names: tuple[str, ...]


class Units:
    """Places that are looked for by what somebody wrote."""

    def __init__(self, units: Collection[Unit]) -> None:
        self._codes = _index(units, lambda unit: [_code(unit.code)] if unit.code else [])
        self._levels = [
            (spelled, _index(units, lambda unit: [spelled(name) for name in unit.names])),
            (_full, _index(units, lambda unit: [_full(name) for name in unit.names])),
            (_no_kind, _index(units, lambda unit: [spelled(_bare(name)) for name in unit.names])),
            (_no_kind_folded, _index(units, lambda unit: [folded(_bare(name)) for name in unit.names])),
        ]

    def find(self, text: str) -> list[int]:
        """The places that a text means: one; several where it is ambiguous; none."""
        if code := self._codes.get(_code(text)):
            return sorted(code)
        for key, index in self._levels:
            if found := index.get(key(text), set()) if key(text) else set():
                return sorted(found)
        return []

    def near(self, text: str) -> list[int]:
        """Places whose names are like a text that means none, the likest first."""
        names = self._levels[-1][1]
        likest = get_close_matches(folded(_bare(text)), list(names), MOST_NEAR, 0.6)
        return list(dict.fromkeys(place for name in likest for place in sorted(names[name])))[:MOST_NEAR]


def _index(units: Iterable[Unit], keys: Callable[[Unit], Iterable[str]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for unit in units:
        for key in keys(unit):
            if key:
                found.setdefault(key, set()).add(unit.id)
    return found


def _code(text: str) -> str:
    """A code as it is compared: spreadsheets take the zeros before a number away."""
    return text.strip().casefold().lstrip("0")


def _full(text: str) -> str:
    """A whole name without diacritics, its kind written out."""
    first, _, rest = folded(text).partition(" ")
    return f"{_SHORT[first]} {rest}" if rest and first in _SHORT else folded(text)


def _bare(name: str) -> str:
    """A name without its kind, in the spelling that it has."""
    words = spelled(name).split()
    flat = [folded(word) for word in words]
    for kind in _KINDS:
        parts = kind.split()
        if flat[: len(parts)] == parts and len(words) > len(parts):
            return " ".join(words[len(parts) :])
    if len(words) > 1 and (flat[-1] in _KINDS_AFTER):
        return " ".join(words[:-1])
    if len(words) > 1 and flat[0] in _SHORT:
        return " ".join(words[1:])
    khmer = next((kind for kind in _KINDS_KHMER if name.strip().startswith(kind)), None)
    return name.strip()[len(khmer) :] if khmer else name


def _no_kind(text: str) -> str:
    """A name that is written without a kind; else nothing: it would be another place than the one that is written."""
    return spelled(text) if spelled(_bare(text)) == spelled(text) else ""


def _no_kind_folded(text: str) -> str:
    return folded(text) if _no_kind(text) else ""
