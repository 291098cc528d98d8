"""Papers of commendation: the record of a unit's meeting; the proposal to whoever grants, with its list for decision.

No name stands in them: names are on the paper list that the nomination points to. The committee proposes; who grants
is somebody else. Numbers and days of signing stay empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from server import clock
from server.commendations import rules as commending_rules
from server.commendations import service as commendations
from server.commendations.service import Desk, Nomination
from server.db import snapshot
from server.indicators.rules import percent_of
from server.people.rules import Actor
from server.places import service as places
from server.problems import Problem
from server.reports import paper, rules, wording
from server.reports.official import Made
from server.reports.wording import Appendix, Blank, Block, Heading, Official, Paragraph, Table

ASSURED = (
    "Các trường hợp trên đã được đơn vị họp bình xét, Thường trực Ban kiểm tra minh chứng.",
    "Hội đồng Thi đua - Khen thưởng đã rà soát: không ai đang bị xem xét kỷ luật, thanh tra, khiếu nại, tố cáo.",
    "Hồ sơ kèm theo: danh sách; biên bản họp bình xét; báo cáo thành tích.",
    "Kính trình xem xét, quyết định./.",
)
KINDS = {"person": "Cá nhân", "group": "Tập thể", "household": "Hộ gia đình"}


@dataclass(frozen=True)
class _Issuer:
    """In whose name a paper is: the committee of a place on a day."""

    says: Mapping[str, Any]
    name: str
    kind: str
    on: date

    @property
    def body(self) -> str:
        """The committee in a sentence."""
        return f"{self.says['committee']} {wording.inside(self.name, self.kind)}"

    def official(self, title: str, blocks: Sequence[Block], **more: Any) -> Official:
        """A document of theirs."""
        return Official(
            above=f"UBND {self.name}",
            body=self.says["committee"],
            issuer=self.body,
            mark=self.says["mark"],
            place=wording.bare(self.name, self.kind),
            on=self.on,
            title=title,
            blocks=blocks,
            **more,
        )


def _issuer(desk: Desk, place_id: int, on: date) -> _Issuer:
    if desk.campaign.report is None:
        raise Problem("not-found")
    heir = places.heirs([place_id], on)[place_id]
    if places.last_day(heir, on) != on:
        raise Problem("no-issuer")
    return _Issuer(desk.campaign.report, *places.called(heir, on), on)


# ---------------------------------------------------------------- the meeting


def vote_record(actor: Actor, campaign_id: int, record: str) -> Made:
    """The record of a unit's meeting about one nomination. Problems: 'not-found', 'no-issuer'."""
    return Made(paper.draw(_meeting(actor, campaign_id, record), clock.now()), f"BB-{rules.file_name(record)}.docx")


@snapshot
def _meeting(actor: Actor, campaign_id: int, record: str) -> Official:
    desk, one = commendations.meeting(actor, campaign_id, record)
    vote = one.vote
    assert vote is not None  # noqa: S101  # `meeting` has looked
    issuer = _issuer(desk, one.place_id, vote.held_on)
    there = f"Tổng số thành viên: {wording.count(vote.members)}; có mặt: {wording.count(vote.present)}; "
    there += f"vắng mặt: {wording.count(vote.members - vote.present)}."
    asked = f"Cuộc họp bình xét đề nghị {_award(desk, one.award)} theo Kế hoạch số {desk.campaign.plan['number']} "
    asked += f"cho {KINDS[one.kind].lower()} có tên tại danh sách giấy ({one.said.get('list') or '…'}), "
    asked += f"đơn vị: {one.said.get('organisation') or '…'}."
    blocks: list[Block] = [
        Paragraph(f"Cuộc họp tiến hành {wording.full_day(vote.held_on)}, tại:"),
        Blank(1),
        Heading("I. Thành phần"),
        Paragraph(there),
        Paragraph("Chủ trì, thư ký:"),
        Blank(2),
        Heading("II. Nội dung"),
        Paragraph(asked),
        Paragraph(f"Tóm tắt thành tích: {one.said.get('achievement') or ''}"),
        Heading("III. Kết quả biểu quyết"),
        _votes(vote),
        Paragraph(_conclusion(vote, desk.terms["vote"])),
        Paragraph("Biên bản được thông qua tại cuộc họp./."),
    ]
    title = "Họp bình xét khen thưởng"
    signed = {"signature": ["CHỦ TRÌ"], "beside": ["THƯ KÝ"], "receivers": ()}
    return issuer.official(title, blocks, kind="Biên bản", short="BB", **signed)


