"""Forms that have a question of every kind: MAU-01 scrolls, MAU-02 goes page by page, MAU-03 has all media."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import yaml

LANGUAGES = {"vi": "Tiếng Việt (vi)", "en": "English (en)", "km": "ខ្មែរ (km)"}
Words = tuple[str, str, str]

NOTE: Words = (
    "**Ghi số lượng**, không ghi tên.<br>Xem *hướng dẫn*: [luật giao thông](https://vbpl.vn/). <b>HTML</b> là chữ.",
    "**Counts only**, no names.<br>See the *guide*: [the traffic law](https://vbpl.vn/). <b>HTML</b> is text.",
    "**សរសេរតែចំនួន** កុំសរសេរឈ្មោះ។<br>សូមមើល *ការណែនាំ*៖ [ច្បាប់ចរាចរណ៍](https://vbpl.vn/)។ <b>HTML</b> ជាអក្សរ។",
)
AGREE: tuple[tuple[str, Words], ...] = (
    ("no", ("Rất không đồng ý", "Strongly disagree", "មិនយល់ព្រមទាល់តែសោះ")),
    ("rather_no", ("Không đồng ý", "Disagree", "មិនយល់ព្រម")),
    ("even", ("Bình thường", "Neither", "ធម្មតា")),
    ("rather_yes", ("Đồng ý", "Agree", "យល់ព្រម")),
    ("yes", ("Rất đồng ý", "Strongly agree", "យល់ព្រមទាំងស្រុង")),
)
RISKS: tuple[tuple[str, Words], ...] = (
    ("speed", ("Chạy quá tốc độ", "Speeding", "បើកលឿនហួសកម្រិត")),
    ("alcohol", ("Rượu bia", "Alcohol", "គ្រឿងស្រវឹង")),
    ("helmet", ("Không đội mũ bảo hiểm", "No helmet", "មិនពាក់មួកសុវត្ថិភាព")),
    ("dark", ("Đường tối", "Dark roads", "ផ្លូវងងឹត")),
)
KINDS: tuple[tuple[str, Words], ...] = (
    ("motorbike", ("Mô tô, xe máy", "Motorbike", "ម៉ូតូ")),
    ("car", ("Ô tô con", "Car", "រថយន្ត")),
    ("boat", ("Ghe, xuồng", "Boat", "ទូក")),
)
YES_NO: tuple[tuple[str, Words], ...] = (
    ("yes", ("Có", "Yes", "មាន")),
    ("no", ("Không", "No", "គ្មាន")),
)
HAMLETS = (
    *("Chợ", "Trà Kha", "Xoài Lơ", "Giồng Cao", "Bến Bạ", "Cầu Xéo", "Thanh Xuyên", "Xa Xi", "Ngãi Lộc", "Đầu Giồng"),
    *("Cây Da", "Mé Rạch", "Giồng Lớn", "Bào Sấu", "Đôn Chụm", "Ô Đùng", "Chông Bát", "Bảy Xào", "Leng", "Sóc Ruộng"),
    *("Trà Cú A", "Trà Cú B", "Kim Sơn", "Hàm Giang"),
)
COMMUNES: tuple[tuple[str, Words], ...] = (
    ("ngai_xuyen", ("Ngãi Xuyên", "Ngai Xuyen", "ង៉ាយស្វៀង")),
    ("dai_an", ("Đại An", "Dai An", "ដាយអាន")),
)
SCHOOLS: tuple[tuple[str, str, Words], ...] = (
    ("a", "ngai_xuyen", ("Tiểu học Ngãi Xuyên A", "Ngai Xuyen A primary", "បឋមសិក្សា ង៉ាយស្វៀង A")),
    ("b", "ngai_xuyen", ("Tiểu học Ngãi Xuyên B", "Ngai Xuyen B primary", "បឋមសិក្សា ង៉ាយស្វៀង B")),
    ("c", "dai_an", ("Tiểu học Đại An", "Dai An primary", "បឋមសិក្សា ដាយអាន")),
)


def row(kind: str, name: str = "", words: Words | None = None, **more: str) -> dict[str, str]:
    """A row of the survey; `hint`, `guidance` are given as three texts joined by ' / '."""
    cells = {"type": kind, "name": name}
    texts: dict[str, Sequence[str]] = {"label": words or (), "hint": _three(more.pop("hint", ""))}
    texts["guidance_hint"] = _three(more.pop("guidance", ""))
    for column, given in texts.items():
        cells |= {f"{column}::{LANGUAGES[key]}": text for key, text in zip(LANGUAGES, given, strict=False)}
    if "constraint" in more:
        said = more.pop("message").split(" / ")
        cells |= {f"constraint_message::{LANGUAGES[key]}": text for key, text in zip(LANGUAGES, said, strict=True)}
    return cells | more


def _three(texts: str) -> list[str]:
    return texts.split(" / ") if texts else []


def rich_survey() -> list[dict[str, str]]:
    """A question of every kind that is typed, chosen or measured."""
    return [
        row("note", "intro", NOTE),
        row("date", "day", ("Ngày khảo sát", "Survey date", "ថ្ងៃស្ទង់មតិ"), required="yes"),
        row("text", "road", ("Tên đường", "Road", "ឈ្មោះផ្លូវ"), hint="Như trên biển tên / As on the sign / ដូចនៅលើផ្លាក"),
        row("text", "story", ("Mô tả", "Description", "ពិពណ៌នា"), appearance="multiline"),
        row("text", "page", ("Trang mạng", "Web page", "គេហទំព័រ"), appearance="url"),
        row("integer", "riders", ("Số người đi qua", "Riders counted", "ចំនួនអ្នកធ្វើដំណើរ"), required="yes",
            constraint=". >= 0 and . <= 5000", message="Số từ 0 đến 5000. / A number from 0 to 5000. / លេខពី 0 ដល់ 5000។",
            guidance="Đếm trong **15 phút**. / Count for **15 minutes**. / រាប់ក្នុងរយៈពេល **15 នាទី**។"),
        row("decimal", "width", ("Bề rộng mặt đường (m)", "Road width (m)", "ទទឹងផ្លូវ (ម)")),
        row("range", "light", ("Độ sáng", "Light", "ពន្លឺ"), parameters="start=0 end=10 step=1"),
        row("range", "stars", ("Chất lượng mặt đường", "Road surface", "គុណភាពផ្លូវ"),
            appearance="rating", parameters="start=1 end=5 step=1"),
        row("time", "began", ("Giờ bắt đầu", "Start time", "ម៉ោងចាប់ផ្តើម")),
        row("datetime", "seen", ("Lúc quan sát", "Observed at", "ពេលសង្កេត")),
        row("date", "built", ("Tháng làm đường", "Road built in", "ខែធ្វើផ្លូវ"), appearance="month-year"),
        row("select_one agree", "safe", ("Đường này an toàn", "This road is safe", "ផ្លូវនេះមានសុវត្ថិភាព"),
            appearance="likert"),
        row("select_one yes_no", "lamp", ("Có đèn đường", "Street lamps", "មានភ្លើងផ្លូវ"), appearance="columns-2"),
        row("select_one agree", "law", ("Luật dễ hiểu", "The law is clear", "ច្បាប់ងាយយល់"), appearance="minimal"),
        row("select_multiple risks or_other", "risks", ("Nguy cơ", "Risks", "ហានិភ័យ")),
        row("select_one hamlets", "hamlet", ("Ấp", "Hamlet", "ភូមិ")),
        row("select_one communes", "commune", ("Xã", "Commune", "ឃុំ")),
        row("select_one schools", "school", ("Trường ở ${commune}", "School in ${commune}", "សាលានៅ ${commune}"),
            choice_filter="commune = ${commune}"),
        row("rank risks", "worst", ("Xếp từ nguy hiểm nhất", "Most dangerous first", "តម្រៀបពីគ្រោះថ្នាក់បំផុត")),
        row("geopoint", "place", ("Vị trí", "Place", "ទីតាំង")),
        row("geotrace", "way", ("Đoạn đường", "Stretch of road", "កំណាត់ផ្លូវ")),
        row("geoshape", "area", ("Khu vực", "Area", "តំបន់")),
        row("barcode", "plate", ("Mã trụ đèn", "Lamp post code", "លេខកូដបង្គោលភ្លើង")),
        row("begin_group", "table", ("Bảng hỏi", "Questions", "តារាងសំណួរ"), appearance="table-list"),
        row("select_one yes_no", "belt", ("Thắt dây an toàn", "Wears a belt", "ពាក់ខ្សែក្រវាត់")),
        row("select_one yes_no", "phone", ("Dùng điện thoại khi lái", "Phones while driving", "ប្រើទូរសព្ទពេលបើក")),
        row("end_group"),
        row("begin_repeat", "vehicles", ("Phương tiện", "Vehicle", "យានយន្ត")),
        row("select_one kinds", "kind", ("Loại", "Kind", "ប្រភេទ"), required="yes"),
        row("integer", "people", ("Số người", "People", "ចំនួនមនុស្ស")),
        row("begin_repeat", "faults", ("Lỗi", "Fault", "កំហុស")),
        row("text", "what", ("Lỗi gì", "What fault", "កំហុសអ្វី")),
        row("end_repeat"),
        row("end_repeat"),
        row("calculate", "total", calculation="sum(${people})"),
        row("note", "sum", ("Tổng cộng ${total} người", "${total} people in all", "សរុប ${total} នាក់")),
        row("acknowledge", "checked", ("Đã kiểm tra lại tại chỗ", "Checked again on the spot", "បានពិនិត្យឡើងវិញ")),
    ]  # fmt: skip


def paged_survey() -> list[dict[str, str]]:
    """One question a page, a field list, a page that only some see."""
    return [
        row("date", "day", ("Ngày", "Date", "ថ្ងៃ"), required="yes"),
        row("select_one yes_no", "helmet", ("Có đội mũ bảo hiểm", "Wears a helmet", "ពាក់មួកសុវត្ថិភាព"),
            appearance="quick", required="yes"),
        row("text", "why", ("Vì sao không?", "Why not?", "ហេតុអ្វីបានមិនពាក់?"), relevant="${helmet} = 'no'"),
        row("begin_group", "counts", ("Số lượng", "Counts", "ចំនួន"), appearance="field-list"),
        row("integer", "men", ("Nam", "Men", "បុរស"), required="yes"),
        row("integer", "women", ("Nữ", "Women", "ស្ត្រី"), required="yes"),
        row("end_group"),
        row("text", "remark", ("Ghi chú", "Remark", "កំណត់ចំណាំ")),
    ]  # fmt: skip


def media_survey() -> list[dict[str, str]]:
    """Everything that is photographed, drawn, recorded, chosen or scanned."""
    return [
        row("date", "day", ("Ngày", "Date", "ថ្ងៃ"), required="yes"),
        row("image", "photo", ("Ảnh hiện trường", "Photo of the place", "រូបថតទីតាំង"), parameters="max-pixels=3000"),
        row("image", "marked", ("Ảnh có đánh dấu", "Marked photo", "រូបថតមានសម្គាល់"), appearance="annotate"),
        row("image", "sketch", ("Sơ đồ", "Sketch", "គំនូសបំព្រួញ"), appearance="draw"),
        row("image", "signature", ("Chữ ký", "Signature", "ហត្ថលេខា"), appearance="signature"),
        row("audio", "sound", ("Lời kể", "Spoken account", "ការរៀបរាប់"), parameters="quality=voice-only"),
        row("video", "film", ("Đoạn phim", "Film", "វីដេអូ")),
        row("file", "paper", ("Biên bản", "Minutes", "កំណត់ហេតុ")),
        row("barcode", "code", ("Mã trụ đèn", "Lamp post code", "លេខកូដបង្គោលភ្លើង")),
    ]


def choices() -> list[dict[str, str]]:
    """All lists of both forms."""
    lists = {"agree": AGREE, "risks": RISKS, "kinds": KINDS, "yes_no": YES_NO, "communes": COMMUNES}
    rows = [_choice(name, value, words) for name, options in lists.items() for value, words in options]
    rows += [_choice("hamlets", f"h{number}", (name, name, name)) for number, name in enumerate(HAMLETS)]
    return rows + [{**_choice("schools", value, words), "commune": commune} for value, commune, words in SCHOOLS]


def _choice(name: str, value: str, words: Words) -> dict[str, str]:
    labels = {f"label::{LANGUAGES[key]}": text for key, text in zip(LANGUAGES, words, strict=True)}
    return {"list_name": name, "name": value, **labels}


def _table(name: str, rows: list[dict[str, str]]) -> str:
    columns = list(dict.fromkeys(column for each in rows for column in each))
    lines = [f"| {name} | {' | '.join(columns)} |", f"|{'---|' * (len(columns) + 1)}"]
    cells = [[each.get(column, "").replace("|", "\\|") for column in columns] for each in rows]
    return "\n".join([*lines, *(f"| | {' | '.join(line)} |" for line in cells)])


def source(key: str, titles: Words, survey: list[dict[str, str]], **settings: str) -> str:
    """A form's tables."""
    title = dict(zip(("form_title", "title_en", "title_km"), titles, strict=True))
    setting = {**title, "form_id": key, "version": "1", "default_language": LANGUAGES["vi"], **settings}
    used = {word for each in survey for word in each["type"].split()[1:2]}
    lists = [each for each in choices() if each["list_name"] in used]
    tables = [_table("survey", survey), *([_table("choices", lists)] if lists else []), _table("settings", [setting])]
    return "\n\n".join(tables) + "\n"


def pack_with_rich_forms(pack: Path, directory: Path) -> Path:
    """A copy of the pack that has these forms as well."""
    shutil.copytree(pack, directory)
    full = ("Khảo sát đầy đủ", "Full survey", "ការស្ទង់មតិពេញលេញ")
    paged = ("Khảo sát từng trang", "Survey in pages", "ស្ទង់មតិម្តងមួយទំព័រ")
    media = ("Khảo sát bằng hình và tiếng", "Survey in pictures and sound", "ស្ទង់មតិជារូបភាព និងសំឡេង")
    forms = {
        "MAU-01": source("MAU-01", full, rich_survey()),
        "MAU-02": source("MAU-02", paged, paged_survey(), style="pages"),
        "MAU-03": source("MAU-03", media, media_survey()),
    }
    for key, text in forms.items():
        (directory / "forms" / f"{key}.md").write_text(text, "utf-8")
    campaign = yaml.safe_load((directory / "campaign.yaml").read_text("utf-8"))
    campaign["forms"] += [{"file": f"forms/{key}.md", "occurrence": "day"} for key in forms]
    (directory / "campaign.yaml").write_text(yaml.safe_dump(campaign, allow_unicode=True, sort_keys=False), "utf-8")
    return directory
