"""Official reports: a month's, half a year's or a year's, of a campaign's place or of a unit, as a draft to be signed.

Every number comes from approved records as `indicators` counts them. Where nobody entered what to compare with, the
report says so; what only people can say (assessment, tasks ahead) is left as lines to write on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server import clock
from server.campaigns.rules import Window
from server.db import snapshot
from server.forms import rules as form_rules
from server.forms import service as forms
from server.indicators.rules import Indicator, grouped, percent_of
from server.indicators.spans import Case, Span
from server.indicators.tallying import Figure
from server.people.rules import Actor
from server.places import service as places
from server.problems import Problem
from server.records import approved
from server.reports import paper, rules, wording
from server.reports.spans import Asked, Chosen, choose, same_period
from server.reports.wording import Appendix, Blank, Block, Heading, Official, Paragraph, Table
from server.scores import service as scores
from server.scores.rules import COLUMNS

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FEW_CHOICES = 6
MEMBERS = ("results", "difficulties", "proposals")


@dataclass(frozen=True)
class Made:
    """A finished report and what its file is called."""

    content: bytes
    name: str


def report(actor: Actor, asked: Asked) -> Made:
    """A report as DOCX, dated in the month of `asked.on` (today).

    Problems: 'not-found'; 'no-issuer' where on that day the place is there no more and went into no other as a whole.
    """
    official, name = _compose(actor, asked)
    return Made(paper.draw(official, clock.now()), name)


@snapshot
def _compose(actor: Actor, asked: Asked) -> tuple[Official, str]:
    chosen = choose(actor, asked)
    day = asked.on or clock.today(chosen.campaign.zone)
    name = rules.file_name(f"BC-{chosen.kind}-{chosen.window.last.isoformat()}-{asked.place_id}") + ".docx"
    return _Writer(chosen, day).official(), name


@dataclass
class _Told:
    """What a unit wrote in its monthly reports of a span, oldest first, by question; how many reports there are."""

    texts: dict[str, list[str]] = field(default_factory=lambda: {member: [] for member in MEMBERS})
    reports: int = 0


class _Writer:
    """Puts one report into words."""

    def __init__(self, chosen: Chosen, on: date) -> None:
        self.chosen = chosen
        self.on = on
        self.says: Mapping[str, Any] = chosen.campaign.report or {}
        self.span = Span(chosen.campaign.id, chosen.window)
        # Documents keep the names of their day: what was reported on as it was called then, who issues as of now.
        self.name, self.kind = places.called(chosen.place_id, chosen.window.last)
        self.units = self.span.units(chosen.place_id)
        self.told = self._narratives()

    def official(self) -> Official:
        """The whole document."""
        issuer = self._issuer()
        name, kind = places.called(issuer, self.on)
        committee = self.says["committee"]
        self.body = f"{committee} {wording.inside(name, kind)}"
        title = f"{self.says['subject']}\n{wording.span(self.chosen.kind, self.chosen.year, self.chosen.number)}"
        receivers = self.says["receivers"]["above" if self.chosen.above else "unit"]
        return Official(
            above=f"UBND {name}",
            body=committee,
            issuer=self.body,
            mark=self.says["mark"],
            place=wording.bare(name, kind),
            on=self.on,
            title=title,
            blocks=[*self._opening(), *self._accidents(), *self._results(), *self._assessment()],
            signature=self.says["signature"],
            receivers=receivers,
            appendices=self._appendices(),
        )

    def _issuer(self) -> int:
        place_id = places.heirs([self.chosen.place_id], self.on)[self.chosen.place_id]
        if places.last_day(place_id, self.on) != self.on:
            raise Problem("no-issuer")
        return place_id

    # ------------------------------------------------------------ the opening

    def _opening(self) -> list[Block]:
        plan = self.chosen.campaign.plan
        signed = wording.full_day(date.fromisoformat(plan["date"]))
        ground = f"Thực hiện Kế hoạch số {plan['number']} {signed} của {plan['issuer']['vi']} về"
        ground += f" {_lower(plan['title']['vi'])},"
        what = wording.span(self.chosen.kind, self.chosen.year, self.chosen.number)
        told = f"{self.body} báo cáo {_lower(self.says['subject'])} {what}"
        told += f" (số liệu {wording.days(self.chosen.window)}) như sau:"
        return [Paragraph(ground, italic=True), Paragraph(told)]

    # ------------------------------------------------------------ I. accidents

    def _accidents(self) -> list[Block]:
        counts = self.says["accidents"]["counts"]
        figures = self.span.figures(counts, [self.chosen.place_id])
        now = {code: _number(figures[code, self.chosen.place_id]) for code in counts}
        before = same_period(self.chosen)
        blocks: list[Block] = [Heading("I. Tình hình tai nạn giao thông"), Heading("1. Số liệu chung", 2)]
        blocks += [Paragraph(self._sentence(now, before)), self._table(counts, now, before)]
        blocks += self._beside(counts)
        blocks += self._breakdowns(counts[:3])
        return blocks

    def _sentence(self, now: Mapping[str, int | None], before: Mapping[str, int | None]) -> str:
        cases, deaths, injured = self.says["accidents"]["counts"][:3]
        where = wording.inside(self.name, self.kind)
        if now[cases] is None or now[deaths] is None or now[injured] is None:
            return f"Kỳ báo cáo nằm ngoài thời gian tính số liệu tai nạn giao thông trên địa bàn {where}."
        happened = (
            f"Trên địa bàn {where} xảy ra {wording.count(now[cases] or 0)} vụ tai nạn giao thông, làm chết "
            f"{wording.count(now[deaths] or 0)} người, bị thương {wording.count(now[injured] or 0)} người."
        )
        if all(before[code] is None for code in (cases, deaths, injured)):
            return f"{happened} Chưa có số nền để so sánh với cùng kỳ."
        parts = [
            wording.change(now[code] or 0, before[code], what)
            for code, what in ((cases, "vụ"), (deaths, "người chết"), (injured, "người bị thương"))
        ]
        return f"{happened} So với cùng kỳ, {', '.join(parts)}."

    def _table(self, counts: Sequence[str], now: Mapping[str, int | None], before: Mapping[str, int | None]) -> Table:
        rows = []
        for index, code in enumerate(counts):
            indicator, current, then = self.span.indicator(code), now[code], before[code]
            row = [str(index + 1), indicator.name["vi"], indicator.unit["vi"], _cell(current)]
            row.append(wording.NO_BASELINE.capitalize() if then is None else grouped(then))
            if current is None:
                rows.append([*row, wording.NOTHING, wording.NOTHING])
            else:
                row += [wording.difference(current, then), wording.signed_percent(current, then) or wording.NOTHING]
                rows.append(row)
        header = ["TT", "Nội dung", "Đơn vị", "Kỳ báo cáo", "Cùng kỳ năm trước", "Tăng, giảm", "Tỷ lệ (%)"]
        return Table(header, rows, (10, 55, 17, 20, 27, 18, 18))

    def _beside(self, counts: Sequence[str]) -> list[Block]:
        """What must be said beside the table: what is reported and not confirmed, and how final the figures are."""
        blocks: list[Block] = []
        reports = self.span.indicator(counts[0]).reports
        if reports is not None:
            seen = _number(self.span.figures([reports], [self.chosen.place_id])[reports, self.chosen.place_id])
            if seen:
                text = f"Ngoài ra còn {wording.count(seen)} tin báo chưa được Công an xác nhận"
                blocks.append(Paragraph(f"{text}, không tính vào số liệu trên."))
        state = self.span.state()
        if state.unsigned:
            periods = ", ".join(self._period(period) for period in state.unsigned)
            text = f"Số liệu {periods} chưa được ký chốt, còn có thể thay đổi."
            blocks.append(Paragraph(text, italic=True))
        if state.waiting:
            text = f"Có {wording.count(state.waiting)} phiếu đến sau khi chốt, chờ đính chính, chưa tính vào số liệu."
            blocks.append(Paragraph(text, italic=True))
        return blocks

    def _period(self, period: Window) -> str:
        year, number = self.span.book.calendar.months.month(period.last)
        return f"tháng {wording.month(number)}/{year}"

    def _breakdowns(self, counts: Sequence[str]) -> list[Block]:
        asked = self.says["accidents"]["by"]
        cases = self.span.cases(counts, self.chosen.place_id)
        if not asked or not cases:
            return []
        rows: list[list[str]] = []
        for one in asked:
            rows += [[one["title"]], *_split(one, cases, counts, self._choices(counts[0], one["path"]))]
        header = ["Phân loại", "Số vụ", "Số người chết", "Số người bị thương"]
        return [Heading("2. Phân tích", 2), Table(header, rows, (75, 25, 30, 35), left=(0,))]

    def _choices(self, code: str, path: str) -> list[tuple[str, str]]:
        versions = forms.current_versions(self.chosen.campaign.id)
        for form in self.span.indicator(code).forms:
            for node in form_rules.walk(forms.compiled(versions[form]), hidden=True):
                if node.get("path") == path:
                    return [(choice["v"], choice["label"].get("vi", choice["v"])) for choice in node.get("choices", ())]
        return []

    # ------------------------------------------------------------ II. what was done

    def _results(self) -> list[Block]:
        codes = [code for group in self.says["results"] for code in group["indicators"]]
        here = [self.chosen.place_id]
        now, so_far = self.span.figures(codes, here), self.span.so_far(codes, here)
        rows: list[list[str]] = []
        for index, group in enumerate(self.says["results"]):
            rows.append([f"{index + 1}. {group['title']}"])
            for code in group["indicators"]:
                indicator = self.span.indicator(code)
                shown = [_shown(indicator, one[code, self.chosen.place_id]) for one in (now, so_far)]
                rows.append([indicator.name["vi"], *shown, _target(indicator.at(self.chosen.place_id))])
        header = ["Nội dung", "Trong kỳ", "Lũy kế từ khi phát động", "Chỉ tiêu"]
        return [Heading("II. Kết quả thực hiện"), Table(header, rows, (66, 37, 37, 25), left=(0,))]

    # ------------------------------------------------------------ III. to V.

    def _assessment(self) -> list[Block]:
        # A unit's own words; of the whole campaign only its office can say.
        own = None if self.chosen.above else self.told.get(self.units[0] if self.units else 0)
        texts = own.texts if own is not None else _Told().texts
        blocks: list[Block] = [Heading("III. Đánh giá chung")]
        blocks += [Heading("1. Ưu điểm", 2), *_words(texts["results"])]
        blocks += [Heading("2. Hạn chế, khó khăn", 2), *_words(texts["difficulties"])]
        blocks += [Heading("3. Nguyên nhân", 2), *_words([])]
        blocks += [Heading("IV. Phương hướng, nhiệm vụ thời gian tới"), *_words([])]
        blocks += [Heading("V. Kiến nghị, đề xuất"), *_words(texts["proposals"])]
        what = wording.span(self.chosen.kind, self.chosen.year, self.chosen.number)
        closing = f"Trên đây là báo cáo {_lower(self.says['subject'])} {what} của {self.body}./."
        return [*blocks, Paragraph(closing)]

    def _narratives(self) -> dict[int, _Told]:
        """What the units wrote in their approved monthly reports of the span."""
        asked = self.says.get("narrative")
        if asked is None:
            return {}
        campaign = self.chosen.campaign
        found: dict[int, _Told] = {}
        mine = approved.ids_of(campaign.id, asked["form"], self.units)
        contents = [one for one in approved.contents(mine) if one.occurred_on and self._in(one.occurred_on)]
        for content in sorted(contents, key=lambda one: (one.occurred_on or date.min, one.record_id)):
            told = found.setdefault(self.span.book.unit(content.place_id), _Told())
            told.reports += 1
            for member in MEMBERS:
                text = str(content.values.get(asked[member]) or "").strip()
                if text:
                    told.texts[member].append(text)
        return found

    def _in(self, day: date) -> bool:
        return self.chosen.window.holds(day)

    # ------------------------------------------------------------ appendices

    def _appendices(self) -> list[Appendix]:
        if not self.chosen.above:
            return []
        called = places.names(self.units, self.chosen.window.last)
        ordered = sorted(self.units, key=lambda one: called[one].vi)
        columns = self.says["by_unit"]
        codes = [column["indicator"] for column in columns]
        figures = self.span.figures(codes, ordered)
        due = len(self.span.book.calendar.periods(self.chosen.window))
        rows = []
        for index, unit in enumerate(ordered):
            shown = [_shown(self.span.indicator(code), figures[code, unit], short=True) for code in codes]
            there = self.told.get(unit, _Told()).reports
            rows.append([str(index + 1), called[unit].vi, *shown, f"{there}/{due}"])
        header = ["TT", "Đơn vị", *(column["title"] for column in columns), "BC đã duyệt"]
        rest = (paper.TEXT - 9 - 32) / (len(codes) + 1)
        table = Table(header, rows, (9, 32, *[rest] * (len(codes) + 1)))
        note = "Số vụ ở một xã rất ít: bảng xếp theo tên, không dùng để xếp hạng theo tỷ lệ."
        first = Appendix("I", "Số liệu theo đơn vị", [table, Paragraph(note, italic=True)])
        words = self._written(ordered, {unit: called[unit].vi for unit in ordered})
        more = [("Ý kiến của các đơn vị trong báo cáo tháng", words), ("Kết quả chấm điểm thi đua", self._scores())]
        filled = [(title, blocks) for title, blocks in more if blocks]
        return [first, *(Appendix("I" * number, *one) for number, one in enumerate(filled, 2))]

    def _scores(self) -> list[Block]:
        """The final scores of the units, in the report of the year in which scoring ends."""
        found = scores.results(self.chosen.campaign.id) if self.chosen.kind == "year" else None
        if found is None or not self._in(found.until):
            return []
        if not found.settled:
            return [Paragraph("Chưa có đơn vị nào được chốt điểm.")]
        called = places.names([one.place_id for one in found.settled], self.chosen.window.last)
        rows = [
            [
                str(one.order),
                called[one.place_id].vi,
                *(wording.points(one.points[column]) for column in COLUMNS),
                one.rank["vi"],
            ]
            for one in found.settled
        ]
        header = ["Hạng", "Đơn vị", "Tự chấm", "Thẩm định", "Điểm chốt", "Xếp loại"]
        blocks: list[Block] = [Table(header, rows, (14, 47, 24, 24, 24, 32), left=(1,))]
        if len(found.settled) < found.units:
            text = f"Đã chốt điểm {wording.count(len(found.settled))}/{wording.count(found.units)} đơn vị;"
            blocks.append(Paragraph(f"{text} thứ hạng xếp trong các đơn vị đã chốt.", italic=True))
        return blocks

    def _written(self, ordered: Sequence[int], called: Mapping[int, str]) -> list[Block]:
        """The last report of each unit in its own words; a longer span would fill a book with all of them."""
        blocks: list[Block] = []
        for unit in ordered:
            told = self.told.get(unit)
            if told is not None and any(told.texts.values()):
                blocks.append(Heading(called[unit], 2))
                for member, title in zip(MEMBERS, ("Kết quả", "Khó khăn", "Kiến nghị"), strict=True):
                    if told.texts[member]:
                        blocks += _paragraphs(f"{title}: {told.texts[member][-1]}")
        return blocks


# ---------------------------------------------------------------- small words


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _number(figure: Figure | None) -> int | None:
    return None if figure is None else figure.numerator


def _cell(number: int | None) -> str:
    return wording.NOTHING if number is None else grouped(number)


def _paragraphs(text: str) -> list[Block]:
    return [Paragraph(line.strip()) for line in text.splitlines() if line.strip()]


def _words(texts: Sequence[str]) -> list[Block]:
    return [block for text in texts for block in _paragraphs(text)] or [Blank()]


def _shown(indicator: Indicator, figure: Figure | None, short: bool = False) -> str:
    """A figure as a report has it: '12/138 ấp (8,70%)', '60 lượt', '5,5 giờ'."""
    if figure is None or (figure.denominator == 0 and indicator.denominator is not None):
        return wording.NOTHING
    number, whole = figure.numerator, figure.denominator
    if indicator.kind == "median":
        return wording.NOTHING if not whole else f"{number // 60},{number % 60 * 10 // 60} giờ"
    if indicator.kind in ("ratio", "covered"):
        if not whole:
            return wording.NOTHING
        percent = f"{percent_of(number, whole)}%"
        return percent if short else f"{grouped(number)}/{grouped(whole)} ({percent})"
    return grouped(number) if short else f"{grouped(number)} {indicator.unit['vi']}"


def _target(indicator: Indicator) -> str:
    target = indicator.target
    percent = "%" if indicator.kind in ("ratio", "covered") else f" {indicator.unit['vi']}"
    if target.at_least is not None:
        return f"≥ {grouped(target.at_least)}{percent}"
    return wording.NOTHING if target.at_most is None else f"≤ {grouped(target.at_most)}{percent}"


def _split(
    asked: Mapping[str, str], cases: Sequence[Case], counts: Sequence[str], choices: Sequence[tuple[str, str]]
) -> list[list[str]]:
    """Lines of cases by choice: each of a few, of many only those that happened; what isn't answered is last."""
    path = asked.get("is", asked["path"])
    known = {value for value, _ in choices}
    lines = []
    for value, label in [*choices, (None, "Chưa rõ")]:
        mine = [case for case in cases if _answer(case, path, known) == value]
        if mine or (value is not None and len(choices) <= FEW_CHOICES):
            sums = [sum(case.adds.get(code, 0) for case in mine) for code in counts]
            lines.append([label, *(grouped(one) for one in sums)])
    return lines


def _answer(case: Case, path: str, known: set[str]) -> str | None:
    answer = case.values.get(path)
    return answer if isinstance(answer, str) and answer in known else None
