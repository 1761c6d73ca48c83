"""What a live account is told, and when it is taken to have happened."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.journal.live import LiveJournal
from runner.live.account import LiveAccount
from runner.machine.follower import Follower
from runner.model.bot import GateSettings
from runner.model.errors import RunnerError
from runner.model.following import Told
from runner.model.records import Answer, Reason
from tests.live.test_adopt import DAILY, MONDAY, book
from tests.machine.build import FREE, OFF, bars, flat, plan, stream

SYMBOLS = ("BTCUSDT", "ETHUSDT")


def test_what_comes_late_does_not_overtake_the_end_of_a_bar(tmp_path: Path) -> None:
    """Something told a moment after a bar's end, before that was told, belongs to the bar: the next one begins all the same."""
    machine = Follower(streams=[stream(bars(flat(3), symbol="BTCUSDT"))], book=book(DAILY), costs=FREE, gate=OFF, start_ms=MONDAY)
    with LiveJournal.open(tmp_path / "journal.db", account="mine") as journal:
        account = LiveAccount(machine, journal)
        ends = account.boundary_ms()
        account.tell(Told.HALT, ends + 5, amount=1.0)
        assert machine.time_ms == ends
        account.tell(Told.OVER, ends)
        assert account.boundary_ms() > ends


def test_what_comes_while_a_boundary_is_crossed_happens_at_it(tmp_path: Path) -> None:
    """An entry that fills some milliseconds after the bar has opened is as old as the bar, so that its time stop ends with a bar."""
    with LiveJournal.open(tmp_path / "journal.db", account="mine") as journal:
        account = LiveAccount(machine_of(), journal)
        ends = account.boundary_ms()
        account.tell(Told.OVER, ends)
        account.tell(Told.PRICE, ends + 87, SYMBOLS[0], price=100.0)
        assert account.follower.time_ms == ends
        account.tell(Told.BEGIN, ends + 90)
        account.tell(Told.PRICE, ends + 95, SYMBOLS[0], price=100.0)
        assert account.follower.time_ms == ends + 95


NUMBERS = st.integers(0, 2**32 - 1)


def machine_of() -> Follower:
    """A machine with a daily floor and a gate, on two symbols."""
    streams = [stream(bars(flat(3), symbol=name), columns=[[0.0, 0.0, 0.0]]) for name in SYMBOLS]
    return Follower(streams=streams, book=book(DAILY), costs=FREE, gate=GateSettings(enabled=True), start_ms=MONDAY)


def chapter(account: LiveAccount, dice: np.random.Generator) -> None:
    """One bar of a random story; now and then it breaks off before its last instant is done."""
    follower = account.follower
    if account.turn_ms is not None or follower.time_ms == MONDAY:
        account.tell(Told.BEGIN, follower.time_ms)
    price = float(np.round(dice.uniform(97, 103), 2))
    happens(account, dice, price)
    at = account.boundary_ms()
    account.tell(Told.OVER, at)
    for symbol in SYMBOLS:
        account.set_columns(at, symbol, "hand", [float(dice.normal())])
        account.tell(Told.CANDLE, at, symbol, price=price, bits=1)
    for symbol in SYMBOLS:
        trades(account, dice, symbol, at, price)
    if dice.random() < 0.8:
        account.tell(Told.BEGIN, at)


def happens(account: LiveAccount, dice: np.random.Generator, price: float) -> None:
    """Prices, funding, money from outside, halts inside a bar."""
    begun = account.follower.time_ms
    for symbol in SYMBOLS:
        if account.follower.holds(symbol):
            account.tell(Told.PRICE, begun + 1_000, symbol, price=price)
    if dice.random() < 0.3:
        account.tell(Told.FUNDING, begun + 2_000, SYMBOLS[0], amount=float(np.round(dice.normal(0, 2), 8)))
    if dice.random() < 0.2:
        account.tell(Told.CASH, begun + 2_000, amount=float(dice.integers(-50, 50)))
    if dice.random() < 0.2:
        account.tell(Told.HALT, begun + 3_000, amount=float(dice.integers(0, 2)))


def trades(account: LiveAccount, dice: np.random.Generator, symbol: str, at_ms: int, price: float) -> None:
    """What is open may be closed; otherwise a plan may come, and its order fills in two parts."""
    position = account.follower.position(symbol)
    if position is not None and dice.random() < 0.6:
        done = {"role": int(Reason.HOUSE), "quantity": position.quantity, "price": price, "done": 1}
        account.tell(Told.FILL, at_ms, symbol, plan=position.plan, **done)
    elif dice.random() < 0.7:
        side = int(dice.choice([-1, 1]))
        wanted = plan(0, side, stop=price - side * 2.0, targets=[(price + side, 0.5), (price + 2 * side, 0.5)])[0]
        wanted["time"] = at_ms
        number = account.add_plan(symbol, "hand", wanted)
        account.tell(Told.CONSIDER, at_ms, symbol, plan=number, price=price)
        for order in account.follower.resting(symbol):
            for part in (0.4, 0.6):
                done = {"quantity": order.quantity * part, "price": price, "done": int(part > 0.5), "fee": 0.01}
                account.tell(Told.FILL, at_ms, symbol, plan=number, role=int(order.role), **done)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=NUMBERS)
