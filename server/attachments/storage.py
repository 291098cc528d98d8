"""Where whole attachments are kept: this machine's disk, or a bucket of an S3-compatible service.

What a store promises (one suite of tests is passed by each):
1. When `put` returns, the whole file is safe under its key; before that the key shows the former content or nothing,
   never a part.
2. `put` of the same key again is harmless, also at the same time.
3. `open` gives the bytes that were put, or None; `size` says how many.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Protocol

from server.attachments.uploads import telling_full
from server.config import Settings
from server.disk import sync_directory
from server.problems import Problem

log = logging.getLogger(__name__)

NEW = ".new-"
COPIED_AT_ONCE = 1_000_000
ABSENT = ("NoSuchKey", "404", "NotFound")
NO_ROOM = ("QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "507")


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
    """Files below a directory, in 256 folders by the first two letters of their keys."""

    def __init__(self, root: Path) -> None:
        self.root = root

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


class Bucket:
    """Objects in a bucket of an S3-compatible service, below a prefix.

    Who may enter, and the region, stand in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION …),
    where the client looks for them. An object appears whole or not at all, and is safe when the service has answered.
    """

    def __init__(self, name: str, prefix: str = "", endpoint: str = "") -> None:
        self.name = name
        self.prefix = prefix
        self.endpoint = endpoint
        self._made: tuple[int, Any] | None = None

    @property
    def client(self) -> Any:
        """The client of this process: one that was made before a fork has connections of another process."""
        if self._made is None or self._made[0] != os.getpid():
            import boto3  # noqa: PLC0415  # only where a bucket is the storage: it is large
            from botocore.config import Config  # noqa: PLC0415

            config = Config(
                connect_timeout=5,
                read_timeout=30,
                retries={"mode": "standard", "max_attempts": 3},
                s3={"addressing_style": "path"} if self.endpoint else {},
                # older services know no checksums in trailers; what was put is known by its name
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            )
            session = boto3.session.Session()
            self._made = (os.getpid(), session.client("s3", endpoint_url=self.endpoint or None, config=config))
        return self._made[1]

    def _where(self, key: str) -> dict[str, str]:
        return {"Bucket": self.name, "Key": f"{self.prefix}{key[:2]}/{key}"}

    def put(self, key: str, source: Path, media_type: str) -> None:
        """See the port."""
        with _telling_service(), source.open("rb") as body:
            self.client.put_object(**self._where(key), Body=body, ContentType=media_type)

    def open(self, key: str) -> IO[bytes] | None:
        """See the port."""
        with _telling_service() as absent:
            body: IO[bytes] = self.client.get_object(**self._where(key))["Body"]
        return None if absent else body

    def size(self, key: str) -> int | None:
        """See the port."""
        size = 0
        with _telling_service() as absent:
            size = self.client.head_object(**self._where(key))["ContentLength"]
        return None if absent else size

    def delete(self, key: str) -> None:
        """See the port."""
        with _telling_service():
            self.client.delete_object(**self._where(key))

    def keys(self) -> Iterator[tuple[str, int]]:
        """See the port."""
        with _telling_service():
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=self.prefix)
            for page in pages:
                for found in page.get("Contents", ()):
                    yield found["Key"].rpartition("/")[2], found["Size"]

    def tidy(self, before: datetime) -> None:
        """See the port: nothing is ever half written there."""


@contextmanager
def _telling_service() -> Iterator[list[str]]:
    """What the service says as a problem; what isn't there is no problem: its code comes in the list."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    absent: list[str] = []
    try:
        yield absent
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code"))
        if code not in ABSENT:
            log.error("the storage refused: %s", code)
            raise Problem("storage-full" if code in NO_ROOM else "busy") from error
        absent.append(code)
    except BotoCoreError as error:
        log.error("the storage can't be reached: %s", type(error).__name__)
        raise Problem("busy") from error


def chosen(settings: Settings) -> Storage:
    """The storage that the settings name."""
    if settings.attachments_dir is not None:
        return Disk(settings.attachments_dir)
    bucket, _, prefix = settings.storage.removeprefix("s3://").partition("/")
    return Bucket(bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else "", settings.storage_endpoint)
