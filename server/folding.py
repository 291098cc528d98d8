"""Texts as they are compared: without what people leave out or write each in their own way. Pure."""

from __future__ import annotations

import re
import unicodedata

_LATIN_MARKS = re.compile("[\u0300-\u036f]")
# Khmer is written without spaces; texts may carry invisible breaks that nobody types.
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff]")
_SIGNS = re.compile(r"[^\w\u1780-\u17ff]+|_")


def spelled(text: str) -> str:
    """A text without capitals, punctuation and needless spaces: "Xã  NGÃI XUYÊN." is "xã ngãi xuyên"."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).casefold()
    return " ".join(_SIGNS.sub(" ", plain).split())


def folded(text: str) -> str:
    """The same without diacritics: "xa ngai xuyen". Khmer's signs are left: without them its words are others."""
    bare = _LATIN_MARKS.sub("", unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "d")))
    return spelled(bare)
