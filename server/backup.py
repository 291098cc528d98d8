"""Backup and restore: one file, and beside it the files of attachments, with all that a landing needs to come back.

- A backup is made beside a running server, from one consistent state of the database. It gets its name only after it
  has been unpacked and checked, so whatever has a backup's name is whole.
- A restore is done alone, checks first, and changes the database in one step. What was there is put aside, not removed.
- A restored database begins a new epoch: phones offer again what they were told was safe (docs/decisions/0015).
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy.exc import DBAPIError

from server import clock, dumps, filecopies
from server.config import current_settings
from server.db import db
from server.disk import FULL, digest, sync_directory
from server.running import alone

FORMAT = 1
MANIFEST = "manifest.json"
# Beside the database a landing owns one secret: the key of web push. The epoch's file is not taken along, since a
# restore begins a new epoch; logs and locks are not either.
FILES = ("vapid.pem",)
ABOUT_THE_DATABASE_ITSELF = {"installation", "alembic_version"}


class BackupError(Exception):
    """No backup was made, or nothing was restored; the message is the one line that says why and what to do."""


@dataclass(frozen=True)
class Restored:
    """What a restore did: when the backup was made, and what the former database is called now, if there was one."""

    made: str
    aside: str | None


# ---------------------------------------------------------------- backup


def make(target: Path) -> Path:
    """Makes a backup: `target` is a file's name, or a directory, where time names it. Raises `BackupError`."""
    made = clock.real_now()
    if target.is_dir():
        target /= f"ben-{made:%Y%m%d-%H%M%S}.tar.gz"
    if not target.parent.is_dir():
        raise BackupError(f"there is no directory {target.parent}: make it, or is its disk not there?")
    with _telling(f"the disk of {target.parent} is full: no backup was made; free some room and run it again"):
        manifest = {"format": FORMAT, "made": made.isoformat(timespec="seconds"), **_database()}
        with tempfile.TemporaryDirectory(prefix=".ben-backup-", dir=target.parent) as name:
            packed = _pack(Path(name), target.parent / filecopies.BESIDE, manifest)
            _unpack(packed, Path(name) / "again")
            _check_whole(Path(name) / "again")
            packed.replace(target)
        sync_directory(target.parent)
    return target


def _database() -> dict[str, Any]:
    """What database this is, for the manifest."""
    if not sa.inspect(db.engine).has_table("alembic_version"):
        raise BackupError("there is no database here yet: are BEN_DATA and DATABASE_URL the server's?")
    revision = db.session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    db.session.rollback()
    return {"database": db.engine.dialect.name, "revision": revision}


def _pack(room: Path, beside: Path, manifest: dict[str, Any]) -> Path:
    """The archive, in `room`, safe on the disk; and the files of attachments in the folder `beside` it."""
    copy = dumps.dump(db.engine, room)
    data_dir, attachments = current_settings().data_dir, current_settings().attachments_dir
    if attachments is not None:  # after the database: a file is there before its row is
        manifest = {**manifest, "attachments": filecopies.copy(attachments, beside)}
    parts = {copy.name: copy, **{name: data_dir / name for name in FILES if (data_dir / name).exists()}}
    (room / MANIFEST).write_text(
        json.dumps({**manifest, "files": {name: digest(path) for name, path in parts.items()}}, indent=1), "ascii"
    )
    packed = room / "packed"
    packed.touch(mode=0o600, exist_ok=False)
    with packed.open("wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
            archive.add(room / MANIFEST, MANIFEST)
            for name, path in parts.items():
                archive.add(path, name)
        file.flush()
        os.fsync(file.fileno())
    copy.unlink()
    return packed


# ---------------------------------------------------------------- restore


def restore(archive: Path, *, replace: bool = False, incomplete: bool = False) -> Restored:
    """Puts a backup back as this landing's database, secrets and attachments, and begins a new epoch.

    A database that holds something is put aside if `replace` says so; files of attachments that came after the backup
    stay. If `incomplete` says so, files that are nowhere to be found are done without. Raises `BackupError` with
    nothing changed, and `server.running.StillRunning` beside a running server or worker.
    """
    settings = current_settings()
    place = _sqlite_file().parent if db.engine.dialect.name == "sqlite" else settings.data_dir
    with (
        alone(settings.data_dir),
        _telling(f"the disk of {place} is full: nothing was restored; free some room and run it again"),
        tempfile.TemporaryDirectory(prefix=".ben-restore-", dir=place) as name,
    ):
        room = Path(name)
        manifest = _unpack(archive, room)
        _check_fits(manifest)
        _check_whole(room)
        held = _holds_something()
        if held and not replace:
            raise BackupError("the database holds something already; --replace puts it aside and restores the backup")
        _bring_attachments(archive, manifest, incomplete=incomplete)
        aside = f"before_restore_{clock.real_now():%Y%m%d_%H%M%S_%f}" if held else None
        db.session.remove()
        db.engine.dispose()
        dumps.load(db.engine, room, clock.random_id(), aside)
        for given in FILES:
            if (room / given).exists():
                _put(room / given, settings.data_dir / given, aside)
        sync_directory(settings.data_dir)
        upgrade()
        _give_to_owner(settings.data_dir)
    return Restored(manifest["made"], aside)


def _check_fits(manifest: dict[str, Any]) -> None:
    """Raises `BackupError` unless this database and this version of the product can take the backup."""
    ours = db.engine.dialect.name
    if manifest["database"] != ours:
        raise BackupError(f"this backup is of {manifest['database']} and the server uses {ours}: set DATABASE_URL")
    try:
        ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config()).get_revision(
            manifest["revision"]
        )
    except CommandError:
        raise BackupError("this backup was made by a newer version of the product: bring that version first") from None


