"""Every table of a run's analysis, worked out again from its fills, its marks and the shipped bars by other code."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path
from statistics import mean, stdev
from tempfile import mkdtemp
from typing import Any

import pytest

from tests.command import command
from tests.end_to_end import retold
from tests.end_to_end.recount import CENT, INITIAL, Files
from tests.outsider.left import candles

RESTART = "mode.after_failure=restart"
RUNS = {
    "fvg": ("strategy=fvg", "account=own_money"),
    "ema_cross": ("strategy=ema_cross", "account=own_money", "mode.analysis.zone=America/New_York"),
    "attempts": ("strategy=ema_cross", "account=hyro_2step", "strategy.sizing.risk_fraction=0.03", RESTART),
    "two": ("portfolio=hyro_duo", "account=hyro_2step", RESTART),
    "payouts": ("strategy=ema_cross", "account=hyro_funded", "strategy.sizing.risk_fraction=0.02", RESTART),
    "breach": ("strategy=fvg", "account=hyro_2step"),
    "slipping": ("strategy=fvg", "account=own_money", "account.venue.slippage_bps=5"),
}


@cache
def left(name: str) -> Files:
    """The files of one run, made once."""
    home = Path(mkdtemp())
    ran = command(*RUNS[name], "mode.output=run", "mode.quiet=true", home=home)
    assert (ran.status, ran.out) == (0, "")
    return Files(home / "run")


def told(name: str) -> dict[str, Any]:
    """The analysis of one run as its summary has it."""
    found: dict[str, Any] = left(name).summary["analysis"]
    return found


def near(value: float | None, other: Decimal | float) -> bool:
    """Equal to the cent, or to nine digits."""
    return value is not None and value == pytest.approx(float(other), rel=1e-9, abs=0.005)


def held_against(rows: list[dict[str, Any]], trades: list[retold.Trade], keys: list[str]) -> None:
    """Trades, winners, win rate, profit and share of each row of a table."""
    whole = abs(sum((each.result for each in trades), Decimal(0)))
    for row in rows:
        mine = [each for each, key in zip(trades, keys, strict=True) if key == row["name"]]
        won, net = sum(each.result > 0 for each in mine), sum((each.result for each in mine), Decimal(0))
        assert (row["trades"], row["won"]) == (len(mine), won)
        assert row["win_rate"] == (pytest.approx(won / len(mine)) if mine else None)
        assert near(row["profit"], net)
        assert row["profit_share"] == pytest.approx(float(net / whole), abs=1e-6)
    assert sum(row["trades"] for row in rows) == len(trades)


@pytest.mark.parametrize("name", RUNS)
def test_symbols_and_reasons_follow_from_the_fills(name: str) -> None:
    """Each closed position once; the reason is that of its last fill."""
    trades = retold.trades(left(name))
    held_against(told(name)["by_symbol"], trades, [each.symbol for each in trades])
    held_against(told(name)["by_reason"], trades, [each.reason for each in trades])
    assert [row["name"] for row in told(name)["by_symbol"]] == left(name).summary["symbols"]


@pytest.mark.parametrize("name", RUNS)
def test_hours_and_weekdays_follow_from_first_fills_on_both_clocks(name: str) -> None:
    """UTC, and the second clock where there is one."""
    trades, found = retold.trades(left(name)), told(name)
    assert list(found["by_hour"]) == list(found["by_weekday"]) == ["UTC"] + ["America/New_York"] * (name == "ema_cross")
    for zone in found["by_hour"]:
        moments = [retold.local(each.opened, zone) for each in trades]
        held_against(found["by_hour"][zone], trades, [f"{each:%H}" for each in moments])
        held_against(found["by_weekday"][zone], trades, [f"{each:%a}" for each in moments])


@pytest.mark.parametrize("name", RUNS)
def test_months_and_years_follow_from_the_marks(name: str) -> None:
    """Money adds up, the returns of the days are multiplied up; trades are counted where they closed."""
    files, found = left(name), told(name)
    days, closed = retold.days(files), Counter(f"{retold.closing_day(each):%Y-%m}" for each in retold.trades(files))
    months = {key: list(mine) for key, mine in groupby(days, key=lambda each: f"{each.day:%Y-%m}")}
    assert [row["month"] for row in found["months"]] == list(months)
    for row in found["months"]:
        mine, growth = months[row["month"]], Decimal(1)
        for each in mine:
            growth *= each.close / each.base
        assert near(row["profit"], sum((each.money for each in mine), Decimal(0)))
        assert row["return"] == pytest.approx(float(growth - 1), abs=1e-8)
        assert row["trades"] == closed[row["month"]]
    for row in found["years"]:
        assert near(row["profit"], sum(each["profit"] for each in found["months"] if each["month"][:4] == row["year"]))
    assert near(left(name).summary["net_profit"], sum(row["profit"] for row in found["years"]))


@pytest.mark.parametrize("name", RUNS)
def test_the_spread_of_the_days_follows_from_the_marks(name: str) -> None:
    """Mean, deviation, best and worst day, percentiles."""
    found, days = told(name)["daily"], retold.days(left(name))
    money = [each.money for each in days]
    assert found["days"] == len(days)
    assert (found["won"], found["lost"]) == (sum(each >= CENT / 2 for each in money), sum(each <= -CENT / 2 for each in money))
    assert near(found["mean"], mean(money))
    assert near(found["standard_deviation"], stdev(money))
    assert near(found["best"]["profit"], max(money))
    assert near(found["worst"]["profit"], min(money))
    assert any(f"{each.day}" == found["worst"]["day"] and abs(each.money - min(money)) < CENT for each in days)
    for share, value in found["percentiles"].items():
        assert near(value, retold.percentile(money, Decimal(share) / 100))


@pytest.mark.parametrize("name", ["fvg", "ema_cross", "attempts", "two"])
def test_the_rolling_win_rate_follows_from_the_trades(name: str) -> None:
    """Of the last twenty at every trade from the twentieth on."""
    found, won = told(name)["rolling_win_rate"], [each.result > 0 for each in retold.trades(left(name))]
    rates = [sum(won[end - 20 : end]) / 20 for end in range(20, len(won) + 1)]
    if not rates:
        assert found["last"] is None
        return
    assert (found["last"], found["lowest"], found["highest"]) == pytest.approx((rates[-1], min(rates), max(rates)))


@pytest.mark.parametrize("name", RUNS)
def test_regimes_follow_from_the_shipped_bars(name: str) -> None:
    """Each close against the one thirty days before; a trade belongs to the last close before its first fill."""
    files, found = left(name), told(name)["regimes"]
    trades, until = retold.trades(files), files.marks[-1].time
    spent = Counter(retold.regime(symbol, at) for symbol in files.summary["symbols"] for at in candles(symbol, "4h") if at <= until)
    known = sum(spent[each] for each in ("bull", "bear", "sideways"))
    held_against(found["rows"], trades, [retold.regime(each.symbol, each.opened) for each in trades])
    for row in found["rows"][:3]:
        assert row["time_share"] == (pytest.approx(spent[row["name"]] / known) if known else None)
    assert {row["name"]: row["expected"] for row in found["rows"]} == {"bull": 0.5, "bear": 0.3, "sideways": 0.2, "unknown": None}
    assert found["known"] == pytest.approx(known / sum(spent.values()))


@pytest.mark.parametrize("name", RUNS)
def test_weeks_follow_from_fills_and_marks(name: str) -> None:
    """One row for each ISO week: trades, win rate, profit factor, result, deepest fall, streak."""
    files, rows = left(name), told(name)["review"]["rows"]
    trades, days, falls = retold.trades(files), retold.days(files), retold.falls(files)
    assert len(rows) == retold.weeks_between(days[0].day, days[-1].day)
    for row in rows:
        year, week = int(row["week"][:4]), int(row["week"][6:])
        mine = [each for each in trades if retold.closing_day(each).isocalendar()[:2] == (year, week)]
        gained = sum((each.result for each in mine if each.result > 0), Decimal(0))
        lost = -sum((each.result for each in mine if each.result < 0), Decimal(0))
        assert row["monday"] == str(retold.monday(year, week))
        assert row["trades"] == len(mine)
        assert row["win_rate"] == (pytest.approx(sum(each.result > 0 for each in mine) / len(mine)) if mine else None)
        assert row["profit_factor"] == (pytest.approx(float(gained / lost), rel=1e-6) if lost else None)
        assert near(row["profit"], sum((each.money for each in days if each.day.isocalendar()[:2] == (year, week)), Decimal(0)))
        assert row["drawdown"] == pytest.approx(float(falls[year, week]), abs=1e-8)
        ends = dict(zip((each.position for each in trades), retold.streaks(trades), strict=True))
        assert row["losing_streak"] == max((ends[each.position] for each in mine), default=0)


@pytest.mark.parametrize("name", RUNS)
def test_each_week_is_held_against_the_targets(name: str) -> None:
    """55 %, 1.5, 5 % and three in a row; weeks of fewer than five trades are not held against the first two."""
    found = told(name)["review"]
    for row in found["rows"]:
        enough = row["trades"] >= 5
        missed = ["win_rate"] * (enough and row["win_rate"] < 0.55)
        missed += ["profit_factor"] * (enough and row["profit_factor"] is not None and row["profit_factor"] < 1.5)
        missed += ["drawdown"] * (row["drawdown"] > 0.05) + ["losing_streak"] * (row["losing_streak"] > 3)
        assert row["missed"] == missed
        assert row["actions"] == [found["targets"][each]["action"] for each in missed]
    assert found["missed"] == {each: sum(each in row["missed"] for row in found["rows"]) for each in found["targets"]}
    assert found["met_all"] == sum(1 for row in found["rows"] if row["trades"] and not row["missed"])


@pytest.mark.parametrize("name", RUNS)
def test_buying_and_holding_follows_from_bars_and_funding(name: str) -> None:
    """Result, deepest fall, Sharpe, fees and funding over the time the account lived, and to the last bar where that was longer."""
    files, found = left(name), told(name)["buy_and_hold"]
    slippage = Decimal("0.0005") if name == "slipping" else Decimal("0.0001")
    agrees(found, retold.held(files, files.marks[-1].time, slippage))
    last = max(max(candles(symbol, "4h")) for symbol in files.summary["symbols"])
    assert (found["to_the_last_bar"] is None) == (files.marks[-1].time == last)
    if found["to_the_last_bar"]:
        agrees(found["to_the_last_bar"], retold.held(files, last, slippage))
    assert near(found["account"]["return"], Decimal(str(files.summary["net_profit"])) / INITIAL)
    assert found["account"]["max_drawdown"] == files.summary["max_drawdown"]
    assert found["account"]["sharpe"] == files.summary["metrics"]["sharpe"]


def agrees(found: dict[str, Any], own: retold.Holding) -> None:
    """Every figure of holding."""
    worth = [own.worth[day] for day in sorted(own.worth)]
    assert found["profit"] == pytest.approx(float(worth[-1]), rel=1e-9, abs=0.005)
    assert found["return"] == pytest.approx(float(worth[-1] / INITIAL), rel=1e-9)
    assert found["max_drawdown"] == pytest.approx(float(retold.deepest(worth)), abs=1e-9)
    assert found["sharpe"] == pytest.approx(retold.sharpe(worth), rel=1e-8)
    assert (found["fees"], found["funding"]) == pytest.approx((float(own.fees), float(own.funding)), rel=1e-9)


@pytest.mark.parametrize("name", RUNS)
def test_the_tax_file_adds_up_to_the_ledger(name: str) -> None:
    """One row for each closed trade; decimals: what was sold less what was bought less costs is the profit, and all of them the result."""
    files = left(name)
    with (files.folder / "trades_tax.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    trades = retold.trades(files)
    assert [(int(row["position"]), row["symbol"]) for row in rows] == [(each.position, each.symbol) for each in trades]
    for row, trade in zip(rows, trades, strict=True):
        amounts = {key: Decimal(row[key]) for key in ("proceeds", "cost_basis", "fees", "funding", "profit")}
        assert amounts["profit"] == amounts["proceeds"] - amounts["cost_basis"] - amounts["fees"] - amounts["funding"]
        bought, sold = (sum((each.quantity * each.price for each in trade.fills if each.side == side), Decimal(0)) for side in (1, -1))
        assert abs(amounts["proceeds"] - sold) < Decimal("0.000001")
        assert abs(amounts["cost_basis"] - bought) < Decimal("0.000001")
        assert abs(amounts["profit"] - trade.result) < Decimal("0.0000001")
        assert row["side"] == ("long" if trade.side > 0 else "short")
        assert Decimal(row["quantity"]) == sum((each.quantity for each in trade.fills if each.side == trade.side), Decimal(0))
        assert row["closed"] == f"{retold.local(trade.closed, 'UTC'):%Y-%m-%dT%H:%M:%SZ}"
        assert row["opened"] == f"{retold.local(trade.opened, 'UTC'):%Y-%m-%dT%H:%M:%SZ}"
    ledger = sum(
        (each.profit - each.fee - each.funding for each in files.fills if each.position in {t.position for t in trades}), Decimal(0)
    )
    assert abs(sum((Decimal(row["profit"]) for row in rows), Decimal(0)) - ledger) < CENT
    assert abs(ledger - Decimal(str(files.summary["net_profit"]))) < CENT


def test_the_runs_show_what_they_are_for() -> None:
    """Among them: several attempts, payouts, an account that ended early, weeks with every target missed, all regimes."""
    assert len(left("attempts").attempts) > 2
    assert len(left("payouts").summary["payouts"]) > 2
    assert told("breach")["buy_and_hold"]["to_the_last_bar"] is not None
    missed = {each for name in RUNS for row in told(name)["review"]["rows"] for each in row["missed"]}
    assert missed == {"win_rate", "profit_factor", "drawdown", "losing_streak"}
    assert all(row["trades"] for row in told("ema_cross")["regimes"]["rows"][:3])
    assert date.fromisoformat(told("fvg")["review"]["rows"][0]["monday"]).weekday() == 0
