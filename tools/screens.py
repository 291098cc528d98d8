"""`make screens`: a picture of every screen of the running product, phone and desk, Vietnamese and Khmer.

A real installation is started, people enrol, a record is sent, disputed, returned; then each screen is opened and
photographed into screens/<language>/<width>x<height>/<role>-<screen>.png.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.tools import screens  # noqa: E402
from tests.tools.handset import DESK, PHONE, Handset  # noqa: E402
from tests.tools.landing import Landing  # noqa: E402

PICTURES = ROOT / "screens"
LANGUAGES = ("vi", "km")
SIZES = (PHONE, DESK)
INJURED = "consequences/injured_seen"
VOLUNTEER = ("", "records", "outbox", "campaign", "messages", "me")
SUPERVISOR = ("inbox", "register", "quarantine", "campaign", "people", "messages", "me")
OFFICE = ("office", "campaign", "people", "register", "me")


class Stage:
    """The people, their devices, and a record in each state."""

    def __init__(self, landing: Landing, handset_at: Path, playwright: object) -> None:
        self.landing = landing
        self.playwright = playwright
        self.directory = handset_at
        self.devices: list[Handset] = []
        volunteer_token, supervisor_token, office_token = landing.tokens()
        self.volunteer = self.enrol(volunteer_token)
        self.supervisor = self.enrol(supervisor_token)
        self.office = self.enrol(office_token)
        added = ["people", "add", "--name", "Kim Thị Ánh Nguyệt", "--role", "TNV", "--place", "xa-ngai-xuyen"]
        self.second = self.enrol(landing.another_link(int(landing.flask(*added).split()[-1])))
        self.disputed = self._dispute()
        self.returned = self._return()
        self.pending = self._report()
        screens.sync(self.supervisor.page)

    def enrol(self, token: str) -> Handset:
        """A device of somebody's own."""
        made = Handset(self.playwright, self.directory / str(len(self.devices)), self.landing.port)  # type: ignore[arg-type]
        self.devices.append(made)
        page = made.enrol(token)
        if len(self.devices) == 1:
            self.enrolment = page.screenshot(full_page=True)
        screens.join(page)
        screens.wait_for_worker(page)
        return made

    def _report(self) -> str:
        number = screens.report(self.volunteer.page)
        screens.landed(self.volunteer.page)
        return number

    def _dispute(self) -> str:
        number = self._report()
        phones = (self.volunteer, self.second)
        screens.sync(self.second.page)
        for phone, injured in zip(phones, (2, 3), strict=True):
            phone.lose_network()
            screens.edit(phone.page, number, {INJURED: injured})
        for phone in (*phones, self.volunteer):
            phone.regain_network()
            screens.sync(phone.page)
        return number

    def _return(self) -> str:
        number = self._report()
        screens.sync(self.supervisor.page)
        screens.decide(self.supervisor.page, number, "Trả lại", "Số liệu chưa khớp, hãy kiểm tra lại.")
        screens.sync(self.volunteer.page)
        return number

    def shows(self) -> list[tuple[str, Handset, list[tuple[str, str]]]]:
        """(role, device, [(file name, address)])."""
        own = [(path or "home", path) for path in VOLUNTEER]
        own += [("record-returned", f"record/{self.returned}"), ("record-disputed", f"record/{self.disputed}")]
        own += [("conflict", f"record/{self.disputed}/conflict"), ("saved", f"saved/{self.pending}")]
        reviewing = [(path, path) for path in SUPERVISOR] + [("review", f"review/{self.pending}")]
        reviewing.append(("review-disputed", f"review/{self.disputed}"))
        return [
            ("volunteer", self.volunteer, own),
            ("supervisor", self.supervisor, reviewing),
            ("office", self.office, [(path, path) for path in OFFICE]),
        ]


def speak(page: Page, language: str) -> None:
    """Changes the app's language as a person does."""
    screens.show(page, "me")
    page.locator(f"label [lang={language}]").click()
    page.locator(f"html[lang={language}]").wait_for(state="attached")
    page.evaluate("document.fonts.ready.then(() => true)")


def picture(page: Page, path: Path) -> None:
    """The screen as it is seen first, and its whole length beside it where it is longer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(400)
    page.screenshot(path=path)
    height = page.evaluate("document.documentElement.scrollHeight > innerHeight + 8")
    if height:
        page.screenshot(path=path.with_stem(path.stem + "-whole"), full_page=True)


def photograph(stage: Stage) -> int:
    """Takes every picture; how many screens there were."""
    taken = 0
    for language in LANGUAGES:
        for role, device, shown in stage.shows():
            speak(device.page, language)
            for size in SIZES:
                device.page.set_viewport_size({"width": size["width"], "height": size["height"]})
                folder = PICTURES / language / f"{size['width']}x{size['height']}"
                for name, address in shown:
                    screens.show(device.page, address)
                    picture(device.page, folder / f"{role}-{name}.png")
                    taken += 1
                if role == "volunteer":
                    screens.show(device.page, "")
                    device.page.locator(".tile").first.click()
                    device.page.locator(".question").first.wait_for()
                    picture(device.page, folder / "volunteer-fill.png")
                    device.page.locator(".finish button[data-kind=primary]").click()
                    picture(device.page, folder / "volunteer-fill-missing.png")
                    taken += 2
    return taken


def main() -> None:
    """Starts the product, plays the story, photographs, ends it."""
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory(prefix="ben-screens-") as name, sync_playwright() as playwright:
        directory = Path(name)
        landing = Landing(directory).prepare()
        stage = None
        try:
            landing.start()
            stage = Stage(landing, directory / "handsets", playwright)
            PICTURES.mkdir(exist_ok=True)
            (PICTURES / "enrol.png").write_bytes(stage.enrolment)
            print(f"{photograph(stage)} screens are in {PICTURES.relative_to(ROOT)}/")
        finally:
            for device in stage.devices if stage else ():
                device.end()
            landing.stop()


if __name__ == "__main__":
    main()
