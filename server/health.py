"""Whether the server answers and its database with it: for load balancers and the start script."""

from __future__ import annotations

import sqlalchemy as sa
from marshmallow import Schema, fields

from server.db import db, snapshot
from server.web import Blueprint

blueprint = Blueprint("health", __name__, url_prefix="/api", description="Is it up?")


class HealthSchema(Schema):
    """Answer of GET /api/health."""

    ok = fields.Boolean(required=True)


@snapshot
def _database_answers() -> bool:
    return db.session.execute(sa.text("SELECT 1")).scalar() == 1


@blueprint.get("/health")
@blueprint.response(200, HealthSchema)
def health() -> dict[str, bool]:
    """Answers 200 when the database does; 503 'busy' otherwise."""
    return {"ok": _database_answers()}
