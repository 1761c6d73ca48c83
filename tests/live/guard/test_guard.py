"""The guard at a real exchange over real sockets, driven round by round in the exchange's time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import pytest

from runner.live.adopt import Known
from runner.live.guard import Guard, Round, Ward
from runner.live.guard.eyes import Subject
from runner.live.guard.peaks import Entry, append, entries
from runner.live.guard.process import looked_at
from runner.live.guard.risk import worst_equity
from runner.live.guard.view import Do, Terms
from runner.live.looked import EVERY_MS, FILE, HeldSeen
from runner.live.looked import read as read_look
from runner.live.state import Halt, halt, halts, last_beat, state_of
from runner.model.rules import NO_PHASE_END, Anchor, Code, Family, HouseAction, HouseMeasure, PhaseFacts, Reset, RuleBook, RuleRow
from runner.model.trading import ProtectRequest
from tests.live.desks import desk as desk_at
from tests.live.loopback import Loopback, loopback

DAY = 86_400_000
DAILY = RuleRow(key="rules.daily", family=Family.FLOOR, code=Code.DAILY_LOSS, anchor=Anchor.DAY_PEAK_EQUITY, amount_fraction=0.05)
TOTAL = RuleRow(key="rules.total", family=Family.FLOOR, code=Code.MAX_LOSS, amount_fraction=0.1)
BOOK = RuleBook(
    initial=10_000.0,
    currency="USDT",
    phases=(PhaseFacts(name="challenge", next=NO_PHASE_END),),
    rows=(DAILY, TOTAL),
    clocks=(Reset(at="00:00", zone="UTC"),),
)
SUBJECT = Subject(book=BOOK, symbols=("BTCUSDT", "ETHUSDT", "SOLUSDT"), phase="challenge", taker_fee=0.00055)


@dataclass
class Guarded:
    """A guard of one account at an exchange, and what it has said."""

    venue: Loopback
    ward: Ward
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """A guard that has just been started."""
        self.guard = Guard([self.ward], self.said.append)

    def tick(self) -> Round:
        """One round."""
        (done,) = self.guard.tick(self.venue.now_ms)
        assert done.fault == ""
        return done

    def done(self) -> list[tuple[Do, str]]:
        """What one round has done."""
        return [(action.do, action.symbol) for action in self.tick().actions]

    def again(self) -> Guarded:
        """The same after a restart."""
        return Guarded(self.venue, self.ward)

    @property
    def halt(self) -> Halt | None:
        """Who halts the account."""
        return next(iter(halts(self.ward.state, self.venue.now_ms)), None)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    """A new account of 10,000 at an exchange, guarded for one round."""
    with loopback() as venue:
        ward = Ward(subject=SUBJECT, state=state_of(tmp_path, "hyro"), environment="demo", desk=venue.desk)
        ours = Guarded(venue, ward)
        ours.tick()
        yield ours


def stop_of(venue: Loopback, symbol: str = "BTCUSDT") -> Decimal | None:
    """The stop that the venue holds."""
    return venue.desk.position(symbol).stop


def test_a_protected_account_is_left_alone(guarded: Guarded) -> None:
    """A position with its stop, an entry with its own, a target: nothing to do, and a sign of life."""
    guarded.venue.order(stop=Decimal(95))
    guarded.venue.limit("105", side=-1, reduce_only=True)
    guarded.venue.limit("90", symbol="ETHUSDT", stop=Decimal(85))
    assert guarded.done() == []
    beat = last_beat(guarded.ward.state, "guard")
    assert beat is not None
    assert beat.at_ms == guarded.venue.now_ms
    assert guarded.said == []


def test_what_a_look_has_counted_is_left_for_the_desk(guarded: Guarded) -> None:
    """Whoever opened it; anew after a while, and at once where something else is open."""
    guarded.venue.order(stop=Decimal(95))
    state, seen = guarded.ward.state, guarded.tick().view
    found = read_look(state)
    assert seen is not None
    assert found == looked_at(seen)
    assert found.held == (HeldSeen(symbol="BTCUSDT", side=1, quantity="1"),)
    assert (found.equity, found.worst_case) == (seen.equity, worst_equity(seen))
    assert found.worst_case < found.equity - 5
    assert not replace(found, at_ms=found.at_ms + EVERY_MS - 1, equity=1.0).is_news(found)
    assert replace(found, at_ms=found.at_ms + EVERY_MS).is_news(found)
    assert replace(found, at_ms=found.at_ms - 1).is_news(found)
    assert replace(found, held=()).is_news(found)
    for text in ("{bad", "[1]", '{"at_ms": 1}', ""):
        (state.root / FILE).write_text(text)
        assert read_look(state) is None


def test_what_was_adopted_is_written_down_with_its_source(guarded: Guarded) -> None:
    """The first look at an account: where its figures come from, and what nobody knew."""
    lines = {line.kind: line.facts for line in entries(guarded.ward.state.peaks) or ()}
    assert lines["adopted"]["sources"] == {"results": "an account without a past"}
    assert (lines["adopted"]["questions"], lines["adopted"]["balance"]) == ([], 10_000.0)
    guarded.venue.order(stop=Decimal(95))
    guarded.ward.state.peaks.unlink()
    said = replace(SUBJECT, known=Known(source="the firm's page", day="2026-01-01", day_peak_equity=10_050.0))
    guarded.ward = replace(guarded.ward, subject=said)
    seen = guarded.again().tick().view
    lines = {line.kind: line.facts for line in entries(guarded.ward.state.peaks) or ()}
    assert lines["adopted"]["sources"]["day_peak_equity"] == "the firm's page"
    assert seen is not None
    assert (seen.floors[0].level, seen.blind_until_ms) == (9_550.0, None)


@pytest.mark.parametrize(("side", "stop"), [(1, Decimal("98.0")), (-1, Decimal("102.0"))], ids=["long", "short"])
def test_a_naked_position_has_its_stop_after_one_round(guarded: Guarded, side: int, stop: Decimal) -> None:
    """Whoever opened it; and the next round finds nothing to do."""
    guarded.venue.order(side=side)
    assert guarded.done() == [(Do.SET_STOP, "BTCUSDT")]
    assert stop_of(guarded.venue) == stop
    assert guarded.done() == []
    assert guarded.said == [f"hyro demo  set_stop BTCUSDT at {stop}: NO_STOP it has no stop at the venue"]


def test_a_stop_that_was_taken_away_is_set_again(guarded: Guarded) -> None:
    """By hand, by another program, by the venue."""
    guarded.venue.order(stop=Decimal(95))
    assert guarded.done() == []
    guarded.venue.desk.protect(ProtectRequest(symbol="BTCUSDT", stop=Decimal(0)))
    assert guarded.done() == [(Do.SET_STOP, "BTCUSDT")]
    assert stop_of(guarded.venue) == Decimal("98.0")


def test_a_stop_that_could_lose_too_much_is_brought_nearer(guarded: Guarded) -> None:
    """150 coins stopped 5 away would lose 750 where 500 are allowed; afterwards the worst case stays above the floor."""
    guarded.venue.order(quantity="150", stop=Decimal(95))
    assert guarded.done() == [(Do.TIGHTEN, "BTCUSDT")]
    stop = stop_of(guarded.venue)
    assert stop is not None
    assert Decimal("96.7") < stop < Decimal("97.2")
    assert guarded.done() == []


def test_everything_is_closed_before_the_floor_breaks(guarded: Guarded) -> None:
    """The price falls until 495 of the 500 are gone: flat at market, entries withdrawn, halted until the day ends."""
    guarded.venue.order(quantity="100", stop=Decimal("94.9"))
    guarded.venue.limit("90", symbol="ETHUSDT", stop=Decimal(85))
    guarded.ward = replace(guarded.ward, terms=Terms(nearest=0.0001))
    guarded.venue.exchange.price("BTCUSDT", "95.2")
    assert guarded.done() == [(Do.HALT, ""), (Do.CLOSE, "BTCUSDT"), (Do.CANCEL, "ETHUSDT")]
    assert (guarded.venue.desk.positions(), guarded.venue.resting()) == ([], [])
    assert float(guarded.venue.desk.wallet().equity) > 9_500
    assert guarded.halt is not None
    assert (guarded.halt.by, guarded.halt.until_ms) == ("guard", guarded.venue.now_ms // DAY * DAY + DAY)
    fills = guarded.venue.desk.fills(since_ms=guarded.venue.now_ms - DAY)
    assert [fill.client_order_id[0] for fill in fills] == ["t", "g"]


def test_the_floor_follows_the_days_peak(guarded: Guarded) -> None:
    """Open profit of 300 lifts the floor to 9,800: a stop that was far enough from the old floor is brought nearer, above 97.5."""
    guarded.venue.order(quantity="100", stop=Decimal("97.5"))
    assert guarded.done() == []
    guarded.venue.exchange.price("BTCUSDT", "103")
    assert guarded.done() == [(Do.TIGHTEN, "BTCUSDT")]
    stop = stop_of(guarded.venue)
    assert stop is not None
    assert Decimal("98.0") < stop < Decimal("98.6")
    guarded.venue.exchange.price("BTCUSDT", "100")
    assert guarded.done() == []


def test_a_restart_remembers_the_peak(guarded: Guarded) -> None:
    """The floor is where it was, at most a ten-thousandth of the account higher."""
    guarded.venue.order(quantity="100", stop=Decimal(99))
    guarded.venue.exchange.price("BTCUSDT", "103")
    before = guarded.tick().view
    guarded.venue.exchange.price("BTCUSDT", "102")
    after = guarded.again().tick().view
    assert before is not None
    assert after is not None
    assert before.floors[0].level <= after.floors[0].level <= before.floors[0].level + 1.01
    assert after.blind_until_ms is None


def test_a_lost_file_counts_the_allowance_as_used(guarded: Guarded) -> None:
    """With a position open nobody knows the day's peak: no entries until the day ends, stops stay, a missing one is still set."""
    guarded.venue.order(stop=Decimal(95))
    guarded.venue.limit("90", symbol="ETHUSDT", stop=Decimal(85))
    guarded.tick()
    guarded.ward.state.peaks.unlink()
    again = guarded.again()
    midnight = guarded.venue.now_ms // DAY * DAY + DAY
    assert again.done() == [(Do.HALT, "")]
    assert again.halt is not None
    assert (again.halt.by, again.halt.until_ms) == ("guard", midnight)
    assert again.halt.why == "PEAKS_LOST: peaks and day starts are lost, so the allowance counts as used"
    assert again.done() == [(Do.HALT, ""), (Do.CANCEL, "ETHUSDT")]
    assert stop_of(guarded.venue) == Decimal(95)
    guarded.venue.order("SOLUSDT", quantity="5")
    assert (Do.SET_STOP, "SOLUSDT") in again.done()
    guarded.venue.exchange.advance(midnight - guarded.venue.now_ms)
    assert again.done() == []
    assert again.halt is None


