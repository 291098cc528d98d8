"""Tables, workbooks, points, public figures: what leaves the house is exact, harmless, no finer than it may be."""

from __future__ import annotations

import csv
import errno
import io
import json
import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from server.config import current_settings
from server.records import approved, kept
from server.reports import books, public, rules
from server.reports.points import SQUARE, squared
from tests.tools.chain import AT, DISTRICT, OTHER_COMMUNE, Chain
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone

AFTER = datetime.fromisoformat("2023-12-20T08:00:00+07:00")


@pytest.fixture
def office(chain: Chain) -> Phone:
    return chain.phone("Cúc", "TT", DISTRICT)


def got(phone: Phone, path: str) -> bytes:
    answer = phone.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    data: bytes = answer.get_data()
    return data


def rows_of(raw: bytes) -> list[list[str]]:
    assert raw.startswith(b"\xef\xbb\xbf")  # or Excel takes it for another encoding
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


# ---------------------------------------------------------------- records as a workbook


def test_a_workbook_has_the_tables_of_the_zip_with_texts_that_are_never_formulas(chain: Chain, office: Phone) -> None:
    sent = chain.submit("CK-05", organisation='=HYPERLINK("http://x","y")')
    chain.review(sent)
    book = load_workbook(io.BytesIO(got(office, f"/api/campaigns/{chain.campaign}/export?format=xlsx")))
    sheet = book["records-CK-05-1"]
    header = [cell.value for cell in sheet[1]]
    organisation = sheet.cell(2, header.index("organisation") + 1)
    assert organisation.value == '=HYPERLINK("http://x","y")'
    assert organisation.data_type == "s"
    assert organisation.quotePrefix
    assert sheet.cell(2, header.index("signed_count") + 1).value == 30
    assert sheet.freeze_panes == "A2"
    assert {"README", "decisions", "conflicts", "moves", "held", "questions", "choices"} <= set(book.sheetnames)
    assert office.get(f"/api/campaigns/{chain.campaign}/export?format=exe").get_json()["slug"] == "invalid"


def test_a_full_sheet_goes_on_in_another_and_names_stay_apart(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "MOST_ROWS", 2)
    target = io.BytesIO()
    with books.Workbook(target, str(tmp_path)) as book:
        book.table("A" * 40, ["n"], ([number] for number in range(5)))
        book.table("a" * 31, ["n"], [["x" * 40_000, "\x00\x07", 2**60, math.pi]])
    read = load_workbook(io.BytesIO(target.getvalue()))
    assert [[row[0] for row in sheet.values] for sheet in read.worksheets[:3]] == [["n", 0, 1], ["n", 2, 3], ["n", 4]]
    assert len({name.lower() for name in read.sheetnames}) == 4
    row = next(iter(read.worksheets[3].iter_rows(min_row=2, values_only=True)))
    assert (len(row[0]), row[0][-4:], row[2], row[3]) == (32_767, " […]"[-4:], str(2**60), pytest.approx(math.pi))


def test_a_workbook_that_fails_half_way_leaves_nothing_on_the_disk(
    chain: Chain, office: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> Iterator[dict[str, Any]]:
        raise OSError(errno.ENOSPC, "no space left")
        yield {}

    chain.submit("CK-05")
    before = sorted(current_settings().data_dir.iterdir())
    monkeypatch.setattr(kept, "held", full)
    for form in ("zip", "xlsx"):
        answer = office.get(f"/api/campaigns/{chain.campaign}/export?format={form}")
        assert answer.get_json()["slug"] == "storage-full"
    assert sorted(current_settings().data_dir.iterdir()) == before


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("＝1+1", "'＝1+1"),
        ("＋84", "'＋84"),
        ("－2", "'－2"),
        ("＠SUM(A1)", "'＠SUM(A1)"),
        ("﹦1", "'﹦1"),
        ("\t＝1", "'\t＝1"),
        ("\r=1", "'\r=1"),
        ("\n@x", "'\n@x"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("-7", "-7"),
        ("a=1", "a=1"),
        ("'=1", "'=1"),
    ],
)
def test_no_sign_of_a_formula_stands_first_in_a_cell_of_csv(value: str, written: str) -> None:
    assert rules.cell(value) == written


