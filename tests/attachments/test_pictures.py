"""A stranger's picture: told by its bytes, bounded, encoded anew with nothing in it but what can be seen."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from PIL import ExifTags, Image

from server.attachments import pictures
from tests.attachments.test_tus import slug, unfinished
from tests.tools.tus import Tus, name_of, opened, picture

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


@pytest.fixture
def kept(app: Flask) -> Callable[[str], bytes]:
    """What lies in the storage under a key."""
    root = app.extensions["ben.settings"].data_dir / "attachments"
    return lambda key: (root / key[:2] / key).read_bytes()


def with_gps(kind: str, orientation: int = 1) -> bytes:
    """A picture that says where, by whom and with what it was taken, in every way that its kind knows."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "SECRETCAM"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (9.0, 41.0, 33.0)
    more = {"xmp": b"<x:xmpmeta>SECRETXMP</x:xmpmeta>"} if kind != "PNG" else {}
    if kind == "JPEG":
        more["comment"] = b"SECRETCOMMENT"
    if kind == "PNG":
        from PIL import PngImagePlugin

        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "SECRETTEXT")
        return picture(kind, exif=exif, pnginfo=text)
    return picture(kind, exif=exif, **more)


@pytest.mark.parametrize("kind", list(ENDINGS))
def test_a_picture_stays_what_it_showed(tus: Tus, kept: Callable[[str], bytes], kind: str) -> None:
    sent = picture(kind)
    name = name_of(sent, ENDINGS[kind])
    assert tus.send(sent, name).status_code == 204
    made = opened(kept(name))
    assert (made.format, made.size) == (kind, (640, 480))
    before, after = (list(image.convert("RGB").resize((8, 6)).tobytes()) for image in (opened(sent), made))
    assert max(abs(one - other) for one, other in zip(before, after, strict=True)) <= 12


@pytest.mark.parametrize("kind", list(ENDINGS))
def test_nothing_but_what_can_be_seen_is_kept_of_a_picture(tus: Tus, kept: Callable[[str], bytes], kind: str) -> None:
    sent = with_gps(kind)
    assert b"SECRET" in sent
    name = name_of(sent, ENDINGS[kind])
    assert tus.send(sent, name).status_code == 204
    for key in (name, f"{name}.preview"):
        assert b"SECRET" not in kept(key)
        assert b"Exif" not in kept(key)
        assert dict(opened(kept(key)).getexif()) == {}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(tus: Tus, kept: Callable[[str], bytes], orientation: int) -> None:
    upright = Image.new("RGB", (60, 40), "white")
    upright.paste("red", (0, 0, 30, 20))
    stored_as = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    made = io.BytesIO()
    (upright.transpose(stored_as) if stored_as is not None else upright).save(made, "PNG", exif=exif)
    name = name_of(made.getvalue(), "png")
    assert tus.send(made.getvalue(), name).status_code == 204
    assert opened(kept(name)).convert("RGB").tobytes() == upright.tobytes()


def test_a_jpeg_loses_next_to_nothing(tus: Tus, kept: Callable[[str], bytes]) -> None:
    sent = picture(size=(1600, 1200), quality=60)
    assert tus.send(sent).status_code == 204
    after = kept(name_of(sent))
    assert len(after) <= len(sent) * 1.05
    assert opened(after).quantization == opened(sent).quantization  # type: ignore[attr-defined]