def test_what_was_lost_can_be_said(guarded: Guarded) -> None:
    """Somebody writes the day's peak into the account: after a restart the guard knows it, and lifts its halt."""
    guarded.venue.order(stop=Decimal(95))
    guarded.ward.state.peaks.unlink()
    blind = guarded.again()
    blind.tick()
    assert blind.halt is not None
    known = Known(day="2026-01-01", day_peak_equity=10_050.0)
    told = Guarded(guarded.venue, replace(guarded.ward, subject=replace(SUBJECT, known=known)))
    seen = told.tick().view
    assert seen is not None
    assert (seen.floors[0].level, seen.blind_until_ms, told.halt) == (9_550.0, None, None)
    assert told.said[-1].endswith("the halt is lifted")
    assert told.again().tick().view is not None
    assert guarded.halt is None


def test_a_spoilt_file_is_set_aside(guarded: Guarded) -> None:
    """It is not believed and not lost; an account that was out of the market all day needs nothing from it."""
    guarded.ward.state.peaks.write_bytes(guarded.ward.state.peaks.read_bytes().replace(b"begin", b"bogus"))
    again = guarded.again()
    assert again.done() == []
    assert again.halt is None
    assert list(guarded.ward.state.root.glob("guard.peaks.spoilt-*"))
    assert "line 1 is not as it was written" in again.said[0]


