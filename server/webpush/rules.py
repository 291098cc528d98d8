"""What may be sent where, when to try again, and in which words. Pure.

1. An endpoint is a URL that a stranger chose: only https on the hosts that the installation allows, checked when it is
   saved and again when something is sent; nothing is looked up or followed to decide it.
2. A subscription that its service calls gone (404, 410: RFC 8030, 7.3) is removed. 429 and 5xx, silence and broken
   connections are tried again, later each time; any other refusal is final.
3. Nobody is woken: nothing is sent between 21:00 and 06:00 of the campaign's time.
4. No personal data and no place finer than a commune in what is sent; no word of joy about anything that counts harm.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

Outcome = Literal["sent", "gone", "later", "refused"]
Lost = Literal["busy", "silent", "refused"]

LONGEST_ENDPOINT = 1000
SUBSCRIPTIONS_PER_DEVICE = 5
ATTEMPTS = 8
FIRST_DELAY = 60.0
LONGEST_DELAY = 6 * 3600.0
# RFC 8291, 4: services take 4,096 bytes; the record's header and its authentication are part of them.
LONGEST_PAYLOAD = 3993
LONGEST_TITLE = 300
# kind: for how many days it is still news to a phone that was off, and whether it may wake one that saves its battery.
LASTS: Mapping[str, tuple[int, str]] = {"date": (1, "normal"), "guard": (3, "high"), "deadline": (2, "normal")}
# What people choose from, and the messages that are of each kind.
KINDS: Mapping[str, tuple[str, ...]] = {
    "records": ("returned", "rejected", "moved", "quarantined", "released", "discarded", "late", "corrected"),
    "reviews": (
        "asked",
        "overdue",
        "escalated",
        "stands_in",
        "to_vote",
        "to_check",
        "to_clear",
        "to_list",
        "to_grant",
    ),
    "conflicts": ("conflict", "decided"),
    "deadlines": ("deadline",),
    "milestones": ("milestone", "guard"),
}
KIND_OF = {message: kind for kind, messages in KINDS.items() for message in messages}
LONGEST_GIST = 100
# Telephones, identity papers, number plates: three digits or more, with what people write between them.
NUMBERS = re.compile(r"[0-9][0-9 .\-]{1,20}[0-9]")
QUIET_FROM, QUIET_UNTIL = time(21), time(6)

# Scheme, host, optional port, path; no user info, no backslash, ASCII without spaces: no two URL parsers differ on it.
ENDPOINT = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?/[!-\[\]-~]*")


def endpoint_allowed(endpoint: str, hosts: Sequence[str]) -> bool:
    """Whether `hosts` allow it; an entry is a host, '*.suffix' (both https on port 443) or a whole origin."""
    if len(endpoint) > LONGEST_ENDPOINT or not ENDPOINT.fullmatch(endpoint):
        return False
    parts = urlsplit(endpoint)
    host = (parts.hostname or "").lower()
    return any(_entry_allows(entry.lower().rstrip("/"), parts.scheme, host, parts.netloc.lower()) for entry in hosts)


def _entry_allows(entry: str, scheme: str, host: str, netloc: str) -> bool:
    if "://" in entry:
        return entry == f"{scheme}://{netloc}"
    if scheme != "https" or netloc not in (host, f"{host}:443"):
        return False
    return host.endswith(entry[1:]) if entry.startswith("*.") else host == entry


def key_faults(p256dh: str, auth: str) -> dict[str, str]:
    """What is wrong with a subscription's keys, by name (RFC 8291, 3.1: an uncompressed P-256 point, 16 bytes)."""
    faults: dict[str, str] = {}
    point = _decoded(p256dh)
    if point is None or len(point) != 65 or point[0] != 4:
        faults["p256dh"] = "must be 65 bytes, an uncompressed P-256 point, in base64url"
    secret = _decoded(auth)
    if secret is None or len(secret) != 16:
        faults["auth"] = "must be 16 bytes in base64url"
    return faults


def _decoded(text: str) -> bytes | None:
    bare = text.rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", bare):
        return None
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return None


