"""A trader at the real exchange, round by round: what the venue has lost is found and mended in the same round."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from runner.alert.alert import Severity
from runner.alert.kinds import Teller
from runner.alert.notes import of_note
from runner.bars.when import when
from runner.journal.live import LiveJournal
from runner.live.account import LiveAccount
from runner.live.executor import PATIENCE, Executor
from runner.live.history import History
from runner.live.inbox import QueueInbox
from runner.live.orders import Orders
from runner.live.outcome import Unknown
from runner.live.reader import PAID_MS
from runner.live.standing import STOP_AGAIN_MS
from runner.live.stands import Venue, ledger_of, positions, status_of
from runner.live.status import Status, of_record
from runner.live.terms import Terms
from runner.live.thinker import Thinker
from runner.live.trader import BARE_MS, GRACE_MS, Parts, Trader
from runner.machine.follower import Follower
from runner.mode.trading.tick import before, line
from runner.model.errors import RunnerError
from runner.model.following import Told
from runner.model.records import Reason
from runner.model.trading import CancelRequest, FillSeen, OrderKind, Origin, PriceSeen, ProtectRequest
from runner.rehearsal.core.exchange import Protect
from runner.rehearsal.core.order import Ticket
from runner.rehearsal.core.position import Position
from runner.rehearsal.core.refusal import RefusalError, Why
from runner.rehearsal.core.state import Market
from tests.live.loopback import Loopback, loopback
from tests.machine.build import FREE, HOUR, OFF, bars, book, flat, plan, spec, stream

NAME = "BTCUSDT"


@dataclass
class Desk:
    """A trader with one long position of 1 at 100, stopped at 95, and the exchange it is held at."""

    venue: Loopback
    trader: Trader

    def stop(self) -> Decimal | None:
        """The position's stop at the venue."""
        return self.venue.desk.position(NAME).stop

    def fault(self, kind: str, path: str, times: int = 1) -> None:
        """The venue misbehaves at the next request to the path."""
        faults = self.venue.exchange.front.faults
        self.venue.exchange.call(lambda: faults.arm(kind, path=path, times=times))

    def leave(self) -> None:
        """The machine wants out, at the market."""
        account = self.trader.account
        account.tell(Told.EXIT, self.venue.now_ms, NAME, quantity=1.0, role=int(Reason.TIME_STOP))

    def says_nothing_held(self, words: str = "can not set tp/sl/ts for zero position") -> None:
        """The next stop is refused in these words, whatever is held."""
        core = self.venue.exchange.core
        usual = core.check_protect

        def refuse(market: Market, position: Position, wish: Protect) -> None:
            core.check_protect = usual  # type: ignore[method-assign]
            raise RefusalError(Why.PARAMETER, words)

        core.check_protect = refuse  # type: ignore[method-assign]

    def noted(self, kind: str) -> list[str]:
        """Why, note by note of a kind."""
        return [str(note.detail["why"]) for note in self.trader.journal.notes(kind)]

    def alarms(self) -> list[str]:
        """What somebody is told at once."""
        notes = enumerate(self.trader.journal.notes())
        told = [alert for number, note in notes for alert in of_note(Teller(account="mine"), number, note)]
        return [alert.title for alert in told if alert.severity is Severity.CRITICAL]

    def lose_stop(self) -> None:
        """The venue has it no more, and no stream tells."""
        core = self.venue.exchange.core

        def withdraw() -> None:
            for order in list(core.state.markets[NAME].orders.values()):
                if order.origin is Origin.STOP_LOSS:
                    core.cancel(order)

        self.venue.exchange.call(withdraw)


