"""An animated picture of the app: screens of a phone or a desk, each with its caption, shown for as long as told."""

from __future__ import annotations

import base64
import html
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, ViewportSize

SIZE: ViewportSize = {"width": 960, "height": 720}
# Wide enough for two panes, narrow enough to be read when it is shown smaller.
DESK: ViewportSize = {"width": 1088, "height": 640}
DESK_WIDTH = 928
QUALITY = 82
STYLE = """
* { box-sizing: border-box; margin: 0 }
body { width: 960px; height: 720px; background: #dfe9e6; color: #06262d; font-family: system-ui, sans-serif;
  overflow: hidden }
.frame { position: absolute; background: #06262d; overflow: hidden }
.frame img { display: block; width: 100% }
.phone { left: 24px; top: 14px; width: 384px; height: 692px; border-radius: 34px; padding: 0 12px }
.phone .status { height: 34px; padding: 0 14px; display: flex; align-items: center; justify-content: flex-end;
  gap: 8px; color: #fff; font-size: 14px; font-weight: 600 }
.phone .screen { position: relative; height: 640px }
.desk { left: 16px; top: 14px; width: 928px; border-radius: 12px; padding: 0 }
.desk .screen { position: relative }
.off { color: #ffc48a }
.caption { position: absolute; display: flex; flex-direction: column }
.beside { left: 440px; right: 32px; top: 40px; bottom: 40px; justify-content: center; gap: 22px }
.below { left: 24px; right: 24px; top: 574px; gap: 6px }
.who { align-self: flex-start; background: #0b3c46; color: #fff; border-radius: 99px; padding: 6px 16px;
  font-size: 17px }
.who b { color: #ffc48a }
.vi { font-weight: 700; line-height: 1.3 }
.en { color: #33535a; line-height: 1.35 }
.beside .vi { font-size: 34px } .beside .en { font-size: 24px }
.below .vi { font-size: 24px } .below .en { font-size: 19px }
.dots { position: absolute; bottom: 18px; right: 32px; display: flex; gap: 7px }
.dots i { width: 9px; height: 9px; border-radius: 9px; background: #b4c8c6 }
.dots i.on { background: #c2510c; width: 24px }
.tap { position: absolute; width: 52px; height: 52px; margin: -26px 0 0 -26px; border-radius: 52px;
  border: 4px solid #c2510c; background: #ffb06633 }
"""
BARS = "".join(
    f'<rect x="{5 * n}" y="{12 - 4 * n}" width="3.5" height="{4 + 4 * n}" fill="currentColor"/>' for n in range(4)
)
SIGNAL = f'<svg width="20" height="16" viewBox="0 0 20 16">{BARS}</svg>'
STROKES = '<path d="M3 2l14 12M17 2L3 14" stroke="currentColor" stroke-width="3"/>'
CROSS = f'<svg width="20" height="16" viewBox="0 0 20 16">{STROKES}</svg>'


@dataclass
class Seat:
    """Who sits before which screen: `phone`, or else a desk."""

    page: Page
    vi: str
    en: str
    phone: bool = True
    online: bool = True


