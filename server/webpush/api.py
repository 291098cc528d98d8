"""The web push API: the server's key, and this phone's subscription."""

from __future__ import annotations

from typing import Any

from server.people.service import current_actor
from server.web import Blueprint
from server.webpush import schemas, service
from server.webpush import undelivered as lost

blueprint = Blueprint("webpush", __name__, url_prefix="/api", description="Being told of milestones")
Document = dict[str, Any]


@blueprint.get("/webpush/key")
@blueprint.response(200, schemas.KeySchema)
@blueprint.alt_response(401, description="sign-in, device-revoked")
def key() -> Document:
    """The public key that a browser subscribes with."""
    current_actor()
    return {"key": service.keys().public}


@blueprint.put("/webpush/subscription")
@blueprint.arguments(schemas.SubscriptionSchema)
@blueprint.response(204)
@blueprint.alt_response(400, description="push-endpoint-refused")
@blueprint.alt_response(401, description="sign-in, device-revoked")
@blueprint.alt_response(422, description="invalid")
def subscribe(given: Document) -> None:
    """Has this phone told of milestones; giving the same endpoint again replaces its keys and language."""
    service.subscribe(current_actor(), given)


@blueprint.delete("/webpush/subscription")
@blueprint.arguments(schemas.EndpointSchema)
@blueprint.response(204)
@blueprint.alt_response(401, description="sign-in, device-revoked")
@blueprint.alt_response(404, description="not-found: no subscription of this phone")
def unsubscribe(given: Document) -> None:
    """Ends a subscription of this phone."""
    service.unsubscribe(current_actor(), given["endpoint"])


@blueprint.get("/webpush/undelivered")
@blueprint.response(200, schemas.UndeliveredSchema)
@blueprint.alt_response(401, description="sign-in, device-revoked")
@blueprint.alt_response(404, description="not-found: I am no office")
def undelivered() -> Document:
    """The phones of those I look after that web push didn't reach, and why."""
    return lost.undelivered(current_actor())
