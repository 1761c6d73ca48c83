"""Who may come in: signatures, the clock's window, and how often."""

from __future__ import annotations

import hashlib
import hmac
from collections import deque
from collections.abc import Mapping

from runner.rehearsal.face.codes import CodeError
from runner.rehearsal.service import Key

AHEAD_MS = 1000
USUAL_WINDOW_MS = 5000
IP_WINDOW_MS, IP_MOST, IP_BAN_MS = 5_000, 600, 600_000


def signature(secret: str, text: str) -> str:
    """HMAC-SHA256 in hexadecimal."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def admit(keys: Mapping[str, Key], headers: Mapping[str, str], payload: str, now_ms: int | None) -> str:
    """The key of a signed request; refuses an unknown key, a wrong signature, a time outside the window (`now_ms` None: any will do)."""
    name, stamp = headers.get("X-BAPI-API-KEY", ""), headers.get("X-BAPI-TIMESTAMP", "")
    window = headers.get("X-BAPI-RECV-WINDOW") or str(USUAL_WINDOW_MS)
    if not name or name not in keys:
        raise CodeError(10003, "API key is invalid.")
    if not stamp.isdigit() or not window.isdigit():
        raise CodeError(10001, "params error: timestamp or recv_window invalid")
    if now_ms is not None and not now_ms - int(window) <= int(stamp) < now_ms + AHEAD_MS:
        said = "invalid request, please check your server timestamp or recv_window param"
        raise CodeError(10002, f"{said}. req_timestamp[{stamp}],server_timestamp[{now_ms}],recv_window[{window}]")
    expected = signature(keys[name].secret, stamp + name + window + payload)
    if not hmac.compare_digest(expected, headers.get("X-BAPI-SIGN", "")):
        raise CodeError(10004, "error sign! please check your signature generation algorithm.")
    if now_ms is not None and 0 < keys[name].expires_ms <= now_ms:
        raise CodeError(33004, "Your api key has expired.")
    return name


class Counter:
    """The venue's limits: so many requests a second per endpoint, so many in five seconds per address."""

    def __init__(self) -> None:
        self.seen: dict[str, deque[int]] = {}
        self.address: deque[int] = deque()
        self.banned_until = 0

    def take(self, path: str, limit: int, now_ms: int) -> tuple[int, int]:
        """(left, when the window is over) after this request; -1 left when it was one too many."""
        seen = self.seen.setdefault(path, deque())
        while seen and seen[0] <= now_ms - 1000:
            seen.popleft()
        if len(seen) >= limit:
            return -1, seen[0] + 1000
        seen.append(now_ms)
        return limit - len(seen), now_ms if len(seen) < limit else seen[0] + 1000

    def banned(self, now_ms: int) -> bool:
        """Whether the address asks too much: once over the limit it is shut out for ten minutes."""
        if now_ms < self.banned_until:
            return True
        while self.address and self.address[0] <= now_ms - IP_WINDOW_MS:
            self.address.popleft()
        self.address.append(now_ms)
        if len(self.address) > IP_MOST:
            self.banned_until = now_ms + IP_BAN_MS
            return True
        return False