def _votes(vote: commending_rules.Vote) -> Table:
    rows = [
        [label, wording.count(many), _percent(many, vote.present)]
        for label, many in (("Đồng ý", vote.agree), ("Không đồng ý", vote.against), ("Không có ý kiến", vote.abstained))
    ]
    return Table(["Ý kiến", "Số phiếu", "Tỷ lệ so với người có mặt (%)"], rows, (75, 35, 55), left=(0,))


def _percent(part: int, whole: int) -> str:
    return percent_of(part, whole) if whole else wording.NOTHING


def _conclusion(vote: commending_rules.Vote, rule: Mapping[str, Any]) -> str:
    present, agree = ("/".join(str(one) for one in rule[name]) for name in ("present", "agree"))
    if not vote.counts(rule):
        return f"Cuộc họp không đủ {present} số thành viên có mặt; chưa bình xét, họp lại."
    told = f"Cuộc họp có đủ từ {present} số thành viên trở lên. Số người đồng ý"
    if vote.agrees(rule):
        return f"{told} quá {agree} số người có mặt: nhất trí đề nghị khen thưởng."
    return f"{told} không quá {agree} số người có mặt: không đề nghị khen thưởng."


# ---------------------------------------------------------------- what was achieved


def achievements(actor: Actor, campaign_id: int, record: str) -> Made:
    """What a nominee has achieved, with the approved records that show it. Problems: 'not-found', 'no-issuer'."""
    name = f"BCTT-{rules.file_name(record)}.docx"
    return Made(paper.draw(_achievements(actor, campaign_id, record), clock.now()), name)


@snapshot
def _achievements(actor: Actor, campaign_id: int, record: str) -> Official:
    desk, one, proofs = commendations.with_evidence(actor, campaign_id, record)
    on, said = desk.today(), one.said
    issuer = _issuer(desk, one.place_id, on)
    about = [f"Đối tượng: {KINDS[one.kind].lower()}; theo danh sách giấy: {said.get('list') or '…'}."]
    about += [f"Đơn vị: {said.get('organisation') or '…'}."]
    about += [f"Chức vụ, vai trò: {said['position']}."] if said.get("position") else []
    members, women = said.get("members"), said.get("women") or 0
    about += [f"Số thành viên: {wording.count(members)}, trong đó nữ: {wording.count(women)}."] if members else []
    blocks: list[Block] = [
        Heading("I. Sơ lược"),
        Paragraph("Họ và tên hoặc tên tập thể:"),
        Blank(1),
        *(Paragraph(text) for text in about),
        Heading("II. Thành tích đạt được"),
        Paragraph(str(said.get("achievement") or "")),
        *_proofs(proofs),
        Heading("III. Hình thức đề nghị"),
        Paragraph(f"{_award(desk, one.award).capitalize()}./."),
    ]
    signed = {"signature": ["THỦ TRƯỞNG ĐƠN VỊ"], "beside": ["NGƯỜI BÁO CÁO"], "receivers": ()}
    title = f"Thành tích đề nghị khen thưởng theo Kế hoạch số {desk.campaign.plan['number']}"
    return issuer.official(title, blocks, **signed)


def _proofs(proofs: Sequence[Mapping[str, Any]]) -> list[Block]:
    if not proofs:
        return []
    called = places.names({one["place"] for one in proofs}, max(one["day"] for one in proofs))
    rows = [
        [str(index + 1), one["record"], one["form"]["vi"], called[one["place"]].vi, wording.day(one["day"])]
        for index, one in enumerate(proofs)
    ]
    header = ["TT", "Phiếu số", "Hoạt động", "Địa bàn", "Ngày"]
    text = "Các phiếu đã được duyệt làm minh chứng:"
    return [Paragraph(text), Table(header, rows, (9, 25, 66, 40, 25), left=(2, 3))]


