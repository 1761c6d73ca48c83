"""HyroTrader's programs: every published number once, by program, variant, phase and purchase date."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from runner.model.rules import Anchor, Code, Compare, DayResult, Family, Measure, Reset, RuleBook, RuleRow, Severity
from runner.rulebook import settle
from tests.rulebooks import account, short

SYMBOLS = ("BTCUSDT", "ETHUSDT", "PEPEUSDT", "BTCUSDC")
NOW, BEFORE = "2026-10-01", "2026-03-31"
PROGRAMS = {"1step": "hyro_1step", "2step": "hyro_2step"}
PHASES = {"1step": ["challenge", "funded"], "2step": ["challenge", "verification", "funded"]}
STAGES = [(program, variant, phase) for program in PROGRAMS for variant in ("standard", "swing") for phase in PHASES[program]]
EVALUATION = [stage for stage in STAGES if stage[2] != "funded"]
FUNDED = [stage for stage in STAGES if stage[2] == "funded"]


@cache
def book(program: str, variant: str, purchased: str = NOW) -> RuleBook:
    """The rule book of a 10,000 USDT account."""
    section = {**account(PROGRAMS[program]), "variant": variant, "purchased": purchased}
    return settle(section, SYMBOLS)


def firm_rows(program: str, variant: str, phase: str, purchased: str = NOW) -> list[RuleRow]:
    """The firm's rows of one phase."""
    settled = book(program, variant, purchased)
    number = [facts.name for facts in settled.phases].index(phase)
    return [row for row in settled.rows if row.firm and row.phase == number]


def only(code: Code, program: str, variant: str, phase: str, purchased: str = NOW) -> RuleRow:
    """The one row of a rule; there must not be a second."""
    found = [row for row in firm_rows(program, variant, phase, purchased) if row.code == code]
    assert len(found) == 1
    return found[0]


def said(row: RuleRow) -> dict[str, Any]:
    """What a row says, without its place."""
    return {name: value for name, value in short(row).items() if name not in ("key", "phase")}


@pytest.mark.parametrize(
    ("program", "variant", "amount", "anchor"),
    [
        pytest.param("2step", "standard", 0.05, Anchor.DAY_PEAK_EQUITY, id="hyrotrader.2step.standard"),
        pytest.param("2step", "swing", 0.05, Anchor.MAX_DAY_START, id="hyrotrader.2step.swing"),
        pytest.param("1step", "standard", 0.04, Anchor.DAY_PEAK_EQUITY, id="hyrotrader.1step.standard"),
        pytest.param("1step", "swing", 0.04, Anchor.MAX_DAY_START, id="hyrotrader.1step.swing"),
    ],
)
def test_daily_loss(program: str, variant: str, amount: float, anchor: Anchor) -> None:
    """A share of the initial balance below the day's anchor, on equity, touching it ends the account, 00:00 UTC; in every phase."""
    for phase in PHASES[program]:
        row = only(Code.DAILY_LOSS, program, variant, phase)
        assert (row.family, row.amount_fraction, row.anchor) == (Family.FLOOR, amount, anchor)
        assert (row.measure, row.compare, row.severity) == (Measure.EQUITY, Compare.LE, Severity.FAIL)
        assert book(program, variant).clocks[row.clock] == Reset(at="00:00", zone="UTC")


@pytest.mark.parametrize(("program", "amount"), [("2step", 0.10), ("1step", 0.06)])
@pytest.mark.parametrize("variant", ["standard", "swing"])
def test_overall_loss(program: str, variant: str, amount: float) -> None:
    """A fixed share of the initial balance on equity, touching it ends the account; in every phase."""
    for phase in PHASES[program]:
        row = only(Code.MAX_LOSS, program, variant, phase)
        assert said(row) == {"code": Code.MAX_LOSS, "amount_fraction": amount}
        assert (row.anchor, row.measure, row.compare, row.severity) == (Anchor.INITIAL, Measure.EQUITY, Compare.LE, Severity.FAIL)


@pytest.mark.parametrize(
    ("program", "phase", "target"), [("2step", "challenge", 0.10), ("2step", "verification", 0.05), ("1step", "challenge", 0.10)]
)
def test_profit_target(program: str, phase: str, target: float) -> None:
    """A share of the initial balance."""
    assert only(Code.PROFIT_TARGET, program, "standard", phase).limit == target


@pytest.mark.parametrize(
    ("purchased", "count", "either_sign"), [("", 5, 0), (NOW, 5, 0), ("2026-04-01", 5, 0), (BEFORE, 10, 1), ("2024-06-01", 10, 1)]
)
@pytest.mark.parametrize(("program", "variant", "phase"), EVALUATION)
def test_valid_days(program: str, variant: str, phase: str, purchased: str, count: int, either_sign: int) -> None:
    """Five days since April 2026, ten before; a trade of 5 % notional and 1 % result, and only before a loss counted too."""
    row = only(Code.TRADING_DAYS, program, variant, phase, purchased)
    assert (row.count, row.limit, row.limit_2, row.either_sign) == (count, 0.05, 0.01, either_sign)