# ---------------------------------------------------------------- points


def test_points_are_exact_for_who_reviews_and_in_squares_for_who_exports(chain: Chain, office: Phone) -> None:
    sent = chain.submit("NCO-03", suggestion="Nhà ông Ba")
    stranger = chain.phone("Lan", "TNV", OTHER_COMMUNE)
    chain.submit("NCO-03", phone=stranger, place=chain.other_commune)
    path = f"/api/campaigns/{chain.campaign}/points"
    (mine,) = json.loads(got(chain.supervisor, path))["features"]
    assert mine["geometry"] == {"type": "Point", "coordinates": [106.2604, 9.6836]}
    assert (mine["properties"]["record"], mine["properties"]["square"]) == (sent["record"], None)
    assert mine["properties"]["hazard_type"] == "pothole"
    whole = json.loads(got(office, path))["features"]
    assert len(whole) == 2
    for feature in whole:
        longitude, latitude = feature["geometry"]["coordinates"]
        assert (latitude, longitude) == squared(9.6836, 106.2604) != (9.6836, 106.2604)
        assert feature["properties"]["square"] == SQUARE
    told = json.dumps(whole)
    assert "Ba" not in told
    assert "photo" not in told
    for phone in (chain.volunteer, chain.phone("Công", "CAX")):
        assert phone.get(path).get_json()["slug"] == "not-found"


@given(st.floats(-85, 85), st.floats(-180, 180))
def test_a_square_is_told_by_its_middle_whatever_point_of_it_was_taken(latitude: float, longitude: float) -> None:
    found = squared(latitude, longitude)
    metres = (
        (found[0] - latitude) * 111_320,
        (found[1] - longitude) * 111_320 * math.cos(math.radians(latitude)),
    )
    assert all(abs(one) <= SQUARE / 2 + 20 for one in metres)
    assert squared(*found) == found


@pytest.mark.parametrize("value", [None, "", "x y", "1", "91 0", "0 181", 7])
def test_what_is_no_point_is_none(value: object) -> None:
    assert approved.point_of(value) is None


# ---------------------------------------------------------------- figures of the office


def test_figures_are_a_row_for_each_indicator_unit_and_period(chain: Chain, office: Phone) -> None:
    chain.approved("TT-04")
    path = f"/api/campaigns/{chain.campaign}/reports/half/figures?place={chain.district}&day=2023-05-10"
    header, *rows = rows_of(got(office, path))
    found = [dict(zip(header, row, strict=True)) for row in rows]
    (reached,) = [
        row for row in found if (row["indicator"], row["place_code"], row["to"]) == ("P2", "29479", "2023-05-14")
    ]
    assert (reached["from"], reached["numerator"], reached["signed"], reached["name"]) == (
        "2023-04-15", "60", "no", "Lượt người được tuyên truyền",
    )  # fmt: skip
    book = load_workbook(io.BytesIO(got(office, f"{path}&format=xlsx")))
    assert book.active.max_row == len(rows) + 1
    own = f"/api/campaigns/{chain.campaign}/reports/half/figures?place={chain.commune}&day=2023-05-10"
    assert {row[4] for row in rows_of(got(chain.supervisor, own))[1:]} == {"Xã Ngãi Xuyên"}
    assert chain.supervisor.get(path).get_json()["slug"] == "not-found"


# ---------------------------------------------------------------- figures for everybody


