"""How one account speaks with Bybit V5: which category it trades in, and where its world stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from runner.model.trading import AmendRequest, CancelRequest, OrderRequest, ProtectRequest, Request, Seen
from runner.wire.bybit import frames, requests
from runner.wire.bybit.words import Category, interval
from runner.wire.call import Call

Environment = Literal["demo", "testnet", "live"]


@dataclass(frozen=True, kw_only=True)
class BybitDialect:
    """Pure translation between the runner's nouns and Bybit's payloads.

    settle: the currency that linear contracts are settled in and the account is reckoned in. endpoint: instead of the venue's own hosts
    ("http://127.0.0.1:8080"), for an exchange on loopback; "" = the venue's.
    """

    category: Category = "linear"
    settle: str = "USDT"
    environment: Environment = "demo"
    endpoint: str = ""

    def call(self, request: Request) -> Call:
        """A request as what is sent."""
        match request:
            case OrderRequest():
                return requests.placed(request, self.category)
            case AmendRequest():
                return requests.amended(request, self.category)
            case CancelRequest():
                return requests.cancelled(request, self.category)
            case ProtectRequest():
                return requests.protected(request, self.category)

    def seen(self, frame: Mapping[str, Any]) -> list[Seen]:
        """What a stream's frame says."""
        return frames.seen(frame, self.category, self.settle)

    def public_topics(self, symbols: tuple[str, ...], timeframes_ms: tuple[int, ...]) -> list[str]:
        """What is listened to without a key."""
        candles = [f"kline.{interval(each)}.{symbol}" for symbol in symbols for each in timeframes_ms]
        return [*candles, *(f"tickers.{symbol}" for symbol in symbols)]

    @property
    def private_topics(self) -> list[str]:
        """What is listened to of the account."""
        return list(frames.PRIVATE)
