"""Unfinished uploads: files in the data directory, so that they outlive a killed process, a restart and a power cut.

- One file an upload, `uploads/<device>/<id>+<length>`; how many bytes it has is the upload's offset. Nothing about it
  is remembered anywhere else, so nothing can disagree.
- Several processes at once: each piece is appended under the file's lock and only where the file ends at that moment.
  Nobody waits for a connection that hangs; whoever comes later simply goes on, and the late one meets 'upload-offset'.
- An offset is told only after `fsync`.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from server.attachments import rules
from server.disk import FULL, sync_directory
from server.problems import Problem

# What is left to the database when uploads have filled the disk.
RESERVE = 50_000_000
MOST_UNFINISHED = 500
ABANDONED_WORK = timedelta(days=1)
ROOM = "work"


@dataclass(frozen=True)
class Upload:
    """An unfinished upload: where its bytes are, whose it is, how many it will be."""

    path: Path
    named: rules.Named
    length: int

    @property
    def offset(self) -> int:
        """How many bytes are there, safe or not yet."""
        return self.path.stat().st_size


class Uploads:
    """The unfinished uploads of an installation, below its data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.root = data_dir / "uploads"

    # -- finding and making

    def find(self, device: int, named: rules.Named) -> Upload | None:
        """A device's upload of this name, if it has begun one."""
        for upload in self._of(device):
            if upload.named == named:
                return upload
        return None

    def begin(self, device: int, named: rules.Named, length: int, most: int) -> Upload:
        """Makes the upload, or finds the one that was begun with the same length.

        Raises Problem 'uploads-full' when the device's unfinished uploads would come to more than `most` bytes, and
        'storage-full' when the disk has no room for the whole file.
        """
        others = []
        for upload in self._of(device):
            if upload.named != named:
                others.append(upload)
            elif upload.length == length:
                return upload
            else:
                upload.path.unlink(missing_ok=True)
        if sum(upload.length for upload in others) + length > most or len(others) >= MOST_UNFINISHED:
            raise Problem("uploads-full", limit=most)
        with telling_full():
            folder = self.root / str(device)
            folder.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(folder).free < length + RESERVE:
                raise Problem("storage-full")
            path = folder / f"{named.id}+{length}"
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
            sync_directory(folder)
        return Upload(path, named, length)

    def _of(self, device: int) -> Iterator[Upload]:
        folder = self.root / str(device)
        for name in sorted(os.listdir(folder)) if folder.is_dir() else ():  # noqa: PTH208  # names are enough
            upload_id, _, length = name.rpartition("+")
            named = rules.upload_named(upload_id)
            if named is not None and length.isdigit():
                yield Upload(folder / name, named, int(length))

    def room(self) -> Path:
        """A directory for what is made on the way; on the same disk."""
        room = self.root / ROOM
        room.mkdir(parents=True, exist_ok=True)
        return room

    # -- ending

    def expire(self, now: datetime, kept: timedelta) -> int:
        """Removes what nobody has gone on with for so long, and what killed processes left; how many uploads went."""
        gone = 0
        for path in sorted(self.root.glob("*/*")):
            ours = path.parent.name == ROOM
            try:
                if path.stat().st_mtime > (now - (ABANDONED_WORK if ours else kept)).timestamp():
                    continue
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink()
                    gone += not ours
            except FileNotFoundError:
                continue
        return gone


@contextmanager
def held(upload: Upload) -> Iterator[int]:
    """The upload's file, open and locked; Problem 'upload-unknown' when it has been finished or removed meanwhile."""
    try:
        handle = os.open(upload.path, os.O_RDWR)
    except FileNotFoundError:
        raise Problem("upload-unknown") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink == 0:
            raise Problem("upload-unknown")
        yield handle
    finally:
        os.close(handle)


def append(upload: Upload, offset: int, piece: bytes) -> int:
    """Puts a piece at the end of the upload, which must be at `offset`; the new offset, not yet safe.

    Raises Problem 'upload-offset' when the upload ends elsewhere, 'body-too-large' beyond its length and 'storage-full'
    when the disk is full: then what could not be written whole is taken back.
    """
    with held(upload) as handle:
        here = os.fstat(handle).st_size
        if here != offset:
            raise Problem("upload-offset", offset=here)
        if offset + len(piece) > upload.length:
            raise Problem("body-too-large", limit=upload.length - offset)
        os.lseek(handle, offset, os.SEEK_SET)
        with telling_full():
            try:
                rest = memoryview(piece)
                while rest:
                    rest = rest[os.write(handle, rest) :]
            except OSError:
                os.ftruncate(handle, offset)
                raise
        return offset + len(piece)


def safe_offset(upload: Upload) -> int:
    """How many bytes are there, after they have been made safe on the disk."""
    with held(upload) as handle, telling_full():
        os.fsync(handle)
        return os.fstat(handle).st_size


@contextmanager
def telling_full() -> Iterator[None]:
    """A full disk, as Problem 'storage-full'."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise Problem("storage-full") from error
        raise
