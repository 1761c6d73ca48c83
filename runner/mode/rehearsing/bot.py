"""The bot's process in a rehearsal: the live code as it is, with the exchange's clock and an exchange on this machine."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from loguru import logger

from runner.journal.live import LiveJournal
from runner.live.desk import Desk
from runner.live.keys import Keys, Secret
from runner.live.outcome import Blocked, Unknown
from runner.live.outfit import finest, fit, outlooks
from runner.live.state import state_of
from runner.live.streams import Patience, Streams
from runner.live.terms import Terms
from runner.live.trader import Trader
from runner.mode.rehearsing.gauge import Gauge
from runner.mode.trading.blocks import blocked
from runner.model.bot import Bot
from runner.rehearsal.paced import EndOfRehearsal, Paced
from runner.rehearsal.service import KEY, SECRET
from runner.wire.bybit import BybitDialect

STREAMS_S = 10.0  # of ours, in which the streams must stand at first
AGAIN_MS = 1_000  # until a start that the venue did not answer is tried again


@dataclass(frozen=True, kw_only=True)
class Job:
    """Everything the process needs; it is handed over as it is."""

    bot: Bot
    folder: Path
    history: int
    restart: bool  # what follows a verdict is a fresh account


def work(job: Job, http: str, ws: str) -> None:
    """Trade until the exchange has nothing more to show."""
    logger.remove()
    logger.add(job.folder / "bot.log", level="INFO", format="{level: <7} {message}")
    paced = Paced(ws)
    dialect = BybitDialect(category="linear", environment="demo", endpoint=http)
    keys = Keys(key=Secret(KEY), secret=Secret(SECRET))
    desk = Desk(dialect, keys, paced, measure_every_ms=None, heard=paced.heard)
    frames = finest(outlooks(job.bot))
    patience = Patience(first_ms=10, most_ms=40)
    gauge = Gauge(paced.put)
    streams = Streams(dialect, keys, list(frames), sorted(set(frames.values())), gauge.put, clock=paced, patience=patience)
    paced.frames = streams.frames
    try:
        with LiveJournal.open(job.folder / "journal.db", account=job.bot.account.name) as journal:
            trade(Rig(job=job, http=http, paced=paced, desk=desk, streams=streams, gauge=gauge, journal=journal))
    finally:
        streams.stop()
        desk.close()
        paced.close()


@dataclass(kw_only=True)
class Rig:
    """What the bot's process has opened, and its trader once there is one."""

    job: Job
    http: str
    paced: Paced
    desk: Desk
    streams: Streams
    gauge: Gauge
    journal: LiveJournal
    trader: Trader | None = None


def trade(rig: Rig) -> None:
    """Begin, again where the venue does not answer yet, and work; the last state is left in the folder."""
    folder = rig.job.folder
    try:
        rig.desk.server_ms()
        rig.streams.start()
        while not began(rig):
            pass
        assert rig.trader is not None  # noqa: S101 - it has begun
        rig.trader.run()
    except EndOfRehearsal:
        if rig.trader is None:
            raise
        (folder / "bot.state").write_bytes(rig.trader.account.follower.state())
        (folder / "bot.json").write_text(json.dumps(rig.gauge.told()), encoding="utf-8")


def began(rig: Rig) -> bool:
    """Stand where the journal ends and begin there; turned away or met with silence, wait, as whoever starts a bot again would."""
    try:
        rig.trader = fitted(rig)
        rig.desk.before = rig.gauge.watching(rig.desk.before)
        if rig.trader.account.follower.time_ms == rig.trader.account.follower.start_ms:
            listening(rig.streams)
        rig.trader.begin()
    except (Blocked, Unknown) as why:
        logger.warning("begins later: {}", why)
        until_ms = why.until_ms if isinstance(why, Blocked) else 0
        rig.paced.sleep_ms(max(until_ms - rig.paced.now_ms(), AGAIN_MS))
        return False
    return True


def fitted(rig: Rig) -> Trader:
    """The trader, where its journal ends."""
    job = rig.job
    terms = Terms(
        history=job.history,
        environment="rehearsal",
        after_failure="restart" if job.restart else "stop",
        every_price=True,
        acts_at_start=False,
        block=blocked(state_of(job.folder, job.bot.account.name), rig.paced),
        succeed=lambda _: fresh_account(rig.http, job.bot.account.size),
    )
    contracts = {symbol: rig.desk.contract(symbol) for symbol in finest(outlooks(job.bot))}
    return fit(job.bot, desk=rig.desk, clock=rig.paced, inbox=rig.paced, journal=rig.journal, contracts=contracts, terms=terms)


def listening(streams: Streams) -> None:
    """Wait until the streams stand: the market begins to move when the bot has nothing left to do, and what it told before is not heard."""
    until = time.monotonic() + STREAMS_S
    while not streams.up() and time.monotonic() < until:
        time.sleep(0.002)


def fresh_account(http: str, size: float) -> bool:
    """After a verdict the firm gives another account: the exchange's wallet begins anew."""
    body = json.dumps({"balance": str(size), "why": "demo_reset"}).encode()
    with urlopen(Request(f"{http}/control/wallet", data=body, headers={"Content-Type": "application/json"}), timeout=10) as answer:  # noqa: S310 - loopback
        return bool(answer.status == 200)
