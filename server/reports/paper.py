"""Draws an official document as DOCX in the form of Decree 30/2020/NĐ-CP, appendix I, with python-docx.

Lengths are in millimetres, sizes in points. A4 upright; margins 20, 20, 30 (left), 15; Times New Roman; the number of
the page in the middle of the top margin, from the second page on.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as DocxTable
from docx.table import _Cell as Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from server.reports.wording import Appendix, Blank, Block, Heading, Official, Paragraph, Table

FONT = "Times New Roman"
TEXT = 165  # between the margins
LEFT, RIGHT = 66, 99  # the two halves of the head
BODY = 14
CENTRE = WD_ALIGN_PARAGRAPH.CENTER
START = WD_ALIGN_PARAGRAPH.LEFT
JUSTIFY = WD_ALIGN_PARAGRAPH.JUSTIFY
COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
# How wide the motto is in Times New Roman bold of 14 points: the line below it is as long (measured).
MOTTO_WIDE = 60.4
DOTS = "…" * 32


def draw(official: Official, now: datetime) -> bytes:
    """The document's bytes."""
    docx = Document()
    _prepare(docx, official, now)
    _head(docx, official)
    _title(docx, official)
    for block in official.blocks:
        _block(docx, block)
    _foot(docx, official)
    for appendix in official.appendices:
        _appendix(docx, official, appendix)
    target = io.BytesIO()
    docx.save(target)
    return target.getvalue()


# ---------------------------------------------------------------- the page


def _prepare(docx: Docx, official: Official, now: datetime) -> None:
    section = docx.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    normal = docx.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(BODY)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)
    language = OxmlElement("w:lang")
    for name in ("w:val", "w:eastAsia", "w:bidi"):
        language.set(qn(name), "vi-VN")
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.widow_control = True
    _page_number(section.header.paragraphs[0])
    known = docx.core_properties
    known.title, known.author, known.language = official.title, official.body, "vi-VN"
    known.comments, known.last_modified_by = "", official.body
    known.created = known.modified = now.replace(tzinfo=None)


def _page_number(paragraph: DocxParagraph) -> None:
    paragraph.alignment = CENTRE
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        run.font.size = Pt(BODY)
        if kind is not None:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


# ---------------------------------------------------------------- head, title, foot


def _head(docx: Docx, official: Official) -> None:
    table = _grid(docx, 1, (LEFT, RIGHT))
    _margins(table, 0)
    left, right = table.rows[0].cells
    _line(left, official.above.upper(), 13, first=True)
    _line(left, official.body.upper(), 13, bold=True)
    _rule(left, LEFT, 0.4 * _width(official.body.upper(), 13))
    _line(left, official.number, 13, before=4)
    boxed = _line(left, "DỰ THẢO", 13, bold=True, before=6)
    _box(boxed, indent=(LEFT - 30) / 2)
    _line(right, COUNTRY, 13, bold=True, first=True)
    _line(right, MOTTO, 14, bold=True)
    _rule(right, RIGHT, MOTTO_WIDE)
    _line(right, official.dated, 14, italic=True, before=4)


def _title(docx: Docx, official: Official) -> None:
    _centred(docx, official.kind.upper(), before=14)
    _centred(docx, official.title)
    last = official.title.rpartition("\n")[2]
    _rule(docx, TEXT, min(60, 0.4 * _width(last, BODY)))
    docx.add_paragraph().paragraph_format.line_spacing = Pt(6)


def _foot(docx: Docx, official: Official) -> None:
    docx.add_paragraph().paragraph_format.line_spacing = Pt(8)
    table = _grid(docx, 1, (78, 87))
    _margins(table, 0)
    _no_split(table.rows[0])
    left, right = table.rows[0].cells
    if official.beside:
        for index, line in enumerate(official.beside):
            _line(left, line.upper(), 14, bold=True, first=index == 0)
    else:
        _receivers(left, official)
    for index, line in enumerate(official.signature):
        _line(right, line.upper(), 14, bold=True, first=index == 0)
    for _ in range(5):  # signature and seal
        _line(right, "", 14)


def _receivers(cell: Cell, official: Official) -> None:
    _line(cell, "Nơi nhận:", 12, bold=True, italic=True, at=START, first=True)
    for index, receiver in enumerate([*official.receivers, "Lưu: VT"]):
        end = "." if index == len(official.receivers) else ";"
        _line(cell, f"- {receiver}{end}", 11, at=START)


def _appendix(docx: Docx, official: Official, appendix: Appendix) -> None:
    first = _centred(docx, f"Phụ lục {appendix.number}".rstrip())
    first.paragraph_format.page_break_before = True
    _centred(docx, appendix.title.upper())
    beside = _centred(docx, official.attached, before=2)
    beside.runs[0].bold, beside.runs[0].italic = None, True
    for block in appendix.blocks:
        _block(docx, block)


# ---------------------------------------------------------------- blocks


