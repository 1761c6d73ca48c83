"""What a run leaves, read without the runner: the account's settled rules, fills, marks, claims; and the shipped bars beside it."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from math import isnan
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

SHIPPED = Path(__file__).parents[2] / "runner" / "data" / "bars" / "binance"
SECOND, HOUR, DAY = 1_000, 3_600_000, 86_400_000
LENGTHS = {"4h": 4 * HOUR, "1h": HOUR}
UNITS = {"s": SECOND, "m": 60 * SECOND, "h": HOUR, "d": DAY}
FUNDING_EVERY = 8 * HOUR  # where no payments are recorded, the venue's grid


def milliseconds(text: str) -> int:
    """'2024-03-01T08:00:00.001Z' as UTC milliseconds."""
    moment = datetime.fromisoformat(text)
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def duration(text: str | None) -> int:
    """'30d', '4h', '5m', '30s' as milliseconds; nothing is 0."""
    return int(text[:-1]) * UNITS[text[-1]] if text else 0


@lru_cache(maxsize=1 << 18)
def decimal(value: Any) -> Decimal:
    """A number as people read it."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


@dataclass(frozen=True)
class Bar:
    """One candle of one symbol; times in UTC milliseconds."""

    opened: int
    closed: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal


@dataclass(frozen=True)
class Fill:
    """A row of trades.csv."""

    time: int
    symbol: str
    position: int
    side: int
    reason: str
    quantity: Decimal
    price: Decimal
    profit: Decimal
    fee: Decimal
    funding: Decimal
    slippage: Decimal
    balance: Decimal
    open_quantity: Decimal
    phase: str

    @property
    def leg(self) -> int:
        """Inside a bar: which leg of its path, 1 to 3, kept as milliseconds after the open. 0: at an instant."""
        return self.time % SECOND

    @property
    def market(self) -> Decimal:
        """The market's price when it filled: its own without the slippage."""
        return round(self.price - self.side * self.slippage / self.quantity, 4)


@dataclass(frozen=True)
class Mark:
    """A row of equity.parquet: the account when bars closed, and the floors these bars were held against."""

    time: int
    balance: Decimal
    high: Decimal
    low: Decimal
    equity: Decimal
    open_positions: int
    phase: str
    floors: dict[str, Decimal]


@dataclass(frozen=True)
class Answer:
    """What the gate said to a plan: which code and rule bound or refused it, what was wanted and approved."""

    symbol: str
    code: str | None
    rule: str | None
    wanted: float | None
    quantity: float | None


