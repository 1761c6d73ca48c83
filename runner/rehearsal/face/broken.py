"""Answers that a fault has struck: lost, garbled, or turned away."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from runner.rehearsal.face.front import Reply
from runner.rehearsal.face.routes import ROUTES
from runner.rehearsal.faults import AFTER, BEFORE

if TYPE_CHECKING:
    from runner.rehearsal.face.front import Front

HTML = b"<html><head><title>Maintenance</title></head><body><h1>We will be back soon</h1></body></html>"
PLAIN = {"Content-Type": "text/plain"}
CODES = {
    "server_error": (10016, "Server error."),
    "duplicate_id": (110072, "OrderLinkedID is duplicate"),
    "limit_past_reset": (10006, "Too many visits. Exceeded the API Rate Limit."),
}
CUT = Reply(0, b"", {})


class Request(NamedTuple):
    """One request as it came."""

    method: str
    path: str
    query: str
    body: bytes


def struck(front: Front, kind: str, request: Request, good: Reply | None) -> Reply:
    """What a client gets instead of the good answer (None where the request never arrived); `CUT`: nothing, the connection ends."""
    if kind in AFTER or kind in BEFORE:
        return lost(front, kind)
    if kind in CODES:
        return Reply(200, front.envelope(*CODES[kind], {}), past(front, request) if kind == "limit_past_reset" else {})
    if kind == "forbidden_403":
        return Reply(403, b"access too frequent, please try again later", PLAIN)
    if kind == "html_200":
        return Reply(200, HTML, {"Content-Type": "text/html"})
    return Reply(200, (good.body if good else b"{}")[:-1], {})


def past(front: Front, request: Request) -> dict[str, str]:
    """The headers of an exhausted quota that says it was renewed already."""
    limit = ROUTES[request.method, request.path].limit if (request.method, request.path) in ROUTES else 10
    reset = str(front.exchange.now_ms - 1_000)
    return {"X-Bapi-Limit": str(limit), "X-Bapi-Limit-Status": "0", "X-Bapi-Limit-Reset-Timestamp": reset}


def lost(front: Front, kind: str) -> Reply:
    """An answer that does not come, or comes from a machine in between."""
    if kind.endswith("timeout"):
        front.advance(front.service.timeout_ms)
        return CUT
    if kind.endswith("reset"):
        return CUT
    return Reply(int(kind[-3:]), b"Bad gateway" if kind.endswith("502") else b"Service unavailable", PLAIN)


def arrives(kind: str) -> bool:
    """Whether a struck request still reaches the exchange."""
    return kind in AFTER or kind in ("html_200", "malformed_json", "server_error", "duplicate_id")
