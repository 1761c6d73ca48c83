"""Settling an account: what is taken, where it stands, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from blocks.rule.consistency import Consistency
from blocks.rule.daily_loss import DailyLoss
from blocks.rule.instruments import Instruments
from blocks.rule.loss_ladder import LossLadder
from blocks.rule.max_loss import MaxLoss
from blocks.rule.no_limit import NoLimit
from blocks.rule.payout import Payout
from blocks.rule.profit_target import ProfitTarget
from blocks.rule.profitable_days import ProfitableDays
from blocks.rule.risk_per_trade import RiskPerTrade
from blocks.rule.session_flat import NO_CLOCK, SessionFlat
from blocks.rule.trading_days import TradingDays
from runner.menu import shipped
from runner.model.block import Rule
from runner.model.errors import ConfigError
from runner.model.rules import RULE, AccountFacts, Code, Family, HouseAction, HouseMeasure, PhaseFacts, Reset, RuleRow
from runner.model.terms import Clock
from runner.rulebook import settle
from tests.rulebooks import NEW_YORK, SYMBOLS, UTC, account

BREAKS = SessionFlat(longest_break="2h", flat_by=Clock(at="16:00", zone="America/New_York"))
ACCOUNTS = sorted(file.stem for file in shipped("accounts").glob("*.yaml"))
CHICAGO: Any = {"at": "15:10", "zone": "America/Chicago"}
HALVE: Any = {"at": 0.025, "do": "scale", "value": 0.5}


def daily(**parameters: Any) -> DailyLoss:
    """A daily floor."""
    return DailyLoss(**{"amount_fraction": 0.05, "anchor": "day_start_balance", "reset": UTC, **parameters})


def trailing(reset: Any) -> MaxLoss:
    """A floor below the highest balance of a day's end."""
    return MaxLoss(amount_fraction=0.1, trail="eod_balance", reset=reset)


def section(**changes: Any) -> dict[str, Any]:
    """A small account: two phases, one house ladder."""
    phases = {
        "challenge": {"next": "funded", "rules": {"daily": daily(), "target": ProfitTarget(target_fraction=0.1)}},
        "funded": {"next": None, "rules": {"daily": daily()}},
    }
    plain = {
        "name": "demo",
        "size": 10_000,
        "currency": "USDT",
        "phase": "challenge",
        "variant": "standard",
        "purchased": "2026-10-01",
        "program": {"firm": "acme", "program": "2step", "phases": phases},
        "house": {"daily": LossLadder(rungs={"halve": HALVE})},
        "gate": {"enabled": True, "margin_fraction": 0.1, "give_back_multiple": 1.5},
    }
    return {**plain, **changes}


def phases(**named: dict[str, Any]) -> dict[str, Any]:
    """A program of these phases."""
    return {"firm": "acme", "program": "2step", "phases": named}


def keys(**changes: Any) -> list[str]:
    """The paths of all rows."""
    return [row.key for row in settle(section(**changes), SYMBOLS).rows]


def problems(**changes: Any) -> list[tuple[str, str]]:
    """What is wrong, by path."""
    with pytest.raises(ConfigError) as caught:
        settle(section(**changes), SYMBOLS)
    return [(problem.path, problem.message) for problem in caught.value.problems]


def test_rows_are_keyed_by_their_place() -> None:
    """Firm rows stand in their phase, house rows in every phase."""
    assert keys() == [
        "program.phases.challenge.rules.daily",
        "program.phases.challenge.rules.target",
        "house.daily.halve",
        "program.phases.funded.rules.daily",
        "house.daily.halve",
    ]


def test_rows_know_phase_owner_and_margin() -> None:
    """Phase by number, firm or ours, and the share of each allowance the gate keeps free."""
    rows = settle(section(), SYMBOLS).rows
    assert [(row.phase, row.firm) for row in rows] == [(0, 1), (0, 1), (0, 0), (1, 1), (1, 0)]
    assert {row.margin for row in rows} == {0.1}


def test_a_payout_keeps_free_what_it_says_itself() -> None:
    """Not the share that the gate keeps free."""
    paid = {"challenge": {"next": None, "rules": {"payout": Payout(first_after="1d", every="1d", keep_fraction=0.3)}}}
    rows = settle(section(program=phases(**paid)), SYMBOLS).rows
    assert [row.margin for row in rows if row.code == Code.PAYOUT] == [0.3]


