"""The words for what is wrong with a value, where the form has none of its own. The phone's twin is `messages.ts`."""

from __future__ import annotations

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
    "unknown": {
        "vi": "Biểu mẫu không có câu hỏi này.",
        "en": "The form has no such question.",
        "km": "ទម្រង់មិនមានសំណួរនេះទេ។",
    },
}
