"""Feeds: the ordered log of one place, campaign or person, and how a device reads on from its cursor.

Rules (the protocol's):
- A position is taken by the last statements of a transaction, feeds in sorted order, so that the order of numbers is
  the order of commits and a reader can't skip a row that commits late.
- A feed keeps one row a document, at the position of its latest change: what a device is sent is the document as it
  is now, so older rows of it would say nothing more.
- Whoever owns a kind of document provides the loader that shows it to a viewer; a document that it doesn't show is
  answered as gone.
- Whoever publishes a document may give the words in which everybody is told it who reads that feed. They stand in the
  feed's row and are good for as long as the row: any change of what is told takes a new position.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
from flask import g, has_request_context
from sqlalchemy.orm import Mapped, mapped_column

from server import db as database
from server.db import db
from server.statements import Query, Rows, among, save_rows
from sync import feed as protocol

Document = dict[str, Any]
# Given the references that changed and who asks: the documents that may be shown, by reference.
Loader = Callable[[Sequence[str], Any], Mapping[str, Document]]

# In bytes. Longer words are made when they are asked for: PostgreSQL would keep them apart from their row.
LONGEST_TOLD = 1_800
# Counting what is left costs a page more than the page itself from here on.
MOST_COUNTED = 5_000


@dataclass(frozen=True, slots=True)
class Told:
    """A document in the words in which everybody is told it who reads the feed.

    `json` is the whole document with its `k` and `id`; `people` are those whom it names.
    """

    json: str
    people: Sequence[int]


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
    told: Mapped[str | None] = mapped_column(sa.Text)  # the words of `Told`; null: made when they are asked for
    people: Mapped[list[int] | None] = mapped_column(database.CheckedJson(none_as_null=True))  # whom they name
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


def provide(kind: str, loader: Loader) -> None:
    """Makes `loader` the one that shows documents of `kind`."""
    _loaders[kind] = loader


def publish(key: str, kind: str, ref: str, told: Told | None = None) -> None:
    """Tells a feed, at the end of the open transaction, that a document has changed (or left it).

    `told` is what it says from now on, where all who read the feed are told the same; what is published last counts.
    """
    publish_many(kind, [(key, ref, told)])


def publish_many(kind: str, changed: Iterable[tuple[str, str, Told | None]]) -> None:
    """`publish` of many documents of one kind: the feed's key, the reference and the words of each."""
    waiting: dict[tuple[str, str, str], Told | None] = db.session().info.setdefault("publish", {})
    for key, ref, told in changed:
        waiting[(key, kind, ref)] = told if told and len(told.json.encode()) <= LONGEST_TOLD else None


def position(key: str) -> int:
    """How far a feed has come; inside a transaction or snapshot."""
    return db.session.scalar(sa.select(Feed.position).where(Feed.key == key)) or 0


Positions = dict[tuple[str, str, str], int]


def write(reads: Sequence[str] = ()) -> tuple[Positions, dict[str, int]]:
    """Takes the numbers and inserts the rows of what was published, by the last statements of the transaction.

    Gives the positions taken, by (feed, kind, reference), and how far the feeds of `reads` have come with them.
    Whatever is still waiting at the commit is written then.
    """
    session = db.session()
    waiting = session.info.pop("publish", None)
    if not waiting:
        return {}, {}
    session.flush()
    by_feed: dict[str, list[Document]] = defaultdict(list)
    for (key, kind, ref), told in waiting.items():
        words, people = (told.json, told.people) if told else (None, None)
        by_feed[key].append({"feed": key, "kind": kind, "ref": ref, "told": words, "people": people})
    counts = {key: len(by_feed[key]) for key in sorted(by_feed)}
    rows = [row | {"back": counts[key] - place} for key in counts for place, row in enumerate(by_feed[key], 1)]
    last, reached = _publish(counts, rows, reads)
    return {(row["feed"], row["kind"], row["ref"]): last[row["feed"]] - row["back"] for row in rows}, reached


