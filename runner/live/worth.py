"""What a price is worth: contract sizes and the currencies of prices, which a bot leaves in its journal for whoever reckons results."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from runner.bars.instruments import instrument
from runner.journal.live import LiveJournal
from runner.model.currency import dollar, quote_of
from runner.model.errors import DataError
from runner.model.instrument import Instrument

META = "worth"  # of the journal
SHIPPED = "bybit_linear"  # where an instrument that no bot has told of is looked up first
ONE = Decimal(1)


@dataclass(frozen=True, kw_only=True)
class Worth:
    """Of every symbol that was traded: units in a quantity of 1, and the currency of its prices. currency: the account's."""

    sizes: Mapping[str, Decimal] = field(default_factory=dict)
    quotes: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""

    def size(self, symbol: str) -> Decimal:
        """Units in a quantity of 1: 5 dollars a point of a MES contract, 100,000 of a lot of EURUSD. 1 of what nobody knows."""
        return self.sizes[symbol] if symbol in self.sizes else Decimal(repr(getattr(shipped(symbol), "contract_size", 1.0)))

    def rate(self, symbol: str, price: Decimal) -> Decimal | None:
        """Account currency per unit of the currency of prices while the symbol trades at `price`. None where the price does not tell."""
        quote = dollar(self.quotes.get(symbol) or quote_of(symbol))
        own = dollar(self.currency)
        if not quote or not own or quote == own:
            return ONE
        return ONE / price if price and symbol.startswith(own) and symbol.partition(".")[0] == own + quote else None

    def told_in(self, symbol: str) -> str:
        """The currency that `gained` is in: the account's, or that of the symbol's prices where nothing turns one into the other."""
        return self.currency if self.rate(symbol, ONE) is not None else self.quotes.get(symbol) or quote_of(symbol)

    def gained(self, symbol: str, way: tuple[Decimal, Decimal], side: int, quantity: Decimal) -> Decimal:
        """What so much of a position brought on its way from entry to exit, before costs; side: 1 long, -1 short."""
        entry, left = way
        return side * (left - entry) * quantity * self.size(symbol) * (self.rate(symbol, left) or ONE)


@cache
def shipped(symbol: str) -> Instrument | None:
    """What the facts that ship with the project say of a symbol."""
    try:
        return instrument(symbol, SHIPPED)
    except DataError:
        return None


def keep_worth(journal: LiveJournal, instruments: Iterable[Instrument], currency: str) -> None:
    """Leave in a journal what prices are worth; what it knows of symbols that are not traded any more stays."""
    known = worth_of(journal)
    told = {each.symbol: (Decimal(repr(each.contract_size)), each.quote) for each in instruments}
    sizes = {**known.sizes, **{symbol: size for symbol, (size, _) in told.items()}}
    quotes = {**known.quotes, **{symbol: quote for symbol, (_, quote) in told.items()}}
    content = {"currency": currency, "quotes": quotes, "sizes": {symbol: str(size) for symbol, size in sizes.items()}}
    text = json.dumps(content, sort_keys=True)
    if journal.meta(META) != text:
        journal.set_meta(META, text)


def worth_of(journal: LiveJournal, currency: str = "") -> Worth:
    """What a journal says of it. One that an older bot wrote says nothing: then the shipped facts do, and `currency`."""
    said = json.loads(journal.meta(META) or "{}")
    sizes = {symbol: Decimal(size) for symbol, size in said.get("sizes", {}).items()}
    return Worth(sizes=sizes, quotes=said.get("quotes", {}), currency=said.get("currency") or currency)