def test_a_plain_rule_of_the_house_is_ours() -> None:
    """Any rule may stand in the house."""
    rows = settle(section(house={"risk": RiskPerTrade(amount_fraction=0.03)}), SYMBOLS).rows
    assert [(row.key, row.firm) for row in rows if row.code == Code.RISK_PER_TRADE] == [("house.risk", 0), ("house.risk", 0)]


def test_phases_begin_with_the_accounts_own() -> None:
    """A funded account has its past behind it."""
    assert settle(section(), SYMBOLS).phases == (PhaseFacts(name="challenge", next=1), PhaseFacts(name="funded", next=-1))
    assert settle(section(phase="funded"), SYMBOLS).phases == (PhaseFacts(name="funded", next=-1),)


@pytest.mark.parametrize("house", [None, {}, {"nothing": NoLimit()}])
def test_a_house_without_rules(house: Any) -> None:
    """No house rules, said in any of three ways."""
    assert not any(key.startswith("house") for key in keys(house=house))


@pytest.mark.parametrize(("variant", "taken"), [("standard", ["both", "peak"]), ("swing", ["both", "start"])])
def test_variant_selects(variant: str, taken: list[str]) -> None:
    """A rule without variants holds for all."""
    rules = {"both": MaxLoss(amount_fraction=0.1), "peak": daily(variants=["standard"]), "start": daily(variants=["swing"])}
    found = keys(variant=variant, phase="only", program=phases(only={"next": None, "rules": rules}), house=None)
    assert found == [f"program.phases.only.rules.{name}" for name in taken]


@pytest.mark.parametrize(
    ("purchased", "taken"),
    [
        pytest.param("2026-03-31", "old", id="last day of the old rules"),
        pytest.param("2026-04-01", "new", id="first day of the new rules"),
        pytest.param("", "new", id="no date takes the newest"),
    ],
)
def test_purchase_date_selects(purchased: str, taken: str) -> None:
    """Both edges belong to their rule."""
    rules = {"old": daily(purchased_until="2026-03-31"), "new": daily(purchased_from="2026-04-01")}
    found = keys(purchased=purchased, phase="only", program=phases(only={"next": None, "rules": rules}), house=None)
    assert found == [f"program.phases.only.rules.{taken}"]


def test_clocks_are_shared() -> None:
    """Equal resets are one clock; a book without any has midnight UTC."""
    rules = {"a": daily(), "b": daily(reset=NEW_YORK), "c": daily()}
    book = settle(section(phase="only", program=phases(only={"next": None, "rules": rules})), SYMBOLS)
    assert book.clocks == (Reset(at="00:00", zone="UTC"), Reset(at="17:00", zone="America/New_York"))
    assert [row.clock for row in book.rows] == [0, 1, 0, 0]
    bare = settle(section(phase="only", program=phases(only={"next": None, "rules": {"x": NoLimit()}}), house=None), SYMBOLS)
    assert (bare.rows, bare.clocks) == ((), (Reset(at="00:00", zone="UTC"),))


def days(reset: Any, **parameters: Any) -> TradingDays:
    """Five trading days."""
    return TradingDays(count=5, reset=reset, **parameters)


@pytest.mark.parametrize(
    ("rules", "first"),
    [
        pytest.param({"flat": SessionFlat(flat_by=CHICAGO), "daily": daily(reset=NEW_YORK)}, "17:00", id="not when the session ends"),
        pytest.param({"trail": trailing(CHICAGO), "daily": daily(reset=NEW_YORK)}, "17:00", id="the daily loss before a trail"),
        pytest.param({"daily": daily(), "days": days(NEW_YORK)}, "17:00", id="what counts days before the daily loss"),
        pytest.param({"static": MaxLoss(amount_fraction=0.1), "trail": trailing(NEW_YORK)}, "17:00", id="else a trail"),
        pytest.param({"flat": SessionFlat(flat_by=CHICAGO)}, "00:00", id="midnight UTC where no rule knows days"),
    ],
)
def test_the_first_clock_is_the_firms_trading_day(rules: dict[str, Any], first: str) -> None:
    """By it days are counted; every row keeps the clock it names, our own ladder its own."""
    ladder = LossLadder(reset=Clock(at="03:00", zone="UTC"), rungs={"halve": HALVE})
    only = phases(only={"next": None, "rules": {"first": NoLimit(), **rules}})
    book = settle(section(phase="only", program=only, house={"ladder": ladder}), SYMBOLS)
    assert book.clocks[0].at == first
    named = {row.key.split(".")[-1]: book.clocks[row.clock].at for row in book.rows}
    assert named["halve"] == "03:00"
    expected = {"flat": "15:10", "daily": rules["daily"].reset.at if "daily" in rules else ""}
    assert {name: at for name, at in named.items() if name in expected} == {name: at for name, at in expected.items() if name in rules}


