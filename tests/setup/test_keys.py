"""Keys of places that the office adds: they are read in packs and in commands, and typed by people."""

from __future__ import annotations

import pytest

from server.setup import reshaping, schemas


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Xã Ngãi Xuyên", "w3-xa-ngai-xuyen"),
        ("Ấp Đôn Chụm (Đ. Ông)", "w3-ap-don-chum-d-ong"),
        ("TRƯỜNG THCS LƯU NGHIỆP ANH", "w3-truong-thcs-luu-nghiep-anh"),
        ("Xa\u0303 Đa\u0323i An", "w3-xa-dai-an"),
        ("ឃុំថ្មី", "w3"),
    ],
)
def test_a_key_is_the_name_without_its_diacritics(name: str, key: str) -> None:
    assert reshaping.own_key("W3", name) == key


@pytest.mark.parametrize("name", ["Xã " + "Đại Ấn " * 20, "ឃុំ", "!", "Ω Straße ½"])
def test_a_key_is_one_that_may_be_written_whatever_the_name_is(name: str) -> None:
    schemas.KEY(reshaping.own_key("W12", name))
