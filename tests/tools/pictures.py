"""What stands before a phone's camera: a place, and a code on a lamp post."""

from __future__ import annotations

import io
import random
import subprocess
from pathlib import Path

from PIL import ExifTags, Image

TURNED = 6  # as stored it lies on its side: shown, its left is above
LANDSCAPE = (2400, 1800)
SKY, GROUND = (200, 60, 40), (40, 60, 200)


def camera_photo(path: Path, seed: int = 1) -> Path:
    """A JPEG that shows SKY above GROUND when it is upright, with enough detail not to become tiny."""
    chance = random.Random(seed)
    width, height = LANDSCAPE
    picture = Image.new("RGB", LANDSCAPE)
    picture.paste(SKY, (0, 0, width // 2, height))
    picture.paste(GROUND, (width // 2, 0, width, height))
    grain = Image.frombytes("L", (width // 4, height // 4), chance.randbytes(width // 4 * (height // 4)))
    detail = Image.merge("RGB", [grain.resize(LANDSCAPE)] * 3)
    picture = Image.blend(picture, detail, 0.35)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = TURNED
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", (9.0, 41.0, 7.0)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (106.0, 15.0, 25.0)
    picture.save(path, "JPEG", quality=85, exif=exif)
    return path


def qr_code(path: Path, text: str) -> Path:
    """A QR code as somebody prints it: a PNG."""
    subprocess.run(["node", str(Path(__file__).with_name("qr_code.mjs")), text, str(path)], check=True, timeout=60)
    return path


def camera_film(path: Path, picture: Path) -> Path:
    """What a camera sees that is held before a picture: MJPEG, as Chromium takes it for its false camera."""
    with Image.open(picture) as opened:
        paper = Image.new("RGB", (640, 480), (225, 220, 205))
        side = min(360, max(opened.size))
        paper.paste(opened.convert("RGB").resize((side, side)), ((640 - side) // 2, (480 - side) // 2))
    frame = io.BytesIO()
    paper.save(frame, "JPEG", quality=90)
    path.write_bytes(frame.getvalue() * 4)
    return path