def test_days_counted_from_two_resets_are_refused() -> None:
    """One clear line at the rule that differs."""
    rules = {"days": days(UTC), "best": Consistency(max_share=0.4, reset=NEW_YORK, share_of="total_net")}
    found = problems(phase="only", program=phases(only={"next": None, "rules": rules}))
    said = "days are counted from one reset: 17:00 America/New_York here, 00:00 UTC in program.phases.only.rules.days"
    assert found == [("account.program.phases.only.rules.best.reset", said)]


def test_a_payout_cycle_without_payouts_is_refused() -> None:
    """Nothing would ever begin a new one."""
    rules = {"days": ProfitableDays(count=5, reset=UTC, per="payout_cycle")}
    found = problems(phase="only", program=phases(only={"next": None, "rules": rules}))
    assert found == [("account.program.phases.only.rules.days.per", "a payout_cycle needs a payout in the same phase")]


def test_the_table_holds_every_row() -> None:
    """The machine's table says what the rows say."""
    table = settle(section(), SYMBOLS).table()
    assert (table.dtype, table.shape) == (RULE, (5,))
    assert table["amount_fraction"][0] == 0.05
    assert np.isnan(table["amount"][0])


@pytest.mark.parametrize(
    ("changes", "path", "part"),
    [
        pytest.param({"size": 0}, "account.size", "expected money above 0, was 0", id="an empty account"),
        pytest.param({"size": float("nan")}, "account.size", "was nan", id="no size at all"),
        pytest.param({"variant": "standart"}, "account.variant", "nearest is 'standard'", id="misspelt variant"),
        pytest.param({"purchased": "1.10.2026"}, "account.purchased", "in quotes such as '2026-10-01'", id="a date in another form"),
        pytest.param({"phase": "chalenge"}, "account.phase", "nearest is 'challenge'; choices are challenge, funded", id="misspelt phase"),
        pytest.param({"program": phases()}, "account.program.phases", "there is none", id="no phases"),
        pytest.param(
            {"program": phases(challenge={"next": None, "rules": {}})},
            "account.program.phases.challenge.rules",
            "write no_limit where that is meant",
            id="a phase without rules",
        ),
        pytest.param(
            {"program": phases(challenge={"next": "founded", "rules": {"a": NoLimit()}}, funded={"next": None, "rules": {"a": NoLimit()}})},
            "account.program.phases.challenge.next",
            "there is no phase 'founded'; nearest is 'funded'",
            id="misspelt next phase",
        ),
        pytest.param(
            {"house": {"daily": {"_tagret_": "blocks.rule.loss_ladder.LossLadder"}}},
            "account.house.daily",
            "no rule was built here",
            id="a plain dict",
        ),
        pytest.param(
            {"phase": "only", "program": phases(only={"next": None, "rules": {"c": Consistency(max_share=0.4, reset=UTC)}})},
            "account.program.phases.only.rules.c.share_of",
            "needs a profit_target",
            id="a share of a target that is not there",
        ),
        pytest.param(
            {"phase": "only", "program": phases(only={"next": None, "rules": {f"d{n}": daily() for n in range(5)}})},
            "account.program.phases.only",
            "at most 4 floors in a phase, found 5",
            id="more floors than fit",
        ),
        pytest.param(
            {"house": {f"h{n}": LossLadder(reset=Clock(at=f"0{n}:00", zone="UTC"), rungs={"halve": HALVE}) for n in range(9)}},
            "account",
            "at most 8 different reset clocks, found 9",
            id="more clocks than fit",
        ),
    ],
)
def test_refuses(changes: dict[str, Any], path: str, part: str) -> None:
    """One line each: where, what was expected, what is near."""
    found = problems(**changes)
    assert [where for where, _ in found] == [path]
    assert part in found[0][1]


