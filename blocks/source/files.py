"""Bars, funding and specifications from Parquet files: the ones that ship with the project, or yours, in a folder or behind a URL."""

from __future__ import annotations

from functools import cached_property

from pydantic import Field, field_validator

from runner.bars import instruments
from runner.bars.catalog import Catalog
from runner.bars.conversion import conversion
from runner.bars.releases import releases
from runner.bars.remote import place
from runner.bars.specification import Specification
from runner.bars.transfer import is_url, unfit_url
from runner.model.bars import Bars, Floats
from runner.model.block import Source
from runner.model.duration import milliseconds
from runner.model.instrument import Instrument
from runner.model.market import Releases
from runner.model.stream import Funding


class Files(Source):
    """Reads `{source}/{market}/{SYMBOL}-{timeframe}.parquet` under `root`, or the same file names in `root` itself."""

    root: str | None = Field(
        default=None, min_length=1, description="folder or URL of your bars; null = the bars that ship with the project"
    )
    market: str | None = Field(
        default=None, min_length=1, description="only this source, market or both, such as binance/spot; null = choose"
    )
    venue: str = Field(default="bybit_linear", description="whose specifications hold; other venues are asked where it has none")
    longest_gap: str | None = Field(default=None, description="longest hole to trade across, such as 10d; null = what the market explains")
    specifications: dict[str, Specification] = Field(default_factory=dict, description="your own fields of an instrument, by symbol")

    @field_validator("root")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        why = unfit_url(value) if value is not None and is_url(value) else ""
        if why:
            raise ValueError(why)
        return value

    @field_validator("venue")
    @classmethod
    def _known(cls, value: str) -> str:
        if value.lower() not in instruments.venues():
            raise ValueError(f"expected one of {', '.join(instruments.venues())}, was {value!r}")
        return value

    @field_validator("longest_gap")
    @classmethod
    def _duration(cls, value: str | None) -> str | None:
        if value is not None:
            milliseconds(value)
        return value

    @cached_property
    def _catalog(self) -> Catalog:
        root = place(self.root, self.market) if self.root else None
        longest = milliseconds(self.longest_gap) if self.longest_gap else None
        return Catalog(root, market=self.market, longest_gap_ms=longest)

    def catalog(self) -> Catalog:
        """The files behind this source; one catalog as long as the source lives, so nothing is read twice."""
        return self._catalog

    def bars(self, symbol: str, timeframe: str) -> Bars:
        """The validated bars; DataError names file and row."""
        return self._catalog.bars(symbol, timeframe)

    def has(self, symbol: str, timeframe: str) -> bool:
        """Whether there are bars of this timeframe, or finer ones it can be made of."""
        return self._catalog.has(symbol, timeframe)

    def finer(self, symbol: str, timeframe: str) -> list[str]:
        """Stored timeframes that divide `timeframe`, finest first."""
        return self._catalog.finer(symbol, timeframe)

    def funding(self, symbol: str) -> Funding | None:
        """The funding history beside the bars; None when there is none."""
        return self._catalog.funding(symbol)

    def instrument(self, symbol: str, bars: Bars | None = None) -> Instrument:
        """Facts of the venue with your `specifications` on top; inferred from prices and flagged when nobody knows the symbol."""
        if bars is None and symbol not in instruments.known() and self._catalog.finest(symbol):
            bars = self.bars(symbol, self._catalog.finest(symbol)[-1])
        return instruments.instrument(symbol, self.venue, bars, self.specifications.get(symbol))

    def releases(self) -> Releases:
        """The release calendar that ships with the project."""
        return releases()

    def conversion(self, quote: str, account: str, bars: Bars) -> Floats | None:
        """Account currency per unit of `quote` at each bar's close; None where it is always 1."""
        return conversion(self._catalog, quote, account, bars)

    def notes(self) -> tuple[str, ...]:
        """What should be said of the bars read so far: choices between files, resampling, holes."""
        return self._catalog.notes()