def test_the_server_makes_a_small_preview(tus: Tus, kept: Callable[[str], bytes]) -> None:
    sent = picture("PNG", (1600, 1200))
    name = name_of(sent, "png")
    tus.send(sent, name)
    preview = kept(f"{name}.preview")
    assert len(preview) <= 20_000
    assert (opened(preview).format, opened(preview).size) == ("WEBP", (320, 240))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixels_is_taken(tus: Tus, kept: Callable[[str], bytes], mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    made = io.BytesIO()
    half_red = Image.new("RGBA", (50, 40), (200, 30, 30, 120))
    half_red.convert("L" if mode == "I;16" else mode).convert(mode).save(made, kind)
    name = name_of(made.getvalue(), ENDINGS[kind])
    assert tus.send(made.getvalue(), name).status_code == 204
    assert opened(kept(name)).size == opened(kept(f"{name}.preview")).size == (50, 40)


def test_the_ending_of_a_picture_may_be_wrong_its_bytes_decide(tus: Tus, kept: Callable[[str], bytes]) -> None:
    sent = picture("PNG")
    assert tus.send(sent, name_of(sent, "jpg")).status_code == 204
    assert opened(kept(name_of(sent, "jpg"))).format == "PNG"


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM", "PDF"])
def test_other_kinds_of_pictures_are_refused(tus: Tus, app: Flask, kind: str) -> None:
    sent = picture(kind)
    answer = tus.send(sent)
    assert (answer.status_code, slug(answer)) == (415, "attachment-type-refused")
    assert unfinished(app) == []


@pytest.mark.parametrize(
    "sent",
    [b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html><script>alert(1)</script>", b"GIF89a/*"],
)
def test_what_is_no_picture_is_refused_whatever_it_is_called(tus: Tus, sent: bytes) -> None:
    assert slug(tus.send(sent, name_of(sent, "webp"))) == "attachment-type-refused"


def test_a_picture_that_is_cut_off_is_refused(tus: Tus, app: Flask) -> None:
    for kind, ending in ENDINGS.items():
        sent = picture(kind)
        sent = sent[: len(sent) // 2]
        answer = tus.send(sent, name_of(sent, ending))
        assert (answer.status_code, slug(answer)) == (422, "attachment-damaged")
    assert unfinished(app) == []


def test_a_file_that_is_a_picture_and_something_else_too_comes_out_as_the_picture_alone(
    tus: Tus, kept: Callable[[str], bytes]
) -> None:
    for kind, ending in ENDINGS.items():
        sent = picture(kind) + b"PK\x03\x04<script>alert('SECRET')</script>%PDF-1.7"
        assert tus.send(sent, name_of(sent, ending)).status_code == 204
        assert b"<script>" not in kept(name_of(sent, ending))


# ---------------------------------------------------------------- bombs


def png(width: int, height: int, rows: int) -> bytes:
    """A PNG of grey pixels whose header says width × height; a thousandth of its size, since all are the same."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    line = b"\0" * (width + 1)
    data = b"".join(packer.compress(line) for _ in range(rows)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(5001, 5000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_with_too_many_pixels_is_refused_by_its_header(tus: Tus, width: int, height: int) -> None:
    sent = png(width, height, 0)
    answer = tus.send(sent, name_of(sent, "png"))
    assert answer.status_code in (413, 422)
    if width * height < 2**40:
        assert slug(answer) == "attachment-too-large"
        assert (answer.get_json()["limit"], answer.get_json()["unit"]) == (pictures.MOST_PIXELS, "pixels")


def test_the_largest_picture_that_is_decoded_stays_within_the_limits(tus: Tus, kept: Callable[[str], bytes]) -> None:
    sent = png(5000, 5000, 5000)
    assert len(sent) < 100_000
    assert tus.send(sent, name_of(sent, "png")).status_code == 204
    assert opened(kept(name_of(sent, "png"))).size == (5000, 5000)


def test_a_decoder_that_wants_too_much_is_ended_and_nothing_is_left(
    tmp_path: Path, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A real decoder in its real process; only the clock over it is set shorter than its work.
    source = tmp_path / "large.png"
    source.write_bytes(png(5000, 5000, 5000))
    monkeypatch.setattr(pictures, "SECONDS", 0.05)
    from server.problems import Problem

    with pytest.raises(Problem, match="attachment-damaged"):
        pictures.encode_anew(source, tmp_path, tmp_path)
    assert not (tmp_path / "whole").exists()


# ---------------------------------------------------------------- previews that phones send


def test_a_preview_must_be_a_small_picture(tus: Tus) -> None:
    name = name_of(picture())
    assert slug(tus.send(b"x" * 20_001, name, preview=True)) == "attachment-too-large"
    assert slug(tus.send(b"<svg/>", name, preview=True)) == "attachment-type-refused"
    assert slug(tus.send(picture("WEBP", (64, 48))[:60], name, preview=True)) == "attachment-damaged"
    assert tus.send(picture("WEBP", (64, 48)), name, preview=True).status_code == 204


def test_the_servers_own_preview_takes_the_place_of_the_phones(tus: Tus, kept: Callable[[str], bytes]) -> None:
    sent = picture()
    name = name_of(sent)
    tus.send(picture("WEBP", (64, 48)), name, preview=True)
    assert opened(kept(f"{name}.sent")).size == (64, 48)
    tus.send(sent)
    assert opened(kept(f"{name}.preview")).size == (320, 240)
    with pytest.raises(FileNotFoundError):
        kept(f"{name}.sent")
    again = tus.create(picture("WEBP", (64, 48), seed=9), name, preview=True)
    assert again.headers["Upload-Offset"] == str(len(picture("WEBP", (64, 48), seed=9)))


# ---------------------------------------------------------------- other files


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        ("pdf", b"%PDF-1.7\n..."),
        ("csv", "tên,số\nAn,3\n".encode()),
        ("txt", "\ufeffghi chú".encode("utf-16")),
        ("mp3", b"ID3\x04rest"),
        ("m4a", b"\0\0\0\x20ftypM4A "),
        ("ogg", b"OggS\0rest"),
        ("wav", b"RIFF\0\0\0\0WAVEfmt "),
        ("webm", b"\x1a\x45\xdf\xa3...A_OPUS"),
        ("mp4", b"\0\0\0\x18ftypmp42"),
        ("zip", b"PK\x03\x04rest"),
        ("bin", b"\0anything"),
    ],
)
def test_other_files_are_kept_as_they_are(tus: Tus, kept: Callable[[str], bytes], ending: str, content: bytes) -> None:
    name = name_of(content, ending)
    assert tus.send(content, name).status_code == 204
    assert kept(name) == content


@pytest.mark.parametrize(
    ("ending", "content"),
    [("pdf", b"<html>"), ("mp3", b"MZ\x90\0"), ("mp4", b"#!/bin/sh"), ("txt", b"\x7fELF\0\0"), ("zip", b"%PDF-1.7")],
)
def test_a_file_that_does_not_begin_as_its_ending_promises_is_refused(tus: Tus, ending: str, content: bytes) -> None:
    assert slug(tus.send(content, name_of(content, ending))) == "attachment-type-refused"