def test_a_size_that_is_not_sold() -> None:
    """One line, however many rules have a table: the sizes all of them know."""
    table: Any = {"25000": 500, "50000": 1_000, "100000": 1_500}
    bought = {"daily": daily(amount_fraction=None, amount_by_size=table)}
    other: Any = {"50000": 3_000, "100000": 6_000}
    later = {"target": ProfitTarget(target_by_size=other)}
    program = phases(challenge={"next": "funded", "rules": bought}, funded={"next": None, "rules": later})
    assert problems(program=program) == [("account.size", "this program is not sold at 10000; its sizes are 50000, 100000")]
    assert settle(section(program=program, size=50_000), SYMBOLS).rows[0].amount == 1_000.0


def test_phases_in_a_circle() -> None:
    """Every phase of the circle is named with its way round."""
    rules = {"a": NoLimit()}
    found = problems(program=phases(challenge={"next": "funded", "rules": rules}, funded={"next": "challenge", "rules": rules}))
    assert found == [
        ("account.program.phases.challenge.next", "challenge → funded → challenge goes round in circles"),
        ("account.program.phases.funded.next", "funded → challenge → funded goes round in circles"),
    ]


def test_everything_wrong_is_said_at_once() -> None:
    """Three mistakes, three lines."""
    assert [path for path, _ in problems(size=-1, variant="fast", phase="fundet")] == ["account.size", "account.variant", "account.phase"]


class Forgetful(Rule):
    """A rule that writes nothing without meaning to."""

    def rows(self, facts: AccountFacts) -> list[RuleRow]:  # noqa: ARG002 - a socket's signature is given
        """Nothing."""
        return []


def test_a_rule_that_guards_nothing_is_refused() -> None:
    """Rules built equal rules written, and each of them writes."""
    assert problems(house={"lost": Forgetful()})[0] == (
        "account.house.lost",
        "this rule wrote nothing and would guard nothing; write no_limit where that is meant",
    )


def test_open_questions_become_warnings_once() -> None:
    """A question repeated over phases is asked once, at its first place, with the reading used."""
    doubt = daily(confidence="?", question="From what does it hang?", reading="the higher one")
    program = phases(challenge={"next": "funded", "rules": {"a": doubt}}, funded={"next": None, "rules": {"b": doubt}})
    assert settle(section(program=program), SYMBOLS).warnings == (
        "program.phases.challenge.rules.a: ask the firm: From what does it hang? Used here: the higher one.",
    )


def test_forbidden_symbols_are_named() -> None:
    """A strategy's symbol that may not be traded is said before the run."""
    warnings = settle(section(house={"only": Instruments(quotes=["USDT"])}), ("BTCUSDT", "ETHUSDC")).warnings
    assert warnings == ("house.only: ETHUSDC may not be traded on this account; every plan on it will be refused",)


@pytest.mark.parametrize("name", ACCOUNTS)
def test_every_shipped_account_settles(name: str) -> None:
    """Each file in accounts/ composes, builds and gives a book the machine can read."""
    shipped_account = account(name)
    book = settle(shipped_account, SYMBOLS)
    assert shipped_account["name"] == name
    assert (book.initial, book.currency) == (float(shipped_account["size"]), shipped_account["currency"])
    assert len(book.table()) == len(book.rows)


def test_the_accounts_found() -> None:
    """None is overlooked."""
    crypto = ["breakout_1step", "hyro_1step", "hyro_1step_swing", "hyro_2step", "hyro_2step_swing", "hyro_funded"]
    cfds = ["e8_one", "ftmo_1step", "ftmo_2step", "ftmo_funded_swing", "fundednext_2step", "the5ers_highstakes"]
    assert sorted([*crypto, *cfds, "apex_eod_50k", "topstep_50k", "no_limits", "own_money"]) == ACCOUNTS


@pytest.mark.parametrize(
    ("name", "halve", "stop"),
    [("hyro_2step", 0.025, 0.04), ("hyro_2step_swing", 0.025, 0.04), ("hyro_funded", 0.025, 0.04), ("hyro_1step", 0.02, 0.03)],
)
def test_house_ladder_of_the_hyro_accounts(name: str, halve: float, stop: float) -> None:
    """Risk at most 3 %, half size, stop for the day, flat before the firm's floor; in every phase."""
    book = settle(account(name), SYMBOLS)
    for phase in range(len(book.phases)):
        house = {row.key: row for row in book.rows if row.phase == phase and not row.firm}
        assert house["house.risk"].amount_fraction == 0.03
        assert (house["house.daily.halve"].limit, house["house.daily.halve"].action, house["house.daily.halve"].value) == (
            halve,
            HouseAction.SCALE,
            0.5,
        )
        assert (house["house.daily.stop"].limit, house["house.daily.stop"].action) == (stop, HouseAction.PAUSE)
        flatten = house["house.floor.flatten"]
        assert (flatten.measure, flatten.limit, flatten.action) == (HouseMeasure.FLOOR_USED, 0.9, HouseAction.FLATTEN)


