"""Where whole attachments are kept: this machine's disk, or a bucket of an S3-compatible service.

What a store promises (one suite of tests is passed by each):
1. When `put` returns, the whole file is safe under its key; before that the key shows the former content or nothing,
   never a part.
2. `put` of the same key again is harmless, also at the same time.
3. `open` gives the bytes that were put, or None; `size` says how many.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from server.attachments.uploads import sync_directory, telling_full
from server.config import Settings

FOLDER = "attachments"
NEW = ".new-"
COPIED_AT_ONCE = 1_000_000


class Storage(Protocol):
    """The port."""

    def put(self, key: str, source: Path, media_type: str) -> None:
        """Keeps a file's content. Raises Problem 'storage-full' or 'busy' with nothing kept."""

    def open(self, key: str) -> IO[bytes] | None:
        """The content, to be read from its start and closed."""

    def size(self, key: str) -> int | None:
        """How many bytes it has; None when there is no such key."""

    def delete(self, key: str) -> None:
        """Removes it, if it is there."""

    def keys(self) -> Iterator[tuple[str, int]]:
        """Everything that is kept, with its size."""

    def tidy(self, before: datetime) -> None:
        """Removes what killed processes had half written before that moment."""


class Disk:
    """Files in `attachments/` of the data directory, in 256 folders by the first two letters."""

    def __init__(self, data_dir: Path) -> None:
        self.root = data_dir / FOLDER

    def path(self, key: str) -> Path:
        """Where a key's file is."""
        return self.root / key[:2] / key

    def put(self, key: str, source: Path, media_type: str) -> None:  # noqa: ARG002  # a file system keeps no type
        """See the port."""
        place = self.path(key)
        with telling_full():
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.root, prefix=NEW, delete=False) as made:
                try:
                    with source.open("rb") as read:
                        shutil.copyfileobj(read, made, COPIED_AT_ONCE)
                    made.flush()
                    os.fsync(made.fileno())
                    Path(made.name).replace(place)
                except BaseException:
                    Path(made.name).unlink(missing_ok=True)
                    raise
            sync_directory(place.parent)
            sync_directory(self.root)

    def open(self, key: str) -> IO[bytes] | None:
        """See the port."""
        try:
            return self.path(key).open("rb")
        except FileNotFoundError:
            return None

    def size(self, key: str) -> int | None:
        """See the port."""
        try:
            return self.path(key).stat().st_size
        except FileNotFoundError:
            return None

    def delete(self, key: str) -> None:
        """See the port."""
        self.path(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[tuple[str, int]]:
        """See the port."""
        for path in sorted(self.root.glob("??/*")):
            yield path.name, path.stat().st_size

    def tidy(self, before: datetime) -> None:
        """See the port."""
        for path in self.root.glob(f"{NEW}*"):
            if path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)


def chosen(settings: Settings) -> Storage:
    """The storage that the settings name."""
    return Disk(settings.data_dir)
