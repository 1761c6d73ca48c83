"""Every figure of a run, worked out again from its files and the shipped bars by other code."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.command import command
from tests.end_to_end.recount import CENT, INITIAL, Files, Replay, closed_positions, credited, deepest_fall, floors, valid_days
from tests.outsider.left import DAY, HOUR, Mark, milliseconds

RESTART = "mode.after_failure=restart"
RISKY = ("strategy=ema_cross", "strategy.sizing.risk_fraction=0.03", RESTART)
PATIENT = "account.program.phases.challenge.rules.inactivity.severity=warn"
LENIENT = "account.program.phases.challenge.rules.daily_standard.severity=warn"
UNPAID = "~account.program.phases.funded.rules.payout"  # payouts are followed by tests/outsider
RUNS = {
    "standard": (*RISKY, "account=hyro_2step"),
    "swing": (*RISKY, "account=hyro_2step_swing", PATIENT),
    "one_step": (*RISKY, "account=hyro_1step", PATIENT),
    "one_step_swing": (*RISKY, "account=hyro_1step_swing", UNPAID),
    "own_money": ("strategy=ema_cross", "account=own_money"),
    "no_gate": (*RISKY, "account=hyro_2step", PATIENT, "account.gate.enabled=false", "account.house=null"),
    "no_daily": (*RISKY, "account=hyro_2step", PATIENT, "account.gate.enabled=false", "account.house=null", LENIENT),
    "gaps": ("strategy=fvg", "account=hyro_2step", "strategy.symbols=[BTCUSDT,ETHUSDT]", PATIENT, RESTART),
    "duo": ("portfolio=hyro_duo", "account=hyro_2step", "portfolio.strategies.gaps.symbols=[BTCUSDT]", PATIENT, RESTART),
}
OVERALL = {"standard": 10, "swing": 10, "one_step": 6, "one_step_swing": 6, "no_gate": 10, "no_daily": 10, "gaps": 10, "duo": 10}
DAILY = {"standard": 5, "swing": 5, "one_step": 4, "one_step_swing": 4, "no_gate": 5, "no_daily": 5, "gaps": 5, "duo": 5}


@cache
def left(name: str) -> Files:
    """The files of one run, made once."""
    home = Path(mkdtemp())
    ran = command(*RUNS[name], "mode.output=run", "mode.quiet=true", home=home)
    assert (ran.status, ran.out) == (0, "")
    return Files(home / "run")


@pytest.mark.parametrize("name", RUNS)
def test_every_balance_and_every_equity_follows_from_fills_bars_and_funding(name: str) -> None:
    """Profit, fee, funding and balance of each fill, balance and equity of each mark: to the cent."""
    files = left(name)
    replay = Replay(files)
    assert replay.run() == []
    assert len(files.fills) - replay.done <= len(replay.holdings)  # at most what the very last instant closed


@pytest.mark.parametrize("name", RUNS)
def test_the_figures_follow_from_the_fills(name: str) -> None:
    """Net result, number of trades, win rate, profit factor, expectancy, fees, funding, drawdown."""
    files = left(name)
    trades, figures = closed_positions(files.fills), files.summary["metrics"]
    won = [each.result for each in trades if each.result > 0]
    lost = [each.result for each in trades if each.result < 0]
    net = sum((each.profit - each.fee - each.funding for each in files.fills), Decimal(0))
    assert len(trades) == files.summary["trades"] > 10
    assert abs(net - Decimal(str(files.summary["net_profit"]))) < CENT
    assert figures["win_rate"] == pytest.approx(len(won) / len(trades), abs=1e-9)
    assert figures["profit_factor"] == pytest.approx(float(sum(won) / -sum(lost)), rel=1e-6)
    assert figures["expectancy"] == pytest.approx(float(sum(each.result for each in trades) / len(trades)), abs=0.005)
    assert figures["fees"] == pytest.approx(float(sum(each.fees for each in trades)), abs=0.005)
    assert figures["funding"] == pytest.approx(float(sum(each.funding for each in trades)), abs=0.005)
    assert files.summary["max_drawdown"] == pytest.approx(float(deepest_fall(files)), abs=1e-9)


@pytest.mark.parametrize("name", OVERALL)
def test_every_floor_stands_where_the_firm_says(name: str) -> None:
    """The overall floor below the initial balance, the daily one below the day's peak, or below the reading at the reset."""
    files = left(name)
    for number in range(len(files.attempts)):
        marks = files.marks_of(number)
        peak = "swing" not in name
        for each, floor in zip(marks, floors(marks, INITIAL * DAILY[name] / 100, peak=peak), strict=True):
            assert abs(each.floors["daily_standard" if peak else "daily_swing"] - floor) < CENT, each
            assert each.floors["overall"] == INITIAL * (100 - OVERALL[name]) / 100


