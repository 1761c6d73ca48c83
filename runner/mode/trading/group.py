"""What other accounts of a firm's group hold, by their journals on this host: no position is taken against them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from loguru import logger

from runner.journal.live import LiveJournal
from runner.live.account import LiveAccount
from runner.live.trader import Trader
from runner.mode.trading.gear import Gear
from runner.model.bot import Account
from runner.model.errors import RunnerError
from runner.model.rules import Code
from runner.model.trading import FillKind

NAME = "group"  # of an account's group, in its journal


@dataclass
class Group:
    """The other accounts of the account's group. Only those count whose journals are files under the same user's folder."""

    home: Path
    account: Account
    ledger: LiveAccount
    told: set[str] = field(default_factory=set)  # what was warned of

    @property
    def asked(self) -> bool:
        """Whether a rule of the account asks what others hold."""
        return any(row.code is Code.OTHER_ACCOUNTS for row in self.account.book.rows)

    def join(self) -> None:
        """Let others of the group know whose journal it is. Says so where a rule asks and no group is named."""
        if self.ledger.journal.meta(NAME) != self.account.group:
            self.ledger.journal.set_meta(NAME, self.account.group)
        if self.asked and not self.account.group:
            self._warn("a rule forbids positions against other accounts of the firm, and account.group names none: they are not looked at")

    def look(self, now_ms: int) -> None:
        """Tell the machine what the others hold, when that has changed."""
        if not self.asked or not self.account.group:
            return
        held: defaultdict[str, Decimal] = defaultdict(Decimal)
        for file in sorted((self.home / "state").glob("*/journal.db")):
            if file.parent.name != self.account.name:
                self._add(file, held)
        sides = {symbol: (net > 0) - (net < 0) for symbol, net in held.items() if symbol in self.ledger.follower.symbols and net}
        if self.ledger.set_others(now_ms, sides):
            logger.info("other accounts of {} hold {}", self.account.group, sides or "nothing here")

    def _add(self, file: Path, held: defaultdict[str, Decimal]) -> None:
        """What one journal says of its account's positions, if that is of the group; one that cannot be read is told once."""
        try:
            with LiveJournal.open(file, account=file.parent.name, read_only=True) as journal:
                if journal.meta(NAME) != self.account.group:
                    return
                for each in journal.fills():
                    if each.fill.kind is not FillKind.FUNDING:
                        held[each.fill.symbol] += each.fill.side * each.fill.quantity
        except RunnerError as error:
            self._warn(f"what {file.parent.name} holds is not known: {'; '.join(problem.line() for problem in error.problems)}")

    def _warn(self, text: str) -> None:
        if text not in self.told:
            self.told.add(text)
            logger.warning("{}", text)


def group_of(gear: Gear, trader: Trader) -> Group:
    """The others, looked at before the account's first decision."""
    group = Group(home=gear.bot.home, account=gear.bot.account, ledger=trader.account)
    group.join()
    group.look(trader.account.follower.time_ms)
    return group
