"""Ladder: what an account has shown so far, rung by rung, and what is missing before it trades more.

Exit statuses:

0  told, also where much is missing
1  told, but a journal or status.json cannot be read: what it would show is not known
2  refused: no account, one whose runs cannot be built, no such account to practise on
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from runner.build import build
from runner.compose import compose
from runner.ladder import Rung, Wants, ladder
from runner.live.records import practice_hash
from runner.live.state import state_of
from runner.menu import Menu
from runner.mode.accounts.files import owned
from runner.mode.accounts.looked import alone
from runner.mode.leaving import chosen
from runner.mode.trading.options import address
from runner.model.bot import Bot, Errand
from runner.model.errors import ConfigError, Problem
from runner.words import nearest

UNREAD = 1
ERRAND = True
ACCOUNT = True
LEAVES_FILES = False


class Options(BaseModel):
    """What `mode.…` may say of a ladder. The defaults are the least that this project's own procedure asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    days: int = Field(5, ge=0, le=1_000, description="days of paper or demo trading")
    trades: int = Field(20, ge=0, le=100_000, description="trades closed in them")
    wins: float = Field(0.55, ge=0, le=1, description="share of these that earned")
    stops: int = Field(10, ge=0, le=100_000, description="of these whose stop the venue took with the entry")
    practice: str = Field("", description="another account, whose demo trading, halts and exits by hand count too")
    journal: str = Field(
        "", description="'' = journal.db in the account's state folder; a postgresql:// URL, or the environment variable that holds it"
    )
    form: Literal["lines", "json"] = Field("lines", description="lines for people, or json")

    def wants(self) -> Wants:
        """The thresholds."""
        return Wants(days=self.days, trades=self.trades, wins=self.wins, stops=self.stops)


def run(errand: Errand) -> int:
    """Print the rungs; the statuses are the module's."""
    options, account = Options(**errand.options), chosen(errand, "ladder")
    known(options.practice, account.name, Menu(errand.home))
    hashes = {name: practice_hash(bot) for name, bot in bots(errand).items()}
    place = address(options, state_of(errand.home, account.name))
    made = ladder(account, errand.home, hashes, wants=options.wants(), practice=options.practice, journal=place)
    if options.form == "json":
        print(json.dumps({"account": account.name, "rungs": [asdict(rung) for rung in made]}, ensure_ascii=False))
    else:
        print("\n".join(lines(made)))
    return UNREAD if any(rung.unread for rung in made) else 0


def known(practice: str, account: str, menu: Menu) -> None:
    """Refuse an account to practise on that nobody has written and that has left nothing, and the account itself."""
    others = {*owned(menu), *traced(menu.home)} - {account}
    if practice and practice not in others:
        message = f"expected another account of yours, was {practice!r}{nearest(practice, sorted(others), also='there are')}"
        raise ConfigError("this command will not run: 1 problem", [Problem(path="mode.practice", message=message, where="command line")])


def traced(home: Path) -> list[str]:
    """Accounts, but paper ones, that have left a journal or records."""
    state = home / "state"
    names = [*(file.parent.name for file in state.glob("*/journal.db")), *(file.stem for file in (state / "records").glob("*.jsonl"))]
    return [name for name in names if not name.endswith(".paper")]


def bots(errand: Errand) -> Mapping[str, Bot]:
    """What it would trade: the strategy on the command line, else each of its trading runs."""
    words = [word for word in errand.words if not word.lstrip("+").startswith("mode")]
    typed = [word for word in words if word.lstrip("+").startswith(("strategy=", "portfolio="))]
    if typed:
        return {typed[0].partition("=")[2]: build(compose([*words, "mode=check"], Menu(errand.home)))}
    found = alone(Menu(errand.home), errand)
    return {} if found is None else found.bots


def lines(rungs: list[Rung]) -> Iterator[str]:
    """A line a rung; the first that is not done is the one to stand on next."""
    next_ = next((rung for rung in rungs if rung.open), None)
    for rung in rungs:
        sign = "done" if rung.done else "next" if rung is next_ else ""
        yield f"{sign:<4}  {rung.name:<13}  {rung.said}"
