"""The shapes of text in which bars are handed around: recognised by their first line, and which of their columns means what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from runner.bars.parquet import unfit
from runner.bars.text_file import Table
from runner.model.duration import milliseconds

SHAPES = ("binance", "bybit", "mt5", "histdata", "tradingview", "generic")
TIME = (
    *("time", "timestamp", "open_time", "opentime", "datetime", "date_time", "start_at", "start_time", "starttime", "start"),
    *("ts", "gmt_time", "date", "unix"),
)
ALIASES = {
    "open": ("open", "o", "open_price", "openprice"),
    "high": ("high", "h", "high_price", "highprice"),
    "low": ("low", "l", "low_price", "lowprice"),
    "close": ("close", "c", "close_price", "closeprice"),
    "volume": ("volume", "tickvol", "tick_volume", "vol", "v", "volume_base"),
    "trades": ("count", "number_of_trades", "trades", "tradecount"),
    "buy_volume": ("taker_buy_volume", "taker_buy_base_volume", "taker_buy_base_asset_volume"),
}
NEEDED = ("open", "high", "low", "close")
PLAIN = ("time", *NEEDED, "volume")
BARE: tuple[tuple[str, int, str, tuple[str, ...]], ...] = (  # files without a header: shape, cells, first cell, columns
    ("binance", 12, r"\d{13,16}", (*PLAIN, "close_time", "quote_volume", "trades", "buy_volume", "buy_quote", "ignored")),
    ("bybit", 7, r"\d{13}", (*PLAIN, "turnover")),
    ("bybit", 6, r"\d{4}\.\d{2}\.\d{2} \d{2}:\d{2}", PLAIN),
    ("histdata", 6, r"\d{8} \d{6}", PLAIN),
    ("mt5", 7, r"\d{4}\.\d{2}\.\d{2}", ("date", *PLAIN)),
    ("generic", 6, r"\d{10,19}|\d{4}-\d{2}-\d{2}.*", PLAIN),
)
CLOCKS = {"binance": "UTC", "bybit": "UTC+3", "histdata": "UTC-5", "tradingview": "UTC", "generic": "UTC"}
INSTANT = r"\d{9,10}|.*T.*(Z|[+-]\d{2}:?\d{2})"  # as TradingView writes times: seconds since 1970, or an offset behind them
MINUTES = {"M": 1, "H": 60, "D": 1440, "W": 10080}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a table is: `columns` says at which position our columns stand (`time`, `date` where it is apart, prices, sums)."""

    name: str
    columns: Mapping[str, int] = field(default_factory=dict)
    clock: str | None = None  # the clock its times are read off when nobody says; None: it has to be said


def shape(table: Table, asked: str = "auto") -> Shape:
    """The shape of a table; `asked` insists on one. DataError with the first line when it is none we know, or not the one asked for."""
    found = by_header(table) if table.names else bare(table)
    if found is None:
        raise unfit(table.path, f"the first line is of no shape we know ({', '.join(SHAPES)}): {table.delimiter.join(table.cells)[:80]!r}")
    if asked not in ("auto", "generic", found.name):
        if found.name not in ("generic", "tradingview"):
            raise unfit(table.path, f"expected the shape {asked}, looks like {found.name}: {table.delimiter.join(table.cells)[:80]!r}")
        return Shape(name=asked, columns=found.columns, clock=CLOCKS.get(asked))
    return found


def bare(table: Table) -> Shape | None:
    """The shape of a table without a header."""
    for name, width, first, columns in BARE:
        if len(table.cells) == width and re.fullmatch(first, table.cells[0]):
            return Shape(name=name, columns={column: number for number, column in enumerate(columns)}, clock=CLOCKS.get(name))
    return None


def by_header(table: Table) -> Shape:
    """The shape of a table whose header names its columns; DataError when one is lacking."""
    names, columns = table.names, {}
    for ours, theirs in ALIASES.items():
        position = next((names.index(name) for name in theirs if name in names), None)
        if position is not None:
            columns[ours] = position
    columns |= times(names)
    lacking = [name for name in ("time", *NEEDED) if name not in columns]
    if lacking:
        raise unfit(table.path, f"lacks {', '.join(lacking)}; its header has {', '.join(names)[:120]}")
    name = header_shape(table)
    real = names.index("vol") if name == "mt5" and "vol" in names else None
    return Shape(name=name, columns=columns | ({"real_volume": real} if real is not None else {}), clock=CLOCKS.get(name))


def times(names: tuple[str, ...]) -> dict[str, int]:
    """Where the time stands, and the date where that is a column of its own."""
    if "date" in names and "time" in names:
        return {"date": names.index("date"), "time": names.index("time")}
    found = next((names.index(name) for name in TIME if name in names), None)
    return {} if found is None else {"time": found}


def header_shape(table: Table) -> str:
    """Which program writes such a header."""
    names = table.names
    if table.cells[0].startswith("<"):
        return "mt5"
    if {"quote_volume", "quote_asset_volume"} & set(names) and {"taker_buy_volume", "taker_buy_base_asset_volume"} & set(names):
        return "binance"
    if "start_at" in names or "turnover" in names:
        return "generic"
    first = table.columns[0][0].as_py() if len(table) else ""
    return "tradingview" if names[0] == "time" and "date" not in names and re.fullmatch(INSTANT, first) else "generic"


def symbol_in(stem: str) -> str | None:
    """The symbol a file's name tells: `BTCUSDT-1m-2024-01`, `EURUSD_H1_2020`, `DAT_ASCII_EURUSD_M1_2020`, `BYBIT_BTCUSDT.P, 240`."""
    from runner.model.currency import quote_of

    words = [word.removesuffix(".P") for word in re.split(r"[-_, ]+", stem)]
    return next((word for word in words if re.fullmatch(r"[A-Z0-9]{5,20}", word) and quote_of(word)), None)


def timeframe_in(stem: str) -> int | None:
    """The timeframe a file's name tells, in milliseconds: `1m`, `4h`, `H1`, `M15`, `, 240`; None when it does not."""
    for word in re.split(r"[-_, .]+", stem)[1:]:
        if re.fullmatch(r"[1-9]\d{0,2}[smhdw]", word):
            return milliseconds(word)
        if re.fullmatch(r"M(1|5|15|30)|H(1|4)|D1|W1", word):
            return MINUTES[word[0]] * int(word[1:]) * 60_000
        if re.fullmatch(r"1D|1W", word):
            return MINUTES[word[1]] * 60_000
        if re.fullmatch(r"1|3|5|15|30|60|120|240|360|720", word):
            return int(word) * 60_000
    return None
