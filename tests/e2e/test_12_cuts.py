"""Chapter 12: a photo's link is cut in every part, browser and server are killed: it arrives, little is sent twice.

What was sent is counted where it passes the network, byte by byte.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.handset import Handset
from tests.tools.kept_media import photos, served, take, wait_for_media, wait_for_state
from tests.tools.landing import Landing
from tests.tools.net_gate import Part
from tests.tools.pictures import camera_photo

CHUNK = 65_536


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landing]:
    """An installation whose campaign has a form that asks for large photos."""
    made = Landing(tmp_path_factory.mktemp("landing"), rich=True)
    try:
        yield made.prepare().start()
    finally:
        made.stop()


@pytest.fixture(scope="module")
def phone(crew: Crew) -> Handset:
    """A volunteer's phone; it has what taking a photo needs.

    It was closed once: a browser that is killed within half a minute of enrolling hasn't written its cookie down yet.
    """
    made = crew.volunteer()
    wait_for_media(made.page)
    made.close()
    made.open()
    return made


class Journey:
    """A photo of many parts that a phone has taken without network; its record is finished, all of it is to be sent."""

    def __init__(self, phone: Handset, file: Path) -> None:
        self.phone = phone
        known = {photo["name"] for photo in photos(phone.page)}
        phone.lose_network()
        screens.show(phone.page, "")
        screens.begin(phone.page, screens.ALL_MEDIA)
        screens.answer(phone.page, "day", "now")
        take(phone.page, file, "photo")
        self.record = screens.finish(phone.page)
        (self.photo,) = (photo for photo in photos(phone.page) if photo["name"] not in known)
        self.first = len(phone.net.parts)
        self.seen = phone.net.cuts
        assert self.photo["size"] > 5 * CHUNK

    @property
    def parts(self) -> list[Part]:
        """The parts of the whole photo that reached the server, in their order."""
        return [part for part in self.phone.net.parts[self.first :] if part.path.endswith(self.photo["name"])]

    @property
    def cuts(self) -> int:
        """How often it was cut."""
        return sum(part.is_cut for part in self.parts)

    @property
    def twice(self) -> int:
        """Bytes that were sent more than once."""
        return sum(part.passed for part in self.parts) - int(self.photo["size"])

    @property
    def state(self) -> str:
        """What the phone says of it."""
        return str(next(one for one in photos(self.phone.page) if one["name"] == self.photo["name"])["state"])

    def wait_for_cut(self) -> bool:
        """Whether it, or its small picture, was cut once more; False: it has arrived instead."""
        for _ in range(2_400):  # two minutes: after failures the phone waits before it tries again
            if self.phone.net.cuts > self.seen:
                self.seen = self.phone.net.cuts
                return True
            if self.state == "sent":
                return False
            self.phone.page.wait_for_timeout(50)
        raise AssertionError(f"neither cut nor sent: {self.parts}")

    def is_whole(self) -> None:
        """The server gives the picture that was taken, as large as it was kept."""
        wait_for_state(self.phone.page, "sent", len(photos(self.phone.page)))
        with Image.open(io.BytesIO(served(self.phone.page, self.record, self.photo["name"]))) as picture:
            picture.load()
            assert sorted(picture.size) == [1800, 2400]


@pytest.mark.parametrize("after", [0, 1, CHUNK // 2, CHUNK - 1, CHUNK])
def test_a_photo_whose_link_is_cut_in_every_part_arrives_and_less_than_a_part_is_sent_twice_for_each_cut(
    phone: Handset, tmp_path: Path, after: int
) -> None:
    journey = Journey(phone, camera_photo(tmp_path / "photo.jpg", 100 + after))
    phone.net.cut_parts(after, hang=True)
    phone.regain_network()
    while journey.wait_for_cut():
        phone.lose_signal()
    phone.net.cut_parts(None)
    journey.is_whole()
    assert journey.cuts >= journey.photo["size"] // (2 * CHUNK)
    assert 0 <= journey.twice < journey.cuts * CHUNK, journey.parts
    if after == 0:
        assert journey.twice == 0, journey.parts


@pytest.mark.parametrize("after", [0, CHUNK // 2, CHUNK])
def test_a_photo_whose_connection_is_reset_in_every_part_goes_on_at_once(
    phone: Handset, tmp_path: Path, after: int
) -> None:
    journey = Journey(phone, camera_photo(tmp_path / "photo.jpg", 200 + after))
    phone.net.cut_parts(after)
    phone.regain_network()
    while journey.wait_for_cut():
        pass
    phone.net.cut_parts(None)
    journey.is_whole()
    assert journey.cuts >= journey.photo["size"] // (2 * CHUNK)
    # On a connection that it kept, Chromium repeats a request of its own accord: that part is sent twice.
    assert 0 <= journey.twice <= journey.cuts * CHUNK, journey.parts


def test_a_photo_arrives_whole_although_the_browser_is_killed_in_every_part(phone: Handset, tmp_path: Path) -> None:
    journey = Journey(phone, camera_photo(tmp_path / "photo.jpg", 7))
    phone.net.cut_parts(CHUNK // 2, hang=True)
    phone.regain_network()
    while journey.wait_for_cut():
        phone.kill()
        phone.open()
    phone.net.cut_parts(None)
    assert journey.cuts >= journey.photo["size"] // (2 * CHUNK)
    assert 0 <= journey.twice < journey.cuts * CHUNK, journey.parts
    journey.is_whole()


def test_a_photo_arrives_whole_although_the_server_is_killed_in_every_part(
    phone: Handset, crew: Crew, tmp_path: Path
) -> None:
    journey = Journey(phone, camera_photo(tmp_path / "photo.jpg", 8))
    phone.net.cut_parts(CHUNK // 2, hang=True)
    phone.regain_network()
    while journey.wait_for_cut():
        # The part never ends: a phone that is told so by a reset repeats it at once (above), into whatever dies.
        phone.lose_network()
        crew.landing.kill_server()
        crew.landing.start_server()
        phone.regain_network()
    phone.net.cut_parts(None)
    assert journey.cuts >= journey.photo["size"] // (2 * CHUNK)
    assert 0 <= journey.twice < journey.cuts * CHUNK, journey.parts
    journey.is_whole()


def test_no_page_broke(phone: Handset) -> None:
    assert phone.errors == []
