"""An official report has the form of Decree 30/2020/NĐ-CP and says what approved records come to, nothing else."""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from server.places import service as places
from server.reports import paper as paper_of
from server.reports import wording
from tests.tools.chain import DISTRICT, OTHER_COMMUNE, Chain
from tests.tools.clocks import StillClock
from tests.tools.office_paper import SOFFICE, Printed, printed
from tests.tools.phones import Phone

DAY = "2023-05-10"


@pytest.fixture
def office(chain: Chain) -> Phone:
    return chain.phone("Cúc", "TT", DISTRICT)


@pytest.fixture
def leader(chain: Chain) -> Phone:
    return chain.phone("Lâm", "LD", DISTRICT)


def address(chain: Chain, kind: str = "month", place: int | None = None, day: str = DAY, **more: str) -> str:
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/api/campaigns/{chain.campaign}/reports/{kind}?place={place or chain.district}&day={day}{asked}"


def same_period(chain: Chain, place: int | None = None, kind: str = "month") -> str:
    return address(chain, kind, place).replace("?", "/same-period?")


class Report:
    """A report as a program reads it: paragraphs and tables."""

    def __init__(self, phone: Phone, path: str) -> None:
        answer = phone.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.mimetype.endswith("wordprocessingml.document")
        self.bytes = answer.get_data()
        self.name = answer.headers["Content-Disposition"]
        docx = Document(io.BytesIO(self.bytes))
        self.text = "\n".join(paragraph.text for paragraph in docx.paragraphs)
        self.tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.tables]
        self.head = [line for row in self.tables[0] for cell in row for line in cell.splitlines()]
        self.foot = next(table[0] for table in self.tables if "Nơi nhận:" in table[0][0])

    def row(self, first: str) -> list[str]:
        """The row that begins with a text, its number left out."""
        found = [row for table in self.tables for row in table if first in row[:2]]
        assert found, f"no row {first!r}"
        return found[0][found[0].index(first) + 1 :]


def two_cases(chain: Chain) -> None:
    chain.approved("TNGT-02", case_ref="A1", deaths_male=1, deaths=1)
    early = {"occurred_at": "2023-05-02T18:00:00.000+07:00", "mode": "waterway", "alcohol_confirmed": "yes"}
    chain.approved("TNGT-02", case_ref="A2", **early)


# ---------------------------------------------------------------- what it says


def test_the_month_has_its_confirmed_cases_and_nothing_of_other_months(chain: Chain, office: Phone) -> None:
    two_cases(chain)
    chain.approved("TNGT-02", case_ref="A3", occurred_at="2023-04-14T18:00:00.000+07:00")
    report = Report(office, address(chain))
    assert "xảy ra 02 vụ tai nạn giao thông, làm chết 01 người, bị thương 02 người." in report.text
    assert "(số liệu từ ngày 15/4/2023 đến ngày 14/5/2023)" in report.text
    assert report.row("Số vụ tai nạn giao thông") == ["vụ", "2", "Chưa có số nền", "–", "–"]
    half = Report(office, address(chain, "half"))
    assert half.row("Số vụ tai nạn giao thông")[1] == "3"
    assert "6 tháng đầu năm 2023" in half.text
    assert "năm 2023 (số liệu từ ngày 15/12/2022 đến ngày 14/12/2023)" in Report(office, address(chain, "year")).text


def test_cases_are_split_by_mode_severity_alcohol_and_cause_and_each_split_comes_to_the_whole(
    chain: Chain, office: Phone
) -> None:
    two_cases(chain)
    report = Report(office, address(chain))
    assert report.row("Đường bộ") == ["1", "1", "1"]
    assert report.row("Đường thủy nội địa") == ["1", "0", "1"]
    assert report.row("Ít nghiêm trọng") == ["2", "1", "2"]
    assert report.row("Có") == ["1", "0", "1"]
    (split,) = [table for table in report.tables if table[0][0] == "Phân loại"]
    sums: list[int] = []
    for row in split[1:]:
        if row[0] == row[1]:
            sums.append(0)
        else:
            sums[-1] += int(row[1])
    assert sums == [2, 2, 2, 2]


