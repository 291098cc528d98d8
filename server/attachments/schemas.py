"""The headers of tus 1.0. Shape only."""

from __future__ import annotations

import base64

from flask import request

from server.attachments.rules import Named
from server.problems import Problem

VERSION = "1.0.0"
CHUNK = "application/offset+octet-stream"


def check_version() -> None:
    """Raises Problem 'upload-protocol' (412) for another version of tus."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Problem("upload-protocol", speaks=[VERSION])


def offset_of() -> int:
    """Where a PATCH appends. Raises Problem 'unsupported-media' or 'bad-request'."""
    if request.mimetype != CHUNK:
        raise Problem("unsupported-media", f"Send {CHUNK}.")
    offset = request.headers.get("Upload-Offset", "")
    if not (offset.isascii() and offset.isdigit()):
        raise Problem("bad-request", "Upload-Offset is needed: a whole number.")
    return int(offset)


def metadata_of(named: Named) -> str:
    """Upload-Metadata of an upload."""
    name = f"name {base64.b64encode(named.name.encode()).decode()}"
    return f"{name},preview MQ==" if named.preview else name
