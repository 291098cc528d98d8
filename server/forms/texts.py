"""A form's words: translations, media and the values inside labels, as the compiled form has them.

Rules:
- A language's key is its code where it has one ('English (en)' is 'en', 'Vietnamese' is 'vi'), else its name.
- A text that a language lacks is the form's own language's; pyxform writes '-' where there is none.
- A value inside a text is a number between two U+FFFC; the expressions stand in one list for the whole form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from server.forms.expressions import Expr
from server.forms.secondary import local

Texts = dict[str, str]

MARK = "\ufffc"
MEDIA = ("image", "big-image", "audio", "video")
_CODE = re.compile(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)\s*$")
_CODES = {
    "vietnamese": "vi",
    "tiếng việt": "vi",
    "khmer": "km",
    "ខ្មែរ": "km",
    "english": "en",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "portuguese": "pt",
    "português": "pt",
    "arabic": "ar",
    "hindi": "hi",
    "swahili": "sw",
    "indonesian": "id",
    "lao": "lo",
    "thai": "th",
}
_SPACE = re.compile(r"[ \t\r\n]+")
_ITEXT = re.compile(r"^\s*jr:itext\(\s*(['\"])(.*)\1\s*\)\s*$", re.DOTALL)


def language_key(name: str) -> str:
    """The key of a language from what the form calls it."""
    match = _CODE.search(name)
    return match.group(1).lower() if match else _CODES.get(name.strip().lower(), name.strip() or "default")


class Words:
    """All texts of one form. `read` parses the expression of a value inside a text."""

    def __init__(self, model: Element, read: Callable[[str], Expr], languages: Sequence[str] = ()) -> None:
        """`languages`: the keys that the texts are wanted in, the form's own first; all that there are without them."""
        self.read = read
        self.out: list[Expr] = []
        self.called: Texts = {}
        self.languages: list[str] = []
        self.files: set[str] = set()
        # id -> form ('' for the label) -> language -> words
        self._found: dict[str, dict[str, Texts]] = {}
        translations = [child for child in model.iter() if local(child.tag) == "translation"]
        # The default comes first; without one the first is the form's own.
        for translation in sorted(translations, key=lambda each: each.get("default") is None):
            self._translation(translation)
        self.languages = list(languages) or self.languages or ["default"]

    def _translation(self, translation: Element) -> None:
        name = translation.get("lang", "")
        key = language_key(name)
        if key in self.languages:
            key = name
        self.languages.append(key)
        if key not in ("vi", "en", "km", "default"):
            self.called[key] = _CODE.sub("", name).strip() or name
        for text in translation:
            forms = self._found.setdefault(text.get("id", ""), {})
            for value in text:
                words = self.words(value)
                if words not in ("", "-"):
                    forms.setdefault(value.get("form", ""), {})[key] = words

    def words(self, element: Element) -> str:
        """The words of an element, its outputs as numbers between marks."""
        parts = [(element.text or "").replace(MARK, "")]
        for child in element:
            if local(child.tag) == "output":
                parts.append(self.output(child.get("value") or child.get("ref") or ""))
            parts.append((child.tail or "").replace(MARK, ""))
        text = "".join(parts)
        # A label that is laid out over lines in the file is one line; a line that begins plainly is kept.
        return _SPACE.sub(" ", text).strip() if "\n" in text and re.search(r"\n[ \t]+", text) else text.strip()

    def output(self, expression: str) -> str:
        """The mark for a value."""
        tree = self.read(expression)
        if tree not in self.out:
            self.out.append(tree)
        return f"{MARK}{self.out.index(tree)}{MARK}"

    def whole(self, texts: Texts) -> Texts:
        """The text in every language."""
        own = next((texts[key] for key in self.languages if key in texts), "")
        return {key: texts.get(key) or own for key in self.languages} if texts else {}

    def of_id(self, key: str) -> dict[str, Any]:
        """The parts of a text: 'label', 'guidance' and 'media', those that there are."""
        forms = self._found.get(key, {})
        label = forms.get("", {}) or forms.get("long", {}) or forms.get("short", {})
        media = {}
        for kind in MEDIA:
            if found := forms.get(kind):
                names = {language: _file_name(words) for language, words in found.items()}
                self.files |= set(names.values())
                media[kind] = self.whole(names)
        parts = {"label": self.whole(label), "guidance": self.whole(forms.get("guidance", {})), "media": media}
        return {name: part for name, part in parts.items() if part}

    def of(self, element: Element | None) -> dict[str, Any]:
        """The same for a label or hint: by its itext id, its own words, or the question that it shows."""
        if element is None:
            return {}
        reference = element.get("ref")
        if reference and (match := _ITEXT.match(reference)):
            return self.of_id(match.group(2))
        words = self.output(reference) if reference else self.words(element)
        return {"label": dict.fromkeys(self.languages, words)} if words else {}

    def of_message(self, text: str | None) -> Texts:
        """A constraint's or requirement's message; {} without one."""
        if not text:
            return {}
        match = _ITEXT.match(text)
        found: Texts = self.of_id(match.group(2)).get("label", {}) if match else dict.fromkeys(self.languages, text)
        return found

    def dynamic(self, ids: Iterable[str]) -> dict[str, Any]:
        """The texts with these ids, for lists whose choices are not known in advance."""
        found = {key: self.of_id(key) for key in sorted(set(ids))}
        return {key: {"label": {}, **parts} for key, parts in found.items() if parts}


def _file_name(uri: str) -> str:
    return uri.rpartition("/")[2]


def stable(value: Any) -> str:
    """One text for equal JSON values."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
