"""Uploads through real servers: cut at every boundary, servers killed in the middle; each ends whole.

What was sent twice is counted: under one part for each cut.
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from server.attachments.storage import Disk
from tests.running.conftest import Site
from tests.tools.http_phone import HttpPhone, Refused
from tests.tools.tus import ADDRESS, CHUNK, metadata, name_of, opened, picture

PART = 40_000
PATIENCE = 120.0
HUGE = (1400, 1000)


@dataclass
class Uploader:
    """A phone's upload of one file, which forgets everything when it is cut and asks the server where it is."""

    phone: HttpPhone
    content: bytes
    name: str
    sent: int = 0
    cuts: int = 0
    offsets: list[int] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Known from the name."""
        return f"{ADDRESS}/{self.name}"

    def request(self, method: str, address: str, body: bytes | None = None, **headers: str) -> tuple[int, int | None]:
        """One request: its status and the offset that was told. OSError when no answer comes."""
        sent = {"Tus-Resumable": "1.0.0", "Ben-Device": str(self.phone.device), "Cookie": self.phone.cookie}
        sent |= {"Sec-Fetch-Site": "same-origin"} | {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.phone.port, timeout=20)
        try:
            connection.request(method, address, body, sent)
            answer = connection.getresponse()
            answer.read()
            told = answer.headers.get("Upload-Offset")
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()
        return answer.status, int(told) if told is not None else None

    def ask(self) -> int:
        """Where it is; creates it if the server doesn't know it."""
        status, offset = self.request("HEAD", self.address)
        if status == 404:
            length = {"Upload_Length": str(len(self.content)), "Upload_Metadata": metadata(self.name)}
            status, offset = self.request("POST", ADDRESS, **length)
        if status >= 300 or offset is None:
            raise Refused(status, f"HEAD or POST: {status}")
        self.offsets.append(offset)
        return offset

    def part(self, offset: int) -> int:
        """Sends the next part; where it is then."""
        piece = self.content[offset : offset + PART]
        self.sent += len(piece)
        status, told = self.request("PATCH", self.address, piece, Content_Type=CHUNK, Upload_Offset=str(offset))
        if status != 204 or told is None:
            raise Refused(status, f"PATCH: {status}")
        return told

    def cut(self, offset: int, after: int) -> None:
        """Begins the next part, and goes away after so many bytes of it, without reading an answer."""
        piece = self.content[offset : offset + PART]
        head = (
            f"PATCH {self.address} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\n"
            f"Sec-Fetch-Site: same-origin\r\nBen-Device: {self.phone.device}\r\n"
            f"Cookie: {self.phone.cookie}\r\nContent-Type: {CHUNK}\r\n"
            f"Upload-Offset: {offset}\r\nContent-Length: {len(piece)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.phone.port), timeout=20) as connection:
            connection.sendall(head.encode() + piece[:after])
            self.sent += after
        self.cuts += 1

    def land(self, patience: float = PATIENCE) -> None:
        """Goes on until all is there, however often it is cut. AssertionError when it never is."""
        deadline = time.monotonic() + patience
        offset: int | None = None
        while offset != len(self.content):
            assert time.monotonic() < deadline, f"it stayed at {offset}"
            try:
                offset = self.ask() if offset is None else self.part(offset)
            except (OSError, Refused) as error:
                if isinstance(error, Refused) and error.status not in (409, 502, 503):
                    raise
                self.cuts += offset is not None
                offset = None
                time.sleep(0.02)

    @property
    def twice(self) -> int:
        """Bytes that were sent more than once."""
        return self.sent - len(self.content)


@pytest.fixture
def phones(site: Site) -> list[HttpPhone]:
    """Two enrolled phones at a running server."""
    site.landing.start_server()
    return [HttpPhone(site.port, token) for token in site.tokens(2)]


def large(seed: int, size: tuple[int, int] = (700, 500)) -> bytes:
    """A photo of some parts; of some fifteen when it is HUGE."""
    return picture("PNG", size, seed)


def kept(site: Site, name: str) -> bytes:
    file = Disk(site.landing.directory / "var" / "attachments").open(name)
    assert file is not None
    with file:
        return file.read()


def is_whole(site: Site, upload: Uploader) -> None:
    """The photo is kept as it was sent, nothing is left of the upload, and the sync says so."""
    assert opened(kept(site, upload.name)).tobytes() == opened(upload.content).tobytes()
    assert list((site.landing.directory / "var" / "uploads").glob("[0-9]*/*")) == []
    asked = {"protocol": 1, "epoch": upload.phone.profile["epoch"], "cursors": {}, "photos": [upload.name]}
    assert upload.phone.post("/api/sync", asked)["lacks"] == []


@pytest.mark.parametrize("after", [0, 1, PART // 2, PART - 1, PART])
def test_an_upload_that_is_cut_in_every_part_ends_whole_and_sends_less_than_a_part_twice_for_each_cut(
    site: Site, phones: list[HttpPhone], after: int
) -> None:
    content = large(1)
    upload = Uploader(phones[0], content, name_of(content, "png"))
    offset = upload.ask()
    while offset < len(content):
        upload.cut(offset, min(after, len(content) - offset))
        again = settled(upload)
        assert offset <= again <= offset + after
        if again == offset + PART or again == len(content):
            offset = again
            continue
        offset = upload.part(again)
    assert upload.cuts >= len(content) // (2 * PART)
    assert upload.twice < upload.cuts * PART
    is_whole(site, upload)


def settled(upload: Uploader) -> int:
    """Where the upload is once the server has noticed that the connection is gone."""
    last, since = -1, time.monotonic()
    while time.monotonic() - since < 0.3:
        offset = upload.ask()
        if offset != last:
            last, since = offset, time.monotonic()
        time.sleep(0.02)
    return last


class Killer(threading.Thread):
    """Kills every process of the server, again and again, whenever an upload has grown."""

    def __init__(self, site: Site, pause: float) -> None:
        super().__init__(name="killer")
        self.landing = site.landing
        self.uploads = site.landing.directory / "var" / "uploads"
        self.pause = pause
        self.kills = 0
        self.done = threading.Event()

    def sizes(self) -> int:
        """Bytes of all unfinished uploads."""
        return sum(size_of(path) for path in self.uploads.glob("[0-9]*/*"))

    def run(self) -> None:
        seen = 0
        while not self.done.wait(self.pause):
            now = self.sizes()
            if now > seen:
                self.landing.kill_processes()
                self.kills += 1
            seen = now


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def test_servers_that_are_killed_in_the_middle_of_parts_lose_nothing_that_they_acknowledged(
    site: Site, phones: list[HttpPhone]
) -> None:
    photos = [large(seed, HUGE) for seed in (2, 3)]
    uploads = [Uploader(phone, photo, name_of(photo, "png")) for phone in phones for photo in photos]
    killer = Killer(site, 0.03)
    killer.start()
    threads = [threading.Thread(target=upload.land) for upload in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    killer.done.set()
    killer.join()
    assert killer.kills >= 3
    for upload in uploads:
        assert upload.offsets == sorted(upload.offsets)  # what was acknowledged is never taken back
        assert upload.twice <= upload.cuts * PART
        is_whole(site, upload)
    with site.evidence.engine.connect() as connection:
        names = set(connection.execute(sa.text("SELECT name FROM attachments")).scalars())
    assert names == {upload.name for upload in uploads}


def test_an_upload_goes_on_after_the_whole_server_was_killed_and_started_again(
    site: Site, phones: list[HttpPhone]
) -> None:
    content = large(4)
    upload = Uploader(phones[0], content, name_of(content, "png"))
    offset = upload.part(upload.part(upload.ask()))
    upload.cut(offset, PART // 2)
    site.landing.kill_server()
    site.landing.start_server()
    again = upload.ask()
    assert offset <= again <= offset + PART // 2
    upload.land()
    assert upload.twice < PART
    is_whole(site, upload)


def test_many_connections_that_send_the_same_upload_at_once_never_mix_their_bytes(
    site: Site, phones: list[HttpPhone]
) -> None:
    content = large(5)
    name = name_of(content, "png")
    uploads = [Uploader(phone, content, name) for phone in phones for _ in range(3)]
    threads = [threading.Thread(target=upload.land) for upload in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    is_whole(site, uploads[0])
