"""Bars that cannot be used end in one clear line; strange ones that can be used end in a correct result."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bars.making import write
from tests.command import Ran, command, written
from tests.end_to_end.markets import Change, Columns, doubled, emptied, holed, swapped, torn, walk

TRADED = ("ha_flip", "confluence", "momentum", "mean_reversion", "donchian", "zones")
NEVER = (
    "defaults: [/entry@entry: never, /exit@exit.none: no_exit, /sizing@sizing: fixed_quantity, _self_]\n"
    "symbols: [BTCUSDT]\ntimeframe: 4h\nsizing: {quantity: 1.0}\n"
)


def ran(home: Path, *words: str, bars: Columns | bytes, symbol: str = "BTCUSDT") -> Ran:
    """A run on bars of ours, with its files in `run`."""
    file = home / "data" / f"{symbol}-4h.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(bars, bytes):
        file.write_bytes(bars)
    else:
        write(file, bars)
    chosen = {"strategy": "ema_cross", "account": "no_limits"} | dict(word.split("=", 1) for word in words)
    said = [f"{key}={value}" for key, value in chosen.items()]
    return command(*said, f"strategy.symbols=[{symbol}]", "source.root=data", "mode.output=run", home=home)


def page(home: Path) -> dict[str, Any]:
    """The run's summary."""
    found: dict[str, Any] = json.loads((home / "run" / "summary.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("content", [b"", b"PAR1 but nothing else", b"time,open\n1,2\n"], ids=["empty", "cut", "csv"])
def test_a_file_that_is_no_parquet_is_named(content: bytes, tmp_path: Path) -> None:
    """The file and what was expected; nothing is left behind."""
    found = ran(tmp_path, bars=content)
    assert (found.status, found.out) == (2, "")
    assert "BTCUSDT-4h.parquet" in found.err
    assert "expected a Parquet file" in found.err
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (swapped, "row 5 (2024-01-01 12:00 UTC): time goes back, the row before is 2024-01-01 16:00 UTC"),
        (doubled, "row 5 (2024-01-01 12:00 UTC): time occurs twice"),
        (holed, "row 8 (2024-01-02 04:00 UTC): close is missing"),
        (torn, "more than the 2d this market explains"),
        (emptied, "BTCUSDT  has none from the first bar to the last bar"),
    ],
)
def test_faults_are_named_with_their_row(change: Change, said: str, tmp_path: Path) -> None:
    """Unsorted, duplicate, missing, torn and absent bars: the row and what is wrong with it."""
    found = ran(tmp_path, bars=change(walk()))
    assert (found.status, found.out) == (2, "")
    assert said in found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize("strategy", ["ema_cross", "fvg", "buy_and_hold", *TRADED])
@pytest.mark.parametrize("account", ["hyro_2step", "no_limits"])
def test_one_bar_is_an_empty_result(strategy: str, account: str, tmp_path: Path) -> None:
    """A single bar: no trade, the balance untouched, the phase still active."""
    found = ran(tmp_path, f"strategy={strategy}", f"account={account}", bars=walk(1))
    assert (found.status, found.err) == (0, "")
    summary = page(tmp_path)
    assert (summary["bars"], summary["trades"], summary["net_profit"]) == (1, 0, 0.0)
    assert summary["verdict"]["state"] == "active"
    assert summary["metrics"]["win_rate"] is None
    assert "1 bar, " in found.out


def test_zero_volume_trades_as_any_other(tmp_path: Path) -> None:
    """Volume is no part of an average of prices; a strategy that asks for volume finds none and never signals."""
    assert ran(tmp_path / "crossing", bars=walk(volume=0.0)).status == 0
    assert ran(tmp_path / "usual", bars=walk()).status == 0
    assert page(tmp_path / "crossing")["net_profit"] == page(tmp_path / "usual")["net_profit"] != 0.0
    assert ran(tmp_path / "gaps", "strategy=fvg", bars=walk(volume=0.0)).status == 0
    assert page(tmp_path / "gaps")["trades"] == 0


@pytest.mark.parametrize("account", ["own_money", "hyro_2step"])
def test_an_unknown_instrument_is_inferred_and_flagged(account: str, tmp_path: Path) -> None:
    """Steps come from the prices, the summary and the terminal say so, and fills lie on the inferred grid."""
    found = ran(tmp_path, f"account={account}", bars=walk(), symbol="NOBODYUSDT")
    assert found.status == 0
    warning = "NOBODYUSDT: no instrument specification; steps were inferred from its prices"
    assert warning in page(tmp_path)["warnings"]
    assert "NOBODYUSDT: no instrument specification" in found.out
    assert page(tmp_path)["trades"] > 5


