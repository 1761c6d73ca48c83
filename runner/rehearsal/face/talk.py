"""What the streams say to one client, besides data."""

from __future__ import annotations

from typing import Any


def auth(connection: str, *, good: bool, said: str) -> dict[str, Any]:
    """The answer to a login."""
    return {"success": good, "ret_msg": said, "op": "auth", "conn_id": connection}


def pong(channel: str, connection: str, name: str, now_ms: int) -> dict[str, Any]:
    """The answer to a text ping, in the channel's shape."""
    if channel == "private":
        return {"req_id": name, "op": "pong", "args": [str(now_ms)], "conn_id": connection}
    return {"success": True, "ret_msg": "pong", "conn_id": connection, "req_id": name, "op": "ping"}


def subscribed(connection: str, name: str, *, wrong: str) -> dict[str, Any]:
    """The answer to a subscription."""
    return {"success": not wrong, "ret_msg": wrong, "conn_id": connection, "req_id": name, "op": "subscribe"}
