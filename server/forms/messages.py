"""The words for what is wrong with a value, where the form has none of its own. The phone's twin is `messages.ts`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Texts = dict[str, str]

MESSAGES: dict[str, Texts] = {
    "type": {
        "vi": "Giá trị này không đúng kiểu.",
        "en": "This is not the right kind of value.",
        "km": "តម្លៃនេះមិនត្រឹមត្រូវទេ។",
    },
    "length": {
        "vi": "Nội dung quá dài (tối đa 4.000 ký tự).",
        "en": "This is too long (at most 4,000 characters).",
        "km": "អត្ថបទវែងពេក (យ៉ាងច្រើន 4.000 តួអក្សរ)។",
    },
    "choice": {
        "vi": "Lựa chọn này không có trong biểu mẫu.",
        "en": "This choice is not in the form.",
        "km": "ជម្រើសនេះមិនមានក្នុងទម្រង់ទេ។",
    },
    "required": {
        "vi": "Cần trả lời câu này.",
        "en": "This needs an answer.",
        "km": "ត្រូវបំពេញចម្លើយនេះ។",
    },
    "constraint": {
        "vi": "Giá trị này không được chấp nhận.",
        "en": "This value can't be accepted.",
        "km": "តម្លៃនេះមិនអាចទទួលយកបានទេ។",
    },
    "count": {
        "vi": "Số mục ở đây không đúng với điều biểu mẫu yêu cầu.",
        "en": "There are not as many entries here as the form asks for.",
        "km": "ចំនួនធាតុនៅទីនេះមិនត្រូវនឹងអ្វីដែលទម្រង់សួរទេ។",
    },
    "readonly": {
        "vi": "Câu này chỉ để đọc, không ghi vào được.",
        "en": "This is only to be read, nothing can be written here.",
        "km": "សំណួរនេះសម្រាប់អានប៉ុណ្ណោះ មិនអាចសរសេរបានទេ។",
    },
    "work": {
        "vi": "Bản ghi này có quá nhiều mục để máy chủ kiểm tra được.",
        "en": "This record holds too much for the server to check.",
        "km": "កំណត់ត្រានេះមានទិន្នន័យច្រើនពេក ម៉ាស៊ីនមេមិនអាចពិនិត្យបានទេ។",
    },
    "unknown": {
        "vi": "Biểu mẫu không có câu hỏi này.",
        "en": "The form has no such question.",
        "km": "ទម្រង់មិនមានសំណួរនេះទេ។",
    },
}

# What the XLSForm word or_other adds to a question: pyxform says it in English, whatever the form speaks.
OR_OTHER: dict[str, Texts] = {
    "Other": {"vi": "Khác", "en": "Other", "km": "ផ្សេងទៀត"},
    "Specify other.": {"vi": "Ghi rõ nội dung khác", "en": "Specify other.", "km": "សូមបញ្ជាក់"},
}

_VALUE = re.compile("\ufffc([0-9]+)\ufffc")


def filled(words: Mapping[str, str], value: Callable[[int], str]) -> Texts:
    """Words in each language with the values put in that stand in them."""
    return {
        language: _VALUE.sub(lambda match: value(int(match.group(1))), text) if "\ufffc" in text else text
        for language, text in words.items()
    }


def say_other(questions: Iterable[Mapping[str, Any]]) -> None:
    """Gives what or_other added its words in each language that has them; what a form says itself stays.

    It adds a choice to the question's list, so other questions with that list have it too.
    """
    by_path = {question["path"]: question for question in questions}
    lists = []
    for path, asked in by_path.items():
        question = by_path.get(path.removesuffix("_other"))
        if asked["t"] == "text" and question is not None and question is not asked:
            _say(asked, "Specify other.")
            lists.append(_values(question))
    for question in by_path.values():
        if _values(question) in lists:
            for choice in question.get("choices", ()):
                if choice["v"] == "other":
                    _say(choice, "Other")


def _values(question: Mapping[str, Any]) -> list[str]:
    return [choice["v"] for choice in question.get("choices", ())]


def _say(shown: Mapping[str, Any], english: str) -> None:
    label = shown.get("label", {})
    if set(label.values()) == {english}:
        label.update({language: OR_OTHER[english].get(language, english) for language in label})