def test_what_is_reported_and_not_confirmed_is_told_and_not_added(chain: Chain, office: Phone) -> None:
    chain.approved("TNGT-01")
    report = Report(office, address(chain))
    assert "xảy ra 0 vụ tai nạn giao thông" in report.text
    assert "Ngoài ra còn 01 tin báo chưa được Công an xác nhận, không tính vào số liệu trên." in report.text


def test_the_same_period_is_what_the_office_entered_and_is_never_made_up(chain: Chain, office: Phone) -> None:
    two_cases(chain)
    answer = office.put(same_period(chain), {"values": {"A1": 4, "A2": 0, "A3": 2}})
    assert answer.get_json()["values"] == {"A1": 4, "A2": 0, "A3": 2, "A4": None, "A5": None}
    assert answer.get_json()["by"] == "Cúc"
    report = Report(office, address(chain))
    assert "So với cùng kỳ, giảm 02 vụ (-50,00%), tăng 01 người chết (không tính tỷ lệ)," in report.text
    assert "số người bị thương không thay đổi." in report.text
    assert report.row("Số vụ tai nạn giao thông")[1:] == ["2", "4", "-2", "-50,00"]
    assert report.row("Số người chết")[1:] == ["1", "0", "+1", "–"]
    assert report.row("Số vụ do rượu, bia")[1:] == ["1", "Chưa có số nền", "–", "–"]
    assert Report(office, address(chain, day="2023-04-01")).row("Số vụ tai nạn giao thông")[2] == "Chưa có số nền"
    office.put(same_period(chain), {"values": {"A1": None}})
    assert Report(office, address(chain)).row("Số vụ tai nạn giao thông")[2] == "Chưa có số nền"


def test_the_whole_year_is_compared_with_the_campaigns_baselines(chain: Chain, office: Phone) -> None:
    two_cases(chain)
    assert office.put(f"/api/campaigns/{chain.campaign}/baselines", {"values": {"A1": 20}}).status_code == 200
    assert Report(office, address(chain, "year")).row("Số vụ tai nạn giao thông")[1:] == ["2", "20", "-18", "-90,00"]
    refused = office.put(same_period(chain, kind="year"), {"values": {"A1": 7}})
    assert refused.get_json()["slug"] == "invalid"


def test_results_are_told_for_the_span_and_so_far(chain: Chain, office: Phone) -> None:
    chain.approved("TT-04")
    chain.approved("TT-04", held_on="2023-04-01", attendees_total=40)
    assert Report(office, address(chain)).row("Lượt người được tuyên truyền") == ["60 lượt", "100 lượt", "≥ 1.000 lượt"]


def test_a_signed_months_report_says_what_was_signed_until_a_correction_is(
    chain: Chain, office: Phone, leader: Phone
) -> None:
    two_cases(chain)
    assert "Số liệu tháng 5/2023 chưa được ký chốt" in Report(office, address(chain)).text
    period = f"/api/campaigns/{chain.campaign}/periods/2023-04-15"
    office.put(period, {})
    assert leader.post(f"{period}/signature").status_code == 200
    chain.approved("TNGT-02", case_ref="A9")
    report = Report(office, address(chain))
    assert "chưa được ký chốt" not in report.text
    assert "Có 01 phiếu đến sau khi chốt, chờ đính chính, chưa tính vào số liệu." in report.text
    signed = leader.get(f"/api/campaigns/{chain.campaign}/periods").get_json()["periods"]
    (figures,) = [one["versions"][0]["figures"] for one in signed if one["versions"]]
    (cases,) = [one["numerator"] for one in figures if one["code"] == "A1" and one["place"] == chain.district]
    assert report.row("Số vụ tai nạn giao thông")[1] == str(cases) == "2"
    assert report.row("Đường bộ")[0] == "1"