@contextmanager
def trading(folder: Path) -> Iterator[Desk]:
    """Everything real; there are no streams, so that only what is read is known."""
    with loopback() as venue, LiveJournal.open(folder / "journal.db", account="mine") as journal:
        start = venue.now_ms // HOUR * HOUR
        followed = stream(bars(flat(3), symbol=NAME, start=start), instrument=spec(NAME, tick=0.1))
        account = LiveAccount(Follower(streams=[followed], book=book(), costs=FREE, gate=OFF, start_ms=start), journal)
        stale: set[str] = set()
        executor = Executor(
            account=account,
            journal=journal,
            desk=venue.desk,
            clock=venue.clock,
            orders=Orders(journal, "mine", "demo"),
            contracts={NAME: venue.desk.contract(NAME)},
            hurry=stale.add,
        )
        history = History(NAME, HOUR, 10)
        history.fill(bars(flat(1), symbol=NAME, start=start - HOUR))
        parts = Parts(
            account=account,
            journal=journal,
            desk=venue.desk,
            clock=venue.clock,
            inbox=QueueInbox(venue.clock),
            thinker=Thinker([], {NAME: history}),
            executor=executor,
        )
        trader = Trader(parts, Terms(history=1, environment="demo", polls=True), stale)
        trader.begin()
        wanted = plan(0, stop=95.0, targets=[(110.0, 0.5)], sizing_method=0, sizing_value=1.0)
        number = account.add_plan(NAME, "hand", wanted[0])
        account.tell(Told.CONSIDER, account.follower.time_ms, NAME, plan=number, price=100.0)
        trader.work([])
        assert account.follower.holds(NAME)
        yield Desk(venue, trader)


def test_a_stop_that_is_found_missing_is_set_in_the_same_round(tmp_path: Path) -> None:
    """It went while nobody listened; the round that reads so sets it, whatever comes next."""
    with trading(tmp_path) as desk:
        assert desk.stop() == 95
        desk.lose_stop()
        assert desk.stop() is None
        desk.trader.reader.stale.add(NAME)
        desk.trader.work([])
        assert desk.stop() == 95


def test_a_start_protects_before_it_asks_for_anything_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices, candles and executions can wait; a position without its stop cannot."""
    with trading(tmp_path) as desk:
        desk.lose_stop()
        asked: list[Decimal | None] = []

        def price(_: str) -> PriceSeen:
            asked.append(desk.stop())
            raise Unknown("the start ends here")

        monkeypatch.setattr(desk.trader.desk, "price", price)
        with pytest.raises(Unknown):
            desk.trader.begin()
        assert asked == [Decimal(95)]


def test_a_start_leaves_what_the_market_has_passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stop's level cannot be set any more: out, before prices and candles are asked for."""
    with trading(tmp_path) as desk:
        desk.lose_stop()
        desk.venue.exchange.price(NAME, "94", jump=True)
        monkeypatch.setattr(desk.trader.desk, "price", lambda _: pytest.fail("the start ends here"))
        with pytest.raises(pytest.fail.Exception):
            desk.trader.begin()
        assert desk.venue.desk.position(NAME).side == 0


def test_a_stop_that_somebody_tightened_stays(tmp_path: Path) -> None:
    """The guard's is nearer than ours: it is left there; one that is further away is brought back."""
    with trading(tmp_path) as desk:
        for level, then in ((Decimal(97), Decimal(97)), (Decimal(93), Decimal(95))):
            desk.venue.desk.protect(ProtectRequest(symbol=NAME, stop=level))
            desk.trader.reader.stale.add(NAME)
            desk.trader.work([])
            assert desk.stop() == then


def test_a_venue_that_has_lost_the_position_is_not_asked_to_close_it(tmp_path: Path) -> None:
    """The symbol is frozen and said so; nothing is sent for what is not there."""
    with trading(tmp_path) as desk:
        standing = desk.trader.executor.standing[NAME]
        desk.lose_stop()
        desk.trader.executor.freeze(NAME, "looked at by hand")
        standing.side, standing.stop = 0, None
        assert not desk.trader.executor.settle(NAME)
        assert desk.stop() is None


@pytest.mark.parametrize("kind", ["request_reset", "request_502", "answer_reset", "server_error"])
def test_a_stop_whose_setting_was_not_answered_is_set_in_the_same_round(tmp_path: Path, kind: str) -> None:
    """The venue is asked, says that there is none, and is told again; nothing waits for the next price."""
    with trading(tmp_path) as desk:
        desk.lose_stop()
        desk.trader.reader.stale.add(NAME)
        desk.fault(kind, "trading-stop", times=2)
        desk.trader.work([])
        assert desk.stop() == 95


