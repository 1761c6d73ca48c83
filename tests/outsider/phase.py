"""One attempt at a phase: what its rules have to remember, and what they say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.outsider.clock import Clock
from tests.outsider.left import Rule, decimal, duration
from tests.outsider.path import Holding

NOTHING = Decimal(0)
CAPS = ("notional_cap", "margin_cap", "bucket_cap", "open_positions", "orders_per_day")
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


@dataclass
class Phase:
    """An account from the beginning of a phase."""

    name: str
    rules: list[Rule]
    started: int
    initial: Decimal
    clocks: dict[tuple[str, str], Clock]
    peaks: dict[str, Decimal] = field(default_factory=dict)  # by rule: what an overall floor follows
    last_close: int = 0
    counted: dict[str, set[int]] = field(default_factory=dict)  # by rule: the days (their beginnings) that count
    over: dict[tuple[str, int], Decimal] = field(default_factory=dict)  # by rule and day: what single trades won above their cap
    trades: int = 0
    short: int = 0
    broken: list[Broken] = field(default_factory=list)  # by single trades; judged at the next close
    paused_until: int = 0

    def __post_init__(self) -> None:
        self.last_close = self.started
        self.kinds = {kind: [rule for rule in self.rules if rule.kind == kind] for kind in {rule.kind for rule in self.rules}}
        self.floors = [rule for rule in self.rules if rule.kind in ("daily_loss", "max_loss")]
        self.peaks = {rule.path: self.initial for rule in self.of("max_loss")}
        self.counted = {rule.path: set() for rule in (*self.of("trading_days"), *self.of("profitable_days"))}
        for each in self.clocks.values():
            each.begin(self.started, self.initial, self.initial, self.initial)

    def of(self, kind: str) -> list[Rule]:
        """Its rules of one kind, in the order they are written."""
        return self.kinds.get(kind, [])

    def one(self, kind: str) -> Rule | None:
        """Its only rule of a kind."""
        return next(iter(self.of(kind)), None)

    def clock(self, rule: Rule) -> Clock:
        """The clock of a rule."""
        return self.clocks[key(rule["reset"])]

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
        """Anchor − amount, no higher than the lock."""
        amount = money(rule, "amount", anchor if rule["amount_of"] == "anchor" else self.initial, self.initial)
        floor = anchor - amount
        if rule["lock_fraction"] is not None:
            return min(floor, rule["lock_fraction"] * self.initial)
        return floor if rule["lock_amount"] is None else min(floor, self.initial + rule["lock_amount"])

    def follows(self, rule: Rule) -> str:
        """What lifts a floor at once: 'equity', 'balance', or nothing before the reset."""
        live = {"day_peak_equity": "equity", "equity": "equity", "day_peak_balance": "balance", "closed_balance": "balance"}
        return live.get(rule["anchor"] or rule["trail"], "")

    def lift(self, equity: Decimal, balance: Decimal) -> None:
        """Live peaks."""
        for day in self.clocks.values():
            day.peak_equity, day.peak_balance = max(day.peak_equity, equity), max(day.peak_balance, balance)
        for rule in self.of("max_loss"):
            top = {"equity": equity, "closed_balance": balance}.get(rule["trail"], NOTHING)
            self.peaks[rule.path] = max(self.peaks[rule.path], top)

    # days

    def roll(self, day: Clock, balance: Decimal, equity: Decimal, counted: Decimal) -> None:
        """A reset: the day that ends is written down, end-of-day peaks are taken, the snapshot belongs to the day that begins."""
        result = counted - day.counted
        day.results[day.began] = result
        for rule in self.of("profitable_days"):
            if self.clock(rule) is day and result >= rule["min_result_fraction"] * self.initial:
                self.counted[rule.path].add(day.began)
        for rule in self.of("max_loss"):
            top = {"eod_balance": balance, "eod_equity": equity}.get(rule["trail"])
            if top is not None and self.clock(rule) is day:
                self.peaks[rule.path] = max(self.peaks[rule.path], top)
        day.begin(day.coming.pop(0), balance, equity, counted)
        if self.paused_until <= day.began:
            self.paused_until = 0

    # trades

    def closes(self, closed: int, seen: int, trade: Holding) -> None:
        """A position is closed, at `closed` or (inside a bar) not later than `seen`."""
        self.last_close = closed
        self.trades += 1
        for rule in self.of("trading_days"):
            result = abs(trade.result) if rule["either_sign"] else trade.result
            large = trade.notional >= rule["min_notional_fraction"] * self.initial
            if large and result >= rule["min_result_fraction"] * trade.notional:
                self.counted[rule.path].add(self.clock(rule).began)
        for rule in self.of("profit_cap"):
            if rule["per_trade"] is not None:
                day = (rule.path, self.clock(rule).began)
                self.over[day] = self.over.get(day, NOTHING) + max(NOTHING, trade.result - rule["per_trade"])
        for rule in self.of("risk_per_trade"):
            limit = money(rule, "amount", self.initial, self.initial)
            if round(-trade.result - limit, 8) > 0:
                self.broken.append(Broken(rule, -trade.result, limit))
        for rule in self.of("holding_time"):
            held, least = Decimal(seen - trade.opened), Decimal(duration(rule["minimum"]))
            self.short += held < least
            if held < least and rule["max_share_below"] == 0 and rule["severity"] == "fail":
                self.broken.append(Broken(rule, held, least))

    def enters(self, holdings: dict[str, Holding], leverage: Decimal) -> None:
        """A position is opened or enlarged: is more held than may be? Without the gate nothing else looks."""
        for day in self.clocks.values():
            day.orders += 1
        held = {name: abs(each.cost) for name, each in holdings.items() if each.quantity}
        for rule in (rule for rule in self.rules if rule.kind in CAPS):
            if rule.kind == "open_positions":
                value, limit = Decimal(len(held)), Decimal(rule["count"])
            elif rule.kind == "orders_per_day":
                value, limit = Decimal(self.clock(rule).orders), Decimal(rule["count"])
            elif rule.kind == "margin_cap":
                value, limit = sum(held.values(), NOTHING) / leverage, rule["limit_fraction"] * self.initial
            else:
                inside = [name for name in held if rule.kind == "notional_cap" or in_bucket(rule, name)]
                value, limit = sum((held[name] for name in inside), NOTHING), rule["limit_multiple"] * self.initial
            if round(value - limit, 6) > 0:
                self.broken.append(Broken(rule, value, limit))

    # the target

    @property
    def target(self) -> Decimal | None:
        """The profit that passes it."""
        rule = self.one("profit_target")
        return money(rule, "target", self.initial, self.initial) if rule else None

    def days(self, rule: Rule, balance: Decimal) -> dict[int, Decimal]:
        """Results of all days by their beginning, the running one included."""
        day = self.clock(rule)
        return {**day.results, day.began: balance - day.counted}

    def whole(self, rule: Rule, balance: Decimal) -> Decimal:
        """What a consistency rule takes a share of."""
        if rule["share_of"] == "total_net":
            return balance - self.initial
        if rule["share_of"] == "phase_target":
            return self.target or NOTHING
        return sum((max(NOTHING, day) for day in self.days(rule, balance).values()), NOTHING)

    def credited(self, balance: Decimal) -> Decimal:
        """Profit that counts: every day after the cap on its trades, on the day, and on the day's share."""
        share, cap = self.one("consistency"), self.one("profit_cap")
        share = share if share and share["effect"] == "excess_not_counted" else None
        if not share and not cap:
            return balance - self.initial
        days = self.days(share or cap, balance)  # type: ignore[arg-type]
        if cap:
            most = Decimal("Infinity") if cap["per_day"] is None else cap["per_day"]
            days = {began: min(day - self.over.get((cap.path, began), NOTHING), most) for began, day in days.items()}
        if share:
            most = share["max_share"] * self.whole(share, balance)
            most = most if share["share_of"] == "phase_target" else max(NOTHING, most)
            days = {began: min(day, most) for began, day in days.items()}
        return sum(days.values(), NOTHING)

    def waits(self, balance: Decimal) -> bool:
        """Whether a day count is missing, or a share of a day or of short trades too large."""
        few = any(len(self.counted[rule.path]) < rule["count"] for rule in (*self.of("trading_days"), *self.of("profitable_days")))
        large = any(self.best_share(rule, balance) > rule["max_share"] for rule in self.of("consistency") if rule["effect"] == "block_pass")
        return few or large or any(self.too_short(rule) for rule in self.of("holding_time") if rule["severity"] == "block_pass")

    def best_share(self, rule: Rule, balance: Decimal) -> Decimal:
        """The best day as a share of the whole."""
        whole = self.whole(rule, balance)
        return max(NOTHING, *self.days(rule, balance).values()) / whole if whole > 0 else Decimal("Infinity")

    def too_short(self, rule: Rule) -> bool:
        """Whether more trades were shorter than the holding time than may be."""
        return self.short > rule["max_share_below"] * self.trades


def in_bucket(rule: Rule, symbol: str) -> bool:
    """The symbols named, or all but those named."""
    return symbol in rule["symbols"] if rule["symbols"] else symbol not in rule["except_symbols"]


def key(reset: dict[str, Any]) -> tuple[str, str]:
    """A clock's name."""
    return reset["at"], reset["zone"]


def money(rule: Rule, name: str, base: Decimal, size: Decimal) -> Decimal:
    """A setting that is a fraction of `base`, or money, or money by the account's size."""
    if rule[f"{name}_fraction"] is not None:
        return Decimal(rule[f"{name}_fraction"] * base)
    if rule[f"{name}_by_size"] is not None:
        return next(amount for known, amount in rule[f"{name}_by_size"].items() if decimal(known) == size)
    return Decimal(rule[name] if rule[f"{name}_amount"] is None else rule[f"{name}_amount"])


def is_broken(rule: Rule, value: Decimal, floor: Decimal) -> bool:
    """le: touching the floor breaks the rule; lt: only going under it does."""
    gap = round(value - floor, 8)
    return gap <= 0 if rule["compare"] == "le" else gap < 0