def test_a_commune_speaks_in_its_own_approved_words_and_the_district_appends_them(chain: Chain, office: Phone) -> None:
    said = {"results": "Ba buổi ở chùa.\nĐội tự quản đều.", "difficulties": "Thiếu đèn.", "proposals": "Lắp đèn."}
    sent = chain.submit("BC-09", **said)
    assert "Ba buổi ở chùa." not in Report(office, address(chain)).text
    chain.review(sent)
    chain.work()
    own = Report(chain.supervisor, address(chain, place=chain.commune))
    assert re.search(r"Ưu điểm\nBa buổi ở chùa.\nĐội tự quản đều.\n2. Hạn chế, khó khăn\nThiếu đèn.\n", own.text)
    assert "Phụ lục" not in own.text
    whole = Report(office, address(chain))
    assert "Phụ lục II\nÝ KIẾN CỦA CÁC ĐƠN VỊ" in whole.text
    assert "Xã Ngãi Xuyên\nKết quả: Ba buổi ở chùa.\n" in whole.text
    assert whole.row("Xã Ngãi Xuyên")[-1] == "1/1"
    assert whole.row("Xã Đại An")[-1] == "0/1"


def test_nothing_that_was_typed_is_anything_but_text(chain: Chain, office: Phone) -> None:
    chain.approved("BC-09", results="<w:p>&amp; {{ x }} =1+1")
    assert "Kết quả: <w:p>&amp; {{ x }} =1+1" in Report(office, address(chain)).text


# ---------------------------------------------------------------- in whose name, and for whom


def test_it_is_issued_by_the_unit_that_is_there_on_the_documents_day(chain: Chain, office: Phone) -> None:
    assert Report(office, address(chain)).head[:2] == ["UBND HUYỆN TRÀ CÚ", "BAN AN TOÀN GIAO THÔNG"]
    own = address(chain, place=chain.commune)
    before, after = (Report(office, f"{own}&on={day}") for day in ("2025-06-30", "2025-07-01"))
    assert (before.head[0], before.head[-1]) == ("UBND XÃ NGÃI XUYÊN", "Ngãi Xuyên, ngày       tháng 6 năm 2025")
    assert (after.head[0], after.head[-1]) == ("UBND XÃ TRÀ CÚ", "Trà Cú, ngày       tháng 7 năm 2025")
    assert "Trên địa bàn xã Ngãi Xuyên xảy ra" in after.text
    assert office.get(address(chain, on="2025-07-01")).get_json()["slug"] == "no-issuer"


def test_after_the_reform_a_new_commune_reports_what_became_part_of_it(chain: Chain, clock: StillClock) -> None:
    two_cases(chain)
    clock.set(datetime.fromisoformat("2025-07-02T08:00:00+07:00"))
    here = places.by_key("xa-tra-cu-2025")
    supervisor = chain.phone("Mai", "GSV", "xa-tra-cu-2025")
    report = Report(supervisor, address(chain, "year", here))
    assert report.head[0] == "UBND XÃ TRÀ CÚ"
    assert report.row("Số vụ tai nạn giao thông")[1] == "2"


def test_number_and_day_stay_empty_it_is_a_draft_and_says_who_signs(chain: Chain, office: Phone) -> None:
    report = Report(office, address(chain, on="2023-02-03"))
    assert "Số:          /BC-BATGT" in report.head
    assert "DỰ THẢO" in report.head
    assert report.head[-1] == "Trà Cú, ngày       tháng 02 năm 2023"
    assert report.foot[1].strip() == "TM. BAN AN TOÀN GIAO THÔNG\nKT. TRƯỞNG BAN\nPHÓ TRƯỞNG BAN"
    assert report.foot[0].splitlines()[-1] == "- Lưu: VT."
    assert report.name == f"attachment; filename=BC-month-2023-05-14-{chain.district}.docx"


