"""Photos come back with a backup, each copied once, and one that is not there is not passed over in silence."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.attachments import service
from server.config import Settings
from tests.house.test_backup import flask, refusal
from tests.tools.databases import PostgresServer
from tests.tools.tus import Tus, name_of, picture

FIRST, SECOND = picture(seed=1), picture(seed=2)


@pytest.fixture
def settings(database_url: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: Any) -> Settings:
    """As everywhere, with PostgreSQL's programs at hand."""
    if database_url.startswith("postgresql"):
        postgres: PostgresServer = request.getfixturevalue("postgres")
        monkeypatch.setenv("PATH", postgres.programs)
    return Settings(data_dir=tmp_path / "var", database_url=database_url, app_dir=tmp_path / "no-app")


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Where backups go."""
    place = tmp_path / "backup"
    place.mkdir()
    return place


@pytest.fixture
def kept(app: Flask) -> Callable[[], set[str]]:
    """The names of what the server keeps."""
    return lambda: {name for name, _ in service.kept_in().keys()}  # noqa: SIM118  # not a dict


def restored(app: Flask, archive: Path, *options: str) -> str:
    return flask(app, "restore", "--replace", *options, archive)


def test_photos_come_back_with_a_backup_on_a_new_disk(
    app: Flask, tus: Tus, shelf: Path, kept: Callable[[], set[str]]
) -> None:
    tus.send(FIRST)
    before = kept()
    flask(app, "backup", shelf / "ben.tar.gz")
    shutil.rmtree(app.extensions["ben.settings"].data_dir / "attachments")
    restored(app, shelf / "ben.tar.gz")
    assert kept() == before == {name_of(FIRST), f"{name_of(FIRST)}.preview"}
    assert tus.phone.sync(photos=[name_of(FIRST), name_of(SECOND)])["lacks"] == [name_of(SECOND)]


def test_each_photo_is_copied_once_however_many_backups_there_are(app: Flask, tus: Tus, shelf: Path) -> None:
    tus.send(FIRST)
    flask(app, "backup", shelf / "one.tar.gz")
    copies = {path: path.stat().st_ino for path in (shelf / "ben-attachments").glob("*/*")}
    assert len(copies) == 2
    tus.send(SECOND)
    flask(app, "backup", shelf / "two.tar.gz")
    later = {path: path.stat().st_ino for path in (shelf / "ben-attachments").glob("*/*")}
    assert len(later) == 4
    assert copies.items() <= later.items()
    assert {path.name for path in shelf.iterdir()} == {"one.tar.gz", "two.tar.gz", "ben-attachments"}


def test_a_photo_that_came_after_the_backup_stays_and_is_not_sent_again(
    app: Flask, tus: Tus, shelf: Path, kept: Callable[[], set[str]]
) -> None:
    flask(app, "backup", shelf / "ben.tar.gz")
    tus.send(FIRST)
    restored(app, shelf / "ben.tar.gz")
    assert name_of(FIRST) in kept()
    assert tus.phone.sync(photos=[name_of(FIRST)])["lacks"] == [name_of(FIRST)]
    assert tus.create(FIRST).headers["Upload-Offset"] == str(len(FIRST))
    assert tus.phone.sync(photos=[name_of(FIRST)])["lacks"] == []


def test_a_backup_whose_photos_are_missing_is_refused_unless_one_says_so(
    app: Flask, tus: Tus, shelf: Path, kept: Callable[[], set[str]]
) -> None:
    tus.send(FIRST)
    flask(app, "backup", shelf / "ben.tar.gz")
    shutil.rmtree(app.extensions["ben.settings"].data_dir / "attachments")
    shutil.rmtree(shelf / "ben-attachments")
    told = refusal(app, "restore", "--replace", shelf / "ben.tar.gz")
    assert "2 of 2 photos and files of this backup are not in" in told
    assert kept() == set()
    restored(app, shelf / "ben.tar.gz", "--incomplete")


def test_a_copy_of_another_size_is_made_anew(app: Flask, tus: Tus, shelf: Path) -> None:
    tus.send(FIRST)
    flask(app, "backup", shelf / "ben.tar.gz")
    (copy,) = (shelf / "ben-attachments").glob(f"*/{name_of(FIRST)}")
    whole = copy.read_bytes()
    copy.write_bytes(whole[:100])
    flask(app, "backup", shelf / "ben.tar.gz")
    assert copy.read_bytes() == whole


def test_only_its_owner_can_read_what_lies_beside_a_backup(app: Flask, tus: Tus, shelf: Path) -> None:
    tus.send(FIRST)
    before = os.umask(0)
    try:
        flask(app, "backup", shelf / "ben.tar.gz")
    finally:
        os.umask(before)
    beside = shelf / "ben-attachments"
    assert [path for path in (beside, *beside.glob("**/*")) if path.stat().st_mode & 0o077] == []
