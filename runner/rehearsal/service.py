"""How an exchange is served: who may come in, how time goes, how slow it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from runner.rehearsal.core.setup import Setup
from runner.rehearsal.faults import Storm

if TYPE_CHECKING:
    from runner.rehearsal.replay import Replay

KEY, SECRET = "rehearsal-key", "rehearsal-secret"
type Pace = Literal["wall", "still", "lockstep"]
type Environment = Literal["demo", "testnet", "live"]


@dataclass(frozen=True, kw_only=True)
class Key:
    """What the venue knows of an API key."""

    secret: str
    read_only: bool = False
    ips: tuple[str, ...] = ("*",)
    expires_ms: int = 0  # 0: never
    withdraw: bool = False


@dataclass(frozen=True, kw_only=True)
class Service:
    """One server. Pace: the time of this computer (times `speed`), standing still, or in step with a party that says when it is idle."""

    setup: Setup = field(default_factory=Setup)
    keys: Mapping[str, Key] = field(default_factory=lambda: {KEY: Key(secret=SECRET)})
    environment: Environment = "demo"
    pace: Pace = "wall"
    speed: float = 1.0
    port: int = 0
    candle_ms: int = 60_000  # the finest candles there are
    latency_ms: tuple[int, int] = (20, 80)  # lockstep: venue time that passes with each request
    stream_delay_ms: int = 20  # wall: how long the streams lag behind an answer
    subscribe_delay_ms: tuple[int, int] = (20, 50)  # wall and still: before a subscription is confirmed
    stream_first: bool = False  # the streams tell of an order before its answer arrives
    timeout_ms: int = 5_000  # how long a client waits for an answer that does not come; in lockstep the venue's time goes on by so much
    storm: Storm = field(default_factory=Storm)
    replay: Replay | None = None
    window: bool = True  # requests must carry the present time
    limited: bool = True  # requests are counted against the venue's limits
    active_ms: int = 600_000  # a silent stream is cut after so long
