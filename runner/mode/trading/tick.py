"""What a tick did, in one line: the bar it decided on, its plans, what is open with its stop, which symbol takes no entry and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runner.bars.when import when
from runner.live.evidence_rows import decisions_of
from runner.live.standing import Standing
from runner.live.trader import Trader
from runner.mode.trading.ended import ended


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A tick that is made. held: why entries are held back, '' where they are not; line: what it did."""

    held: str = ""
    line: str = ""


@dataclass(frozen=True, kw_only=True)
class Before:
    """How an account stood before a tick."""

    plans: int
    at_ms: int


def before(trader: Trader) -> Before:
    """How it stands now."""
    return Before(plans=trader.account.follower.plan_count, at_ms=trader.clock.now_ms())


def line(trader: Trader, then: Before) -> str:
    """`tick 2026-11-22 02:00 UTC: 1 plan, 0 approved (DAILY_LOSS); BTCUSDT long 119, stop at 100; next bar 2026-11-22 03:00 UTC`."""
    world = trader.account.follower.world
    rows = world.symbols["first"]
    closed, due = int(world.close_time[rows].max()), int(world.close_time[rows + 1].min())
    parts = [planned(trader, then), held(trader), *kept_out(trader)]
    return f"tick {when(closed)}: {'; '.join(parts)}; next bar {when(due)}"


def planned(trader: Trader, then: Before) -> str:
    """How many plans there were since, how many were approved, and why the others were not."""
    made = list(decisions_of(trader.account.follower))[then.plans :]
    blocked = [note.detail["why"] for note in trader.journal.notes("blocked", since_ms=then.at_ms)]
    refused = [row for row in made if row["answer"] in ("REFUSED", "PENDING")]
    count = len(made) + len(blocked)
    if not count:
        return "no plan"
    why = ", ".join(dict.fromkeys([*map(reason, refused), *blocked]))
    return f"{count} plan{'s' * (count > 1)}, {len(made) - len(refused)} approved{f' ({why})' if why else ''}"


def reason(row: dict[str, Any]) -> str:
    """Why a plan was not approved."""
    return str(row["code"] or row["answer"].lower())


def held(trader: Trader) -> str:
    """What is open at the venue, each with its stop."""
    open_ = ((symbol, standing) for symbol, standing in trader.executor.standing.items() if standing.side)
    return "; ".join(position(symbol, standing) for symbol, standing in open_) or "no position"


def kept_out(trader: Trader) -> list[str]:
    """`BTCUSDT takes no entry: frozen, order 17 is not ours`; said once where it is the same for all."""
    over = ended(trader.account.follower)
    if over:
        return [f"the account has ended: {over}"]
    reasons: dict[str, list[str]] = {}
    for symbol, why in blocked(trader):
        reasons.setdefault(why, []).append(symbol)
    return [f"{', '.join(some)} {'takes' if len(some) == 1 else 'take'} no entry: {why}" for why, some in reasons.items()]


def blocked(trader: Trader) -> list[tuple[str, str]]:
    """Symbols on which no entry may be taken, each with the reason."""
    standing, holes = trader.executor.standing, trader.reader.holes
    known = ((symbol, standing[symbol].frozen) for symbol in trader.symbols)
    return [
        (symbol, reason)
        for symbol, frozen in known
        if (reason := f"frozen, {frozen}" if frozen else holes.get(symbol, "") or trader.terms.block(symbol))
    ]


def position(symbol: str, standing: Standing) -> str:
    """One position."""
    stop = "NO STOP" if standing.stop is None else f"stop at {standing.stop:,f}"
    return f"{symbol} {'long' if standing.side > 0 else 'short'} {standing.quantity:f}, {stop}"
