"""A phone that uploads by tus 1.0, and pictures to upload."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import Any

from PIL import Image
from werkzeug.test import TestResponse

from tests.tools.phones import Phone

ADDRESS = "/api/attachments"
CHUNK = "application/offset+octet-stream"


def name_of(content: bytes, ending: str = "jpg") -> str:
    """The content name of a file."""
    return f"{hashlib.sha256(content).hexdigest()}.{ending}"


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), seed: int = 1, **how: Any) -> bytes:
    """A picture with something in it; the same for the same arguments."""
    width, height = size
    small = Image.frombytes("RGB", (16, 12), bytes((seed * 37 + n * 101) % 256 for n in range(16 * 12 * 3)))
    made = io.BytesIO()
    small.resize((width, height), Image.Resampling.BICUBIC).save(made, kind, **how)
    return made.getvalue()


def opened(content: bytes) -> Image.Image:
    """A picture, decoded."""
    found = Image.open(io.BytesIO(content))
    found.load()
    return found


def metadata(name: str, *, preview: bool = False, media_type: str = "image/jpeg") -> str:
    """Upload-Metadata as the app writes it."""
    told = {"name": name, "type": media_type, **({"preview": "1"} if preview else {})}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())


class Tus:
    """Uploads of one phone, through the application."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone

    def call(self, method: str, address: str, data: bytes | None = None, **headers: str) -> TestResponse:
        """One request as tus-js-client makes it."""
        sent = {"Tus-Resumable": "1.0.0", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.phone.call(method, address, data=data, headers=sent)

    def create(
        self, content: bytes, name: str | None = None, *, preview: bool = False, first: bytes | None = None
    ) -> TestResponse:
        """Begins the upload of a file; `first` are bytes that come along."""
        told = {"Upload_Length": str(len(content))}
        told["Upload_Metadata"] = metadata(name or name_of(content), preview=preview)
        if first is not None:
            told["Content_Type"] = CHUNK
        return self.call("POST", ADDRESS, first, **told)

    def patch(self, address: str, offset: int, piece: bytes) -> TestResponse:
        """Appends bytes at an offset."""
        return self.call("PATCH", address, piece, Content_Type=CHUNK, Upload_Offset=str(offset))

    def head(self, address: str) -> TestResponse:
        """Asks how far it is."""
        return self.call("HEAD", address)

    def send(self, content: bytes, name: str | None = None, *, preview: bool = False) -> TestResponse:
        """A whole upload in two requests; the last answer."""
        begun = self.create(content, name, preview=preview)
        if begun.status_code != 201 or begun.headers["Upload-Offset"] == str(len(content)):
            return begun
        return self.patch(begun.headers["Location"], 0, content)
