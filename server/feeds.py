"""Feeds: the ordered log of one place, campaign or person, and how a device reads on from its cursor.

Rules (the protocol's):
- A position is taken by the last statements of a transaction, feeds in sorted order, so that the order of numbers is
  the order of commits and a reader can't skip a row that commits late.
- A feed keeps one row a document, at the position of its latest change: what a device is sent is the document as it
  is now, so older rows of it would say nothing more.
- Whoever owns a kind of document provides the loader that shows it to a viewer; a document that it doesn't show is
  answered as gone.
- What everybody may read who reads a feed is told in the same words to all: as long as the document has the same
  position there it says the same, so a process remembers the words (never longer than an epoch).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
from flask import has_request_context
from sqlalchemy.orm import Mapped, mapped_column

from server import db as database
from server.db import db
from server.epoch import stored
from server.statements import Query, Rows, among, save_rows
from sync import feed as protocol

Document = dict[str, Any]
# Given the references that changed and who asks: the documents that may be shown, by reference.
Loader = Callable[[Sequence[str], Any], Mapping[str, Document]]

# About 20 MB a process: what the phones of some communes read in a day.
MOST_REMEMBERED = 20_000
LONGEST_REMEMBERED = 4_096
# Counting what is left costs a page more than the page itself from here on.
MOST_COUNTED = 5_000


@dataclass(frozen=True, slots=True)
class Told:
    """A document in the words in which everybody is told it who reads the feed that is its home; elsewhere it is gone.

    `json` is the whole document with its `k` and `id`; `people` are those whom it names.
    """

    home: str
    json: orjson.Fragment
    length: int
    people: frozenset[int]


# Given the references that changed: the documents as they are told.
Teller = Callable[[Sequence[str]], Mapping[str, Told]]


class Feed(db.Model):  # type: ignore[name-defined,misc]
    """How far a feed has come. Keys: p<place>, c<campaign>, u<person>."""

    __tablename__ = "feeds"
    key: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    position: Mapped[int] = mapped_column(sa.BigInteger)


class FeedRow(db.Model):  # type: ignore[name-defined,misc]
    """The latest change of one document in one feed."""

    __tablename__ = "feed_rows"
    feed: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(48), primary_key=True)
    position: Mapped[int] = mapped_column(sa.BigInteger)
    __table_args__ = (sa.Index("ix_feed_rows_feed_position", "feed", "position"),)


FEEDS: sa.Table = Feed.__table__
FEED_ROWS: sa.Table = FeedRow.__table__


@dataclass(frozen=True)
class Page:
    """What a device is sent: documents per feed in order, its cursors from now on, and whether there is more.

    `ahead` is true when a cursor lay beyond its feed: the server has been restored from a backup. `left` counts what is
    still to come after this page; above some thousands it is what there are at most.
    """

    changes: dict[str, list[Document | Told | str]]
    cursors: dict[str, int]
    forget: list[str]
    more: bool
    ahead: bool
    left: int = 0


_loaders: dict[str, Loader] = {}
_tellers: dict[str, Teller] = {}


def provide(kind: str, loader: Loader, teller: Teller | None = None) -> None:
    """Makes `loader` the one that shows documents of `kind`; `teller` where all who read the feed are told the same."""
    _loaders[kind] = loader
    if teller:
        _tellers[kind] = teller


def publish(key: str, kind: str, ref: str) -> None:
    """Tells a feed, at the end of the open transaction, that a document has changed (or left it)."""
    waiting: dict[tuple[str, str, str], None] = db.session().info.setdefault("publish", {})
    waiting[(key, kind, ref)] = None


def position(key: str) -> int:
    """How far a feed has come; inside a transaction or snapshot."""
    return db.session.scalar(sa.select(Feed.position).where(Feed.key == key)) or 0


Positions = dict[tuple[str, str, str], int]


def write() -> Positions:
    """Takes the numbers and inserts the rows of what was published, by the last statements of the transaction.

    The positions taken, by (feed, kind, reference). Whatever is still waiting at the commit is written then.
    """
    session = db.session()
    waiting = session.info.pop("publish", None)
    if not waiting:
        return {}
    session.flush()
    by_feed: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key, kind, ref in waiting:
        by_feed[key].append((kind, ref))
    published = [(key, by_feed[key]) for key in sorted(by_feed)]
    if db.engine.dialect.name == "postgresql":
        taken = _publish.rows(published=orjson.dumps(published).decode())
        return {(row.feed, row.kind, row.ref): row.position for row in taken}
    positions = _take(published)
    rows = [
        {"feed": key, "kind": kind, "ref": ref, "position": position}
        for (key, kind, ref), position in positions.items()
    ]
    save_rows(Rows(FEED_ROWS, rows))
    return positions


def _take(published: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> Positions:
    """SQLite: the positions of each feed, in one statement; there is one writer at a time."""
    counts = orjson.dumps([(key, len(refs)) for key, refs in published]).decode()
    last = {row.key: row.position for row in _count.rows(counts=counts)}
    return {
        (key, kind, ref): last[key] - len(refs) + step
        for key, refs in published
        for step, (kind, ref) in enumerate(refs, 1)
    }


@Query
def _count() -> Any:
    return sa.text(
        "INSERT INTO feeds (key, position) SELECT value ->> 0, value ->> 1 FROM json_each(:counts) WHERE true "
        "ON CONFLICT (key) DO UPDATE SET position = feeds.position + excluded.position RETURNING key, position"
    ).columns(FEEDS.c.key, FEEDS.c.position)


@Query
def _publish() -> Any:
    """PostgreSQL: positions and rows in one statement. Feeds come sorted, which is the order of their locks."""
    return sa.text(
        "WITH given AS (SELECT feed ->> 0 AS key, feed -> 1 AS refs, json_array_length(feed -> 1) AS count, place"
        " FROM json_array_elements(CAST(:published AS json)) WITH ORDINALITY AS one(feed, place)), "
        "taken AS (INSERT INTO feeds (key, position) SELECT key, count FROM given ORDER BY place"
        " ON CONFLICT (key) DO UPDATE SET position = feeds.position + excluded.position RETURNING key, position) "
        "INSERT INTO feed_rows (feed, kind, ref, position)"
        " SELECT taken.key, document ->> 0, document ->> 1, taken.position - given.count + step FROM taken"
        " JOIN given USING (key), json_array_elements(given.refs) WITH ORDINALITY AS one(document, step) "
        "ON CONFLICT (feed, kind, ref) DO UPDATE SET position = excluded.position RETURNING feed, kind, ref, position"
    ).columns(*FEED_ROWS.c)


if write not in database.before_commit:
    database.before_commit.append(write)


@dataclass(frozen=True)
class Wrote:
    """What the reader has just written itself, and at which positions: a document that is at one still stands as it was
    written. Of those, `brief` are told by their reference alone, and `shown` are the documents as they stand.

    `apart` are the references of documents that are shown to this reader in words of their own.
    """

    written: Positions = field(default_factory=dict)
    brief: Collection[str] = ()
    shown: Mapping[str, Document] = field(default_factory=dict)
    apart: Collection[str] = ()


def read(
    scope: Sequence[str], cursors: Mapping[str, int], viewer: Any, limit: int = 500, *, wrote: Wrote | None = None
) -> Page:
    """One page of what changed in the feeds of `scope` since `cursors`, inside the snapshot that is open.

    A feed without a cursor is read from its start (a grant backfills whole); a cursor without a feed in scope comes
    back under `forget`; a cursor beyond its feed counts as none. At most `limit` documents a page.
    """
    heads = dict.fromkeys(scope, 0) | {row.key: row.position for row in _heads.rows(keys=scope)}
    begun = protocol.start(heads, cursors)
    rows, upto, more = protocol.cut(_changed(heads, begun, limit + 1), heads, begun, limit)
    left = _left(heads, upto) if more else 0
    return Page(_documents(rows, viewer, wrote or Wrote()), upto, begun.forget, more, begun.ahead, left)


def glance(scope: Sequence[str], cursors: Mapping[str, int], wrote: Wrote, limit: int = 500) -> Page | None:
    """The page that `read` would give where nothing is new but what the reader has just written; else None.

    One statement, outside of a transaction: feeds whose positions since the cursors were all taken by the reader's
    own push hold nothing else, as each position is of one document.
    """
    heads = dict.fromkeys(scope, 0) | {row.key: row.position for row in _heads.glance(keys=scope)}
    begun = protocol.start(heads, cursors)
    own = (_Row(*row, position) for row, position in wrote.written.items())
    rows = sorted((row for row in own if row.position > begun.since.get(row.feed, row.position)), key=_place)
    taken = Counter(row.feed for row in rows)
    known = all(row.ref in wrote.brief or row.ref in wrote.shown for row in rows)
    if not known or len(rows) > limit or any(head - begun.since[key] != taken[key] for key, head in heads.items()):
        return None
    return Page(_documents(rows, None, wrote), heads, begun.forget, more=False, ahead=begun.ahead)


class _Row(NamedTuple):
    feed: str
    kind: str
    ref: str
    position: int


def _place(row: _Row) -> tuple[str, int]:
    return row.feed, row.position


@Query
def _heads() -> Any:
    return sa.select(*FEEDS.c).where(among(FEEDS.c.key, "keys"))


def _changed(heads: Mapping[str, int], begun: protocol.Start, limit: int) -> Sequence[Any]:
    """The first rows after `begun`; one statement, or some more for a reader who is far behind in many feeds."""
    rows: list[Any] = []
    for portion in protocol.portions(heads, begun, limit):
        query = sa.select(*FEED_ROWS.c).where(_after(portion, begun.since))
        query = query.order_by(FEED_ROWS.c.feed, FEED_ROWS.c.position).limit(limit - len(rows))
        rows += db.session.execute(query).all()
        if len(rows) >= limit:
            break
    return rows


def _left(heads: Mapping[str, int], upto: Mapping[str, int]) -> int:
    """How many rows are still to come. Of very many it is told what their positions say there are at most."""
    behind = [key for key, head in heads.items() if upto[key] < head]
    most = sum(heads[key] - upto[key] for key in behind)
    if most > MOST_COUNTED:
        return most
    return db.session.scalar(sa.select(sa.func.count()).select_from(FEED_ROWS).where(_after(behind, upto))) or 0


def _after(behind: Sequence[str], since: Mapping[str, int]) -> Any:
    return sa.or_(*(sa.and_(FEED_ROWS.c.feed == key, FEED_ROWS.c.position > since[key]) for key in behind))


def _documents(rows: Sequence[Any], viewer: Any, wrote: Wrote) -> dict[str, list[Document | Told | str]]:
    own = {row for row in rows if wrote.written.get((row.feed, row.kind, row.ref)) == row.position}
    brief = {row for row in own if row.ref in wrote.brief}
    as_written = {row: wrote.shown[row.ref] for row in own - brief if row.ref in wrote.shown}
    told = _told([row for row in rows if row not in brief and row.ref not in wrote.apart])
    refs: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row not in brief and row not in told and row not in as_written:
            refs[row.kind].append(row.ref)
    shown = {kind: _loaders[kind](found, viewer) for kind, found in refs.items() if kind in _loaders}
    changes: dict[str, list[Document | Told | str]] = defaultdict(list)
    for row in rows:
        document = as_written.get(row) or shown.get(row.kind, {}).get(row.ref)
        if row in brief:
            changes[row.feed].append(row.ref)
        elif row in told and told[row].home == row.feed:
            changes[row.feed].append(told[row])
        elif document is None:
            changes[row.feed].append({"k": row.kind, "id": row.ref, "gone": True})
        else:
            changes[row.feed].append({"k": row.kind, "id": row.ref, **document})
    return dict(changes)


_remembered: dict[tuple[str | None, str, str, str, int], Told] = {}


def _told(rows: Sequence[Any]) -> dict[Any, Told]:
    """What everybody is told of these rows, remembered or told now; inside a request only, as its epoch is known."""
    if not _tellers or not has_request_context():
        return {}
    epoch = stored()[0]
    shared = [row for row in rows if row.kind in _tellers]
    told = {row: known for row in shared if (known := _remembered.get((epoch, *row)))}
    for kind in {row.kind for row in shared if row not in told}:
        missing = [row for row in shared if row.kind == kind and row not in told]
        found = _tellers[kind]([row.ref for row in missing])
        for row in missing:
            if row.ref in found:
                told[row] = found[row.ref]
                _remember((epoch, *row), found[row.ref])
    return told


def _remember(key: Any, told: Told) -> None:
    if told.length > LONGEST_REMEMBERED:
        return
    if len(_remembered) >= MOST_REMEMBERED:  # the older half goes: newer positions have come since
        for old in list(_remembered)[: MOST_REMEMBERED // 2]:
            _remembered.pop(old, None)
    _remembered[key] = told
