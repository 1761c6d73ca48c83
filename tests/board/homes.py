"""User's folders as bots leave them: status, heartbeats, halts, a journal with marks; for tests, pictures and measurements of the desk."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from runner.journal.live import LiveJournal
from runner.live import state as states
from runner.live.looked import HeldSeen, Looked
from runner.live.looked import leave as leave_look
from runner.live.serving import RunServed, Serving
from runner.live.serving import leave as leave_serving
from runner.live.state import Beat, Halt, StateFolder, halt, state_of
from runner.live.status import FrozenStatus, OrderStatus, PositionStatus, RuleStatus, Status, leave

NOON = int(datetime(2026, 11, 22, 12, 30, tzinfo=UTC).timestamp() * 1000)
QUARTER, HOUR, DAY = 900_000, 3_600_000, 86_400_000


def rule(name: str, code: str, left: float, allowance: float, equity: float) -> RuleStatus:
    """A loss rule of which a share is left."""
    room = round(left * allowance, 2)
    path = f"program.phases.challenge.rules.{name}"
    return RuleStatus(rule=path, code=code, firm=True, value=equity, limit=round(equity - room, 2), headroom=room, share_left=left)


def status(account: str, now_ms: int = NOON, *, equity: float = 10_135.27, left: float = 0.82, **more: Any) -> Status:
    """How an account stands."""
    rules = (
        rule("daily", "DAILY_LOSS", left, 500.0, equity),
        rule("drawdown", "MAX_LOSS", min(1.0, left + 0.1), 1_000.0, equity),
        RuleStatus(rule="house.daily", code="HOUSE", firm=False, value=0.01, limit=0.04, headroom=0.03, share_left=0.75),
        RuleStatus(
            rule="program.phases.challenge.rules.target", code="PROFIT_TARGET", firm=True, value=135.27, limit=1_000.0, headroom=864.73
        ),
    )
    usual: dict[str, Any] = {
        "account": account,
        "environment": "demo",
        "mode": "live",
        "pid": 4242,
        "at_ms": now_ms - 3_000,
        "firm": "hyrotrader",
        "program": "2step",
        "phase": "challenge",
        "strategies": ("fvg",),
        "symbols": ("BTCUSDT", "ETHUSDT"),
        "currency": "USDT",
        "initial": 10_000.0,
        "balance": round(equity - 23.11, 2),
        "equity": equity,
        "worst_case": round(equity - 120.5, 2),
        "day_result": 42.18,
        "target": 11_000.0,
        "days": 4,
        "days_needed": 5,
        "last_trade_ms": now_ms - 2 * HOUR,
        "next_bar_ms": now_ms // (4 * HOUR) * 4 * HOUR + 4 * HOUR,
        "rules": rules,
        "config_hash": "9f2c41d07a3b",
        "version": "0.9",
    }
    return Status(**{**usual, **more})


def position(symbol: str = "BTCUSDT", **more: Any) -> PositionStatus:
    """An open position with its stop."""
    usual: dict[str, Any] = {
        "symbol": symbol,
        "side": 1,
        "quantity": "0.052",
        "entry": "86120.4",
        "mark": "86564.9",
        "stop": "85210.0",
        "targets": ("88400.0",),
        "open_result": 23.11,
        "strategy": "fvg",
        "opened_ms": NOON - 2 * HOUR,
    }
    return PositionStatus(**{**usual, **more})


def order(**more: Any) -> OrderStatus:
    """A target that rests."""
    usual: dict[str, Any] = {
        "client_order_id": "t1",
        "symbol": "BTCUSDT",
        "side": -1,
        "kind": "LIMIT",
        "quantity": "0.052",
        "price": "88400.0",
        "role": "TARGET",
        "state": "acknowledged",
    }
    return OrderStatus(**{**usual, **more})


def beats(state: StateFolder, part: str, at_ms: int) -> None:
    """A sign of life."""
    states.written(state.heartbeat(part), Beat(at_ms=at_ms, pid=4242, doing="1 position, 1 order, process 4242").__dict__, lasting=False)


def left(home: Path, stands: Status, *, beat_ms: int | None = None, guard_ms: int | None = None) -> StateFolder:
    """An account as its bot has just left it."""
    state = state_of(home, stands.account)
    leave(state, stands)
    beats(state, "bot", stands.at_ms if beat_ms is None else beat_ms)
    if guard_ms is not None:
        beats(state, "guard", guard_ms)
    return state


def journaled(home: Path, stands: Status, *, days: float = 3.0, every_ms: int = QUARTER, seed: int = 1) -> None:
    """A journal whose last mark is how the account stands: marks before it, some notes and orders of the last day."""
    chance, count = random.Random(seed), int(days * DAY / every_ms)
    with LiveJournal.open(state_of(home, stands.account).journal, account=stands.account) as journal, journal.batch():
        equity, floor = stands.equity, (stands.rules[0].limit or 0.0) if stands.rules else 0.0
        walk = [0.0]
        for _ in range(count):
            walk.append(walk[-1] * 0.995 + chance.gauss(0, 9))
        walk.reverse()
        for number in range(count, -1, -1):
            at_ms = stands.at_ms - number * every_ms
            value = round(equity + (walk[count - number] - walk[-1]) * (number > 0) - math.sqrt(number) * 2.2, 2)
            day = (stands.at_ms // DAY - at_ms // DAY) * 9.0
            rules = tuple(
                moved(each, value, round(floor - day, 2)) if each.code == "DAILY_LOSS" else moved(each, value) for each in stands.rules
            )
            mark = replace(stands, at_ms=at_ms, equity=value, balance=round(stands.balance - (equity - value) * 0.9, 2), rules=rules)
            mark = stands if number == 0 else mark
            journal.note(at_ms, "mark", {name: each for name, each in mark.record().items() if name != "orders"})
            if number % 96 == 7:
                traded(journal, at_ms, number)


def moved(each: RuleStatus, equity: float, floor: float | None = None) -> RuleStatus:
    """A loss rule at another equity."""
    if each.code not in ("DAILY_LOSS", "MAX_LOSS"):
        return each
    level = each.limit if floor is None else floor
    return replace(each, value=equity, limit=level, headroom=round(equity - (level or 0.0), 2))


def traded(journal: LiveJournal, at_ms: int, number: int) -> None:
    """What a day leaves besides marks."""
    request = {"side": 1, "kind": "LIMIT", "quantity": Decimal("0.052"), "price": Decimal("86120.4"), "stop": Decimal("85210.0")}
    journal.intent(f"e{number}", at_ms, "BTCUSDT", "ENTRY", f"{number}.0", request)
    journal.step(f"e{number}", at_ms + 400, "filled", order_id=f"v{number}")
    journal.note(
        at_ms + 60_000, "blocked", {"symbol": "ETHUSDT", "strategy": "fvg", "why": "DAILY_LOSS: 61.20 wanted, 44.10 left to the reset"}
    )
    journal.note(at_ms + 120_000, "stream", {"channel": "private", "up": True, "why": ""})


def run(name: str, account: str, **more: Any) -> RunServed:
    """A run that serve starts."""
    return RunServed(**{"run": name, "account": account, "due_ms": NOON + 2 * HOUR, "began_ms": NOON - 2 * HOUR, **more})


def serves(home: Path, *runs: RunServed, **more: Any) -> None:
    """What serve has left a moment ago."""
    leave_serving(home, Serving(**{"at_ms": NOON - 5_000, "pid": 77, "runs": runs, **more}))


def meddled(home: Path, now_ms: int = NOON) -> None:
    """Two accounts in which somebody traded by hand: on a symbol of the bot's, and on another one, which its guard alone sees."""
    strange = position(entry="", mark="", targets=(), open_result=None, strategy="", opened_ms=0, venue="0.052")
    why = FrozenStatus(symbol="BTCUSDT", why="the venue holds 0.052, the ledger 0.0")
    state = left(home, status("by_hand", now_ms, positions=(strange,), frozen=(why,)), beat_ms=now_ms - 3_000, guard_ms=now_ms - 2_000)
    held = HeldSeen(symbol="BTCUSDT", side=1, quantity="0.052")
    leave_look(state, Looked(at_ms=now_ms - 2_000, equity=9_871.02, worst_case=9_640.5, held=(held,)))
    state = left(home, status("beside", now_ms), beat_ms=now_ms - 3_000, guard_ms=now_ms - 2_000)
    held = HeldSeen(symbol="SOLUSDT", side=-1, quantity="12")
    leave_look(state, Looked(at_ms=now_ms - 2_000, equity=10_101.9, worst_case=9_950.25, held=(held,)))


