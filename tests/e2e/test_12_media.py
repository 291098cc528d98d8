"""Chapter 12: what is recorded, filmed, drawn, scanned and chosen goes from question to server, and is seen there.

In a real browser with a camera and a microphone that are Chromium's own make-believe; everything behind them is real.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Crew
from tests.tools import accessibility, screens
from tests.tools.handset import DESK, Handset
from tests.tools.kept_media import photos, served, take, wait_for_media, wait_for_state
from tests.tools.landing import Landing
from tests.tools.pictures import camera_film, camera_photo, qr_code
from tests.tools.screens import question

CODE = "TC-0042/Đường 914"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
# A film of a second, by the browser's own recorder.
FILM = """async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [160, 120];
    const context = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: 'video/webm;codecs=vp8' });
    const pieces = [];
    recorder.ondataavailable = event => pieces.push(event.data);
    const stopped = new Promise(done => recorder.onstop = done);
    recorder.start();
    for (let frame = 0; frame < 10; frame += 1) {
        context.fillStyle = `hsl(${36 * frame} 80% 50%)`;
        context.fillRect(0, 0, 160, 120);
        await new Promise(done => setTimeout(done, 100));
    }
    recorder.stop();
    await stopped;
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
}"""


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landing]:
    """An installation whose campaign has a form with all media."""
    made = Landing(tmp_path_factory.mktemp("landing"), rich=True)
    try:
        yield made.prepare().start()
    finally:
        made.stop()


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A QR code, printed."""
    return qr_code(tmp_path_factory.mktemp("code") / "code.png", CODE)


@pytest.fixture(scope="module")
def phone(crew: Crew, handset: Callable[[], Handset], code: Path) -> Handset:
    """A volunteer's phone whose camera is held before the code; it has what media need."""
    made = handset()
    made.camera = camera_film(code.with_suffix(".mjpeg"), code)
    screens.join(made.enrol(crew.tokens[0]))
    screens.wait_for_worker(made.page)
    wait_for_media(made.page)
    return made


def begin(page: Page) -> None:
    """A new record of the form with all media."""
    screens.show(page, "")
    screens.begin(page, screens.ALL_MEDIA)
    screens.answer(page, "day", "now")


def usable(page: Page) -> None:
    """Nothing keeps anybody from using the screen."""
    assert [*accessibility.violations(page), *accessibility.sticks_out(page), *accessibility.too_small(page)] == []


def kept_types(page: Page) -> list[str]:
    """The media types of what the phone keeps, sorted."""
    return sorted(photo["type"].split(";")[0] for photo in photos(page))


def plays(page: Page, answer: Locator, element: str) -> None:
    """Opens an answer and waits until the browser can play what it is."""
    answer.locator(".media-picture").click()
    player = page.locator(f"dialog[open] {element}")
    expect(player).to_be_visible()
    player.evaluate("player => player.readyState > 0 || new Promise(done => player.onloadedmetadata = () => done())")
    assert player.evaluate("player => player.error") is None
    page.keyboard.press("Escape")


def test_a_recording_is_made_with_the_microphone_at_the_rate_that_the_form_asks_for(phone: Handset) -> None:
    page = phone.page
    phone.lose_network()
    begin(page)
    asked = question(page, "sound")
    asked.get_by_role("button", name="Ghi âm", exact=True).click()
    expect(asked.locator(".media-recording")).to_have_text("Đang ghi: 0:04", timeout=15_000)
    usable(page)
    asked.get_by_role("button", name="Dừng ghi").click()
    expect(asked.locator(".media-picture")).to_contain_text("Ghi âm")
    screens.kept(page)
    (sound,) = photos(page)
    assert sound["type"].startswith("audio/webm")
    assert 1_000 < sound["size"] < 5 * 24_000 / 8  # voice-only: a fifth of what is usual
    plays(page, asked, "audio")


def test_a_film_a_file_drawings_and_a_photo_are_answers_beside_it(phone: Handset, tmp_path: Path) -> None:
    page = phone.page
    film, paper = tmp_path / "film.webm", tmp_path / "Biên bản.pdf"
    film.write_bytes(base64.b64decode(page.evaluate(FILM)))
    paper.write_bytes(PDF)
    take(page, camera_photo(tmp_path / "photo.jpg"), "photo")
    take(page, film, "film")
    take(page, paper, "paper")
    question(page, "marked").locator("input[type=file]").first.set_input_files(camera_photo(tmp_path / "second.jpg", 2))
    for path in ("marked", "sketch", "signature"):
        screens.draw(page, question(page, path).locator("canvas"))
        expect(question(page, path)).to_contain_text("Số nét: 2")
    page.wait_for_timeout(1_000)  # longer than the pause after which a drawing is kept
    screens.kept(page)
    usable(page)
    assert {"application/pdf", "audio/webm", "video/webm", "image/webp"} == set(kept_types(page))
    plays(page, question(page, "film"), "video")