def _publish(
    counts: Mapping[str, int], rows: Sequence[Document], reads: Sequence[str]
) -> tuple[dict[str, int], dict[str, int]]:
    """Counts the feeds on, in sorted order, and writes their rows: each stands so far `back` behind its feed's last.

    Gives the last positions taken and how far the feeds of `reads` have come with them.
    """
    text = orjson.dumps(counts).decode()
    if db.engine.dialect.name == "postgresql":
        found = _write.rows(counts=text, rows=orjson.dumps(rows).decode(), reads=reads)
        last = {row.key: row.position for row in found if row.key in counts}
    else:
        last = {row.key: row.position for row in _count.rows(counts=text)}
        save_rows(Rows(FEED_ROWS, [row | {"position": last[row["feed"]] - row["back"]} for row in rows]))
        found = _heads.rows(keys=reads) if reads else []
    reached = dict.fromkeys(reads, 0)
    reached.update((row.key, row.position) for row in found if row.key in reached)
    return last, reached


@Query
def _count() -> Any:
    """SQLite: the last position of each feed, after so many more. There is one writer at a time."""
    return sa.text(
        "INSERT INTO feeds (key, position) SELECT key, value FROM json_each(:counts) WHERE true "
        "ON CONFLICT (key) DO UPDATE SET position = feeds.position + excluded.position RETURNING key, position"
    ).columns(FEEDS.c.key, FEEDS.c.position)


@Query
def _write() -> Any:
    """PostgreSQL: positions and rows in one statement, which tells of the feeds of `reads` too.

    Feeds come sorted, which is the order of their locks.
    """
    return sa.text(
        "WITH taken AS (INSERT INTO feeds (key, position) SELECT key, CAST(count AS bigint)"
        " FROM json_each_text(CAST(:counts AS json)) WITH ORDINALITY AS given(key, count, place) ORDER BY place"
        " ON CONFLICT (key) DO UPDATE SET position = feeds.position + excluded.position RETURNING key, position), "
        "written AS (INSERT INTO feed_rows (feed, kind, ref, position, told, people)"
        " SELECT feed, kind, ref, taken.position - back, told, people FROM taken"
        " JOIN json_to_recordset(CAST(:rows AS json))"
        " AS given(feed text, kind text, ref text, back integer, told text, people json) ON feed = taken.key "
        "ON CONFLICT (feed, kind, ref) DO UPDATE SET position = excluded.position, told = excluded.told,"
        " people = excluded.people) SELECT key, position FROM taken UNION ALL"
        " SELECT key, position FROM feeds WHERE key = ANY(:reads) AND key NOT IN (SELECT key FROM taken)"
    ).columns(FEEDS.c.key, FEEDS.c.position)


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

    One statement, outside of a transaction, or none where `note` was told enough: feeds whose positions since the
    cursors were all taken by the reader's own push hold nothing else, as each position is of one document.
    """
    noted: Mapping[str, int] = g.pop("feed_heads", {}) if has_request_context() else {}
    if not noted.keys() >= set(scope):
        noted = {row.key: row.position for row in _heads.glance(keys=scope)}
    heads = {key: noted.get(key, 0) for key in scope}
    begun = protocol.start(heads, cursors)
    own = (_Row(*row, position) for row, position in wrote.written.items())
    rows = sorted((row for row in own if row.position > begun.since.get(row.feed, row.position)), key=_place)
    taken = Counter(row.feed for row in rows)
    known = all(row.ref in wrote.brief or row.ref in wrote.shown for row in rows)
    if not known or len(rows) > limit or any(head - begun.since[key] != taken[key] for key, head in heads.items()):
        return None
    return Page(_documents(rows, None, wrote), heads, begun.forget, more=False, ahead=begun.ahead)


def beside(name: str) -> Any:
    """A column of another statement: how far the feeds among parameter `name` have come, by key; for `note`."""
    postgresql = db.engine.dialect.name == "postgresql"
    gathered = (sa.func.json_object_agg if postgresql else sa.func.json_group_object)(
        FEEDS.c.key, FEEDS.c.position, type_=database.CheckedJson()
    )
    return sa.select(gathered).where(among(FEEDS.c.key, name)).scalar_subquery()


def note(asked: Collection[str], heads: Mapping[str, int] | None) -> None:
    """Keeps for this request's `glance` how far these feeds had come: at its begin, or with what it has written."""
    g.feed_heads = dict.fromkeys(asked, 0) | dict(heads or {})