@pytest.mark.parametrize("kind", ["mark", "moved", "blind", "begin"])
def test_lines_that_tell_no_account_are_set_aside(guarded: Guarded, kind: str) -> None:
    """Whole lines without what they should say: the account is looked at anew, and guarded."""
    append(guarded.ward.state.peaks, Entry(at_ms=guarded.venue.now_ms, kind=kind, facts={"phase": "challenge"}))
    guarded.venue.order()
    again = guarded.again()
    assert (Do.SET_STOP, "BTCUSDT") in again.done()
    assert "its lines do not tell an account; it is set aside" in again.said[0]
    assert list(guarded.ward.state.root.glob("guard.peaks.spoilt-*"))


def test_a_disk_that_takes_nothing_stops_nothing(guarded: Guarded) -> None:
    """A naked position gets its stop while neither peaks nor heartbeat can be written."""
    state = state_of(guarded.ward.state.root / "guard.peaks", "hyro")
    without = Guarded(guarded.venue, replace(guarded.ward, state=state))
    guarded.venue.order()
    assert (Do.SET_STOP, "BTCUSDT") in without.done()
    assert stop_of(guarded.venue) == Decimal("98.0")
    assert any("not written" in line for line in without.said)


def test_a_halt_made_by_hand_withdraws_entries(guarded: Guarded) -> None:
    """Positions keep their stops."""
    guarded.venue.order(stop=Decimal(95))
    guarded.venue.limit("90", symbol="ETHUSDT", stop=Decimal(85))
    halt(guarded.ward.state, Halt(by="hand", at_ms=guarded.venue.now_ms, why="holiday"))
    assert guarded.done() == [(Do.CANCEL, "ETHUSDT")]
    assert guarded.venue.resting() == []
    assert stop_of(guarded.venue) == Decimal(95)