class Rule(dict[str, Any]):
    """One rule of the settled account: its settings as they are written, numbers as decimals; one it does not have is None."""

    def __init__(self, path: str, says: dict[str, Any]) -> None:
        super().__init__({name: decimal(value) if isinstance(value, float) else value for name, value in says.items()})
        self.kind: str = says["_target_"].split(".")[-2]  # its file in conf/rule
        self.path, self.name = path, path.rsplit(".", maxsplit=1)[-1]
        self.setdefault("severity", "fail")  # what does not say is broken for good

    def __missing__(self, name: str) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Left:
    """The folder of one run."""

    folder: Path

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The settled configuration."""
        found: dict[str, Any] = yaml.load((self.folder / "config.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return found

    @cached_property
    def account(self) -> dict[str, Any]:
        """The account of the settled configuration."""
        found: dict[str, Any] = self.settings["account"]
        return found

    @cached_property
    def summary(self) -> dict[str, Any]:
        """summary.json."""
        found: dict[str, Any] = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        return found

    @cached_property
    def fills(self) -> list[Fill]:
        """trades.csv, in the order things happened."""
        with (self.folder / "trades.csv").open(encoding="utf-8", newline="") as file:
            return [fill(row) for row in csv.DictReader(file)]

    @cached_property
    def marks(self) -> list[Mark]:
        """equity.parquet, oldest first."""
        return [mark(row) for row in pq.read_table(self.folder / "equity.parquet").to_pylist()]

    @cached_property
    def pauses(self) -> list[tuple[int, str]]:
        """When which rule paused the account, from the journal."""
        with closing(sqlite3.connect(self.folder / "journal.db")) as journal:
            return list(journal.execute("SELECT time, rule FROM event WHERE action = 'PAUSE' AND code <> 'HOUSE' ORDER BY id"))

    @cached_property
    def acts(self) -> list[tuple[int, str, str | None, Decimal]]:
        """When which rung of the house acted on which symbol (None: on all) at which value, from the journal."""
        with closing(sqlite3.connect(self.folder / "journal.db")) as journal:
            rows = list(journal.execute("SELECT time, rule, symbol, value FROM event WHERE code = 'HOUSE' ORDER BY id"))
        return [(time, rule, symbol, decimal(value)) for time, rule, symbol, value in rows]

    @cached_property
    def answers(self) -> dict[int, list[Answer]]:
        """What the gate answered, by the instant it did, from the journal."""
        found = dict[int, list[Answer]]()
        with closing(sqlite3.connect(self.folder / "journal.db")) as journal:
            for time, *row in journal.execute("SELECT time, symbol, code, rule, wanted, quantity FROM decision ORDER BY id"):
                found.setdefault(time, []).append(Answer(*row))
        return found

    @cached_property
    def steps(self) -> dict[str, Decimal]:
        """No larger than the quantity step of each symbol: the last place its fills use."""
        places = {each.symbol: [0] for each in self.fills}
        for each in self.fills:
            places[each.symbol].append(int(each.quantity.as_tuple().exponent))
        return {symbol: Decimal(1).scaleb(min(found)) for symbol, found in places.items()}

    @cached_property
    def payouts(self) -> list[tuple[int, Decimal]]:
        """When how much was paid out, from the journal."""
        with closing(sqlite3.connect(self.folder / "journal.db")) as journal:
            rows = list(journal.execute("SELECT time, value FROM event WHERE code = 'PAYOUT' ORDER BY id"))
        return [(time, decimal(value)) for time, value in rows]

    def rules(self, phase: str) -> list[Rule]:
        """The firm's rules of one phase that hold for this variant and day of purchase, then the house's."""
        firm = self.account["program"]["phases"][phase]["rules"]
        house = self.account["house"] or {}
        written = {f"program.phases.{phase}.rules.{name}": says for name, says in firm.items()}
        written |= {f"house.{name}": says for name, says in house.items() if says}
        return [Rule(path, says) for path, says in written.items() if self.holds(says)]

    def holds(self, says: dict[str, Any]) -> bool:
        """Does a rule hold for what was bought, and when? No date means the newest rules."""
        day = self.account["purchased"] or "9999-12-31"
        bought = (says["purchased_from"] or "") <= day <= (says["purchased_until"] or "9999-12-31")
        return bought and (not says["variants"] or self.account["variant"] in says["variants"])

    def bars(self, symbol: str) -> dict[int, Bar]:
        """The bars that were walked, by close. Where the run marked every hour of a longer bar (a doubt was looked into), its hours."""
        walked = next(each["walked"] for each in self.summary["streams"] if each["symbol"] == symbol)
        bars = dict(candles(symbol, walked))
        for bar in list(bars.values()) if self.is_hourly else ():
            if bar.closed - bar.opened > HOUR and bar.opened + HOUR in self.times:
                hours = [candles(symbol, "1h").get(at) for at in range(bar.opened + HOUR, bar.closed + 1, HOUR)]
                if all(hours):
                    del bars[bar.closed]
                    bars |= {hour.closed: hour for hour in hours if hour}
        return bars

    @cached_property
    def is_hourly(self) -> bool:
        """Whether there is a mark where no bar of four hours closes."""
        return any(time % (4 * HOUR) for time in self.times)

    @cached_property
    def times(self) -> set[int]:
        """Every instant with a mark."""
        return {each.time for each in self.marks}

    def funding(self, symbol: str) -> dict[int, Decimal]:
        """Funding rates by the instant they are due; the configured rate where no payment is recorded."""
        venue = self.account["venue"]
        if not venue.get("funding"):
            return {}
        rate, first, last = decimal(venue["funding_rate"]), self.marks[0].time // FUNDING_EVERY, self.marks[-1].time // FUNDING_EVERY
        return {number * FUNDING_EVERY: rate for number in range(first, last + 1)} | payments(symbol)


def fill(row: dict[str, str]) -> Fill:
    """One row of trades.csv."""
    return Fill(
        time=milliseconds(row["time"]),
        symbol=row["symbol"],
        position=int(row["position"]),
        side=1 if row["side"] == "buy" else -1,
        reason=row["reason"],
        phase=row["phase"],
        **{name: Decimal(row[name]) for name in AMOUNTS},
    )


def mark(row: dict[str, Any]) -> Mark:
    """One row of equity.parquet."""
    floors = {name.removeprefix("floor_"): decimal(value) for name, value in row.items() if name.startswith("floor_") and not isnan(value)}
    amounts = {name: decimal(row[column]) for name, column in COLUMNS.items()}
    time = round(row["time"].timestamp() * 1000)
    return Mark(time=time, open_positions=row["open_positions"], phase=row["phase"], floors=floors, **amounts)


AMOUNTS = ("quantity", "price", "profit", "fee", "funding", "slippage", "balance", "open_quantity")
COLUMNS = {"balance": "balance", "high": "equity_high", "low": "equity_low", "equity": "equity"}


@cache
def candles(symbol: str, timeframe: str) -> dict[int, Bar]:
    """Shipped candles by close time."""
    found = [place for place in (SHIPPED / "futures", SHIPPED / "spot") if (place / f"{symbol}-{timeframe}.parquet").exists()]
    rows = pq.read_table(found[0] / f"{symbol}-{timeframe}.parquet").to_pylist()
    bars = [bar(row, LENGTHS[timeframe]) for row in rows]
    return {each.closed: each for each in bars}


def bar(row: dict[str, Any], length: int) -> Bar:
    """One row of a file of bars."""
    opened = round(row["time"].timestamp() * 1000)
    return Bar(opened, opened + length, *(decimal(row[name]) for name in ("open", "high", "low", "close")))


@cache
def payments(symbol: str) -> dict[int, Decimal]:
    """Shipped funding; the stamps are a few milliseconds late, payments fall on full hours."""
    file = SHIPPED / "futures" / f"{symbol}-funding.parquet"
    rows = pq.read_table(file).to_pylist() if file.exists() else []
    return {round(row["time"].timestamp() / 3600) * HOUR: decimal(row["funding_rate"]) for row in rows}
