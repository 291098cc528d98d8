"""Backups: one file that is whole or is not there, and a restore that loses nothing of what was there before."""

from __future__ import annotations

import gzip
import io
import json
import os
import resource
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from server.app import create_app
from server.config import Settings
from server.db import db
from server.epoch import current_epoch
from server.people import service as people
from server.webpush import service as webpush
from tests.tools.chain import AT, COMMUNE, VALID, Chain
from tests.tools.databases import PostgresServer
from tests.tools.phones import Phone


@pytest.fixture
def settings(database_url: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: Any) -> Settings:
    """As everywhere, with PostgreSQL's programs at hand."""
    if database_url.startswith("postgresql"):
        postgres: PostgresServer = request.getfixturevalue("postgres")
        monkeypatch.setenv("PATH", postgres.programs)
    return Settings(data_dir=tmp_path / "var", database_url=database_url, app_dir=tmp_path / "no-app")


@pytest.fixture
def chain(app: Flask, clock: object) -> Chain:
    """The campaign with its people, and one record."""
    made = Chain(app)
    made.submit("CK-05")
    return made


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Where backups go."""
    place = tmp_path / "backup"
    place.mkdir()
    return place


def flask(app: Flask, *arguments: object) -> str:
    """What a command prints; AssertionError when it fails."""
    done = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.output


def refusal(app: Flask, *arguments: object) -> str:
    """The one line that a command fails with."""
    done = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
    assert done.exit_code == 1, done.output
    assert done.output.count("\n") == 1
    assert done.output.startswith("Error: ")
    return done.output


def made(app: Flask, shelf: Path) -> Path:
    """A backup."""
    flask(app, "backup", shelf)
    (archive,) = shelf.iterdir()
    return archive


def records(chain: Chain) -> set[str]:
    return {record["id"] for record in chain.documents("record")}


def test_a_backup_is_one_file_named_by_its_time_and_read_by_its_owner_only(chain: Chain, shelf: Path) -> None:
    archive = made(chain.app, shelf)
    assert archive.name.startswith("ben-20")
    assert archive.stat().st_mode & 0o777 == 0o600
    with tarfile.open(archive) as opened:
        assert opened.getnames()[0] == "manifest.json"


def test_a_restore_brings_back_that_moment_in_a_new_epoch(chain: Chain, shelf: Path) -> None:
    epoch, before = current_epoch(), records(chain)
    archive = made(chain.app, shelf)
    chain.submit("CK-05")
    flask(chain.app, "restore", "--replace", archive)
    assert records(chain) == before
    assert current_epoch() != epoch
    assert chain.volunteer.sync(cursors={}, epoch=epoch)["reoffer"]


def test_what_a_restore_replaces_is_put_aside_and_can_be_had_again(chain: Chain, shelf: Path) -> None:
    archive = made(chain.app, shelf)
    late = chain.submit("CK-05")["record"]
    aside = flask(chain.app, "restore", "--replace", archive).splitlines()[0].split()[-1].rstrip(".")
    assert late not in records(chain)
    if db.engine.dialect.name == "postgresql":
        found = db.session.execute(sa.text(f"SELECT id FROM {aside}.records")).scalars().all()
        db.session.rollback()
        assert late in found
    else:
        place = Path(str(db.engine.url.database))
        db.session.remove()
        db.engine.dispose()
        place.with_name(f"{place.name}.{aside}").replace(place)
        assert late in records(chain)


def test_a_second_backup_does_not_carry_what_was_put_aside(chain: Chain, shelf: Path) -> None:
    archive = made(chain.app, shelf)
    flask(chain.app, "restore", "--replace", archive)
    again = shelf / "again.tar.gz"
    flask(chain.app, "backup", again)
    flask(chain.app, "restore", "--replace", again)
    assert len(records(chain)) == 1
    assert again.stat().st_size < 1.5 * archive.stat().st_size


def test_a_database_that_holds_something_is_replaced_only_when_told(chain: Chain, shelf: Path) -> None:
    archive = made(chain.app, shelf)
    late = chain.submit("CK-05")["record"]
    assert "--replace" in refusal(chain.app, "restore", archive)
    assert late in records(chain)


def test_the_key_of_web_push_comes_back_readable_by_its_owner_only(chain: Chain, shelf: Path, tmp_path: Path) -> None:
    webpush.keys()
    key = tmp_path / "var" / "vapid.pem"
    before = key.read_bytes()
    archive = made(chain.app, shelf)
    key.unlink()
    flask(chain.app, "restore", "--replace", archive)
    assert (key.read_bytes(), key.stat().st_mode & 0o777) == (before, 0o600)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_lies_in_the_data_directory_that_the_backup_does_not_know(chain: Chain, tmp_path: Path) -> None:
    webpush.keys()
    current_epoch()
    assert {path.name for path in (tmp_path / "var").iterdir()} == {"epoch", "vapid.pem"}


def test_an_edit_that_comes_back_before_its_record_is_held_until_somebody_releases_it(
    chain: Chain, shelf: Path
) -> None:
    archive = made(chain.app, shelf)
    colleague = chain.phone("Kim Bình")
    flask(chain.app, "backup", shelf / "with-bình.tar.gz")
    mutation = {"n": 900, "kind": "edit", "base": 0, "form": chain.versions["CK-05"], "place": chain.commune}
    mutation |= {"record": f"{chain.volunteer.device}-900", "at": "2023-05-16T07:30:00+07:00"}
    values = {"signed_on": "2023-05-10", "pledge_type": "helmet", "group": "pupils", "target_count": 9}
    mutation["set"] = chain.positions("CK-05", {**values, "signed_count": 3})
    edit = {"n": 1, "kind": "edit", "record": mutation["record"], "base": 1, "at": mutation["at"]}
    edit["set"] = chain.positions("CK-05", {"hamlet": "Xoài Xiêm"})
    assert chain.volunteer.sync(mutation)["results"][0]["status"] == "applied"
    assert colleague.sync(edit)["results"][0]["status"] == "applied"
    flask(chain.app, "restore", "--replace", shelf / "with-bình.tar.gz")
    epoch = current_epoch()
    assert colleague.sync(edit, epoch=epoch)["results"][0]["reason"] == "record-unknown"
    assert chain.volunteer.sync(mutation, epoch=epoch)["results"][0]["status"] == "applied"
    (held,) = chain.documents("quarantine", colleague)
    assert colleague.post(f"/api/quarantine/{held['id']}/release").status_code == 200
    (record,) = (one for one in chain.documents("record") if one["id"] == mutation["record"])
    assert "Xoài Xiêm" in record["values"]
    assert archive.exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_same_file_name_takes_the_newest_backup(chain: Chain, shelf: Path) -> None:
    target = shelf / "monday.tar.gz"
    flask(chain.app, "backup", target)
    late = chain.submit("CK-05")["record"]
    flask(chain.app, "backup", target)
    flask(chain.app, "restore", "--replace", target)
    assert late in records(chain)
    assert [path.name for path in shelf.iterdir()] == ["monday.tar.gz"]


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_directory_that_is_not_there_is_not_made(chain: Chain, tmp_path: Path) -> None:
    assert "is its disk not there?" in refusal(chain.app, "backup", tmp_path / "usb" / "ben.tar.gz")
    assert not (tmp_path / "usb").exists()


def test_an_installation_without_a_database_makes_no_empty_backup(
    empty_database_url: str, tmp_path: Path, shelf: Path
) -> None:
    app = create_app(Settings(data_dir=tmp_path / "other", database_url=empty_database_url))
    with app.app_context():
        assert "BEN_DATA and DATABASE_URL" in refusal(app, "backup", shelf)
        db.session.remove()
        db.engine.dispose()
    assert list(shelf.iterdir()) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("harm", ["cut", "flipped", "no archive", "empty"])
def test_a_backup_that_is_not_whole_is_refused_and_nothing_is_touched(chain: Chain, shelf: Path, harm: str) -> None:
    archive = made(chain.app, shelf)
    whole = bytearray(archive.read_bytes())
    if harm == "flipped":
        whole[len(whole) // 2] ^= 0xFF
    archive.write_bytes({"cut": whole[: len(whole) // 2], "flipped": whole, "no archive": b"PK", "empty": b""}[harm])
    before = records(chain)
    assert "is not a whole backup" in refusal(chain.app, "restore", "--replace", archive)
    assert records(chain) == before


def repacked(archive: Path, **changes: object) -> Path:
    """The same backup with another manifest."""
    changed = archive.with_name("changed.tar.gz")
    with tarfile.open(archive) as source, tarfile.open(changed, "w:gz") as target:
        for member in source.getmembers():
            data = source.extractfile(member)
            assert data is not None
            text = data.read()
            if member.name == "manifest.json":
                text = json.dumps({**json.loads(text), **changes}).encode()
                member.size = len(text)
            target.addfile(member, io.BytesIO(text))
    return changed


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("name", "kind"),
    [("../beside", tarfile.REGTYPE), ("/tmp/beside", tarfile.REGTYPE), ("vapid.pem", tarfile.SYMTYPE)],
)
def test_what_no_backup_holds_is_never_written(chain: Chain, shelf: Path, name: str, kind: bytes) -> None:
    archive, changed = made(chain.app, shelf), shelf / "changed.tar.gz"
    with tarfile.open(archive) as source, tarfile.open(changed, "w:gz") as target:
        odd = tarfile.TarInfo(name)
        odd.type, odd.linkname = kind, "/etc/passwd"
        target.addfile(odd)
        for member in source.getmembers():
            target.addfile(member, source.extractfile(member))
    before = records(chain)
    assert "is not a whole backup" in refusal(chain.app, "restore", "--replace", changed)
    assert records(chain) == before
    assert not list(Path(str(db.engine.url.database)).parent.glob("**/beside"))
    assert not Path("/tmp/beside").exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_backup_of_a_newer_version_is_refused(chain: Chain, shelf: Path) -> None:
    archive = made(chain.app, shelf)
    for newer in ({"revision": "9999"}, {"format": 2}):
        assert "newer version" in refusal(chain.app, "restore", "--replace", repacked(archive, **newer))


def test_a_backup_of_the_other_database_is_refused(chain: Chain, shelf: Path) -> None:
    archive = made(chain.app, shelf)
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[db.engine.dialect.name]
    line = refusal(chain.app, "restore", "--replace", repacked(archive, database=other))
    assert "DATABASE_URL" in line


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_damaged_database_makes_no_backup(chain: Chain, shelf: Path) -> None:
    place = Path(str(db.engine.url.database))
    db.session.remove()
    db.engine.dispose()
    whole = bytearray(place.read_bytes())
    middle = whole.index(b"helmet")
    whole[middle - 2000 : middle + 2000] = b"\xff" * 4000
    place.write_bytes(whole)
    refusal(chain.app, "backup", shelf)
    assert list(shelf.iterdir()) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_can_not_be_read_is_put_aside_too(chain: Chain, shelf: Path) -> None:
    archive = made(chain.app, shelf)
    before = records(chain)
    place = Path(str(db.engine.url.database))
    db.session.remove()
    db.engine.dispose()
    place.write_bytes(b"not a database at all" * 1000)
    assert "--replace" in refusal(chain.app, "restore", archive)
    flask(chain.app, "restore", "--replace", archive)
    assert records(chain) == before
    assert list(place.parent.glob("*before_restore_*"))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("version", [None, "9.6.24"])
def test_missing_or_old_programs_are_named_with_what_to_install(
    chain: Chain, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str | None
) -> None:
    if version:
        (tmp_path / "pg_dump").write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n")
        (tmp_path / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "apt-get install postgresql-client-" in refusal(chain.app, "backup", shelf)
    assert list(shelf.iterdir()) == []


@pytest.fixture
def large_photo(chain: Chain) -> Iterator[None]:
    """There is room for a copy of the database and not for one of this photo: the system lets no file grow so long."""
    folder = chain.app.extensions["ben.settings"].attachments_dir / "ab"
    folder.mkdir(parents=True)
    (folder / ("ab" * 32)).write_bytes(os.urandom(3_100_000))
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, most[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, most)


@pytest.mark.usefixtures("large_photo")
def test_a_full_disk_is_told_and_leaves_the_last_backup_alone(chain: Chain, shelf: Path) -> None:
    last = shelf / "ben.tar.gz"
    last.write_bytes(gzip.compress(b"the last one"))
    assert "is full: no backup was made" in refusal(chain.app, "backup", last)
    assert [path.name for path in shelf.rglob("*") if path.is_file()] == ["ben.tar.gz"]
    assert gzip.decompress(last.read_bytes()) == b"the last one"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_its_owner_can_read_what_a_backup_leaves_while_it_is_made(chain: Chain, shelf: Path) -> None:
    before = os.umask(0)
    try:
        assert made(chain.app, shelf).stat().st_mode & 0o077 == 0
    finally:
        os.umask(before)


def test_no_number_that_a_phone_may_hold_is_given_again_after_a_restore(chain: Chain, shelf: Path) -> None:
    archive = made(chain.app, shelf)
    lost = {chain.phone(f"Người {number}").device for number in range(3)}
    flask(chain.app, "restore", "--replace", archive)
    first = {chain.phone(f"Người {number}").device for number in range(3, 6)}
    assert not first & lost
    flask(chain.app, "restore", "--replace", archive)
    assert chain.phone("Người 6").device not in lost


def test_a_phone_that_was_enrolled_after_the_backup_comes_back_under_its_number_with_its_work(
    chain: Chain, shelf: Path
) -> None:
    archive = made(chain.app, shelf)
    late = chain.phone("Kim Bình")
    create = {"n": 1, "kind": "edit", "base": 0, "form": chain.versions["CK-05"], "place": chain.commune}
    create |= {"record": f"{late.device}-1", "at": AT, "set": chain.positions("CK-05", VALID["CK-05"])}
    assert late.sync(create)["results"][0]["status"] == "applied"
    flask(chain.app, "restore", "--replace", archive)
    assert late.get("/api/me").get_json()["slug"] == "sign-in"
    person = people.install_person({"name": "Kim Bình", "role": "TNV", "place": COMMUNE, "language": "vi"})
    token = people.install_link(person)["url"].rpartition("/")[2]
    back = Phone(chain.app).enrol(token, device=late.device)
    assert back.device == late.device
    assert back.sync(create)["results"][0]["status"] == "applied"
    assert create["record"] in records(chain)


def test_a_number_that_is_somebody_elses_is_not_given_to_who_asks_for_it(chain: Chain) -> None:
    for asked in (chain.supervisor.device, 2**31 - 1):
        person = people.install_person({"name": "Kim Bình", "role": "TNV", "place": COMMUNE, "language": "vi"})
        token = people.install_link(person)["url"].rpartition("/")[2]
        assert Phone(chain.app).enrol(token, device=asked).device != asked