def encoded(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# ------------------------------------------------------------------ what an answer means


def outcome(status: int | None) -> Outcome:
    """What a push service's status means; None is silence or a broken connection."""
    if status is None or status == 429 or status >= 500:
        return "later"
    if status in (404, 410):
        return "gone"
    return "sent" if 200 <= status < 300 else "refused"


def why_lost(status: int | None) -> Lost:
    """Why a message was given up: its service had too much to do, said nothing, or would not have it."""
    if status is None:
        return "silent"
    return "busy" if outcome(status) == "later" else "refused"


def retry_after(header: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or an HTTP date); None if unusable."""
    if header is None:
        return None
    text = header.strip()
    if re.fullmatch(r"[0-9]{1,10}", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - now).total_seconds())


def delay(attempts: int, asked: float | None) -> float:
    """Seconds until the next try after so many: doubling, at least what the service asked for, six hours at most."""
    grown = FIRST_DELAY * float(2 ** min(attempts - 1, 20))
    return min(LONGEST_DELAY, max(grown, asked or 0.0))


def after_quiet(moment: datetime, zone: str) -> datetime:
    """The first time from `moment` on that is not in the quiet hours of the zone."""
    local = moment.astimezone(ZoneInfo(zone))
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return moment
    day = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return datetime.combine(day, QUIET_UNTIL, ZoneInfo(zone)).astimezone(moment.tzinfo)


# ------------------------------------------------------------------ words


@dataclass(frozen=True)
class News:
    """A milestone that was reached, as far as a notification tells it."""

    crossing_id: int
    campaign_id: int
    type: str
    name: Mapping[str, str]
    place: Mapping[str, str]
    campaign: Mapping[str, str]
    reached_on: date
    counts_harm: bool


REACHED = {
    "vi": "{place}: đã đạt ngày {day}.",
    "en": "{place}: reached on {day}.",
    "km": "{place}៖ សម្រេចបាននៅថ្ងៃទី {day}។",
}
THANKS = {
    "vi": "Cảm ơn mọi người đã góp sức!",
    "en": "Thank you, everybody who took part!",
    "km": "សូមអរគុណអ្នកទាំងអស់គ្នា!",
}
TODAY = {"vi": "{campaign}: ngày {day}.", "en": "{campaign}: {day}.", "km": "{campaign}៖ ថ្ងៃទី {day}។"}


WITHOUT = {
    "vi": "{place}: tính đến ngày {day}.",
    "en": "{place}: as of {day}.",
    "km": "{place}៖ គិតត្រឹមថ្ងៃទី {day}។",
}
BROKEN = {
    "vi": "{place}: từ ngày {day} không còn như vậy. Xem số liệu trong Bến.",
    "en": "{place}: no longer so since {day}. See the figures in Bến.",
    "km": "{place}៖ លែងដូច្នេះទៀតពីថ្ងៃទី {day}។ សូមមើលតួលេខក្នុង Bến។",
}
NEAR = {
    "vi": "{campaign}: còn báo cáo chưa được gửi.",
    "en": "{campaign}: there are reports that haven't been sent.",
    "km": "{campaign}៖ នៅមានរបាយការណ៍ដែលមិនទាន់បានផ្ញើ។",
}


@dataclass(frozen=True)
class Shown:
    """A notification as somebody reads it; `url` is where a tap leads, within the app."""

    title: str
    body: str
    tag: str
    url: str
    language: str


def payload(news: News, language: str) -> Shown:
    """The notification in a language; Vietnamese where a text is missing."""
    day = f"{news.reached_on:%d/%m/%Y}"
    places = {"place": text(news.place, language), "campaign": text(news.campaign, language), "day": day}
    told = {"date": TODAY, "guard": BROKEN, "deadline": NEAR}.get(news.type, WITHOUT if news.counts_harm else REACHED)
    body = text(told, language).format(**places)
    if told is REACHED:
        body = f"{body} {text(THANKS, language)}"
    return Shown(text(news.name, language), body, tag(news.crossing_id), f"/#/campaign/{news.campaign_id}", language)


@dataclass(frozen=True)
class Said:
    """A message about a record, or about what waits at a place, as far as a notification tells it."""

    kind: str
    tag: str
    record_id: str | None
    place: Mapping[str, str]
    reason: str | None = None
    period: str = ""
    campaign: str = ""


def of_message(said: Said, language: str) -> Shown:
    """The notification of a message in a language."""
    title, body, url = MESSAGES[said.kind]
    given = {"record": said.record_id or "", "place": text(said.place, language)}
    given |= {"period": said.period, "campaign": said.campaign}
    words = text(body, language).format(**given)
    if said.reason:
        words = f"{words} “{gist(said.reason)}”"
    return Shown(text(title, language), words, said.tag, url.format(**given), language)


def period_text(ends: str) -> str:
    """A reporting period as offices write it, from its two days."""
    return "–".join(f"{date.fromisoformat(day):%d/%m/%Y}" for day in ends.split("/"))


def gist(reason: str) -> str:
    """The beginning of a reason that somebody wrote. Numbers that could be somebody's are left out."""
    plain = NUMBERS.sub("…", " ".join(reason.split()))
    return plain if len(plain) <= LONGEST_GIST else plain[: LONGEST_GIST - 1].rsplit(" ", 1)[0] + "…"


def takes(kinds: Sequence[str] | None, kind: str) -> bool:
    """Whether a subscription that takes these kinds (all, if None) is told of a message."""
    return kinds is None or KIND_OF[kind] in kinds


def sealed(shown: Shown, origin: str, unread: int | None = None) -> bytes:
    """What is encrypted: a declarative message (W3C Push API), which browsers that know it show by themselves.

    Others hand it to the service worker, which reads the same members. `mutable`: those that know it ask the worker
    too, since on a phone that several persons share it says less. Never longer than a push service must take.
    """
    body = shown.body
    while True:
        notification = {
            "title": shown.title[:LONGEST_TITLE],
            "body": body,
            "lang": shown.language,
            "tag": shown.tag,
            "navigate": f"{origin}{shown.url}",
            "data": {"url": shown.url},  # for the worker, which may know the server by another address
        }
        message = {"web_push": 8030, "mutable": True, "notification": notification}
        if unread is not None:
            message["app_badge"] = unread
        data = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        if len(data) <= LONGEST_PAYLOAD or not body:
            return data
        body = body[: len(body) * 3 // 4]


def headers(kind: str, topic: str) -> dict[str, str]:
    """How long a service keeps a message of a kind, how it may wake a phone, what it replaces (RFC 8030, 5.2-5.4)."""
    days, urgency = LASTS.get(kind, (3, "normal"))
    return {"TTL": str(days * 24 * 3600), "Urgency": urgency, "Topic": topic}


Texts = Mapping[str, str]
# Of a nomination only the unit is told.
AT_UNIT: tuple[Texts, str] = (
    {"vi": "{place}.", "en": "{place}.", "km": "{place}។"},
    "/#/commendations/{campaign}/{record}",
)
# kind: title, body, where a tap leads
MESSAGES: Mapping[str, tuple[Texts, Texts, str]] = {
    "returned": (
        {"vi": "Phiếu được trả lại", "en": "A record came back", "km": "របាយការណ៍ត្រូវបានបញ្ជូនត្រឡប់"},
        {"vi": "Phiếu {record}:", "en": "Record {record}:", "km": "របាយការណ៍ {record}៖"},
        "/#/record/{record}",
    ),
    "rejected": (
        {"vi": "Phiếu bị từ chối", "en": "A record was rejected", "km": "របាយការណ៍ត្រូវបានបដិសេធ"},
        {"vi": "Phiếu {record}:", "en": "Record {record}:", "km": "របាយការណ៍ {record}៖"},
        "/#/record/{record}",
    ),
    "moved": (
        {"vi": "Phiếu được chuyển địa bàn", "en": "A record was moved", "km": "របាយការណ៍ត្រូវបានផ្លាស់ទីតាំង"},
        {"vi": "Phiếu {record}.", "en": "Record {record}.", "km": "របាយការណ៍ {record}។"},
        "/#/record/{record}",
    ),
    "late": (
        {
            "vi": "Kỳ đã chốt: phiếu chờ đính chính",
            "en": "The period is signed: a record waits for a correction",
            "km": "រយៈពេលបានបិទហើយ៖ របាយការណ៍រង់ចាំការកែតម្រូវ",
        },
        {
            "vi": "Phiếu {record}, kỳ {period}.",
            "en": "Record {record}, period {period}.",
            "km": "របាយការណ៍ {record} រយៈពេល {period}។",
        },
        "/#/record/{record}",
    ),
    "corrected": (
        {
            "vi": "Đính chính đã ký: phiếu được tính",
            "en": "The correction is signed: a record counts",
            "km": "ការកែតម្រូវបានចុះហត្ថលេខា៖ របាយការណ៍ត្រូវរាប់",
        },
        {
            "vi": "Phiếu {record}, kỳ {period}.",
            "en": "Record {record}, period {period}.",
            "km": "របាយការណ៍ {record} រយៈពេល {period}។",
        },
        "/#/record/{record}",
    ),
    "quarantined": (
        {"vi": "Một nội dung đang được giữ lại", "en": "Something is held", "km": "មានខ្លឹមសារមួយកំពុងត្រូវបានរក្សាទុក"},
        {"vi": "Mở để xem lý do.", "en": "Open it to see why.", "km": "សូមបើកមើលមូលហេតុ។"},
        "/#/outbox",
    ),
    "released": (
        {"vi": "Nội dung giữ lại đã được nhận", "en": "What was held was accepted", "km": "ខ្លឹមសារដែលរក្សាទុកត្រូវបានទទួល"},
        {"vi": "Mở để xem.", "en": "Open it to see.", "km": "សូមបើកមើល។"},
        "/#/outbox",
    ),
    "discarded": (
        {"vi": "Nội dung giữ lại đã bị bỏ", "en": "What was held was discarded", "km": "ខ្លឹមសារដែលរក្សាទុកត្រូវបានបោះបង់"},
        {"vi": "Mở để xem.", "en": "Open it to see.", "km": "សូមបើកមើល។"},
        "/#/outbox",
    ),
    "conflict": (
        {"vi": "Có câu hai ý kiến", "en": "Two answers to one question", "km": "មានចម្លើយពីរចំពោះសំណួរមួយ"},
        {"vi": "Phiếu {record}.", "en": "Record {record}.", "km": "របាយការណ៍ {record}។"},
        "/#/record/{record}",
    ),
    "decided": (
        {"vi": "Đã chọn ý kiến khác", "en": "Another answer was chosen", "km": "ចម្លើយផ្សេងត្រូវបានជ្រើសរើស"},
        {"vi": "Phiếu {record}.", "en": "Record {record}.", "km": "របាយការណ៍ {record}។"},
        "/#/record/{record}",
    ),
    "stands_in": (
        {"vi": "Bạn làm thay", "en": "You stand in", "km": "អ្នកធ្វើការជំនួស"},
        {"vi": "{period}.", "en": "{period}.", "km": "{period}។"},
        "/#/inbox",
    ),
    "asked": (
        {"vi": "Có phiếu chờ bạn duyệt", "en": "Records wait for you", "km": "មានរបាយការណ៍រង់ចាំអ្នកអនុម័ត"},
        {"vi": "{place}.", "en": "{place}.", "km": "{place}។"},
        "/#/inbox",
    ),
    "overdue": (
        {"vi": "Đã quá hạn duyệt", "en": "A review is overdue", "km": "ហួសកំណត់អនុម័តហើយ"},
        {"vi": "{place}.", "en": "{place}.", "km": "{place}។"},
        "/#/inbox",
    ),
    "escalated": (
        {
            "vi": "Phiếu quá hạn vẫn chưa được duyệt",
            "en": "Overdue, and still not reviewed",
            "km": "ហួសកំណត់ ហើយមិនទាន់បានអនុម័ត",
        },
        {"vi": "{place}.", "en": "{place}.", "km": "{place}។"},
        "/#/records",
    ),
    "to_vote": (
        {"vi": "Đề nghị khen chờ bình xét", "en": "A nomination waits for the vote", "km": "សំណើសរសើររង់ចាំការបោះឆ្នោត"},
        *AT_UNIT,
    ),
    "to_check": (
        {
            "vi": "Đề nghị khen chờ thẩm tra minh chứng",
            "en": "A nomination waits for the check of its evidence",
            "km": "សំណើសរសើររង់ចាំពិនិត្យភស្តុតាង",
        },
        *AT_UNIT,
    ),
    "to_clear": (
        {
            "vi": "Đề nghị khen chờ Hội đồng xem xét",
            "en": "A nomination waits for the check of conduct",
            "km": "សំណើសរសើររង់ចាំក្រុមប្រឹក្សាពិនិត្យ",
        },
        *AT_UNIT,
    ),
    "to_list": (
        {
            "vi": "Đề nghị khen chờ đưa vào danh sách trình",
            "en": "A nomination waits to be put on the list",
            "km": "សំណើសរសើររង់ចាំដាក់ក្នុងបញ្ជី",
        },
        *AT_UNIT,
    ),
    "to_grant": (
        {
            "vi": "Đề nghị khen chờ ghi quyết định",
            "en": "A nomination waits for the decision to be entered",
            "km": "សំណើសរសើររង់ចាំបញ្ចូលសេចក្តីសម្រេច",
        },
        *AT_UNIT,
    ),
}


def text(texts: Mapping[str, str], language: str) -> str:
    """A text in a language, or in Vietnamese."""
    return texts.get(language) or texts["vi"]


def tag(crossing_id: int) -> str:
    """One tag a crossing, on the phone and as Topic on the way (RFC 8030, 5.4: at most 32 base64url characters)."""
    return f"milestone-{crossing_id}"
