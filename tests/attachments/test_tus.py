"""Uploads by tus 1.0: what is acknowledged is safe, and what is there is not sent again."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from server import clock as server_clock
from server.attachments import service
from server.people import service as people
from tests.tools.chain import Chain
from tests.tools.tus import ADDRESS, Tus, metadata, name_of, picture

PHOTO = picture()
NAME = name_of(PHOTO)
PIECE = 400_000


def offset(answer: object) -> int:
    return int(answer.headers["Upload-Offset"])  # type: ignore[attr-defined]


def slug(answer: object) -> str:
    return str(answer.get_json()["slug"])  # type: ignore[attr-defined]


def unfinished(app: Flask) -> list[Path]:
    return sorted((app.extensions["ben.settings"].data_dir / "uploads").glob("[0-9]*/*"))


# ---------------------------------------------------------------- the protocol


def test_the_server_says_what_it_speaks(tus: Tus) -> None:
    answer = tus.phone.call("OPTIONS", ADDRESS)
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "expiration",
        "termination",
    }
    assert int(answer.headers["Tus-Max-Size"]) == 25_000_000


def test_an_upload_goes_piece_by_piece_and_ends_whole(tus: Tus, app: Flask) -> None:
    begun = tus.create(PHOTO)
    assert (begun.status_code, offset(begun)) == (201, 0)
    address = begun.headers["Location"]
    assert address == f"{ADDRESS}/{NAME}"
    assert begun.headers["Upload-Expires"].endswith("GMT")
    for start in range(0, len(PHOTO), 1000):
        answer = tus.patch(address, start, PHOTO[start : start + 1000])
        assert (answer.status_code, offset(answer)) == (204, min(start + 1000, len(PHOTO)))
        assert answer.headers["Tus-Resumable"] == "1.0.0"
    told = tus.head(address)
    assert (told.status_code, offset(told), told.headers["Upload-Length"]) == (200, len(PHOTO), str(len(PHOTO)))
    assert told.headers["Cache-Control"] == "no-store"
    assert "Upload-Expires" not in told.headers
    assert unfinished(app) == []


def test_a_phone_that_knows_only_the_name_goes_on_where_it_was(tus: Tus) -> None:
    tus.create(PHOTO)
    tus.patch(f"{ADDRESS}/{NAME}", 0, PHOTO[:700])
    assert offset(tus.head(f"{ADDRESS}/{NAME}")) == 700
    again = tus.create(PHOTO)
    assert (again.status_code, offset(again)) == (201, 700)
    assert tus.patch(f"{ADDRESS}/{NAME}", 700, PHOTO[700:]).status_code == 204


def test_bytes_may_come_along_with_the_creation(tus: Tus) -> None:
    begun = tus.create(PHOTO, first=PHOTO[:900])
    assert (begun.status_code, offset(begun)) == (201, 900)
    other = picture(seed=2)
    whole = tus.create(other, first=other)
    assert (whole.status_code, offset(whole)) == (201, len(other))


def test_bytes_that_come_along_with_a_second_creation_are_not_appended_twice(tus: Tus) -> None:
    tus.create(PHOTO, first=PHOTO[:900])
    assert offset(tus.create(PHOTO, first=PHOTO[:900])) == 900


@pytest.mark.parametrize("wrong", [0, 600, 1400])
def test_bytes_for_another_offset_are_refused_and_the_right_one_is_told(tus: Tus, wrong: int) -> None:
    tus.create(PHOTO, first=PHOTO[:700])
    answer = tus.patch(f"{ADDRESS}/{NAME}", wrong, PHOTO[wrong:])
    assert (answer.status_code, slug(answer), answer.get_json()["offset"]) == (409, "upload-offset", 700)
    assert offset(tus.head(f"{ADDRESS}/{NAME}")) == 700


def test_more_bytes_than_were_announced_are_refused(tus: Tus) -> None:
    tus.create(PHOTO)
    answer = tus.patch(f"{ADDRESS}/{NAME}", 0, PHOTO + b"more")
    assert (answer.status_code, slug(answer)) == (413, "body-too-large")


def test_another_version_of_tus_is_told_which_is_spoken(tus: Tus) -> None:
    answer = tus.phone.call("HEAD", f"{ADDRESS}/{NAME}", headers={"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_a_patch_of_another_kind_of_body_is_refused(tus: Tus) -> None:
    tus.create(PHOTO)
    answer = tus.call("PATCH", f"{ADDRESS}/{NAME}", PHOTO, Content_Type="image/jpeg", Upload_Offset="0")
    assert (answer.status_code, slug(answer)) == (415, "unsupported-media")


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload_Length": "10"},
        {"Upload_Metadata": metadata(NAME)},
        {"Upload_Length": "-1", "Upload_Metadata": metadata(NAME)},
        {"Upload_Length": "0", "Upload_Metadata": metadata(NAME)},
        {"Upload_Length": "ten", "Upload_Metadata": metadata(NAME)},
        {"Upload_Length": "10", "Upload_Metadata": "name not-base64!"},
        {"Upload_Defer_Length": "1", "Upload_Metadata": metadata(NAME)},
    ],
)
def test_a_creation_without_its_headers_is_refused(tus: Tus, headers: dict[str, str]) -> None:
    answer = tus.call("POST", ADDRESS, **headers)
    assert 400 <= answer.status_code < 500
    assert slug(answer) in {"bad-request", "attachment-type-refused"}


@pytest.mark.parametrize(
    "name", ["photo.jpg", "../../etc/passwd", f"{'a' * 64}.svg", f"{'A' * 64}.jpg", f"{'a' * 63}.jpg"]
)
def test_a_name_that_is_no_content_name_is_refused(tus: Tus, name: str) -> None:
    answer = tus.create(PHOTO, name)
    assert (answer.status_code, slug(answer)) == (415, "attachment-type-refused")


def test_an_upload_that_nobody_began_is_not_known(tus: Tus) -> None:
    assert tus.head(f"{ADDRESS}/{NAME}").status_code == 404
    assert slug(tus.patch(f"{ADDRESS}/{NAME}", 0, PHOTO)) == "upload-unknown"
    assert slug(tus.patch(f"{ADDRESS}/anything", 0, PHOTO)) == "upload-unknown"
    assert slug(tus.call("DELETE", f"{ADDRESS}/{NAME}")) == "upload-unknown"


def test_an_upload_can_be_given_up(tus: Tus, app: Flask) -> None:
    tus.create(PHOTO, first=PHOTO[:100])
    assert tus.call("DELETE", f"{ADDRESS}/{NAME}").status_code == 204
    assert tus.head(f"{ADDRESS}/{NAME}").status_code == 404
    assert unfinished(app) == []


def test_what_is_finished_can_not_be_given_up(tus: Tus) -> None:
    tus.send(PHOTO)
    assert slug(tus.call("DELETE", f"{ADDRESS}/{NAME}")) == "not-allowed"
    assert offset(tus.head(f"{ADDRESS}/{NAME}")) == len(PHOTO)


# ---------------------------------------------------------------- content names


def test_what_is_there_is_not_sent_again_by_anybody(tus: Tus, colleague: Callable[[], Tus]) -> None:
    tus.send(PHOTO)
    for phone in (tus, colleague()):
        begun = phone.create(PHOTO)
        assert (begun.status_code, offset(begun)) == (201, len(PHOTO))
        told = phone.head(begun.headers["Location"])
        assert offset(told) == int(told.headers["Upload-Length"]) == len(PHOTO)


def test_who_sends_what_came_meanwhile_is_told_that_all_is_there(tus: Tus, colleague: Callable[[], Tus]) -> None:
    other = colleague()
    address = other.create(PHOTO, first=PHOTO[:100]).headers["Location"]
    tus.send(PHOTO)
    answer = other.patch(address, 100, PHOTO[100:])
    assert (answer.status_code, offset(answer)) == (204, len(PHOTO))


def test_two_phones_send_the_same_content_at_once_and_both_end_well(tus: Tus, colleague: Callable[[], Tus]) -> None:
    phones = (tus, colleague())
    for phone in phones:
        phone.create(PHOTO)
    for start in range(0, len(PHOTO), 3000):
        for phone in phones:
            assert phone.patch(f"{ADDRESS}/{NAME}", start, PHOTO[start : start + 3000]).status_code == 204
    assert all(offset(phone.head(f"{ADDRESS}/{NAME}")) == len(PHOTO) for phone in phones)


def test_bytes_that_are_not_those_of_the_name_are_refused_and_dropped(tus: Tus, app: Flask) -> None:
    answer = tus.send(picture(seed=3), NAME)
    assert (answer.status_code, slug(answer)) == (422, "attachment-altered")
    assert unfinished(app) == []
    assert tus.head(f"{ADDRESS}/{NAME}").status_code == 404
    assert tus.send(PHOTO).status_code == 204


def test_a_check_that_was_cut_off_is_made_when_the_phone_asks_again(tus: Tus, app: Flask) -> None:
    tus.create(PHOTO, first=PHOTO[:-1])
    (path,) = unfinished(app)
    path.write_bytes(PHOTO)  # the last byte was written, then the process was killed
    told = tus.head(f"{ADDRESS}/{NAME}")
    assert (told.status_code, offset(told)) == (200, len(PHOTO))
    assert unfinished(app) == []


def test_what_the_storage_has_and_a_restored_database_does_not_know_is_not_sent_again(tus: Tus, app: Flask) -> None:
    tus.send(PHOTO)
    forget(NAME)
    assert tus.phone.sync(photos=[NAME])["lacks"] == [NAME]
    assert offset(tus.create(PHOTO)) == len(PHOTO)
    assert tus.phone.sync(photos=[NAME])["lacks"] == []


def forget(name: str) -> None:
    """The database loses a row, as when an older copy of it is restored."""
    import sqlalchemy as sa

    from server.db import db, transaction

    transaction(lambda: db.session.execute(sa.text("DELETE FROM attachments WHERE name = :name"), {"name": name}))()


# ---------------------------------------------------------------- who, and how much


def test_nobody_uploads_without_a_living_session(tus: Tus, phone: Callable[[], object], chain: Chain) -> None:
    assert slug(Tus(phone()).create(PHOTO)) == "sign-in"  # type: ignore[arg-type]
    tus.create(PHOTO, first=PHOTO[:500])
    people.operator_revoke(tus.phone.device or 0)
    for answer in (tus.create(PHOTO), tus.patch(f"{ADDRESS}/{NAME}", 500, PHOTO[500:])):
        assert (answer.status_code, slug(answer)) == (401, "device-revoked")
    assert tus.head(f"{ADDRESS}/{NAME}").status_code == 401


def test_nobody_goes_on_with_anothers_upload(tus: Tus, colleague: Callable[[], Tus]) -> None:
    tus.create(PHOTO, first=PHOTO[:500])
    assert colleague().head(f"{ADDRESS}/{NAME}").status_code == 404


@pytest.mark.parametrize(("ending", "limit"), [("jpg", 8_000_000), ("mp4", 25_000_000), ("pdf", 25_000_000)])
def test_a_file_that_is_too_large_is_refused_at_its_creation(tus: Tus, ending: str, limit: int) -> None:
    told = {"Upload_Length": str(limit + 1), "Upload_Metadata": metadata(f"{'a' * 64}.{ending}")}
    answer = tus.call("POST", ADDRESS, **told)
    assert (answer.status_code, slug(answer)) == (413, "attachment-too-large")
    assert (answer.get_json()["limit"], answer.get_json()["unit"]) == (limit, "bytes")


def test_unfinished_uploads_of_a_phone_are_bounded_together(tus: Tus, colleague: Callable[[], Tus]) -> None:
    def begin(phone: Tus, number: int) -> object:
        told = {"Upload_Length": "25000000", "Upload_Metadata": metadata(f"{number:064x}.mp4")}
        return phone.call("POST", ADDRESS, **told)

    answers = [begin(tus, number) for number in range(5)]
    assert [answer.status_code for answer in answers] == [201] * 4 + [429]  # type: ignore[attr-defined]
    assert slug(answers[-1]) == "uploads-full"
    assert begin(tus, 0).status_code == 201  # type: ignore[attr-defined]  # which was begun already
    assert begin(colleague(), 5).status_code == 201  # type: ignore[attr-defined]
    tus.call("DELETE", f"{ADDRESS}/{0:064x}.mp4")
    assert begin(tus, 5).status_code == 201  # type: ignore[attr-defined]


def test_an_upload_that_nobody_goes_on_with_expires_after_thirty_days(tus: Tus, app: Flask) -> None:
    tus.create(PHOTO, first=PHOTO[:500])
    other = picture(seed=5)
    tus.create(other, first=other[:500])
    old, young = unfinished(app)
    long_ago = (server_clock.real_now() - timedelta(days=31)).timestamp()
    os.utime(old, (long_ago, long_ago))
    service.tidy()
    assert unfinished(app) == [young]


# ---------------------------------------------------------------- what the sync says


def test_the_sync_answers_which_of_the_named_photos_the_server_lacks(tus: Tus) -> None:
    other = name_of(picture(seed=6))
    tus.send(PHOTO)
    assert tus.phone.sync(photos=[other, NAME, other])["lacks"] == [other]
    assert tus.phone.sync(photos=[NAME])["lacks"] == []
    assert tus.phone.sync()["lacks"] == []


def test_a_preview_alone_does_not_make_a_photo_whole(tus: Tus) -> None:
    preview = picture("WEBP", (160, 120))
    assert tus.send(preview, NAME, preview=True).status_code == 204
    assert tus.phone.sync(photos=[NAME])["lacks"] == [NAME]


def test_at_most_two_hundred_photos_are_named_in_a_request(tus: Tus) -> None:
    with pytest.raises(AssertionError, match="invalid"):
        tus.phone.sync(photos=[f"{number:064x}.jpg" for number in range(201)])


# ---------------------------------------------------------------- a full disk


def test_no_upload_begins_that_would_leave_the_database_without_room(
    tus: Tus, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.attachments import uploads

    monkeypatch.setattr(uploads, "RESERVE", 10**16)
    answer = tus.create(PHOTO)
    assert (answer.status_code, slug(answer)) == (507, "storage-full")
    assert unfinished(app) == []


@pytest.fixture
def little_room() -> Iterator[int]:
    """No file of this process can be longer than so many bytes: enough for the database, and writes are cut there."""
    short, most = 3_000_000, resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (short, most[1]))
    yield short
    resource.setrlimit(resource.RLIMIT_FSIZE, most)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_disk_that_fills_up_acknowledges_nothing_and_the_upload_goes_on_once_there_is_room(
    tus: Tus, little_room: int
) -> None:
    content = b"\0" * (little_room + 60_000)
    name = name_of(content, "bin")
    tus.create(content, name)
    for here in range(0, little_room - PIECE, PIECE):
        assert tus.patch(f"{ADDRESS}/{name}", here, content[here : here + PIECE]).status_code == 204
    safe = offset(tus.head(f"{ADDRESS}/{name}"))
    answer = tus.patch(f"{ADDRESS}/{name}", safe, content[safe : safe + PIECE])
    assert (answer.status_code, slug(answer)) == (507, "storage-full")
    here = offset(tus.head(f"{ADDRESS}/{name}"))
    assert safe <= here <= little_room
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.getrlimit(resource.RLIMIT_FSIZE)[1],) * 2)
    assert tus.patch(f"{ADDRESS}/{name}", here, content[here:]).status_code == 204