@pytest.mark.parametrize("name", OVERALL)
def test_every_verdict_is_right_and_comes_in_time(name: str) -> None:
    """An attempt fails at the first mark that touches a floor of severity fail; it passes with target and days, flat; the rest is quiet.

    A mark's low may lie below the floor that the same bar's high lifted: only if the high came first, and then the defence
    stop had closed the position. So what must never be touched is the floor as it stood before the bar.
    """
    files = left(name)
    for number, attempt in enumerate(files.attempts):
        marks, ended = files.marks_of(number), milliseconds(attempt["time"])
        sure, possible = touched(marks, lenient=name == "no_daily" and attempt["phase"] == "challenge")
        if attempt["rule"] in ("DAILY_LOSS", "MAX_LOSS"):
            assert ended in possible
            assert sure in ([], [ended])
            continue
        assert sure == []
        if attempt["state"] == "passed":
            assert attempt["credited"] >= attempt["target"]
            assert attempt["days_counted"] >= attempt["days_needed"]
            assert marks[-1].open_positions == 0
        elif attempt["rule"] == "INACTIVITY":
            trades = [each.closed for each in closed_positions(files.fills_of(number)) if not each.by_phase_end]
            quiet = ended - max([milliseconds(attempt["started"]), *trades])
            assert 0 <= quiet - 30 * 86_400_000 <= 4 * 3_600_000
            assert attempt["value"] == quiet


def touched(marks: list[Mark], *, lenient: bool) -> tuple[list[int], list[int]]:
    """Instants at which a floor as it stood before the bar, and as it stood after its high, was touched. Lenient: only the overall one."""
    sure, possible, before = [], [], dict[str, Decimal]()
    for each in marks:
        now = {rule: floor for rule, floor in each.floors.items() if rule == "overall" or not lenient}
        old = now if each.time % DAY <= 4 * HOUR and each.time % DAY else before
        sure += [each.time] * any(each.low <= min(old.get(rule, floor), floor) for rule, floor in now.items())
        possible += [each.time] * any(each.low <= floor for floor in now.values())
        before = now
    return sure, possible


@pytest.mark.parametrize("name", OVERALL)
def test_days_and_credited_profit_follow_from_the_files(name: str) -> None:
    """Valid days from closed trades; credited profit from daily balances, no day above 40 % of the target where the program says so."""
    files = left(name)
    for number, attempt in enumerate(files.attempts):
        final = Decimal(str(attempt["balance"]))
        cap = Decimal(str(attempt["target"])) * 4 / 10 if attempt["target"] else None
        marks = [each for each in files.marks_of(number) if each.time < milliseconds(attempt["time"])]
        assert abs(credited(marks, final, cap) - Decimal(str(attempt["credited"]))) < CENT, attempt
        if attempt["days_needed"]:
            assert valid_days(files.fills_of(number)) == attempt["days_counted"], attempt


def test_the_runs_show_what_they_are_for() -> None:
    """Among them: phases passed and the next one entered, floors broken, attempts begun anew."""
    states = {(attempt["phase"], attempt["state"], attempt["rule"]) for name in OVERALL for attempt in left(name).attempts}
    assert ("challenge", "passed", "PROFIT_TARGET") in states
    assert {phase for phase, _, _ in states} >= {"challenge", "verification", "funded"}
    assert {rule for _, _, rule in states} >= {"DAILY_LOSS", "MAX_LOSS", "INACTIVITY"}