GIVEN_UP = "it ended with status 2, which another start does not change"
LOG = """\
2026-11-22T12:00:05.113Z INFO    {name}@demo tick 2026-11-22 12:00 UTC: 1 plan, 1 approved; BTCUSDT long 0.052, stop at 85210.0
2026-11-22T12:00:05.871Z INFO    {name}@demo BTCUSDT long 0.052: its stop rests at the venue at 85210.0
2026-11-22T12:15:00.204Z INFO    {name}@demo 1 position, 1 order, process 4242
2026-11-22T12:29:57.020Z WARNING {name}@demo stream private is up again after 1.2 s
"""


def sample(home: Path, now_ms: int = NOON) -> None:
    """A folder with an account in each state that a page shows."""
    fresh = {"beat_ms": now_ms - 3_000, "guard_ms": now_ms - 2_000}
    main = status("hyro_2step", now_ms, positions=(position(),), orders=(order(),))
    left(home, main, **fresh)
    journaled(home, main, days=9)
    (state_of(home, "hyro_2step").root / "bot.log").write_text(LOG.format(name="hyro_2step"), encoding="utf-8")
    bare = status("ftmo_100k", now_ms, firm="ftmo", equity=99_120.44, initial=100_000.0, target=110_000.0, left=0.41, day_result=-310.02)
    bare = replace(bare, positions=(position("EURUSD", quantity="1.20", entry="1.0842", mark="1.0811", stop="", open_result=-372.0),))
    left(home, bare, **fresh)
    thin = status("hyro_swing", now_ms, left=0.18, equity=9_612.7, day_result=-402.3, environment="live", program="1step")
    left(home, replace(thin, positions=(position("SOLUSDT", side=-1, open_result=-12.4),)), **fresh)
    left(home, status("topstep", now_ms, firm="topstep", program="combine", equity=50_410.0, initial=50_000.0, day_result=0.0), **fresh)
    halt(state_of(home, "topstep"), Halt(by="hand", at_ms=now_ms - HOUR, why="holiday"))
    quiet = status("e8_one", now_ms - 9 * 60_000, firm="e8", program="one", day_result=12.0)
    left(home, replace(quiet, positions=(position("ETHUSDT"),)), guard_ms=now_ms - 2_000)
    left(
        home,
        status("fundednext", now_ms, firm="fundednext", state="target_reached", equity=11_020.5, why="1,020.50 of 1,000.00", left=1.0),
        **fresh,
    )
    left(
        home,
        status("hyro_funded", now_ms, phase="funded", state="paused", why="the house's daily ladder, until 00:00 UTC", left=0.5),
        **fresh,
    )
    left(home, status("own_money", now_ms, firm="", program="", phase="trading", rules=(), target=None, mode="paper"), **fresh)
    ended = status("breakout", now_ms, firm="breakout", state="failed", why="MAX_LOSS 9,394.10 under 9,400.00", equity=9_394.1, left=0.0)
    left(home, replace(ended, day_result=-205.9), **fresh)
    serves(
        home,
        run("hyro_2step.fvg", "hyro_2step", lasts=True, pid=4242, due_ms=0),
        run("hyro_2step.daily", "hyro_2step", ended_ms=now_ms - 12 * HOUR, status=0, said="done"),
        run("own_money.fvg", "own_money", ended_ms=now_ms - HOUR, status=2, said="refused", failures=1, due_ms=0, given_up=GIVEN_UP),
    )