class _Row(NamedTuple):
    feed: str
    kind: str
    ref: str
    position: int
    told: str | None = None
    people: Sequence[int] | None = None


def _place(row: _Row) -> tuple[str, int]:
    return row.feed, row.position


@Query
def _heads() -> Any:
    return sa.select(*FEEDS.c).where(among(FEEDS.c.key, "keys"))


def _changed(heads: Mapping[str, int], begun: protocol.Start, limit: int) -> Sequence[Any]:
    """The first rows after `begun`; one statement, or some more for a reader who is far behind in many feeds."""
    rows: list[Any] = []
    for portion in protocol.portions(heads, begun, limit):
        rows += _next(len(portion)).rows(limit=limit - len(rows), **_numbered(portion, begun.since))
        if len(rows) >= limit:
            break
    return rows


def _left(heads: Mapping[str, int], upto: Mapping[str, int]) -> int:
    """How many rows are still to come. Of very many it is told what their positions say there are at most."""
    behind = [key for key, head in heads.items() if upto[key] < head]
    most = sum(heads[key] - upto[key] for key in behind)
    if most > MOST_COUNTED:
        return most
    counted: int = _count_of(len(behind)).rows(**_numbered(behind, upto))[0][0]
    return counted


@functools.lru_cache(maxsize=64)
def _next(feeds: int) -> Query:
    """The first rows after a position in each of so many feeds.

    Planned anew: a plan for all readers goes through the whole table for one who has many feeds and is little behind.
    """
    wanted = sa.select(*FEED_ROWS.c).where(_after(feeds)).order_by(FEED_ROWS.c.feed, FEED_ROWS.c.position)
    return Query(lambda: wanted.limit(sa.bindparam("limit")), anew=True)


@functools.lru_cache(maxsize=64)
def _count_of(feeds: int) -> Query:
    """How many rows there are after a position in each of so many feeds."""
    counted = sa.select(sa.func.count().label("rows")).select_from(FEED_ROWS)
    return Query(lambda: counted.where(_after(feeds)), anew=True)


def _after(feeds: int) -> Any:
    feed, position = FEED_ROWS.c.feed, FEED_ROWS.c.position
    numbers = range(feeds)
    return sa.or_(*(sa.and_(feed == sa.bindparam(f"feed{n}"), position > sa.bindparam(f"since{n}")) for n in numbers))


def _numbered(feeds: Sequence[str], since: Mapping[str, int]) -> dict[str, Any]:
    """The parameters of `_after`."""
    return {f"feed{n}": key for n, key in enumerate(feeds)} | {f"since{n}": since[key] for n, key in enumerate(feeds)}


def _documents(rows: Sequence[Any], viewer: Any, wrote: Wrote) -> dict[str, list[Document | Told | str]]:
    own = {row[:3] for row in rows if wrote.written.get(row[:3]) == row.position} if wrote.written else set()
    changes: dict[str, list[Document | Told | str]] = defaultdict(list)
    unknown: list[tuple[Any, list[Any], int]] = []  # rows whose documents are made, with where those belong
    for row in rows:
        changed = changes[row.feed]
        as_written = wrote.shown.get(row.ref) if row[:3] in own else None
        if row.ref in wrote.brief and row[:3] in own:
            changed.append(row.ref)
        elif as_written is not None:
            changed.append({"k": row.kind, "id": row.ref, **as_written})
        elif row.told is not None and row.ref not in wrote.apart:
            changed.append(Told(row.told, row.people or ()))
        else:
            unknown.append((row, changed, len(changed)))
            changed.append({"k": row.kind, "id": row.ref, "gone": True})
    refs: dict[str, list[str]] = defaultdict(list)
    for row, _, _ in unknown:
        refs[row.kind].append(row.ref)
    shown = {kind: _loaders[kind](found, viewer) for kind, found in refs.items() if kind in _loaders}
    for row, changed, index in unknown:
        if document := shown.get(row.kind, {}).get(row.ref):
            changed[index] = {"k": row.kind, "id": row.ref, **document}
    return dict(changes)