@pytest.mark.parametrize(("program", "variant", "phase"), EVALUATION)
def test_consistency(program: str, variant: str, phase: str) -> None:
    """A day is credited with at most 40 % of the phase's target; the account never fails by it."""
    row = only(Code.CONSISTENCY, program, variant, phase)
    assert (row.limit, row.denominator, row.severity) == (0.40, DayResult.PHASE_TARGET, Severity.ADJUST)


@pytest.mark.parametrize(("program", "variant", "phase"), STAGES)
def test_rules_of_every_phase(program: str, variant: str, phase: str) -> None:
    """3 % risk per coin, low-cap coins 5 % together, USDT perpetuals only, thirty days of rest."""
    place = (program, variant, phase)
    assert said(only(Code.RISK_PER_TRADE, *place)) == {"family": Family.CAP, "code": Code.RISK_PER_TRADE, "amount_fraction": 0.03}
    bucket = only(Code.BUCKET_NOTIONAL, *place)
    assert (bucket.limit, bucket.members & 0b0111) == (0.05, 0b0100)  # PEPE is nowhere named a large coin
    assert only(Code.INSTRUMENTS, *place).members == 0b0111
    assert only(Code.INACTIVITY, *place).duration_ms == 30 * 86_400_000


@pytest.mark.parametrize(("program", "variant", "phase"), FUNDED)
def test_funded(program: str, variant: str, phase: str) -> None:
    """Margin 25 % and notional twice the initial balance; no target, no days, no consistency."""
    assert only(Code.MARGIN, program, variant, phase).limit == 0.25
    assert only(Code.NOTIONAL, program, variant, phase).limit == 2.0
    codes = {row.code for row in firm_rows(program, variant, phase)}
    assert not codes & {Code.PROFIT_TARGET, Code.TRADING_DAYS, Code.CONSISTENCY, Code.TIME_LIMIT, Code.NEWS}


@pytest.mark.parametrize(("program", "variant", "phase"), EVALUATION)
def test_caps_of_the_funded_account_wait(program: str, variant: str, phase: str) -> None:
    """Neither margin nor total notional is capped before."""
    assert not {row.code for row in firm_rows(program, variant, phase)} & {Code.MARGIN, Code.NOTIONAL}


@pytest.mark.parametrize(("program", "variant", "phase"), STAGES)
def test_stop_duty_depends_on_the_purchase(program: str, variant: str, phase: str) -> None:
    """Five minutes and one hour of grace, once, for accounts bought until March 2026; none since."""
    row = only(Code.STOP_DEADLINE, program, variant, phase, BEFORE)
    assert (row.duration_ms, row.grace_ms, row.count) == (300_000, 3_600_000, 1)
    for purchased in ("", "2026-04-01", NOW):
        assert Code.STOP_DEADLINE not in {row.code for row in firm_rows(program, variant, phase, purchased)}


@pytest.mark.parametrize(("program", "count"), [("2step", [11, 11, 11]), ("1step", [11, 11])])
@pytest.mark.parametrize("variant", ["standard", "swing"])
def test_nothing_else_is_there(program: str, variant: str, count: list[int]) -> None:
    """The rules above are all there are."""
    assert [len(firm_rows(program, variant, phase)) for phase in PHASES[program]] == count
    assert [len(firm_rows(program, variant, phase, BEFORE)) for phase in PHASES[program]] == [n + 1 for n in count]


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_number_has_its_source(program: str) -> None:
    """Where it was read, when, how sure it is; and an open conflict says what to ask and what is used."""
    for phase in account(PROGRAMS[program])["program"]["phases"].values():
        for name, rule in phase["rules"].items():
            assert rule.source.startswith("https://"), name
            assert rule.read_on, name
            assert rule.confidence in ("A", "B", "?"), name
            assert bool(rule.question and rule.reading) == (rule.confidence == "?"), name


@pytest.mark.parametrize(
    ("program", "variant", "about"),
    [
        ("2step", "standard", ["lost 1 %", "40 %", "funded account have", "without a closed trade", "a program of mine"]),
        ("2step", "swing", ["Swing daily limit", "lost 1 %", "40 %", "funded account have", "without a closed trade", "a program of mine"]),
    ],
)
def test_open_questions_are_asked_once(program: str, variant: str, about: list[str]) -> None:
    """Each conflict is one warning with the reading used, wherever its rule is repeated."""
    questions = [text for text in book(program, variant).warnings if "ask the firm" in text]
    assert len(questions) == len(about)
    assert all(part in text and "Used here:" in text for part, text in zip(about, questions, strict=True))
