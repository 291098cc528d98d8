"""The record of a unit's meeting, and the proposal with its list: drafts in the decree's form, without a name."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.commendations.test_service import VOTE, Office, slug
from tests.tools.chain import Chain
from tests.tools.office_paper import SOFFICE, printed
from tests.tools.phones import Phone


@pytest.fixture
def office(chain: Chain) -> Office:
    return Office(chain)


class Paper:
    """A paper as a program reads it."""

    def __init__(self, phone: Phone, path: str) -> None:
        answer = phone.get(path)
        assert answer.status_code == 200, answer.get_json()
        self.bytes = answer.get_data()
        docx = Document(io.BytesIO(self.bytes))
        self.text = "\n".join(paragraph.text for paragraph in docx.paragraphs)
        self.tables: list[list[list[str]]] = [
            [[cell.text for cell in row.cells] for row in one.rows] for one in docx.tables
        ]

    def table(self, first: str) -> list[list[str]]:
        return next(one for one in self.tables if one[0][0] == first)


def proposal(office: Office, award: str, place: int | None = None) -> str:
    base = f"/api/campaigns/{office.chain.campaign}/commendation-list?award={award}"
    return base if place is None else f"{base}&place={place}"


def test_a_meetings_record_says_who_was_there_how_they_voted_and_what_follows(office: Office) -> None:
    record = office.nominate()
    path = f"{office.at}/{record}/vote-record"
    assert slug(office.unit.get(path)) == (404, "not-found")
    office.step(office.unit, record, "vote", vote=VOTE)
    paper = Paper(office.unit, path)
    assert "BIÊN BẢN\nHọp bình xét khen thưởng" in paper.text
    assert "Tổng số thành viên: 09; có mặt: 08; vắng mặt: 01." in paper.text
    assert "Số người đồng ý quá 1/2 số người có mặt: nhất trí đề nghị khen thưởng." in paper.text
    assert paper.table("Ý kiến")[1:] == [
        ["Đồng ý", "07", "87,50"], ["Không đồng ý", "0", "0,00"], ["Không có ý kiến", "01", "12,50"],
    ]  # fmt: skip
    head = paper.tables[0][0][0].splitlines()
    assert head[:2] == ["UBND XÃ NGÃI XUYÊN", "BAN AN TOÀN GIAO THÔNG"]
    assert "Số:          /BB-BATGT" in head
    assert paper.tables[-1][0][0].strip() == "THƯ KÝ"
    assert paper.tables[-1][0][1].strip() == "CHỦ TRÌ"


def test_the_report_of_achievements_names_the_approved_records_that_show_them(office: Office) -> None:
    good, waiting = office.chain.approved("TT-04")["record"], office.chain.submit("TT-04")["record"]
    group = {"nominee_type": "group", "members": 10, "women": 8}
    record = office.nominate(evidence=f"{good} {waiting}", **group)
    paper = Paper(office.unit, f"{office.at}/{record}/achievements")
    assert "BÁO CÁO\nThành tích đề nghị khen thưởng" in paper.text
    assert "Đối tượng: tập thể; theo danh sách giấy: Số 3, văn phòng UBND xã." in paper.text
    assert "Số thành viên: 10, trong đó nữ: 08." in paper.text
    assert "Giấy khen của xã./." in paper.text
    assert paper.table("TT")[1:] == [["1", good, "Buổi tuyên truyền", "Xã Ngãi Xuyên", "10/5/2023"]]
    bare = office.nominate(list_ref="Số 9")
    assert len(Paper(office.unit, f"{office.at}/{bare}/achievements").tables) == 2  # head and foot alone
    assert slug(office.chain.volunteer.get(f"{office.at}/{record}/achievements")) == (404, "not-found")


def test_the_proposal_goes_to_who_grants_with_everybody_on_the_list_and_no_name(office: Office) -> None:
    for sex, ref in (("male", "Số 1"), ("female", "Số 2")):
        office.up_to("listed", office.nominate(sex=sex, list_ref=ref, proposed_form="province"))
    office.up_to("cleared", office.nominate(list_ref="Số 3", proposed_form="province"))
    paper = Paper(office.leader, proposal(office, "province"))
    assert "TỜ TRÌNH\nVề việc đề nghị bằng khen của tỉnh" in paper.text
    assert "Kính gửi: Chủ tịch UBND tỉnh Trà Vinh." in paper.text
    assert "Căn cứ Nghị định số 91/2017/NĐ-CP của Chính phủ;" in paper.text
    assert "khen thưởng 02 cá nhân (có danh sách kèm theo); hình thức: bằng khen của tỉnh." in paper.text
    assert "(Kèm theo Tờ trình số          /TTr-BATGT" in paper.text
    rows = paper.table("TT")[1:]
    assert [(row[1], row[2], row[5]) for row in rows] == [("Số 2", "", "7/8"), ("Số 1", "", "7/8")]


def test_what_a_communes_chair_grants_is_proposed_by_its_own_committee(office: Office) -> None:
    office.up_to("listed", office.nominate())
    paper = Paper(office.standing, proposal(office, "commune", office.chain.commune))
    assert "Ban An toàn giao thông xã Ngãi Xuyên kính trình Chủ tịch UBND xã Ngãi Xuyên" in paper.text


def test_only_those_who_work_on_the_whole_campaign_have_the_list_and_an_empty_one_there_is_not(office: Office) -> None:
    assert slug(office.leader.get(proposal(office, "province"))) == (404, "not-found")
    record = office.up_to("listed", office.nominate(proposed_form="province"))
    for phone in (office.standing, office.council, office.leader):
        assert phone.get(proposal(office, "province")).status_code == 200
        assert phone.get(f"{office.at}/{record}/vote-record").status_code == 200
    for phone in (office.unit, office.chain.volunteer):
        assert slug(phone.get(proposal(office, "province"))) == (404, "not-found")
    assert slug(office.chain.volunteer.get(f"{office.at}/{record}/vote-record")) == (404, "not-found")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_printed_they_stay_within_their_margins(office: Office, tmp_path: Path) -> None:
    if SOFFICE is None:
        pytest.skip("LibreOffice is missing: apt-get install libreoffice-writer-nogui fonts-liberation2")
    record = office.up_to("listed", office.nominate(proposed_form="province"))
    for name, path in (("list", proposal(office, "province")), ("vote", f"{office.at}/{record}/vote-record")):
        (tmp_path / name).mkdir()
        paper: Any = printed(Paper(office.leader, path).bytes, tmp_path / name)
        assert min(line.left for line in paper.lines) >= 29
        assert max(line.right for line in paper.lines) <= 195.5
