"""What makes files safe, and what tells whether they came out right."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

# No room on the disk, of the quota, or for a file of this length.
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


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