def test_a_stop_refused_because_the_position_is_closed_already_alarms_nobody(tmp_path: Path) -> None:
    """The market took its stop before the ledger heard of it: the venue is asked, and the trade is booked as it was."""
    with trading(tmp_path) as desk:
        standing = desk.trader.executor.standing[NAME]
        desk.venue.exchange.price(NAME, "94")
        standing.stop = None
        assert not desk.trader.executor.settle(NAME)
        assert desk.noted("stop_too_late") == ["10001 can not set tp/sl/ts for zero position"]
        desk.trader.work([])
        assert not desk.trader.account.follower.holds(NAME)
        assert not any(step.client_order_id and "-x" in step.client_order_id for step in desk.trader.journal.steps())
        assert desk.alarms() == []


def test_a_stop_refused_for_nothing_held_while_the_venue_holds_it_alarms_at_once(tmp_path: Path) -> None:
    """Its words alone are not believed: the position is asked for, and it is open."""
    with trading(tmp_path) as desk:
        desk.lose_stop()
        desk.trader.executor.standing[NAME].stop = None
        desk.says_nothing_held()
        assert not desk.trader.executor.settle(NAME)
        assert desk.alarms() == ["BTCUSDT: its STOP WAS REFUSED"]


def test_a_stop_refused_for_nothing_held_alarms_at_once_where_the_venue_does_not_say_what_is_open(tmp_path: Path) -> None:
    """Silence is taken for an open position."""
    with trading(tmp_path) as desk:
        desk.venue.exchange.price(NAME, "94")
        desk.trader.executor.standing[NAME].stop = None
        desk.fault("request_502", "position/list", times=20)
        assert not desk.trader.executor.settle(NAME)
        assert desk.alarms() == ["BTCUSDT: its STOP WAS REFUSED"]


def test_a_position_that_stays_in_the_ledger_alarms_although_the_venue_holds_nothing(tmp_path: Path) -> None:
    """Its fills do not come: the last refusal before it is closed is told, as any other."""
    with trading(tmp_path) as desk:
        desk.venue.exchange.price(NAME, "94")
        desk.trader.executor.standing[NAME].stop = None
        for _ in range(PATIENCE):
            desk.trader.executor.settle(NAME)
            desk.venue.clock.sleep_ms(STOP_AGAIN_MS)
        assert len(desk.noted("stop_too_late")) == PATIENCE - 1
        assert desk.alarms() == ["BTCUSDT: its STOP WAS REFUSED"]


def test_a_stop_that_is_refused_while_the_position_is_open_alarms_at_once_and_is_set_again(tmp_path: Path) -> None:
    """Any other refusal: nothing more is asked before it is told."""
    with trading(tmp_path) as desk:
        desk.lose_stop()
        desk.trader.executor.standing[NAME].stop = None
        desk.says_nothing_held("StopLoss, TakeProfit or TrailingStop invalid")
        assert not desk.trader.executor.settle(NAME)
        assert desk.alarms() == ["BTCUSDT: its STOP WAS REFUSED"]
        desk.venue.clock.sleep_ms(STOP_AGAIN_MS)
        assert desk.trader.executor.settle(NAME)
        assert desk.stop() == 95


def test_a_position_without_its_stop_is_looked_at_again_at_once(tmp_path: Path) -> None:
    """As long as nothing is known to protect it, the next look is a tenth of a second away, whatever else there is to wait for."""
    with trading(tmp_path) as desk:
        standing = desk.trader.executor.standing[NAME]
        assert desk.trader.wake_ms() > desk.venue.now_ms + 1_000
        standing.stop = None
        assert desk.trader.wake_ms() == desk.venue.now_ms + BARE_MS


@pytest.mark.parametrize("kind", ["request_reset", "request_502", "answer_502", "answer_timeout", "malformed_json"])
def test_an_exit_that_was_not_answered_goes_out_again_under_its_own_id(tmp_path: Path, kind: str) -> None:
    """The venue takes an id once: whether the first one arrived or not, the position is closed once, and soon."""
    with trading(tmp_path) as desk:
        before = desk.venue.now_ms
        desk.leave()
        desk.fault(kind, "/v5/order/create")
        desk.trader.work([])
        assert desk.venue.desk.position(NAME).side == 0
        assert not desk.trader.account.follower.holds(NAME)
        ids = {step.client_order_id for step in desk.trader.journal.steps() if "-x" in step.client_order_id}
        assert len(ids) == 1
        assert desk.venue.now_ms - before < 5_000 + 10_000 * (kind == "answer_timeout")