def test_a_code_is_read_by_the_camera_without_the_browsers_own_reader(phone: Handset) -> None:
    page = phone.page
    assert not page.evaluate("'BarcodeDetector' in globalThis")
    phone.regain_network()  # the reader is fetched when a code is first read
    question(page, "code").get_by_role("button", name="Quét mã").click()
    expect(question(page, "code").locator("input").first).to_have_value(CODE, timeout=30_000)
    phone.lose_network()
    question(page, "code").locator("input").first.fill("")
    question(page, "code").get_by_role("button", name="Quét mã").click()
    expect(question(page, "code").locator("input").first).to_have_value(CODE, timeout=30_000)
    screens.kept(page)


def test_all_of_it_arrives_byte_for_byte_and_is_seen_and_heard_on_the_record(phone: Handset, crew: Crew) -> None:
    page = phone.page
    phone.regain_network()
    number = screens.finish(page)
    screens.landed(page)
    found = {path: value for path, value in values_of(crew, number).items() if value is not None}
    assert found["code"] == CODE
    names = [found[path] for path in ("photo", "marked", "sketch", "signature", "sound", "film", "paper")]
    wait_for_state(page, "sent", len(names))
    for name in names[4:]:
        content = served(page, number, name)
        assert hashlib.sha256(content).hexdigest() == name.split(".")[0]
    for name in names[:4]:
        assert not Image.open(io.BytesIO(served(page, number, name))).getexif()

    desk = crew.supervisor(DESK)
    for reader in (page, desk.page):
        screens.show(reader, f"record/{number}" if reader is page else f"review/{number}")
        answers = reader.locator("main .media")
        expect(answers).to_have_count(7)
        expect(answers.locator(".media-state")).to_have_text(["Đã lên máy chủ"] * 7)
        expect(answers.locator("img")).to_have_count(4)
        plays(reader, answers.filter(has_text="Ghi âm"), "audio")
        plays(reader, answers.filter(has_text="Phim"), "video")
        answers.filter(has_text="Tệp PDF").locator(".media-picture").click()
        expect(reader.locator("dialog[open] a[download]")).to_be_visible()
        usable(reader)
        reader.keyboard.press("Escape")
        usable(reader)


def values_of(crew: Crew, number: str) -> dict[str, Any]:
    """A record's answers by path, as its supervisor gets them."""
    eye = crew.eye()
    record = next(each for each in eye.documents("record") if each["id"] == number)
    fields = next(form for form in eye.documents("form") if form["id"] == record["form"])["compiled"]["fields"]
    return {fields[place]: value for place, value in enumerate(record["values"])}


def test_a_code_is_read_from_a_picture_of_it(phone: Handset, code: Path) -> None:
    page = phone.page
    begin(page)
    question(page, "code").locator("input[type=file]").set_input_files(code)
    expect(question(page, "code").locator("input").first).to_have_value(CODE, timeout=30_000)
    screens.kept(page)


def test_a_microphone_that_is_refused_is_said_with_what_to_do(phone: Handset) -> None:
    assert phone.context is not None
    page = phone.page
    phone.context.clear_permissions()
    begin(page)
    question(page, "sound").get_by_role("button", name="Ghi âm", exact=True).click()
    expect(question(page, "sound")).to_contain_text("micrô")
    usable(page)


IDLE = "globalThis.Worker = class { postMessage() { setTimeout(() => this.onerror()); } terminate() {} };"
OLD = {
    "a browser that draws only on the page": "delete globalThis.OffscreenCanvas;",
    "a browser whose workers don't start": IDLE,
}


def older(crew: Crew, handset: Callable[[], Handset], name: str, before: str) -> Handset:
    """Somebody's phone whose browser lacks something."""
    made = handset()
    made.before = before
    given = ["--name", name, "--role", "TNV", "--place", "xa-ngai-xuyen"]
    person = int(crew.landing.flask("people", "add", *given).split()[-1])
    screens.join(made.enrol(crew.landing.another_link(person)))
    screens.wait_for_worker(made.page)
    return made


