"""An account lived again by an outsider: what its rules would have said, from nothing but the files of a run and the shipped bars.

It follows the fills (what was bought and sold is the machine's doing) and works out what a firm would have worked out: balance and
equity, days, peaks, floors, counted days, credited profit, and which rule ended what, when. Our own ladders it lives as well: when which
rung had to act, what it had to close and what to keep out. `differences` is what the machine says otherwise.

At one instant: the fills inside the bars that close, funding; peaks; floors, compared; resets, compared again; single trades; quiet and
elapsed time; the target. Then what the account did about it, then the fills at the open of the next bars. Fills are taken in the order of
the file; one of the house only where a rung or a pause asks for it.

What the files cannot show: in which order the extremes of a bar came, and how near a position's defence stop was while they did. A floor
that follows equity may then be broken or not (`may`): both answers are taken, counted in `doubts`, and a broken one must be marked
ambiguous. Without the gate there is no defence stop, and only a bar that both stopped a position out and would have lifted the floor
further is left in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tests.outsider.clock import Clock, resets
from tests.outsider.house import Act, House
from tests.outsider.left import Bar, Fill, Left, Mark, Rule, decimal, duration, milliseconds
from tests.outsider.path import Holding, Path, corners
from tests.outsider.phase import ENDS, Broken, Phase, day_of, is_broken, key
from tests.outsider.session import shut

ROUNDING = Decimal("0.00001")  # money; what is closer is the same
NOTHING = Decimal(0)
REASONED = ("house", "phase_end")
PLANNED = ("entry", "reverse", "replace")  # fills that a new plan makes, after all others of an instant


@dataclass
class Instant:
    """What the bars that close at one instant did, as sums over the symbols."""

    before: Decimal  # balance
    paths: dict[str, Path]

    def sum(self, part: Callable[[Path], Decimal]) -> Decimal:
        """The balance before with one figure of every symbol."""
        return self.before + sum((part(path) for path in self.paths.values()), NOTHING)

    def __post_init__(self) -> None:
        self.high = self.sum(lambda path: path.high)  # every symbol at its best
        self.low = self.sum(lambda path: path.low)  # every symbol at its worst
        self.could = self.sum(lambda path: max(path.could, path.high))  # if every favourable extreme had come first
        self.low_after = self.sum(lambda path: path.low_after)  # since the balance stood highest
        ups = [self.high - path.high + path.low for path in self.paths.values()]
        self.certain = min(ups, default=self.before)  # surely reached: one symbol at its worst, the others at their best
        self.most = self.sum(lambda path: max(path.balances))  # balance, as fills inside the bars made it: every symbol at its best
        self.least = self.sum(lambda path: min(path.balances))  # every symbol at its lowest
        spans = [max(path.balances) - min(path.balances) for path in self.paths.values()]
        self.surely = self.most - max(spans, default=NOTHING)  # reached in any order
        self.top = self.before  # highest balance, symbol after symbol
        balance = self.before
        for path in self.paths.values():
            self.top = max(self.top, balance + max(part for _, part in path.points))
            balance += path.realised
        self.equity = balance + sum((path.holding.open for path in self.paths.values()), NOTHING)


class Outsider:
    """Lives one run again; `run` gives what it finds different."""

    def __init__(self, left: Left) -> None:
        self.left, self.differences, self.doubts = left, list[str](), 0
        self.seen = set[tuple[str, str]]()  # (code, what it did)
        self.initial = self.balance = self.equity = decimal(left.account["size"])
        self.symbols = list(left.summary["symbols"])
        self.bars = {symbol: left.bars(symbol) for symbol in self.symbols}
        self.opened = {symbol: {bar.opened: bar.closed for bar in bars.values()} for symbol, bars in self.bars.items()}
        self.due = {symbol: left.funding(symbol) for symbol in self.symbols}
        self.holdings = {symbol: Holding() for symbol in self.symbols}
        self.done, self.attempt, self.over = 0, 0, False
        self.now, self.acted = 0, 0  # the present instant; how often the house has acted
        self.stirred, self.floors_seen = True, dict[str, Decimal]()  # whether anything happened at this instant; its mark's floors
        self.ended, self.won = False, False  # a trade was closed since the ladders looked; one of them without a loss
        self.paths, self.walked = dict[str, Path](), set[str]()  # of the bars that close now, and which of them have been walked
        self.pauses = list[tuple[int, str]]()
        self.payouts = list[tuple[int, Decimal]]()
        self.gate = bool(left.account["gate"]["enabled"])
        self.leverage = decimal(left.account["venue"].get("leverage") or 1)
        self.last = left.marks[-1].time
        self.phase = self.begin(left.account["phase"], milliseconds(left.summary["start"]))

    def run(self) -> list[str]:
        """Every instant, then how it ended."""
        for mark in self.left.marks:
            if self.over:
                self.differ("end", mark.time, "the run goes on", "the account has ended")
                break
            self.live(mark)
        if not self.over:
            self.close_book("active", None, self.last)
        self.agree("number of attempts", self.last, len(self.left.summary["phases"]), self.attempt)
        self.agree("pauses", self.last, self.left.pauses, self.pauses)
        self.agree("acts of the house", self.last, len(self.left.acts), self.acted)
        self.agree("payouts", self.last, [time for time, _ in self.left.payouts], [time for time, _ in self.payouts])
        for (time, theirs), (_, ours) in zip(self.left.payouts, self.payouts, strict=False):
            self.agree("payout", time, theirs, ours)
        return self.differences

    def begin(self, name: str, at: int) -> Phase:
        """A fresh account in a phase."""
        rules = self.left.rules(name)
        day = day_of(rules)
        clocks = {each: Clock(resets(*each, at)) for each in [day, *(key(rule["reset"]) for rule in rules if rule["reset"])]}
        self.balance = self.equity = self.initial
        self.stirred = True
        phase = Phase(name=name, rules=rules, started=at, initial=self.initial, clocks=clocks, day=clocks[day])
        self.house = House(phase)
        return phase

    # one instant

    def live(self, mark: Mark) -> None:
        """The bars that close at a mark, the verdict, and what follows at the same instant."""
        if self.is_quiet(mark):
            self.pass_by(mark)
            return
        self.stirred, self.floors_seen = False, mark.floors
        bars = {symbol: bar for symbol in self.symbols if (bar := self.bars[symbol].get(mark.time))}
        self.after_break(min(bar.opened for bar in bars.values()))
        self.now = mark.time
        instant = self.walk(bars)
        self.agree("phase", mark.time, mark.phase, self.phase.name)
        self.agree("balance", mark.time, mark.balance, self.balance)
        self.agree("equity", mark.time, mark.equity, self.equity)
        self.agree("highest equity", mark.time, mark.high, instant.high)
        self.agree("lowest equity", mark.time, mark.low, instant.low)
        if self.differences:
            self.over = True
            return
        self.judge(mark, instant)
        self.open()
        for late in [] if self.phase.broken else self.phase.held_at(mark.time, self.holdings):
            if self.settle(late, mark.time):
                return

    def is_quiet(self, mark: Mark) -> bool:
        """Nothing is held, filled or due, nor was at the instant before: only time passes."""
        fill, days, rungs = self.following, self.phase.clocks.values(), self.house.rungs
        still = not self.stirred and not self.held and (fill is None or fill.time > mark.time) and mark.floors == self.floors_seen
        return still and all(day.coming[0] > mark.time for day in days) and not any(0 < rung.until <= mark.time for rung in rungs)

    def pass_by(self, mark: Mark) -> None:
        """A quiet instant: the account is as it was, and may have been quiet for too long."""
        self.now = mark.time
        self.agree("phase", mark.time, mark.phase, self.phase.name)
        for name, theirs in (("balance", mark.balance), ("equity", mark.equity), ("highest", mark.high), ("lowest", mark.low)):
            self.agree(name, mark.time, theirs, self.balance)
        for found in self.elapsed(mark.time):
            if self.settle(found, mark.time):
                return
        self.hold_answers()

    def after_break(self, time: int) -> None:
        """Bars begin after a time without any, in which there may have been resets."""
        if time > self.now:
            self.now = time
            for day in self.phase.clocks.values():
                while day.coming[0] <= time:
                    self.roll(day, self.balance, self.equity)
            self.open()

    def walk(self, bars: dict[str, Bar]) -> Instant:
        """Walk every bar that closes here with the fills inside it, pay funding; balance and equity follow."""
        before, touched = self.balance, {fill.symbol for fill in self.coming() if fill.leg}
        for symbol, holding in self.holdings.items():
            if holding.quantity or symbol in touched:
                holding.price = bars[symbol].open if symbol in bars else holding.price
                self.paths[symbol] = Path(holding)
        for symbol, path in self.paths.items():
            if symbol in bars:
                self.go(symbol, path, bars[symbol])
            self.walked.add(symbol)
        for symbol, path in self.paths.items():
            if path.holding.quantity and self.now in self.due[symbol] and path.holding.opened < self.now:
                due = path.holding.quantity * path.holding.price * self.due[symbol][self.now]
                path.pay(due)
                self.earn(symbol, -due)
            if path.holding.quantity and symbol in bars:
                self.phase.held_past(bars[symbol], path.holding)
        if self.house.rearm(self.now):
            self.climb()
        instant = Instant(before, self.paths)
        self.equity, self.paths, self.walked = instant.equity, {}, set()
        return instant

    def go(self, symbol: str, path: Path, bar: Bar) -> None:
        """Walk one symbol's bar: every fill on its leg, and our own ladder wherever the market turns."""
        first = next((fill for fill in self.coming() if fill.symbol == symbol), None)
        for leg, corner in enumerate(corners(path, bar, first)):
            while (fill := self.following) and (fill.symbol, fill.time) == (symbol, bar.opened + leg):
                self.take(fill)
                self.climb()
                self.finish()
            path.reach(corner)
            if leg:
                self.climb()

    def coming(self) -> Iterator[Fill]:
        """The fills up to this instant that were not taken yet."""
        for number in range(self.done, len(self.left.fills)):
            if self.left.fills[number].time > self.now:
                return
            yield self.left.fills[number]

    @property
    def following(self) -> Fill | None:
        """The fill that comes next in the file."""
        return self.left.fills[self.done] if self.done < len(self.left.fills) else None

    def take(self, fill: Fill) -> None:
        """One fill: its money, the position it opens, enlarges or closes, and what rules on single trades say of it."""
        self.done, self.stirred = self.done + 1, True
        symbol, holding, bar = fill.symbol, self.holdings[fill.symbol], self.walking(fill.symbol)
        if fill.reason == "entry" and self.now < self.phase.paused_until:
            self.differ("entry", self.now, "opened", "paused")
        held = holding.quantity
        self.earn(symbol, self.paths.get(symbol, Path(holding)).fill(fill))
        holding.voided |= self.phase.voids(symbol, fill.reason, *((bar.opened, bar.closed) if bar else (self.now, self.now)))
        self.agree("balance after a fill", fill.time, fill.balance, self.balance)
        if fill.reason in ("entry", "add"):
            if not held:
                self.phase.opens(fill.time)
            self.phase.last["order"] = fill.time
            self.phase.enters(symbol, self.now, self.holdings, self.worth, self.leverage)
        if not holding.quantity:
            self.phase.closes(fill.time, self.now, replace(holding))
            self.ended, self.won = True, self.won or self.phase.streak == 0
            if bar:
                self.phase.closed_late(bar)

    def walking(self, symbol: str) -> Bar | None:
        """The bar of a symbol that is being walked, or waits for it; None at an instant."""
        return self.bars[symbol].get(self.now) if symbol in self.paths and symbol not in self.walked else None

    def earn(self, symbol: str, amount: Decimal) -> None:
        """The balance changes, and what a symbol added to it on the running day of every clock."""
        self.balance += amount
        for day in self.phase.clocks.values():
            day.symbols[symbol] = day.symbols.get(symbol, NOTHING) + amount

    @property
    def worth(self) -> Decimal:
        """Equity at the last price of every symbol."""
        return self.balance + sum((holding.open for holding in self.holdings.values()), NOTHING)

    def open(self) -> None:
        """New bars open: what they fill of the old positions, symbol after symbol, then what new plans do."""
        self.finish()
        for symbol in self.symbols:
            bar = self.bars[symbol].get(self.opened[symbol].get(self.now, 0))
            held = self.holdings[symbol].quantity
            while bar and (fill := self.at_once(symbol)) and fill.reason not in PLANNED:
                self.take(fill)
            self.holdings[symbol].price = bar.open if bar else self.holdings[symbol].price
            if bar and held:
                self.climb()
            self.finish()
        self.climb()
        while fill := self.at_once():
            if fill.reason == "entry":
                self.is_let_in(fill)
            self.take(fill)
            self.climb()
            self.finish()
        self.hold_answers()

    def hold_answers(self) -> None:
        """What was refused for the house's sake: a rung must be in force."""
        for answer in self.left.answers.get(self.now, []):
            if answer.code in ("HOUSE", "HALTED") and not answer.quantity and self.house.factor(self.now):
                self.differ("refusal", self.now, answer, "the house keeps nothing out")

    def at_once(self, symbol: str = "") -> Fill | None:
        """The next fill where it is one of this instant (and symbol); those of the house or of a phase's end must have their own reason."""
        fill = self.following
        here = fill and fill.time <= self.now and not fill.leg and fill.reason not in REASONED and symbol in ("", fill.symbol)
        return fill if here else None

    # the house

    def climb(self) -> None:
        """Our own ladders look at what stands now."""
        for rung in self.house.rungs:
            self.act(self.house.acts(rung, self.now, self.balance, self.holdings))

    def finish(self) -> None:
        """Trades were closed: what lasted until one wins ends, and the ladders look again."""
        while self.ended:
            if self.won:
                self.house.wins()
            self.ended = self.won = False
            self.climb()

    def roll(self, day: Clock, balance: Decimal, equity: Decimal) -> None:
        """A reset, and what our own ladders do at it."""
        self.stirred = True
        result = self.phase.roll(day, balance, equity, self.balance)
        self.act(self.house.turn(self.now, result, day))

    def act(self, acts: list[Act]) -> None:
        """Hold what rungs do against what the journal says of it; the fills that follow are theirs."""
        for act in acts:
            theirs = self.left.acts[self.acted] if self.acted < len(self.left.acts) else (0, "nothing", None, NOTHING)
            self.acted += 1
            self.agree("act of the house", self.now, theirs[:3], (self.now, act.rung.path, act.symbol or None))
            self.agree(f"value of {act.rung.path}", self.now, theirs[3] * self.initial, act.value * self.initial)
            self.seen.add((act.rung.ladder["measure"], act.rung.says["do"]))
            symbols, share = self.house.closes(act, self.holdings)
            for symbol in symbols:
                self.close(symbol, share)

    def close(self, symbol: str, share: Decimal) -> None:
        """The house closes a share of a position, down to whole steps."""
        wanted, fill = abs(self.holdings[symbol].quantity) * share, self.following
        if not fill or (fill.symbol, fill.reason) != (symbol, "house") or fill.time > self.now:
            if share == 1 or wanted >= 1:
                self.differ("the house closes", self.now, fill, (symbol, wanted))
            return
        if not NOTHING <= wanted - fill.quantity < (self.left.steps[symbol] if share < 1 else ROUNDING):
            self.differ("the house closes", self.now, fill.quantity, wanted)
        self.take(fill)

    def is_let_in(self, fill: Fill) -> None:
        """Hold an entry against what the gate has to keep: rungs in force, the smallest trade, times by which everything is closed."""
        answer = next((each for each in self.left.answers.get(self.now, []) if each.symbol == fill.symbol and each.quantity), None)
        if not self.gate or not answer or answer.wanted is None:
            return
        most = self.house.factor(self.now) * decimal(answer.wanted)
        bound = most - fill.quantity < self.left.steps[fill.symbol] or answer.code != "HOUSE"
        if fill.quantity > most + ROUNDING or not bound:
            self.differ("quantity", self.now, fill.quantity, most)
        self.seen |= {("loss_ladder", "scaled")} if answer.code == "HOUSE" else set()
        for rule in self.phase.of("smallest_trade"):
            if fill.quantity * fill.market < rule["amount"]:
                self.differ("entry", self.now, fill, rule["amount"])
        closed = self.opened[fill.symbol][self.now]
        if any(shut(rule, self.now, closed) for rule in self.phase.of("session_flat")):
            self.differ("entry", self.now, fill, "nothing is opened so near to the end of a session")

    # the verdict

    def judge(self, mark: Mark, instant: Instant) -> None:
        """What the rules say at this instant, in order; the first that ends the phase ends it."""
        attempt, began = self.attempt, self.phase.day.began
        for found in self.verdicts(mark, instant):
            if self.settle(found, mark.time):
                return
        self.pass_if_due(mark.time)
        if self.attempt == attempt and self.phase.day.began > began:
            self.pay_out(mark.time)

    def verdicts(self, mark: Mark, instant: Instant) -> Iterator[Broken]:
        """Everything broken at this instant."""
        yield from self.floors(mark, instant)
        yield from self.symbol_losses(instant)
        yield from self.resets(mark, instant)
        yield from sorted(self.phase.broken, key=lambda each: (each.rule["severity"] not in ENDS, each.ambiguous))[:1]
        self.phase.broken = []
        yield from self.elapsed(mark.time)

    def floors(self, mark: Mark, instant: Instant) -> Iterator[Broken]:
        """The floors as they stood before the bars, and as they stand after their peaks."""
        phase, rules = self.phase, self.phase.floors
        before = [phase.floor(rule, phase.anchor(rule)) for rule in rules]
        anchors = [phase.anchor(rule) for rule in rules]
        phase.lift(instant.high, instant.top)
        for rule in rules:
            self.agree(f"floor {rule.name}", mark.time, mark.floors.get(rule.name), phase.floor(rule, phase.anchor(rule)))
        for rule, old, anchor in zip(rules, before, anchors, strict=True):
            if rule["sampling"] == "at_reset":
                continue
            lifted = phase.floor(rule, max(anchor, instant.could)) if phase.follows(rule) == "equity" else old
            found = self.against(rule, old, phase.floor(rule, phase.anchor(rule)), lifted, instant)
            if found:
                yield found

    def against(self, rule: Rule, old: Decimal, now: Decimal, lifted: Decimal, instant: Instant) -> Broken | None:
        """One floor: what is sure first, then what depends on the order inside the bar."""
        low = self.measured(rule, instant.low, instant.least)
        if is_broken(rule, self.measured(rule, instant.equity), now):
            return Broken(rule, self.measured(rule, instant.equity), now)
        if is_broken(rule, low, old):
            return Broken(rule, low, old, ambiguous=not is_broken(rule, self.measured(rule, instant.certain, instant.surely), old))
        if now > old and (self.phase.follows(rule) == "balance" or rule.path in self.phase.stands or rule.path in self.phase.least):
            after = self.measured(rule, instant.low_after)
            return Broken(rule, after, now, ambiguous=True) if is_broken(rule, after, now) else None
        if self.phase.follows(rule) == "equity" and is_broken(rule, low, max(now, lifted)):
            unsure = self.gate or rule["measure"] != "equity" or not is_broken(rule, low, now)
            return Broken(rule, low, now, max(now, lifted), ambiguous=True, may=unsure)
        return None

    def measured(self, rule: Rule, equity: Decimal, balance: Decimal | None = None) -> Decimal:
        """What a rule holds against its floor; the balance is the present one, if none is given."""
        balance = self.balance if balance is None else balance
        return {"equity": equity, "balance": balance, "min_balance_equity": min(equity, balance)}[rule["measure"]]

    def symbol_losses(self, instant: Instant) -> Iterator[Broken]:
        """Closed and open result of each symbol since the reset, at its worst."""
        for rule in self.phase.of("symbol_daily_loss"):
            day = self.phase.clock(rule)
            limit = self.phase.money(rule, "amount", None if rule["amount_of"] == "initial" else day.balance)
            for symbol, path in instant.paths.items():
                loss = path.realised - day.symbols.get(symbol, NOTHING) - path.low
                if is_broken(rule, limit, loss):
                    yield Broken(rule, loss, limit)
                    return

    def resets(self, mark: Mark, instant: Instant) -> Iterator[Broken]:
        """Resets at this instant take its balance and equity; one inside the bars takes the harder snapshot, their highest."""
        phase, inside, due = self.phase, list[Clock](), list[Clock]()
        mildest = {rule.path: phase.floor(rule, self.mildest(rule, instant)) for rule in phase.floors}
        for day in phase.clocks.values():
            while day.coming[0] <= mark.time:
                due.append(day)
                if day.coming[0] < mark.time:
                    inside.append(day)
                    self.roll(day, max(self.balance, instant.most), max(instant.high, instant.equity))
                else:
                    self.roll(day, self.balance, instant.equity)
        for rule in phase.floors if due else ():
            if rule["sampling"] == "at_reset" and phase.clock(rule) not in due:
                continue
            floor, low = phase.floor(rule, phase.anchor(rule)), self.measured(rule, min(instant.low, instant.equity))
            now, split = self.measured(rule, instant.equity), rule["reset"] is not None and phase.clock(rule) in inside
            if is_broken(rule, now, floor):
                yield Broken(rule, now, floor, ambiguous=split and not is_broken(rule, now, mildest[rule.path]))
            elif inside and is_broken(rule, low, floor):
                yield Broken(rule, low, floor, ambiguous=True, may=not rule["reset"] or phase.clock(rule) not in inside)

    def mildest(self, rule: Rule, instant: Instant) -> Decimal:
        """What a floor hangs from if a reset inside the bars met their lowest balance and equity."""
        balance, equity = instant.least, min(instant.low, instant.equity)
        if rule.kind == "max_loss":
            return max(self.phase.anchor(rule), {"eod_balance": balance, "eod_equity": equity}.get(rule["trail"], NOTHING))
        return {
            "initial": self.initial,
            "day_start_balance": balance,
            "day_start_equity": equity,
            "max_day_start": max(balance, equity),
            "day_peak_equity": instant.equity,
            "day_peak_balance": self.balance,
        }[rule["anchor"]]

    def elapsed(self, time: int) -> Iterator[Broken]:
        """Too long without a closed trade, or since the phase began."""
        for rule in self.phase.rules:
            if rule.kind not in ("inactivity", "time_limit"):
                continue
            since = self.phase.since(rule)
            if since is not None and time - since >= duration(rule["longest"]):
                yield Broken(rule, Decimal(time - since), Decimal(duration(rule["longest"])))

    def settle(self, found: Broken, time: int) -> bool:
        """What a broken rule does; True when it ends the phase."""
        severity, claim = found.rule["severity"], self.claim
        if severity == "pause":
            if not self.phase.paused_until and (not found.may or (time, found.path) in self.left.pauses):
                self.phase.paused_until = self.phase.clock(found.rule).coming[0]
                self.pauses.append((time, found.path))
                for symbol in [name for name, holding in self.holdings.items() if holding.quantity]:
                    self.close(symbol, Decimal(1))
                self.equity = self.balance
                self.seen.add((found.rule.kind, "pause"))
            return False
        if severity not in ENDS:
            self.seen.add((found.rule.kind, severity))
            return False
        if found.may:
            self.doubts += 1
            ended = milliseconds(claim["time"]) == time and claim["path"] == found.path and claim["ambiguous"]
            if not ended:
                return False
        self.close_book("failed", found, time)
        return True

    def pass_if_due(self, time: int) -> None:
        """Target reached, nothing to wait for, nothing open."""
        phase, rule = self.phase, self.phase.one("profit_target")
        if not rule or self.held or self.balance - self.initial + phase.paid < (phase.plain_target or 0):
            return
        target = phase.target(self.balance) or NOTHING
        if phase.credited(self.balance) < target or phase.waits(self.balance):
            return
        for short in phase.of("holding_time"):
            if short["severity"] in ENDS and phase.too_short(short):
                self.close_book("failed", Broken(short, NOTHING, NOTHING), time)
                return
        for share in phase.shares("fail"):
            if not phase.share_holds(share, self.balance):
                best = phase.best(share, self.balance) / phase.whole(share, self.balance)
                self.close_book("failed", Broken(share, best, share["max_share"]), time)
                return
        self.close_book("passed", Broken(rule, phase.credited(self.balance), target), time)

    def pay_out(self, time: int) -> None:
        """At the reset of the trading day: what is due to an account that holds nothing."""
        amount = NOTHING if self.held else self.phase.payout(time, self.balance)
        if not amount:
            return
        self.phase.pay(time, amount, self.balance)
        self.balance -= amount
        self.equity -= amount
        self.payouts.append((time, amount))
        rule = self.phase.of("payout")[0]
        self.seen.add(("payout", "paid"))
        if rule["count"] == self.phase.payouts:
            self.close_book("passed", Broken(rule, Decimal(self.phase.payouts), Decimal(rule["count"])), time)

    @property
    def held(self) -> int:
        """Positions open."""
        return sum(1 for holding in self.holdings.values() if holding.quantity)

    @property
    def claim(self) -> dict[str, Any]:
        """What the machine says of the running attempt."""
        attempts: list[dict[str, Any]] = self.left.summary["phases"]
        return attempts[min(self.attempt, len(attempts) - 1)]

    def close_book(self, state: str, found: Broken | None, time: int) -> None:
        """An attempt is over: hold it against the machine's, and go on as the account does."""
        phase, claim = self.phase, self.claim
        target = phase.target(self.balance)
        waiting = target is not None and phase.credited(self.balance) >= target
        state = "paused" if state == "active" and phase.paused_until > time else state
        mine: dict[str, Any] = {
            "phase": phase.name,
            "state": "target_reached" if state == "active" and waiting else state,
            "path": found and found.path,
            "started": phase.started,
            "time": time,
            "balance": self.balance,
            "equity": self.worth,
            "credited": phase.credited(self.balance),
            "target": target,
            "days_counted": max((len(phase.counted[rule.path]) for rule in phase.of("trading_days")), default=0),
            "days_needed": max((rule["count"] for rule in phase.of("trading_days")), default=0),
            "ambiguous": bool(found and found.ambiguous),
        }
        if found and not found.may:
            surely = found.most is None or not found.floor <= decimal(claim["floor"]) <= found.most
            mine |= {"value": found.value} | ({"floor": found.floor} if surely else {})
        for name, ours in mine.items():
            theirs = milliseconds(claim[name]) if name in ("started", "time") else claim[name]
            self.agree(f"attempt {self.attempt + 1}: {name}", time, theirs, ours)
        self.attempt += 1
        self.seen.add((found.rule.kind if found else "", state))
        self.follow(state, time)

    def follow(self, state: str, time: int) -> None:
        """What is open is closed; the next phase, the first one again, or the end."""
        first, chain = self.left.account["phase"], self.left.account["program"]["phases"]
        following = chain[self.phase.name]["next"] if state == "passed" else None
        if state == "failed" and self.left.settings["mode"]["after_failure"] == "restart":
            following = first
        fills = self.left.fills
        while self.done < len(fills) and fills[self.done].time == time and fills[self.done].reason == "phase_end":
            self.holdings[fills[self.done].symbol].take(fills[self.done])
            self.done += 1
        self.agree("positions after the phase", time, 0, self.held if following else 0)
        if following:
            self.phase = self.begin(following, time)
        else:
            self.over = True

    # agreement

    def agree(self, what: str, time: int, theirs: Any, ours: Any) -> None:
        """Note a difference."""
        if isinstance(ours, Decimal) and isinstance(theirs, float | int | Decimal):
            if abs(decimal(theirs) - ours) < ROUNDING:
                return
        elif theirs == ours:
            return
        self.differ(what, time, theirs, ours)

    def differ(self, what: str, time: int, theirs: Any, ours: Any) -> None:
        """A difference in words."""
        self.differences.append(f"{what} at {time}: the run says {theirs}, the outsider {ours}")
