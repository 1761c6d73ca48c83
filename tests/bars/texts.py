"""Real bars written down as other programs write them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from runner.bars.catalog import Catalog
from runner.bars.shelf import shelved
from runner.model.bars import Bars

REAL = Path(__file__).parent / "real"
HOUR = 3_600_000


@cache
def euro() -> Bars:
    """EURUSD by the hour, 2020-02-24 to 2020-04-03: the weeks in which America changed its clocks before Europe."""
    from runner.bars.catalog import load

    found = shelved(REAL, REAL / "EURUSD-1h.parquet")
    assert found is not None
    return load(found)


@cache
def coin(count: int = 60) -> Bars:
    """The first 4h bars of 2024 of the BTCUSDT perpetual."""
    bars = Catalog(market="binance/futures").bars("BTCUSDT", "4h")
    return bars.between(1_704_067_200_000, 1_704_067_200_000 + count * 4 * HOUR)


def local(time_ms: int, zone: str, hours: int = 0) -> datetime:
    """What a clock in the zone, `hours` ahead of it, shows at an instant."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(hours=hours)


def rows(bars: Bars, stamp: Callable[[int], str], delimiter: str = ",", digits: int = 5, *, decimal: str = ".") -> list[str]:
    """Time, four prices and volume of each bar, one line each."""
    prices = zip(bars.open, bars.high, bars.low, bars.close, strict=True)
    numbers = [[f"{price:.{digits}f}".replace(".", decimal) for price in four] for four in prices]
    volumes = [f"{volume:.15g}".replace(".", decimal) for volume in bars.volume]
    times = [stamp(int(time)) for time in bars.open_time]
    return [delimiter.join([time, *four, volume]) for time, four, volume in zip(times, numbers, volumes, strict=True)]


def mt5(bars: Bars, zone: str = "America/New_York", hours: int = 7, decimal: str = ".") -> str:
    """An export of MetaTrader 5 from a server with that clock."""
    lines = rows(bars, lambda time: f"{local(time, zone, hours):%Y.%m.%d\t%H:%M:%S}", "\t", decimal=decimal)
    return "\r\n".join(
        ["<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>", *(f"{line}\t0\t3" for line in lines), ""]
    )


def histdata(bars: Bars) -> str:
    """A file of HistData: New York winter time all year."""
    return "\n".join(rows(bars, lambda time: f"{local(time, 'Etc/GMT+5'):%Y%m%d %H%M%S}", ";")) + "\n"


def binance(bars: Bars, unit: int = 1, *, header: bool = False) -> str:
    """A file of Binance's archive; unit: 1 for milliseconds, 1000 for the microseconds it has since 2025."""
    names = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore"
    tail = [
        f"{(int(time) + bars.timeframe_ms) * unit - 1},0,7,{volume / 4:.15g},0,0"
        for time, volume in zip(bars.open_time, bars.volume, strict=True)
    ]
    lines = rows(bars, lambda time: str(time * unit), digits=2)
    return "\n".join([*([names] if header else []), *(f"{line},{end}" for line, end in zip(lines, tail, strict=True)), ""])


def bybit(bars: Bars) -> str:
    """A file of Bybit's archive for MetaTrader 4: its clock is three hours ahead of UTC."""
    return "\n".join(rows(bars, lambda time: f"{local(time, 'UTC', 3):%Y.%m.%d %H:%M}", digits=2)) + "\n"


def tradingview(bars: Bars, *, iso: str = "") -> str:
    """An export of TradingView; iso: the offset of its chart, such as +01:00, instead of seconds since 1970."""

    def stamp(time: int) -> str:
        hours = int(iso[:3]) if iso[:1] in ("+", "-") else 0
        return f"{local(time, 'UTC', hours):%Y-%m-%dT%H:%M:%S}{iso}" if iso else str(time // 1000)

    return "\n".join(["time,open,high,low,close,Volume,RSI", *(f"{line},50" for line in rows(bars, stamp, digits=2)), ""])


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """The text as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def generic(bars: Bars, stamps: Sequence[str], header: str = "Date,Open,High,Low,Close,Volume", delimiter: str = ",") -> str:
    """Any other file with a header."""
    given = iter(stamps)
    return "\n".join([header, *rows(bars, lambda _: next(given), delimiter, digits=2), ""])
