"""pybit's HTTP client with our time, without its retries, and silent about keys."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from loguru import logger
from pybit.unified_trading import HTTP

from runner.live.keys import REDACTOR, Keys
from runner.wire.bybit import BybitDialect
from runner.wire.call import Call

NEVER = -999_999  # no code of the venue: pybit takes an empty set of codes to repeat for its own


class _ToLoguru(logging.Handler):
    """What libraries say, as debugging lines of ours: every failure is reported by us in our own words."""

    def emit(self, record: logging.LogRecord) -> None:
        logger.debug("{}: {}", record.name, REDACTOR.text(record.getMessage()))


def quiet_libraries() -> None:
    """Let pybit and its sockets speak to our log only. pybit gives itself a handler of its own that would print requests."""
    for name in ("pybit", "websocket", "urllib3"):
        library = logging.getLogger(name)
        library.propagate = False
        if not any(isinstance(handler, _ToLoguru) for handler in library.handlers):
            library.handlers = [_ToLoguru()]
    for name in ("pybit._http_manager", "pybit._websocket_stream"):
        logging.getLogger(name).handlers.clear()


class Client(HTTP):  # type: ignore[misc]  # pybit has no types
    """One connection to the venue's REST interface.

    timestamp_ms: the venue's time as far as we know it; what is signed carries it, whatever the machine's clock says.
    """

    def __init__(self, dialect: BybitDialect, keys: Keys | None, timestamp_ms: Callable[[], int], timeout_ms: int) -> None:
        super().__init__(
            testnet=dialect.environment == "testnet",
            demo=dialect.environment == "demo",
            api_key=keys.key.reveal() if keys else None,
            api_secret=keys.secret.reveal() if keys else None,
            retry_codes={NEVER},
            max_retries=1,
            force_retry=False,
            timeout=timeout_ms / 1000,
            return_response_headers=True,
        )
        quiet_libraries()
        self._timestamp_ms = timestamp_ms
        if dialect.endpoint:
            self.endpoint = dialect.endpoint
        self.client.trust_env = False  # neither proxies nor a netrc of the machine's
        self.client.max_redirects = 0  # signed headers go to the venue and nowhere else

    def __repr__(self) -> str:
        return f"Client({self.endpoint})"

    def send(self, call: Call) -> tuple[Any, Mapping[str, str]]:
        """The answer and its headers; whatever goes wrong is pybit's or requests' own exception."""
        answer, _, headers = self._submit_request(
            method=call.method, path=f"{self.endpoint}{call.path}", query=dict(call.payload), auth=call.signed
        )
        return answer, headers

    def close(self) -> None:
        """Let go of the connection."""
        self.client.close()

    def _prepare_headers(self, payload: str, recv_window: int, content_type: str = "application/json") -> dict[str, str]:
        """A signature as pybit makes it, at the venue's time instead of the machine's."""
        at_ms = self._timestamp_ms()
        return {
            "Content-Type": content_type,
            "X-BAPI-API-KEY": str(self.api_key),
            "X-BAPI-SIGN": self._auth(payload=payload, recv_window=recv_window, timestamp=at_ms),
            "X-BAPI-SIGN-TYPE": "2",
            "X-BAPI-TIMESTAMP": str(at_ms),
            "X-BAPI-RECV-WINDOW": str(recv_window),
        }
