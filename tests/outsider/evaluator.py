"""An account lived again by an outsider: what its rules would have said, from nothing but the files of a run and the shipped bars.

It follows the fills (what was bought and sold is the machine's doing) and works out what a firm would have worked out: balance and
equity, days, peaks, floors, counted days, credited profit, and which rule ended what, when. `differences` is what the machine says
otherwise.

At one instant: the fills inside the bars that close, funding; peaks; floors, compared; resets, compared again; single trades; quiet and
elapsed time; the target. Then what the account did about it, then the fills at the open of the next bars.

What the files cannot show: in which order the extremes of a bar came, and how near a position's defence stop was while they did. A floor
that follows equity may then be broken or not (`may`): both answers are taken, counted in `doubts`, and a broken one must be marked
ambiguous. Without the gate there is no defence stop, and only a bar that both stopped a position out and would have lifted the floor
further is left in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.outsider.clock import Clock, resets
from tests.outsider.left import Fill, Left, Mark, Rule, decimal, duration, milliseconds
from tests.outsider.path import Holding, Path, walk
from tests.outsider.phase import ENDS, Broken, Phase, day_of, is_broken, key

ROUNDING = Decimal("0.00001")  # money; what is closer is the same
NOTHING = Decimal(0)
INSTANT = ("house", "phase_end", "session_flat", "end_of_data")  # fills that may come before the next bars open


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
        self.could = self.sum(lambda path: path.could)  # if every favourable extreme had come first
        self.low_after = self.sum(lambda path: path.low_after)  # since the balance stood highest
        ups = [self.high - path.high + path.low for path in self.paths.values()]
        self.certain = min(ups, default=self.before)  # surely reached: one symbol at its worst, the others at their best
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
        self.agree("payouts", self.last, [time for time, _ in self.left.payouts], [time for time, _ in self.payouts])
        for (time, theirs), (_, ours) in zip(self.left.payouts, self.payouts, strict=False):
            self.agree("payout", time, theirs, ours)
        return self.differences

    def begin(self, name: str, at: int) -> Phase:
        """A fresh account in a phase."""
        rules = self.left.rules(name)
        named = {key(rule["reset"]) for rule in rules if rule["reset"]}
        day = day_of(rules)
        clocks = {each: Clock(resets(*each, at)) for each in named | {day}}
        self.balance = self.equity = self.initial
        return Phase(name=name, rules=rules, started=at, initial=self.initial, clocks=clocks, day=clocks[day])

    # one instant

    def live(self, mark: Mark) -> None:
        """The bars that close at a mark, the verdict, and what follows at the same instant."""
        self.open(self.fills_until(mark.time), gap=True)
        instant = self.walk(mark)
        self.agree("phase", mark.time, mark.phase, self.phase.name)
        self.agree("balance", mark.time, mark.balance, self.balance)
        self.agree("equity", mark.time, mark.equity, self.equity)
        self.agree("highest equity", mark.time, mark.high, instant.high)
        self.agree("lowest equity", mark.time, mark.low, instant.low)
        if self.differences:
            self.over = True
            return
        self.judge(mark, instant)
        self.open(self.fills_until(mark.time + 1))
        for symbol in self.symbols:
            bar = self.bars[symbol].get(self.opened[symbol].get(mark.time, 0))
            self.holdings[symbol].price = bar.open if bar else self.holdings[symbol].price

    def walk(self, mark: Mark) -> Instant:
        """Walk every bar that closes here with the fills inside it, pay funding; balance and equity follow."""
        before, inside = self.balance, self.fills_inside(mark)
        touched = {fill.symbol for fill in inside}
        paths = {name: self.path(name, mark.time, inside) for name in self.symbols if self.holdings[name].quantity or name in touched}
        for symbol, path in paths.items():
            if path.holding.quantity and mark.time in self.due[symbol] and path.holding.opened < mark.time:
                path.pay(path.holding.quantity * path.holding.price * self.due[symbol][mark.time])
        self.balance = before + sum((path.realised for path in paths.values()), NOTHING)
        for symbol, path in paths.items():
            self.today(symbol, path.realised)
            for closed, trade in path.closed:
                self.phase.closes(closed, mark.time, trade)
        instant = Instant(before, paths)
        self.equity = instant.equity
        return instant

    def path(self, symbol: str, time: int, inside: list[Fill]) -> Path:
        """One symbol's bar, walked from its open on."""
        holding, bar = self.holdings[symbol], self.bars[symbol].get(time)
        if not bar:
            return Path(holding)
        holding.price = bar.open
        path = Path(holding, lambda fill: self.phase.voids(symbol, fill.reason, bar.opened, bar.closed))
        walk(path, bar, [fill for fill in inside if fill.symbol == symbol])
        return path

    def today(self, symbol: str, amount: Decimal) -> None:
        """What a symbol added to the balance, for the running day of every clock."""
        for day in self.phase.clocks.values():
            day.symbols[symbol] = day.symbols.get(symbol, NOTHING) + amount

    def fills_inside(self, mark: Mark) -> list[Fill]:
        """The fills inside the bars that close here: up to the last that carries a leg, and what the house closed before the mark."""
        fills, last = self.left.fills, self.done
        for number in range(self.done, len(fills)):
            fill = fills[number]
            if fill.leg and self.opened[fill.symbol][fill.time - fill.leg] == mark.time:
                last = number + 1
            elif fill.time != mark.time:
                break
        found = fills[self.done : last]
        held = {symbol: holding.quantity for symbol, holding in self.holdings.items()}
        for fill in found:
            held[fill.symbol] += fill.side * fill.quantity
        while last < len(fills) and fills[last].time == mark.time and fills[last].reason == "house":
            if sum(1 for quantity in held.values() if quantity) <= mark.open_positions:
                break
            found.append(fills[last])
            held[fills[last].symbol] += fills[last].side * fills[last].quantity
            last += 1
        self.done = last
        return found

    def fills_until(self, time: int, reason: str = "") -> Iterator[Fill]:
        """The fills at instants before `time` (for one reason), each taken once."""
        fills = self.left.fills
        while self.done < len(fills) and not fills[self.done].leg and fills[self.done].time < time:
            if reason not in ("", fills[self.done].reason):
                return
            self.done += 1
            yield fills[self.done - 1]

    def open(self, fills: Iterator[Fill], *, gap: bool = False) -> None:
        """Fills at an instant: at the open of new bars, or of the house. `gap`: after a time without bars, which may hold resets."""
        for fill in fills:
            if gap:
                self.quiet_resets(fill.time)
            path = Path(self.holdings[fill.symbol], lambda fill: self.phase.voids(fill.symbol, fill.reason, fill.time, fill.time))
            if fill.reason == "entry" and fill.time < self.phase.paused_until:
                self.differ("entry", fill.time, "opened", "paused")
            held = path.holding.quantity
            path.fill(fill)
            self.balance += path.realised
            self.today(fill.symbol, path.realised)
            self.agree("balance after a fill", fill.time, fill.balance, self.balance)
            if fill.reason in ("entry", "add"):
                if not held:
                    self.phase.opens(fill.time)
                self.phase.last["order"] = fill.time
                self.phase.enters(self.holdings, self.leverage)
            for closed, trade in path.closed:
                self.phase.closes(closed, fill.time, trade)

    def quiet_resets(self, time: int) -> None:
        """Resets while no bar was open."""
        for day in self.phase.clocks.values():
            while day.coming[0] <= time:
                self.phase.roll(day, self.balance, self.equity, self.balance)

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
        yield from sorted(self.phase.broken, key=lambda each: each.rule["severity"] not in ENDS)[:1]
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
        low = self.measured(rule, instant.low)
        if is_broken(rule, self.measured(rule, instant.equity), now):
            return Broken(rule, self.measured(rule, instant.equity), now)
        if is_broken(rule, low, old):
            return Broken(rule, low, old, ambiguous=not is_broken(rule, self.measured(rule, instant.certain), old))
        if now > old and (self.phase.follows(rule) == "balance" or rule.path in self.phase.stands or rule.path in self.phase.least):
            after = self.measured(rule, instant.low_after)
            return Broken(rule, after, now, ambiguous=True) if is_broken(rule, after, now) else None
        if self.phase.follows(rule) == "equity" and is_broken(rule, low, max(now, lifted)):
            return Broken(rule, low, now, max(now, lifted), ambiguous=True, may=self.gate or not is_broken(rule, low, now))
        return None

    def measured(self, rule: Rule, equity: Decimal) -> Decimal:
        """What a rule holds against its floor."""
        return {"equity": equity, "balance": self.balance, "min_balance_equity": min(equity, self.balance)}[rule["measure"]]

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
        for day in phase.clocks.values():
            while day.coming[0] <= mark.time:
                due.append(day)
                if day.coming[0] < mark.time:
                    inside.append(day)
                    phase.roll(day, max(self.balance, instant.before), max(instant.high, instant.equity), self.balance)
                else:
                    phase.roll(day, self.balance, instant.equity, self.balance)
        for rule in phase.floors if due else ():
            if rule["sampling"] == "at_reset" and phase.clock(rule) not in due:
                continue
            floor, low = phase.floor(rule, phase.anchor(rule)), self.measured(rule, min(instant.low, instant.equity))
            if is_broken(rule, self.measured(rule, instant.equity), floor):
                yield Broken(rule, self.measured(rule, instant.equity), floor)
            elif inside and is_broken(rule, low, floor):
                yield Broken(rule, low, floor, ambiguous=True, may=not rule["reset"] or phase.clock(rule) not in inside)

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
            if not self.phase.paused_until and (not found.may or (time, found.rule.path) in self.left.pauses):
                self.phase.paused_until = self.phase.clock(found.rule).coming[0]
                self.pauses.append((time, found.rule.path))
                self.open(self.fills_until(time + 1, "house"))
                self.equity = self.balance
                self.seen.add((found.rule.kind, "pause"))
            return False
        if severity not in ENDS:
            self.seen.add((found.rule.kind, severity))
            return False
        if found.may:
            self.doubts += 1
            ended = milliseconds(claim["time"]) == time and claim["path"] == found.rule.path and claim["ambiguous"]
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
            "path": found and found.rule.path,
            "started": phase.started,
            "time": time,
            "balance": self.balance,
            "equity": self.equity,
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