@pytest.mark.parametrize("name", [name for name in ACCOUNTS if name.startswith("hyro")])
def test_house_day_is_the_firms_day(name: str) -> None:
    """The ladder counts the day's loss from where the firm does."""
    rows = settle(account(name), SYMBOLS).rows
    assert {row.anchor for row in rows if row.code == Code.DAILY_LOSS} == {row.anchor for row in rows if row.key.startswith("house.daily")}


def test_own_money_has_house_rules_only() -> None:
    """No firm row, no target; risk per trade and a halt in drawdown."""
    rows = settle(account("own_money"), SYMBOLS).rows
    assert [(row.key, row.firm) for row in rows] == [("house.risk", 0), ("house.drawdown.halt", 0)]
    assert (rows[1].measure, rows[1].limit, rows[1].action) == (HouseMeasure.DRAWDOWN, 0.2, HouseAction.HALT)


def test_no_limits_has_no_rules() -> None:
    """For comparisons: not one row."""
    assert settle(account("no_limits"), SYMBOLS).rows == ()


@pytest.mark.parametrize(
    ("override", "gone"),
    [("account.house=null", "house"), ("account.house.daily=null", "house.daily"), ("~account.house.floor", "house.floor")],
)
def test_house_rules_can_be_taken_away(override: str, gone: str) -> None:
    """On the command line, for a comparison."""
    assert not any(row.key.startswith(gone) for row in settle(account("hyro_2step", override), SYMBOLS).rows)


def test_families_of_a_challenge() -> None:
    """Floors, caps, counters and our own rungs all reach one table."""
    families = {row.family for row in settle(account("hyro_2step"), SYMBOLS).rows}
    assert families == {Family.FLOOR, Family.CAP, Family.COUNTER, Family.HOUSE}


@pytest.mark.parametrize(
    ("purchased", "warned"),
    [("2025-12-31", True), ("2026-01-01", False), ("2026-10-01", False), ("", False)],
    ids=["before the first", "on the first day", "after an end", "newest"],
)
def test_a_purchase_before_the_first_version_of_a_rule_is_warned_of(purchased: str, warned: bool) -> None:
    """A rule that ended is no gap; one whose versions all begin later is."""
    rules = {
        "daily": daily(purchased_from="2026-01-01", purchased_until="2026-03-31"),
        "target": ProfitTarget(target_fraction=0.1),
    }
    program = phases(challenge={"next": None, "rules": rules})
    said = "program.phases.challenge.rules.daily: no version of this rule is known for an account purchased on 2025-12-31, the first begins"
    warnings = settle(section(purchased=purchased, program=program), SYMBOLS).warnings
    assert any(warning.startswith(said) for warning in warnings) is warned


def test_breaks_keep_no_clock() -> None:
    """Rows without a clock have none, wherever the others' clocks go."""
    book = settle(section(house={"flat": BREAKS}), SYMBOLS)
    rows = [row for row in book.rows if row.code == Code.SESSION_FLAT and row.phase == 0]
    assert [NO_CLOCK if row.clock < 0 else book.clocks[row.clock].at for row in rows] == ["16:00", NO_CLOCK]


@pytest.mark.parametrize(
    ("anchor", "measure", "said"),
    [
        pytest.param("max_day_start", "min_balance_equity", True, id="the higher start of the day, the lower of balance and equity"),
        pytest.param("day_peak_equity", "balance", True, id="the peak of equity, the balance"),
        pytest.param("max_day_start", "equity", False, id="equity against what follows equity"),
        pytest.param("day_start_balance", "min_balance_equity", False, id="what follows the balance only"),
    ],
)
def test_a_floor_that_a_profit_can_break_is_warned_of(anchor: str, measure: str, *, said: bool) -> None:
    """The balance stays behind while open profit lifts the floor."""
    rules = {"daily": daily(anchor=anchor, measure=measure)}
    book = settle(section(phase="only", program=phases(only={"next": None, "rules": rules})), SYMBOLS)
    assert any("rises with open profit" in warning for warning in book.warnings) == said
