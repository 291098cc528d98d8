"""Places as packs say them, with what the office did to them on screen laid over: of all campaigns together.

Places are the landing's, whatever campaign works in them: two packs may speak of the same ones. What an office did in
one campaign stands also where the pack of another is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from server import clock
from server.campaigns import service as campaigns
from server.campaigns.rules import Fault, PackRefused
from server.campaigns.service import Pack
from server.db import db
from server.indicators import service as indicators
from server.places import rules as place_rules
from server.places import service as places
from server.setup import reshaping
from server.setup.reshaping import Tree, Unfit
from server.setup.tables import ChangeRow, PackPartRow

PART = "places"
Entry = tuple[str, Mapping[str, Any]]


def done() -> list[Entry]:
    """What offices did to places and did not take back, in order, with the name of each entry."""
    query = sa.select(ChangeRow.entry, ChangeRow.value).where(ChangeRow.part == PART).order_by(ChangeRow.id)
    found: dict[str, Any] = dict(db.session.execute(query).all())
    return [(name, value) for name, value in found.items() if value is not None]


def named() -> int:
    """How many entries were ever named."""
    mine = sa.select(sa.func.count(ChangeRow.entry.distinct())).where(ChangeRow.part == PART)
    return db.session.scalar(mine) or 0


def of_packs(but: int | None = None) -> Tree:
    """What packs say of places; where two speak of one, the pack that was loaded last counts. `but`: all but its."""
    rows = sa.select(PackPartRow).where(PackPartRow.part == PART).order_by(PackPartRow.loaded_at)
    found = Tree({}, {})
    for row in db.session.scalars(rows):
        if row.campaign_id != but:
            found = reshaping.of_plain(row.definitions).over(found)
    return found


def keep(campaign_id: int, tree: Tree) -> None:
    """Keeps what a pack says of places."""
    row = db.session.get(PackPartRow, (campaign_id, PART))
    kept = reshaping.plain(tree)
    if row is None:
        row = PackPartRow(campaign_id=campaign_id, part=PART, definitions=kept, loaded_at=clock.now())
        db.session.add(row)
    elif row.definitions != kept:
        row.definitions, row.loaded_at = kept, clock.now()
    db.session.flush()


def keep_what_is(campaign_id: int) -> None:
    """Of a campaign that was loaded before places were kept: what there is, is what packs said."""
    if db.session.get(PackPartRow, (campaign_id, PART)) is None:
        keep(campaign_id, reshaping.tree_of(*places.definitions()).over(of_packs()))


def over(pack: Pack, campaign_id: int | None) -> campaigns.Tree:
    """A pack's places with those of other packs, as the office has them; raises `PackRefused` where that can't be."""
    said = reshaping.tree_of(pack.places, pack.changes).over(of_packs(but=campaign_id))
    file = pack.review.file.replace("campaign.yaml", "places.yaml")
    try:
        made = reshaping.replay(said, done())
    except Unfit as unfit:
        raise PackRefused([Fault(file, 1, _refusal(unfit.key, reshaping.WORDS[unfit.why]))]) from None
    wrong = place_rules.faults(list(made.places.values()), list(made.changes.values()))
    if wrong and done():
        raise PackRefused([Fault(file, max(one.line, 1), _refusal("", one.message)) for one in wrong])
    return _installable(made)


def _refusal(entry: str, why: str) -> str:
    said = "what the office did on screen no longer fits the pack"
    return f"{entry or 'places'}: {said} ({why}): change the pack, or have it taken back on screen first"


def _installable(tree: Tree) -> campaigns.Tree:
    mine = {reshaping.reform_key(f"W{number}") for number in range(1, named() + 1)}
    return list(tree.places.values()), list(tree.changes.values()), mine - tree.changes.keys()


def replayed(entries: Sequence[Entry]) -> Tree:
    """All places with what was done to them; raises `Unfit` with the entry that can't be done."""
    return reshaping.replay(of_packs(), entries)


def apply(tree: Tree) -> None:
    """Makes places be so, has phones told, and figures counted with what lies where now."""
    everywhere = [campaign.id for campaign in campaigns.all_campaigns()]
    before = {campaign_id: indicators.laid(campaign_id) for campaign_id in everywhere}
    shown = {campaign_id: campaigns.shown_places(campaign_id) for campaign_id in everywhere}
    installed = places.install(*_installable(tree))
    if not installed.changed:
        return
    campaigns.tell_of_places(installed.changed, shown)
    for campaign_id in everywhere:
        indicators.follow_places(campaign_id, before[campaign_id], installed.changed)


def faults_of(tree: Tree) -> Iterable[str]:
    """What is wrong with the whole, which no single change says."""
    return [one.message for one in place_rules.faults(list(tree.places.values()), list(tree.changes.values()))]