class Film:
    """Frames, one after the other. `chapters`: how many there will be; `chapter`: the one that is told now, from 1."""

    def __init__(self, browser: Browser, chapters: int) -> None:
        self.canvas = browser.new_page(viewport=SIZE)
        self.canvas.set_content(f"<style>{STYLE}</style><body></body>")
        self.chapters, self.chapter = chapters, 1
        self.frames: list[Image.Image] = []
        self.seconds: list[float] = []

    def show(self, seat: Seat, vi: str, en: str, *, seconds: float = 4, tap: Locator | None = None) -> None:
        """One frame: what is on the screen now, and where the finger comes down next."""
        if tap is not None:
            self._bring(seat.page, tap)
        seat.page.wait_for_timeout(350)  # what scrolls or fades has done so
        scale = 1 if seat.phone else DESK_WIDTH / DESK["width"]
        picture = base64.b64encode(seat.page.screenshot(animations="disabled")).decode()
        ring = ""
        if tap is not None:
            box = tap.bounding_box()
            assert box is not None, f"nothing to press: {vi}"
            x, y = (box["x"] + max(box["width"] / 2, box["width"] - 56)) * scale, (box["y"] + box["height"] / 2) * scale
            ring = f'<div class="tap" style="left:{x}px;top:{y}px"></div>'
        screen = f'<div class="screen"><img src="data:image/png;base64,{picture}">{ring}</div>'
        self._draw(seat, screen, vi, en)
        self.frames.append(Image.open(io.BytesIO(self.canvas.screenshot())).convert("RGB"))
        self.seconds.append(seconds)

    def _bring(self, page: Page, tap: Locator) -> None:
        """Scrolls only to what is not seen whole: the screen stays as the person has it."""
        box, screen = tap.bounding_box(), page.viewport_size
        assert box is not None
        assert screen is not None
        if box["y"] < 70 or box["y"] + box["height"] > screen["height"]:
            tap.scroll_into_view_if_needed()

    def _draw(self, seat: Seat, screen: str, vi: str, en: str) -> None:
        status = (
            f"<span>{SIGNAL}</span>"
            if seat.online
            else f'<span class="off">Mất mạng · No network</span><span class="off">{CROSS}</span>'
        )
        frame = f'<div class="frame phone"><div class="status">{status}</div>{screen}</div>'
        if not seat.phone:
            frame = f'<div class="frame desk">{screen}</div>'
        dots = "".join(
            f'<i class="{"on" if number == self.chapter else ""}"></i>' for number in range(1, self.chapters + 1)
        )
        words = (
            f'<p class="who"><b>{html.escape(seat.vi)}</b> · {html.escape(seat.en)}</p>'
            f'<p class="vi" lang="vi">{html.escape(vi)}</p><p class="en" lang="en">{html.escape(en)}</p>'
        )
        where = "beside" if seat.phone else "below"
        body = f'{frame}<div class="caption {where}">{words}</div><div class="dots">{dots}</div>'
        self.canvas.evaluate("body => { document.body.innerHTML = body }", body)
        self.canvas.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth > 0)")

    def save(self, path: Path) -> None:
        """Writes it all as an animated WebP that goes on from the beginning."""
        path.parent.mkdir(parents=True, exist_ok=True)
        durations = [round(1000 * each) for each in self.seconds]
        first, *others = self.frames
        first.save(
            path, "WEBP", save_all=True, append_images=others, duration=durations, loop=0, quality=QUALITY, method=6
        )


def measure(path: Path) -> tuple[float, int]:
    """How long an animated picture lasts, in seconds, and how many frames it has."""
    with Image.open(path) as film:
        count = int(getattr(film, "n_frames", 1))
        total = 0.0
        for number in range(count):
            film.seek(number)
            film.load()  # only then it says how long this one is shown
            total += film.info["duration"]
    return total / 1000, count


def road_photo(path: Path) -> Path:
    """What a phone sees by the road, without anybody on it: fields, a road, a bicycle's tracks."""
    width, height = 1200, 1600
    picture = Image.new("RGB", (width, height), (168, 205, 224))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((820, 180, 1000, 360), fill=(255, 240, 190))
    draw.rectangle((0, 620, width, height), fill=(104, 150, 82))
    for row in range(650, 1000, 50):
        draw.line((0, row, width, row + 12), fill=(86, 132, 68), width=8)
    draw.polygon([(520, 620), (680, 620), (1130, height), (70, height)], fill=(112, 112, 116))
    for step in range(6):
        top = 660 + step * step * 28 + step * 40
        draw.polygon(
            [(596, top), (604, top), (610 + step * 3, top + 60 + step * 14), (590 - step * 3, top + 60 + step * 14)],
            fill=(240, 236, 220),
        )
    draw.arc((300, 900, 900, 1700), 200, 290, fill=(60, 60, 64), width=22)
    for x in (150, 250, 1010):
        draw.rectangle((x, 470, x + 16, 640), fill=(110, 80, 54))
        draw.ellipse((x - 60, 380, x + 76, 520), fill=(70, 122, 62))
    picture.save(path, "JPEG", quality=88)
    return path