@pytest.mark.parametrize("lacking", OLD)
def test_a_photo_is_made_smaller_and_turned_upright_by_an_older_browser_too(
    crew: Crew, handset: Callable[[], Handset], tmp_path: Path, lacking: str
) -> None:
    old = older(crew, handset, lacking, OLD[lacking])
    page = old.page
    begin(page)
    take(page, camera_photo(tmp_path / "photo.jpg"), "photo")
    number = screens.finish(page)
    screens.landed(page)
    wait_for_state(page, "sent")
    (photo,) = photos(page)
    assert photo["type"] == "image/webp"
    assert photo["preview"] is not None
    picture = Image.open(io.BytesIO(served(page, number, photo["name"])))
    assert picture.height > picture.width
    assert not picture.getexif()
    assert old.errors == []


def test_a_photo_that_the_browser_cant_open_tells_no_place_from_the_first_and_is_upright_on_the_server(
    crew: Crew, handset: Callable[[], Handset], tmp_path: Path
) -> None:
    blind = "createImageBitmap = () => Promise.reject(new DOMException('', 'InvalidStateError'));"
    old = older(crew, handset, "Lâm Sáu", f"delete globalThis.OffscreenCanvas; {blind}")
    page = old.page
    wait_for_media(page)
    old.lose_network()
    begin(page)
    take(page, camera_photo(tmp_path / "photo.jpg"), "photo")
    (photo,) = photos(page)
    kept = Image.open(io.BytesIO(base64.b64decode(page.evaluate(WHOLE, photo["name"]))))
    kept.load()
    assert dict(kept.getexif()) == {0x0112: 6}  # only how it is to be turned
    old.regain_network()
    number = screens.finish(page)
    screens.landed(page)
    wait_for_state(page, "sent")
    picture = Image.open(io.BytesIO(served(page, number, photo["name"])))
    assert picture.height > picture.width
    assert not picture.getexif()
    question_of_junk(page, tmp_path)


WHOLE = """async name => {
    const known = (await indexedDB.databases()).map(each => each.name).find(name => /^ben-[0-9]+$/.test(name));
    const open = request => new Promise(done => { request.onsuccess = () => done(request.result); });
    const database = await open(indexedDB.open(known));
    const found = await open(database.transaction('pieces').objectStore('pieces').get([name, 'whole']));
    database.close();
    return btoa(Array.from(new Uint8Array(found), byte => String.fromCharCode(byte)).join(''));
}"""


def question_of_junk(page: Page, tmp_path: Path) -> None:
    """What begins as a picture and is none is refused in words, and what is no picture too."""
    begin(page)
    for junk in (b"\xff\xd8\xff\xe1\x00\x04..", b"GIF89a"):
        file = tmp_path / "junk.jpg"
        file.write_bytes(junk)
        question(page, "photo").locator("input[type=file]").first.set_input_files(file)
        expect(question(page, "photo")).to_contain_text("Máy này không mở được ảnh đó.")
        expect(question(page, "photo")).to_contain_text("JPEG, PNG hay WebP")


def test_a_revoked_phones_photo_stays_and_the_phone_says_how_it_gets_on(
    crew: Crew, handset: Callable[[], Handset], tmp_path: Path
) -> None:
    revoked = older(crew, handset, "Huỳnh Văn Út", "")
    page = revoked.page
    wait_for_media(page)
    revoked.lose_network()
    begin(page)
    take(page, camera_photo(tmp_path / "photo.jpg", 9), "photo")
    number = screens.finish(page)
    crew.landing.flask("devices", "revoke", number.split("-")[0])
    revoked.regain_network()
    expect(page.locator("[data-testid=sync][data-state=revoked]")).to_be_visible(timeout=30_000)
    screens.show(page, f"record/{number}")
    expect(page.locator("main .media-state").first).to_contain_text("máy đã bị thu hồi quyền")
    screens.show(page, "outbox")
    waiting = page.locator("[data-testid=photos-waiting]")
    expect(waiting).to_contain_text("Ảnh, tệp vẫn được giữ trên máy này, không mất.")
    usable(page)
    with page.expect_download() as saved:
        waiting.get_by_role("button", name="Lưu ảnh chờ gửi thành tệp").click()
    assert base64.b64encode(b"RIFF")[:5] in Path(saved.value.path()).read_bytes()  # the photo is in it


def test_no_page_broke(phone: Handset) -> None:
    assert phone.errors == []
