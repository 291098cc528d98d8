"""Chapter 12: a photo taken without network outlives everything and arrives whole: upright, and telling no place."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Crew
from tests.tools import screens
from tests.tools.handset import Handset
from tests.tools.kept_media import photos, served, take, wait_for_media, wait_for_state
from tests.tools.landing import CAMPAIGN, ROOT, Landing
from tests.tools.pictures import GROUND, SKY, camera_photo

TITLE = "Ảnh hiện trường"
CHUNK = 65_536
A_REQUEST = 1_500  # bytes of a request without its content, at most
WORDS = "label::Tiếng Việt (vi) | label::English (en) | label::ខ្មែរ (km)"
FORM = f"""# Photos

| survey | type | name | {WORDS} | required | appearance |
|---|---|---|---|---|---|---|---|
| | date | seen_on | Ngày | Date | ថ្ងៃ | yes | |
| | image | photo | Ảnh | Photo | រូបថត | yes | |
| | image | signature | Chữ ký | Signature | ហត្ថលេខា | | signature |

| settings | form_title | title_en | title_km | form_id | version | default_language |
|---|---|---|---|---|---|---|
| | {TITLE} | Photos of the place | រូបថតទីតាំង | ANH-01 | 1 | Tiếng Việt (vi) |
"""


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landing]:
    """An installation whose campaign has a form that asks for a photo."""
    pack = Path(shutil.copytree(ROOT / CAMPAIGN, tmp_path_factory.mktemp("pack") / "photos"))
    (pack / "forms" / "ANH-01.md").write_text(FORM, "utf-8")
    campaign = pack / "campaign.yaml"
    text = campaign.read_text("utf-8")
    line = "\nforms:\n  - {file: forms/ANH-01.md, occurrence: seen_on}\n"
    campaign.write_text(text.replace("\nforms:\n", line), "utf-8")
    made = Landing(tmp_path_factory.mktemp("landing"))
    made.flask("db", "upgrade")
    made.flask("campaign", "load", str(pack))
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.fixture(scope="module")
def phone(crew: Crew) -> Handset:
    """The volunteer's phone; it has what taking a photo needs."""
    made = crew.volunteer()
    wait_for_media(made.page)
    return made


def begin(page: Page, file: Path) -> None:
    """A record of the form with a photo, not finished yet."""
    screens.show(page, "")
    screens.begin(page, TITLE)
    screens.answer(page, "seen_on", "now")
    take(page, file, "photo")


def shown(page: Page, record: str, name: str, more: str = "") -> Image.Image:
    """The picture as the server gives it to this person."""
    return Image.open(io.BytesIO(served(page, record, name, more)))


def is_like(picture: Image.Image, part: float, colour: tuple[int, int, int]) -> bool:
    """Whether the middle of the picture at this part of its height has about that colour."""
    found = picture.convert("RGB").resize((1, 100)).getpixel((0, int(100 * part)))
    assert isinstance(found, tuple)
    return (found[0] > found[2]) == (colour[0] > colour[2])


def test_a_photo_taken_without_network_outlives_the_end_of_the_browser(phone: Handset, tmp_path: Path) -> None:
    phone.lose_network()
    begin(phone.page, camera_photo(tmp_path / "photo.jpg"))
    draft = phone.page.evaluate("location.hash")
    phone.close()
    page = phone.open("/" + draft)
    expect(screens.question(page, "photo").locator(".media-picture img")).to_be_visible()
    (kept,) = photos(page)
    assert kept["state"] == "kept"
    assert kept["size"] <= 250_000


def test_it_follows_the_record_whole_however_often_the_link_is_cut(phone: Handset, crew: Crew) -> None:
    page = phone.page
    number = screens.finish(page)
    screens.not_landed(page)
    (photo,) = photos(page)
    phone.regain_network()
    phone.net.lose_answers()  # the first tries come to nothing
    screens.show(page, "outbox")
    phone.net.up()
    sent = phone.net.bytes_up
    asked = len(phone.net.requests)
    cuts = 0
    for after in (15_000, CHUNK // 2, CHUNK + 2_000, CHUNK, CHUNK // 3):
        phone.net.up()
        phone.net.cut_after(after)
        page.evaluate("dispatchEvent(new Event('online'))")
        for _ in range(300):
            if phone.net.is_cut or photos(page)[0]["state"] == "sent":
                break
            page.wait_for_timeout(100)
        cuts += phone.net.is_cut
        if cuts == 3:
            crew.landing.kill_server()
            crew.landing.start_server()
    phone.net.up()
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for_state(page, "sent")
    assert cuts >= 3
    requests = len(phone.net.requests) - asked
    twice = phone.net.bytes_up - sent - photo["size"] - 20_000 - requests * A_REQUEST
    assert twice < cuts * CHUNK, (phone.net.bytes_up - sent, photo["size"], cuts, requests)
    assert [record["id"] for record in crew.eye().documents("record")] == [number]


def test_the_supervisor_sees_it_upright_and_it_tells_no_place(phone: Handset, crew: Crew) -> None:
    (photo,) = photos(phone.page)
    (record,) = crew.eye().documents("record")
    desk = crew.supervisor()
    page = desk.page
    screens.show(page, "inbox")
    page.locator(f"a[data-record='{record['id']}']").click()
    answer = page.locator("article.review .media").first
    expect(answer.locator("img")).to_be_visible()
    expect(answer).to_contain_text("Đã lên máy chủ")
    answer.locator(".media-picture").click()
    expect(page.locator("dialog[open] .media-whole img")).to_be_visible()
    page.keyboard.press("Escape")
    for more in ("", "?preview=1"):
        picture = shown(page, record["id"], photo["name"], more)
        assert picture.height > picture.width
        assert is_like(picture, 0.1, SKY)
        assert is_like(picture, 0.9, GROUND)
        assert not picture.getexif()
    assert max(shown(page, record["id"], photo["name"]).size) <= 1600
    desk.lose_network()
    page.reload()
    screens.show(page, f"record/{record['id']}")
    expect(page.locator(".media img").first).to_be_visible()  # what was seen once is here without network too


def test_a_signature_is_drawn_and_undone_with_a_finger(phone: Handset, tmp_path: Path) -> None:
    page = phone.page
    begin(page, camera_photo(tmp_path / "other.jpg", 2))
    paper = screens.question(page, "signature").locator("canvas")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box is not None
    for row in (0.3, 0.6):
        page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * row)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * (row + 0.2), steps=5)
        page.mouse.up()
    asked = screens.question(page, "signature")
    expect(asked).to_contain_text("Số nét: 2")
    asked.get_by_role("button", name="Bỏ nét cuối").click()
    expect(asked).to_contain_text("Số nét: 1")
    number = screens.finish(page)  # the last stroke is waited for
    screens.landed(page)
    wait_for_state(page, "sent", 3)
    screens.open_record(page, number)
    expect(page.locator("main .media")).to_have_count(2)


def test_a_draft_thrown_away_takes_its_photo_along(phone: Handset, tmp_path: Path) -> None:
    page = phone.page
    before = len(photos(page))
    begin(page, camera_photo(tmp_path / "third.jpg", 3))
    assert len(photos(page)) == before + 1
    page.get_by_role("button", name="Xóa bản nháp").click()
    page.locator("dialog[open] button[data-kind=danger]").click()
    expect(page.locator(".tile").first).to_be_visible()
    assert len(photos(page)) == before


def test_no_page_broke(phone: Handset) -> None:
    assert phone.errors == []
