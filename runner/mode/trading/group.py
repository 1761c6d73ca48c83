"""What other accounts of a firm's group hold, by their journals on this host: no position is taken against them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
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

type Net = Mapping[str, Decimal]  # signed quantity by symbol
type Stamp = tuple[tuple[int, int], ...]

NAME = "group"  # of an account's group, in its journal


@dataclass
class Group:
    """The other accounts of the account's group. Only those count whose journals are files under the same user's folder."""

    home: Path
    account: Account
    ledger: LiveAccount
    told: set[str] = field(default_factory=set)  # what was warned of
    read: dict[Path, tuple[Stamp, Net]] = field(default_factory=dict)  # what each journal said, and how its files were then

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
                for symbol, net in self._net(file).items():
                    held[symbol] += net
        sides = {symbol: (net > 0) - (net < 0) for symbol, net in held.items() if symbol in self.ledger.follower.symbols and net}
        if self.ledger.set_others(now_ms, sides):
            logger.info("other accounts of {} hold {}", self.account.group, sides or "nothing here")

    def _net(self, file: Path) -> Net:
        """What one journal says of its account's positions; read again where it has been written since."""
        stamp = stamp_of(file)
        known = self.read.get(file)
        if known is None or known[0] != stamp:
            self.read[file] = known = (stamp, self._read(file))
        return known[1]

    def _read(self, file: Path) -> Net:
        """Signed quantities by symbol; none where it is not of the group, or cannot be read, which is told once."""
        net: defaultdict[str, Decimal] = defaultdict(Decimal)
        try:
            with LiveJournal.open(file, account=file.parent.name, read_only=True) as journal:
                if journal.meta(NAME) == self.account.group:
                    for each in journal.fills():
                        if each.fill.kind is not FillKind.FUNDING:
                            net[each.fill.symbol] += each.fill.side * each.fill.quantity
        except RunnerError as error:
            self._warn(f"what {file.parent.name} holds is not known: {'; '.join(problem.line() for problem in error.problems)}")
        return net

    def _warn(self, text: str) -> None:
        if text not in self.told:
            self.told.add(text)
            logger.warning("{}", text)


def stamp_of(file: Path) -> Stamp:
    """How a journal's files are: whatever is written to it changes the size or the time of one of them."""
    found: list[tuple[int, int]] = []
    for part in (file, file.with_name(f"{file.name}-wal")):
        with suppress(OSError):  # the second one comes and goes
            found.append(((seen := part.stat()).st_size, seen.st_mtime_ns))
    return tuple(found)


def group_of(gear: Gear, trader: Trader) -> Group:
    """The others, looked at before the account's first decision."""
    group = Group(home=gear.bot.home, account=gear.bot.account, ledger=trader.account)
    group.join()
    group.look(trader.account.follower.time_ms)
    return group
