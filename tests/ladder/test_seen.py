"""What is read of an account's journals: real money, play money, verdicts, another account on which somebody has practised."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from runner.journal.live import LiveJournal
from runner.ladder import Rung, ladder
from runner.live.records import Record, keep
from runner.live.state import state_of
from runner.live.status import Status, leave
from runner.model.bot import Account
from runner.model.rules import Code, PhaseFacts, RuleBook
from runner.model.trading import FillKind, FillSeen, Origin
from tests.live.test_evidence import ACCOUNT
from tests.machine.build import book, counter

DAY = 86_400_000
T = 20_000 * DAY
REAL = replace(ACCOUNT, environment="live")


def traded(home: Path, name: str, environment: str, *, stop: str | None = "95", count: int = 3) -> None:
    """A journal with so many trades, one a day, and a mark of each day."""
    state = state_of(home, name)
    with LiveJournal.open(state.journal, account=name) as journal:
        journal.set_meta("environment", environment)
        for number in range(count):
            at = T + number * DAY
            journal.note(at, "mark", {"layout": 1})
            journal.intent(f"e{number}", at, "BTCUSDT", "ENTRY", str(number), {"kind": "market", "side": 1, "quantity": "1", "stop": stop})
            for place, (side, price) in enumerate(((1, "100"), (-1, "103"))):
                fill = FillSeen(
                    execution_id=f"{number}.{place}",
                    order_id="",
                    client_order_id=f"{'ex'[place]}{number}",
                    symbol="BTCUSDT",
                    side=side,
                    quantity=Decimal(1),
                    price=Decimal(price),
                    fee=Decimal("0.1"),
                    maker=False,
                    kind=FillKind.TRADE,
                    origin=Origin.USER,
                    at_ms=at + place,
                )
                journal.fill(fill, at + place, str(number), "ENTRY" if place == 0 else "TARGET")


def rung(rungs: list[Rung], name: str) -> Rung:
    """One of them."""
    return next(each for each in rungs if each.name == name)


def test_play_money_is_practice_and_real_money_is_not(tmp_path: Path) -> None:
    """The same journal counts on a demo account alone; named as practice it counts for the real one."""
    traded(tmp_path, "demo", "demo")
    traded(tmp_path, "mine", "live")
    keep(tmp_path, Record(kind="halt", account="demo", at_ms=T, passed=True))
    alone = rung(ladder(REAL, tmp_path, {}), "paper or demo").said
    assert ("0 of 20 trades" in alone, "halt never" in alone) == (True, True)
    helped = rung(ladder(REAL, tmp_path, {}, practice="demo"), "paper or demo").said
    assert helped.startswith("demo: 3 of 5 days, 3 of 20 trades; 100 % of 55 % wins; no rule violation; stop seen on 3 of 10 trades")
    assert "halt exercised 2024-10-04; flatten never" in helped


def test_an_entry_without_a_stop_shows_none(tmp_path: Path) -> None:
    """Its trade counts, its stop was not seen."""
    traded(tmp_path, "mine", "demo", stop=None)
    said = rung(ladder(ACCOUNT, tmp_path, {}), "paper or demo").said
    assert ("3 of 20 trades" in said, "stop seen on 0 of 10" in said) == (True, True)


def test_a_verdict_is_a_violation_of_practice_and_the_end_of_a_challenge(tmp_path: Path) -> None:
    """Lost or passed, with its day; without one the status tells how it stands."""
    for name in ("mine", "demo"):
        traded(tmp_path, name, "demo" if name == "demo" else "live")
        with LiveJournal.open(state_of(tmp_path, name).journal, account=name) as journal:
            journal.note(T + DAY, "ended", {"why": "challenge FAILED: DAILY_LOSS"})
    made = ladder(replace(REAL, book=with_target()), tmp_path, {}, practice="demo")
    assert "1 rule violation, the last 2024-10-05: challenge FAILED: DAILY_LOSS" in rung(made, "paper or demo").said
    assert (rung(made, "challenge").done, rung(made, "challenge").said) == (False, "2024-10-05: challenge FAILED: DAILY_LOSS")


def test_a_paper_account_that_was_lost(tmp_path: Path) -> None:
    """No verdict is written there: its marks say it, once; several marks of a day are one day."""
    with LiveJournal.open(state_of(tmp_path, "mine.paper").journal, account="mine.paper") as journal:
        journal.note(T, "mark", {"layout": 1})
        for hour in (1, 2):
            journal.note(T + hour * DAY // 24, "mark", {"layout": 1, "state": "failed", "why": "DAILY_LOSS"})
    said = rung(ladder(ACCOUNT, tmp_path, {}), "paper or demo").said
    assert ("paper: 1 of 5 days" in said, "1 rule violation, the last 2024-10-04: DAILY_LOSS" in said) == (True, True), said


def test_stops_are_those_of_entries_that_filled(tmp_path: Path) -> None:
    """An order with a stop that never filled shows none for the trades that did."""
    traded(tmp_path, "mine", "demo", stop=None)
    with LiveJournal.open(state_of(tmp_path, "mine").journal, account="mine") as journal:
        journal.intent("other", T, "BTCUSDT", "ENTRY", "9", {"kind": "limit", "side": 1, "quantity": "1", "stop": "95"})
    assert "stop seen on 0 of 10" in rung(ladder(ACCOUNT, tmp_path, {}), "paper or demo").said


def test_a_phase_without_a_target_is_the_funded_one(tmp_path: Path) -> None:
    """Firms call it funded, account, pa, xfa and more."""
    last = replace(REAL, phase="account")
    assert rung(ladder(last, tmp_path, {}), "challenge").done
    assert not rung(ladder(replace(last, book=with_target()), tmp_path, {}), "challenge").done


def test_a_target_that_is_not_known_is_none_that_was_reached(tmp_path: Path) -> None:
    """A challenge whose target nobody has found is to be passed all the same, and so is a phase that another one follows."""
    followed = replace(REAL, book=replace(REAL.book, phases=(PhaseFacts(name="one", next=1), PhaseFacts(name="two", next=-1))))
    for account in (REAL, replace(REAL, phase="phase2"), replace(followed, phase="pa")):
        assert not rung(ladder(account, tmp_path, {}), "challenge").done


@pytest.mark.parametrize("account", [ACCOUNT, REAL], ids=["demo", "live"])
def test_own_money_has_no_challenge(tmp_path: Path, account: Account) -> None:
    """It is neither done nor missing; a target that somebody sets himself is one to be reached."""
    own = replace(account, firm="none")
    found = rung(ladder(own, tmp_path, {}), "challenge")
    assert (found.done, found.needed, found.open, found.said) == (False, False, False, "not needed: it is your own money")
    assert rung(ladder(own, tmp_path, {}), "funded").open
    assert rung(ladder(replace(own, book=with_target()), tmp_path, {}), "challenge").open


def test_a_challenge_that_runs_is_told_by_its_status(tmp_path: Path) -> None:
    """A demo account's status says nothing of a challenge."""
    status = Status(account="mine", environment="live", mode="live", pid=1, at_ms=T, phase="challenge", days=2, days_needed=5)
    leave(state_of(tmp_path, "mine"), status)
    account = replace(REAL, book=with_target())
    assert rung(ladder(account, tmp_path, {}), "challenge").said == "challenge active on 2024-10-04, 2 of 5 trading days"
    assert rung(ladder(replace(account, environment="demo"), tmp_path, {}), "challenge").said.startswith("not begun")
    assert rung(ladder(replace(account, phase="funded"), tmp_path, {}), "funded").done


def with_target() -> RuleBook:
    """A book whose phase is passed by a profit."""
    return book(counter(Code.PROFIT_TARGET, limit=0.1))
