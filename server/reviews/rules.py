"""What waits for whom, and who is told what. Pure.

That a decision names the revision that was seen, that nobody decides on their own record and that returning and
rejecting need a reason is the sync engine's to hold, since a decision arrives as a mutation like any other.

1. In the inbox stands what was submitted and is not decided: in places where one reviews, never one's own.
2. Whoever typed a value that is not shown is told, and so is whoever typed the other one; and when somebody decides,
   whoever's value was not chosen.
3. A message names no person in its words: it carries ids, and the phone shows names to those who may see them.
4. What a supervisor wrote to somebody about a record can be read only while they may read the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LONGEST_TEXT = 2000
# Messages whose text is a person's own words.
SPOKEN = frozenset({"returned", "rejected"})
# Messages whose text is a first and a last day, with a stroke between them.
OF_PERIODS = frozenset({"late", "corrected", "stands_in"})


@dataclass(frozen=True)
class Message:
    """What one person is told: `by` is whose act it was, `text` a reason somebody wrote or a slug.

    `cause` is what it was told for: the same again is the same message, with what is said now. `about` is a milestone's
    reference or, of a nomination, its campaign's id; `place_id` is where something waits.
    """

    person_id: int
    kind: str
    record_id: str | None
    by: int | None = None
    text: str | None = None
    cause: str = ""
    about: str | None = None
    place_id: int | None = None


def of_review(event: Mapping[str, Any]) -> list[Message]:
    """A returned or rejected record: its author is told why. Any other step needs no message; the record shows it."""
    kind = {"return": "returned", "reject": "rejected"}.get(event["decision"])
    if kind is None:
        return []
    cause = f"{kind}:{event['record_id']}:{event['rev']}"
    return [Message(event["author_id"], kind, event["record_id"], event["by"], event["reason"], cause)]


def of_move(event: Mapping[str, Any]) -> list[Message]:
    """A record that somebody else took to another place: its author is told which one (its id)."""
    if event["by"] == event["author_id"]:
        return []
    to = str(event["to"])
    return [
        Message(event["author_id"], "moved", event["record_id"], event["by"], to, f"moved:{event['record_id']}:{to}")
    ]


def of_conflict(event: Mapping[str, Any]) -> list[Message]:
    """Two values for one field: both who typed them are told, once each."""
    record_id, head_by, theirs_by = event["record_id"], event["head_by"], event["theirs_by"]
    cause = f"conflict:{record_id}:{event['conflict_ids'][0]}"
    told = [Message(head_by, "conflict", record_id, theirs_by, cause=cause)]
    if theirs_by != head_by:
        told.append(Message(theirs_by, "conflict", record_id, head_by, cause=cause))
    return told


def of_decision(event: Mapping[str, Any]) -> list[Message]:
    """Somebody decided between two values: whoever's was not chosen is told, unless they decided themselves."""
    told = [person for person in event["not_chosen"] if person != event["by"]]
    cause = f"decided:{event['record_id']}:{event['conflict_id']}"
    return [Message(person, "decided", event["record_id"], event["by"], cause=cause) for person in told]


def of_quarantine(event: Mapping[str, Any]) -> list[Message]:
    """An item that was held: whoever sent it is told the reason's slug."""
    cause = f"quarantined:{event['quarantine_id']}"
    return [Message(event["person_id"], "quarantined", event.get("record_id"), None, event["reason"], cause)]


def of_settlement(event: Mapping[str, Any]) -> list[Message]:
    """A held item that somebody else released or discarded: whoever sent it is told."""
    if event["by"] == event["person_id"]:
        return []
    cause = f"{event['status']}:{event['quarantine_id']}"
    return [Message(event["person_id"], event["status"], event.get("record_id"), event["by"], cause=cause)]


def of_role_lent(event: Mapping[str, Any]) -> list[Message]:
    """Somebody stands in for another: they are told for whom, and from which day to which."""
    days = f"{event['from']}/{date.fromisoformat(event['to']) - DAY}"
    return [Message(event["person_id"], "stands_in", None, event["for"], days, f"stands_in:{event['role_id']}")]


# ------------------------------------------------------------------ how soon

DAY = timedelta(days=1)
SATURDAY = 5


def deadline_of(lines: Sequence[Mapping[str, Any]], form: str, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The first of a campaign's `review` lines that fits a record of a form; None where none does."""
    return next((line for line in lines if _fits(line, form, values)), None)


def _fits(line: Mapping[str, Any], form: str, values: Mapping[str, Any]) -> bool:
    if line.get("form") not in (None, form):
        return False
    if line.get("above_zero") is None:
        return True
    value = values.get(line["above_zero"])
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def due_at(line: Mapping[str, Any], since: datetime, zone: str) -> datetime:
    """Until when a record that waits since then is to be reviewed; working days are Monday to Friday in the zone."""
    if "hours" in line:
        return since + timedelta(hours=line["hours"])
    at, left = since, line["working_days"]
    while left > 0:
        at += DAY
        left -= at.astimezone(ZoneInfo(zone)).weekday() < SATURDAY
    return at