def test_office_and_leader_have_every_report_a_supervisor_their_own_communes_alone(
    chain: Chain, office: Phone, leader: Phone
) -> None:
    for phone in (office, leader):
        for place in (chain.district, chain.commune):
            assert phone.get(address(chain, place=place)).status_code == 200
    assert chain.supervisor.get(address(chain, place=chain.commune)).status_code == 200
    offered = chain.supervisor.get(f"/api/campaigns/{chain.campaign}/reports").get_json()
    assert [place["id"] for place in offered["places"]] == [chain.commune]
    for path in (address(chain), address(chain, place=chain.other_commune)):
        assert chain.supervisor.get(path).get_json()["slug"] == "not-found"
    for phone in (chain.volunteer, chain.phone("Công", "CAX")):
        assert phone.get(address(chain, place=chain.commune)).get_json()["slug"] == "not-found"
        assert phone.get(f"/api/campaigns/{chain.campaign}/reports").get_json()["slug"] == "not-found"
    assert Phone(chain.app).get(address(chain)).status_code == 401


def test_who_reports_enters_what_is_compared_and_nobody_else(chain: Chain, leader: Phone) -> None:
    values = {"values": {"A1": 3}}
    assert chain.supervisor.put(same_period(chain, chain.commune), values).status_code == 200
    other = chain.phone("Lan", "GSV", OTHER_COMMUNE)
    for phone, place in ((other, chain.commune), (chain.supervisor, chain.district), (leader, chain.district)):
        assert phone.put(same_period(chain, place), values).get_json()["slug"] == "not-found"
    assert leader.get(same_period(chain)).get_json()["mine"] is False
    assert (
        chain.supervisor.put(same_period(chain, chain.commune), {"values": {"P2": 3}}).get_json()["slug"] == "invalid"
    )


def test_there_is_no_report_of_what_has_not_begun(chain: Chain, office: Phone) -> None:
    spans = office.get(f"/api/campaigns/{chain.campaign}/reports").get_json()["spans"]
    assert [one["to"] for one in spans if one["kind"] == "month"][-1] == "2023-06-14"
    assert office.get(address(chain, day="2023-07-01")).get_json()["slug"] == "not-found"


# ---------------------------------------------------------------- the scores of a year


def settle(chain: Chain, office: Phone, leader: Phone, place: int, points: int) -> None:
    """Makes every item of a unit final: `points` for what is scored by hand, what was counted for the others."""
    at = f"/api/campaigns/{chain.campaign}/scores/{place}"
    for phone, column in ((office, "verified"), (leader, "final")):
        found = phone.get(at).get_json()
        entries = []
        for one in found["items"]:
            if one["code"].partition(".")[0] in ("T", "K", "UT"):
                continue
            stands = one["follows"][column] or {"points": min(points, one["most"])}
            entries.append({"item": one["code"], "points": stands["points"], "reason": "Hồ sơ đủ"})
        answer = phone.put(f"{at}/{column}", {"entries": entries, "seen": found["seen"]})
        assert answer.status_code == 200, answer.get_json()


def scores_of(report: Report) -> list[list[str]]:
    return next((table[1:] for table in report.tables if table[0][0] == "Hạng"), [])