def test_tiny_prices_keep_their_digits(tmp_path: Path) -> None:
    """Prices of 1e-5: the same trades and results as the same market a million times dearer, fills without exponents."""
    assert ran(tmp_path / "tiny", bars=walk(price=1e-5, digits=9), symbol="TINYUSDT").status == 0
    assert ran(tmp_path / "usual", bars=walk(price=10.0, digits=3), symbol="TINYUSDT").status == 0
    tiny, usual = page(tmp_path / "tiny"), page(tmp_path / "usual")
    assert tiny["trades"] == usual["trades"] > 5
    assert tiny["net_profit"] == pytest.approx(usual["net_profit"], rel=0.02)
    assert "e-" not in (tmp_path / "tiny" / "run" / "trades.csv").read_text(encoding="utf-8")


def test_prices_below_the_tick_make_no_plan(tmp_path: Path) -> None:
    """Prices of 1e-5 under BTCUSDT's tick of 0.1: no stop can stand above zero, so no signal becomes a plan."""
    assert ran(tmp_path, bars=walk(price=1e-5, digits=9)).status == 0
    found = page(tmp_path)
    assert (found["trades"], found["streams"][0]["plans"], found["refusals"]) == (0, 0, {})
    assert found["streams"][0]["signals"] > 5


def test_a_strategy_that_never_signals_trades_nothing(tmp_path: Path) -> None:
    """No signal, no plan, no fill; every file is there all the same."""
    home = written(tmp_path, {"conf/strategy/silent.yaml": NEVER})
    found = ran(home, "strategy=silent", "account=own_money", bars=walk())
    assert (found.status, found.err) == (0, "")
    assert (page(home)["trades"], page(home)["streams"][0]["signals"], page(home)["net_profit"]) == (0, 0, 0.0)
    assert len((home / "run" / "trades.csv").read_text(encoding="utf-8").splitlines()) == 1
    assert {path.name for path in (home / "run").iterdir()} >= {"equity.parquet", "decisions.parquet", "journal.db", "config.yaml"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("account.size=0",), "account.size  expected a number above 0, was 0"),
        (("account.size=-5",), "account.size  expected a number above 0, was -5"),
        (("strategy.symbols=[BTCUSD]",), "has no BTCUSD; nearest is BTCUSDT"),
        (("strategy.timeframe=3m",), "of BTCUSDT there is 1h, 4h"),
        (("strategy.timeframe=fortnight",), "strategy.timeframe  expected a duration such as"),
        (("source.root=nowhere",), "source.root  expected a folder of Parquet bars (SYMBOL-TIMEFRAME.parquet), was 'nowhere'"),
        (("mode.start=2024-05-01", "mode.end=2024-04-01"), "mode.end  expected a day on or after mode.start, '2024-05-01'"),
        (("mode.start=2031-01-01",), "BTCUSDT  has none from 2031-01-01 to the last bar"),
        (("mode.end=2001-01-01",), "BTCUSDT  has none from the first bar to 2001-01-01"),
    ],
)
def test_what_is_not_there_is_named(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """Sizes, symbols, timeframes, folders and dates that lead nowhere: status 2, the place, what was expected."""
    found = command("strategy=ema_cross", "account=no_limits", *words, home=tmp_path)
    assert (found.status, found.out) == (2, "")
    assert said in found.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", ["0.001", "1e15"])
def test_any_size_of_account_runs(size: str, tmp_path: Path) -> None:
    """A tenth of a cent and a quadrillion: a result, with reasons where nothing could be traded."""
    found = command("strategy=ema_cross", "account=own_money", f"account.size={size}", "mode.output=run", home=tmp_path)
    assert (found.status, found.err) == (0, "")
    summary = page(tmp_path)
    assert summary["trades"] > 0 or summary["refusals"]


@pytest.mark.parametrize("strategy", TRADED)
@pytest.mark.parametrize(
    "bars", [walk(price=1e-5, digits=9), walk(price=0.01, digits=2), walk(volume=0.0)], ids=["tiny", "on a coarse grid", "without volume"]
)
def test_strange_bars_are_traded_on_their_grid(strategy: str, bars: Columns, tmp_path: Path) -> None:
    """Prices of 1e-5, prices of one or two ticks that hardly move, no volume: a run like any other, and no price below a tick."""
    found = ran(tmp_path, f"strategy={strategy}", bars=bars, symbol="TINYUSDT")
    assert (found.status, found.err) == (0, "")
    rows = (tmp_path / "run" / "trades.csv").read_text(encoding="utf-8").splitlines()
    prices = [float(row.split(",")[rows[0].split(",").index("price")]) for row in rows[1:]]
    assert all(price > 0 for price in prices)
