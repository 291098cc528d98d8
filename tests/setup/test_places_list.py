"""The office's own list of places is read by the server: whatever file it is in, and nothing of it is kept."""

from __future__ import annotations

import io
from typing import Any

import pytest

from server.setup import listing
from tests.forms.books import workbook
from tests.tools.chain import Chain
from tests.tools.phones import Phone
from tests.tools.setting_up import address

HEAD = ("Mã", "Tên địa bàn", "Tiếng Khmer")
TOWN = ("30001", "Thị trấn Mới", "ថ្មី")
EMPTY = {"vi": "", "en": "", "km": "", "code": "", "kind": "", "parent": ""}
READ = {**EMPTY, "code": "30001", "vi": "Thị trấn Mới", "km": "ថ្មី"}


def read(chain: Chain, phone: Phone, data: bytes) -> Any:
    body = {"list": (io.BytesIO(data), "dia-ban")}
    return phone.call("POST", address(chain, "/places/list/read"), data=body)


def found(chain: Chain, office: Phone, data: bytes) -> dict[str, Any]:
    answer = read(chain, office, data)
    assert answer.status_code == 200, answer.get_json()
    document: dict[str, Any] = answer.get_json()
    return document


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (workbook(places=[HEAD, (30001, *TOWN[1:])]), 2),
        (workbook(notes=[("Ghi chú",)], places=[("DANH SÁCH ĐỊA BÀN",), (), HEAD, TOWN]), 4),
        ("Danh sách\n\nMÃ ĐƠN VỊ\tTên địa bàn\tTiếng Khmer\n30001\tThị trấn Mới\tថ្មី".encode(), 4),
        ('\ufeffma don vi;TÊN;khmer\r\n30001;"Thị trấn Mới";ថ្មី\r\n'.encode(), 2),
        ("code,name,km\n30001,Thị trấn Mới,ថ្មី".encode("utf-16"), 2),
        ("លេខកូដ\tឈ្មោះ\tខ្មែរ\n30001\t  Thị trấn   Mới\tថ្មី".encode(), 2),
    ],
)
def test_a_list_is_read_whatever_holds_it_and_however_its_headings_are_written(
    chain: Chain, office: Phone, data: bytes, line: int
) -> None:
    assert found(chain, office, data)["rows"] == [{**READ, "line": line}]


def test_headings_are_told_as_they_are_written_and_columns_that_are_none_by_name(chain: Chain, office: Phone) -> None:
    text = "STT;MÃ;Tên xã;Loại;Thuộc;Name EN;Dân số\n1;;Xã A;xã;Huyện Trà Cú;A commune;9000"
    document = found(chain, office, text.encode())
    assert document["headings"] == {
        "code": "MÃ", "vi": "Tên xã", "kind": "Loại", "parent": "Thuộc", "en": "Name EN",
    }  # fmt: skip
    assert document["left_out"] == ["STT", "Dân số"]
    (row,) = document["rows"]
    assert row == {**EMPTY, "line": 2, "vi": "Xã A", "kind": "xã", "parent": "Huyện Trà Cú", "en": "A commune"}


@pytest.mark.parametrize("heading", ["Tên ấp", "Tên khóm", "Ấp, khóm", "Tên xã, phường, thị trấn"])
def test_names_may_stand_under_what_the_places_are(chain: Chain, office: Phone, heading: str) -> None:
    rows = found(chain, office, f"STT\t{heading}\tThuộc\n1\tGiồng Cao\tXã Ngãi Xuyên".encode())["rows"]
    assert [(row["vi"], row["parent"]) for row in rows] == [("Giồng Cao", "Xã Ngãi Xuyên")]


def test_a_row_without_a_name_is_not_lost(chain: Chain, office: Phone) -> None:
    rows = found(chain, office, "Tên;Loại;Ghi chú\nXã A;xã;\n;ấp;\n;;chỉ ghi chú\n".encode())["rows"]
    assert [(row["line"], row["vi"], row["kind"]) for row in rows] == [(2, "Xã A", "xã"), (3, "", "ấp")]


def test_a_name_that_is_too_long_for_a_place_is_not_cut_to_one_that_fits(chain: Chain, office: Phone) -> None:
    (row,) = found(chain, office, f"Tên;Khmer\nXã A;{'ក' * 300}".encode())["rows"]
    assert len(row["km"]) > 200


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "heading-missing"),
        ("Xã A\nXã B".encode(), "heading-missing"),
        ("Tên\n\n".encode(), "list-empty"),
        (("Tên\n" + "Xã A\n" * (listing.MOST_PLACES + 1)).encode(), "list-rows"),
        ("Tên;Mã".encode("cp1258", "replace"), "text-encoding"),
        (b"%PDF-1.7", "file-no-list"),
        (b"PK\x03\x04 a document", "file-packed"),
        (workbook(places=[HEAD])[:-40], "book-damaged"),
        (b"x" * 900_001, "file-bytes"),
    ],
)
def test_what_can_t_be_read_says_why(chain: Chain, office: Phone, data: bytes, code: str) -> None:
    answer = read(chain, office, data)
    assert (answer.status_code, answer.get_json()["slug"], answer.get_json()["code"]) == (422, "list-refused", code)


def test_a_request_without_a_file_is_refused(chain: Chain, office: Phone) -> None:
    answer = office.post(address(chain, "/places/list/read"), {})
    assert answer.get_json()["slug"] == "unsupported-media"


@pytest.mark.parametrize(("role", "place"), [("GSV", "xa-ngai-xuyen"), ("LD", "huyen-tra-cu"), ("TT", "xa-ngai-xuyen")])
def test_nobody_but_the_campaigns_office_has_a_list_read(chain: Chain, role: str, place: str) -> None:
    other = chain.phone("Lê Văn Tám", role, place)
    assert read(chain, other, workbook(places=[HEAD, TOWN])).get_json()["slug"] == "not-found"