def test_a_refused_order_does_not_keep_the_stop_from_being_set(tmp_path: Path) -> None:
    """Orders and the stop wait apart."""
    with trading(tmp_path) as desk:
        standing = desk.trader.executor.standing[NAME]
        for _ in range(5):
            standing.order_failed(desk.venue.now_ms)
        desk.lose_stop()
        desk.trader.reader.stale.add(NAME)
        desk.trader.work([])
        assert desk.stop() == 95


def test_a_boundary_that_comes_again_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time that does not go on would be crossed for ever, a row in the journal each time: one clear line instead."""
    with trading(tmp_path) as desk:
        stuck = desk.trader.boundary_ms()
        monkeypatch.setattr(desk.trader, "boundary_ms", lambda: stuck)
        desk.venue.exchange.advance(stuck + GRACE_MS - desk.venue.now_ms)
        with pytest.raises(RunnerError, match="time does not go on") as refused:
            desk.trader.cross()
        assert f"the boundary {when(stuck)} comes again" in refused.value.problems[0].message


def test_a_position_that_nobody_knows_keeps_its_symbol_frozen(tmp_path: Path) -> None:
    """The journal remembers; it is lifted only where the venue and the ledger hold the same again."""
    with trading(tmp_path) as desk:
        executor, reader = desk.trader.executor, desk.trader.reader
        executor.freeze(NAME, "somebody bought")
        again = replace(executor, standing={})
        assert again.standing[NAME].frozen == "somebody bought"
        desk.venue.desk.protect(ProtectRequest(symbol=NAME, stop=Decimal(95)))
        executor.account.follower.world.positions["quantity"] = 2.0
        reader.thaw(NAME)
        assert executor.standing[NAME].frozen == "the venue holds 1, the ledger 2.0"
        executor.account.follower.world.positions["quantity"] = 1.0
        reader.thaw(NAME)
        assert (executor.standing[NAME].frozen, replace(executor, standing={}).standing[NAME].frozen) == ("", "")


def test_an_order_by_hand_is_seen_beside_the_positions_own_stop_and_told_once(tmp_path: Path) -> None:
    """Neither has an id of ours. Only that it is reduce-only makes it harmless."""
    with trading(tmp_path) as desk:
        executor, reader, core = desk.trader.executor, desk.trader.reader, desk.venue.exchange.core
        ticket = Ticket(market=NAME, side=-1, kind=OrderKind.LIMIT, quantity=Decimal("0.5"), price=Decimal(120), reduce_only=True)
        desk.venue.exchange.call(lambda: core.place(ticket))
        reader.read(NAME)
        assert (executor.standing[NAME].frozen, len(desk.trader.journal.notes("foreign_order"))) == ("", 1)
        desk.venue.exchange.call(lambda: core.place(replace(ticket, reduce_only=False)))
        for _ in range(2):
            reader.read(NAME)
        _, told = desk.trader.journal.notes("foreign_order")
        assert executor.standing[NAME].frozen == f"order {told.detail['order_id']} is not ours"


@pytest.mark.parametrize(
    ("side", "quantity", "ours", "told"),
    [(1, "1", 1.0, ""), (1, "1.5", 1.0, "1.5"), (-1, "0.05", 1.0, "-0.05"), (0, "0", 1.0, "0"), (1, "0.3", 0.1 + 0.2, "")],
    ids=["the same", "more", "the other way", "nothing", "the same but for dust"],
)
def test_what_the_figures_leave_out_is_told(tmp_path: Path, side: int, quantity: str, ours: float, told: str) -> None:
    """Of a frozen symbol the status says what the venue holds where the ledger holds something else; tick and status say the reason."""
    with trading(tmp_path) as desk:
        executor, account = desk.trader.executor, desk.trader.account
        account.follower.world.positions["quantity"] = ours
        standing = executor.standing[NAME]
        standing.side, standing.quantity = side, Decimal(quantity)
        names = Status(account="mine", environment="demo", mode="once", pid=1, at_ms=0)

        def stands() -> Status:
            return status_of(names, ledger_of(account.follower), desk.venue.now_ms, venue=Venue(standing=executor.standing, orders=()))

        assert (stands().frozen, stands().uncounted) == ((), ())
        assert "takes no entry" not in line(desk.trader, before(desk.trader))
        executor.freeze(NAME, "order 17 is not ours")
        stood = of_record(json.loads(json.dumps(stands().record())))
        assert [each.line() for each in stood.frozen] == [f"{NAME} takes no entry: frozen, order 17 is not ours"]
        assert [each.venue for each in stood.positions] == [told]
        assert [each.symbol for each in stood.uncounted] == [NAME] * bool(told)
        assert f"; {NAME} takes no entry: frozen, order 17 is not ours; next bar" in line(desk.trader, before(desk.trader))


def test_a_position_that_the_ledger_knows_nothing_of_is_left_out_of_its_figures(tmp_path: Path) -> None:
    """It stands in the status with what the venue holds, and without a price that nobody knows."""
    with trading(tmp_path) as desk:
        executor, account = desk.trader.executor, desk.trader.account
        account.follower.world.positions["side"] = 0
        executor.freeze(NAME, "somebody bought")
        (found,) = positions(ledger_of(account.follower), Venue(standing=executor.standing, orders=()))
        assert (found.side, found.quantity, found.entry, found.stop, found.venue) == (1, "1", "", "95", "1")


def test_an_order_that_is_gone_already_delays_nothing(tmp_path: Path) -> None:
    """The venue drops targets with their position, and refuses to withdraw them once more: the next entry waits for none of that."""
    with trading(tmp_path) as desk:
        (target,) = desk.venue.resting()
        desk.venue.desk.cancel(CancelRequest(symbol=NAME, client_order_id=target))
        desk.leave()
        desk.trader.executor.settle(NAME)
        assert desk.venue.desk.position(NAME).side == 0
        assert target not in desk.trader.executor.orders.open
        assert desk.trader.executor.standing[NAME].retry_ms <= desk.venue.now_ms


def test_a_payment_that_nobody_told_of_is_read_when_it_has_fallen_due(tmp_path: Path) -> None:
    """It moves no position, so nothing else would ever miss it: ledger and venue have the same balance some seconds later."""
    with trading(tmp_path) as desk:
        due_ms = desk.venue.now_ms + 60_000
        desk.trader.work([PriceSeen(symbol=NAME, at_ms=desk.venue.now_ms, last=100.0, next_funding_ms=due_ms)])
        desk.venue.exchange.advance(60_000)
        desk.venue.exchange.call(lambda: desk.venue.exchange.core.fund(NAME, Decimal("0.01")))
        desk.trader.work([PriceSeen(symbol=NAME, at_ms=desk.venue.now_ms, last=100.0, next_funding_ms=due_ms + 8 * HOUR)])
        assert desk.trader.wake_ms() <= due_ms + PAID_MS
        desk.venue.exchange.advance(PAID_MS)
        desk.trader.work([])
        assert desk.trader.account.follower.balance == pytest.approx(float(desk.venue.desk.wallet().balance), abs=1e-6)
        assert desk.trader.account.follower.balance < 9_999.0


def test_a_payment_is_read_once_although_the_venue_goes_on_telling_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices come many times a second; each of them asking anew would use up every request."""
    with trading(tmp_path) as desk:
        due_ms, asked = desk.venue.now_ms + 60_000, desk.trader.desk.fills
        read: list[str] = []

        def fills(*, since_ms: int, symbol: str) -> list[FillSeen]:
            read.append(symbol)
            return asked(since_ms=since_ms, symbol=symbol)

        monkeypatch.setattr(desk.trader.desk, "fills", fills)
        for wait_ms in (0, 60_000, PAID_MS, PAID_MS, PAID_MS):
            desk.venue.exchange.advance(wait_ms)
            desk.trader.work([PriceSeen(symbol=NAME, at_ms=desk.venue.now_ms, last=100.0, next_funding_ms=due_ms)])
        assert read == [NAME]
