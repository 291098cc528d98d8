"""A photo is seen through a record that one may read and that holds it, and in no other way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from server.db import transaction
from server.forms import service as forms
from server.people import service as people
from tests.forms.forms import source
from tests.tools.buckets import Buckets
from tests.tools.chain import Chain
from tests.tools.phones import Phone
from tests.tools.tus import Tus, name_of, opened, picture

AT = "2023-05-16T07:30:00+07:00"
PHOTO = picture()
NAME = name_of(PHOTO)
QUESTIONS = (
    {"type": "image", "name": "photo"},
    {"type": "text", "name": "words"},
    {"type": "file", "name": "paper"},
    {"type": "audio", "name": "voice"},
    {"type": "begin_repeat", "name": "vehicle"},
    {"type": "image", "name": "plate"},
    {"type": "end_repeat"},
)


class Desk:
    """A form with photos, and records of it."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        install = transaction(lambda: forms.install(chain.campaign, source(*QUESTIONS), "thu.md", occurrence="day"))
        self.form = install()
        self.fields = forms.compiled(self.form)["fields"]
        self.last = 0

    def edit(self, phone: Phone, base: int = 0, record: str = "", **answers: Any) -> dict[str, Any]:
        """Creates or changes a record; what was answered, with its id."""
        self.last += 1
        whole = {"form": self.form, "place": self.chain.commune} if base == 0 else {}
        answers |= {} if base else {"day": "2023-05-10"}
        entries = [
            [self.fields.index(name), *(value if isinstance(value, list) else [value])]
            for name, value in answers.items()
        ]
        edit = {
            "n": self.last,
            "kind": "edit",
            "record": record or f"{phone.device}-{self.last}",
            "base": base,
            "at": AT,
        }
        (result,) = phone.sync({**edit, **whole, "set": entries})["results"]
        return {**result, "record": edit["record"]}


@pytest.fixture
def desk(chain: Chain) -> Desk:
    """The form, installed."""
    return Desk(chain)


def seen(phone: Phone, record: str, name: str = NAME, **options: Any) -> TestResponse:
    return phone.get(f"/api/records/{record}/attachments/{name}", **options)


def record_with(desk: Desk, phone: Phone, **answers: Any) -> str:
    made = desk.edit(phone, **answers)
    assert made["status"] == "applied", made
    return str(made["record"])


def test_whoever_may_read_the_record_sees_its_photo(desk: Desk, tus: Tus, chain: Chain) -> None:
    record = record_with(desk, tus.phone, photo=NAME)
    tus.send(PHOTO)
    for phone in (tus.phone, chain.supervisor, chain.phone("Kim Bình")):
        answer = seen(phone, record)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert opened(answer.data).size == (640, 480)
        small = seen(phone, record, query_string={"preview": "1"})
        assert (small.status_code, small.mimetype, opened(small.data).size) == (200, "image/webp", (320, 240))


def test_nobody_else_sees_it(desk: Desk, tus: Tus, chain: Chain, phone: Callable[[], Phone]) -> None:
    record = record_with(desk, tus.phone, photo=NAME)
    tus.send(PHOTO)
    assert seen(chain.phone("Trần Lành", place="xa-dai-an"), record).status_code == 404
    assert seen(phone(), record).status_code == 401
    other = chain.phone("Kim Bình")
    people.operator_revoke(other.device or 0)
    assert seen(other, record).status_code == 401


def test_a_name_opens_only_the_records_that_hold_it(desk: Desk, tus: Tus) -> None:
    holding = record_with(desk, tus.phone, photo=NAME)
    without = record_with(desk, tus.phone)
    tus.send(PHOTO)
    assert seen(tus.phone, holding).status_code == 200
    assert seen(tus.phone, without).status_code == 404
    assert seen(tus.phone, "17-4711").status_code == 404
    assert seen(tus.phone, holding, name_of(b"another")).status_code == 404
    for name in (f"{NAME}.preview", f"{NAME}.sent", "../ben.db", NAME.upper()):
        assert seen(tus.phone, holding, name).status_code == 404


def test_a_name_that_stands_in_a_text_opens_nothing(desk: Desk, tus: Tus) -> None:
    record = record_with(desk, tus.phone, words=NAME)
    tus.send(PHOTO)
    assert seen(tus.phone, record).status_code == 404


def test_a_photo_in_an_item_of_a_repeat_is_seen(desk: Desk, tus: Tus) -> None:
    item = f"{tus.phone.device}-900"
    record = record_with(desk, tus.phone, vehicle=[1, item], **{"vehicle/plate": [NAME, item]})
    tus.send(PHOTO)
    assert seen(tus.phone, record).status_code == 200


def test_a_photo_that_was_replaced_is_still_seen_by_who_looks_at_the_history(desk: Desk, tus: Tus) -> None:
    record = record_with(desk, tus.phone, photo=NAME)
    tus.send(PHOTO)
    assert desk.edit(tus.phone, 1, record, photo=None)["status"] == "applied"
    assert seen(tus.phone, record).status_code == 200


