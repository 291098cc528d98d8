"""A photo as a phone's camera writes it: turned by its EXIF, and telling where it was taken."""

from __future__ import annotations

import random
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
