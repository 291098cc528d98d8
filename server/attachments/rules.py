"""What may be attached to a record, how it is named, and how its bytes are told apart. Pure.

1. A file's name is its content: `<SHA-256 of its bytes as the phone keeps them>.<ending>`. The same photo sent by
   anybody, however often, is one attachment.
2. What a file is is told by its bytes, never by what its sender says of it. A picture is JPEG, PNG or WebP, whichever
   of the three its ending says; any other file must begin as its ending promises.
3. Only pictures, sound and film are ever shown by a browser; everything else is handed out to be saved.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

NAME = re.compile(r"([0-9a-f]{64})\.([a-z0-9]{2,4})", re.ASCII)
PREVIEW = ".preview"
LARGEST_PREVIEW = 20_000
HEAD_BYTES = 65_536  # enough of a file to tell what it is
SHOWN = ("image/", "audio/", "video/")

# ending: (what it is served as, how its bytes begin); None: the bytes are told in another way, below
PICTURES = ("jpg", "png", "webp")
OTHERS: Mapping[str, tuple[str, tuple[tuple[int, bytes], ...]]] = {
    "ogg": ("audio/ogg", ((0, b"OggS"),)),
    "opus": ("audio/ogg", ((0, b"OggS"),)),
    "webm": ("video/webm", ((0, b"\x1a\x45\xdf\xa3"),)),
    "m4a": ("audio/mp4", ((4, b"ftyp"),)),
    "mp3": ("audio/mpeg", ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2"), (0, b"\xff\xfa"))),
    "aac": ("audio/aac", ((0, b"\xff\xf1"), (0, b"\xff\xf9"))),
    "amr": ("audio/amr", ((0, b"#!AMR"),)),
    "wav": ("audio/wav", ((8, b"WAVE"),)),
    "mp4": ("video/mp4", ((4, b"ftyp"),)),
    "mov": ("video/quicktime", ((4, b"ftyp"), (4, b"moov"), (4, b"wide"), (4, b"mdat"))),
    "3gp": ("video/3gpp", ((4, b"ftyp"),)),
    "pdf": ("application/pdf", ((0, b"%PDF-"),)),
    "zip": ("application/zip", ((0, b"PK\x03\x04"), (0, b"PK\x05\x06"))),
    "docx": ("application/octet-stream", ((0, b"PK\x03\x04"),)),
    "xlsx": ("application/octet-stream", ((0, b"PK\x03\x04"),)),
    "csv": ("text/csv", ()),
    "txt": ("text/plain", ()),
    "bin": ("application/octet-stream", ()),
}
TEXTS = ("csv", "txt")
FILM_IN_WEBM = (b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG")


@dataclass(frozen=True)
class Named:
    """A content name taken apart, and whether its preview is meant."""

    name: str
    ending: str
    preview: bool = False

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes, in hex."""
        return self.name[:64]

    @property
    def picture(self) -> bool:
        """Whether it must be a picture."""
        return self.preview or self.ending in PICTURES

    @property
    def id(self) -> str:
        """The last part of the upload's address: a phone that knows a name knows where its upload goes on."""
        return self.name + (PREVIEW if self.preview else "")


def named(text: str, *, preview: bool = False) -> Named | None:
    """A content name, or None for what is none or has an ending that is not accepted."""
    match = NAME.fullmatch(text)
    if match is None or (match[2] not in PICTURES and match[2] not in OTHERS):
        return None
    return Named(text, match[2], preview)


def upload_named(upload_id: str) -> Named | None:
    """The name behind an upload's address."""
    if upload_id.endswith(PREVIEW):
        return named(upload_id.removesuffix(PREVIEW), preview=True)
    return named(upload_id)


def metadata(header: str) -> dict[str, str] | None:
    """tus's Upload-Metadata: names and base64 values; None when it can't be read."""
    found: dict[str, str] = {}
    for pair in header.split(",") if header.strip() else ():
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
    return found


def picture_type(head: bytes) -> str | None:
    """The media type of a picture by how its bytes begin."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return None


def file_type(ending: str, head: bytes) -> str | None:
    """What a file is served as, by its ending and its first bytes; None when they don't go together."""
    if ending in PICTURES:
        return picture_type(head)
    media_type, beginnings = OTHERS[ending]
    if ending in TEXTS:
        return media_type if _is_text(head) else None
    if beginnings and not any(head[at:].startswith(begins) for at, begins in beginnings):
        return None
    if ending == "webm" and not any(codec in head for codec in FILM_IN_WEBM):
        return "audio/webm"
    return media_type


def _is_text(head: bytes) -> bool:
    """Text has no NUL, unless it is UTF-16 and says so (a spreadsheet's "Unicode text")."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in head


def is_shown(media_type: str) -> bool:
    """Whether a browser may show it; anything else is handed out to be saved."""
    return media_type.startswith(SHOWN)