def test_the_years_report_has_the_final_scores_and_no_others(chain: Chain, office: Phone, leader: Phone) -> None:
    report = Report(office, address(chain, "year"))
    assert "KẾT QUẢ CHẤM ĐIỂM THI ĐUA" in report.text
    assert "Chưa có đơn vị nào được chốt điểm." in report.text
    assert scores_of(report) == []
    settle(chain, office, leader, chain.commune, 300)
    settle(chain, office, leader, chain.other_commune, 400)
    third = next(one for one in chain_units(chain) if one not in (chain.commune, chain.other_commune))
    half = {"entries": [{"item": "I.1", "points": 500, "reason": "x"}], "seen": 0}
    assert office.put(f"/api/campaigns/{chain.campaign}/scores/{third}/verified", half).status_code == 200
    report = Report(office, address(chain, "year"))
    first, second = scores_of(report)
    assert [first[:2], second[:2]] == [["1", "Xã Đại An"], ["2", "Xã Ngãi Xuyên"]]
    shown = office.get(f"/api/campaigns/{chain.campaign}/scores").get_json()["units"]
    (unit,) = [one for one in shown if one["place"] == chain.other_commune]
    assert first[2:5] == ["–", *(wording.points(unit["columns"][one]["points"]) for one in ("verified", "final"))]
    assert unit["columns"]["self"]["missing"]  # nobody scored themselves: there is no such total
    assert f"Đã chốt điểm 02/{len(shown)} đơn vị" in report.text


def chain_units(chain: Chain) -> list[int]:
    found = chain.phone("Cúc", "TT", DISTRICT).get(f"/api/campaigns/{chain.campaign}/scores").get_json()
    return [one["place"] for one in found["units"]]


@pytest.mark.parametrize("kind", ["month", "half"])
def test_only_the_report_of_the_campaigns_whole_year_tells_of_scores(chain: Chain, office: Phone, kind: str) -> None:
    for asked in (address(chain, kind), address(chain, "year", chain.commune)):
        assert "CHẤM ĐIỂM" not in Report(office, asked).text


@pytest.mark.parametrize(("hundredths", "told"), [(9250, "92,50"), (5, "0,05"), (10000, "100,00"), (None, "–")])
def test_points_have_two_places(hundredths: int | None, told: str) -> None:
    assert wording.points(hundredths) == told


# ---------------------------------------------------------------- its form, measured on the printed page


@pytest.fixture
def paper(chain: Chain, office: Phone, tmp_path: Path) -> Printed:
    if SOFFICE is None:
        pytest.skip("LibreOffice is missing: apt-get install libreoffice-writer-nogui fonts-liberation2")
    two_cases(chain)
    chain.approved("BC-09", results="Tốt. " * 300)
    return printed(Report(office, address(chain)).bytes, tmp_path)


def near(length: float, wanted: float, by: float = 1.0) -> bool:
    return abs(length - wanted) <= by


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_printed_page_has_the_form_of_the_decree(paper: Printed) -> None:
    _page(paper)
    _head(paper)
    _body(paper)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_printed_scores_have_the_form_of_an_appendix(
    chain: Chain, office: Phone, leader: Phone, tmp_path: Path
) -> None:
    if SOFFICE is None:
        pytest.skip("LibreOffice is missing: apt-get install libreoffice-writer-nogui fonts-liberation2")
    two_cases(chain)
    settle(chain, office, leader, chain.commune, 300)
    paper = printed(Report(office, address(chain, "year")).bytes, tmp_path)
    _page(paper)
    title, about = paper.line("Phụ lục II"), paper.line("KẾT QUẢ CHẤM ĐIỂM THI ĐUA")
    assert title.page == about.page > paper.line("Phụ lục I").page
    assert near(title.middle, 112.5)
    assert (title.size, about.size) == (14, 14)
    assert paper.line("Hạng").page == title.page
    assert [line.left < 60 for line in paper.lines if line.page == title.page and line.text == "Xã Ngãi Xuyên"] == [
        True
    ]


def _page(paper: Printed) -> None:
    assert len(paper.pages) >= 4
    assert all(near(width, 210) and near(height, 297) for width, height in paper.pages)
    text = [line for line in paper.lines if not (line.text.isdigit() and line.top < 20)]
    assert near(min(line.left for line in text), 30)
    assert max(line.right for line in text) <= 195.5
    assert min(line.top for line in text) >= 19
    assert max(line.bottom for line in text) <= 277.5
    numbers = [line for line in paper.lines if line.text.isdigit() and line.top < 20]
    assert [line.text for line in numbers] == [str(page + 1) for page in range(1, len(paper.pages))]
    assert all(near(line.middle, 112.5) and line.size == 14 for line in numbers)
    # Liberation Serif has the widths of Times New Roman, which can't be given away.
    assert {line.font.partition("+")[2].partition("-")[0] for line in paper.lines} <= {
        "LiberationSerif",
        "TimesNewRomanPS",
    }


