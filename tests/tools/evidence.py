"""What is in a landing's database, read past the product: the last word on what was lost and what was doubled."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from server.config import Settings
from server.db import engine_options

# Where something that was typed may be.
KEEPERS = ("revisions", "conflicts", "quarantine")
# What PostgreSQL calls these connections, so that they are told from the product's.
OWN_NAME = "evidence"


class Evidence:
    """Reads the database at this SQLAlchemy address."""

    def __init__(self, database_url: str) -> None:
        url = Settings(database_url=database_url).sqlalchemy_url
        options = engine_options(url)
        if url.startswith("postgresql"):
            options["connect_args"] = {"application_name": OWN_NAME}
        self.engine = sa.create_engine(url, **options)

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query, as they are committed at this moment."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), values)]

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def revisions(self) -> dict[str, list[int]]:
        """The numbers of each record's revisions, in order."""
        found: dict[str, list[int]] = defaultdict(list)
        for record, rev in self.rows("SELECT record_id, rev FROM revisions ORDER BY record_id, rev"):
            found[record].append(rev)
        return dict(found)

    def gaps(self) -> dict[str, list[int]]:
        """Records whose revisions are not 1, 2, 3 … up to the head that the record names."""
        heads = dict(self.rows("SELECT id, rev FROM records"))
        return {key: revs for key, revs in self.revisions().items() if revs != list(range(1, heads[key] + 1))}

    def texts(self) -> set[str]:
        """Every text that stands in a revision, a conflict or the quarantine."""
        found: set[str] = set()
        for table in KEEPERS:
            for row in self.rows(f"SELECT * FROM {table}"):
                for value in row:
                    _collect(value, found)
        return found

    def close(self) -> None:
        """Lets go of the database."""
        self.engine.dispose()


def _collect(value: Any, found: set[str]) -> None:
    if isinstance(value, str):
        if value[:1] in "[{":
            _collect(json.loads(value), found)
        found.add(value)
    elif isinstance(value, dict):
        for inner in value.values():
            _collect(inner, found)
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, found)
