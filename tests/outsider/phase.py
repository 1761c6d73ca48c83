"""One attempt at a phase: what its rules have to remember, and what they say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.outsider.caps import Entry, by_size, measured, part, too_soon, wrong_side
from tests.outsider.clock import Clock
from tests.outsider.left import HOUR, Bar, Rule, decimal, duration
from tests.outsider.news import forbidden
from tests.outsider.path import Holding
from tests.outsider.session import inside, now

NOTHING = Decimal(0)
COUNTING = ("trading_days", "profitable_days", "consistency", "profit_cap")
Reset = tuple[str, str, tuple[str, ...]]  # time, zone, weekdays
ENDS = ("fail", "manual")  # what is judged by hand at the firm is taken as the end


@dataclass(frozen=True)
class Broken:
    """A rule is broken. `ambiguous`: it depends on the order inside the bar; `may`: the files do not show whether it is.

    `most`: the floor may have stood as high as this.
    """

    rule: Rule
    value: Decimal
    floor: Decimal
    most: Decimal | None = None
    ambiguous: bool = False
    may: bool = False
    part: str = ""  # which row of the rule, where it has several

    @property
    def path(self) -> str:
        """Where the rule stands."""
        return self.rule.path + self.part


@dataclass(frozen=True)
class Trade:
    """A closed trade: the beginning of the day it was closed on, its result, and whether a profit of it is void."""

    day: int
    result: Decimal
    voided: bool = False


@dataclass
class Phase:
    """An account from the beginning of a phase."""

    name: str
    rules: list[Rule]
    started: int
    initial: Decimal
    clocks: dict[Reset, Clock]
    day: Clock  # the firm's trading day, by which days are counted
    peaks: dict[str, Decimal] = field(default_factory=dict)  # by rule: what an overall floor follows
    stands: dict[str, Decimal] = field(default_factory=dict)  # by rule: where an overall floor stands for good
    least: dict[str, Decimal] = field(default_factory=dict)  # by rule: what it never falls below
    last: dict[str, int] = field(default_factory=dict)  # when a trade was last closed, a position last opened, an order last sent
    first_open: int = 0
    counted: dict[str, set[int]] = field(default_factory=dict)  # by rule: the days (their beginnings) that count
    trades: list[Trade] = field(default_factory=list)
    short: int = 0
    streak: int = 0  # losing trades in a row
    highest: Decimal = NOTHING  # equity
    entered: dict[str, int] = field(default_factory=dict)  # by symbol: when its last entry was filled
    broken: list[Broken] = field(default_factory=list)  # by single trades; judged at the next close
    paused_until: int = 0
    payouts: int = 0
    paid: Decimal = NOTHING
    cycle: tuple[int, int, Decimal] = (0, 0, NOTHING)  # since the last payout: first day, trades before it, balance

    def __post_init__(self) -> None:
        self.last = dict.fromkeys(("close", "open", "order"), self.started)
        self.kinds = {kind: [rule for rule in self.rules if rule.kind == kind] for kind in {rule.kind for rule in self.rules}}
        self.floors = [rule for rule in self.rules if rule.kind in ("daily_loss", "max_loss")]
        self.peaks = {rule.path: self.initial for rule in self.of("max_loss")}
        self.counted = {rule.path: set() for rule in (*self.of("trading_days"), *self.of("profitable_days"))}
        self.cycle, self.highest = (self.started, 0, self.initial), self.initial
        for each in self.clocks.values():
            each.begin(self.started, self.initial, self.initial, self.initial)
        due = self.one("payout")
        self.next_payout = self.started + duration(due["first_after"]) if due else 0

    def of(self, kind: str) -> list[Rule]:
        """Its rules of one kind, in the order they are written."""
        return self.kinds.get(kind, [])

    def one(self, kind: str) -> Rule | None:
        """Its only rule of a kind."""
        return next(iter(self.of(kind)), None)

    def clock(self, rule: Rule) -> Clock:
        """The clock of a rule."""
        return self.clocks[key(rule["reset"])]

    def money(self, rule: Rule, name: str, base: Decimal | None = None) -> Decimal:
        """A setting that is a fraction of `base` (else of the initial balance), or money, or money by the account's size; 0 if none."""
        if rule[f"{name}_by_size"]:
            return decimal(by_size(rule[f"{name}_by_size"], self.initial))
        if rule[f"{name}_fraction"]:
            return Decimal(rule[f"{name}_fraction"] * (self.initial if base is None else base))
        return Decimal(rule[name] or rule[f"{name}_amount"] or 0)

    # floors

    def anchor(self, rule: Rule) -> Decimal:
        """What a floor hangs from now."""
        if rule.kind == "max_loss":
            return self.peaks[rule.path]
        day = self.clock(rule)
        return {
            "initial": self.initial,
            "day_start_balance": day.balance,
            "day_start_equity": day.equity,
            "max_day_start": max(day.balance, day.equity),
            "day_peak_equity": day.peak_equity,
            "day_peak_balance": day.peak_balance,
        }[rule["anchor"]]

    def floor(self, rule: Rule, anchor: Decimal) -> Decimal:
        """Anchor − amount, no higher than the lock, no lower than its lowest level; or where it stands for good."""
        if rule.path in self.stands:
            return self.stands[rule.path]
        floor = anchor - self.allowance(rule, anchor)
        if rule["lock_fraction"] is not None:
            floor = min(floor, rule["lock_fraction"] * self.initial)
        elif rule["lock_amount"] is not None:
            floor = min(floor, self.initial + rule["lock_amount"])
        return max(floor, self.least.get(rule.path, floor))

    def allowance(self, rule: Rule, anchor: Decimal) -> Decimal:
        """What a rule allows to lose from its anchor."""
        return self.money(rule, "amount", anchor if rule["amount_of"] == "anchor" else None)

    def follows(self, rule: Rule) -> str:
        """What lifts a floor at once: 'equity', 'balance', or nothing before the reset."""
        live = {"day_peak_equity": "equity", "equity": "equity", "day_peak_balance": "balance", "closed_balance": "balance"}
        return live.get(rule["anchor"] or rule["trail"], "")

    def lift(self, equity: Decimal, balance: Decimal) -> None:
        """Live peaks; floors that stand no lower than the initial balance for good from a profit on."""
        for day in self.clocks.values():
            day.peak_equity, day.peak_balance = max(day.peak_equity, equity), max(day.peak_balance, balance)
        self.highest = max(self.highest, equity)
        for rule in self.of("max_loss"):
            top = {"equity": equity, "closed_balance": balance}.get(rule["trail"], NOTHING)
            self.peaks[rule.path] = max(self.peaks[rule.path], top)
            trigger = rule["lock_trigger_fraction"]
            if trigger is not None and balance >= self.initial * (1 + trigger):
                self.least[rule.path] = self.initial

    # days

    def roll(self, day: Clock, balance: Decimal, equity: Decimal, counted: Decimal) -> Decimal:
        """A reset: the day that ends is written down, end-of-day peaks are taken, the snapshot belongs to the day that begins.

        Gives the result of the day that ends.
        """
        result = counted - day.counted
        day.results[day.began] = result
        for rule in self.of("profitable_days"):
            if self.clock(rule) is day and result > 0 and result >= self.money(rule, "min_result"):
                self.counted[rule.path].add(day.began)
        for rule in self.of("max_loss"):
            top = {"eod_balance": balance, "eod_equity": equity}.get(rule["trail"])
            if top is not None and self.clock(rule) is day:
                self.peaks[rule.path] = max(self.peaks[rule.path], top)
        day.begin(day.coming.pop(0), balance, equity, counted)
        if self.paused_until <= day.began:
            self.paused_until = 0
        return result

    # trades

    def closes(self, closed: int, seen: int, trade: Holding) -> None:
        """A position is closed, at `closed` or (inside a bar) not later than `seen`."""
        self.last["close"] = closed
        self.streak = self.streak + 1 if trade.result < 0 else 0
        self.trades.append(Trade(self.day.began, trade.result, trade.voided))
        for rule in self.of("trading_days"):
            result = abs(trade.result) if rule["either_sign"] else trade.result
            large = trade.notional >= rule["min_notional_fraction"] * self.initial
            if rule["event"] == "close" and large and result >= rule["min_result_fraction"] * trade.notional:
                self.counted[rule.path].add(self.clock(rule).began)
        for rule in self.of("risk_per_trade"):
            limit = self.money(rule, "amount")
            if round(-trade.result - limit, 8) > 0:
                self.broken.append(Broken(rule, -trade.result, limit))
        for rule in self.of("holding_time"):
            held, least = Decimal(seen - trade.opened), Decimal(duration(rule["minimum"]))
            self.short += held < least
            if held < least and rule["max_share_below"] == 0 and rule["severity"] in ENDS:
                self.broken.append(Broken(rule, held, least))

    def voids(self, symbol: str, reason: str, first: int, last: int) -> bool:
        """Whether a fill between two instants takes its position's profit away."""
        return any(forbidden(rule, symbol, reason, first, last) for rule in self.of("news_blackout") if rule["severity"] == "adjust")

    def opens(self, time: int) -> None:
        """A position is opened."""
        self.last["open"] = time
        self.first_open = self.first_open or time
        for rule in self.of("trading_days"):
            if rule["event"] == "open":
                self.counted[rule.path].add(self.clock(rule).began)

    def since(self, rule: Rule) -> int | None:
        """When the time of a rule on quiet or elapsed time began; None when it has not."""
        if rule.kind == "inactivity":
            return self.last[rule["event"]]
        return self.started if rule["starts"] == "purchase" else self.first_open or None

    def enters(self, symbol: str, time: int, holdings: dict[str, Holding], equity: Decimal, leverage: Decimal) -> None:
        """An order filled that opened a position or enlarged it: perhaps more is held than may be, or it was too soon."""
        for day in self.clocks.values():
            day.orders += 1
        waited = {"symbol": self.entered.get(symbol), "account": max(self.entered.values(), default=None)}
        since = {per: None if before is None else time - before for per, before in waited.items()}
        entry = Entry(symbol, holdings, equity, self.initial, leverage, since)
        self.entered[symbol] = time
        for judged in (too_soon, wrong_side):
            self.broken += [Broken(rule, *found) for rule in self.rules if (found := judged(rule, entry))]
        for rule in self.rules:
            found = measured(rule, entry, self.clock(rule) if rule["reset"] else None)
            if found and round(found[0] - found[1], 6) > 0:
                self.broken.append(Broken(rule, *found, part=part(rule, symbol)))

    # sessions

    def closed_late(self, bar: Bar) -> None:
        """A position was closed somewhere in a bar: perhaps after a time by which it had to be."""
        for rule in self.of("session_flat"):
            at = inside(rule, bar)
            if at is not None:
                self.broken.append(Broken(rule, Decimal(bar.closed - at), NOTHING, ambiguous=True))

    def held_past(self, bar: Bar, holding: Holding) -> None:
        """A position is open at the end of a bar: perhaps it had to be closed by a time in it."""
        for rule in self.of("session_flat"):
            at = inside(rule, bar)
            if at is not None and holding.opened < at:
                self.broken.append(Broken(rule, Decimal(bar.closed - at), NOTHING, ambiguous=holding.opened > bar.opened))

    def held_at(self, time: int, holdings: dict[str, Holding]) -> list[Broken]:
        """Positions still open when, at this very instant, everything had to be closed."""
        late = any(each.quantity and each.opened < time for each in holdings.values())
        return [Broken(rule, NOTHING, NOTHING) for rule in self.of("session_flat") if late and now(rule, time)]

    # the target

    @property
    def plain_target(self) -> Decimal | None:
        """The profit that passes it, as it is written."""
        rule = self.one("profit_target")
        return self.money(rule, "target") if rule else None

    def target(self, balance: Decimal) -> Decimal | None:
        """The profit that passes it, as consistency raises it: the best day may be no more than its share of it."""
        plain = self.plain_target
        raised = [self.best(rule, balance) / rule["max_share"] for rule in self.of("consistency") if rule["effect"] == "raise_target"]
        return None if plain is None else max([plain, *raised])

    def days(self, balance: Decimal, first: int = 0) -> dict[int, Decimal]:
        """Results of the days from `first` on by their beginning, the running one included."""
        found = {**self.day.results, self.day.began: balance - self.day.counted}
        return {began: result for began, result in found.items() if began >= first}

    @property
    def base(self) -> Decimal:
        """What the phase's profit is counted from: payouts are no loss."""
        return self.initial - self.paid

    def window(self, rule: Rule) -> tuple[int, int, Decimal]:
        """What a rule counts: its first day, the trades before it, the balance it began with."""
        return self.cycle if rule["per"] == "payout_cycle" else (self.started, 0, self.base)

    def best(self, rule: Rule, balance: Decimal) -> Decimal:
        """The best day or trade, at least 0."""
        first, before, _ = self.window(rule)
        trades = [trade.result for trade in self.trades[before:] if not trade.voided]
        return max(NOTHING, *(trades if rule["scope"] == "trade" else self.days(balance, first).values()), NOTHING)

    def whole(self, rule: Rule, balance: Decimal) -> Decimal:
        """What a consistency rule takes a share of."""
        first, _, base = self.window(rule)
        if rule["share_of"] == "phase_target":
            return self.plain_target or NOTHING
        if rule["share_of"] == "total_net":
            return balance - base
        return sum((max(NOTHING, day) for day in self.days(balance, first).values()), NOTHING)

    def share_holds(self, rule: Rule, balance: Decimal) -> bool:
        """Whether the best day or trade is within its share."""
        over = round(self.best(rule, balance) - rule["max_share"] * self.whole(rule, balance), 8)
        return over < 0 if rule["compare"] == "lt" else over <= 0

    def shares(self, effect: str) -> list[Rule]:
        """The consistency rules with this effect."""
        return [rule for rule in self.of("consistency") if rule["effect"] == effect]

    def credited(self, balance: Decimal) -> Decimal:
        """Profit that counts: every day after what its trades won too much, and no more than a day may bring."""
        shares, caps = self.shares("excess_not_counted"), self.of("profit_cap")
        days = self.days(balance)
        for trade in self.trades:
            if trade.voided:
                days[trade.day] -= max(NOTHING, trade.result)
        if not shares and not caps:
            return sum(days.values(), NOTHING)
        most = {rule.path: max(NOTHING, rule["max_share"] * self.whole(rule, balance)) for rule in shares}
        a_trade = [rule["per_trade"] for rule in caps if rule["per_trade"] is not None]
        a_trade += [most[rule.path] for rule in shares if rule["scope"] == "trade"]
        a_day = [rule["per_day"] for rule in caps if rule["per_day"] is not None]
        a_day += [most[rule.path] for rule in shares if rule["scope"] == "day"]
        for trade in (each for each in self.trades if a_trade and not each.voided):
            days[trade.day] -= max(NOTHING, trade.result - min(a_trade))
        return sum((min([day, *a_day]) for day in days.values()), NOTHING)

    def waits(self, balance: Decimal) -> bool:
        """Whether a day count is missing, or a share of a day or of short trades too large."""
        counts = [rule for rule in (*self.of("trading_days"), *self.of("profitable_days")) if rule["per"] != "payout_cycle"]
        few = any(len(self.counted[rule.path]) < rule["count"] for rule in counts)
        large = any(not self.share_holds(rule, balance) for rule in self.shares("block_pass"))
        raised = [rule for rule in self.shares("raise_target") if rule["compare"] == "lt"]
        short_of = any(self.credited(balance) <= self.best(rule, balance) / rule["max_share"] for rule in raised)
        return few or large or short_of or any(self.too_short(rule) for rule in self.of("holding_time") if rule["severity"] == "block_pass")

    def too_short(self, rule: Rule) -> bool:
        """Whether more trades were shorter than the holding time than may be."""
        return self.short > rule["max_share_below"] * len(self.trades)

    # payouts

    def payout(self, time: int, balance: Decimal) -> Decimal:
        """What is paid out of a flat account at the reset of its day; 0 when nothing is."""
        rule = self.one("payout")
        if not rule or time < self.next_payout - (HOUR if self.payouts else 0):  # the day summer time begins on is shorter
            return NOTHING
        profit = balance - self.initial - self.money(rule, "buffer")
        if profit <= 0 or profit < rule["minimum"]:
            return NOTHING
        most = round(min([profit * rule["share"], *self.largest(rule)]), 8)
        amount = min([most, *(balance - floor for floor in self.left_free(rule))])
        if amount < min(most, rule["minimum"]):
            return NOTHING
        cycle = [each for each in self.of("profitable_days") if each["per"] == "payout_cycle"]
        few = any(len([day for day in self.counted[each.path] if day >= self.cycle[0]]) < each["count"] for each in cycle)
        large = any(not self.share_holds(each, balance) for each in self.shares("block_payout"))
        return NOTHING if few or large or self.would_break(amount, balance) else amount

    def largest(self, rule: Rule) -> list[Decimal]:
        """The most this payout may be: the last one written holds for all later ones."""
        steps = by_size(rule["largest_by_size"], self.initial) or rule["largest"]
        return [decimal(steps[min(self.payouts, len(steps) - 1)])] if steps else []

    def left_free(self, rule: Rule) -> list[Decimal]:
        """Overall floors that stay while the balance falls, with the share of their allowance that a payout leaves free above them."""
        staying = [each for each in self.of("max_loss") if each["severity"] != "warn" and not self.falls_along(each)]
        kept = [rule["keep_fraction"] * self.allowance(each, self.anchor(each)) for each in staying]
        return [self.floor_after(each, NOTHING) + free for each, free in zip(staying, kept, strict=True)]

    def falls_along(self, rule: Rule) -> bool:
        """Whether an overall floor falls by what is paid out."""
        return rule["on_payout"] == "reduce_peak" and rule["trail"] != "static" and rule.path not in self.stands

    def would_break(self, amount: Decimal, balance: Decimal) -> bool:
        """Whether the payout itself would break a floor."""
        after = [(rule, self.floor_after(rule, amount)) for rule in self.floors if rule["severity"] != "warn"]
        return any(is_broken(rule, balance - amount, floor) for rule, floor in after)

    def floor_after(self, rule: Rule, amount: Decimal) -> Decimal:
        """Where a floor stands after a payout: a day's falls with the money, an overall one does what its rule says."""
        if rule.kind == "daily_loss":
            return self.floor(rule, self.anchor(rule) - amount)
        if rule["on_payout"] == "floor_to_initial":
            return self.initial
        return self.floor(rule, self.anchor(rule) - amount * self.falls_along(rule))

    def pay(self, time: int, amount: Decimal, balance: Decimal) -> None:
        """Money leaves the account; no result, day or daily floor takes it for a loss, and a new cycle begins."""
        for rule in self.of("max_loss"):
            if rule["on_payout"] == "floor_to_initial":
                self.stands[rule.path] = self.initial
            elif rule["on_payout"] == "reduce_peak" and rule["trail"] != "static":
                self.peaks[rule.path] -= amount
        for day in self.clocks.values():
            day.pay(amount)
        self.highest -= amount
        rule = self.of("payout")[0]
        self.payouts, self.paid, self.next_payout = self.payouts + 1, self.paid + amount, time + duration(rule["every"])
        self.cycle = (self.day.began, len(self.trades), balance - amount)


def key(reset: dict[str, Any]) -> Reset:
    """A clock's name."""
    return reset["at"], reset["zone"], tuple(reset.get("weekdays") or ())


def day_of(rules: list[Rule]) -> Reset:
    """The firm's trading day: of its rules that count days, else of its daily loss, else of another, else from midnight UTC."""
    firm = [rule for rule in rules if rule.path.startswith("program") and rule["reset"]]
    counting = [rule for rule in firm if rule.kind in COUNTING]
    for rule in (*counting, *(rule for rule in firm if rule.kind == "daily_loss"), *firm):
        return key(rule["reset"])
    return "00:00", "UTC", ()


def is_broken(rule: Rule, value: Decimal, floor: Decimal) -> bool:
    """le: touching the floor breaks the rule; lt: only going under it does."""
    gap = round(value - floor, 8)
    return gap <= 0 if rule["compare"] == "le" else gap < 0
