"""What makes files safe, and what tells whether they came out right."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def sync_directory(directory: Path) -> None:
    """A new name or a rename is safe only once its directory is."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