def _bring_attachments(archive: Path, manifest: dict[str, Any], *, incomplete: bool) -> None:
    """Copies what the data directory lacks. Nothing in it is changed, so it may come before the database."""
    beside, here = archive.parent / filecopies.BESIDE, current_settings().attachments_dir
    if here is None:
        return
    wanted = manifest.get("attachments", {})
    missing = filecopies.missing(wanted, beside, here)
    if missing and not incomplete:
        raise BackupError(
            f"{len(missing)} of {len(wanted)} photos and files of this backup are not in {beside}: "
            "bring that folder, or restore without them by --incomplete"
        )
    filecopies.copy(beside, here, only=wanted)


def _holds_something() -> bool:
    try:
        there = set(sa.inspect(db.engine).get_table_names()) - ABOUT_THE_DATABASE_ITSELF
        with db.engine.connect() as connection:
            return any(
                connection.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)).first()
                for name in sorted(there)
            )
    except DBAPIError:
        return True  # what can't be read may still be worth keeping


def _put(new: Path, place: Path, aside: str | None) -> None:
    if aside and place.exists():
        place.replace(place.with_name(f"{place.name}.{aside}"))
    shutil.move(new, place)


def _give_to_owner(data_dir: Path) -> None:
    """Files that the administrator restores belong to whom the directory belongs to: the server must read them."""
    if os.geteuid() != 0:
        return
    owner = data_dir.stat()
    files = (path for path in data_dir.iterdir() if path.is_file())
    for path in (*files, *data_dir.glob("attachments"), *data_dir.glob("attachments/**/*")):
        os.chown(path, owner.st_uid, owner.st_gid)


# ---------------------------------------------------------------- both


def _unpack(archive: Path, room: Path) -> dict[str, Any]:
    """Unpacks a backup into `room` and compares every byte with what was packed; its manifest."""
    broken = f"{archive} is not a whole backup: take another one"
    room.mkdir(mode=0o700, exist_ok=True)
    try:
        with tarfile.open(archive, "r:gz") as opened:
            for member in opened:
                _take_out(opened, member, room)
        manifest: dict[str, Any] = json.loads((room / MANIFEST).read_text("ascii"))
        if manifest["format"] != FORMAT:
            raise BackupError(f"{archive} is of a newer version of the product: bring that version first")
        for name, expected in manifest["files"].items():
            if digest(room / name) != expected:
                raise BackupError(broken)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, ValueError, KeyError, FileNotFoundError) as error:
        raise BackupError(broken if archive.exists() else f"there is no file {archive}") from error
    return manifest


def _take_out(opened: tarfile.TarFile, member: tarfile.TarInfo, room: Path) -> None:
    """Writes one file of a backup into `room`. Raises ValueError for what no backup holds: a folder, a link, a path.

    Python 3.11 before 3.11.4, Debian 12's among them, can't be told to extract nothing else (PEP 706).
    """
    packed, place = opened.extractfile(member) if member.isreg() else None, room / member.name
    if packed is None or member.name != place.name or place.exists():
        raise ValueError(f"{member.name!r} is no file of a backup")
    place.touch(mode=0o600, exist_ok=False)
    with place.open("wb") as file:
        shutil.copyfileobj(packed, file)


def _check_whole(room: Path) -> None:
    wrong = dumps.check(db.engine, room)
    if wrong:
        raise BackupError(f"the copy of the database is not whole: {wrong}")


def _sqlite_file() -> Path:
    return Path(str(db.engine.url.database))


@contextmanager
def _telling(full: str) -> Iterator[None]:
    """What the system or a tool says, as a `BackupError`."""
    try:
        yield
    except dumps.DumpFailed as failed:
        raise BackupError(full if failed.full else str(failed)) from failed
    except filecopies.CopyFailed as failed:
        raise BackupError(str(failed)) from failed
    except OSError as error:
        if error.errno in FULL:
            raise BackupError(full) from error
        raise BackupError(f"{error.filename or 'the disk'}: {error.strerror}") from error