def test_a_restart_rebuilds_the_same_bytes(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """After any story: the machine's state, and how far the crossing of a boundary has come; then the story goes on the same."""
    path = tmp_path_factory.mktemp("story") / "journal.db"
    lengths = np.random.default_rng(seed).integers(1, 15, 2)
    with LiveJournal.open(path, account="mine") as journal:
        told = LiveAccount(machine_of(), journal)
        assert told.restore() == 0
        dice = np.random.default_rng(seed)
        for _ in range(int(lengths[0])):
            chapter(told, dice)
    with LiveJournal.open(path, account="mine") as journal:
        again = LiveAccount(machine_of(), journal)
        assert again.restore() > 0
        assert again.follower.state() == told.follower.state()
        assert (again.turn_ms, again.closed, again.planned) == (told.turn_ms, told.closed, told.planned)
        for _ in range(int(lengths[1])):
            chapter(again, dice)
    with LiveJournal.open(path, account="mine", read_only=True) as journal:
        once_more = LiveAccount(machine_of(), journal)
        once_more.restore()
        assert once_more.follower.state() == again.follower.state()


def kept_story(path: Path, seed: int, patch: pytest.MonkeyPatch) -> bytes:
    """The state at the end of a story whose ledger was kept every few records."""
    patch.setattr("runner.live.account.KEEP_EVERY", 7)
    with LiveJournal.open(path, account="mine") as journal:
        account, dice = LiveAccount(machine_of(), journal), np.random.default_rng(seed)
        account.restore()
        for _ in range(15):
            chapter(account, dice)
            if account.turn_ms is None:
                account.keep()
        return account.follower.state()


@pytest.mark.parametrize("seed", range(6))
def test_a_kept_ledger_saves_telling_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """A restart is told only what came after; the bytes are those of one that is told everything, also after the story went on."""
    state = kept_story(tmp_path / "journal.db", seed, monkeypatch)
    with LiveJournal.open(tmp_path / "journal.db", account="mine") as journal:
        short, whole = LiveAccount(machine_of(), journal), LiveAccount(machine_of(), journal)
        told = short.restore(), whole.restore(whole=True)
        assert told[0] < told[1]
        assert short.follower.state() == whole.follower.state() == state
        assert (short.turn_ms, short.closed, short.planned) == (whole.turn_ms, whole.closed, whole.planned)
        chapter(short, np.random.default_rng(99))
        again = LiveAccount(machine_of(), journal)
        again.restore(whole=True)
        assert again.follower.state() == short.follower.state()


@pytest.mark.parametrize("spoilt", ["other rules", "damaged", "not one"])
def test_a_kept_ledger_that_does_not_fit_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoilt: str) -> None:
    """Then everything is told, under the rules that hold now."""
    state = kept_story(tmp_path / "journal.db", 1, monkeypatch)
    with LiveJournal.open(tmp_path / "journal.db", account="mine") as journal:
        number, image = journal.last_snapshot() or (0, b"")
        streams = [stream(bars(flat(3), symbol=name), columns=[[0.0, 0.0, 0.0]]) for name in SYMBOLS]
        other = Follower(streams=streams, book=book(), costs=FREE, gate=GateSettings(enabled=True), start_ms=MONDAY)
        if spoilt != "other rules":
            journal.snapshot(number, image[: len(image) // 2] if spoilt == "damaged" else b"nothing")
            other = machine_of()
        account = LiveAccount(other, journal)
        assert account.restore() == journal.last_told
        assert (account.follower.state() == state) == (spoilt != "other rules")


def test_stories_trade(tmp_path: Path) -> None:
    """The property above sees fills, refusals and restarts in the middle of a boundary."""
    fills, middles, answers = 0, 0, set()
    for seed in range(8):
        with LiveJournal.open(tmp_path / f"{seed}.db", account="mine") as journal:
            account, dice = LiveAccount(machine_of(), journal), np.random.default_rng(seed)
            for _ in range(20):
                chapter(account, dice)
                middles += account.turn_ms is not None
            fills += int(account.follower.world.ledger[0]["fills"])
            answers |= {int(account.follower.decision(number)["answer"]) for number in range(account.follower.plan_count)}
    assert fills > 50
    assert middles > 5
    assert {Answer.APPROVED, Answer.REFUSED} <= answers


def breaks_off(account: LiveAccount) -> None:
    """Two things told together, of which the second cannot be."""
    with account.together():
        account.tell(Told.CASH, MONDAY, amount=5.0)
        account.tell(Told.CASH, MONDAY, bits=1 << 80)


def test_what_fails_together_is_not_told_after_a_restart(tmp_path: Path) -> None:
    """A batch that breaks off leaves nothing of it in the journal."""
    path = tmp_path / "journal.db"
    with LiveJournal.open(path, account="mine") as journal:
        account = LiveAccount(machine_of(), journal)
        account.restore()
        before = account.follower.state()
        with pytest.raises(OverflowError):
            breaks_off(account)
        after = LiveAccount(machine_of(), journal)
        after.restore()
        assert after.follower.state() == before


def test_a_journal_of_another_layout_is_refused(tmp_path: Path) -> None:
    """One line says what was expected; nothing is told, and nothing is written over."""
    path = tmp_path / "journal.db"
    with LiveJournal.open(path, account="mine") as journal:
        account = LiveAccount(machine_of(), journal)
        account.restore()
        account.tell(Told.CASH, MONDAY, amount=5.0)
        journal.set_meta("layout", "1:2")
        fresh = LiveAccount(machine_of(), journal)
        before = fresh.follower.state()
        with pytest.raises(RunnerError) as refused:
            fresh.restore()
        (problem,) = refused.value.problems
        assert problem.message.endswith("found 1:2: it was written by another version of the runner")
        assert fresh.follower.state() == before
        assert journal.meta("layout") == "1:2"
