"""What every storage promises, on a disk and in a bucket of a real S3-compatible service (SeaweedFS)."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.attachments.storage import Bucket, Disk, Storage, chosen
from server.config import Settings
from server.problems import Problem
from tests.tools.buckets import Buckets
from tests.tools.landing import free_port
from tests.tools.tus import name_of

CONTENT = bytes(range(256)) * 5000
KEY = name_of(CONTENT)


@pytest.fixture(params=["disk", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """An empty storage of each kind."""
    if request.param == "disk":
        return Disk(tmp_path / "kept")
    service: Buckets = request.getfixturevalue("bucket")
    return Bucket(service.bucket, f"{tmp_path.name}/", service.endpoint)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file to keep."""
    path = tmp_path / "source"
    path.write_bytes(CONTENT)
    return path


def read(storage: Storage, key: str) -> bytes | None:
    file = storage.open(key)
    if file is None:
        return None
    with file:
        return file.read()


def test_what_was_put_is_there(storage: Storage, source: Path) -> None:
    storage.put(KEY, source, "image/jpeg")
    assert read(storage, KEY) == CONTENT
    assert storage.size(KEY) == len(CONTENT)
    assert source.read_bytes() == CONTENT


def test_what_was_never_put_is_not_there(storage: Storage) -> None:
    assert read(storage, KEY) is None
    assert storage.size(KEY) is None
    storage.delete(KEY)


def test_it_may_be_read_in_parts(storage: Storage, source: Path) -> None:
    storage.put(KEY, source, "image/jpeg")
    file = storage.open(KEY)
    assert file is not None
    with file:
        assert [file.read(100), file.read(100)] == [CONTENT[:100], CONTENT[100:200]]


def test_putting_the_same_again_is_harmless(storage: Storage, source: Path) -> None:
    for _ in range(2):
        storage.put(KEY, source, "image/jpeg")
    assert read(storage, KEY) == CONTENT
    assert list(storage.keys()) == [(KEY, len(CONTENT))]


def test_a_later_content_takes_the_place_of_the_former_one(storage: Storage, source: Path) -> None:
    storage.put(KEY, source, "image/jpeg")
    source.write_bytes(b"another")
    storage.put(KEY, source, "image/jpeg")
    assert read(storage, KEY) == b"another"


def test_many_put_the_same_at_once_and_whoever_reads_meanwhile_sees_all_or_nothing(
    storage: Storage, source: Path
) -> None:
    wrong: list[bytes | None] = []
    writers = [threading.Thread(target=storage.put, args=(KEY, source, "image/jpeg")) for _ in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        found = read(storage, KEY)
        if found not in (None, CONTENT):
            wrong.append(found)
    for writer in writers:
        writer.join()
    assert wrong == []
    assert read(storage, KEY) == CONTENT
    assert len(list(storage.keys())) == 1


def test_what_was_deleted_is_gone_and_nothing_else(storage: Storage, source: Path) -> None:
    other = f"{KEY}.preview"
    for key in (KEY, other):
        storage.put(key, source, "image/jpeg")
    storage.delete(KEY)
    assert read(storage, KEY) is None
    assert list(storage.keys()) == [(other, len(CONTENT))]


def test_all_keys_are_told_with_their_sizes(storage: Storage, source: Path) -> None:
    names = {name_of(str(number).encode(), "png") for number in range(30)}
    for name in names:
        storage.put(name, source, "image/png")
    assert dict(storage.keys()) == dict.fromkeys(names, len(CONTENT))
    storage.tidy(datetime.now(UTC))
    assert len(list(storage.keys())) == 30


def test_what_a_killed_process_had_half_written_is_removed_after_a_day(tmp_path: Path, source: Path) -> None:
    disk = Disk(tmp_path / "kept")
    disk.put(KEY, source, "image/jpeg")
    half = disk.root / ".new-half"
    half.write_bytes(b"half")
    os.utime(half, (1, 1))
    disk.tidy(datetime.now(UTC) - timedelta(days=1))
    assert not half.exists()
    assert read(disk, KEY) == CONTENT


def test_a_service_that_does_not_answer_is_busy(bucket: Buckets, source: Path) -> None:
    away = Bucket("ben", endpoint=f"http://127.0.0.1:{free_port()}")
    for work in (lambda: away.put(KEY, source, "image/jpeg"), lambda: away.open(KEY), lambda: away.size(KEY)):
        with pytest.raises(Problem, match="busy"):
            work()


def test_a_service_that_does_not_let_us_in_is_busy_and_not_empty(
    bucket: Buckets, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    stranger = Bucket(bucket.bucket, endpoint=bucket.endpoint)
    for work in (lambda: stranger.put(KEY, source, "image/jpeg"), lambda: stranger.open(KEY)):
        with pytest.raises(Problem, match="busy"):
            work()


def test_the_setting_names_the_storage(tmp_path: Path) -> None:
    assert isinstance(chosen(Settings(data_dir=tmp_path)), Disk)
    made = chosen(Settings(data_dir=tmp_path, storage="s3://photos/a/b/", storage_endpoint="http://127.0.0.1:1"))
    assert isinstance(made, Bucket)
    assert (made.name, made.prefix, made.endpoint) == ("photos", "a/b/", "http://127.0.0.1:1")