def _head(paper: Printed) -> None:
    country, motto = paper.line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), paper.line("Độc lập - Tự do - Hạnh phúc")
    assert (country.size, motto.size) == (13, 14)
    assert country.font.endswith("Bold")
    assert country.left > 95
    assert near(country.middle, motto.middle)
    assert near(paper.below(motto).length, motto.right - motto.left, 2)
    above, body = paper.line("UBND HUYỆN TRÀ CÚ"), paper.line("BAN AN TOÀN GIAO THÔNG")
    assert (above.size, body.size) == (13, 13)
    assert not above.font.endswith("Bold")
    assert body.font.endswith("Bold")
    assert 1 / 3 <= paper.below(body).length / (body.right - body.left) <= 1 / 2
    assert paper.line("Số:").size == 13
    assert near(paper.line("Số:").middle, body.middle)
    dated = paper.line("Trà Cú, ngày")
    assert dated.size == 14
    assert dated.font.endswith("Italic")
    title, about = paper.line("BÁO CÁO"), paper.line("tháng 5 năm 2023")
    assert near(title.middle, 112.5)
    assert (title.size, about.size) == (14, 14)
    assert 1 / 3 <= paper.below(about).length / (about.right - about.left) <= 1 / 2


def _body(paper: Printed) -> None:
    first = paper.line("Ban An toàn giao thông huyện Trà Cú báo cáo")
    assert first.size == 14
    assert near(first.left, 42.7)
    assert near(first.right, 195)  # justified
    assert paper.line("Nơi nhận:").size == 12
    assert paper.line("- Ban ATGT tỉnh;").size == 11
    assert paper.line("TM. BAN AN TOÀN GIAO THÔNG").size == 14
    appendix = paper.line("Phụ lục I")
    assert appendix.page > paper.line("Nơi nhận:").page
    assert near(appendix.middle, 112.5)
    assert "xảy ra 02 vụ tai nạn giao thông, làm chết 01 người, bị thương 02 người" in paper.text


# ---------------------------------------------------------------- numbers in words


@pytest.mark.parametrize(
    ("before", "current", "told"),
    [
        (2134, 1734, "giảm 400 vụ (-18,74%)"),
        (755, 708, "giảm 47 vụ (-6,23%)"),
        (859, 798, "giảm 61 vụ (-7,10%)"),
        (2, 3, "tăng 01 vụ (+50,00%)"),
        (0, 3, "tăng 03 vụ (không tính tỷ lệ)"),
        (4, 4, "số vụ không thay đổi"),
        (0, 0, "số vụ không thay đổi"),
        (None, 3, "số vụ chưa có số nền"),
    ],
)
def test_a_change_is_a_number_first_and_then_a_percentage(before: int | None, current: int, told: str) -> None:
    assert wording.change(current, before, "vụ") == told


@pytest.mark.parametrize(("number", "written"), [(0, "0"), (3, "03"), (12, "12"), (1734, "1.734")])
def test_small_numbers_have_a_zero_before_them(number: int, written: str) -> None:
    assert wording.count(number) == written


def test_what_xml_cannot_hold_is_replaced() -> None:
    assert paper_of.printable("a\x0bb\ud800c\n") == "a�b�c\n"


def test_a_report_of_nothing_has_nothing_invented(chain: Chain, office: Phone) -> None:
    report: Any = Report(office, address(chain))
    assert report.row("Điểm nguy hiểm xử lý đúng hạn")[:2] == ["–", "–"]
    assert not [table for table in report.tables if table[0][0] == "Phân loại"]
