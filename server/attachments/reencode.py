"""The program that decodes a stranger's picture: run by `pictures.py` in a process of its own, never imported.

    python -I reencode.py SOURCE WHOLE PREVIEW MOST_PIXELS

It limits itself before it opens the file. Prints {"type": …}; exit code 3: no picture, 4: too many pixels.
"""

from __future__ import annotations

import json
import resource
import sys

from PIL import Image, ImageFile, JpegImagePlugin

MEMORY = 1_000_000_000
PROCESSOR_SECONDS = 20
LARGEST_RESULT = 100_000_000
PREVIEW_SIDE = 320
LARGEST_PREVIEW = 20_000
NO_PICTURE, TOO_MANY_PIXELS = 3, 4
FORMATS = ("JPEG", "PNG", "WEBP")
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def limit_oneself() -> None:
    """Memory, processor time, size of files, number of files; no core dump and no child."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_RESULT),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        if sys.platform == "darwin" and what == resource.RLIMIT_AS:
            continue  # macOS has the name and refuses to set it
        resource.setrlimit(what, (limit, limit))


def upright(picture: Image.Image) -> Image.Image:
    """The picture as it was meant to be seen, with nothing beside its pixels."""
    try:
        turn = UPRIGHT.get(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001  # whatever stands there instead of EXIF
        turn = None
    bare = picture.transpose(turn) if turn is not None else picture.copy()
    bare.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    return bare


def options(picture: Image.Image, lossless: bool) -> dict[str, object]:
    """How to encode it so that little is lost: a JPEG with its own tables."""
    if picture.format == "JPEG":
        tables = getattr(picture, "quantization", None)
        sampling = JpegImagePlugin.get_sampling(picture)
        if tables and sampling >= 0 and picture.mode in ("RGB", "L"):
            return {"qtables": tables, "subsampling": sampling, "optimize": True}
        return {"quality": 88, "optimize": True}
    if picture.format == "WEBP":
        return {"lossless": True, "quality": 60} if lossless else {"quality": 85, "method": 4}
    return {}


def save_preview(picture: Image.Image, place: str) -> None:
    """A small WebP of at most LARGEST_PREVIEW bytes."""
    small = picture.convert("RGBA" if picture.mode in ("RGBA", "LA", "PA") or picture.info else "RGB")
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    small.info = {}
    for quality in (60, 45, 30, 10):
        small.save(place, "WEBP", quality=quality, method=4)
        with open(place, "rb") as made:  # noqa: PTH123
            if len(made.read()) <= LARGEST_PREVIEW:
                return


def main(source: str, whole: str, preview: str, most_pixels: int) -> int:
    """Does the work; the exit code."""
    limit_oneself()
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = None  # the header is looked at right here
    try:
        with open(source, "rb") as file:  # noqa: PTH123
            lossless = b"VP8L" in file.read(64)
        with Image.open(source, formats=FORMATS) as picture:
            if picture.width * picture.height > most_pixels:
                return TOO_MANY_PIXELS
            picture.load()
            how = options(picture, lossless)
            kind = str(picture.format)
            bare = upright(picture)
        if kind == "JPEG" and bare.mode not in ("RGB", "L"):
            bare = bare.convert("RGB")
        bare.save(whole, kind, **how)
        save_preview(bare, preview)
    except Exception as error:  # noqa: BLE001  # a decoder may raise anything
        print(type(error).__name__, file=sys.stderr)  # noqa: T201
        return NO_PICTURE
    print(json.dumps({"type": TYPES[kind]}))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
