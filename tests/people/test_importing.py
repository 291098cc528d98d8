"""People added from a list: what each row does is shown before, and a list that comes twice adds nobody twice."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from server.db import db, snapshot
from server.folding import folded
from server.people import lists, rules, words
from server.people.tables import Person
from tests.forms.books import workbook
from tests.people.conftest import Village
from tests.tools.chain import Chain
from tests.tools.phones import Phone

ROOT = Path(__file__).parents[2]
HEAD = ("Họ và tên", "Vai trò", "Địa bàn", "Ngôn ngữ")


def read(phone: Phone, data: bytes, name: str = "danh-sach.xlsx") -> Any:
    body = {"list": (io.BytesIO(data), name)}
    return phone.call("POST", "/api/people/list/read", data=body)


def rows_of(phone: Phone, *rows: Sequence[object]) -> list[dict[str, Any]]:
    """The rows of a workbook with these below its headings."""
    answer = read(phone, workbook(people=[HEAD, *rows]))
    assert answer.status_code == 200, answer.get_json()
    found: list[dict[str, Any]] = answer.get_json()["rows"]
    return found


def preview(phone: Phone, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    answer = phone.post("/api/people/list/preview", {"rows": rows})
    assert answer.status_code == 200, answer.get_json()
    found: list[dict[str, Any]] = answer.get_json()
    return found


def add(phone: Phone, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    answer = phone.post("/api/people/list", {"rows": rows})
    assert answer.status_code == 200, answer.get_json()
    found: list[dict[str, Any]] = answer.get_json()
    return found


def outcomes(lines: Sequence[dict[str, Any]]) -> list[str]:
    return [line["outcome"] for line in lines]


def faults(line: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault["field"], fault["code"]) for fault in line["faults"]]


@snapshot
def everybody() -> list[str]:
    return sorted(db.session.scalars(sa.select(Person.name)))


@pytest.fixture
def office(chain: Chain) -> Phone:
    """The phone of the district's standing office, which Trà Cú's places belong to."""
    return chain.phone("Nguyễn Văn Bình", "TT", "huyen-tra-cu")


# ---------------------------------------------------------------- what each row does


def test_what_a_row_does_is_shown_and_nobody_is_added(village: Village) -> None:
    office = village.enrolled("office")
    rows = rows_of(office, ("Kim Thị Lan", "Tình nguyện viên", "commune", "Khmer"))
    before = everybody()
    (line,) = preview(office, rows)
    assert (line["outcome"], line["role"], line["place"]) == ("new", "TNV", village.places["commune"])
    assert (line["language"], line["faults"], line["person"]) == ("km", [], None)
    assert everybody() == before


def test_who_is_added_can_enrol(village: Village) -> None:
    office = village.enrolled("office")
    lines = add(
        office, rows_of(office, ("  Kim  Thị Lan ", "giam sat vien", "OTHER"), ("Lê Văn Tám", "TNV", "commune"))
    )
    assert outcomes(lines) == ["new", "new"]
    links = office.post("/api/people/enrolments", {"people": [line["person"] for line in lines]}).get_json()
    phone = village.phone().enrol(links[0]["url"].rpartition("/")[2])
    assert phone.get("/api/me").get_json()["person"]["name"] == "Kim Thị Lan"
    (role,) = phone.get("/api/me").get_json()["roles"]
    assert (role["role"], role["place"]["id"]) == ("GSV", village.places["other"])


def test_a_list_that_comes_twice_adds_nobody_twice(village: Village) -> None:
    office = village.enrolled("office")
    rows = rows_of(office, ("Kim Thị Lan", "TNV", "commune"), ("Lê Văn Tám", "TNV", "other"))
    added = add(office, rows)
    again = add(office, rows)
    assert outcomes(again) == ["known", "known"]
    assert [line["person"] for line in again] == [line["person"] for line in added]
    assert everybody().count("Kim Thị Lan") == 1


def test_a_person_who_is_twice_in_the_list_is_added_once(village: Village) -> None:
    office = village.enrolled("office")
    rows = rows_of(office, ("Kim Thị Lan", "TNV", "commune"), ("KIM THỊ  LAN", "TNV", "commune"))
    assert outcomes(add(office, rows)) == ["new", "twice"]
    assert preview(office, rows[1:])[0]["outcome"] == "known"


def test_somebody_of_the_same_name_elsewhere_is_asked_about(village: Village) -> None:
    office = village.enrolled("office")
    (row,) = rows_of(office, ("Volunteer", "TNV", "other"))
    (line,) = preview(office, [row])
    assert line["outcome"] == "namesake"
    (other,) = line["others"]
    assert (other["person"], other["place"]) == (village.people["volunteer"], village.places["commune"])
    before = everybody()
    assert outcomes(add(office, [row])) == ["namesake"]
    assert outcomes(add(office, [{**row, "namesake": "same"}])) == ["left"]
    assert everybody() == before
    assert outcomes(add(office, [{**row, "namesake": "other"}])) == ["new"]
    assert outcomes(add(office, [{**row, "namesake": "other"}])) == ["known"]


def test_a_name_without_diacritics_may_be_the_same_person(village: Village) -> None:
    office = village.enrolled("office")
    add(office, rows_of(office, ("Kim Thị Lan", "TNV", "commune")))
    rows = rows_of(office, ("Kim Thi Lan", "TNV", "commune"), ("Kim Thị Lan", "GSV", "commune"))
    assert outcomes(preview(office, rows)) == ["namesake", "namesake"]


def test_two_of_one_name_in_a_list_are_asked_about(village: Village) -> None:
    office = village.enrolled("office")
    rows = rows_of(office, ("Kim Thị Lan", "TNV", "commune"), ("Kim Thị Lan", "TNV", "other"))
    lines = preview(office, rows)
    assert outcomes(lines) == ["new", "namesake"]
    assert [other["line"] for other in lines[1]["others"]] == [2]


def test_people_outside_my_places_are_nobodys_namesakes(village: Village) -> None:
    supervisor = village.enrolled("supervisor")
    (row,) = rows_of(supervisor, ("stranger", "TNV", "commune"))
    assert preview(supervisor, [row])[0]["others"] == []


# ---------------------------------------------------------------- faults


def test_each_fault_names_its_field_and_the_good_rows_are_added(village: Village) -> None:
    office = village.enrolled("office")
    rows = rows_of(
        office,
        ("", "TNV", "commune"),
        ("A" * 121, "TNV", "commune"),
        ("12", "TNV", "commune"),
        ("Lan", "Đội trưởng", "commune"),
        ("Lan", "", "commune"),
        ("Lan", "TNV", ""),
        ("Lan", "TNV", "comune"),
        ("Lan", "TNV", "commune", "Klingon"),
        ("Tám", "TNV", "commune"),
    )
    lines = add(office, rows)
    assert [faults(line) for line in lines] == [
        [("name", "name-missing")],
        [("name", "name-long")],
        [("name", "name-unread")],
        [("role", "role-unknown")],
        [("role", "role-missing")],
        [("place", "place-missing")],
        [("place", "place-unknown")],
        [("language", "language-unknown")],
        [],
    ]
    assert lines[6]["faults"][0]["candidates"] == [village.places["commune"]]
    assert "Tám" in everybody()
    assert "Lan" not in everybody()


@pytest.mark.parametrize(
    ("who", "role", "place", "expected"),
    [
        ("supervisor", "TNV", "other", ("place", "place-unknown")),
        ("supervisor", "TNV", "district", ("place", "place-unknown")),
        ("supervisor", "GSV", "commune", ("role", "role-not-yours")),
        ("office", "TT", "district", ("role", "role-not-yours")),
        ("office", "QT", "commune", ("role", "role-not-yours")),
    ],
)
def test_rights_are_those_of_adding_one_person(
    village: Village, who: str, role: str, place: str, expected: tuple[str, str]
) -> None:
    phone = village.enrolled(who)
    rows = rows_of(phone, ("Lan", role, place))
    before = everybody()
    assert faults(add(phone, rows)[0]) == [expected]
    by_number = [{**rows[0], "place_id": village.places[place]}]
    assert outcomes(add(phone, by_number)) == ["fault"]
    assert everybody() == before


def test_a_volunteer_imports_nobody(village: Village) -> None:
    volunteer = village.enrolled("volunteer")
    row = {"line": 2, "name": "Lan", "role": "TNV", "place": "commune", "language": ""}
    assert read(volunteer, workbook(people=[HEAD, ("Lan", "TNV", "commune")])).status_code == 404
    assert volunteer.get("/api/people/list/empty").status_code == 404
    for address in ("/api/people/list/preview", "/api/people/list"):
        assert volunteer.post(address, {"rows": [row]}).status_code == 404
    assert "Lan" not in everybody()


def test_no_more_rows_come_at_once_than_a_list_may_have(village: Village) -> None:
    office = village.enrolled("office")
    row = {"line": 2, "name": "Lan", "role": "TNV", "place": "commune", "language": ""}
    for rows in ([], [row] * (lists.MOST_PEOPLE + 1)):
        assert office.post("/api/people/list", {"rows": rows}).status_code == 422


def test_a_thousand_people_are_added_in_one_go(village: Village) -> None:
    office = village.enrolled("office")
    rows = rows_of(office, *((f"Người thứ {number}", "TNV", "commune") for number in range(lists.MOST_PEOPLE)))
    assert set(outcomes(add(office, rows))) == {"new"}
    assert set(outcomes(preview(office, rows))) == {"known"}


# ---------------------------------------------------------------- places by name and code


@pytest.mark.parametrize(
    "written",
    [
        "Xã Ngãi Xuyên",
        "xa ngai xuyen",
        "NGÃI XUYÊN",
        "x. Ngai Xuyen",
        "29479",
        29479,
        "Ngãi Xuyên commune",
        "ឃុំ Ngãi Xuyên",
    ],
)
def test_a_place_is_known_by_name_and_by_code(chain: Chain, office: Phone, written: object) -> None:
    (line,) = preview(office, rows_of(office, ("Lan", "TNV", written)))
    assert line["place"] == chain.commune


def test_a_name_that_is_several_places_is_asked_and_not_guessed(chain: Chain, office: Phone) -> None:
    rows = rows_of(office, ("Lan", "TNV", "Trà Cú"), ("Lan", "TNV", "Thị trấn Trà Cú"), ("Lan", "TNV", "Xã Trà Cú"))
    unsure, sure, wrong = preview(office, rows)
    assert faults(unsure) == [("place", "place-ambiguous")]
    assert len(unsure["faults"][0]["candidates"]) == 2
    assert sure["place"] in unsure["faults"][0]["candidates"]
    assert faults(wrong) == [("place", "place-unknown")]
    chosen = {**rows[0], "place_id": unsure["faults"][0]["candidates"][0]}
    assert preview(office, [chosen])[0]["place"] == chosen["place_id"]


def test_a_place_that_is_no_more_is_not_chosen(chain: Chain, office: Phone) -> None:
    (line,) = preview(office, rows_of(office, ("Lan", "TNV", "29489")))  # Hàm Tân's in 2023, Hàm Giang's since 2025
    (named,) = preview(office, rows_of(office, ("Lan", "TNV", "Xã Hàm Tân")))
    assert line["place"] == named["place"]


@pytest.mark.parametrize("file", ["vi-later", "en", "km"])
def test_a_role_is_known_by_the_name_that_the_app_gives_it(file: str) -> None:
    text = (ROOT / f"pwa/src/app/i18n/words/{file}.ts").read_text(encoding="utf-8")
    named = re.findall(r'"role\.([A-Z]+)": "(.*)"', text)
    assert {role for role, _ in named} == set(rules.ROLE_NAMES)
    assert [name for role, name in named if words.ROLES.get(folded(name)) != role] == []


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_is_read_whatever_parts_its_columns(village: Village, sign: str, encoding: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=sign).writerows([HEAD, ("Lê, Văn; Tám", "TNV", "commune", "vi")])
    answer = read(village.enrolled("office"), text.getvalue().encode(encoding), "danh-sach.xlsx")
    assert [row["name"] for row in answer.get_json()["rows"]] == ["Lê, Văn; Tám"]


def test_headings_stand_below_a_title_in_any_order_and_language() -> None:
    sheet = [
        ("DANH SÁCH TÌNH NGUYỆN VIÊN NĂM 2023",),
        (),
        ("STT", "Don vi", "HO TEN", "Số điện thoại", "Chức vụ", "role"),
        (1, "commune", "Lan", "0912345678", "Bí thư", "TNV"),
        (2, None, None, None, None, None),
        (None, "other", "Tám", None, None, "TNV"),
    ]
    found = lists.read(workbook(one=[("Ghi chú",)], two=sheet))
    assert [(row["line"], row["name"], row["place"], row["role"]) for row in found.rows] == [
        (4, "Lan", "commune", "TNV"),
        (6, "Tám", "other", "TNV"),
    ]
    assert found.headings == {"name": "HO TEN", "place": "Don vi", "role": "role"}
    assert found.left_out == ["STT", "Số điện thoại", "Chức vụ"]


def test_a_name_in_two_columns_is_one_name() -> None:
    found = lists.read(workbook(one=[("Họ và tên đệm", "Tên", "Xã"), ("Thạch Thị Sóc", "Kha", "commune")]))
    assert [row["name"] for row in found.rows] == ["Thạch Thị Sóc Kha"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "heading-missing"),
        (b"Lan\tTNV\tcommune", "heading-missing"),
        ("Họ và tên\tVai trò".encode(), "list-empty"),
        ("Họ và tên;Vai trò".encode("cp1258", "replace"), "text-encoding"),
        (b"<html><table></table></html>", "file-no-list"),
        (b"%PDF-1.7", "file-no-list"),
        (b"\x00\x01\x02\xff", "file-no-list"),
        (b"PK\x03\x04 a document", "file-packed"),
        (workbook(one=[("Tên",)])[:-40], "book-damaged"),
        (("Tên\n" + "Lan\n" * 1_001).encode(), "list-rows"),
        (b"x" * 900_001, "file-bytes"),
    ],
)
def test_what_can_t_be_read_says_why(village: Village, data: bytes, code: str) -> None:
    answer = read(village.enrolled("office"), data)
    assert (answer.status_code, answer.get_json()["slug"], answer.get_json()["code"]) == (422, "list-refused", code)


def test_a_request_without_a_file_is_refused(village: Village) -> None:
    assert village.enrolled("office").post("/api/people/list/read", {}).get_json()["slug"] == "unsupported-media"


# ---------------------------------------------------------------- the empty list


@pytest.mark.parametrize("language", ["vi", "en", "km"])
def test_what_is_written_into_the_empty_list_is_understood(chain: Chain, office: Phone, language: str) -> None:
    answer = office.get(f"/api/people/list/empty?language={language}")
    assert read(office, answer.data).get_json()["code"] == "list-empty"
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet, choices, example = book.worksheets
    written = [cell.value for column in choices.iter_cols(min_row=2) for cell in column if cell.value]
    assert "Xã Ngãi Xuyên" in written or language != "vi"
    for row in example.iter_rows(min_row=2, values_only=True):
        sheet.append(row)
    for role, place in zip(choices["A"][1:], choices["B"][1:], strict=True):
        sheet.append([f"Người {place.row}", role.value or choices["A2"].value, place.value, choices["D2"].value])
    saved = io.BytesIO()
    book.save(saved)
    lines = preview(office, read(office, saved.getvalue()).get_json()["rows"])
    assert len(lines) > 15
    assert set(outcomes(lines)) == {"new"}


def test_the_empty_list_names_only_what_i_may_give(village: Village) -> None:
    book = openpyxl.load_workbook(io.BytesIO(village.enrolled("supervisor").get("/api/people/list/empty").data))
    choices = book.worksheets[1]
    assert [cell.value for cell in choices["A"] if cell.value] == ["Vai trò", "Tình nguyện viên"]
    assert [cell.value for cell in choices["B"] if cell.value] == ["Địa bàn", "commune"]