# ---------------------------------------------------------------- the proposal


def proposal(actor: Actor, campaign_id: int, award: str, place_id: int | None) -> Made:
    """The proposal of all who are on the list for an award. Problems: 'not-found', 'no-issuer', 'no-grantor'."""
    name = rules.file_name(f"TTr-{award}-{place_id or campaign_id}")
    return Made(paper.draw(_proposal(actor, campaign_id, award, place_id), clock.now()), f"{name}.docx")


@snapshot
def _proposal(actor: Actor, campaign_id: int, award: str, place_id: int | None) -> Official:
    desk, found = commendations.listed(actor, campaign_id, award, place_id)
    on = desk.today()
    grantors = {(desk.grantor(one, on) or {}).get("vi") for one in found}
    if grantors == {None}:
        raise Problem("no-grantor")
    if len(grantors) > 1:
        raise Problem("not-found")  # of an award that each unit's own chair grants, a unit is named
    issuer = _issuer(desk, place_id or desk.campaign.place_id, on)
    (grantor,) = grantors
    called = _award(desk, award)
    blocks = [
        Paragraph(f"Kính gửi: {grantor}."),
        *_grounds(desk, on),
        Paragraph(
            f"{issuer.body} kính trình {grantor} xem xét, khen thưởng {_counted(found)} (có danh sách kèm theo); "
            f"hình thức: {called}."
        ),
        *(Paragraph(text) for text in ASSURED),
    ]
    receivers = ["Như trên", "Hội đồng Thi đua - Khen thưởng"]
    more = {"signature": issuer.says["signature"], "receivers": receivers, "appendices": [_list(called, found)]}
    return issuer.official(f"Về việc đề nghị {called}", blocks, kind="Tờ trình", short="TTr", **more)


def _grounds(desk: Desk, on: date) -> list[Paragraph]:
    plan, law = desk.campaign.plan, commending_rules.on_day(desk.terms["laws"], on)
    grounds = ["Căn cứ Luật Thi đua, khen thưởng;"]
    grounds += [f"Căn cứ {law['title']} của Chính phủ;"] if law else []
    signed = wording.full_day(date.fromisoformat(plan["date"]))
    grounds += [f"Căn cứ Kế hoạch số {plan['number']} {signed} của {plan['issuer']['vi']}."]
    return [Paragraph(text, italic=True) for text in grounds]


def _counted(found: Sequence[Nomination]) -> str:
    many = {kind: sum(one.kind == kind for one in found) for kind in KINDS}
    told = [
        f"{wording.count(many[kind])} {KINDS[kind].lower()}" for kind in ("group", "person", "household") if many[kind]
    ]
    return ", ".join(told)


def _list(called: str, found: Sequence[Nomination]) -> Appendix:
    rows, summaries = [], []
    for index, one in enumerate(found):
        vote, said = one.vote, one.said
        unit = ", ".join(str(part) for part in (said.get("position"), said.get("organisation")) if part)
        agreed = f"{vote.agree}/{vote.present}" if vote else wording.NOTHING
        rows.append([str(index + 1), str(said.get("list") or ""), "", KINDS[one.kind], unit, agreed])
        summaries.append(Paragraph(f"{index + 1}. {said.get('achievement') or ''}"))
    header = ["TT", "Theo danh sách giấy", "Họ và tên, tên tập thể", "Đối tượng", "Chức vụ, đơn vị", "Phiếu đồng ý"]
    table = Table(header, rows, (9, 32, 42, 22, 42, 18), left=(1, 2, 4))
    note = "Cột tên điền từ danh sách giấy; phần mềm không giữ tên."
    return Appendix(
        "", f"Danh sách đề nghị {called}", [table, Paragraph(note, italic=True), Heading("Thành tích", 2), *summaries]
    )


def _award(desk: Desk, key: str) -> str:
    """An award in a sentence: 'giấy khen của xã'."""
    name = commendations.award_names(desk)[key]["vi"]
    return name[:1].lower() + name[1:]
