"""What modes leave in an account's records: never in the way of the result, never by a job of a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runner.live.clock import WallClock
from runner.live.records import Kind, Record, keep, practice_hash
from runner.live.state import state_of
from runner.menu import shipped
from runner.model.bot import Bot
from runner.model.errors import RunnerError
from runner.usage import complain


def backtested(bot: Bot, page: Mapping[str, Any], folder: Path) -> None:
    """A backtest of an account of the user's own: passed where its first phase has reached its target, or earned without one."""
    if not bot.alone or not is_own(bot):
        return
    first = page["phases"][0] if page["phases"] else {"state": "active", "target": None}
    passed = first["state"] == "passed" or (first["target"] is None and first["state"] == "active" and (page["net_profit"] or 0) > 0)
    detail = {
        "state": first["state"],
        "phase": first.get("phase", bot.account.phase),
        "net_profit": page["net_profit"],
        "trades": page["trades"],
        "folder": str(folder),
    }
    remember(bot.home, of(bot, "backtest", passed=passed, detail=detail))


def rehearsed(bot: Bot, page: Mapping[str, Any], folder: Path) -> None:
    """A rehearsal: passed where nothing was red and something was traded; one without an order has shown nothing."""
    if not bot.alone:
        return
    good, orders = bool(page["rehearsal"]["good"]), page["rehearsal"]["orders"]
    detail = {"bars": page["bars"], "faults": page["faults"], "seed": page["seed"], "orders": orders, "folder": str(folder)}
    remember(bot.home, of(bot, "rehearsal", passed=good and orders > 0, detail=detail))
    if good and not orders:
        complain("not one order was sent, so this counts as no rehearsal of the account; give it more bars: mode.bars=…")


def by_hand(home: Path, account: str, kind: Kind, environment: str, *, passed: bool) -> None:
    """A halt or a way out that somebody has taken by hand: passed where the venue has said that nothing is left that should not be."""
    detail = {"environment": environment}
    remember(home, Record(kind=kind, account=account, at_ms=WallClock().now_ms(), passed=passed, detail=detail))


def of(bot: Bot, kind: Kind, *, passed: bool, detail: Mapping[str, Any]) -> Record:
    """A record of what a bot has done, now."""
    return Record(
        kind=kind,
        account=bot.account.name,
        strategy="+".join(each.name for each in bot.strategies),
        config_hash=practice_hash(bot),
        at_ms=WallClock().now_ms(),
        passed=passed,
        detail=detail,
    )


def is_own(bot: Bot) -> bool:
    """Whether the account is one of the user's: its file is in the user's folder, or it has a state there. Shipped ones are samples."""
    name, folder = bot.account.name, bot.home / "accounts"
    try:
        own = (folder / f"{name}.yaml").is_file() and not folder.samefile(shipped("accounts"))
        return own or state_of(bot.home, name).root.is_dir()
    except OSError:  # folders of somebody else's: then it is not ours to record
        return False


def remember(home: Path, record: Record) -> None:
    """Keep it; a disk that does not take it is told, and changes nothing of what was done."""
    try:
        keep(home, record)
    except RunnerError as error:
        complain(f"this {record.kind} is not in the account's records: {'; '.join(problem.line() for problem in error.problems)}")
