"""What prices are worth: alerts, reports and the ladder reckon one trade alike, by the contract's size, in the account's currency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from runner.alert import trades
from runner.alert.kinds import Teller
from runner.bars.instruments import facts, from_facts
from runner.journal.live import LiveJournal
from runner.journal.live_rows import Filled
from runner.ladder.trades import trades_of
from runner.live.closed import closed
from runner.live.worth import Worth, keep_worth, worth_of
from runner.model.instrument import Instrument
from runner.model.trading import FillSeen
from tests.journal.live_cases import execution

D = Decimal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[LiveJournal]:
    """An empty one."""
    with LiveJournal.open(tmp_path / "journal.db", account="mine") as made:
        yield made


def listed(symbol: str, quote: str, size: float) -> Instrument:
    """An instrument of that contract size."""
    return replace(from_facts(facts()[0]), symbol=symbol, quote=quote, contract_size=size)


def way(symbol: str, side: int, quantity: str, entry: str, left: str, fee: str = "0") -> list[FillSeen]:
    """Into a position and out of it."""
    first = replace(execution(1, 1_000), symbol=symbol, side=side, quantity=D(quantity), price=D(entry), fee=D(fee))
    return [first, replace(first, execution_id="e2", side=-side, price=D(left), at_ms=2_000)]


def told(worth: Worth, fills: list[FillSeen]) -> str:
    """The title of the alert on the end of a trade."""
    desk = trades.Desk(teller=Teller(account="mine"), worth=worth, draws=lambda *_: None)
    held: dict[str, object] = {}
    rows = [Filled(fill=fill, time_ms=fill.at_ms, plan="0.0", role=role) for fill, role in zip(fills, ("ENTRY", "STOP"), strict=True)]
    return [alert.title for number, row in enumerate(rows) for alert in trades.of_fill(desk, number, row, held, {})][-1]


@pytest.mark.parametrize(
    ("fills", "currency", "result"),
    [
        pytest.param(way("MES", 1, "2", "6000", "6010.25", "1.24"), "USD", "100.02", id="two micro contracts, 5 dollars a point"),
        pytest.param(way("EURUSD", -1, "0.5", "1.1", "1.09", "1.5"), "USD", "497", id="half a lot of 100,000"),
        pytest.param(way("XAUUSD", 1, "0.1", "4000", "3990"), "USD", "-100", id="a tenth of 100 ounces"),
        pytest.param(way("USDJPY", 1, "1", "150", "160"), "USD", "6250", id="yen, worth what the price says at the end"),
        pytest.param(way("EURUSD", 1, "1", "1.0", "1.25"), "EUR", "20000", id="dollars in an account of euros"),
        pytest.param(way("BTCUSDT", 1, "0.1", "60000", "61000", "3"), "USDT", "94", id="a coin is a coin"),
        pytest.param(way("BTCUSDT", 1, "0.1", "60000", "61000", "3"), "USD", "94", id="a stable coin is a dollar"),
    ],
)
def test_one_trade_is_reckoned_alike_everywhere(journal: LiveJournal, fills: list[FillSeen], currency: str, result: str) -> None:
    """In alerts, reports and on the ladder, by what the bot has left in its journal."""
    keep_worth(journal, [listed("MES", "USD", 5.0), listed("BTCUSDT", "USDT", 1.0)], currency)
    worth = worth_of(journal)
    assert [each.result for each in closed(fills, worth)] == [D(result)]
    assert [each.profit for each in trades_of(fills, worth)] == [D(result)]
    assert f"closed: {D(result):+,.2f} {currency} after fees" in told(worth, fills)


@pytest.mark.parametrize(
    ("symbol", "tick", "price", "value"),
    [
        ("BTCUSDT", "0.1", "60000", "0.1"),
        ("EURUSD", "0.00001", "1.1", "1"),
        ("GBPUSD", "0.00001", "1.3", "1"),
        ("XAUUSD", "0.01", "4000", "1"),
        ("US100", "0.01", "20000", "0.01"),
        ("USDJPY", "0.001", "125", "0.8"),  # 100 / price
        ("USDCAD", "0.00001", "1.25", "0.8"),  # 1 / price
    ],
)
def test_a_tick_is_worth_what_the_facts_say(symbol: str, tick: str, price: str, value: str) -> None:
    """Of one lot or one coin in an account of dollars, as brokers state it; without a word of any bot."""
    assert Worth(currency="USD").gained(symbol, (D(price) - D(tick), D(price)), 1, D(1)) == D(value)


def test_a_journal_of_an_older_bot(journal: LiveJournal) -> None:
    """What it does not say the shipped facts do; of what they do not know one is one."""
    worth = worth_of(journal, "USD")
    assert [worth.size(symbol) for symbol in ("XAUUSD", "EURUSD", "BTCUSDT", "NOBODYKNOWS")] == [100, 100_000, 1, 1]


def test_symbols_that_are_traded_no_more_stay_known(journal: LiveJournal) -> None:
    """Their executions are still in the journal; the newest word on each counts."""
    keep_worth(journal, [listed("MES", "USD", 5.0)], "USD")
    keep_worth(journal, [listed("ES", "USD", 50.0)], "USD")
    keep_worth(journal, [listed("ES", "USD", 25.0)], "USD")
    assert [worth_of(journal).size(symbol) for symbol in ("MES", "ES")] == [5, 25]


def test_what_no_price_turns_into_the_accounts_currency_says_so() -> None:
    """Yen of a cross pair in an account of dollars are told as yen."""
    assert "closed: +200,000.00 JPY after fees" in told(Worth(currency="USD"), way("EURJPY", 1, "1", "160", "162"))


def test_more_after_a_part_was_closed(journal: LiveJournal) -> None:
    """Each part is closed at the average of its own time."""
    steps = [(1, "1", "100"), (-1, "0.5", "110"), (1, "0.5", "120"), (-1, "1", "120")]
    fills = [
        replace(execution(number, number), symbol="BTCUSDT", side=side, quantity=D(quantity), price=D(price), fee=D(0))
        for number, (side, quantity, price) in enumerate(steps)
    ]
    worth = worth_of(journal, "USDT")
    desk = trades.Desk(teller=Teller(account="mine"), worth=worth, draws=lambda *_: None)
    held: dict[str, object] = {}
    rows = [Filled(fill=fill, time_ms=1, plan="0.0", role="ENTRY" if fill.side > 0 else "TARGET") for fill in fills]
    alerts = [alert for number, row in enumerate(rows) for alert in trades.of_fill(desk, number, row, held, {})]
    assert alerts[-1].title == "BTCUSDT long closed: +15.00 USDT after fees and funding"
    assert [each.result for each in closed(fills, worth)] == [15]
