"""Exchange: an exchange on this machine for any Bybit client; or a folder of recorded payloads held against its answers."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from runner.mode.shelving import Duration, Symbol
from runner.model.bars import Bars
from runner.model.bot import Errand
from runner.model.errors import ConfigError, DataError, Problem
from runner.rehearsal.core.listing import BPS, decimal, listing_of
from runner.rehearsal.core.setup import Setup
from runner.rehearsal.faults import Storm
from runner.rehearsal.payloads.folder import held
from runner.rehearsal.replay import Replay, tape_of
from runner.rehearsal.serve import Served, served
from runner.rehearsal.service import KEY, SECRET, Key, Service

ERRAND = True
LEAVES_FILES = False
SWEEPS = False
HISTORY = 1000  # candles that are known before the first one shown


class Options(BaseModel):
    """What `mode.…` may say of the exchange."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    name: Literal["exchange"] = "exchange"
    payloads: str | None = Field(None, min_length=1, description="folder of recorded payloads to compare with ours; null = serve")
    port: int = Field(8088, ge=0, le=65_535, description="port of this machine; 0 = one that is free")
    symbols: list[Symbol] = Field(
        default_factory=lambda: ["BTCUSDT", "ETHUSDT", "SOLUSDT"], min_length=1, description="perpetuals with bars in the source"
    )
    timeframe: Duration = Field("1h", description="timeframe of the bars that are shown, such as 1h or 5m")
    bars: int = Field(500, ge=1, description="how many of the newest bars are shown; those before are the candles' history")
    speed: float = Field(
        1.0, ge=1.0, le=100_000.0, description="how much faster time goes by; above 1 requests need not carry the present one"
    )
    balance: float = Field(10_000.0, gt=0, description="balance of the account, USDT")
    key: str = Field(KEY, pattern=r"^[A-Za-z0-9_-]{1,40}$", description="the account's key; another one for each exchange of one folder")
    slippage_bps: float = Field(1.0, ge=0, le=1_000, description="price given up on market and stop fills, in basis points")
    faults: Literal["none", "gentle", "storm"] = Field("none", description="how much goes wrong")
    seed: int = Field(1, ge=0, description="the same seed gives the same faults for the same requests")
    seconds: float | None = Field(None, gt=0, description="end after so many seconds; null = at Ctrl-C")


def run(errand: Errand) -> int:
    """Serve until it is ended (0), or compare payloads (0 when all agree, else 1). RunnerError for what cannot be read or served."""
    options = Options(**errand.options)
    if options.payloads is not None:
        return compare(Path(options.payloads).expanduser())
    with opened(options, errand) as exchange:
        print(greeting(exchange, options), flush=True)
        try:
            wait(options.seconds)
        except KeyboardInterrupt:
            print(f"ended; {tally(exchange)}")
            return 0
        print(tally(exchange))
    return 0


def opened(options: Options, errand: Errand) -> Served:
    """The exchange, listening; ConfigError for a port that is taken."""
    try:
        return served(service_of(options, errand))
    except OSError as problem:
        said = f"port {options.port} cannot be opened: {problem.strerror or problem}; type mode.port=0 for one that is free"
        raise ConfigError("the exchange cannot be served", [Problem(path="mode.port", message=said, where="command line")]) from None


def service_of(options: Options, errand: Errand) -> Service:
    """What is served: the newest bars of each symbol, moved so that the first begins now."""
    found = [errand.source.bars(symbol, options.timeframe) for symbol in options.symbols]
    for bars in found:
        if len(bars) == 0:
            raise DataError("nothing can be shown", [Problem(path=bars.symbol, message=f"the source has no {options.timeframe} bars")])
    tapes = [tape_of(*newest(bars, options.bars)) for bars in found]
    step = max(1, found[0].timeframe_ms)
    now = int(time.time() * 1000)
    begins = max(int(tape.open_time[tape.first]) for tape in tapes)
    shift = (now - begins) // step * step + step
    moved = [replace(tape, open_time=tape.open_time + shift, close_time=tape.close_time + shift) for tape in tapes]
    instruments = [errand.source.instrument(symbol) for symbol in options.symbols]
    setup = Setup(
        listings=tuple(listing_of(each) for each in instruments),
        balance=Decimal(str(options.balance)),
        slippage=decimal(options.slippage_bps) / BPS,
        seed=options.seed,
    )
    return Service(
        setup=setup,
        keys={options.key: Key(secret=SECRET)},
        port=options.port,
        speed=options.speed,
        window=options.speed == 1.0,
        storm=Storm(level=options.faults, outcomes=True),
        replay=Replay(tapes=tuple(moved), starts_ms=now),
    )


def newest(bars: Bars, count: int) -> tuple[Bars, int]:
    """The newest bars with some history before them, and which of them is shown first."""
    first = max(0, len(bars) - count)
    known = max(0, first - HISTORY)
    return bars.rows(slice(known, len(bars))), first - known


def wait(seconds: float | None) -> None:
    """Let time pass; the exchange lives in a thread of its own."""
    end = None if seconds is None else time.monotonic() + seconds
    while end is None or time.monotonic() < end:
        time.sleep(0.2 if end is None else min(0.2, max(0.0, end - time.monotonic())))


def greeting(exchange: Served, options: Options) -> str:
    """Where it is and how one gets in."""
    hurry = "  time is faster here than a bot's clock, which refuses to trade at it; mode.speed=1 is for that"
    lines = [
        f"an exchange that speaks Bybit V5: {exchange.http}, streams {exchange.ws}/v5/public/linear and {exchange.ws}/v5/private",
        f"  key {options.key}, secret {SECRET}; {', '.join(options.symbols)}, {options.timeframe} bars at speed {options.speed:g}",
        *([] if options.speed == 1.0 else [hurry]),
        f"  look into it at {exchange.http}/control/state; Ctrl-C ends it",
    ]
    return "\n".join(lines)


def tally(exchange: Served) -> str:
    """What it has seen."""
    state = exchange.core.state
    requests = sum(1 for row in state.log if row["kind"] == "request")
    faults = sum(exchange.front.faults.counts.values())
    return f"{requests} requests, {len(state.orders)} orders, {len(state.fills)} fills, {faults} faults"


def compare(folder: Path) -> int:
    """A line per difference, then how many files were looked at; 1 when something differs."""
    finding = held(folder)
    for name, lines in finding.different.items():
        for line in lines:
            print(f"{name}  {line}")
    for why, count in sorted(finding.skipped.items()):
        print(f"{count} skipped: {why}")
    agree = finding.checked - len(finding.different)
    print(f"{finding.checked} checked, {agree} agree, {len(finding.different)} differ, {finding.skipped.total()} skipped")
    return 1 if finding.different else 0
