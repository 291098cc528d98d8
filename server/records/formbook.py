"""What the sync engine asks about forms (`sync.forms.Forms`), answered once a batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from server import clock
from server.campaigns import service as campaigns
from server.forms import rules as form_rules
from server.forms import service as forms
from server.people.rules import Actor
from server.records.rules import Parsed
from sync import positions
from sync.document import apply
from sync.forms import Seen

Violations = list[dict[str, Any]]
# What a form says of a record all of which is new, by the record.
Judged = Mapping[str, Violations]


def judge(offered: Sequence[Parsed]) -> Judged:
    """What their forms say of the records that are created here, asked before the transaction that takes them in.

    It follows from the form and the answers alone, and on SQLite all other phones wait while a transaction is open.
    A record of which more is offered is asked about in its turn: each of them sees another document.
    """
    times = Counter(item.record for item in offered)
    judged = {}
    # a record begins with it: see `Edit.creates`
    begun = [item for item in offered if item.form and not item.base and not item.after and times[item.record] == 1]
    created = [(item, item.data) for item in begun if item.data]
    compiled = forms.compiled_many({data["form"] for _, data in created})
    for item, data in created:
        form = compiled.get(data["form"])
        if form is None:
            continue
        try:
            item.changes = positions.decode(data["set"], form["fields"])
        except positions.BadPosition:
            continue  # the engine holds it for that
        judged[data["record"]] = _told(form_rules.validate(form, apply({}, item.changes), data["at"]))
    return judged


class FormBook:
    """The engine's view of forms, for one batch: which are filled in where, and what they say about a document."""

    def __init__(self, actor: Actor | None, judged: Judged | None = None) -> None:
        """`actor`: who begins records; None where somebody who answers for the place lets one in."""
        self._actor = actor
        self._judged = judged or {}
        self._known: dict[tuple[int, int], bool] = {}
        self._audiences: dict[int, forms.Audience | None] = {}
        self._fields: dict[int, dict[str, dict[str, Any]]] = {}
        self._compiled: dict[int, forms.CompiledForm] = {}

    def known(self, form: int, place: int) -> bool:
        """Whether this form version exists and belongs to a campaign that reaches the place."""
        if (form, place) not in self._known:
            campaign = forms.campaign_of(form)
            self._known[form, place] = campaign is not None and campaigns.reaches(campaign, place)
        return self._known[form, place]

    def offered(self, form: int, place: int, at: datetime) -> bool:
        """Whether the author could begin a record with this form version at this place at that moment."""
        if self._actor is None:
            return True
        if form not in self._audiences:
            self._audiences[form] = forms.audience(form, clock.today())
        audience = self._audiences[form]
        return audience is not None and audience.offers(self._actor.roles.get(place, frozenset()), place, at)

    def confirmed(self, form: int) -> bool:
        """Whether the police confirm what is reported with this form version."""
        campaign = campaigns.find(forms.campaign_of(form) or 0)
        return campaign is not None and forms.compiled(form)["key"] in campaign.confirmed

    def policy(self, form: int, path: str) -> str:
        """The merge policy of a field."""
        policy: str = self._field(form, path).get("merge", "ask")
        return policy

    def choices(self, form: int, path: str) -> list[str]:
        """The names that a select offers, in the form's order."""
        return [choice["v"] for choice in self._field(form, path).get("choices", ())]

    def _field(self, form: int, path: str) -> dict[str, Any]:
        if form not in self._fields:
            nodes = form_rules.walk(forms.compiled(form), hidden=True)
            self._fields[form] = {node["path"]: node for node in nodes if "pos" in node}
        return self._fields[form].get(path, {})

    def violations(self, seen: Seen) -> Violations:
        """What is wrong with a document, with words in each language."""
        if seen.record in self._judged:
            return self._judged[seen.record]
        if seen.form not in self._compiled:
            self._compiled[seen.form] = forms.compiled(seen.form)
        return _told(form_rules.validate(self._compiled[seen.form], seen.document, seen.at, changed=seen.changed))


def _told(found: Sequence[form_rules.Violation]) -> Violations:
    return [{"path": fault.path, "kind": fault.kind, "message": dict(fault.message)} for fault in found]