def test_money_given_is_no_profit(guarded: Guarded) -> None:
    """A deposit of 5,000 lifts the venue's money and every floor with it; what may be lost stays the same."""
    before = guarded.tick().view
    give(guarded.venue, "5000")
    after = guarded.tick().view
    assert before is not None
    assert after is not None
    assert [floor.level for floor in after.floors] == [floor.level + 5_000 for floor in before.floors]
    assert any("deposit of 5000" in line for line in guarded.said)


def give(venue: Loopback, amount: str) -> None:
    """Money from outside."""
    venue.exchange.call(lambda: venue.exchange.core.apply_money("USDT", Decimal(amount), "TRANSFER_IN"))


def test_one_account_that_cannot_be_reached_does_not_stop_the_others(guarded: Guarded, tmp_path: Path) -> None:
    """It is told, the other's naked position gets its stop."""
    guarded.venue.order()
    with desk_at("http://127.0.0.1:9", timeout_ms=100) as nowhere:
        lost = Ward(subject=SUBJECT, state=state_of(tmp_path, "lost"), environment="demo", desk=nowhere)
        first, second = Guard([lost, guarded.ward], guarded.said.append).tick(guarded.venue.now_ms)
    assert first.line().startswith("cannot look: ")
    assert [action.do for action in second.actions] == [Do.SET_STOP]
    assert second.line().startswith("equity ")