def _block(docx: Docx, block: Block) -> None:
    if isinstance(block, Heading):
        paragraph = _body(docx, block.text.upper() if block.level == 1 else block.text, bold=True)
        paragraph.paragraph_format.keep_with_next = True
    elif isinstance(block, Paragraph):
        _body(docx, block.text, italic=block.italic)
    elif isinstance(block, Blank):
        for _ in range(block.lines):
            paragraph = _body(docx, DOTS)
            paragraph.paragraph_format.first_line_indent = Mm(0)
            paragraph.alignment = START
    elif isinstance(block, Table):
        _table(docx, block)


def _body(docx: Docx, text: str, bold: bool = False, italic: bool = False) -> DocxParagraph:
    paragraph = docx.add_paragraph()
    form = paragraph.paragraph_format
    form.first_line_indent = Mm(12.7)
    form.space_before = Pt(6)
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    paragraph.alignment = JUSTIFY
    _run(paragraph, text, BODY, bold=bold, italic=italic)
    return paragraph


def _table(docx: Docx, table: Table) -> None:
    gap = docx.add_paragraph()
    gap.paragraph_format.line_spacing = Pt(6)
    drawn = _grid(docx, 1, table.widths, style="Table Grid")
    _margins(drawn, 1)
    size = 12 if len(table.widths) <= 8 else 11
    for cell, text in zip(drawn.rows[0].cells, table.header, strict=True):
        _fill(cell, text, (CENTRE, size), bold=True)
    again = OxmlElement("w:tblHeader")
    again.set(qn("w:val"), "true")
    drawn.rows[0]._tr.get_or_add_trPr().append(again)
    _no_split(drawn.rows[0])
    for row in table.rows:
        added = drawn.add_row()  # type: ignore[no-untyped-call]
        _no_split(added)
        for cell, width in zip(added.cells, table.widths, strict=True):
            cell.width = Mm(width)
        if len(row) == 1:
            whole = added.cells[0].merge(added.cells[-1])
            _fill(whole, row[0], (START, size), bold=True)
            whole.paragraphs[0].paragraph_format.keep_with_next = True
            continue
        for index, (cell, text) in enumerate(zip(added.cells, row, strict=True)):
            _fill(cell, text, (START if index in table.left else CENTRE, size))
    docx.add_paragraph().paragraph_format.line_spacing = Pt(6)


def _fill(cell: Cell, text: str, how: tuple[Any, float], bold: bool = False) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment, size = how
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    _run(paragraph, text, size, bold=bold)


# ---------------------------------------------------------------- strokes


def _grid(docx: Docx, rows: int, widths: Sequence[float], style: str | None = None) -> DocxTable:
    """A table of fixed columns that begins at the margin, whatever its cells' own margins."""
    table: DocxTable = docx.add_table(rows=rows, cols=len(widths), style=style)
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def _margins(table: DocxTable, wide: float) -> None:
    """How far from the left and right edges of its cells a table's text stands."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(wide * 1440 / 25.4)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _no_split(row: Any) -> None:
    mark = OxmlElement("w:cantSplit")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _line(
    cell: Cell,
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    before: float = 0,
    at: Any = CENTRE,
    first: bool = False,
) -> DocxParagraph:
    paragraph: DocxParagraph = cell.paragraphs[0] if first else cell.add_paragraph()
    paragraph.alignment = at
    paragraph.paragraph_format.space_before = Pt(before)
    _run(paragraph, text, size, bold=bold, italic=italic)
    return paragraph


def _centred(docx: Docx, text: str, before: float = 0) -> DocxParagraph:
    paragraph = docx.add_paragraph()
    paragraph.alignment = CENTRE
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.keep_with_next = True
    _run(paragraph, text, BODY, bold=True)
    return paragraph


def _run(paragraph: DocxParagraph, text: str, size: float, *, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(printable(text))
    run.font.size = Pt(size)
    run.bold, run.italic = bold or None, italic or None


def printable(text: str) -> str:
    """The text without what XML can't hold."""
    kept = (one if one in "\t\n" or (one >= " " and not "\ud800" <= one <= "\udfff") else "�" for one in text)
    return "".join(one for one in kept if one not in "￾￿")


def _rule(parent: Any, within: float, length: float) -> None:
    """A line of this length in the middle: the upper border of a low paragraph between indents."""
    paragraph = parent.add_paragraph()
    indent = max(0.0, (within - length) / 2)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(indent)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
    _border(paragraph, ("top",))


def _box(paragraph: DocxParagraph, indent: float) -> None:
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(indent)
    _border(paragraph, ("top", "left", "bottom", "right"))


def _border(paragraph: DocxParagraph, sides: Sequence[str]) -> None:
    borders = OxmlElement("w:pBdr")
    for side in sides:
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _width(text: str, size: float) -> float:
    """About how many millimetres a line of bold text takes: near enough for a line of a third to a half of it."""
    ems = math.fsum(0.25 if one == " " else 0.73 if one.isupper() else 0.48 for one in text)
    return min(ems * size * 25.4 / 72, TEXT)
