"""Our own ladders lived again: which rung had to act when, what it closed, and what it kept out or made smaller afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.outsider.left import Rule, decimal, duration
from tests.outsider.path import Holding
from tests.outsider.phase import Phase

NOTHING, WHOLE = Decimal(0), Decimal(1)
FOREVER = 1 << 60
SLACK = Decimal("1e-12")  # of a share
CLOSING = ("flatten", "pause", "halt")  # closes all
BLOCKING = ("block", "pause", "halt")  # keeps entries out


@dataclass
class Rung:
    """One step of a ladder."""

    path: str
    ladder: Rule
    says: dict[str, Any]
    until: int = 0  # in force up to this instant; 0: not
    noted: int = -1  # the losing streak it looked at last
    acted: set[tuple[str, int]] = field(default_factory=set)  # trades it acted on: symbol, when they were opened

    @property
    def at(self) -> Decimal:
        """Where it acts."""
        return decimal(self.says["at"])

    @property
    def factor(self) -> Decimal:
        """What it leaves of an entry while it is in force."""
        return NOTHING if self.says["do"] in BLOCKING else decimal(self.says["value"]) if self.says["do"] == "scale" else WHOLE


@dataclass(frozen=True)
class Act:
    """A rung acts: on one symbol, or on all (''). `value`: what it measured."""

    rung: Rung
    value: Decimal
    symbol: str = ""


class House:
    """The rungs of one attempt at a phase."""

    def __init__(self, phase: Phase) -> None:
        self.phase, self.halted = phase, False
        self.rungs = [
            Rung(f"{ladder.path}.{name}", ladder, says) for ladder in phase.of("loss_ladder") for name, says in ladder["rungs"].items()
        ]

    def acts(self, rung: Rung, time: int, balance: Decimal, holdings: dict[str, Holding]) -> list[Act]:
        """Whether a rung acts where the market stands now; one on single trades may act on several."""
        if rung.ladder["measure"] == "trade_share":
            found = [Act(rung, self.trade_share(each, balance), name) for name, each in holdings.items() if self.is_new(rung, name, each)]
            found = [each for each in found if each.value >= rung.at - SLACK]
        elif rung.ladder["measure"] == "day_before_profit" or rung.until:
            found = []
        else:
            value = self.measured(rung, balance, balance + sum((each.open for each in holdings.values()), NOTHING))
            found = [Act(rung, value)] if value >= rung.at - SLACK else []
        if rung.ladder["measure"] == "losing_streak":
            found = found if self.phase.streak != rung.noted else []
            rung.noted = self.phase.streak if self.phase.streak >= rung.at else -1
        for each in found:
            self.begin(each, time, holdings)
        return found

    def is_new(self, rung: Rung, symbol: str, holding: Holding) -> bool:
        """Whether a rung on single trades has not acted on this one yet."""
        return bool(holding.quantity) and (symbol, holding.opened) not in rung.acted

    def begin(self, act: Act, time: int, holdings: dict[str, Holding]) -> None:
        """The rung is in force from now on."""
        says = act.rung.says
        act.rung.until = time + max(1, duration(says["lasts"])) if says["until"] == "duration" else FOREVER
        self.halted |= says["do"] == "halt"
        if act.symbol:
            act.rung.acted.add((act.symbol, holdings[act.symbol].opened))

    def measured(self, rung: Rung, balance: Decimal, equity: Decimal) -> Decimal:
        """What a ladder watches, in its own unit."""
        phase, ladder = self.phase, rung.ladder
        if ladder["measure"] == "day_loss":
            return (phase.anchor(ladder) - equity) / phase.initial
        if ladder["measure"] == "drawdown":
            return (phase.highest - equity) / phase.initial
        if ladder["measure"] == "floor_used":
            return max([NOTHING, *(self.used(rule, balance, equity) for rule in phase.floors if rule.path.startswith("program"))])
        if ladder["measure"] == "profit_share":
            began = phase.clock(ladder).counted
            return self.share(equity - began, began - phase.base)
        return Decimal(phase.streak)

    def used(self, rule: Rule, balance: Decimal, equity: Decimal) -> Decimal:
        """The share of a floor's allowance that is used up. A floor below the closed balance follows at once."""
        anchor = max(self.phase.anchor(rule), balance) if self.phase.follows(rule) == "balance" else self.phase.anchor(rule)
        return 1 - (equity - self.phase.floor(rule, anchor)) / self.phase.allowance(rule, anchor)

    def trade_share(self, holding: Holding, balance: Decimal) -> Decimal:
        """One open trade's net result as a share of the target, or of all profit."""
        return self.share(holding.result + holding.open, balance - self.phase.base - holding.result)

    def share(self, part: Decimal, rest: Decimal) -> Decimal:
        """A part of the target; without one of itself and the rest of the profit, where there is any."""
        if self.phase.plain_target is not None:
            return part / self.phase.plain_target
        return part / (part + rest) if part > 0 and rest > 0 else NOTHING

    def turn(self, time: int, result: Decimal, ladder_day: object) -> list[Act]:
        """A day has ended with a closed result: what lasted until now ends, and rungs on the day before act."""
        found = []
        for rung in (each for each in self.rungs if self.phase.clock(each.ladder) is ladder_day):
            rung.until = 0 if rung.says["until"] == "reset" else rung.until
            value = result / self.phase.initial
            if rung.ladder["measure"] == "day_before_profit" and value >= rung.at - SLACK and not rung.until:
                found.append(Act(rung, value))
                self.begin(found[-1], time, {})
        return found

    def wins(self) -> None:
        """A trade was closed without a loss: what lasted until then ends."""
        for rung in self.rungs:
            rung.until = 0 if rung.says["until"] == "winning_trade" else rung.until

    def rearm(self, time: int) -> bool:
        """Rungs whose time is over may act again; True when there is one."""
        over = [rung for rung in self.rungs if 0 < rung.until <= time]
        for rung in over:
            rung.until = 0
        return bool(over)

    def factor(self, time: int) -> Decimal:
        """What is left of an entry now."""
        return min([NOTHING if self.halted else WHOLE, *(rung.factor for rung in self.rungs if rung.until > time)])

    def closes(self, act: Act, holdings: dict[str, Holding]) -> tuple[list[str], Decimal]:
        """The symbols an act closes, in order, and which share of each."""
        does, value = act.rung.says["do"], act.rung.says["value"]
        held = [name for name, each in holdings.items() if each.quantity]
        worst = sorted(held, key=lambda name: holdings[name].open)
        if does in CLOSING:
            return held, WHOLE
        if does == "close_worst_half":
            return worst[: (len(held) + 1) // 2], WHOLE
        if does == "close_worst":
            return worst[: int(value)], WHOLE
        if does == "reduce":
            return [act.symbol] if act.symbol else held, decimal(value)
        return [], WHOLE