def test_equity_that_does_not_fit_is_not_believed_at_once(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    """A venue that tells zero for a moment closes nothing and breaks no floor; when it goes on, it is believed."""
    guarded.venue.order(stop=Decimal(95))
    true = guarded.venue.desk.wallet
    monkeypatch.setattr(guarded.venue.desk, "wallet", lambda: replace(true(), equity=Decimal(0)))
    assert guarded.done() == []
    assert "does not fit" in guarded.said[0]
    monkeypatch.undo()
    assert guarded.done() == []
    monkeypatch.setattr(guarded.venue.desk, "wallet", lambda: replace(true(), equity=Decimal(0)))
    guarded.tick()
    guarded.venue.exchange.advance(30_000)
    assert (Do.CLOSE, "BTCUSDT") in guarded.done()


def strike(venue: Loopback, kind: str, path: str = "", times: int = 1) -> None:
    """Let the exchange misbehave at the next chance."""
    venue.exchange.call(lambda: venue.exchange.front.faults.arm(kind, path, times=times))


def test_an_entry_whose_stop_the_venue_dropped_gets_one(guarded: Guarded) -> None:
    """The order was taken and filled, its stop was not."""
    strike(guarded.venue, "stop_refused")
    guarded.venue.order(stop=Decimal(95))
    assert stop_of(guarded.venue) is None
    assert guarded.done() == [(Do.SET_STOP, "BTCUSDT")]
    assert stop_of(guarded.venue) == Decimal("98.0")


def test_a_stop_that_the_venue_refuses_closes_the_position(guarded: Guarded) -> None:
    """The last price has passed the level that the mark asks for: out, in the same round."""
    guarded.venue.order()
    guarded.venue.exchange.price("BTCUSDT", "97", mark="100")
    guarded.tick()
    assert guarded.venue.desk.positions() == []
    assert [line.split("  ")[1].split(":")[0] for line in guarded.said] == ["could not set_stop BTCUSDT at 98.0", "close BTCUSDT 1"]
    assert guarded.done() == []


@pytest.mark.parametrize("kind", ["answer_reset", "request_reset", "answer_502", "html_200", "malformed_json", "server_error"])
def test_a_stop_whose_answer_is_lost_is_set_once_the_venue_is_asked(guarded: Guarded, kind: str) -> None:
    """Silence says nothing: the next look does, and the stop stands after it."""
    guarded.venue.order()
    strike(guarded.venue, kind, "trading-stop")
    guarded.tick()
    guarded.tick()
    assert stop_of(guarded.venue) == Decimal("98.0")
    assert guarded.done() == []


@pytest.mark.parametrize("kind", ["answer_reset", "request_reset", "answer_502", "html_200", "server_error"])
def test_a_way_out_whose_answer_is_lost_is_taken_once(guarded: Guarded, kind: str) -> None:
    """Reduce-only, and asked for again only while the position is there: sold as much as was bought, never more."""
    guarded.venue.order(quantity="100", stop=Decimal("94.9"))
    guarded.venue.exchange.price("BTCUSDT", "95.2")
    strike(guarded.venue, kind, "order/create")
    guarded.tick()
    guarded.tick()
    assert guarded.venue.desk.positions() == []
    fills = guarded.venue.desk.fills(since_ms=guarded.venue.now_ms - DAY)
    assert sum(fill.side * fill.quantity for fill in fills) == 0
    assert sum(fill.quantity for fill in fills) == 200


@pytest.mark.parametrize("kind", ["html_200", "malformed_json", "answer_reset"])
def test_a_look_that_fails_is_told_and_taken_again(guarded: Guarded, kind: str) -> None:
    """Asked three times more, then the round says that it could not look; the next one protects."""
    guarded.venue.order()
    strike(guarded.venue, kind, "position/list", times=4)
    (first,) = guarded.guard.tick(guarded.venue.now_ms)
    assert first.line().startswith("cannot look: ")
    assert guarded.done() == [(Do.SET_STOP, "BTCUSDT")]


@pytest.mark.parametrize(
    "rule",
    [
        RuleRow(key="idle", family=Family.COUNTER, code=Code.INACTIVITY, duration_ms=30 * DAY),
        RuleRow(key="late", family=Family.COUNTER, code=Code.TIME_LIMIT, duration_ms=30 * DAY),
        RuleRow(key="target", family=Family.COUNTER, code=Code.PROFIT_TARGET, limit=0.001),
        RuleRow(key="less", family=Family.HOUSE, code=Code.HOUSE, firm=0, action=HouseAction.SCALE, limit=0.001, value=0.5),
        RuleRow(
            key="won", family=Family.HOUSE, code=Code.HOUSE, firm=0, action=HouseAction.HALT, limit=0.001, measure=HouseMeasure.PROFIT_SHARE
        ),
    ],
    ids=lambda rule: rule.key,
)
def test_rules_that_the_guard_is_not_told_of_end_nothing(guarded: Guarded, rule: RuleRow) -> None:
    """Days, orders, what the house makes of profits and sizes: forty days on, with a small profit and a small loss, all is as it was."""
    subject = replace(SUBJECT, book=replace(BOOK, rows=(*BOOK.rows, rule)))
    ours = Guarded(guarded.venue, replace(guarded.ward, subject=subject))
    ours.tick()
    ours.venue.order(stop=Decimal(95), quantity="10")
    for price in ("103", "98"):
        ours.venue.exchange.price("BTCUSDT", price)
        ours.venue.exchange.advance(20 * DAY)
        assert ours.done() == []
    assert ours.halt is None


def test_the_guard_needs_neither_bot_nor_journal(guarded: Guarded) -> None:
    """A journal of rubbish and a bot without a sign of life are nothing to it."""
    guarded.ward.state.journal.write_bytes(b"rubbish")
    guarded.ward.state.heartbeat("bot").write_text("?")
    guarded.venue.order()
    assert guarded.again().done()[-1] == (Do.SET_STOP, "BTCUSDT")


def test_floors_are_the_same_after_a_restart_where_equity_never_rose(guarded: Guarded) -> None:
    """At rest, at a loss, and while a loss grows smaller: to the cent, however often the guard is started."""
    for text, price in (("", "100"), ("bought", "100"), ("", "99"), ("", "99.005"), ("", "99.4")):
        if text:
            guarded.venue.order(quantity="10", stop=Decimal(95))
        guarded.venue.exchange.price("BTCUSDT", price)
        before = guarded.tick().view
        after = guarded.again().tick().view
        assert before is not None
        assert after is not None
        assert [floor.level for floor in after.floors] == [floor.level for floor in before.floors] == [9_500.0, 9_000.0]


def test_a_peak_that_is_not_written_is_covered_after_a_restart(guarded: Guarded) -> None:
    """Equity rises by less than a step, also in a restart's first line: floors never stand lower than before, at most a step higher."""
    guarded.venue.order(quantity="1", stop=Decimal(99))
    ours = guarded
    for price in ("100.3", "101.2", "101.5", "101.9", "102.7", "102.9"):
        guarded.venue.exchange.price("BTCUSDT", price)
        before = ours.tick().view
        guarded.venue.exchange.price("BTCUSDT", "100")
        ours.tick()
        ours = ours.again()
        after = ours.tick().view
        assert before is not None
        assert after is not None
        assert before.floors[0].level <= after.floors[0].level <= before.floors[0].level + 1.01
