"""`make tour`: a tour of about two minutes as an animated picture, docs/tour.webp, made from the running app.

A real installation is started, and three persons do on its screens what they do in a week: a volunteer without network,
her supervisor, the standing office. Every step is checked on the screen before it is photographed: a screen that is no
longer as told ends this with an error, and the picture stays as it was.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, Playwright, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.tools import screens  # noqa: E402
from tests.tools.chromium_tools import launch  # noqa: E402
from tests.tools.handset import PHONE, Handset  # noqa: E402
from tests.tools.kept_media import take, wait_for_media  # noqa: E402
from tests.tools.landing import Landing  # noqa: E402
from tools.film import DESK, Film, Seat, measure, road_photo  # noqa: E402

TARGET = ROOT / "docs" / "tour.webp"
SHORTEST, LONGEST, LARGEST = 100, 130, 3_000_000
INJURED = "consequences/injured_seen"
REMARK = "Trạm y tế báo 2 người bị thương."
CHAPTERS = 8
PATIENCE = 60_000


class Tour:
    """The story; each chapter leaves the devices as the next one finds them."""

    def __init__(self, playwright: Playwright, directory: Path) -> None:
        self.playwright, self.directory = playwright, directory
        self.landing = Landing(directory)
        self.devices: list[Handset] = []
        self.film = Film(launch(playwright), CHAPTERS)

    def play(self) -> Film:
        """All chapters."""
        volunteer, supervisor, office = self.landing.prepare().start().tokens()
        for chapter in (
            lambda: self.join(volunteer), self.write, self.land, lambda: self.give_back(supervisor), self.correct,
            self.approve, self.progress, lambda: self.report(office),
        ):  # fmt: skip
            chapter()
            self.film.chapter += 1
        errors = [error for device in self.devices for error in device.errors]
        assert not errors, errors
        return self.film

    def end(self) -> None:
        """Closes every device and stops the installation."""
        for device in self.devices:
            device.end()
        self.landing.stop()

    def seat(self, vi: str, en: str, *, phone: bool = True) -> Seat:
        """One more device; nothing is open on it yet."""
        made = Handset(self.playwright, self.directory / f"device-{len(self.devices)}", self.landing.port)
        made.screen = PHONE if phone else DESK
        made.before = "localStorage.setItem('ben-install-hint', 'hidden')"  # a card of its own, not part of this story
        self.devices.append(made)
        return Seat(made.open("/"), vi, en, phone)

    # -- a volunteer

    def join(self, token: str) -> None:
        """A link, a consent, the forms."""
        self.volunteer = kha = self.seat("Tình nguyện viên", "Volunteer")
        page = kha.page
        page.evaluate("token => { location.hash = '#/enrol/' + token }", token)
        expect(page.locator("main")).to_contain_text("Thạch Thị Sóc Kha")
        self.film.show(
            kha, "Bến: điền phiếu được cả khi không có mạng.", "Bến: forms that work without a network.", seconds=4.5
        )
        self.film.show(
            kha, "Chị Sóc Kha ở xã Ngãi Xuyên mở liên kết được gửi cho chị.",
            "Ms Sóc Kha, a volunteer, opens the link that she was sent.", seconds=5,
        )  # fmt: skip
        page.locator("#consent-account").check()
        start = page.locator("main button[data-kind=primary]").last
        self.film.show(kha, "Chị đọc, đồng ý, và bắt đầu.", "She reads, agrees, and begins.", seconds=3.5, tap=start)
        start.click()
        expect(page.locator(".tile", has_text=screens.ACCIDENT)).to_be_visible(timeout=PATIENCE)
        screens.wait_for_worker(page)
        wait_for_media(page)
        self.film.show(
            kha, "Biểu mẫu đã về máy. Từ đây không cần mạng nữa.",
            "The forms are on her phone. From here on it needs no network.", seconds=4,
        )  # fmt: skip

    def write(self) -> None:
        """Two records without network."""
        kha, page = self.volunteer, self.volunteer.page
        self.devices[0].lose_network()
        kha.online = False
        tile = page.locator(".tile", has_text=screens.ACCIDENT)
        self.film.show(
            kha, "Mất sóng giữa đồng. Chị gặp một vụ tai nạn.", "No signal in the fields. She comes upon an accident.",
            seconds=4.5, tap=tile,
        )  # fmt: skip
        screens.begin(page, screens.ACCIDENT)
        self.answer("occurred_at", "mode")
        self.answer("vehicles")
        self.top("vehicles")
        self.film.show(kha, "Chạm để chọn, ít phải gõ.", "Tapped, hardly anything typed.", seconds=3)
        self.answer("consequences/deaths_seen", INJURED, "emergency_called")
        take(page, road_photo(self.directory / "road.jpg"), "photo")
        self.top("photo")
        self.film.show(
            kha, "Ảnh được thu nhỏ, bỏ vị trí, giữ trên máy.",
            "A photo is made small, stripped of its location, and kept on the phone.", seconds=4,
        )  # fmt: skip
        self.film.show(
            kha, "Mỗi chữ được giữ ngay. Đóng máy cũng không mất.",
            "Everything is kept as it is typed, even if the phone goes off.", seconds=3.5,
            tap=page.locator(".finish button[data-kind=primary]"),
        )  # fmt: skip
        self.number = screens.finish(page)
        screens.not_landed(page)
        self.film.show(
            kha,
            "“Đã lưu trên máy này”: chỉ nói khi đã lưu thật.",
            "“Saved on this phone”: said only once it is.",
            seconds=4.5,
        )
        self.session = screens.report(page, screens.OUTREACH, screens.OUTREACH_SESSION)
        screens.waits_for(page, 2)
        self.film.show(
            kha, "Thêm một buổi tuyên truyền: hai phiếu chờ gửi, và vì sao chờ.",
            "An outreach session too: two records wait, and it says for what.", seconds=5,
        )  # fmt: skip

    def land(self) -> None:
        """The network is back."""
        kha, page = self.volunteer, self.volunteer.page
        screens.show(page, f"saved/{self.number}")
        self.devices[0].regain_network()
        kha.online = True
        screens.landed(page)
        self.film.show(
            kha, "Có sóng lại: phiếu tự lên máy chủ, ảnh theo sau.",
            "The network is back: the records land by themselves, the photo follows.", seconds=4.5,
        )  # fmt: skip
        screens.waits_for(page, 0)
        expect(page.locator("[data-testid=sync][data-sign=done]")).to_be_visible(timeout=PATIENCE)  # the photo too
        screens.show(page, f"record/{self.number}/receipt")
        expect(page.locator(".paper-receipt")).to_contain_text("Chờ duyệt")
        self.film.show(
            kha,
            "Biên nhận có số phiếu, để cho người khác xem.",
            "A receipt with the record's number, to show to others.",
            seconds=4,
        )

    # -- the supervisor, and back

    def give_back(self, token: str) -> None:
        """Reads a record, remarks on an answer, gives it back."""
        self.supervisor = lanh = self.seat("Giám sát viên", "Supervisor", phone=False)
        page = lanh.page
        page.evaluate("token => { location.hash = '#/enrol/' + token }", token)
        screens.join(page)
        screens.show(page, "inbox")
        page.locator(f"a[data-record='{self.number}']").click()
        review = page.locator("article.review")
        expect(review).to_contain_text(self.number)
        expect(review.locator(".media-picture")).to_be_visible(timeout=PATIENCE)
        page.evaluate("scrollTo(0, 0)")
        self.film.show(
            lanh, "Anh Lành, giám sát viên của xã, thấy phiếu chờ duyệt.",
            "Mr Lành, the commune's supervisor, finds what waits for him.", seconds=5,
        )  # fmt: skip
        remark = page.get_by_role("button", name="Góp ý: Số người bị thương")
        self.film.show(
            lanh,
            "Một câu chưa khớp: anh góp ý ngay tại câu đó.",
            "One answer can't be right: he remarks on it, there.",
            seconds=3.5,
            tap=remark,
        )
        remark.click()
        page.locator(".note-field textarea").fill(REMARK)
        back = page.locator(".decide").get_by_role("button", name="Trả lại")
        self.film.show(
            lanh,
            "Anh viết cần sửa gì, rồi bấm Trả lại.",
            "He writes what to put right, and returns it.",
            seconds=4,
            tap=back,
        )
        back.click()
        dialog = page.locator("dialog[open]")
        dialog.get_by_role("button", name="Số liệu chưa khớp").click()
        self.film.show(
            lanh, "Kèm lý do. Người gửi đọc đúng những chữ này.", "With a reason. The author reads these very words.",
            seconds=4, tap=dialog.get_by_role("button", name="Trả lại"),
        )  # fmt: skip
        dialog.get_by_role("button", name="Trả lại").click()
        expect(review.locator(".outcome[data-state=server]")).to_be_visible(timeout=PATIENCE)

    def correct(self) -> None:
        """The volunteer sees why, corrects, sends."""
        kha, page = self.volunteer, self.volunteer.page
        screens.sync(page)
        screens.show(page, "")
        waiting = page.locator(f"main a[href='#/record/{self.number}']")
        expect(waiting).to_contain_text("Bị trả lại")
        self.film.show(
            kha,
            "Phiếu bị trả lại đứng đầu trang của chị Kha.",
            "What came back stands first on Ms Kha's screen.",
            seconds=4,
            tap=waiting,
        )
        waiting.click()
        expect(page.locator(".banner")).to_contain_text("trả lại phiếu này")
        edit = page.locator("main button[data-wide=yes]")
        page.locator(".banner").first.evaluate("element => element.scrollIntoView()")
        self.film.show(kha, "Ai trả, vì sao, cần làm gì.", "Who returned it, why, and what to do.", seconds=4, tap=edit)
        edit.click()
        expect(self.asked(INJURED).locator(".remark")).to_be_in_viewport(timeout=PATIENCE)
        self.film.show(
            kha, "Biểu mẫu mở đúng câu cần sửa; các câu khác giữ nguyên.",
            "The form opens at the very question; the others stay as they are.", seconds=4.5,
            tap=self.asked(INJURED).get_by_role("button").last,
        )  # fmt: skip
        self.asked(INJURED).get_by_role("button").last.click()
        screens.kept(page)
        done = page.locator(".finish button[data-kind=primary]")
        self.film.show(kha, "Sửa thành 2, gửi lại.", "Two, and sent again.", seconds=3, tap=done)
        assert screens.finish(page) == self.number
        screens.landed(page)

    def approve(self) -> None:
        """What changed is shown; both records are approved."""
        lanh, page = self.supervisor, self.supervisor.page
        screens.sync(page)
        screens.show(page, "inbox")
        page.locator(f"a[data-record='{self.number}']").click()
        change = page.locator(".compared").first
        expect(change).to_contain_text("Số người bị thương")
        change.evaluate("element => element.scrollIntoView({ block: 'start' })")
        yes = page.locator(".decide").get_by_role("button", name="Duyệt")
        self.film.show(
            lanh,
            "Anh Lành thấy ngay câu đã đổi, và duyệt.",
            "Mr Lành sees at once what changed, and approves.",
            seconds=5,
            tap=yes,
        )
        yes.click()
        expect(page.locator(".outcome[data-state=server]")).to_be_visible(timeout=PATIENCE)
        screens.decide(page, self.session, "Duyệt")
        page.evaluate("scrollTo(0, 0)")
        self.film.show(
            lanh, "Cả buổi tuyên truyền: 120 người dự.", "And the outreach session: 120 people came.", seconds=3.5
        )

    def progress(self) -> None:
        """The figure moves, the milestone is told."""
        kha, page = self.volunteer, self.volunteer.page
        self.told("100 lượt người")
        screens.show(page, "campaign")
        figure = page.locator(".indicators [data-code=P2]")
        expect(figure).to_contain_text("120")
        figure.evaluate("element => element.scrollIntoView({ block: 'center' })")
        self.film.show(
            kha,
            "Phiếu đã duyệt mới được tính: 120 lượt người.",
            "Only what is approved counts: 120 people reached.",
            seconds=4.5,
        )
        screens.show(page, "messages")
        expect(page.locator("main")).to_contain_text("100 lượt người")
        page.evaluate("scrollTo(0, 0)")
        self.film.show(
            kha, "Đạt cột mốc 100 lượt người: ai đã đăng ký cũng được báo.",
            "A milestone, 100 people reached: everybody who asked is told.", seconds=4.5,
        )  # fmt: skip

    # -- the office

    def report(self, token: str) -> None:
        """A report in Word, and the wall."""
        cuc = self.seat("Thường trực", "Standing office", phone=False)
        page = cuc.page
        page.evaluate("token => { location.hash = '#/enrol/' + token }", token)
        screens.join(page)
        screens.show(page, "office")
        way = page.locator("main a[href='#/export']")
        self.film.show(
            cuc,
            "Ở huyện, thường trực cần báo cáo tháng.",
            "In the district, the office needs the month's report.",
            seconds=4,
            tap=way,
        )
        way.click()
        button = page.get_by_role("button", name="Tải báo cáo (Word)")
        expect(button).to_be_visible(timeout=PATIENCE)
        with page.expect_download(timeout=PATIENCE) as download:
            button.click()
        assert download.value.suggested_filename.endswith(".docx")
        expect(page.locator("main")).to_contain_text("Đã tải xong")
        self.film.show(
            cuc, "Một lần bấm: báo cáo Word, số liệu từ phiếu đã duyệt.",
            "One press: a report in Word, its figures from approved records.", seconds=5, tap=button,
        )  # fmt: skip
        page.set_viewport_size({"width": 1360, "height": 800})  # the wall is made for large screens
        screens.show(page, "wall")
        expect(page.locator("body")).to_contain_text("100 lượt người")
        self.film.show(
            cuc,
            "Và màn hình treo tường, tự cập nhật. Hãy tự thử: make run",
            "And a wall that keeps itself up to date. Try it: make run",
            seconds=6,
        )

    # -- hands

    def asked(self, path: str) -> Locator:
        """A question on the volunteer's phone."""
        return screens.question(self.volunteer.page, path)

    def answer(self, *paths: str) -> None:
        """Answers of the quick report."""
        screens.fill(self.volunteer.page, {path: screens.QUICK_REPORT[path] for path in paths})

    def top(self, path: str) -> None:
        """Brings a question under the bar."""
        self.asked(path).evaluate("element => { element.scrollIntoView({ block: 'start' }); scrollBy(0, -90) }")

    def told(self, words: str) -> None:
        """Waits until the volunteer's messages have these words: the worker has counted."""
        page = self.volunteer.page
        for _ in range(30):
            screens.sync(page)
            screens.show(page, "messages")
            page.wait_for_timeout(1_000)
            if words in page.locator("main").inner_text():
                return
        raise AssertionError(f"nobody was told: {words}")


def main() -> int:
    """Plays, checks, and only then replaces the picture."""
    os.chdir(ROOT)
    expect.set_options(timeout=30_000)
    with tempfile.TemporaryDirectory(prefix="ben-tour-") as name, sync_playwright() as playwright:
        tour = Tour(playwright, Path(name))
        try:
            made = Path(name) / "tour.webp"
            tour.play().save(made)
            seconds, frames = measure(made)
            size = made.stat().st_size
            told = f"{frames} frames, {seconds:.0f} s, {size / 1e6:.2f} MB"
            if not (SHORTEST <= seconds <= LONGEST and size <= LARGEST):
                print(f"Stopped: {told}; wanted are {SHORTEST} to {LONGEST} s in at most {LARGEST / 1e6:.0f} MB")
                return 1
            TARGET.write_bytes(made.read_bytes())
            print(f"{TARGET.relative_to(ROOT)}: {told}")
        finally:
            tour.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
