"""A trader at the real exchange, round by round: what the venue has lost is found and mended in the same round."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from runner.journal.live import LiveJournal
from runner.live.account import LiveAccount
from runner.live.executor import Executor
from runner.live.history import History
from runner.live.inbox import QueueInbox
from runner.live.orders import Orders
from runner.live.outcome import Unknown
from runner.live.terms import Terms
from runner.live.thinker import Thinker
from runner.live.trader import Parts, Trader
from runner.machine.follower import Follower
from runner.model.following import Told
from runner.model.trading import Origin, PriceSeen, ProtectRequest
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
        number = account.add_plan(NAME, "hand", plan(0, stop=95.0, sizing_method=0, sizing_value=1.0)[0])
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