def test_both_photos_of_a_conflict_are_seen(desk: Desk, tus: Tus, chain: Chain) -> None:
    record = record_with(desk, tus.phone, words="gốc")
    others = [picture(seed=seed) for seed in (7, 8)]
    for photo in others:
        tus.send(photo)
    desk.edit(tus.phone, 1, record, photo=name_of(others[0]))
    second = desk.edit(chain.phone("Kim Bình"), 1, record, photo=name_of(others[1]))
    assert second["conflicts"], second
    assert [seen(chain.supervisor, record, name_of(photo)).status_code for photo in others] == [200, 200]


def test_whoever_may_see_a_held_item_sees_its_photo(desk: Desk, tus: Tus, chain: Chain) -> None:
    held = desk.edit(tus.phone, photo=NAME, day="2033-01-01", words="x" * 20_000)
    assert held["status"] == "quarantined", held
    tus.send(PHOTO)
    assert seen(tus.phone, held["record"]).status_code == 200
    assert seen(chain.supervisor, held["record"]).status_code == 200
    assert seen(chain.phone("Kim Bình"), held["record"]).status_code == 404
    assert seen(tus.phone, held["record"], name_of(b"another")).status_code == 404


def test_a_photo_that_has_not_arrived_is_not_there_and_its_preview_is_once_that_has(desk: Desk, tus: Tus) -> None:
    record = record_with(desk, tus.phone, photo=NAME)
    assert seen(tus.phone, record).status_code == 404
    tus.send(picture("WEBP", (64, 48)), NAME, preview=True)
    assert seen(tus.phone, record).status_code == 404
    assert opened(seen(tus.phone, record, query_string={"preview": "1"}).data).size == (64, 48)


def test_a_photo_is_served_so_that_a_browser_can_only_show_it(desk: Desk, tus: Tus) -> None:
    record = record_with(desk, tus.phone, photo=NAME)
    tus.send(PHOTO)
    headers = seen(tus.phone, record).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Content-Disposition"] == f'inline; filename="{NAME}"'
    assert "Content-Encoding" not in headers


@pytest.mark.parametrize(
    ("question", "ending", "content", "media_type", "shown"),
    [
        ("paper", "pdf", b"%PDF-1.7", "application/pdf", False),
        ("paper", "txt", b"<script>alert(1)</script>", "text/plain", False),
        ("paper", "bin", b"<html>", "application/octet-stream", False),
        ("voice", "webm", b"\x1a\x45\xdf\xa3A_OPUS", "audio/webm", True),
        ("voice", "m4a", b"\0\0\0\x20ftypM4A ", "audio/mp4", True),
    ],
)
def test_only_sound_film_and_pictures_are_shown_the_rest_is_handed_out(
    desk: Desk, tus: Tus, question: str, ending: str, content: bytes, media_type: str, shown: bool
) -> None:
    name = name_of(content, ending)
    record = record_with(desk, tus.phone, **{question: name})
    assert tus.send(content, name).status_code == 204
    answer = seen(tus.phone, record, name)
    assert (answer.data, answer.mimetype) == (content, media_type)
    assert answer.headers["Content-Disposition"].split(";")[0] == ("inline" if shown else "attachment")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def parts_and_copies(phone: Phone, record: str, name: str, content: bytes) -> None:
    """What HTTP promises of parts and of copies that a browser has kept."""
    part = seen(phone, record, name, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, content[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(content)}"
    tag = seen(phone, record, name).headers["ETag"]
    same = seen(phone, record, name, headers={"If-None-Match": tag})
    assert (same.status_code, same.data) == (304, b"")
    beyond = seen(phone, record, name, headers={"Range": f"bytes={len(content)}-"})
    assert (beyond.status_code, beyond.data) == (200, content)


def test_parts_of_a_file_and_copies_that_are_still_right(desk: Desk, tus: Tus) -> None:
    content = b"ID3" + bytes(range(256)) * 100
    name = name_of(content, "mp3")
    record = record_with(desk, tus.phone, voice=name)
    tus.send(content, name)
    parts_and_copies(tus.phone, record, name, content)


# ---------------------------------------------------------------- from a bucket


class TestFromABucket:
    """All of it with the files in a real S3-compatible service."""

    @pytest.fixture
    def settings(self, settings: Any, bucket: Buckets, tmp_path: Any) -> Any:
        """The storage is a bucket."""
        from dataclasses import replace

        return replace(settings, storage=f"s3://ben/{tmp_path.name}", storage_endpoint=bucket.endpoint)

    def test_a_photo_goes_there_and_comes_back(self, desk: Desk, tus: Tus, app: Flask, chain: Chain) -> None:
        record = record_with(desk, tus.phone, photo=NAME)
        tus.send(picture("WEBP", (64, 48)), NAME, preview=True)
        assert opened(seen(tus.phone, record, query_string={"preview": "1"}).data).size == (64, 48)
        assert tus.send(PHOTO).status_code == 204
        assert opened(seen(chain.supervisor, record).data).size == (640, 480)
        assert opened(seen(chain.supervisor, record, query_string={"preview": "1"}).data).size == (320, 240)
        assert tus.phone.sync(photos=[NAME])["lacks"] == []
        assert not (app.extensions["ben.settings"].data_dir / "attachments").exists()

    def test_parts_and_copies(self, desk: Desk, tus: Tus) -> None:
        content = b"ID3" + bytes(range(256)) * 1000
        name = name_of(content, "mp3")
        record = record_with(desk, tus.phone, voice=name)
        tus.send(content, name)
        parts_and_copies(tus.phone, record, name, content)