def test_public_figures_are_of_a_year_that_is_over_and_hide_small_counts(
    chain: Chain, office: Phone, clock: StillClock
) -> None:
    path = f"/api/campaigns/{chain.campaign}/reports/year/public-figures?place={chain.district}&day=2023-05-10"
    assert office.get(path).get_json()["slug"] == "period-open"
    for number in range(7):
        chain.approved("TNGT-02", case_ref=f"A{number}")
    sender = chain.sender("TNGT-02")
    sheet = chain.submit("TNGT-02", phone=chain.phone("Ô", "CAX", OTHER_COMMUNE), place=chain.other_commune)
    chain.review(sheet, phone=chain.phone("Mai", "GSV", OTHER_COMMUNE))
    chain.review(sheet, "confirm", chain.phone("Bảy", "CAX", OTHER_COMMUNE))
    chain.work()
    assert sender.get(path).get_json()["slug"] == "not-found"
    clock.set(AFTER)
    office = chain.phone("Cúc", "TT", DISTRICT)
    rows = {tuple(row[:2]): row[2:] for row in rows_of(got(office, path))[1:]}
    assert rows["Đơn vị", "Xã Đại An"][0] == public.HIDDEN
    assert rows["Đơn vị", "Xã Ngãi Xuyên"][0] == public.HIDDEN  # or the total would give the other away
    assert rows["Đơn vị", "Xã Tập Sơn"] == ["0", "0", "0"]
    assert rows["Đơn vị", "Tổng cộng"] == ["8", "0", "8"]
    assert rows["Tháng", "05/2023"] == ["8", "0", "8"]
    assert rows["Giờ", "18:00 – 24:00"] == ["8", "0", "8"]
    assert not any("TNGT" in cell or AT in cell for row in rows.values() for cell in row)
    assert chain.phone("Sơn Chi", "GSV").get(path).get_json()["slug"] == "not-found"


def test_of_the_most_serious_cases_no_unit_is_told(chain: Chain, office: Phone, clock: StillClock) -> None:
    for number in range(6):
        chain.approved("TNGT-02", case_ref=f"D{number}", deaths_male=3, deaths=3, severity_final="dbnt")
    clock.set(AFTER)
    office = chain.phone("Cúc", "TT", DISTRICT)
    path = f"/api/campaigns/{chain.campaign}/reports/year/public-figures?place={chain.district}&day=2023-05-10"
    rows = {tuple(row[:2]): row[2:] for row in rows_of(got(office, path))[1:]}
    assert rows["Đơn vị", "Xã Ngãi Xuyên"] == ["0", "0", "0"]
    assert rows["Đơn vị", "Toàn địa bàn (vụ đặc biệt nghiêm trọng)"] == ["6", "18", "6"]


COLUMN = st.dictionaries(st.text("abcdefghij", min_size=1, max_size=2), st.integers(0, 30), min_size=1, max_size=12)


@given(COLUMN)
def test_a_hidden_count_can_be_anything_from_one_to_five_or_more_by_what_is_shown(counts: dict[str, int]) -> None:
    hidden, total_shown = public.hide(counts)
    assert all(row in hidden for row, count in counts.items() if 0 < count < public.LEAST)
    assert all(counts[row] for row in hidden)
    if hidden and total_shown:
        rest = sum(counts.values()) - sum(count for row, count in counts.items() if row not in hidden)
        assert len(hidden) > 1
        assert rest - (len(hidden) - 1) >= public.LEAST  # the others are at least 1 each


def test_a_total_that_is_hidden_in_one_table_is_hidden_in_all() -> None:
    tables = {"a": {"x": (3,), "y": (3,)}, "b": {"z": (6,)}}
    shown = public.publish(tables)
    assert shown["a"].rows == {"x": (None,), "y": (None,)}
    assert (shown["a"].total, shown["b"].total) == ((6,), (6,))
    alone = public.publish({"a": {"x": (1,), "y": (1,), "w": (3,)}, "b": {"z": (5,)}})
    assert alone["a"].total == alone["b"].total == (None,)


@pytest.mark.parametrize(
    ("moment", "band"),
    [
        ("2023-05-10T18:00:00.000+07:00", "18:00 – 24:00"),
        ("2023-05-10T05:59", "00:00 – 06:00"),
        ("2023-05-10", ""),
        (None, ""),
    ],
)
def test_a_time_is_told_by_its_part_of_the_day(moment: object, band: str) -> None:
    assert public.part_of_day(moment) == band
